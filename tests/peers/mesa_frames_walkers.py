"""Walkers by mesa-frames on streets handed over as arrays; runs in the environment of the peers.

    python mesa_frames_walkers.py STREETS.npz

Reads one word a line from standard input and answers one line of JSON each: ``version``; ``run`` (seconds of the steps alone);
``arrived`` (of the last run). One thread. Each second who is due takes the next street and walks it at the speed that the
density there leaves (Weidmann), as the kernel has it.
"""

from __future__ import annotations

import json
import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"

import mesa_frames
import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF


class Walkers(AgentSetPolars):
    """due: the second at which the street is walked; link: the street, -1: not yet out, -2: arrived."""

    def __init__(self, model: Streets) -> None:
        super().__init__(model)
        town = model.town
        count = len(town["origin"])
        self += pl.DataFrame({
            "unique_id": np.arange(count), "node": town["origin"], "goal": town["table"], "speed": town["speed"],
            "due": town["departs"], "link": np.full(count, -1)})

    def step(self) -> None:
        """A second."""
        model = self.model
        going = self.agents.filter((pl.col("due") <= model.second) & (pl.col("link") != -2))
        if not len(going):
            return
        walking = self.agents.filter(pl.col("link") >= 0).group_by("link").len()
        on_street = np.zeros(model.streets)
        on_street[walking["link"].to_numpy()] = walking["len"].to_numpy()
        taken = model.next_link[going["goal"].to_numpy(), going["node"].to_numpy()]
        there = taken == -2
        street = np.where(there, 0, taken)
        density = np.clip(on_street[street] / model.area[street], 1e-9, 1.7508)
        pace = going["speed"].to_numpy() * np.maximum(1 - np.exp(-1.913 * (1 / density - 1 / 5.4)), 0.0)
        moved = pl.DataFrame({
            "unique_id": going["unique_id"], "link": taken,
            "node": np.where(there, going["node"].to_numpy(), model.head[street]),
            "due": np.where(there, np.inf, going["due"].to_numpy() + model.length[street] / pace)})
        self.agents = self.agents.update(moved, on="unique_id")


class Streets(ModelDF):
    """All walkers of the file."""

    def __init__(self, town: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.town, self.second = town, 0.0
        self.next_link, self.head, self.length, self.area = (town[name] for name in ("next_link", "head", "length", "area"))
        self.streets = len(self.head)
        self.agents += Walkers(self)

    def step(self) -> None:
        """A second of all."""
        self.second += 1.0
        self.agents.do("step")


def main() -> None:
    """Answer until the pipe closes."""
    town, arrived = dict(np.load(sys.argv[1])), 0
    for line in sys.stdin:
        word = line.strip()
        if word == "version":
            answer: object = getattr(mesa_frames, "__version__", "0.1.0a0")
        elif word == "run":
            model = Streets(town)
            started = time.perf_counter()
            for _ in range(int(town["seconds"])):
                model.step()
            answer = time.perf_counter() - started
            walkers = next(iter(model.agents._agentsets))
            arrived = int((walkers.agents["link"] == -2).sum())
        else:
            answer = arrived
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
