"""Security schemes of a document -> `auth` in dlt's words, with variables of the environment for the secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tap_analytics.resources.openapi.document import Node

Words = dict[str, Any]


def auth_of(root: Node, security: Node) -> tuple[Words | None, str]:
    """Return the words that sign a request, None if there are none, and a sentence if the document does not say enough.

    Args:
        root: The document.
        security: The alternatives that an operation, or the document, requires.
    """
    alternatives = [list(dict(each.items())) for each in security]
    if not alternatives or [] in alternatives:
        return None, ""
    schemes = root["components"]["securitySchemes"]
    for names in alternatives:
        if len(names) == 1 and (words := _words(schemes[names[0]])):
            return words, ""
    listed = " or ".join(" with ".join(f"`{name}`" for name in names) for names in alternatives)
    return None, f"it is signed by {listed}, about which a document does not say enough: set `auth`, or headers"


def _words(scheme: Node) -> Words | None:
    kind, place = scheme.text("type"), scheme.text("in")
    if kind == "apiKey" and place in ("header", "query", "cookie"):
        return {"type": "api_key", "name": scheme.text("name"), "api_key": "$API_KEY", "location": place}
    if kind == "http" and scheme.text("scheme").lower() == "bearer":
        return {"type": "bearer", "token": "$API_TOKEN"}
    if kind == "http" and scheme.text("scheme").lower() == "basic":
        return {"type": "http_basic", "username": "$API_USERNAME", "password": "$API_PASSWORD"}
    url = scheme["flows"]["clientCredentials"].text("tokenUrl")
    if kind == "oauth2" and url:
        client = {"client_id": "$CLIENT_ID", "client_secret": "$CLIENT_SECRET"}
        return {"type": "oauth2_client_credentials", "access_token_url": url, **client}
    if kind in ("oauth2", "openIdConnect"):
        return {"type": "bearer", "token": "$API_TOKEN"}
    return None
