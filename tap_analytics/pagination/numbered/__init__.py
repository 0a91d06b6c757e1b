"""Pages by number, each border looked at twice."""
