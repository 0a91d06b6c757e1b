"""A paginator: the options that declare how a resource is paged, and the way from page to page that they mean."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import msgspec

from tap_analytics.config.faults import Schema, object_of, refusal
from tap_analytics.pagination.link_rule import LinkRule
from tap_analytics.pagination.page import TokenT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from dataclasses import Field
    from typing import Self

    from tap_analytics.pagination.offset.stretch import Stretch
    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats

Value = TypeVar("Value")

# Kinds of options. An empty path means that there is none; dlt writes null for that, which here leaves the default.
PATH: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
TRUTH: Schema = {"type": "boolean"}

# How the place of a value is written that stands in a header of the response.
HEADER = "header:"

# Options of several paginators.
MORE = "Where the response says whether there is more: a path, or `header:NAME`."
LAST = "Where the response says whether this page is the last: a path, or `header:NAME`."
ROWS = (
    'Where the number of rows is: a path, or `header:NAME`; `""` says that there is none. Without it, usual names such '
    "as `total` are looked at."
)


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    """The values that a paginator reads in a response; empty for none.

    They stand in the body, by dotted paths or JSONPaths, or in a header: `header:NAME`.
    """

    total: str = ""
    pages: str = ""
    next: str = ""
    more: str = ""
    last: str = ""

    @property
    def in_body(self) -> Paths:
        """The paths that lead into the body."""
        paths = {name: getattr(self, name) for name in self.__struct_fields__}
        return Paths(**{name: "" if path.startswith(HEADER) else path for name, path in paths.items()})

    @property
    def in_headers(self) -> Paths | None:
        """The names of the headers that are read; None if there are none."""
        paths = {name: getattr(self, name) for name in self.__struct_fields__}
        names = {name: path.removeprefix(HEADER).strip() for name, path in paths.items() if path.startswith(HEADER)}
        return Paths(**names) if names else None


def option(kind: Schema, description: str, *, setting: str | None = None) -> dict[str, Any]:
    """Return the metadata of a field that is an option of its paginator.

    Args:
        kind: The JSON Schema of its values.
        description: A sentence for the documentation.
        setting: The setting of the tap that applies if the option is None.
    """
    return {"schema": kind, "description": description, "setting": setting}


def value_of(value: Value | None) -> Value:
    """Return the value of an option that a setting fills.

    Raises:
        ValueError: It has no value: `under` was not called with the settings.
    """
    if value is None:
        message = "an option of the paginator has no value; call `under` with the settings of the tap first"
        raise ValueError(message)
    return value


@dataclass(frozen=True, kw_only=True)
class Paginator(ABC, Generic[TokenT]):
    """The way from page to page of one resource.

    A subclass is a frozen dataclass whose fields are its options, each with the metadata of `option`: the JSON Schema
    of the options and their table in the documentation are made of them. One line in `PAGINATORS` makes it known.
    """

    # The name of the paginator in a declaration.
    type: ClassVar[str]
    # Whether the first response shows how the list is paged.
    is_detected: ClassVar[bool] = False
    # Options of dlt that this paginator refuses, each with what to do instead.
    refused_options: ClassVar[Mapping[str, str]] = {}

    # Whether the first response is the whole list; whether the next request depends on the rows of a page; whether the
    # body of a page says how to go on.
    is_one_page: ClassVar[bool] = False
    counts_rows: ClassVar[bool] = True
    reads_body: ClassVar[bool] = False

    # The placeholders with which texts of a request can ask for a page.
    placeholders: ClassVar[tuple[str, ...]] = ()

    # Whether a response may hold one object in place of a list; that object is then the whole list.
    may_be_object: ClassVar[bool] = False

    # For the documentation: how the next page is asked for, how a list that changes is read, and what differs from dlt;
    # an example of an endpoint, and more examples, so that each option stands in one.
    next_page: ClassVar[str]
    changing_list: ClassVar[str]
    dlt_says: ClassVar[str] = "As in dlt."
    example: ClassVar[Mapping[str, Any]]
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = ()

    @classmethod
    def options(cls) -> Sequence[Field[Any]]:
        """Return the fields that are options."""
        return [field for field in fields(cls) if "schema" in field.metadata]

    @classmethod
    def schema(cls) -> Schema:
        """Return the JSON Schema of the options."""
        taken = {
            field.name: field.metadata["schema"] | {"description": field.metadata["description"]}
            for field in cls.options()
        }
        return object_of(**taken, **{name: refusal(reason) for name, reason in cls.refused_options.items()})

    def words(self) -> dict[str, Any]:
        """Return the paginator as it is declared, in dlt's words."""
        values = {field.name: getattr(self, field.name) for field in self.options()}
        return {"type": self.type} | {name: value for name, value in values.items() if value is not None}

    def under(self, config: Mapping[str, Any]) -> Self:
        """Return the paginator with the settings of the tap in place of options that are not given."""
        settings = {field.name: field.metadata["setting"] for field in fields(self) if field.metadata.get("setting")}
        unset = {name: config[setting] for name, setting in settings.items() if getattr(self, name) is None}
        return replace(self, **unset)

    @property
    @abstractmethod
    def first(self) -> TokenT:
        """The token that asks for the first page."""

    @property
    def paths(self) -> Paths:
        """The values that it reads in a body."""
        return Paths()

    def of_stretch(self, stretch: Stretch) -> Self | None:  # noqa: ARG002 - a subclass uses it
        """Return the paginator for a stretch of the list; None if the list can only be read whole."""
        return None

    def most_rows(self, page: int) -> int | None:  # noqa: ARG002 - a subclass uses it
        """Return how many rows of a list are read at most, with `page` rows on a page; None if there is no maximum."""
        return None

    def params(self, token: TokenT) -> dict[str, Any]:  # noqa: ARG002 - a subclass uses it
        """Return the query parameters that a page is asked for with."""
        return {}

    def body(self, token: TokenT) -> dict[str, Any]:  # noqa: ARG002 - a subclass uses it
        """Return the values in the body of a request that ask for a page, by dotted paths."""
        return {}

    def values(self, token: TokenT) -> dict[str, Any]:  # noqa: ARG002 - a subclass uses it
        """Return the values of the placeholders that ask for a page."""
        return {}

    def link(self, token: TokenT) -> str | None:  # noqa: ARG002 - a subclass uses it
        """Return the link that is requested for a page in place of path and parameters; None if there is none."""
        return None

    def leaves_out_the_rest(self, token: TokenT) -> bool:  # noqa: ARG002 - a subclass uses it
        """Return whether a page is asked for by what the paginator says alone, without parameters and body."""
        return False

    def path(self, token: TokenT) -> str:  # noqa: ARG002 - a subclass uses it
        """Return the path that a page is asked for at, if it is not that of the resource; empty if it is."""
        return ""

    @property
    def link_rule(self) -> LinkRule:
        """What is done with a link that leads to another server."""
        return LinkRule.REFUSE

    def position(self, token: TokenT) -> int:  # noqa: ARG002 - a subclass uses it
        """Return how many rows lie before a page; 0 if that is not known."""
        return 0

    def place(self, token: TokenT) -> str:
        """Return where in its list a page is, for a message; no cursor or link is shown, since it may hold secrets."""
        return "the first page" if token == self.first else "a later page"

    def is_beyond(self, token: TokenT) -> bool:  # noqa: ARG002 - a subclass uses it
        """Return whether a page lies at or behind the maximum, so that it is not read."""
        return False

    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:  # noqa: ARG002 - a subclass uses it
        """Return a page with what the headers of its response say about the next one."""
        return page

    @abstractmethod
    def pages(
        self, source: Source[TokenT], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        """Return the rows of the resource in runs.

        Args:
            source: Where the pages come from.
            rows: What identifies a row.
            stats: The figures of the list.
            verify: Whether the list may change while it is read, so that pages are checked and no row is lost.
        """
