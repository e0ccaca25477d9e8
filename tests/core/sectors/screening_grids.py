"""Small grids for power tests: a MATPOWER-like table of branches between numbered buses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stratum_core.pipeline.validation.matpower_case import read_grid
from stratum_core.sectors.power.dc_flow import Grid


def tables(
    demand: list[float], generation: dict[int, float], branches: list[tuple[int, int, float]], **columns: list[float]
) -> dict[str, Any]:
    """Tables of a case: bus 1 is the slack; branches are (from, to, x); rating, ratio, shift and status by branch."""
    bus = [[i + 1, 3 if i == 0 else 1, mw, 0, 0, 0, 1, 1, 0, 110, 1, 1.1, 0.9] for i, mw in enumerate(demand)]
    gen = [[at, mw, 0, 99, -99, 1, 100, 1, max(2 * mw, 1), 0] for at, mw in generation.items()]
    rows = []
    for i, (start, end, x) in enumerate(branches):
        rating, ratio, shift, status = (columns.get(name, [default] * len(branches))[i]
                                        for name, default in (("rating", 0), ("ratio", 0), ("shift", 0), ("status", 1)))
        rows.append([start, end, 0.0, x, 0, rating, 0, 0, ratio, shift, status, -360, 360])
    return {"base_mva": 100.0, "bus": bus, "gen": gen, "branch": rows}


def grid_of(*parts: Any, **columns: Any) -> Grid:
    """The grid of ``tables``."""
    return read_grid({"grid": tables(*parts, **columns)}, Path())
