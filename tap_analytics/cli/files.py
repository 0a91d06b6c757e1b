"""Reads the files that the command line names; a file that cannot be read is refused like any wrong option."""

from __future__ import annotations

import contextlib
import io
import json
import logging
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import msgspec
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config.nesting import MOST_LEVELS, nesting_fault
from tap_analytics.state.shapes import document_in

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger("tap-analytics")


def document(path: str) -> dict[str, Any]:
    """Return the configuration in a YAML file."""
    from tap_analytics.resources.dlt_shape import dlt  # noqa: PLC0415 - it reads YAML: a tenth of the start, for few runs

    try:
        return dlt.load(path)
    except ConfigValidationError as error:
        raise click.BadParameter(str(error), param_hint="--config") from None


def with_code(config: dict[str, Any], *, beside: str) -> dict[str, Any]:
    """Return a configuration that says where its file is: code that it names is looked for beside that file."""
    if ".py:" not in (text := str(config)) and "'python" not in text:
        return config
    from tap_analytics.resources import code  # noqa: PLC0415 - few configurations name code

    found: dict[str, Any] = code.beside(config, Path(beside).parent)
    return found


def json_file(file: IO[str], *, option: str) -> IO[str]:
    """Return the content of a file as a new file, since a pipe can be read only once.

    Raises:
        click.BadParameter: The content is not a JSON object.
    """
    with readable(option, file.name):
        text = text_of(_bytes_of(file))
        document = json.loads(text)
        if not isinstance(document, dict):
            raise TypeError
        check_depth(document)
    return io.StringIO(text)


def catalog_file(file: IO[str], *, option: str) -> IO[str]:
    """Return the catalog in a file as a new file.

    Raises:
        click.BadParameter: The content is no catalog.
    """
    from tap_analytics.cli import catalogs  # noqa: PLC0415 - many runs have no catalog

    catalog = json.loads(json_file(file, option=option).read())
    if faults := list(catalogs.catalog_faults(catalog)):
        reason = f"{file.name}: {'; '.join(faults)}"
        raise click.BadParameter(reason, param_hint=option)
    return io.StringIO(json.dumps(catalogs.with_parts(catalogs.with_keys(catalogs.with_metadata(catalog)))))


def check_depth(document: object) -> None:
    """Raise RecursionError for a document that is nested too deeply, as JSON does for one that is deeper still."""
    if nesting_fault(document):
        raise RecursionError


def state_file(file: IO[str], *, option: str) -> IO[str]:
    """Return the state in a file as a new file; of several lines, the last one is the state.

    An empty file holds no state: a run that writes no state leaves one behind.

    Raises:
        click.BadParameter: The content is no state.
    """
    with readable(option, file.name):
        text = text_of(_bytes_of(file))
        if not text.strip():
            logger.warning("The file of `%s` is empty: there is no state, and all rows are read", option)
            return io.StringIO("{}")
        if not isinstance(document := document_in(text), dict):
            raise TypeError
        check_depth(document)
    return io.StringIO(_ENCODER.encode(document).decode())


def config_file(path: str) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        click.BadParameter: The file holds no JSON object.
    """
    with readable("--config", path):
        document = json.loads(text_of(Path(path).read_bytes()), parse_float=Decimal)
        if not isinstance(document, dict):
            raise TypeError
        check_depth(document)
    return document


def text_of(content: bytes) -> str:
    """Return the text in the bytes of a file: UTF-8 or UTF-16, with or without a byte order mark.

    Raises:
        ValueError: The bytes are in another encoding.
    """
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        message = "it is neither UTF-8 nor UTF-16; save it as UTF-8"
    raise ValueError(message)


def _bytes_of(file: IO[str]) -> bytes:
    """Return all of a file, which click has opened as text in the encoding of the machine."""
    if isinstance(buffer := getattr(file, "buffer", None), io.BufferedIOBase):
        return buffer.read()
    return file.read().encode()


@contextlib.contextmanager
def readable(option: str, *paths: str) -> Iterator[None]:
    """Raise click's error for a wrong option when a file cannot be read as a JSON object."""
    try:
        yield
    except OSError as error:
        reason = f"{' or '.join(paths)}: {error.strerror or error}"
    except ValueError as error:
        reason = f"{' or '.join(paths)} is not JSON: {error}"
    except RecursionError:
        reason = f"{' or '.join(paths)} is nested more than {MOST_LEVELS} levels deep."
    except TypeError:
        reason = f"{' or '.join(paths)} holds no JSON object."
    else:
        return
    raise click.BadParameter(reason, param_hint=option)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
