"""`python -m tap_analytics.sandbox`: the analytics API at an address of this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from threading import Event

from tap_analytics.sandbox.faults import FAULTS
from tap_analytics.sandbox.kinds import KINDS
from tap_analytics.sandbox.sandbox import Sandbox


def main() -> None:
    """Serve until the process is told to end."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), _sandbox(arguments) as api:
        sys.stdout.write(_introduction(api))
        sys.stdout.flush()
        Event().wait()


def _sandbox(arguments: argparse.Namespace) -> Sandbox:
    api = Sandbox(
        host=arguments.host,
        port=arguments.port,
        rows=dict(arguments.rows),
        seed=arguments.seed,
        api_key=arguments.api_key,
        page_cap=arguments.page_cap,
        latency=arguments.latency,
        kind=arguments.kind,
        since_param=arguments.since_param,
        live=True,
    )
    try:
        api.start()
    except ModuleNotFoundError:
        sys.exit("The sandbox needs an HTTP parser: pip install 'tap-analytics[sandbox]'")
    except OSError as error:
        reason, _, _ = str(error.strerror).partition(" (while")
        sys.exit(f"Cannot listen at {arguments.host}:{arguments.port}: {reason}. Choose another --port.")
    return api


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tap_analytics.sandbox", description="The analytics API, offline.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen at, any free one if 0 (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same rows (%(default)s)")
    parser.add_argument("--rows", type=_row_count, action="append", default=[], metavar="RESOURCE=COUNT")
    parser.add_argument("--api-key", default="sandbox-key", help="empty for an API that wants none (%(default)s)")
    parser.add_argument("--page-cap", type=_natural, metavar="ROWS", help="most rows on a page, whatever is asked for")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="before every answer")
    parser.add_argument("--kind", choices=["", *KINDS], default="", help="lists in the way of another kind of API")
    parser.add_argument("--since-param", default="updated_since", help="asks for changes (%(default)s)")
    return parser.parse_args()


def _row_count(text: str) -> tuple[str, int]:
    resource, _, count = text.partition("=")
    if not resource or not count.isdecimal():
        message = f"{text!r} is not RESOURCE=COUNT, such as contacts=5000"
        raise argparse.ArgumentTypeError(message)
    return resource, int(count)


def _natural(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a whole number of 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _introduction(api: Sandbox) -> str:
    resources = ", ".join(f"{resource} ({len(api.table(resource))})" for resource in api.resources)
    key = f"&api_key={api.api_key}" if api.api_key else ""
    return (
        f"URL        {api.url}\n"
        f"Key        {api.api_key or 'none'}\n"
        f"OAuth2     {api.url}/oauth/token, {api.options.client_id}, {api.options.client_secret}\n"
        f"Resources  {resources}\n"
        f"Try        curl '{api.url}/v1/contacts?limit=2{key}'\n"
        f"Faults     {api.url}/faults/NAME/v1/contacts, NAME one of: {', '.join(FAULTS)}\n"
    )


if __name__ == "__main__":
    main()
