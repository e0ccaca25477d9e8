"""Wind, heat, footprints, intrusion and attack on a small town."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS, Drawn, together
from stratum_core.hazards.attack import AttackSpec
from stratum_core.hazards.attack.kernels import betweenness
from stratum_core.hazards.cyber import CyberSpec
from stratum_core.hazards.footprint import FootprintSpec
from stratum_core.hazards.heat import HeatSpec
from stratum_core.hazards.outage import OutageSpec
from stratum_core.hazards.wind import WindSpec
from stratum_core.hazards.wind_damage import wind_damage_share
from stratum_core.model import City

HERE = Path()
SQUARE = {"type": "Polygon", "coordinates": [
    [[7.887, 48.454], [7.894, 48.454], [7.894, 48.457], [7.887, 48.457], [7.887, 48.454]]]}


def frequency(prepared: Any, size: int, replicates: int = 8000, seed: int = 5) -> np.ndarray:
    """Share of replicates in which each component is hit."""
    batches = [prepared.sample(seed, first, 400).damage for first in range(0, replicates, 400)]
    return sum(np.bincount(b.component, minlength=size) for b in batches) / replicates  # type: ignore[no-any-return]


def same(one: Drawn, whole: Drawn, replicate: int) -> bool:
    rows = slice(whole.damage.offset[replicate], whole.damage.offset[replicate + 1])
    return all(np.array_equal(getattr(one.damage, n), getattr(whole.damage, n)[rows], equal_nan=True)
               for n in one.damage._fields if n != "offset")


PREPARED: dict[str, Callable[[City], Any]] = {
    "wind": lambda town: WindSpec(gust_ms=45, correlation=0.4, correlation_km=3).prepare(town, HERE),
    "cyber": lambda town: CyberSpec(entry_points=("scada",)).prepare(town, HERE),
    "attack": lambda town: AttackSpec(k=2, rule="degree").prepare(town, HERE),
    "outage": lambda town: OutageSpec(assets=("sub",), probability=0.4).prepare(town, HERE),
}


@pytest.mark.parametrize("kind", PREPARED)
def test_a_replicate_is_the_same_in_any_span_and_probabilities_hold(town: City, kind: str) -> None:
    prepared = PREPARED[kind](town)
    assert same(prepared.sample(42, 9, 1), prepared.sample(42, 0, 25), 9)
    found = prepared.intensity()
    assert len(found.probability) == len(found.component)
    if kind != "cyber":  # there the time until detection counts too
        assert frequency(prepared, 15)[found.component] == pytest.approx(found.probability, abs=0.02)
    component = int(found.component[0])
    assert prepared.reason(component, 1.0, 1.0).phrase
    assert prepared.assumptions


def test_correlation_moves_the_spread_not_the_mean(town: City) -> None:
    alone, tied = (WindSpec(gust_ms=45, sd_ln=0.0, correlation=rho).prepare(town, HERE) for rho in (0.0, 0.9))
    assert frequency(alone, 15) == pytest.approx(frequency(tied, 15), abs=0.02)
    spread = [np.var(np.diff(p.sample(5, 0, 8000).damage.offset)) for p in (alone, tied)]
    assert spread[1] > 1.3 * spread[0]


def test_a_long_line_fails_more_often_than_a_short_one(town: City) -> None:
    longer = replace(town, links=town.links.with_columns(length=np.array([3000.0, 1, 30, 1500, 900])))
    short, long = (WindSpec(gust_ms=45, sd_ln=0.0).prepare(city, HERE).intensity() for city in (town, longer))
    line = town.index["line"]
    p, q = (float(f.probability[f.component == line][0]) for f in (short, long))
    assert 1 - (1 - p) ** 10 == pytest.approx(q)


def test_no_wind_no_damage_and_money_is_emanuels(town: City) -> None:
    calm = WindSpec(gust_ms=15, sd_ln=0.0).prepare(town, HERE).sample(1, 0, 20)
    assert len(calm.damage.component) == 0
    assert (calm.money == 0).all()
    storm = WindSpec(gust_ms=50, sd_ln=0.0).prepare(town, HERE).sample(1, 0, 2).money
    worth = np.nansum(town.assets.value) + 5e6
    assert storm == pytest.approx(worth * wind_damage_share(50.0))


def test_gusts_come_from_a_raster_in_any_unit(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    name = raster([[162.0]])
    assert WindSpec(raster=name, raster_unit="km/h").prepare(town, tmp_path).gust == pytest.approx(45.0)
    with pytest.raises(InputError, match="raster_unit"):
        WindSpec(raster=name).prepare(town, tmp_path)


HOT = HeatSpec(hours=(0, 14, 24), celsius=(20, 40, 25), sd_k=0.0, demand_per_k=(0.01, 0.01, 0.01))


def test_heat_takes_ratings_and_adds_demand(town: City) -> None:
    drawn = HOT.prepare(town, HERE).sample(1, 0, 2)
    strain = drawn.strain
    first = slice(strain.offset[0], strain.offset[1])
    at_14 = int(np.flatnonzero(strain.time[first] == 14.0)[0])
    assert strain.lines[first][at_14] == pytest.approx(np.sqrt(40 / 45))
    assert strain.transformers[first][at_14] == pytest.approx(0.8)
    assert strain.demand[first][at_14] == pytest.approx(1.18)
    assert (strain.lines[first][0], strain.transformers[first][0], strain.demand[first][0]) == (1.0, 1.0, 1.0)
    assert (strain.time[first][-1], strain.lines[first][-1], strain.demand[first][-1]) == (25.0, 1.0, 1.0)
    assert (np.diff(strain.time[first]) > 0).all()
    assert len(drawn.damage.component) == 0
    assert (drawn.money == 0).all()


def test_the_forecast_error_is_one_draw_a_replicate(town: City) -> None:
    prepared = replace(HOT, sd_k=3.0).prepare(town, HERE)
    whole, one = prepared.sample(1, 0, 400).strain, prepared.sample(1, 7, 1).strain
    assert np.array_equal(whole.transformers[whole.offset[7]:whole.offset[8]], one.transformers)
    steps = whole.offset[1]
    peak = whole.transformers.reshape(400, steps).min(axis=1)
    assert peak.std() == pytest.approx(0.03, rel=0.15)


def test_two_strains_multiply(town: City) -> None:
    prepared = HOT.prepare(town, HERE)
    one = prepared.sample(1, 0, 3)
    later = one._replace(strain=one.strain._replace(time=one.strain.time + 2.5))
    both = together([one, later]).strain
    assert both.offset[-1] == len(both.time)
    first = slice(both.offset[0], both.offset[1])
    row = np.flatnonzero(both.time[first] == 16.5)[0]
    assert both.transformers[first][row] == pytest.approx(0.8 * one.strain.transformers[one.strain.time == 16.0][0])
    assert together([one]).strain.time is one.strain.time


def test_a_series_is_read_from_a_file(town: City, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("hour,celsius\n0,20\n12,38\n")
    assert HeatSpec(series="t.csv").prepare(town, tmp_path).celsius.max() == 38.0
    (tmp_path / "t.csv").write_text("hour;celsius\n0;20\n")
    with pytest.raises(InputError, match="hour,celsius"):
        HeatSpec(series="t.csv").prepare(town, tmp_path)


def footprint(folder: Path, geometry: Any = SQUARE, **keys: Any) -> FootprintSpec:
    page = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geometry}]}
    (folder / "f.geojson").write_text(json.dumps(page))
    return FootprintSpec(file="f.geojson", **keys)


def test_what_a_footprint_touches_is_inside(town: City, tmp_path: Path) -> None:
    prepared = footprint(tmp_path, probability=0.5, probabilities={"substation": 1.0, "cable": 0.0}).prepare(town, tmp_path)
    chance = {str(town.component_ids[c]): p for c, p in zip(prepared.intensity().component, prepared.intensity().probability,
                                                            strict=True)}
    assert chance["sub"] == 1.0
    assert chance["cable"] == 0.0
    assert chance["bus"] == 0.5
    assert "line" in chance
    assert "well" not in chance
    assert "scada" not in chance
    found = prepared.intensity()
    assert frequency(prepared, 15)[found.component] == pytest.approx(found.probability, abs=0.02)
    assert same(prepared.sample(42, 9, 1), prepared.sample(42, 0, 25), 9)


def test_the_front_takes_its_time(town: City, tmp_path: Path) -> None:
    prepared = footprint(tmp_path, at_h=2.0, speed_kmh=0.5, origin=(7.887, 48.454), lasts_h=5.0).prepare(town, tmp_path)
    damage = prepared.sample(1, 0, 1).damage
    at = dict(zip(damage.component, damage.time, strict=True))
    assert 2.0 < at[town.index["sub"]] < at[town.index["bus"]] < 6.0
    assert damage.clear == pytest.approx(damage.time + 5.0)


def test_a_footprint_with_a_state_takes_the_restoration_of_its_class(town: City, tmp_path: Path) -> None:
    prepared = footprint(tmp_path, state=3).prepare(town, tmp_path)
    damage = prepared.sample(1, 0, 500).damage
    assert (damage.state == 3).all()
    work = damage.work[damage.component == town.index["sub"]]
    assert work.mean() == pytest.approx(7 * 24, rel=0.12)
    assert np.isnan(damage.work[damage.component == town.index["home"]]).all()
    assert prepared.sample(1, 0, 1).money > 0.5 * 6e4


@pytest.mark.parametrize(("content", "words"), [
    ("{", "GDAL"), ('{"type":"FeatureCollection","features":[]}', "polygon"),
    ('{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[8,48]}}', "polygon"),
])
def test_a_file_without_polygons_is_refused(town: City, tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "f.geojson").write_text(content)
    with pytest.raises(InputError, match=words):
        FootprintSpec(file="f.geojson").prepare(town, tmp_path)


def test_an_intrusion_follows_control_and_stops_when_detected(town: City) -> None:
    sure = CyberSpec(entry_points=("scada",), hop_probability=1.0, hop_h=(1, 1, 1), detected_h=(10, 10, 10), restore_h=(5, 5, 5))
    damage = sure.prepare(town, HERE).sample(1, 0, 1).damage
    assert [str(town.component_ids[c]) for c in damage.component] == ["well", "plc", "scada"]
    assert damage.time.tolist() == [2.0, 1.0, 0.0]
    assert damage.clear.tolist() == [15.0] * 3
    assert (damage.work == 0).all()
    early = replace(sure, detected_h=(1.5, 1.5, 1.5)).prepare(town, HERE).sample(1, 0, 1).damage
    assert [str(town.component_ids[c]) for c in early.component] == ["plc", "scada"]
    along = replace(sure, networks=("telecom",)).prepare(town, HERE)
    assert town.index["mast"] in along.reached
    up = replace(sure, entry_points=("well",), upstream=True).prepare(town, HERE)
    assert {str(town.component_ids[c]) for c in up.reached} == {"well", "plc", "scada"}


def test_each_hop_fails_alone(town: City) -> None:
    half = CyberSpec(entry_points=("scada",), hop_probability=0.5, hop_h=(1, 1, 1), detected_h=(10, 10, 10))
    share = frequency(half.prepare(town, HERE), 15)
    assert share[[town.index[n] for n in ("scada", "plc", "well")]] == pytest.approx([1.0, 0.5, 0.25], abs=0.02)


def test_without_ways_the_intrusion_says_so(town: City) -> None:
    found = CyberSpec(entry_points=("clinic",)).prepare(
        replace(town, dependencies=town.dependencies.take(np.array([2, 3]))), HERE)
    assert "entry points" in found.warnings[0]


def test_betweenness_is_that_of_networkx() -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.gnp_random_graph(60, 0.06, seed=4, directed=True)
    ptr = np.concatenate([[0], np.cumsum([graph.out_degree(n) for n in range(60)])]).astype(np.int64)
    head = np.array([v for n in range(60) for v in sorted(graph.successors(n))], dtype=np.int64)
    expected = networkx.betweenness_centrality(graph, normalized=False)
    assert betweenness(ptr, head) == pytest.approx([expected[n] for n in range(60)])


@pytest.mark.parametrize(("rule", "sectors", "names"), [
    ("degree", ("telecom",), ["scada", "mast"]), ("demand", ("power",), None), ("betweenness", (), ["bus", "sub"]),
])
def test_an_attack_takes_the_worst_and_ties_go_by_id(town: City, rule: str, sectors: tuple[str, ...],
                                                     names: list[str] | None) -> None:
    drawing = replace(town, assets=town.assets.with_columns(demand=np.array([0, 5, 5, 9, *[0.0] * 6])))
    spec = AttackSpec(k=2, rule=rule, sectors=sectors)
    chosen = [str(drawing.component_ids[c]) for c in spec.prepare(drawing, HERE).components]
    assert chosen == (names or ["home", "bus"])


BAD = [
    ("wind", {}, "no gust"), ("wind", {"gust_ms": 30.0, "raster": "x.tif"}, "gust and a raster"),
    ("wind", {"raster": "x.tif"}, "no file"),
    ("heat", {}, "no temperatures"), ("heat", {"hours": (0, 1), "celsius": (20,)}, "one temperature"),
    ("heat", {"hours": (1, 0), "celsius": (20, 20)}, "rise"), ("heat", {"hours": (0, 1), "celsius": (20, 300)}, "Celsius"),
    ("heat", {"hours": (0,), "celsius": (float("nan"),)}, "temperature"),
    ("heat", {"hours": "abc", "celsius": (1,)}, "hours|temperat"),
    ("heat", {"hours": (0,), "celsius": (20,), "demand_per_k": (3, 2, 1)}, "demand_per_k"),
    ("heat", {"hours": (0,), "celsius": (20,), "conductor_c": 50.0, "reference_c": 50.0}, "conductor"),
    ("footprint", {}, "no file name"), ("footprint", {"file": "x.gpkg"}, "no file"),
    ("cyber", {}, "entry point"), ("cyber", {"entry_points": ("scadda",)}, "scada"),
    ("cyber", {"entry_points": ("scada",), "services": ("contol",)}, "control"),
    ("cyber", {"entry_points": ("scada",), "networks": ("telcom",)}, "telecom"),
    ("cyber", {"entry_points": ("scada",), "hop_h": (2, 1, 3)}, "rise"),
    ("cyber", {"entry_points": ("scada",), "hop_h": (1,)}, "hop_h"),
    ("attack", {"rule": "peopel"}, "people"), ("attack", {"sectors": ("powr",)}, "power"),
    ("attack", {"k": 900, "rule": "degree"}, "smaller"),
    ("attack", {"rule": "capacity"}, "0 assets"),
]


@pytest.mark.parametrize(("kind", "keys", "words"), BAD)
def test_bad_keys_are_named(town: City, tmp_path: Path, kind: str, keys: dict[str, Any], words: str) -> None:
    spec = HAZARDS.get(kind)(**keys)
    with pytest.raises(InputError, match=words):
        spec.prepare(town, tmp_path)
