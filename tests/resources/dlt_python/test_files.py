"""Modules and documents beside the file that is read."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration

if TYPE_CHECKING:
    from pathlib import Path

CLIENT = '{"client": {"base_url": "u"}, "resources": [{"name": "deals", "endpoint": {"path": "v1/deals"}}]}'


def read(folder: Path, code: str, **files: str) -> Configuration:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    text = "import dlt\nfrom dlt.sources.rest_api import rest_api_source\n" + dedent(code)
    found = source.read(text, folder=folder)
    (line,) = found.configurations
    return configuration(found, line, text)


def resource(made: Configuration) -> dict[str, Any]:
    assert [each for each in made.remarks if each.loses] == []
    found: dict[str, Any] = made.content["resources"][0]
    return found


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        ("from settings import ROOT", "f'{ROOT}/deals'"),
        ("import settings", "settings.ROOT + '/deals'"),
        ("import settings as words", "words.ROOT + '/deals'"),
        ("from crm.settings import PATHS", "PATHS['deals']"),
        ("from crm import settings", "settings.PATHS['deals']"),
        ("from crm import DEALS", "DEALS"),
        ("from crm.settings import path_of", "path_of('deals')"),
        ("from .crm.settings import path_of", "path_of('deals')"),
    ],
)
def test_names_of_modules_beside_the_file_are_known(tmp_path: Path, imports: str, expression: str) -> None:
    code = f"""
    {imports}
    rest_api_source({{"client": {{"base_url": "u"}}, "resources": [
        {{"name": "deals", "endpoint": {{"path": {expression}}}}},
    ]}})
    """
    files = {
        "settings_py": "ROOT = 'v1'",
        "crm__settings_py": """
            VERSION = "v1"
            PATHS = {"deals": f"{VERSION}/deals"}
            def path_of(name):
                return f"{VERSION}/{name}"
        """,
    }
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "__init__.py").write_text("from .settings import PATHS\nDEALS = PATHS['deals']\n")
    assert resource(read(tmp_path, code, **files))["endpoint"] == {"path": "v1/deals"}


def test_a_package_may_be_run_from_the_folder_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "crm"
    folder.mkdir(parents=True)
    (folder / "words.py").write_text("PATH = 'v1/deals'", encoding="utf-8")
    words = CLIENT.replace('"v1/deals"', "PATH")
    code = f"from sources.crm.words import PATH\nrest_api_source({words})"
    assert resource(read(folder, code))["endpoint"] == {"path": "v1/deals"}


@pytest.mark.parametrize(
    "code",
    [
        "import json\nrest_api_source(json.load(open('conf/crm.json')))",
        "import json\nwith open('./conf/crm.json') as f:\n    config = json.load(f)\nrest_api_source(config)",
        """
        import json
        from pathlib import Path
        rest_api_source(json.loads((Path(__file__).parent / "conf" / "crm.json").read_text()))
        """,
        """
        import os, yaml
        rest_api_source(yaml.safe_load(open(os.path.join(os.path.dirname(__file__), "conf", "crm.json"))))
        """,
    ],
)
def test_a_configuration_may_be_loaded_from_a_document(tmp_path: Path, code: str) -> None:
    assert resource(read(tmp_path, code, conf__crm_json=CLIENT))["endpoint"] == {"path": "v1/deals"}


def test_a_document_that_is_not_there_is_told(tmp_path: Path) -> None:
    text = "import json\nfrom dlt.sources.rest_api import rest_api_source\nrest_api_source(json.load(open('crm.json')))"
    found = source.read(text, folder=tmp_path)
    assert [each.sentence for each in found.remarks] == [
        "the configuration is read from `crm.json`, which is not there"
    ]


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    code = f"from one import A\nrest_api_source({CLIENT})"
    assert resource(read(tmp_path, code, one_py="from two import B\nA = 1", two_py="from one import A\nB = 2"))


def test_a_step_of_a_module_beside_the_file_is_named_where_it_stands(tmp_path: Path) -> None:
    code = """
        from shared.steps import keep
        config = {"client": {"base_url": "u"}, "resources": [{"name": "deals", "processing_steps": [{"filter": keep}]}]}
        rest_api_source(config)
    """
    made = read(tmp_path, code, shared__steps_py="def keep(row): return True")
    assert resource(made)["processing_steps"] == [{"filter": "shared/steps.py:keep"}]
    assert made.steps == ""


@pytest.mark.parametrize("need", ["from dlt.common import pendulum", "from . import words"])
def test_a_step_of_a_module_that_cannot_be_loaded_alone_is_written(tmp_path: Path, need: str) -> None:
    code = """
        from shared.steps import keep
        config = {"client": {"base_url": "u"}, "resources": [{"name": "deals", "processing_steps": [{"filter": keep}]}]}
        rest_api_source(config)
    """
    made = read(tmp_path, code, shared__steps_py=f"{need}\nLEAST = 3\ndef keep(row): return row['n'] > LEAST")
    assert resource(made)["processing_steps"] == [{"filter": "steps.py:keep"}]
    assert made.step_names == ["LEAST", "keep"]


def test_steps_that_a_module_beside_the_file_makes_are_written_with_what_they_need(tmp_path: Path) -> None:
    steps = """
        from math import floor
        UNIT = 10
        class Steps:
            @staticmethod
            def scaled(name):
                def step(row):
                    return {**row, name: floor(row[name] / UNIT)}
                return step
    """
    code = """
        from steps_of import Steps
        entry = {"name": "deals", "processing_steps": [{"map": Steps.scaled("amount")}]}
        rest_api_source({"client": {"base_url": "u"}, "resources": [entry]})
    """
    made = read(tmp_path, code, steps_of_py=steps)
    assert resource(made)["processing_steps"] == [{"map": "steps.py:step"}]
    names: dict[str, Any] = {}
    exec(made.steps, names)  # noqa: S102 - the code that the test wrote
    assert names["step"]({"amount": 57}) == {"amount": 5}


def test_two_things_of_one_name_from_two_files_are_told(tmp_path: Path) -> None:
    files = {
        f"{each}_py": f"def helper(row):\n    return '{each}'\ndef made():\n    return lambda row: helper(row)\n"
        for each in ("one", "two")
    }
    code = """
        import one, two
        entry = {"name": "deals", "processing_steps": [{"map": one.made()}, {"map": two.made()}]}
        rest_api_source({"client": {"base_url": "u"}, "resources": [entry]})
    """
    made = read(tmp_path, code, **files)
    assert made.content["resources"][0]["processing_steps"] == [{"map": "steps.py:deals_map"}]
    assert "needs two things that are named `helper`" in next(each.sentence for each in made.remarks if each.loses)
