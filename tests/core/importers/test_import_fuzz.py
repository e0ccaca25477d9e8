"""Damaged files: whatever happens to a text, only an InputError may come out."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.importers import read

INP = """[JUNCTIONS]
J1 100 50 P1 ; comment
J2 90
[RESERVOIRS]
R1 300
[TANKS]
T1 150 5 2 10 20 0 V1
[PIPES]
P1 J1 J2 1000 12 130 0 Open
[PUMPS]
U1 R1 J1 HEAD C1 SPEED 1.2
[VALVES]
V1 J2 T1 6 PRV 40 0
[CURVES]
C1 600 150
V1 0 0
V1 20 1000
[STATUS]
V1 Closed
[DEMANDS]
J1 20
[OPTIONS]
Units LPS
Demand Multiplier 2
[COORDINATES]
J1 50 500
J2 51 500
R1 49 500
T1 51 505
[VERTICES]
P1 50.5 501
"""
MATPOWER = """function mpc = tiny
mpc.baseMVA = 200/2;
mpc.bus = [ % a comment
	1 3 50 10 0 0 1 1 0 100 1 1.1 0.9;
	2, 1, 1e2, 0, 0, 0, 1, 1, 0, 100, 1, 1.1, 0.9 ];
mpc.gen = [ 1 40 0 0 0 1 100 1 80 0; ];
mpc.branch = [
	1 2 0 1 0 0 0 0 0.9 0 1 -360 360;
	1 2 1/100 0.1 0 120 0 0 0 0 ...
	1 -360 360;
];
Sbase = mpc.baseMVA * 1e6;
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
mpc.bus_name = { 'North'; 'South' };
"""
TNTP = """<NUMBER OF LINKS> 2
<FIRST THRU NODE> 1
<END OF METADATA>
~\tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;
\t1\t2\t9000\t5280\t1.09\t0.15\t4\t4842\t0\t1\t;
\t2\t1\t9000\t5280\t1.09\t0.15\t4\t4842\t0\t1\t;
"""
CSV = "dependent,supplier,service,group,needed,buffer_h\nJ1,U1,power,,1,4\nJ2,U1,control,g,2,0.5"
CENSUS = "block,residents,lon,lat,children,use\nA,5,9,48,1,residential\nB,7,9.1,48,0,\n"
OSM = """<osm version="0.6"><node id="1" version="1" lon="9" lat="48"/><node id="2" version="1" lon="9.001" lat="48">
<tag k="highway" v="traffic_signals"/></node><node id="3" version="1" lon="9.002" lat="48"><tag k="amenity" v="clinic"/></node>
<way id="4" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="lanes" v="2"/></way>
<way id="5" version="1"><nd ref="2"/><nd ref="3"/><nd ref="1"/><nd ref="2"/><tag k="highway" v="road"/></way></osm>
"""

CHUNKS = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1e999",
        "nan",
        "x",
        ";",
        "[",
        "]",
        "'",
        '"',
        "%",
        "...",
        "~",
        "<",
        "\t",
        "\n",
        "\0",
        "é",
        ",",
        "/",
        "1/0",
        "^",
        "(",
        "[TANKS]",
        "mpc.bus(1,2) = 3",
        "*",
        "J1",
        "\ufeff",
        "9" * 400,
    ]
)


@st.composite
def damaged(draw, text):
    """``text`` with a few pieces cut out, replaced, doubled or torn off."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(text) - 1)))
        length = draw(st.integers(0, 30))
        text = text[:start] + draw(CHUNKS) + (text[start:] if draw(st.booleans()) else text[start + length :])
    return text


def _survives(name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode())
        with suppress(InputError):
            read([path], crs="none")


@pytest.mark.parametrize(("name", "text"), [("a.inp", INP), ("a.m", MATPOWER), ("a_net.tntp", TNTP), ("a.osm", OSM)])
def test_the_undamaged_text_is_understood(name, text, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    assert len(read([path], crs="none").assets) >= 2


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(damaged(INP))
def test_damaged_epanet_files(text):
    _survives("a.inp", text)


@QUICK
@given(damaged(MATPOWER))
def test_damaged_matpower_cases(text):
    _survives("a.m", text)


@QUICK
@given(damaged(TNTP))
def test_damaged_tntp_files(text):
    _survives("a_net.tntp", text)


@QUICK
@given(damaged(CSV))
def test_damaged_dependency_tables(text):
    _survives("a.csv", text)


@QUICK
@given(damaged(CENSUS))
def test_damaged_tables_of_people(text):
    _survives("census.csv", text)


@QUICK
@given(damaged(OSM))
def test_damaged_maps(text):
    _survives("town.osm", text)
