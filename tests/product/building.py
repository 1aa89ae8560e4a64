"""Builds uni-db's own backend, of one release, behind the kit's adapter.

python -m tests.product.building RELEASE [--whole]     prints the command to put under the kit

*Light* compiles the few modules that matter, unmodified, out of cargo's own copy of the crates; what little
they need of the rest is a stand-in of ours, in `original/`. *Whole* depends on uni-plugin-host itself.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from .client import Unavailable, build_held_clock

RELEASES = ("2.3.0", "3.0.0", "3.4.0", "4.0.0", "4.1.0", "4.1.1", "5.0.0")
CRATES = ("uni-plugin", "uni-plugin-host", "uni-sidecar")
HERE = Path(__file__).parent / "original"
CACHE = Path(
    os.environ.get("SIDECAR_CONFORMANCE_BUILD_CACHE", Path.home() / ".cache" / "sidecar-conformance")
)
LIMIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Change:
    """`old`, which stands once in `file` of a crate, becomes `new`: a release with one defect more."""

    crate: str
    file: str
    old: str
    new: str


def build(release: str, *, whole: bool = False, changes: Sequence[Change] = ()) -> tuple[str, ...]:
    """The command of a release's adapter. Raises Unavailable without cargo, its registry or a C compiler."""
    if shutil.which("cargo") is None:
        raise Unavailable("cargo is not installed")
    with _one_at_a_time() as cache:
        folder = cache / _folder_name(release, changes)
        folder.mkdir(parents=True, exist_ok=True)
        held_clock = build_held_clock(folder)
        _lay_out(folder, release, changes)
        kind = "whole" if whole else "light"
        _compile(folder / "whole" if whole else folder, release, cache / f"{kind}-target")
        adapter = _put(cache / f"{kind}-target" / "debug" / "adapter", folder / f"adapter-{kind}")
    return ("env", f"LD_PRELOAD={held_clock}", str(adapter))


def _put(built: Path, adapter: Path) -> Path:
    """The program in its place; one that runs there already runs on."""
    fresh = adapter.with_suffix(".new")
    shutil.copy(built, fresh)
    return fresh.replace(adapter)


def stand_in_for_uni_plugin(release: str = RELEASES[-1]) -> Path:
    """A crate with the trait and the values of a release, for the template. Raises Unavailable."""
    with _one_at_a_time() as cache:
        folder = cache / release
        _lay_out(folder, release, ())
    return folder / "stand_ins" / "uni-plugin"


def _folder_name(release: str, changes: Sequence[Change]) -> str:
    """One for each set of changes: cargo goes by the time of a file, not by what it holds."""
    if not changes:
        return release
    return f"{release}-{hashlib.sha256(repr(changes).encode()).hexdigest()[:12]}"


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Where releases are built, by one process at a time: what they have in common is compiled once."""
    cache = CACHE / "uni-db"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield cache


def _lay_out(folder: Path, release: str, changes: Sequence[Change]) -> None:
    """Our project, and links to the template and to the crates; a crate that changes is copied."""
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    manifest = folder / "whole" / "Cargo.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("=RELEASE", f"={release}"), "utf-8")
    with as_file(files("conformance.templates").joinpath("rust-uni-plugin")) as template:
        _put_link(folder / "template", template)
    released = folder / "released"
    shutil.rmtree(released, ignore_errors=True)
    released.mkdir()
    for crate in CRATES:
        original = released_crate(crate, release)
        mine = [change for change in changes if change.crate == crate]
        if mine:
            shutil.copytree(original, released / crate)
        else:
            _put_link(released / crate, original)
        for change in mine:
            _alter(released / crate / change.file, change)


def _put_link(link: Path, to: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(to)


def _alter(path: Path, change: Change) -> None:
    text = path.read_text("utf-8")
    if text.count(change.old) != 1:
        raise ValueError(f"{change.file} of {change.crate} has changed: {change.old!r}")
    path.write_text(text.replace(change.old, change.new), "utf-8")


def released_crate(crate: str, release: str) -> Path:
    """Cargo's own copy of a crate, fetched without what it depends on. Raises Unavailable."""
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    copies = f"registry/src/*/{crate}-{release}"
    if not any(home.glob(copies)):
        _run("cargo", "info", f"{crate}@{release}", folder=home.parent)
    found = next(iter(home.glob(copies)), None)
    if found is None:
        raise Unavailable(f"cargo info keeps no copy of {crate} {release} in {home}: it takes cargo 1.82")
    return found


def _compile(folder: Path, release: str, target: Path) -> None:
    limit = None if folder.name == "whole" else LIMIT_S
    environment = {"CARGO_TARGET_DIR": str(target), "RELEASE": release}
    _run("cargo", "build", folder=folder, limit=limit, **environment)


def _run(*command: str, folder: Path, limit: float | None = LIMIT_S, **environment: str) -> None:
    try:
        subprocess.run(
            command,
            cwd=folder,
            env=dict(os.environ) | environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=limit,
        )
    except subprocess.CalledProcessError as error:
        if _is_out_of_reach(error.stderr):
            raise Unavailable(f"the registry of crates cannot be reached: {error.stderr[-300:]}") from None
        raise RuntimeError(f"{shlex.join(command)} failed:\n{error.stderr}") from None


def _is_out_of_reach(errors: str) -> bool:
    signs = ("failed to download", "failed to fetch", "Could not resolve host", "Couldn't connect")
    return any(sign in errors for sign in signs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("release", choices=RELEASES)
    parser.add_argument("--whole", action="store_true", help="depend on uni-plugin-host itself")
    chosen = parser.parse_args()
    print(shlex.join(build(chosen.release, whole=chosen.whole)))


if __name__ == "__main__":
    main()
