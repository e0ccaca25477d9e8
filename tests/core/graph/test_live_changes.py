"""A graph that was changed step by step answers as one that is built anew."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.graph import impact, knowledge_graph, requirements
from stratum_core.graph.editing import corrected_dependency, new_dependency
from stratum_core.model.changes import Recorded, as_of, changed, removed
from stratum_core.model.city import City

WHO = {"author": "A. Officer", "date": "2026-11-22"}


def _any_change(city: City, random: np.random.Generator):
    rows = city.dependencies
    what = random.integers(0, 5)
    if what == 3:
        link = str(random.choice(city.links.id))
        return changed(city, "links", link, closed=not city.links.closed[city.links.id == link][0])
    if what == 4:
        return changed(city, "assets", str(random.choice(city.assets.id)), people=float(random.integers(0, 9)))
    if what == 0 or not len(rows):
        dependent, supplier = random.choice(city.component_ids, 2, replace=False)
        group = str(random.choice(["", "a", "water"]))
        return new_dependency(city, {"dependent": dependent, "supplier": supplier, "service": "power", "group": group}, **WHO)
    row = str(random.choice(rows.id))
    if what == 1:
        return removed(city, "dependencies", row)
    others = [i for i in city.component_ids if i != rows.dependent[rows.id == row][0]]
    said = {"supplier": str(random.choice(others)), "group": str(random.choice(["", "b"]))}
    return corrected_dependency(city, row, said, **WHO)


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_changes_and_its_undoing_gives_the_graph_of_the_city(town: City, seed: int) -> None:
    random = np.random.default_rng(seed)
    city, graph, done = town, knowledge_graph(town), []
    for _ in range(25):
        change = _any_change(city, random)
        city = change.applied(city)
        graph = graph.changed(city, change)
        done.append(change)
        _is_the_graph_of(graph, city)
    for change in reversed(done):
        city = change.inverse.applied(city)
        graph = graph.changed(city, change.inverse)
        _is_the_graph_of(graph, city)
    assert city.dependencies.id.tolist() == town.dependencies.id.tolist()
    for name, column in town.dependencies.columns().items():
        assert np.array_equal(column, city.dependencies.columns()[name], equal_nan=column.dtype == float), name


def _is_the_graph_of(graph, city: City) -> None:
    anew = knowledge_graph(city)
    for asset in ("feed/1", "bus/3", "main"):
        assert impact(graph, asset) == impact(anew, asset)
    assert asdict(requirements(graph, "clinic")) == asdict(requirements(anew, "clinic"))
    assert np.array_equal(graph.arrays.use_ptr, anew.arrays.use_ptr)


def test_the_past_can_be_asked_for_and_nothing_is_overwritten(town: City) -> None:
    said = {"confidence": 0.9, "strength": 0.4, "strength_low": 0.2, "strength_high": 0.8}
    first = corrected_dependency(town, "need/0", said, **WHO)
    then = first.applied(town)
    second = removed(then, "dependencies", "need/1")
    now = second.applied(then)
    history = [Recorded(1, "2026-11-20T09:00:00+00:00", "A", "", first),
               Recorded(2, "2026-11-22T09:00:00+00:00", "B", "", second)]
    assert as_of(now, history, "2026-11-19").dependencies.confidence[0] == 1.0
    yesterday = as_of(now, history, "2026-11-21")
    assert yesterday.dependencies.confidence[0] == 0.9
    assert yesterday.dependencies.author[0] == "A. Officer"
    assert "need/1" in yesterday.dependencies.id
    assert "need/1" not in as_of(now, history, "2026-11-22").dependencies.id
    assert as_of(now, history, "20261121").dependencies.confidence[0] == 0.9
    assert as_of(now, history, "2026-11-20T08:59").dependencies.confidence[0] == 1.0
    for wrong in ("soon", "2026-11-22X", "2026-11-22garbage"):
        with pytest.raises(InputError, match="is no date"):
            as_of(now, history, wrong)


@pytest.mark.parametrize(("values", "sentence"), [
    ({"dependent": "clinic", "supplier": "clinic", "service": "power"}, "cannot need itself"),
    ({"dependent": "clinic", "supplier": "bus/9", "service": "power"}, "unknown asset 'bus/9'"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "powr"}, "Did you mean 'power'"),
    ({"dependent": "clinic", "supplier": "bus/1"}, "needs its service"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "strength": 2}, "outside 0 to 1"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "strength_high": 0.5}, "is not between"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "belief": 1}, "unknown field 'belief'"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "strength": ""}, "strength is empty"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "needed": "1.7"}, "no whole number"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "author": "Bob"}, "author is not set as a field"),
    ({"dependent": "clinic", "supplier": "bus/1", "service": "power", "confidence": "0,5"}, "such as 0.5 with a point"),
])
def test_what_does_not_fit_is_refused(town: City, values: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        new_dependency(town, values, **WHO)


def test_links_too_can_be_changed(town: City) -> None:
    change = changed(town, "links", "line/34", in_service=False)
    city = change.applied(town)
    graph = knowledge_graph(town).changed(city, change)
    assert not impact(graph, "line/34").lost[1:]
