"""Lengths that a file does not give are measured on the map, once everything has its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stratum_core.importers.draft import NAN, Draft


def measure(drafts: Sequence[Draft]) -> None:
    """Give every link marked ``measured_on_map`` the length of its path, else the distance of its ends, in metres."""
    for draft in (draft for draft in drafts if draft.drawn):
        at = {row["id"]: (row.get("x", NAN), row.get("y", NAN)) for row in draft.rows["assets"]}
        for link in draft.rows["links"]:
            if not link.get("measured_on_map"):
                continue
            path = link.get("path")
            if path is None:
                path = np.array([at.get(link["start"], (NAN, NAN)), at.get(link["end"], (NAN, NAN))])
            link["length"] = float(np.hypot(*np.diff(path, axis=0).T).sum())
