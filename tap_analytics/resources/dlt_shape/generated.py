"""Words that generated pages use and dlt does not have, beside those of dlt that they stand for."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT = {
    "api_url": "base_url",
    "authentication": "auth",
    "default_headers": "headers",
    "pagination": "paginator",
    "url": "base_url",
}
AUTH_TYPES = {
    "api-key": "api_key",
    "apikey": "api_key",
    "basic": "http_basic",
    "basic_auth": "http_basic",
    "bearer_token": "bearer",
    "client_credentials": "oauth2_client_credentials",
    "oauth": "oauth2_client_credentials",
    "oauth2": "oauth2_client_credentials",
    "token": "bearer",
}
AUTH: Mapping[str, Mapping[str, str]] = {
    "api_key": {
        "header": "name",
        "header_name": "name",
        "in": "location",
        "key": "api_key",
        "key_name": "name",
        "param_name": "name",
        "token": "api_key",
        "value": "api_key",
    },
    "bearer": {
        "access_token": "token",
        "api_key": "token",
        "api_token": "token",
        "auth_token": "token",
        "bearer_token": "token",
        "key": "token",
        "value": "token",
    },
    "http_basic": {"login": "username", "pass": "password", "user": "username", "user_name": "username"},
    "oauth2_client_credentials": {"token_endpoint": "access_token_url", "token_url": "access_token_url"},
}
PAGINATOR_TYPES = {
    "cursor_based": "cursor",
    "json_response": "json_link",
    "limit_offset": "offset",
    "link": "header_link",
    "link_header": "header_link",
    "next_link": "json_link",
    "next_url": "json_link",
    "no_pagination": "single_page",
    "none": "single_page",
    "offset_limit": "offset",
    "page": "page_number",
    "page_increment": "page_number",
    "page_numbers": "page_number",
    "single": "single_page",
}
_SIZES = {"page_limit": "limit", "page_size": "limit", "per_page": "limit"}
_SIZE_PARAMS = {"page_size_param": "limit_param", "per_page_param": "limit_param", "size_param": "limit_param"}
PAGINATOR: Mapping[str, Mapping[str, str]] = {
    "cursor": _SIZES | _SIZE_PARAMS | {"cursor_field": "cursor_path", "next_cursor_path": "cursor_path"},
    "header_link": _SIZES | _SIZE_PARAMS,
    "json_link": _SIZES | _SIZE_PARAMS | {"next_link_path": "next_url_path", "next_path": "next_url_path"},
    "offset": _SIZES | _SIZE_PARAMS | {"initial_offset": "offset", "start_offset": "offset"},
    "page_number": _SIZES
    | _SIZE_PARAMS
    | {"first_page": "base_page", "initial_page": "base_page", "start_page": "base_page", "max_pages": "maximum_page"},
}
RESOURCE = {
    "disposition": "write_disposition",
    "key": "primary_key",
    "load_mode": "write_disposition",
    "primary_key_field": "primary_key",
    "primary_keys": "primary_key",
    "write_mode": "write_disposition",
}
LOCATIONS = {
    "cookies": "cookie",
    "headers": "header",
    "params": "query",
    "query_param": "query",
    "query_params": "query",
    "query_string": "query",
    "request_header": "header",
}
DISPOSITIONS = {
    "full": "replace",
    "full_refresh": "replace",
    "incremental": "merge",
    "insert": "append",
    "overwrite": "replace",
    "scd2": {"disposition": "merge", "strategy": "scd2"},
    "truncate": "replace",
    "update": "merge",
    "upsert": {"disposition": "merge", "strategy": "upsert"},
}
PARENT = {
    "parent": "resource",
    "parent_field": "field",
    "parent_key": "field",
    "parent_resource": "resource",
    "parent_stream": "resource",
}
ACTION = {"code": "status_code", "http_status": "status_code", "status": "status_code"}
ACTIONS = {"abort": "fail", "continue": "ignore", "error": "fail", "pass": "ignore", "raise": "fail", "skip": "ignore"}
# Words of an endpoint that stand beside it.
BESIDE_ENDPOINT = (
    "data_selector",
    "error_handler",
    "headers",
    "incremental",
    "json",
    "method",
    "paginator",
    "pagination",
    "params",
    "path",
    "response_actions",
)
ENDPOINT = {
    "data_path": "data_selector",
    "http_method": "method",
    "pagination": "paginator",
    "query_params": "params",
    "record_selector": "data_selector",
    "request_parameters": "params",
    "response_path": "data_selector",
    "url_path": "path",
}
INCREMENTAL = {
    "cursor": "cursor_path",
    "cursor_column": "cursor_path",
    "cursor_field": "cursor_path",
    "field": "cursor_path",
    "initial": "initial_value",
    "param": "start_param",
    "query_param": "start_param",
    "start_date": "initial_value",
    "start_value": "initial_value",
}
# Statuses that the tap tries again anyway.
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})

# `{{ config['start_date'] }}`: pages that were made from declarations of another tool have such templates.
OF_CONFIG = re.compile(r"\{\{\s*config(?:\.get\(|\[|\.)\s*['\"]?(?P<name>\w+)['\"]?\s*[\])]?\s*\}\}")
# Doubled braces around more braces, or over lines, are those of GraphQL, doubled for dlt.
TEMPLATE = re.compile(r"\{\{[ \t]*[a-z_]+[ \t]*[.\[(][^{}\n]*\}\}")
_LINK = re.compile(r"(?:^|[._])(?:\w*(?:url|uri|href|link))(?:s\b|\b|$)|(?:Url|Uri|URL|Link|Href)$|nextLink")


def path_in(text: object) -> str | None:
    """Return the path in a response that a condition or a template of a generated page reads; None if it reads none."""
    if not isinstance(text, str):
        return None
    bare = re.sub(r"^\{\{|\}\}$", "", text.strip()).strip()
    bare = re.sub(r"\s*(?:==|is)\s*(?:None|none|null|False|false|''|\"\")$", "", bare)
    bare = bare.removeprefix("not ").strip()
    try:
        names = _names(ast.parse(bare, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError):
        return None
    if names and names[0] == "response":
        names = names[1:]
    if not names:
        return None
    if all(name.isidentifier() for name in names):
        return ".".join(names)
    return "$" + "".join(f"['{name}']" for name in names)


def _names(node: ast.expr) -> list[str] | None:
    """Return the names of `a.b`, `a['b']` and `a.get('b')`, from the outside in."""
    match node:
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            owner, name = node.value, node.attr
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            owner = node.value
        case ast.Call(func=ast.Attribute(attr="get", value=owner), args=[ast.Constant(value=str(name)), *_]):
            pass
        case _:
            return None
    outer = _names(owner)
    return None if outer is None else [*outer, name]


def is_link(path: str) -> bool:
    """Return whether a path is named as one that holds an address."""
    return _LINK.search(path.rstrip("']")) is not None


def placeholders(path: str) -> list[str]:
    """Return the names in braces that stand for a parameter, and not for a field of another resource."""
    return re.findall(r"(?<!\{)\{(\w+)\}", path)


def plurals(stem: str) -> set[str]:
    """Return the names that a list of these things may have."""
    return {stem, f"{stem}s", f"{stem}es", f"{stem.removesuffix('y')}ies"}
