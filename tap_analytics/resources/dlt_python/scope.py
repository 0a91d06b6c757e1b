"""The names that are known at a place of the code, and what the reading of the code has found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tap_analytics.resources.dlt_python.classes import CONSTRUCTORS, OF_DLT, SOURCES
from tap_analytics.resources.dlt_python.values import File, Imported, Remark, Unknown, Words

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Sequence

    from tap_analytics.resources.dlt_python.values import MadeSource, ModuleOf, RestClient

# No configuration needs as many; a loop within loops would take all memory.
MOST_STEPS = 200_000
DEEPEST_CALL = 30

_BUILTINS = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "callable",
        "dict",
        "enumerate",
        "filter",
        "float",
        "int",
        "isinstance",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "open",
        "print",
        "range",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "zip",
    ]
)


_WELL_KNOWN = {"RESTClient", "dlt", "os", *CONSTRUCTORS, *OF_DLT, *SOURCES}


class TooLongError(Exception):
    """The code would take too many steps to be worked out."""


class Language(Protocol):
    """What Python means: handed in, since expressions hold calls, calls run statements, and these hold expressions."""

    def value(self, node: ast.expr, scope: Scope) -> Any:  # noqa: ANN401 - Python has values of any kind
        """Return the value of an expression."""

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Go through statements."""

    def source(self, parts: Iterable[Any]) -> MadeSource | None:
        """Return the source of dlt's that these parts are, if they are any."""


class Beside(Protocol):
    """What stands beside the file: handed in, since reading it takes all that reading the file takes."""

    def name_of(self, module: str, name: str, language: Language) -> Any:  # noqa: ANN401 - a name may be anything
        """Return what a name of a module stands for."""

    def module(self, module: str, language: Language) -> ModuleOf | None:
        """Return a module, None if there is none."""

    def document(self, path: str) -> Any:  # noqa: ANN401 - JSON may be anything
        """Return what a document of JSON or YAML holds, None if there is none."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A function that dlt's decorator makes a resource: what the decorator says, its parameters, and its code."""

    words: Words
    parameters: Sequence[Any]
    node: ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is read with `RESTClient.paginate`, and the resource whose function does so."""

    client: RestClient
    endpoint: Words
    resource: Resource | None
    line: int
    # The functions from that of the resource to what reads the list.
    way: tuple[ast.AST, ...] = field(default=(), compare=False)


@dataclass
class Findings:
    """What the reading of a file has found: configurations by the line of their call, lists, and remarks."""

    configurations: dict[int, Any] = field(default_factory=dict)
    candidates: dict[int, Words] = field(default_factory=dict)
    listings: list[Listing] = field(default_factory=list)
    registered: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    files: Beside | None = None
    called: set[ast.AST] = field(default_factory=set)
    # Those that were called, each with the names around it: a function may be defined again and again.
    followed: set[Function] = field(default_factory=set)
    # What `with_resources` selects, by the identity of the configuration.
    chosen: dict[int, set[str]] = field(default_factory=dict)
    steps: int = 0

    def say(self, line: int, sentence: str, *, loses: bool = False) -> None:
        """Keep a remark, once."""
        remark = Remark(line, sentence, loses)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def step(self) -> None:
        """Count one step of the reading.

        Raises:
            TooLongError: There were too many.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLongError


class Scope:
    """The names of a module or of one call of a function, over those around it."""

    def __init__(self, language: Language, findings: Findings, outer: Scope | None = None, *, file: str = "") -> None:
        self.language = language
        self.findings = findings
        self.names: dict[str, Any] = {} if outer else {"__name__": "__main__", "__file__": File("_")}
        # Where a module beside the file stands; empty for the file itself.
        self.file = file
        # The code of such a module, and its text.
        self.tree: ast.Module | None = None
        self.text = ""
        self.outer = outer
        self.resource: Resource | None = outer.resource if outer else None
        # The functions that were called on the way here, from that of the resource on.
        self.way: tuple[ast.AST, ...] = outer.way if outer else ()
        # What the call of a function that this scope is for yields.
        self.yielded: list[Any] = []
        self.depth: int = outer.depth if outer else 0
        # How many loops around the statement assign these names anew.
        self.loops = 0

    def inner(self) -> Scope:
        """Return a scope within this one."""
        return Scope(self.language, self.findings, self)

    def lookup(self, name: str, line: int) -> Any:  # noqa: ANN401 - a name may stand for anything
        """Return what a name stands for here."""
        if name in self.names:
            return self.names[name]
        if self.outer:
            return self.outer.lookup(name, line)
        if name in _BUILTINS:
            return Imported(f"builtins.{name}")
        # A page often leaves out the imports.
        if name in _WELL_KNOWN:
            return Imported(name)
        return Unknown(line, f"needs `{name}`, which the file does not define")

    @property
    def module(self) -> Scope:
        """The scope of the file."""
        return self.outer.module if self.outer else self


@dataclass(frozen=True, slots=True)
class Function:
    """A function or a lambda of the file."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope = field(repr=False)


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the file."""

    node: ast.ClassDef
    scope: Scope = field(repr=False)


@dataclass(frozen=True, slots=True)
class Instance:
    """What a call of a class of the file gives: its arguments by name, and the attributes that it sets itself."""

    of: Class
    words: Words
    fields: Words = field(default_factory=Words)
