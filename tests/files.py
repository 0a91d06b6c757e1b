"""Files of records as APIs give them: the same people as CSV, as JSON Lines, in ZIP files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from typing import Any

PEOPLE = [
    {"id": 1, "code": "007", "name": "Ann", "score": 1.5, "active": True, "seen": "2025-01-01T00:00:00Z"},
    {"id": 2, "code": "12", "name": 'Bob "the" Builder, Jr.', "score": 2, "active": False, "seen": None},
    {"id": 3, "code": "A1", "name": "Cé\nline", "score": None, "active": None, "seen": "2025-01-02T00:00:00Z"},
]


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",", *, header: bool = True) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    if header:
        writer.writeheader()
    writer.writerows(
        {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()} for row in rows
    )
    return out.getvalue()


def lines(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as JSON Lines."""
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def as_zip(**members: bytes) -> bytes:
    """Return a ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def gzip_of(content: bytes) -> bytes:
    """Return content as gzip, the same each time."""
    return gzip.compress(content, mtime=0)
