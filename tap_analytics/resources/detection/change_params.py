"""The parameters with which APIs are asked for changes, made of the name of the field with the time of the change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

START = "{incremental.start_value}"

# Parameters whose names do not depend on a field.
GENERIC = (
    *("updated_since", "updatedSince", "modified_since", "modifiedSince", "changed_since", "changedSince"),
    *("updated_after", "updatedAfter", "modified_after", "modifiedAfter", "changedAfter", "last_modified_since"),
    *("since", "from", "start_date", "startDate", "start_time", "startTime", "from_date", "fromDate"),
    *("date_from", "dateFrom", "min_date", "begin_date", "start", "after"),
)
# The most parameters of one request: its URL must not become too long.
MOST_TOGETHER = 40

_OF_CHANGE = re.compile(r"updat|modif|chang", re.IGNORECASE)
_ENDS = ("at", "on", "date", "time", "datetime", "timestamp")


@dataclass(frozen=True, slots=True)
class ChangeParam:
    """A parameter, and what it carries: the moment itself, or text with the moment in it.

    `is_plain` says that it has the name of the field itself: such a parameter may ask for that one moment only.
    """

    name: str
    template: str = START
    is_plain: bool = False

    @property
    def is_of_change(self) -> bool:
        """Whether its name is about changes, and not about the creation of records."""
        return bool(_OF_CHANGE.search(self.name + self.template))


def change_params(cursor: str) -> list[list[ChangeParam]]:
    """Return the parameters to try for a field, the likeliest first, in groups that can be sent together."""
    groups: list[list[ChangeParam]] = []
    for param in _all(cursor):
        group = next((group for group in groups if len(group) < MOST_TOGETHER and _fits(param, group)), None)
        if group is None:
            groups.append(group := [])
        group.append(param)
    return groups


def _fits(param: ChangeParam, group: Sequence[ChangeParam]) -> bool:
    """Return whether a parameter can be sent with others: one name cannot be both a value and an object in brackets."""
    root, bracket, _ = param.name.partition("[")
    return all(
        each.name != param.name and (each.name.partition("[")[0] != root or ("[" in each.name) == bool(bracket))
        for each in group
    )


def _all(cursor: str) -> Iterator[ChangeParam]:
    field = cursor.rpartition(".")[2]
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", field)] or [field]
    stem = words[:-1] if len(words) > 1 and words[-1] in _ENDS else words
    names: list[str] = [spelling for end in ("since", "after", "from", "start") for spelling in _spellings(*stem, end)]
    names += list(GENERIC[:12])
    spellings = dict.fromkeys((field, *_spellings(*words)))
    names += [form.format(name) for forms in (_FORMS[:9], _FORMS[9:]) for name in spellings for form in forms]
    names += [f"filter[{name}]" for name in (*_spellings(*stem, "since"), *_spellings(*stem, "after"))]
    yield from map(ChangeParam, dict.fromkeys((*names, *GENERIC[12:])))
    yield from (ChangeParam(name, text.format(field, START)) for name, text in _EXPRESSIONS)
    yield from (ChangeParam(field, text.format(START)) for text in ("gte.{}", ">={}", "gte:{}", "ge{}"))
    yield ChangeParam(field, is_plain=True)


_FORMS = (
    *("filter[{}][gte]", "{}[gte]", "{}__gte", "{}_gte", "{}.gte", "{}[from]", "{}[after]", "{}[since]", "{}[min]"),
    *("filter[{}][_gte]", "filter[{}][ge]", "filter[{}][from]", "filter[{}][since]", "filter[{}][after]"),
    *("filters[{}][$gte]", "{}[$gte]", "{}[ge]", "{}_since", "{}_after", "{}_from", "{}_min", "min_{}", "{}_start"),
    *("filter[{}__gte]", "q[{}_gteq]", "{}_ge", "{}From", "{}After", "{}Since", "{}Min", "{}Start", "{}Gte"),
)
_EXPRESSIONS = (
    ("$filter", "{} ge {}"),
    ("filter", "{} ge {}"),
    ("$where", "{} >= '{}'"),
    ("where", "{}>='{}'"),
    ("sysparm_query", "{}>={}"),
)


def _spellings(*words: str) -> tuple[str, ...]:
    """Return a name in the spellings that APIs have: with underscores, and with capitals."""
    return "_".join(words), words[0] + "".join(word.capitalize() for word in words[1:])
