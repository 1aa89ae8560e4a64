"""Under which names a backend may look for temporary files: those it was seen to use, and likely ones."""

from __future__ import annotations

from conformance.contract.records import Manual, QName, SystemTime
from conformance.testing.session import Backend
from conformance.watching import NameChange, watching
from conformance.workspace import DOCUMENT_NAME

_STEM = DOCUMENT_NAME.removesuffix(".json")
_LIKELY = (
    f"{DOCUMENT_NAME}.tmp",
    f".{DOCUMENT_NAME}.tmp",
    f"{_STEM}.tmp",
    f".{_STEM}.tmp",
    f"{_STEM}.json.new",
    f"{_STEM}.json.part",
    f"{_STEM}.json~",
    f"{_STEM}.json.bak",
    f"{_STEM}.tmp.json",
    "tmp",
)
_JOB = QName("kit", "job")
_AN_INSTANT = SystemTime(1_700_000_000, 0)


def temporary_names(backend: Backend) -> tuple[str, ...]:
    """Names beside the document: those that come up while a fresh backend makes mutations, and likely ones.

    Names that are drawn at random never come up again; names that count or carry the process's number do.
    """
    return _names(backend, frozenset(NameChange))


def temporary_files(backend: Backend) -> tuple[str, ...]:
    """The same without names that never were those of a file: a link or a directory may serve as a lock."""
    return _names(
        backend,
        frozenset({NameChange.WRITTEN, NameChange.CLOSED, NameChange.MOVED_AWAY, NameChange.MOVED_HERE}),
    )


def _names(backend: Backend, telling: frozenset[NameChange]) -> tuple[str, ...]:
    with backend.fresh() as store:
        store.data.system.mkdir(exist_ok=True)
        with watching(store.data.system) as watch:
            store.record_started(_JOB, _AN_INSTANT)
            store.record_scheduled(_JOB, Manual())
            store.record_finished(_JOB, _AN_INSTANT, success=True)
            store.cancel(_JOB)
            seen = {event.name for event in watch.seen() if event.change in telling}
    return tuple(sorted((seen | set(_LIKELY)) - {DOCUMENT_NAME}))
