"""Configuration: reads the configuration of a tap, in its own shape or in dlt's, and finds every fault."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config import validation
from tap_analytics.config.nesting import nesting_fault
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.http.auth.secrets import forms, header_secrets, named_secrets, secrets
from tap_analytics.resources.dlt_shape.translation import Translation
from tap_analytics.resources.dlt_shape.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from logging import Logger
    from typing import Self

    from requests import Session

    from tap_analytics.accounts.account import Account
    from tap_analytics.resources.resource import Resource


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration of a tap.

    `settings` have their defaults, `resources` are the declared ones, `faults` has a sentence for each thing that is
    wrong, and `secrets` has every value that must not be shown. `is_demanding` says that the settings are needed for
    more than to list the built-in streams. `session` is the operator's own session, if there is one. `remarks` and
    `warnings` are sentences for the log. With `accounts`, the settings are those of the first account.
    """

    settings: dict[str, Any]
    resources: Sequence[Resource]
    faults: Sequence[str]
    secrets: Sequence[str]
    is_demanding: bool
    session: Session | None = None
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
    remarks: Sequence[str] = ()
    warnings: Sequence[str] = ()
    accounts: Sequence[Account] = ()

    # The generated one would show the fields, which hold secrets.
    __repr__ = object.__repr__

    @classmethod
    def of(cls, given: Mapping[str, Any], schema: Mapping[str, Any], *, prefix: str = "") -> Self:
        """Return the configuration with all its faults.

        Args:
            given: The configuration as it stands in files.
            schema: The JSON Schema of all settings.
            prefix: How the names of variables of the environment begin that are settings too; empty where none are.
        """
        if fault := nesting_fault(given):
            return cls._unreadable(given, schema, f"the configuration {fault}")
        translation = _translate(given)
        environment = validation.from_environment(schema, prefix) if prefix else {}
        settings = validation.normalize({**translation.settings, **environment}, schema)
        variables = _fill(settings, given)
        own_faults, accounts, hidden = _check(settings, schema)
        session, session_faults = _own_session(settings, "client.session" if "client" in given else "session")
        resources, resource_faults = _declare(settings, is_of_dlt="client" in given)
        return cls(
            settings=settings,
            resources=resources,
            faults=[
                *(translation.rename(fault) for fault in translation.faults or own_faults),
                *variables.faults,
                *session_faults,
                *(translation.rename_url(fault) for fault in resource_faults),
                *_report_faults(settings),
            ],
            session=session,
            names=translation.names,
            secrets=[
                *secrets({**given, **settings}, schema),
                *forms([*translation.secrets, *variables.secrets]),
                *hidden,
                *_own_secrets(settings, resources, session),
            ],
            remarks=[*translation.remarks, *_storage_remarks(settings)],
            warnings=translation.warnings,
            is_demanding=_asks(settings) or "client" in given or bool(accounts),
            accounts=accounts,
        )

    @classmethod
    def of_account(cls, account: Account, resources: Sequence[Resource]) -> Self:
        """Return the configuration of one account, which was checked with all others."""
        resources = [account.with_params(each) for each in resources]
        return cls(settings=dict(account.settings), resources=resources, faults=(), secrets=(), is_demanding=True)

    @classmethod
    def _unreadable(cls, given: Mapping[str, Any], schema: Mapping[str, Any], fault: str) -> Self:
        """Return the configuration of a tap that cannot read what is given, for the reason `fault`."""
        return cls(
            settings=validation.normalize({}, schema),
            resources=(),
            faults=[fault],
            secrets=list(secrets(given)),
            is_demanding=True,
        )

    def tell(self, logger: Logger, *, is_empty: bool) -> None:
        """Log the remarks and warnings, and the faults, unless nothing is given (`is_empty`)."""
        for remark in self.remarks:
            logger.info("%s", remark)
        for fault in (*self.warnings, *(() if is_empty else self.faults)):
            logger.warning("%s", fault)

    def check(self, *, is_strict: bool) -> None:
        """Raise ConfigValidationError with all faults, if there are any and the settings are needed."""
        if self.faults and (is_strict or self.is_demanding):
            summary = f"the settings are not valid: {'; '.join(self.faults)}"
            raise ConfigValidationError(summary, errors=list(self.faults))


def _translate(given: Mapping[str, Any]) -> Translation:
    """Return a configuration of dlt's shape as settings of the tap; one in the tap's shape is returned as it is."""
    if "client" not in given:
        return Translation(dict(given))
    if isinstance(given["client"], str):  # Meltano hands unknown settings over as text
        with contextlib.suppress(ValueError):
            given = {**given, "client": json.loads(given["client"])}
    from tap_analytics.resources.dlt_shape import dlt  # noqa: PLC0415 - it reads YAML: a tenth of the start, for few runs

    return dlt.translate(given)


def _check(
    settings: dict[str, Any], schema: Mapping[str, Any]
) -> tuple[Sequence[str], Sequence[Account], Sequence[str]]:
    """Return what is wrong with the settings, the accounts that they name, and the secrets of these.

    The settings of the first account replace those that all accounts share.
    """
    if not settings.get("accounts") and not settings.get("accounts_file"):
        return validation.faults(settings, schema, AUTHENTICATORS), (), ()
    from tap_analytics.accounts.account_list import WORDS, AccountList  # noqa: PLC0415 - most taps have no accounts

    # With accounts, the settings are checked for each account, and a fault has the place of the account.
    words = {name: settings[name] for name in WORDS if not isinstance(settings.get(name, []), list)}
    if faults := validation.type_faults(words, schema):
        return faults, (), ()
    listed = AccountList.of(settings, schema, os.environ)
    if settings.get("session"):
        listed.faults.insert(
            0, "`session` cannot be used with `accounts`: it would send the credentials of one to the others; remove it"
        )
    settings |= listed.settings_of_first(settings)
    return listed.faults, listed.accounts, listed.secrets


def _fill(settings: dict[str, Any], given: Mapping[str, Any]) -> Variables:
    """Fill variables of the environment into settings that are objects with secrets, and return the variables.

    In a `client` of dlt's shape they are filled already.
    """
    variables = Variables(os.environ)
    for name in ("login", "token_params"):
        if isinstance(words := settings.get(name), dict) and (name in given or "client" not in given):
            settings[name] = variables.fill(words, name)
    return variables


def _declare(settings: Mapping[str, Any], *, is_of_dlt: bool) -> tuple[list[Resource], list[str]]:
    """Return the resources that the settings declare, and what is wrong with them.

    In a configuration of dlt's shape an entry with the name of a built-in stream does not change that stream, unless it
    is one of the statistics at its own path, which have no key.
    """
    is_list = isinstance(settings["resources"], list)  # anything else is a fault that the check of all settings names
    if not is_list or not (settings["resources"] or settings["resource_defaults"]):
        return [], []
    # Most runs declare none.
    from tap_analytics.catalog.stream_types import builtin  # noqa: PLC0415
    from tap_analytics.resources.declaration import declarations  # noqa: PLC0415

    return declarations.read(
        settings["resources"],
        settings["resource_defaults"],
        builtin={name: each for name, each in builtin().items() if each.is_entity or not is_of_dlt},
        follows_settings=not is_of_dlt,
        settings=settings,
    )


def _own_session(settings: dict[str, Any], place: str) -> tuple[Session | None, list[str]]:
    """Return the operator's own session, whose headers are added to the settings, and what is wrong with it."""
    if "session" not in settings:
        return None, []
    from tap_analytics.http.own_session import headers_of  # noqa: PLC0415 - few have one
    from tap_analytics.resources import own_session  # noqa: PLC0415 - likewise

    session, faults = own_session.read(settings["session"], place)
    if session and isinstance(declared := settings["headers"], dict):
        said = {str(name).lower() for name in declared}
        own = {name: value for name, value in headers_of(session).items() if name.lower() not in said}
        settings["headers"] = own | declared
    return session, faults


def _asks(settings: Mapping[str, Any]) -> bool:
    """Return whether `--discover` sends requests; without requests it needs no valid settings."""
    return bool(settings["resources"] or settings["resource_defaults"] or settings["discover_fields"])


def _report_faults(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the file for the report of a run."""
    if settings.get("report") is None:
        return
    from tap_analytics.report.run.report import faults  # noqa: PLC0415 - most runs have none

    yield from faults(settings["report"])


def _own_secrets(settings: Mapping[str, Any], resources: Iterable[Resource], session: Session | None) -> Iterator[str]:
    """Give the secrets of resources with their own credentials, as they are written and as they are sent."""
    if session:
        from tap_analytics.http.own_session import secrets_of  # noqa: PLC0415 - few have one

        yield from forms(secrets_of(session))
    for entry in _entries(settings):
        endpoint = entry.get("endpoint")
        yield from secrets({"client": {"auth": endpoint.get("auth")}} if isinstance(endpoint, dict) else {})
    for resource in resources:
        yield from header_secrets(list(resource.headers.values()))
        yield from secrets(resource.auth or {})
        yield from forms(named_secrets([resource.params, resource.json, resource.data]))


def _storage_remarks(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield one sentence for all words about the tables of a destination."""
    words = {word for entry in _entries(settings) for word in entry}
    words |= {"scd2" for entry in _entries(settings) if "scd2" in str(entry.get("write_disposition"))}
    if not words:
        return
    from tap_analytics.resources.declaration.vocabulary import STORAGE  # noqa: PLC0415 - most runs declare none

    if taken := sorted(words.intersection({*STORAGE, "scd2"})):
        listed = ", ".join(f"`{word}`" for word in taken)
        yield f"{listed}: how records are stored is up to the target, so this changes nothing here"


def _entries(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries that are objects, the defaults first; they may be wrong in any other way."""
    given = settings["resources"]
    entries = [settings["resource_defaults"], *(given if isinstance(given, list) else ())]
    return [entry for entry in entries if isinstance(entry, dict)]
