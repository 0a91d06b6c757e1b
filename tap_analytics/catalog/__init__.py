"""Which streams a tap has: a class for each resource, with the fields that were found for it."""
