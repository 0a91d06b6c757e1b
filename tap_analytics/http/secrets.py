"""What of the settings must not be shown."""

from __future__ import annotations

import base64
from string import Formatter
from typing import TYPE_CHECKING, Any

from tap_analytics.http.auth import ClientCredentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.resources.resource import Resource


def secrets(given: Mapping[str, Any]) -> list[str]:
    """Return every value in the settings that must not be shown, the encoded pair of HTTP Basic included."""
    headers = given.get("headers")
    values = [given.get("api_key"), given.get("client_secret"), *_texts(given.get("client"))]
    values += headers.values() if isinstance(headers, dict) else [headers]
    secrets = [str(value) for value in values if value]
    # `Bearer TOKEN` holds a token, which may also be shown without its scheme.
    secrets += [credentials for secret in secrets if (credentials := secret.partition(" ")[2])]
    secrets += [
        base64.b64encode(form.encode("utf-8", "replace")).decode()
        for secret in secrets
        for form in (secret, f"{secret}:")
    ]
    if given.get("client_id") and given.get("client_secret"):
        client = ClientCredentials(
            token_url="", client_id=str(given["client_id"]), client_secret=str(given["client_secret"])
        )
        secrets.append(client.basic())
    return secrets


def header_secrets(declared: Sequence[Resource]) -> Iterator[str]:
    """Give what is fixed in the headers of resources, with and without the scheme before it."""
    for template in (value for resource in declared for value in resource.headers.values()):
        for literal, *_ in Formatter().parse(template):
            scheme, _, credentials = literal.partition(" ")
            yield from (literal, credentials) if credentials else (scheme,)


def _texts(client: object) -> Iterator[str]:
    """Give every text in the credentials of a dlt configuration: what is wrong there may stand in the wrong place."""
    for part in ("auth", "headers"):
        words = client.get(part) if isinstance(client, dict) else None
        for name, value in words.items() if isinstance(words, dict) else ():
            if isinstance(value, str) and name not in {"type", "name", "location", "token_url", "access_token_url"}:
                yield value
