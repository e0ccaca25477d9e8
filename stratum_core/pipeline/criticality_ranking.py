"""Criticality by structure and by the trained net, checked against the cascade, and why one component ranks where it does."""

from __future__ import annotations

import os

import numpy as np

from stratum_core import graph as knowledge
from stratum_core.cascade.compiled import Compiled, compile_city
from stratum_core.criticality.agreement import Agreement, agreement
from stratum_core.criticality.consequence import candidates, outage_of, shares_lost
from stratum_core.criticality.learned.attribution import attribution
from stratum_core.criticality.learned.features import OUTAGE_H, inputs
from stratum_core.criticality.learned.shipped import Familiarity, shipped
from stratum_core.criticality.learned.wiring import Wiring
from stratum_core.criticality.peers import betweenness_of, structural_losses
from stratum_core.criticality.ranking import (
    CONSEQUENCE,
    LEARNED,
    MODEL_CLASS,
    PLACE_SCHEMA,
    RANKING_SCHEMA,
    STRUCTURE,
    Follower,
    Place,
    Ranking,
    first_of,
    place_of,
    ranked,
)
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.spec import CascadeSpec, RunSpec
from stratum_core.number_format import count, counted
from stratum_core.ports import CancelToken, Progress, silent

#: outages drawn at random to check a ranking by
CHECKED = 400
#: components up to which betweenness, which the net is compared with, is exact; beyond, from so many start nodes
EXACT, PIVOTS = 5_000, 512
FOLLOWERS = 8
#: contributions below this are not printed
SHOWN = 0.0005


def city_ranking(
    city: City,
    by: str,
    *,
    top: int = 20,
    seed: int = 42,
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Ranking:
    """Components of ``city`` by ``by``, structure or learned, with what simulation says of the first and of a random sample.

    Where the net does not know such a city every outage is simulated instead, and a warning says so. Raises InputError,
    Cancelled.
    """
    run = _Outages(city, threads, cancel)
    graph = knowledge.knowledge_graph(city)
    known, used, familiarity = inputs(graph), by, None
    if by == LEARNED:
        familiarity = shipped().familiarity(known)
        used = LEARNED if familiarity.known else CONSEQUENCE
    if used == CONSEQUENCE:
        score = run.all_lost(progress)
    else:
        score = structural_losses(graph, cancel) if used == STRUCTURE else shipped().scores(known)
    scored = run.mask()
    first = first_of(score, scored, top)
    return Ranking(
        schema=RANKING_SCHEMA,
        asked=by,
        by=used,
        model_class=MODEL_CLASS[used],
        hours=OUTAGE_H,
        evaluated=int(scored.sum()),
        components=ranked(city, first, score, run.lost(first)),
        checked=() if used == CONSEQUENCE else run.checked({used: score, **_peer(known.wired, cancel)}, seed),
        familiarity=familiarity,
        warnings=_unlike(familiarity),
    )


def place(
    city: City,
    asset: str,
    *,
    every: bool = True,
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Place:
    """Why ``asset`` (id or unique name) ranks where it does; ``every``: run all outages, for its rank by consequence.

    Raises InputError for an unknown name or a component whose outage is not asked about, Cancelled.
    """
    run = _Outages(city, threads, cancel)
    name = city.resolve(asset, where="--explain")
    component, scored = city.index[name], run.mask()
    if not scored[component]:
        raise InputError(
            f"'{name}' does not work now or is a customer's own connection, so it has no rank",
            where="--explain",
            repair="name another component",
        )
    graph = knowledge.knowledge_graph(city)
    known, net = inputs(graph), shipped()
    familiarity, impact, outage = net.familiarity(known), knowledge.impact(graph, name), outage_of(run.compiled, component)
    scores = {STRUCTURE: structural_losses(graph, cancel)} | ({LEARNED: net.scores(known)} if familiarity.known else {})
    if every:
        scores = {CONSEQUENCE: run.all_lost(progress), **scores}
    next_down = [row for row in impact.lost if row.round == 1][:FOLLOWERS]
    return Place(
        schema=PLACE_SCHEMA,
        asset=name,
        name=str(city.component_names[component]),
        evaluated=int(scored.sum()),
        ranks={by: place_of(score, scored, component) for by, score in scores.items()},
        share=float(run.lost(np.array([component]))[0]),
        by_service=outage.by_service,
        lost=outage.lost,
        single_point=len(impact.lost) > 1 or bool(impact.anyone),
        people=impact.people,
        followers=tuple(Follower(row.asset, row.name, row.rule, row.service) for row in next_down),
        familiarity=familiarity,
        learned=attribution(net, known, component) if familiarity.known else None,
    )


class _Outages:
    """Single outages of a city by simulation, as many as are asked for."""

    def __init__(self, city: City, threads: int, cancel: CancelToken | None) -> None:
        self.compiled: Compiled = compile_city(city, CascadeSpec(run=RunSpec(horizon_h=OUTAGE_H)))
        self.candidates: Ints = candidates(self.compiled)
        self._threads, self._cancel = threads or os.cpu_count() or 1, cancel

    def mask(self) -> Bools:
        """(components,) those whose outage is asked about."""
        found = np.zeros(len(self.compiled.city.component_ids), dtype=np.bool_)
        found[self.candidates] = True
        return found

    def lost(self, chosen: Ints, progress: Progress = silent) -> Floats:
        """(chosen,) share of all that could be lost."""
        return shares_lost(self.compiled, chosen, threads=self._threads, progress=progress, cancel=self._cancel)

    def all_lost(self, progress: Progress) -> Floats:
        """(components,) the same for all, 0 for those that are not asked about."""
        found = np.zeros(len(self.compiled.city.component_ids))
        found[self.candidates] = self.lost(self.candidates, progress)
        return found

    def checked(self, scores: dict[str, Floats], seed: int) -> tuple[Agreement, ...]:
        """Agreement of each score with the same CHECKED outages drawn at random."""
        chosen = np.random.default_rng(seed).permutation(self.candidates)[:CHECKED]
        lost = self.lost(chosen)
        return tuple(agreement(name, score[chosen], lost, seed=seed) for name, score in scores.items())


def _peer(wired: Wiring, cancel: CancelToken | None) -> dict[str, Floats]:
    if wired.size <= EXACT:
        return {"betweenness": betweenness_of(wired, cancel=cancel)}
    return {f"betweenness ({PIVOTS} pivots)": betweenness_of(wired, pivots=PIVOTS, cancel=cancel)}


def _unlike(familiarity: Familiarity | None) -> tuple[str, ...]:
    if familiarity is None or familiarity.known:
        return ()
    most = familiarity.strange[0].feature
    return (
        f"The net does not know such a city: {familiarity.outside:.1%} of the components lie outside what it was trained on "
        f"(limit {familiarity.limit:.1%}), most by '{most}'. Every outage was simulated instead.",
    )


def ranking_lines(found: Ranking) -> list[str]:
    """The ranking with simulation beside it, how well both agree, and how far the net knows this city."""
    lines = [*found.warnings, f"{found.evaluated:,} components ranked by {found.by} ({found.model_class})."]
    if found.familiarity is not None and found.familiarity.known:
        lines.append(
            f"The city is like the training set: {found.familiarity.outside:.1%} of the components lie outside it "
            f"(limit {found.familiarity.limit:.1%})."
        )
    lines.append(f"  rank  {'component':<40}{'by ' + found.by:>16}{'simulated':>12}")
    lines += [
        f"  {row.rank:>4}  {row.name:<40}{_score(found.by, row.score):>16}{row.simulated:>12.2%}" for row in found.components
    ]
    for one in found.checked:
        ties = "not defined" if one.spearman is None else f"{one.spearman:.2f}{_range(one.spearman_ci95)}"
        lines.append(
            f"Against {one.outages} simulated outages drawn at random, {one.peer}: rank correlation {ties}, "
            f"worst tenth hit {one.top_hit:.0%}{_range(one.top_hit_ci95)}."
        )
    return lines


def place_lines(found: Place) -> list[str]:
    """Ranks, loss, single-point role, what goes down next, and the net's reasons."""
    standing = ", ".join(f"{rank:,} by {by}" for by, rank in found.ranks.items())
    lost = ", ".join(f"{service} {hours:,.0f}" for service, hours in found.by_service.items() if hours > 0)
    people = ", ".join(f"{service} {count(number)}" for service, number in (found.people or {}).items() if number > 0)
    lines = [
        f"{found.name}: of {found.evaluated:,} components number {standing}.",
        f"Its outage for {OUTAGE_H:g} h loses {found.share:.2%} of all that could be lost. {counted(found.lost, 'component')} "
        f"{'goes' if found.lost == 1 else 'go'} down" + (f"; people-hours: {lost}." if lost else "."),
        "It is a single point: what rests on it has no other way"
        + (f"; for good it would take from people: {people}." if people else ".")
        if found.single_point
        else "It is no single point: all that rests on it has another way.",
    ]
    lines += [f"  next down: {row.name} ({row.rule}{f', {row.service}' if row.service else ''})" for row in found.followers]
    if found.learned is None:
        return [*lines, "The net does not know such a city, so it gives no reasons."]
    lines.append(f"The net's score is {found.learned.score:.3f} of 1 (logarithmic); what moves it:")
    parts = [(p.contribution, f"{p.feature} ({p.value:.2f}, median {p.median:.2f})") for p in found.learned.features]
    parts += [(p.contribution, f"neighbour {p.name}, {counted(p.steps, 'step')} away") for p in found.learned.neighbours]
    return [*lines, *(f"  {size:+.3f}  {text}" for size, text in parts if abs(size) >= SHOWN)]


def _score(by: str, score: float) -> str:
    return f"{score:,.0f}" if by == STRUCTURE else f"{score:.2%}"


def _range(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f" [{ends[0]:.2f}, {ends[1]:.2f}]"
