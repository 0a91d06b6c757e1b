"""Each example on the pages of resources reads what its API answers: an option that is shown does what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from tap_analytics.pagination.paginators import PAGINATORS
from tap_analytics.resources import columns
from tap_analytics.resources.declaration import vocabulary
from tap_analytics.resources.declaration.job_words import CREATE, STATUS
from tests.conftest import TapRunner
from tests.foreign import TOKEN, Foreign
from tests.project.test_docs import DECLARING, PAGES, declarations, parse
from tests.project.worked import JOBS, WORKED, answer_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conftest import Run
    from tests.foreign import Call, Reply
    from tests.project.worked import Worked


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
        # So its API is found where several have one path.
        params = {**endpoint.get("params", {}), "example": name}
        key += f" ({seen[key]})" if seen[key] > 1 else ""
        if key in WORKED and WORKED[key].until:
            endpoint["incremental"] = {**endpoint["incremental"], "end_value": WORKED[key].until}
        yield key, {**entry, "name": name, "endpoint": {**endpoint, "params": params}}


EXAMPLES = dict(examples())
BY_NAME: Mapping[str, Worked | None] = {entry["name"]: WORKED.get(key) for key, entry in EXAMPLES.items()}


class Examples(Foreign):
    """The APIs of all examples, and `companies`, the parent of some."""

    @override
    def answer(self, call: Call) -> Reply:
        worked = BY_NAME.get(call.params.get("example", ""))
        return (JOBS.get(call.path) or (worked.answer if worked else answer_list()))(call)


@pytest.fixture(scope="module")
def example_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
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


def words(declared: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Give the keys in a declaration, at any depth; an option of a paginator with its type."""
    for key, value in declared.items() if isinstance(declared, dict) else ():
        yield key
        if key == "paginator" and isinstance(value, dict):
            yield from (f"{value.get('type')}.{option}" for option in value)
        yield from words(value)
    for each in declared if isinstance(declared, list) else ():
        yield from words(each)


def without_effect() -> set[str]:
    """Return the words of which the tables say that they change nothing, or that there is only one value."""
    rows = [row for page in DECLARING for row in page.prose.splitlines() if re.search("Taken[,:]|only one", row)]
    return {word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])} | {"transform"}


def options() -> Iterator[str]:
    """Give every word of a resource that has an effect; an option of a paginator with its type."""
    for schema in (vocabulary.RESOURCE, vocabulary.ENDPOINT, vocabulary.INCREMENTAL, columns.HINTS, CREATE, STATUS):
        yield from (name for name, word in schema["properties"].items() if "not" not in word)
    for paginator in PAGINATORS:
        for option in paginator.options():
            if not option.metadata["description"].startswith("Taken"):
                yield f"{paginator.type}.{option.name}"


def test_every_option_is_in_an_example() -> None:
    shown = {
        word
        for page in PAGES
        for block in page.blocks
        if block.language in {"json", "yaml"}
        for word in words(parse(block))
    }
    common = {f"{each.type}.total_path" for each in PAGINATORS}  # in the examples of some
    assert sorted(set(options()) - shown - without_effect() - common) == []


def test_every_example_has_an_api() -> None:
    assert sorted(EXAMPLES) == sorted(WORKED)


def test_every_example_succeeds(example_run: Run) -> None:
    assert example_run.code == 0, example_run.stderr[-2000:]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_reads_all_rows(example_run: Run, name: str) -> None:
    stream = EXAMPLES[name]["name"]
    told = [line for line in example_run.stderr.splitlines() if re.search(rf"(ERROR|WARNING).*\b{stream}\b", line)]
    records = example_run.records(stream)
    assert len(records) == WORKED[name].rows, told
    assert not records or WORKED[name].first.items() <= records[0].items()
