"""A schematic drawing for networks that come without coordinates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.importers.draft import Draft

_PIVOTS = 50
_HOP_M = 100.0
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def lay_out(draft: Draft) -> None:
    """Place the assets of ``draft`` by the shape of their network; marks x and y as assumed.

    Pivot MDS (Brandes and Pich 2007, Graph Drawing 2006, LNCS 4372:42-53) on hop
    counts, 100 m a hop. The same network gives the same drawing.
    """
    assets = [row for row in draft.rows["assets"] if not row.get("node")]
    at = {row["id"]: i for i, row in enumerate(assets)}
    edges = [(at[k["start"]], at[k["end"]]) for k in draft.rows["links"] if k["start"] in at and k["end"] in at]
    xy = drawing(len(assets), np.array(edges, dtype=np.int64).reshape(-1, 2))
    for row in draft.rows["assets"]:
        place = at.get(row.get("node") or row["id"])
        if place is not None:
            row["x"], row["y"] = float(xy[place, 0]), float(xy[place, 1])
            row["assumed_fields"] = ",".join(filter(None, [row.get("assumed_fields", ""), "x,y"]))
    draft.note(f"{draft.file.name} has no coordinates; its drawing is schematic")


def drawing(count: int, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """(count, 2) positions in metres of a network of ``count`` nodes; no two at one place."""
    if count == 0:
        return np.empty((0, 2))
    squared = _hops(count, edges) ** 2
    centred = -0.5 * (squared - squared.mean(0) - squared.mean(1)[:, None] + squared.mean())
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]
    axes = np.column_stack([axes, np.zeros((len(axes), 2 - axes.shape[1]))])
    axes = axes * np.where(axes[np.abs(axes).argmax(0), [0, 1]] < 0, -1.0, 1.0)
    flat = centred @ axes
    spread = np.sqrt(np.abs(flat).max(0) + 1e-9)
    turn = _GOLDEN_ANGLE * np.arange(count)
    apart = 0.25 * _HOP_M * np.sqrt((np.arange(count) + 1) / count)
    xy: npt.NDArray[np.float64] = _HOP_M * flat / spread + apart[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    return xy


def _hops(count: int, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Hop counts (count, pivots) from pivots chosen far from each other; parts are set apart."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import shortest_path

    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count)).tocsr()
    pivot, nearest, columns = 0, np.full(count, np.inf), []
    for _ in range(min(_PIVOTS, count)):
        hops = shortest_path(graph, directed=False, unweighted=True, indices=pivot)
        columns.append(hops)
        nearest = np.minimum(nearest, hops)
        pivot = int(np.argmax(np.where(np.isfinite(nearest), nearest, 1e9)))
    found = np.column_stack(columns)
    apart: npt.NDArray[np.float64] = np.where(np.isfinite(found), found, found[np.isfinite(found)].max() + 2)
    return apart
