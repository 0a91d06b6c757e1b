"""Files over HTTP: nothing goes out of one that is not whole, and no more of it is held than is needed."""

from __future__ import annotations

import tempfile
import tracemalloc
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http import spool
from tap_analytics.http.request.request import RequestTemplate
from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.reading.declared_job import Job, JobRequest
from tap_analytics.reading.job import JobRun
from tap_analytics.reading.reading import Reading
from tap_analytics.records.envelope.empty_when import EmptyWhen
from tap_analytics.records.formats.formats import format_of
from tap_analytics.records.rows import RecordCodec
from tap_analytics.records.rules import RowRules
from tap_analytics.report.stats import StreamStats
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.state.bounds import Bounds
from tests.connections import connection_of, settings_of
from tests.files import as_csv, gzip_of, lines
from tests.foreign import TOKEN, Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = {"properties": {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}}}
CSV, LINES = {"format": "csv"}, {"format": "jsonl"}
MANY = [{"id": number, "name": f"row {number}"} for number in range(2_500)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def reading(
    api: Foreign,
    words: dict[str, Any],
    *,
    paginator: dict[str, Any] | None = None,
    takes_beginning: bool = False,
    max_response_size: int = 1024**3,
    **rules: Any,  # noqa: ANN401 - any rule
) -> Reading[Any]:
    """Return a reading of the rows at a path."""
    key = {"api_key": TOKEN, "api_key_name": "X-Token", "api_key_location": "header"}
    config = settings_of(api.url, max_retries=2, max_response_size=max_response_size, **key)
    way = paginator_of(paginator or {"type": "single_page"})
    resource = Resource(name="rows", path="/rows", format=format_of(words), paginator=way)
    listing = Listing(resource=resource, config=config, takes_beginning=takes_beginning)
    connection = connection_of(config)
    template = listing.template(connection)
    codec = RecordCodec(SCHEMA, envelope=listing.envelope, report=lambda _: None)
    return Reading(
        name="rows",
        connection=connection,
        request=lambda token: template.fill(token, bounds=Bounds(), context={}),
        paginator=listing.paginator,
        rows=RowRules(path="/rows", codec=codec, primary_keys=["id"], keys=["id"], bodies=listing.bodies, **rules),
        stats=StreamStats(stream="rows"),
    )


def records(of: Reading[Any]) -> list[dict[str, Any]]:
    codec = of.rows.codec
    return [codec.plain(row) for rows in of.runs() for row in rows]


def answers(api: Foreign, *replies: Reply) -> None:
    """Answer these in turn, the last one again and again."""
    left = list(replies)
    api.serve("/rows", lambda _: left.pop(0) if len(left) > 1 else left[0])


FORMATS = pytest.mark.parametrize(
    ("words", "content"),
    [
        (CSV, as_csv(MANY).encode()),
        (LINES, lines(MANY)),
        (LINES, gzip_of(lines(MANY))),
        (CSV, gzip_of(as_csv(MANY).encode())),
    ],
    ids=["csv", "jsonl", "csv.gz", "jsonl.gz"],
)


@FORMATS
def test_a_file_is_read_in_runs_with_values_as_declared(api: Foreign, words: dict[str, Any], content: bytes) -> None:
    answers(api, Reply(content))
    of = reading(api, words)
    runs = [len(rows) for rows in of.runs()]
    assert sum(runs) == len(MANY)
    assert len(runs) > 1 or words is LINES
    assert records(reading(api, words)) == MANY
    assert (of.stats.rows, of.stats.read, of.stats.pages, of.stats.requests) == (2500, 2500, 1, 1)


@FORMATS
def test_a_body_that_is_cut_is_asked_for_again_and_no_row_comes_twice(
    api: Foreign, words: dict[str, Any], content: bytes
) -> None:
    answers(api, Reply(content, cut=12), Reply(content[:-12]), Reply(content))
    of = reading(api, words)
    assert records(of) == MANY
    assert of.stats.retries == 2


@FORMATS
def test_a_body_that_stays_cut_fails_without_a_row(api: Foreign, words: dict[str, Any], content: bytes) -> None:
    answers(api, Reply(content[:-12]))
    given: list[Any] = []
    with pytest.raises(FatalAPIError, match="tried 3 times"):
        given.extend(reading(api, words).runs())
    assert given == []


@pytest.mark.parametrize("said", [b"ERROR 120 :: WRONG KEY", b'{"error": "wrong key"}', b"<Error>Wrong key</Error>"])
@pytest.mark.parametrize("words", [CSV, LINES])
def test_what_is_no_file_is_shown_and_not_asked_for_again(api: Foreign, words: dict[str, Any], said: bytes) -> None:
    answers(api, Reply(said, headers={"Content-Type": "text/plain"}))
    with pytest.raises(FatalAPIError) as raised:
        records(reading(api, words))
    assert "wrong key" in str(raised.value).lower()
    assert len(api.calls) == 1


@FORMATS
def test_a_page_of_html_in_the_place_of_a_file_is_asked_for_again(
    api: Foreign, words: dict[str, Any], content: bytes
) -> None:
    page = Reply(b"<!doctype html><title>Down for maintenance</title>", headers={"Content-Type": "text/html"})
    answers(api, page, Reply(content))
    of = reading(api, words)
    assert records(of) == MANY
    assert of.stats.retries == 1
    answers(api, page)
    with pytest.raises(FatalAPIError, match=r"HTML, not .*Down for maintenance"):
        records(reading(api, words))


def test_a_file_that_ends_where_the_connection_does_is_whole_when_it_comes_the_same_twice(api: Foreign) -> None:
    content = lines(MANY)
    half = content[: content.index(b"\n", len(content) // 2) + 1]
    answers(api, Reply(half, has_length=False), Reply(content, has_length=False))
    of = reading(api, LINES)
    assert records(of) == MANY
    assert of.stats.requests == 3
    assert reading(api, LINES, takes_beginning=True).first_pages()[0]
    assert len(api.calls) == 4


def test_a_text_that_is_declared_to_mean_nothing_is_an_empty_file(api: Foreign) -> None:
    answers(api, Reply(b"ERROR 50 :: NOTHING FOUND", headers={"Content-Type": "text/plain"}))
    assert records(reading(api, CSV, empty_when=EmptyWhen(message=("nothing found",)))) == []


def test_an_empty_body_is_an_empty_file_where_that_is_declared(api: Foreign) -> None:
    answers(api, Reply(b""))
    with pytest.raises(FatalAPIError, match="the file is empty, without even a header row"):
        records(reading(api, CSV))
    assert records(reading(api, CSV, empty_when=EmptyWhen(data=frozenset(["empty"])))) == []
    assert records(reading(api, LINES)) == []


@pytest.mark.parametrize("content", [b"ID,Name\n1,Ann\n", b"ID,Name\n"])
def test_a_file_without_any_column_of_the_stream_fails(api: Foreign, content: bytes) -> None:
    answers(api, Reply(content))
    with pytest.raises(FatalAPIError, match=r"no column of the file is a field .* `ID`, `Name`"):
        records(reading(api, CSV))


def test_a_value_that_does_not_fit_and_a_record_without_key_are_told_by_their_place(api: Foreign) -> None:
    answers(api, Reply(as_csv([*MANY, {"id": "007", "name": "x"}]).encode()))
    with pytest.raises(FatalAPIError, match="record 007: `id` is a text that does not fit, not a whole number"):
        records(reading(api, CSV))
    answers(api, Reply(as_csv([*MANY, {"id": None, "name": "x"}]).encode()))
    with pytest.raises(FatalAPIError, match="record 2501 of the response has null as `id`"):
        records(reading(api, CSV))


def test_pages_of_csv_follow_each_other_by_offset(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        offset, limit = call.number("offset", 0), call.number("limit", 100)
        return Reply(
            as_csv(MANY[offset : offset + limit] or [dict.fromkeys(MANY[0])]).encode()
            if offset < 2500
            else b"id,name\n"
        )

    api.serve("/rows", answer)
    paginator = {"type": "offset", "limit": 1000, "offset_param": "offset", "limit_param": "limit", "total_path": ""}
    assert records(reading(api, CSV, paginator=paginator)) == MANY


def test_of_the_beginning_no_more_is_asked_for_than_it_takes(api: Foreign) -> None:
    rows = [{"id": number, "name": "x" * 1000} for number in range(5_000)]
    answers(api, Reply(lines(rows)))
    of = reading(api, LINES, takes_beginning=True)
    first, _ = of.first_pages()
    assert [of.rows.codec.plain(row) for row in first] == rows[: len(first)]
    assert 0 < sum(1 for rows in of.runs() for _ in rows) < 2_000


def test_a_look_at_the_beginning_is_no_proof_that_rows_are_missing(api: Foreign) -> None:
    answers(api, Reply(lines([{"id": number, "name": "x" * 100_000} for number in range(30)])))
    of = reading(api, LINES, takes_beginning=True)
    template = RequestTemplate(url_base=api.url, path="/rows", paginator=of.paginator)
    job = JobRun(
        Job(create=JobRequest(path="/")), template=template, connection=of.connection, bounds=Bounds, context={}
    )
    job.rows = 30
    of = replace(of, job=job)
    assert 0 < sum(map(len, of.runs())) < 30


def test_a_file_is_larger_than_what_is_held_of_it(api: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 1024)
    rows = [{"id": number, "name": "x" * 1000} for number in range(12_000)]
    packed = gzip_of(lines(rows))
    answers(api, Reply(packed))
    tracemalloc.start()
    try:
        count = sum(len(run) for run in reading(api, LINES).runs())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 12_000
    assert peak < 8 * 1024 * 1024 < 12_000 * 1000


def test_no_file_is_left_behind(api: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 1024)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answers(api, Reply(lines(MANY)))
    runs = reading(api, LINES).runs()
    assert list(islice(runs, 1))
    assert list(tmp_path.iterdir()) == []
    runs.close()


@pytest.mark.parametrize(("most", "is_read"), [(1_000, False), (10_000_000, True)])
def test_what_the_transfer_unpacks_is_bounded_too(api: Foreign, most: int, *, is_read: bool) -> None:
    rows = 400_000
    answers(api, Reply(gzip_of(b'{"id": 1}\n' * rows), headers={"Content-Encoding": "gzip"}))
    of = reading(api, LINES, max_response_size=most)
    if is_read:
        assert sum(map(len, of.runs())) == rows
    else:
        with pytest.raises(FatalAPIError, match=r"is larger, unpacked, than 1,000 bytes \(`max_response_size`\)"):
            records(of)


def test_what_unpacks_to_far_more_than_it_may_is_refused(api: Foreign) -> None:
    answers(api, Reply(gzip_of(b'{"id": 1}\n' * 400_000)))
    with pytest.raises(FatalAPIError, match="unpacks to more than"):
        records(reading(api, LINES, max_response_size=1_000))
