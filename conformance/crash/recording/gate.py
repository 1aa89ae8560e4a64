"""Holds back the first line that is watched until every thread of the child stops at its calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from conformance.crash.recording import ptrace
from conformance.crash.recording.channel import Channel


class Gate:
    """Between the conversation and the child's input. `unseen` tells whether the child runs at full speed."""

    def __init__(self, channel: Channel, first: str, on_finished: Callable[[], None]) -> None:
        """`first` goes before every other line; `on_finished` is called when no line is left."""
        self._channel = channel
        self._held: list[str | None] = [first]
        self._on_finished = on_finished
        self._not_yet_seen: set[int] = set()
        self.unseen = True

    def send(self, line: str | None, is_watched: bool, tids: Iterable[int]) -> None:
        """Send a line, or for None close the child's input. `tids` are the child's threads now."""
        self._held.append(line)
        if is_watched and self.unseen:
            self.unseen = False
            self._channel.stop_listening()
            self._not_yet_seen = set(tids)
            for tid in self._not_yet_seen:
                with suppress(ProcessLookupError):
                    ptrace.interrupt(tid)
        self._pass_on()

    def seen(self, tid: int) -> None:
        """A thread stopped, and will go on to stop at its calls; or it ended."""
        self._not_yet_seen.discard(tid)
        self._pass_on()

    def resume(self, tid: int, signal: int = 0) -> None:
        """Let a thread go on, to its next call or unseen."""
        if self.unseen:
            ptrace.run_unseen(tid, signal)
        else:
            ptrace.resume(tid, signal)

    def _pass_on(self) -> None:
        if self._not_yet_seen:
            return
        held, self._held = self._held, []
        for line in held:
            if line is None:
                self._on_finished()
                self._channel.finish()
            else:
                self._channel.send(line)
