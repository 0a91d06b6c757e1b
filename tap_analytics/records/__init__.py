"""Reads the bodies of responses into rows, and writes rows as RECORD lines or batches of Arrow."""
