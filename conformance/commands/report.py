"""`report`: results in, pages out."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import click

from conformance.commands.explain import explanation
from conformance.crash.telling.exhibits import PROTOCOL, TIMELINE
from conformance.errors import UsageError, reason_of
from conformance.execution.results_files import read_results, results_file
from conformance.reports.badge import MARK, render_badge
from conformance.reports.html_matrix import render_matrix
from conformance.reports.html_run import render_run
from conformance.reports.html_stories import TOLD, Picture
from conformance.results.counterexample import read_story
from conformance.results.saved import Replay, SavedRun
from conformance.testing.crashes import EXHIBITS

_SHOWN = (TIMELINE, PROTOCOL)
_LARGEST_IMAGE = 1_000_000
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_ID = re.compile(r"[A-Z]+-\d+")


@dataclass(frozen=True, slots=True)
class _Source:
    """A results file that was read. `slug` names its page among several."""

    folder: Path
    run: SavedRun
    slug: str


def write_html(paths: Sequence[Path], directory: Path) -> Iterator[str]:
    """Write the pages into a directory, made where it is missing; a line for each file, as it is written.

    Raises UsageError for results that cannot be used, before anything is written.
    """
    sources = _read_all(paths)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if len(sources) == 1:
            yield from _write_run(sources[0], directory, "index", "")
            return
        for source in sources:
            yield from _write_run(source, directory, source.slug, "index.html")
        links = [f"{source.slug}.html" for source in sources]
        yield _write(directory / "index.html", render_matrix([source.run for source in sources], links))
    except OSError as error:
        raise UsageError(f"cannot write the report into {directory}: {reason_of(error)}") from None


def _read_all(paths: Sequence[Path]) -> list[_Source]:
    taken = {"index"}
    sources = []
    for path in paths:
        file = results_file(path)
        run = read_results(file)
        slug = wanted = _NO_SLUG.sub("-", run.title.lower()).strip("-") or "backend"
        number = 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        taken.add(slug)
        sources.append(_Source(file.parent, run, slug))
    return sources


def _write_run(source: _Source, directory: Path, name: str, back: str) -> Iterator[str]:
    replays = dict(_replays(source, directory))
    pictures = dict(_pictures(source, directory))
    yield _write(directory / f"{name}.html", render_run(source.run, replays, back, pictures, explanation))
    badge = render_badge(source.run)
    file = directory / ("badge.svg" if name == "index" else f"{name}.svg")
    if badge is not None:
        yield _write(file, badge)
        return
    if file.is_file() and MARK in file.read_text("utf-8", "replace"):
        file.unlink()  # of an earlier run that had earned one
    yield f"no badge for {source.run.title}: it is for a complete run that is conformant"


def _write(file: Path, text: str) -> str:
    file.write_text(text, "utf-8")
    return str(file)


def _replays(source: _Source, directory: Path) -> Iterator[tuple[str, Replay]]:
    """The replay files beside the results, by their names there, each copied to where pages can link it."""
    for entry in source.run.requirements:
        for check in entry.checks:
            if check.replay is not None and (text := _beside(source.folder, check.replay)) is not None:
                yield check.replay, _kept(check.replay, text, source, directory)


def _beside(folder: Path, name: str) -> bytes | None:
    """What a file below the results holds; None for one that is missing, or that would lie elsewhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return None
    try:
        return (folder / path).read_bytes()
    except OSError:
        return None


def _kept(name: str, text: bytes, source: _Source, directory: Path) -> Replay:
    link = _linked(name, f"replays/{source.slug}/{PurePosixPath(name).name}", text, source, directory)
    try:
        return Replay(link, read_story(text.decode("utf-8")))
    except ValueError as error:
        return Replay(link, None, str(error))


def _linked(name: str, elsewhere: str, text: bytes, source: _Source, directory: Path) -> str:
    """Where pages in the directory can link a file beside the results: there, or a copy."""
    if source.folder.resolve() == directory.resolve():
        return name
    (directory / elsewhere).parent.mkdir(parents=True, exist_ok=True)
    (directory / elsewhere).write_bytes(text)
    return elsewhere


def _pictures(source: _Source, directory: Path) -> Iterator[tuple[str, Picture]]:
    """What the crashes left that break a requirement, by its id."""
    for entry in source.run.requirements:
        if entry.verdict in TOLD and _ID.fullmatch(entry.id):
            found = {name: _beside(source.folder, f"{EXHIBITS}/{entry.id}/{name}") for name in _SHOWN}
            links = {
                name: _linked(
                    f"{EXHIBITS}/{entry.id}/{name}",
                    f"{EXHIBITS}/{source.slug}/{entry.id}/{name}",
                    text,
                    source,
                    directory,
                )
                for name, text in found.items()
                if text is not None
            }
            if links:
                yield entry.id, Picture(_image(found[TIMELINE]), links)


def _image(svg: bytes | None) -> str:
    """A picture as part of a page; none where it would make the page unwieldy."""
    if svg is None or len(svg) > _LARGEST_IMAGE:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


@click.command()
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "directory", required=True, type=click.Path(path_type=Path, file_okay=False))
def report(results: tuple[Path, ...], directory: Path) -> None:
    """Turn RESULTS into HTML: a page for one results.json, a comparison for several.

    RESULTS may be the report directories themselves. Exit code 4: a file is no results file, or one that
    contradicts itself or was changed.
    """
    for line in write_html(results, directory):
        click.echo(line)
