"""30,000 vehicles on the Sioux Falls roads against UXsim's C++ engine: same roads, same demand, routes renewed as often."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stratum_core.importers import read
from stratum_core.population.traffic import Movement, RoadNetwork, Travellers
from stratum_core.population.traffic.network import network_from
from stratum_core.population.traffic.routing import shortest_path_trees

from .. import Row, broken, faster, paired
from .._peer_process import MISSING, PYTHON, PeerProcess, in_turn

SCRIPT = "uxsim_movement.py"
VEHICLES, HORIZON_S = 30_000, 30_000.0
#: drivers look for a new way every ten minutes, a quarter of them at a time
RENEW_S, CLASSES = 600.0, 4
# a lane as UXsim has it by default: capacity 0.8 veh/s
SPEED_MS, JAM_DENSITY, CAPACITY = 20.0, 0.2, 0.8
LEAST = 2.0
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Town:
    """Roads, and vehicles by pair of nodes, spread evenly over ``loading`` seconds. renew: drivers look for new ways."""

    network: RoadNetwork
    origin: npt.NDArray[np.int64]
    goal: npt.NDArray[np.int64]
    volume: npt.NDArray[np.int64]
    loading: float
    renew: bool

    def vehicles(self) -> tuple[Travellers, npt.NDArray[np.float64]]:
        """One traveller each with its class of information, and when it sets out."""
        pair = np.repeat(np.arange(len(self.volume)), self.volume)
        number = np.arange(len(pair)) - np.repeat(np.cumsum(self.volume) - self.volume, self.volume)
        table = self.goal[pair] * CLASSES + number % CLASSES
        return Travellers(self.origin[pair], table), number / self.volume[pair] * self.loading

    def ways(self, seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Next links to every node."""
        return shortest_path_trees(self.network, list(range(self.network.nodes)), seconds).next_link


def rows() -> Iterator[Row]:
    """The same routes for both, then each with its own route choice."""
    data = Path(os.environ.get("STRATUM_TEST_DATA") or ROOT.parent / "shared" / "data")
    net = data / "roads" / "tntp-SiouxFalls" / "SiouxFalls_net.tntp"
    if not net.is_file():
        yield broken("vehicles", "the Sioux Falls set is not on this machine; set STRATUM_TEST_DATA")
        return
    yield from _compared(sioux_falls(net, 4500.0, renew=False), "shortest ways for all", (1, 5))
    yield from _compared(sioux_falls(net, 3600.0, renew=False), "shortest ways for all in less time", (1, 5))
    yield from _compared(sioux_falls(net, 3600.0, renew=True), "ways renewed every ten minutes", (1,))


def _compared(town: Town, how: str, platoons: tuple[int, ...]) -> Iterator[Row]:
    """Seconds, and what came of it, against the peer."""
    size = f"{town.volume.sum():,} vehicles, {town.network.links} roads"
    target = f"at least {LEAST:g} times as fast"
    if not PYTHON.exists():
        seconds, _ = paired(lambda: simulate(town))
        yield Row("vehicles", how, size, seconds, None, "", "s", None, target, None, MISSING)
        return
    clearance, trip = simulate(town)
    work = f"{how}, to the last arrival; ours: building, routes and every vehicle; peer: its main loop alone"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.npz"
        hand_over(town, path)
        for deltan in platoons:
            with PeerProcess(SCRIPT, str(path), str(deltan)) as peer:
                called = f"UXsim {peer.ask('version')}, C++, {deltan} veh a platoon"
                measured = faster("vehicles", work, size, *in_turn(lambda: simulate(town), peer, "run"), called, LEAST)
                yield measured if deltan == 1 else replace(measured, met=None, target="none: the peer moves five as one")
                spread = (f"of the peer's vehicles {peer.ask('arrived')} arrive, the last by its seed at "
                          f"{peer.ask('least'):.0f} to {peer.ask('most'):.0f} s")
                for word, ours in (("clearance", clearance), ("trip", trip)):
                    theirs = float(str(peer.ask(word)))
                    close = abs(ours / theirs - 1) <= 0.05 if deltan == 1 else None
                    yield Row(word, f"{how}; {spread}", size, ours, theirs, called, "s", theirs / ours,
                              "within 5 % of the peer at 1 veh a platoon", close)


def sioux_falls(net: Path, loading: float, *, renew: bool) -> Town:
    """The roads of the net file, a lane each, as long as their minutes make them; the same volume for every pair of nodes."""
    links = read([net], crs="none").links
    names = sorted({*links.start, *links.end}, key=lambda name: int(name.rsplit("/", 1)[-1]))
    at = {name: i for i, name in enumerate(names)}
    tail, head = ([at[name] for name in ends] for ends in (links.start, links.end))
    network = network_from(tail, head, links.free_flow_time * SPEED_MS / 4, speed=SPEED_MS, jam_density=JAM_DENSITY,
                           capacity=CAPACITY)
    origin, goal = np.divmod(np.arange(network.nodes**2), network.nodes)
    apart = origin != goal
    volume = np.full(int(apart.sum()), VEHICLES // int(apart.sum()))
    return Town(network, origin[apart], goal[apart], volume, loading, renew)


def simulate(town: Town) -> tuple[float, float]:
    """Move everybody to their goal: when the last arrives, and how long they were on the way in the mean (s)."""
    travellers, times = town.vehicles()
    tables = np.repeat(town.ways(town.network.free_time), CLASSES, axis=0)
    movement = Movement(town.network, travellers, tables, origins_first=True)  # as the peer does
    movement.depart(np.arange(len(times)), times)
    step, renewed = RENEW_S / CLASSES, 0
    while not movement.over:
        movement.advance(movement.now + step if town.renew else np.inf)
        if town.renew:
            tables[renewed % CLASSES::CLASSES] = town.ways(movement.travel_times())
            movement.change(tables=tables)
            renewed += 1
    assert movement.counts().arrived == len(times), "gridlock"
    agents = movement.agents
    return float(agents.arrived.max()), float((agents.arrived - agents.departed).mean())


def hand_over(town: Town, path: Path) -> None:
    """The town as arrays for the peer."""
    network = town.network
    ways = {} if town.renew else {"next_link": town.ways(network.free_time)}
    np.savez(path, tail=network.tail, head=network.head, length=network.length, speed=network.speed, nodes=network.nodes,
             jam_density=network.jam_density, origin=town.origin, goal=town.goal, volume=town.volume, loading=town.loading,
             horizon=HORIZON_S, **ways)
