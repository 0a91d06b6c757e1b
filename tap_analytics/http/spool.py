"""Spool: a body of any size in a temporary file, so that it is checked whole before its first record goes out."""

from __future__ import annotations

import hashlib
import weakref
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from tap_analytics.http.body import BodyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Bytes that are held in memory; a larger body goes to the folder for temporary files.
IN_MEMORY = 4 * 1024 * 1024
# Bytes of the beginning, which the response has as its body.
BEGINNING = 64 * 1024


class Spool:
    """Takes the body of a response into a file without a name, which is deleted when the spool is.

    `is_cut` says whether the spool has only the beginning of the body: no more than `most` bytes are read.
    """

    def __init__(self, *, most: int | None = None) -> None:
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - its reader closes it
        # The file is closed with the spool, in whatever order Python deletes the two.
        self.close = weakref.finalize(self, self.file.close)
        self.size = 0
        self.is_cut = False
        self._most = most

    def fill(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Write the pieces of a body to the file, and return its first bytes.

        Raises:
            BodyError: There is no room for them.
        """
        for piece in pieces:
            if self.size < BEGINNING:
                yield piece[: BEGINNING - self.size]
            self._keep(piece)
            if self._most is not None and self.size >= self._most:
                self.is_cut = True
                return

    def _keep(self, piece: bytes) -> None:
        try:
            self.file.write(piece)
        except OSError as error:
            reason = error.strerror
        else:
            self.size += len(piece)
            return
        message = f"the response cannot be kept in a temporary file ({reason}); set TMPDIR to a folder that has room"
        raise BodyError(message)

    def fingerprint(self) -> str:
        """Return a digest of the body: two bodies with the same one are equal."""
        self.file.seek(0)
        return hashlib.file_digest(self.file, "sha256").hexdigest()
