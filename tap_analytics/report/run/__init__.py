"""The report of a run: one file in HTML that says what was read, how, and what became of it."""
