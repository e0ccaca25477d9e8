"""TNTP road networks: the node file beside the net, names as ids, and companions that are left out."""

import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read

NET = """<NUMBER OF ZONES> 2\t\t
<NUMBER OF LINKS>3\t\t
<END OF METADATA>\t

~ \tInit node\tTerm node\tCapacity\tLength\tFree Flow Time\tB\tPower\tSpeed limit\tToll\tType\tid\t;
T_1\tT_2\t6600\t3.2\t1.5\t0.15\t4\t0\t0\t1\tT_L0\t;
\tT_2\tT_1\t6600\t3.2\t1.5\t0.15\t4\t0\t0\t1\tT_L1\t;
T_1\tT_2\t100\t3.2\t2\t0.15\t4\t0\t0\t1\tT_L2\t;\t\t
"""
NODES = "Node\tX\tY\t;\nT_1\t100\t200\t;\nT_2\t400\t600\t;\n"
TRIPS = "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 5\n<END OF METADATA>\nOrigin T_1\n T_2 : 5.0;\n"


def test_roads_have_their_two_ends_as_id(write):
    write("town_node.tntp", NODES)
    city = read([write("town_net.tntp", NET)], crs="EPSG:32632")
    assert city.assets.id.tolist() == ["town/node/T_1", "town/node/T_2"]
    assert city.links.id.tolist() == ["town/link/T_1-T_2", "town/link/T_2-T_1", "town/link/T_1-T_2-2"]
    assert city.links.name.tolist() == ["T_L0", "T_L1", "T_L2"]
    assert city.links.capacity.tolist() == [6600, 6600, 100]
    assert city.links.free_flow_time.tolist() == [90, 90, 120]
    assert city.links.length == pytest.approx([500, 500, 500])
    assert set(city.links.assumed_fields) == {"free_flow_time"}
    assert city.links.one_way.all()


@pytest.mark.parametrize("given", [True, False])
def test_trips_come_with_the_net_given_or_beside_it(write, given):
    files = [write("town_net.tntp", NET), write("town_node.tntp", NODES), write("town_trips.tntp", TRIPS)]
    city = read(files if given else files[:1], crs="none")
    assert city.trips.id.tolist() == ["town/trips/T_1-T_2"]
    assert (city.trips.origin[0], city.trips.destination[0]) == ("town/node/T_1", "town/node/T_2")
    assert city.trips.vehicles.tolist() == [5]
    assert "trips count as vehicles per hour" in city.sources.notes[0]
    assert len(city.sources) == 1


def test_how_roads_slow_down_is_kept(write):
    city = read([write("town_net.tntp", NET)])
    assert city.links.delay_factor.tolist() == [0.15] * 3
    assert city.links.delay_power.tolist() == [4] * 3


def test_nodes_before_the_first_through_node_are_zones(write):
    text = NET.replace("T_", "").replace("<NUMBER OF LINKS>", "<FIRST THRU NODE> 2\n<NUMBER OF LINKS>")
    assert read([write("town_net.tntp", text)]).assets.kind.tolist() == ["zone", "crossing"]


def test_trips_between_unknown_nodes_are_refused(write):
    write("town_trips.tntp", TRIPS.replace("T_2 :", "T_9 :"))
    with pytest.raises(RowErrors) as caught:
        read([write("town_net.tntp", NET)])
    assert "T_9" in caught.value.rows[0]


@pytest.mark.parametrize(
    ("name", "text"), [("town_trips.tntp", TRIPS), ("town_flow.tntp", "From To Volume\n1 2 3\n"), ("town_node.tntp", NODES)]
)
def test_a_companion_alone_asks_for_the_net(write, name, text):
    with pytest.raises(InputError, match=r"town_net\.tntp"):
        read([write(name, text)], crs="none")


def test_points_of_geojson_bring_their_coordinate_system(write):
    features = [f'{{"properties":{{"id":"T_{n}"}},"geometry":{{"type":"Point","coordinates":[{n},50]}}}}' for n in (1, 2)]
    write("Town_nodes.geojson", f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}')
    assert read([write("Town_net.tntp", NET)]).crs == "EPSG:32631"


def test_a_net_without_nodes_is_drawn_as_a_schematic(write):
    city = read([write("town_net.tntp", NET)])
    assert city.crs == "none"
    assert set(city.assets.assumed_fields) == {"x,y"}


def test_a_count_that_does_not_hold_is_noted(write):
    assert "announces 9" in read([write("t_net.tntp", NET.replace("LINKS>3", "LINKS> 9"))]).sources.notes[0]


def test_every_bad_row_is_named(write):
    write("town_node.tntp", NODES + "T_2 1 1 ;\nT_3 east 1 ;\n")
    text = NET.replace("T_L0", "T_L0").replace("100\t3.2\t2\t", "many\t3.2\t2\t") + "T_1\tT_2\t;\n"
    with pytest.raises(RowErrors) as caught:
        read([write("town_net.tntp", text)], crs="none")
    message = "\n".join(caught.value.rows)
    assert len(caught.value.rows) == 4
    for part in ("capacity 'many'", "line 9: a road needs", "node 'T_2': the node is listed twice", "X 'east'"):
        assert part in message


@pytest.mark.parametrize(
    ("name", "nodes", "roads", "crs"),
    [
        ("roads/tntp-SiouxFalls/SiouxFalls_net.tntp", 24, 76, "EPSG:4326"),
        ("roads/tntp-Anaheim/Anaheim_net.tntp", 416, 914, None),
        ("shelby/transport/transpo_net.tntp", 191, 589, "EPSG:3857"),
        ("simple-in2/transpo_net.tntp", 9, 22, "none"),
    ],
)
def test_real_networks(test_data, name, nodes, roads, crs):
    city = read([test_data / name], crs=crs)
    assert (len(city.assets), len(city.links)) == (nodes, roads)
    assert (city.links.length > 0).all()
