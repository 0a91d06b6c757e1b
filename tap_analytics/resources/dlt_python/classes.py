"""dlt's own classes and functions, and the words that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Constructor:
    """A class of dlt: the type that it is in words, and its parameters in their order."""

    type: str
    parameters: tuple[str, ...] = ()


_OFFSET = ["limit", "offset", "offset_param", "limit_param", "total_path", "maximum_offset", "stop_after_empty_page"]
_PAGES = ["base_page", "page", "page_param", "total_path", "maximum_page", "stop_after_empty_page"]
_OAUTH2 = [
    "access_token",
    "access_token_url",
    "client_id",
    "client_secret",
    "access_token_request_data",
    "default_token_expiration",
    "session",
]
_JSON_LINK = Constructor("json_link", ("next_url_path",))
_CURSOR = Constructor("cursor", ("cursor_path", "cursor_param", "cursor_body_path"))
_BASIC = Constructor("http_basic", ("username", "password"))

CONSTRUCTORS: Mapping[str, Constructor] = {
    "APIKeyAuth": Constructor("api_key", ("name", "api_key", "location")),
    "ApiKeyAuth": Constructor("api_key", ("name", "api_key", "location")),
    "BearerTokenAuth": Constructor("bearer", ("token",)),
    "HTTPBasicAuth": _BASIC,
    "HeaderCursorPaginator": Constructor("header_cursor", ("cursor_key", "cursor_param")),
    "HeaderLinkPaginator": Constructor("header_link", ("links_next_key",)),
    "HttpBasicAuth": _BASIC,
    "JSONLinkPaginator": _JSON_LINK,
    "JSONResponseCursorPaginator": _CURSOR,
    "JSONResponsePaginator": _JSON_LINK,
    "OAuth2ClientCredentials": Constructor("oauth2_client_credentials", tuple(_OAUTH2)),
    "OffsetPaginator": Constructor("offset", tuple(_OFFSET)),
    "PageNumberPaginator": Constructor("page_number", tuple(_PAGES)),
    "SinglePagePaginator": Constructor("single_page"),
}

INCREMENTAL = [
    "cursor_path",
    "initial_value",
    "last_value_func",
    "primary_key",
    "end_value",
    "row_order",
    "allow_external_schedulers",
    "on_cursor_value_missing",
    "lag",
    "range_start",
    "range_end",
]
REST_CLIENT = ["base_url", "headers", "auth", "paginator", "data_selector", "session", "paginator_factory", "config"]
PAGINATE = ["path", "method", "params", "json", "auth", "paginator", "data_selector", "hooks", "headers", "data"]
PAGINATE_FUNCTION = ["url", "method", "headers", "params", "json", "auth", "paginator", "session", "data_selector"]

# Typed dictionaries: a call of one is a call of `dict`.
TYPED = frozenset(
    {"Endpoint", "EndpointResource", "EndpointResourceBase", "ProcessingSteps", "RESTAPIConfig", "ResponseActionDict"}
)
SOURCES = frozenset({"rest_api_source", "rest_api_resources", "rest_api"})
# What a class of the file derives from where only dlt can run it.
_BASES = {"BaseNextUrlPaginator", "BasePaginator", "BaseReferencePaginator", "OAuth2AuthBase", "RangePaginator"}
OF_DLT = frozenset({*_BASES, *CONSTRUCTORS}) - {"HTTPBasicAuth"}
