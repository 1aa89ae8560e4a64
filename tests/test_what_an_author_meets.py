"""What an author meets beside a verdict: settings, formats, a gate kept, a service that is down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Finished, sidecar_conformance
from whole import only_whole

from conformance.contract.requirements import load_ruleset

NAIVE = Path(__file__).parent / "backends" / "naive_json.py"
FORGETS = """
from reference_impl import SystemLabelSchedulerPersistence, open_backend as right, open_null_backend


class Forgets(SystemLabelSchedulerPersistence):
    def cancel(self, id):
        pass


def forgets(data_path):
    backend = right(data_path)
    backend.__class__ = Forgets
    return backend


class Lacks:
    def __init__(self, data_path):
        pass

    def load_all(self):
        return []


class Down:
    def __init__(self, data_path):
        pass

    def load_all(self):
        raise ConnectionError("localhost:6379 refused")

    def cancel(self, *arguments):
        self.load_all()

    record_scheduled = record_started = record_finished = cancel


def down_at_open(data_path):
    raise ConnectionError("localhost:6379 refused")

"""
QUICK = ("--profile", "quick", "--seed", "7", "--workers", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(FORGETS, "utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, timeout: float = 300, **environment: str) -> Finished:
    return sidecar_conformance(folder, "run", *arguments, timeout=timeout, **environment)


def test_json_on_standard_output_is_the_report_and_nothing_else(folder: Path) -> None:
    finished = run(folder, "mine:forgets", *QUICK, "--only", "CX-01", "--format", "json")

    assert finished.results() == json.loads(finished.output)
    assert "CX-01 failed" in finished.errors


def test_sarif_names_what_is_broken(folder: Path) -> None:
    finished = run(folder, "mine:forgets", *QUICK, "--only", "CX-01", "--format", "sarif")
    results = json.loads(finished.output)["runs"][0]["results"]

    assert {("CX-01", "error")} == {(each["ruleId"], each["level"]) for each in results}


def test_a_flag_goes_before_the_environment_and_that_before_the_file(folder: Path) -> None:
    settings = 'target = "mine:forgets"\nseed = 1\nprofile = "thorough"\nlevel = "should"\nonly = "CX-01"\n'
    (folder / "sidecar-conformance.toml").write_text(settings, "utf-8")
    finished, shown = (
        run(
            folder,
            "--profile",
            "quick",
            *options,
            SIDECAR_CONFORMANCE_SEED="2",
            SIDECAR_CONFORMANCE_PROFILE="default",
        )
        for options in ((), ("--show-config",))
    )
    lines = {line.split()[0]: line for line in shown.output.splitlines() if line}

    assert (1, "quick", 2) == (
        finished.code,
        finished.results()["run"]["profile"],
        finished.results()["run"]["seed"],
    )
    assert "(the command line)" in lines["profile"]
    assert "2  (SIDECAR_CONFORMANCE_SEED)" in lines["seed"]
    assert "sidecar-conformance.toml)" in lines["level"]
    assert "mine:forgets" in lines["target"]


def test_a_default_is_shown_as_what_it_is(folder: Path) -> None:
    here, attached = (
        run(folder, word, "--show-config", SIDECAR_CONFORMANCE_WORKERS="")
        for word in ("mine:forgets", "--attach")
    )
    shown = dict(line.split(maxsplit=1) for line in here.output.splitlines() if "(default)" in line)

    assert {
        "ruleset": f"{load_ruleset().versions[-1]}  (default)",
        "level": "must  (default)",
        "profile": "default  (default)",
        "workers": "auto  (default)",
        "report": "sidecar-conformance-report  (default)",
        "timeout-scale": "1.0  (default)",
        "last-failed": "no  (default)",
        "only": "-  (default)",
    }.items() <= shown.items()
    assert "workers              1  (default)" in attached.output.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("crash",), "name one target: package.module:attribute, or a command after --"),
        (("golden", "record", "x"), "golden record takes TARGET DIR, not x"),
        (("run", "mine:forgets", "--report", "mine.py"), "the report cannot be written to mine.py: a file"),
        (("crash", "mine:forgets", "--report", "mine.py"), "the report cannot be written to mine.py: a file"),
        (
            ("run", "mine:forgets", "--known-failures", "no.toml"),
            "no.toml: the known failures cannot be read: No such file or directory",
        ),
        (("replay", "no.json"), "no.json: No such file or directory"),
        (("init", "mine.py/x", "--lang", "python"), "mine.py/x cannot be written: a file"),
    ],
)
def test_what_stands_in_the_way_is_told_in_words(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    finished = sidecar_conformance(folder, *arguments)

    assert (4, "") == (finished.code, finished.output)
    assert finished.errors.startswith(f"sidecar-conformance: {said}")
    assert [] == [word for word in ("Errno", "--attach") if word in finished.errors]


def test_a_setting_that_is_none_is_refused_with_the_right_word(folder: Path) -> None:
    (folder / "sidecar-conformance.toml").write_text("profil = 'quick'\n", "utf-8")
    finished = run(folder, "mine:forgets")

    assert (4, True) == (finished.code, "did you mean profile?" in finished.errors)


def test_actions_get_annotations_and_a_summary(folder: Path) -> None:
    summary = folder / "summary.md"
    finished = run(
        folder,
        "mine:forgets",
        *QUICK,
        "--only",
        "CX-01",
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
    )

    assert "::error title=CX-01::a cancelled job is gone" in finished.output
    assert summary.read_text("utf-8").startswith("## ❌ not conformant")


def test_a_run_ends_at_the_first_failure(folder: Path) -> None:
    finished = run(folder, "mine:forgets", *QUICK, "--only", "CX", "-x")

    assert "the run ended after 1 failure" in finished.output


def test_a_quiet_run_in_a_narrow_terminal_without_colour(folder: Path) -> None:
    finished = run(folder, "mine:forgets", *QUICK, "--only", "CX-01", "-q", COLUMNS="60", NO_COLOR="1")
    lines = finished.output.splitlines()

    assert lines[0].startswith("CX-01 MUST   failed  a cancelled job is gone")
    assert len(lines) < 10
    assert "\x1b" not in finished.output


def test_nothing_but_the_report_is_left_in_the_folder(folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    run(folder, "mine:forgets", *QUICK, "--only", "CX-01")

    assert {"sidecar-conformance-report"} == {path.name for path in folder.iterdir()} - before - {
        "__pycache__"
    }


def test_a_service_that_is_down_is_no_verdict(folder: Path) -> None:
    finished = run(folder, "mine:Down", *QUICK)

    assert 4 == finished.code
    assert "every operation fails alike: load_all raised ConnectionError: localhost:6379" in finished.errors


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("mine:Lacks", "the backend lacks record_started, record_finished, cancel"),
        ("mine:Down", "mine:Down: every operation fails alike: load_all raised ConnectionError"),
        ("mine:down_at_open", "the backend cannot be opened on an empty data path: open raised"),
    ],
)
@pytest.mark.parametrize("command", ["smoke", "crash"])
def test_whoever_looks_at_a_backend_says_once_why_it_cannot(
    folder: Path, command: str, target: str, reason: str
) -> None:
    finished = sidecar_conformance(folder, command, target)

    assert (4, "") == (finished.code, finished.output)
    assert finished.errors.startswith(f"sidecar-conformance: {reason}")
    assert 1 == len(finished.errors.splitlines())
    assert "jsonrpc" not in finished.errors


def test_a_backend_that_lacks_methods_is_stopped_at_the_door(folder: Path) -> None:
    over_the_wire = ("--", "python", "-m", "conformance", "serve", "mine:Lacks")
    for target in (("mine:Lacks", *QUICK), (*QUICK, *over_the_wire)):
        finished = run(folder, *target)

        assert 4 == finished.code, finished.output
        assert "the backend lacks record_started, record_finished, cancel" in finished.errors


def test_an_import_error_tells_file_and_line(folder: Path) -> None:
    (folder / "broken.py").write_text("import os\n\nos.nothing()\n", "utf-8")
    (folder / "outer.py").write_text("import broken\n", "utf-8")
    finished = run(folder, "outer:backend", *QUICK)

    assert (4, True) == (finished.code, "broken.py, line 3" in finished.errors)


@pytest.mark.parametrize("command", [("smoke", "no:where"), ("crash", "no:where")])
def test_what_is_missing_is_the_target_not_a_child_of_ours(folder: Path, command: tuple[str, ...]) -> None:
    finished = sidecar_conformance(folder, *command)

    told = finished.errors.startswith("sidecar-conformance: there is no module 'no' for 'no:where'")
    assert (4, True) == (finished.code, told), finished.errors
    assert "conformance.adapter" not in finished.errors


def test_the_last_line_of_a_smoke_can_be_pasted(folder: Path) -> None:
    finished = sidecar_conformance(folder, "smoke", "reference_impl:open_backend")

    assert finished.output.rstrip().endswith("\n  sidecar-conformance run reference_impl:open_backend")


def test_a_gate_says_what_it_holds_and_keeps_its_comments(folder: Path) -> None:
    (folder / "null.py").write_text(
        "from conformance import target\n"
        "from reference_impl import open_null_backend, open_backend\n"
        "@target(name='n', version='1', conformance_class='memory', capabilities=[], factory=lambda p: p)\n"
        "def remembers(data_path):\n"
        "    return open_backend(data_path)\n"
        "@target(name='n', version='1', conformance_class='memory', capabilities=[])\n"
        "def right(data_path):\n"
        "    return open_null_backend(data_path)\n",
        "utf-8",
    )
    gate = ("--known-failures", "known.toml", *QUICK)
    fixed = run(folder, "null:remembers", *gate, "--fix-known-failures")
    file = folder / "known.toml"
    file.write_text(f"# ours\n\n# ask Ann\n{file.read_text('utf-8')}", "utf-8")
    known = run(folder, "null:remembers", *gate)
    stale = run(folder, "null:right", *gate)
    mended = run(folder, "null:right", *gate, "--fix-known-failures")

    assert "known.toml: " in fixed.output
    assert " added (" in fixed.output
    assert (0, True) == (known.code, "conformant apart from" in known.output), known.output
    assert "known failure" in known.output
    assert (1, True) == (stale.code, "take its entry out of known.toml" in stale.output), stale.output
    assert "breaks nothing now" in stale.output
    assert (0, True) == (mended.code, "counterexample" in mended.output), mended.output
    assert file.read_text("utf-8").startswith("# ours\n")
    assert not (folder / "known-counterexamples").exists()


@only_whole
def test_the_run_of_a_naive_backend_can_be_read(folder: Path) -> None:
    finished = run(folder, f"{NAIVE}:open_backend", "--profile", "quick", "--seed", "7", timeout=900)
    failed = [id for id, verdict in finished.verdicts().items() if verdict in {"failed", "timeout"}]

    assert len(finished.output.splitlines()) < 150
    assert all(f"\n{id} " in finished.output for id in failed)
    for cause in ("list indices must be", "JSONDecodeError", "IsADirectoryError", "KeyError: 'never.seen"):
        assert cause in finished.output
