"""Pages by offset, also in stretches that are read side by side, while the list changes."""
