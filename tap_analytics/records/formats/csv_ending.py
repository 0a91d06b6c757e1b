"""The end of a table: notes of the API behind its rows, and a last row that may be a sum of the others."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("tap-analytics")

# How a line begins that is no row: what made the file, its end, or how many rows it has.
_NOTE = pattern(
    r"#+ |\*{3,}|={3,}|-{3,}|©|\(c\) |copyright\b|all rights reserved"
    r"|(?:this |the )?(?:(?:data|export|file|report|table) )?(?:(?:is|was) )?"
    r"(?:created|downloaded|exported|generated|produced) (?:at|by|from|in|on|with)\b"
    r"|end of (?:the )?(?:data|export|file|report|table)\b|\(?[0-9,]+ (?:records?|rows?)(?: \w+)?\)?\.?$",
    re.IGNORECASE,
)
# What says in such a line that rows are missing.
_FAILURE = pattern(
    r"(?<!\b0 )(?<!\bno )(?<!\bwithout )\b(?:errors?|warnings?)\b|\b(?:limited to|timed[ -]?out|time-?out)\b"
    r"|\blimit (?:exceeded|hit|of|reached)\b|\b(?:abort|cancel|exception|fail|incomplete|interrupt|missing|truncat)",
    re.IGNORECASE,
)
# How many rows a line says that the file has.
_ROWS = pattern(r"(?<![\w.,])([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12}) (?:records?|rows?)\b", re.IGNORECASE)
# Numbers of rows that the file may have at most, or that are left out of it on purpose.
_OTHER_ROWS = pattern(
    r"\b(?:at most|max(?:imum)?\.?(?: of)?|no more than|up to) [0-9,]+ (?:records?|rows?)\b"
    r"|[0-9,]+ (?:records?|rows?) (?:at most|max(?:imum)?|per)\b"
    r"|[0-9,]+ (?:duplicate )?(?:records?|rows?) (?:(?:are|have been|were) )?(?:excluded|filtered|hidden|skipped)\b",
    re.IGNORECASE,
)
_SUM = pattern(
    r"(?:(?:grand|overall|report) )?totals?|averages?|summe|gesamt(?:summe)?|insgesamt|total (?:general|g[ée]n[ée]ral)"
    r"|totale|totaal|итого|всего|合計|合计|总计|总和|합계|suma|razem",
    re.IGNORECASE,
)


def without_notes(rows: list[list[str]], width: int, *, before: int = 0) -> list[list[str]]:
    """Return the last rows of a table without the notes behind them, which have fewer values than it has columns.

    Args:
        rows: The last rows.
        width: The number of columns.
        before: How many rows the table has before them.

    Raises:
        FatalAPIError: A note says that the table has more rows.
    """
    rows, said = rows.copy(), 0
    while rows and len(rows[-1]) < width and _NOTE.match(rows[-1][0].strip()):
        if _FAILURE.search(", ".join(rows[-1])):
            break
        note = ", ".join(rows.pop())
        said = max([said, *(int(number.replace(",", "")) for number in _ROWS.findall(_OTHER_ROWS.sub("", note)))])
        _warn("the file ends with a note, which is no row and is left out: %s", note)
    if said > before + len(rows):
        message = (
            f"the file says at its end that it has {said:,} rows, but has {before + len(rows):,}: some are missing"
        )
        raise FatalAPIError(message)
    return rows


def remark_sum(row: Sequence[str]) -> None:
    """Warn of a last row that has a word for a sum in place of its first value, and lacks others."""
    first, *others = row
    if _SUM.fullmatch(first.strip(" :.*")) and "" in others and any(others):
        _warn(
            "the last row of the file begins with `%s`; if it sums up the others, filter it by `processing_steps`",
            first,
        )


@lru_cache(maxsize=100)  # a file is read twice
def _warn(message: str, text: str) -> None:
    logger.warning(message, text)
