"""Bytes of a page -> rows of the declared types."""
