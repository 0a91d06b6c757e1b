"""Makes tables of the documentation, and definitions for Meltano, from the code."""
