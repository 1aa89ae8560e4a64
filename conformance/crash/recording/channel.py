"""The pipes to a traced child: requests in, answers out."""

from __future__ import annotations

import os
import threading


class Channel:
    """Standard input and output of a child that is traced by the thread that talks to it.

    Nothing here ever blocks that thread: input that does not fit the pipe waits for the next `pump`, and
    output is drained by a thread of its own. What was said is known from the child's own writes; so an
    answer counts only when its write has returned. Only while the child runs unseen is it what came out of
    the pipe.
    """

    def __init__(self) -> None:
        self.child_input, self._input = os.pipe()
        self._output, self.child_output = os.pipe()
        os.set_blocking(self._input, False)
        self._link = f"pipe:[{os.fstat(self._output).st_ino}]"
        self._waiting = b""
        self._closing = False
        self._line = b""
        self._is_listening = True
        self._unseen = b""
        self._lock = threading.Lock()
        self._something = threading.Event()
        self._drain = threading.Thread(target=self._read_all, daemon=True)

    def started(self) -> None:
        """The child has its ends now."""
        os.close(self.child_input)
        os.close(self.child_output)
        self.child_input = self.child_output = -1
        self._drain.start()

    def is_output(self, link: str) -> bool:
        """Whether a descriptor's link in /proc is the child's standard output."""
        return link == self._link

    def send(self, line: str) -> None:
        """Send a line, now or as soon as there is room."""
        self._waiting += line.encode("utf-8") + b"\n"
        self.pump()

    def finish(self) -> None:
        """Close the child's input when all has been sent."""
        self._closing = True
        self.pump()

    def pump(self) -> None:
        """Send what still waits, as far as it fits."""
        try:
            while self._waiting:
                sent = os.write(self._input, self._waiting)
                self._waiting = self._waiting[sent:]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._waiting = b""
        if self._closing and self._input >= 0:
            os.close(self._input)
            self._input = -1

    def heard(self) -> list[str]:
        """The lines that came while the child ran unseen, each once."""
        with self._lock:
            *lines, self._unseen = self._unseen.split(b"\n")
        return [line.decode("utf-8", "surrogateescape") for line in lines]

    def wait(self, seconds: float) -> None:
        """Wait until something came, not for longer than some seconds."""
        self._something.wait(seconds)
        self._something.clear()

    def stop_listening(self) -> None:
        """From now on what the child says is known from its writes."""
        self._is_listening = False

    def said(self, content: bytes) -> list[str]:
        """Take what the child wrote; returns the lines that are complete now."""
        *lines, self._line = (self._line + content).split(b"\n")
        return [line.decode("utf-8", "surrogateescape") for line in lines]

    def close(self) -> None:
        """Close everything; the child must have ended."""
        if self._drain.is_alive():
            self._drain.join()
        for descriptor in (self.child_input, self.child_output, self._input, self._output):
            if descriptor >= 0:
                os.close(descriptor)

    def _read_all(self) -> None:
        while content := os.read(self._output, 1 << 16):
            if self._is_listening:
                with self._lock:
                    self._unseen += content
                self._something.set()
