"""What Python can stand for in a configuration, and remarks about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a line of the file; `loses` where something that decides what is read is not taken over."""

    line: int
    sentence: str
    loses: bool = False


class Words(dict[str, Any]):
    """An object of the configuration that knows the line of each of its keys."""

    def __init__(
        self, items: Mapping[str, Any] | None = None, *, line: int = 0, lines: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(items or {})
        self.line = line
        self.lines: dict[str, int] = dict(lines or {})

    def line_of(self, key: str) -> int:
        """Return the line where a key stands."""
        return self.lines.get(key, self.line)

    def put(self, key: str, value: Any, line: int | None = None) -> None:  # noqa: ANN401 - a key may have any value
        """Set a key that stands in this line."""
        self[key] = value
        self.lines[key] = self.line_of(key) if line is None else line

    def take(self, other: Mapping[str, Any]) -> None:
        """Set the keys of another object, with their lines."""
        for key, value in other.items():
            self.put(key, value, other.line_of(key) if isinstance(other, Words) else self.line)

    def move(self, old: str, new: str) -> None:
        """Give a key another name, in its place."""
        line = self.line_of(old)
        items = [(new if key == old else key, value) for key, value in self.items() if key != new]
        self.clear()
        self.update(items)
        self.lines[new] = line


class Incremental(Words):
    """`dlt.sources.incremental(...)`: as a parameter it says where the start is sent."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that comes from the environment when the tap runs; `default` is what the code has for it, if anything."""

    name: str
    default: Any = None


@dataclass(frozen=True, slots=True)
class PresentText:
    """A moment that the tap counts from the present when it runs, and the layout that it is written in."""

    moment: str
    layout: str

    @property
    def word(self) -> str:
        """The word of the tap for it."""
        return f"${{{self.moment}|{self.layout}}}"


@dataclass(frozen=True, slots=True)
class Text:
    """Text that holds variables, or moments."""

    parts: tuple[str | Variable | PresentText, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be told without running the code; `why` ends a sentence that begins with its place."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that is imported, or an attribute of one: `dlt.secrets`."""

    path: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class ModuleOf:
    """A module that stands beside the file: its names."""

    name: str
    names: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file or a folder, by its path from where the code runs."""

    path: str

    @property
    def parent(self) -> File:
        """The folder that it is in."""
        known = PurePosixPath(self.path)
        return File(str(known / ".." if known.name in {"", ".."} else known.parent))

    def joinpath(self, *names: str) -> File:
        """Return what stands within it."""
        return File(str(PurePosixPath(self.path, *names)))


@dataclass(frozen=True, slots=True)
class Namespace:
    """An object with these attributes and no others."""

    words: Words


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, before it is called."""

    owner: Any
    name: str


@dataclass(frozen=True, slots=True)
class RestClient:
    """dlt's `RESTClient`: its connection, and what each of its lists has unless it says otherwise."""

    words: Words
    endpoint: Words


@dataclass(frozen=True, slots=True)
class Session:
    """A session of `requests`: its headers, parameters and credentials."""

    words: Words


@dataclass(frozen=True, slots=True)
class MadeResource:
    """A resource of a source that the code makes: the configuration that it stands in, and its name there."""

    of: Words
    name: str


@dataclass(frozen=True, slots=True)
class MadeSource:
    """A source that the code makes: its resources."""

    resources: tuple[MadeResource, ...]


@dataclass(frozen=True, slots=True)
class ListedResource:
    """A resource whose function reads lists with `RESTClient`: what its decorator says."""

    words: Words


@dataclass(frozen=True, slots=True)
class ParentRow:
    """A record of the parent that a transformer of dlt is given."""

    resource: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call, and its line."""

    positional: Sequence[Any]
    named: Words
    line: int

    def by_name(self, parameters: Sequence[str]) -> Words:
        """Return all arguments by the names of the parameters."""
        words = Words(line=self.line)
        for name, value in zip(parameters, self.positional, strict=False):
            words.put(name, value)
        words.take(self.named)
        return words

    def first(self, name: str) -> Any:  # noqa: ANN401 - an argument may be anything
        """Return the first argument, which may also be given by this name."""
        return self.positional[0] if self.positional else self.named.get(name)


def text_of(parts: Iterable[str | Variable | PresentText]) -> str | Text:
    """Return these parts as one text, plain where no variable is in it."""
    merged: list[str | Variable | PresentText] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return "".join(str(part) for part in merged)
    return Text(tuple(merged))


def parts_of(value: object) -> tuple[str | Variable | PresentText, ...] | None:
    """Return the parts of a value that can stand within text; None where it cannot."""
    if isinstance(value, Text):
        return value.parts
    return (str(value),) if isinstance(value, str | int | float) else None


def default_of(value: object) -> str | None:
    """Return a text with the defaults of its variables; None where one has none, or there is no variable."""
    parts = value.parts if isinstance(value, Text) else ()
    found = [part.default if isinstance(part, Variable) else part for part in parts]
    has_all = bool(parts) and all(isinstance(each, str | int | float) for each in found)
    return "".join(map(str, found)) if has_all else None


def variable(name: str, default: Any = None) -> Text:  # noqa: ANN401 - a default may be anything
    """Return the variable that a secret or a setting of dlt becomes: upper case, a dot is two underscores."""
    upper = re.sub(r"[^A-Z0-9_]", "_", name.replace(".", "__").upper())
    return Text((Variable(upper if upper[:1] not in "0123456789" else f"_{upper}", default),))


def secret_name(text: Text) -> str | None:
    """Return the name of the one variable that a text is."""
    (first, *more) = text.parts
    return first.name if isinstance(first, Variable) and not more else None
