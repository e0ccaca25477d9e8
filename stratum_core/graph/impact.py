"""Downstream: everything that is lost if components fail for good, and by which edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph.arrays import Work
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.kernels import CUT_OFF, NEED_LOST, NODE_LOST, STARTED, count_people, spread
from stratum_core.model.city import City

#: what the rules are called in results
RULES = {STARTED: "fails", CUT_OFF: "cut off", NODE_LOST: "node lost", NEED_LOST: "need lost"}


@dataclass(frozen=True)
class Lost:
    """One lost component: in which wave, because of which component, along which edge.

    rule: fails, cut off (no way to a source is left), node lost (what it hangs on), need lost (too few suppliers).
    service and group: of the need; link: the link that its supply came through.
    """

    asset: str
    name: str
    sector: str
    kind: str
    round: int
    because: str | None
    rule: str
    service: str | None
    group: str | None
    link: str | None


@dataclass(frozen=True)
class Impact:
    """All that is lost, by wave. people: residents without a service, by service; anyone: without at least one.

    people and anyone are None in a city without population or services.
    """

    assets: tuple[str, ...]
    lost: tuple[Lost, ...]
    rounds: int
    people: dict[str, float] | None
    anyone: float | None

    def chain(self, asset: str) -> tuple[Lost, ...]:
        """The steps from what failed first to ``asset``; empty if it is not lost."""
        by_id = {row.asset: row for row in self.lost}
        steps: list[Lost] = []
        at = by_id.get(asset)
        while at is not None and at not in steps:
            steps.append(at)
            at = by_id.get(at.because or "")
        return tuple(reversed(steps))


def impact(city: City | KnowledgeGraph, *assets: str) -> Impact:
    """What is lost when ``assets`` (ids or unique source names) fail for good, redundancy respected.

    A component that is already without supply in the undamaged city is not counted as lost.
    Raises InputError for an unknown or ambiguous name.
    """
    graph = knowledge_graph(city)
    names = [graph.city.resolve(name, where="asset") for name in assets]
    seeds = np.array([graph.city.index[name] for name in names], dtype=np.int64)
    work = graph.work()
    lost = spread(graph.arrays, work, seeds)
    people = np.zeros(len(graph.services))
    anyone = count_people(graph.arrays, work, lost, people)
    rows = _rows(graph, work, lost)
    known = len(graph.services) > 0
    return Impact(tuple(names), rows, int(work.wave[work.queue[:lost]].max(initial=0)),
                  dict(zip(graph.services, people.tolist(), strict=True)) if known else None, float(anyone) if known else None)


def _rows(graph: KnowledgeGraph, work: Work, lost: int) -> tuple[Lost, ...]:
    members = work.queue[:lost]
    city = graph.city
    ids, names = city.component_ids, city.component_names
    sectors, kinds = labels(city)
    columns = (members.tolist(), *(column[members].tolist() for column in (work.wave, work.cause, work.rule, work.via)))
    return tuple(
        Lost(ids[c], names[c], sectors[c], kinds[c], wave, ids[cause] if cause >= 0 else None, RULES[rule],
             *_need(graph, via if rule == NEED_LOST else -1), ids[via] if rule == CUT_OFF and via >= 0 else None)
        for c, wave, cause, rule, via in zip(*columns, strict=True))


def _need(graph: KnowledgeGraph, group: int) -> tuple[str | None, str | None]:
    if group < 0:
        return None, None
    row = graph.row_of_group[group]
    return str(graph.city.dependencies.service[row]), str(graph.city.dependencies.group[row]) or None


def labels(city: City) -> tuple[np.ndarray, np.ndarray]:
    """Sector and kind of every component."""
    return np.concatenate([city.assets.sector, city.links.sector]), np.concatenate([city.assets.kind, city.links.kind])
