"""A tap that reads one account, or many, each by a tap of its own."""

from __future__ import annotations

from abc import ABC
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.report import terminal
from tap_analytics.report.redaction.redact import Redactor, install
from tap_analytics.sync.signals import TapWithSignals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tap_analytics.accounts.account import Account
    from tap_analytics.configuration import Configuration
    from tap_analytics.report.progress import Progress
    from tap_analytics.report.stats import StreamStats
    from tap_analytics.sync.accounts import Accounts, Seat
    from tap_analytics.sync.display import Display


class TapWithAccounts(TapWithSignals, ABC):
    """The part of a tap that is about accounts: it may read one of several accounts, or all of them, or have none."""

    redactor: Redactor
    seat: Seat | None
    accounts: Accounts
    sampled: Collection[str] = ()  # streams whose fields in the catalog come from a sample, and not from a choice

    @cached_property
    def samples(self) -> dict[str, StreamStats]:
        """The figures of the samples that were read for the fields of streams, by the name of the stream."""
        return {}

    def take(self, seat: Seat | None) -> Configuration | None:
        """Take a seat among the taps of other accounts, and return the configuration of the account."""
        self.seat = seat
        return seat.configuration if seat else None

    def redacting(self, configuration: Configuration) -> Redactor:
        """Return the redactor for the secrets of a configuration; all log handlers use it from now on."""
        if self.seat:  # handlers know it already: of thousands of accounts each would go through all loggers
            return self.seat.redactor
        redactor = Redactor(configuration.secrets, configuration.names)
        install(redactor)
        return redactor

    def set_terminal(self, setting: str) -> None:
        """Keep the log off a terminal that shows a bar; `setting` is that of the progress."""
        if not self.seat:
            (terminal.quieten if terminal.shows_bar(setting) else terminal.tell_all)()

    def of_account(self, seat: Seat, **options: Any) -> Self:  # noqa: ANN401 - those of a tap
        """Return a tap for one account; each line of its log names it."""
        logger = self.logger.getChild(seat.account.name)
        tap: Self = type(type(self).__name__, (type(self),), {"logger": logger})(seat=seat, **options)
        return tap

    @cached_property
    def display(self) -> Display:
        """Shows how far the sync is; it has the figures of all streams."""
        from tap_analytics.sync.display import Display  # noqa: PLC0415 - discovery shows nothing

        return Display(self.config, logger=self.logger, redactor=self.redactor, seat=self.seat)

    @property
    def progress(self) -> Progress:
        """Shows how far the sync is."""
        return self.display.progress

    def stats(self, stream: str) -> StreamStats:
        """Return the figures of a stream in this sync."""
        return self.display.stats(stream)

    def check_streams(self) -> None:
        """Find out the streams.

        Raises:
            ConfigValidationError: The catalog does not fit the streams.
        """
        _ = self.streams

    def readers(self) -> Iterator[Self]:
        """Give the tap of each account; without accounts, the tap itself."""
        yield from self.accounts.each(setup_mapper=False) if self.accounts.accounts else [self]

    def reader(self, account: str | None) -> Self:
        """Return the tap of an account; without a name and without accounts, the tap itself.

        Raises:
            ConfigValidationError: There is no such account.
        """
        if self.accounts.accounts or account is None:
            one: Self = self.accounts.open(account, setup_mapper=False) if self.accounts.accounts else self
            return one
        fault = f"the window is of an account `{account}`, and the configuration has no accounts"
        raise ConfigValidationError(fault, errors=[fault])

    @property
    def account(self) -> Account | None:
        """The account that is read; with several accounts the first, without accounts None."""
        return self.seat.account if self.seat else next(iter(self.accounts.accounts), None)

    @property
    def marks(self) -> dict[str, str]:
        """The fields that name the account in each record."""
        return dict(self.account.marks) if self.account else {}

    @property
    def lender(self) -> Seat | Accounts | None:
        """The object that knows the fields of all accounts; None without accounts."""
        return self.seat or (self.accounts if self.accounts.accounts else None)
