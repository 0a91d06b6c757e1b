"""No secret in a line: what is masked, and how it is found."""
