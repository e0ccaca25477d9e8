"""Walkers on the same streets by the same rule: the kernel, from event to event, against mesa-frames, a second at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stratum_core.population.traffic import Movement

from .. import Row, broken
from .._peer_process import MISSING, PYTHON, PeerProcess, in_turn
from .walkers import WIDTH_M, crowd

WALKERS, SECONDS, OUT_S = 100_000, 300, 200.0
LEAST = 10.0


def rows() -> Iterator[Row]:
    """Steps of an agent in a second of one core, and who has arrived by then."""
    if not PYTHON.exists():
        yield broken("agent-steps against mesa-frames", MISSING)
        return
    network, tables, travellers, departs = crowd(WALKERS, OUT_S)
    assert travellers.speed is not None
    arrived = 0

    def ours() -> None:
        nonlocal arrived
        movement = Movement(network, travellers, tables)
        movement.depart(np.arange(WALKERS), departs)
        movement.advance(float(SECONDS))
        arrived = movement.counts().arrived

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streets.npz"
        np.savez(path, next_link=tables, head=network.head, length=network.length, area=network.length * WIDTH_M,
                 origin=travellers.origin, table=travellers.table, speed=travellers.speed, departs=departs, seconds=SECONDS)
        with PeerProcess("mesa_frames_walkers.py", str(path)) as peer:
            mine, theirs = in_turn(ours, peer, "run", runs=3)
            called, there = f"mesa-frames {peer.ask('version')}", float(str(peer.ask("arrived")))
    steps, ratio, size = WALKERS * SECONDS, theirs / mine, f"{WALKERS:,} walkers, {SECONDS} s"
    yield Row("agent-steps", "walkers, the same rule; ours to the event, theirs to the second", size, steps / mine,
              steps / theirs, called, "1/s", ratio, f"at least {LEAST:g} times", ratio >= LEAST)
    yield Row("arrived", "of the same walkers by then", size, arrived, there, called, "1", there / arrived, "within 2 %",
              abs(there / arrived - 1) <= 0.02)
