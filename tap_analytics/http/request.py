"""The requests of one resource: path, parameters and headers, filled with what a page, a bound or a parent says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.links import follow_link, origin
from tap_analytics.http.placeholders import fill, fill_value

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

    `path` may be a whole URL; where it leads to another server than `url_base`, the headers in `withheld` are not sent.
    `json` and `data` are templates of the body, as JSON or as a form. A page may be asked for in the body too.
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
    json: object = None
    data: object = None
    withheld: Sequence[str] = ()

    def fill(self, token: Token, *, bounds: Bounds, context: Mapping[str, Any]) -> HTTPRequest:
        """Return the request for a page.

        Raises:
            FatalAPIError: The page is a link that leads to another API.
        """
        values = {name: str(value) for name, value in context.items() if value is not None}
        starts = {"incremental.start_value": bounds.written(bounds.start)}
        ends = {"incremental.end_value": bounds.written(bounds.end)}
        values |= {name: value for name, value in (starts | ends).items() if value is not None}
        typed = {**context, **bounds.typed()}
        headers = {name: fill(text, values) for name, text in self.headers.items()}
        url = self.url(values)
        if (link := self.paginator.link(token)) is not None:
            url = follow_link(link, base=self.url_base, url=url, credential=self.credential_param)
            params: dict[str, Any] = {}
        else:
            params = self._params(values, bounds) | self.paginator.params(token)
        sent: dict[str, Any] = {name: text for name, text in headers.items() if text is not None}
        if origin(url) != origin(self.url_base):
            sent |= dict.fromkeys(self.withheld)  # None takes a header back that all requests have
        body, kind = self._body(token, typed)
        return HTTPRequest(url, method=self.method, params=params, headers={**kind, **sent}, data=body)

    def url(self, values: Mapping[str, str]) -> str:
        """Return the URL of the resource, with the values that a parent gives in its path."""
        quoted = {name: quote(value, safe="") for name, value in values.items()}
        path = fill(self.path, quoted) or ""
        return path if "://" in self.path else f"{self.url_base}{path}"

    def _body(self, token: Token, values: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
        """Return the body of a request, None where it has none, and the header that says what it is."""
        page = self.paginator.body(token)
        if self.data is not None:
            form = fill_value(self.data, values)
            return (form | page if isinstance(form, dict) else form), {}
        if self.json is None and not page:
            return None, {}
        document = {} if self.json is None else fill_value(self.json, values)
        for path, value in page.items():
            _put(document, path.split("."), value)
        return _ENCODER.encode(document), _JSON

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


def _put(document: Any, names: Sequence[str], value: object) -> None:  # noqa: ANN401 - JSON may be anything
    """Put a value at a dotted path of an object, with the objects that lead there."""
    for name in names[:-1]:
        document = document.setdefault(name, {})
    document[names[-1]] = value


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_JSON = {"Content-Type": "application/json"}
