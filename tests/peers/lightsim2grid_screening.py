"""lightsim2grid's ContingencyAnalysis on a grid handed over as arrays; runs in the environment of the peers.

    python lightsim2grid_screening.py GRID.npz

Reads one word a line from standard input and answers one line of JSON each: ``version``; ``flows`` (writes GRID.flows.npy,
one row an outage, and answers its shape); ``sweep``, ``build`` or ``pairs`` (seconds of one call, the mean over as many as
fill 0.2 s).
One thread, KLU, nothing but the calls themselves is measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import lightsim2grid
import numpy as np
from lightsim2grid.contingencyAnalysis import AlgorithmType, ContingencyAnalysisCPP
from lightsim2grid.network import LSGrid

SPAN_S = 0.2


class Peer:
    """The same DC problem: lines without a phase shift first, then those with one, as lightsim2grid numbers them."""

    def __init__(self, data: dict[str, np.ndarray]) -> None:
        shifted = data["shift"] != 0
        self.order = np.concatenate([np.flatnonzero(~shifted), np.flatnonzero(shifted)])
        self.outages = [int(i) for i in np.flatnonzero(~data["bridge"][self.order])]
        self.start = np.ones(len(data["injection"]), dtype=complex)
        self.model = _model(data, np.flatnonzero(~shifted), np.flatnonzero(shifted))
        if not len(self.model.dc_pf(self.start, 10, 1e-8)):
            raise RuntimeError("lightsim2grid finds no DC solution")
        self.ready = self.analysis()
        self.ready.compute(self.start, 10, 1e-8)

    def analysis(self) -> ContingencyAnalysisCPP:
        """A fresh analysis of all outages."""
        made = ContingencyAnalysisCPP(self.model)
        made.change_algorithm(AlgorithmType.DC_KLU)
        made.add_multiple_n1(self.outages)
        return made

    def run(self, analysis: ContingencyAnalysisCPP) -> np.ndarray:
        """Voltages and flows of every outage."""
        analysis.compute(self.start, 10, 1e-8)
        return analysis.compute_power_flows()

    def sweep(self) -> None:
        """Again, with all that was prepared before."""
        self.ready.clear_results_only()
        self.run(self.ready)

    def build(self) -> None:
        """From the grid model."""
        self.run(self.analysis())

    def pairs(self) -> Callable[[], None]:
        """All pairs of the outages, prepared."""
        made = ContingencyAnalysisCPP(self.model)
        made.change_algorithm(AlgorithmType.DC_KLU)
        for pair in combinations(self.outages, 2):
            made.add_nk(list(pair))
        made.compute(self.start, 10, 1e-8)

        def again() -> None:
            made.clear_results_only()
            self.run(made)

        return again


def _model(data: dict[str, np.ndarray], lines: np.ndarray, shifters: np.ndarray) -> LSGrid:
    model, buses, slacks = LSGrid(), len(data["injection"]), len(data["slack"])
    model.set_sn_mva(1.0)
    model.set_init_vm_pu(1.0)
    model.init_bus(buses, 1, np.ones(buses), len(lines), len(shifters))
    start, end = data["start"].astype(np.int32), data["end"].astype(np.int32)
    none, no_shunt = np.zeros(len(data["x"])), np.zeros(len(data["x"]), dtype=complex)
    model.init_powerlines(none[lines], data["x"][lines], no_shunt[lines], start[lines], end[lines])
    degrees = np.rad2deg(data["shift"][shifters])
    model.init_trafo(none[shifters], data["x"][shifters], no_shunt[shifters], none[shifters] + 1.0, degrees,
                     [True] * len(shifters), start[shifters], end[shifters], True)
    model.init_loads(-data["injection"], np.zeros(buses), np.arange(buses, dtype=np.int32))
    zero = np.zeros(slacks)
    model.init_generators(zero, zero + 1.0, zero - 1e9, zero + 1e9, data["slack"].astype(np.int32))
    for number in range(slacks):
        model.add_gen_slackbus(number, 1.0)
    model.init_bus_status()
    for bus in np.flatnonzero(data["black"]):
        model.deactivate_load(int(bus))
        model.deactivate_bus(int(bus))
    model.change_algorithm(AlgorithmType.DC_KLU)
    return model


def seconds(call: Callable[[], object]) -> float:
    """Mean seconds of one call."""
    calls, started = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        if (spent := time.perf_counter() - started) >= SPAN_S:
            return spent / calls


def main(path: Path) -> None:
    """Answer questions until standard input ends."""
    peer = Peer(dict(np.load(path)))
    pairs: Callable[[], None] | None = None
    for line in sys.stdin:
        word = line.strip()
        answer: object
        if word == "version":
            answer = lightsim2grid.__version__
        elif word == "flows":
            flows = np.empty((len(peer.outages), len(peer.order)))
            flows[:, peer.order] = peer.run(peer.ready)
            np.save(path.with_suffix(".flows.npy"), flows[np.argsort(peer.order[peer.outages])])
            answer = flows.shape
        else:
            if word == "pairs" and pairs is None:
                pairs = peer.pairs()
            answer = seconds(pairs if word == "pairs" and pairs else getattr(peer, word))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
