"""The names that code needs of its file."""

from __future__ import annotations

import ast

from tap_analytics.resources.dlt_python.free_names import bound, free_names


def test_names_in_hints_of_types_are_not_needed_to_run() -> None:
    (function,) = ast.parse("def keep(row: Row, least=LEAST):\n    other = row\n    return other > least").body
    assert free_names(function) == {"Row": False, "LEAST": True}


def test_an_import_gives_the_first_part_of_its_path_or_another_name() -> None:
    (statement,) = ast.parse("import os.path, json as words").body
    assert isinstance(statement, ast.Import)
    assert [bound(each) for each in statement.names] == ["os", "words"]
