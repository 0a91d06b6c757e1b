"""What a subclass sets on a stream, in its `__init__` or later, works as it does in a class, or is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from requests import Session
from singer_sdk.singerlib import Schema
from singer_sdk.typing import IntegerType, PropertiesList, Property

from tap_analytics.client import AnalyticsStream
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Sandbox

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}}}


def setting(*, before: bool = False, **attributes: Any) -> type[AnalyticsStream]:  # noqa: ANN401 - any attribute
    """Return a class of stream whose `__init__` sets attributes."""

    class Mine(Contacts):
        def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as the SDK calls it
            if before:
                vars(self).update(attributes)
            super().__init__(*arguments, **options)
            for name, value in attributes.items():
                setattr(self, name, value)

    return Mine


def tap_of(api: Sandbox | None = None) -> TapAnalytics:
    return TapAnalytics(config={"api_url": api.url if api else "http://127.0.0.1:1", "api_key": API_KEY})


def sync(
    api: Sandbox, make: Callable[[TapAnalytics], AnalyticsStream], capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """Sync a stream, and return the lines of its records."""

    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [make(self)]

    Tap(config={"api_url": api.url, "api_key": API_KEY}).sync_all()
    return [line for line in capsys.readouterr().out.splitlines() if '"RECORD"' in line]


def by_ada(row: dict[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG001 - as the SDK calls it
    return {**row, "first_name": "Ada"}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("attributes", "count"),
    [
        ({"path": "/v1/companies", "replication_key": None}, 120),
        ({"paginator": SinglePagePaginator(), "replication_key": None}, 100),
        ({"schema": SCHEMA, "replication_key": None}, 250),
        ({"name": "people", "schema": SCHEMA, "replication_key": None}, 250),
        ({"parse_response": lambda response: response.json()["data"]}, 250),
        ({"get_url_params": lambda *_: {"sort": "id"}}, 250),
        ({"get_records": lambda _: [{"id": 7}]}, 1),
    ],
)
def test_what_is_set_on_a_stream_works(
    api: Sandbox, capsys: pytest.CaptureFixture[str], attributes: dict[str, Any], count: int, *, before: bool
) -> None:
    assert len(sync(api, setting(before=before, **attributes), capsys)) == count


@pytest.mark.parametrize("before", [True, False])
def test_a_hook_that_is_set_sees_each_record(api: Sandbox, capsys: pytest.CaptureFixture[str], *, before: bool) -> None:
    lines = sync(api, setting(before=before, post_process=by_ada), capsys)
    assert (len(lines), all('"first_name":"Ada"' in line for line in lines)) == (250, True)


def test_a_hook_that_the_tap_sets_on_a_stream_sees_each_record(
    api: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    def make(tap: TapAnalytics) -> AnalyticsStream:
        stream = Contacts(tap)
        stream.post_process = by_ada  # type: ignore[method-assign] # what is tested
        stream.path = "/v1/companies"
        return stream

    assert ['"first_name":"Ada"' in line for line in sync(api, make, capsys)] == [True] * 120


@pytest.mark.parametrize("is_read", [False, True])
def test_a_hook_that_is_set_before_a_sync_sees_each_record(
    api: Sandbox, capsys: pytest.CaptureFixture[str], *, is_read: bool
) -> None:
    tap = tap_of(api)
    stream: Any = tap.streams["contacts"]
    if is_read:
        assert next(iter(stream.request_records(None)))["id"]
        tap.sync_all()
        capsys.readouterr()
    stream.post_process = by_ada
    tap.sync_all()
    lines = [line for line in capsys.readouterr().out.splitlines() if '"contacts"' in line and '"RECORD"' in line]
    assert ['"first_name":"Ada"' in line for line in lines] == [True] * (1 if is_read else 250)


def test_what_is_set_before_a_sync_and_cannot_work_is_refused(api: Sandbox) -> None:
    tap = tap_of(api)
    stream: Any = tap.streams["contacts"]
    stream.allow_redirects = False
    with pytest.raises(TypeError, match="`contacts` overrides `allow_redirects`, which this tap does not call"):
        tap.sync_all()


def test_a_path_that_the_tap_sets_on_a_declared_stream_is_asked(
    api: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            streams = list(super().discover_streams())
            for each in streams:
                each.path = "/v1/companies"
            return streams

    people = {"name": "people", "primary_key": "id", "schema": SCHEMA, "endpoint": {"path": "/v1/contacts"}}
    Tap(config={"api_url": api.url, "api_key": API_KEY, "resources": [people]}).sync_all()
    assert capsys.readouterr().out.count('"RECORD"') == 120


def test_a_failure_that_is_found_by_a_hook_that_is_set_ends_the_list(api: Sandbox) -> None:
    def judge(_: object) -> None:
        message = "closed"
        raise ValueError(message)

    with pytest.raises(Exception, match=r"`Mine.validate_response` failed at line \d+ of `test_settling.py`: Val"):
        list(setting(validate_response=judge)(tap_of(api)).request_records(None))


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        (
            "backoff_max_tries",
            lambda: 7,
            "overrides `backoff_max_tries`, which this tap does not call; use the",
        ),
        ("get_new_paginator", lambda: None, "overrides `get_new_paginator`, which this tap does not call; set the"),
        ("prepare_request", lambda *_: None, "overrides `prepare_request`, which this tap does not call; override"),
        ("user_agent", "mine", "overrides `user_agent`, which this tap does not call; use the setting"),
        ("path", 7, "must be text"),
        ("paginator", object(), "must be a paginator of this tap"),
        ("primary_keys", "id", "must be a list of names"),
        ("records", [], "is a name that this tap needs for itself; take another name"),
        ("post_process", {}, "is no method, but is called"),
        ("schema", PropertiesList(Property("id", IntegerType)), "is no JSON Schema"),
    ],
)
def test_what_cannot_work_is_refused_when_the_stream_is_made(
    name: str, value: object, fault: str, *, before: bool
) -> None:
    with pytest.raises(TypeError, match=f"`Mine[`.].*{fault}"):
        setting(before=before, **{name: value})(tap_of())


@pytest.mark.parametrize("name", ["http_method", "requests_session"])
def test_what_the_sdk_keeps_elsewhere_is_refused_too(name: str) -> None:
    class Mine(Contacts):
        def __init__(self, tap: Any) -> None:  # noqa: ANN401 - as the SDK calls it
            super().__init__(tap)
            if name == "http_method":
                self.http_method = "POST"
            else:
                self.requests_session.headers["X-Account"] = "7"

    with pytest.raises(TypeError, match=f"`Mine` overrides `{name}`, which this tap does not call; "):
        Mine(tap_of())


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("url_base", "is a property; write a property, or an attribute of the class"),
        ("fields", "is a name that this tap needs for itself"),
    ],
)
def test_a_property_that_is_set_is_refused_with_what_to_write(name: str, advice: str) -> None:
    with pytest.raises(TypeError, match=f"`Mine.__init__` sets `{name}`, which {advice}"):
        setting(before=False, **{name: "https://a.test"})(tap_of())


def test_a_mistake_of_its_own_is_raised_as_it_is() -> None:
    class Mine(Contacts):
        def __init__(self, tap: Any) -> None:  # noqa: ANN401 - as the SDK calls it
            super().__init__(tap)
            _ = self.nothing  # type: ignore[attr-defined] # what is tested

    with pytest.raises(AttributeError, match="nothing"):
        Mine(tap_of())


def test_a_stream_whose_base_is_not_begun_is_refused() -> None:
    class Mine(Contacts):
        def __init__(self, tap: object) -> None:
            """Forget the base."""

    with pytest.raises(TypeError, match=r"`Mine.__init__` does not call `super\(\).__init__\(tap\)`; call it there"):
        Mine(tap_of())


def test_a_name_that_no_schema_has_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`Mine\.schema` has none for the name `people`; set the attribute `schema`"):
        type("Mine", (Contacts,), {"name": "people"})(tap_of())


def test_arguments_of_the_sdk_are_those_of_a_class(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    schema = Schema.from_dict({**SCHEMA, "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}})
    one = AnalyticsStream(tap_of(api), "firms", schema, "/v1/companies")
    assert (one.name, one.resource.name, one.resource.path) == ("firms", "firms", "/v1/companies")
    lines = sync(api, lambda tap: AnalyticsStream(tap=tap, name="firms", schema=schema, path="/v1/companies"), capsys)
    assert (len(lines), '"stream":"firms"' in lines[0]) == (120, True)


def test_the_method_of_requests_is_refused_as_an_argument_too() -> None:
    with pytest.raises(TypeError, match="`Contacts` overrides `http_method`, which this tap does not call"):
        Contacts(tap_of(), http_method="POST")


def test_an_init_of_a_mixin_is_looked_at_like_one_of_the_class(api: Sandbox) -> None:
    class Mixin:
        def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - as the SDK calls it
            super().__init__(*arguments)
            self.path = "/v1/companies"

    mine: Any = type("Mine", (Mixin, Contacts), {})
    assert len(list(mine(tap_of(api)).request_records(None))) == 120


def test_what_a_subclass_reads_or_sets_for_itself_is_no_hook() -> None:
    class Mine(Contacts):
        def __init__(self, tap: Any) -> None:  # noqa: ANN401 - as the SDK calls it
            super().__init__(tap)
            self.agent = self.user_agent
            self.begun = self.state_manager
            self.own_session = Session()
            self.first = self.resource

    usual = Contacts(tap_of())
    mine = Mine(tap_of())
    assert mine.foresight == usual.foresight
    assert mine.resource == usual.resource
