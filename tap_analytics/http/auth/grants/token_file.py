"""The file that keeps a refresh token for the next run: written whole or not at all, by one run at a time."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import TransientError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

# Seconds to wait for another run that is getting a token.
LONGEST_WAIT = 120.0
# Bytes that are written before a token is asked for, so that there is room for the answer.
ROOM = 32 * 1024

_PAUSE = 0.05
_ROUNDS = int(LONGEST_WAIT / _PAUSE)


class TokenFile:
    """Keeps the newest refresh token, and the one in the settings that it replaced.

    Args:
        path: The path of the file. The lock stands in a file beside it, and for a moment so does the next content.
        first: The refresh token in the settings; None if only the file has one. If the file's token replaced another
            one, the file is ignored: somebody has set a new token since.
    """

    def __init__(self, path: Path, first: str | None) -> None:
        self._path = path
        self._origin = hashlib.sha256(first.encode("utf-8", "replace")).hexdigest() if first else None
        self._draft: int | None = None

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self | None:
        """Return the file that the settings name; None if they name none."""
        path = config.get("token_file")
        return cls(Path(os.path.realpath(Path(path).expanduser())), config.get("refresh_token")) if path else None

    def faults(self) -> Iterator[str]:
        """Give a sentence for each fault of the file; it need not exist if the settings have a token."""
        try:
            if not self._path.parent.is_dir():
                yield "`token_file` is in a folder that is not there; make the folder first"
            elif not os.access(self._path.parent, os.W_OK):
                yield "`token_file` is in a folder that cannot be written; name one that can, for new refresh tokens"
            elif not self._path.exists():
                if self._origin is None:
                    yield "`token_file` is not there yet; set `refresh_token` for the first run"
            elif os.name == "posix" and self._path.stat().st_mode & stat.S_IROTH:
                yield "`token_file` can be read by every user of this machine; run `chmod 600` on it"
            else:
                self._read()
        except ValueError as error:
            yield str(error)
        except OSError as error:
            yield f"`token_file` cannot be read: {error.strerror}"

    def token(self) -> str | None:
        """Return the refresh token in the file; None if the one in the settings is newer.

        Raises:
            FatalAPIError: The file cannot be read.
        """
        try:
            kept = self._read() if self._path.exists() else {}
        except ValueError as error:
            failure = str(error)
        except OSError as error:
            failure = f"`token_file` cannot be read: {error.strerror}"
        else:
            has_followed = self._origin is None or kept.get("follows", self._origin) == self._origin
            return kept.get("refresh_token") if has_followed else None
        raise FatalAPIError(failure)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Lock the file for the block, and reserve room on the disk for a new token.

        Raises:
            TransientError: Another run has held the lock for too long.
            FatalAPIError: The file cannot be written; no token has been asked for.
        """
        with self._lock():
            self._draft = self._make_draft()
            try:
                yield
            finally:
                if self._draft is not None:
                    os.close(self._draft)
                    self._draft = None
                    with suppress(OSError):
                        self._draft_path.unlink()

    def keep(self, token: str) -> None:
        """Write a new refresh token to the file; after any failure the file has the old one or the new one.

        Raises:
            FatalAPIError: It could not be written.
        """
        document = {"refresh_token": token} | ({"follows": self._origin} if self._origin else {})
        content = json.dumps(document).encode()
        draft, self._draft = self._draft, None
        assert draft is not None  # noqa: S101 - a token is kept in its turn
        try:
            _write(draft, content)
            self._draft_path.replace(self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            failure = error.strerror
        else:
            return
        message = (
            f"the API gave a new refresh token, but `token_file` could not be written: {failure}; the one before is "
            "of no more use, so get a new one, and set it as `refresh_token`"
        )
        raise FatalAPIError(message)

    @property
    def _draft_path(self) -> Path:
        return self._path.with_name(f"{self._path.name}.new")

    def _read(self) -> dict[str, Any]:
        """Return the content of the file.

        Raises:
            ValueError: It has no refresh token.
            OSError: It cannot be read.
        """
        try:
            found = json.loads(self._path.read_bytes())
        except (ValueError, RecursionError):
            found = None
        token = found.get("refresh_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            message = (
                "`token_file` is not as the tap writes it, JSON with a `refresh_token`; remove it, and set a "
                "`refresh_token`"
            )
            raise ValueError(message)
        return dict(found)

    def _make_draft(self) -> int:
        """Return a new open file with room for a token.

        Raises:
            FatalAPIError: It cannot be made.
        """
        try:
            draft = os.open(self._draft_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                _write(draft, b" " * ROOM, is_last=False)
            except OSError:
                os.close(draft)
                self._draft_path.unlink()
                raise
        except OSError as error:
            failure = error.strerror
        else:
            return draft
        message = f"`token_file` cannot be written: {failure}; no token was asked for, since a new one could be lost"
        raise FatalAPIError(message)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError as error:
            message = f"`token_file` cannot be locked: {error.strerror}; its folder must be one that can be written"
            failure = FatalAPIError(message)
        else:
            try:
                _wait_for(lock)
                yield
            finally:
                os.close(lock)
            return
        raise failure


def _wait_for(lock: int) -> None:
    """Wait until this run alone has the lock.

    Raises:
        TransientError: Another run has held it for too long.
    """
    if sys.platform == "win32":
        return  # this system has no such locks: runs must not overlap there
    for _ in range(_ROUNDS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return
    message = f"another run has had `token_file` for {LONGEST_WAIT:g} s; wait for it, or end it"
    raise TransientError(message)


def _write(file: int, content: bytes, *, is_last: bool = True) -> None:
    """Replace the content of an open file, down to the disk, and close it if `is_last`."""
    try:
        os.lseek(file, 0, os.SEEK_SET)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.ftruncate(file, len(content))
        os.fsync(file)
    finally:
        if is_last:
            os.close(file)


def _sync_folder(folder: Path) -> None:
    """Write the new name of a file down to the disk, on systems where a folder can be opened."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
