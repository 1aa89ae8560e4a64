"""`launcher.py COMMAND ARGS...`: becomes COMMAND, without the superuser's right to bypass permissions.

Run by path, with -I -S: the command's environment stays as it is. Leaves with 125 where the right cannot be
given up, and with 127 where there is no such command.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from conformance.drivers.surroundings import give_up_superuser
from conformance.errors import NotTestableError

CANNOT_GIVE_UP = 125
NO_SUCH_COMMAND = 127


def launch(command: list[str]) -> int:
    """Give up the right, then become `command`; returns only when that fails."""
    try:
        give_up_superuser()
    except NotTestableError as error:
        print(error, file=sys.stderr)
        return CANNOT_GIVE_UP
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return NO_SUCH_COMMAND


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
