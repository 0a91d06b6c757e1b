"""Code that a configuration names is loaded only there; what fails in it is told with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from requests.auth import AuthBase, HTTPBasicAuth
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.resources.code import Loader, Maker, beside, is_code

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "steps.py"


@pytest.mark.parametrize("value", ["steps.py:keep", "my/steps.py:keep", "/a b/steps.py:keep", "package.module:name"])
def test_what_names_code(value: str) -> None:
    assert is_code(value)


@pytest.mark.parametrize(
    "value", ["offset", "steps.py", "steps.py:", ":keep", "http://x", "a:b:c", "12:30", 5, None, {}]
)
def test_what_names_none(value: object) -> None:
    assert not is_code(value)


def test_a_function_of_a_file_in_the_working_folder_is_called(steps: Path) -> None:
    steps.write_text("def keep(record):\n    return record['n'] > 1\n")
    loader = Loader()
    keep = loader.function("steps.py:keep", "x")
    assert (keep({"n": 2}), keep({"n": 1}), loader.faults) == (True, False, [])


def test_what_yields_gives_a_list(steps: Path) -> None:
    steps.write_text("def parts(record):\n    yield from record['parts']\n")
    assert Loader().function("steps.py:parts", "x")({"parts": [1, 2]}) == [1, 2]


@pytest.mark.parametrize("body", ["return record['x']", "yield record['x']"])
def test_a_failure_names_file_and_line(steps: Path, body: str) -> None:
    steps.write_text(f"# a comment\n\ndef keep(record):\n    {body}\n")
    with pytest.raises(FatalAPIError) as failure:
        Loader().function("steps.py:keep", "x")({})
    assert str(failure.value) == "`steps.py:keep` failed at line 4 of `steps.py`: KeyError: 'x'"
    assert failure.value.__cause__ is None
    assert failure.value.__context__ is None


@pytest.mark.parametrize("error", [FatalAPIError, RetriableAPIError, IgnoredResponse])
def test_what_code_raises_on_purpose_goes_on(steps: Path, error: type[Exception]) -> None:
    steps.write_text(f"from {error.__module__} import {error.__name__}\ndef f(_):\n    raise {error.__name__}('x')\n")
    with pytest.raises(error, match=r"^x$"):
        Loader().function("steps.py:f", "x")({})


def test_what_dlt_raises_to_ignore_a_response_ignores_it(steps: Path) -> None:
    steps.write_text(
        "class IgnoreResponseException(Exception):\n    pass\n\ndef f(_):\n    raise IgnoreResponseException\n"
    )
    with pytest.raises(IgnoredResponse):
        Loader().function("steps.py:f", "x")({})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("keep = 5", "`x` names `steps.py:keep`, which is not a function"),
        ("other = 5", "`x` names `steps.py:keep`, which is not there"),
        ("def keep(:", "`x` names `steps.py:keep`, which is not Python: line 1: "),
        (
            "import absent_module",
            "`x` names `steps.py:keep`, which cannot be loaded at line 1 of `steps.py`: ModuleNotF",
        ),
        (
            "\nraise ValueError('s3cret')",
            "`x` names `steps.py:keep`, which cannot be loaded at line 2 of `steps.py`: Val",
        ),
    ],
)
def test_what_cannot_be_loaded_is_a_fault(steps: Path, text: str, fault: str) -> None:
    steps.write_text(text)
    loader = Loader()
    loader.function("steps.py:keep", "x")
    (told,) = loader.faults
    assert told.startswith(fault)
    assert "s3cret" not in told


def test_a_function_that_is_built_into_python_has_no_file() -> None:
    loader = Loader()
    assert loader.function("builtins:len", "x")(b"12") == 2
    assert not loader.faults


def test_a_class_of_a_package_must_be_one_of_its_kind() -> None:
    loader = Loader()
    assert loader.subclass("requests.auth:HTTPBasicAuth", "x", AuthBase).called is HTTPBasicAuth
    loader.subclass("requests.auth:urlparse", "x", AuthBase)
    assert loader.faults == ["`x` names `requests.auth:urlparse`, which is not a subclass of `requests.auth.AuthBase`"]


def test_a_maker_makes_an_object_of_a_class() -> None:
    code = Loader().subclass("requests.auth:HTTPBasicAuth", "x", AuthBase)
    assert Maker(code, {"username": "u", "password": "p"})().called == HTTPBasicAuth("u", "p")
    with pytest.raises(FatalAPIError, match="failed: TypeError"):
        Maker(code, {"nam": "u"})()


def test_files_beside_a_configuration_are_named_by_their_whole_path(tmp_path: Path) -> None:
    (tmp_path / "steps.py").touch()
    given = {"a": [{"b": "steps.py:keep"}], "c": "other.py:keep", "d": "json:dumps", "e": 5}
    assert beside(given, tmp_path) == given | {"a": [{"b": f"{tmp_path.resolve()}/steps.py:keep"}]}
