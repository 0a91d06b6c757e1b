"""The commands besides a sync, such as `tap-analytics preview`: one line for each."""

import re
import sys
from importlib import import_module
from typing import NamedTuple


class Line(NamedTuple):
    """A command: how it is typed, the module of `cli/` that has a function of its name, and what it does."""

    usage: str
    module: str
    does: str

    @property
    def word(self) -> str:
        """The word that the command is called by."""
        return self.usage.partition(" ")[0]

    def run(self, arguments: list[str]) -> None:
        """Import the module of the command, and run the command with its arguments."""
        command = getattr(import_module(f"tap_analytics.cli.{self.module}"), self.word.replace("-", "_"))
        command(arguments, prog_name=f"tap-analytics {self.word}")


# In the order of `--help`.
COMMANDS = (
    Line("streams", "streams", "shows the streams as a table"),
    Line("preview STREAM", "preview", "shows the first rows of a stream"),
    Line("detect URL", "detect", "finds out how the list at a URL is read"),
    Line("plan STREAM", "windows", "prints the windows of a stream"),
    Line("from-dlt FILE", "from_dlt", "translates a pipeline of dlt"),
)


def in_words() -> str:
    """Return a sentence that names all commands."""
    *most, last = [f"`tap-analytics {line.usage}` {line.does}" for line in COMMANDS]
    return f"{', '.join(most)}, and {last}."


def run_command(arguments: list[str]) -> bool:
    """Run the command that the arguments name, and return whether they name one.

    The command is the first argument that is neither an option nor the value of one: Meltano puts options before it.
    Any other word in its place ends the process, since the tap takes none.
    """
    for place, word in enumerate(arguments):
        before = arguments[place - 1] if place else ""
        if word.startswith("-") or (before.startswith("--") and "=" not in before):
            continue
        found = next((line for line in COMMANDS if line.word == word), None)
        if found is None:
            sys.stderr.write(f"{_no_command(word)}\n")
            raise SystemExit(2)
        found.run(arguments[:place] + arguments[place + 1 :])
        return True
    return False


def _no_command(word: str) -> str:
    """Return the message for a word that is no command; an address may have a key in it, and is not repeated."""
    from difflib import get_close_matches  # noqa: PLC0415 - few runs are misspelt

    words = [line.word for line in COMMANDS]
    if "://" in word:
        return "an address goes behind a command: `tap-analytics detect URL`"
    if re.search(r"\.(?:json|ya?ml)$", word):
        return "a file goes behind an option: `tap-analytics --config FILE`"
    named = f"`{word}` is no command" if re.fullmatch(r"[A-Za-z][a-z-]{0,19}", word) else "the argument is no command"
    options = ("about", "discover", "help", "test", "version")
    meant = next(iter(get_close_matches(word.lower(), [*words, *options], n=1)), "")
    hint = f"; did you mean `{'--' * (meant in options)}{meant}`? There" if meant else "; there"
    return f"{named}{hint} are {', '.join(f'`{each}`' for each in words)}; a sync is `tap-analytics --config FILE`"
