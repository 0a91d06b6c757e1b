"""`tap-analytics from-dlt`: the configuration that stands in dlt's Python, as YAML."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import yaml

from tests.conftest import API_KEY, TapRunner

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox

SOURCE = """
    import dlt
    from dlt.sources.rest_api import rest_api_source

    def keep(row):
        return row["id"] > 1

    source = rest_api_source({
        "client": {
            "base_url": "https://api.example.com",
            "auth": {"type": "api_key", "name": "api_key", "api_key": dlt.secrets["crm.key"], "location": "query"},
        },
        "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
        "resources": [{"name": "contacts", "endpoint": {
            "path": "/v1/contacts",
            "data_selector": "data",
            "paginator": {"type": "offset", "limit": 100},
        }}],
    })
"""
STEPS = '"processing_steps": [{"filter": keep}], "endpoint": {'


def write(folder: Path, text: str, name: str = "crm.py") -> str:
    (folder / name).write_text(dedent(text))
    return name


def test_the_configuration_is_printed_and_what_it_needs_is_told(tap: TapRunner, tmp_path: Path) -> None:
    run = tap.run("from-dlt", write(tmp_path, SOURCE))
    assert (run.code, run.stderr) == (0, "Set before a run: CRM__KEY.\n")
    lines = run.stdout.splitlines()
    assert lines[:4] == ["client:", "  base_url: https://api.example.com", "  auth:", "    type: api_key"]
    assert "  - name: contacts" in lines


def test_what_is_written_runs(api: Sandbox, tap: TapRunner, tmp_path: Path) -> None:
    text = SOURCE.replace("https://api.example.com", api.url)
    assert tap.run("from-dlt", write(tmp_path, text), "--output", "crm.yaml").code == 0
    run = tap.run("--config", "crm.yaml", environment={"CRM__KEY": API_KEY})
    assert run.code == 0
    assert len(run.records("contacts")) == 250


def test_a_page_is_read_like_the_code_in_it(tap: TapRunner, tmp_path: Path) -> None:
    page = f"# A page\n\n```python\n{dedent(SOURCE)}```\n\n- **Type**: `api_key`\n"
    from_page = tap.run("from-dlt", write(tmp_path, page, "page.txt"))
    assert from_page.code == 0
    assert from_page.stdout == tap.run("from-dlt", write(tmp_path, SOURCE)).stdout


def test_steps_are_written_beside_the_output_only(tap: TapRunner, tmp_path: Path) -> None:
    name = write(tmp_path, SOURCE.replace('"endpoint": {', STEPS))
    run = tap.run("from-dlt", name)
    assert run.code == 0
    assert "With --output, steps.py is written beside it, with the code of: keep." in run.stderr
    assert not (tmp_path / "steps.py").exists()
    (tmp_path / "out").mkdir()
    assert tap.run("from-dlt", name, "--output", "out/crm.yaml").code == 0
    assert "def keep(row):" in (tmp_path / "out" / "steps.py").read_text()
    content: dict[str, Any] = yaml.safe_load((tmp_path / "out" / "crm.yaml").read_text())
    assert content["resources"][0]["processing_steps"] == [{"filter": "steps.py:keep"}]


def test_files_that_are_there_stay_unless_they_may_be_written_over(tap: TapRunner, tmp_path: Path) -> None:
    name = write(tmp_path, SOURCE.replace('"endpoint": {', STEPS))
    (tmp_path / "steps.py").write_text("mine")
    run = tap.run("from-dlt", name, "--output", "crm.yaml")
    assert run.code == 2
    assert "steps.py is there already; choose another, or set --force." in run.stderr
    assert not (tmp_path / "crm.yaml").exists()
    assert tap.run("from-dlt", name, "--output", "crm.yaml", "--force").code == 0
    assert "mine" not in (tmp_path / "steps.py").read_text()


def test_what_is_lost_is_told_with_its_line_and_fails(tap: TapRunner, tmp_path: Path) -> None:
    run = tap.run("from-dlt", write(tmp_path, SOURCE.replace('"/v1/contacts"', "path_of(3)")))
    assert run.code == 1
    assert "crm.py:15: `resources[0].endpoint.path` needs `path_of`" in run.stderr
    assert "path:" not in run.stdout


def test_what_is_mended_is_told_and_succeeds(tap: TapRunner, tmp_path: Path) -> None:
    run = tap.run("from-dlt", write(tmp_path, SOURCE.replace('"type": "api_key"', '"type": "apikey"')))
    assert run.code == 0
    assert "crm.py:11: `client.auth.type` `apikey` is `api_key` in dlt's words" in run.stderr


def test_one_of_several_is_chosen_by_its_line(tap: TapRunner, tmp_path: Path) -> None:
    call = 'rest_api_source({"client": {"base_url": "u"}, "resources": ["NAME"]})\n'
    name = write(tmp_path, call.replace("NAME", "a") + call.replace("NAME", "b"))
    run = tap.run("from-dlt", name)
    assert run.code == 2
    assert "crm.py holds 2 configurations, at the lines 1, 2; choose one." in run.stderr
    assert "- b" in tap.run("from-dlt", name, "--line", "2").stdout
    assert tap.run("from-dlt", name, "--line", "3").code == 2


def test_a_file_without_a_configuration_is_refused(tap: TapRunner, tmp_path: Path) -> None:
    run = tap.run("from-dlt", write(tmp_path, "print('hello')"))
    assert (run.code, run.stdout) == (1, "")
    assert "crm.py holds no configuration" in run.stderr
    assert tap.run("from-dlt", write(tmp_path, "def (:")).stderr.startswith("crm.py:1: is not Python; mend it\n")


def test_a_file_that_cannot_be_read_is_refused(tap: TapRunner, tmp_path: Path) -> None:
    (tmp_path / "crm.py").write_bytes(b"\xff\xfe\xfa")
    run = tap.run("from-dlt", "crm.py")
    assert run.code == 2
    assert "is not text in UTF-8" in run.stderr
    assert tap.run("from-dlt", "missing.py").code == 2
    assert "Traceback" not in run.stderr


def test_a_configuration_without_a_resource_is_not_written(tap: TapRunner, tmp_path: Path) -> None:
    file = write(tmp_path, "rest_api_source({'client': {'base_url': 'u'}, 'resources': missing})")
    run = tap.run("from-dlt", file, "--output", str(tmp_path / "crm.yaml"))
    assert (run.code, (tmp_path / "crm.yaml").exists()) == (1, False)
    assert "holds no resource that can be read without running it; nothing is written" in run.stderr


def test_a_source_that_a_module_beside_the_file_makes_is_read_with_what_the_file_gives_it(
    tap: TapRunner, tmp_path: Path
) -> None:
    (tmp_path / "crm.py").write_text(
        dedent("""
        import dlt
        from dlt.sources.rest_api import rest_api_resources

        def is_open(row):
            return row["open"]

        @dlt.source
        def crm(size=10):
            paginator = {"type": "offset", "limit": size}
            entry = {"name": "deals", "endpoint": {"paginator": paginator}, "processing_steps": [{"filter": is_open}]}
            yield from rest_api_resources({"client": {"base_url": "u", "colour": "red"}, "resources": [entry, "calls"]})
        """)
    )
    (tmp_path / "main.py").write_text(
        "import dlt\nfrom crm import crm\ndlt.run(crm(size=50).with_resources('deals'))\n"
    )
    run = tap.run("from-dlt", "main.py", "--output", "crm.yaml")
    written = yaml.safe_load((tmp_path / "crm.yaml").read_text())
    assert written["resources"][0]["endpoint"]["paginator"] == {"type": "offset", "limit": 50}
    assert written["resources"][0]["processing_steps"] == [{"filter": "steps.py:is_open"}]
    assert written["resources"][1] == {"name": "calls", "selected": False}
    assert "crm.py:12: `client.colour` is no word of dlt" in run.stderr
    assert "def is_open" in (tmp_path / "steps.py").read_text()
