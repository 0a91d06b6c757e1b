"""Loads code of the operator that a value names: `steps.py:keep` or `package.module:name`."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace
from requests import HTTPError
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.actions import BadStatusError, IgnoredResponse
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from tap_analytics.config.faults import Schema

T = TypeVar("T")
_WRITTEN = r"(?P<module>[^:]+\.py|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):(?P<name>[A-Za-z_]\w*)"
_REFERENCE = pattern(_WRITTEN)
STEPS = "steps.py"
_CODE_BESIDE = "python"
EXAMPLE = "code such as `steps.py:keep` or `package.module:name`"
CODE: Schema = {"type": "string", "pattern": f"^(?:{_WRITTEN})$", "title": EXAMPLE}

# What code raises on purpose; it is not wrapped.
MEANT = (FatalAPIError, RetriableAPIError, IgnoredResponse)
# The name of dlt's exception for a response to be ignored; the class itself need not be installed.
_IGNORED_IN_DLT = "IgnoreResponseException"


class Code(msgspec.Struct, frozen=True):
    """Code that a reference names; if it fails, the error names the reference, file and line."""

    reference: str
    called: Callable[..., Any]
    file: str
    named: object = None

    def __call__(self, *arguments: object, **named: object) -> Any:  # noqa: ANN401 - code may return anything
        """Return what the code returns; what it yields as a list.

        Raises:
            FatalAPIError: The code failed.
        """
        try:
            result = self.called(*arguments, **named)
            return list(result) if inspect.isgenerator(result) else result
        except MEANT:
            raise
        except Exception as error:  # noqa: BLE001 - code of others may raise anything
            failure: Exception = self.failure(error)
        raise failure

    def failure(self, error: Exception) -> Exception:
        """Return the error to raise for one that the code has raised: it names the reference, file and line."""
        if type(error).__name__ == _IGNORED_IN_DLT:
            return IgnoredResponse()
        if isinstance(error, HTTPError) and error.response is not None and not error.response.ok:
            return BadStatusError(f"`{self.reference}` failed{_place(error, self.file)}: {error.response.status_code}")
        return FatalAPIError(f"`{self.reference}` failed{_place(error, self.file)}: {_text(error)}")


class Maker(msgspec.Struct, frozen=True):
    """Makes an object of a class that a reference names; `arguments` may be secrets."""

    code: Code
    arguments: Mapping[str, Any]

    def __call__(self) -> Code:
        """Return the call of a new object as code."""
        return replace(self.code, called=self.code(**self.arguments))


class Loader(msgspec.Struct):
    """Loads the code that references name; `faults` has a sentence for each that cannot be loaded."""

    faults: list[str] = []

    def function(self, reference: str, place: str) -> Code:
        """Return the function that a reference names."""
        return self._load(reference, place, callable, "a function")

    def subclass(self, reference: str, place: str, base: type) -> Code:
        """Return the class that a reference names, which must be a subclass of `base`."""
        return self._load(
            reference,
            place,
            lambda found: isinstance(found, type) and issubclass(found, base),
            f"a subclass of `{base.__module__}.{base.__qualname__}`",
        )

    def instance(self, reference: str, place: str, kind: type[T]) -> T | None:
        """Return the object that a reference names, or that its class or function returns."""
        name = f"{kind.__module__}.{kind.__qualname__}"
        code = self._load(
            reference,
            place,
            lambda found: isinstance(found, kind) or callable(found),
            f"a `{name}`, or what gives one",
        )
        if self.faults:
            return None
        try:
            found = code.named if isinstance(code.named, kind) else code()
        except FatalAPIError as error:
            self.faults.append(f"`{place}` cannot be made: {error}")
            return None
        if not isinstance(found, kind):
            self.faults.append(f"`{place}` names `{code.reference}`, which gives no `{name}`")
            return None
        return found

    def _load(self, reference: str, place: str, fits: Callable[[object], bool], kind: str) -> Code:
        shown = _short(reference)
        path, _, name = reference.rpartition(":")
        try:
            module = _module(path)
        except Exception as error:  # noqa: BLE001 - code of others may raise anything
            self.faults.append(f"`{place}` names `{shown}`, which {_reason(error, path)}")
            return Code(shown, lambda *_, **__: None, "")
        found = getattr(module, name, None)
        if not fits(found):
            self.faults.append(f"`{place}` names `{shown}`, which is {'not there' if found is None else f'not {kind}'}")
        return Code(
            shown, found if callable(found) else lambda *_, **__: None, str(getattr(module, "__file__", path)), found
        )


def is_code(value: object) -> bool:
    """Return whether a value names code."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def beside(value: Any, folder: Path) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return a configuration in which references to files in a folder name their whole path."""
    if isinstance(value, dict):
        if value.get(_CODE_BESIDE) == "resource":  # the key is used as dlt's resource, not as code
            value = value | {_CODE_BESIDE: f"{_CODE_BESIDE}:{value.get('name')}"}
        return {name: beside(part, folder) for name, part in value.items()}
    if isinstance(value, list):
        return [beside(part, folder) for part in value]
    if not isinstance(value, str) or not (match := _REFERENCE.fullmatch(value)):
        return value
    # `python` stands for the code beside a configuration, whatever its file is called.
    file = folder / (STEPS if match["module"] == _CODE_BESIDE else match["module"])
    return f"{file.resolve()}:{match['name']}" if file.suffix == ".py" and file.is_file() else value


def _short(reference: str) -> str:
    path, _, name = reference.rpartition(":")
    return f"{Path(path).name}:{name}"


def _module(path: str) -> ModuleType:
    file = STEPS if path == _CODE_BESIDE and Path(STEPS).is_file() else path
    return _of_file(Path(file).resolve()) if file.endswith(".py") else importlib.import_module(path)


@cache
def _of_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"code of {path}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up by its name.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


def _reason(error: Exception, path: str) -> str:
    """Return why a module cannot be loaded; a message of its own code is not shown, since it may hold secrets."""
    if path == _CODE_BESIDE and isinstance(error, ModuleNotFoundError) and error.name == path:
        return f"is not there; write it into `{STEPS}` beside the configuration"
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return "is not there; the file stands beside the configuration, or in the working folder"
    if isinstance(error, SyntaxError):
        return f"is not Python: line {error.lineno}: {error.msg}"
    told = f": {error}" if isinstance(error, ImportError) else ""
    return f"cannot be loaded{_place(error, str(Path(path).resolve()))}: {type(error).__name__}{told}"


def _place(error: Exception, file: str) -> str:
    """Return the line of a file at which an error was raised; empty if it was raised elsewhere."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f" at line {lines[-1]} of `{Path(file).name}`" if lines else ""


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
