"""What a stream is made of: how its lists are asked for, its children, fields, state and output."""
