"""Finds out how a list is read that does not declare it."""
