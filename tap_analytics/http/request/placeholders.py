"""Text with placeholders in braces, as dlt writes it: `/v1/companies/{resources.companies.id}/notes`."""

from __future__ import annotations

from functools import lru_cache
from itertools import starmap
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINK = pattern(r"\{job\.[^{}]+\}")
_PATH_OF_JOB = pattern(r"/?\{(job\.[^{}]+)\}(?:/|$)")
_PART_OF_DATE = pattern(r"\A[^:]*:%-?[YmdHMSjyIuwGV]\Z")
_OF_PARENT = pattern(r"/?\{(resources\.[^{}]+)\}")
_KINDS = r"(?:incremental|job|paginator|resources)\."
# What may stand between braces that are meant as a placeholder: no part of a query, or of JSON.
_NAME = pattern(rf"""{_KINDS}.*|[^\s{{}}"',]*""")
# What is meant in a text whose other braces are its own: a placeholder, or a variable of the environment.
_MEANT = pattern(rf"\$\{{[^{{}}]*\}}|\{{{_KINDS}[^{{}}\s:!]+(?:![a-z])?(?::[^{{}}]*)?\}}")
_NEARLY = pattern(rf"\{{\s*{_KINDS}")


class Many(list[Any]):
    """The values of several parent records for one request; as text they are joined by a separator."""

    def __init__(self, values: object, separator: str) -> None:
        super().__init__(values if isinstance(values, list) else [values])
        self.separator = separator

    def __str__(self) -> str:
        return self.separator.join(map(str, self))


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in braces, in the order of the text; literal braces are written twice, or as in a query.

    Raises:
        ValueError: A brace has no partner.
    """
    return tuple(part.name for part in _parts(text) if part.name is not None)


def is_link(path: str) -> bool:
    """Return whether a path consists of one value of a job; that value is a link then."""
    return _LINK.fullmatch(path) is not None


def linked_by(path: str, values: Mapping[str, str]) -> str | None:
    """Return the link in place of a path: a value of a job, or a whole URL in a parent record; None without one."""
    from tap_analytics.http.request.links import is_whole  # noqa: PLC0415 - configurations are read without it

    if is_link(path):
        return fill(path, values) or ""
    found = _OF_PARENT.fullmatch(path)
    value = values.get(found[1], "") if found else ""
    return value if is_whole(value.strip()) else None


def path_before(path: str) -> str | None:
    """Return the placeholder of a job that stands for the beginning of a path, or for all of it; None without one."""
    found = _PATH_OF_JOB.match(path)
    return found[1] if found else None


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """Return the text with its placeholders replaced, or None if one of them has no value."""
    parts = _parts(text)
    if any(part.name is not None and part.name not in values for part in parts):
        return None
    return "".join(part.literal + ("" if part.name is None else values[part.name]) for part in parts)


def escape(text: str) -> str:
    """Return a template whose filled text is this text: its braces become literal ones."""
    return text.replace("{", "{{").replace("}", "}}")


def as_template(text: str) -> str:
    """Return a text as a template: the braces of a query, or of JSON, are its own, and become literal ones."""
    if "{" not in text or not _has_own_braces(text):
        return text
    pieces, end = [], 0
    for meant in _MEANT.finditer(text):
        pieces += [escape(text[end : meant.start()]), meant[0]]
        end = meant.end()
    return "".join((*pieces, escape(text[end:])))


def _has_own_braces(text: str) -> bool:
    """Return whether a text has braces that nobody writes for a placeholder, such as `query { orders { id } }`."""
    try:
        # No layout has braces: those of `{orders(first: 5){id}}` are a query's.
        named = [(name, layout) for _, name, layout, _ in Formatter().parse(text) if name is not None]
        is_template = all(_NAME.fullmatch(name) and "{" not in (layout or "") for name, layout in named)
    except ValueError:
        is_template = False
    is_balanced = text.count("{") == text.count("}")
    return not is_template and is_balanced and _NEARLY.search(_MEANT.sub("", text)) is None


class _Part(NamedTuple):
    """A literal piece of a template, and the name of the placeholder behind it, as text if `is_text`."""

    literal: str
    name: str | None
    is_text: bool

    def bound(self, values: Mapping[str, str]) -> str:
        """Return the part as a template; `values` may replace its placeholder by another template."""
        if self.name is None:
            return escape(self.literal)
        template = values.get(self.name, f"{{{self.name}}}")
        is_placeholder = template.endswith("}") and not template.endswith("}}")
        if self.is_text and is_placeholder:
            name, colon, layout = template[1:-1].partition(":")
            template = f"{{{name}!s{colon}{layout}}}"
        return escape(self.literal) + template


@lru_cache(maxsize=512)  # each request fills the same few templates
def _parts(text: str) -> tuple[_Part, ...]:
    """Return the parts of a template; a conversion such as `!r` belongs to the name, and `!s` makes it text."""
    return tuple(starmap(_part, Formatter().parse(as_template(text))))


def _part(literal: str, name: str | None, layout: str | None, conversion: str | None) -> _Part:
    is_text = conversion == "s"
    more = f"!{conversion}" if conversion and not is_text else ""
    return _Part(literal, None if name is None else name + more + (f":{layout}" if layout else ""), is_text)


def bind(text: str, values: Mapping[str, str]) -> str:
    """Return the template with some of its placeholders replaced by other templates."""
    return "".join(part.bound(values) for part in _parts(text))


def fill_value(template: object, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a value of JSON with the placeholders in its texts replaced, at any depth.

    A text that is one placeholder becomes the value itself, with its type; with `!s` it becomes text. One part of a
    date, such as the year, is a number. A text whose
    placeholder has no value becomes None, and is left out of the object or list around it. An item of a list whose
    placeholder has many values is repeated for each of them.
    """
    if isinstance(template, dict):
        filled = {name: (part, fill_value(part, values)) for name, part in template.items()}
        return {name: value for name, (part, value) in filled.items() if value is not None or part is None}
    if isinstance(template, list):
        filled_parts = ((part, fill_value(part, each)) for part in template for each in _each(part, values))
        return [value for part, value in filled_parts if value is not None or part is None]
    if not isinstance(template, str):
        return template
    match _parts(template):
        case [_Part(literal="", name=str(name), is_text=False)]:
            return int(values[name]) if _PART_OF_DATE.search(name) and name in values else values.get(name)
    return fill(template, {name: str(value) for name, value in values.items()})


def _each(part: object, values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give the values with which an item of a list is filled: once, or once for each of many values."""
    named = {name for text in texts_in(part) for name in placeholders(text)}
    many = {name: values[name] for name in named if isinstance(values.get(name), Many)}
    if not many:
        yield values
    for each in zip(*many.values(), strict=False):
        yield {**values, **dict(zip(many, each, strict=True))}


def texts_in(value: object) -> Iterator[str]:
    """Give every text in a value of JSON, or of a parameter, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


def names_in(value: object) -> list[str]:
    """Return all names of keys in a value of JSON, at any depth."""
    if isinstance(value, dict):
        return [name for key, part in value.items() for name in (str(key), *names_in(part))]
    return [name for part in value for name in names_in(part)] if isinstance(value, list) else []
