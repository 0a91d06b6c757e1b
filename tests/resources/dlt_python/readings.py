"""Configurations that are read from pieces of Python."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import yaml

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration

HEAD = """
import os
import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source
"""


def read(code: str, *, is_module: bool = True) -> Configuration:
    text = HEAD + dedent(code) if is_module else dedent(code)
    found = source.read(text, is_module=is_module)
    (line,) = found.configurations
    return configuration(found, line, text)


def content(code: str, *, is_module: bool = True) -> dict[str, Any]:
    made = read(code, is_module=is_module)
    assert yaml.safe_load(made.text()) == made.content
    return dict(made.content)


def endpoint(expression: str, before: str = "") -> Configuration:
    """Return the configuration of one resource whose endpoint is this expression."""
    entry = f'{{"name": "calls", "endpoint": {expression}}}'
    return read(f'{dedent(before)}\nrest_api_source({{"client": {{"base_url": "u"}}, "resources": [{entry}]}})\n')


def params(expression: str, before: str = "") -> Any:  # noqa: ANN401 - any value
    made = endpoint(f'{{"params": {{"x": {expression}}}}}', before)
    return made.content["resources"][0]["endpoint"].get("params", {}).get("x", "left out")


def sentences(made: Configuration, *, losing: bool | None = None) -> list[str]:
    return [remark.sentence for remark in made.remarks if losing is None or remark.loses == losing]


def work_out(expression: str) -> Any:  # noqa: ANN401 - any value
    """Return the value of an expression behind some names, lists and a function."""
    before = """
        import itertools, re, textwrap
        from dataclasses import dataclass, field
        VERSION = 3
        NAMES = ["a", "b"]
        MORE = {"b": 2}
        def double(number, times=2):
            return number * times
        @dataclass
        class Entry:
            keys: list = field(default_factory=lambda: ["id"])
            more: list = field(default_factory=list)
    """
    return params(expression, before)
