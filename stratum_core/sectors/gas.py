"""Gas: zones of one pressure, joined by regulators; stations, regulators and what the pipes hold meet the demand.

Where no pipe has a pressure and a diameter and there is no regulator, by connection to a working station: a node is supplied
while intact links join it to one, and for a stated time after that.
"""

from __future__ import annotations

import numpy as np

from stratum_core.errors import InputError
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
    by_mass, unit_warnings = _by_mass(city)
    pack, unknown, holds = np.zeros(len(assets)), np.zeros(len(assets), dtype=np.bool_), assets.kind == "gas_junction"
    share = np.nan_to_num(held) / np.maximum(holds[start].astype(float) + holds[end], 1.0)
    for ends in (start, end):
        np.add.at(pack, ends, share * (spec.density if by_mass else 1.0))
        unknown[ends[np.isnan(held)]] = True
    pack = np.where(unknown, _demand(city, at) * spec.linepack_h * 3600.0, pack) * UNIT * holds
    if not unknown.any():
        return pack, unit_warnings
    return pack, (*unit_warnings,
                  f"{int(np.isnan(held).sum())} of {len(pipes)} gas pipes have no diameter or pressure; what hangs on them is "
                  "held for gas.linepack_h. Give them both.",)


def _by_mass(city: City) -> tuple[bool, tuple[str, ...]]:
    """(whether demand is in kg/s, a warning where it has no unit); raises InputError for energy and for several units."""
    assets = city.assets
    asking = np.flatnonzero((assets.sector == "gas") & (assets.demand > 0))
    units = dict(zip(assets.unit[asking], assets.id[asking], strict=True))
    by_mass = "kg/s" in units
    wrong = [unit for unit in units if unit not in (("kg/s",) if by_mass else ("", "m3/s"))]
    if wrong:
        raise InputError(f"gas demand in {wrong[0] or 'no unit'} cannot be set against {'kg' if by_mass else 'm3'} in the pipes",
                         where=units[wrong[0]], repair="give all gas demand in m3/s (at 0 C and 101,325 Pa) or all in kg/s")
    without = int((assets.unit[asking] == "").sum())
    said = (f"{without} gas demands have no unit and are taken in m3/s. Give the unit.",) if without else ()
    return by_mass, said


def _demand(city: City, at: dict[str, int]) -> Floats:
    """Demand by node, that of customers who hang on it included."""
    assets, found = city.assets, np.zeros(len(city.assets))
    for row in np.flatnonzero((assets.sector == "gas") & assets.in_service & (assets.demand > 0)):
        found[at.get(assets.node[row], row)] += assets.demand[row]
    return found
