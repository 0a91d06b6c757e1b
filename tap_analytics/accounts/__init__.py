"""Many accounts of an API, read by one configuration."""
