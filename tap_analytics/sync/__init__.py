"""How a tap syncs: a stream with all that descends from it, several accounts side by side, and the end by a signal."""
