"""Kinds of components as data: role in its network, flood threshold, repair, damage class.

The table is ``resources/tables/kinds.csv``; every number there carries its source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from stratum_core.errors import InputError, unknown
from stratum_core.resource_files import table

#: what the one-letter sources of the table mean, for print
SOURCES = {
    "A": "assumed by Stratum; to be confirmed by the operator",
    "H": "assumed; order of Hazus restoration means",
    "P": "Pregnolato et al. 2017",
    "": "",
}


@dataclass(frozen=True)
class Kind:
    """What a component is.

    role: source, node, storage, sink, link, pump or facility. depth: the low, mode
    and high depth of water (m above the equipment's base) that stops it, None if
    water does not. repair_mean_h and repair_sd_h: hours. value: EUR of 2023 or NaN.
    fragility: family of resources/tables/fragility.csv or class of pipe_repair.csv; empty: shaking does not damage it.
    """

    name: str
    sector: str
    role: str
    label: str
    depth: tuple[float, float, float] | None
    depth_source: str
    repair_mean_h: float
    repair_sd_h: float
    damage_class: str
    value: float
    fragility: str = ""


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    return {row["kind"]: _kind(row) for row in table("kinds")}


def kind(name: str, *, where: str = "") -> Kind:
    """The kind called ``name``; raises InputError that offers the nearest."""
    if name not in kinds():
        raise unknown("kind", name, kinds(), where=where)
    return kinds()[name]


def _kind(row: dict[str, str]) -> Kind:
    depths = [row["depth_low"], row["depth_mode"], row["depth_high"]]
    try:
        depth = (float(depths[0]), float(depths[1]), float(depths[2])) if depths[0] else None
        return Kind(
            name=row["kind"],
            sector=row["sector"],
            role=row["role"],
            label=row["label"],
            depth=depth,
            depth_source=SOURCES[row["depth_source"]],
            repair_mean_h=float(row["repair_mean_h"]),
            repair_sd_h=float(row["repair_sd_h"]),
            damage_class=row["damage_class"],
            value=float(row["value"]) if row["value"] else math.nan,
            fragility=row["fragility"],
        )
    except (KeyError, ValueError) as error:
        raise InputError(
            f"row '{row.get('kind')}' cannot be read: {error}", where="resources/tables/kinds.csv", repair="mend that row"
        ) from error
