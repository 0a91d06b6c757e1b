"""Links of an API to its own pages: where they lead, and what of them is sent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urljoin, urlsplit

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.link_rule import LinkRule
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_PORTS = {"http": 80, "https": 443}
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WHOLE = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
# Characters that clients read differently or drop: control characters, and before the query a `\`, which some take
# for `/`.
_AMBIGUOUS = pattern(r"[\x00-\x1f\x7f]|^[^?#]*\\")


class Origin(NamedTuple):
    """Scheme, host and port of a URL: the key is sent to this one place only."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


def is_whole(path: str) -> bool:
    """Return whether a declared path is a whole URL, which may lead to another server than that of the API."""
    return _WHOLE.match(path) is not None


def follow_link(link: str, *, base: str, url: str, credential: str | None, rule: LinkRule = LinkRule.REFUSE) -> str:
    """Return the URL that a link leads to, without the key, which is added when the request is signed.

    The rest of the link stays as the API wrote it, byte for byte.

    Args:
        link: An absolute link, or one that is relative to the page that it stands on.
        base: The URL of the API, whose scheme, host and port the link must keep to, unless the rule lets it go.
        url: The URL of the request whose page holds the link.
        credential: The name of the query parameter that carries the key; None if none does.
        rule: What is done with a link that leads elsewhere.

    Raises:
        FatalAPIError: The link leads elsewhere, or cannot be read in one way only. The message shows no path and no
            query string: both may hold secrets.
    """
    link = link.strip()
    found, expected = None, origin(base)
    if not _AMBIGUOUS.search(link):
        resolved = link if _SCHEME.match(link) else urljoin(url, link)
        found = origin(resolved)
    if found is None or expected is None:
        message = (
            "the link to the next page is not a plain `http` or `https` URL; check which field or header it is read "
            "from, or use another `paginator`"
        )
        raise FatalAPIError(message)
    if found != expected and rule is LinkRule.QUERY_ONLY:
        resolved = f"{expected}{_behind_host(resolved)}"
    elif found != expected and rule is LinkRule.REFUSE:
        message = (
            f"the link to the next page leads to {found}, but the key is sent to {expected} only; if both are the "
            f"same API, set `api_url` to the one that it names, or `link_query_only` in the `paginator`; with "
            "`link_without_key` it is followed without the key"
        )
        raise FatalAPIError(message)
    # Parameters that are added would stand in the fragment, which is not sent.
    resolved = resolved.partition("#")[0]
    return resolved if credential is None else without_parameter(resolved, credential)


def left_out(link: str, url: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of the first request that a link lacks although its page needs them.

    Without the filter of the first page, the second page would be one of another list. So a link to the same address
    with nothing but numbers and known parameters gets the parameters that it lacks; a link with a cursor gets none.

    Args:
        link: The whole URL that is asked for.
        url: The URL of the first page.
        params: The parameters of the first page.
    """
    from tap_analytics.pagination.linked.numbered_links import holds_number  # noqa: PLC0415 - few lists have links

    address, _, query = link.partition("?")
    known, sent = {_plain(name) for name in params}, parse_qsl(query, keep_blank_values=True)
    is_plain = all(value.isdecimal() or _plain(name) in known for name, value in sent)
    if not is_plain or not holds_number(link) or address != url.partition("?")[0]:
        return {}
    there = {_plain(name) for name, _ in sent}
    return {name: value for name, value in params.items() if _plain(name) not in there}


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def absolute(link: object, url: str) -> object:
    """Return the whole URL of a link relative to a page; a value that is no relative link is returned as it is."""
    if not isinstance(link, str) or not link.strip() or _AMBIGUOUS.search(link.strip()) or _SCHEME.match(link.strip()):
        return link
    return urljoin(url, link.strip())


def _behind_host(url: str) -> str:
    """Return path, query and fragment of a whole URL as they are written."""
    rest = url.partition("://")[2]
    return rest[len(re.split(r"[/?#]", rest, maxsplit=1)[0]) :]


@lru_cache(maxsize=16)  # most requests go to the same few URLs
def origin(url: str) -> Origin | None:
    """Return the origin of a URL; None if that is doubtful: another scheme than HTTP, a user name, or no host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or re.search(r"[@\s]", parts.netloc):
        return None
    return Origin(parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port)


def differs_by_slash(url: str, location: str) -> bool:
    """Return whether a redirect leads to the same path, but for the slash at its end.

    Its scheme may be another one, as behind a proxy that does not tell the server of it.
    """
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
        is_same_host = here.hostname == there.hostname
    except ValueError:
        return False
    is_same_path = here.path.rstrip("/") == there.path.rstrip("/") != ""
    return is_same_host and is_same_path and here.path.endswith("/") != there.path.endswith("/")


def without_parameter(url: str, name: str) -> str:
    """Return a URL without the query parameters of a name, however they are encoded; the rest is untouched."""
    address, hash_sign, fragment = url.partition("#")
    path, _, query = address.partition("?")
    pairs = query.split("&")
    kept = [pair for pair in pairs if unquote_plus(pair.partition("=")[0]) != name]
    if len(kept) == len(pairs):
        return url
    return path + ("?" if kept else "") + "&".join(kept) + hash_sign + fragment
