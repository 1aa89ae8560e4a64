"""A mirror statement is read as the graph would read it, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.oracle.statements import DetachDelete, Meaning, Merge, StatementUnclear, read_statement

MERGE = "MERGE (j:_BackgroundJob {qname: 'a.b'}) "
RUNNING = Merge("a.b", "Running")
GONE = DetachDelete("a.b")

qnames = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\"\\`nu$})/*;"))


def meaning(cypher: str, **parameters: object) -> Meaning | str:
    """What a statement means; the reason where that is unclear."""
    try:
        return read_statement(cypher, parameters)
    except StatementUnclear as unclear:
        return unclear.reason


def merge(literal: str) -> str:
    return f"MERGE (j:_BackgroundJob {{qname: {literal}}}) SET j.status = 'Running'"


def doubled(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str, quote: str) -> str:
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


@pytest.mark.parametrize(
    "cypher",
    [
        MERGE + "SET j.status = 'Running'",
        MERGE + 'SET j.status = "Running";',
        "merge (job:_BackgroundJob{qname:'a.b'})set job.status='Running'",
        "MERGE (`j j`:`_BackgroundJob` {`qname`: 'a.b'}) SET `j j`.`status` = 'Running'",
        "// a note\nMERGE (set:_BackgroundJob {qname: 'a.b'}) /* another */ SET set.status = 'Running'",
        MERGE + "ON CREATE SET j.status = 'Running' ON MATCH SET j.status = 'Running'",
        MERGE + "ON CREATE SET j.status = 'Pending' SET j.status = 'Running'",
        MERGE + "SET j.status = 'Idle', j.status = 'Running'",
        MERGE + "SET j += {status: 'Running'}",
        MERGE + "SET j.qname = 'a.b', j.status = 'Running'",
        MERGE + "SET j += {qname: 'a.b', status: 'Running'}",
        MERGE + "SET j.status = 'Running' RETURN j.qname AS q, count(*), 'DELETE' ;",
    ],
)
def test_a_merge_that_sets_the_status_is_read(cypher: str) -> None:
    assert RUNNING == meaning(cypher)


def test_parameters_of_any_name_are_read() -> None:
    cypher = "MERGE (j:_BackgroundJob {qname: $p0}) SET j.status = $`the status`"

    assert RUNNING == meaning(cypher, p0="a.b", **{"the status": "Running"})


def test_a_member_of_a_parameter_is_read() -> None:
    cypher = "MERGE (j:_BackgroundJob {qname: $job.qname}) SET j.status = $job.status"

    assert RUNNING == meaning(cypher, job={"qname": "a.b", "status": "Running"})
    assert "the parameter 'job' has no member 'status'" == meaning(cypher, job={"qname": "a.b"})


def test_a_map_may_be_a_parameter() -> None:
    assert RUNNING == meaning(MERGE + "SET j += $new", new={"status": "Running"})


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (j:_BackgroundJob {qname: 'a.b'}) DETACH DELETE j",
        "match (x:_BackgroundJob {qname: 'a.b'}) detach delete x;",
        "OPTIONAL MATCH (j:_BackgroundJob {qname: 'a.b'}) DETACH DELETE j RETURN 1",
        "MATCH (j:_BackgroundJob) WHERE j.qname = 'a.b' DETACH DELETE j",
        "MATCH (j:_BackgroundJob) WHERE 'a.b' = j.qname DETACH DELETE j",
        "MATCH (j:_BackgroundJob) WHERE (j.qname = 'a.b') DETACH DELETE j",
    ],
)
def test_a_match_with_detach_delete_is_read(cypher: str) -> None:
    assert GONE == meaning(cypher)


@pytest.mark.parametrize(
    ("literal", "qname"),
    [
        (r"'it''s'", "it's"),
        (r"'it\'s'", "it's"),
        (r'"say ""x"""', 'say "x"'),
        (r'"it' + "''" + r's"', "it''s"),
        (r"'\\'", "\\"),
        (r"'\n\t\r\b\f\"'", '\n\t\r\b\f"'),
        (r"'\u00e9\u00E9'", "éé"),
        (r"'\ud83d\ude00'", "😀"),
        (r"'\U0001F600'", "😀"),
        ("'two\nlines // no comment /* none */ $p `x`'", "two\nlines // no comment /* none */ $p `x`"),
        ("''", ""),
        ("''''", "'"),
    ],
)
def test_a_literal_means(literal: str, qname: str) -> None:
    assert Merge(qname, "Running") == meaning(merge(literal))


@given(qnames, st.sampled_from("'\""))
def test_escaping_backslashes_and_quotes_is_right_for_every_qname(qname: str, quote: str) -> None:
    assert Merge(qname, "Running") == meaning(merge(escaped(qname, quote)))


@given(qnames)
def test_doubling_quotes_alone_is_right_without_backslashes(qname: str) -> None:
    plain = qname.replace("\\", "")

    assert Merge(plain, "Running") == meaning(merge(doubled(plain)))


@given(qnames, qnames)
def test_doubling_quotes_alone_is_never_right_with_a_backslash(before: str, after: str) -> None:
    qname = f"{before}\\{after}"

    assert Merge(qname, "Running") != meaning(merge(doubled(qname)))


@given(qnames)
def test_a_parameter_is_right_for_every_qname(qname: str) -> None:
    cypher = "MATCH (j:_BackgroundJob {qname: $qname}) DETACH DELETE j"

    assert DetachDelete(qname) == meaning(cypher, qname=qname)


def test_a_qname_that_closes_the_literal_is_found_out() -> None:
    injected = "x'}) SET j.status = 'Idle' MERGE (k:Other {a: '"

    assert "it goes on with 'MERGE'" == meaning(merge(f"'{injected}'"))


def test_a_comment_that_swallows_the_rest_is_found_out() -> None:
    injected = "x'}) DETACH DELETE j //"

    assert "'DETACH' where SET should stand" != meaning(merge(f"'{injected}'"))
    assert "it does not set the status of both a new node and a known one" == meaning(merge(f"'{injected}'"))


@pytest.mark.parametrize(
    ("cypher", "reason"),
    [
        ("", "the end where MATCH should stand"),
        ("CREATE (j:_BackgroundJob {qname: 'a.b'})", "'CREATE' where MATCH should stand"),
        (MERGE, "it does not set the status of both"),
        (MERGE + "ON CREATE SET j.status = 'Running'", "it does not set the status of both"),
        (MERGE + "ON MATCH SET j.status = 'x' ON CREATE SET j.status = 'y'", "a new node becomes 'y'"),
        (MERGE + "SET j.qname = 'a.c', j.status = 'x'", "another qname"),
        (MERGE + "SET j.qname = 'a.b'", "it does not set the status"),
        (MERGE + "SET j.status = 'x', j.note = 'y'", "the property 'note'"),
        (MERGE + "SET j.status = 'x', k.status = 'y'", "the variable 'k'"),
        (MERGE + "SET j += {status: 'x', note: 'y'}", "the property 'note'"),
        (MERGE + "SET j += $new", "the parameter 'new' is not given"),
        (MERGE + "SET j.status = Running", "'Running' where a string"),
        (MERGE + "SET j.status = 'x' + 'y'", "it goes on with '+'"),
        (MERGE + "SET j.status = 'x'; MATCH (n) DETACH DELETE n", "it goes on with 'MATCH'"),
        (MERGE + "SET j.status = 'x' RETURN j UNION MATCH (n) DELETE n", "'UNION' after RETURN"),
        (MERGE + "SET j.status = 'x", "a string literal does not end"),
        (MERGE + "SET j.status = 'x' /* and", "it goes on with '/'"),
        (MERGE + "SET j.status = 'x' #", "is no Cypher"),
        (MERGE + r"SET j.status = '\x'", "is no escape"),
        (MERGE + r"SET j.status = '\ud83d'", "half a character"),
        (MERGE + r"SET j.status = '\U00110000'", "is no escape"),
        ("MERGE (j:Job {qname: 'a.b'}) SET j.status = 'x'", "the label 'Job'"),
        ("MERGE (j:_backgroundjob {qname: 'a.b'}) SET j.status = 'x'", "the label '_backgroundjob'"),
        ("MERGE (j:_BackgroundJob:Job {qname: 'a.b'}) SET j.status = 'x'", "':' where { should stand"),
        ("MERGE (j:_BackgroundJob) SET j.status = 'x'", "MERGE without a qname"),
        ("MERGE (j:_BackgroundJob {name: 'a.b'}) SET j.status = 'x'", "the property 'name'"),
        ("MERGE (j:_BackgroundJob {qname: 'a.b', status: 'x'}) SET j.status = 'x'", "where {qname} should"),
        ("MERGE (j:_BackgroundJob {qname: 5}) SET j.status = 'x'", "'5' where a string"),
        ("MATCH (j:_BackgroundJob) DETACH DELETE j", "it deletes every job"),
        ("MATCH (j:_BackgroundJob {qname: 'a.b'}) DELETE j", "'DELETE' where DETACH should stand"),
        ("MATCH (j:_BackgroundJob {qname: 'a'}) WHERE j.qname = 'b' DETACH DELETE j", "it demands both"),
        ("MATCH (j:_BackgroundJob) WHERE j.qname = 'a' OR true DETACH DELETE j", "'OR' where DETACH"),
        ("MATCH (j:_BackgroundJob {qname: 'a.b'}), (n) DETACH DELETE n", "',' where DETACH"),
        ("MATCH (j:_BackgroundJob {qname: 'a.b'}) DETACH DELETE j, k", "it goes on with ','"),
    ],
)
def test_a_statement_is_unclear(cypher: str, reason: str) -> None:
    assert reason in str(meaning(cypher))


def test_a_parameter_that_is_no_text_is_unclear() -> None:
    assert "a parameter that is no text but int" == meaning(merge("$qname"), qname=5)
