"""The report of a run, as it is written by runs of the tap."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from tap_analytics.report.run.report import Report, faults, reason, write
from tap_analytics.report.trace import NO_TRACE
from tap_analytics.sandbox import Answer
from tests.conftest import API_KEY, ROWS, STREAMS
from tests.syncs.test_ending import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

TABLE = re.compile(r"^(?:.* )?(\w+)  +([\d,]+)  +([\d,]+)  +([\d,]+)  +([\d,]+)  +([\d.]+)  +(.*?)  +(ok|failed)$")


class Cells(HTMLParser):
    """The cells of the table of streams, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._is_in_table = self._is_in_cell = False
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_in_table |= ("id", "streams") in attrs
        if self._is_in_table and tag == "tr":
            self.rows.append([])
        if self._is_in_table and tag == "td":
            self._is_in_cell = True
            self.rows[-1].append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._is_in_table &= tag != "table"
        self._is_in_cell &= tag != "td"

    @override
    def handle_data(self, data: str) -> None:
        if self._is_in_cell:
            self.rows[-1][-1] += data.strip()


def rows(page: str) -> list[list[str]]:
    return [row for row in Cells(page).rows if row]


def table_in(log: str) -> list[list[str]]:
    found = (TABLE.match(line) for line in log.splitlines())
    return [list(match.groups()) for match in found if match]


def trouble(api: Sandbox) -> None:
    """Let the API fail now and then, change a list while it is read, and send what does not fit."""
    api.churn("contacts", deletes=3, inserts=0, updates=0)
    api.fault("unknown_field", resource="contacts")
    api.fault("wrong_type", resource="deals")

    def busy(request: Request) -> Answer | None:
        is_unlucky = request.resource == "companies" and request.number == 2
        return Answer.error(503, f"not with {API_KEY}") if is_unlucky else None

    api.intercept(busy)


def test_its_figures_and_its_words_are_those_of_the_log(tap: TapRunner, api: Sandbox, tmp_path: Path) -> None:
    trouble(api)
    run = tap(report=str(tmp_path / "run.html"), page_size=20)
    page = (tmp_path / "run.html").read_text()
    assert run.code == 1
    assert rows(page) == table_in(run.stderr)
    assert len(rows(page)) == len(STREAMS)
    told = re.findall(r"Read .* pages?(?:, (\d+) seams? mended)?(?:, (\d+) duplicates? skipped)?", run.stderr)
    mended = [(seams or "0", skipped or "0") for seams, skipped in told]
    assert re.findall(r"seams mended</dt><dd>(\d+).*\n.*duplicates skipped</dt><dd>(\d+)", page) == mended
    assert {seams for seams, _ in mended} > {"0"}
    assert "503 Service Unavailable for <code>/v1/companies</code>" in page
    failure = next(line for line in run.stderr.splitlines() if " deals: record" in line)
    assert re.sub(r".* deals: |`", "", failure) in re.sub("</?code>|&#3.;", "", page)
    assert re.search(r"schema does not have.*\n<p><code>\w+</code></p>", page)
    assert re.search(r"does not fit</h3>\n<p><code>\w+</code></p>", page)


def test_it_says_what_a_sample_took(tap: TapRunner, api: Sandbox, tmp_path: Path) -> None:
    api.intercept(lambda request: Answer.error(503, "busy") if request.number in {1, 2} else None)
    people = {"name": "people", "primary_key": "id", "endpoint": {"path": "/v1/contacts"}}
    run = tap(report=str(tmp_path / "run.html"), resources=[people], backoff_factor=0)
    page = (tmp_path / "run.html").read_text()
    assert run.code == 0
    assert rows(page) == table_in(run.stderr)
    assert run.stderr.count("Trying again") == 2
    assert re.search(r"a sample, for its fields</h3>\n<p>\d+ requests, 2 retries, .* waited for them</p>", page)
    assert re.search(r"<td class=\"number\">2</td>.*503 Service Unavailable", page)
    assert re.search(r"tap-analytics.people.sample +\| Read \d+ rows", run.stderr)


def test_a_stream_without_a_request_of_its_own_has_no_chart(tap: TapRunner, api: Sandbox, tmp_path: Path) -> None:
    api.intercept(lambda request: Answer.error(404, "gone") if request.resource == "contacts" else None)
    run = tap(report=str(tmp_path / "run.html"), resources=[{"name": "people", "endpoint": "/v1/contacts"}])
    page = (tmp_path / "run.html").read_text()
    assert run.code == 1
    assert page.count("No request was sent.") == page.count("seams mended</dt>") + 1  # of all streams, too
    assert "highest bar" not in page


def test_it_says_from_where_to_where_bookmarks_have_moved(tap: TapRunner, tmp_path: Path) -> None:
    first = tap(report=str(tmp_path / "run.html"), streams=["contacts"])
    assert f"<code>none</code> -> <code>{first.bookmark('contacts')}</code>".replace(">", "&gt;") in (
        tmp_path / "run.html"
    ).read_text().replace(">", "&gt;")


def test_windows_that_were_not_read_are_told(tap: TapRunner, api: Sandbox, tmp_path: Path) -> None:
    new = {"initial_value": "2025-01-01", "end_value": "2025-07-01", "step": "P1M", "end_param": "updated_before"}
    contacts = {"name": "contacts", "endpoint": {"incremental": {**new, "start_param": "updated_since"}}}

    def refuse_late(request: Request) -> Answer | None:
        is_late = request.params.get("updated_since", "") >= "2025-03"
        return Answer.error(400, "no") if is_late else None

    api.intercept(refuse_late)
    run = tap(report=str(tmp_path / "run.html"), resources=[contacts], concurrency=1)
    page = (tmp_path / "run.html").read_text()
    assert run.code == 1
    assert "windows done</dt><dd>2</dd>" in page
    assert "<li>2025-03-01T00:00:00Z to 2025-07-01T00:00:00Z</li>" in page


def test_it_is_written_after_a_signal(tap: TapRunner, api: Sandbox, tmp_path: Path) -> None:
    api.intercept(lambda request: replace(api.answer(request), delay=0.1) if request.resource == "contacts" else None)
    options = tap.write(config=tap.settings(report=str(tmp_path / "run.html"), concurrency=1, page_size=10))
    command = [sys.executable, "-m", "tap_analytics", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: len(api.requests_to("contacts")) > 2, seconds=60)
        process.send_signal(signal.SIGTERM)
    page = (tmp_path / "run.html").read_text()
    assert process.returncode == 128 + signal.SIGTERM
    assert "ended by the signal SIGTERM" in page
    assert rows(page)[-1][0] == "contacts"
    assert rows(page)[-1][-1] == "interrupted"


@pytest.mark.parametrize("place", ["", "nowhere/run.html", "config.json/run.html", "run\0.html"])
def test_a_place_where_no_file_can_be_is_refused_before_the_first_request(
    place: str, tap: TapRunner, api: Sandbox, tmp_path: Path
) -> None:
    run = tap(report=f"{tmp_path}/{place}")
    assert (run.code, api.requests) == (1, [])
    assert "`report` is" in run.stderr


def test_a_number_is_no_file(tap: TapRunner, api: Sandbox) -> None:
    run = tap(report=5)
    assert (run.code, api.requests) == (1, [])
    assert "`report` must be text" in run.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert list(faults(str(tmp_path / "run.html"))) == ["`report` needs Jinja2; install `tap-analytics[report]`"]


def test_a_file_that_cannot_be_written_whole_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    write(file, "before")
    with pytest.raises(UnicodeEncodeError):
        write(file, "after \ud800")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("run.html", "before")]


def test_a_run_without_it_keeps_nothing(tap: TapRunner, tmp_path: Path) -> None:
    run = tap(streams=["contacts"])
    assert len(run.records("contacts")) == ROWS["contacts"]
    assert Report().trace() is NO_TRACE
    assert not list(tmp_path.glob("*.html"))


def test_a_target_that_is_gone_is_told_apart_from_a_signal() -> None:
    assert "takes no more" in reason(SystemExit(1))
    assert "SIGINT" in reason(KeyboardInterrupt())
    assert reason(ValueError()) == reason(None) == ""
