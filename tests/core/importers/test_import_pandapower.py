"""pandapower nets: old and new geodata, switches, ratings, and what is refused."""

import json
import math

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read


def _frame(columns, *rows, index=None):
    inner = {"columns": columns.split(), "index": index or list(range(len(rows))), "data": [list(row) for row in rows]}
    return {"_module": "pandas.core.frame", "_class": "DataFrame", "_object": json.dumps(inner), "orient": "split"}


def _net(**frames):
    return {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": frames}


def _point(x, y):
    return json.dumps({"type": "Point", "coordinates": [x, y]})


def _tables():
    path = {"type": "LineString", "coordinates": [[8.0, 48.0], [8.01, 48.01], [8.02, 48.0]]}
    return {
        "bus": _frame(
            "name vn_kv zone in_service geo",
            ("A/1", 110, None, True, _point(8.0, 48.0)),
            ("B", 20.0, "west", True, _point(8.02, 48.0)),
            ("C", 20.0, None, True, _point(8.03, 48.0)),
            index=[4, 7, 9],
        ),
        "line": _frame(
            "name from_bus to_bus length_km r_ohm_per_km x_ohm_per_km max_i_ka df parallel type in_service geo",
            ("L", 7, 9, 2.0, 0.2, 0.1, 0.3, 0.9, 2, "cs", True, path),
            (None, 7, 9, 2.0, 0.2, 0.1, None, 1.0, 1, "ol", True, None),
        ),
        "trafo": _frame(
            "name hv_bus lv_bus sn_mva vn_hv_kv vn_lv_kv vk_percent vkr_percent shift_degree tap_side tap_neutral "
            "tap_step_percent tap_pos parallel df in_service",
            ("T", 4, 7, 25.0, 110, 20, 10.0, 6.0, 150, "hv", 0, 1.5, -2, 1, 1.0, True),
        ),
        "load": _frame("name bus p_mw q_mvar scaling in_service", ("home", 9, 0.5, 0.1, 0.6, True)),
        "motor": _frame(
            "name bus pn_mech_mw loading_percent efficiency_percent scaling in_service", ("M", 9, 0.9, 50, 90, 2, True)
        ),
        "sgen": _frame("name bus p_mw scaling in_service", ("PV", 9, 0.3, 0.5, False)),
        "gen": _frame("name bus p_mw max_p_mw scaling in_service", ("G", 7, 5.0, 20.0, 1.0, True)),
        "ext_grid": _frame("name bus vm_pu in_service", ("grid", 4, 1.0, True)),
        "switch": _frame(
            "name bus element et type closed z_ohm",
            ("S", 7, 9, "b", "CB", False, 0.0),
            ("x", 7, 1, "l", "CB", False, 0.0),
            ("y", 4, 0, "t", "CB", True, 0.0),
        ),
    }


def _write(write, tables, name="grid.json"):
    return write(name, json.dumps(_net(**tables)))


def test_elements_become_assets_by_table_and_index(write):
    city = read([_write(write, _tables())])
    rows = {city.assets.id[i]: city.assets.row(i) for i in range(len(city.assets))}
    assert (rows["grid/bus/4"]["name"], rows["grid/bus/7"]["zone"], rows["grid/bus/4"]["voltage"]) == ("A/1", "west", 110e3)
    assert (rows["grid/load/0"]["demand"], rows["grid/load/0"]["node"]) == (pytest.approx(0.3e6), "grid/bus/9")
    assert rows["grid/motor/0"]["demand"] == pytest.approx(1e6)
    assert (rows["grid/sgen/0"]["capacity"], rows["grid/sgen/0"]["in_service"]) == (pytest.approx(0.15e6), False)
    assert (rows["grid/gen/0"]["capacity"], rows["grid/gen/0"]["level"]) == (20e6, 0.25)
    assert np.isnan(rows["grid/ext_grid/0"]["capacity"])
    assert rows["grid/load/0"]["x"] == rows["grid/bus/9"]["x"]


def test_branches_have_ohms_ratings_and_switch_states(write):
    city = read([_write(write, _tables())])
    rows = {city.links.id[i]: city.links.row(i) for i in range(len(city.links))}
    assert set(rows) == {"grid/line/0", "grid/line/1", "grid/trafo/0", "grid/switch/0"}
    line, overhead, trafo, switch = (rows[f"grid/{name}"] for name in ("line/0", "line/1", "trafo/0", "switch/0"))
    assert (line["kind"], line["length"], line["resistance"], line["reactance"]) == (
        "cable",
        2000,
        pytest.approx(0.2),
        pytest.approx(0.1),
    )
    assert line["capacity"] == pytest.approx(math.sqrt(3) * 20e3 * 300 * 0.9 * 2)
    assert (overhead["kind"], overhead["closed"], np.isnan(overhead["capacity"])) == ("line", False, True)
    assert (trafo["start"], trafo["end"], trafo["closed"]) == ("grid/bus/4", "grid/bus/7", True)
    assert trafo["resistance"] == pytest.approx(0.06 * 110**2 / 25)
    assert trafo["reactance"] == pytest.approx(0.08 * 110**2 / 25)
    assert (trafo["ratio"], trafo["shift"]) == (pytest.approx(0.97), 150)
    assert (switch["start"], switch["end"], switch["closed"]) == ("grid/bus/7", "grid/bus/9", False)


def test_geojson_is_longitude_and_latitude_by_its_standard(write):
    city = read([_write(write, _tables())])
    assert city.crs == "EPSG:32632"
    assert city.assets.x[0] == pytest.approx(425450, abs=500)
    assert len(city.links.path[0]) == 3


def test_positions_that_are_no_longitude_ask_for_their_system(write):
    tables = _tables() | {
        "bus": _frame(
            "name vn_kv geo",
            ("A", 110, _point(-1e7, 4e6)),
            ("B", 20, _point(-1e7, 4e6)),
            ("C", 20, _point(-1e7, 4e6)),
            index=[4, 7, 9],
        )
    }
    del tables["line"]
    with pytest.raises(InputError, match="--crs"):
        read([_write(write, tables)])
    assert read([_write(write, tables)], crs="EPSG:3857").crs == "EPSG:32616"


def test_old_geodata_tables_are_read(write):
    tables = _tables()
    tables["bus"] = _frame("name vn_kv", ("A", 110), ("B", 20), ("C", 20), index=[4, 7, 9])
    tables["bus_geodata"] = _frame("x y coords", (1.0, 2.0, None), (3.0, 4.0, None), (5.0, 6.0, None), index=[4, 7, 9])
    tables["line_geodata"] = _frame("coords", ([[3, 4], [4, 4], [5, 6]],))
    tables["line"] = _frame("from_bus to_bus length_km r_ohm_per_km x_ohm_per_km", (7, 9, 1, 1, 1))
    city = read([_write(write, tables)], crs="none")
    assert city.assets.x[:3].tolist() == [1, 3, 5]
    assert city.links.path[0].tolist() == [[3, 4], [4, 4], [5, 6]]


def test_every_bad_row_is_named(write):
    tables = _tables()
    tables["load"] = _frame("name bus p_mw scaling", ("one", 5, 1.0, 1.0), ("two", 9, "much", 1.0))
    tables["trafo"] = _frame("name hv_bus lv_bus sn_mva vn_hv_kv vn_lv_kv vk_percent vkr_percent", ("T", 4, 7, 0, 110, 20, 10, 6))
    with pytest.raises(RowErrors) as caught:
        read([_write(write, tables)])
    assert len(caught.value.rows) == 3
    for part in ("load 0, 'one': bus '5'", "load 1, 'two': p_mw 'much'", "trafo 0, 'T': sn_mva"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "[" * 100000,
        '{"_class": "pandapowerNet"}',
        '{"_class": "pandapowerNet", "_object": 3}',
        '{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": "x"}}}',
    ],
)
def test_broken_files_are_refused_in_words(write, text):
    with pytest.raises(InputError):
        read([write("grid.json", text)])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["schutterwald/mv_oberrhein.json", "schutterwald/lv_schutterwald.json", "shelby/power/power.json"]
)
def test_it_reads_what_pandapower_reads(name, test_data):
    """Every element against pandapower's reader, and transformer reactances against the case that it solves."""
    pandapower = pytest.importorskip("pandapower")
    net, city = pandapower.from_json(str(test_data / name)), read([test_data / name], crs="EPSG:3857")
    kinds = {kind: int((city.assets.kind == kind).sum()) for kind in ("bus", "load", "motor", "external_grid")}
    assert kinds == {"bus": len(net.bus), "load": len(net.load), "motor": len(net.motor), "external_grid": len(net.ext_grid)}
    assert (city.links.kind == "switch").sum() == (net.switch.et == "b").sum()
    assert np.nansum(city.assets.demand[city.assets.kind == "load"]) == pytest.approx(
        (net.load.p_mw * net.load.scaling).sum() * 1e6
    )
    lines, trafos = np.isin(city.links.kind.astype(str), ["line", "cable"]), city.links.kind == "transformer"
    np.testing.assert_allclose(city.links.reactance[lines], net.line.x_ohm_per_km * net.line.length_km / net.line.parallel)
    open_lines = set(net.switch.element[(net.switch.et == "l") & ~net.switch.closed])
    assert (~city.links.closed[lines]).sum() == len(open_lines)
    pandapower.rundcpp(net)
    branch = net._ppc["branch"].real[len(net.line) : len(net.line) + len(net.trafo)]
    alone = net.trafo.in_service.to_numpy()
    np.testing.assert_allclose((np.abs(city.links.ratio[trafos]))[alone], branch[alone, 8], rtol=1e-9)


def test_the_grid_of_shelby_is_whole(test_data):
    city = read([test_data / "shelby/power/power.json"], crs="EPSG:3857")
    counted = {
        kind: int((np.concatenate([city.assets.kind, city.links.kind]) == kind).sum())
        for kind in ("bus", "load", "motor", "external_grid", "line", "transformer", "switch")
    }
    assert counted == {"bus": 295, "load": 37, "motor": 14, "external_grid": 8, "line": 73, "transformer": 45, "switch": 191}
    assert np.nansum(city.assets.demand[city.assets.kind == "load"]) == pytest.approx(1003e6, rel=2e-3)
