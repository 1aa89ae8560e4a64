"""A check of documents is told alike in text, in JSON and in SARIF."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from conformance.contract.records import SystemTime
from conformance.errors import ExitCode
from conformance.linting import RULES, ProblemLevel, check_document
from conformance.linting.outcome import CheckedFile, CheckRun, FixOutcome
from conformance.reports.check_formats import CHECK_FORMATS
from conformance.reports.check_text import MOST_OF_A_KIND, text_lines
from conformance.schemas import schema_text

NOW = SystemTime(1_800_000_000, 0)
ROW = '{"qname": "%s", "status": "Idle", "consecutive_failures": 0, "schedule": %s, "next_fire_at": null}'


def rows(*rows: tuple[str, str]) -> bytes:
    return ("[" + ",\n".join(ROW % row for row in rows) + "]").encode()


def checked(name: str, *given: tuple[str, str]) -> CheckedFile:
    return CheckedFile(name, check_document(rows(*given), NOW))


def run(*files: CheckedFile, level: ProblemLevel = ProblemLevel.ERROR) -> CheckRun:
    return CheckRun(files, NOW, level, "0.1.0", "1.0")


DROPPED = checked("/data/a b.json", ("nodot", '"Manual"'), ("a.b", '"Manual"'))
MANUAL = checked("é.json", ("a.b", '"Manual"'))
MISSING = CheckedFile("missing.json", None, "No such file or directory")
FIXED = CheckedFile(
    "x.json", MANUAL.report, fix=FixOutcome("x.fixed.json", left=1, changes=("7.0 written as 7",))
)
UNFIXED = CheckedFile(
    "y.json", DROPPED.report, fix=FixOutcome(obstacle="it is an object, not an array of rows")
)


def sarif_of(check: CheckRun) -> Any:
    return json.loads(CHECK_FORMATS["sarif"](check))["runs"][0]


def test_text_tells_place_problem_rule_and_what_follows() -> None:
    lines = CHECK_FORMATS["text"](run(DROPPED)).splitlines()

    assert "/data/a b.json:1:12: error: /0/qname: the qname 'nodot' has no dot [no-dot, QN-03]" in lines
    assert f"    {RULES['no-dot'].follows}" in lines
    assert "/data/a b.json: not sound: 2 rows, 1 of them loaded, 1 error, 1 warning, 1 note" == lines[-1]


def test_text_shows_a_score_of_each_kind_and_says_so() -> None:
    many = run(checked("x.json", *((f"a.j{number}", '"Manual"') for number in range(50))))

    shown = [line.plain for line in text_lines(many, whole=False)]

    assert MOST_OF_A_KIND == sum("warning:" in line for line in shown)
    assert "x.json: and 30 more of manual; --all shows them" in shown


def test_text_tells_what_became_of_a_fix() -> None:
    text = CHECK_FORMATS["text"](run(FIXED, UNFIXED, MISSING))

    for part in (
        "x.json: written in the usual form as x.fixed.json: 1 problem left in it\n    7.0 written as 7",
        "y.json: not fixed: it is an object, not an array of rows",
        "missing.json: cannot be checked: No such file or directory",
        "3 files, 1 of them sound",
    ):
        assert part in text


@pytest.mark.parametrize("files", [(DROPPED,), (MANUAL, MISSING), (FIXED, UNFIXED)])
def test_json_fits_its_schema(files: tuple[CheckedFile, ...]) -> None:
    form = json.loads(CHECK_FORMATS["json"](run(*files)))

    jsonschema.validate(form, json.loads(schema_text("check")))
    assert [file.name for file in files] == [entry["file"] for entry in form["files"]]


def test_sarif_has_what_the_standard_requires() -> None:
    log = json.loads(CHECK_FORMATS["sarif"](run(DROPPED, MANUAL, MISSING)))
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]

    assert ("2.1.0", "sidecar-conformance") == (log["version"], only["tool"]["driver"]["name"])
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert list(RULES) == [rule["id"] for rule in rules]
    for result in only["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1


def test_a_terminal_is_never_given_what_it_would_obey() -> None:
    data = rows(("a.\\u001b[31mb", '"Manual"')).replace(
        b'"status"', b'"\\u001b]0;x\\u0007\xe2\x80\xae": 1, "status"'
    )
    text = CHECK_FORMATS["text"](run(CheckedFile("x\x1b[2J\udcff.json", check_document(data, NOW))))

    assert set() == {character for character in text if not character.isprintable()} - {"\n"}
    assert "x\\x1b[2J\\udcff.json" in text


def test_sarif_names_files_by_uri() -> None:
    uris = [artifact["location"]["uri"] for artifact in sarif_of(run(DROPPED, MANUAL))["artifacts"]]

    assert ["file:///data/a%20b.json", "%C3%A9.json"] == uris


def test_sarif_says_that_a_file_could_not_be_read() -> None:
    (invocation,) = sarif_of(run(MISSING))["invocations"]

    assert (False, 4) == (invocation["executionSuccessful"], invocation["exitCode"])
    assert "No such file" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_a_fingerprint_does_not_move_with_the_lines() -> None:
    data = rows(("nodot", '"Manual"'))
    here, below = (CheckedFile("x", check_document(text, NOW)) for text in (data, b"\n\n" + data))

    first, second = (sarif_of(run(file))["results"] for file in (here, below))

    assert first[1]["locations"] != second[1]["locations"]
    assert {r["ruleId"]: r["partialFingerprints"] for r in first} == {
        r["ruleId"]: r["partialFingerprints"] for r in second
    }


@pytest.mark.parametrize(
    ("files", "level", "code"),
    [
        ((MANUAL,), ProblemLevel.ERROR, ExitCode.CONFORMANT),
        ((MANUAL,), ProblemLevel.WARNING, ExitCode.NOT_CONFORMANT),
        ((DROPPED, MANUAL), ProblemLevel.ERROR, ExitCode.NOT_CONFORMANT),
        ((DROPPED, MISSING), ProblemLevel.ERROR, ExitCode.USAGE),
    ],
)
def test_the_exit_code_is_that_of_the_gravest(
    files: tuple[CheckedFile, ...], level: ProblemLevel, code: ExitCode
) -> None:
    assert code == run(*files, level=level).exit_code
