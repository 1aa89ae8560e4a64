"""What a mirror statement does to the graph (CM-01, CM-02, CM-06).

The statements that can be read, with v for any variable and VALUE for a string or a parameter::

    MERGE (v:_BackgroundJob {qname: VALUE}) {[ON CREATE | ON MATCH] SET assignments} [RETURN ...]
    [OPTIONAL] MATCH (v:_BackgroundJob [{qname: VALUE}]) [WHERE v.qname = VALUE] DETACH DELETE v [RETURN ...]
    assignment = v.status = VALUE | v += {status: VALUE} | v += $parameter

Everything else is unclear: whoever reads it cannot be sure that it touches that one job and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from conformance.oracle.cypher_tokens import Cursor, StatementUnclear

__all__ = ["DetachDelete", "Meaning", "Merge", "StatementUnclear", "read_statement"]

_LABEL = "_BackgroundJob"
_CLAUSES = (
    *("ALTER", "CALL", "CREATE", "DELETE", "DETACH", "DROP", "FOREACH", "INSERT", "LOAD", "MATCH"),
    *("MERGE", "OPTIONAL", "REMOVE", "SET", "UNION", "UNWIND", "USE", "WITH"),
)


@dataclass(frozen=True, slots=True)
class Merge:
    """Exactly the node of this qname is there and has this status."""

    qname: str
    status: str


@dataclass(frozen=True, slots=True)
class DetachDelete:
    """The node of this qname is gone, with its relationships."""

    qname: str


Meaning: TypeAlias = Merge | DetachDelete


def read_statement(cypher: str, parameters: Mapping[str, object] | None = None) -> Meaning:
    """What the statement means, with `parameters` bound. Raises StatementUnclear."""
    return _Reader(Cursor(cypher), parameters or {}).statement()


class _Reader:
    def __init__(self, cursor: Cursor, parameters: Mapping[str, object]) -> None:
        self._cursor = cursor
        self._parameters = parameters

    def statement(self) -> Meaning:
        cursor = self._cursor
        if cursor.took_keyword("MERGE"):
            meaning: Meaning = self._merge()
        else:
            cursor.took_keyword("OPTIONAL")
            cursor.keyword("MATCH")
            meaning = self._match()
        self._skip_return()
        cursor.took_symbol(";")
        if cursor.token.kind != "end":
            raise StatementUnclear(f"it goes on with {cursor.shown()}")
        return meaning

    def _merge(self) -> Merge:
        variable, qname = self._node()
        if qname is None:
            raise StatementUnclear("MERGE without a qname")
        on_create = on_match = None
        while (branch := self._set_branch()) is not None:
            status = self._assignments(variable)
            on_create = on_create if branch == "MATCH" else status
            on_match = on_match if branch == "CREATE" else status
        if on_create is None or on_match is None:
            raise StatementUnclear("it does not set the status of both a new node and a known one")
        if on_create != on_match:
            raise StatementUnclear(f"a new node becomes {on_create!r}, a known one {on_match!r}")
        return Merge(qname, on_create)

    def _set_branch(self) -> str | None:
        """CREATE, MATCH or, for both, SET; None when no SET follows."""
        if not self._cursor.took_keyword("ON"):
            return "SET" if self._cursor.took_keyword("SET") else None
        branch = "CREATE" if self._cursor.is_keyword("CREATE") else "MATCH"
        self._cursor.keyword(branch)
        self._cursor.keyword("SET")
        return branch

    def _assignments(self, variable: str) -> str:
        """The status that the last of the assignments leaves."""
        status = self._assignment(variable)
        while self._cursor.took_symbol(","):
            status = self._assignment(variable)
        return status

    def _assignment(self, variable: str) -> str:
        self._variable(variable)
        if self._cursor.took_symbol("+="):
            return self._only_property("status")
        self._member("status")
        self._cursor.symbol("=")
        return self._value()

    def _match(self) -> DetachDelete:
        variable, qname = self._node()
        if self._cursor.took_keyword("WHERE"):
            demanded = self._condition(variable)
            if qname is not None and demanded != qname:
                raise StatementUnclear(f"it demands both {qname!r} and {demanded!r}")
            qname = demanded
        if qname is None:
            raise StatementUnclear("MATCH without a qname: it deletes every job")
        self._cursor.keyword("DETACH")
        self._cursor.keyword("DELETE")
        self._variable(variable)
        return DetachDelete(qname)

    def _condition(self, variable: str) -> str:
        """The value in variable.qname = VALUE or VALUE = variable.qname."""
        if self._cursor.token.kind == "name":
            self._variable(variable)
            self._member("qname")
            self._cursor.symbol("=")
            return self._value()
        value = self._value()
        self._cursor.symbol("=")
        self._variable(variable)
        self._member("qname")
        return value

    def _node(self) -> tuple[str, str | None]:
        """The variable of (variable:_BackgroundJob {qname: VALUE}), and the qname where one is given."""
        self._cursor.symbol("(")
        variable = self._cursor.name("a variable")
        self._cursor.symbol(":")
        label = self._cursor.name("a label")
        if label != _LABEL:
            raise StatementUnclear(f"the label {label!r}")
        qname = None if self._cursor.is_symbol(")") else self._only_property("qname")
        self._cursor.symbol(")")
        return variable, qname

    def _only_property(self, name: str) -> str:
        """The value of {name: VALUE}, or of a parameter that holds such a map."""
        if self._cursor.token.kind == "parameter":
            bound = self._parameter()
            if not isinstance(bound, Mapping) or bound.keys() != {name}:
                raise StatementUnclear(f"a parameter that is not a map of {name} alone")
            return _text(bound[name])
        self._cursor.symbol("{")
        self._named(name)
        self._cursor.symbol(":")
        value = self._value()
        self._cursor.symbol("}")
        return value

    def _member(self, name: str) -> None:
        self._cursor.symbol(".")
        self._named(name)

    def _named(self, name: str) -> None:
        found = self._cursor.name("a property")
        if found != name:
            raise StatementUnclear(f"the property {found!r} where {name!r} should stand")

    def _variable(self, variable: str) -> None:
        found = self._cursor.name("a variable")
        if found != variable:
            raise StatementUnclear(f"the variable {found!r} where {variable!r} should stand")

    def _value(self) -> str:
        kind = self._cursor.token.kind
        if kind == "parameter":
            return _text(self._parameter())
        if kind != "string":
            raise StatementUnclear(f"{self._cursor.shown()} where a string or a parameter should stand")
        return self._cursor.take().text

    def _parameter(self) -> object:
        name = self._cursor.take().text
        if name not in self._parameters:
            raise StatementUnclear(f"the parameter {name!r} is not given")
        return self._parameters[name]

    def _skip_return(self) -> None:
        """A RETURN changes nothing, as long as no clause hides in it."""
        if not self._cursor.took_keyword("RETURN"):
            return
        while self._cursor.token.kind != "end" and not self._cursor.is_symbol(";"):
            if self._cursor.is_keyword(*_CLAUSES):
                raise StatementUnclear(f"{self._cursor.shown()} after RETURN")
            self._cursor.take()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise StatementUnclear(f"a parameter that is no text but {type(value).__name__}")
    return value
