"""Gas: zones of one pressure, joined by regulators; stations, regulators and what the pipes hold meet the demand.

Where no pipe has a pressure and a diameter and there is no regulator, by connection to a working station: a node is supplied
while intact links join it to one, and for a stated time after that.
"""

from __future__ import annotations

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.spec import GasSpec
from stratum_core.sectors import REACH, SECTORS, Sector

NORM_PA = 101_325.0
UNIT = 1e3  # the cascade counts in grams and litres, so that its least volume is far below what a house pipe holds

SECTORS.register("gas")(
    Sector("gas", REACH, 3, "gas by zone balance of stations, regulators and line pack", (
        "Flow within a zone of one gas pressure and compressor power are left out; where pressures or diameters are unknown, "
        "pipes cut off deliver for a stated time.",
    ))
)


def line_pack(city: City, spec: GasSpec) -> tuple[Floats | None, tuple[str, ...]]:
    """(what each asset's pipes hold above the least pressure, in 1/1000 of the unit of demand; warnings).

    Pipe volume x (p - least p) / 101,325 Pa, half of it at either junction; times the density where demand is in kg/s. Ends of
    pipes without diameter or pressure hold ``linepack_h`` of their own demand. None: no pressure is known, no regulator.
    """
    links, assets = city.links, city.assets
    gas = (links.sector == "gas") & links.in_service
    pipes = np.flatnonzero(gas & (links.kind == "gas_pipe"))
    at = {name: i for i, name in enumerate(assets.id)}
    start, end = (np.array([at.get(name, -1) for name in column[pipes]], dtype=np.int64) for column in (links.start, links.end))
    pipes, start, end = (column[(start >= 0) & (end >= 0)] for column in (pipes, start, end))
    one, other = assets.pressure[start], assets.pressure[end]
    pressure = np.where(np.isnan(one), other, np.where(np.isnan(other), one, (one + other) / 2))
    held = np.pi / 4 * links.diameter[pipes] ** 2 * links.length[pipes] * pressure * (1 - spec.least_pressure) / NORM_PA
    if np.isnan(held).all() and not (gas & (links.kind == "gas_regulator")).any():
        return None, ()
    by_mass = "kg/s" in set(assets.unit[(assets.sector == "gas") & (assets.demand > 0)])
    pack, unknown, holds = np.zeros(len(assets)), np.zeros(len(assets), dtype=np.bool_), assets.kind == "gas_junction"
    share = np.nan_to_num(held) / np.maximum(holds[start].astype(float) + holds[end], 1.0)
    for ends in (start, end):
        np.add.at(pack, ends, share * (spec.density if by_mass else 1.0))
        unknown[ends[np.isnan(held)]] = True
    pack = np.where(unknown, _demand(city, at) * spec.linepack_h * 3600.0, pack) * UNIT * holds
    if not unknown.any():
        return pack, ()
    return pack, (f"{int(np.isnan(held).sum())} of {len(pipes)} gas pipes have no diameter or pressure; what hangs on them is "
                  "held for gas.linepack_h. Give them both.",)


def _demand(city: City, at: dict[str, int]) -> Floats:
    """Demand by node, that of customers who hang on it included."""
    assets, found = city.assets, np.zeros(len(city.assets))
    for row in np.flatnonzero((assets.sector == "gas") & assets.in_service & (assets.demand > 0)):
        found[at.get(assets.node[row], row)] += assets.demand[row]
    return found
