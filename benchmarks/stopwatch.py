"""Runs one command, and writes down what it took; it is a script of its own that imports almost nothing.

The kernel counts the memory of whoever starts a process to the peak of that process. This one is smaller than any
Python program that it starts; the process that runs the sandbox is not.
"""

import os
import sys
import time


def main(figures: str, command: list[str]) -> None:
    """Write the exit code, the moments of start and end on the monotonic clock, the peak of memory and the CPU."""
    started = time.monotonic()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    ended = time.monotonic()
    with open(figures, "w") as file:  # noqa: PTH123 - pathlib would double the size of this process
        file.write(
            f"{os.waitstatus_to_exitcode(status)} {started} {ended} {usage.ru_maxrss} {usage.ru_utime + usage.ru_stime}"
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
