"""What the author's side answers, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.adapter.open_backends import OpenBackends
from conformance.hosting.inprocess import InProcessDriver
from conformance.wire.schemas import violation

BACKENDS = Path(__file__).parents[1] / "drivers" / "a_backend.py"
ID = {"namespace": "a", "local": "b"}
INSTANT = {"secs_since_epoch": 1, "nanos_since_epoch": 2}


class Talk:
    """A session that is spoken to in values, and whose answers are held against their schemas."""

    def __init__(self, attribute: str) -> None:
        self.session = OpenBackends(InProcessDriver(f"{BACKENDS}:{attribute}"))

    def say(self, method: str, **params: Any) -> Any:
        request = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        answer = json.loads(self.session.answer(json.dumps(request).encode()))
        assert violation(method, "answer", answer) is None
        return answer.get("result", answer.get("error", {}).get("data", {}).get("name"))


@pytest.fixture
def talk() -> Iterator[Talk]:
    one = Talk("open_backend")
    yield one
    one.session.close()


def test_handles_are_numbered_and_kept_apart(talk: Talk, tmp_path: Path) -> None:
    places = [tmp_path / name for name in "ab"]
    for place in places:
        place.mkdir()
    first, second = (talk.say("open", data_path=str(place))["handle"] for place in places)
    talk.say("record_started", handle=first, id=ID, started_at=INSTANT)
    loaded = [len(talk.say("load_all", handle=handle)) for handle in (first, second)]

    assert first != second
    assert loaded == [1, 0]


def test_a_closed_handle_is_unknown(talk: Talk, tmp_path: Path) -> None:
    handle = talk.say("open", data_path=str(tmp_path))["handle"]
    answers = [talk.say("close", handle=handle), talk.say("close", handle=handle)]

    assert answers == [None, "unknown-handle"]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("load_all", {}),
        ("load_all", {"handle": "1"}),
        ("cancel", {"handle": 1, "id": "a.b"}),
        ("open", {"data_path": None}),
        ("set_clock", {"now": {"secs_since_epoch": 0, "nanos_since_epoch": 1}}),
        ("mirror", {"handle": 1, "mode": "loud"}),
    ],
)
def test_params_that_do_not_fit_are_invalid(talk: Talk, method: str, params: dict[str, Any]) -> None:
    assert talk.say(method, **params) == "invalid-params"


def test_a_backends_error_is_refused_when_reading_and_uncertain_when_writing(
    talk: Talk, tmp_path: Path
) -> None:
    handle = talk.say("open", data_path=str(tmp_path))["handle"]
    (tmp_path / "rows.json").write_text("[")
    answers = [talk.say("load_all", handle=handle), talk.say("cancel", handle=handle, id=ID)]

    assert answers == ["refused", "uncertain"]


def test_foreign_exceptions_and_nonsense_are_told_apart(tmp_path: Path) -> None:
    talk = Talk("open_wrong")
    handle = talk.say("open", data_path=str(tmp_path))["handle"]
    answers = [
        talk.say("record_started", handle=handle, id=ID, started_at=INSTANT),
        talk.say("load_all", handle=handle),
    ]

    assert answers == ["escaped", "nonsense"]


def test_a_capability_that_is_not_declared_is_unsupported(tmp_path: Path) -> None:
    talk = Talk("open_wrong")
    handle = talk.say("open", data_path=str(tmp_path))["handle"]

    assert talk.say("mirror", handle=handle, mode="record") == "unsupported"


def test_off_records_no_more_statements(talk: Talk, tmp_path: Path) -> None:
    handle = talk.say("open", data_path=str(tmp_path))["handle"]
    talk.say("mirror", handle=handle, mode="record")
    talk.say("record_started", handle=handle, id=ID, started_at=INSTANT)
    talk.say("mirror", handle=handle, mode="off")
    talk.say("record_started", handle=handle, id=ID, started_at=INSTANT)
    told = talk.say("mirror_statements", handle=handle)

    assert len(told["statements"]) == 1


@pytest.mark.parametrize(
    ("line", "id", "code"),
    [
        (b"hello", None, -32700),
        (b"{}", None, -32600),
        (b'{"jsonrpc":"2.0","id":3}', 3, -32600),
        (b'{"jsonrpc":"2.0","id":4,"method":"nothing"}', 4, -32601),
    ],
)
def test_a_line_that_is_no_request_is_answered_all_the_same(
    talk: Talk, line: bytes, id: int | None, code: int
) -> None:
    answer = json.loads(talk.session.answer(line))

    assert (answer["id"], answer["error"]["code"]) == (id, code)


def test_shutdown_is_answered_and_ends_the_session(talk: Talk) -> None:
    answer = talk.say("shutdown")

    assert answer is None
    assert talk.session.is_over
