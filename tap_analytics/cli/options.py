"""The options that commands beside the tap's own share with it."""

from __future__ import annotations

import click

from tap_analytics.cli.command import Command

config_option = click.option(
    "--config",
    "given",
    multiple=True,
    default=("ENV",),
    callback=Command.cb_config,
    help="A file, or ENV, as of the tap itself; the environment if there is none.",
)
