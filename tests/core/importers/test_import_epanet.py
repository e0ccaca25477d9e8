"""EPANET input files: units, start state, what a line may leave out, and what is refused."""

import math
from pathlib import Path

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read

SMALL = """[TITLE]
a [PIPES] word; in a title
[JUNCTIONS]
J1 100 50 P1 ; comment
J2 90
[RESERVOIRS]
R1 300
[TANKS]
T/1 150 5 2 10 20 0
[PIPES]
P1 J1 J2 1000 12 130 0 Open
P2 J2 T/1 500 8 100 0 CV
P3 J1 J2 10 8 100 0 Closed
[PUMPS]
U1 R1 J1 HEAD C1
U2 R1 J1 POWER 10
[VALVES]
V1 J1 J2 6 PRV 40 0
[CURVES]
C1 0 200
C1 600 150
C1 1200 0
[STATUS]
V1 Closed
U2 Closed
[CONTROLS]
LINK U2 OPEN IF NODE T/1 BELOW 3
[DEMANDS]
J1 20
J1 30
[OPTIONS]
Demand Multiplier 2
[COORDINATES]
J1 500000 5000000
J2 501000 5000000
R1 499000 5000000
T/1 501000 5000500
[VERTICES]
P1 500500 5000100
"""


def test_a_file_without_units_is_in_gallons_and_feet(write):
    city = read([write("town.inp", SMALL)], crs="EPSG:32632")
    assets = {city.assets.id[i]: city.assets.row(i) for i in range(len(city.assets))}
    links = {city.links.id[i]: city.links.row(i) for i in range(len(city.links))}
    assert assets["town/junction/J1"]["demand"] == pytest.approx(2 * 50 * 6.30902e-5, rel=1e-5)
    assert assets["town/junction/J1"]["z"] == pytest.approx(30.48)
    tank = assets["town/tank/T%2F1"]
    assert (tank["name"], tank["unit"]) == ("T/1", "m3")
    assert tank["capacity"] == pytest.approx(8 * 0.3048 * math.pi * (20 * 0.3048) ** 2 / 4)
    assert tank["level"] == pytest.approx(3 / 8)
    assert links["town/pipe/P1"]["diameter"] == pytest.approx(0.3048)
    assert links["town/pump/U1"]["capacity"] == pytest.approx(600 * 6.30902e-5, rel=1e-5)


def test_the_start_state_decides_what_is_closed(write):
    links = read([write("town.inp", SMALL)], crs="EPSG:32632").links
    state = dict(zip(links.id, links.closed, strict=True))
    assert state == {
        "town/pipe/P1": True,
        "town/pipe/P2": True,
        "town/pipe/P3": False,
        "town/pump/U1": True,
        "town/pump/U2": True,
        "town/valve/V1": False,
    }
    assert links.one_way[list(links.id).index("town/pipe/P2")]
    assert links.path[0].tolist() == [[500000, 5000000], [500500, 5000100], [501000, 5000000]]


@pytest.mark.parametrize(
    ("units", "flow", "length", "diameter"),
    [
        ("CFS", 0.028316846592, 0.3048, 0.0254),
        ("GPM", 6.30901964e-5, 0.3048, 0.0254),
        ("MGD", 0.0438126364, 0.3048, 0.0254),
        ("IMGD", 0.0526168, 0.3048, 0.0254),
        ("AFD", 0.0142764, 0.3048, 0.0254),
        ("LPS", 1e-3, 1, 1e-3),
        ("LPM", 1 / 6e4, 1, 1e-3),
        ("MLD", 1 / 86.4, 1, 1e-3),
        ("CMH", 1 / 3600, 1, 1e-3),
        ("CMD", 1 / 86400, 1, 1e-3),
    ],
)
def test_every_flow_unit_of_epanet(write, units, flow, length, diameter):
    city = read([write("u.inp", SMALL.replace("[OPTIONS]", f"[OPTIONS]\nUNITS {units}"))], crs="none")
    assert city.assets.demand[0] == pytest.approx(100 * flow, rel=1e-5)
    assert city.links.length[0] == pytest.approx(1000 * length)
    assert city.links.diameter[0] == pytest.approx(12 * diameter)


def test_a_volume_curve_replaces_the_diameter(write):
    text = SMALL.replace("T/1 150 5 2 10 20 0", "T/1 150 5 2 10 20 0 V").replace("[CURVES]", "[CURVES]\nV 0 0\nV 10 1000")
    city = read([write("v.inp", text.replace("[OPTIONS]", "[OPTIONS]\nUNITS LPS"))], crs="none")
    assert city.assets.capacity[city.assets.kind == "tank"] == pytest.approx([800])


def test_roughness_of_another_formula_is_left_out_and_said(write):
    city = read([write("d.inp", SMALL.replace("[OPTIONS]", "[OPTIONS]\nHEADLOSS D-W"))], crs="none")
    assert np.isnan(city.links.roughness).all()
    assert "D-W" in city.sources.notes[0]


def test_coordinates_without_a_system_ask_for_one(write):
    with pytest.raises(InputError, match="--crs"):
        read([write("town.inp", SMALL)])


def test_a_file_without_coordinates_is_drawn_as_a_schematic(write):
    text = SMALL.split("[COORDINATES]")[0]
    city, again = read([write("town.inp", text)]), read([write("town.inp", text)])
    assert city.crs == "none"
    assert np.isfinite(city.assets.x).all()
    assert city.assets.x.tolist() == again.assets.x.tolist()
    assert set(city.assets.assumed_fields) == {"x,y"}


def test_every_bad_row_is_named(write):
    text = (
        SMALL.replace("J2 90", "J2 high")
        .replace("P1 J1 J2 1000 12", "P1 J1 J9 1000 -12")
        .replace("HEAD C1", "HEAD C9")
        .replace("J1 20\n", "J8 20\n")
        .replace("T/1 150 5 2 10", "T/1 150 50 2 10")
    )
    with pytest.raises(RowErrors) as caught:
        read([write("town.inp", text)], crs="none")
    message = "\n".join(caught.value.rows)
    for part in (
        "'J2': elevation 'high'",
        "line 11, pipe 'P1': end 'J9'",
        "diameter -0.3048",
        "curve 'C9'",
        "demand 'J8'",
        "tank 'T/1'",
    ):
        assert part in message


def test_an_id_used_twice_is_refused(write):
    with pytest.raises(RowErrors, match="taken by another node"):
        read([write("town.inp", SMALL.replace("R1 300", "R1 300\nJ1 5"))], crs="none")


def test_an_unknown_unit_offers_the_nearest(write):
    with pytest.raises(InputError, match="Did you mean 'GPM'"):
        read([write("town.inp", SMALL + "[OPTIONS]\nUNITS GPMM")], crs="none")


def _same(ours, theirs, rel=1e-6):
    return np.testing.assert_allclose(np.array(ours, float), np.array(theirs, float), rtol=rel, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "Net1.inp",
        "Net3.inp",
        "water-ky4/ky4.inp",
        "water-ltown/L-TOWN.inp",
        "water-ctown-scada/c-town.inp",
        "shelby/water/water.inp",
    ],
)
def test_it_reads_what_wntr_reads(name, request):
    """Every junction, pipe, tank and their coordinates against WNTR's own reader."""
    wntr = pytest.importorskip("wntr")
    library = Path(wntr.__file__).parent / "library" / "networks"
    path = request.getfixturevalue("test_data") / name if "/" in name else library / name
    net, city = wntr.network.WaterNetworkModel(str(path)), read([path], crs="none")
    assets = {row: i for i, row in enumerate(city.assets.id)}
    links = {row: i for i, row in enumerate(city.links.id)}
    stem = path.stem
    assert len(city.assets) == net.num_nodes
    assert len(city.links) == net.num_links
    at = [assets[f"{stem}/junction/{n}"] for n in net.junction_name_list]
    factor = net.options.hydraulic.demand_multiplier
    _same(
        city.assets.demand[at], [sum(d.base_value for d in j.demand_timeseries_list) * factor for _, j in net.junctions()], 1e-5
    )
    _same(city.assets.z[at], [j.elevation for _, j in net.junctions()])
    _same(city.assets.x[at], [j.coordinates[0] for _, j in net.junctions()])
    pipes = [links[f"{stem}/pipe/{n}"] for n in net.pipe_name_list]
    for field in ("length", "diameter", "roughness"):
        _same(getattr(city.links, field)[pipes], [getattr(p, field) for _, p in net.pipes()])
    assert city.links.closed[pipes].tolist() == [p.initial_status.name != "Closed" for _, p in net.pipes()]
    assert city.links.start[pipes].tolist() == [
        city.resolve(
            next(
                f"{stem}/{k}/{p.start_node_name}"
                for k in ("junction", "tank", "reservoir")
                if f"{stem}/{k}/{p.start_node_name}" in assets
            )
        )
        for _, p in net.pipes()
    ]
    tanks = [assets[f"{stem}/tank/{n}"] for n in net.tank_name_list]
    _same(city.assets.capacity[tanks], [t.get_volume(t.max_level) - t.get_volume(t.min_level) for _, t in net.tanks()], 1e-4)
    _same(city.assets.level[tanks], [(t.init_level - t.min_level) / (t.max_level - t.min_level) for _, t in net.tanks()])
