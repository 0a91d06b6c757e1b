"""Pages by number."""
