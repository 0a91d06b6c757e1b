"""Where the records of a body are, how they are taken out of it, and what is mended in a body or wrong with it."""
