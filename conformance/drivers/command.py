"""Reaches a backend behind a command that speaks the wire."""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.contract.connection import (
    NO_CRASH,
    BackendFault,
    ChildCommand,
    DiedFault,
    LackingFault,
    LogLine,
    Statement,
)
from conformance.contract.faults import SchedulerPersistenceError
from conformance.contract.records import QName, Schedule, SchedulerJobRecord, SystemTime
from conformance.contract.target import Description
from conformance.drivers.blame import AdapterError
from conformance.drivers.conversation import Conversation
from conformance.drivers.descriptors import highest_in_use, limited
from conformance.drivers.spawning import (
    CommandLine,
    Limits,
    Surroundings,
    check_launcher,
    serve_command,
    serve_environment,
    served_target,
)
from conformance.drivers.surroundings import may_bypass_permissions
from conformance.errors import ExitCode, NotTestableError, SidecarConformanceError, TargetUnreachableError
from conformance.wire.methods import METHODS, PROTOCOL

__all__ = ["AdapterError", "CommandDriver", "CommandHandle", "Limits", "serve_command", "serve_environment"]

_UNKNOWN_METHOD = "a_method_that_does_not_exist"


class CommandHandle:
    """One open backend of a child. When that child has gone, every operation raises DiedFault."""

    def __init__(self, driver: CommandDriver, conversation: Conversation, number: int) -> None:
        self._driver = driver
        self._conversation = conversation
        self._number = number
        self._is_open = True

    def record_scheduled(self, id: QName, schedule: Schedule) -> None:
        self._call("record_scheduled", id=id, schedule=schedule)

    def record_started(self, id: QName, started_at: SystemTime) -> None:
        self._call("record_started", id=id, started_at=started_at)

    def record_finished(self, id: QName, finished_at: SystemTime, success: bool) -> None:
        self._call("record_finished", id=id, finished_at=finished_at, success=success)

    def cancel(self, id: QName) -> None:
        self._call("cancel", id=id)

    def load_all(self) -> list[SchedulerJobRecord]:
        records: list[SchedulerJobRecord] = self._call("load_all")
        return records

    def spoil_last_load(self) -> None:
        """Nothing: what came over the wire is nobody else's."""

    def flush_checkpoint(self) -> None:
        self._call("flush_checkpoint")

    def plant_rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        self._call("plant_rows", rows=rows)

    def wire_mirror(self, *, fail: bool) -> None:
        self._call("mirror", mode="fail" if fail else "record")

    def mirror_statements(self) -> tuple[Statement, ...]:
        return tuple(self._call("mirror_statements")["statements"])

    def mirror_log(self) -> tuple[LogLine, ...]:
        return tuple(self._call("mirror_statements")["log"])

    def close(self) -> None:
        if self._is_open and not self._conversation.is_over:
            self._is_open = False
            self._call("close")
            self._conversation.open_handles.discard(self._number)

    def _call(self, name: str, **values: Any) -> Any:
        return self._driver.call(self._conversation, name, handle=self._number, **values)


class CommandDriver:
    """Runs a command and speaks with it; one child serves everything until it dies or hangs.

    `environment` replaces the inherited one. Raises TargetUnreachableError when the command cannot be
    started or does not introduce itself, AdapterError when it breaks the protocol while doing so.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        description: Description | None = None,
        timeout_scale: float = 1.0,
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._line = CommandLine(tuple(argv), dict(os.environ if environment is None else environment))
        self._limits = (limits or Limits()).scaled(timeout_scale)
        self._starting = threading.RLock()
        self._surroundings = Surroundings()
        self._conversations: dict[Surroundings, Conversation] = {}
        self._clocks: dict[Conversation, SystemTime | None] = {}
        self._gone: list[Conversation] = []
        self._now: SystemTime | None = None
        self._description = description
        try:
            self._current()
        except (BackendFault, SchedulerPersistenceError) as error:
            raise self._unreachable(f"it did not introduce itself: {error}") from error

    @property
    def description(self) -> Description:
        """What the backend said of itself when its first child was started, unless told otherwise."""
        assert self._description is not None
        return self._description

    @property
    def argv(self) -> list[str]:
        """The command."""
        return list(self._line.argv)

    def open(self, data_path: Path) -> CommandHandle:
        """Open a backend in the child."""
        return self._open(data_path=str(data_path))[0]

    def open_by_factory(self, data_path: Path | None) -> tuple[CommandHandle, bool]:
        """What the factory gives, and whether it came with a sink."""
        return self._open(data_path=None if data_path is None else str(data_path), factory=True)

    def set_clock(self, now: SystemTime | None) -> None:
        """Hold the child's clock at `now`, or let it go; a new child starts with the same."""
        self._now = now
        self._current()

    @contextmanager
    def in_time_zone(self, posix_tz: str) -> Iterator[None]:
        """Use another child, with TZ set, for a while."""
        with self._in(self._surroundings._replace(time_zone=posix_tz)):
            yield

    @contextmanager
    def unprivileged(self) -> Iterator[None]:
        """Use another child, without the superuser's right to bypass permissions, for a while."""
        if not may_bypass_permissions():
            yield
            return
        check_launcher()
        with self._in(self._surroundings._replace(is_unprivileged=True)):
            yield

    @contextmanager
    def another_process(self, **environment: str) -> Iterator[CommandDriver]:
        """A second child of the same command, with the same clock and surroundings but for `environment`."""
        line = self._line.under(self._surroundings)
        other = CommandDriver(
            line.argv,
            description=self._description,
            environment=line.environment | environment,
            limits=self._limits,
        )
        try:
            if self._now is not None:
                other.set_clock(self._now)
            yield other
        finally:
            other.close()

    def said(self) -> str:
        """What the children wrote to stderr since this was last asked: the last lines of it."""
        gone, self._gone = self._gone, []
        texts = [conversation.said() for conversation in (*gone, *self._conversations.values())]
        return "\n".join(text for text in texts if text)

    def crowded(self) -> AbstractContextManager[None]:
        """Nothing: the races are in the child."""
        return nullcontext()

    @contextmanager
    def few_files(self, more: int) -> Iterator[None]:
        """Let the child open no more than so many files more, for a while."""
        child = self._current().child.pid
        highest = highest_in_use(child)
        if highest is None:
            yield
            return
        with limited(child, highest + more):
            yield

    def crash(self) -> None:
        """Have the adapter kill the server and start it again. Raises NotTestableError where it does not."""
        try:
            self.call(self._current(), "crash")
        except LackingFault as lacking:
            raise NotTestableError(f"{NO_CRASH} ({lacking})") from None

    def child_command(self) -> ChildCommand:
        """The command as it is."""
        line = self._line.under(self._surroundings)
        return ChildCommand(line.argv, line.environment)

    def call(self, conversation: Conversation, name: str, **values: Any) -> Any:
        """One request to a child. Raises as a handle's operations do, and AdapterError."""
        if conversation.is_over and conversation not in self._conversations.values():
            raise DiedFault(f"{name}: the process that held this backend has ended")
        limit = self._limits.start if name in {"initialize", "crash"} else self._limits.operation
        try:
            return conversation.call(METHODS[name], values, limit)
        finally:
            if conversation.is_over:
                self._forget(conversation)

    def close(self) -> None:
        """Ask every child to leave, and see to it."""
        for conversation in list(self._conversations.values()):
            try:
                if not conversation.is_over:
                    conversation.call(METHODS["shutdown"], {}, self._limits.leave)
            except (BackendFault, SidecarConformanceError, SchedulerPersistenceError):
                pass
            conversation.end(self._limits.leave)
        self._conversations.clear()
        self._clocks.clear()

    def _open(self, **values: Any) -> tuple[CommandHandle, bool]:
        conversation = self._current()
        opened = self.call(conversation, "open", **values)
        number = opened["handle"]
        if number in conversation.open_handles:
            raise AdapterError(
                f"the adapter gave handle {number} for a second backend while the first is still open; "
                f"count handles up"
            )
        conversation.open_handles.add(number)
        return CommandHandle(self, conversation, number), opened["sink"]

    @contextmanager
    def _in(self, surroundings: Surroundings) -> Iterator[None]:
        before = self._surroundings
        self._surroundings = surroundings
        try:
            yield
        finally:
            self._surroundings = before

    def _current(self) -> Conversation:
        with self._starting:
            conversation = self._conversations.get(self._surroundings)
            if conversation is None or conversation.is_over:
                conversation = self._start()
            if self._clocks[conversation] != self._now:
                self.call(conversation, "set_clock", now=self._now)
                self._clocks[conversation] = self._now
            return conversation

    def _start(self) -> Conversation:
        line = self._line.under(self._surroundings)
        try:
            conversation = Conversation(line.argv, line.environment)
        except OSError as error:
            raise self._unreachable(error.strerror or str(error)) from error
        kit = {"name": "sidecar-conformance", "version": __version__}
        try:
            introduced = self.call(conversation, "initialize", protocol=PROTOCOL, kit=kit)
        except DiedFault as error:
            reason = conversation.reason_given()
            if reason and conversation.child.exit_code == ExitCode.USAGE and served_target(self._line.argv):
                raise TargetUnreachableError(reason) from error
            raise self._unreachable(str(error), conversation.last_words()) from error
        except BaseException:
            conversation.end()
            raise
        if self._description is None:
            self._description = introduced
            self._ask_for_the_unknown(conversation)
        self._conversations[self._surroundings] = conversation
        self._clocks[conversation] = None
        return conversation

    def _ask_for_the_unknown(self, conversation: Conversation) -> None:
        reason = conversation.refusal_of(_UNKNOWN_METHOD, self._limits.operation)
        if reason != "method-not-found":
            conversation.end()
            raise AdapterError(
                f"the adapter answered {_UNKNOWN_METHOD!r}, a method that does not exist, with {reason}; "
                f"it must answer code -32601, method-not-found, to every method that it does not know"
            )

    def _forget(self, conversation: Conversation) -> None:
        conversation.end()
        self._gone.append(conversation)
        self._clocks.pop(conversation, None)
        for surroundings, one in list(self._conversations.items()):
            if one is conversation:
                del self._conversations[surroundings]

    def _unreachable(self, reason: str, last_words: str = "") -> TargetUnreachableError:
        target = served_target(self._line.argv)
        if target is not None:  # a child of our own: its user named no command
            return TargetUnreachableError(f"{target} cannot be used as a backend: {reason}{last_words}")
        return TargetUnreachableError(
            f"the command {shlex.join(self._line.argv)!r} cannot be used as a backend: {reason}{last_words}; "
            f"run it by hand and give it an initialize request on stdin"
        )
