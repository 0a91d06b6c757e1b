"""The files that the command line names; the one that cannot be read is refused like any other wrong option."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator


def document(path: str) -> dict[str, Any]:
    """Return the configuration in a YAML file."""
    from tap_analytics.resources import dlt  # noqa: PLC0415 - it reads YAML: a tenth of the start, for few runs

    try:
        return dlt.load(path)
    except ConfigValidationError as error:
        raise click.BadParameter(str(error), param_hint="--config") from None


def with_code(config: dict[str, Any], *paths: str) -> dict[str, Any]:
    """Return a configuration whose code is looked for beside the files that it comes from."""
    if ".py:" not in str(config):
        return config
    from tap_analytics.resources import code  # noqa: PLC0415 - few configurations name code

    for path in paths:
        config = code.beside(config, Path(path).parent)
    return config


def json_file(file: IO[str], *, option: str) -> IO[str]:
    """Return the content of a file as a new file, since a pipe can be read only once.

    Raises:
        click.BadParameter: The content is not a JSON object.
    """
    text = file.read()
    with readable(option, file.name):
        if not isinstance(json.loads(text), dict):
            raise TypeError
    return io.StringIO(text)


@contextlib.contextmanager
def readable(option: str, *paths: str) -> Iterator[None]:
    """Turn the failure to read a file as a JSON object into click's error of a wrong option."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:
        reason = f"{' or '.join(paths)} is not JSON: {error}"
    except TypeError:
        reason = f"{' or '.join(paths)} holds no JSON object."
    else:
        return
    raise click.BadParameter(reason, param_hint=option)
