"""What the command line says and returns when it cannot say "conformant" or "not conformant"."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command. Tools outside rely on them."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    INTERRUPTED = 2
    KIT_FAILED = 3
    USAGE = 4
    INCOMPLETE = 5


class SidecarConformanceError(Exception):
    """Base of what the kit itself raises: a sentence on the cause, and one on the cure."""

    exit_code = ExitCode.KIT_FAILED


class KitError(SidecarConformanceError):
    """The kit or an adapter is at fault, not the backend."""


class UsageError(SidecarConformanceError):
    """The command was called with something it cannot take."""

    exit_code = ExitCode.USAGE


class TargetUnreachableError(SidecarConformanceError):
    """The backend cannot be found, imported, started or opened."""

    exit_code = ExitCode.USAGE


class NotTestableError(SidecarConformanceError):
    """A prerequisite of a check is missing here; the requirement is not testable."""

    exit_code = ExitCode.INCOMPLETE


def reason_of(error: Exception) -> str:
    """Why reading or writing failed, in words."""
    match error:
        case FileExistsError() | NotADirectoryError():
            return "a file stands where a directory is needed"
        case OSError():
            return error.strerror or str(error)
        case UnicodeDecodeError():
            return "it is no UTF-8 text"
        case _:
            return str(error)
