"""The fields and the rows of a stream."""
