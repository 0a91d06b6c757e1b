"""Singer targets, each in an environment of its own: how they are installed, and which values they change.

`CASES` are values that are awkward for one target or another. `Target.departures` says which of them a target does not
keep as they are; the tests hold the targets to that, and `outcomes` makes the table of docs/targets.md of it.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import yaml
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads
from typing_extensions import override

from scripts.reference import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.postgres import Postgres

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".targets"
DOCS = ROOT / "docs" / "targets.md"
LOADERS = yaml.safe_load((ROOT / "meltano.yml").read_text())["plugins"]["loaders"]

Row = dict[str, Any]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Environment:
    """A virtual environment with some distributions, kept from run to run."""

    name: str
    requirements: tuple[str, ...]

    def program(self, name: str) -> str:
        """Return the path of a program in it, which is installed first if it is not there."""
        folder = ENVIRONMENTS / self.name
        wanted = "\n".join([sys.version, *self.requirements])
        # Written last, so that an interrupted installation does not count.
        stamp = folder / ".installed"
        ENVIRONMENTS.mkdir(exist_ok=True)
        # Tests run side by side, and one installation is enough.
        with (ENVIRONMENTS / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (stamp.exists() and stamp.read_text() == wanted):
                shutil.rmtree(folder, ignore_errors=True)
                python = str(folder / "bin" / "python")
                _uv("venv", "--python", sys.executable, str(folder))
                _uv("pip", "install", "--python", python, *self.requirements)
                stamp.write_text(wanted)
        return str(folder / "bin" / name)


def _uv(*arguments: str) -> None:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv") or "uv"
    subprocess.run([uv, "--quiet", *arguments], check=True, timeout=300)


@dataclass(frozen=True)
class Case:
    """A value in a column of a kind; the column has the kind's name."""

    kind: str
    value: Any = None

    def row(self, key: str) -> Row:
        """Return the record that has it."""
        return {"id": key, self.kind: self.value}


# A day and a moment are text of JSON Schema's formats `date` and `date-time`.
KINDS: dict[str, Schema] = {
    "key": {"type": ["string", "integer", "null"]},
    "text": {"type": ["string", "null"]},
    "whole": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "truth": {"type": ["boolean", "null"]},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "day": {"type": ["string", "null"], "format": "date"},
    "list": {"type": ["array", "null"]},
    "object": {"type": ["object", "null"]},
}
AWKWARD = "awkward"
AWKWARD_SCHEMA: Schema = {"type": "object", "properties": {"id": {"type": ["string"]}, **KINDS}}
AWKWARD_RESOURCE = {
    "name": AWKWARD,
    "primary_key": "id",
    "schema": AWKWARD_SCHEMA,
    "endpoint": {"path": f"/v1/{AWKWARD}"},
}

# By the words of docs/targets.md, which are the keys of the records too.
CASES: dict[str, Case] = {
    "null": Case("text"),
    "empty text": Case("text", ""),
    "text with characters beyond 16 bits, combining marks, other directions": Case("text", "Zoe\u0308 日本 🦊 \u202eא"),
    "text with newlines, tabs, quotes, commas, backslashes": Case(
        "text", "one\ntwo\r\nthree\tfour \"double\" 'single' a,b; back\\slash \\N \\n"
    ),
    "text with spaces around it": Case("text", "  x  "),
    "text such as `NULL`": Case("text", "NULL"),
    "text such as `007`": Case("text", "007"),
    "text of 100,000 characters": Case("text", "0123456789" * 10_000),
    "text with a NUL character": Case("text", "a\x00b"),
    "`7` where text is allowed too, as in ids": Case("key", 7),
    "`0`": Case("whole", 0),
    "whole number 2^53 + 1": Case("whole", 2**53 + 1),
    "whole number 2^63 - 1": Case("whole", 2**63 - 1),
    "whole number 2^63": Case("whole", 2**63),
    "whole number 10^25": Case("whole", 10**25),
    "whole number 10^40": Case("whole", 10**40),
    "`0.1`": Case("number", Decimal("0.1")),
    "number of 30 digits": Case("number", Decimal("123456789012345.678901234567891")),
    "number 10^25 + 1": Case("number", 10**25 + 1),
    "`1E+300`": Case("number", Decimal("1E+300")),
    "`1E-30`": Case("number", Decimal("1E-30")),
    "`false`": Case("truth", value=False),
    "`true`": Case("truth", value=True),
    "date-time in UTC": Case("moment", "2025-03-04T05:06:07Z"),
    "date-time with an offset": Case("moment", "2025-03-04T05:06:07+05:30"),
    "date-time with an offset that changes the day, and a fraction": Case("moment", "2024-02-29T23:59:59.5-08:00"),
    "date-time with microseconds": Case("moment", "2025-03-04T05:06:07.123456Z"),
    "date-time with nanoseconds": Case("moment", "2025-03-04T05:06:07.123456789Z"),
    "date-time of the year 1": Case("moment", "0001-01-01T00:00:00Z"),
    "date-time of the year 9999": Case("moment", "9999-12-31T23:59:59Z"),
    "date-time that is none: `yesterday`": Case("moment", "yesterday"),
    "date": Case("day", "2024-02-29"),
    "date of the year 1": Case("day", "0001-01-01"),
    "date that is none: `2025-02-30`": Case("day", "2025-02-30"),
    "empty list": Case("list", []),
    "list of all kinds": Case("list", [1, None, "", "a,b\"'\\\n🦊", False, [], {"a": "b"}]),
    "empty object": Case("object", {}),
    "object in objects": Case("object", {"deep": [{"list": [1, None, {"🦊": ""}]}], "no": None, "off": False}),
    "whole number 10^25 in an object": Case("object", {"whole": 10**25}),
    "number of 20 digits in an object": Case("object", {"price": Decimal("0.12345678901234567891")}),
}

REFUSED = object()


@dataclass(frozen=True)
class Literal:
    """A value that landed as text, in the words of Python."""

    value: Any

    @classmethod
    def read(cls, text: str) -> Literal:
        """Return what such text says."""
        return cls(eval(text, {"__builtins__": {}, "Decimal": Decimal}))  # noqa: S307 - the target wrote it


@dataclass(frozen=True)
class Departure:
    """What a target makes of a value that it does not keep.

    Args:
        says: The same in words, for docs/targets.md.
        lands: The value as it is read back, or `REFUSED`: the whole load fails.
        because: What the log says of a refusal.
    """

    says: str
    lands: Any = REFUSED
    because: str = ""


@dataclass(frozen=True)
class Place:
    """Where a target writes: files in a folder, or tables on a server."""

    folder: Path
    postgres: Postgres | None = None


@dataclass(frozen=True)
class Target:
    """A Singer target; `rows` reads back what it wrote, a dictionary for each row, dates and times as text."""

    name: str
    requirement: str
    more_requirements: tuple[str, ...] = ()
    departures: Mapping[str, Departure] = field(default_factory=dict)
    merges: bool = False
    folder: str = ""

    @property
    def environment(self) -> Environment:
        """The folder in which it is installed."""
        return Environment(self.folder or self.name, (self.requirement, *self.more_requirements))

    def program(self) -> str:
        """Return the path of the target, installed."""
        return self.environment.program(self.name)

    def settings(self, place: Place) -> dict[str, Any]:
        """Return its settings: those of meltano.yml, writing to this place."""
        raise NotImplementedError

    def rows(self, place: Place, stream: str, schema: Schema) -> list[Row]:
        """Return the rows of a stream."""
        raise NotImplementedError

    def usual(self, kind: str, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what an everyday value is when it is read back."""
        return str(value) if kind == "key" and value is not None else value

    def says(self, case: str) -> str:
        """Return in words what becomes of a case."""
        return self.departures[case].says if case in self.departures else "kept"

    def refusals(self) -> list[str]:
        """Return the cases that let a whole load fail."""
        return [case for case, departure in self.departures.items() if departure.lands is REFUSED]


class PostgresTarget(Target):
    """Tables of a schema in PostgreSQL; installed with this project."""

    SCHEMA = "targets"

    @override
    def program(self) -> str:
        return str(Path(sys.executable).with_name(self.name))

    @override
    def settings(self, place: Place) -> dict[str, Any]:
        assert place.postgres
        where = {"sqlalchemy_url": place.postgres.sqlalchemy_url, "default_target_schema": self.SCHEMA}
        # Exact, whatever the tap sends: with COPY the tap has to refuse numbers of too many digits.
        return of_meltano(self.name) | {"use_copy": False} | where

    @override
    def rows(self, place: Place, stream: str, schema: Schema) -> list[Row]:
        assert place.postgres
        with psycopg.connect(place.postgres.url, row_factory=dict_row) as connection:
            set_json_loads(partial(json.loads, parse_float=Decimal), connection)
            select = sql.SQL("SELECT * FROM {}").format(sql.Identifier(self.SCHEMA, stream))
            rows = connection.execute(select).fetchall()
        return [{name: self._plain(row[name]) for name in row if name in schema["properties"]} for row in rows]

    def clear(self, place: Place) -> None:
        """Remove what was loaded."""
        assert place.postgres
        with psycopg.connect(place.postgres.url) as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(self.SCHEMA)))

    @staticmethod
    def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of PostgreSQL
        if isinstance(value, datetime):
            assert value.tzinfo is None
            return f"{value.isoformat()}Z"
        return value.isoformat() if isinstance(value, date) else value


class JsonLinesTarget(Target):
    """A file of JSON lines for each stream."""

    @override
    def settings(self, place: Place) -> dict[str, Any]:
        return of_meltano(self.name) | {"destination_path": str(place.folder)}

    @override
    def rows(self, place: Place, stream: str, schema: Schema) -> list[Row]:
        lines = (place.folder / f"{stream}.jsonl").read_text().splitlines()
        return [json.loads(line, parse_float=Decimal) for line in lines]

    @override
    def usual(self, kind: str, value: Any) -> Any:
        return value


class CsvTarget(Target):
    """CSV files for each stream, one a run; all in them is text, which columns of numbers read as numbers."""

    @override
    def settings(self, place: Place) -> dict[str, Any]:
        return of_meltano(self.name) | {"output_path": str(place.folder)}

    @override
    def rows(self, place: Place, stream: str, schema: Schema) -> list[Row]:
        kinds = {name: kind_of(column) for name, column in schema["properties"].items()}
        files = sorted(place.folder.glob(f"{stream}-*.csv"))
        texts = [file.read_bytes().decode() for file in files]
        rows = chain.from_iterable(csv.DictReader(io.StringIO(text, newline="")) for text in texts)
        return [{name: self._read(kinds[name], cell) for name, cell in row.items()} for row in rows]

    @staticmethod
    def _read(kind: str, cell: str) -> Any:  # noqa: ANN401 - a value
        if cell and kind in {"list", "object"}:
            return Literal.read(cell)
        return Decimal(cell) if cell and kind in {"whole", "number"} else cell

    @override
    def usual(self, kind: str, value: Any) -> Any:
        if value is None:
            return ""
        if kind in {"list", "object"}:
            return Literal(value)
        return str(value) if kind in {"key", "truth"} else value


class DuckdbTarget(Target):
    """Tables in a file of DuckDB, which is read with the target's own DuckDB."""

    READ = """
import duckdb, json, sys
path, table = sys.argv[1:]
connection = duckdb.connect(path, read_only=True)
types = {name: kind for name, kind, *_ in connection.execute(f'DESCRIBE main."{table}"').fetchall()}
rows = connection.execute(f'SELECT * FROM main."{table}"').fetchall()
print(json.dumps([types, [dict(zip(types, row)) for row in rows]], default=str))
"""

    @override
    def settings(self, place: Place) -> dict[str, Any]:
        return {"path": str(place.folder / "analytics.duckdb"), "default_target_schema": "main"}

    @override
    def rows(self, place: Place, stream: str, schema: Schema) -> list[Row]:
        command = [self.environment.program("python"), "-c", self.READ, self.settings(place)["path"], stream]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        types, rows = json.loads(printed, parse_float=Decimal)
        return [{name: self._plain(types[name], value) for name, value in row.items()} for row in rows]

    @staticmethod
    def _plain(kind: str, value: Any) -> Any:  # noqa: ANN401 - a value of DuckDB
        if value is None:
            return None
        if kind == "JSON":
            return json.loads(value, parse_float=Decimal)
        return f"{value}Z" if kind == "TIMESTAMP" else value


def of_meltano(loader: str) -> dict[str, Any]:
    """Return the settings that meltano.yml has for a loader."""
    return dict(next(each for each in LOADERS if each["name"] == loader)["config"])


def kind_of(schema: Schema) -> str:
    """Return what kind of column a schema declares; `key` is one of text or whole numbers."""
    types = sorted(set(schema["type"]) - {"null"})
    if types == ["integer", "string"]:
        return "key"
    [kind] = types
    return _FORMATS.get(schema.get("format", ""), _KINDS[kind])


def same(kind: str, one: Any, other: Any) -> bool:  # noqa: ANN401 - JSON
    """Return whether two values are the same: numbers by their value, moments as instants, all else exactly."""
    form = instant if kind == "moment" else canonical
    return bool(form(one) == form(other))


def canonical(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value that equals another one's only where both are of one type: 1 is not true, 1 is 1.0."""
    if isinstance(value, dict):
        return {name: canonical(each) for name, each in value.items()}
    if isinstance(value, list):
        return [canonical(each) for each in value]
    if isinstance(value, Literal):
        return ("literal", canonical(value.value))
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return ("number", Decimal(value)) if is_number else (type(value).__name__, value)


def instant(text: Any) -> Any:  # noqa: ANN401 - a value of a moment, which may be none
    """Return what two spellings of an instant have in common, with all digits of its fraction."""
    found = _MOMENT.fullmatch(text or "")
    if not found:
        return text
    offset = "+00:00" if found["offset"] == "Z" else found["offset"]
    return datetime.fromisoformat(found["second"] + offset), Decimal(found["fraction"] or 0)


def departures() -> str:
    """Return a table of the cases that a target changes or refuses."""
    rows = [(case, *(target.says(case) for target in TARGETS)) for case in CASES if not is_kept(case)]
    return table(("Value", *(f"`{target.name}`" for target in TARGETS)), rows)


def kept_cases() -> str:
    """Return a list of the cases that every target keeps."""
    return "\n".join(f"- {case}" for case in CASES if is_kept(case))


def is_kept(case: str) -> bool:
    return not any(case in target.departures for target in TARGETS)


def render(text: str) -> str:
    """Return the text of a page with its generated parts as the expectations have them now."""
    found = 0
    for name, part in {"departures": departures(), "kept": kept_cases()}.items():
        between = re.compile(f"(?<=<!-- begin {name} -->\n).*?(?=<!-- end {name} -->)", re.DOTALL)
        text, times = between.subn(lambda _, part=part: f"\n{part}\n\n", text)  # type: ignore[misc]
        found += times
    assert found
    return text


_FORMATS = {"date": "day", "date-time": "moment"}
_KINDS = {
    "string": "text",
    "integer": "whole",
    "number": "number",
    "boolean": "truth",
    "array": "list",
    "object": "object",
}
_MOMENT = re.compile(
    r"(?P<second>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?P<fraction>\.\d+)?(?P<offset>Z|[+-]\d{2}:\d{2})"
)

NO_DATE_TIME = "date-time that is none: `yesterday`"
NO_DATE = "date that is none: `2025-02-30`"
NANOSECONDS = "date-time with nanoseconds"
AS_TEXT = {"`7` where text is allowed too, as in ids": Departure("the text `7`", "7")}
CUT = Departure("cut to microseconds", "2025-03-04T05:06:07.123456Z")


def _refusal(case: str, because: str, *, says: str = "refused") -> dict[str, Departure]:
    return {case: Departure(says, because=because)}


def _as_python(case: str) -> dict[str, Departure]:
    return {case: Departure("as Python writes it", Literal(CASES[case].value))}


POSTGRES = PostgresTarget(
    "target-postgres",
    "meltanolabs-target-postgres~=0.8.1",
    merges=True,
    departures={
        **AS_TEXT,
        NANOSECONDS: CUT,
        **_refusal("text with a NUL character", "NUL (0x00)"),
        **_refusal("whole number 2^63", "out of range"),
        **_refusal("whole number 10^25", "out of range"),
        **_refusal("whole number 10^40", "out of range"),
        **_refusal(NO_DATE_TIME, "Could not parse value 'yesterday' for field 'moment'"),
        **_refusal(NO_DATE, "Could not parse value '2025-02-30' for field 'day'"),
    },
)
JSONL = JsonLinesTarget("target-jsonl", "target-jsonl~=0.1.4")
CSV = CsvTarget(
    "target-csv",
    "meltanolabs-target-csv~=0.5.0",
    departures={
        **AS_TEXT,
        "null": Departure("an empty cell", ""),
        "empty text": Departure("an empty cell", ""),
        "`false`": Departure("`False`", "False"),
        "`true`": Departure("`True`", "True"),
        NANOSECONDS: CUT,
        "empty list": Departure("`[]`", Literal([])),
        "empty object": Departure("`{}`", Literal({})),
        **_as_python("list of all kinds"),
        **_as_python("object in objects"),
        **_as_python("whole number 10^25 in an object"),
        "number of 20 digits in an object": Departure(
            "`{'price': Decimal('0.12345678901234567891')}`", Literal({"price": Decimal("0.12345678901234567891")})
        ),
        **_refusal(NO_DATE_TIME, "Could not parse value 'yesterday' for field 'moment'"),
        **_refusal(NO_DATE, "Could not parse value '2025-02-30' for field 'day'"),
    },
)
DUCKDB = DuckdbTarget(
    "target-duckdb",
    "target-duckdb==0.8.0",
    ("duckdb<1.3",),
    merges=True,
    departures={
        **AS_TEXT,
        "empty text": Departure("null", None),
        "number of 30 digits": Departure("rounded to a double: `123456789012345.67`", Decimal("123456789012345.67")),
        "number 10^25 + 1": Departure("rounded to a double: `1E+25`", 10**25),
        "number of 20 digits in an object": Departure(
            "rounded to a double: `0.12345678901234568`", {"price": Decimal("0.12345678901234568")}
        ),
        NANOSECONDS: CUT,
        **_refusal("whole number 10^40", "Conversion Error", says="refused, or lost in silence (see DuckDB)"),
        **_refusal(NO_DATE_TIME, "Conversion Error", says="refused, or lost in silence (see DuckDB)"),
    },
)
TARGETS: tuple[Target, ...] = (POSTGRES, JSONL, CSV, DUCKDB)
# What pip takes for target-duckdb, which asks for any DuckDB from 0.8 on.
LATEST_DUCKDB = DuckdbTarget("target-duckdb", "target-duckdb==0.8.0", ("duckdb==2.0.0",), folder="target-duckdb-latest")

if __name__ == "__main__":
    DOCS.write_text(render(DOCS.read_text()))
