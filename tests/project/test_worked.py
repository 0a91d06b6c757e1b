"""Each example on the pages of resources reads what its API answers: an option that is shown does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from tests.conftest import TapRunner
from tests.foreign import TOKEN, Foreign
from tests.project.test_docs import DECLARING, declarations
from tests.project.worked import JOBS, WORKED, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conftest import Run
    from tests.foreign import Call, Reply
    from tests.project.worked import Worked

# What an example is asked for with, so that its API is found where several have one path.
HEADER = "X-Example"


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each example as an entry of `resources`, by its page and its path."""
    seen: dict[str, int] = {}
    entries = [(page.path.stem, config["resources"][1]) for page in DECLARING for config in declarations(page)]
    for number, (page, entry) in enumerate(entries, 1):
        endpoint = entry.get("endpoint", {})
        endpoint = {"path": endpoint} if isinstance(endpoint, str) else {"path": f"/{entry['name']}", **endpoint}
        key = f"{page} {endpoint['path']}"
        seen[key] = seen.get(key, 0) + 1
        name = f"example_{number}"
        headers = {**endpoint.get("headers", {}), HEADER: name}
        key += f" ({seen[key]})" if seen[key] > 1 else ""
        if key in WORKED and WORKED[key].until:
            endpoint["incremental"] = {**endpoint["incremental"], "end_value": WORKED[key].until}
        yield key, {**entry, "name": name, "endpoint": {**endpoint, "headers": headers}}


EXAMPLES = dict(examples())
BY_NAME: Mapping[str, Worked | None] = {entry["name"]: WORKED.get(key) for key, entry in EXAMPLES.items()}


class Examples(Foreign):
    """The APIs of all examples, and `companies`, the parent of some."""

    @override
    def answer(self, call: Call) -> Reply:
        worked = BY_NAME.get(call.headers.get(HEADER.lower()) or call.params.get("example", ""))
        return (JOBS.get(call.path) or (worked.answer if worked else listed()))(call)


@pytest.fixture(scope="module")
def synced(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All examples in one sync."""
    sandbox, ready = map(request.getfixturevalue, ("sandbox", "ready"))
    with Examples() as api:
        tap = TapRunner(sandbox, tmp_path_factory.mktemp("worked"), ready)
        yield tap(
            api_url=api.url,
            api_key=TOKEN,
            api_key_name="key",
            resources=["companies", *EXAMPLES.values()],
            max_retries=1,
        )


def test_every_example_has_an_api() -> None:
    assert sorted(EXAMPLES) == sorted(WORKED)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_reads_all_rows(synced: Run, name: str) -> None:
    stream = EXAMPLES[name]["name"]
    failures = [line for line in synced.stderr.splitlines() if f"| {stream}: " in line and "ERROR" in line]
    assert (len(synced.records(stream)), failures) == (WORKED[name].rows, [])
