"""Writing a ZIP that is sent while it is made."""

from __future__ import annotations

import io
from typing import Any

__all__ = ["Sink"]


class Sink(io.RawIOBase):
    """What the archive writes to: it cannot be gone back in, and is emptied as it is filled."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._place = 0

    def writable(self) -> bool:
        """It is written to, and nothing else."""
        return True

    def write(self, data: Any) -> int:
        """Hold the bytes until they are taken."""
        self._held += data
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes were written so far."""
        return self._place

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        piece = bytes(self._held)
        self._held.clear()
        return piece
