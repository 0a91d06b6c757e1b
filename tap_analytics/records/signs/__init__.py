"""What a response says about its list: totals, flags, links and texts such as `Page 1 of 8`."""
