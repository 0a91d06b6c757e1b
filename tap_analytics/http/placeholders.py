"""Text with placeholders in braces, as dlt writes it: `/v1/companies/{resources.companies.id}/notes`."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

from tap_analytics.http.links import is_whole
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINK = pattern(r"\{job\.[^{}]+\}")
_OF_PARENT = pattern(r"/?\{(resources\.[^{}]+)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in braces, in the order of the text; literal braces are written twice.

    Raises:
        ValueError: A brace has no partner.
    """
    return tuple(name for _, name in _parts(text) if name is not None)


def is_link(path: str) -> bool:
    """Return whether a path is nothing but a value of a job, which is a link then."""
    return _LINK.fullmatch(path) is not None


def linked_by(path: str, values: Mapping[str, str]) -> str | None:
    """Return the link that a path is: a value of a job, or a whole URL in the record of a parent; None for another."""
    if is_link(path):
        return fill(path, values) or ""
    found = _OF_PARENT.fullmatch(path)
    value = values.get(found[1], "") if found else ""
    return value if is_whole(value.strip()) else None


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """Return the text with its placeholders replaced, or None where one of them has no value."""
    parts = list(_parts(text))
    if any(name is not None and name not in values for _, name in parts):
        return None
    return "".join(literal + ("" if name is None else values[name]) for literal, name in parts)


def escape(text: str) -> str:
    """Return text that says the same as a template: its braces are literal ones."""
    return text.replace("{", "{{").replace("}", "}}")


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each literal piece with the name that follows it; what Python calls a conversion is part of the name."""
    for literal, name, layout, conversion in Formatter().parse(text):
        more = f"!{conversion}" if conversion else ""
        yield literal, None if name is None else name + more + (f":{layout}" if layout else "")


def bind(text: str, values: Mapping[str, str]) -> str:
    """Return the template with some of its placeholders replaced by what may be templates again."""
    return "".join(
        escape(literal) + ("" if name is None else values.get(name, f"{{{name}}}")) for literal, name in _parts(text)
    )


def fill_value(template: object, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a value of JSON with the placeholders in its texts replaced, at any depth.

    A text that is one placeholder becomes the value itself, with its type. A text whose placeholder has no value is
    None, and is left out of the object or list that it stands in.
    """
    if isinstance(template, dict):
        filled = {name: (part, fill_value(part, values)) for name, part in template.items()}
        return {name: value for name, (part, value) in filled.items() if value is not None or part is None}
    if isinstance(template, list):
        return [value for part in template if (value := fill_value(part, values)) is not None or part is None]
    if not isinstance(template, str):
        return template
    parts = list(_parts(template))
    if len(parts) == 1 and parts[0][0] == "" and parts[0][1] is not None:
        return values.get(parts[0][1])
    return fill(template, {name: str(value) for name, value in values.items()})


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
