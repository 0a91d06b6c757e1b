"""Format: the options that declare how bodies of responses are written, and the way from a body to its rows."""

from __future__ import annotations

import hashlib
import io
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Protocol, cast

import msgspec

from tap_analytics.settings import MAX_RESPONSE_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from dataclasses import Field

    from tap_analytics.config.faults import Schema
    from tap_analytics.http.spool import Spool
    from tap_analytics.pagination.page import Page, Row

Record = dict[str, Any]


class Codec(Protocol):
    """Makes rows of the values that a format reads."""

    def open(self, body: bytes, *, offset: int, content_type: str = "") -> Page:
        """Return the page in a body of JSON."""
        ...

    def fit_table(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Row]:
        """Return rows of texts, whose columns have these names, as rows; an empty text is null."""
        ...


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a response.

    Args:
        content: Its first bytes; all of them, if it was not spooled.
        headers: The headers of the response.
        spool: The file that has it, if it may be too large for memory.
        most: The most bytes of it that may be in memory at once.
        is_look: Whether only its first records are wanted.
        seen: The fingerprints of earlier bodies without a stated length: a body is whole if it comes twice.
    """

    content: bytes
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    spool: Spool | None = None
    most: int = MAX_RESPONSE_SIZE
    is_look: bool = False
    seen: set[str] = msgspec.field(default_factory=set)

    @property
    def fingerprint(self) -> str:
        """A digest of the body: two bodies with the same one are equal."""
        return self.spool.fingerprint() if self.spool else hashlib.sha256(self.content).hexdigest()

    @property
    def file(self) -> BinaryIO:
        """The body as a file, to be read from its beginning."""
        return cast("BinaryIO", self.spool.file) if self.spool else io.BytesIO(self.content)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.spool.size if self.spool else len(self.content)

    @property
    def is_beginning(self) -> bool:
        """Whether it is only the beginning of the body that the API sends."""
        return self.spool is not None and self.spool.is_cut

    @property
    def content_type(self) -> str:
        """The content type in the headers of the response."""
        return str(self.headers.get("Content-Type", ""))

    @property
    def is_measured(self) -> bool:
        """Whether the response states the length of its body, so that a cut is noticed."""
        return "Content-Length" in self.headers or "chunked" in self.headers.get("Transfer-Encoding", "").lower()


def option(kind: Schema, description: str) -> dict[str, Any]:
    """Return the metadata of a field that is an option of its format: the schema of its values, and a description."""
    return {"schema": kind, "description": description}


@dataclass(frozen=True, kw_only=True)
class Format(ABC):
    """How the bodies of the responses for a resource are written.

    A subclass is a frozen dataclass whose fields are its options. One line in `FORMATS` makes it known.
    """

    # The name of the format in a declaration, its name in messages, and the `Accept` header of its requests.
    type: ClassVar[str]
    title: ClassVar[str]
    accept: ClassVar[str] = ""
    # Whether a body is a file of records, with nothing around them.
    is_file: ClassVar[bool] = True

    @classmethod
    def options(cls) -> Sequence[Field[Any]]:
        """Return the fields that are options."""
        return [each for each in fields(cls) if "schema" in each.metadata]

    @abstractmethod
    def open(self, body: Body, codec: Codec, *, offset: int) -> Page:
        """Return the page in a body, after a check that the body is whole.

        Raises:
            TransientError: The body was cut short, or is something else that a retry may mend.
            FatalAPIError: The body does not have this format.
        """

    def with_types(self, records: list[Record]) -> list[Record]:
        """Return a sample of records with their values converted to the types that they show."""
        return records
