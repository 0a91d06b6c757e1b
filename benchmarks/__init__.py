"""The tap side by side with other ways to read the same rows: `python -m benchmarks`."""
