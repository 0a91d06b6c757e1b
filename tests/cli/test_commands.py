"""The commands besides a sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.cli.commands import COMMANDS, Line, in_words, run_command

if TYPE_CHECKING:
    from tests.conftest import TapRunner


@pytest.mark.parametrize("line", COMMANDS, ids=lambda line: line.word)
def test_each_command_has_a_help_of_its_own(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command([line.word, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"Usage: tap-analytics {line.word}")


def test_the_help_of_the_tap_names_each_command(tap: TapRunner) -> None:
    # Lines are broken at hyphens too.
    shown = "".join(tap.run("--help").stdout.split())
    assert "".join(in_words().split()) in shown


@pytest.mark.parametrize(
    ("arguments", "is_command"),
    [
        (["detect", "--help"], True),
        (["--config", "c.json", "detect", "--help"], True),
        (["--config=c.json", "detect", "--help"], True),
        (["--config", "detect", "--help"], False),
        (["--discover"], False),
        ([], False),
    ],
)
def test_the_word_of_a_command_belongs_to_no_option(arguments: list[str], *, is_command: bool) -> None:
    if is_command:
        with pytest.raises(SystemExit):
            run_command(arguments)
    else:
        assert not run_command(arguments)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("detct", "`detct` is no command; did you mean `detect`? There are `"),
        ("Preview", "did you mean `preview`?"),
        ("from-dtl", "did you mean `from-dlt`?"),
        ("discover", "did you mean `--discover`?"),
        ("other", "`other` is no command; there are"),
        ("https://api.example.com/x?api_key=s3cret", "`tap-analytics detect URL`"),
        ("config.yaml", "`tap-analytics --config FILE`"),
        ("sk_s3cret", "the argument is no command"),
    ],
)
def test_a_word_that_is_no_command_says_what_may_be_meant(
    word: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command(["--log-level", "info", word, "detect"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert told in said
    assert "s3cret" not in said
    assert said.count("\n") == 1


def test_a_stream_may_be_called_like_a_command(tap: TapRunner) -> None:
    run = tap.run(*tap.write(config=tap.settings()), "preview", "streams")
    assert "there is no stream `streams`" in run.stderr
