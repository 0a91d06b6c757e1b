"""Singer tap for analytics REST APIs."""
