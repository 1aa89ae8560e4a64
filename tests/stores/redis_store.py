"""Jobs in three hashes of a Redis server: field for field, so that a mutation reads nothing first."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from conformance import target

from .job_store import MANUAL, NEVER, PENDING, JobRow, JobStore
from .servers import address_of, crash_server

_NO_FAILURES = "0"


class RedisStore(JobStore):
    """The jobs of one data path. A mutation is one MULTI: atomic, and one entry of the append-only file."""

    errors = (redis.RedisError,)

    def __init__(self, client: redis.Redis, data_path: Path) -> None:
        self._client: Any = client
        home = b"jobs:" + os.fsencode(data_path)
        self._status, self._failures = home + b":status", home + b":failures"
        self._schedule, self._next_fire = home + b":schedule", home + b":next_fire_at"

    def put_schedule(self, qname: str, schedule: str, next_fire_at: str) -> None:
        with self._client.pipeline() as together:
            together.hsetnx(self._status, qname, PENDING)
            together.hsetnx(self._failures, qname, _NO_FAILURES)
            together.hset(self._schedule, qname, schedule)
            together.hset(self._next_fire, qname, next_fire_at)
            together.execute()

    def put_status(self, qname: str, status: str) -> None:
        with self._client.pipeline() as together:
            together.hset(self._status, qname, status)
            together.hsetnx(self._failures, qname, _NO_FAILURES)
            together.hsetnx(self._schedule, qname, MANUAL)
            together.hsetnx(self._next_fire, qname, NEVER)
            together.execute()

    def remove(self, qname: str) -> None:
        with self._client.pipeline() as together:
            for key in self._keys():
                together.hdel(key, qname)
            together.execute()

    def rows(self) -> list[JobRow]:
        with self._client.pipeline() as together:
            for key in self._keys():
                together.hgetall(key)
            status, failures, schedule, next_fire = together.execute()
        return [
            JobRow(
                name.decode(),
                status[name].decode(),
                int(failures[name]),
                _text(schedule, name),
                _text(next_fire, name),
            )
            for name in sorted(status)
        ]

    def plant(self, rows: Sequence[JobRow]) -> None:
        with self._client.pipeline() as together:
            for row in rows:
                together.hset(self._status, row.qname, row.status)
                together.hset(self._failures, row.qname, row.consecutive_failures)
                for key, value in ((self._schedule, row.schedule), (self._next_fire, row.next_fire_at)):
                    if value is not None:
                        together.hset(key, row.qname, value)
            together.execute()

    def _keys(self) -> tuple[bytes, ...]:
        return self._status, self._failures, self._schedule, self._next_fire


def _text(found: Mapping[bytes, bytes], name: bytes) -> str | None:
    value = found.get(name)
    return None if value is None else value.decode()


@cache
def _client(address: str) -> redis.Redis:
    """One for the process. A command whose answer was lost is not sent again: it may have been done."""
    return redis.Redis.from_url(address, retry=Retry(NoBackoff(), 0), socket_timeout=20)


@target(
    name="Redis",
    version=redis.__version__,
    conformance_class="store",
    capabilities=("planted_rows", "clock", "threads", "processes", "served"),
    crash=lambda: crash_server("redis"),
)
def open_redis(data_path: Path) -> RedisStore:
    """The jobs of `data_path` on the server that `address_of` knows; its settings are the server's affair."""
    return RedisStore(_client(address_of("redis")), data_path)
