"""What ends the reading of a list that repeats itself, makes up rows, or never ends."""
