"""UXsim's C++ engine at one crossing of n full roads into n roads; runs in the environment of the peers.

    python uxsim_crossing.py ROADS VEHICLES SEED

Answers each line of standard input with one of JSON: ``version``; ``free`` and ``limited``, the share of the capacity of the
roads that passes while all are full, the ends of roads without a capacity of their own, which is its default, or with that
of the road. Every vehicle on its own, one a platoon, one thread.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import uxsim

# a lane as UXsim has it by default: capacity 0.8 veh/s
LENGTH_M, SPEED_MS, JAM_DENSITY, CAPACITY = 600, 20, 0.2, 0.8


def throughput(roads: int, vehicles: int, seed: int, **ends: float) -> float:
    """Vehicles between the first and the third quarter of all, over the capacity in that time."""
    world = uxsim.World(deltan=1, tmax=4 * vehicles, print_mode=0, save_mode=0, show_mode=0, show_progress=0,
                        vehicle_logging_timestep_interval=-1, random_seed=seed, cpp=True)
    for node in range(2 * roads + 1):
        world.addNode(str(node), node, 0)
    for tail, head in [(i, roads) for i in range(roads)] + [(roads, roads + 1 + i) for i in range(roads)]:
        world.addLink(f"{tail}-{head}", str(tail), str(head), LENGTH_M, SPEED_MS, JAM_DENSITY, **ends)
    wanted = np.random.default_rng(seed).integers(roads + 1, 2 * roads + 1, (vehicles, roads))
    for number, goals in enumerate(wanted):
        for origin, goal in enumerate(goals):
            world.addVehicle(str(origin), str(goal), number / CAPACITY)
    world.exec_simulation()
    passed = np.sort([v.arrival_time * world.DELTAT for v in world.VEHICLES.values() if v.arrival_time > 0])
    first, last = len(passed) // 4, len(passed) * 3 // 4
    return float((last - first) / (passed[last] - passed[first]) / (roads * CAPACITY))


def main(roads: int, vehicles: int, seed: int) -> None:
    """Answer questions until standard input ends."""
    answers = {"version": uxsim.__version__, "free": throughput(roads, vehicles, seed),
               "limited": throughput(roads, vehicles, seed, capacity_in=CAPACITY, capacity_out=CAPACITY)}
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answers[line.strip()]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
