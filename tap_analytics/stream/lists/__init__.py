"""The lists of a stream and of its children, read in turn or ahead."""
