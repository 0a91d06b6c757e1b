"""Lists that are read with dlt's `RESTClient` are resources."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import content, read, sentences


def test_the_lists_of_a_rest_client_are_resources() -> None:
    made = content("""
        client = RESTClient("https://api.example.com", auth=BearerTokenAuth(dlt.secrets["t"]), data_selector="items")

        @dlt.resource(primary_key="id", write_disposition="merge")
        def calls(updated_at=dlt.sources.incremental("updated_at", initial_value="2024-01-01")):
            for page in client.paginate("calls", params={"since": updated_at.last_value, "size": 10}):
                yield page

        @dlt.transformer(data_from=calls, name="notes")
        def notes_of(rows):
            for row in rows:
                yield from client.paginate(f"calls/{row['id']}/notes", paginator="single_page")
    """)
    assert made == {
        "client": {"base_url": "https://api.example.com", "auth": {"type": "bearer", "token": "$T"}},
        "resources": [
            {
                "name": "calls",
                "primary_key": "id",
                "write_disposition": "merge",
                "endpoint": {
                    "path": "calls",
                    "data_selector": "items",
                    "params": {"size": 10},
                    "incremental": {
                        "cursor_path": "updated_at",
                        "initial_value": "2024-01-01",
                        "start_param": "since",
                    },
                },
            },
            {
                "name": "notes",
                "endpoint": {
                    "path": "calls/{resources.calls.id}/notes",
                    "data_selector": "items",
                    "paginator": "single_page",
                },
            },
        ],
    }


def test_resources_within_a_source_are_read_and_what_they_do_with_pages_is_told() -> None:
    made = read("""
        @dlt.source
        def crm():
            client = RESTClient(base_url="https://api.example.com")
            @dlt.resource
            def calls():
                for page in client.paginate("calls"):
                    for row in page:
                        yield {"id": row["id"]}
            return calls
    """)
    assert made.content["resources"] == [{"name": "calls", "endpoint": {"path": "calls"}}]
    assert sentences(made, losing=True) == ["what `calls` does with its pages is Python; it is left out"]


def test_lists_that_a_function_of_dlt_reads_are_resources_of_their_server() -> None:
    made = content("""
        from dlt.sources.helpers.rest_client import paginate

        @dlt.resource
        def calls(address):
            for page in paginate(address, auth=BearerTokenAuth(dlt.secrets["t"]), params={"open": 1}):
                yield page

        @dlt.resource
        def notes():
            yield from paginate("https://api.example.com/v1/notes", auth=BearerTokenAuth(dlt.secrets["t"]))

        @dlt.source
        def crm():
            return calls("https://api.example.com/v1/calls"), notes()
    """)
    assert made == {
        "client": {"base_url": "https://api.example.com", "auth": {"type": "bearer", "token": "$T"}},
        "resources": [
            {"name": "calls", "endpoint": {"path": "/v1/calls", "params": {"open": 1}}},
            {"name": "notes", "endpoint": {"path": "/v1/notes"}},
        ],
    }


def test_several_addresses_of_one_line_are_told() -> None:
    made = read("""
        from dlt.sources.helpers.rest_client import paginate

        @dlt.resource
        def calls():
            for host in ("a", "b"):
                yield from paginate(f"https://{host}.example.com/calls")
    """)
    assert [each["endpoint"] for each in made.content["resources"]] == [{"path": "/calls"}]
    assert "this line reads lists at several addresses" in sentences(made, losing=True)[0]


def test_steps_that_are_added_to_a_resource_with_a_client_are_its_own() -> None:
    made = content("""
        client = RESTClient("https://api.example.com")

        @dlt.resource
        def calls(kind):
            yield from client.paginate("calls", params={"kind": kind})

        def stamp(kind):
            return lambda row: {**row, "kind": kind}

        calls("in").add_map(stamp("in")).add_limit(5).add_filter(lambda row: row["id"])
    """)
    assert made["resources"] == [
        {
            "name": "calls",
            "processing_steps": [{"map": "steps.py:calls_map"}, {"filter": "steps.py:calls_filter"}],
            "endpoint": {"path": "calls", "params": {"kind": "in"}},
        }
    ]


def test_resources_that_a_loop_defines_are_each_read_with_what_their_decorators_say() -> None:
    made = read("""
        from dlt.sources.helpers.rest_client import RESTClient

        client = RESTClient(base_url="u")

        def read(path):
            for page in client.paginate(path):
                yield page

        def make(path):
            @dlt.resource(name=f"all_{path}", primary_key="id")
            def rows():
                yield from read(path)
            return rows

        @dlt.source
        def shop():
            for path in ["orders", "stores"]:
                yield make(path)
    """)
    assert made.content["resources"] == [
        {"name": "all_orders", "primary_key": "id", "endpoint": {"path": "orders"}},
        {"name": "all_stores", "primary_key": "id", "endpoint": {"path": "stores"}},
    ]
    assert not sentences(made)


def test_what_a_function_on_the_way_does_with_pages_is_told() -> None:
    made = read("""
        from dlt.sources.helpers.rest_client import RESTClient

        def read(path):
            for page in RESTClient(base_url="u").paginate(path):
                yield [row for row in page if row]

        @dlt.resource
        def rows():
            yield from read("rows")
    """)
    assert sentences(made, losing=True) == ["what `rows` does with its pages is Python; it is left out"]


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("page = [row for row in page if row]", True),
        ("page[0]['a'] = 1", True),
        ("for row in page: row['a'] = 1", True),
        ("for row in page: row.pop('a')", True),
        ("clean(page)", True),
        ("print(len(page))", False),
        ("seen = len(page)", False),
    ],
)
def test_a_page_that_is_changed_before_it_is_handed_on_is_told(code: str, *, is_told: bool) -> None:
    made = read(f"""
        @dlt.resource
        def rows():
            for page in RESTClient(base_url="u").paginate("rows"):
                {code}
                yield page
    """)
    told = ["what `rows` does with its pages is Python; it is left out"]
    assert [each for each in sentences(made, losing=True) if "pages" in each] == told * is_told


def test_a_resource_that_reads_several_lists_becomes_several() -> None:
    made = read("""
        client = RESTClient(base_url="u")
        @dlt.resource
        def deals():
            for state in ("open", "won"):
                yield from client.paginate("deals", params={"state": state})
    """)
    assert [(each["name"], each["endpoint"]["params"]) for each in made.content["resources"]] == [
        ("deals", {"state": "open"}),
        ("deals_2", {"state": "won"}),
    ]
    assert sentences(made) == ["`deals` reads several lists, each of which becomes a stream: `deals_2` is one more"]


def test_a_function_that_a_call_makes_a_resource_reads_its_list() -> None:
    made = content("""
        @dlt.source
        def crm():
            client = RESTClient(base_url="u")
            def read(path, size=10):
                yield from client.paginate(path, params={"size": size})
            for name, key in {"deals": "id", "calls": ["id", "at"]}.items():
                yield dlt.resource(read, name=name, primary_key=key)(f"v1/{name}")
    """)
    assert [(each["name"], each["primary_key"], each["endpoint"]) for each in made["resources"]] == [
        ("deals", "id", {"path": "v1/deals", "params": {"size": 10}}),
        ("calls", ["id", "at"], {"path": "v1/calls", "params": {"size": 10}}),
    ]
