"""What is asked for: path, parameters, headers and body of a request."""
