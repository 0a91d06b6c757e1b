"""A resource in dlt's words -> a stream."""
