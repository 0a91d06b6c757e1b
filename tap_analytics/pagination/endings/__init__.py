"""How lists end: what is evidence of that, and what is none."""
