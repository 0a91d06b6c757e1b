"""Parts of addresses, as the standard library takes them apart and puts them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urlencode, urljoin, urlsplit

from tap_analytics.resources.dlt_python.values import Namespace, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope
    from tap_analytics.resources.dlt_python.values import Arguments


def _of_texts(name: str, call: Callable[..., Any]) -> Callable[[Arguments, Scope], Any]:
    """Return what gives the result of a function for plain arguments, and an `Unknown` for others."""

    def result(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
        given = list(arguments.positional)
        if given and not arguments.named and all(map(_is_plain, given)):
            return call(*given)
        unknown = next((each for each in given if isinstance(each, Unknown)), None)
        return unknown or Unknown(arguments.line, f"calls `{name}` with what only running the code tells")

    return result


def _is_plain(value: object) -> bool:
    parts = value.values() if isinstance(value, dict) else [value]
    return all(isinstance(each, str | int | float) for each in parts)


def _parts(address: str) -> Namespace:
    found = urlsplit(address)
    names = ("scheme", "netloc", "path", "query", "fragment", "hostname", "port")
    return Namespace(Words({name: getattr(found, name) for name in names}))


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "quote": quote,
    "quote_plus": quote_plus,
    "urlencode": urlencode,
    "urljoin": urljoin,
    "urlparse": _parts,
    "urlsplit": _parts,
}
CALLS: Mapping[str, Callable[[Arguments, Scope], Any]] = {
    f"urllib.parse.{name}": _of_texts(name, call) for name, call in _FUNCTIONS.items()
}
