"""The options that the tap and its other commands share."""

from __future__ import annotations

import click

from tap_analytics.cli.command import Command

config_option = click.option(
    "--config",
    "given",
    multiple=True,
    default=("ENV",),
    callback=Command.cb_config,
    help="A configuration file, or ENV for the environment, which is also read if this is not set.",
)
