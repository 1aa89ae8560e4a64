"""What a Dask worker is compared by, what comes back from it, and how it is told to end."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.execution.cluster.facts import differences, digest_of_folder
from conformance.execution.cluster.orders import pack, unpack
from conformance.execution.cluster.remote import Refusal, enlisted, halt, refused
from conformance.execution.options import parse_cluster


def test_the_same_facts_are_no_difference() -> None:
    assert "" == differences({"kit": "1"}, {"kit": "1"})


def test_what_differs_is_named_with_both_sides() -> None:
    here = {"kit": "1", "Python": "3.11", "module a": "abc"}
    there = {"kit": "2", "Python": "3.11", "module b": "def"}

    assert (
        "kit: here 1, there 2; module a: here abc, there nothing; module b: here nothing, there def"
        == differences(here, there)
    )


def test_of_many_differences_the_first_are_told() -> None:
    here = {f"module {number}": "abc" for number in range(9)}

    assert differences(here, {}).endswith("module 3: here abc, there nothing; and 5 more")


def test_a_worker_that_could_not_look_is_refused() -> None:
    assert Refusal("no such module", "tcp://a") == refused({}, Refusal("no such module"), "tcp://a")
    assert None is refused({"kit": "1"}, {"kit": "1"}, "tcp://a")


def test_a_digest_of_a_folder_tells_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    first = digest_of_folder(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("cache")
    same = digest_of_folder(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    renamed = digest_of_folder(tmp_path)

    assert first == same
    assert first != renamed


def test_files_come_back_as_they_were(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    (there / "crashes" / "CR-03" / "empty").mkdir(parents=True)
    (there / "crashes" / "CR-03" / "state").write_bytes(b"\0\xff")
    (there / "crashes" / "link").symlink_to("nowhere")
    here.mkdir()
    unpack(pack(there), here)

    assert b"\0\xff" == (here / "crashes" / "CR-03" / "state").read_bytes()
    assert (here / "crashes" / "CR-03" / "empty").is_dir()
    assert Path("nowhere") == (here / "crashes" / "link").readlink()


def test_no_files_are_nothing(tmp_path: Path) -> None:
    unpack(pack(tmp_path), tmp_path)

    assert [] == list(tmp_path.iterdir())


def test_what_is_halted_ends_and_does_not_begin_again() -> None:
    with enlisted("one") as first, enlisted("another") as other:
        halt("one")
        with enlisted("one") as second:
            stopped = [stop.is_set() for stop in (first, second, other)]

    assert [True, True, False] == stopped


def test_what_nobody_waits_for_any_more_ends() -> None:
    with enlisted("one", lambda: False) as stop:
        ended = stop.wait(60)

    assert ended


@pytest.mark.parametrize("workers", [None, "", "auto"])
def test_a_cluster_elsewhere_has_workers_of_its_own(workers: str | None) -> None:
    assert "tcp://a:1" == parse_cluster("tcp://a:1", workers)
    with pytest.raises(UsageError, match="has workers of its own"):
        parse_cluster("tcp://a:1", "2")


def test_the_workers_of_a_local_cluster_are_counted_here() -> None:
    assert "local" == parse_cluster("local", "2")
    assert "" == parse_cluster(None, "2")
