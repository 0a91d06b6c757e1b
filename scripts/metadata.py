"""Metadata of a build besides pyproject.toml: the links of the project, and a README with whole URLs as links."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

WITHOUT = (
    "The project has no address: the links of its README stay relative, and a package index shows none beside it. "
    "Set `address` below [tool.tap-analytics] in pyproject.toml.\n"
)


class CustomMetadataHook(MetadataHookInterface):
    """Fills the fields that pyproject.toml calls dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README and the links."""
        sys.path.insert(0, self.root)
        from scripts.address import absolute, address, urls  # noqa: PLC0415 - the build knows the root only now

        place = address()
        if not place:
            sys.stderr.write(WITHOUT)
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute(text, place)}
        metadata["urls"] = dict(urls(place))
