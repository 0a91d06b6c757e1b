"""How a tap syncs: a stream with its descendants, several accounts side by side, and the end by a signal."""
