"""What of a protocol a failure tells at once."""

from __future__ import annotations

from conformance.crash.telling.digest import digest
from conformance.crash.telling.protocol import NOT_EXECUTED, ProtocolLine


def lines(*texts: str, mark: str = "") -> list[ProtocolLine]:
    return [ProtocolLine(at, text, mark) for at, text in enumerate(texts)]


def test_what_is_short_is_told_whole() -> None:
    assert digest(lines("-> a", "write", "<- b")) == ("-> a", "write", "<- b")


def test_what_repeats_itself_is_told_once() -> None:
    told = digest(lines("open", *[f"write({number} bytes)" for number in range(50)], "close"))

    assert told == ("open", "write(0 bytes)", "(the last line 49 times more)", "close")


def test_so_is_a_run_of_lines() -> None:
    told = digest(lines(*[word for number in range(9) for word in (f"open {number}", "read", "close")]))

    assert told == ("open 0", "read", "close", "(the last 3 lines 8 times more)")


def test_after_a_crash_only_the_rest_of_its_operation_is_told() -> None:
    done = lines("-> a", "write", "**** power lost here ****")
    never = lines("fsync", "<- a", "-> b", "write", "<- b", mark=NOT_EXECUTED)

    assert digest([*done, *never]) == (
        "-> a",
        "write",
        "**** power lost here ****",
        "fsync   <-- not executed",
        "<- a   <-- not executed",
        "(3 lines more, none of them executed)",
    )


def test_the_fault_and_the_crash_are_always_told() -> None:
    calls = [f"{'abcdefghijk'[number % 11]}{'xyz' * (number % 7)}{'q' * number}" for number in range(300)]
    protocol = lines(*calls)
    protocol[100] = ProtocolLine(100, "fsync", "made to fail")
    protocol[200] = ProtocolLine(200, "**** killed here ****")

    told = digest(protocol)

    assert "fsync   <-- made to fail" in told
    assert "**** killed here ****" in told
    assert len(told) < 60
