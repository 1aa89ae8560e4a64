"""Who gets the blame for what an adapter does wrong, and that nobody is left behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.contract.connection import DiedFault, LackingFault, TimeoutFault
from conformance.contract.records import Manual, QName, SystemTime
from conformance.drivers.blame import AdapterError
from conformance.drivers.command import CommandDriver, CommandHandle, Limits
from conformance.errors import ExitCode, SidecarConformanceError, TargetUnreachableError

from .commands import marked_environment, misbehaving, processes_with

JOB = QName("a", "b")
AT = SystemTime(1, 2)


def _load(handle: CommandHandle) -> None:
    handle.load_all()


def _start(handle: CommandHandle) -> None:
    handle.record_started(JOB, AT)


def _load_twice(handle: CommandHandle) -> None:
    handle.load_all()
    handle.load_all()


def _three_calls(handle: CommandHandle) -> None:
    for _ in range(3):
        handle.load_all()


def _plant(handle: CommandHandle) -> None:
    handle.plant_rows([])


def _floats(handle: CommandHandle) -> None:
    handle.plant_rows(
        [
            {
                "qname": "a.b",
                "status": "Idle",
                "consecutive_failures": 0,
                "next_fire_at": {"secs_since_epoch": 5, "nanos_since_epoch": 0},
            }
        ]
    )
    handle.load_all()


BROKEN: list[tuple[str, Callable[[CommandHandle], None], type[Exception], str]] = [
    ("wrong_id", _load, AdapterError, "which no request is waiting for"),
    ("answers_twice", _load_twice, AdapterError, "which no request is waiting for"),
    ("prints_a_banner", _load, AdapterError, "'My Adapter 1.0, ready'"),
    ("dies_at_the_third_call", _three_calls, DiedFault, "load_all: the process ended .*: exit status 101"),
    ("hangs", _start, TimeoutFault, "record_started did not return within 1 s"),
    ("sends_half_a_line", _load, AdapterError, "the adapter wrote half a line"),
    ("writes_floats", _floats, AdapterError, r"result\[0\].next_fire_at: secs_since_epoch must be an int"),
    ("claims_a_capability", _plant, LackingFault, "declares planted_rows and answers .* method-not-found"),
    ("answers_an_unknown_method", _load, AdapterError, "a method that does not exist, with success"),
    ("closes_stdout", _load, AdapterError, "closed its stdout and went on running"),
    ("wrong_shape", _load, AdapterError, "result: must be an array"),
    ("refuses_to_introduce_itself", _load, TargetUnreachableError, "no licence found"),
]


_EXIT_CODES: dict[type[Exception], ExitCode] = {
    AdapterError: ExitCode.KIT_FAILED,
    TargetUnreachableError: ExitCode.USAGE,
}


def _exit_code(error: BaseException) -> ExitCode:
    return error.exit_code if isinstance(error, SidecarConformanceError) else ExitCode.NOT_CONFORMANT


@pytest.mark.parametrize(("name", "use", "blame", "message"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_misbehaving_adapter_gets_its_blame_and_leaves_no_process(
    tmp_path: Path, name: str, use: Callable[[CommandHandle], None], blame: type[Exception], message: str
) -> None:
    environment, mark = marked_environment()
    driver = None

    def talk() -> None:
        nonlocal driver
        limits = Limits(start=30.0, operation=1.0, leave=1.0)
        driver = CommandDriver(misbehaving(name), environment=environment, limits=limits)
        use(driver.open(tmp_path))

    with pytest.raises(blame, match=message) as caught:
        talk()
    if driver is not None:
        driver.close()

    assert type(caught.value) is blame
    assert _EXIT_CODES.get(blame, ExitCode.NOT_CONFORMANT) == _exit_code(caught.value)
    assert processes_with(mark) == []


def test_answers_may_come_out_of_order(tmp_path: Path) -> None:
    environment, mark = marked_environment()
    driver = CommandDriver(misbehaving("answers_out_of_order"), environment=environment)
    handle = driver.open(tmp_path)
    ids = [QName("job", str(number)) for number in range(24)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda id: handle.record_started(id, AT), ids))
    loaded = {record.id for record in handle.load_all()}
    driver.close()

    assert loaded == set(ids)
    assert processes_with(mark) == []


def test_a_flood_on_stderr_stops_nobody(tmp_path: Path) -> None:
    environment, mark = marked_environment()
    driver = CommandDriver(misbehaving("floods_stderr"), environment=environment)
    handle = driver.open(tmp_path)
    handle.record_started(JOB, AT)
    loaded = [record.id for record in handle.load_all()]
    driver.close()

    assert loaded == [JOB]
    assert processes_with(mark) == []


def test_last_words_stand_beside_a_death(tmp_path: Path) -> None:
    environment, _ = marked_environment()
    driver = CommandDriver(misbehaving("dies_at_the_third_call"), environment=environment)
    with pytest.raises(DiedFault) as caught:
        _three_calls(driver.open(tmp_path))
    driver.close()

    assert "panic: out of luck" in caught.value.__notes__[0]


def test_after_a_death_a_new_child_serves_with_the_same_clock(tmp_path: Path) -> None:
    environment, _ = marked_environment()
    driver = CommandDriver(misbehaving("dies_at_the_third_call"), environment=environment)
    driver.set_clock(SystemTime(1_900_000_000, 0))
    old = driver.open(tmp_path)
    with pytest.raises(DiedFault):
        _three_calls(old)
    new = driver.open(tmp_path)
    new.record_scheduled(JOB, Manual())
    fires = [record.next_fire_at for record in new.load_all()]
    with pytest.raises(DiedFault, match="has ended"):
        old.load_all()
    driver.close()

    assert fires == [SystemTime(1_900_000_000, 0)]
