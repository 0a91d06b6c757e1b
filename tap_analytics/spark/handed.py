"""A source that is handed to executors, with the variables of the environment that its configuration names."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_analytics.source import Source
from tap_analytics.spark.given import variables_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True)
class HandedSource:
    """Makes in an executor a source that reads as the driver does, with the driver's variables of the environment.

    Args:
        kept: The content of the pickled source.
        variables: The variables that its configuration names, with their values on the driver.
    """

    kept: Mapping[str, Any] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, source: Source, **settings: object) -> HandedSource:
        """Return a source for executors, with other settings."""
        kept = source.__getstate__()
        return cls(kept | {"config": {**kept["config"], **settings}}, variables_of(kept["config"]))

    def source(self, accounts: Collection[str | None]) -> Source:
        """Return the source with these accounts only, since each account takes time to check."""
        config, state = dict(self.kept["config"]), dict(self.kept["state"])
        if config.get("accounts"):
            config["accounts"] = [each for each in config["accounts"] if each["name"] in accounts]
            known = state.get("accounts", {})
            state["accounts"] = {name: each for name, each in known.items() if name in accounts}
        # The settings are read while the source is made.
        os.environ.update({name: self.variables[name] for name in variables_of(config, self.variables)})
        return Source.of({**self.kept, "config": config, "state": state})
