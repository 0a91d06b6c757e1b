"""The throwaway PostgreSQL: there at once, gone afterwards, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import demo.postgres
from demo.postgres import Postgres, PostgresUnavailable

# Starts a server, says where, and waits to be ended.
PROGRAM = """
from demo.postgres import Postgres
with Postgres() as postgres:
    print(postgres.url, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory that servers put theirs into."""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.fixture(scope="module")
def available() -> None:
    try:
        Postgres().__enter__().stop()
    except PostgresUnavailable as reason:
        pytest.skip(str(reason))


def answer(url: str) -> object:
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute("SELECT 42").fetchone()


@pytest.mark.usefixtures("available")
def test_a_server_answers_inside_the_block_and_is_gone_after_it(place: Path) -> None:
    others = set(place.iterdir())
    with Postgres() as postgres:
        assert answer(postgres.url) == (42,)
        assert set(place.iterdir()) != others
    with pytest.raises(psycopg.OperationalError):
        answer(postgres.url)
    assert set(place.iterdir()) == others


@pytest.mark.usefixtures("available")
def test_two_servers_do_not_know_each_other() -> None:
    with Postgres() as one, Postgres() as other:
        with psycopg.connect(one.url) as connection:
            connection.execute("CREATE TABLE found (id int)")
        with psycopg.connect(other.url) as connection:
            assert connection.execute("SELECT to_regclass('found')").fetchone() == (None,)
        assert one.port != other.port


@pytest.mark.usefixtures("available")
def test_a_server_goes_with_an_exception(place: Path) -> None:
    others = set(place.iterdir())
    with pytest.raises(ZeroDivisionError), Postgres():
        raise ZeroDivisionError
    assert set(place.iterdir()) == others


@pytest.mark.usefixtures("available")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda ending: ending.name)
def test_a_server_goes_with_its_process_however_that_ends(place: Path, ending: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    with (
        (place / "stderr").open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=root,
        ) as process,
    ):
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, (place / "stderr").read_text()
        (directory,) = place.glob("postgres-*")
        assert answer(url) == (42,)
        process.send_signal(ending)
        process.wait(30)
    wait_until_gone(directory)
    with pytest.raises(psycopg.OperationalError):
        answer(url)


def test_a_machine_without_postgresql_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.postgres._installations", lambda: iter(()))
    with pytest.raises(PostgresUnavailable, match="Install PostgreSQL"):
        Postgres().__enter__()


def test_binaries_that_do_not_start_are_told_with_the_reason(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = place / "initdb"
    broken.write_text("#!/bin/sh\necho 'wrong libc'\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr("demo.postgres._installations", lambda: iter((place,)))
    with pytest.raises(PostgresUnavailable, match="wrong libc"):
        Postgres().__enter__()
    assert list(place.iterdir()) == [broken]


@pytest.mark.usefixtures("available")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_root_becomes_nobody_where_there_is_no_unshare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR")  # the directories that pytest makes are closed to nobody
    monkeypatch.setattr("tempfile.tempdir", None)
    which = shutil.which
    monkeypatch.setattr("shutil.which", lambda name: None if name == "unshare" else which(name))
    try:
        with Postgres() as postgres:
            assert answer(postgres.url) == (42,)
    except PostgresUnavailable as reason:
        pytest.skip(f"nobody may not read the binaries: {reason}")


def test_a_server_that_never_ran_can_be_stopped() -> None:
    Postgres().stop()
    assert Path(__file__).exists()


@pytest.mark.usefixtures("available")
def test_a_port_that_was_taken_meanwhile_is_changed_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with Postgres() as one:
        free_port = demo.postgres._free_port  # noqa: SLF001 - there is no other way to meet a taken port
        ports = iter((one.port, one.port, free_port()))
        monkeypatch.setattr("demo.postgres._free_port", lambda: next(ports))
        with Postgres() as other:
            assert answer(other.url) == (42,)


def wait_until_gone(directory: Path) -> None:
    """Return when the directory is no more, which is the last thing to go; fail if that takes 20 seconds."""
    script = 'while [ -e "$1" ]; do sleep 0.05; done'
    subprocess.run(["/bin/sh", "-c", script, "sh", directory], timeout=20, check=True)
