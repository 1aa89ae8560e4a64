"""What a mirror statement does to the graph (CM-01, CM-02, CM-06).

The statements that can be read, with v for any variable and VALUE for a string, a parameter or a member of
one that is a map ($job.qname)::

    MERGE (v:_BackgroundJob {qname: VALUE}) {[ON CREATE | ON MATCH] SET assignments} [RETURN ...]
    [OPTIONAL] MATCH (v:_BackgroundJob [{qname: VALUE}]) [WHERE v.qname = VALUE] DETACH DELETE v [RETURN ...]
    assignment = v.status = VALUE | v.qname = VALUE | v += {properties} | v += $parameter

where a qname is only set to what it is already.

Everything else is unclear: whoever reads it cannot be sure that it touches that one job and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from conformance.oracle.cypher_tokens import Cursor, StatementUnclear

__all__ = ["DetachDelete", "Meaning", "Merge", "StatementUnclear", "read_statement"]

_LABEL = "_BackgroundJob"
_PROPERTIES = ("qname", "status")
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
            status = self._assignments(variable, qname)
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

    def _assignments(self, variable: str, qname: str) -> str:
        """The status that the last of the assignments leaves."""
        assigned = self._assignment(variable)
        while self._cursor.took_symbol(","):
            assigned |= self._assignment(variable)
        if assigned.pop("qname", qname) != qname:
            raise StatementUnclear("it gives the node another qname")
        if assigned.keys() != {"status"}:
            raise StatementUnclear("it does not set the status")
        return assigned["status"]

    def _assignment(self, variable: str) -> dict[str, str]:
        self._variable(variable)
        if self._cursor.took_symbol("+="):
            return self._properties()
        self._cursor.symbol(".")
        name = self._known_property()
        self._cursor.symbol("=")
        return {name: self._value()}

    def _match(self) -> DetachDelete:
        variable, qname = self._node()
        if self._cursor.took_keyword("WHERE"):
            bracketed = self._cursor.took_symbol("(")
            demanded = self._condition(variable)
            if bracketed:
                self._cursor.symbol(")")
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
            self._qname_of(variable)
            self._cursor.symbol("=")
            return self._value()
        value = self._value()
        self._cursor.symbol("=")
        self._qname_of(variable)
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
        found = self._properties()
        if found.keys() != {name}:
            raise StatementUnclear(f"{{{', '.join(found)}}} where {{{name}}} should stand")
        return found[name]

    def _properties(self) -> dict[str, str]:
        """The values of {name: VALUE, ...}, or of a parameter that holds such a map."""
        if self._cursor.token.kind == "parameter":
            bound = self._parameter()
            if not isinstance(bound, Mapping):
                raise StatementUnclear("a parameter that is no map")
            for name in bound:
                _require_known(name)
            return {name: _text(value) for name, value in bound.items()}
        self._cursor.symbol("{")
        found = self._property()
        while self._cursor.took_symbol(","):
            found |= self._property()
        self._cursor.symbol("}")
        return found

    def _property(self) -> dict[str, str]:
        name = self._known_property()
        self._cursor.symbol(":")
        return {name: self._value()}

    def _known_property(self) -> str:
        name = self._cursor.name("a property")
        _require_known(name)
        return name

    def _qname_of(self, variable: str) -> None:
        self._variable(variable)
        self._cursor.symbol(".")
        name = self._cursor.name("a property")
        if name != "qname":
            raise StatementUnclear(f"the property {name!r} where 'qname' should stand")

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
        value = self._parameters[name]
        while self._cursor.took_symbol("."):
            member = self._cursor.name("a member")
            if not isinstance(value, Mapping) or member not in value:
                raise StatementUnclear(f"the parameter {name!r} has no member {member!r}")
            value = value[member]
        return value

    def _skip_return(self) -> None:
        """A RETURN changes nothing, as long as no clause hides in it."""
        if not self._cursor.took_keyword("RETURN"):
            return
        while self._cursor.token.kind != "end" and not self._cursor.is_symbol(";"):
            if self._cursor.is_keyword(*_CLAUSES):
                raise StatementUnclear(f"{self._cursor.shown()} after RETURN")
            self._cursor.take()


def _require_known(name: str) -> None:
    if name not in _PROPERTIES:
        raise StatementUnclear(f"the property {name!r} where one of {', '.join(_PROPERTIES)} should stand")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise StatementUnclear(f"a parameter that is no text but {type(value).__name__}")
    return value
