"""Texts of a sample become values of the types that they show."""

from __future__ import annotations

from tap_analytics.records.formats.texts import with_types


def test_texts_of_a_sample_become_what_all_of_their_column_can_be_without_loss() -> None:
    columns = {
        "whole": ["1", "-20", None],
        "number": ["1", "2.50", None],
        "truth": ["true", "FALSE", None],
        "code": ["007", "12", "1"],
        "phone": ["+4915", "12", "1"],
        "long": ["1234567890123456789", "1", "2"],
        "power": ["1e5", "1", "2"],
        "mixed": ["1", "x", None],
        "none": [None, None, None],
        "day": ["2025-01-01", None, None],
    }
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    first = with_types(rows)[0]
    assert {name: type(value).__name__ for name, value in first.items()} == {
        "whole": "int",
        "number": "Decimal",
        "truth": "bool",
        **dict.fromkeys(("code", "phone", "long", "power", "mixed"), "str"),
        "none": "NoneType",
        "day": "str",
    }
    assert str(with_types(rows)[1]["number"]) == "2.50"
