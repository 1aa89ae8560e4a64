"""The system calls that the engine knows: what their arguments are, and what they may do.

A form lists the kinds of a call's arguments. `raw` is what the kernel gets:
  at     a directory's descriptor, for the `path` that follows
  path   a path, relative to the `at` before it or else to the working directory
  text   a string that is no path (where a symbolic link points)
  fd     a descriptor
  int    a number
  data   a pointer to bytes; the `count` that follows is their number
  iov    a pointer to a vector of buffers; the `count` that follows is its length
  room   a pointer to memory that the call fills; not recorded
  offset a pointer to a file offset, or NULL
  how    a pointer to struct open_how, recorded as flags and mode
  flags  a pointer to struct clone_args, recorded as its flags
  skip   not recorded
The arguments that are recorded (`Call.arguments`) leave out `at`, `count`, `room` and `skip`; `data` and
`iov` become bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

AT_FDCWD = -100
AT_EMPTY_PATH = 0x1000
AT_REMOVEDIR = 0x200
MAP_SHARED = 0x01
PROT_WRITE = 0x2
CLONE_FILES = 0x400
FIONCLEX, FIOCLEX = 0x5450, 0x5451  # close-on-exec off and on
MODELLED_IOCTLS = frozenset({FIONCLEX, FIOCLEX, 0x40049409, 0x4020940D})  # FICLONE, FICLONERANGE
F_SETFD, F_SETFL = 2, 4
MODELLED_FCNTLS = frozenset({0, 1030, F_SETFD, F_SETFL})  # F_DUPFD, F_DUPFD_CLOEXEC

_FORMS = """
open            path int int
creat           path int
openat          at path int int
openat2         at path how
close           fd
close_range     int int int
dup             fd
dup2            fd fd
dup3            fd fd int
fcntl           fd int int
ioctl           fd int skip
read            fd room int
readv           fd room int
pread64         fd room int int
preadv          fd room int int
preadv2         fd room int int skip int
write           fd data count
writev          fd iov count
pwrite64        fd data count int
pwritev         fd iov count int
pwritev2        fd iov count int skip int
lseek           fd int int
sendfile        fd fd offset int
copy_file_range fd offset fd offset int int
splice          fd offset fd offset int int
truncate        path int
ftruncate       fd int
fallocate       fd int int int
fsync           fd
fdatasync       fd
syncfs          fd
sync
sync_file_range fd int int int
mkdir           path int
mkdirat         at path int
rmdir           path
unlink          path
unlinkat        at path int
rename          path path
renameat        at path at path
renameat2       at path at path int
link            path path
linkat          at path at path int
symlink         text path
symlinkat       text at path
mknod           path int
mknodat         at path int
mmap            skip int int int fd int
io_uring_setup  int
io_submit       int int
stat            path
lstat           path
fstat           fd
newfstatat      at path room int
statx           at path int
access          path int
faccessat       at path int
faccessat2      at path int int
readlink        path
readlinkat      at path
getdents64      fd
chmod           path int
fchmod          fd int
fchmodat        at path int
fchmodat2       at path int int
chown           path int int
lchown          path int int
fchown          fd int int
fchownat        at path int int int
utimensat       at path skip int
"""

FORMS: Mapping[str, tuple[str, ...]] = {
    words[0]: tuple(words[1:]) for words in (line.split() for line in _FORMS.strip().splitlines())
}

OPENS = frozenset({"open", "creat", "openat", "openat2"})
READS = frozenset({"read", "readv", "pread64", "preadv", "preadv2"})
WRITES = frozenset({"write", "writev", "pwrite64", "pwritev", "pwritev2"})
FILE_SYNCS = frozenset({"fsync", "fdatasync"})
SYNCS = FILE_SYNCS | {"sync", "syncfs"}
RENAMES = frozenset({"rename", "renameat", "renameat2"})
LINKS = frozenset({"link", "linkat"})
INSPECTIONS = frozenset(
    {"stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"}
    | {"readlink", "readlinkat", "getdents64"}
)
METADATA = frozenset(
    {"chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat", "utimensat"}
)
SPAWNS = frozenset({"fork", "vfork", "clone", "clone3"})
ALWAYS_RECORDED = frozenset({"sync", "io_uring_setup", "io_submit"})


def recorded_kinds(name: str) -> tuple[str, ...]:
    """The kinds of `Call.arguments` for the call `name`."""
    return tuple(kind for kind in FORMS[name] if kind not in ("at", "count", "room", "skip"))
