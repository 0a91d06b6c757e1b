"""Whether an API reads bounds as they are meant: what is asked for to find out."""
