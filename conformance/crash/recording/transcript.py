"""What a tracer writes down, in the one order of events, and what the speaker says meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from conformance.crash.recording.record import Speaker
from conformance.crash.recording.trace import Acknowledgement, Call, Event, Executed, Request, Spawned, when
from conformance.crash.recording.tracee import Entered, Tracee


class Transcript:
    """Events so far. `tick` gives the next place in their order."""

    def __init__(self, speaker: Speaker, send: Callable[[str | None, bool], None]) -> None:
        """`send` takes the next line, None after the last one, and whether calls count from there on."""
        self._speaker = speaker
        self._send = send
        self._events: list[Event] = []
        self._clock = self._processes = 0

    def events(self) -> tuple[Event, ...]:
        """All events in the order in which they took effect."""
        return tuple(sorted(self._events, key=when))

    def tick(self) -> int:
        """The next place."""
        self._clock += 1
        return self._clock

    def called(self, tracee: Tracee, entered: Entered, result: int | None) -> None:
        """A call returned `result`, a negative errno for an error; None for one whose return was not seen."""
        failed = result is not None and -4096 < result < 0
        self._events.append(
            Call(
                name=entered.name,
                arguments=entered.arguments or (),
                result=-1 if failed else result,
                errno=-result if failed and result is not None else 0,
                start=entered.start,
                end=None if result is None else self.tick(),
                process=tracee.process,
                thread=tracee.number,
                injected=entered.injected,
            )
        )

    def spawned(self, parent: int) -> int:
        """A new table of descriptors came to be; returns its number."""
        self._processes += 1
        self._events.append(Spawned(self.tick(), self._processes, parent))
        return self._processes

    def executed(self, process: int) -> None:
        """A process became another program."""
        self._events.append(Executed(self.tick(), process))

    def said(self, line: str) -> bool:
        """The child's write of a line returned. True if that answered the last request."""
        self._events.append(Acknowledgement(self.tick(), line))
        if not self._speaker.on_answer(line):
            return False
        self.speak()
        return True

    def speak(self) -> None:
        """Send the next request, or tell that there is none."""
        line = self._speaker.next_line()
        if line is not None:
            self._events.append(Request(self.tick(), line))
        self._send(line, self._speaker.is_watched())
