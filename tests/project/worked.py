"""An API for each example on the pages of resources: its responses, and how many rows they have."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.foreign import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.foreign import Call

    Answer = Callable[[Call], Reply]

PAGE = 2
ROWS = [
    {
        "id": number,
        "updated_at": f"2024-05-0{number}T00:00:00Z",
        "changed": number,
        "modified": 1_714_000_000_000 + number,
    }
    for number in range(1, 6)
]


@dataclass(frozen=True)
class Worked:
    """The responses for an example, how many rows the tap makes of them, and the `first` of these rows.

    `until` is where the list ends, of one that would be read in a window for each day up to now.
    """

    answer: Answer
    rows: int = len(ROWS)
    until: str | None = None
    first: Mapping[str, object] = field(default_factory=dict)


def answer_list(wrap: Callable[[list[Any]], object] = lambda rows: {"data": rows}) -> Answer:
    """Answer a list by `limit` and `offset`."""
    return lambda call: Reply(wrap(ROWS[call.number("offset", 0) :][: call.number("limit", 100)]))


def one(body: object, **headers: str) -> Answer:
    """Answer one body, bytes as they are."""
    return lambda _: Reply(body, headers=headers)


def some(rows: list[Any], wrap: Callable[[list[Any]], object] = lambda rows: {"data": rows}) -> Answer:
    """Answer these rows, and none behind them."""
    return lambda call: Reply(wrap(rows[int(asked_value(call, "offset", 0)) :]))


def by_offset(size: str, offset: str, total: Callable[[list[Any]], object], *, base: int = 0) -> Answer:
    """Answer a list by a size and an offset, which stand in the query or at dotted paths of the body."""

    def answer(call: Call) -> Reply:
        at, most = int(asked_value(call, offset, base)) - base, int(asked_value(call, size, len(ROWS)))
        return Reply(total(ROWS[at : at + min(most, PAGE)]))

    return answer


def by_number(number: str, wrap: Callable[[list[Any], int], object], *, base: int = 1) -> Answer:
    """Answer a list by the number of a page."""

    def answer(call: Call) -> Reply:
        page = int(asked_value(call, number, base)) - base
        return Reply(wrap(ROWS[page * PAGE : (page + 1) * PAGE], page))

    return answer


def by_cursor(name: str, wrap: Callable[[list[Any], str | None], object], header: str = "") -> Answer:
    """Answer a list by a cursor, which is the `id` of the last row."""

    def answer(call: Call) -> Reply:
        at = int(asked_value(call, name, 0) or 0)
        following = str(at + PAGE) if at + PAGE < len(ROWS) else None
        headers = {header: following} if header and following else {}
        return Reply(wrap(ROWS[at : at + PAGE], following), headers=headers)

    return answer


def by_link(
    origin: Callable[[Call], str],
    wrap: Callable[[list[Any], str | None], object],
    header: Callable[[str], Mapping[str, str]] = lambda _: {},
) -> Answer:
    """Answer a list whose responses have a link to the next page."""

    def answer(call: Call) -> Reply:
        at = call.number("at", 0)
        is_more = at + PAGE < len(ROWS)
        link = f"{origin(call)}{call.path}?{urlencode({**call.params, 'at': at + PAGE})}" if is_more else None
        return Reply(wrap(ROWS[at : at + PAGE], link), headers=header(link) if link else {})

    return answer


def here(call: Call) -> str:
    return f"http://{call.headers['host']}"


def elsewhere(call: Call) -> str:
    """Return another name of this server, which is another host to whoever asks."""
    return here(call).replace("127.0.0.1", "localhost")


def outside(_: Call) -> str:
    """Return a server that cannot be reached."""
    return "https://api.invalid"


def asked_value(call: Call, place: str, usual: object) -> Any:  # noqa: ANN401 - JSON
    """Return what a call asks for, in its query, or in its body under a name with dots or at a path."""
    if place in call.params or not call.body:
        return call.params.get(place, usual)
    found: Any = call.json
    if place in found:
        return found[place]
    for name in place.split("."):
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return usual if found in ({}, None) else found


def jsonl(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def table(rows: list[dict[str, Any]]) -> bytes:
    return "".join(["id,updated_at\n", *(f"{row['id']},{row['updated_at']}\n" for row in rows)]).encode()


def a_day(call: Call) -> Reply:
    """Answer what two queues were like on a day, the first two days of all."""
    day = call.params["from"]
    assert call.params["to"] == day
    return Reply({"data": [{"queue": "north", "calls": 3}] if day < "2024-01-03" else []})


def a_month(call: Call) -> Reply:
    """Answer what two plans brought in a month, the first two months of all; a record does not say which month."""
    assert set(call.params) == {"month", "example", "key"}
    plans = [{"plan": "small", "sum": 3}, {"plan": "large", "sum": 5}]
    return Reply({"data": plans if call.params["month"] < "2024-03" else []})


def answer_query(call: Call) -> Reply:
    """Answer a list that is asked for by a text, at most a few rows of it."""
    assert not {"limit", "offset"} & set(call.params)
    pattern = "select \\* from contacts where changed >= '(.+)' limit ([0-9]+) offset ([0-9]+)"
    found = re.fullmatch(pattern, call.params["q"])
    assert found, call.params["q"]
    since, most, at = found[1], int(found[2]), int(found[3])
    rows = [{"id": row["id"], "changed": row["updated_at"]} for row in ROWS if str(row["updated_at"]) >= since]
    return Reply({"data": rows[at:][: min(most, PAGE)]})


def by_arguments(call: Call) -> Reply:
    """Answer a list whose size and offset stand in an argument of a call."""
    order = call.json["args"][1]
    assert order["order"] == "id"
    return Reply({"data": ROWS[order["offset"] :][: min(order["limit"], PAGE)]})


def hits(call: Call) -> Reply:
    """Answer hits, each with the list that asks for what comes after it."""
    body = call.json if call.body else {}
    at = body.get("search_after", [0])[0]
    return Reply({"hits": [{"source": row, "sort": [row["id"]]} for row in ROWS[at : at + PAGE]]})


def mails(call: Call) -> Reply:
    """Answer pages that all have a link to the next one, the empty page too."""
    at = call.number("at", 0)
    link = f"{here(call)}{call.path}?{urlencode({**call.params, 'at': at + PAGE})}"
    return Reply({"data": ROWS[at : at + PAGE], "paging": {"next": link}})


def by_range(call: Call) -> Reply:
    """Answer the rows from one number to another, which a header names."""
    found = re.fullmatch("items=([0-9]+)-([0-9]+)", call.headers["range"])
    assert found, call.headers["range"]
    return Reply(ROWS[int(found[1]) :][: min(int(found[2]) + 1 - int(found[1]), PAGE)])


def by_day_in_parts(call: Call) -> Reply:
    """Answer the rows from a day on, whose year, month and day are asked for one by one, as numbers."""
    start = "{year:d}-{month:02d}-{day:02d}".format(**call.json["start"])
    rows = [{"id": row["id"], "day": str(row["updated_at"])[:10]} for row in ROWS]
    return some([row for row in rows if str(row["day"]) >= start >= "2024-01-01"])(call)


def counted_in_headers(call: Call) -> Reply:
    """Answer numbered pages; headers say how many rows and pages there are, and whether this one is the last."""
    page, pages = call.number("page", 1), -(-len(ROWS) // PAGE)
    headers = {"X-Rows": str(len(ROWS)), "X-Pages": str(pages), "X-Last": str(page >= pages).lower()}
    return Reply({"data": ROWS[(page - 1) * PAGE : page * PAGE]}, headers=headers)


def ad_analytics(call: Call) -> Reply:
    """Answer what a campaign cost on a day, the first two days of all, asked for in a grammar that is not encoded."""
    found = re.search(
        r"[?&]dateRange=\(start:(\(.+?\)),end:(\(.+?\))\)&accounts=List\(urn%3Aaccount%3A1\)", call.target
    )
    assert found, call.target
    assert found[1] == found[2]
    is_early = found[1] in {"(year:2024,month:1,day:1)", "(year:2024,month:1,day:2)"}
    return Reply({"elements": [{"campaign": "c1", "cost": 3}] if is_early else []})


def activities(call: Call) -> Reply:
    """Answer what changed, from a token on; without one there is nothing to answer."""
    at = int(call.params["token"].removeprefix("token-"))
    rows = [{"id": row["id"], "changed_at": row["updated_at"]} for row in ROWS[at : at + PAGE]]
    return Reply({"result": rows, "next_token": f"token-{at + len(rows)}", "more": at + PAGE < len(ROWS)})


def token(call: Call) -> Reply:
    """Answer the token that stands for an instant."""
    assert call.method == "GET"
    assert call.params["since"] == "2024-01-01T00:00:00Z"
    return Reply({"next_token": "token-0"})


def leads(call: Call) -> Reply:
    """Answer pages of a table; headers say how many rows a page has, and where the next one begins."""
    assert call.params["rows"] == "10000"
    at = call.number("after", 0)
    rows = ROWS[at : at + PAGE]
    following = str(at + PAGE) if at + PAGE < len(ROWS) else "null"
    text = "".join(["id,name\n", *(f"{row['id']},Lead {row['id']}\n" for row in rows)])
    headers = {"Content-Type": "text/csv", "X-Rows": str(len(rows)), "X-Next": following}
    return Reply(text.encode(), headers=headers)


def shifts(call: Call) -> Reply:
    """Answer the shifts around the night in which clocks go forward, asked for in the time of the office."""
    rows = [{"id": 1, "began": "2024-03-31 01:59"}, {"id": 2, "began": "2024-03-31 03:00"}]
    return some([row for row in rows if str(row["began"]) >= call.params["from"] >= "2024-03-31 00:00"])(call)


def after(*before: Reply, answer: Answer) -> Answer:
    """Give the first answer once, then the following one."""
    replies = iter(before)
    return lambda call: next(replies, None) or answer(call)


BUILDING = iter([Reply({"state": "building"})])


def notes(call: Call) -> Reply:
    """Answer the notes of the first company, after a while; there are none of the others."""
    if call.path.split("/")[-2] != "1":
        return Reply({"fault": "none"}, status=404)
    return next(BUILDING, some(ROWS[:1])(call))


def by_ids(ids: Callable[[Call], list[Any]]) -> Answer:
    """Answer a row for each id that a request names."""
    return lambda call: some([{"id": int(each)} for each in ids(call)])(call)


def children(call: Call) -> Reply:
    """Answer one person of each company, by its number."""
    return some([{"id": int(call.path.split("/")[-2])}])(call)


HEADERS = {"dimensionHeaders": [{"name": "day"}], "metricHeaders": [{"name": "visits", "type": "TYPE_INTEGER"}]}
REPORT = [{"dimensionValues": [{"value": "2025-01-01"}], "metricValues": [{"value": "3"}]}]

# What goes before the rows of a job, by its path.
JOBS: Mapping[str, Answer] = {
    # Two examples create a report: one goes by the id in the body, the other one by the header.
    "/api/v1/reports": lambda _: Reply(
        {"report": {"id": 7, "status": "queued"}}, status=202, headers={"Location": "/api/v1/reports/8"}
    ),
    "/api/v1/reports/8": after(Reply({}, status=202), answer=answer_list()),
    "/api/v1/reports/7": lambda _: Reply({"report": {"id": 7, "status": "done"}}),
    "/api/v1/exports": lambda _: Reply({"request_id": "x"}),
    "/api/v1/exports/x": lambda call: Reply({"status": "complete", "download_url": f"{here(call)}/api/v1/files/x.csv"}),
    "/api/v1/statements": lambda _: Reply({}, status=202, headers={"X-Job": "s"}),
    "/api/v1/statements/s": lambda _: Reply({"state": "written", "lines": len(ROWS)}),
    "/api/v1/jobs": lambda _: Reply({"job": {"id": "j"}}),
    "/api/v1/jobs/j": lambda _: Reply({}, status=303, headers={"Location": "/api/v1/files/j.json"}),
    "/api/v1/activities/token": token,
    "/api/exports": lambda _: Reply({"uri": "/exports/1"}),
    "/api/syncs": lambda call: Reply({"uri": "/syncs/7"} if call.json == {"definition": "/exports/1"} else {}),
    "/api/syncs/7": lambda _: Reply({"status": "success"}),
    "/api/v1/query/more": by_cursor("locator", lambda rows, to: {"data": rows, "locator": to}),
    "/api/v1/queries": lambda call: Reply({"id": "q"} if call.json["query"].startswith("select id, name") else {}),
    "/api/v1/queries/q": after(Reply({"state": "InProgress"}), answer=lambda _: Reply({"state": "JobComplete"})),
}

# By the page and the path of the example.
WORKED: Mapping[str, Worked] = {
    "resources /notes": Worked(answer_list()),
    "resources /v1/pipelines": Worked(answer_list()),
    "resources /teams": Worked(answer_list(), rows=0),
    "asking /v1/contacts": Worked(answer_list(lambda rows: {"result": {"items": rows}})),
    "asking /v1/contacts/search": Worked(answer_list()),
    "asking /example": Worked(by_day_in_parts),
    "asking /v1/offenses": Worked(by_range),
    "asking /v1/orders/search": Worked(by_cursor("page.after", lambda rows, to: {"data": rows, "page": {"next": to}})),
    "asking /v1/query": Worked(answer_query),
    "paginators /v1/orders": Worked(by_offset("top", "skip", lambda rows: {"data": rows, "meta": {"count": 5}})),
    "paginators /v1/orders/search": Worked(
        by_offset("page.size", "page.offset", lambda rows: {"data": rows, "total": 5})
    ),
    "paginators /rpc": Worked(by_arguments),
    "paginators /v1/invoices": Worked(
        by_offset(
            "limit", "offset", lambda rows: {"data": rows, "more": ROWS[-1] not in rows, "last": not rows}, base=1
        )
    ),
    "paginators /v1/orders (2)": Worked(by_number("page", lambda rows, _: {"data": rows, "meta": {"pages": 3}})),
    "paginators /v1/orders/search (2)": Worked(
        by_number("page.number", lambda rows, _: {"data": rows, "page": {"rows": 5, "of": 3}}, base=0)
    ),
    "paginators /v1/invoices (2)": Worked(
        by_number("p", lambda rows, page: {"data": rows, "more": page < 2, "last": page >= 2}), rows=3
    ),
    "paginators /v1/agents_overview": Worked(answer_list()),
    "cursors /v1/events": Worked(
        by_cursor("after", lambda rows, to: {"data": rows, "paging": {"next": {"after": to}}})
    ),
    "cursors /v1/charges": Worked(by_cursor("starting_after", lambda rows, to: {"data": rows, "has_more": bool(to)})),
    "cursors /v1/tickets": Worked(
        by_cursor("cursor", lambda rows, to: {"data": rows, "after_cursor": to or "9", "end_of_stream": not to})
    ),
    "cursors /v1/people/search": Worked(by_cursor("page.after", lambda rows, to: {"data": rows, "next": to})),
    "cursors /v1/users/search": Worked(by_cursor("page.after", lambda rows, to: {"data": rows, "next": to})),
    "cursors /v1/search": Worked(hits, first=ROWS[0]),
    "cursors /v1/search (2)": Worked(by_cursor("first_row", lambda rows, _: {"data": rows}, "X-Next-Row")),
    "cursors /v1/query": Worked(by_cursor("locator", lambda rows, to: {"data": rows, "locator": to})),
    "cursors /v1/calls": Worked(by_cursor("after", lambda rows, _: {"data": rows}, "X-Next-Cursor")),
    "cursors /v1/messages": Worked(
        by_cursor("cursor", lambda rows, to: {"data": rows, "more": bool(to), "last": not to, "count": 5}, "next")
    ),
    "links /v1/events": Worked(by_link(here, lambda rows, _: rows, lambda to: {"Link": f'<{to}>; rel="next"'})),
    "links /v1/history": Worked(
        by_link(
            outside,
            lambda rows, to: {"data": rows, "more": bool(to), "last": not to},
            lambda to: {"Link": f'<{to}>; rel="older"'},
        )
    ),
    "links /v1/archive": Worked(
        by_link(elsewhere, lambda rows, _: {"data": rows, "count": 5}, lambda to: {"X-Next": to})
    ),
    "links /v1/events (2)": Worked(by_link(here, lambda rows, to: {"items": rows, "links": {"next": to}})),
    "links /v1/conversations": Worked(
        by_link(outside, lambda rows, to: {"data": rows, "pages": {"next": to, "more": bool(to), "last": not to}})
    ),
    "links /v1/logs": Worked(by_link(elsewhere, lambda rows, to: {"data": rows, "next": to, "count": 5})),
    "links /v1/mails": Worked(mails),
    "incremental /v1/contacts": Worked(answer_list()),
    "incremental /v1/events": Worked(answer_list()),
    "incremental /v1/contacts (2)": Worked(answer_list()),
    "incremental /v1/contacts (3)": Worked(answer_list()),
    "windows /v1/calls": Worked(
        some([{"id": number, "started_at": f"2024-05-0{number}T00:00:00Z"} for number in (1, 2)]), rows=2
    ),
    "windows /v1/export": Worked(one(jsonl({"id": 1, "properties": {"time": 1_740_000_000}})), rows=1),
    "periods /v1/queue_summary": Worked(
        a_day, rows=2, first={"day": "2024-01-01", "queue": "north", "calls": 3}, until="2024-01-06"
    ),
    "periods /v1/ad_analytics": Worked(
        ad_analytics,
        rows=2,
        until="2024-01-06",
        first={"day": "(year:2024,month:1,day:1)", "campaign": "c1", "cost": 3},
    ),
    "periods /v1/revenue": Worked(
        a_month, rows=4, until="2024-05", first={"month": "2024-01", "plan": "small", "sum": 3}
    ),
    "answers /v1/companies/{resources.companies.id}/notes": Worked(notes, rows=1),
    "answers /v1/visits": Worked(one({"visits": None, "data": None}), rows=0),
    "fields /orders": Worked(
        some([{"id": 1, "amount": "12.50", "paid_at": "2024-05-01T00:00:00Z", "cart": [1]}]), rows=1
    ),
    "parents /v1/companies/{company}/people": Worked(children, rows=len(ROWS)),
    "bulk /v1/companies/batch/read": Worked(by_ids(lambda call: [each["id"] for each in call.json["inputs"]])),
    "bulk /v1/people": Worked(by_ids(lambda call: [value for name, value in call.pairs if name == "company[]"])),
    "bulk /v1/query": Worked(by_ids(lambda call: re.findall("'([0-9]+)'", call.params["q"]))),
    "jobs /v1/reports/{job.id}/rows": Worked(answer_list()),
    "jobs {job.at}/data": Worked(answer_list()),
    "jobs {job.file}": Worked(lambda _: Reply(table(ROWS))),
    "job-examples /v1/statements/{job.id}/lines": Worked(answer_list()),
    "job-examples {job.rows}": Worked(answer_list(lambda rows: {"entries": rows})),
    "job-examples {job.at}": Worked(answer_list()),
    "job-examples /v1/activities": Worked(activities, first={"id": 1, "changed_at": ROWS[0]["updated_at"]}),
    "job-examples /v1/queries/{job.id}/results": Worked(leads, first={"id": 1, "name": "Lead 1"}),
    "reports /v1/query": Worked(
        some([[1, 3], [2, 4]], lambda rows: {"columns": ["id", "visits"], "results": rows}),
        rows=2,
        first={"id": 1, "visits": 3},
    ),
    "reports /v1/report": Worked(
        some(REPORT, lambda rows: HEADERS | ({"rows": rows} if rows else {})),
        rows=1,
        first={"day": "2025-01-01", "visits": "3"},
    ),
    "reports /v2/query": Worked(
        some([{"dimensions": ["2025-01-01"], "metrics": [3, 5]}], lambda rows: {"results": rows}),
        rows=1,
        first={"time:day": "2025-01-01", "visitors": 3, "pageviews": 5},
    ),
    "reports /v3/query": Worked(
        some([{"keys": [{"id": 7, "name": "/home"}], "clicks": 3}], lambda rows: {"rows": rows}),
        rows=1,
        first={"page": "/home", "clicks": 3},
    ),
    "reports /v1/series": Worked(
        one({"hourly": {"day": ["2025-01-01", "2025-01-02"], "visits": [3, 5]}}),
        rows=2,
        first={"day": "2025-01-01", "visits": 3},
    ),
    "reports /v1/series (2)": Worked(
        one({"data": {"xValues": ["2025-01-01", "2025-01-02"], "series": [[3, 5], [1, 1]]}}),
        rows=2,
        first={"day": "2025-01-01", "visits": 3},
    ),
    "nested /v1/orders": Worked(
        some(
            [{"id": 1, "lines": [{"line": 10, "sku": "a"}, {"line": 11, "sku": "b"}]}, {"id": 2, "lines": []}],
            lambda rows: {"data": rows, "meta": {"as_of": "2025-01-02"}},
        ),
        rows=2,
        first={"line": 10, "order_id": 1, "as_of": "2025-01-02"},
    ),
    "nested /v2/people": Worked(
        some([{"id": {"record_id": number}, "name": "Ann"} for number in (1, 2)]),
        rows=2,
        first={"record_id": 1, "name": "Ann"},
    ),
    "nested /v1/query_range": Worked(
        one({"data": {"result": [{"metric": {"job": "api"}, "values": [[1704067200, "1"], [1704067260, "0"]]}]}}),
        rows=2,
        first={"job": "api", "time": 1704067200, "value": "1"},
    ),
    "nested /v1/tables": Worked(
        one({"tables": [{"name": "visits", "columns": [{"name": "page"}, {"name": "hits"}], "rows": [["/", 3]]}]}),
        rows=1,
        first={"table": "visits", "page": "/", "hits": 3},
    ),
    "paginators /v1/entries": Worked(counted_in_headers),
    "reports /v1/ids": Worked(one([7, 8]), rows=2, first={"id": 7}),
    "reports /v1/segmentation": Worked(
        one({"data": {"values": {"Signed up": {"2025-01-01": 3, "2025-01-02": 4}}}}),
        rows=2,
        first={"event": "Signed up", "day": "2025-01-01", "value": 3},
    ),
    "files /v1/export": Worked(one(jsonl(*ROWS))),
    "files /v1/calls.csv": Worked(
        one(
            "call_id;cost;name\n007;1.50;Müller\n008;2;x\n".encode("latin-1"),
            **{"X-Total-Count": "2", "Content-Type": "text/csv"},
        ),
        rows=2,
        first={"call_id": "007", "cost": 1.5, "name": "Müller"},
    ),
    "files /v1/users.csv": Worked(by_number("page", lambda rows, _: table(rows))),
    "incremental /v1/shifts": Worked(shifts, rows=2),
    "files /v1/visits.csv": Worked(
        one(b"'2025-01-01','it\\'s, one'\n'2025-01-02','two'\n"),
        rows=2,
        first={"day": "2025-01-01", "title": "it's, one"},
    ),
}
