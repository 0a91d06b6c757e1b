"""Rows as batches of Arrow."""
