"""AequilibraE projects: roads in their directions, zones as blocks, connectors left out."""

import zipfile

import numpy as np
import pytest
import shapely

from stratum_core.errors import InputError
from stratum_core.importers import read

NAN = np.nan
# id, a, b, direction, modes, class, name, then speed, capacity, lanes: there and back
LINKS = [
    (1, 1, 2, 0, "ct", "residential", "Calle 1", NAN, NAN, NAN, NAN, 0, 0),
    (2, 2, 3, 1, "c", "primary", None, 72.0, NAN, NAN, NAN, 2, NAN),
    (3, 3, 1, 0, "cwbt", "secondary", "Avenida", 50.0, 40.0, NAN, NAN, 2, 1),
    (4, 3, 1, -1, "c", "tertiary", "", NAN, NAN, NAN, 700.0, NAN, NAN),
    (5, 1, 2, 0, "wb", "residential", "", NAN, NAN, NAN, NAN, NAN, NAN),
    (6, 9, 1, 0, "c", "centroid_connector", "", NAN, NAN, 99999.0, 99999.0, NAN, NAN),
    (7, 2, 2, 0, "c", "residential", "", NAN, NAN, NAN, NAN, NAN, NAN),
]
COLUMNS = ("link_id", "a_node", "b_node", "direction", "modes", "link_type", "name", "speed_ab", "speed_ba", "capacity_ab",
           "capacity_ba", "lanes_ab", "lanes_ba")
PLACES = {1: (-71.0, -30.0), 2: (-71.0, -30.001), 3: (-71.001, -30.0), 9: (-71.0005, -30.0005)}
AREAS = [shapely.box(-71.002, -30.002, -71.0, -30.0), shapely.box(-71.0, -30.0, -70.9, -29.9)]


def write_layer(path, name, shapes, columns, geometry_type):
    import pyogrio.raw

    fields = [np.array(column, dtype=object if any(isinstance(v, str) for v in column) else None) for column in columns.values()]
    pyogrio.raw.write(str(path), shapely.to_wkb(np.array(shapes)), fields, list(columns), layer=name, driver="SQLite",
                      geometry_type=geometry_type, crs="EPSG:4326")


@pytest.fixture
def project(tmp_path):
    def enter(people=(1200.5, NAN), links=COLUMNS):
        path = tmp_path / "project_database.sqlite"
        by_name = dict(zip(COLUMNS, zip(*LINKS, strict=True), strict=True))
        lines = [shapely.LineString([PLACES[row[1]], PLACES[9], PLACES[row[2]]]) for row in LINKS]
        write_layer(path, "links", lines, {name: by_name[name] for name in links}, "LineString")
        write_layer(path, "nodes", [shapely.Point(p) for p in PLACES.values()], {"node_id": list(PLACES)}, "Point")
        write_layer(path, "zones", AREAS, {"zone_id": [1, 2], "name": ["Centro", ""], "population": people}, "Polygon")
        return path

    return enter


def test_roads_say_their_direction(project):
    city = read([project()], name="coq")
    ends = {str(id): (start[9:], end[9:], bool(one)) for id, start, end, one in
            zip(city.links.id, city.links.start, city.links.end, city.links.one_way, strict=True)}
    assert ends == {"coq/link/1": ("1", "2", False), "coq/link/2": ("2", "3", True), "coq/link/3-ab": ("3", "1", True),
                    "coq/link/3-ba": ("1", "3", True), "coq/link/4": ("1", "3", True)}


def test_what_is_said_is_taken_and_the_rest_is_of_the_class(project):
    links = read([project()], name="coq").links
    assert links.lanes.tolist() == [1, 2, 2, 1, 1]
    assert links.capacity.tolist() == [600, 3000, 2000, 1000, 700]
    assert (links.length / links.free_flow_time * 3.6).tolist() == pytest.approx([30, 72, 50, 40, 45])
    assert links.assumed_fields.tolist() == ["lanes,free_flow_time,capacity", "capacity", "capacity", "capacity",
                                             "lanes,free_flow_time"]


def test_zones_become_blocks_at_their_centroid(project):
    city = read([project()], name="coq")
    assert city.blocks.id.tolist() == ["coq/zone/1"]
    assert city.blocks.residents.tolist() == [1200.5]
    assert city.crs == "EPSG:32719"
    crossing = city.assets.id.tolist().index("coq/node/1")
    # 0.001 degrees west and south are 96.49 m and 110.85 m by WGS 84 at latitude 30; UTM changes them by less than 1 in 1,000
    east, north = (city.blocks.x[0] - city.assets.x[crossing], city.blocks.y[0] - city.assets.y[crossing])
    assert np.hypot(east, north) == pytest.approx(np.hypot(96.49, 110.85), rel=1e-3)


def test_connectors_and_what_cars_may_not_use_are_left_out_and_told(project):
    city = read([project()])
    assert "coq/node/9" not in city.assets.id.tolist()
    assert set(city.assets.kind) == {"crossing"}
    assert len(city.assets) == 3
    for words in ("1 zone connector", "1 link closed to cars", "1 closed loop", "1 zone without population"):
        assert words in city.sources.notes[0]


def test_the_zip_of_a_project_gives_the_same(project, tmp_path):
    database = project()
    with zipfile.ZipFile(tmp_path / "city.zip", "w") as folder:
        folder.write(database, "inner/project_database.sqlite")
    one, other = read([database], name="coq"), read([tmp_path / "city.zip"], name="coq")
    assert one.links.id.tolist() == other.links.id.tolist()


def test_a_missing_column_is_named(project):
    with pytest.raises(InputError, match="table links has no column modes"):
        read([project(links=[name for name in COLUMNS if name != "modes"])])


@pytest.mark.parametrize("name", ["a.zip", "a.sqlite"])
def test_files_that_are_no_project_are_bad_input(write, name):
    with pytest.raises(InputError):
        read([write(name, "garbage")])


def test_la_serena_and_coquimbo(test_data):
    city = read([test_data / "roads" / "coquimbo.zip"])
    assert city.crs == "EPSG:32719"
    assert len(city.blocks) == 133
    assert city.blocks.residents.sum() == pytest.approx(451_898.92, abs=0.01)  # stored with fractions
    assert len(city.links) == 19_843
    ways_out = city.links.name[np.isin(city.links.end, city.assets.id[city.assets.kind == "road_entry"])]
    assert {"Ruta 43", "Ruta 5 Norte", "Camino Internacional Gabriela Mistral"} <= set(ways_out)
