"""The README as a new user follows it: block after block, in fresh shells, in a fresh copy, with an empty home."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from scripts.reference import README
from tests.project.test_docs import FENCE, Block, Command, commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.slow

ROOT = README.parent
NOT_COPIED = (".git", ".venv*", ".targets", ".meltano", ".*_cache", ".hypothesis", "__pycache__", "dist", "output")
# What a company's proxy and its certificate are told by.
OF_NETWORK = re.compile("^(pip_|uv_|.*_proxy$|ssl_cert|requests_ca|curl_ca)", re.IGNORECASE)
SECTIONS = ("See it work", "First sync", "Your own API in five minutes", "With Meltano")
# The blocks that need more than a clone: tests/syncs/test_meltano.py has a database for the second.
NEEDS_MORE = ("<!-- with target-jsonl -->", "<!-- meltano: five commands -->")
ANOTHER, SAME = "<!-- another terminal -->", "<!-- the same terminal -->"
PART = re.compile(rf"{FENCE.pattern}|^(<!-- (?:with|meltano|another)[^>]*-->)$", re.MULTILINE | re.DOTALL)


class Terminal(NamedTuple):
    """The blocks that are typed into one terminal, one after another."""

    section: str
    blocks: list[Block]

    @property
    def commands(self) -> list[Command]:
        return [each for block in self.blocks if block.language == "console" for each in commands(block.text)]

    @property
    def script(self) -> str:
        lines = ["set -e"]
        for block in self.blocks:
            if block.file:
                lines.append(f"cat > {block.file} <<'END'\n{block.text}END")
            elif block.language == "console":
                lines += [f"{each.line}\necho '-- end'" for each in commands(block.text)]
            elif block.language == "sh":
                lines.append(block.text)
        return "\n".join(lines)


def terminals() -> list[Terminal]:
    """Return the terminals of the README in order; a section begins with a new one, unless it says that it does not."""
    found: list[Terminal] = []
    for part in re.split(r"^## ", README.read_text(), flags=re.MULTILINE):
        title, _, text = part.partition("\n")
        if title not in SECTIONS:
            continue
        if SAME not in text:
            found.append(Terminal(title, []))
        mark = ""
        for *block, comment in PART.findall(text):
            if comment == ANOTHER:
                found.append(Terminal(title, []))
            elif not comment and mark not in NEEDS_MORE:
                found[-1].blocks.append(Block(*block))
            mark = comment
    return found


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has just come: an empty home, and programs that are there for all."""
    (tmp_path / "home").mkdir()
    network = {name: value for name, value in os.environ.items() if OF_NETWORK.match(name)}
    path = f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin"
    return {**network, "HOME": str(tmp_path / "home"), "PATH": path, "TERM": "dumb", "LANG": "C.UTF-8"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def left_running(script: str, folder: Path, environment: dict[str, str], port: int) -> Iterator[None]:
    """Run a script that serves at a port until the block ends."""
    process = subprocess.Popen(
        ["/bin/bash", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 60
        while not listens(port):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def test_sections_have_their_terminals() -> None:
    assert [one.section for one in terminals()] == ["See it work", "First sync", "First sync", "With Meltano"]


def test_a_user_with_an_empty_home_gets_through_all_blocks(tmp_path: Path, surroundings: dict[str, str]) -> None:
    clone = tmp_path / "tap-analytics"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    port = free_port()

    def local(text: str) -> str:
        return text.replace(":8000", f":{port}").replace(
            "tap_analytics.sandbox\n", f"tap_analytics.sandbox --port {port}\n"
        )

    first, serving, *rest = terminals()
    run(first, clone, surroundings, local(first.script))
    with left_running(local(serving.script), clone, surroundings, port):
        for terminal in rest:
            outputs = run(terminal, clone, surroundings, local(terminal.script))
            for command, output in zip(terminal.commands, outputs, strict=True):
                shown = output.replace(f":{port}", ":8000")
                assert command.matches(shown), f"$ {command.line}\n{shown}\nnot\n{command.output}"


def run(terminal: Terminal, folder: Path, environment: dict[str, str], script: str) -> list[str]:
    """Type a script into a fresh shell and return what each command of a block `console` prints."""
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"{terminal.section}\n{done.stdout}\n{done.stderr}"
    return done.stdout.split("-- end\n")[:-1]
