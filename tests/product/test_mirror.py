"""The reference's mirror in the product's graph: the right nodes and nothing else, whatever the names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from product.client import Panicked, Product, Refused, fresh_data_path
from product.dose import DOSE, SEED
from product.figures import Figures
from product.hostile import hostile_qnames
from product.twins import open_reference

from conformance.contract.records import QName, SystemTime
from conformance.releases.workloads import START
from reference_impl import SystemLabelSchedulerPersistence

FOREIGN = (
    "CREATE (:Person {name: 'Ada', qname: 'hostile.one'})-[:KNOWS {since: 1833}]->(:Person {name: 'Mary'})",
    "CREATE (:Machine {qname: 'hostile.two', status: 'Idle'})-[:BUILT_BY]->(:Person {name: 'Joseph'})",
    "CREATE (:_BackgroundJob {qname: 'foreign.job', status: 'Idle'})-[:OWNED_BY]->(:Team {name: 'ops'})",
    "CREATE (:_BackgroundJob {qname: 'foreign.other', status: 'Running', note: 'not ours'})",
)
NODES = "MATCH (n) RETURN id(n) AS id, labels(n) AS labels, properties(n) AS properties"
LINKS = "MATCH (a)-[r]->(b) RETURN id(a) AS tail, type(r) AS type, properties(r) AS properties, id(b) AS head"


@dataclass(frozen=True)
class Graph:
    """All that a graph holds: the jobs' nodes apart, each as (qname, status), the rest as it is."""

    jobs: list[tuple[str, str]]
    others: list[str]
    links: list[str]
    names: dict[str, list[str]]


def graph(product: Product, mirrored: set[str]) -> Graph:
    nodes = product.query(NODES)
    ours = [node for node in nodes if is_of(node, mirrored)]
    return Graph(
        jobs=sorted((node["properties"]["qname"], node["properties"]["status"]) for node in ours),
        others=sorted(repr(sorted_deeply(node)) for node in nodes if node not in ours),
        links=sorted(repr(sorted_deeply(link)) for link in product.query(LINKS)),
        names=product.labels(),
    )


def is_of(node: Mapping[str, Any], mirrored: set[str]) -> bool:
    """Whether a node is one that the mirror should have made: the label, the two properties, no more."""
    properties = node["properties"]
    return (
        node["labels"] == ["_BackgroundJob"]
        and properties.keys() == {"qname", "status"}
        and properties["qname"] in mirrored
    )


def sorted_deeply(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, sorted_deeply(item)) for key, item in value.items())
    return value


@dataclass
class WithParameters:
    """An executor that binds parameters, in a transaction for each statement."""

    product: Product
    failures: list[str] = field(default_factory=list)

    def execute_write_cypher(self, cypher: str, parameters: Mapping[str, object] | None = None) -> None:
        try:
            self.product.write(cypher, parameters)
        except (Refused, Panicked) as error:
            self.failures.append(f"{cypher!r} with {parameters!r}: {error}")
            raise


@dataclass
class WithoutParameters:
    """An executor that takes the statement alone, so that names stand in it as literals."""

    product: Product
    failures: list[str] = field(default_factory=list)

    def execute_write_cypher(self, cypher: str) -> None:
        try:
            self.product.write(cypher)
        except (Refused, Panicked) as error:
            self.failures.append(f"{cypher!r}: {error}")
            raise


@contextmanager
def graph_of_others(product: Product) -> Iterator[SystemLabelSchedulerPersistence]:
    """The product with a graph that is not the mirror's business, and a reference not yet wired."""
    with (
        fresh_data_path() as data,
        fresh_data_path() as reference_data,
        product.opened(data, START.to_nanos()),
    ):
        for statement in FOREIGN:
            product.write(statement)
        yield open_reference(reference_data, lambda: START)


def tell(reference: SystemLabelSchedulerPersistence, qnames: Sequence[str]) -> dict[str, str]:
    """Start all, end a third well, a third badly, cancel every fifth; the statuses that should be left."""
    left = {}
    for number, qname in enumerate(qnames):
        id = QName.parse(qname)
        reference.record_started(id, START)
        left[qname] = "Running"
        if number % 3:
            reference.record_finished(id, SystemTime(0, 0), number % 3 == 1)
            left[qname] = "Idle" if number % 3 == 1 else "FailedRetrying"
    for qname in qnames[::5]:
        reference.cancel(QName.parse(qname))
        del left[qname]
    return left


@pytest.mark.parametrize("executor_of", [WithParameters, WithoutParameters])
def test_hostile_names_touch_no_foreign_node(
    product: Product, figures: Figures, executor_of: Callable[[Product], Any]
) -> None:
    qnames = hostile_qnames(DOSE.hostile, SEED)
    executor = executor_of(product)
    with graph_of_others(product) as reference:
        before = graph(product, set(qnames))
        reference.cypher_sink.set_host_executor(executor)
        left = tell(reference, qnames)
        after = graph(product, set(qnames))

    figures.append(
        f"{len(qnames)} hostile names mirrored {executor_of.__name__}: no foreign node or link touched"
    )
    assert executor.failures == []
    assert (before.jobs, after.jobs) == ([], sorted(left.items()))
    assert (after.others, after.links, after.names) == (before.others, before.links, before.names)


def test_a_mirror_that_does_not_escape_is_found_out(product: Product) -> None:
    qname = "hostile.'}) WITH 1 AS one MATCH (p:Person) SET p.name = 'owned' //"
    with graph_of_others(product):
        before = graph(product, {qname})
        product.write(f"MERGE (job:_BackgroundJob {{qname: '{qname}'}}) SET job.status = 'Running'")
        after = graph(product, {qname})

    assert after.others != before.others
