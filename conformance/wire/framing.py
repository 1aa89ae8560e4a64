"""From bytes to lines and back.

A line ends with a line feed. Lines may come in pieces of any size, several at once, or with the first
bytes of the next one.
"""

from __future__ import annotations

MAX_LINE_BYTES = 512 * 1024 * 1024


class LineTooLongError(ValueError):
    """A line grew beyond the limit without an end."""


class LineBuffer:
    """Collects bytes and gives out whole lines, without their line feeds. Blank lines are left out."""

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self._held = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take some bytes; give the lines that they complete.

        Raises LineTooLongError when what is held of one line exceeds the limit.
        """
        first, *rest = data.split(b"\n")
        self._hold(first)
        lines = []
        for piece in rest:
            lines.append(b"".join(self._pieces))
            self._pieces.clear()
            self._held = 0
            self._hold(piece)
        return [line for line in lines if line.strip()]

    @property
    def pending(self) -> bytes:
        """The bytes of a line that has not ended yet."""
        return b"".join(self._pieces)

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)
            self._held += len(piece)
        if self._held > self._limit:
            raise LineTooLongError(f"a line is longer than {self._limit} bytes")
