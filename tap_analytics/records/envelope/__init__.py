"""Where the records of a body are, and how they are taken out of it."""
