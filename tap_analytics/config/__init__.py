"""Settings as given -> as used, or every fault in them."""
