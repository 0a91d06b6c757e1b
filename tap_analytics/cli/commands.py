"""The commands besides a sync, such as `tap-analytics preview`: one line for each."""

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
    """
    for place, word in enumerate(arguments):
        before = arguments[place - 1] if place else ""
        if word.startswith("-") or (before.startswith("--") and "=" not in before):
            continue
        found = next((line for line in COMMANDS if line.word == word), None)
        if found:
            found.run(arguments[:place] + arguments[place + 1 :])
        return found is not None
    return False
