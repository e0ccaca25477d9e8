"""Pressure-driven hydraulics of a water network by EPANET 2.2, through WNTR, in a process of its own.

Demand is served in full above the required pressure, not at all below the least one, and by the square root of the share between
(Wagner, Shamir & Marks, J. Water Resources Planning and Management 114(3), 1988; EPANET 2.2 user's manual, section 3.3).
Components that are down are closed; sections that no open way joins to a reservoir or tank are isolated first: their demand is
taken out and they count as unserved, since a solver has no pressure to find there. Controls of the file hold, except on
what is down; leaks and water quality are left out. The process can be killed at any moment and needs no network.
"""

from __future__ import annotations

import multiprocessing
import pickle
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from stratum_core.errors import Cancelled, EngineError
from stratum_core.model.fields import Bools, Floats
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors.water.epanet_worker import ASKED, work
from stratum_core.sectors.water.fire_flow import FireTest

_POLL_S = 0.05


@dataclass(frozen=True)
class PressureSpec:
    """How demand depends on pressure (m of water); ``driven`` False: all demand is drawn whatever the pressure."""

    driven: bool = True
    least_m: float = 0.0
    required_m: float = 20.0
    exponent: float = 0.5

    def fraction(self, pressure: Floats) -> Floats:
        """Share of demand that a node at ``pressure`` (m) is given."""
        if not self.driven:
            return np.ones_like(pressure)
        found: Floats = np.clip((pressure - self.least_m) / (self.required_m - self.least_m), 0.0, 1.0) ** self.exponent
        return found


@dataclass(frozen=True)
class Outages:
    """What is down when: ids of nodes and links as the network file has them, and (hours + 1, names) by whole hour from 0.

    fire_hour: in which hydrants are tested, -1: in none.
    """

    names: tuple[str, ...]
    down: Bools
    fire_hour: int = -1

    @property
    def hours(self) -> int:
        """Hours to simulate."""
        return len(self.down) - 1


@dataclass(frozen=True)
class Hydraulics:
    """By whole hour from 0 (rows). nodes: ids; head, pressure: (hours + 1, nodes) m; demand: asked for, served: given, m3/s.

    links: ids; flow: (hours + 1, links) m3/s from start to end. isolated: (hours + 1, nodes), no open way to a source.
    balanced: (hours + 1,), False where EPANET gave up before its accuracy was reached. fire: (2, tested nodes) pressure (m)
    before and while a fire draws, NaN without water. spec: of demand by pressure.
    """

    nodes: tuple[str, ...]
    links: tuple[str, ...]
    head: Floats
    pressure: Floats
    demand: Floats
    served: Floats
    isolated: Bools
    flow: Floats
    balanced: Bools
    fire: Floats
    spec: PressureSpec

    @property
    def share(self) -> Floats:
        """(hours + 1, nodes) share of its demand that each node is given; by its pressure where nothing is asked for."""
        asked = self.demand > 0
        given = np.clip(self.served / np.where(asked, self.demand, 1.0), 0.0, 1.0)
        return np.where(asked, given, np.where(self.isolated, 0.0, self.spec.fraction(self.pressure)))


def nothing_down(hours: int) -> Outages:
    """The network as its file has it, for ``hours``."""
    return Outages((), np.zeros((hours + 1, 0), dtype=np.bool_))


def simulate(
    network: str,
    outages: Sequence[Outages],
    spec: PressureSpec | None = None,
    *,
    fire: FireTest | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[Hydraulics, ...]:
    """One simulation of ``network`` (text of an EPANET input file) for each of ``outages``.

    Raises EngineError with EPANET's words where it fails, Cancelled. Starts one process, and ends it whatever happens.
    """
    return _simulated([network], outages, spec or PressureSpec(), fire, progress, cancel or CancelToken())


def simulate_each(
    networks: Sequence[str], spec: PressureSpec | None = None, *, progress: Progress = silent, cancel: CancelToken | None = None
) -> tuple[Hydraulics, ...]:
    """The first hour of each of several networks, with nothing down, as ``simulate``."""
    return _simulated(networks, [nothing_down(0)], spec or PressureSpec(), None, progress, cancel or CancelToken())


def _simulated(
    networks: Sequence[str], outages: Sequence[Outages], spec: PressureSpec, fire: FireTest | None, progress: Progress,
    token: CancelToken,
) -> tuple[Hydraulics, ...]:
    token.check()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    model = (spec.driven, spec.least_m, spec.required_m, spec.exponent)
    runs = [(one.names, one.down, one.fire_hour if fire else -1) for one in outages]
    tested = (fire.nodes, fire.flow) if fire else ((), 0.0)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # by a file: a process that dies at its start would leave us writing into its full pipe for ever
        Path(folder, ASKED).write_bytes(pickle.dumps((tuple(networks), model, runs, tested)))
        process = context.Process(target=work, args=(theirs, folder), daemon=True)
        process.start()
        theirs.close()
        try:
            return tuple(_received(ours, len(networks) * len(outages), spec, progress, token))
        finally:
            process.kill()
            process.join()
            ours.close()


def _received(pipe: Connection, count: int, spec: PressureSpec, progress: Progress, token: CancelToken) -> list[Hydraulics]:
    found: list[Hydraulics] = []
    while len(found) < count:
        if token.cancelled:
            raise Cancelled("Cancelled; nothing was stored.")
        if not pipe.poll(_POLL_S):
            continue
        try:
            word, content = pipe.recv()
        except EOFError as error:
            raise EngineError("The hydraulics process ended without an answer; report this with the scenario.") from error
        if word == "error":
            raise EngineError(f"EPANET could not solve the water network: {content}")
        found.append(Hydraulics(**content, spec=spec))
        progress(len(found), count, "water hydraulics")
    return found
