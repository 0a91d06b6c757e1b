"""Reads one list: its pages, its parts, or the report that the API makes for it."""
