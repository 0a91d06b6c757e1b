"""Finds what an empty list says of itself: that its rows are not ready, or that there will be none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.patterns import pattern
from tap_analytics.records.failures.failures import ECHOES, Failure, parts_of
from tap_analytics.records.failures.quotes import quote
from tap_analytics.records.failures.wording import Verdict, of_status, plain, words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from tap_analytics.records.failures.sent_words import SentWords

_STATE = pattern(
    r"(?:job|task|export|report|query|processing|execution|run|request|result|response|operation|progress)?"
    r"(?:status|state)"
)
_WAITING = pattern(
    r"(?:still |being )?(?:accepted|build(?:ing)?|calculating|computing|creating|enqueued|executing|exporting|gathering"
    r"|generating|in (?:progress|queue)|incomplete|initiali[sz]ing|loading|on ?going|pending|preparing|processing"
    r"|queued|queueing|running|scheduled|started|submitted|under way|unfinished|waiting|working"
    r"|not (?:yet )?(?:complete|completed|done|finished|ready|started))"
)
_ENDED = frozenset(("canceled", "cancelled", "interrupted", "killed", "stopped", "terminated"))
_FLAGS = frozenset(
    (
        *("ready", "isready", "jobready", "dataready", "complete", "completed", "iscomplete", "iscompleted"),
        *("jobcomplete", "jobcompleted", "finished", "isfinished", "isdone"),
    )
)
_CODES = frozenset(("code", "errorcode", "resultcode", "statuscode", "responsecode", "returncode"))
_RESULTS = frozenset(("result", "results"))
# A code with the family of an error and a number other than zero: `AUTH-001`, `E1001`.
_CODE_OF_ERROR = pattern(
    r"(?:acl|auth|denied|e|err|error|ex|exc|fail|fault|forbidden|key|lic|limit|login|perm|rate|sec|session|token)"
    r"[ _-]?0*[1-9][0-9]*"
)
# Objects that say how the making of the rows goes.
_JOBS = frozenset(("job", "task", "export", "report", "execution", "progress"))
# Fields that show that an object is an entity, and names of lists that are no list of its children.
_OF_ENTITY = frozenset(("id", "uuid", "guid", "key", "name"))
_ROWS = frozenset(("data", "records", "result", "results", "rows", "values"))


def check_ready(document: object, way: Sequence[str], *, keys: Collection[str], sent: SentWords) -> Failure | None:
    """Return what says that an empty list is no answer yet, or never will be one; None without that.

    Args:
        document: The body.
        way: The names that lead to the list.
        keys: Further fields that show that an object is an entity.
        sent: What the request says about the rows that it wants.
    """
    for place, part in _places(document, way):
        # The state of an order says nothing of the list of its lines.
        is_entity = any(part.get(name) for name in _OF_ENTITY.union(keys)) and plain(("", *way)[-1]) not in _ROWS
        is_around = place == tuple(way[: len(place)])
        for name, value in part.items():
            known = plain(name)
            if (is_entity and is_around) or sent.covers(name, value):
                continue
            for names_it, judge, is_passing in _SAID:
                if names_it(known) and judge(value):
                    return Failure(".".join((*place, name)), quote(value, part), is_passing=is_passing)
    return None


def _places(document: object, way: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    yield from (each for each in parts_of(document, way) if not each[0] or plain(each[0][-1]) not in ECHOES)
    for name, each in document.items() if isinstance(document, dict) else ():
        if plain(name) in _JOBS and isinstance(each, dict):
            yield (name,), each


def _is_waiting(value: object) -> bool:
    return isinstance(value, str) and bool(_WAITING.fullmatch(words_in(value)))


def _is_ended(value: object) -> bool:
    return isinstance(value, str) and words_in(value) in _ENDED


def _is_unlike_success(value: object) -> bool:
    """Return whether a number beside no rows is a code of a failure, or counts rows that should be there."""
    return type(value) is int and of_status(value) in {Verdict.FAILURE, Verdict.ODD}


def _is_of_error(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE_OF_ERROR.fullmatch(value.lower()))


# Which fields are looked at, what a value says, and whether that may be another one in a moment.
_SAID: Sequence[tuple[Callable[[str], object], Callable[[Any], bool], bool]] = (
    (_STATE.fullmatch, _is_waiting, True),
    (_FLAGS.__contains__, lambda value: value is False, True),
    (_STATE.fullmatch, _is_ended, False),
    (_CODES.__contains__, _is_of_error, False),
    (_RESULTS.__contains__, _is_unlike_success, False),
)
