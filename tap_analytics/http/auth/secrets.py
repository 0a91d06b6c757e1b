"""Finds the values in the settings that must not be shown."""

from __future__ import annotations

import base64
import re
from string import Formatter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.http.request.placeholders import as_template
from tap_analytics.patterns import pattern
from tap_analytics.report.redaction.secret import SHORTEST_SECRET
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

# Words within `login`, `token_params` and the like whose values are no secrets; to hide those would make logs
# unreadable.
_PLAIN = {
    *("path", "method", "token_path", "token_header", "token_cookie", "expires_in_path", "expires_in"),
    *("header", "prefix", "cookie"),
    *("grant_type", "scope", "audience", "resource", "realm", "type", "response_type", "format", "accept"),
    *("content-type", "client_assertion_type", "subject_token_type", "requested_token_type"),
    *("user", "username", "user_name", "login", "email", "account", "company", "tenant", "domain"),
    *("database", "db", "environment", "application", "app"),
}
# Names of parameters that are credentials, and names like them that are none.
_NAMES = pattern(
    r"key|token|secret|passw|passphrase|pwd|jwt|auth|signature|^sig$|session[-_]?id|cookie|credential", re.IGNORECASE
)
_PLAIN_NAMES = pattern(
    r"(?:continuation|cursor|next|page|skip|sync|sort|order|primary|group|start|last)[-_]?(?:key|token)|author(?!iz)"
    r"|keyword|_?type$|method$",
    re.IGNORECASE,
)
# A name that says little: its value is a credential where it is long and has digits.
_VAGUE = pattern(
    r"^(?!.*(?:api|access|app|secret|private|client|auth)[-_]?key).*key|auth(?!oriz)|session", re.IGNORECASE
)
_MADE_UP = pattern(r"(?=\S*[0-9])\S{12,}")
_WORDS = {"true", "false", "none", "null", "json", "form"}
_PLAIN_OF_CLIENT = {
    *("type", "name", "location", "token_url", "access_token_url", "grant_type", "token_request", "token_path"),
    *("expires_in_path", "token_header", "token_prefix", "token_endpoint_auth_method", "token_file", "scope"),
    *("private_key_file", "path", "method", "token_cookie", "header", "prefix", "cookie"),
}


def secrets(given: Mapping[str, Any], schema: Mapping[str, Any] = SETTINGS) -> list[str]:
    """Return every value in the settings that must not be shown, and the forms in which it may be sent."""
    values = [*_values(given, schema), *_texts(given.get("client")), *_query_secrets(given.get("token_url"))]
    return [*forms(str(value) for value in values if value), *AUTHENTICATORS.encoded_secrets(given)]


def forms(secrets: Iterable[str]) -> list[str]:
    """Return secrets, also without a scheme before them, and each in base64, as they may be sent."""
    found = list(secrets)
    # `Bearer TOKEN` holds a token, which may also be shown without its scheme.
    found += [credentials for secret in found if (credentials := secret.partition(" ")[2])]
    found += [
        base64.b64encode(form.encode("utf-8", "replace")).decode()
        for secret in found
        for form in (secret, f"{secret}:")
    ]
    return found


def named_secrets(words: object, name: str = "") -> Iterator[str]:
    """Give the values in parameters or in a body, at any depth, whose names say that they are credentials."""
    if isinstance(words, dict):
        for each, value in words.items():
            yield from named_secrets(value, str(each))
    elif isinstance(words, list | tuple):
        for value in words:
            yield from named_secrets(value, name)
    elif isinstance(words, str) and "{" not in words and _is_credential(name, words):
        yield words


def _is_credential(name: str, value: str) -> bool:
    """Return whether a parameter is a credential: by its name, or by its value where the name says little."""
    if not _NAMES.search(name) or _PLAIN_NAMES.search(name):
        return False
    return not _VAGUE.search(name) or _MADE_UP.fullmatch(value) is not None


def header_secrets(templates: Iterable[str]) -> Iterator[str]:
    """Give the literal pieces in the templates of headers, with and without a scheme before them."""
    for template in templates:
        for literal, *_ in Formatter().parse(as_template(template)):
            scheme, _, credentials = literal.partition(" ")
            yield from (literal, credentials) if credentials else (scheme,)


def _values(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[object]:
    """Give the values of secret settings; if such a setting is an object, each value within it."""
    for name, setting in schema["properties"].items():
        if setting.get("secret"):
            value = given.get(name)
            # A header of any name may hold a secret.
            plain = _PLAIN if name in {"login", "token_params"} else set()
            yield from _leaves(value, plain) if isinstance(value, dict) else (value,)


def _query_secrets(url: object) -> Iterator[str]:
    """Give the credentials in the query of a URL."""
    query = str(url).partition("?")[2] if isinstance(url, str) else ""
    pairs = [(name, value) for name, value in parse_qsl(query) if len(value) >= SHORTEST_SECRET]
    yield from (value for name, value in pairs if _is_credential(name, value) or _MADE_UP.fullmatch(value))


def _leaves(value: object, plain: AbstractSet[str]) -> Iterator[object]:
    """Give the values at any depth of an object, except those under a name in `plain`."""
    if isinstance(value, dict):
        for name, part in value.items():
            if str(name).lower() not in plain or isinstance(part, dict | list):
                yield from _leaves(part, plain)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, plain)
    elif not isinstance(value, bool) and str(value).lower() not in _WORDS:
        yield value


def _texts(client: object) -> Iterator[str]:
    """Give every text in the credentials of a dlt configuration: a secret may stand in the wrong place there."""
    for part in ("auth", "headers"):
        words = client.get(part) if isinstance(client, dict) else None
        for name, value in words.items() if isinstance(words, dict) else ():
            if isinstance(value, str) and name not in _PLAIN_OF_CLIENT:
                yield value
            elif isinstance(value, dict | list):
                yield from (text for text in _leaves(value, _PLAIN) if isinstance(text, str))
