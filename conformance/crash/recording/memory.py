"""A traced process's memory, through /proc."""

from __future__ import annotations

import os
import struct

_PAGE = 4096
_LONGEST_PATH = 4096


class Memory:
    """Reads and writes the memory of a stopped process. Raises OSError for an address that is not mapped."""

    def __init__(self, tid: int) -> None:
        self._file = os.open(f"/proc/{tid}/mem", os.O_RDWR | os.O_CLOEXEC)

    def read(self, address: int, length: int) -> bytes:
        """Exactly `length` bytes."""
        parts = []
        while length > 0:
            part = os.pread(self._file, length, address)
            if not part:
                raise OSError("the memory ends")
            parts.append(part)
            address, length = address + len(part), length - len(part)
        return b"".join(parts)

    def write(self, address: int, content: bytes) -> None:
        """Overwrite bytes."""
        os.pwrite(self._file, content, address)

    def text(self, address: int) -> str:
        """A string that ends with a zero byte."""
        found = b""
        while len(found) < _LONGEST_PATH:
            part = self.read(address, _PAGE - address % _PAGE)
            head, zero, _ = part.partition(b"\0")
            found += head
            if zero:
                break
            address += len(part)
        return os.fsdecode(found)

    def word(self, address: int) -> int:
        """An unsigned 8 byte number."""
        return int.from_bytes(self.read(address, 8), "little")

    def vector(self, address: int, count: int) -> list[tuple[int, int]]:
        """The (address, length) pairs of an array of struct iovec."""
        words = struct.unpack(f"={2 * count}Q", self.read(address, 16 * count))
        return list(zip(words[::2], words[1::2], strict=True))

    def gather(self, address: int, count: int) -> bytes:
        """The bytes that an array of struct iovec points to."""
        return b"".join(self.read(base, length) for base, length in self.vector(address, count))

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._file)


def signed(value: int, bits: int = 64) -> int:
    """A register's value read as a signed number of `bits` bits."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value
