"""The recorded terminals of the documentation, as SVG: each is made from a real run.

`python -m scripts.terminals` makes them anew, in about a minute, most of which is the demo's.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from scripts.drawings import PICTURES
from tap_analytics.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = {"contacts": 5000, "companies": 2000, "deals": 3000}
COLUMNS, LINES = 110, 50
# Codes for the cursor and the lines of a terminal; those for colours stay.
MOVES = re.compile(r"\x1b\[[0-9;?]*[A-HJKSTfhl]")
FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
# The moment of a run whose bar is shown.
LIVE = re.compile(r"[^\r\n]*contacts [^\r\n]*\((?:4|5|6)[0-9]%\)[^\r\n]*")


def record(command: Sequence[str], folder: Path, *, is_sync: bool = False) -> str:
    """Run a command on a terminal, and return all that it writes there; the messages of a sync are dropped."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAP_ANALYTICS_")}
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL if is_sync else theirs,
        stderr=theirs,
        cwd=folder,
        env={**environment, "TERM": "xterm-256color"},
    ):
        os.close(theirs)
        got = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return got.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has ended
        return b""


def picture(name: str, typed: str, shown: str) -> None:
    """Write a picture of a command that was typed, with what the terminal shows below it."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.assemble(("$ ", "bold green"), (typed, "bold")))
    console.print(Text.from_ansi(shown.strip("\r\n")))
    # The fonts would come from elsewhere.
    svg = FONTS.sub("", console.export_svg(title=typed, theme=MONOKAI, unique_id=name))
    (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def settle(got: str) -> str:
    """Return what a terminal shows at the end: the last text of each line, without lines that were removed."""
    lines = [line.rsplit("\r", 1)[-1] for line in MOVES.sub("", got).replace("\r\n", "\n").split("\n")]
    return "\n".join(line.rstrip() for line in lines if not LIVE.search(line))


def main() -> None:
    """Make all of them."""
    PICTURES.mkdir(exist_ok=True)
    root = Path(__file__).parents[1]
    picture("demo", "make demo", settle(record([sys.executable, "-m", "demo"], root)))
    with Sandbox(rows=ROWS, latency=0.02) as api, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        config = {"api_url": api.url, "api_key": api.api_key, "resources": list(ROWS), "concurrency": 2}
        (folder / "config.json").write_text(json.dumps(config))
        tap = [sys.executable, "-m", "tap_analytics", "--config", "config.json"]
        got = record(tap, folder, is_sync=True)
        bars = LIVE.findall(MOVES.sub("", got))
        table = settle(got[got.rindex("stream ") :])
        typed = "tap-analytics --config config.json > messages.jsonl"
        picture("bar", typed, f"{bars[0]}\n\n... and at the end:\n\n{table}")
        shown = settle(record([*tap, "preview", "contacts", "--rows", "2"], folder)).splitlines()
        typed = "tap-analytics preview contacts --rows 2 --config config.json"
        picture("preview", typed, "\n".join([*shown[:14], "...", *shown[-2:]]))
        shown_test = settle(record([*tap, "--test"], folder))
        picture("test", "tap-analytics --config config.json --test", shown_test)


if __name__ == "__main__":
    main()
