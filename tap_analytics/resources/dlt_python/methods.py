"""Methods of texts, lists and objects, and the builtins that a configuration may be made with."""

from __future__ import annotations

import inspect
import re
import textwrap
from datetime import date
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python import moments
from tap_analytics.resources.dlt_python.values import Arguments, Text, Unknown, Words, parts_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.resources.dlt_python.scope import Scope
    from tap_analytics.resources.dlt_python.values import Imported

_LONGEST_RANGE = 10_000
_LONGEST_NAME = 200


def outcome(owner: Any, name: str, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401 - any value
    """Return what a method returns; a method that changes a list or an object changes it."""
    scope.findings.step()
    if isinstance(owner, moments.Moment | date):
        return moments.outcome(owner, name, arguments)
    method = _METHODS.get(type(owner), {}).get(name)
    if method is not None:
        return _call(lambda: method(owner, *arguments.positional, **arguments.named), name, arguments)
    unknown = next((each for each in arguments.positional if isinstance(each, Unknown)), None)
    return unknown or Unknown(arguments.line, f"calls `{name}`, which only running it tells")


def builtin(called: Imported, arguments: Arguments) -> Any:  # noqa: ANN401
    """Return what a builtin gives; an `Unknown` for any other function that is imported."""
    known = _BUILTINS.get(called.path)
    if known is None:
        name = called.path.removeprefix("builtins.")
        return Unknown(arguments.line, f"calls `{name}`, which only running it tells")
    unknown = next((each for each in arguments.positional if isinstance(each, Unknown)), None)
    return unknown or _call(lambda: known(*arguments.positional), called.name, arguments)


def _call(call: Callable[[], Any], name: str, arguments: Arguments) -> Any:  # noqa: ANN401
    try:
        return call()
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return Unknown(arguments.line, f"calls `{name}` with what only running the code tells")


def _format(text: str, *positional: Any, **named: Any) -> Any:  # noqa: ANN401
    """Return the text with its braces filled; a variable stays one."""
    marks: dict[str, Any] = {}

    def mark(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, int | float):
            return value
        if parts_of(value) is None:
            raise TypeError
        marks[f"\0{len(marks)}\0"] = value
        return next(reversed(marks))

    filled = text.format(*map(mark, positional), **{name: mark(value) for name, value in named.items()})
    pieces = re.split("(\0\\d+\0)", filled)
    return text_of(part for piece in pieces for part in (parts_of(marks.get(piece, piece)) or ()))


def _join(separator: str, texts: list[Any]) -> Any:  # noqa: ANN401
    parts: list[Any] = []
    for index, each in enumerate(texts):
        if not isinstance(each, str | Text):
            raise TypeError
        parts += [separator] if index else []
        parts += parts_of(each) or ()
    return text_of(parts)


def _update(words: Words, other: Mapping[str, Any] | None = None, **named: Any) -> None:  # noqa: ANN401
    words.take(other or {})
    words.take(named)


def _setdefault(words: Words, key: str, default: Any = None) -> Any:  # noqa: ANN401
    if key not in words:
        words.put(key, default)
    return words[key]


def _copy(words: Words) -> Words:
    return Words(words, line=words.line, lines=words.lines)


def _lstrip(text: Text, characters: str | None = None) -> Any:  # noqa: ANN401
    """Return text without these at its left end; a variable there stays as it is."""
    first, *rest = text.parts
    return text_of([first.lstrip(characters) if isinstance(first, str) else first, *rest])


def _rstrip(text: Text, characters: str | None = None) -> Any:  # noqa: ANN401
    """Return text without these at its right end; a variable there stays as it is."""
    *rest, last = text.parts
    return text_of([*rest, last.rstrip(characters) if isinstance(last, str) else last])


def _strip(text: Text, characters: str | None = None) -> Any:  # noqa: ANN401
    return _lstrip(_rstrip(text, characters), characters)


def _elements(given: object) -> list[Any]:
    if not isinstance(given, list | dict):
        raise TypeError
    return list(given)


def _replace(pattern: str, new: str, text: str) -> str:
    """Return a name or the like with what fits a pattern replaced; a group that repeats may take for ever."""
    if not isinstance(new, str) or len(text) > _LONGEST_NAME or re.search(r"\)[*+?{]", pattern):
        raise TypeError
    return re.sub(pattern, new, text)


_METHODS: Mapping[type, Mapping[str, Callable[..., Any]]] = {
    str: {
        name: getattr(str, name)
        for name in [
            "capitalize",
            "casefold",
            "count",
            "endswith",
            "find",
            "isalpha",
            "isdigit",
            "islower",
            "isupper",
            "lower",
            "lstrip",
            "removeprefix",
            "removesuffix",
            "replace",
            "rsplit",
            "rstrip",
            "split",
            "splitlines",
            "startswith",
            "strip",
            "title",
            "upper",
            "zfill",
        ]
    }
    | {
        "format": _format,
        "join": _join,
        "partition": lambda text, separator: list(text.partition(separator)),
        "rpartition": lambda text, separator: list(text.rpartition(separator)),
    },
    Text: {"lstrip": _lstrip, "rstrip": _rstrip, "strip": _strip},
    Words: {
        "copy": _copy,
        "get": lambda words, key, default=None: words.get(key, default),
        "items": lambda words: [[key, value] for key, value in words.items()],
        "keys": list,
        "pop": Words.pop,
        "setdefault": _setdefault,
        "update": _update,
        "values": lambda words: list(words.values()),
    },
    list: {
        name: getattr(list, name)
        for name in ["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse"]
    }
    | {
        "add": list.append,
        "union": lambda each, *more: list(dict.fromkeys(chain(each, *more))),
    },
}
_BUILTINS: Mapping[str, Callable[..., Any]] = {
    "builtins.abs": abs,
    "builtins.all": lambda each: _whether(all, each),
    "builtins.any": lambda each: _whether(any, each),
    "builtins.bool": bool,
    "builtins.dict.fromkeys": lambda keys, value=None: Words(dict.fromkeys(keys, value)),
    "builtins.enumerate": lambda each, start=0: [[start + index, item] for index, item in enumerate(each)],
    "builtins.float": float,
    "builtins.int": lambda number: number if isinstance(number, Text) else int(number),
    "builtins.len": len,
    "builtins.max": max,
    "builtins.min": min,
    "builtins.list": lambda each=(): list(each),
    "builtins.print": lambda *_: None,
    "builtins.range": lambda *bounds: list(range(*bounds))[:_LONGEST_RANGE],
    "builtins.round": round,
    "builtins.reversed": lambda each: list(reversed(each)),
    "builtins.set": lambda each=(): list(dict.fromkeys(each)),
    "builtins.str": lambda text="": _text(moments.text_of_moment(text)),
    "builtins.sum": lambda each, start=0: sum(each, start),
    "builtins.tuple": lambda each=(): list(each),
    "builtins.zip": lambda *lists: [list(each) for each in zip(*lists, strict=False)],
    "inspect.cleandoc": inspect.cleandoc,
    "itertools.chain": lambda *lists: list(chain(*map(_elements, lists))),
    "itertools.chain.from_iterable": lambda lists: list(chain(*map(_elements, _elements(lists)))),
    "itertools.product": lambda *lists: [
        list(each) for each in islice(product(*map(_elements, lists)), _LONGEST_RANGE)
    ],
    "re.sub": _replace,
    "textwrap.dedent": textwrap.dedent,
}


def _whether(call: Callable[[list[Any]], bool], each: list[Any]) -> bool:
    if not isinstance(each, list) or any(isinstance(one, Unknown) for one in each):
        raise TypeError
    return call(each)


def _text(value: object) -> object:
    """Return the text of a value whose text is the same in a configuration as in Python."""
    if isinstance(value, Text):
        return value
    if not isinstance(value, str | int | float):
        raise TypeError
    return str(value)
