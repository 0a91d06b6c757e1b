"""Accounts: opens a tap for each account when it is wanted, and has what all accounts share."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.catalog.stream_types import builtin
from tap_analytics.configuration import Configuration
from tap_analytics.report.run.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.accounts.account import Account
    from tap_analytics.http.throttle import Throttle
    from tap_analytics.report.redaction.redact import Redactor
    from tap_analytics.resources.discovery import Discovered, Discovery
    from tap_analytics.resources.resource import Resource

# Fields are inferred from samples of so many accounts, and of so many if those have no records.
SAMPLED_ACCOUNTS = 3
MOST_ACCOUNTS = 10


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What the tap of one account gets from the tap that reads all of them.

    `find` returns the resources with these names, or all, with their schemas; it reads samples if `samples` is set.
    `report` adds the requests of the account to the report of all.
    """

    account: Account
    configuration: Configuration
    redactor: Redactor
    throttle: Throttle
    find: Callable[..., Sequence[Discovered]]
    report: Report


class Accounts(msgspec.Struct, kw_only=True):
    """The accounts of a tap, in their order.

    Args:
        tap: The tap that reads all of them.
        accounts: The accounts.
        make: Makes the tap of one account from the options of a tap.
        states: The states of accounts by their names, also of accounts that no longer exist.
        report: Takes the requests of all accounts.
    """

    tap: Any
    accounts: Sequence[Account]
    make: Callable[..., Any]
    states: dict[str, Any] = msgspec.field(default_factory=dict)
    report: Report = msgspec.field(default_factory=Report)
    _found: dict[tuple[tuple[str, ...], bool], Sequence[Discovered]] = msgspec.field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the accounts."""
        return [account.name for account in self.accounts]

    def open(self, name: str | None, **options: Any) -> Any:  # noqa: ANN401 - a tap, whose module stands above
        """Return a tap that reads one account.

        Args:
            name: The name of the account.
            options: Options of the tap.

        Raises:
            ConfigValidationError: There is no such account, or its state is malformed.
        """
        account = next((each for each in self.accounts if each.name == name), None)
        if account is None:
            listed = ", ".join(f"`{each}`" for each in self.names[:MOST_ACCOUNTS])
            fault = f"there is no account `{name}`" if name is not None else "the window names no `account`"
            fault += f"; there are {len(self.accounts)}: {listed}{', ...' if len(self.names) > MOST_ACCOUNTS else ''}"
            raise ConfigValidationError(fault, errors=[fault])
        seat = Seat(
            account=account,
            configuration=Configuration.of_account(account, self._resources()),
            redactor=self.tap.redactor,
            throttle=self.tap.connection.throttle,
            find=self.find,
            report=self.report,
        )
        state = copy.deepcopy(self.states.get(account.name, {}))
        return self.make(seat, catalog=self.tap.input_catalog, state=state, **options)

    def remark(self, bookmarks: Mapping[str, Any], states: Mapping[str, Any]) -> str:
        """Return a warning if a state is of accounts and the configuration has none, or the other way round."""
        if self.accounts:
            is_other = bool(bookmarks) and not states
            return "The state is of no account, and the configuration has accounts: all is read" if is_other else ""
        return "The state is of accounts, and the configuration has none: all is read" if states else ""

    def load(self, states: Mapping[str, Any]) -> dict[str, Any]:
        """Return the state of the tap, which contains the states of the accounts from now on.

        Args:
            states: The states of accounts by their names.
        """
        self.states = copy.deepcopy(dict(states))
        return {"bookmarks": {}, "accounts": self.states}

    def keep(self, tap: Any) -> None:  # noqa: ANN401 - likewise
        """Keep the state of the tap of an account; do nothing for any other tap."""
        if tap.seat:
            self.states[tap.seat.account.name] = tap.state

    def each(self, **options: Any) -> Iterator[Any]:  # noqa: ANN401 - the options of a tap
        """Give a tap for each account, one after another."""
        return (self.open(name, **options) for name in self.names)

    def find(self, *names: str, samples: bool = True) -> Sequence[Discovered]:
        """Return the resources and their schemas, which are the same for all accounts.

        Fields are inferred from samples of the first accounts, and of more if those have no record.
        """
        if (names, samples) not in self._found:
            found = union(self._discoveries(samples=samples), names)
            known = {each.name: each for each in (*builtin().values(), *self._resources())}
            self._found[names, samples] = [_without_params(each, known[each.resource.name]) for each in found]
        return self._found[names, samples]

    def _discoveries(self, *, samples: bool) -> Iterator[Discovery]:
        for each in self.each(setup_mapper=False):
            each.sampled_pages = self.tap.sampled_pages
            yield each.discovery(samples=samples)

    def _resources(self) -> Sequence[Resource]:
        return self.tap.resources or list(builtin().values())


def union(discoveries: Iterable[Discovery], names: Sequence[str]) -> Sequence[Discovered]:
    """Return the resources with the fields that any of the first accounts has, parents before their children.

    Args:
        discoveries: The discovery of each account.
        names: The resources that are wanted; all if it is empty.
    """
    found: dict[str, Discovered] = {}
    for number, discovery in enumerate(discoveries, 1):
        for each in [each for name in names for each in discovery.find(name)] if names else discovery.all():
            name = each.resource.name
            found[name] = both(found[name], each) if name in found else each
        is_open = any(each.is_open for each in found.values())
        needs_more = number < SAMPLED_ACCOUNTS or (is_open and number < MOST_ACCOUNTS)
        if not needs_more or not any(each.resource.is_inferred for each in found.values()):
            break
    return list(found.values())


def both(one: Discovered, other: Discovered) -> Discovered:
    """Return a resource with the fields that either of two accounts has."""
    if one.is_open or other.is_open:
        return other if one.is_open else one
    # Most syncs need no inference.
    from tap_analytics.records import inference  # noqa: PLC0415

    return msgspec.structs.replace(one, schema=inference.merge(one.schema, other.schema))


def _without_params(found: Discovered, resource: Resource) -> Discovered:
    """Return what was found of a resource without the parameters of the account that it was found in."""
    return msgspec.structs.replace(found, resource=replace(found.resource, params=resource.params))
