"""Which fields a stream has, and what its rows must have."""
