"""Pages and lists that are read before their turn."""
