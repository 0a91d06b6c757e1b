from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_analytics.report.unknown_fields import MOST_NAMED, UnknownFields

if TYPE_CHECKING:
    import pytest


def messages_of(caplog: pytest.LogCaptureFixture, *pages: list[str]) -> list[str]:
    """Return the messages about the new names on these pages."""
    fields = UnknownFields(logging.getLogger("unknown"))
    for page in pages:
        fields.tell(page)
    return caplog.messages


def names(count: int, prefix: str = "n") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def test_each_name_has_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert messages_of(caplog, ["a", "b"], ["c"]) == [
        f"The API sends a field that the schema does not have: `{name}`; it is left out" for name in "abc"
    ]


def test_of_very_many_names_a_hundred_are_told_and_the_rest_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    messages = messages_of(caplog, names(90), names(1_010, "m"), names(5, "o"), names(5, "p"))
    assert len(messages) == MOST_NAMED + 1
    assert messages[-1].startswith("The API sends 1000 more fields that the schema does not have; they are left out")


def test_just_a_hundred_names_are_not_too_many(caplog: pytest.LogCaptureFixture) -> None:
    assert len(messages_of(caplog, names(MOST_NAMED))) == MOST_NAMED


def test_one_more_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    (last,) = messages_of(caplog, names(MOST_NAMED), ["x"], ["y"])[MOST_NAMED:]
    assert last.startswith("The API sends 1 more fields")
