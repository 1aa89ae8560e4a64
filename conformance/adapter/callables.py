"""A driver for a callable of this process, also for one that no other process can import."""

from __future__ import annotations

import os
from functools import partial

from conformance.adapter.forking import serve_forks_here
from conformance.contract.connection import ChildCommand
from conformance.hosting.inprocess import InProcessDriver
from conformance.hosting.loading import name_of


class CallableDriver(InProcessDriver):
    """Children of a lambda, a closure or a bound method are forked from this process.

    Such a child has one thread, whatever runs here.
    """

    def child_command(self) -> ChildCommand:
        """How the same target is served by a child: by a command that imports it, or by a fork."""
        if self._spelling is not None:
            return super().child_command()
        serve = partial(serve_forks_here, self._opener, self._description)
        return ChildCommand((name_of(self._opener),), dict(os.environ), serve_forks=serve)
