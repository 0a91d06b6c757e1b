"""Reads the declarations of resources, in dlt's words, and finds out what they leave open."""
