"""The one door: formats by content, coordinate systems, stems, and all rows or none."""

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read
from stratum_core.model import City

INP = "[JUNCTIONS]\nA 0 1\nB 0 1\n[PIPES]\nP A B 100 10 100\n[COORDINATES]\nA {0} {1}\nB {2} {3}\n"
METRES = INP.format(500000, 5e6, 500100, 5e6)
CASE = (
    "mpc.baseMVA = 100;\nmpc.bus = [1 3 1 0 0 0 1 1 0 10 1 1 1; 2 1 1 0 0 0 1 1 0 10 1 1 1];\nmpc.gen = [];\n"
    "mpc.branch = [1 2 0 1 0 0 0 0 0 0 1];\n"
)


def test_only_new_rows_come_back_and_they_fit_the_project(write):
    city = read([write("a.inp", METRES)], crs="EPSG:32632")
    new = read([write("b.inp", METRES)], city=city, crs="EPSG:32633")
    assert (new.crs, len(new.assets), new.name) == ("EPSG:32632", 2, "a")
    assert len(city.adding(new).assets) == 4
    assert not np.isclose(new.assets.x, 500000).any()


def test_degrees_go_to_the_zone_of_the_data(write):
    assert read([write("a.inp", INP.format(8, 48, 8.1, 48))], crs="EPSG:4326").crs == "EPSG:32632"
    assert read([write("a.inp", INP.format(8, -48, 8.1, -48))], crs="EPSG:4326").crs == "EPSG:32732"


def test_web_mercator_metres_are_made_true(write):
    city = read([write("a.inp", INP.format(890555, 6106854, 891555, 6106854))], crs="EPSG:3857")
    assert np.hypot(*np.diff([city.assets.x, city.assets.y], axis=1).ravel()) == pytest.approx(
        1000 * np.cos(np.radians(48)), rel=0.01
    )
    assert "EPSG:3857 are not true" in city.sources.notes[0]


def test_a_schematic_in_a_placed_project_has_no_position(write):
    city = read([write("a.inp", METRES)], crs="EPSG:32632")
    new = read([write("tiny.m", CASE)], city=city)
    assert np.isnan(new.assets.x).all()
    assert "no position" in new.sources.notes[0]
    together = read([write("a.inp", METRES), write("tiny.m", CASE)], crs="EPSG:32632")
    assert np.isnan(together.assets.x).sum() == len(new.assets)


def test_a_placed_file_does_not_enter_a_schematic(write):
    city = read([write("tiny.m", CASE)])
    with pytest.raises(InputError, match="project of its own"):
        read([write("a.inp", METRES)], city=city, crs="EPSG:32632")


@pytest.mark.parametrize("crs", ["EPSG:99999", "epsg", "4326", "utm", ""])
def test_a_wrong_system_is_refused(write, crs):
    with pytest.raises(InputError, match="--crs"):
        read([write("a.inp", METRES)], crs=crs)


def test_positions_outside_their_system_are_bad_rows(write):
    with pytest.raises(RowErrors, match="outside EPSG:4326"):
        read([write("a.inp", INP.format(8, 48, 8000, 48))], crs="EPSG:4326")


def test_another_name_replaces_the_stem(write):
    city = read([write("a.inp", METRES)], crs="none")
    with pytest.raises(InputError, match="--as"):
        read([write("a.inp", METRES)], city=city, crs="none")
    assert "b/pipe/P" in read([write("a.inp", METRES)], city=city, crs="none", name="b").links.id
    with pytest.raises(InputError, match="--as"):
        read([write("a.inp", METRES), write("a.m", CASE)], crs="none")


def test_bad_rows_of_all_files_are_named_at_once(write):
    files = [write("a.inp", METRES.replace("100 10", "x 10")), write("tiny.m", CASE.replace("1 2 0 1", "1 5 0 1"))]
    with pytest.raises(RowErrors) as caught:
        read(files, crs="none")
    assert ["a.inp" in row for row in caught.value.rows] == [True, False]
    assert "2 bad rows, nothing was written" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.docx", "x"),
        ("a", "x"),
        ("a.inp", ""),
        ("a.m", ""),
        ("a.json", "{}"),
        ("a.csv", ""),
        ("a.geojson", ""),
        ("a.shp", ""),
        ("a.tntp", ""),
    ],
)
def test_a_file_of_no_known_format_is_refused_in_words(write, name, text):
    with pytest.raises(InputError):
        read([write(name, text)], crs="none", sector="water")


def test_missing_files_and_unknown_sectors(write, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read([tmp_path / "none.inp"])
    with pytest.raises(InputError, match="Did you mean 'water'"):
        read([write("a.inp", METRES)], sector="watr")
    with pytest.raises(InputError, match="no file"):
        read([])


def test_the_source_is_cited_by_its_digest(write):
    sources = read([write("a.inp", METRES)], crs="none").sources
    assert (sources.id[0], sources.title[0]) == ("a", "a.inp")
    assert sources.citation[0].startswith("a.inp, sha256 ")


SHELBY = ("power/power.json", "water/water.inp", "transport/transpo_net.tntp", "transport/transpo_node.tntp", "dependencies.csv")


def test_all_of_shelby_becomes_one_city(test_data):
    city = read([test_data / "shelby" / name for name in SHELBY], crs="EPSG:3857")
    assert city.crs == "EPSG:32616"
    assert (city.resolve("W_WP81"), city.resolve("P_MP81")) == ("water/pump/W_WP81", "power/motor/0")
    assert len(city.dependencies) == 14
    assert city.dependencies.dependent[0] == "water/pump/W_WP81"
    assert "no newline" in city.sources.notes[list(city.sources.id).index("dependencies")]
    assert np.isfinite(city.assets.x).all()


def test_shelby_in_steps_is_shelby_at_once(test_data):
    city = City("shelby")
    for name in (SHELBY[0], SHELBY[1], SHELBY[2], SHELBY[4]):
        new = read([test_data / "shelby" / name], city=city, crs="EPSG:3857")
        city = new if not len(city.component_ids) else city.adding(new)
    once = read([test_data / "shelby" / name for name in SHELBY], crs="EPSG:3857")
    assert city.component_ids.tolist() == once.component_ids.tolist()
    np.testing.assert_allclose(city.assets.x, once.assets.x)


def test_a_dependency_on_nothing_is_named(test_data):
    files = [test_data / "simple-in2" / name for name in ("power.json", "water.inp", "transpo_net.tntp", "dependecies.csv")]
    with pytest.raises(RowErrors, match="row 3, W_R9 from P_G3"):
        read(files, crs="none")
    assert len(read(files[:3], crs="none").sources) == 3
