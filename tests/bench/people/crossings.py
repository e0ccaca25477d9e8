"""What passes one crossing of full roads, against the exact share and against UXsim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stratum_core.pipeline.validation.kinds import crossing

from .. import Row
from .._peer_process import PYTHON, PeerProcess

SCRIPT = "uxsim_crossing.py"
VEHICLES, SEED = 20_000, 1
# Karol, Hluchyj & Morgan 1987, IEEE Transactions on Communications 35:1347, table I, by number of roads
SHARES = {2: 0.75, 3: 0.6825, 4: 0.6553}
WITHIN = 0.01


def rows() -> Iterator[Row]:
    """Shares of capacity; the peer with and without a capacity at the ends of its roads."""
    for roads, share in SHARES.items():
        ours = crossing.run({"roads": roads, "vehicles": VEHICLES, "seed": SEED}, Path())["throughput"]
        work = f"{roads} full roads into {roads}, first in first out, any way wanted alike: exact {share}"
        target = f"within {WITHIN:.0%} of the exact share"
        met = abs(ours / share - 1) <= WITHIN
        size = f"{VEHICLES:,} vehicles a road"
        if not PYTHON.exists():
            yield Row("crossing", work, size, ours, None, "", "of capacity", None, target, met)
            continue
        with PeerProcess(SCRIPT, str(roads), str(VEHICLES), str(SEED)) as peer:
            for ends in ("free", "limited"):
                yield Row("crossing", work, size, ours, float(str(peer.ask(ends))),
                          f"UXsim {peer.ask('version')}, C++, ends of roads {ends}", "of capacity", None, target, met)
