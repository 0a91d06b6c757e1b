"""Lists that are read with dlt's `RESTClient` are resources."""

from __future__ import annotations

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
