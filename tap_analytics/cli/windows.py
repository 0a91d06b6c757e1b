"""`tap-analytics plan` prints the windows of a stream as lines, and `--window` reads one of them, for schedulers."""

from __future__ import annotations

import json
import logging
from functools import partial, wraps
from typing import IO, TYPE_CHECKING, Any

import click
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.cli import files
from tap_analytics.cli.command import plain_failures
from tap_analytics.cli.options import config_option
from tap_analytics.state.windows import Window
from tap_analytics.stream.lists.lists import SyncedList
from tap_analytics.sync.account_sync import AccountSync
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.client import AnalyticsStream


def _of_tap(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the tap, and hand it the tap that they make."""

    @config_option
    @click.option("--catalog", type=click.File(), help="A catalog, as of the tap itself.")
    @click.option("--state", type=click.File(), help="The state to begin at, as of the tap itself.")
    @wraps(command)
    def run(given: Any, catalog: IO[str] | None, state: IO[str] | None, **options: Any) -> None:  # noqa: ANN401
        with plain_failures(TapAnalytics.logger):
            known = json.loads(files.json_file(catalog, option="--catalog").read()) if catalog else None
            begun = json.loads(files.state_file(state, option="--state").read()) if state else None
            tap = TapAnalytics(config=given.config, catalog=known, state=begun, parse_env_config=given.parse_env)
            command(tap, **options)

    return run


@click.command()
@click.argument("stream", required=False)
@click.option(
    "--done",
    type=click.File(),
    help="A file of windows that were all read, one on each line: print the state behind them.",
)
@_of_tap
def plan(tap: TapAnalytics, stream: str | None, done: IO[str] | None) -> None:
    """Print the windows of a STREAM, or of all, that are not read yet: a line of JSON for each.

    `tap-analytics --window LINE` reads the window in a line.
    """
    logging.getLogger().setLevel(logging.WARNING)
    chosen = [stream] if stream else [name for name, each in _roots(tap).items() if each.selected]
    if done is None:
        for one in tap.readers():
            for name in chosen:
                listed: Any = _root(name, _roots(one))
                one.check_discovered(name)
                for interval, _ in SyncedList(listed, None).plan():
                    click.echo(Window.of(name, interval, account=one.seat.account.name if one.seat else None).line())
        return
    _join(tap, [_window(line) for line in filter(None, map(str.strip, done))])
    click.echo(json.dumps({"type": "STATE", "value": tap.state}))


def _join(tap: TapAnalytics, windows: Sequence[Window]) -> None:
    """Move the state of a tap behind windows that were read."""
    for account in dict.fromkeys(each.account for each in windows):
        one = tap.reader(account)
        for window in windows:
            listed: Any = _root(window.stream, _roots(one))
            if window.account == account and window.end is not None:
                SyncedList(listed, None).reach(window.interval)
                listed.state_manager.close(listed.stream_state)
        tap.accounts.keep(one)


@click.command()
@click.option("--window", "line", required=True, help="A window, as `tap-analytics plan` prints it.")
@_of_tap
def read(tap: TapAnalytics, line: str) -> None:
    """Read one window of a stream, with the children of its records, and write it as Singer messages.

    The state notes the window as finished.
    """
    window = _window(line)
    one = tap.reader(window.account)
    _choose(one, window)
    if one.seat:
        AccountSync(accounts=tap.accounts, prepare=partial(_choose, window=window)).run([one.seat.account.name])
    else:
        one.sync_all()


def _choose(tap: TapAnalytics, window: Window) -> None:
    """Let a tap read nothing but one window of a stream, and the children of its records."""
    tap.window = window
    chosen = _root(window.stream, _roots(tap))
    for stream in tap.streams.values():
        stream.selected = stream.selected and stream in (chosen, *chosen.descendent_streams)


def _roots(tap: TapAnalytics) -> dict[str, Any]:
    """Return the streams that are no children, by name."""
    return {name: each for name, each in tap.streams.items() if each.parent_stream_type is None}


def _window(line: str) -> Window:
    try:
        return Window.from_line(line)
    except ValueError as error:
        raise ConfigValidationError(str(error), errors=[str(error)]) from None


def _root(name: str, roots: dict[str, Any]) -> AnalyticsStream:
    """Return a stream that is no child.

    Raises:
        ConfigValidationError: There is no such stream, or it is a child.
    """
    if name not in roots:
        fault = f"there is no stream `{name}` that has windows; there are {_enumerate(list(roots))}"
        raise ConfigValidationError(fault, errors=[fault])
    found: AnalyticsStream = roots[name]
    return found


def _enumerate(names: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)
