"""UXsim's C++ engine on a network and demand handed over as arrays; runs in the environment of the peers.

    python uxsim_movement.py TOWN.npz DELTAN

Reads one word a line from standard input and answers one line of JSON each: ``version``; ``clearance`` (seconds at which the
last vehicle arrives) and ``trip`` (mean seconds from departure to arrival), means over five seeds, as its merges are drawn;
``least`` and ``most`` (clearance); ``arrived`` (vehicles); ``run`` (seconds of the main loop alone, up to the clearance).
Logging and printing are off, one thread.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import uxsim

SEEDS = 5


class Peer:
    """The same roads and demand by pair of nodes; routes by ``next_link``, else its own choice, renewed every ten minutes."""

    def __init__(self, path: str, deltan: int) -> None:
        self.town = dict(np.load(path))
        self.deltan = deltan
        self.horizon = float(self.town["horizon"])
        worlds = [self.loop(seed)[1] for seed in range(1, SEEDS + 1)]
        clearances = [max(vehicle.arrival_time * world.DELTAT for vehicle in world.VEHICLES.values()) for world in worlds]
        arrived = [[v.travel_time for v in world.VEHICLES.values() if v.arrival_time > 0] for world in worlds]
        self.answers = {
            "version": uxsim.__version__, "clearance": float(np.mean(clearances)), "least": min(clearances),
            "most": max(clearances), "trip": float(np.mean([np.mean(trips) for trips in arrived])),
            "arrived": self.deltan * min(map(len, arrived)),
        }
        self.horizon = max(clearances) + 2 * worlds[0].DELTAT

    def world(self, seed: int) -> uxsim.World:
        """A world ready to run."""
        made = uxsim.World(deltan=self.deltan, tmax=self.horizon, print_mode=0, save_mode=0, show_mode=0, show_progress=0,
                           vehicle_logging_timestep_interval=-1, random_seed=seed, cpp=True)
        town = self.town
        for node in range(int(town["nodes"])):
            made.addNode(str(node), node, 0)
        figures = np.column_stack([town["length"], town["speed"], town["jam_density"]])
        for i, (tail, head) in enumerate(zip(town["tail"], town["head"], strict=True)):
            made.addLink(str(i), str(tail), str(head), *figures[i].tolist())
        for origin, goal, volume in zip(town["origin"], town["goal"], town["volume"], strict=True):
            made.adddemand(str(origin), str(goal), 0, float(town["loading"]), volume=float(volume))
        if "next_link" in town:
            made._ensure_cpp_world()
            made._cpp_world.batch_enforce_routes([self.route(int(v.orig.name), int(v.dest.name)) for v in made.VEHICLES.values()])
        made.finalize_scenario()
        return made

    def route(self, node: int, goal: int) -> list[int]:
        """Links of the way that the table gives."""
        found: list[int] = []
        while node != goal:
            found.append(int(self.town["next_link"][goal, node]))
            node = int(self.town["head"][found[-1]])
        return found

    def loop(self, seed: int = 1) -> tuple[float, uxsim.World]:
        """Seconds of the main loop, and the world after it."""
        world = self.world(seed)
        started = time.perf_counter()
        world._cpp_world.main_loop(-1.0, self.horizon)
        return time.perf_counter() - started, world


def main(path: str, deltan: int) -> None:
    """Answer questions until standard input ends."""
    peer = Peer(path, deltan)
    for line in sys.stdin:
        word = line.strip()
        answer = peer.answers.get(word)
        sys.stdout.write(json.dumps(peer.loop()[0] if answer is None else answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
