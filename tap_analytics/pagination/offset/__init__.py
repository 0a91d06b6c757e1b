"""Pages by offset."""
