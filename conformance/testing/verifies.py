"""Which check verifies which requirement: the table that every runner reads."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis.strategies import SearchStrategy

from conformance.contract.requirements import load_ruleset
from conformance.testing.profiles import Dose
from conformance.testing.session import Backend, GaveUp

CheckFunction: TypeAlias = Callable[..., None]
Cases: TypeAlias = Callable[[Dose], Iterable[dict[str, Any]]]
_ATTRIBUTE = "__sidecar_check__"
_HOW_TO = "Name your backend with --sidecar-backend package.module:attribute"


@dataclass(frozen=True, slots=True)
class Check:
    """A check: a test function, and the requirement it speaks of unless a failure says otherwise.

    `strategies` are what Hypothesis draws the arguments of `body` from, none where it does not. `examples`
    scales the profile's number of examples; `shrinks` is off where a failure does not repeat reliably.
    `cases` lists the examples of a check for which Hypothesis generates none. Checks that are `together` run
    in one worker, one after the other, and share what they find out. `needs` is a capability without which
    the check is left out, though the requirement is owed. One that is `alone` runs while no other does.
    `absent` says of a backend to which the requirement's precondition never comes why it does not owe the
    requirement.
    """

    requirement: str
    test: str
    body: CheckFunction
    strategies: Mapping[str, SearchStrategy[Any]] = field(default_factory=dict)
    examples: float = 1.0
    shrinks: bool = True
    cases: Cases | None = None
    together: str = ""
    needs: str | None = None
    alone: bool = False
    absent: str = ""

    @property
    def generated(self) -> bool:
        """Whether Hypothesis generates examples for it."""
        return bool(self.strategies)

    def generating(self) -> CheckFunction:
        """A new Hypothesis test, which runs the body on what it draws and counts the examples."""
        return given(**self.strategies)(_counted(self.body))

    def call(self, backend: Backend, arguments: dict[str, Any]) -> None:
        """Run the body once, with these arguments."""
        run_example(self.body, backend, arguments)


CHECKS: dict[str, Check] = {}


def run_example(body: CheckFunction, backend: Backend, arguments: dict[str, Any]) -> None:
    """Run one example and count it; one that `assume` gives up does not count."""
    backend.start_example(arguments)
    try:
        body(backend=backend, **arguments)
    except (Exception, GaveUp, KeyboardInterrupt) as error:
        backend.end_example(error)
        raise
    backend.end_example(None)


def verifies(
    requirement: str,
    *,
    examples: float = 1.0,
    shrinks: bool = True,
    cases: Cases | None = None,
    together: str = "",
    needs: str | None = None,
    alone: bool = False,
    absent: str = "",
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a test function as a check. Raises ValueError for an unknown id or a wrong name, at import."""
    if requirement not in load_ruleset():
        raise ValueError(f"{requirement} is no requirement of rule set {load_ruleset().version}")

    def decorate(function: CheckFunction) -> CheckFunction:
        name = function.__name__
        if name in CHECKS:
            raise ValueError(f"two checks are named {name}")
        body, strategies = _taken_apart(function)
        check = Check(
            requirement,
            name,
            body,
            strategies,
            examples,
            shrinks,
            cases,
            together,
            needs,
            alone,
            absent,
        )
        CHECKS[name] = check

        @functools.wraps(function)
        def test(sidecar_backend: Backend) -> None:
            if not isinstance(sidecar_backend, Backend):
                raise TypeError(f"a check takes the kit's Backend, not this: {sidecar_backend!r}. {_HOW_TO}")
            if check.generated:
                check.generating()(backend=sidecar_backend)
            else:
                run_example(body, sidecar_backend, {})

        test.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [inspect.Parameter("sidecar_backend", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
        )
        del test.__wrapped__
        test.__doc__ = _explained(requirement, function.__doc__)
        setattr(test, _ATTRIBUTE, check)
        return test

    return decorate


def _taken_apart(function: CheckFunction) -> tuple[CheckFunction, Mapping[str, SearchStrategy[Any]]]:
    """The innermost function of a check, and the strategies that `given` was called with, if it was."""
    handle = getattr(function, "hypothesis", None)
    return (function, {}) if handle is None else (handle.inner_test, dict(handle._given_kwargs))


def _explained(requirement: str, own: str | None) -> str:
    """The docstring of a check: the requirement's text, then what the check says itself."""
    required = load_ruleset()[requirement]
    text = f"{requirement} ({required.level.value}): {required.text}"
    return "\n\n".join([text, *([inspect.cleandoc(own)] if own else [])])


def _counted(body: CheckFunction) -> CheckFunction:
    @functools.wraps(body)
    def counted(backend: Backend, **arguments: Any) -> None:
        run_example(body, backend, arguments)

    return counted


def check_of(function: object) -> Check | None:
    """The check that a collected test function is."""
    found = getattr(function, _ATTRIBUTE, None)
    return found if isinstance(found, Check) else None


def checks_for(requirement: str) -> Sequence[Check]:
    """The checks of a requirement, in the order they were written."""
    return [check for check in CHECKS.values() if check.requirement == requirement]
