"""Checks the settings that are given, and turns them into those that the tap uses."""
