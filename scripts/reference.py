"""The parts of the documentation that are made from the code; `python -m scripts.reference` writes them anew.

Each part stands between `<!-- begin NAME -->` and `<!-- end NAME -->` on its page.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import scale
from scripts.address import address, badges
from tap_analytics.cli.preview import kind
from tap_analytics.pagination.linked.linked import LinkedPaginator
from tap_analytics.pagination.linked.links import LinkPaginator
from tap_analytics.pagination.paginators import PAGINATORS, REFUSED_PAGINATORS
from tap_analytics.resources import columns
from tap_analytics.resources.declaration import vocabulary
from tap_analytics.stream.hooks.hooks import REFUSED
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from dataclasses import Field

    from singer_sdk import Stream

    from tap_analytics.pagination.paginator import Paginator

README = Path(__file__).parents[1] / "README.md"
DOCS = README.with_name("docs")
RESULTS = README.with_name("benchmarks") / "results.md"
Schema = dict[str, Any]


@cache
def about() -> Schema:
    """Return what `tap-analytics --about --format json` says."""
    command = [sys.executable, "-m", "tap_analytics", "--about", "--format", "json"]
    told: Schema = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


@cache
def streams() -> Mapping[str, Stream]:
    """Return the streams of a tap, by name, in the order of `STREAM_TYPES`."""
    tap = TapAnalytics(config={"api_url": "https://api.example.com", "api_key_location": "none"})
    return {stream.name: stream for stream in tap.discover_streams()}


def render(page: Path) -> str:
    """Return the text of a page with its generated parts as the code has them now."""
    text = page.read_text()
    for name, part in PARTS[page].items():
        between = re.compile(f"(?<=<!-- begin {name} -->\n).*?(?=<!-- end {name} -->)", re.DOTALL)
        text, found = between.subn(lambda _, part=part: f"\n{part()}\n\n", text)  # type: ignore[misc]
        if found != 1:
            message = f"{page.name} must have the part `{name}` once"
            raise ValueError(message)
    return text


def settings_table() -> str:
    """Return the table of all settings."""
    settings = about()["settings"]
    rows = [
        (f"`{name}`", default(name, setting, settings["required"]), meaning(setting))
        for name, setting in settings["properties"].items()
    ]
    return table(("Setting", "Default", "Meaning"), rows)


def default(name: str, setting: Schema, required: list[str]) -> str:
    """Return the default of a setting."""
    if "default" not in setting:
        return "required" if name in required else ""
    value = setting["default"]
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def meaning(setting: Schema) -> str:
    """Return what a setting means, and the values that it may have."""
    told = f"{setting['description'].rstrip('.')}."
    values = [f"`{value}`" for value in setting.get("enum", [])]
    one_of = "" if all(value in told for value in values) else f" One of {', '.join(values)}."
    return ("**Secret.** " if setting.get("secret") else "") + told + one_of


def streams_table() -> str:
    """Return the table of the ready streams."""
    rows = [
        (
            f"`{name}`",
            ", ".join(f"`{key}`" for key in stream.primary_keys or ()),
            f"incremental on `{stream.replication_key}`" if stream.replication_key else "full table",
            stream.schema["description"],
        )
        for name, stream in streams().items()
    ]
    return table(("Stream", "Key", "Replication", "Rows"), rows)


def fields_tables() -> str:
    """Return a table of fields for each ready stream."""
    return "\n\n".join(
        f"<details>\n<summary>Fields of <code>{name}</code></summary>\n\n"
        f"{table(('Field', 'Type', 'Meaning'), fields(stream.schema))}\n\n</details>"
        for name, stream in streams().items()
    )


def fields(schema: Schema, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Return name, type and meaning of each field, at any depth: `address.city`, `emails[].value`."""
    for name, field in schema.get("properties", {}).items():
        yield f"`{prefix}{name}`", kind(field), field["description"]
        yield from fields(field, f"{prefix}{name}.")
        yield from fields(field.get("items", {}), f"{prefix}{name}[].")


def refused_table() -> str:
    """Return the table of the words of dlt that are refused, with the reason that the tap gives."""
    rows = [(f"`{place}`", f"{reason[0].upper()}{reason[1:]}.") for place, reason in refusals()]
    return table(("Key", "What to do"), rows)


def refusals() -> Iterator[tuple[str, str]]:
    """Yield each key that dlt knows and the tap does not take, by its place in a resource, and the reason."""
    schemas = {
        "": vocabulary.RESOURCE,
        "endpoint.": vocabulary.ENDPOINT,
        "endpoint.incremental.": vocabulary.INCREMENTAL,
    }
    schemas |= {f"endpoint.paginator ({name}).": schema for name, schema in vocabulary.PAGINATORS.items()}
    schemas |= {"columns.<name>.": columns.HINTS}
    for place, schema in schemas.items():
        if "not" in schema:
            yield place.removesuffix("."), schema["description"]
        for key, hint in schema.get("properties", {}).items():
            if "not" in hint:
                yield f"{place}{key}", hint["description"]


def kinds_of_paginators() -> str:
    """Return the table of the paginators, and how those that count rows or pages are declared."""
    rows = [(f"`{each.type}`", each.next_page, each.changing_list) for each in PAGINATORS]
    titles = ("Type", "The next page", "How a changing list is read")
    counting = [each for each in PAGINATORS if each.options() and not issubclass(each, LinkedPaginator)]
    return "\n\n".join([table(titles, rows), *map(section, counting)])


def paginators_by_cursor() -> str:
    """Return how the paginators are declared that take a cursor from a response."""
    followed = [each for each in PAGINATORS if issubclass(each, LinkedPaginator)]
    return "\n\n".join(section(each) for each in followed if not issubclass(each, LinkPaginator))


def paginators_by_link() -> str:
    """Return how the paginators are declared that follow a link of a response."""
    return "\n\n".join(section(each) for each in PAGINATORS if issubclass(each, LinkPaginator))


def section(paginator: type[Paginator[Any]]) -> str:
    """Return the table of the options of a paginator, and its examples."""
    blocks = [f"```json\n{json.dumps(example)}\n```" for example in (paginator.example, *paginator.more_examples)]
    titles = ("Option", "Default", "What it says")
    return "\n\n".join([f"### `{paginator.type}`", table(titles, options(paginator)), *blocks])


def options(paginator: type[Paginator[Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield name, default and meaning of each option of a paginator."""
    for field in paginator.options():
        value, setting = field.default, field.metadata["setting"]
        default = "none" if value is None else f"`{value if isinstance(value, str) else json.dumps(value)}`"
        if setting:
            default = f"the setting `{setting}`, `{about()['settings']['properties'][setting]['default']}`"
        yield f"`{field.name}`", default, field.metadata["description"]


def paginators_of_dlt() -> str:
    """Return the table of the paginators for users of dlt: those that are taken, and what is refused."""
    rows = [(": ".join(filter(None, (f"`{each.type}`", words(each.options())))), each.dlt_says) for each in PAGINATORS]
    rows += [(f"`{name}`", f"Refused: {reason}.") for name, reason in REFUSED_PAGINATORS.items()]
    rows += [
        (f"`{name}` of `{each.type}`", f"Refused: {reason}.")
        for each in PAGINATORS
        for name, reason in each.refused_options.items()
    ]
    return table(("Type", "Here"), rows)


def words(options: Iterable[Field[Any]]) -> str:
    """Return the names of options in backticks, separated by commas."""
    return ", ".join(f"`{option.name}`" for option in options)


def refused_hooks() -> str:
    """Return a table of the hooks of the SDK that are refused, with what to do instead."""
    hooks: dict[str, list[str]] = {}
    for hook, advice in REFUSED.items():
        if not hook.startswith("_"):
            hooks.setdefault(advice, []).append(f"`{hook}`")
    return table(("Hook", "Instead"), ((", ".join(names), advice) for advice, names in hooks.items()))


def figures_table() -> str:
    """Return the rows per second of each contestant, as the benchmarks have found them, one column for each task."""
    sections = re.findall(r"^## ([^\n]* a page, [^\n]*)\n(.*?)(?=^## )", RESULTS.read_text(), re.MULTILINE | re.DOTALL)
    tasks = {title: dict(re.findall(r"^\| (.+?) \| ([\d,]+) \|", text, re.MULTILINE)) for title, text in sections}
    contestants = dict.fromkeys(name for rates in tasks.values() for name in rates)
    rows = [(name, *(rates.get(name, "") for rates in tasks.values())) for name in contestants]
    return table(("Rows per second", *tasks), rows)


def rooms() -> str:
    """Return a table of the rooms of the house, each with its first sentence and a link to its modules."""
    rows = [(f"[`{room}/`]({_link(room)})", sentence(path)) for room, path in _rooms().items()]
    return table(("Room", "What is in it"), rows)


def modules() -> str:
    """Return a table of the modules of each room, each with its first sentence."""
    sections = []
    for room, path in _rooms().items():
        files = [each for each in sorted(path.parent.glob("*.py")) if not each.name.startswith("__init__")]
        rows = [(f"`{each.name}`", sentence(each)) for each in files]
        sections.append(f"## `{room}/`\n\n{sentence(path)}\n\n{table(('Module', 'What it is'), rows)}" if rows else "")
    return "\n\n".join(filter(None, sections))


def sentence(path: Path) -> str:
    """Return the first line of the docstring of a module."""
    return (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n")[0]


def _rooms() -> Mapping[str, Path]:
    """Return the packages by their paths, each with its `__init__.py`."""
    package = README.with_name("tap_analytics")
    return {path.parent.relative_to(package.parent).as_posix(): path for path in sorted(package.rglob("__init__.py"))}


def _link(room: str) -> str:
    """Return a link to the modules of a room; to the room itself where it has none."""
    has_modules = len(list((README.parent / room).glob("*.py"))) > 1
    return f"modules.md#{room.replace('/', '')}" if has_modules else f"../{room}"


def table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [titles, tuple("---" for _ in titles), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


PARTS: Mapping[Path, Mapping[str, Callable[[], str]]] = {
    README: {"badges": lambda: badges(address())},
    DOCS / "settings.md": {"settings": settings_table},
    DOCS / "streams.md": {"streams": streams_table, "fields": fields_tables},
    DOCS / "refused.md": {"refused": refused_table},
    DOCS / "paginators.md": {"paginators": kinds_of_paginators},
    DOCS / "cursors.md": {"paginators": paginators_by_cursor},
    DOCS / "links.md": {"paginators": paginators_by_link},
    DOCS / "from-dlt.md": {"paginators": paginators_of_dlt},
    DOCS / "performance.md": {"figures": figures_table},
    DOCS / "scale.md": {"needs": scale.needs, "ways": lambda: scale.table(scale.Api())},
    DOCS / "own-classes.md": {"hooks": refused_hooks},
    DOCS / "house.md": {"rooms": rooms},
    DOCS / "modules.md": {"modules": modules},
}

if __name__ == "__main__":
    for each in PARTS:
        each.write_text(render(each))
