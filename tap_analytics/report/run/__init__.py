"""The report of a run: one HTML file that says what was read, how, and with what result."""
