"""A body in a file of its own: it is looked through before the first record of it goes out, whatever its size."""

from __future__ import annotations

import hashlib
import weakref
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from tap_analytics.http.body import BodyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Bytes that are held in memory; what is larger goes to the folder for temporary files.
IN_MEMORY = 4 * 1024 * 1024
# Bytes of the beginning, which are looked at like the body of any other response.
BEGINNING = 64 * 1024


class Spool:
    """Takes the body of a response; the file has no name, and is gone when nobody needs it any more.

    `is_cut` says whether there is only the beginning of the body, of which no more than `most` bytes were wanted.
    """

    def __init__(self, *, most: int | None = None) -> None:
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever reads it closes it
        # Who forgets the spool closes the file, in whatever order the two are forgotten.
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
        """Return what is the same for two bodies only if they are."""
        self.file.seek(0)
        return hashlib.file_digest(self.file, "sha256").hexdigest()
