"""junit.xml: one test case a check, the requirement id in its name and properties."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from conformance.reports.explanation import explain_failure
from conformance.reports.reasons import explain_verdict, headline
from conformance.results.causes import BROKEN, followers
from conformance.results.run_record import RunRecord
from conformance.results.verdict import BREACHES, CheckOutcome, Effort, RequirementResult, RunVerdict, Verdict

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(record: RunRecord) -> str:
    """The text of junit.xml."""
    suite = ET.Element("testsuite", name="sidecar-conformance", timestamp=record.started_at)
    following = followers({result.id: result.follows_from for result in record.results})
    for result in sorted(record.results, key=_causes_first):
        for check in _checks(result):
            suite.append(_case(record, result, check, following.get(result.id, [])))
    suite.append(_verdict_case(record))
    suite.set("tests", str(len(suite)))
    for kind, counter in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(counter, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("time", f"{record.seconds:.3f}")
    properties = ET.Element("properties")
    _property(properties, "verdict", record.judgement.verdict.value)
    _property(properties, "says", headline(record))
    _property(properties, "ruleset", record.ruleset)
    _property(properties, "seed", str(record.seed))
    suite.insert(0, properties)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _causes_first(result: RequirementResult) -> int:
    if result.verdict not in BROKEN:
        return 2
    return 1 if result.follows_from else 0


def _checks(result: RequirementResult) -> tuple[CheckOutcome, ...]:
    if result.checks:
        return result.checks
    slug = result.id.replace("-", "_")
    stand_in = CheckOutcome(result.id, f"test_{slug}", result.verdict, result.reason, effort=Effort())
    return (stand_in,)


def _kind(record: RunRecord, result: RequirementResult, check: CheckOutcome) -> str | None:
    uncounted = result.id in record.judgement.warnings or result.id in record.later
    if (uncounted or result.verdict is Verdict.KNOWN_FAILURE) and check.verdict in BREACHES:
        return "skipped"
    if result.verdict is Verdict.STALE_KNOWN_FAILURE:
        return "failure"
    if check.verdict in BREACHES:
        return "failure"
    if check.verdict is Verdict.ERROR:
        return "error"
    return None if check.verdict is Verdict.PASSED else "skipped"


def _case(
    record: RunRecord, result: RequirementResult, check: CheckOutcome, following: list[str]
) -> ET.Element:
    kind = _kind(record, result, check)
    case = ET.Element(
        "testcase",
        classname=f"conformance.{result.id.partition('-')[0]}",
        name=check.test if result.id.replace("-", "_") in check.test else f"{result.id} {check.test}",
        time=f"{check.effort.seconds:.3f}",
    )
    properties = ET.SubElement(case, "properties")
    _property(properties, "requirement", result.id)
    _property(properties, "level", result.requirement.level.value)
    _property(properties, "verdict", result.verdict.value)
    _property(properties, "exercised", str(check.exercised))
    if result.follows_from:
        _property(properties, "follows_from", ", ".join(result.follows_from))
    if following:
        _property(properties, "causes", ", ".join(following))
    if kind is not None:
        message = result.reason if result.verdict is Verdict.STALE_KNOWN_FAILURE else check.message
        detail = ET.SubElement(case, kind, message=_clean(message.partition("\n")[0]))
        if kind != "skipped":
            story = explain_failure(result.requirement, check, record.report)
            detail.text = _clean("\n".join([*_relations(result, following), story]))
    return case


def _relations(result: RequirementResult, following: list[str]) -> list[str]:
    """How the failure is related to others, a line each."""
    lines = [f"follows from {', '.join(result.follows_from)}"] if result.follows_from else []
    return [*lines, f"from it follow: {', '.join(following)}"] if following else lines


def _verdict_case(record: RunRecord) -> ET.Element:
    """What the run comes to: whoever reads only this file must not take an incomplete run for a green one."""
    case = ET.Element("testcase", classname="conformance", name="the_backend_is_conformant", time="0.000")
    verdict = record.judgement.verdict
    if verdict is not RunVerdict.CONFORMANT:
        kind = "failure" if verdict is RunVerdict.NOT_CONFORMANT else "error"
        detail = ET.SubElement(case, kind, message=headline(record))
        detail.text = _clean("\n".join(explain_verdict(record)))
    return case


def _property(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "property", name=name, value=value)


def _clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
