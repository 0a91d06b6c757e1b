"""Configurations that are made of words as generated pages write them."""

from __future__ import annotations

from typing import Any

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration


def made_of(words: dict[str, Any]) -> Configuration:
    text = f"rest_api_source({words!r})"
    found = source.read(text)
    return configuration(found, 1, text)


def with_auth(**auth: Any) -> Configuration:  # noqa: ANN401 - any word
    return made_of({"client": {"base_url": "u", "auth": auth}, "resources": ["a"]})


def with_entry(**entry: Any) -> Configuration:  # noqa: ANN401
    return made_of({"client": {"base_url": "u"}, "resources": [{"name": "surveys", **entry}]})


def losses(made: Configuration) -> list[str]:
    return [remark.sentence for remark in made.remarks if remark.loses]
