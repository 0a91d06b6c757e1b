"""What people type: the commands and their options, and what they print."""
