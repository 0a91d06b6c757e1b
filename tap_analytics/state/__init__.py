"""How far a sync has read."""
