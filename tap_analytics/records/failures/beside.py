"""Finds what the object around a list of records says against it: that the request failed, or that rows are missing."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.patterns import pattern
from tap_analytics.records.failures import wording
from tap_analytics.records.failures.failures import Failure, failure_of
from tap_analytics.records.failures.own_words import OwnWords
from tap_analytics.records.failures.quotes import quote
from tap_analytics.records.failures.sent_words import NOTHING_SENT, SentWords
from tap_analytics.records.failures.wording import Verdict, plain, words_in
from tap_analytics.records.paths import at_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    Judge = Callable[[Any], Verdict]

logger = logging.getLogger("tap-analytics")

_FAILED = frozenset(("err", "error", "errors", "fail", "failed", "failure", "fatal", "ko", "nok"))
_CODE = pattern(r"-[0-9]{1,9}|[45][0-9]{2}|[45][0-9]{4}")
_PARTIAL = pattern(r"\b(?:partial|incomplete|truncated)")
# Names of lists of what was asked and did not answer, such as the regions of an account.
_LEFT = pattern(
    r"(?:errored|failed|inaccessible|missing|skipped|unavailable|unreachable)"
    r"(?:accounts|clusters|customers|hosts|ids|items|keys|locations|nodes|partitions|parts|profiles|projects|queries"
    r"|records|regions|results|rows|servers|shards|sites|sources|tenants|views|zones)|unreachable|unavailable|inaccessible"
)
_LACKING = pattern(
    r"\bmissing (?:row|record|result|data)"
    r"|(?:row|record|result|data|item)\w* (?:\w+ ){0,3}(?:missing|omitted|dropped|skipped)"
    r"|(?:limited to|capped at|cut (?:off )?at|only the first|maximum of) [0-9][0-9,.]*\b(?! (?:\w+ )?(?:per|a|each)\b)"
    r"|\bcould(?: not|n't) be (?:accessed|fetched|included|loaded|queried|reached|read|retrieved)\b"
    r"|\b(?:refine|narrow)(?: down)? (?:your|the) (?:query|search|filters?|request)"
)


def _of_code(value: object) -> Verdict:
    """Return what a code beside records says: a failure if it is one of HTTP, begins like one, or is below zero."""
    is_code = isinstance(value, int | str) and not isinstance(value, bool)
    return Verdict.FAILURE if is_code and _CODE.fullmatch(str(value)) else Verdict.NONE


def _of_state(value: object) -> Verdict:
    """Return what a status beside records says: a clear word or code for a failure, or that it is a part."""
    words = words_in(value) if isinstance(value, str) else ""
    if words in _FAILED:
        return Verdict.FAILURE
    return Verdict.ODD if _PARTIAL.match(words) else _of_code(value)


def _of_success(value: object) -> Verdict:
    is_no = (isinstance(value, int) and value == 0) or (isinstance(value, str) and words_in(value) in {"0", "no"})
    return Verdict.FAILURE if is_no else Verdict.NONE


def _of_list(value: object) -> Verdict:
    """Return what a list of failures says beside records; a number counts those of the records."""
    return wording.of_error(value) if isinstance(value, list | dict) else Verdict.NONE


def _of_part(value: object) -> Verdict:
    """Return what a flag such as `partial` says beside records: yes is a doubt."""
    is_yes = value is True or (isinstance(value, str) and words_in(value) in {"true", "yes"})
    return Verdict.ODD if is_yes else Verdict.NONE


def _of_whole(value: object) -> Verdict:
    """Return what a flag such as `full` says beside records: no is a doubt."""
    is_no = value is False or (isinstance(value, str) and words_in(value) in {"false", "no"})
    return Verdict.ODD if is_no else Verdict.NONE


def _of_problems(value: object) -> Verdict:
    """Return what a list such as `problems` says beside records: a failure, where it has nothing but errors."""
    rows = value if isinstance(value, list) else []
    is_failure = bool(rows) and all(isinstance(each, dict) and failure_of(each) for each in rows)
    return Verdict.FAILURE if is_failure else Verdict.NONE


def _left_out() -> Iterator[str]:
    """Give the names for numbers of rows that are left out of a response."""
    for word in ("omitted", "dropped", "discarded", "notshown", "notreturned", "unreturned", "withheld"):
        yield from (word, f"{word}count")
    for word in (
        "omitted",
        "dropped",
        "discarded",
        "hidden",
        "lost",
        "skipped",
        "suppressed",
        "unreturned",
        "withheld",
    ):
        for rows in ("rows", "results", "records", "items"):
            yield from (f"{word}{rows}", f"{rows}{word}")


def _of_omitted(value: object) -> Verdict:
    """Return what a field such as `omitted` says beside records: a number of rows, or a reason, is a doubt."""
    is_number = isinstance(value, int) and value > 1
    return Verdict.ODD if is_number or (isinstance(value, dict | list) and value) else Verdict.NONE


def _of_remark(value: object) -> Verdict:
    """Return what the text of a message says beside records: that they are a part, or nothing."""
    texts = [words_in(each) for each in _texts(value)]
    return Verdict.ODD if any(_PARTIAL.search(text) or _LACKING.search(text) for text in texts) else Verdict.NONE


def _of_warning(value: object) -> Verdict:
    """Return what a warning says beside records: that rows are missing, or nothing."""
    return Verdict.ODD if Verdict.ODD in {wording.of_warning(value), _of_remark(value)} else Verdict.NONE


def _texts(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        yield from (text for text in (each.values() if isinstance(each, dict) else [each]) if isinstance(text, str))


# Fields that fail a response even if it has records, by their names as `plain` writes them.
BESIDE: Mapping[str, Judge] = {
    **dict.fromkeys(("error", "errors", "exception", "fault", "errormessage", "odata.error"), wording.of_error),
    **dict.fromkeys(("errorlist", "errormessages"), _of_list),
    "errorcode": wording.of_error_code,
    **dict.fromkeys(("haserror", "haserrors", "iserror"), wording.of_own_error),
    **dict.fromkeys(("success", "ok", "issuccess", "succeeded"), wording.of_success),
}
# Fields that say the like of a response, but may as well belong to an entity whose list of children is read.
OF_RESPONSE: Mapping[str, Judge] = {
    **dict.fromkeys(("status", "state", "outcome", "result", "ack", "responsestatus", "resultstatus"), _of_state),
    **dict.fromkeys(("code", "statuscode", "httpcode", "httpstatus", "httpstatuscode", "responsecode"), _of_code),
    **dict.fromkeys(("success", "ok", "issuccess"), _of_success),
    **dict.fromkeys(("aborted", "failed", "isfailed", "failure"), wording.of_own_error),
    **dict.fromkeys(("partialfailure", "partialfailures", "partialfailureerror"), wording.of_error),
    **dict.fromkeys(("partialerror", "partialerrors"), wording.of_error),
    "failures": _of_list,
    **dict.fromkeys(("partial", "partialdata", "partialresponse", "partialsuccess"), _of_part),
    **dict.fromkeys(("incomplete", "isincomplete", "overflow"), _of_part),
    **dict.fromkeys(("limited", "islimited", "resultlimited", "resultslimited"), _of_part),
    **dict.fromkeys(("limitexceeded", "exceededlimit", "limithit", "hitlimit"), _of_part),
    **dict.fromkeys(("sampled", "issampled", "sampleddata", "containssampleddata"), _of_part),
    **dict.fromkeys(("full", "isfull", "fullresult", "whole", "allrows", "allresults"), _of_whole),
    **dict.fromkeys(_left_out(), _of_omitted),
    **dict.fromkeys(("truncated", "truncation", "truncatedat"), _of_omitted),
    **dict.fromkeys(("exceptions", "problems"), _of_problems),
    **dict.fromkeys(("warning", "warnings", "warningmessage", "warningmessages"), _of_warning),
    **dict.fromkeys(("message", "messages", "msg", "note", "notice", "info"), _of_remark),
}
# Objects whose lists are no records, but say more of the error.
OF_ERRORS = frozenset(("error", "errors"))
# Objects beside the records that say something about the whole response.
_META = frozenset(
    ("meta", "metadata", "header", "headers", "responsemetadata", "responseheader", "responsestatus", "status")
)
# Fields that show that the object around a list is an entity, such as an order around its lines.
_OF_ENTITY = frozenset(("id", "uuid", "guid", "key", "name"))
_AGAINST = frozenset((Verdict.FAILURE, Verdict.ODD))
_ALL = frozenset((*BESIDE, *OF_RESPONSE, *_META))
_CAMELS = (
    "errorMessage errorCode hasError hasErrors isError isSuccess statusCode httpCode httpStatus responseCode"
    " errorList errorMessages responseStatus partialFailure partialFailureError partialErrors partialSuccess"
    " responseHeader"
)
_SNAKES = (
    "_error @odata.error error_message error_messages error_list error_code has_error has_errors is_error is_success"
    " status_code http_status"
)
# How these names are written usually; another spelling is met where the names around the records are learned.
SPELLINGS = frozenset(
    spelling
    for name in (*_ALL, *_CAMELS.split(), *_SNAKES.split())
    for spelling in (name, name[:1].upper() + name[1:], name.upper())
)


def is_beside(name: str) -> bool:
    """Return whether a field of this name may say something against the records that it stands beside."""
    return plain(name) in _ALL or _of_response(plain(name)) is not None


@lru_cache(maxsize=1000)
def _of_response(name: str) -> Judge | None:
    """Return what judges a field about the response by its name; None for a name that says nothing."""
    return OF_RESPONSE.get(name) or (_of_omitted if _LEFT.fullmatch(name) else None)


def is_entity(around: Mapping[str, Any], keys: Collection[str] = ()) -> bool:
    """Return whether an object is an entity by one of its fields, such as `id`: what it says is said of itself."""
    return any(_is_key(around.get(name)) for name in _OF_ENTITY | set(keys))


def failure_alone(rows: Sequence[object]) -> Failure | None:
    """Return the failure in the only row of a list, where it has an error and nothing but fields of one."""
    row = rows[0] if len(rows) == 1 else None
    if not isinstance(row, dict):
        return None
    judged = (BESIDE[plain(name)](value) for name, value in row.items() if plain(name) in BESIDE)
    return failure_of(row) if Verdict.FAILURE in judged else None


class _Sign(msgspec.Struct, frozen=True):
    """What one field beside records says, the object around the records, and whether that may be an entity."""

    verdict: Verdict
    place: tuple[str, ...]
    part: Mapping[str, Any]
    around: Mapping[str, Any]
    is_clear: bool


class Beside(msgspec.Struct, frozen=True):
    """What stands around records: in the body, and in the object right around them.

    Args:
        document: The body.
        data: The records.
        way: The names that lead to them.
        keys: Further fields that show that an object is an entity, whose status says nothing about the response.
        is_list: Whether the records are a list; what stands beside one object belongs to it, unless it is an error.
        sent: What the request says about the rows that it wants.
        own: Remembers what entities say of themselves.
    """

    document: object
    data: object
    way: Sequence[str] = ()
    keys: Collection[str] = ()
    is_list: bool = True
    sent: SentWords = NOTHING_SENT
    own: OwnWords = msgspec.field(default_factory=OwnWords)

    @property
    def is_clean(self) -> bool:
        """Whether nothing there may say anything against the records."""
        return next(self._signs(), None) is None

    def failure(self) -> Failure | None:
        """Return the failure that is named, such as an error or a flag for success that is false; None without one."""
        said = [sign for sign in self._signs() if sign.verdict is Verdict.FAILURE]
        found = next(filter(self._counts, said), None)
        if found is None:
            for sign in said:
                self.own.note(sign.place, sign.part[sign.place[-1]], sign.part)
            return None
        return Failure(".".join(found.place), quote(found.part[found.place[-1]], found.part))

    def warn(self, name: str) -> None:
        """Warn of what says that rows may be missing, once for each field of the list with this name."""
        for sign in self._signs():
            if sign.verdict is Verdict.ODD and self._counts(sign):
                _warn(name, ".".join(sign.place))

    def _counts(self, sign: _Sign) -> bool:
        """Return whether a sign is about the response, and not about an entity that the list belongs to."""
        return sign.is_clear or (self.is_list and not is_entity(sign.around, self.keys))

    def _signs(self) -> Iterator[_Sign]:
        """Give what the fields around the records say against them."""
        if self.document is self.data:
            return
        for place in [(), tuple(self.way[:-1])][: max(1, len(self.way))]:
            around = at_names(self.document, place)
            for name, value in around.items() if isinstance(around, dict) else ():
                known = plain(name)
                # What the records stand in is no sign, unless it is an error that has a list in it.
                is_way = (*place, name) == tuple(self.way[: len(place) + 1]) and known not in OF_ERRORS
                if value is self.data or is_way or self.sent.covers(name, value):
                    continue
                for is_clear, judge in ((True, BESIDE.get(known)), (False, _of_response(known))):
                    if judge and (verdict := judge(value)) in _AGAINST and not _is_well(known, around):
                        yield _Sign(verdict, (*place, name), around, around, is_clear)
                for inner in value if known in _META and isinstance(value, dict) else ():
                    for judge in (BESIDE.get(plain(inner)), _of_response(plain(inner))):
                        is_sent = self.sent.covers(inner, value[inner])
                        if judge and not is_sent and (verdict := judge(value[inner])) in _AGAINST:
                            yield _Sign(verdict, (*place, name, inner), value, around, is_clear=False)


def _is_well(name: str, around: Mapping[str, Any]) -> bool:
    """Return whether a field has a code of the API's own, which a message beside it explains as a success."""
    return name == "errorcode" and wording.says_success(around)


def _is_key(value: object) -> bool:
    return isinstance(value, int | str) and value != ""


@lru_cache(maxsize=1000)
def _warn(name: str, place: str) -> None:
    of = f"of `{name}` " if name else ""
    logger.warning("`%s` in a response %ssays that rows may be missing; look for them at the API", place, of)
