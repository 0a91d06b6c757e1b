"""Any number of rows of a resource, made when they are asked for and encoded as they are served."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

import msgspec

from tap_analytics.sandbox.instants import LAST, SECOND, timestamp
from tap_analytics.sandbox.templates import NUMBER, UPDATED_AT, N, has_text_keys, is_dated, key_of, template

POOL = 4_000
KEPT = 50_000
STEP = 1_000
ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(row: object) -> bytes:
    """Return a row as JSON; decimals are numbers and keep their places."""
    return ENCODER.encode(row)


@lru_cache(maxsize=64)
def rows_of(resource: str, seed: int | str) -> Rows:
    """Return the rows of a resource: the same object for the same seed, so that nothing is made twice."""
    return Rows(resource, seed)


class Rows:
    """The endless list of a resource's rows, numbered from 1.

    Row `n` is the template `n % POOL` with its own id, e-mail address and time of change; it does not depend on how
    many rows are asked for. `key` is the name of the field that identifies a row.
    """

    def __init__(self, resource: str, seed: int | str) -> None:
        self.resource = resource
        self.seed = seed
        self.key = key_of(resource)
        self.is_dated = is_dated(resource)
        self._has_text_keys = has_text_keys(resource)
        self._templates: dict[int, tuple[bytes, int]] = {}
        self._encoded: dict[int, bytes] = {}

    def encode(self, n: int) -> bytes:
        """Return the row as JSON."""
        row = self._encoded.get(n)
        if row is None:
            text, _ = self._template(n)
            row = text % {b"n": b"%d" % n, b"updated_at": timestamp(self.instant(n)).encode()}
            if n <= KEPT:
                self._encoded[n] = row
        return row

    def key_at(self, n: int) -> int | str:
        """Return the value of the key of row `n`."""
        return str(n) if self._has_text_keys else n

    def number(self, key: object) -> int | None:
        """Return the number of the row that has this key; None where no generated row can have it."""
        if not self._has_text_keys:
            return key if isinstance(key, int) else None
        return int(key) if isinstance(key, str) and key.isascii() and key.isdigit() else None

    def instant(self, n: int) -> int:
        """Return the instant of the row's `updated_at`."""
        _, earliest = self._template(n)
        scattered = n * 2_654_435_761 % 2**32
        step = SECOND if n % 4 else STEP
        return earliest + ((LAST - earliest) * scattered >> 32) // step * step

    def _template(self, n: int) -> tuple[bytes, int]:
        k = n % POOL
        found = self._templates.get(k)
        if found is None:
            row, earliest = template(self.resource, Random(f"{self.seed}:{self.resource}:{k}"))  # noqa: S311 - no secret
            found = self._templates[k] = _pattern(row), earliest
        return found


def _pattern(row: dict[str, Any]) -> bytes:
    """Return the row as JSON, with `%(n)b` and `%(updated_at)b` in the places of its number and its time."""
    text = encode(row).replace(b"%", b"%%").replace(f'"{NUMBER}"'.encode(), b"%(n)b")
    return text.replace(N.encode(), b"%(n)b").replace(UPDATED_AT.encode(), b"%(updated_at)b")
