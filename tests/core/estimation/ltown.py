"""L-Town's pressures by EPANET, with the true leak flows of early 2019 as demands at one end of their pipes.

The readings of the contest are not at hand, so they are simulated: the demands of the network's own week, each of 20 groups of
nodes moved by a noise of its own and all by one from day to day, and an error of 0.03 m in each pressure (both assumed).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import wntr

STEP_S, GROUPS = 1800, 20
START = datetime(2019, 1, 1)
#: from the set's own configuration: pipe, first and last moment of the leak
LEAKS = {"p523": (datetime(2019, 1, 15, 23), datetime(2019, 2, 1, 9, 50)), "p827": (datetime(2019, 1, 24, 18, 30),
         datetime(2019, 2, 7, 9, 5)), "p280": (datetime(2019, 2, 10, 13, 5), datetime(2019, 12, 31, 23, 55))}


def sensors(folder: Path) -> list[str]:
    """The pressure sensors that the configuration lists."""
    lines = (folder / "dataset_configuration_redacted.yaml").read_text().split("pressure_sensors:")[1].splitlines()[1:]
    found = []
    for line in lines:
        if not line.strip().startswith("- "):
            break
        found.append(line.strip()[2:])
    return found


def leak_flow(folder: Path, pipe: str, days: int) -> np.ndarray:
    """m3/s every step from the start of 2019."""
    book = openpyxl.load_workbook(folder / f"Leak_{pipe}.xlsx", read_only=True)
    rows = next(sheet for sheet in book if sheet.title != "Info").iter_rows(min_row=2, max_row=1 + days * 288, values_only=True)
    flow = np.array([float(row[1] or 0.0) for row in rows])
    return flow.reshape(-1, STEP_S // 300).mean(axis=1) / 3600.0


def simulate(folder: Path, days: int, seed: int, leaks: Mapping[str, np.ndarray]) -> np.ndarray:
    """(steps, sensors) pressures in m."""
    random, steps = np.random.default_rng(seed), days * 86400 // STEP_S
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = wntr.network.WaterNetworkModel(str(folder / "L-TOWN.inp"))
    week = {name: network.get_pattern(name).multipliers for name in network.pattern_name_list}
    every_day = np.repeat(random.normal(0, 0.03, days), 86400 // STEP_S)
    for group in range(GROUPS):
        noise, at = np.empty(steps), 0.0
        for t, drawn in enumerate(random.normal(0, 0.05, steps)):
            at = 0.8 * at + drawn
            noise[t] = at
        for name, values in week.items():
            own = np.repeat(values, 1 if len(values) > 1 else 2016).reshape(-1, STEP_S // 300).mean(axis=1)
            network.add_pattern(f"{name}-{group}", np.maximum(np.resize(own, steps) * (1 + noise + every_day), 0.0))
    for number, (_, node) in enumerate(network.junctions()):
        for demand in node.demand_timeseries_list:
            demand.pattern_name = f"{demand.pattern_name}-{number % GROUPS}"
    for pipe, flow in leaks.items():
        network.add_pattern(f"leak-{pipe}", flow[:steps])
        network.get_node(network.get_link(pipe).start_node_name).add_demand(1.0, f"leak-{pipe}")
    times = network.options.time
    times.duration, times.pattern_timestep = days * 86400 - STEP_S, STEP_S
    times.hydraulic_timestep = times.report_timestep = STEP_S
    import tempfile

    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = wntr.sim.EpanetSimulator(network).run_sim(file_prefix=str(Path(place) / "run")).node["pressure"]
    pressure = found[sensors(folder)].to_numpy()[:steps]
    return pressure + random.normal(0, 0.03, pressure.shape)


def write(path: Path, names: list[str], pressure: np.ndarray, leaking: np.ndarray) -> Path:
    """As CSV with a column ``leak``."""
    lines = [",".join(["time", *names, "leak"])]
    for t, (row, on) in enumerate(zip(pressure, leaking, strict=True)):
        lines.append(",".join([(START + timedelta(seconds=t * STEP_S)).isoformat(), *(f"{v:.2f}" for v in row), str(int(on))]))
    path.write_text("\n".join(lines) + "\n")
    return path


def tables(folder: Path, to: Path, days: int = 49) -> tuple[Path, Path]:
    """Seven weeks without new leaks, and seven weeks from the first of January 2019 with three."""
    names, steps = sensors(folder), days * 86400 // STEP_S
    background = {"p257": leak_flow(folder, "p257", days)}
    moments = [START + timedelta(seconds=t * STEP_S) for t in range(steps)]
    leaking = np.array([any(low <= moment <= high for low, high in LEAKS.values()) for moment in moments])
    flows = {pipe: leak_flow(folder, pipe, days) for pipe in LEAKS}
    normal = simulate(folder, days, 1, {"p257": np.full(steps, background["p257"][0])})
    judged = simulate(folder, days, 2, background | flows)
    return (write(to / "normal.csv", names, normal, np.zeros(steps, dtype=bool)),
            write(to / "leaks.csv", names, judged, leaking))
