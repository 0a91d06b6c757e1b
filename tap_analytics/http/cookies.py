"""The cookies that a run keeps and sends back, up to a total length."""

from __future__ import annotations

from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import Any

from typing_extensions import override

# The most characters of all cookies together. Many servers refuse headers that are longer than 8 kB.
MOST_CHARACTERS = 6_000


class FewCookies(DefaultCookiePolicy):
    """Refuses a cookie that would make all cookies together too long to be sent.

    Args:
        jar: The cookies that are kept.
    """

    def __init__(self, jar: CookieJar) -> None:
        super().__init__()
        self._jar = jar

    @override
    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        others = sum(_length(each) for each in self._jar if each.name != cookie.name)
        return others + _length(cookie) <= MOST_CHARACTERS and super().set_ok(cookie, request)


def _length(cookie: Cookie) -> int:
    return len(cookie.name) + len(cookie.value or "")
