"""GIS layers: the mapping, ends that are snapped or named, and systems that are read."""

import json

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read


def _layer(features, crs=None):
    page = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": geometry and {"type": geometry[0], "coordinates": geometry[1]},
            }
            for properties, geometry in features
        ],
    }
    if crs:
        page["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    return json.dumps(page)


PIPES = _layer(
    [
        ({"nr": "a/1", "dn": 150.0}, ("LineString", [[500000, 5e6], [500100, 5e6]])),
        ({"nr": "b", "dn": 100.0}, ("LineString", [[500100.4, 5e6], [500100, 5e6 + 50]])),
    ],
    32632,
)
POINTS = _layer([({"nr": "J1", "kw": 3}, ("Point", [500000.5, 5e6]))], 32632)


def test_ends_of_lines_are_snapped_or_made(write):
    city = read([write("points.geojson", POINTS), write("pipes.geojson", PIPES)], sector="water")
    assert city.crs == "EPSG:32632"
    assert city.links.id.tolist() == ["pipes/pipes/1", "pipes/pipes/2"]
    assert city.links.kind.tolist() == ["pipe", "pipe"]
    assert city.links.start[0] == "points/points/1"
    assert city.links.end[0] == city.links.start[1] == "pipes/pipes/node-1"
    assert city.links.length == pytest.approx([100, 50], abs=1)
    made = city.assets.take(city.assets.id != "points/points/1")
    assert set(made.provenance) == {"derived"}


def test_a_mapping_says_what_columns_mean(write):
    mapping = write(
        "map.toml",
        """[points]
sector = "power"
kind = "load"
id = "nr"
name = "nr"
[points.columns]
demand = { column = "kw", unit = "kW" }
unit = { value = "W" }
provenance = { value = "derived" }
""",
    )
    city = read([write("points.geojson", POINTS)], mapping=mapping)
    row = city.assets.row(0)
    assert (row["id"], row["name"], row["demand"], row["unit"], row["provenance"]) == (
        "points/points/J1",
        "J1",
        3000,
        "W",
        "derived",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('kind = "lod"', "Did you mean 'load'"),
        ('sector = "watr"', "Did you mean 'water'"),
        ('idd = "nr"', "Did you mean 'id'"),
        ('id = "nrr"', "Did you mean 'nr'"),
        ("[points.columns]\ndemnd = { value = 1 }", "Did you mean 'demand'"),
        ('[points.columns]\ndemand = { column = "kw", unit = "kWW" }', "Did you mean 'kW'"),
        ('[points.columns]\nvoltage = { column = "kw", unit = "m" }', "measures length"),
        ("snap_m = 'far'", "does not fit"),
        ("x =", "no TOML"),
    ],
)
def test_a_wrong_word_in_the_mapping_offers_the_nearest(write, line, message):
    sector = "" if line.startswith("sector") else 'sector = "power"\n'
    with pytest.raises(InputError, match=message):
        read([write("points.geojson", POINTS)], mapping=write("map.toml", f"[points]\n{sector}{line}\n"))


def test_polygons_become_blocks_at_a_point_inside(write):
    square = [[[500000, 5e6], [500010, 5e6], [500010, 5e6 + 10], [500000, 5e6 + 10], [500000, 5e6]]]
    mapping = write("map.toml", '[layer]\ntable = "blocks"\n[columns]\nresidents = "people"\n')
    city = read([write("homes.geojson", _layer([({"people": 12}, ("Polygon", square))], 32632))], mapping=mapping)
    assert city.blocks.residents.tolist() == [12]
    assert 500000 < city.blocks.x[0] < 500010


def test_a_csv_has_positions_by_its_mapping(write):
    mapping = write("map.toml", '[wells]\nsector = "water"\nkind = "well"\nid = "id"\nx = "lon"\ny = "lat"\n')
    city = read([write("wells.csv", "id,lon,lat\nW1,8.0,48.0\nW2,8.1,48.0\n")], mapping=mapping, crs="EPSG:4326")
    assert city.assets.id.tolist() == ["wells/wells/W1", "wells/wells/W2"]
    assert np.ptp(city.assets.x) == pytest.approx(7450, rel=0.01)


def test_every_bad_row_is_named(write):
    text = _layer(
        [
            ({"nr": "1", "kw": "x"}, ("Point", [0, 0])),
            ({"nr": "2", "kw": "1"}, None),
            ({"nr": "3", "kw": "1"}, ("Point", [1, 1])),
            ({"nr": "3", "kw": "-1"}, ("LineString", [[0, 0], [1, 1]])),
        ],
        32632,
    )
    mapping = write(
        "map.toml", '[p]\ntable = "assets"\nsector = "power"\nkind = "load"\nid = "nr"\n[p.columns]\nvoltage = "kw"\n'
    )
    with pytest.raises(RowErrors) as caught:
        read([write("p.geojson", text)], mapping=mapping)
    assert len(caught.value.rows) == 3
    for part in ("row 1, '1': voltage 'x'", "row 2, '2': a geometry of type 'none'", "row 4, '3'"):
        assert part in str(caught.value)


def test_a_layer_that_nobody_explains_is_refused(write):
    with pytest.raises(InputError, match="mapping"):
        read([write("points.geojson", POINTS)])
    with pytest.raises(InputError):
        read([write("broken.gpkg", "nothing")], sector="water")


def test_named_ends_and_feet_of_a_real_network(test_data, write):
    mapping = write(
        "map.toml",
        """[ky4_junctions]
sector = "water"
name = "name"
id = "name"
[ky4_tanks]
sector = "water"
kind = "tank"
id = "name"
name = "name"
[ky4_reservoirs]
sector = "water"
kind = "reservoir"
id = "name"
name = "name"
[ky4_pipes]
sector = "water"
kind = "pipe"
id = "name"
start = "start_node_name"
end = "end_node_name"
[ky4_pipes.columns]
length = { column = "length", unit = "m" }
diameter = { column = "diameter", unit = "m" }
""",
    )
    folder = test_data / "water-ky4"
    files = [folder / f"ky4_{name}.geojson" for name in ("pipes", "junctions", "tanks", "reservoirs")]
    city, again = read(files, mapping=mapping), read([folder / "ky4.inp"], crs="EPSG:3547")
    assert city.crs == again.crs == "EPSG:32616"
    assert (len(city.links), len(city.assets)) == (1156, len(again.assets))
    assert city.links.length.sum() == pytest.approx(again.links.length[again.links.kind == "pipe"].sum(), rel=1e-6)
    drawn = np.array([np.hypot(*np.diff(path, axis=0).T).sum() for path in city.links.path])
    assert np.median(drawn / city.links.length) == pytest.approx(1, abs=0.01)
