"""What is found out about resources of APIs with ways of their own; usual APIs are in `test_detect_kinds.py`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.cli.findings import Findings
from tap_analytics.resources.detection.detector import Detector
from tap_analytics.tap import TapAnalytics
from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import of_dlt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = dict[str, Any]
DATED: list[Row] = [
    {"code": f"c{n}", "created": f"2024-01-{n + 1:02}", "modifiedOn": f"2024-05-{29 - n:02}T06:00:00Z", "price": n / 4}
    for n in range(23)
]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def find(api: Foreign, entry: Row) -> tuple[Row, dict[Any, list[str]]]:
    tap = TapAnalytics(config=of_dlt(api, entry), setup_mapper=False)
    tap.detector = Detector(logging.getLogger("tap-analytics"), is_thorough=True)
    findings = Findings(tap=tap, name=entry["name"])
    return findings.over(entry), findings.comments


def serve(api: Foreign, rows: Sequence[Row], name: str, field: str, *, exclusive: bool = False) -> None:
    def answer(call: Call) -> Reply:
        since = call.params.get(name)
        chosen = [row for row in rows if since is None or (row[field] > since if exclusive else row[field] >= since)]
        start = call.number("offset", 0)
        return Reply(chosen[start : start + min(call.number("limit", 10), 20)])

    api.serve("/things", answer)


def incremental(api: Foreign) -> tuple[Any, str]:
    entry, comments = find(api, {"name": "things", "endpoint": {"path": "things"}})
    return entry["endpoint"].get("incremental"), " ".join(comments.get(("endpoint", "incremental"), ()))


def test_a_list_without_a_key_is_appended_and_says_so(api: Foreign) -> None:
    serve(api, [{"colour": "red"}, {"colour": "red"}], "since", "colour")
    entry, comments = find(api, {"name": "things", "endpoint": {"path": "things"}})
    assert entry["write_disposition"] == "append"
    assert "set `primary_key`" in comments["write_disposition",][0]


def test_a_general_name_is_taken_where_the_rows_show_what_it_goes_by(api: Foreign) -> None:
    serve(api, DATED, "since", "modifiedOn")
    words, proof = incremental(api)
    assert words == {"cursor_path": "modifiedOn", "start_param": "since"}
    assert proof.startswith("Proof: `since=2024-05-")


def test_a_parameter_that_goes_by_another_date_is_not_taken(api: Foreign) -> None:
    rows = [row | {"created": row["modifiedOn"]} for row in DATED]
    serve(api, rows, "since", "created")
    words, remark = incremental(api)
    assert words == {"cursor_path": "modifiedOn"}
    assert "these do not show whether by `modifiedOn` or by `created`" in remark


def test_a_start_that_is_left_out_is_made_up_for(api: Foreign) -> None:
    serve(api, DATED, "modified_after", "modifiedOn", exclusive=True)
    words, proof = incremental(api)
    assert words == {"cursor_path": "modifiedOn", "start_param": "modified_after", "lag": 1}
    assert "`lag` makes up for" in proof


def test_an_expression_carries_the_bound(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        since = call.params.get("$filter", "").partition(" ge ")[2]
        return Reply([row for row in DATED if row["modifiedOn"] >= since])

    api.serve("/things", answer)
    entry, _ = find(api, {"name": "things", "endpoint": {"path": "things"}})
    assert entry["endpoint"]["params"] == {"$filter": "modifiedOn ge {incremental.start_value}"}
    assert entry["endpoint"]["incremental"] == {"cursor_path": "modifiedOn"}


def test_seconds_are_asked_for_where_the_api_counts_them(api: Foreign) -> None:
    rows = [{"id": n, "updated": 1_700_000_000 + 86_400 * n} for n in range(23)]

    def answer(call: Call) -> Reply:
        since = call.params.get("updated_since", "0")
        return Reply([row for row in rows if row["updated"] >= int(since)])

    api.serve("/things", answer)
    words, _ = incremental(api)
    assert words == {"cursor_path": "updated", "datetime_format": "epoch", "start_param": "updated_since"}


def test_days_are_asked_for_where_the_api_takes_no_time(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        since = call.params.get("updated_since", "")
        if len(since) > 10:
            return Reply({"error": "not a day"}, status=400)
        return Reply([row for row in DATED if row["modifiedOn"] >= since])

    api.serve("/things", answer)
    words, _ = incremental(api)
    assert words == {"cursor_path": "modifiedOn", "start_param": "updated_since", "datetime_format": "%Y-%m-%d"}


def test_the_types_of_the_fields_are_said(api: Foreign) -> None:
    serve(api, DATED, "since", "modifiedOn")
    entry, _ = find(api, {"name": "things", "endpoint": {"path": "things"}})
    assert entry["columns"] == {
        "code": {"data_type": "text"},
        "created": {"data_type": "date"},
        "modifiedOn": {"data_type": "timestamp"},
        "price": {"data_type": "double"},
    }


@pytest.mark.parametrize(("rows", "paginator"), [(100, "auto"), (23, "single_page"), (0, "auto")])
def test_a_page_of_a_round_length_behind_which_nothing_is_found_is_looked_at_in_each_run(
    api: Foreign, rows: int, paginator: str
) -> None:
    api.serve("/things", lambda _: Reply([{"id": number} for number in range(rows)]))
    entry, comments = find(api, {"name": "things", "endpoint": {"path": "things"}})
    assert entry["endpoint"]["paginator"] == paginator
    said = " ".join(comments["endpoint", "paginator"])
    assert ("as many as pages often have" in said) is (rows == 100)


def test_a_count_of_the_rows_of_a_page_is_no_total(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        page = DATED[call.number("offset", 0) :][:10]
        return Reply({"items": page, "count": len(page), "totalResults": len(DATED)})

    api.serve("/things", answer)
    entry, _ = find(api, {"name": "things", "endpoint": {"path": "things"}})
    assert entry["endpoint"]["paginator"]["total_path"] == "totalResults"
