"""Finds the failure that a body names: its place in the body, and what the API says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.limits import says_passing
from tap_analytics.http.refusals import RefusedError, says_refused
from tap_analytics.http.retry import TransientError
from tap_analytics.patterns import pattern
from tap_analytics.records.failures import wording
from tap_analytics.records.failures.fault_names import of_own_name
from tap_analytics.records.failures.own_words import OwnWords
from tap_analytics.records.failures.quotes import TEXTS, quote
from tap_analytics.records.failures.sent_words import NOTHING_SENT, SentWords
from tap_analytics.records.failures.wording import Verdict, plain
from tap_analytics.records.paths import value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


# An element of a list, in a selector.
_ELEMENT = pattern(r"\[-?[0-9]+\]")


def _names(words: str) -> frozenset[str]:
    """Return the names of fields in a text, as `plain` writes them."""
    return frozenset(words.split())


_REMARKS = _names(
    "message messages msg reason detail details usermessage statusmessage statustext reasonphrase"
    " statusdescription responsemessage respmsg resultmessage resultmsg retmsg text info desc cause alert notice"
    " mensaje mensagem meldung messaggio nachricht meddelande wiadomosc bericht сообщение 消息 信息 メッセージ"
    " developermessage servermessages note notes information hint"
)
# The names of fields, as `plain` writes them, with the function that judges their values.
_SAID: Sequence[tuple[frozenset[str], Callable[[Any], Verdict]]] = (
    (
        _names(
            "err errs error errors errordetail errordetails errorinfo errorlist errormessage errormessages"
            " errormsg errmsg errordescription errorreason errortype errorname exception exceptions"
            " exceptionmessage failure failures fault faults faultcode faultstring faultmessage problem"
            " problems usererrors"
        ),
        wording.of_error,
    ),
    (
        _names("errorcode errorcodes errcode errno errornumber errorid errorstatus errcd errorcd"),
        wording.of_error_code,
    ),
    (
        _names("success successful successfully succeeded issuccess issuccessful ok isok exito sucesso erfolg succes"),
        wording.of_flag,
    ),
    (
        _names("iserror haserror haserrors isfailed hasfailed isfailure isfault failed partial ispartial timedout"),
        wording.of_inverse_flag,
    ),
    (
        _names(
            "code statuscode httpcode httpstatus httpstatuscode responsecode respcode resultcode rescode"
            " returncode retcode ret rc apicode messagecode cod codigo rcode rspcode bizcode replycode answercode"
            " rtncode rtncd retcd rspcd resultcd"
        ),
        wording.of_code,
    ),
    (_names("status stato estado statut stat ack responsestatus resultstatus requeststatus"), wording.of_status),
    (_names("state result outcome response"), wording.of_word),
    (
        _names(
            "authenticated authorized authorised isauthenticated isauthorized isauthorised loggedin isloggedin"
            " permitted valid isvalid tokenvalid sessionvalid acknowledged access haspermission hasaccess isallowed"
        ),
        wording.of_permission,
    ),
    (
        _names(
            "ratelimited throttled unauthorized unauthorised accessdenied quotaexceeded limitreached limitexceeded"
            " blocked banned denied forbidden maintenance loginrequired requireslogin authrequired sessionexpired"
            " tokenexpired expired invalidtoken exceeded busy"
        ),
        wording.of_refusal,
    ),
    (_names("retryafter retryafterseconds retryin"), wording.of_wait),
    (_names("type kind level object severity typename"), wording.of_kind),
    (_REMARKS, wording.of_remark),
    (_names("warning warnings warningmessage warningmessages"), wording.of_warning),
    (_names("description explanation"), wording.of_description),
)
# Objects within a body that say something about the whole response, and how many levels of them are searched.
_PARTS = _names(
    "alerts api apiresponse auth authentication authorization baseresp baseresponse body debug diagnostics envelope"
    " execution extensions head header headers info issues meta metadata messages notifications operation outcome quota"
    " ratelimit reply resp response"
    " responseheader responsemetadata responses responsestatus etreturn result results resultinfo return rsp service"
    " shards state status statuses statusinfo system"
)
# Objects that may only repeat the request, so that only the fields for errors count in them.
ECHOES = _names("query request")
_ASKED = _names("query")
_DEPTH = 2
# How many objects may stand around an error, and fields that have rows.
_ENVELOPES = 4
_OF_ROWS = _names("data items list payload records response result results rows")
_MOST = 20
# Fields that an error object may have besides the words of the failure.
_COMPANIONS = _names(
    "correlationid documentation documentationurl errorurl exceptiontext help href instance innererror moreinfo"
    " path requestid stacktrace time timestamp trace traceid"
)
# Numbers of a batch, beside which `succeeded: 0` is a number too.
_COUNTED = _names("failed failures processed skipped total")
_NOTHING_OWN = OwnWords()
_ALL = frozenset().union(*(names for names, _ in _SAID))
_OF_AN_ERROR = _COMPANIONS.union(TEXTS, *(names for names, _ in _SAID))


class Failure(msgspec.Struct, frozen=True):
    """A failure that a body names: the place in the body, and what the API says of it.

    `is_passing` says that it may be another one in a moment, and `is_doubtful` that other words would overrule it.
    """

    place: str
    said: str
    is_passing: bool = False
    is_doubtful: bool = False

    def __str__(self) -> str:
        advice = "; if that is no error, declare `empty_when` with words of it as its `message`"
        return f"the response reports an error in `{self.place}`: {self.said}{advice if self.is_doubtful else ''}"

    def error(self) -> Exception:
        """Return the error that ends the reading, or lets the page be asked for again."""
        if self.is_passing:
            return TransientError(f"the list is empty, and `{self.place}` says that it is not ready: {self.said}")
        return error_of(str(self), self.said)


def error_of(message: str, said: str) -> Exception:
    """Return an error with a message: by what the API says, it passes, is one of the credentials, or is any other."""
    if says_refused(said):
        return RefusedError(message)
    return (TransientError if says_passing(said) else FatalAPIError)(message)


class _Sign(msgspec.Struct, frozen=True):
    """What one field says about the response that it stands in."""

    verdict: Verdict
    place: tuple[str, ...]
    value: object
    part: Mapping[str, Any]

    def failure(self, document: Mapping[str, Any]) -> Failure:
        said = quote(self.value, self.part, document)
        return Failure(".".join(self.place), said, is_doubtful=self.verdict is Verdict.ODD)


def failure_in(
    document: object, way: Sequence[str] = (), sent: SentWords = NOTHING_SENT, own: OwnWords = _NOTHING_OWN
) -> Failure | None:
    """Return the failure that a body without records names; None if it names none.

    Args:
        document: The body.
        way: The names that lead to the place of the records; the fields around that place are searched too.
        sent: What the request says about the rows that it wants.
        own: What an entity said of itself beside its rows.
    """
    if not isinstance(document, dict):
        return None
    _note_first(way, own)
    signs = [
        sign
        for place, part in parts_of(document, way)
        for sign in (_errors(place, part) if place and _is_echo(place[-1], part) else _signs(place, part))
        if not sent.covers(sign.place[-1], sign.value) and not own.covers(sign.place, sign.value, sign.part)
    ]
    verdicts = {sign.verdict for sign in signs}
    sought = Verdict.FAILURE if verdicts & {Verdict.FAILURE, Verdict.SUCCESS} else Verdict.ODD
    return next((sign.failure(document) for sign in signs if sign.verdict is sought), None)


def _note_first(way: Sequence[str], own: OwnWords) -> None:
    """Remember the doubtful words around the first rows, such as `code: 1`: they say that all is well."""
    if own.first is None:
        return
    for place, part in parts_of(own.first, way):
        for sign in () if place and _is_echo(place[-1], part) else _signs(place, part):
            if sign.verdict is Verdict.ODD:
                own.note(sign.place, sign.value, sign.part)
    own.first = None


def failure_on_way(document: object, selector: str) -> Failure | None:
    """Return the failure that an element of a list on the way to the records names, as of `tasks[0].result`.

    Its `status` may be that of an order, and says nothing of the rows.
    """
    elements = (value_at(document, selector[: match.end()]) for match in _ELEMENT.finditer(selector))
    failures = (found for each in elements if (found := failure_in(each)))
    return next((found for found in failures if plain(found.place) not in {"status", "state"}), None)


def is_of_error(name: str) -> bool:
    """Return whether an object that is nothing but an error may have a field of this name."""
    return plain(name) in _OF_AN_ERROR


def failure_of_body(document: Mapping[str, Any], depth: int = _ENVELOPES) -> Failure | None:
    """Return the failure in a body that has only fields of an error; None for any other object.

    Empty lists and objects say nothing, nor does a null in the place of records. An object with nothing but another one
    is an envelope, as of SOAP and GraphQL.
    """
    said = {
        name: value
        for name, value in document.items()
        if value not in ([], {}) and not (value in (None, "") and plain(name) in _OF_ROWS)
    }
    inner = next(iter(said.values())) if len(said) == 1 else None
    if depth and isinstance(inner, dict) and (failure := failure_of_body(inner, depth - 1)):
        return Failure(".".join((*said, failure.place)), failure.said)
    return failure_of(said)


def failure_of(record: Mapping[str, Any]) -> Failure | None:
    """Return the failure in an object that has only fields of an error; None for any other object."""
    names = {plain(name).rpartition(":")[2] for name in record}
    if not names or not names <= _OF_AN_ERROR:
        return None
    if names <= _REMARKS | _COMPANIONS and not any(sign.verdict is Verdict.SUCCESS for sign in _signs((), record)):
        # An object with nothing but a message is a failure, whatever it says.
        said = (name for name, value in record.items() if not isinstance(value, dict))
        place = next((name for name in said if plain(name) in _REMARKS), None)
        return Failure(place, quote(record[place])) if place else None
    return failure_in(record)


def parts_of(
    value: object, way: Sequence[str], place: tuple[str, ...] = (), depth: int = _DEPTH
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Give the objects in a body that say something about the whole response, each with its place."""
    for part in value[:_MOST] if isinstance(value, list) else [value]:
        if not isinstance(part, dict) or depth < 0:
            continue
        yield place, part
        for name, each in part.items():
            if way and name == way[0]:
                yield from parts_of(each, way[1:], (*place, name), depth)
            elif plain(name) in _PARTS or plain(name) in ECHOES:
                yield from parts_of(each, (), (*place, name), depth - 1)


def _signs(place: tuple[str, ...], part: Mapping[str, Any]) -> Iterator[_Sign]:
    """Give what the fields of an object say, the clearest first."""
    fields = {plain(name): name for name in part}
    has_remark = not _REMARKS.isdisjoint(fields)
    for names, judge in _SAID:
        for name in filter(names.__contains__, fields):
            verdict = judge(value := part[fields[name]])
            if verdict is Verdict.NONE and judge is wording.of_code and isinstance(value, str) and has_remark:
                verdict = Verdict.ODD  # an unknown code with a text that explains it
            if judge is wording.of_kind and has_remark and isinstance(value, str) and value in {"A", "E"}:
                verdict = Verdict.ODD  # a message of the kind error, or of one that ended all
            if judge is wording.of_error_code and verdict is Verdict.FAILURE and wording.says_success(part):
                verdict = Verdict.NONE  # a code of the API's own, which a text explains as a success
            if judge is wording.of_flag and type(value) is int and not _COUNTED.isdisjoint(fields):
                verdict = Verdict.NONE  # a number of entities, like the ones beside it
            yield _Sign(verdict, (*place, fields[name]), value, part)
    for name in fields.keys() - _ALL:
        if (verdict := of_own_name(name, part[fields[name]])) is not Verdict.NONE:
            yield _Sign(verdict, (*place, fields[name]), part[fields[name]], part)


def _is_echo(name: str, part: Mapping[str, Any]) -> bool:
    """Return whether an object may only repeat the request; an object with nothing but fields of an error does not."""
    return plain(name) in ECHOES and (plain(name) in _ASKED or not _OF_AN_ERROR.issuperset(map(plain, part)))


def _errors(place: tuple[str, ...], part: Mapping[str, Any]) -> Iterator[_Sign]:
    """Give what the fields for errors in an object say."""
    names, judge = _SAID[0]
    found = [(name, judge(value), value) for name, value in part.items() if plain(name) in names]
    return (_Sign(verdict, (*place, name), value, part) for name, verdict, value in found)
