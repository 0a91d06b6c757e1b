"""dlt's Python, read by its syntax tree: nothing of it is run."""
