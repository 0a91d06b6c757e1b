"""`spark.read.format("tap_analytics")`: found by its name, types, refusals, and no secret anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tap_analytics.sandbox import Answer
from tests.conftest import API_KEY
from tests.foreign import Foreign
from tests.spark.frames import frame, options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.sandbox import Sandbox

pytestmark = pytest.mark.spark


def refusal(spark: Any, **options: str) -> str:  # noqa: ANN401 - of Spark
    """Return the message for a stream that cannot be loaded."""
    with pytest.raises(Exception, match="Error") as refused:
        spark.read.format("tap_analytics").options(**options).load()
    return str(refused.value)


def has_key(text: str) -> bool:
    spellings = {API_KEY, quote(API_KEY), quote(API_KEY, safe=""), json.dumps(API_KEY)[1:-1]}
    return any(spelling in text for spelling in spellings)


def test_it_is_found_without_registration_and_has_the_types_of_the_stream(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    types = dict(frame(spark, api).dtypes)
    assert (types["id"], types["updated_at"], types["birth_date"]) == ("string", "timestamp", "date")
    assert (types["open_deals_count"], types["score"], types["tags"]) == ("bigint", "double", "array<string>")
    assert dict(frame(spark, api, decimals="20,4").dtypes)["score"] == "decimal(20,4)"
    assert len(api.requests) == 0  # the fields of a builtin stream are known


def test_options_that_nobody_knows_and_keys_are_refused(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    told = refusal(spark, **options_of(api), strem="contacts", api_key=API_KEY)
    assert "`strem` is not an option; did you mean `stream`?" in told
    assert "`api_key` is a secret" in told
    assert not has_key(told)
    told = refusal(spark, **options_of(api, config={"api_key": API_KEY}))
    assert "holds a secret" in told
    assert not has_key(told)
    assert "there is no stream `people`" in refusal(spark, **options_of(api, stream="people"))


def test_another_schema_than_that_of_the_stream_is_refused(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    other = spark.read.format("tap_analytics").schema("id BIGINT").options(**options_of(api)).load()
    with pytest.raises(Exception, match="are not those of the schema that is given"):
        other.collect()


def test_no_secret_is_shown_anywhere(spark: Any, api: Sandbox, events: Callable[[], str]) -> None:  # noqa: ANN401
    rows = frame(spark, api, rows=100)
    rows.count()
    plan = rows._sc._jvm.PythonSQLUtils.explainString(rows._jdf.queryExecution(), "extended")  # noqa: SLF001 - `explain` prints it
    api.intercept(lambda request: Answer.error(401, f"no such key: {request.params['api_key']}"))
    with pytest.raises(Exception, match="401") as failed:
        rows.count()
    log = events()
    assert "tap_analytics" in plan
    assert "SparkListenerTaskEnd" in log
    assert not [text for text in (plan, str(failed.value), log) if has_key(text)]


@pytest.fixture
def other() -> Iterator[Foreign]:
    with Foreign() as api:
        yield api


def parts(api: Foreign, *columns: str, kind: str = "bigint") -> dict[str, str]:
    """Return the options that read a stream of another API."""
    pages = {"type": "offset", "limit": 50, "offset_param": "first", "limit_param": "count"}
    client = {"base_url": api.url, "headers": {"X-Token": "$PARTS_TOKEN"}, "paginator": pages}
    entry = {
        "name": "parts",
        "primary_key": "id",
        "endpoint": {"path": "parts", "data_selector": "result.items"},
        "columns": {"id": {"data_type": "bigint"}, **{name: {"data_type": kind} for name in columns}},
    }
    return {"stream": "parts", "config": json.dumps({"client": client, "resources": [entry], "max_retries": 0})}


def load(spark: Any, options: dict[str, str]) -> Any:  # noqa: ANN401 - of Spark
    return spark.read.format("tap_analytics").options(**options).load()


def test_what_spark_cannot_hold_fails_with_its_name(spark: Any, other: Foreign) -> None:  # noqa: ANN401
    other.serve("/parts", [{"id": 1, "size": 2**63 - 1}, {"id": 2, "size": 2**63}])
    assert "`size` and `Size` differ by case only" in refusal(spark, **parts(other, "Size", "size"))
    with pytest.raises(Exception, match="record 2: `size` is not a whole number of at most 64 bits"):
        load(spark, parts(other, "size")).collect()
    other.serve("/parts", [{"id": 1, "at": "2024-01-01T00:00:00.1234567Z"}])
    with pytest.raises(Exception, match="record 1: `at` is not a date-time of microseconds or coarser"):
        load(spark, parts(other, "at", kind="timestamp")).collect()


def test_the_lines_of_the_pages_read_a_batch_and_a_stream(
    spark: Any,  # noqa: ANN401
    api: Sandbox,
    tmp_path: Path,
) -> None:
    docs = Path(__file__).parents[2] / "docs"
    pages = [(docs / name).read_text(encoding="utf-8") for name in ("spark.md", "spark-streaming.md")]
    batch, stream = (page.split("```python\n")[1].split("```")[0] for page in pages)
    stream = stream.replace('"checkpoint")', f'"{tmp_path}/checkpoint")')
    stream = stream.replace('.start("contacts"', f'.start("{tmp_path}/contacts"')
    names: dict[str, Any] = {"spark": spark}
    for lines in (batch, stream):
        exec(lines.replace("http://127.0.0.1:8000", api.url), names)  # noqa: S102 - it is our own
    assert names["frame"].count() == spark.read.parquet(f"{tmp_path}/contacts").count() == 250
