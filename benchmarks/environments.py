"""The environments of the contestants: one each, since they need other versions of the same packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements"
ENVIRONMENTS = HERE / ".venvs"
STAMP = ".installed"
VERSIONS = """
import sys
from importlib.metadata import version
print(", ".join(f"{name} {version(name)}" for name in sys.argv[1:]))
"""

_TIMEOUT = 600


class EnvironmentUnavailable(Exception):  # noqa: N818 - it says what happened
    """The environment cannot be made here; the message says why."""


@dataclass(frozen=True)
class Environment:
    """An environment of Python; that of this process unless it has a file of requirements."""

    requirements: str | None = None

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self._folder / "bin" / "python" if self.requirements else Path(sys.executable)

    def make(self) -> None:
        """Make it, unless it is there with the same requirements.

        Raises:
            EnvironmentUnavailable: A requirement cannot be installed.
        """
        if self.requirements is None or self._is_made:
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        for command in self._commands():
            _call(command)
        (self._folder / STAMP).write_text(self._wanted)

    def versions(self, *packages: str) -> str:
        """Return the version of each of these distributions, each once."""
        return _call([str(self.python), "-c", VERSIONS, *dict.fromkeys(packages)]).strip()

    @property
    def _folder(self) -> Path:
        return ENVIRONMENTS / str(self.requirements)

    @property
    def _file(self) -> Path:
        return REQUIREMENTS / f"{self.requirements}.txt"

    @property
    def _wanted(self) -> str:
        return f"{sys.version}\n{self._file.read_text()}"

    @property
    def _is_made(self) -> bool:
        stamp = self._folder / STAMP
        return stamp.exists() and stamp.read_text() == self._wanted

    def _commands(self) -> list[list[str]]:
        folder, python, file = str(self._folder), str(self.python), str(self._file)
        beside = Path(sys.executable).with_name("uv")
        uv = str(beside) if beside.exists() else shutil.which("uv")
        if uv:
            install = [uv, "pip", "install", "--quiet", "--python", python, "--requirement", file]
            return [[uv, "venv", "--quiet", "--python", sys.executable, folder], install]
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", file]
        return [[sys.executable, "-m", "venv", folder], pip]


def _call(command: list[str]) -> str:
    """Run a command to its end and return what it printed.

    Raises:
        EnvironmentUnavailable: It failed, or took too long.
    """
    try:
        process = subprocess.run(  # noqa: S603 - our own command
            command, check=True, capture_output=True, text=True, timeout=_TIMEOUT
        )
    except subprocess.CalledProcessError as error:
        reason = " ".join(error.stderr.split()) or f"{command[0]} ended with {error.returncode}"
    except subprocess.TimeoutExpired:
        reason = f"{Path(command[0]).name} did not end within {_TIMEOUT} s"
    else:
        return process.stdout
    raise EnvironmentUnavailable(reason)
