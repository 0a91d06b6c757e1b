"""What a sync remembers of how far it has read."""
