"""What of the settings must not be shown."""

from __future__ import annotations

import base64
from string import Formatter
from typing import TYPE_CHECKING, Any

from tap_analytics.http.authenticators import AUTHENTICATORS
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def secrets(given: Mapping[str, Any]) -> list[str]:
    """Return every value in the settings that must not be shown, and the forms in which it may be sent."""
    values = [*_values(given), *_texts(given.get("client"))]
    return [*forms(str(value) for value in values if value), *AUTHENTICATORS.encoded_secrets(given)]


def forms(secrets: Iterable[str]) -> list[str]:
    """Return secrets, and the forms in which they may be sent: without a scheme, and alone in base64."""
    found = list(secrets)
    # `Bearer TOKEN` holds a token, which may also be shown without its scheme.
    found += [credentials for secret in found if (credentials := secret.partition(" ")[2])]
    found += [
        base64.b64encode(form.encode("utf-8", "replace")).decode()
        for secret in found
        for form in (secret, f"{secret}:")
    ]
    return found


def header_secrets(templates: Iterable[str]) -> Iterator[str]:
    """Give what is fixed in the templates of headers, with and without the scheme before it."""
    for template in templates:
        for literal, *_ in Formatter().parse(template):
            scheme, _, credentials = literal.partition(" ")
            yield from (literal, credentials) if credentials else (scheme,)


def _values(given: Mapping[str, Any]) -> Iterator[object]:
    """Give the values of the settings that are secret, one by one where a setting is an object."""
    for name, setting in SETTINGS["properties"].items():
        if setting.get("secret"):
            value = given.get(name)
            yield from value.values() if isinstance(value, dict) else (value,)


def _texts(client: object) -> Iterator[str]:
    """Give every text in the credentials of a dlt configuration: what is wrong there may stand in the wrong place."""
    for part in ("auth", "headers"):
        words = client.get(part) if isinstance(client, dict) else None
        for name, value in words.items() if isinstance(words, dict) else ():
            if isinstance(value, str) and name not in {"type", "name", "location", "token_url", "access_token_url"}:
                yield value
