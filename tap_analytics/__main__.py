"""`python -m tap_analytics` is `tap-analytics`."""

import gc
import sys

from tap_analytics.cli.absence import absence_of
from tap_analytics.cli.collector import standing_still
from tap_analytics.cli.commands import run_command
from tap_analytics.cli.process import run_and_end
from tap_analytics.ending_signals import call_at_signals, end_at_once


def main() -> None:
    """Run the tap with the arguments of the command line.

    Garbage collection is tuned down: a page of rows has many objects but no cycles, and looking for cycles among them
    would take a third of the time of a sync.
    """
    # As long as nothing has to be written, a signal ends the process at once.
    call_at_signals(end_at_once)
    with standing_still(), absence_of("joblib"):
        from tap_analytics.cli import command  # noqa: F401, PLC0415 - importing is faster without the collector
    gc.set_threshold(100_000, 50, 100)
    run_and_end(_run)


def _run() -> None:
    """Run the command that the arguments name, or the tap."""
    from tap_analytics.cli.output import plain_output  # noqa: PLC0415 - importing is faster without the collector

    with plain_output():
        if not run_command(sys.argv[1:]):
            _run_tap(sys.argv[1:])


def _run_tap(arguments: list[str]) -> None:
    """Run the tap itself, or read one window of it."""
    if any(word.partition("=")[0] == "--window" for word in arguments):
        from tap_analytics.cli.windows import read  # noqa: PLC0415 - it reads

        read(arguments, prog_name="tap-analytics")
    else:
        from tap_analytics.cli.command import Command  # noqa: PLC0415 - importing is faster without the collector

        Command.cli()


if __name__ == "__main__":
    main()
