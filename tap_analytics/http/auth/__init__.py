"""Credentials: where they come from, and where they go in a request."""
