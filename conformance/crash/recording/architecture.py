"""What ptrace needs to know of a processor: numbers of system calls and where arguments live.

To add one, add a row to ARCHITECTURES.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_X86_64 = """
read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 lseek 8 mmap 9 ioctl 16 pread64 17 pwrite64 18 readv 19
writev 20 access 21 dup 32 dup2 33 sendfile 40 clone 56 fork 57 vfork 58 execve 59 fcntl 72 fsync 74
fdatasync 75 truncate 76 ftruncate 77 rename 82 mkdir 83 rmdir 84 creat 85 link 86 unlink 87 symlink 88
readlink 89 chmod 90 fchmod 91 chown 92 fchown 93 lchown 94 mknod 133 sync 162 io_submit 209 getdents64 217
openat 257 mkdirat 258 mknodat 259 fchownat 260 newfstatat 262 unlinkat 263 renameat 264 linkat 265
symlinkat 266 readlinkat 267 fchmodat 268 faccessat 269 splice 275 sync_file_range 277 utimensat 280
fallocate 285 dup3 292 preadv 295 pwritev 296 syncfs 306 renameat2 316 execveat 322 copy_file_range 326
preadv2 327 pwritev2 328 statx 332 io_uring_setup 425 clone3 435 close_range 436 openat2 437 faccessat2 439
fchmodat2 452
"""

_AARCH64 = """
io_submit 2 dup 23 dup3 24 fcntl 25 ioctl 29 mknodat 33 mkdirat 34 unlinkat 35 symlinkat 36 linkat 37
renameat 38 truncate 45 ftruncate 46 fallocate 47 faccessat 48 fchmod 52 fchmodat 53 fchownat 54 fchown 55
openat 56 close 57 getdents64 61 lseek 62 read 63 write 64 readv 65 writev 66 pread64 67 pwrite64 68
preadv 69 pwritev 70 sendfile 71 splice 76 readlinkat 78 newfstatat 79 fstat 80 sync 81 fsync 82
fdatasync 83 sync_file_range 84 utimensat 88 clone 220 execve 221 mmap 222 syncfs 267 renameat2 276
execveat 281 copy_file_range 285 preadv2 286 pwritev2 287 statx 291 io_uring_setup 425 clone3 435
close_range 436 openat2 437 faccessat2 439 fchmodat2 452
"""


def _names(table: str) -> Mapping[int, str]:
    words = table.split()
    return {int(number): name for name, number in zip(words[::2], words[1::2], strict=True)}


@dataclass(frozen=True, slots=True)
class Architecture:
    """`audit` is AUDIT_ARCH_*, `names` maps numbers to calls.

    `arguments` and `result` are places in the general registers, counted in 8 byte words; `number` is the
    place of the call's number there, or None where it has a register set of its own (NT_ARM_SYSTEM_CALL).
    `words` is how many general registers there are.
    """

    audit: int
    names: Mapping[int, str]
    arguments: tuple[int, ...]
    result: int
    number: int | None
    words: int


ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, _names(_X86_64), (14, 13, 12, 7, 9, 8), 10, 15, 27),
    "aarch64": Architecture(0xC00000B7, _names(_AARCH64), (0, 1, 2, 3, 4, 5), 0, None, 34),
}
