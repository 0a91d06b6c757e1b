"""The accounts of a configuration, from the settings or from a file, or every fault in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_analytics.accounts import account_file
from tap_analytics.accounts.account import Account
from tap_analytics.config import validation
from tap_analytics.config.faults import suggestion
from tap_analytics.config.nesting import nesting_fault
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.http.auth.secrets import forms, secrets
from tap_analytics.report.redaction import named
from tap_analytics.resources.dlt_shape.variables import Variables, pieces
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Settings that say where accounts are.
WORDS = ("accounts", "accounts_file", "account_field")
# Settings that all accounts share: they have the same streams, and are read by one tap.
SHARED = frozenset(
    {
        *WORDS,
        *("resources", "resource_defaults", "sample_size", "discover_fields"),
        *("concurrency", "progress", "report", "session", "emit_activate_version_messages"),
    }
)
# Settings that hold for all accounts together; an account may have one of its own beside that.
OF_ALL = ("requests_per_second",)
# Text that is a secret.
_SECRETS = [
    name
    for name, setting in SETTINGS["properties"].items()
    if setting.get("secret") and "object" not in setting["type"]
]
_OWN = [name for name in SETTINGS["properties"] if name not in SHARED]
_LONGEST_NAME = 200
_ANY = "; it has a `name`, `params`, and any setting that differs"


@dataclass
class AccountList:
    """The accounts of a configuration, a sentence for each fault in them, and the secret values that they hold."""

    environment: Mapping[str, str] = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    accounts: list[Account] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, settings: Mapping[str, Any], schema: Mapping[str, Any], environment: Mapping[str, str]) -> AccountList:
        """Return the accounts that the settings name; the other settings apply where an account says nothing.

        Args:
            settings: The settings, with their defaults.
            schema: The JSON Schema of all settings.
            environment: The variables that hold the keys of the accounts.
        """
        listed = cls(environment, schema)
        entries = listed._entries(settings)
        listed._check_names(entries)
        found = [listed._add(entry, settings) if isinstance(entry, dict) else [] for _, entry in entries]
        common = [each for each in found[0] if all(each in others for others in found)] if found else []
        listed.faults += common
        for (place, entry), faults in zip(entries, found, strict=True):
            listed.faults += [f"{place}{_name_of(entry)}: {each}" for each in faults if each not in common]
        listed.faults += _twice("token_file", listed.accounts)
        return listed

    def settings_of_first(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings of the first account, with which fields and pages are found out before a sync."""
        if not self.accounts:
            return {}
        return {**self.accounts[0].settings, **{name: settings.get(name) for name in OF_ALL}}

    def _entries(self, settings: Mapping[str, Any]) -> list[account_file.Entry]:
        given, path = settings.get("accounts"), settings.get("accounts_file")
        if given and path:
            self.faults.append("`accounts` and `accounts_file` are both set; remove one of them")
        if given:
            return [(f"`accounts[{index}]`", each) for index, each in enumerate(given)]
        if not isinstance(path, str):
            return []
        entries, faults = account_file.read(path)
        self.faults += faults or ([] if entries else ["`accounts_file` names a file that holds no account"])
        return entries

    def _check_names(self, entries: Sequence[account_file.Entry]) -> None:
        """Note entries that are no accounts, and accounts that lack a name or share one."""
        first: dict[str, str] = {}
        for place, entry in entries:
            name = entry.get("name") if isinstance(entry, dict) else None
            if not isinstance(entry, dict):
                self.faults.append(f"{place} must be an object with a `name`, and with what differs")
            elif not _is_name(name):
                self.faults.append(f"{place} needs a `name`: printable text of at most {_LONGEST_NAME} characters")
            elif name in first:
                self.faults.append(f"{place} has the `name` of {first[name]} too (`{name}`); give each its own")
            else:
                first[str(name)] = place

    def _add(self, entry: dict[str, Any], settings: Mapping[str, Any]) -> list[str]:
        """Add an account, and return what is wrong with it."""
        if fault := nesting_fault(entry):
            return [f"it {fault}"]
        # The name of a variable is no secret: faults show it.
        self.secrets += [each for each in secrets(entry) if not _names_variable(each)]
        own = {name: value for name, value in entry.items() if name not in {"name", "params"} and value is not None}
        params = entry.get("params") or {}
        faults = [*_word_faults(own), *_params_faults(params), *_open_secrets(entry)]
        variables = Variables(self.environment)
        known = {name: variables.fill(own[name], name) for name in own if name in _OWN}
        filled = variables.fill(params, "params") if isinstance(params, dict) else {}
        self.secrets += forms(variables.secrets)
        merged = validation.normalize(_laid_over(known, settings), self.schema)
        self.secrets += secrets(merged)
        self.accounts.append(
            Account(
                name=str(entry.get("name")),
                mark=str(settings.get("account_field")),
                settings=merged,
                params={str(name): _text(value) for name, value in filled.items()},
            )
        )
        # Where a variable is not set there is no value to check.
        return [*faults, *(variables.faults or validation.faults(merged, self.schema, AUTHENTICATORS))]


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name == name.strip() and name.isprintable() and 0 < len(name) <= _LONGEST_NAME


def _name_of(entry: object) -> str:
    return f" (`{entry['name']}`)" if isinstance(entry, dict) and _is_name(entry.get("name")) else ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _word_faults(own: Mapping[str, Any]) -> Iterator[str]:
    """Give a sentence for each setting in an account that an account cannot have."""
    for name in own:
        if name in SHARED:
            yield f"`{name}` is the same for all accounts; set it beside them"
        elif name not in _OWN:
            yield f"`{name}` is not a setting of an account{suggestion(name, ['name', 'params', *_OWN]) or _ANY}"


def _params_faults(params: object) -> Iterator[str]:
    is_plain = isinstance(params, dict) and all(
        isinstance(name, str) and isinstance(value, str | int | float | bool) for name, value in params.items()
    )
    if params is not None and not is_plain:
        yield "`params` must be an object whose values are text, numbers, true or false"


def _open_secrets(entry: Mapping[str, Any]) -> Iterator[str]:
    """Give a sentence for each secret that is written out in an account; a variable should hold it."""
    for path, value in _texts(entry):
        name = path.rpartition(".")[2]
        is_secret = path in _SECRETS or any(named.values(f"{name}={value}"))
        if is_secret and isinstance(value, str) and not _names_variable(value):
            yield (
                f"`{path}` must name a variable of the environment that holds it, such as `$NORTH_API_KEY`; no key "
                "stands in a list of accounts"
            )


def _names_variable(text: str) -> bool:
    return any(variable for _, variable in pieces(text))


def _texts(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Give each plain value in an account, with its path."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, path)
    else:
        yield path, value


def _laid_over(own: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an account: the common ones, with its own on top, key by key where both are objects."""
    below = {name: value for name, value in settings.items() if name not in WORDS}
    for name, value in own.items():
        lower = below.get(name)
        below[name] = {**lower, **value} if isinstance(lower, dict) and isinstance(value, dict) else value
    return below | {name: own.get(name) for name in OF_ALL}


def _twice(name: str, accounts: Sequence[Account]) -> Iterator[str]:
    """Give a sentence for each account that names the same file as one before it."""
    first: dict[str, str] = {}
    for account in accounts:
        path = account.settings.get(name)
        if path and path in first:
            yield f"the account `{account.name}` has the `{name}` of `{first[path]}`; each needs its own"
        elif path:
            first[path] = account.name
