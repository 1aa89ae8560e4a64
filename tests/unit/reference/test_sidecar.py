"""One document replaced atomically: what is left when a step fails, and who may read it."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl import VecSidecar, codec
from reference_impl.rows import Row

OLD = [Row("a.old", "Idle", 1)]
NEW = [Row("a.new", "Idle", 2)]
NOBODY = 65_534

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can become someone else")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """The path of a document that holds the old rows."""
    path = tmp_path / "_system" / "background_jobs.json"
    path.parent.mkdir()
    path.write_bytes(codec.encode(OLD))
    return path


@pytest.fixture
def reachable_document() -> Iterator[Path]:
    """The same where everyone may get to it; pytest keeps its own directories to their owner."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        path = Path(directory) / "_system" / "background_jobs.json"
        path.parent.mkdir()
        path.write_bytes(codec.encode(OLD))
        yield path


def names(document: Path) -> list[str]:
    return sorted(path.name for path in document.parent.iterdir())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def running_as(user: int) -> Iterator[None]:
    """Without the superuser's rights, and in the group of that name only."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(user)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


class TestReading:
    @pytest.mark.parametrize("present", ["nothing", "directory", "empty file", "dangling link"])
    def test_nothing_persisted_yet(self, tmp_path: Path, present: str) -> None:
        path = tmp_path / "_system" / "document"
        if present != "nothing":
            path.parent.mkdir()
        if present == "empty file":
            path.touch()
        if present == "dangling link":
            path.symlink_to("nowhere")
        before = sorted(tmp_path.rglob("*"))

        assert VecSidecar(path).read() == []
        assert sorted(tmp_path.rglob("*")) == before

    @pytest.mark.parametrize(
        "kind", ["directory", "fifo", "socket", "device", "below a file", "link to itself"]
    )
    def test_what_is_no_document_is_refused_at_once(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "document"
        match kind:
            case "directory":
                path.mkdir()
            case "fifo":
                os.mkfifo(path)
            case "socket":
                with socket.socket(socket.AF_UNIX) as listener:
                    listener.bind(str(path))
            case "device":
                path.symlink_to("/dev/zero")
            case "below a file":
                path.touch()
                path = path / "document"
            case _:
                path.symlink_to(path)

        with pytest.raises(SchedulerPersistenceError, match=str(path)):
            VecSidecar(path).read()

    def test_a_name_that_cannot_exist_is_refused(self) -> None:
        with pytest.raises(SchedulerPersistenceError, match="null"):
            VecSidecar(Path("a\0b")).read()

    def test_a_refusal_names_the_document(self, document: Path) -> None:
        document.write_bytes(b"[1]")

        with pytest.raises(SchedulerPersistenceError, match=f"{document}: expected .* at byte 1"):
            VecSidecar(document).read()


class TestWriting:
    def test_the_document_alone_is_left(self, document: Path) -> None:
        sidecar = VecSidecar(document)

        sidecar.write(NEW)

        assert (sidecar.read(), names(document)) == (NEW, [document.name])

    def test_a_foreign_file_beside_it_stays(self, document: Path) -> None:
        stale = document.with_suffix(".tmp")
        stale.write_bytes(b"rubbish")

        VecSidecar(document).write(NEW)

        assert (stale.read_bytes(), names(document)) == (b"rubbish", [document.name, stale.name])

    def test_a_link_in_its_place_is_read_through_and_replaced(self, document: Path) -> None:
        target = document.rename(document.with_name("target"))
        document.symlink_to(target)
        sidecar = VecSidecar(document)

        before = sidecar.read()
        sidecar.write(NEW)

        assert (before, sidecar.read(), document.is_symlink()) == (OLD, NEW, False)
        assert codec.decode(target.read_bytes()) == OLD

    def test_a_planted_link_under_the_temporary_name_is_not_followed(
        self, document: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        victim = document.with_name("victim")
        planted = document.with_name("planted")
        planted.symlink_to(victim)
        sidecar = VecSidecar(document)
        monkeypatch.setattr(sidecar, "temporary_path", lambda: planted)

        with pytest.raises(SchedulerPersistenceError):
            sidecar.write(NEW)

        assert (sidecar.read(), victim.exists(), planted.is_symlink()) == (OLD, False, True)

    def test_missing_directories_are_made_and_synced_from_the_top(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sidecar = VecSidecar(tmp_path / "a" / "_system" / "document")
        synced: list[Path] = []
        monkeypatch.setattr(sidecar, "sync_directory", synced.append)

        for _ in range(2):
            with sidecar.exclusive():
                pass

        assert sidecar.path.parent.is_dir()
        assert synced == [tmp_path, tmp_path / "a"]

    def test_a_directory_made_by_an_earlier_process_is_made_durable_once(
        self, document: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sidecar = VecSidecar(document)
        synced: list[Path] = []
        monkeypatch.setattr(sidecar, "sync_directory", synced.append)

        for _ in range(2):
            with sidecar.exclusive():
                sidecar.write(NEW)

        assert synced == [document.parent.parent, document.parent, document.parent]

    def test_a_directory_whose_sync_failed_is_synced_again(
        self, document: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sidecar = VecSidecar(document)
        results = iter([OSError(errno.EIO, "sync"), None])
        synced: list[Path] = []

        def sync_directory(directory: Path) -> None:
            synced.append(directory)
            if error := next(results):
                raise error

        monkeypatch.setattr(sidecar, "sync_directory", sync_directory)
        with pytest.raises(SchedulerPersistenceError), sidecar.exclusive():
            pass
        with sidecar.exclusive():
            pass

        assert synced == [document.parent.parent] * 2


class TestFailing:
    @pytest.mark.parametrize(
        "step", ["create_temporary", "take_over_permissions", "write_all", "sync", "publish"]
    )
    def test_a_failure_before_the_rename_leaves_the_old_document(
        self, document: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        sidecar = VecSidecar(document)

        def fail(*_: object) -> None:
            raise OSError(errno.ENOSPC, "no space")

        with monkeypatch.context() as patched:
            patched.setattr(sidecar, step, fail)
            with pytest.raises(SchedulerPersistenceError, match=str(document)):
                sidecar.write(NEW)

        assert (sidecar.read(), names(document)) == (OLD, [document.name])
        sidecar.write(NEW)
        assert sidecar.read() == NEW

    def test_a_failed_sync_of_the_directory_is_reported_though_the_new_document_is_there(
        self, document: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sidecar = VecSidecar(document)
        real_fsync = os.fsync

        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(errno.EIO, "sync")
            real_fsync(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(SchedulerPersistenceError):
            sidecar.write(NEW)

        assert (sidecar.read(), names(document)) == (NEW, [document.name])

    @pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
    def test_a_file_system_that_syncs_no_directories_is_put_up_with(
        self, document: Path, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        sidecar = VecSidecar(document)
        real_fsync = os.fsync

        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, "no directories")
            real_fsync(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        with sidecar.exclusive():
            sidecar.write(NEW)

        assert sidecar.read() == NEW

    def test_short_writes_are_continued(self, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        sidecar = VecSidecar(document)
        real_write = os.write
        monkeypatch.setattr(os, "write", lambda descriptor, data: real_write(descriptor, data[:7]))

        sidecar.write(NEW)

        assert document.read_bytes() == codec.encode(NEW)

    def test_a_system_that_takes_no_more_bytes_is_an_error(
        self, document: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sidecar = VecSidecar(document)
        monkeypatch.setattr(os, "write", lambda descriptor, data: 0)

        with pytest.raises(SchedulerPersistenceError, match="no more bytes"):
            sidecar.write(NEW)

        assert (sidecar.read(), names(document)) == (OLD, [document.name])

    def test_text_that_is_no_unicode_is_refused(self, document: Path) -> None:
        sidecar = VecSidecar(document)

        with pytest.raises(SchedulerPersistenceError, match="surrogates"):
            sidecar.write([Row("a.\ud800", "Idle", 0)])

        assert (sidecar.read(), names(document)) == (OLD, [document.name])

    def test_the_lock_is_given_back_after_a_failure(self, document: Path) -> None:
        sidecar = VecSidecar(document)

        with pytest.raises(RuntimeError), sidecar.exclusive():
            raise RuntimeError

        with VecSidecar(document).exclusive(), pytest.raises(BlockingIOError):
            try_lock(document.parent)

    def test_no_descriptor_is_left_open(self, document: Path) -> None:
        sidecar = VecSidecar(document)
        before = open_descriptors()

        with sidecar.exclusive():
            sidecar.write(sidecar.read())
        document.write_bytes(b"[1]")
        with pytest.raises(SchedulerPersistenceError):
            sidecar.read()

        assert open_descriptors() == before


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def try_lock(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


class TestPermissions:
    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444, 0o644])
    def test_those_of_the_document_are_kept(self, document: Path, mode: int) -> None:
        document.chmod(mode)

        with umask(0o027):
            VecSidecar(document).write(NEW)

        assert mode_of(document) == mode

    def test_a_new_document_has_those_of_any_new_file(self, tmp_path: Path) -> None:
        path = tmp_path / "document"

        with umask(0o027):
            VecSidecar(path).write(NEW)

        assert mode_of(path) == 0o640

    def test_the_temporary_file_is_never_wider(self, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        document.chmod(0o600)
        sidecar = VecSidecar(document)
        seen: list[int] = []
        create = sidecar.create_temporary

        def create_temporary(temporary: Path, existing: os.stat_result | None) -> int:
            descriptor = create(temporary, existing)
            seen.append(mode_of(temporary))
            return descriptor

        monkeypatch.setattr(sidecar, "create_temporary", create_temporary)
        monkeypatch.setattr(sidecar, "publish", lambda temporary: seen.append(mode_of(temporary)))
        with umask(0):
            sidecar.write(NEW)

        assert seen == [0o600, 0o600]

    @needs_root
    def test_the_superuser_leaves_the_document_to_its_owner(self, document: Path) -> None:
        os.chown(document, NOBODY, NOBODY)
        document.chmod(0o640)

        VecSidecar(document).write(NEW)

        state = document.stat()
        assert (state.st_uid, state.st_gid, mode_of(document)) == (NOBODY, NOBODY, 0o640)

    @needs_root
    def test_another_group_gets_no_access(self, reachable_document: Path) -> None:
        reachable_document.chmod(0o664)
        reachable_document.parent.chmod(0o777)

        with running_as(NOBODY):
            VecSidecar(reachable_document).write(NEW)

        state = reachable_document.stat()
        assert (state.st_uid, state.st_gid, mode_of(reachable_document)) == (NOBODY, NOBODY, 0o604)

    @needs_root
    @pytest.mark.parametrize("mode", [0o555, 0o444, 0o000])
    def test_a_directory_without_permission_is_an_error(self, reachable_document: Path, mode: int) -> None:
        reachable_document.chmod(0o644)
        reachable_document.parent.chmod(mode)

        with running_as(NOBODY), pytest.raises(SchedulerPersistenceError, match="Permission denied"):
            VecSidecar(reachable_document).write(NEW)

        reachable_document.parent.chmod(0o755)
        assert (VecSidecar(reachable_document).read(), names(reachable_document)) == (
            OLD,
            [reachable_document.name],
        )

    @needs_root
    def test_a_document_without_permission_is_an_error(self, reachable_document: Path) -> None:
        reachable_document.chmod(0o000)

        with running_as(NOBODY), pytest.raises(SchedulerPersistenceError, match="Permission denied"):
            VecSidecar(reachable_document).read()
