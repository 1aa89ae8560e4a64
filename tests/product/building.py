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
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from conformance.errors import ExitCode

from .client import Unavailable, build_held_clock

RELEASES = ("2.3.0", "3.0.0", "3.4.0", "4.0.0", "4.1.0", "4.1.1", "5.0.0")
CRATES = ("uni-plugin", "uni-plugin-host", "uni-sidecar")
HERE = Path(__file__).parent
CACHE = Path(
    os.environ.get("SIDECAR_CONFORMANCE_BUILD_CACHE", Path.home() / ".cache" / "sidecar-conformance")
)
LIMIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Change:
    """`old` in `file` of a crate becomes `new`: a release with a defect more, or less."""

    crate: str
    file: str
    old: str
    new: str


def build(
    release: str, *, program: str = "adapter", whole: bool = False, changes: Sequence[Change] = ()
) -> tuple[str, ...]:
    """The command of a release's adapter, or of uni-db's own gate, with the library that can hold its clock.

    Raises Unavailable without cargo, its registry or a C compiler.
    """
    kind = "whole" if whole else "light"
    with _laid_out(release, changes) as folder:
        held_clock = build_held_clock(folder)
        debug = _compile(folder / "whole" if whole else folder, release, folder.parent / f"{kind}-target")
        built = _put(debug / program, folder / f"{program}-{kind}")
    return ("env", f"LD_PRELOAD={held_clock}", str(built))


def build_example(release: str, source: str) -> Path:
    """A program of one file that uses the crates of a release. Raises Unavailable."""
    with _laid_out(release) as folder:
        (folder / "examples").mkdir(exist_ok=True)
        (folder / "examples" / "example.rs").write_text(source, "utf-8")
        debug = _compile(folder, release, folder.parent / "light-target", "--example", "example")
        return _put(debug / "examples" / "example", folder / "example")


def stand_in_for_uni_plugin(release: str = RELEASES[-1]) -> Path:
    """A crate with the trait and the values of a release, for the template. Raises Unavailable."""
    with _laid_out(release) as folder:
        return folder / "stand_ins" / "uni-plugin"


@contextmanager
def _laid_out(release: str, changes: Sequence[Change] = ()) -> Iterator[Path]:
    """The folder of a release, one process at a time: what releases have in common is compiled once."""
    if shutil.which("cargo") is None:
        raise Unavailable("cargo is not installed")
    cache = CACHE / "uni-db"
    folder = cache / _folder_name(release, changes)
    folder.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _lay_out(folder, release, changes)
        yield folder


def _folder_name(release: str, changes: Sequence[Change]) -> str:
    """One for each set of changes."""
    if not changes:
        return release
    return f"{release}-{hashlib.sha256(repr(changes).encode()).hexdigest()[:12]}"


def _lay_out(folder: Path, release: str, changes: Sequence[Change]) -> None:
    """Our project, and links to the template and to the crates; a crate that changes is copied."""
    shutil.copytree(HERE / "original", folder, dirs_exist_ok=True)
    shutil.copytree(HERE / "gate" / "src", folder / "gate" / "src", dirs_exist_ok=True)
    for manifest in folder.glob("**/Cargo.toml"):
        _name_apart(manifest, release, folder.name)
    with as_file(files("conformance.templates").joinpath("rust-uni-plugin")) as template:
        _put_link(folder / "template", template)
        _put_link(folder / "gate" / "src" / "adapter", template / "src" / "adapter")
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


def _name_apart(manifest: Path, release: str, folder: str) -> None:
    """A version for each folder: cargo takes a crate of that name and version for compiled already.

    It goes by the times of the files otherwise, and those of all releases are the same.
    """
    text = manifest.read_text("utf-8").replace("=RELEASE", f"={release}")
    manifest.write_text(
        re.sub(r'^version = "([0-9.]+)"', rf'version = "\1+{folder}"', text, flags=re.MULTILINE), "utf-8"
    )


def _put_link(link: Path, to: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(to)


def _alter(path: Path, change: Change) -> None:
    text = path.read_text("utf-8")
    if change.old not in text:
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


def _compile(folder: Path, release: str, target: Path, *what: str) -> Path:
    """Where the programs are."""
    limit = None if folder.name == "whole" else LIMIT_S
    environment = {"CARGO_TARGET_DIR": str(target), "RELEASE": release}
    _run("cargo", "build", *what, folder=folder, limit=limit, **environment)
    return target / "debug"


def _put(built: Path, place: Path) -> Path:
    """The program in its place; one that runs there already runs on."""
    fresh = place.with_suffix(".new")
    shutil.copy(built, fresh)
    return fresh.replace(place)


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("release", choices=RELEASES)
    parser.add_argument("--whole", action="store_true", help="depend on uni-plugin-host itself")
    chosen = parser.parse_args()
    try:
        print(shlex.join(build(chosen.release, whole=chosen.whole)))
    except Unavailable as reason:
        print(f"{chosen.release} cannot be built here: {reason}", file=sys.stderr)
        return int(ExitCode.USAGE)
    return int(ExitCode.CONFORMANT)


if __name__ == "__main__":
    sys.exit(main())
