"""AccountSync: reads several accounts side by side, and writes their messages one after another."""

from __future__ import annotations

import contextlib
import copy
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, Queue, SimpleQueue
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError, SingerSDKError
from singer_sdk.singerlib.encoding.simple import (
    ActivateVersionMessage,
    Message,
    RecordMessage,
    SchemaMessage,
    StateMessage,
)
from typing_extensions import override

from tap_analytics.report.run.report import Report
from tap_analytics.report.stats import SUCCESS, StreamStats
from tap_analytics.stream.messages.writer import MessageWriter
from tap_analytics.sync.account_schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.report.trace import Trace
    from tap_analytics.sync.accounts import Accounts

# The most pages and messages of accounts that wait to be written.
WAITING = 64
# The most names of accounts in one message.
MOST_NAMES = 20


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The end of an account: why it failed, if it did, the figures of its streams, and how long requests waited."""

    account: str
    reason: str = ""
    stats: Sequence[StreamStats] = ()
    waited: float = 0


class PartOfReport(Report):
    """The report of one account: its requests are noted, and those of all are written together.

    Args:
        whole: The report of all.
    """

    def __init__(self, whole: Report) -> None:
        self._whole = whole

    @override
    def trace(self) -> Trace:
        return self._whole.trace()


class AccountWriter(MessageWriter):
    """Passes the messages of one account to the writing thread; versions are activated when all accounts are read.

    Args:
        out: Writes rows and messages, in the writing thread.
        tell: Takes any message except records and versions, in the writing thread.
        stand: Takes a state of the account, in the writing thread.
        send: Takes a function to be called in the writing thread.
    """

    def __init__(
        self,
        out: MessageWriter,
        tell: Callable[[Message], None],
        stand: Callable[[dict[str, Any]], None],
        send: Callable[[Callable[[], None]], None],
    ) -> None:
        super().__init__()
        self._out = out
        self._tell = tell
        self._stand = stand
        self._send = send

    @override
    def write_message(self, message: Message) -> None:
        if isinstance(message, ActivateVersionMessage):
            self._version(message.stream, message.version)
        elif isinstance(message, RecordMessage):
            message.version = self._version(message.stream, message.version)
            self._send(partial(self._out.write_message, message))
        elif isinstance(message, StateMessage):
            self.has_told_state = True
            # It moves on while this one waits.
            self._send(partial(self._stand, copy.deepcopy(dict(message.value))))
        else:
            self._send(partial(self._tell, message))

    @override
    def write_rows(self, stream: str, records: Sequence[Any]) -> None:
        self._send(partial(self._out.write_rows, stream, records))

    def _version(self, stream: str, version: int | None) -> int | None:
        """Return the version of a stream, which is that of the first account: a target removes rows of others."""
        return None if version is None else self._out.versions.setdefault(stream, version)


@dataclass(kw_only=True)
class AccountSync:
    """Reads accounts, several at once, each by a tap of its own in a thread; the calling thread writes all messages.

    Args:
        accounts: The accounts.
        width: How many are read at once.
        prepare: Called with each tap before it syncs, for example to choose what it reads.
    """

    accounts: Accounts
    width: int = 1
    prepare: Callable[[Any], None] | None = None
    _pieces: Queue[Callable[[], None]] = field(default_factory=lambda: Queue(WAITING))
    _ended: int = 0
    _open: dict[str, Any] = field(default_factory=dict)
    _schemas: Schemas = field(default_factory=Schemas)
    _failed: dict[str, str] = field(default_factory=dict)
    _figures: dict[str, StreamStats] = field(default_factory=dict)
    _of_streams: list[StreamStats] = field(default_factory=list)
    _waited: float = 0

    def run(self, names: Sequence[str]) -> None:
        """Sync accounts, and write their messages.

        Raises:
            FatalSyncError: At the end, if an account failed.
        """
        tap = self.accounts.tap
        # The streams are found out once, before the threads need them.
        tap.check_streams()
        made = tap.display.begin()
        self.accounts.report = PartOfReport(made)
        try:
            self._run(names)
        finally:
            for one in list(self._open.values()):
                one.connection.open_jobs.cancel()
            self._conclude(names)
            made.end(self._of_streams, sys.exception(), waited=self._waited)
            tap.end_with_state()
        if self._failed:
            raise FatalSyncError(self._summary(len(names)))

    def _run(self, names: Sequence[str]) -> None:
        waiting: SimpleQueue[str] = SimpleQueue()
        for name in names:
            waiting.put(name)
        for number in range(min(self.width, len(names))):
            # As daemons they end with the process, even in the middle of a request.
            arguments = waiting, len(names)
            threading.Thread(target=self._work, args=arguments, name=f"accounts-{number}", daemon=True).start()
        while self._ended < len(names):
            write = self._pieces.get()
            write()
        if not self._failed and self.prepare is None:
            self._activate([name for name in self.accounts.states if name not in names])

    def _work(self, waiting: SimpleQueue[str], count: int) -> None:
        with contextlib.suppress(Empty):
            while True:
                name = waiting.get_nowait()
                self._pieces.put(partial(self._note, self._read(name), count))

    def _read(self, name: str) -> Ended:
        """Read one account to its end, and return how it ended."""
        reason = ""
        logger, tap = self.accounts.tap.logger.getChild(name), None
        try:
            out, stand = self.accounts.tap.message_writer, partial(self._stand, name)
            writer = AccountWriter(out, self._tell, stand, self._pieces.put)
            self._open[name] = tap = self.accounts.open(name, message_writer=writer)
            if self.prepare:
                self.prepare(tap)
            tap.sync_all()
        except FatalSyncError as error:  # the errors of its streams were logged already
            reason = str(error)
        except SingerSDKError as error:
            reason = str(error)
            logger.error("%s", error)  # noqa: TRY400 - no traceback for users
        except Exception as error:  # an error of one account must not stop the others
            reason = str(error) or type(error).__name__
            logger.exception("%s", reason)
        finally:
            self._open.pop(name, None)
        if tap is None:
            return Ended(account=name, reason=reason)
        return Ended(account=name, reason=reason, stats=tap.display.all_stats, waited=tap.connection.throttle.waited)

    def _tell(self, message: Message) -> None:
        """Write a message; a schema gets all fields that any account had before."""
        told = self._schemas.add(message) if isinstance(message, SchemaMessage) else message
        self.accounts.tap.message_writer.write_message(told)

    def _stand(self, account: str, state: dict[str, Any]) -> None:
        """Keep the state of an account behind its messages, and write it now and then."""
        tap = self.accounts.tap
        self.accounts.states[account] = state
        tap.state_messages.write_state(tap.state)

    def _note(self, ended: Ended, count: int) -> None:
        """Keep the figures of an account, and log how far the sync is."""
        self._ended += 1
        if ended.reason:
            self._failed[ended.account] = ended.reason
        for stats in ended.stats:
            figures = self._figures.setdefault(stats.stream, StreamStats(stream=stats.stream))
            figures.add(stats)
            stats.stream = f"{ended.account}: {stats.stream}"
        self._of_streams += ended.stats
        self._waited += ended.waited
        rows = sum(stats.rows for stats in ended.stats)
        result = "failed" if ended.reason else "read"
        told = "%s: %s, %s rows (%d of %d accounts)"
        self.accounts.tap.logger.info(told, ended.account, result, f"{rows:,}", self._ended, count)

    def _activate(self, absent: Sequence[str]) -> None:
        """Write the versions of the streams, so that the target removes records that no account has any more.

        It would remove those of accounts that are `absent` too: the state knows them, and another sync may read them.
        """
        writer = self.accounts.tap.message_writer
        if absent and writer.versions:
            self.accounts.tap.logger.warning(
                "The state has accounts that the configuration does not have (%s): no record is removed from %s, since "
                "theirs would be too. If they are gone, remove them from the state",
                ", ".join(absent[:MOST_NAMES]),
                ", ".join(writer.versions),
            )
            return
        for stream, version in dict(writer.versions).items():
            writer.write_message(ActivateVersionMessage(stream=stream, version=version))
        if writer.versions:
            writer.activate()

    def _conclude(self, names: Sequence[str]) -> None:
        for figures in self._figures.values():
            figures.before = f"{len(names):,} accounts" if len(names) > 1 else names[0]
            figures.result = figures.result or SUCCESS
        self.accounts.tap.progress.end(list(self._figures.values()))

    def _summary(self, count: int) -> str:
        names = list(self._failed)
        more = f" and {len(names) - MOST_NAMES} others" if len(names) > MOST_NAMES else ""
        message = f"{len(names)} of {count} accounts failed: {', '.join(names[:MOST_NAMES])}{more}"
        if len(names) == count:
            message += f". The first failure: {next(iter(self._failed.values()))}"
        return message
