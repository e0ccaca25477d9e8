"""Case kind: how well the shipped net ranks single outages of cities that it was not trained on, and betweenness beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stratum_core.criticality.agreement import Agreement, agreement
from stratum_core.criticality.learned.shipped import shipped
from stratum_core.criticality.peers import betweenness_of
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.pipeline.learning.cities import training_city
from stratum_core.pipeline.learning.examples import MOST_OUTAGES, example
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.given_city import given_city


@KINDS.register("learned_criticality")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """For each city: rank correlation and hits of the net and of betweenness, with intervals, and whether the net knows it."""
    most, margin = int(inputs.get("outages", MOST_OUTAGES)), float(inputs.get("margin", 0.05))
    rows = [_row(city, most, margin) for city in _cities(inputs, folder)]
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _cities(inputs: Mapping[str, Any], folder: Path) -> Iterator[City]:
    if "generated" not in inputs:
        yield given_city(inputs, folder)
        return
    first, last = shipped().card["data"]["city_seeds"]
    low, high = inputs.get("assets", (300, 3000))
    for seed in inputs["generated"]:
        if first <= seed <= last:
            raise InputError(
                f"the net was trained on the city of seed {seed}",
                where="inputs.generated",
                repair=f"give seeds outside {first} to {last}",
            )
        yield training_city(int(seed), (int(low), int(high)))


def _row(city: City, most: int, margin: float) -> dict[str, Any]:
    net, told = shipped(), example(city, most=most)
    familiarity = net.familiarity(told.inputs)
    learned, between = (
        agreement(name, score[told.chosen], told.lost)
        for name, score in (("learned", net.scores(told.inputs)), ("betweenness", betweenness_of(told.inputs.wired)))
    )
    return {
        "city": city.name,
        "components": told.inputs.wired.size,
        "outages": len(told.chosen),
        "known": familiarity.known,
        "outside": familiarity.outside,
        **_figures("", learned),
        **_figures("betweenness_", between),
        "beats_betweenness": learned.top_hit >= between.top_hit + margin,
    }


def _figures(prefix: str, found: Agreement) -> dict[str, Any]:
    return {
        f"{prefix}spearman": found.spearman,
        f"{prefix}spearman_ci95": found.spearman_ci95,
        f"{prefix}top_hit": found.top_hit,
        f"{prefix}top_hit_ci95": found.top_hit_ci95,
    }
