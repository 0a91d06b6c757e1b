"""The file that keeps a refresh token."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.auth.grants import token_file
from tap_analytics.http.auth.grants.token_file import TokenFile
from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from pathlib import Path


def file_of(path: Path, first: str | None = "first") -> TokenFile:
    found = TokenFile.of({"token_file": str(path), "refresh_token": first})
    assert found is not None
    return found


def keep(path: Path, token: str, first: str | None = "first") -> None:
    file = file_of(path, first)
    with file.turn():
        file.keep(token)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "token.json"


def test_without_the_setting_there_is_no_file() -> None:
    assert TokenFile.of({"refresh_token": "r"}) is None


def test_what_is_kept_is_there_for_the_next_run_and_for_its_owner_alone(path: Path) -> None:
    assert list(file_of(path).faults()) == []
    assert file_of(path).token() is None
    keep(path, "second")
    assert list(file_of(path).faults()) == []
    assert file_of(path).token() == file_of(path, None).token() == "second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "first" not in path.read_text()
    assert sorted(each.name for each in path.parent.iterdir()) == ["token.json", "token.json.lock"]


def test_a_new_token_in_the_settings_comes_before_the_file(path: Path) -> None:
    keep(path, "second")
    assert file_of(path, "set anew").token() is None
    path.write_text('{"refresh_token": "by hand"}')
    assert file_of(path, "set anew").token() == "by hand"


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    keep(link, "second")
    assert link.is_symlink()
    assert file_of(path).token() == "second"


@pytest.mark.parametrize(
    "content", ["s3cret", "{", "[]", "{}", '{"refresh_token": ""}', '{"refresh_token": 5}', "\xff"]
)
def test_a_file_of_another_kind_is_told_without_its_content(path: Path, content: str) -> None:
    path.write_bytes(content.encode("latin-1"))
    path.chmod(0o600)
    (fault,) = file_of(path).faults()
    assert fault.startswith("`token_file` is not as the tap writes it, JSON with a `refresh_token`; remove it")
    with pytest.raises(FatalAPIError, match="not as the tap writes it"):
        file_of(path).token()


def test_a_file_that_all_may_read_is_told_and_one_for_a_group_is_not(path: Path) -> None:
    keep(path, "second")
    path.chmod(0o660)
    assert list(file_of(path).faults()) == []
    path.chmod(0o644)
    assert list(file_of(path).faults()) == [
        "`token_file` can be read by every user of this machine; run `chmod 600` on it"
    ]


def test_a_file_that_cannot_be_there_is_told(path: Path, tmp_path: Path) -> None:
    assert list(file_of(path, None).faults()) == [
        "`token_file` is not there yet; set `refresh_token` for the first run"
    ]
    (fault,) = file_of(tmp_path / "missing" / "token.json").faults()
    assert fault == "`token_file` is in a folder that is not there; make the folder first"
    path.mkdir(mode=0o700)
    assert list(file_of(path).faults()) == ["`token_file` cannot be read: Is a directory"]
    with (
        pytest.raises(FatalAPIError, match="cannot be locked: No such file or directory"),
        file_of(tmp_path / "missing" / "token.json").turn(),
    ):
        pytest.fail("there is no turn")


def test_a_folder_that_cannot_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The superuser may write everywhere.
    monkeypatch.setattr(os, "access", lambda *_: False)
    (fault,) = file_of(path).faults()
    assert fault.startswith("`token_file` is in a folder that cannot be written")


class Disk:
    """Writes so many times, and is full then."""

    def __init__(self, writes: int) -> None:
        self.writes, self.write = writes, os.write

    def __call__(self, file: int, content: Any) -> int:  # noqa: ANN401 - bytes of any kind
        self.writes -= 1
        if self.writes < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self.write(file, content)


@pytest.mark.parametrize(
    ("writes", "message"),
    [
        (0, "`token_file` cannot be written: No space left on device; no token was asked for"),
        (1, "but `token_file` could not be written: No space left on device; the one before is of no more use"),
    ],
)
def test_on_a_full_disk_the_file_keeps_what_it_has(
    path: Path, monkeypatch: pytest.MonkeyPatch, writes: int, message: str
) -> None:
    keep(path, "second")
    with monkeypatch.context() as full:
        full.setattr(os, "write", Disk(writes))
        with pytest.raises(FatalAPIError) as raised:
            keep(path, "third")
    assert message in str(raised.value)
    assert "third" not in str(raised.value)
    assert file_of(path).token() == "second"
    keep(path, "third")
    assert file_of(path).token() == "third"


def test_one_run_at_a_time_has_the_file(path: Path) -> None:
    keep(path, "0")

    def count(_: int) -> None:
        file = file_of(path)
        with file.turn():
            file.keep(str(int(file.token() or "") + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(16)))
    assert file_of(path).token() == "16"


def test_a_run_that_keeps_the_file_for_too_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_file, "_ROUNDS", 2)
    with (
        file_of(path).turn(),
        pytest.raises(TransientError, match="another run has had `token_file`"),
        file_of(path).turn(),
    ):
        pytest.fail("there is no turn")


def test_where_no_new_token_came_nothing_is_left(path: Path) -> None:
    with file_of(path).turn():
        pass
    assert [each.name for each in path.parent.iterdir()] == ["token.json.lock"]
