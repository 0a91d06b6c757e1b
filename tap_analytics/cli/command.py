"""The command line of the tap: its options, what they do, and how a failure is shown."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError, SingerSDKError
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_analytics.cli import files
from tap_analytics.cli.collector import standing_still
from tap_analytics.cli.commands import in_words
from tap_analytics.report import terminal
from tap_analytics.settings import open_schema

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

    from tap_analytics.tap import TapAnalytics

_TEST = (
    "Ask for one page of each stream, and for the next where there is one: says which fail, writes no record, moves no "
    "bookmark. `--test=schema` writes the SCHEMA messages instead."
)

# What `--config` takes for the environment instead of a file.
_ENVIRONMENT = "ENV"


class Command(Tap):
    """Singer tap for analytics REST APIs with an API key or OAuth2, `limit` and `offset`, and records under `data`."""

    # `--about` shows this docstring, the name and the settings. `TapAnalytics` has the same ones; it is imported only
    # when there is something to read, so that the other commands start quickly.
    name = "tap-analytics"
    config_jsonschema: ClassVar[dict[str, Any]] = open_schema()

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        command = super().get_singer_command()
        command.epilog = in_words()
        for option in command.params:
            if option.name == "test" and isinstance(option, click.Option):
                option.help = _TEST
        return command

    @classmethod
    @override
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        given = super().cb_config(ctx, param, tuple(path for path in value if path == _ENVIRONMENT))
        for path in value:
            if path != _ENVIRONMENT:
                is_yaml = path.endswith((".yaml", ".yml"))
                found = files.document(path) if is_yaml else files.config_file(path)
                given.config |= files.with_code(found, beside=path)
        return given

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        for name, read in {"state": files.state_file, "catalog": files.catalog_file}.items():
            if file := options.get(name):
                options[name] = read(file, option=f"--{name}")
        if terminal.shows_bar("auto"):  # the SDK tells its version before it reads the settings
            terminal.quieten()
        with plain_failures(cls.logger):
            if options.get("about"):
                super().invoke(**options)
            _tap().invoke(**options)

    @classmethod
    @override
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:
        if value:
            with plain_failures(cls.logger):
                _tap().cb_discover(ctx, param, value)

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        if value == CliTestOptionValue.Disabled.value:
            return
        from tap_analytics.cli import check  # noqa: PLC0415 - no sync needs tables
        from tap_analytics.stream.messages.maps import Mapper  # noqa: PLC0415 - `--version` and `--about` need none

        given = ctx.params.get("config")
        config, parses_env = (given.config, given.parse_env) if given else ({}, False)
        with plain_failures(cls.logger):
            # The mapper would read samples.
            tap = _tap()(config=config, parse_env_config=parses_env, setup_mapper=False)
            terminal.quieten()
            if value == CliTestOptionValue.Schema.value:
                tap.mapper = Mapper.of(tap.catalog, config=tap.config, logger=tap.logger)
                tap.check_discovered(*tap.streams)
                tap.write_schemas()
                ctx.exit()
            findings = check.findings(tap)
        check.show(findings, tap.redactor)
        ctx.exit(1 if any(finding.fault for finding in findings) else 0)


def _tap() -> type[TapAnalytics]:
    with standing_still():
        from tap_analytics.tap import TapAnalytics  # noqa: PLC0415 - `--version` and `--about` need nothing that reads
    return TapAnalytics


@contextlib.contextmanager
def plain_failures(logger: logging.Logger) -> Iterator[None]:
    """End the process with one line per fault, and no traceback, when the user can mend what failed."""
    try:
        yield
    except ConfigValidationError as error:
        lines = error.errors or [str(error)]
    except SingerSDKError as error:
        lines = [str(error)]
    else:
        return
    for line in lines:
        logger.error("%s", line)
    sys.exit(1)
