"""DC outage screening against lightsim2grid's ContingencyAnalysis: same branches, same DC flow, one thread each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stratum_core.pipeline.validation.matpower_case import read_grid
from stratum_core.sectors.power.screening import Prepared, prepare, screen, screen_pairs, screened_flow

from .. import Row, broken, faster, paired, version
from .._peer_process import MISSING, PYTHON, PeerProcess, in_turn

#: cases, the least ratio of the sweep, and of the sweep with everything that prepares it
CASES = (("case118", 5.0, 1.0), ("case300", 5.0, 1.0), ("case1354pegase", 5.0, 2.5), ("case2869pegase", 5.0, 2.5))
PAIRS_PER_S = 2e6
_SIDES = (
    "ours: worst loading, its branch and the number of overloads of every outage; peer: angles and flows, compared with no "
    "rating; one thread each, KLU"
)
SCRIPT = "lightsim2grid_screening.py"


def rows() -> Iterator[Row]:
    """Sweep and build of four cases, then pairs of case118."""
    if not version("matpower"):
        yield broken("N-1 screening", "matpower is not installed; install the extra 'test'")
        return
    for name, sweep, build in CASES:
        yield from _case(name, sweep, build)
    yield _pairs("case118")


def _case(name: str, sweep: float, build: float) -> Iterator[Row]:
    problem = read_grid({"case": f"matpower:{name}"}, Path())
    ready = prepare(problem)
    rating = np.maximum(1.2 * np.abs(ready.flow), 0.05 * np.abs(ready.flow).max())
    outages = len(ready.factors.live) - int(ready.bridge[ready.factors.live].sum())
    size = f"{name}: {len(problem.buses):,} buses, {outages:,} outages"
    works = (
        ("N-1 sweep", f"all outages on a prepared grid; {_SIDES}", "sweep", sweep, lambda: screen(ready, rating=rating)),
        ("N-1 with build", f"the same from the grid's arrays; {_SIDES}", "build", build, lambda: screen(problem, rating=rating)),
    )
    if not PYTHON.exists():
        for title, work, _, least, call in works:
            seconds, _ = paired(call)
            yield Row(title, work, size, seconds, None, "", "s", None, f"at least {least:g} times as fast", None, MISSING)
        return
    with tempfile.TemporaryDirectory() as folder, PeerProcess(SCRIPT, str(hand_over(ready, folder))) as peer:
        if (reason := _disagreement(ready, peer, folder)) is not None:
            yield broken(f"N-1 screening of {name}", reason)
            return
        called = f"lightsim2grid {peer.ask('version')}"
        for title, work, word, least, call in works:
            yield faster(title, work, size, *in_turn(call, peer, word), called, least)


def hand_over(ready: Prepared, folder: str) -> Path:
    """The DC problem as arrays in a file: branches that carry power, injections, reference buses."""
    live, dc = ready.factors.live, ready.problem.dc
    path = Path(folder) / "grid.npz"
    np.savez(path, start=dc.branch_from[live], end=dc.branch_to[live], x=1.0 / ready.factors.susceptance,
             shift=ready.problem.shift[live], injection=ready.problem.generation - ready.problem.demand,
             slack=ready.factors.reference, bridge=ready.bridge[live], black=ready.factors.black)
    return path


def _disagreement(ready: Prepared, peer: PeerProcess, folder: str) -> str | None:
    peer.ask("flows")
    theirs = np.load(Path(folder) / "grid.flows.npy")
    live = ready.factors.live
    ours = screened_flow(ready, live[~ready.bridge[live]])[live].T
    apart = float(np.abs(np.abs(ours) - np.abs(theirs)).max())
    scale = float(np.abs(ours).max())
    return None if apart < 1e-6 * scale else f"ours and lightsim2grid differ by {apart:g} MW of {scale:g} MW"


def _pairs(name: str) -> Row:
    ready = prepare(read_grid({"case": f"matpower:{name}"}, Path()))
    rating = np.maximum(1.2 * np.abs(ready.flow), 0.05 * np.abs(ready.flow).max())
    pairs = screen_pairs(ready, rating=rating).screened
    called, theirs, note = "", None, MISSING
    if PYTHON.exists():
        with tempfile.TemporaryDirectory() as folder, PeerProcess(SCRIPT, str(hand_over(ready, folder))) as peer:
            called, note = f"lightsim2grid {peer.ask('version')}", ""
            seconds, theirs = in_turn(lambda: screen_pairs(ready, rating=rating), peer, "pairs")
    else:
        seconds, _ = paired(lambda: screen_pairs(ready, rating=rating))
    rate = pairs / seconds
    other = pairs / theirs if theirs else None
    work = "worst loading after both outages, building the factors included; peer: angles and flows; one thread each"
    target = f"at least {PAIRS_PER_S / 1e6:g} M pairs/s"
    return Row("N-2 pairs", work, f"{name}: {pairs:,} pairs", rate, other, called, "pairs/s", rate / other if other else None,
               target, rate >= PAIRS_PER_S, note)
