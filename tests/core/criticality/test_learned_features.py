"""What the net reads of a city, by hand on cities of a few components."""

from __future__ import annotations

import numpy as np
import pytest
from cascade_cities import two_lines, waterworks

from stratum_core.criticality.learned.features import FEATURES, Inputs, inputs, share
from stratum_core.criticality.learned.wiring import RELATIONS, cut_flags
from stratum_core.graph import knowledge_graph
from stratum_core.pipeline.learning.cities import training_city


def feature(known: Inputs, name: str, component: str) -> float:
    return float(known.features[known.city.index[component], FEATURES.index(name)])


def test_shares_run_from_nothing_to_all() -> None:
    assert share(np.array([0.0, 5.0, 10.0]), 10.0) == pytest.approx([0.0, np.log1p(5e5) / np.log1p(1e6), 1.0])
    assert share(np.array([3.0]), 0.0) == pytest.approx([0.0])


def test_what_is_served_adds_up_along_supply_and_across_needs() -> None:
    known = inputs(waterworks())
    assert feature(known, "served directly", "tap") == pytest.approx(1.0)
    assert feature(known, "served directly", "main") == 0.0
    # the lake feeds the tap through intake, shore, pump, tank and main: all 90 people
    assert [feature(known, "served through it", name) for name in ("lake", "pump", "main")] == pytest.approx([1.0] * 3)
    # the grid serves nobody in its own network, but the pump needs its far end
    assert feature(known, "served through it", "line") == 0.0
    assert [feature(known, "served through it and its dependents", name) for name in ("grid", "line", "bus/1")] == pytest.approx(
        [1.0] * 3
    )
    assert feature(known, "its own reserve", "clinic") == pytest.approx(1.5 / 24)
    assert feature(known, "people are known", "line") == 1.0


def test_a_second_line_is_no_cut_and_a_single_one_is() -> None:
    both = knowledge_graph(two_lines(200))
    flags = dict(zip(both.city.component_ids, cut_flags(both), strict=True))
    assert not flags["one"]
    assert not flags["two"]
    single = knowledge_graph(waterworks())
    flags = dict(zip(single.city.component_ids, cut_flags(single), strict=True))
    assert flags["line"]
    assert flags["pump"]


def test_every_edge_has_its_reverse_and_every_component_hears_itself() -> None:
    wired = inputs(training_city(7, (300, 400))).wired
    both = {(int(a), int(b)) for a, b in wired.edges.T}
    assert {(b, a) for a, b in both} == both
    assert (wired.relation == RELATIONS.index("itself")).sum() == wired.size
    degree = np.bincount(wired.edges[1], minlength=wired.size)
    assert np.bincount(wired.edges[1], wired.gcn_weights() * np.sqrt(degree[wired.edges[0]]), wired.size) == pytest.approx(
        np.sqrt(degree)
    )


def test_a_seed_is_a_city_and_another_seed_another() -> None:
    first, again, other = training_city(3, (300, 500)), training_city(3, (300, 500)), training_city(4, (300, 500))
    assert first.component_ids.tolist() == again.component_ids.tolist()
    assert inputs(first).features.tobytes() == inputs(again).features.tobytes()
    assert first.component_ids.tolist() != other.component_ids.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_generated_cities_refer_to_nothing_that_is_gone(seed: int) -> None:
    city = training_city(seed, (300, 900))
    known = set(city.component_ids)
    named = [city.links.start, city.links.end, city.dependencies.dependent, city.dependencies.supplier, city.services.supplier]
    assert {name for column in named for name in column} <= known
    assert {name for name in city.assets.node if name} <= known
    assert len(known) == len(city.component_ids)
    assert len(set(city.dependencies.id)) == len(city.dependencies)
