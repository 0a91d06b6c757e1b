"""A field that the sample of a stream did not have is declared by a further SCHEMA, before the first record with it."""

from __future__ import annotations

import io
import json
import logging
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError, FatalSyncError

from tap_analytics.source import Source
from tap_analytics.tap import TapAnalytics
from tests.conftest import Run
from tests.foreign import TOKEN, Foreign, Reply, by_offset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Words = dict[str, Any]

ROWS: list[Words] = [{"id": number, "name": f"Part {number}"} for number in range(1, 13)]
OFFSET: Words = {"type": "offset", "limit_param": "count", "offset_param": "first", "total_path": "result.count"}
PARTS: Words = {
    "name": "parts",
    "primary_key": "id",
    "endpoint": {"path": "parts", "data_selector": "result.items", "paginator": {**OFFSET, "limit": 4}},
}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def late(**values: Any) -> list[Words]:  # noqa: ANN401 - JSON
    """Return the rows; each name stands in the rows that it is given values for, by their number."""
    return [row | {name: of[row["id"]] for name, of in values.items() if row["id"] in of} for row in ROWS]


def settings(api: Foreign, *resources: Words, **changes: Any) -> Words:  # noqa: ANN401 - any setting
    usual = {"api_url": api.url, "api_key": TOKEN, "api_key_name": "X-Token", "api_key_location": "header"}
    first = {"sample_size": 1, "max_retries": 0, "concurrency": 1}
    return usual | first | {"resources": list(resources or [PARTS])} | changes


def sync(
    api: Foreign,
    *resources: Words,
    catalog: Words | None = None,
    **changes: Any,  # noqa: ANN401 - any setting
) -> Run:
    out, code = io.StringIO(), 0
    with redirect_stdout(out):
        tap = TapAnalytics(config=settings(api, *resources, **changes), catalog=catalog)
        try:
            tap.sync_all()
        except FatalSyncError as error:
            logging.getLogger("tap-analytics").log(logging.ERROR, "%s", error)
            code = 1
    return Run(code, out.getvalue(), "")


def fields_of(run: Run, stream: str = "parts") -> list[Words]:
    """Return the fields of each SCHEMA message of a stream."""
    schemas = [each for each in run.messages if each["type"] == "SCHEMA" and each["stream"] == stream]
    return [each["schema"]["properties"] for each in schemas]


def check_order(run: Run) -> None:
    """Check that each field of each record was declared before it."""
    known: set[str] = set()
    for each in run.messages:
        if each["type"] == "SCHEMA":
            known = set(each["schema"]["properties"])
        elif each["type"] == "RECORD":
            assert set(each["record"]) <= known


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_field_behind_the_sample_is_declared_before_its_first_record(
    api: Foreign, caplog: pytest.LogCaptureFixture, concurrency: int
) -> None:
    rows = late(price={6: 1.5, 11: 2}, at={3: "2024-05-01T02:00:00+02:00"}, tags={12: ["a"]})
    api.serve("/parts", by_offset(rows))
    caplog.set_level(logging.INFO)
    run = sync(api, concurrency=concurrency)
    assert run.code == 0
    assert run.records("parts") == [row | ({"at": "2024-05-01T00:00:00Z"} if "at" in row else {}) for row in rows]
    check_order(run)
    assert [list(fields) for fields in fields_of(run)] == [
        ["id", "name"],
        ["id", "name", "at"],
        ["id", "name", "at", "price"],
        ["id", "name", "at", "price", "tags"],
    ]
    fields = fields_of(run)[-1]
    assert fields["price"] == {"type": ["number", "null"]}
    assert fields["at"] == {"type": ["string", "null"], "format": "date-time"}
    assert fields["tags"] == {"type": ["array", "null"], "items": {"type": ["string", "null"]}}
    assert [each.getMessage() for each in caplog.records if "Declared" in each.getMessage()] == [
        f"Declared from here on, since the sample did not have it: `{name}`" for name in ("at", "price", "tags")
    ]
    assert "left out" not in caplog.text
    keys = [each["key_properties"] for each in run.messages if each["type"] == "SCHEMA"]
    assert keys == [["id"]] * 4


def test_a_field_that_is_null_is_declared_when_its_first_value_comes(api: Foreign) -> None:
    api.serve("/parts", by_offset(late(size={4: None, 5: None, 9: {"unit": "cm"}, 12: None})))
    run = sync(api)
    assert [list(fields) for fields in fields_of(run)] == [["id", "name"], ["id", "name", "size"]]
    assert [row.get("size", "none") for row in run.records("parts")][7:] == [
        "none",
        {"unit": "cm"},
        "none",
        "none",
        None,
    ]
    check_order(run)


def test_names_that_msgspec_cannot_say_are_declared_too(api: Foreign) -> None:
    name = ' "odd"\n'
    api.serve("/parts", by_offset(late(**{name: {7: 1, 8: 2}})))
    run = sync(api)
    assert [row[name] for row in run.records("parts") if name in row] == [1, 2]
    check_order(run)


def test_a_value_that_does_not_fit_the_first_ones_fails_the_stream(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/parts", by_offset(late(size={6: 1, 12: "large"})))
    run = sync(api)
    assert run.code == 1
    assert (
        "parts: `size` is a text that does not fit, not a whole number or null, as the first values of this field"
        in caplog.text
    )
    assert "declare the field in the `schema` or `columns` of the resource, or raise `sample_size`" in caplog.text
    check_order(run)


def test_names_without_end_fail_the_stream(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    rows = [row | {f"id-{row['id']}-{number}": 1 for number in range(60)} for row in ROWS]
    api.serve("/parts", by_offset(rows))
    run = sync(api)
    assert run.code == 1
    assert "the API sends more than 500 fields that the sample did not have, such as `id-" in caplog.text


SCHEMA: Words = {"properties": {"id": {"type": ["integer"]}, "name": {"type": ["string", "null"]}}}


@pytest.mark.parametrize("is_in_catalog", [True, False], ids=["catalog", "schema"])
def test_what_somebody_has_declared_is_not_added_to(
    api: Foreign, caplog: pytest.LogCaptureFixture, *, is_in_catalog: bool
) -> None:
    api.serve("/parts", by_offset(late(size={6: 1})))
    catalog = TapAnalytics(config=settings(api)).catalog_dict if is_in_catalog else None
    run = sync(api, PARTS if is_in_catalog else PARTS | {"schema": SCHEMA}, catalog=catalog)
    assert (run.code, run.records("parts")) == (0, ROWS)
    assert len(fields_of(run)) == 1
    assert "The API sends a field that the schema does not have: `size`; it is left out" in caplog.text


def test_discover_fields_asks_for_new_fields_of_a_declared_schema_too(api: Foreign) -> None:
    api.serve("/parts", by_offset(late(size={6: 1})))
    run = sync(api, PARTS | {"schema": SCHEMA}, discover_fields=True)
    assert run.records("parts") == late(size={6: 1})


def test_a_stream_whose_sample_was_empty_is_declared_by_its_first_records(api: Foreign) -> None:
    paged, empty = by_offset(ROWS), by_offset([])
    api.serve("/parts", lambda call: empty(call) if len(api.calls) == 1 else paged(call))
    run = sync(api)
    assert (run.code, run.records("parts")) == (0, ROWS)
    check_order(run)


@pytest.mark.parametrize("has_key", [True, False])
def test_a_catalog_that_was_made_while_there_was_no_record_leaves_no_field_out(
    api: Foreign, caplog: pytest.LogCaptureFixture, *, has_key: bool
) -> None:
    parts = PARTS if has_key else {name: value for name, value in PARTS.items() if name != "primary_key"}
    api.serve("/parts", by_offset([]))
    catalog = TapAnalytics(config=settings(api, parts)).catalog_dict
    # As long as there is none, it will do.
    assert sync(api, parts, catalog=catalog).code == 0
    api.serve("/parts", by_offset(ROWS))
    run = sync(api, parts, catalog=catalog)
    assert (run.code, run.records("parts")) == (1, [])
    assert "make the catalog anew, now that there are records" in caplog.text


def test_a_catalog_by_hand_that_wants_the_key_alone_leaves_the_rest_out(api: Foreign) -> None:
    api.serve("/parts", by_offset(ROWS))
    entry = {"tap_stream_id": "parts", "schema": {"properties": {"id": {"type": ["integer"]}}}}
    said = [{"breadcrumb": [], "metadata": {"selected": True}}]
    run = sync(api, catalog={"streams": [entry | {"metadata": said}]})
    assert (run.code, run.records("parts")) == (0, [{"id": row["id"]} for row in ROWS])


def test_stream_maps_see_the_new_field(api: Foreign) -> None:
    api.serve("/parts", by_offset(late(size={6: {"x": 1}}, price={9: 2.5})))
    run = sync(api, stream_maps={"parts": {"name": "name.upper()"}})
    assert run.records("parts")[5] == {"id": 6, "name": "PART 6", "size": {"x": 1}}
    assert run.records("parts")[8] == {"id": 9, "name": "PART 9", "price": 2.5}
    check_order(run)


def test_flattening_sees_the_new_field(api: Foreign) -> None:
    api.serve("/parts", by_offset(late(size={6: {"x": 1}, 9: {"x": 2}})))
    run = sync(api, flattening_enabled=True, flattening_max_depth=1)
    assert [row.get("size__x") for row in run.records("parts")][5:9] == [1, None, None, 2]
    check_order(run)


def test_a_batch_comes_behind_the_schema_of_its_fields(api: Foreign, tmp_path: Path) -> None:
    api.serve("/parts", by_offset(late(size={11: 1})))
    config = {"encoding": {"format": "jsonl", "compression": "gzip"}, "storage": {"root": tmp_path.as_uri()}}
    run = sync(api, batch_config=config)
    kinds = [each["type"] for each in run.messages if each["type"] != "STATE"]
    assert kinds == ["SCHEMA", "BATCH", "SCHEMA", "BATCH"]
    assert list(fields_of(run)[-1]) == ["id", "name", "size"]


def test_children_take_new_fields_list_by_list(api: Foreign) -> None:
    api.serve("/parts", by_offset(ROWS[:3]))
    for number in (1, 2, 3):
        api.serve(f"/parts/{number}/bits", by_offset([{"id": number} | ({"late": "x"} if number == 3 else {})]))
    endpoint = PARTS["endpoint"] | {"path": "parts/{resources.parts.id}/bits"}
    run = sync(api, PARTS, {"name": "bits", "primary_key": "id", "endpoint": endpoint}, concurrency=2)
    assert run.records("bits") == [{"id": 1}, {"id": 2}, {"id": 3, "late": "x"}]
    assert [list(fields) for fields in fields_of(run, "bits")] == [["id"], ["id", "late"]]


def test_a_parent_that_is_read_record_by_record_takes_new_fields(api: Foreign) -> None:
    api.serve("/parts", by_offset(late(size={6: 1})))
    for row in ROWS:
        api.serve(f"/parts/{row['id']}/bits", by_offset([{"id": row["id"]}]))
    endpoint = PARTS["endpoint"] | {"path": "parts/{resources.parts.id}/bits"}
    run = sync(api, PARTS, {"name": "bits", "primary_key": "id", "endpoint": endpoint})
    assert run.records("parts") == late(size={6: 1})
    assert [list(fields) for fields in fields_of(run)] == [["id", "name"], ["id", "name", "size"]]


def test_a_table_has_the_columns_that_it_began_with_or_fails(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("pyarrow")
    api.serve("/parts", by_offset(late(size={6: 1})))
    one = Source(settings(api))
    with pytest.raises(FatalAPIError, match="a field `size` that the sample did not have, and the columns are settled"):
        one.table("parts")
    assert Source(settings(api), catalog=one.catalog).table("parts").column_names == ["id", "name"]
    assert "The API sends a field that the schema does not have: `size`; it is left out" in caplog.text


def test_a_late_number_is_written_as_it_came(api: Foreign) -> None:
    digits, paged = "0.12345678901234567891", by_offset(late(price={6: 0.125}))
    api.serve("/parts", lambda call: Reply(json.dumps(paged(call).body).replace("0.125", digits).encode()))
    assert f'"price":{digits}' in sync(api).stdout
