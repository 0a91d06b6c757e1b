"""OAuth2 with a refresh token (RFC 6749, section 6), which the server may replace each time that it is used."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.grants.grant import CLIENT, Grant
from tap_analytics.http.auth.grants.token_file import TokenFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from tap_analytics.http.auth.token_answer import TokenAnswer
    from tap_analytics.report.redaction.redact import Redactor

logger = logging.getLogger("tap-analytics")


class RefreshToken(Grant):
    """Asks for a token with a refresh token: the one in the settings, or the last one that the server gave.

    Args:
        token: The refresh token in the settings; None if only the file has one.
        file: The file that keeps new refresh tokens; None without one.
        scope: The scope to ask for; usually that of the refresh token is enough.
        redactor: Hides the new refresh tokens too.
    """

    name: ClassVar = "refresh_token"
    marks: ClassVar = ("refresh_token", "token_file")
    takes: ClassVar = ("refresh_token", "token_file", *CLIENT)
    needs: ClassVar = "`refresh_token`, or a `token_file` that has one"

    def __init__(self, token: str | None, *, file: TokenFile | None, scope: str | None, redactor: Redactor) -> None:
        self._token = token or ""
        self._file = file
        self._scope = scope
        self._redactor = redactor
        self._is_of_file = False
        self._has_warned = False

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        token = config.get("refresh_token")
        return cls(token, file=TokenFile.of(config), scope=config.get("scope"), redactor=redactor)

    @override
    @classmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        return [] if "refresh_token" in config or "token_file" in config else ["refresh_token"]

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if file := TokenFile.of(config):
            yield from file.faults()

    @property
    @override
    def advice(self) -> str:
        which = "the refresh token in `token_file`" if self._is_of_file else "`refresh_token`"
        keep = "" if self._file else " with a `token_file`, which keeps each new one for the next run"
        return (
            f"{which} may have expired, been revoked, or been used elsewhere; get a new one and set it as "
            f"`refresh_token`{keep}, or check `client_id`, `client_secret` and `token_url`"
        )

    @override
    @contextmanager
    def turn(self) -> Iterator[None]:
        if self._file is None:
            yield
            return
        # A refresh token may be good for one use, so that only one run at a time may use it.
        with self._file.turn():
            if kept := self._file.token():
                self._token, self._is_of_file = kept, True
                self._redactor.add_token(kept)
            yield

    @override
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        yield "grant_type", "refresh_token"
        yield "refresh_token", self._token
        if self._scope:
            yield "scope", self._scope

    @override
    def keep(self, answer: TokenAnswer) -> None:
        token = answer.get("refresh_token")
        if not isinstance(token, str) or token in {"", self._token}:
            return
        self._redactor.add_token(token)
        self._token = token
        if self._file is not None:
            self._file.keep(token)
            self._is_of_file = True
        elif not self._has_warned:
            self._has_warned = True
            logger.warning(
                "The API gave a new refresh token, which may end the one in `refresh_token`; set `token_file`, "
                "where new ones are kept for the next run."
            )
