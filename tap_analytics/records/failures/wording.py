"""Judges by its words whether the value of a field says that a request succeeded or failed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_analytics.patterns import pattern
from tap_analytics.records.failures.denials import denies

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNS = str.maketrans("", "", "_- @$")
_NO = frozenset(("false", "no", "0", "n", "f", "off", "ko", "ng", "nok", "not ok"))
_NONE = frozenset(("", "none", "null", "nil", "no error", "no errors", "noerror", "n/a", "undefined", "[]", "{}"))
# The fields of an error object that have its message.
_SPOKEN = frozenset(("detail", "description", "message", "msg", "reason", "text"))
_YES = frozenset(("true", "yes", "y", "1"))
_DONE = frozenset(("done", "complete", "completed", "passed", "normal", "ack"))
_SUCCESS = r"\b(?:ok|okay|success\w*|succeed\w*|[ée]xito\w*|exitos\w*|sucesso|succès|erfolg\w*)\b|成功|正常|정상|успешн"
# A status as text, also as the first line of an HTTP response has it: `401 Unauthorized`.
_STATUS_LINE = r"\s*(-?[0-9]{1,9})(?:\.0*)?(?:\s+\D.*)?\s*"
_HARMLESS = (
    r"\b(?:no|0|zero|not any|without(?: any)?)\b[\w ]{0,40}?\b(?:error|fail|fault|problem|issue|record|result|row|data"
    r"|entr|item|match|content|change|object|found|more)\w*|\bcould(?: not|n't) (?:be )?f(?:i|ou)nd[\w ]*|\bnot found\b"
    r"|\b(?:data|records|results|rows) (?:(?:is|are) )?not available (?:for|in|on) (?:that|the|these|this) (?:\w+ )?"
    r"(?:dates?|days?|months?|period|range|weeks?|years?)\b|\bused ([0-9,.]+) (?:out )?of (?!\1\b)[0-9,.]+[\w ]*"
)
_TROUBLE = (
    r"abort|\berr\b"
    r"|bad (?:credential|gateway|key|request|token)|block|can ?not\b|can't|could(?: not|n't)|\bden(?:y|ied)"
    r"|disabled|does not exist|error|exceed|exception|expired|fail|\bfault|forbid|illegal|incorrect|internal server"
    r"|invalid|limit (?:\w+ ){0,2}reached|log ?in|maintenance|malformed|missing|must (?:be|have|not)"
    r"|over \w+ ?\w* ?limit|not (?:acceptable|allowed|authenticated|authori[sz]ed|available|configured|enabled|found"
    r"|implemented|logged in|permitted|provided|signed in|supported|valid)|overload|permission|quota|rate limit|refused"
    r"|reject|required"
    r"|revoked|suspend|temporar|throttl|timed? ?out|too many|try again|unable|unauth|unavailable"
    r"|unexpected|unknown|unprocessable|unsupported|\bwrong"
    r"|\bhas been (?:discontinued|removed|retired|shut ?down)|no longer (?:available|supported|valid)"
    r"|insufficient(?! (?:data|history|record|result|row|sample|traffic))"
    r"|\bno (?:more )?(?:credits?|quota|requests) (?:available|left|remain)|\bused (?:all|up)\b|slow down|too busy"
    r"|call frequency|\b(?:calls|requests|queries) per (?:second|minute|hour|day)|upgrade (?:to|your)"
    r"|fehler|ung[uü]ltig|abgelaufen|verweigert|erreur|expiré|refusé|interdit|inv[áa]lid|denegad|caducad|\berro\b|\bfallo\b"
    r"|[不未]成功|[不非]正常|异常|異常|비정상|не ?успешн|\b(?:nicht erfolg|sin [ée]xito|sem sucesso|sans succès)"
    r"|unsuccess|not (?:been |yet )?(?:\w+ )?successful|without success|partial(?:ly)? success"
    # French, Spanish, Portuguese and Italian
    r"|acc(?:ès|es) refus|acceso denegad|acesso negad|accesso negat"
    r"|\b(?:non autoris|no autorizad|n[ãa]o autorizad|non autorizz)"
    r"|\bsi?[ne] permis|\bsem permiss|expirad|expir[ée]e|scadut|trop de requ|demasiad|muitas requisi|troppe rich"
    r"|\bnon? v[aá]lid[ao]|\bl[ií]mite? (?:\w+ ){0,3}(?:excedid|d[ée]pass|superat|alcanzad|atingid)|\berrore\b"
    # German, Dutch, Polish and the languages of Scandinavia
    r"|kein(?:e|en)? (?:zugriff|berechtigung|rechte)|nicht (?:autorisiert|berechtigt|erlaubt|angemeldet)"
    r"|zu viele anfragen|anmeldung erforderlich|überschritten|geen toegang|te veel verzoeken|ongeldig|verlopen"
    r"|brak dost[eę]pu|przekroczono|nieprawid[lł]ow|wygas[lł]|\bnekad|ogiltig|ugyldig|\bfel\b"
    r"|nægtet|nektet|udløbet|utløpt|\bfor mange\b|\bför många\b|virheelli|vanhentun|\bestetty"
    # Czech, Hungarian, Romanian, Greek, Turkish, Vietnamese, Indonesian
    r"|neplatn|vypršel|odepřen|zamítnut|érvénytelen|lejárt|megtagadva|interzis|nevalid|respins|μη έγκυρ|έληξε"
    r"|δεν επιτρέπ|geçersiz|reddedil|yetkisiz|không (?:có quyền|hợp lệ|được phép)|hết hạn|từ chối|vượt quá"
    r"|ditolak|kedaluwarsa|tidak (?:berhak|diizinkan|sah|valid)"
    # Languages in other letters
    r"|غير (?:صالح|مصرح|مسموح)|مرفوض|נדח|אין הרשאה|פג תוקף|ไม่(?:ได้รับ)?อนุญาต|ไม่ถูกต้อง|หมดอายุ"
    r"|невірн|недійсн|заборонен|перевищен|多すぎ|超过\w{0,6}(?:限制|上限|次数)|초과|잘못된"
    r"|权限|拒绝|频繁|超限|未授权|未登录|拒否|失敗|期限切れ|권한|실패|오류|거부|만료|запрещ|недействит|неверн|истек|превышен"
    r"|falha|错误|失败|无效|过期|エラー|無効|ошибк"
)
# Words of a warning about the requested rows, not about how they are requested.
_WITHHELD = (
    r"bad gateway|\bden(?:y|ied)|exceed|expired|fail|forbid|incomplete|limit (?:\w+ ){0,2}reached|log ?in\b|maintenance"
    r"|invalid (?:\w+ ){0,3}(?:credential|key|session|token)|not (?:allowed|authenticated|authori[sz]ed|permitted)"
    r"|not available|overload|partial|permission|quota|rate limit|revoked|suspend|temporar|throttl|timed? ?out|too many"
    r"|try again|unauth|unavailable"
)
# Words that no description of a list has.
_DENIED = pattern(
    r"\baccess (?:is )?denied|permission|not (?:allowed|authenticated|authori[sz]ed|permitted)"
    r"|\bquota (?:is )?(?:exceeded|used)|rate limit|\byour? \w+ (?:\w+ )?(?:expired|revoked|suspended)|too many"
    r"|unavailable"
)
_LONGEST = 1_000


class Verdict(Enum):
    """What a value says about the response that it stands in."""

    SUCCESS = "it went well"
    FAILURE = "it failed"
    ODD = "it failed, if nothing else says that it went well"
    NONE = "nothing"


def plain(name: str) -> str:
    """Return the name of a field in the form for comparison: `Error_Description` is `errordescription`."""
    if not name.isascii():
        name = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return name.lower().translate(_SIGNS)


def is_nothing(value: object) -> bool:
    """Return whether the value of an error field says that there is no error: null, false, 0, `none`, `OK`."""
    if isinstance(value, dict):
        codes = [of_code(each) for name, each in value.items() if plain(name).endswith(("code", "status"))]
        is_troubled = any(isinstance(each, str) and of_text(each) is Verdict.FAILURE for each in value.values())
        is_sound = not is_troubled and set(codes) == {Verdict.SUCCESS}
        return is_sound or all(
            (_is_blank if plain(name) in _SPOKEN else is_nothing)(each) for name, each in value.items()
        )
    if isinstance(value, list):
        # JavaScript writes an error object as `{}`: that is an error.
        return all(each != {} and _is_blank(each) for each in value)
    if isinstance(value, str):
        words = words_in(value)
        return words in _NO | _NONE or (words not in _YES and of_text(value) is Verdict.SUCCESS)
    return not value


def _is_blank(value: object) -> bool:
    """Return whether a value in a list of errors says nothing; the text `no` is an error there."""
    if isinstance(value, str) and words_in(value) in _NO - {"false", "0"}:
        return False
    return is_nothing(value)


def of_error(value: object) -> Verdict:
    """Return what the value of a field such as `error` says."""
    if is_nothing(value):
        return Verdict.SUCCESS if value in (False, 0) or isinstance(value, str) else Verdict.NONE
    return Verdict.FAILURE


def of_error_code(value: object) -> Verdict:
    """Return what the value of a field such as `errorCode` says."""
    return Verdict.SUCCESS if of_code(value) is Verdict.SUCCESS else of_error(value)


def says_success(part: Mapping[str, object]) -> bool:
    """Return whether an object has a message that clearly says that all went well."""
    texts = (value for name, value in part.items() if plain(name).endswith(("message", "msg")))
    return any(isinstance(text, str) and of_text(text) is Verdict.SUCCESS for text in texts)


def of_flag(value: object) -> Verdict:
    """Return what the value of a field such as `success` says."""
    if isinstance(value, str):
        words = words_in(value)
        return Verdict.FAILURE if words in _NO else Verdict.NONE if words in _NONE else of_text(value)
    if isinstance(value, bool | int | Decimal):
        return Verdict.SUCCESS if value else Verdict.FAILURE
    return Verdict.NONE


def of_success(value: object) -> Verdict:
    """Return what a field `success` says beside records: a failure only if it clearly says so."""
    is_no = value is False or (isinstance(value, str) and words_in(value) == "false")
    return Verdict.FAILURE if is_no else Verdict.NONE


def of_refusal(value: object) -> Verdict:
    """Return what a field such as `throttled` says: yes is a failure, anything else says nothing."""
    is_yes = value in (True, 1) or (isinstance(value, str) and words_in(value) in _YES)
    return Verdict.FAILURE if is_yes else Verdict.NONE


def of_own_error(value: object) -> Verdict:
    """Return what a field such as `hasErrors` says beside records: a failure only where it says just that."""
    return Verdict.FAILURE if value is True or (isinstance(value, str) and words_in(value) == "true") else Verdict.NONE


def of_wait(value: object) -> Verdict:
    """Return what a field such as `retryAfter` says: seconds to wait are no answer, if nothing else is."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    text = str(value) if is_number or isinstance(value, str) else ""
    return Verdict.ODD if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) and float(text) else Verdict.NONE


def of_permission(value: object) -> Verdict:
    """Return what the value of a field such as `authorized` says: no is a failure, yes says nothing."""
    return Verdict.FAILURE if of_flag(value) is Verdict.FAILURE else Verdict.NONE


def of_inverse_flag(value: object) -> Verdict:
    """Return what the value of a field such as `isError` says."""
    if isinstance(value, list | dict | None):
        return Verdict.FAILURE if value else Verdict.NONE
    return Verdict.SUCCESS if is_nothing(value) else Verdict.FAILURE


def of_code(value: object) -> Verdict:
    """Return what a code says, as a number or as text."""
    if isinstance(value, bool):
        return of_flag(value)
    if isinstance(value, str):
        line = re.fullmatch(_STATUS_LINE, value)
        return of_code(int(line[1])) if line else of_text(value)
    if not isinstance(value, int | Decimal):
        return Verdict.NONE
    if value == 0 or HTTPStatus.OK <= value < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict.SUCCESS
    is_failure = value < 0 or HTTPStatus.BAD_REQUEST <= value < 600  # noqa: PLR2004 - the statuses of HTTP end there
    return Verdict.FAILURE if is_failure else Verdict.ODD


def of_status(value: object) -> Verdict:
    """Return what a status says: a code, a truth value or a word; 0 may mean both, so that other fields decide."""
    if value in (0, "0") and value is not False:
        return Verdict.NONE
    return Verdict.SUCCESS if value in (1, "1") else of_code(value)


def of_word(value: object) -> Verdict:
    """Return what a word such as `failed` says; a number there says nothing, unless it is below zero."""
    if isinstance(value, int | Decimal) and value < 0:
        return Verdict.FAILURE
    return of_flag(value) if isinstance(value, bool) else of_text(value) if isinstance(value, str) else Verdict.NONE


def of_kind(value: object) -> Verdict:
    """Return what a field such as `type` says: the body is an error, or nothing."""
    words = words_in(value).split() if isinstance(value, str) else []
    is_error = bool(words) and words[-1] in {"error", "fault", "failure", "exception"} and not is_nothing(value)
    return Verdict.FAILURE if is_error else Verdict.NONE


def of_remark(value: object) -> Verdict:
    """Return what the words of a message say; a clear sign of success in another field overrules them."""
    texts = value if isinstance(value, list) else [value]
    said = [_of_message(each) for each in texts if isinstance(each, str)]
    return Verdict.ODD if Verdict.FAILURE in said else Verdict.SUCCESS if Verdict.SUCCESS in said else Verdict.NONE


def _of_message(text: str) -> Verdict:
    """Return what one message says, by words for a failure or by others that deny rows."""
    verdict, words = of_text(text), words_in(text)
    is_denial = verdict is Verdict.NONE and denies(words, re.sub(_HARMLESS, " ", words))
    return Verdict.FAILURE if is_denial else verdict


def of_warning(value: object) -> Verdict:
    """Return what a warning says: rows are withheld, or nothing, for example that a parameter is deprecated."""
    warnings = value if isinstance(value, list) else [value]
    texts = (text for each in warnings for text in (each.values() if isinstance(each, dict) else [each]))
    said = (re.sub(_HARMLESS, " ", words_in(text)) for text in texts if isinstance(text, str))
    is_withheld = any(re.search(_WITHHELD, text) and "deprecat" not in text for text in said)
    return Verdict.ODD if is_withheld else Verdict.NONE


def of_description(value: object) -> Verdict:
    """Return what a description says: the rows are denied, or nothing, if it describes the list."""
    return Verdict.ODD if isinstance(value, str) and _DENIED.search(words_in(value)) else Verdict.NONE


def of_text(value: str) -> Verdict:
    """Return what a word, a name such as `REQUEST_DENIED`, or a short text says."""
    words = words_in(value)
    if words in _NO:
        return Verdict.FAILURE
    # "No errors" and "No records found" name no failure.
    rest = words if words == "not found" else re.sub(_HARMLESS, " ", words)
    if re.search(_TROUBLE, rest):
        return Verdict.FAILURE
    return Verdict.SUCCESS if words in _YES | _DONE or re.search(_SUCCESS, words) else Verdict.NONE


def is_harmless(value: str) -> bool:
    """Return whether a text says that there are no rows, and names no failure."""
    return bool(re.search(_HARMLESS, words_in(value))) and of_text(value) is not Verdict.FAILURE


def words_in(text: str) -> str:
    """Return the beginning of a text in lower case, with a name split into its words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-]", " ", text[:_LONGEST])
    return " ".join(apart.lower().split()).strip(" .!")
