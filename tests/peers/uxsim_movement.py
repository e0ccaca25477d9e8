"""UXsim's C++ engine on a network and demand handed over as arrays; runs in the environment of the peers.

    python uxsim_movement.py TOWN.npz DELTAN

Reads one word a line from standard input and answers one line of JSON each: ``version``; ``clearance`` (seconds at which the
last vehicle arrives); ``arrived`` (vehicles); ``run`` (seconds of the main loop alone, up to the clearance).
Logging and printing are off, one thread.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import uxsim


class Peer:
    """The same roads, demand by pair of nodes and interval, route choice renewed every ten minutes."""

    def __init__(self, path: str, deltan: int) -> None:
        self.town = dict(np.load(path))
        self.deltan = deltan
        self.horizon = float(self.town["horizon"])
        world = self.loop()[1]
        ends = [vehicle.arrival_time * world.DELTAT for vehicle in world.VEHICLES.values()]
        self.clearance, self.arrived = max(ends), self.deltan * sum(end > 0 for end in ends)
        self.horizon = self.clearance + 2 * world.DELTAT

    def world(self) -> uxsim.World:
        """A world ready to run."""
        made = uxsim.World(deltan=self.deltan, tmax=self.horizon, print_mode=0, save_mode=0, show_mode=0, show_progress=0,
                           vehicle_logging_timestep_interval=-1, random_seed=1, cpp=True)
        town = self.town
        for node in range(int(town["nodes"])):
            made.addNode(str(node), node, 0)
        for i, (tail, head) in enumerate(zip(town["tail"], town["head"], strict=True)):
            made.addLink(str(i), str(tail), str(head), float(town["length"][i]), float(town["speed"][i]), float(town["jam_density"][i]))
        for origin, goal, volume in zip(town["origin"], town["goal"], town["volume"], strict=True):
            made.adddemand(str(origin), str(goal), 0, float(town["loading"]), volume=float(volume))
        made.finalize_scenario()
        return made

    def loop(self) -> tuple[float, uxsim.World]:
        """Seconds of the main loop, and the world after it."""
        world = self.world()
        started = time.perf_counter()
        world._cpp_world.main_loop(-1.0, self.horizon)
        return time.perf_counter() - started, world


def main(path: str, deltan: int) -> None:
    """Answer questions until standard input ends."""
    peer = Peer(path, deltan)
    for line in sys.stdin:
        word = line.strip()
        answer = {"version": uxsim.__version__, "clearance": peer.clearance, "arrived": peer.arrived}.get(word)
        sys.stdout.write(json.dumps(peer.loop()[0] if answer is None else answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
