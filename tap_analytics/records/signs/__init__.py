"""What a response says about its list: totals, flags and links."""
