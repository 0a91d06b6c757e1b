"""The entries of a configuration, one for each list of a document, and what the document does not say about each."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.resources.detection.change_params import START, change_params
from tap_analytics.resources.detection.identifying import rank_of
from tap_analytics.resources.detection.selection import KEYS, plain
from tap_analytics.resources.openapi.operation import Operation
from tap_analytics.resources.openapi.paging import paging_of
from tap_analytics.resources.openapi.parents import Family
from tap_analytics.resources.openapi.schemas import Schemas, kinds_of, properties_of
from tap_analytics.resources.openapi.security import auth_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.resources.openapi.document import Document

Words = dict[str, Any]
Comments = dict[tuple[str | int, ...], list[str]]

_LONGEST_NAME = 63


class Entries:
    """What a document says, as a configuration in dlt's shape.

    Args:
        document: The document.
        base_url: The URL above its paths, if it differs from the one in the document.
    """

    def __init__(self, document: Document, *, base_url: str | None = None) -> None:
        self._document = document
        self._base_url = base_url
        self._left_out: list[str] = []
        self.comments: Comments = {}

    @cached_property
    def base_url(self) -> str:
        """The URL that all paths are below.

        Raises:
            ConfigValidationError: The document names none.
        """
        server = next(iter(self._document.root["servers"]), None)
        url = self._base_url or (server.text("url") if server else "")
        for name, variable in server["variables"].items() if server and not self._base_url else ():
            url = url.replace(f"{{{name}}}", variable.text("default"))
        if urlsplit(url).scheme not in ("http", "https"):
            fault = "the document names no server with a whole URL; name it: `tap-analytics detect URL --openapi FILE`"
            raise ConfigValidationError(fault, errors=[fault])
        return url.rstrip("/")

    @cached_property
    def auth(self) -> Words:
        """How requests are signed, as a word of `client`."""
        found = next((words for words, _ in map(self._auth_of, self._lists.values()) if words), None)
        return {"auth": found} if found else {}

    @cached_property
    def words(self) -> list[Words]:
        """The entries.

        Raises:
            ConfigValidationError: There is none.
        """
        family = Family(self._lists, {name: self._path_values(each) for name, each in self._lists.items()})
        paths = {name: family.path_of(name) for name in self._lists}
        for name, path in paths.items():
            if path is None:
                self._left_out.append(
                    f"GET {self._lists[name].path}: no list of the document has the values that it needs"
                )
        kept = {name: path for name, path in paths.items() if path is not None}
        if not kept:
            fault = "the document describes no list that can be read" + "".join(f"; {each}" for each in self._left_out)
            raise ConfigValidationError(fault, errors=[fault])
        entries = [self._entry(number, name, path) for number, (name, path) in enumerate(kept.items())]
        for entry in entries:
            if included := family.included.get(entry["name"]):
                entry["include_from_parent"] = included
        faults = [f"The document is not as OpenAPI says at {fault}." for fault in self._document.faults]
        unresolved = [f"It refers to `{ref}`, which is not there." for ref in sorted(self._document.root.unresolved)]
        self.comments[()] = [*faults, *unresolved, *(f"Left out: {each}." for each in self._left_out)]
        return entries

    @cached_property
    def _lists(self) -> dict[str, Operation]:
        """The lists of the document by the names of their entries."""
        found: dict[str, Operation] = {}
        lists = list(self._operations())
        short = [_name(each.names[-1:]) for each in lists]
        for each, name in zip(lists, short, strict=True):
            unique = name if short.count(name) == 1 else _name(each.names)
            number = 2
            while unique in found:
                unique, number = f"{_name(each.names)}_{number}", number + 1
            found[unique] = each
        return found

    def _operations(self) -> Iterator[Operation]:
        for path, item in self._document.root["paths"].items():
            if not item["get"]:
                continue
            operation = Operation(path=path, node=item["get"], shared=item)
            try:
                is_list = bool(operation.selector)
            except FatalAPIError as error:
                self._left_out.append(f"GET {path}: {error}")
                continue
            if is_list:
                yield operation

    def _auth_of(self, operation: Operation) -> tuple[Words | None, str]:
        own = operation.node["security"]
        root = self._document.root
        words, unsaid = auth_of(root, root["security"] if own.value is None else own)
        if words and (url := words.get("access_token_url")):
            # Like all URLs of a document, it may be relative to the URL of the server.
            words["access_token_url"] = urljoin(f"{self.base_url}/", url)
        return words, unsaid

    def _path_values(self, operation: Operation) -> dict[str, str]:
        return {name: str(value) for name, value in operation.required_params("path") if value is not None}

    def _entry(self, number: int, name: str, path: str) -> Words:
        operation = self._lists[name]
        paging = paging_of(operation)
        params, unknown = self._params(operation)
        endpoint: Words = {"path": path, "params": {**params, **paging.params}}
        endpoint |= {"data_selector": operation.selector, "paginator": paging.paginator}
        headers = {each: str(value) for each, value in operation.required_params("header") if value is not None}
        endpoint |= {"headers": headers} if headers else {}
        auth, unsaid = self._auth_of(operation)
        endpoint |= {"auth": auth} if auth and auth != self.auth.get("auth") else {}
        new, remark = self._incremental(operation)
        endpoint |= new
        fields = properties_of(operation.record)
        key = next((field for want in KEYS for field in fields if plain(field) == plain(want)), None)
        entry: Words = {"name": name, "endpoint": {word: value for word, value in endpoint.items() if value != {}}}
        entry |= {"primary_key": key, "write_disposition": "merge"} if key else {"write_disposition": "append"}
        entry |= {"selected": False} if unknown else {}
        entry["schema"] = Schemas().of_record(operation.record)
        no_key = "" if key else "No field of a usual name identifies a record: set `primary_key`."
        needs = f"Set {', '.join(f'`{each}`' for each in unknown)}, then remove `selected`." if unknown else ""
        self._comment(number, [operation.node.text("summary"), paging.unsure, remark, no_key, needs, unsaid])
        return entry

    def _comment(self, number: int, lines: Sequence[str]) -> None:
        self.comments["resources", number, "name"] = [" ".join(line.split()) for line in lines if line.strip()]

    def _params(self, operation: Operation) -> tuple[dict[str, str], list[str]]:
        """Return the parameters that are required, and those of them whose values the document does not have."""
        required = [(f"params.{name}", name, value) for name, value in operation.required_params("query")]
        headers = [(f"headers.{name}", name, value) for name, value in operation.required_params("header")]
        params = {name: _text(value) for _, name, value in required if value is not None}
        in_path = self._path_values(operation)
        return in_path | params, [place for place, _, value in required + headers if value is None]

    def _incremental(self, operation: Operation) -> tuple[Words, str]:
        """Return which field says when a record changed, and which parameter asks for changes, if its name says so."""
        fields = properties_of(operation.record)
        strings = [name for name, each in fields.items() if kinds_of(each) == {"string"}]
        ranks = {name: rank for name in strings if (rank := rank_of(name)) is not None}
        cursor = min(ranks, key=ranks.__getitem__, default=None)
        if cursor is None:
            return {}, ""
        params = [param for group in change_params(cursor) for param in group if param.template == START]
        named = (
            param.name
            for param in params
            if param.is_of_change and not param.is_plain and param.name in operation.query
        )
        start = next(named, None)
        if start is None:
            return {"incremental": {"cursor_path": cursor}}, ""
        remark = f"`{start}` asks for changes, by its name; take `incremental` out, and `detect RESOURCE` proves it."
        # The document does not say whether the API gives rows of that very moment; it gives them from a second before.
        return {"incremental": {"cursor_path": cursor, "start_param": start, "lag": 1}}, remark


def _name(parts: Sequence[str]) -> str:
    return re.sub(r"\W+", "_", "_".join(parts)).strip("_")[:_LONGEST_NAME] or "records"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
