"""The requests of one resource: path, parameters, headers and body, filled with values of page, bounds and parent."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urljoin

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.request.body_path import put
from tap_analytics.http.request.links import follow_link, is_whole, left_out, origin, without_parameter
from tap_analytics.http.request.placeholders import (
    Many,
    fill,
    fill_value,
    linked_by,
    path_before,
    placeholders,
    texts_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_analytics.pagination.page import Token
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.state.bounds import Bounds


class Request(HTTPRequest):
    """A request that carries the credentials."""

    is_signed: ClassVar[bool] = True


class UnsignedRequest(Request):
    """A request that carries no credentials."""

    is_signed = False


class RequestTemplate(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What all requests of a resource have in common.

    `path`, and the values of `params` and `headers`, are templates. A parameter or header whose placeholder has no
    value is not sent. `credential_param` is the query parameter that carries the credential; it is removed from links,
    since signing adds it.

    `path` may be a whole URL; if that leads to another server than `url_base`, the headers in `shared_headers`, which
    all other requests of the tap have, are not sent. `json` and `data` are templates of the body, as JSON or as a form.
    The place of a page may stand in the body too.

    `values` is called for each request and returns further values for placeholders. Each placeholder in `many` has
    values of several records; within one text they are joined by the `separator`.

    A value of a job that is a path itself may stand for the beginning of `path` (`/{job.at}`, `/{job.at}/rows`).

    A `path` that is one placeholder may be a link from the API: a value that a job kept, or a whole URL in a parent
    record. If it leads to another server, the request has neither credentials nor headers.
    """

    url_base: str
    path: str
    paginator: Paginator[Any]
    method: str = "GET"
    params: Mapping[str, str | Sequence[str]] = msgspec.field(default_factory=dict)
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    start_param: str | None = None
    end_param: str | None = None
    credential_param: str | None = None
    json: object = None
    data: object = None
    shared_headers: Sequence[str] = ()
    values: Callable[[], Mapping[str, Any]] = dict
    many: Sequence[str] = ()
    separator: str = ","
    unencoded: Sequence[str] = ()

    # The generated one would show the fields, which hold secrets.
    __repr__ = object.__repr__

    def fill(self, token: Token, *, bounds: Bounds, context: Mapping[str, Any]) -> HTTPRequest:
        """Return the request for a page; a link to another server is requested without parameters and headers.

        Raises:
            FatalAPIError: The page is a link that leads to another API, and may not be followed there, or the path
                lacks a value.
        """
        known = {name: value for name, value in {**context, **self.values()}.items() if value is not None}
        known |= bounds.placeholders()
        known |= {name: Many(known[name], self.separator) for name in self.many if name in known}
        if self._placed:
            known |= self.paginator.values(token)
        values = {name: str(value) for name, value in known.items()}
        return self._for_page(token).request(token, bounds, known, values)

    def _for_page(self, token: Token) -> RequestTemplate:
        """Return the template for a page, which may be asked for elsewhere, or by what the paginator says alone."""
        path, is_alone = self.paginator.path(token), self.paginator.leaves_out_the_rest(token)
        if not path and not is_alone:
            return self
        placed = replace(self, path=path or self.path)
        bare: object = {} if isinstance(self.data, dict) else None
        return (
            replace(placed, params={}, json=None, data=bare, start_param=None, end_param=None) if is_alone else placed
        )

    def request(self, token: Token, bounds: Bounds, known: Mapping[str, Any], values: Mapping[str, str]) -> HTTPRequest:
        """Return the request for a page with the values of its placeholders, as they are and as text."""
        url, is_link = self.url(values), linked_by(self.path, values) is not None
        if (link := self.paginator.link(token)) is not None:
            base = url if is_whole(self.path) or is_link else self.url_base
            first, rule = url, self.paginator.link_rule
            url = follow_link(link, base=base, url=first, credential=self.credential_param, rule=rule)
            if origin(url) != origin(base):
                nothing: dict[str, Any] = dict.fromkeys(self.shared_headers)
                return UnsignedRequest(url, headers=nothing)
            params = left_out(url, first, self._params(known, bounds, is_link=is_link))
        else:
            params = self._params(known, bounds, is_link=is_link)
            params |= {} if self._asks_in_text else self.paginator.params(token)
            if self.unencoded:
                from tap_analytics.http.request.unencoded import with_parameters  # noqa: PLC0415 - few APIs have a grammar

                url, params = with_parameters(url, params, self.unencoded)
        body = self._body(token, known)
        is_json = body is not None and self.data is None
        is_elsewhere = origin(url) != origin(self.url_base)
        is_foreign = is_link and is_elsewhere
        headers = (
            self._no_headers() if is_foreign else self._headers(values, is_json=is_json, is_elsewhere=is_elsewhere)
        )
        kind = UnsignedRequest if is_foreign else Request
        return kind(url, method=self.method, params=params, headers=headers, data=body)

    @cached_property
    def _placed(self) -> Sequence[str]:
        """The placeholders of the paginator that stand in texts of the request."""
        texts = [self.path, *texts_in([*self.params.values(), *self.headers.values(), self.json, self.data])]
        return [name for name in self.paginator.placeholders if any(name in placeholders(text) for text in texts)]

    @cached_property
    def _asks_in_text(self) -> bool:
        """Whether a text of the request names the page, so that no parameter is needed for that."""
        return self.paginator.placeholders[:1] == (*self._placed,)[:1] != ()

    def elsewhere(self, request: HTTPRequest, link: str) -> Request:
        """Return the request for a link that a response holds in place of rows.

        Raises:
            FatalAPIError: It is no link.
        """
        url = self._follow(urljoin(request.url, link.strip()))
        if origin(url) != origin(self.url_base):
            return UnsignedRequest(url, headers=self._no_headers())
        return Request(url, headers=request.headers)

    def url(self, values: Mapping[str, str]) -> str:
        """Return the URL of the resource, with the placeholders in its path replaced.

        Raises:
            FatalAPIError: One of them has no value, or one that leads to another path.
        """
        if (link := linked_by(self.path, values)) is not None:
            return self._follow(link)
        quoted = {name: quote(value, safe="") for name, value in values.items()}
        if (first := path_before(self.path)) is not None and values.get(first, "").startswith("/"):
            quoted[first] = quote(values[first].removeprefix("/"), safe="/")
        if (path := fill(self.path, quoted)) is None:
            absent = ", ".join(f"`{name}`" for name in placeholders(self.path) if name not in quoted)
            message = f"the path has no value for {absent}; where it is a bound, set `initial_value` or `end_value`"
            raise FatalAPIError(message)
        if _leads_up(path) and not _leads_up(self.path):
            message = "a value for the path is `.` or `..`, which leads to another path; leave that record out"
            raise FatalAPIError(message)
        return path if is_whole(self.path) else f"{self.url_base}{path}"

    def _follow(self, link: str) -> str:
        """Return the URL that a link leads to; a link to the API loses the key, which signing adds again.

        Raises:
            FatalAPIError: It is no link.
        """
        url = urljoin(f"{self.url_base}/", link.strip())
        place = origin(url)
        if place is None:
            message = (
                "the address of the rows is not a plain `http` or `https` URL; check what `job` keeps, or the field of "
                "the parent"
            )
            raise FatalAPIError(message)
        is_here = place == origin(self.url_base)
        return without_parameter(url, self.credential_param) if is_here and self.credential_param else url

    def _headers(self, values: Mapping[str, str], *, is_json: bool, is_elsewhere: bool) -> dict[str, Any]:
        """Return the headers of a request; None removes a header that all requests of the tap have."""
        filled = {name: fill(text, values) for name, text in self.headers.items()}
        own = {name: text for name, text in filled.items() if text is not None}
        if is_elsewhere:
            return {**dict.fromkeys(self.shared_headers), **(_JSON if is_json else {}), **own}
        says_kind = any(name.lower() == "content-type" for name in self.shared_headers)
        return {**(_JSON if is_json and not says_kind else {}), **own}

    def _no_headers(self) -> dict[str, Any]:
        """Return headers of None, which remove those that all requests of the tap have."""
        return dict.fromkeys(self.shared_headers)

    def _body(self, token: Token, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a form, or bytes
        """Return the body of a request, or None."""
        page = self.paginator.body(token)
        if self.data is not None:
            form = fill_value(self.data, values)
            return form | page if isinstance(form, dict) else form
        if self.json is None and not page:
            return None
        document: Any = {} if self.json is None else fill_value(self.json, values)
        for path, value in page.items():
            put(document, path, value)
        return _ENCODER.encode(document)

    def _params(self, values: Mapping[str, Any], bounds: Bounds, *, is_link: bool) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name, template in self.params.items():
            known = self._in_grammar(values) if name in self.unencoded else values
            if isinstance(template, str):
                params[name] = None if (value := fill_value(template, known)) is None else str(value)
            else:
                params[name] = [str(value) for value in fill_value([*template], known)]
        if self.start_param and not is_link:
            params[self.start_param] = bounds.as_param(bounds.start)
        if self.end_param and not is_link:
            params[self.end_param] = bounds.as_param(bounds.end)
        return {name: value for name, value in params.items() if value is not None}

    @staticmethod
    def _in_grammar(values: Mapping[str, Any]) -> Mapping[str, Any]:
        from tap_analytics.http.request.unencoded import in_grammar  # noqa: PLC0415 - few APIs have a grammar

        return in_grammar(values)


def _leads_up(path: str) -> bool:
    """Return whether a path has a part `.` or `..`, which HTTP takes for a way, and not for a name."""
    return not {".", ".."}.isdisjoint(path.split("/"))


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_JSON = {"Content-Type": "application/json"}
