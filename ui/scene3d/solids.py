"""Solids of symbols and homes: one template for each form, copied to every place as one mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Template:
    """A solid of unit width and height on the ground; faces and edges are corners by number."""

    corners: Points
    faces: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Solids:
    """Many solids as one mesh: ``faces`` in VTK's form, ``owner`` is the solid of each face, ``edges`` pairs of points."""

    points: Points
    faces: Rows
    owner: Rows
    edges: Rows
    edge_owner: Rows
    low: Points
    high: Points


def prism(footprint: Points, top: float = 1.0) -> Template:
    """An upright solid over a footprint; ``top`` shrinks its roof (0.02: nearly a point)."""
    n = len(footprint)
    lower = np.column_stack([footprint, np.zeros(n)])
    upper = np.column_stack([footprint * top, np.ones(n)])
    sides = tuple((i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n))
    roof = (tuple(range(n, 2 * n)),)
    ring = [(i, (i + 1) % n) for i in range(n)]
    edges = [(n + a, n + b) for a, b in ring] + ring + ([(i, n + i) for i in range(n)] if n <= 12 else [])
    return Template(np.vstack([lower, upper]), sides + roof, tuple(edges))


def round_footprint(corners: int, turn: float = 0.0) -> Points:
    """A regular polygon of unit width."""
    angle = np.radians(turn) + np.arange(corners) * 2 * np.pi / corners
    return np.column_stack([np.cos(angle), np.sin(angle)]) / 2


def box_footprint(width: float = 1.0, depth: float = 1.0) -> Points:
    """A rectangle."""
    return np.array([[-width, -depth], [width, -depth], [width, depth], [-width, depth]]) / 2


def cross_footprint(arm: float = 0.36) -> Points:
    """A plus sign of unit width."""
    a = arm / 2
    quarter = np.array([[0.5, -a], [0.5, a], [a, a]])
    turns = [np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in np.radians([0, 90, 180, 270])]
    return np.vstack([quarter @ turn.T for turn in turns])


def gabled(eaves: float = 0.66) -> Template:
    """A house: walls to the eaves, a ridge along x."""
    base = box_footprint(1.0, 0.74)
    corners = np.vstack(
        [
            np.column_stack([base, np.zeros(4)]),
            np.column_stack([base, np.full(4, eaves)]),
            [[-0.5, 0.0, 1.0], [0.5, 0.0, 1.0]],
        ]
    )
    faces = ((0, 1, 5, 4), (2, 3, 7, 6), (1, 2, 6, 9, 5), (3, 0, 4, 8, 7), (4, 5, 9, 8), (6, 7, 8, 9))
    walls = ((0, 4), (1, 5), (2, 6), (3, 7), (0, 1), (1, 2), (2, 3), (3, 0))
    roof = ((4, 5), (6, 7), (4, 8), (7, 8), (5, 9), (6, 9), (8, 9))
    return Template(corners, faces, walls + roof)


def copies(template: Template, at: Points, width: Points, height: Points, angle: Points | None = None) -> Solids:
    """The template at every place, each with its width, height and turn (radians)."""
    n, size = len(at), len(template.corners)
    corners = np.repeat(template.corners[None], n, axis=0)
    if angle is not None:
        cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        x, y = corners[..., 0].copy(), corners[..., 1].copy()
        corners[..., 0], corners[..., 1] = x * cos - y * sin, x * sin + y * cos
    corners[..., :2] *= width[:, None, None]
    corners[..., 2] *= height[:, None]
    corners += at[:, None, :]
    offset = np.arange(n, dtype=np.int64)[:, None] * size
    faces = [np.hstack([np.full((n, 1), len(face)), np.array(face) + offset]) for face in template.faces]
    edges = (np.array(template.edges, dtype=np.int64)[None] + offset[:, :, None]).reshape(-1, 2)
    return Solids(
        points=corners.reshape(-1, 3),
        faces=np.hstack(faces).reshape(-1),
        owner=np.repeat(np.arange(n, dtype=np.int64), len(template.faces)),
        edges=edges,
        edge_owner=np.repeat(np.arange(n, dtype=np.int64), len(template.edges)),
        low=corners.min(axis=1),
        high=corners.max(axis=1),
    )


def joined(parts: list[Solids], rows: list[Rows]) -> Solids:
    """Several meshes as one; ``rows`` are the owners' numbers in the joined order."""
    points, faces, edges = [], [], []
    shift = 0
    for part in parts:
        points.append(part.points)
        faces.append(_shifted(part.faces, shift))
        edges.append(part.edges + shift)
        shift += len(part.points)
    count = sum(len(r) for r in rows)
    low, high = np.zeros((count, 3)), np.zeros((count, 3))
    for part, row in zip(parts, rows, strict=True):
        low[row], high[row] = part.low, part.high
    return Solids(
        np.vstack(points),
        np.concatenate(faces),
        np.concatenate([row[part.owner] for part, row in zip(parts, rows, strict=True)]),
        np.vstack(edges),
        np.concatenate([row[part.edge_owner] for part, row in zip(parts, rows, strict=True)]),
        low,
        high,
    )


def _shifted(faces: Rows, shift: int) -> Rows:
    moved = faces.copy()
    at = 0
    while at < len(moved):
        size = int(moved[at])
        moved[at + 1 : at + 1 + size] += shift
        at += size + 1
    return moved
