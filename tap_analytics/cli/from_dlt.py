"""`tap-analytics from-dlt`: the configuration that stands in dlt's Python, as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tap_analytics.resources.dlt_python import source, written
from tap_analytics.resources.dlt_python.configuration import Configuration, configuration
from tap_analytics.resources.dlt_python.steps import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_analytics.resources.dlt_python.values import Remark


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--line", type=click.IntRange(min=1), help="The line of the configuration, where FILE holds several.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help=f"A file to write to; {FILE} goes beside it."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
def from_dlt(file: Path, line: int | None, output: Path | None, *, force: bool) -> None:
    """Print the configuration that the dlt source in FILE is, as YAML.

    FILE is Python, a page with blocks of Python, or a configuration as JSON or YAML whose words are to be mended. Its
    code is read, and never run. What is mended, and what is left out, is told with its line. The exit code is 1 where
    something is left out that decides what is read.
    """
    text = _text(file)
    is_written = file.suffix in {".json", ".yaml", ".yml"}
    found = (
        written.read(text)
        if is_written
        else source.read(text, is_module=file.suffix == ".py", folder=file.resolve().parent)
    )
    if not found.configurations:
        _tell(file, found.remarks)
        message = f"{file} holds no configuration: no call of `rest_api_source` or `rest_api_resources` is read in it."
        raise click.ClickException(message)
    if not is_written and found.file:
        file, text = file.parent / found.file, found.text
    made = configuration(found, _choose(list(found.configurations), line, file), text)
    _tell(file, made.remarks)
    if not made.content.get("resources"):
        # The tap would read its ready streams.
        message = f"{file} holds no resource that can be read without running it; nothing is written."
        raise click.ClickException(message)
    if output is None:
        click.echo(made.text(), nl=False)
    else:
        _write(made, output, force=force)
    _tell_needs(made, output)
    if any(remark.loses for remark in made.remarks):
        raise click.exceptions.Exit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        fault = "is not text in UTF-8"
    message = f"{file} {fault}"
    raise click.BadParameter(message, param_hint="FILE")


def _choose(lines: list[int], line: int | None, file: Path) -> int:
    """Return the line of the only configuration, or of the one that `--line` names."""
    if line is None and len(lines) == 1:
        return lines[0]
    if line in lines:
        return line
    listed = ", ".join(map(str, lines))
    there = "a configuration at line" if len(lines) == 1 else f"{len(lines)} configurations, at the lines"
    message = f"{file} holds {there} {listed}; choose one."
    raise click.BadParameter(message, param_hint="--line")


def _tell(file: Path, remarks: Iterable[Remark]) -> None:
    for remark in remarks:
        click.echo(f"{file}:{remark.line}: {remark.sentence}", err=True)


def _write(made: Configuration, output: Path, *, force: bool) -> None:
    """Write the configuration, and its steps beside it; if one of the files exists already, write neither."""
    files = {output: made.text()} | ({output.parent / FILE: made.steps} if made.steps else {})
    for path in files:
        if path.exists() and not force:
            message = f"{path} is there already; choose another, or set --force."
            raise click.BadParameter(message, param_hint="--output")
    for path, content in files.items():
        try:
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}"
            raise click.BadParameter(message, param_hint="--output") from None


def _tell_needs(made: Configuration, output: Path | None) -> None:
    if made.variables:
        click.echo(f"Set before a run: {', '.join(made.variables)}.", err=True)
    if made.step_names and output is None:
        names = ", ".join(made.step_names)
        click.echo(f"With --output, {FILE} is written beside it, with the code of: {names}.", err=True)
