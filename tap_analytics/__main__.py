"""`python -m tap_analytics` is `tap-analytics`."""

import gc
import sys

from tap_analytics.ending_signals import call_at_signals, end_at_once


def main() -> None:
    """Run the tap with the arguments of the command line.

    What is imported stays, and a page of rows is many objects but no cycle: looking for cycles among them would take a
    third of the time of a sync.
    """
    # Until there is something to write, a signal ends it with nothing but its code.
    call_at_signals(end_at_once)
    gc.disable()
    from tap_analytics.cli import command  # noqa: F401, PLC0415 - importing is faster without the collector
    from tap_analytics.cli.output import plain_output  # noqa: PLC0415 - likewise

    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    with plain_output():
        _run(sys.argv[1:])


def _run(arguments: list[str]) -> None:
    """Run what the arguments name."""
    # Meltano puts options before the word; one that takes a value may have that word for it.
    takes_value = [option.startswith("--") and "=" not in option for option in ["", *arguments]]
    if any(word == "preview" and not is_value for word, is_value in zip(arguments, takes_value, strict=False)):
        from tap_analytics.cli.preview import preview  # noqa: PLC0415 - no sync needs tables

        arguments.remove("preview")
        preview(arguments, prog_name="tap-analytics preview")
    elif any(word == "streams" and not is_value for word, is_value in zip(arguments, takes_value, strict=False)):
        from tap_analytics.cli.streams import streams  # noqa: PLC0415 - no sync needs tables

        arguments.remove("streams")
        streams(arguments, prog_name="tap-analytics streams")
    elif arguments[:1] == ["detect"]:
        from tap_analytics.cli.detect import detect  # noqa: PLC0415 - no sync needs it

        detect(arguments[1:], prog_name="tap-analytics detect")
    elif arguments[:1] == ["from-dlt"]:
        from tap_analytics.cli.from_dlt import from_dlt  # noqa: PLC0415 - no sync reads Python

        from_dlt(arguments[1:], prog_name="tap-analytics from-dlt")
    elif arguments[:1] == ["plan"]:
        from tap_analytics.cli.windows import plan  # noqa: PLC0415 - it reads

        plan(arguments[1:], prog_name="tap-analytics plan")
    elif any(word.partition("=")[0] == "--window" for word in arguments):
        from tap_analytics.cli.windows import read  # noqa: PLC0415 - it reads

        read(arguments, prog_name="tap-analytics")
    else:
        from tap_analytics.cli.command import Command  # noqa: PLC0415 - importing is faster without the collector

        Command.cli()


if __name__ == "__main__":
    main()
