"""The guide: every list in it is the kit's own, every command exists, and its walk ends where it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from commands import sidecar_conformance
from walk import excerpt, masked, walk

from conformance.cli import COMMANDS, cli
from conformance.contract.faults import WIRE_FAULTS
from conformance.contract.requirements import load_ruleset
from conformance.errors import ExitCode
from conformance.execution.options import PLAN_OPTIONS
from conformance.guide import topics
from conformance.reports.catalogue import render_catalogue

TOPICS = topics()
WHOLE_TEXT = "\n".join(
    [Path(__file__).parent.parent.joinpath("README.md").read_text("utf-8")]
    + [topic.text for topic in TOPICS.values()]
)
COMMAND = re.compile(
    r"^(?:    )?(?:\$ )?sidecar-conformance ([a-z]+)|`sidecar-conformance ([a-z]+)", re.MULTILINE
)


def options_of(name: str, command: click.Command) -> Iterator[str]:
    """The options of a command and of those below it, such as `run --only`."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            yield from (f"{name} {option}" for option in parameter.opts)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            assert below is not None
            yield from options_of(f"{name} {each}", below)


def test_the_catalogues_page_is_generated() -> None:
    assert render_catalogue(load_ruleset()) == TOPICS["catalogue"].text


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_the_commands_that_a_page_names_exist(topic: object) -> None:
    text = getattr(topic, "text", "")
    named = {one or other for one, other in COMMAND.findall(text)}

    assert set() == named - COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"sidecar-conformance {command}\b|`{command}\b", WHOLE_TEXT)


@pytest.mark.parametrize("option", [option.name for option in PLAN_OPTIONS])
def test_every_option_of_a_run_is_documented(option: str) -> None:
    assert re.search(rf"--{option}\b", WHOLE_TEXT)


@pytest.mark.parametrize("option", [*options_of("", cli)])
def test_every_option_of_every_command_is_documented(option: str) -> None:
    assert re.search(rf"(?<![\w-]){option.split()[-1]}\b", WHOLE_TEXT)


@pytest.mark.parametrize("fault", WIRE_FAULTS, ids=lambda fault: fault.name)
def test_every_fault_of_the_wire_is_documented(fault: object) -> None:
    [known] = [each for each in WIRE_FAULTS if each is fault]
    definite = "yes" if known.definite else "no"
    row = f"| {known.code} | `{known.name}` | {definite} | {known.meaning} |"

    assert row in TOPICS["other-languages"].text


def test_every_exit_code_is_documented() -> None:
    told = set(map(int, re.findall(r"^\| (\d) \|", TOPICS["gates"].text, re.MULTILINE)))

    assert {int(code) for code in ExitCode} == told


def test_the_ids_that_the_guide_names_exist() -> None:
    ids = set(re.findall(r"\b(?:[A-Z]{2})-\d\d\b", WHOLE_TEXT))

    assert set() == {id for id in ids if id not in load_ruleset()}


def test_the_guide_lists_its_topics_and_shows_one(tmp_path: Path) -> None:
    listed = sidecar_conformance(tmp_path, "guide")
    shown = sidecar_conformance(tmp_path, "guide", "cron")

    assert list(TOPICS) == [line.split()[0] for line in listed.output.splitlines()]
    assert TOPICS["cron"].text == shown.output


def test_a_mistyped_topic_is_answered_with_the_nearest(tmp_path: Path) -> None:
    mistyped = sidecar_conformance(tmp_path, "guide", "gaets")

    assert (4, True) == (mistyped.code, "did you mean gates?" in mistyped.errors)


@pytest.mark.whole
def test_the_walk_from_a_broken_backend_ends_at_a_green_gate(tmp_path: Path) -> None:
    steps = list(walk(tmp_path))

    assert [1, 1, 0, 0, 0, 1, 0, 0] == [step.finished.code for step in steps]
    assert [masked(step.shown) for step in steps] == [masked(excerpt(step.finished.output)) for step in steps]
