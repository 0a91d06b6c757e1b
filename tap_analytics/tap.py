"""TapAnalytics: makes streams of settings (`streams.py`, `catalog/`) and syncs them (`sync/`) over one connection."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from dotenv import find_dotenv, load_dotenv
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, FatalSyncError
from singer_sdk.singerlib import StateMessage
from typing_extensions import override

from tap_analytics.catalog.absent import absent_streams, nothing_read
from tap_analytics.configuration import Configuration
from tap_analytics.http.auth.secrets import secrets
from tap_analytics.report import metrics
from tap_analytics.report.sums import sum_of
from tap_analytics.settings import open_schema
from tap_analytics.state import shapes
from tap_analytics.stream.failures import is_explained, reason_of
from tap_analytics.stream.hooks.settling import settle
from tap_analytics.stream.messages.maps import Mapper
from tap_analytics.stream.messages.writer import MessageWriter, StateWriter
from tap_analytics.sync.account_tap import TapWithAccounts
from tap_analytics.sync.accounts import Accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk import Stream

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.http.connection import Connection
    from tap_analytics.resources.detection.detector import Detector
    from tap_analytics.resources.discovery import Discovered, Discovery
    from tap_analytics.state.windows import Window
    from tap_analytics.sync.accounts import Seat
    from tap_analytics.sync.family import Family


class TapAnalytics(TapWithAccounts):
    """Singer tap for analytics REST APIs with an API key or OAuth2, `limit` and `offset`, and records under `data`."""

    name = "tap-analytics"
    message_writer_class = MessageWriter

    _has_settled = False  # whether the streams have been looked at
    takes_new_fields = True  # whether fields that first come behind a sample are declared
    window: Window | None = None  # the only part of one stream to be read, if it is set
    sampled_pages: int | None = None  # pages of each list that are read for its fields; None is the usual number
    config_jsonschema: ClassVar[dict[str, Any]] = open_schema()

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        parse_env_config: bool = False,
        validate_config: bool = True,
        seat: Seat | None = None,
        **options: Any,  # noqa: ANN401 - handed on to the SDK as they are
    ) -> None:
        metrics.install(self.logger)
        self.undiscovered: dict[str, FatalAPIError] = {}
        self._unusable_states: dict[str, FatalAPIError] = {}
        if parse_env_config:
            load_dotenv(find_dotenv(usecwd=True))
        schema = self.settings_schema()
        prefix = str(self._env_var_prefix) if parse_env_config else ""
        configuration = self.take(seat) or Configuration.of(config or {}, schema, prefix=prefix)
        self.redactor = self.redacting(configuration)
        self.resources, self._session = configuration.resources, configuration.session
        self.accounts = Accounts(tap=self, accounts=configuration.accounts, make=self.of_account)
        configuration.check(is_strict=validate_config)
        self.set_terminal(configuration.settings["progress"])
        configuration.tell(self.logger, is_empty=not config)
        writer = None
        if configuration.settings.get("batch_config"):
            from tap_analytics.stream.messages.batch_writer import batch_writer  # noqa: PLC0415 - most runs write records

            writer = batch_writer(configuration.settings, name=self.name)
        own = {"setup_mapper": False, "message_writer": options.get("message_writer") or writer}
        super().__init__(config=configuration.settings, validate_config=validate_config, **{**options, **own})
        if options.get("setup_mapper", True):
            self.streams  # noqa: B018 - they put into a catalog what it leaves to them
            self.mapper = Mapper.of(self.catalog, config=self.config, logger=self.logger)
        # The SDK has no public way to replace its own, which writes the whole state once for each bookmark.
        self.state_messages = self._state_writer = StateWriter(self.message_writer)  # type: ignore[assignment]

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        streams = super().streams
        if not self._has_settled:
            from tap_analytics.client import AnalyticsStream  # noqa: PLC0415

            self._has_settled = True
            for name, stream in streams.items():
                if not isinstance(stream, AnalyticsStream):
                    kind = type(stream).__name__
                    message = f"`{kind}`, the stream `{name}`, cannot be read; derive it from `AnalyticsStream`"
                    raise TypeError(message)
                settle(stream, AnalyticsStream)  # `discover_streams` of a subclass may have set a hook
        return streams

    # The SDK's own, which is final, ends with the first stream that fails.
    @override  # type: ignore[misc]
    def sync_all(self) -> None:
        """Sync every selected stream, also after one that failed.

        Raises:
            FatalSyncError: At the end, if a stream failed.
        """
        if self.accounts.accounts:
            from tap_analytics.sync.account_sync import AccountSync  # noqa: PLC0415 - most taps have no accounts

            AccountSync(accounts=self.accounts, width=self.connection.width).run(self.accounts.names)
            return
        self._has_settled = False  # hooks may have been set on streams since they were made
        self._set_compatible_replication_methods()
        roots = {name: stream for name, stream in self.streams.items() if stream.parent_stream_type is None}
        wanted = [name for name, each in roots.items() if each.selected or each.has_selected_descendents]
        chosen = [name for name, stream in self.streams.items() if stream.selected or name in wanted]
        failed: dict[str, str] = {}
        bookmarks = self.state.get("bookmarks", {})
        shapes.fall_behind(bookmarks, shapes.gone_children(bookmarks, self.streams))
        if absent := absent_streams(self.input_catalog, self.streams):
            self.logger.warning("%s", absent)
        with self.display.sync(
            self.streams,
            state=lambda: self.state,
            samples=self.samples,
            waited=lambda: self.connection.throttle.waited,
        ):
            try:
                for name in wanted:
                    failed |= self._sync(name)
            finally:
                self.connection.open_jobs.cancel()
                self.end_with_state()
        if not wanted:
            self.logger.warning("%s", nothing_read(self.input_catalog, self.streams))
        if failed:
            raise FatalSyncError(sum_of(failed, len(chosen), is_all=all(name in failed for name in wanted)))

    def end_with_state(self) -> None:
        """Write a STATE at the end, even if it has not changed: who keeps the last line then has the state."""
        self.state_messages.flush(self.state)
        if isinstance(self.message_writer, MessageWriter) and not self.message_writer.has_told_state:
            self.message_writer.write_message(StateMessage(value=self.state))

    def _sync(self, name: str) -> dict[str, str]:
        """Sync one stream with its children; return why some of them failed, by name."""
        from tap_analytics.client import AnalyticsStream  # noqa: PLC0415
        from tap_analytics.sync.family import Family  # noqa: PLC0415

        stream = self.streams[name]
        streams = [each for each in (stream, *stream.descendent_streams) if isinstance(each, AnalyticsStream)]
        chosen = [each.name for each in streams if each.selected or each is stream]
        family = Family(streams, width=self.connection.width)
        family.leave_out({each: str(reason) for each, reason in self.undiscovered.items() if each != name})
        reason = self._attempt(name, family)
        failed = ({name: reason} if reason else {}) | family.failures()
        if isinstance(self.message_writer, MessageWriter):
            (self.message_writer.abandon if failed else self.message_writer.activate)()
        self.state_messages.flush(self.state)
        self.display.conclude(chosen, failed, reason=reason)
        return failed

    def _attempt(self, name: str, family: Family) -> str:
        """Sync one stream with its children; return why it failed; empty if it did not."""
        stream = self.streams[name]
        try:
            self.check_discovered(name)
            family.begin()
            self._reset_state_progress_markers()
            if self.state:
                self.state_messages.write_state(self.state)
            stream.sync()
            stream.finalize_state_progress_markers()
            family.end()
        except Exception as error:
            reason = reason_of(error, name)
            self.logger.log(logging.ERROR, "%s", reason, exc_info=None if is_explained(error) else error)
            return reason
        finally:
            family.close()
        for failure in dict.fromkeys(family.failures().values()):
            self.logger.error("%s", failure)
        return ""

    @classmethod
    def settings_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of all settings: those of the tap, of a subclass, and of the SDK."""
        schema = open_schema(cls.config_jsonschema)
        cls.append_builtin_config(schema)
        return schema

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        try:
            bookmarks, accounts = shapes.content_of(state, secrets=secrets({**self.config, "headers": {}}))
        except ValueError as error:
            raise ConfigValidationError(str(error), errors=[str(error)]) from None
        if remark := self.accounts.remark(bookmarks, accounts):
            self.logger.warning("%s", remark)
        if self.accounts.accounts:
            self._state = self.accounts.load(accounts)  # type: ignore[assignment] # one that holds others
            return
        faults = {name: fault for name, each in bookmarks.items() if (fault := shapes.bookmark_fault(each))}
        self._unusable_states = {name: FatalAPIError(f"{name}: {fault}") for name, fault in faults.items()}
        self.undiscovered |= self._unusable_states
        usable = {name: shapes.join_partitions(each) for name, each in bookmarks.items() if name not in faults}
        super().load_state({"bookmarks": usable})
        for name in usable:  # the SDK passes over a stream without a bookmark, though its entry says that it was read
            self.state.setdefault("bookmarks", {}).setdefault(name, {})

    @override
    def discover_streams(self) -> Sequence[AnalyticsStream]:
        return list(self.discover().values())

    @property
    def resource_names(self) -> Sequence[str]:
        """The names of the resources to read."""
        from tap_analytics.catalog.stream_types import builtin  # noqa: PLC0415

        return [resource.name for resource in self.resources] or list(builtin())

    def discover(self, *names: str, samples: bool = True) -> dict[str, AnalyticsStream]:
        """Return the streams of these resources and of their parents; without names, those of all resources.

        Args:
            names: The resources.
            samples: Whether to read records for the fields of a resource that declares none; without, it has its key
                only.
        """
        from tap_analytics.catalog.stream_types import stream_types  # noqa: PLC0415 - `--version` and `--about` need no streams

        found = self.find(*names, samples=samples)
        self.undiscovered = {each.resource.name: each.failure for each in found if each.failure} | self._unusable_states
        if account := self.account:
            found = [account.own(each, self.input_catalog) for each in found]
        return {name: stream(self) for name, stream in stream_types(found).items()}

    def find(self, *names: str, samples: bool) -> Sequence[Discovered]:
        """Return these resources with their schemas and their parents; without names, all resources."""
        if lender := self.lender:
            return lender.find(*names, samples=samples)
        discovery = self.discovery(samples=samples)
        return [each for name in names for each in discovery.find(name)] if names else discovery.all()

    def discovery(self, *, samples: bool) -> Discovery:
        """Return the discovery, which finds the fields of the resources, from samples if `samples` is set."""
        from tap_analytics.catalog.stream_discovery import discovery_of  # noqa: PLC0415 - `--version` and `--about` need none

        # A stream that the catalog does not have is not read.
        return discovery_of(self, samples=samples and self.input_catalog is None)

    @property
    @override
    def catalog_dict(self) -> dict[str, Any]:
        # A catalog without all fields would be kept, and leave them out from then on.
        self.check_discovered(*self.streams)
        return super().catalog_dict

    def check_discovered(self, *streams: str) -> None:
        """Raise FatalAPIError if the fields of a stream are not known, since there was no sample of its records."""
        if reasons := dict.fromkeys(str(self.undiscovered[name]) for name in streams if name in self.undiscovered):
            raise FatalAPIError("; ".join(reasons))

    def write_state(self) -> None:
        """Write a STATE message, unless records that it covers are still to be written."""
        if not (isinstance(self.message_writer, MessageWriter) and self.message_writer.holds_records):
            self.state_writer.write_state(self.state)

    @cached_property
    def detector(self) -> Detector:
        """Finds out how resources are read that do not declare it."""
        from tap_analytics.resources.detection.detector import Detector  # noqa: PLC0415 - discovery of declared fields needs none

        return Detector(self.logger)

    @cached_property
    def connection(self) -> Connection:
        """The connection to the API, which all streams share."""
        from tap_analytics.http.connection import Connection  # noqa: PLC0415 - discovery of declared fields needs none

        within = self.seat.throttle if self.seat else None
        return Connection.of(self.config, self.redactor, self._session, within=within)
