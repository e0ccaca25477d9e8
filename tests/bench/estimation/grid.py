"""Weighted least squares on case118 against pandapower: the same grid, the same readings, the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from stratum_core.estimation.grid.measurements import Measurements
from stratum_core.estimation.grid.trials import exact
from stratum_core.estimation.grid.wls import estimator, solve
from stratum_core.pipeline.validation.matpower_case import read_ac
from stratum_core.sectors.power.ac import AcFlow, AcProblem, ac_flow

from .. import Row, broken, faster, paired, version

BASE_MVA = 100.0
SETS = ("v", "p", "q", "p_from", "q_from")
SD = {"v": 0.004, "p": 0.01, "q": 0.01, "p_from": 0.008, "q_from": 0.008}


def rows() -> Iterator[Row]:
    """One case; the pattern of the equations is kept on our side, pandapower builds its own each time."""
    name = "WLS"
    if not (version("matpower") and version("pandapower")):
        yield broken(name, "matpower and pandapower are not both installed; install the extra 'test'")
        return
    problem = read_ac({"case": "matpower:case118"}, Path())[1]
    flow = ac_flow(problem)
    meters = exact(flow, np.flatnonzero(problem.reference), BASE_MVA, SETS, SD)
    value = meters.value + np.random.default_rng(3).standard_normal(len(meters)) * meters.sd
    ready = estimator(problem, meters, BASE_MVA)
    net = pandapower_net(problem, flow, meters, value, BASE_MVA)

    def theirs() -> None:
        pandapower_estimate(net)

    theirs()
    apart = float(np.abs(net.res_bus_est.vm_pu.to_numpy() - solve(ready, value).size).max())
    if not apart < 1e-5:
        yield broken(name, f"ours and pandapower differ by {apart:g} pu in a voltage")
        return
    size = f"case118, {len(meters)} measurements"
    peer, least = f"pandapower {version('pandapower')}", 10.0
    mine, other = paired(lambda: solve(ready, value, test=False), theirs)
    work = "state from a flat start, equations kept from one set of readings to the next; pandapower builds its own each time"
    yield faster(name, work, size, mine, other or 0.0, peer, least)
    whole, _ = paired(lambda: solve(estimator(problem, meters, BASE_MVA), value))
    yield faster("WLS, all", "the same with the equations built, observability, and normalised residuals of all measurements",
                 size, whole, other or 0.0, peer, 1.0)


def pandapower_estimate(net: Any, tolerance: float = 1e-6) -> bool:
    """Its estimator; version 3.3.3 asks NumPy for a name that 2.4 no longer has, so it is lent that name."""
    from pandapower.estimation import estimate

    with patch.object(np, "in1d", np.isin, create=True):
        return bool(estimate(net, init="flat", tolerance=tolerance, maximum_iterations=50)["success"])


def pandapower_net(problem: AcProblem, flow: AcFlow, meters: Measurements, value: np.ndarray, base: float) -> Any:
    """The same grid and readings as a pandapower net; its bus powers count consumption."""
    import pandapower
    from pandapower.converter.pypower.from_ppc import from_ppc

    net = from_ppc(_tables(problem, flow, base), f_hz=50, validate_conversion=False)
    branch = net._from_ppc_lookups["branch"]
    for kind, place, reading, sd in zip(meters.kind, meters.place, value, meters.sd, strict=True):
        what, scale = kind[0], 1.0 if kind == "v" else base
        if "_" not in kind:
            sign = 1.0 if kind == "v" else -1.0
            pandapower.create_measurement(net, what, "bus", sign * scale * reading, scale * sd, int(place))
            continue
        row = branch.iloc[int(place)]
        table, element = str(row["element_type"]), int(row["element"])
        at = int((problem.start if kind.endswith("from") else problem.end)[place])
        sides = {"line": {"from": "from_bus", "to": "to_bus"}, "trafo": {"hv": "hv_bus", "lv": "lv_bus"}}[table]
        side = next(name for name, column in sides.items() if int(net[table].at[element, column]) == at)
        pandapower.create_measurement(net, what, table, scale * reading, scale * sd, element, side=side)
    return net


def _tables(problem: AcProblem, flow: AcFlow, base: float) -> dict[str, Any]:
    buses, kv = len(problem.injection), 110.0
    bus = np.zeros((buses, 13))
    bus[:, 0], bus[:, 1], bus[:, 6], bus[:, 7], bus[:, 9], bus[:, 10] = np.arange(buses), 1, 1, 1, kv, 1
    bus[problem.reference, 1] = 3
    drawn = np.where(problem.reference, 0, -flow.injection)
    bus[:, 2], bus[:, 3], bus[:, 4], bus[:, 5] = drawn.real, drawn.imag, problem.shunt.real, -problem.shunt.imag
    bus[:, 11], bus[:, 12] = 2.0, 0.0
    at = np.flatnonzero(problem.reference)
    gen = np.zeros((len(at), 21))
    gen[:, 0], gen[:, 3], gen[:, 4], gen[:, 5], gen[:, 6], gen[:, 7], gen[:, 8] = at, 1e4, -1e4, problem.voltage[at], base, 1, 1e4
    branch = np.zeros((len(problem.start), 13))
    branch[:, 0], branch[:, 1] = problem.start, problem.end
    branch[:, 2], branch[:, 3] = problem.impedance.real * base, problem.impedance.imag * base
    branch[:, 4] = problem.charging / base
    turned = (problem.ratio != 1.0) | (problem.shift != 0.0)
    branch[:, 5:8] = 9999.0
    branch[:, 8], branch[:, 9] = np.where(turned, problem.ratio, 0.0), np.rad2deg(problem.shift)
    branch[:, 10], branch[:, 11], branch[:, 12] = problem.usable, -360, 360
    return {"version": "2", "baseMVA": base, "bus": bus, "gen": gen, "branch": branch}
