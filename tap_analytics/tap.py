"""TapAnalytics: settings in, streams out; owns what the streams share."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import os
import signal
import sys
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from dotenv import find_dotenv, load_dotenv
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, FatalSyncError, SingerSDKError
from singer_sdk.singerlib import StateMessage
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_analytics.cli import files
from tap_analytics.config import validation
from tap_analytics.http import secrets as confidential
from tap_analytics.http.auth import Authenticator, BearerToken, ClientCredentials, KeyInHeader, KeyInQuery
from tap_analytics.http.retry import RetryPolicy
from tap_analytics.http.sender import Sender, Timeouts
from tap_analytics.http.throttle import Throttle
from tap_analytics.report import metrics, redact
from tap_analytics.report.progress import Progress, Silence, progress
from tap_analytics.report.stats import SUCCESS, StreamStats, bookmark
from tap_analytics.settings import SETTINGS, default_user_agent
from tap_analytics.state.bookmarks import Bookmarks
from tap_analytics.writer import MessageWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

    import click
    from singer_sdk import Stream

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.resources.resource import Resource


class TapAnalytics(Tap):
    """Singer tap for analytics REST APIs with an API key or OAuth2, `limit` and `offset`, and records under `data`."""

    name = "tap-analytics"
    message_writer_class = MessageWriter

    # The one stream that is being synced; all are there if it is None.
    _syncing: str | None = None
    config_jsonschema: ClassVar[dict[str, Any]] = copy.deepcopy(SETTINGS)

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        parse_env_config: bool = False,
        validate_config: bool = True,
        **options: Any,  # noqa: ANN401 - handed on to the SDK as they are
    ) -> None:
        metrics.install()
        self._tallies: dict[str, StreamStats] = {}
        self.undiscovered: dict[str, FatalAPIError] = {}
        self.display: Progress = Silence(self.logger)
        schema = self.settings_schema()
        given = dict(config or {})
        if parse_env_config:
            load_dotenv(find_dotenv(usecwd=True))
        translated, dlt_faults = _translated(given)
        if parse_env_config:
            translated |= validation.from_environment(schema, "TAP_ANALYTICS_")
        settings = validation.normalize(translated, schema)
        self.redactor = redact.Redactor(confidential.secrets(given | settings))
        redact.install(self.redactor)
        faults = dlt_faults or validation.faults(settings, schema)
        self.resources, resource_faults = _declared(settings)
        self.redactor.add(*confidential.header_secrets(self.resources))
        faults += resource_faults
        # Without a request nothing can go wrong, and `--discover` is for those who have only just begun.
        asks = bool(settings["resources"] or settings["resource_defaults"] or settings["discover_fields"])
        if faults and (validate_config or asks or "client" in given):
            summary = f"the settings are not valid: {'; '.join(faults)}"
            raise ConfigValidationError(summary, errors=faults)
        for fault in faults if given else ():
            self.logger.warning("%s", fault)
        super().__init__(config=settings, validate_config=validate_config, **options)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self.end_by_signal)
            signal.signal(signal.SIGINT, self.end_by_signal)

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        streams = super().streams
        return streams if self._syncing is None else {self._syncing: streams[self._syncing]}

    # The SDK ends with the first stream that fails, and its `sync_all` is final: here it is called once per stream.
    @override  # type: ignore[misc]
    def sync_all(self) -> None:
        """Sync every selected stream, also after one that failed.

        Raises:
            FatalSyncError: At the end, if a stream failed.
        """
        wanted = [
            name
            for name, stream in self.streams.items()
            if stream.parent_stream_type is None and (stream.selected or stream.has_selected_descendents)
        ]
        with self._displayed():
            try:
                failed = {name: reason for name in wanted if (reason := self._sync(name))}
            finally:
                self._tell_state()
        if failed:
            message = f"{len(failed)} of {len(wanted)} streams failed: {', '.join(failed)}"
            if len(failed) == len(wanted):  # for the same reason, as a rule; `meltano config test` shows no other line
                message += f". The first failure: {next(iter(failed.values()))}"
            raise FatalSyncError(message)

    @contextlib.contextmanager
    def _displayed(self) -> Iterator[None]:
        """Tell how far the sync is, and at its end, whatever that is, what became of each stream."""
        # What discovery has asked for is none of the sync.
        self._tallies = {name: StreamStats(stream=name, before=bookmark(self.state, name)) for name in self.streams}
        self.display = progress(self.config["progress"], self.logger, self.redactor)
        self.display.start()
        try:
            yield
        finally:
            for tally in self._tallies.values():
                tally.after = bookmark(self.state, tally.stream)
            self.display.end(list(self._tallies.values()))

    def tally(self, stream: str) -> StreamStats:
        """Return the figures of a stream in this sync."""
        return self._tallies.setdefault(stream, StreamStats(stream=stream))

    def _tell_state(self) -> None:
        """End with a STATE, also where it is that of the beginning: whoever keeps the last line keeps the state."""
        self.state_writer.write_state(self.state)
        if isinstance(self.message_writer, MessageWriter) and not self.message_writer.has_told_state:
            self.message_writer.write_message(StateMessage(value=self.state))

    def _sync(self, name: str) -> str:
        """Sync one stream with its children; return why it failed, or nothing at all."""
        stream = self.streams[name]
        family = [name, *(each.name for each in stream.descendent_streams if each.selected)]
        unknown = [each for each in stream.descendent_streams if each.name in self.undiscovered]
        for each in unknown:
            each.selected = False
        reason = self._attempt(name, also=[each for each in family if each in self.undiscovered])
        for tally in map(self.tally, family):
            tally.result = "failed" if reason else SUCCESS
        return reason

    def _attempt(self, name: str, *, also: Sequence[str]) -> str:
        """Sync one stream, then fail for those of its children whose fields are not known; return why, as `_sync`."""
        self._syncing = name
        stream = self.streams[name]
        try:
            self.check_discovered(name)
            super().sync_all()
            self.check_discovered(*also)
        except Exception as error:
            self.logger.log(logging.ERROR, "%s", error, exc_info=None if isinstance(error, FatalAPIError) else error)
            if isinstance(self.message_writer, MessageWriter):
                self.message_writer.abandon()
            return str(error) or type(error).__name__
        else:
            if isinstance(self.message_writer, MessageWriter):
                self.message_writer.activate()
            return ""
        finally:
            self._syncing = None
            if isinstance(stream.state_manager, Bookmarks):
                stream.state_manager.close(stream.stream_state)

    def end_by_signal(self, number: int, _: FrameType | None) -> None:
        """End the process with 128 + signal number, as a shell reports it; a second signal does so without delay."""
        signal.signal(number, lambda number, _: os._exit(128 + number))
        ending = SystemExit(128 + number)
        if not isinstance(self.message_writer, MessageWriter):
            raise ending
        self.message_writer.end(ending)

    @classmethod
    def settings_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of all settings, those of the SDK included."""
        schema = copy.deepcopy(SETTINGS)
        cls.append_builtin_config(schema)
        return schema

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        # A whole STATE message, as it stands in the output of a tap, is taken for its value.
        state = state["value"] if state.get("type") == "STATE" and "value" in state else state
        bookmarks = state.get("bookmarks", {}) if isinstance(state, dict) else None
        if not isinstance(bookmarks, dict) or not all(isinstance(bookmark, dict) for bookmark in bookmarks.values()):
            message = "the state is not one of this tap: `bookmarks` must be an object that holds an object per stream"
            raise ConfigValidationError(message, errors=[message])
        super().load_state(state)

    @override
    def discover_streams(self) -> Sequence[AnalyticsStream]:
        from tap_analytics.resources.discovery import Discovery  # noqa: PLC0415 - `--version` and `--about` need no streams

        discovery = Discovery(self)
        streams = discovery.streams()
        self.undiscovered = discovery.failures
        return streams

    @property
    @override
    def catalog_dict(self) -> dict[str, Any]:
        # A catalog without all fields would be kept, and leave them out from then on.
        self.check_discovered(*self.streams)
        return super().catalog_dict

    def check_discovered(self, *streams: str) -> None:
        """Raise FatalAPIError where the fields of a stream are not known, since there was no sample of its records."""
        if reasons := dict.fromkeys(str(self.undiscovered[name]) for name in streams if name in self.undiscovered):
            raise FatalAPIError("; ".join(reasons))

    @cached_property
    def retry(self) -> RetryPolicy:
        """What is transient, and how long to wait for it."""
        return RetryPolicy(
            max_retries=self.config["max_retries"],
            backoff_factor=self.config["backoff_factor"],
            max_wait=self.config["max_retry_wait"],
        )

    @cached_property
    def sender(self) -> Sender:
        """The connections to the API."""
        agent = self.config.get("user_agent") or default_user_agent()
        return Sender(
            headers={"Accept": "application/json", "User-Agent": agent, **self.config["headers"]},
            timeouts=Timeouts(connect=self.config["connect_timeout"], read=self.config["read_timeout"]),
            retry=self.retry,
            redactor=self.redactor,
            pace=self.pace,
            connections=self.config["concurrency"],
        )

    @cached_property
    def pace(self) -> Throttle:
        """How fast all streams together may ask."""
        return Throttle(self.config.get("requests_per_second"))

    @cached_property
    def authenticator(self) -> Authenticator:
        """The credentials, which sign every request."""
        key, location = self.config.get("api_key"), self.config["api_key_location"]
        if "client_id" in self.config:
            return BearerToken(self.client_credentials, self.sender)
        if key is None:
            return Authenticator()
        if location == "query":
            return KeyInQuery(self.config["api_key_name"], key)
        if location == "header":
            return KeyInHeader(self.config["api_key_name"], key)
        return KeyInHeader("Authorization", f"Bearer {key}")

    @property
    def client_credentials(self) -> ClientCredentials:
        """The OAuth2 client, where the settings have one."""
        return ClientCredentials(
            token_url=self.config.get("token_url") or f"{self.config['api_url']}/oauth/token",
            client_id=self.config["client_id"],
            client_secret=self.config["client_secret"],
            scope=self.config.get("scope"),
            method=self.config["token_endpoint_auth_method"],
        )

    @classmethod
    @override
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        documents = [path for path in value if path.endswith((".yaml", ".yml"))]
        with files.refused("--config", *value):
            given = super().cb_config(ctx, param, tuple(path for path in value if path not in documents))
        for path in documents:
            given.config |= files.document(path)
        return given

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        command = super().get_singer_command()
        command.epilog = "`tap-analytics preview STREAM` shows the first rows of a stream and the types of its fields."
        return command

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        for name in ("state", "catalog"):
            if file := options.get(name):
                options[name] = files.json_file(file, option=f"--{name}")
        with cls.told_plainly():
            super().invoke(**options)

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        if value == CliTestOptionValue.Disabled.value:
            return
        from tap_analytics.cli import check  # noqa: PLC0415 - no sync needs tables

        given = ctx.params.get("config")
        config, parses_env = (given.config, given.parse_env) if given else ({}, False)
        with cls.told_plainly():
            # Without the mapper, which would read samples.
            tap = cls(config=config, parse_env_config=parses_env, setup_mapper=False)
            if value == CliTestOptionValue.Schema.value:
                tap.setup_mapper()
                tap.check_discovered(*tap.streams)
                tap.write_schemas()
                ctx.exit()
            findings = check.Check(tap).findings()
        check.show(findings, tap.redactor)
        ctx.exit(1 if any(finding.fault for finding in findings) else 0)

    @classmethod
    @override
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:
        with cls.told_plainly():
            super().cb_discover(ctx, param, value)

    @classmethod
    @contextlib.contextmanager
    def told_plainly(cls) -> Iterator[None]:
        """End with one line and no traceback after a failure that the user can mend."""
        try:
            yield
        except ConfigValidationError as error:
            told = error.errors
        except SingerSDKError as error:
            told = [str(error)]
        else:
            return
        for line in told:
            cls.logger.error("%s", line)
        sys.exit(1)


def _translated(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the settings in a configuration of dlt's shape, and what is wrong with it; any other as it is."""
    if "client" not in given:
        return dict(given), []
    if isinstance(given["client"], str):  # Meltano keeps what it does not know as text
        with contextlib.suppress(ValueError):
            given = {**given, "client": json.loads(given["client"])}
    from tap_analytics.resources import dlt  # noqa: PLC0415 - it reads YAML: a tenth of the start, for few runs

    return dlt.translate(given)


def _declared(settings: Mapping[str, Any]) -> tuple[list[Resource], list[str]]:
    """Return the resources that the settings declare, and what is wrong with them."""
    if not settings["resources"] and not settings["resource_defaults"]:
        return [], []
    from tap_analytics.resources import declarations as resources  # noqa: PLC0415 - most runs declare none
    from tap_analytics.resources import discovery  # noqa: PLC0415 - most runs declare none

    return resources.read(settings["resources"], settings["resource_defaults"], builtin=discovery.ready())
