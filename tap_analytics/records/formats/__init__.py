"""What the bodies of responses are: one file for each format."""
