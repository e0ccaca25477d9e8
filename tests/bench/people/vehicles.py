"""30,000 vehicles on the Sioux Falls roads against UXsim's C++ engine: same roads, same demand, routes renewed as often."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stratum_core.importers.reading import read
from stratum_core.population.traffic import Movement, RoadNetwork, Travellers
from stratum_core.population.traffic.network import network_from
from stratum_core.population.traffic.routing import shortest_path_trees

from .. import Row, broken, faster, paired
from .._peer_process import MISSING, PYTHON, PeerProcess, in_turn

SCRIPT = "uxsim_movement.py"
VEHICLES, LOADING_S, HORIZON_S = 30_000, 5400.0, 30_000.0
#: drivers look for a new way every ten minutes, a quarter of them at a time
RENEW_S, CLASSES = 600.0, 4
# a lane as UXsim has it by default: capacity 0.8 veh/s
SPEED_MS, JAM_DENSITY, CAPACITY = 20.0, 0.2, 0.8
LEAST = 2.0
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Town:
    """Roads, and vehicles by pair of nodes, spread evenly over the loading time."""

    network: RoadNetwork
    origin: npt.NDArray[np.int64]
    goal: npt.NDArray[np.int64]
    volume: npt.NDArray[np.int64]

    def vehicles(self) -> tuple[Travellers, npt.NDArray[np.float64]]:
        """One traveller each with its class of information, and when it sets out."""
        pair = np.repeat(np.arange(len(self.volume)), self.volume)
        number = np.arange(len(pair)) - np.repeat(np.cumsum(self.volume) - self.volume, self.volume)
        table = self.goal[pair] * CLASSES + number % CLASSES
        return Travellers(self.origin[pair], table), number / self.volume[pair] * LOADING_S


def rows() -> Iterator[Row]:
    """Speed against the peer at its finest and at its default platoon, and the clearance of both."""
    net = Path(os.environ.get("STRATUM_TEST_DATA") or ROOT.parent / "shared" / "data") / "roads/tntp-SiouxFalls/SiouxFalls_net.tntp"
    if not net.is_file():
        yield broken("vehicles", "the Sioux Falls set is not on this machine; set STRATUM_TEST_DATA")
        return
    town = sioux_falls(net)
    count = int(town.volume.sum())
    size = f"{count:,} vehicles, {town.network.links} roads"
    if not PYTHON.exists():
        seconds, _ = paired(lambda: simulate(town))
        yield Row("vehicles", "until the last has arrived", size, seconds, None, "", "s", None, f"at least {LEAST:g} times as fast",
                  None, MISSING)
        return
    ours = simulate(town)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.npz"
        hand_over(town, path)
        for deltan in (1, 5):
            with PeerProcess(SCRIPT, str(path), str(deltan)) as peer:
                called = f"UXsim {peer.ask('version')}, C++, {deltan} veh a platoon"
                work = "until the last has arrived; ours: building, routes and every vehicle; peer: its main loop alone"
                yield faster("vehicles", work, size, *in_turn(lambda: simulate(town), peer, "run"), called, LEAST)
                theirs = float(str(peer.ask("clearance")))
                close = abs(ours / theirs - 1) <= 0.05
                yield Row("clearance", f"when the last arrives; {peer.ask('arrived')} of the peer's have", size, ours, theirs, called,
                          "s", theirs / ours, "within 5 % of each other", close)


def sioux_falls(net: Path) -> Town:
    """The roads of the net file, a lane each, as long as their minutes make them; the same volume for every pair of nodes."""
    links = read([net], crs="none").links
    names = sorted({*links.start, *links.end}, key=lambda name: int(name.rsplit("/", 1)[-1]))
    at = {name: i for i, name in enumerate(names)}
    network = network_from([at[name] for name in links.start], [at[name] for name in links.end], links.free_flow_time * SPEED_MS / 4,
                           speed=SPEED_MS, jam_density=JAM_DENSITY, capacity=CAPACITY)
    origin, goal = np.divmod(np.arange(network.nodes**2), network.nodes)
    apart = origin != goal
    volume = np.full(int(apart.sum()), VEHICLES // int(apart.sum()))
    return Town(network, origin[apart], goal[apart], volume)


def simulate(town: Town) -> float:
    """Move everybody to their goal; when the last arrives (s)."""
    travellers, times = town.vehicles()
    goals = list(range(town.network.nodes))
    first = shortest_path_trees(town.network, goals, town.network.free_time).next_link
    tables = np.repeat(first, CLASSES, axis=0)
    movement = Movement(town.network, travellers, tables)
    movement.depart(np.arange(len(times)), times)
    step, renewed = RENEW_S / CLASSES, 0
    while not movement.over:
        movement.advance(movement.now + step)
        tables[renewed % CLASSES::CLASSES] = shortest_path_trees(town.network, goals, movement.travel_times()).next_link
        movement.change(tables=tables)
        renewed += 1
    assert movement.counts().arrived == len(times), "gridlock"
    return float(movement.agents.arrived.max())


def hand_over(town: Town, path: Path) -> None:
    """The town as arrays for the peer."""
    network = town.network
    np.savez(path, tail=network.tail, head=network.head, length=network.length, speed=network.speed, jam_density=network.jam_density,
             nodes=network.nodes, origin=town.origin, goal=town.goal, volume=town.volume, loading=LOADING_S, horizon=HORIZON_S)
