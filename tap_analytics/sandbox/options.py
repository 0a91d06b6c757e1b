"""Options of a sandbox: how it behaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a sandbox.

    Args:
        rows: Number of rows by resource. Every schema of the package is one; a new name makes a new resource.
        seed: Same seed, same rows.
        api_key: The key that opens the API; empty for an API that wants none.
        key_name: One more name of the query parameter or header that may carry the key.
        client_id: OAuth2 client.
        client_secret: Its secret.
        username: User of HTTP Basic, of the grant `password`, and of the login.
        password: The password of the user.
        refresh_token: Refresh token of the client.
        is_rotating: Whether each use of a refresh token ends it, and gives a new one.
        assertion: What the grant `jwt-bearer` takes, beside anything that looks like a JWT.
        page_cap: Most rows on a page, whatever was asked for.
        total: Whether pages say how many rows there are; or the number they say; or what makes it of the true one.
        latency: Seconds before every answer.
        token_lifetime: Seconds until a token has expired.
        kind: How lists are asked for and answered, one of `KINDS`; as the contract says, if it is empty.
        usual_limit: Rows on a page where a request does not say how many.
        since_param: The parameter that asks for rows changed since a moment; empty for an API without one.
        live: Whether statistics differ from request to request, as those of a working call centre do.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    seed: int = 1
    api_key: str = "sandbox-key"
    key_name: str = "api_key"
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox
    username: str = "sandbox-user"
    password: str = "sandbox-password"  # noqa: S105 - likewise
    refresh_token: str = "sandbox-refresh-token"  # noqa: S105 - likewise
    is_rotating: bool = True
    assertion: str = "sandbox-assertion"
    page_cap: int | None = None
    total: bool | int | Callable[[int], int] = True
    latency: float = 0.0
    token_lifetime: float = 3600
    kind: str = ""
    usual_limit: int = 100
    since_param: str = "updated_since"
    live: bool = False

    def shown_total(self, total: int) -> int | None:
        """Return the total that pages say, None for none."""
        if callable(self.total):
            return self.total(total)
        if isinstance(self.total, bool):
            return total if self.total else None
        return self.total
