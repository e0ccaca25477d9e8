"""Shaking from each source, what it does to a small town, and that the draws mean what the probabilities say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hazard_cases import grid_xml

from stratum_core.errors import InputError
from stratum_core.hazards.earthquake import EarthquakeSpec
from stratum_core.hazards.earthquake.ground_motion import MEASURES, Earthquake
from stratum_core.hazards.earthquake.prepared import PreparedEarthquake
from stratum_core.hazards.earthquake.shaking import from_shakemap
from stratum_core.model import City

# OpenQuake's published table of the epicentral model: M 5, normal faulting, (km, Vs30) -> PGA PGV SA(.3) SA(1) SA(3)
PUBLISHED = {(0.0, 180.0): (1.73844783e-01, 9.44784490, 3.01745262e-01, 6.26780489e-02, 7.60032728e-03),
             (20.0, 180.0): (3.97664822e-02, 2.55764653, 9.29354573e-02, 2.28952042e-02, 2.61263266e-03),
             (10.0, 300.0): (8.97260573e-02, 4.16341821, 1.71701913e-01, 2.99820187e-02, 3.30362201e-03)}


@pytest.mark.parametrize(("place", "expected"), PUBLISHED.items())
def test_the_ground_motion_model_gives_its_published_medians(place: tuple[float, float], expected: tuple[float, ...]) -> None:
    quake = Earthquake(5.0, depth_km=0.0, vs30=place[1], faulting="normal")
    found = [float(quake.median(m, np.array([place[0]]))[0]) for m in MEASURES]
    assert found == pytest.approx(expected, rel=2e-8)


def test_the_hypocentral_model_falls_with_distance_and_depth_and_rises_with_magnitude() -> None:
    far = np.array([0.0, 10, 50, 100, 200])
    for measure in MEASURES:
        assert (np.diff(Earthquake(6.0, 10).median(measure, far)) < 0).all()
        assert (Earthquake(6.0, 20).median(measure, far) < Earthquake(6.0, 5).median(measure, far)).all()
        assert (Earthquake(7.0, 10).median(measure, far) > Earthquake(5.0, 10).median(measure, far)).all()
        assert Earthquake(6.0, 10).deviations(measure)[0] > Earthquake(6.0, 10).deviations(measure)[1]


def quake(town: City, folder: Path = Path(), **keys: object) -> PreparedEarthquake:
    plain = {} if {"shakemap", "raster"} & set(keys) else {"magnitude": 6.2, "epicentre": (7.88, 48.46)}
    return EarthquakeSpec(**(plain | keys)).prepare(town, folder)  # type: ignore[arg-type]


def test_a_shakemap_is_read_by_name_and_between_its_cells(town: City, tmp_path: Path) -> None:
    (tmp_path / "grid.xml").write_text(grid_xml())
    found = quake(town, tmp_path, shakemap="grid.xml").intensity()
    by_id = {str(town.component_ids[c]): (g, u) for c, g, u in zip(found.component, found.greatest, found.unit, strict=True)}
    assert by_id["sub"][0] == pytest.approx(0.1 + 0.1 * (7.888 - 7.0), abs=1e-3)  # pctg became g
    assert by_id["sub"][1] == "g"
    assert by_id["main"][0] == pytest.approx(5 + 5 * (7.893 - 7.0), abs=0.05)
    assert by_id["main"][1] == "cm/s"
    assert "exact" in quake(town, tmp_path, shakemap="grid.xml").warnings[0]


def test_columns_and_rows_may_come_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(grid_xml())
    rows = [f"{5 * (j + 1)} {y} {10 * (j + 1)} {x}" for j, x in enumerate((7.0, 8.0, 9.0)) for y in (48.0, 49.0)]
    (tmp_path / "b.xml").write_text(grid_xml(fields="PGV:cms LAT:dd PGA:pctg LON:dd", rows="\n".join(rows)))
    points = np.array([[7.3, 48.2], [8.8, 48.9]])
    a, b = (from_shakemap(tmp_path / n, None, points, "EPSG:4326", 0.0, 0.2) for n in ("a.xml", "b.xml"))
    assert np.array_equal(a.fields["PGA"].median, b.fields["PGA"].median)


def test_uncertainty_grids_are_deviations_of_the_logarithm(tmp_path: Path, town: City) -> None:
    (tmp_path / "grid.xml").write_text(grid_xml())
    (tmp_path / "u.xml").write_text(grid_xml(fields="LON:dd LAT:dd STDPGA:ln(pctg) STDPGV:ln(cms)", rows="\n".join(
        f"{x} {y} 0.6 0.5" for y in (49.0, 48.0) for x in (7.0, 8.0, 9.0))))
    found = quake(town, tmp_path, shakemap="grid.xml", uncertainty="u.xml", between_share=0.25)
    field = found.shaking.fields["PGA"]
    assert field.between[0] == pytest.approx(0.3)
    assert np.hypot(field.between, field.within) == pytest.approx(0.6)
    assert not found.warnings


def test_the_real_shakemap_and_raster_are_read(test_data: Path) -> None:
    page = test_data / "hazard" / "shakemap_nyc_m5.8_scenario_grid.xml"
    points = np.array([[-74.03, 40.55], [-76.03, 42.07], [0.0, 40.0]])
    found = from_shakemap(page, None, points, "EPSG:4326", 0.0, 0.2)
    assert found.fields["PGA"].median[1] == pytest.approx(0.01)
    assert found.fields["PGV"].median[1] == pytest.approx(0.55)
    assert found.missing.tolist() == [False, False, True]
    from stratum_core.hazards.earthquake.shaking import from_raster

    path = test_data / "shelby" / "hazard" / "memphis_incore_PGA.tif"
    memphis = from_raster(path, "PGA", "g", np.array([[-90.0, 35.1], [0, 0]]), "EPSG:4326", 0.5, 0.2)
    assert 0.29 < memphis.fields["PGA"].median[0] < 0.44
    assert memphis.missing.tolist() == [False, True]


def test_a_raster_that_does_not_reach_is_counted(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    west = (416_000, 5_362_500, 417_950, 5_372_500)
    name = raster([[0.3, 0.3]], bounds=west)
    found = quake(town, tmp_path, raster=name, sd_ln=0.5)
    assert any("not known" in w for w in found.warnings)
    assert any("PGV" in w for w in found.warnings)
    shaken = {str(town.component_ids[c]) for c in found.intensity().component}
    assert "sub" in shaken
    assert "clinic" not in shaken


@pytest.mark.parametrize(("unit", "factor"), [("g", 1.0), ("pctg", 0.01), ("m/s2", 1 / 9.80665)])
def test_the_unit_of_a_raster_is_minded(town: City, tmp_path: Path, raster: Callable[..., str], unit: str, factor: float) -> None:
    name = raster([[0.3 / factor]])
    found = quake(town, tmp_path, raster=name, raster_unit=unit).intensity()
    assert found.greatest == pytest.approx(0.3, rel=1e-6)


def test_probabilities_are_what_the_draws_do(town: City) -> None:
    found = quake(town, shaking_correlation_km=8.5, correlation=0.4, anchored=True)
    intensity = found.intensity()
    assert intensity.states is not None
    assert intensity.states.sum(axis=1) == pytest.approx(1.0)
    batches = [found.sample(5, first, 500).damage for first in range(0, 20_000, 500)]
    count = sum(np.bincount(b.component, minlength=15) for b in batches) / 20_000
    assert count[intensity.component] == pytest.approx(intensity.probability, abs=0.012)
    complete = sum(np.bincount(b.component[b.state == 4], minlength=15) for b in batches) / 20_000
    assert complete[intensity.component] == pytest.approx(intensity.states[:, 4], abs=0.012)


def test_rows_of_the_batch_explain_themselves(town: City) -> None:
    found = quake(town, magnitude=6.8)
    damage = found.sample(1, 0, 50).damage
    assert (damage.value >= damage.threshold * (1 - 1e-9)).all()
    pipe = damage.component == town.index["main"]
    assert np.isnan(damage.work[pipe]).all()
    assert (damage.work[~pipe] > 0).all()
    assert set(damage.state[~pipe]) <= {1, 2, 3, 4}
    why = found.reason(town.index["sub"], 0.4, 0.3)
    assert (why.low, why.high) == pytest.approx((0.13 * np.exp(-1.645 * 0.65), 0.74 * np.exp(1.645 * 0.4)), rel=1e-3)
    assert why.unit == "g"
    standing = damage.component == town.index["sub"]
    assert why.low is not None
    assert why.high is not None
    assert ((damage.threshold[standing] > why.low) & (damage.threshold[standing] < why.high)).mean() > 0.85
    assert "Hazus" in why.source


def test_worse_states_take_longer(town: City) -> None:
    found = quake(town, magnitude=7.0)
    damage = found.sample(1, 0, 3000).damage
    mean = [damage.work[(damage.component == town.index["sub"]) & (damage.state == s)].mean() for s in (1, 2, 3, 4)]
    assert (np.diff(mean) > 0).all()


def test_a_replicate_is_the_same_in_any_span(town: City) -> None:
    found = quake(town, correlation=0.5, correlation_km=8.5)
    whole, one = found.sample(42, 0, 25), found.sample(42, 9, 1)
    rows = slice(whole.damage.offset[9], whole.damage.offset[10])
    for name in ("component", "time", "clear", "work", "value", "threshold", "state"):
        assert np.array_equal(getattr(whole.damage, name)[rows], getattr(one.damage, name), equal_nan=True)
    assert whole.money[9] == one.money[0]


def test_a_transformer_of_a_substation_and_buried_cables_are_not_counted_again(town: City) -> None:
    rows = {str(town.component_ids[c]) for c in quake(town).intensity().component}
    assert {"sub", "line", "main", "clinic", "grid"} <= rows
    assert not {"trafo", "cable", "fibre", "bus", "home"} & rows


def test_classes_are_chosen_by_kind_or_id(town: City) -> None:
    chosen = quake(town, classes={"clinic": "hospital_high", "sub": "substation_high_anchored", "well": ""})
    names = {str(town.component_ids[r]): c.name for r, c in zip(chosen.things.row[1:], chosen.things.curves, strict=True)
             if r < len(town.component_ids)}
    assert names["clinic"] == "hospital_high"
    assert names["sub"] == "substation_high_anchored"
    assert "well" not in names


def test_money_is_value_times_ratio(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    found = quake(town, tmp_path, raster=raster([[9.0]]))  # everything is complete
    assert found.sample(1, 0, 3).money == pytest.approx(2e6 + 6e4 + 3e5 + 8e5 + 15e4 + 4e6 + 5e6, rel=1e-3)


@pytest.mark.parametrize(("keys", "words"), [
    ({"magnitude": 0.0}, "Give one of"), ({"raster": "a.tif", "magnitude": 6.0}, "Give one of"),
    ({"magnitude": 3.0}, "outside 4 to 8"), ({"epicentre": (48.4,)}, "epicentre"), ({"epicentre": (7.8, 98.0)}, "no place"),
    ({"epicentre": "abc"}, "epicentre"), ({"faulting": "strike"}, "strike_slip"), ({"code": "hihg"}, "low, moderate, high"),
    ({"pipes": "iron"}, "brittle"), ({"classes": {"clinic": "hospital_hihg"}}, "hospital_high"),
    ({"classes": {"nothing": "hospital_high"}}, "nothing"), ({"classes": {"clinic": 5}}, "fragility class"),
    ({"classes": {"clinic": "pipe_brittle"}}, "length"), ({"classes": 4}, "table"), ({"shakemap": "no.xml"}, "no file"),
    ({"shakemap": "a\0b"}, "no file name"), ({"raster": "no.tif"}, "no file"),
])
def test_bad_keys_are_named(town: City, tmp_path: Path, keys: dict[str, object], words: str) -> None:
    plain = {} if {"shakemap", "raster"} & set(keys) else {"magnitude": 6.2, "epicentre": (7.88, 48.46)}
    with pytest.raises(InputError, match=words):
        EarthquakeSpec(**(plain | keys)).prepare(town, tmp_path)  # type: ignore[arg-type]


def test_a_schematic_city_and_wild_rasters_are_refused(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    from dataclasses import replace

    with pytest.raises(InputError, match="schematic"):
        quake(replace(town, crs="none"))
    with pytest.raises(InputError, match="unit"):
        quake(town, tmp_path, raster=raster([[30.0]]))
    with pytest.raises(InputError, match="negative"):
        quake(town, tmp_path, raster=raster([[-1.0, 0.2]], name="n.tif"))
    with pytest.raises(InputError, match="acceleration"):
        quake(town, tmp_path, raster=raster([[0.2]], name="u.tif"), raster_unit="km")
    with pytest.raises(InputError, match="PGA"):
        quake(town, tmp_path, raster="u.tif", raster_measure="PGAA")
