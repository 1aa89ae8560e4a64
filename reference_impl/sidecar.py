"""One JSON document, replaced atomically and durably.

A write: a temporary file beside the document, all bytes, fsync, rename over the document, fsync of the
directory. So a reader and a crash see the old document or the new one, whole, and what has returned stays
(CR-01 to CR-05). EINTR is retried by Python itself (PEP 475), short writes here (CR-09). A call that fails
is never retried: the temporary file is given up with all that was written to it, for after a failed fsync no
later one vouches for its data.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Lock

from conformance.contract.faults import SchedulerPersistenceError
from reference_impl.remembering import RememberingCodec
from reference_impl.rows import Row

_READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_MOST_READ_AT_ONCE = 1 << 26
_NO_CHANGE_OF_OWNER = {errno.EPERM, errno.EINVAL}
_NO_DIRECTORY_SYNC = {errno.EINVAL, errno.ENOTSUP}


class VecSidecar:
    """A list of rows kept in one document.

    `read`, `write` and `exclusive` raise SchedulerPersistenceError, which names the document (ER-05). All
    other methods are the steps of these three: they raise OSError or ValueError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._codec = RememberingCodec()
        self._lock = Lock()
        self._directory_is_durable = False
        self._locked: tuple[Path, int] | None = None

    @property
    def directory(self) -> Path:
        """Where the document lies."""
        return self.path.parent

    def read(self) -> list[Row]:
        """The rows. Nothing is created, and no lock is taken: the document is always whole (CC-03)."""
        with self._naming_the_document("read"):
            return self.decode(self.read_bytes())

    def write(self, rows: Sequence[Row]) -> None:
        """Replace the rows durably. Raises with the old rows in place or, late, with the new ones (CR-08)."""
        with self._naming_the_document("write"):
            self.replace(self.encode(rows))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep out all other writers, in threads (CC-01) and in processes (CC-04), while the block runs.

        The lock lies on the directory itself: a lock file would be a file too many (FM-01).
        """
        with self._lock:
            with self._naming_the_document("lock"):
                descriptor = self.make_and_lock_directory()
            try:
                yield
            finally:
                with self._naming_the_document("unlock"):
                    self.unlock_directory(descriptor)

    # -- steps of reading ----------------------------------------------------------------------------------

    def read_bytes(self) -> bytes:
        """What the document holds; nothing when there is none (LD-05)."""
        try:
            document = os.open(self.path, _READ_FLAGS)  # returns at once, also for a FIFO (SE-04)
        except FileNotFoundError:
            return b""
        try:
            state = os.fstat(document)
            if not stat.S_ISREG(state.st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            size = min(state.st_size + 1, _MOST_READ_AT_ONCE)
            return b"".join(iter(lambda: os.read(document, size), b""))
        finally:
            os.close(document)

    def decode(self, document: bytes) -> list[Row]:
        """The rows of a document."""
        return self._codec.decode(document)

    # -- steps of writing ----------------------------------------------------------------------------------

    def encode(self, rows: Sequence[Row]) -> bytes:
        """The document that holds the rows."""
        return self._codec.encode(rows)

    def replace(self, document: bytes) -> None:
        """Put the document in the old one's place, durably."""
        temporary = self.temporary_path()
        existing = self.existing_document()
        descriptor = self.create_temporary(temporary, existing)
        try:
            try:
                if existing is not None:
                    self.take_over_permissions(descriptor, existing)
                self.write_all(descriptor, document)
                self.sync(descriptor)
            finally:
                os.close(descriptor)
            self.publish(temporary)
        except BaseException:
            self.discard(temporary)
            raise
        self.sync_directory(self.directory)

    def temporary_path(self) -> Path:
        """Where to write first: in the same directory (CR-11), under a name none can foresee (SE-01)."""
        return self.directory / f".{self.path.name}.{secrets.token_hex(8)}.tmp"

    def existing_document(self) -> os.stat_result | None:
        """The state of the document that is to be replaced."""
        try:
            return os.stat(self.path)
        except FileNotFoundError:
            return None

    def create_temporary(self, temporary: Path, existing: os.stat_result | None) -> int:
        """Create the file, which must not exist, not as a link either. Returns its descriptor.

        Where it will replace a document no one else may open it before it has that one's permissions.
        """
        return os.open(temporary, _CREATE_FLAGS, 0o666 if existing is None else 0o600)

    def take_over_permissions(self, descriptor: int, existing: os.stat_result) -> None:
        """Let the same people in as before (SE-02); where the group cannot be kept, no group."""
        mode = stat.S_IMODE(existing.st_mode) & 0o777
        created = os.fstat(descriptor)
        if (created.st_uid, created.st_gid) != (existing.st_uid, existing.st_gid):
            try:
                os.fchown(descriptor, existing.st_uid, existing.st_gid)
            except OSError as error:
                if error.errno not in _NO_CHANGE_OF_OWNER:
                    raise
                if created.st_gid != existing.st_gid:
                    mode &= ~stat.S_IRWXG
        if stat.S_IMODE(created.st_mode) != mode:
            os.fchmod(descriptor, mode)

    def write_all(self, descriptor: int, document: bytes) -> None:
        """Write every byte, however few the system takes at a time."""
        rest = memoryview(document)
        while rest:
            written = os.write(descriptor, rest)
            if written == 0:
                raise OSError(errno.EIO, "the system takes no more bytes")
            rest = rest[written:]

    def sync(self, descriptor: int) -> None:
        """Make the file's bytes durable."""
        os.fsync(descriptor)

    def publish(self, temporary: Path) -> None:
        """Put the temporary file in the document's place."""
        os.rename(temporary, self.path)

    def discard(self, temporary: Path) -> None:
        """Remove the temporary file of a write that failed, if that can be done."""
        with suppress(OSError):
            temporary.unlink()

    # -- steps on directories ------------------------------------------------------------------------------

    def make_and_lock_directory(self) -> int:
        """Lock the directory, made if need be. Returns the descriptor that holds the lock.

        A directory that was made durable is usually still there: locking it tells.
        """
        if self._directory_is_durable:
            with suppress(FileNotFoundError):
                return self.lock_directory()
        self.make_directory(self.directory)
        return self.lock_directory()

    def make_directory(self, directory: Path) -> None:
        """Make sure that the directory exists, and durably so.

        An earlier process may have made it and lost power before it made it durable. So the parent is synced
        once by each sidecar, also where nothing has to be made.
        """
        if not directory.is_dir():
            self.create_directory(directory)
        elif self._directory_is_durable:
            return
        self.sync_directory(directory.parent)
        self._directory_is_durable = True

    def create_directory(self, directory: Path) -> None:
        """Create the directory, not yet durably, below parents that are."""
        if not directory.parent.is_dir():
            self.create_directory(directory.parent)
            self.sync_directory(directory.parent.parent)
        with suppress(FileExistsError):  # another process was faster, or a later step tells what it is
            directory.mkdir()

    def sync_directory(self, directory: Path) -> None:
        """Make the directory's entries durable, through the lock's descriptor where it is held.

        Some file systems cannot and say so: that is all there is.
        """
        locked_directory, descriptor = self._locked or (None, -1)
        is_locked = directory == locked_directory
        if not is_locked:
            descriptor = os.open(directory, _DIRECTORY_FLAGS)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NO_DIRECTORY_SYNC:
                raise
        finally:
            if not is_locked:
                os.close(descriptor)

    def lock_directory(self) -> int:
        """Wait for the lock between processes. Returns the descriptor that holds it."""
        directory = self.directory
        descriptor = os.open(directory, _DIRECTORY_FLAGS)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            os.close(descriptor)
            raise
        self._locked = directory, descriptor
        return descriptor

    def unlock_directory(self, descriptor: int) -> None:
        """Give the lock back: first by itself, for should the close fail it would be held for ever."""
        self._locked = None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)

    def _naming_the_document(self, verb: str) -> AbstractContextManager[None]:
        return _NamingTheDocument(verb, self.path)


class _NamingTheDocument(AbstractContextManager[None]):
    """Makes of an error in its block the one error that a backend may raise."""

    __slots__ = ("_path", "_verb")

    def __init__(self, verb: str, path: Path) -> None:
        self._verb = verb
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, (OSError, ValueError)):
            raise SchedulerPersistenceError(f"cannot {self._verb} {self._path}: {error}") from error
