"""The documents that the linter is tried on, and damaged copies of them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

from conformance.contract.records import SystemTime
from conformance.golden import load_cases, released_documents

CLOCK = SystemTime.from_nanos(1_781_524_800_123_456_789)  # the product's when it read the load corpus
SEED = int(os.environ.get("MUTATION_SEED", "20261125"))
DOCUMENTS: dict[str, bytes] = {
    **{f"load/{case.name}": case.input for case in load_cases() if case.input is not None},
    **{f"{document.version}/{document.name}": document.content for document in released_documents()},
}
_TOKENS = (
    *(b"[", b"]", b"{", b"}", b",", b":", b'"', b"\\", b" ", b"\n", b"-", b"."),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf"),
    *(b"0", b"60.0", b"-0", b"1e0", b"4294967296", b"9223372036854775808", b"18446744073709551616"),
    *(b"null", b"true", b"[]", b"{}", b"[1,2]", b'{"Manual":null}', b'"x": 1,', b'"status": "x",'),
    *(b'"Manual"', b'"Cron"', b'"Periodic"', b'"qname"', b'"secs"', b'"nanos"', b'"schedule": '),
    *(b"\\ud800", b"\\u0000", b"\xed\xa0\x80", b"\xc3\xa9"),
)  # fmt: skip


def mutants(name: str, times: int = 10, seed: int = SEED) -> Iterator[bytes]:
    """Copies of a document, each damaged in one to three places; the same ones for the same seed."""
    rng = random.Random(f"{seed} {name}")
    for _ in range(times):
        data = DOCUMENTS[name]
        for _ in range(rng.choice((1, 1, 2, 3))):
            data = rng.choice(_DAMAGES)(data, rng)
        yield data


def _flip(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return bytes([rng.randrange(256)])
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + rng.choice(_TOKENS) + data[at:]


def _slice(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 1, 2, 5, 20, 200)))


def _delete(data: bytes, rng: random.Random) -> bytes:
    start, end = _slice(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start, end = _slice(data, rng)
    return data[:end] + data[start:end] + data[end:]


def _replace(data: bytes, rng: random.Random) -> bytes:
    """Put a token in the place of a value, a name or a mark."""
    start, end = _token(data, rng)
    return data[:start] + rng.choice(_TOKENS) + data[end:]


def _swap(data: bytes, rng: random.Random) -> bytes:
    (a, b), (c, d) = sorted((_token(data, rng), _token(data, rng)))
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def _token(data: bytes, rng: random.Random) -> tuple[int, int]:
    """A run of bytes between two marks of JSON, chosen at random."""
    at = rng.randint(0, len(data))
    start = max(data.rfind(mark, 0, at) for mark in (b",", b":", b"[", b"{", b"\n")) + 1
    ends = [end for mark in (b",", b":", b"]", b"}", b"\n") if (end := data.find(mark, at)) >= 0]
    return start, min(ends, default=len(data))


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _insert, _insert, _delete, _repeat),
    *(_replace, _replace, _replace, _swap, _truncate),
)  # fmt: skip
