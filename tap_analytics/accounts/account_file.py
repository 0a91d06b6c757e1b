"""A file of accounts: a list in JSON or YAML, or a table in CSV; each account with the place where it stands."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Entry = tuple[str, Any]

SUFFIXES = (".json", ".yaml", ".yml", ".csv")


def read(path: str) -> tuple[list[Entry], list[str]]:
    """Return each account of a file, as it is written, with its place; and what is wrong with the file.

    Each row of a table is an account. An empty cell sets nothing; the column `params.site` sets `site` of `params`.
    """
    file = Path(path)
    try:
        reads = _READERS[file.suffix.lower()]
    except KeyError:
        known = ", ".join(f"`{each}`" for each in SUFFIXES)
        return [], [f"`accounts_file` must name a file that ends with one of {known}"]
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        return [], [f"`accounts_file` names a file that cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return [], ["`accounts_file` names a file that is not text in UTF-8"]
    try:
        return reads(text), []
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _FileError) else "names a file that cannot be parsed"
        return [], [f"`accounts_file` {reason}"]


def with_accounts(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in which the accounts of its file stand, if it names a file that can be read."""
    path = config.get("accounts_file")
    entries, faults = read(path) if isinstance(path, str) and not config.get("accounts") else ([], [])
    if faults or not entries:
        return dict(config)
    return {**config, "accounts_file": None, "accounts": [entry for _, entry in entries]}


class _FileError(ValueError):
    """What is wrong with a file, in words that quote nothing of it."""


def _from_json(text: str) -> list[Entry]:
    try:
        return _accounts_of(json.loads(text))
    except json.JSONDecodeError as error:
        message = f"names a file that is not JSON: line {error.lineno}, column {error.colno}"
    raise _FileError(message)


def _from_yaml(text: str) -> list[Entry]:
    import yaml  # noqa: PLC0415 - it is slow to import, and few runs read YAML

    try:
        return _accounts_of(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"names a file that is not YAML{f': line {mark.line + 1}, column {mark.column + 1}' if mark else ''}"
    raise _FileError(message)


def _accounts_of(document: object) -> list[Entry]:
    """Return the accounts of a document: it is a list of them, or has one under `accounts`."""
    if isinstance(document, dict) and document.keys() == {"accounts"}:
        document = document["accounts"]
    if not isinstance(document, list):
        message = "names a file that holds no list of accounts"
        raise _FileError(message)
    return [(f"account {number} of `accounts_file`", each) for number, each in enumerate(document, 1)]


def _from_csv(text: str) -> list[Entry]:
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    entries: list[Entry] = []
    try:
        names = [name.strip() for name in next(rows, [])]
        if twice := next((name for name in names if names.count(name) > 1), None):
            message = f"has two columns `{twice}`; each needs its own name"
            raise _FileError(message)
        for row in rows:
            if not any(map(str.strip, row)):
                continue
            if len(row) != len(names):
                message = f"has {len(row)} cells in line {rows.line_num}, and {len(names)} names in its first line"
                raise _FileError(message)
            entries.append((f"line {rows.line_num} of `accounts_file`", _nest(dict(zip(names, row, strict=True)))))
    except csv.Error:
        message = f"names a file that is not CSV: line {rows.line_num}"
    else:
        return entries
    raise _FileError(message)


def _nest(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the cells of a row that are not empty, those of `params.site` as an object."""
    entry: dict[str, Any] = {}
    for name, cell in cells.items():
        if value := cell.strip():
            first, *within = name.split(".", 1)
            if within:
                entry.setdefault(first, {})[within[0]] = value
            else:
                entry[name] = value
    return entry


_READERS: Mapping[str, Callable[[str], list[Entry]]] = dict(
    zip(SUFFIXES, (_from_json, _from_yaml, _from_yaml, _from_csv), strict=True)
)
