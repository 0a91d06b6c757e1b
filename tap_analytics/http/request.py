"""The requests of one resource: path, parameters and headers, filled with what a page, a bound or a parent says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.links import follow_link
from tap_analytics.http.placeholders import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.pagination.page import Token
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.state.bounds import Bounds


@dataclass(frozen=True, kw_only=True)
class RequestTemplate:
    """What all requests of a resource have in common.

    `path`, and the values of `params` and `headers`, are templates. A parameter or header whose placeholder has no
    value is not sent. `credential_param` is the query parameter that carries the credential, which a link must not
    carry too.
    """

    url_base: str
    path: str
    paginator: Paginator[Any]
    method: str = "GET"
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    start_param: str | None = None
    end_param: str | None = None
    credential_param: str | None = None

    def fill(self, token: Token, *, bounds: Bounds, context: Mapping[str, Any]) -> HTTPRequest:
        """Return the request for a page.

        Raises:
            FatalAPIError: The page is a link that leads to another API.
        """
        values = {name: str(value) for name, value in context.items() if value is not None}
        starts = {"incremental.start_value": bounds.written(bounds.start)}
        ends = {"incremental.end_value": bounds.written(bounds.end)}
        values |= {name: value for name, value in (starts | ends).items() if value is not None}
        headers = {name: fill(text, values) for name, text in self.headers.items()}
        url = self.url(values)
        if (link := self.paginator.link(token)) is not None:
            url = follow_link(link, base=self.url_base, url=url, credential=self.credential_param)
            params: dict[str, Any] = {}
        else:
            params = self._params(values, bounds) | self.paginator.params(token)
        sent = {name: text for name, text in headers.items() if text is not None}
        return HTTPRequest(url, method=self.method, params=params, headers=sent)

    def url(self, values: Mapping[str, str]) -> str:
        """Return the URL of the resource, with the values that a parent gives in its path."""
        quoted = {name: quote(value, safe="") for name, value in values.items()}
        return f"{self.url_base}{fill(self.path, quoted)}"

    def _params(self, values: Mapping[str, str], bounds: Bounds) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name, template in self.params.items():
            if isinstance(template, str):
                params[name] = fill(template, values)
            else:
                params[name] = [text for each in template if (text := fill(each, values)) is not None]
        if self.start_param:
            params[self.start_param] = bounds.written(bounds.start)
        if self.end_param:
            params[self.end_param] = bounds.written(bounds.end)
        return {name: value for name, value in params.items() if value is not None}
