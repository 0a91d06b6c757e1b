"""No secret in a line: what is masked, and how it is found; and settings by the names that their user knows."""
