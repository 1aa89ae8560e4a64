"""What is wrong with a sidecar document, and what follows. Pure functions over bytes and an instant."""

from conformance.linting.document import DocumentReport, Problem, check_document
from conformance.linting.fixing import Fix, fix_document
from conformance.linting.rules import RULES, Consequence, ProblemLevel, Rule

__all__ = [
    "RULES",
    "Consequence",
    "DocumentReport",
    "Fix",
    "Problem",
    "ProblemLevel",
    "Rule",
    "check_document",
    "fix_document",
]
