"""The formats of response bodies: one file for each, and what they share."""
