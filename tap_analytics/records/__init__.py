"""Bytes -> rows -> RECORD lines."""
