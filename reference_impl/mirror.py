"""The Cypher mirror: each job's status, best effort, in a graph that the host may wire late (CM-01 to CM-07).

The document is the source of truth. Whatever goes wrong here is logged at debug level and forgotten.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from threading import Lock

from conformance.contract.backend import CypherExecutor
from conformance.contract.records import QName, SchedulerJobStatus

_LOGGER = logging.getLogger(__name__)
_ESCAPES = str.maketrans({"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


@dataclass(frozen=True, slots=True)
class MirrorStatement:
    """A statement about one job. `template` names its parameters as $qname and $status."""

    template: str
    parameters: Mapping[str, str]

    def literal(self) -> str:
        """The statement without parameters: each one written into it as a string literal (CM-06)."""
        literals = {name: quoted(value) for name, value in self.parameters.items()}
        return Template(self.template).substitute(literals)


def status_statement(id: QName, status: SchedulerJobStatus) -> MirrorStatement:
    """Gives the job's node its status, and makes the node if need be (CM-01)."""
    return MirrorStatement(
        "MERGE (job:_BackgroundJob {qname: $qname}) SET job.status = $status",
        {"qname": str(id), "status": status.value},
    )


def removal_statement(id: QName) -> MirrorStatement:
    """Removes the job's node (CM-02)."""
    return MirrorStatement("MATCH (job:_BackgroundJob {qname: $qname}) DETACH DELETE job", {"qname": str(id)})


def quoted(text: str) -> str:
    """`text` as a Cypher string literal."""
    return f"'{text.translate(_ESCAPES)}'"


class LazyCypherSink:
    """Sends statements to an executor that the host wires when it has one. Any thread may call it."""

    def __init__(self) -> None:
        self._wiring = Lock()
        self._executor: CypherExecutor | None = None
        self._binds_parameters = False

    def set_host_executor(self, executor: CypherExecutor) -> bool:
        """Wire the executor; the first one wins (CM-05). Returns whether this one is it."""
        binds_parameters = takes_parameters(executor)
        with self._wiring:
            if self._executor is not None:
                return False
            self._binds_parameters = binds_parameters
            self._executor = executor
            return True

    def send(self, statement: MirrorStatement) -> None:
        """Run the statement once if an executor is wired. Raises nothing that the executor raises (CM-04)."""
        try:
            self.execute(statement)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # a panic that crosses from Rust is no Exception
            self.log_skipped(statement, error)

    def execute(self, statement: MirrorStatement) -> None:
        """Run the statement. Raises what the executor raises, LookupError when none is wired."""
        executor = self._executor
        if executor is None:
            raise LookupError("no executor is wired")
        if self._binds_parameters:
            executor.execute_write_cypher(statement.template, parameters=dict(statement.parameters))
        else:
            executor.execute_write_cypher(statement.literal())

    def log_skipped(self, statement: MirrorStatement, error: BaseException) -> None:
        """Log that the graph was not told (CM-07)."""
        _LOGGER.debug("mirror of %s skipped: %r", statement.parameters["qname"], error)


def takes_parameters(executor: CypherExecutor) -> bool:
    """Whether `execute_write_cypher` takes bound parameters; a signature that cannot be seen counts as no."""
    try:
        inspect.signature(executor.execute_write_cypher).bind("", parameters={})
    except (AttributeError, TypeError, ValueError):
        return False
    return True
