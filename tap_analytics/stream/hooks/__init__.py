"""The hooks and attributes of subclasses: they work, or are refused by name."""
