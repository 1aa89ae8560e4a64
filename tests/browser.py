"""A real browser, without a window: what a page becomes in it, what it complains of, what it asks for."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_OPTIONS = (
    "--headless",
    "--no-sandbox",  # which a container's root cannot have
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--enable-logging=stderr",
    "--virtual-time-budget=20000",
)
_OWN = "not an origin"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page after its scripts ran: its elements as text, lines of the console, addresses it asked for."""

    dom: str
    console: tuple[str, ...]
    requests: tuple[str, ...]


def browse(address: str, folder: Path, *options: str) -> Seen:
    """Open an address with a profile of its own; what the browser writes goes below the folder."""
    assert CHROMIUM is not None
    number = len(list(folder.glob("browser-*")))
    profile = folder / f"browser-{number}"
    profile.mkdir(parents=True)
    log = profile / "net.json"
    finished = subprocess.run(
        [
            CHROMIUM,
            *_OPTIONS,
            f"--user-data-dir={profile}",
            f"--log-net-log={log}",
            *options,
            "--dump-dom",
            address,
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    console = tuple(line for line in finished.stderr.splitlines() if "CONSOLE" in line)
    return Seen(finished.stdout, console, tuple(_requests(json.loads(log.read_text("utf-8")))))


def _requests(log: dict[str, Any]) -> Iterator[str]:
    """The addresses that a page asked for; the browser asks for some of its own, without an origin."""
    kind = log["constants"]["logSourceType"]["URL_REQUEST"]
    for event in log["events"]:
        asked = event.get("params", {})
        if event["source"]["type"] == kind and asked.get("initiator", _OWN) != _OWN:
            yield asked["url"]
