"""Text with placeholders in braces, as dlt writes it: `/v1/companies/{resources.companies.id}/notes`."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in braces, in the order of the text; literal braces are written twice.

    Raises:
        ValueError: A brace has no partner.
    """
    return tuple(name for _, name in _parts(text) if name is not None)


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
