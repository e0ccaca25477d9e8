"""The knowledge graph and the event queue agree: what fails for good in a month is what the structure says is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratum_core.graph import KnowledgeGraph, impact, knowledge_graph
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model.spec import CascadeSpec, PowerSpec, RepairSpec, RunSpec
from stratum_core.pipeline.cascade import run_cascade
from stratum_core.pipeline.scenario import Scenario
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return knowledge_graph(read_city(resource("sample/city")))


@pytest.mark.parametrize("asset", [
    "mv/bus/35", "mv/bus/58", "gas/junction/168", "water/source/south", "telecom/exchange/0", "sewer/works/0", "road/entry/1",
])
def test_lost_by_structure_is_down_after_thirty_days(graph: KnowledgeGraph, asset: str) -> None:
    spec = CascadeSpec(run=RunSpec(replicates=1, horizon_h=720.0, step_h=1.0), power=PowerSpec(trips=False, switching_h=1e4),
                       repair=RepairSpec(enabled=False))
    outage = OutageSpec((asset,), at_h=0.0, lasts_h=1e4)
    result = run_cascade(graph.city, Scenario("for good", "", "", (outage,), ("outage",), spec, Path()), threads=1)
    down = {name for name, share in zip(result.assets, result.failure_probability, strict=True) if share > 0}
    assert down == {row.asset for row in impact(graph, asset).lost}
