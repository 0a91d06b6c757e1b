"""The grants that there are: a line for each, and which of them settings choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.http.auth.grants.client_credentials import ClientCredentials
from tap_analytics.http.auth.grants.jwt_bearer import JwtBearer
from tap_analytics.http.auth.grants.password import Password
from tap_analytics.http.auth.grants.refresh_token import RefreshToken
from tap_analytics.http.auth.grants.self_signed import SelfSigned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.http.auth.grants.grant import Grant

# `client_credentials` comes last: the other grants may have `client_id` and `client_secret` too.
GRANTS: tuple[type[Grant], ...] = (
    RefreshToken,
    JwtBearer,
    Password,
    SelfSigned,
    ClientCredentials,
)


def grant_of(config: Mapping[str, Any]) -> type[Grant] | None:
    """Return the grant that settings choose, by its name or by its credentials; None where they choose none."""
    name = config.get("grant_type")
    if name is not None:
        return next((grant for grant in GRANTS if grant.name == name), None)
    return next((grant for grant in GRANTS if any(mark in config for mark in grant.marks)), None)
