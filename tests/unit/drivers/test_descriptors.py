"""How many files a process may open."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from conformance.drivers.descriptors import highest_in_use, limited

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits of a process are Linux's")


def _opened() -> Iterator[int]:
    """As many descriptors as there are."""
    with suppress(OSError):
        while True:
            yield os.open(os.devnull, os.O_RDONLY)


def test_no_descriptor_above_the_ceiling_is_given_out() -> None:
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = highest_in_use(os.getpid())
    assert highest is not None
    with limited(os.getpid(), highest + 2):
        opened = list(_opened())
    for descriptor in opened:
        os.close(descriptor)

    assert max(opened) == highest + 2
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == usual


def test_a_process_that_has_ended_is_left_alone() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    with limited(ended.pid, 16):
        pass

    assert highest_in_use(ended.pid) is None
