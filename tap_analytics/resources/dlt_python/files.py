"""Files beside the file that is read: modules whose names it imports, and documents of JSON or YAML that it loads."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from tap_analytics.resources.dlt_python import pages
from tap_analytics.resources.dlt_python.scope import Class, Findings, Function, Scope
from tap_analytics.resources.dlt_python.values import File, Imported, ModuleOf, Text, Unknown, Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tap_analytics.resources.dlt_python.scope import Language

# A package is often run from the folder above it.
_FOLDERS_ABOVE = 4
_LARGEST = 2_000_000
_KNOWN = (str, int, float, list, dict, Class, File, Function, Text)
_MISSING = object()


@dataclass
class Files:
    """Reads what stands beside a file; a module is gone through as the file itself is, and nothing of it is run."""

    folder: Path
    _modules: dict[Path, Scope] = field(default_factory=dict)

    @property
    def modules(self) -> list[Scope]:
        """The modules that were gone through."""
        return list(self._modules.values())

    def name_of(self, module: str, name: str, language: Language) -> Any:  # noqa: ANN401 - a name may be anything
        """Return what a name of a module stands for; an `Imported` where that cannot be told."""
        path = f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
        known = self._scope(module, language)
        value = known.names.get(name, _MISSING) if known else _MISSING
        if value is None or isinstance(value, _KNOWN):
            return value
        return self.module(path, language) or Imported(path)

    def module(self, module: str, language: Language) -> ModuleOf | None:
        """Return the module of this name beside the file; None if there is none."""
        known = self._scope(module, language)
        return ModuleOf(module, known.names) if known else None

    def document(self, path: str) -> Any:  # noqa: ANN401 - JSON may be anything
        """Return what a document of JSON or YAML holds; None if there is none beside the file."""
        found = self._text(self.folder / path)
        if found is None:
            return None
        try:
            return _words(json.loads(found) if path.endswith(".json") else yaml.safe_load(found))
        except (ValueError, yaml.YAMLError, RecursionError):
            return None

    def _scope(self, module: str, language: Language) -> Scope | None:
        for path in self._paths(module):
            if path in self._modules:
                return self._modules[path]
            if (text := self._text(path)) is not None:
                tree, _ = pages.parse([pages.Block(text)])
                findings = Findings(files=Files(path.parent, self._modules))
                scope = Scope(language, findings, file=os.path.relpath(path, self.folder))
                scope.names |= {"__name__": module}
                scope.tree, scope.text = tree, text
                self._modules[path] = scope
                language.run(tree.body, scope)
                return scope
        return None

    def _paths(self, module: str) -> Iterator[Path]:
        level = len(module) - len(module.lstrip("."))
        above = [self.folder, *self.folder.parents]
        folders = above[level - 1 : level] if level else above[:_FOLDERS_ABOVE]
        parts = [part for part in module.split(".") if part]
        for folder in folders:
            if parts:
                yield folder.joinpath(*parts[:-1], f"{parts[-1]}.py")
            yield folder.joinpath(*parts, "__init__.py")

    @staticmethod
    def _text(path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8-sig") if path.is_file() and path.stat().st_size < _LARGEST else None
        except (OSError, UnicodeDecodeError):
            return None


def _words(value: Any) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a document with its objects as words."""
    if isinstance(value, dict):
        return Words({str(key): _words(part) for key, part in value.items()})
    if isinstance(value, list):
        return [_words(part) for part in value]
    return value if isinstance(value, str | int | float | None) else Unknown(0, "is a value that JSON does not have")
