from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.contract.classes import ConformanceClass
from conformance.crash.filesystem.tree import DIRECTORY, Tree
from conformance.crash.judging.judge import AllowedStates, judge_kills, judge_power, judge_second_lives
from conformance.crash.judging.replay import DATA, Stage
from conformance.crash.judging.speaking import (
    AnswerKind,
    OperationOutcome,
    WireSpeaker,
    outcomes,
    request_line,
)
from conformance.crash.judging.workload import Rows, WireOperation
from conformance.crash.persistence.states import CrashState, Cut, Point
from conformance.crash.recording.trace import Acknowledgement, Request
from conformance.crash.telling.verdicts import plainest
from conformance.oracle.allowed import CrashVerdict, LoadFailed

from .toys import FRESH, TWO, as_rows

DONE = (OperationOutcome(1, 5, AnswerKind.DONE), OperationOutcome(6, 9, AnswerKind.DONE))


class FakeReloader:
    """Shows what the tree's file says: a Python expression. Counts fresh processes."""

    def __init__(self) -> None:
        self.renewed = 0
        self.second: Rows | LoadFailed = ()

    def reload(self, data_path: Path) -> Rows | LoadFailed:
        try:
            found: Rows = eval((data_path / "rows").read_text("utf-8"))
        except (OSError, SyntaxError) as error:
            return LoadFailed(str(error))
        return found

    def second_life(self, data_path: Path, operations: Sequence[WireOperation]) -> Rows | LoadFailed:
        return self.second

    def renew(self) -> None:
        self.renewed += 1

    def close(self) -> None:
        pass


def showing(rows: object, at: int, lost: int = 0) -> CrashState:
    tree: Tree = frozenset({(DATA, DIRECTORY), (f"{DATA}/rows", repr(rows).encode())})
    return CrashState(tree, Point(at, Cut.SYNC), frozenset(range(lost)), "posix")


BEFORE = FRESH.documents[()]
AFTER = FRESH.documents[(0,)]


@pytest.mark.parametrize(
    ("observed", "at", "expected"),
    [
        pytest.param(BEFORE, 0, CrashVerdict.OK, id="nothing sent, nothing there"),
        pytest.param(AFTER, 0, CrashVerdict.ATOMICITY, id="nothing sent, yet something there"),
        pytest.param(BEFORE, 3, CrashVerdict.OK, id="in flight: before"),
        pytest.param(AFTER, 3, CrashVerdict.OK, id="in flight: after"),
        pytest.param((("b", ""),), 3, CrashVerdict.ATOMICITY, id="in flight: neither"),
        pytest.param(LoadFailed("torn"), 3, CrashVerdict.ATOMICITY, id="in flight: cannot be read"),
        pytest.param(BEFORE, 6, CrashVerdict.DURABILITY, id="acknowledged and lost"),
        pytest.param(AFTER, 6, CrashVerdict.OK, id="acknowledged and there"),
    ],
)
def test_what_may_be_seen_follows_from_what_was_acknowledged_and_sent(
    observed: Rows | LoadFailed, at: int, expected: CrashVerdict
) -> None:
    judgement = AllowedStates(FRESH, DONE[:1]).judge(observed, at)

    assert judgement.verdict is expected


@pytest.mark.parametrize("taken", [(0, 1), (1,)])
def test_an_operation_that_was_refused_may_have_happened_or_not(taken: tuple[int, ...]) -> None:
    refused = (OperationOutcome(1, 5, AnswerKind.REFUSED), DONE[1])

    assert AllowedStates(TWO, refused).judge(TWO.documents[taken], 20).ok


def test_an_operation_after_a_refused_one_must_not_be_lost() -> None:
    refused = (OperationOutcome(1, 5, AnswerKind.REFUSED), DONE[1])

    assert AllowedStates(TWO, refused).judge(TWO.documents[()], 20).verdict is CrashVerdict.DURABILITY


def test_power_states_break_atomicity_or_durability_and_kill_states_one_requirement(tmp_path: Path) -> None:
    stage, expected = Stage(tmp_path, FakeReloader()), AllowedStates(FRESH, DONE[:1])
    states = [showing("torn", 3), showing(BEFORE, 6), showing(AFTER, 6)]

    by_power = [finding.requirement for finding in judge_power(states, expected, stage)]
    by_kill = [finding.requirement for finding in judge_kills(states, expected, stage)]

    assert (by_power, by_kill) == (["CR-03", "CR-04"], ["CR-02", "CR-02"])


def test_a_failure_is_confirmed_in_a_fresh_process(tmp_path: Path) -> None:
    class Forgetful(FakeReloader):
        def reload(self, data_path: Path) -> Rows | LoadFailed:
            return super().reload(data_path) if self.renewed else LoadFailed("stale cache")

    reloader = Forgetful()
    findings = list(
        judge_power([showing(AFTER, 6)], AllowedStates(FRESH, DONE[:1]), Stage(tmp_path, reloader))
    )

    assert (findings, reloader.renewed) == ([], 1)


def test_each_content_is_reloaded_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FakeReloader())
    states = [showing(AFTER, at) for at in (3, 4, 5, 6)]

    assert list(judge_power(states, AllowedStates(FRESH, DONE[:1]), stage)) == []
    assert stage.reloads == 1
    assert list(tmp_path.iterdir()) == []


def test_the_plainest_finding_is_the_earliest_that_lost_least(tmp_path: Path) -> None:
    states = [showing("late", 4, lost=1), showing("many", 3, lost=9), showing("few", 3, lost=2)]
    findings = judge_power(states, AllowedStates(FRESH, DONE[:1]), Stage(tmp_path, FakeReloader()))

    finding, count = plainest(findings)["CR-03"]

    assert (finding.state, count) == (states[2], 3)


@pytest.mark.parametrize(
    ("conformance_class", "expected"),
    [(ConformanceClass.SIDECAR, ["CR-06"]), (ConformanceClass.STORE, ["CR-04", "CR-04"])],
)
def test_a_second_life_that_goes_wrong_breaks_the_requirement_of_its_class(
    tmp_path: Path, conformance_class: ConformanceClass, expected: list[str]
) -> None:
    """
    A sidecar lives on once from the same names, a store from each content.
    """
    reloader = FakeReloader()
    reloader.second = LoadFailed("stuck")
    states = [showing(BEFORE, 0), showing(AFTER, 6)]

    found = judge_second_lives(
        states, AllowedStates(FRESH, DONE[:1]), Stage(tmp_path, reloader), conformance_class
    )

    assert [finding.requirement for finding in found] == expected


def test_a_second_life_must_show_the_mutation_on_top_of_what_was_there(tmp_path: Path) -> None:
    reloader = FakeReloader()
    reloader.second = FRESH.documents[(0, 1)]
    stage, expected = Stage(tmp_path, reloader), AllowedStates(FRESH, DONE[:1])

    right = judge_second_lives([showing(AFTER, 6)], expected, stage, ConformanceClass.SIDECAR)
    wrong = judge_second_lives([showing(BEFORE, 0)], expected, stage, ConformanceClass.SIDECAR)

    assert (list(right), len(list(wrong))) == ([], 1)


def test_the_conversation_puts_the_handle_it_was_given_into_the_operations(tmp_path: Path) -> None:
    conversation = WireSpeaker(FRESH, tmp_path, with_extra=True)
    spoken: list[Request | Acknowledgement] = []
    results = iter([{"name": "toy"}, {"handle": 42}, None, None, None, None])
    while (line := conversation.next_line()) is not None:
        number = len(spoken) // 2 + 1
        answer = (
            f'{{"jsonrpc": "2.0", "id": {number}, "result": {str(next(results)).replace("None", "null")}}}'
        )
        answer = answer.replace("'", '"')
        spoken += [Request(2 * number, line), Acknowledgement(2 * number + 1, answer)]
        assert conversation.on_answer(answer)

    assert [event.line.count('"handle": 42') for event in spoken if isinstance(event, Request)] == [
        *(0, 0),
        *(1, 1, 1, 0),
    ]
    assert [outcome.answer for outcome in outcomes(spoken, conversation.operation_ids)] == [
        AnswerKind.DONE
    ] * 2


def test_a_refused_open_ends_the_conversation(tmp_path: Path) -> None:
    conversation = WireSpeaker(FRESH, tmp_path)
    conversation.next_line()
    conversation.on_answer('{"id": 1, "result": {}}')
    conversation.next_line()

    conversation.on_answer('{"id": 2, "error": {"code": 1, "message": "no"}}')

    assert conversation.next_line() is None
    assert "open was answered with" in conversation.stopped


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"id": 1, "result": null}', AnswerKind.DONE),
        ('{"id": 1, "error": {"code": 1, "message": "refused"}}', AnswerKind.REFUSED),
        ('{"id": 1, "error": {"code": 2, "message": "uncertain"}}', AnswerKind.REFUSED),
        ('{"id": 1, "error": {"code": 5, "message": "escaped"}}', AnswerKind.FOREIGN),
        ('{"id": 1, "error": {"code": -32603, "message": "internal"}}', AnswerKind.FOREIGN),
        ("no JSON", AnswerKind.NONE),
        ('{"id": 2, "result": null}', AnswerKind.NONE),
    ],
)
def test_an_answer_is_done_refused_or_foreign(answer: str, expected: AnswerKind) -> None:
    spoken: list[Request | Acknowledgement] = [
        Request(1, request_line(1, "cancel", {})),
        Acknowledgement(2, answer),
    ]

    assert outcomes(spoken, [1])[0].answer is expected


def test_the_rows_of_a_workload_come_from_what_took_effect() -> None:
    assert TWO.documents[(1,)] == as_rows({})
    assert TWO.states(without=frozenset({1}))[2] == TWO.documents[(0,)]
    assert len(TWO.documents) == 8
