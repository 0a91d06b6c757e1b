"""One JSON Schema per stream, named like it."""
