"""A small store on SQLite that speaks the wire. Usage: toy_store.py JOURNAL_MODE SYNCHRONOUS."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any


class Store:
    """Names and statuses in one table."""

    def __init__(self, data_path: Path, journal_mode: str, synchronous: str) -> None:
        self._connection = sqlite3.connect(data_path / "store.db", isolation_level=None, timeout=1)
        self._connection.execute(f"PRAGMA journal_mode={journal_mode}")
        self._connection.execute(f"PRAGMA synchronous={synchronous}")
        self._connection.execute("CREATE TABLE IF NOT EXISTS jobs (name PRIMARY KEY, status)")

    def perform(self, method: str, params: dict[str, Any]) -> Any:
        if method == "load_all":
            return {"records": dict(self._connection.execute("SELECT name, status FROM jobs"))}
        if method == "cancel":
            self._connection.execute("DELETE FROM jobs WHERE name = ?", (params["id"],))
        elif method == "close":
            self._connection.close()
        else:
            row = (params["id"], params["status"])
            self._connection.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?)", row)
        return None


def perform(handles: dict[int, Store], method: str, params: dict[str, Any]) -> Any:
    if method == "initialize":
        return {"name": "store"}
    if method == "shutdown":
        return None
    if method == "open":
        handles[len(handles) + 1] = Store(Path(params["data_path"]), sys.argv[1], sys.argv[2])
        return {"handle": len(handles)}
    return handles[params["handle"]].perform(method, params)


def main() -> None:
    handles: dict[int, Store] = {}
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            answer["result"] = perform(handles, request["method"], request["params"])
        except sqlite3.Error as error:
            answer["error"] = {"code": 2, "message": repr(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
