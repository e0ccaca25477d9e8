"""OpenStreetMap: roads cut at crossings, directions, what is assumed by class, signals, facilities, the edge of the file."""

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.importers import read
from stratum_core.importers.osm_tags import direction, for_cars, lanes, speed

# one degree of longitude on the equator is 111,319.49 m, of latitude there 110,574.4 m
PLACES = {1: (0, 0), 2: (0.001, 0), 3: (0.002, 0), 4: (0.001, 0.001), 5: (0.001, 0.0009), 6: (0.003, 0), 7: (0.0018, 0)}


def tags(**said):
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in said.items())


def town(*ways, signals=(), places=PLACES, extra=""):
    nodes = "".join(f'<node id="{n}" version="1" lon="{x}" lat="{y}">'
                    f'{tags(highway="traffic_signals") if n in signals else ""}</node>' for n, (x, y) in places.items())
    drawn = "".join(f'<way id="{100 + i}" version="1">{"".join(f"<nd ref={chr(34)}{n}{chr(34)}/>" for n in refs)}'
                    f"{tags(**said)}</way>" for i, (refs, said) in enumerate(ways, start=1))
    return f'<osm version="0.6">{nodes}{extra}{drawn}</osm>'


MAIN = ([1, 2, 7, 3], {"highway": "primary", "name": "Main", "maxspeed": "36", "lanes": "4"})
SIDE = ([2, 5, 4], {"highway": "residential"})


def imported(write, *ways, **more):
    return read([write("town.osm", town(*ways, **more))])


def by_id(city):
    return {str(id): at for at, id in enumerate(city.links.id)}


def test_roads_are_cut_at_crossings_and_nowhere_else(write):
    city = imported(write, MAIN, SIDE)
    assert city.links.id.tolist() == ["town/way/101-1", "town/way/101-2", "town/way/102-1"]
    assert city.links.start.tolist() == ["town/node/1", "town/node/2", "town/node/2"]
    assert city.links.end.tolist() == ["town/node/2", "town/node/3", "town/node/4"]
    assert [len(path) for path in city.links.path] == [2, 3, 3]
    assert city.links.length == pytest.approx([111.3195, 111.3195, 110.5743], abs=1e-3)
    assert set(city.links.provenance) == {"measured"}


def test_what_the_map_says_is_taken_and_the_rest_assumed_by_class(write):
    city = imported(write, MAIN, SIDE)
    assert city.links.lanes.tolist() == [2, 2, 1]
    assert city.links.capacity.tolist() == [3000, 3000, 600]
    assert city.links.free_flow_time == pytest.approx([11.13195, 11.13195, 110.5743 / (30 / 3.6)], abs=1e-4)
    assert city.links.assumed_fields.tolist() == ["capacity", "capacity", "lanes,free_flow_time,capacity"]
    assert "lanes assumed by class for 1 of 3 roads" in city.sources.notes[0]


def test_the_source_names_its_licence(write):
    city = imported(write, MAIN)
    assert city.sources.title.tolist() == ["OpenStreetMap, town.osm"]
    assert "ODbL" in city.sources.licence[0]
    assert "OpenStreetMap contributors" in city.sources.licence[0]


def test_a_road_drawn_against_its_direction_is_turned(write):
    city = imported(write, ([1, 2], {"highway": "tertiary", "oneway": "-1"}))
    assert (city.links.start[0], city.links.end[0]) == ("town/node/2", "town/node/1")
    assert city.links.path[0][0, 0] > city.links.path[0][1, 0]
    assert city.links.one_way.tolist() == [True]


@pytest.mark.parametrize(("said", "expected"), [
    ({"oneway": "yes"}, 1), ({"oneway": "-1"}, -1), ({"oneway": "no"}, 0), ({}, 0), ({"junction": "roundabout"}, 1),
    ({"highway": "motorway"}, 1), ({"highway": "motorway", "oneway": "no"}, 0), ({"highway": "motorway_link"}, 0),
])
def test_directions(said, expected):
    assert direction(said) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("50", 50 / 3.6), ("30 mph", 13.4112), ("60 km/h", 60 / 3.6), ("10 knots", 5.14444), ("none", np.nan), ("FI:urban", np.nan),
    ("50;30", np.nan), ("", np.nan),
])
def test_speed_limits(text, expected):
    assert speed({"maxspeed": text}) == pytest.approx(expected, abs=1e-4, nan_ok=True)


@pytest.mark.parametrize(("said", "expected"), [
    ({"lanes": "4"}, 2), ({"lanes": "3"}, 1.5), ({"lanes": "1"}, 1), ({"lanes": "3", "oneway": "yes"}, 3), ({}, np.nan),
    ({"lanes": "2;3"}, np.nan),
])
def test_lanes_in_each_direction(said, expected):
    assert lanes(said) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(("said", "expected"), [
    ({"highway": "residential"}, True), ({"highway": "service"}, False), ({"highway": "footway"}, False),
    ({"highway": "primary", "access": "no"}, False), ({"highway": "primary", "access": "no", "motor_vehicle": "yes"}, True),
    ({"highway": "residential", "motor_vehicle": "private"}, False), ({"highway": "residential", "access": "destination"}, True),
    ({"highway": "residential", "area": "yes"}, False),
])
def test_roads_that_cars_may_use(said, expected):
    assert for_cars(said) == expected


def test_a_loop_has_no_road_from_a_crossing_to_itself(write):
    city = imported(write, MAIN, ([3, 6, 4, 3], {"highway": "residential"}))
    at = by_id(city)
    assert (city.links.start[at["town/way/102-1"]], city.links.end[at["town/way/102-1"]]) == ("town/node/3", "town/node/6")
    assert (city.links.start != city.links.end).all()


@pytest.mark.parametrize(("ways", "signal", "crossing"), [
    ((MAIN, SIDE), 2, 2),  # on the crossing itself
    ((MAIN, SIDE), 7, 3),  # the nearer end of 2-7-3
    ((MAIN, SIDE), 5, 4),  # the nearer end of 2-5-4
    ((MAIN, ([4, 5, 2], {"highway": "residential", "oneway": "yes"})), 5, 2),  # ahead of those who meet it
    ((MAIN, ([2, 5, 4], {"highway": "residential", "oneway": "-1"})), 5, 2),
])
def test_signals_hang_on_their_crossing(write, ways, signal, crossing):
    city = imported(write, *ways, signals=[signal])
    signals = city.assets.take(np.flatnonzero(city.assets.kind == "signal"))
    assert signals.id.tolist() == [f"town/signal/{signal}"]
    assert signals.node.tolist() == [f"town/node/{crossing}"]


def test_the_direction_of_a_signal_decides_its_crossing(write):
    said = tags(highway="traffic_signals", traffic_signals__direction="backward")
    extra = f'<node id="9" version="1" lon="0.0018" lat="0">{said}</node>'
    city = imported(write, ([2, 9, 3], {"highway": "primary"}), extra=extra)
    assert city.assets.node[city.assets.kind == "signal"].tolist() == ["town/node/2"]


def test_a_road_that_goes_on_beyond_the_file_leads_out_of_town(write):
    city = imported(write, ([99, 1, 2, 98, 3, 6], {"highway": "tertiary"}))
    kinds = dict(zip(city.assets.id, city.assets.kind, strict=True))
    assert city.links.id.tolist() == ["town/way/101-1", "town/way/101-2"]
    assert kinds == {"town/node/1": "road_entry", "town/node/2": "road_entry", "town/node/3": "road_entry",
                     "town/node/6": "crossing"}


def test_a_long_distance_road_that_ends_leads_out_of_town_by_assumption(write):
    city = imported(write, MAIN, SIDE)
    found = {str(id): (kind, assumed) for id, kind, assumed in
             zip(city.assets.id, city.assets.kind, city.assets.assumed_fields, strict=True)}
    assert found == {"town/node/1": ("road_entry", "kind"), "town/node/3": ("road_entry", "kind"),
                     "town/node/2": ("crossing", ""), "town/node/4": ("crossing", "")}
    assert "long-distance roads end on the map: 2 crossings" in city.sources.notes[0]


def test_bridges_are_named(write):
    city = imported(write, ([1, 2], {"highway": "primary", "bridge": "yes", "ref": "51"}))
    assert city.links.name.tolist() == ["51 (bridge)"]
    assert "marked as bridge in their name: 1 road" in city.sources.notes[0]


def test_facilities_from_points_and_areas(write):
    corners = {11: (0.001, 0.002), 12: (0.002, 0.002), 13: (0.002, 0.003), 14: (0.001, 0.003)}
    hospital = f'<node id="21" version="1" lon="0" lat="0.001">{tags(amenity="hospital", name="General", beds="120")}</node>'
    weather = f'<node id="22" version="1" lon="0" lat="0.001">{tags(amenity="shelter")}</node>'
    city = imported(write, MAIN, ([11, 12, 13, 14, 11], {"amenity": "school"}), places=PLACES | corners, extra=hospital + weather)
    found = {str(id): at for at, id in enumerate(city.assets.id)}
    ward, school = found["town/node/21"], found["town/way/102"]
    assert (city.assets.kind[ward], city.assets.special[ward], city.assets.sector[ward]) == ("hospital", "hospital", "health")
    assert (city.assets.capacity[ward], city.assets.unit[ward], city.assets.name[ward]) == (120, "beds", "General")
    assert (city.assets.kind[school], city.assets.special[school]) == ("school", "school")
    assert "town/node/22" not in found


def test_a_facility_on_a_crossing_has_an_id_of_its_own(write):
    station = f'<node id="8" version="1" lon="0.002" lat="0">{tags(amenity="fire_station")}</node>'
    city = imported(write, ([1, 2, 8], {"highway": "tertiary"}), extra=station)
    assert city.assets.id.tolist() == ["town/node/1", "town/node/8", "town/fire_station/node/8"]


def test_a_pbf_gives_the_same_as_its_xml(write, tmp_path):
    osmium = pytest.importorskip("osmium")
    xml = write("town.osm", town(MAIN, SIDE, signals=[2]))
    with osmium.SimpleWriter(str(tmp_path / "town.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(xml)):
            writer.add(thing)
    one, other = read([xml]), read([tmp_path / "town.osm.pbf"])
    assert one.assets.id.tolist() == other.assets.id.tolist()
    assert one.links.length == pytest.approx(other.links.length)


@pytest.mark.parametrize(("name", "text"), [("a.osm.pbf", "garbage"), ("a.osm", "garbage"), ("a.pbf", "")])
def test_damaged_files_are_bad_input(write, name, text):
    with pytest.raises(InputError, match="osmium cannot read it"):
        read([write(name, text)])


def test_a_file_without_roads_says_so(write):
    with pytest.raises(InputError, match="no roads for cars"):
        imported(write, ([1, 2], {"highway": "footway"}))


def test_the_centre_of_helsinki(test_data):
    city = read([test_data / "roads" / "Helsinki.osm.pbf"])
    assert city.crs == "EPSG:32635"
    assert len(city.links) == 772
    assert city.links.length.sum() == pytest.approx(21_183, abs=1)
    kinds = city.assets.kind.tolist()
    assert (kinds.count("signal"), kinds.count("clinic"), kinds.count("fire_station")) == (129, 4, 1)
    assert set(city.assets.node[city.assets.kind == "signal"]) <= set(city.assets.id)
