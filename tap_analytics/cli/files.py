"""Files that the command line names: refused as it refuses other wrong options, where they cannot be read."""

from __future__ import annotations

import contextlib
import io
import json
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


def json_file(file: IO[str], *, option: str) -> IO[str]:
    """Return what is in a file again, if it is a JSON object; a pipe can be read only once."""
    text = file.read()
    with refused(option, file.name):
        if not isinstance(json.loads(text), dict):
            raise TypeError
    return io.StringIO(text)


@contextlib.contextmanager
def refused(option: str, *paths: str) -> Iterator[None]:
    """Refuse a file that cannot be read as a JSON object, as the command line refuses other wrong options."""
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
