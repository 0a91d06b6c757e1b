"""The words of an entry of `resources` -> a resource, or every fault."""
