"""Where rows come from is said by the person or the file, and what an importer made or left out is told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.importers import Origin, read


def layer(*features, crs=32632):
    return json.dumps({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}},
        "features": [{"type": "Feature", "properties": p, "geometry": {"type": g, "coordinates": c}} for p, g, c in features],
    })


PIPES = layer(({"name": "Main", "diameter_mm": 150.0, "length": 3, "roughness": 120, "colour": "red"}, "LineString",
               [[500000, 5e6], [500100, 5e6]]))
SINKS = layer(({"label": "Works", "demand (kW)": 3.0, "elevation_ft": 10.0}, "Point", [500000, 5e6]))
CASE = "function mpc = c\n%% a {word} grid\nmpc.version = '2';\nmpc.baseMVA = 100;\n" \
       "mpc.bus = [1 3 0 0 0 0 1 1 0 110 1 1.1 0.9];\n" \
       "mpc.gen = [1 0 0 10 -10 1 100 1 10 0];\nmpc.branch = [];\n"


def notes(city):
    return " ".join(city.sources.notes)


def test_rows_are_measured_only_where_nothing_says_otherwise(write):
    city = read([write("pipes.geojson", PIPES)], sector="water")
    assert set(city.links.provenance) == {"measured"}
    assert np.isnan(city.links.confidence).all()


def test_what_the_person_says_is_taken(write):
    said = Origin("generated", "Practice grid", "CC0", "2026-01-05")
    city = read([write("pipes.geojson", PIPES)], sector="water", origin=said)
    assert set(city.links.provenance) == {"generated"}
    assert (city.sources.title[0], city.sources.licence[0], city.sources.date[0]) == ("Practice grid", "CC0", "2026-01-05")
    assert set(city.assets.provenance) == {"derived"}  # the nodes that the importer made


@pytest.mark.parametrize(
    ("word", "provenance"), [("synthetic", "generated"), ("real", "measured"), ("not synthetic", "measured")])
def test_a_file_that_calls_itself_synthetic_is_believed(write, word, provenance):
    city = read([write("c.m", CASE.format(word=word))])
    assert set(city.assets.provenance) == {provenance}
    assert ("calls its data synthetic (line 2)" in notes(city)) == (provenance == "generated")


def test_a_wrong_origin_is_refused():
    with pytest.raises(InputError, match="Did you mean 'measured'"):
        Origin("measurd")
    with pytest.raises(InputError, match="is no date"):
        Origin(date="yesterday")


def test_columns_whose_name_says_all_are_read_and_the_others_told(write):
    city = read([write("pipes.geojson", PIPES)], sector="water")
    assert (city.links.name[0], city.links.diameter[0], city.links.roughness[0]) == ("Main", 0.15, 120)
    assert city.links.length[0] == pytest.approx(100, abs=1)  # "length" says no unit
    assert "do not say what they are: length, colour" in notes(city)


def test_a_demand_brings_its_unit(write):
    city = read([write("sinks.geojson", SINKS)], sector="power")
    assert (city.assets.name[0], city.assets.demand[0], city.assets.unit[0]) == ("Works", 3000.0, "W")
    assert city.assets.z[0] == pytest.approx(3.048)


def test_nodes_that_were_made_are_counted(write):
    assert "2 nodes were made where links of layer pipes end" in notes(read([write("pipes.geojson", PIPES)], sector="water"))


def test_a_table_of_places_is_read_and_another_csv_gets_advice_that_helps(write):
    city = read([write("wells.csv", "x,y,name\n500000,5000000,Well\n")], sector="water", crs="EPSG:32632")
    assert city.assets.name.tolist() == ["Well"]
    with pytest.raises(InputError, match="needs columns x and y"):
        read([write("odd.csv", "a,b\n1,2\n")], sector="water")


def test_tables_and_layers_without_rows_are_refused(write):
    with pytest.raises(InputError, match="only its header"):
        read([write("d.csv", "dependent,supplier\n")])
    with pytest.raises(InputError, match="holds no features"):
        read([write("none.geojson", layer())], sector="water")


@pytest.mark.parametrize("crs", ["EPSG:4978", "EPSG:4979", "EPSG:5773"])
def test_a_system_that_is_no_map_is_refused(write, crs):
    with pytest.raises(InputError, match="not one of a map"):
        read([write("wells.csv", "x,y\n1,2\n")], sector="water", crs=crs)
