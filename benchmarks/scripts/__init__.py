"""What the contestants run, each in the environment of its own: these files import nothing of this package."""
