"""What a body says of its failure, in all the words that APIs have for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.records.failures.failures import failure_in, failure_of, failure_of_body, failure_on_way

# Each beside an empty list, with what of it must be quoted.
FAILURES: list[tuple[dict[str, Any], str]] = [
    ({"status": 0, "message": "Access denied"}, "Access denied"),
    ({"Note": "The call frequency is 5 calls per minute"}, "The call frequency is 5 calls per minute"),
    ({"msg": "Ungültiger Schlüssel"}, "Ungültiger Schlüssel"),
    ({"mensaje": "Acceso denegado"}, "Acceso denegado"),
    ({"msg": "请求失败"}, "请求失败"),
    ({"detail": "Credentials were not provided."}, "not provided"),
    ({"@type": "Error"}, "Error"),
    ({"partial": True}, "true"),
    ({"_shards": {"failed": 2}}, "2"),
    ({"issues": [{"severity": "error", "text": "no"}]}, "no"),
    ({"notice": "API key revoked"}, "revoked"),
    ({"reasonPhrase": "Unauthorized"}, "Unauthorized"),
    ({"description": "You do not have permission to view this"}, "permission"),
    ({"codigo": 401, "mensaje": "Clave inactiva"}, "401"),
    ({"c\u00f3digo": 500}, "500"),
    ({"Fehler": "Zugriff verweigert"}, "verweigert"),
    ({"extensions": {"code": "UNAUTHENTICATED"}}, "UNAUTHENTICATED"),
    ({"Ack": "PartialFailure"}, "PartialFailure"),
    ({"object": "error", "message": "The moon is full"}, "The moon"),
    ({"auth": {"status": "INVALID"}}, "INVALID"),
    ({"access": "denied"}, "denied"),
    ({"hasPermission": False}, "false"),
    ({"result": "NOT_LOGGED_IN"}, "NOT_LOGGED_IN"),
    ({"quota": {"used": 5000, "exceeded": True}}, "true"),
    ({"credits_exhausted": True}, "true"),
    ({"busy": True}, "true"),
    ({"message": "This endpoint has been removed."}, "removed"),
    ({"message": "You have used all of your 5,000 calls for this month."}, "used all"),
    ({"message": "Slow down"}, "Slow down"),
    ({"message": "No credits left"}, "No credits"),
    ({"message": "Insufficient balance"}, "Insufficient"),
    ({"message": "Server is too busy"}, "busy"),
    ({"message": "Límite excedido"}, "excedido"),
    ({"message": "Clave no válida"}, "Clave"),
    ({"message": "Adgang nægtet"}, "nægtet"),
    ({"message": "Neplatný klíč"}, "Neplatný"),
    ({"message": "Érvénytelen kulcs"}, "kulcs"),
    ({"message": "Geçersiz anahtar"}, "Geçersiz"),
    ({"message": "요청 한도 초과"}, "초과"),
    ({"message": "超过调用限制"}, "超过"),
    ({"message": "リクエストが多すぎます"}, "多すぎ"),
    ({"message": "مفتاح غير صالح"}, "غير"),
    ({"message": "הגישה נדחתה"}, "נדחתה"),
    ({"message": "ไม่ได้รับอนุญาต"}, "อนุญาต"),
    ({"message": "Không có quyền truy cập"}, "quyền"),
    ({"message": "Akses ditolak"}, "ditolak"),
    ({"message": "Virheellinen avain"}, "avain"),
    ({"message": "Μη έγκυρο κλειδί"}, "κλειδί"),
    ({"message": "Acces interzis"}, "interzis"),
    ({"message": "Невірний ключ"}, "ключ"),
    ({"message": "För många förfrågningar"}, "många"),
    ({"acknowledged": False}, "false"),
    ({"request": {"status": "failed"}}, "`request.status`: failed"),
    ({"request": {"request_id": "a1", "status": "failed", "message": "Bad key"}}, "failed, Bad key"),
    ({"warning": "Access denied for this token"}, "`warning`: Access denied"),
    ({"code": 401, "message": "Bad key"}, "`code`: 401, Bad key"),
    ({"code": "401", "msg": "Bad key"}, "`code`: 401, Bad key"),
    ({"Code": 401, "Message": "Bad key"}, "`Code`: 401, Bad key"),
    ({"code": 10001, "msg": "Bad key"}, "10001"),
    ({"code": -1, "msg": ""}, "`code`: -1"),
    ({"code": "401 Unauthorized"}, "401 Unauthorized"),
    ({"code": "UNAUTHORIZED"}, "UNAUTHORIZED"),
    ({"code": "E42", "message": "The key is of no use"}, "The key is of no use"),
    ({"code": 1}, "`code`: 1"),
    ({"statusCode": 500}, "`statusCode`: 500"),
    ({"status_code": "500"}, "500"),
    ({"StatusCode": 403, "Detail": "Not yours"}, "Not yours"),
    ({"httpStatus": 502}, "502"),
    ({"http_code": 429}, "429"),
    ({"responseCode": "99", "responseMessage": "Declined"}, "Declined"),
    ({"retcode": 7, "retmsg": "Bad key"}, "Bad key"),
    ({"resultCode": "FAILED"}, "FAILED"),
    ({"rcode": 13}, "`rcode`: 13"),
    ({"resultCd": "E401", "resultMsg": "The key is of no use"}, "The key is of no use"),
    ({"apiStatus": "401"}, "401"),
    ({"errorCode": 17}, "`errorCode`: 17"),
    ({"errorCount": 2}, "`errorCount`: 2"),
    ({"@error": {"message": "Bad key"}}, "Bad key"),
    ({"exceptionDetails": "Bad key"}, "Bad key"),
    ({"apiStatus": "error"}, "`apiStatus`: error"),
    ({"authorized": False}, "`authorized`: false"),
    ({"isValid": "false", "message": "Bad key"}, "Bad key"),
    ({"code": "ERR_KEY"}, "ERR_KEY"),
    ({"error": {"code": 0, "message": "Access denied"}}, "Access denied"),
    ({"notifications": [{"severity": "ERROR", "text": "Bad key"}]}, "Bad key"),
    ({"responses": [{"status": 403}]}, "403"),
    ({"query": {"error": "Bad key", "status": "failed"}}, "`query.error`: Bad key"),
    ({"error_code": "INVALID_SESSION_ID"}, "INVALID_SESSION_ID"),
    ({"errno": 3, "errmsg": "expired token"}, "expired token"),
    ({"errcode": 40001, "errmsg": "Bad key"}, "Bad key"),
    ({"success": False, "message": "Bad key"}, "`success`: false, Bad key"),
    ({"success": "false", "reason": "Bad key"}, "`success`: false, Bad key"),
    ({"Success": "False"}, "False"),
    ({"SUCCESS": "FALSE"}, "FALSE"),
    ({"success": "no"}, "no"),
    ({"errors": ["no"]}, "no"),
    ({"status": "ok", "errors": ["no"]}, "no"),
    ({"error": {"message": "no"}}, "no"),
    ({"errors": {"base": ["no"]}}, "no"),
    ({"rsp": {"stat": "fail", "err": {"code": "98"}}}, "98"),
    ({"cod": "401"}, "401"),
    ({"response": "error"}, "error"),
    ({"result": "NG"}, "NG"),
    ({"rate_limited": True}, "true"),
    ({"throttled": "true"}, "true"),
    ({"session_expired": 1}, "1"),
    ({"retry_after": 30}, "30"),
    ({"result": -1}, "-1"),
    ({"message": "The request was not successful"}, "not successful"),
    ({"status": "PARTIAL_SUCCESS"}, "PARTIAL_SUCCESS"),
    ({"Envelope": {"Body": {"Fault": {"faultstring": "Bad key"}}}}, "Bad key"),
    ({"base_resp": {"ret": -14}}, "-14"),
    ({"sucesso": False}, "false"),
    ({"messaggio": "Accesso negato"}, "Accesso negato"),
    ({"message": "Zu viele Anfragen"}, "Zu viele"),
    ({"message": "Geen toegang"}, "Geen toegang"),
    ({"message": "Sesión expirada"}, "expirada"),
    ({"message": "权限不足"}, "权限不足"),
    ({"message": "アクセスが拒否されました"}, "拒否"),
    ({"сообщение": "Доступ запрещен"}, "запрещен"),
    ({"traceback": "File main, line 5"}, "line 5"),
    ({"success": 0}, "0"),
    ({"success": "0"}, "0"),
    ({"success": "N"}, "N"),
    ({"isSuccess": False}, "`isSuccess`"),
    ({"is_success": "n"}, "`is_success`"),
    ({"succeeded": False}, "`succeeded`"),
    ({"ok": False, "description": "Bad key"}, "Bad key"),
    ({"OK": "false"}, "`OK`"),
    ({"isError": True}, "`isError`"),
    ({"hasErrors": "true", "message": "Bad key"}, "Bad key"),
    ({"status": "error"}, "`status`: error"),
    ({"status": "ERROR", "message": "Bad key"}, "Bad key"),
    ({"status": "Failed"}, "Failed"),
    ({"status": "failure"}, "failure"),
    ({"status": "fail", "data": {"id": "Bad key"}}, "fail"),
    ({"status": "KO"}, "KO"),
    ({"RETURN": {"TYPE": "E", "MESSAGE": "Nobody knows you"}}, "Nobody knows you"),
    ({"ET_RETURN": [{"TYPE": "A", "NUMBER": "1", "MESSAGE": "Nobody knows you"}]}, "Nobody knows you"),
    ({"code": 7, "message": "操作不成功"}, "不成功"),
    ({"succeeded": False, "failed": 0}, "`succeeded`"),
    ({"errorCode": "SVC.4000", "errorMessage": "Not successful."}, "Not successful"),
    ({"header": {"resultCode": "30", "resultMsg": "NO_SUCH_KEY"}}, "NO_SUCH_KEY"),
    ({"status": "REQUEST_DENIED", "error_message": "Bad key"}, "Bad key"),
    ({"status": "OVER_QUERY_LIMIT"}, "OVER_QUERY_LIMIT"),
    ({"status": "unauthorized"}, "unauthorized"),
    ({"status": False}, "`status`: false"),
    ({"status": "false"}, "`status`: false"),
    ({"status": 500}, "500"),
    ({"status": Decimal("403.0")}, "403"),
    ({"status": "403"}, "403"),
    ({"stat": "fail", "code": 100, "message": "Bad key"}, "Bad key"),
    ({"result": "error", "message": "Bad key"}, "Bad key"),
    ({"result": False}, "`result`"),
    ({"state": "FAILED"}, "FAILED"),
    ({"type": "error", "message": "Bad key"}, "Bad key"),
    ({"error": "Bad key"}, "`error`: Bad key"),
    ({"Error": "Bad key"}, "`Error`: Bad key"),
    ({"ERROR": True}, "`ERROR`: true"),
    ({"error": "true"}, "true"),
    ({"error": 1}, "1"),
    ({"error": {"message": "Bad key", "code": 7}}, "7, Bad key"),
    ({"error": {"error": {"msg": "Bad key"}}}, "Bad key"),
    ({"error": {"errors": [{"reason": "Bad key"}]}}, "Bad key"),
    ({"error": "invalid_token", "error_description": "It is over"}, "invalid_token, It is over"),
    ({"errors": ["Bad key"]}, "Bad key"),
    ({"errors": [{"detail": "Bad key", "title": "Unauthorized", "status": "401"}]}, "401, Bad key, Unauthorized"),
    ({"errors": {"api_key": ["is wrong"]}}, '{"api_key":["is wrong"]}'),
    ({"Errors": [{"Message": "Bad key"}]}, "Bad key"),
    ({"errorMessage": "Bad key"}, "Bad key"),
    ({"errorMessages": ["Bad key"]}, "Bad key"),
    ({"err": {"msg": "Bad key"}}, "Bad key"),
    ({"fault": {"faultstring": "Bad key", "detail": {"errorcode": "oauth.v2"}}}, "Bad key"),
    ({"Fault": {"Message": "Bad key"}}, "Bad key"),
    ({"exception": "NullPointerException"}, "NullPointerException"),
    ({"failures": [{"reason": "Bad key"}]}, "Bad key"),
    ({"meta": {"status": 401, "msg": "Bad key"}}, "`meta.status`: 401, Bad key"),
    ({"meta": {"status": "error"}}, "`meta.status`: error"),
    ({"meta": {"code": 400, "errorDetail": "Bad key"}}, "Bad key"),
    ({"meta": {"error": "Bad key"}}, "`meta.error`: Bad key"),
    ({"meta": {"errors": [{"message": "Bad key"}]}}, "`meta.errors`: Bad key"),
    ({"Meta": {"Success": "false"}}, "`Meta.Success`"),
    ({"_meta": {"success": False}}, "`_meta.success`"),
    ({"status": {"code": 401, "message": "Bad key"}}, "`status.code`: 401, Bad key"),
    ({"status": {"error_code": 1001, "error_message": "Bad key"}}, "Bad key"),
    ({"response": {"status": "failed", "reason": "Bad key"}}, "`response.status`: failed, Bad key"),
    ({"response": {"error": "Bad key"}}, "`response.error`"),
    ({"result": {"success": False, "detail": "Bad key"}}, "Bad key"),
    ({"header": {"code": 500, "message": "Bad key"}}, "`header.code`: 500, Bad key"),
    ({"responseHeader": {"status": 400}}, "`responseHeader.status`"),
    ({"response": {"header": {"status": "error"}}}, "`response.header.status`"),
    ({"meta": {"status": 503}, "message": "Come back"}, "Come back"),
    ({"messages": [{"type": "error", "text": "Bad key"}]}, "Bad key"),
    ({"message": "Unauthorized"}, "Unauthorized"),
    ({"message": "Not Found"}, "Not Found"),
    ({"message": "Invalid API key"}, "Invalid API key"),
    ({"msg": "Daily quota exceeded"}, "Daily quota exceeded"),
    ({"detail": "Authentication credentials were not provided. Log in."}, "Log in"),
    ({"message": "Too many requests, please try again later"}, "Too many requests"),
    ({"message": "No data: invalid key"}, "invalid key"),
    ({"message": "request unsuccessful: denied"}, "denied"),
    ({"success": True, "error": "Bad key"}, "Bad key"),
    ({"status": "ok", "code": 500}, "500"),
    ({"success": True, "errors": ["Bad key"]}, "Bad key"),
]

HARMLESS: list[dict[str, Any]] = [
    {"request": {"status": "failed", "page": 1}},
    {"query": {"status": "failed"}},
    {"warnings": ["`expand` is deprecated and not supported from May on"]},
    {"warning": "Some shards failed", "status": "ok"},
    {},
    {"status": "ok", "message": "Success", "code": 0},
    {"status": "OK"},
    {"apiStatus": "0"},
    {"exhausted": True},
    {"status": "Success."},
    {"status": "success", "errors": []},
    {"status": 200},
    {"status": "200"},
    {"status": "200 OK"},
    {"status": 1, "message": "ok"},
    {"status": True},
    {"status": "active"},
    {"status": "ZERO_RESULTS"},
    {"status": 0},
    {"status": "0", "message": "No transactions found"},
    {"type": "no error"},
    {"object": "list"},
    {"access": "public"},
    {"auth": {"status": "valid", "user": "me"}},
    {"hasPermission": True},
    {"quota": {"used": 12, "limit": 5000, "exceeded": False}},
    {"credits_exhausted": False},
    {"message": "You are logged in as me"},
    {"message": "There were no calls left unanswered"},
    {"message": "Deprecated: will be removed in version 9"},
    {"message": "최대 100건, 데이터 없음"},
    {"message": "最多不超过100条"},
    {"message": "Insufficient data for this period"},
    {"message": "No valid campaigns in this account"},
    {"message": "Tidak ada data"},
    {"message": "Ingen treff"},
    {"message": "Kriterlere uygun sonuç yok"},
    {"message": "Žádné záznamy"},
    {"message": "Niciun rezultat"},
    {"message": "Không có dữ liệu"},
    {"message": "ไม่พบข้อมูล"},
    {"message": "لا توجد بيانات"},
    {"message": "Δεν βρέθηκαν αποτελέσματα"},
    {"message": "Даних немає"},
    {"code": 0},
    {"code": "0"},
    {"code": "0000"},
    {"code": 200, "msg": "OK"},
    {"code": 204},
    {"code": "OK"},
    {"code": "success"},
    {"code": "EUR"},
    {"code": 1, "message": "success"},
    {"code": 20000, "success": True},
    {"errorCode": "SVC.2000", "errorMessage": "Queried successfully."},
    {"RESULT": {"STATUS": 1, "ERROR_MSG": "正常に終了しました"}},
    {"code": 7, "message": "操作成功"},
    {"RETURN": {"TYPE": "S", "MESSAGE": "All read"}},
    {"type": "E"},
    {"succeeded": 0, "failed": 0, "total": 0},
    {"include_errors": True},
    {"ret": 1, "msg": "ok"},
    {"success": True},
    {"success": "true", "message": "No records found"},
    {"success": 1, "message": "There is no contact with a failed call"},
    {"ok": "yes"},
    {"error": None},
    {"error": False, "message": "Invalid dates are left out"},
    {"error": "false"},
    {"error": 0},
    {"error": "0"},
    {"error": ""},
    {"error": "none"},
    {"error": "No error"},
    {"error": {}},
    {"error": {"code": 0, "message": "no error"}},
    {"error": {"code": None, "message": None}},
    {"error": {"code": "200", "message": "fine"}},
    {"errors": []},
    {"errors": [], "warnings": ["A field is deprecated and will fail"]},
    {"errors": None, "Errors": {}},
    {"errors": {"count": 0}},
    {"errorCode": 0, "errorMessage": ""},
    {"errorCode": "0", "errorMessage": None},
    {"errorCode": "OK"},
    {"errno": 0, "errmsg": "ok"},
    {"isError": False, "failed": 0},
    {"failures": []},
    {"fault": None},
    {"message": "No records found"},
    {"message": "No records were found for this account."},
    {"message": "Contacts not found"},
    {"message": "0 results"},
    {"message": "No errors"},
    {"message": "Could not find any contacts"},
    {"message": None},
    {"message": "Completed successfully"},
    {"warning": "The parameter `page` is unknown"},
    {"title": "Failed calls", "description": "Calls that failed"},
    {"meta": {"status": 200, "msg": "OK", "reasonPhrase": "OK"}},
    {"meta": {"page": 1, "limit": 100, "total": 0}},
    {"meta": {"error": None}},
    {"ack": "Success", "status": 0, "description": "All contacts", "acknowledged": True, "partial": False},
    {"responseHeader": {"status": 0, "QTime": 1}},
    {"response": {"numFound": 0}},
    {"filters": {"status": "failed"}},
    {"type": "list"},
    {"type": "failed_calls"},
    {"object": "list", "has_more": False, "url": "/v1/failures"},
    {"result": 0},
    {"state": "processing"},
    {"total": 0, "next": None},
    {"errors": ["none"]},
    {"errors": {"found": "no"}},
    {"throttled": "api.example.com"},
]


@pytest.mark.parametrize(("told", "quoted"), FAILURES, ids=lambda value: str(value)[:60])
def test_a_failure_beside_an_empty_list_is_one_and_is_quoted(told: dict[str, Any], quoted: str) -> None:
    failure = failure_in({"data": []} | told)
    assert failure is not None
    assert str(failure).startswith("the response reports an error in `")
    assert quoted in str(failure)


@pytest.mark.parametrize("told", HARMLESS, ids=str)
def test_what_names_no_failure_is_none(told: dict[str, Any]) -> None:
    assert failure_in({"data": []} | told) is None


@pytest.mark.parametrize("document", [[], None, "Unauthorized", 401, [{"error": "Bad key"}]])
def test_what_is_no_object_names_no_failure(document: object) -> None:
    assert failure_in(document) is None


def test_what_stands_beside_the_records_on_their_way_is_looked_at() -> None:
    document = {"payload": {"page": {"items": [], "status": "error", "message": "Bad key"}}}
    assert failure_in(document) is None
    failure = failure_in(document, ("payload", "page", "items"))
    assert failure is not None
    assert (failure.place, failure.said) == ("payload.page.status", "error, Bad key")


def test_a_body_of_any_depth_and_breadth_is_looked_through_in_no_time() -> None:
    document: dict[str, Any] = {"status": "ok"}
    for _ in range(500):
        document = {"meta": document, "response": document, "result": [document] * 30}
    assert failure_in(document) is None


@pytest.mark.parametrize(
    "record",
    [
        {"error": "Bad key"},
        {"code": 401, "message": "Bad key"},
        {"message": "Bad key"},
        {"message": "Hello.", "documentation_url": "https://example.com"},
        {"success": False, "msg": "Bad key"},
        {"status": 401, "title": "Unauthorized", "detail": "Bad key", "type": "about:blank", "instance": "/x"},
        {"timestamp": "2024-01-01", "status": 404, "error": "Not Found", "path": "/v1/x"},
        {"statusCode": 403, "message": "Bad key", "requestId": "1"},
        {"errorCode": "INVALID_SESSION_ID", "message": "Session expired"},
        {"fault": {"faultstring": "Bad key"}},
        {"status": "error", "message": "Bad key"},
    ],
    ids=str,
)
def test_an_object_of_nothing_but_an_error_is_one(record: dict[str, Any]) -> None:
    assert failure_of(record) is not None


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"id": 1, "error": "none of ours"},
        {"id": 1, "status": "failed", "message": "Bad key"},
        {"id": 1, "code": 401, "message": "Bad key"},
        {"name": "x", "status": "error"},
        {"status": "ok"},
        {"status": "ok", "message": "All systems operational"},
        {"code": 0, "message": "Success"},
        {"title": "Failed calls"},
        {"total": 5},
    ],
    ids=str,
)
def test_an_object_with_a_field_of_its_own_or_without_a_failure_is_a_record(record: dict[str, Any]) -> None:
    assert failure_of(record) is None


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"retCode": 10003, "retMsg": "Bad key", "result": {}, "time": 1}, "retCode"),
        ({"cod": "400", "message": "Bad key", "list": []}, "cod"),
        ({"data": None, "result": "unauthenticated"}, "result"),
        ({"soap:Envelope": {"soap:Body": {"soap:Fault": {"faultstring": "Bad key"}}}}, "soap:Envelope.soap:Body"),
        ({"ExceptionReport": {"Exception": {"exceptionCode": "E", "ExceptionText": "Bad key"}}}, "ExceptionReport"),
        ({"data": {"contacts": {"__typename": "AuthError", "message": "Bad key"}}}, "data.contacts.__typename"),
        ({"data": {"contacts": {"nodes": [], "userErrors": [{"message": "Bad key"}]}}}, "data.contacts.userErrors"),
    ],
    ids=str,
)
def test_a_body_of_nothing_but_an_error_is_one_whatever_stands_around_it(body: dict[str, Any], place: str) -> None:
    failure = failure_of_body(body)
    assert failure is not None
    assert failure.place.startswith(place)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Hello", "user": None},
        {"tags": [], "status": "failed", "name": "n"},
        {"plan": {"status": "failed", "name": "n"}},
        {"status": "ok", "items": []},
        {"report": {"calls": 0, "errors": 3}},
        {"data": {"note": {"__typename": "Note", "body": "Denied"}}},
        {},
    ],
    ids=str,
)
def test_a_body_with_a_field_of_a_record_is_one(body: dict[str, Any]) -> None:
    assert failure_of_body(body) is None


@pytest.mark.parametrize("selector", ["tasks[0].result[0].items", "$.tasks[0].result[0].items"])
def test_an_element_on_the_way_to_the_records_may_name_the_failure(selector: str) -> None:
    task = {"status_code": 40200, "status_message": "Payment required.", "result": None}
    failure = failure_on_way({"status_code": 20000, "tasks": [task]}, selector)
    assert failure is not None
    assert (failure.place, failure.said) == ("status_code", "40200, Payment required.")
    fine = {"status_code": 20000, "status_message": "Ok.", "result": [{"items": None}]}
    assert failure_on_way({"tasks": [fine]}, selector) is None
    assert failure_on_way({"tasks": [{"id": 1, "status": "failed", "result": []}]}, selector) is None
    assert failure_on_way({"tasks": []}, selector) is None
    assert failure_on_way({"tasks": [task]}, "tasks") is None
