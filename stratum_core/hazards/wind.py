"""Wind storm: one gust everywhere, or a raster of gusts, and what it breaks.

Outage: P = Phi(ln(V / median) / beta), V the greatest 3 s gust in m/s, by kind (``resources/tables/wind_fragility.csv``); lines
and streets fail by length, P = 1 - (1 - p)^(length / reference). Money: share of the value of assets and dwellings by Emanuel
2011 (``wind_damage``). The gust field is uncertain by ``sd_ln``: a part shared by all places, the rest correlated by distance.
Every median of the table is assumed, with its range; valid for 20 to 70 m/s. Left out: direction, duration, rain, ice, trees
as such, damage to buildings that stops a facility.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, batch, no_strain
from stratum_core.hazards.correlation import Copula, Places, copula, places
from stratum_core.hazards.draws import hits, normals
from stratum_core.hazards.fragility import MARKS, NINE_IN_TEN
from stratum_core.hazards.rasters import sampled
from stratum_core.hazards.scenario_files import scenario_file
from stratum_core.hazards.wind_damage import wind_damage_share
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.spec import key
from stratum_core.random_numbers import EVENT, PLACE
from stratum_core.resource_files import table
from stratum_core.units import to_internal

#: stronger gusts than on record at ground; more means another unit
STRONGEST_MS = 120.0
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(32)


@HAZARDS.register("wind")
@dataclass(frozen=True)
class WindSpec:
    """gust_ms everywhere, or a raster of gusts; repairs start ``calm_h`` after."""

    gust_ms: float = key(0.0, "greatest 3 s gust, everywhere; 0: a raster gives it", unit="m/s", hard=(0, STRONGEST_MS))
    raster: str = key("", "raster of the greatest gust")
    gust_factor: float = key(1.0, "every gust is multiplied by it, in all replicates", unit="1", hard=(0.1, 3))
    raster_unit: str = key("m/s", "its unit: m/s, km/h or mph")
    sd_ln: float = key(0.1, "deviation of ln(gust)", unit="1", hard=(0, 1),
                       source="assumed; forecasts of gusts err by 10 to 20 %")
    between_share: float = key(0.5, "share of that variance that all places share", unit="1", hard=(0, 1), source="assumed")
    gust_correlation_km: float = key(20.0, "b of exp(-3 h / b) between the gusts of places; 0: none", unit="km", hard=(0, 500),
                                     source="assumed")
    correlation: float = key(0.0, "correlation of the damage draws, at no distance", unit="1", hard=(0, 1))
    correlation_km: float = key(0.0, "b of exp(-3 h / b) of the damage draws; 0: the same at any distance", unit="km",
                                hard=(0, 500))
    calm_h: float = key(6.0, "hours after the gust until crews may climb", unit="h", hard=(0, 720), source="assumed")

    def prepare(self, city: City, folder: Path) -> PreparedWind:
        """Read the gusts at the city; raises InputError for a bad raster, or for both or none of gust_ms and raster."""
        if bool(self.raster) == (self.gust_ms > 0):
            raise InputError("the storm has " + ("a gust and a raster" if self.raster else "no gust"), where="hazard.gust_ms",
                             repair='give gust_ms = 35, or raster = "gusts.tif"')
        points = np.vstack([city.positions(), np.column_stack([city.blocks.x, city.blocks.y])])
        row = np.flatnonzero(np.isfinite(points[:, 0]) & np.isfinite(points[:, 1]))
        gust, warnings = self._gusts(points[row], city, folder)
        gust = gust * self.gust_factor
        row, gust, place = row[gust > 0], gust[gust > 0], points[row][gust > 0]
        value = np.nan_to_num(np.concatenate([city.assets.value, city.links.value, city.blocks.value]))[row]
        known = {entry["kind"]: entry for entry in table("wind_fragility")}
        kind = np.concatenate([city.assets.kind, city.links.kind, np.full(len(city.blocks), "", dtype=object)])[row]
        length = np.concatenate([np.zeros(len(city.assets)), np.nan_to_num(city.links.length), np.zeros(len(city.blocks))])[row]
        kept = np.array([name in known for name in kind], dtype=np.bool_) | (value > 0)
        row, gust, value, place, kind, length = (a[kept] for a in (row, gust, value, place, kind, length))
        curves = np.array([_curve(known.get(name), metres) for name, metres in zip(kind, length, strict=True)]).reshape(-1, 3)
        field = places(place, self.gust_correlation_km) if self.sd_ln > 0 and self.gust_correlation_km > 0 and len(row) else None
        return PreparedWind(self, row, gust, value, curves, tuple(kind), len(city.component_ids), field,
                            copula(place, self.correlation, self.correlation_km), warnings)

    def _gusts(self, points: Floats, city: City, folder: Path) -> tuple[Floats, tuple[str, ...]]:
        if not self.raster:
            return np.full(len(points), self.gust_ms), ()
        path = scenario_file(folder, self.raster, "hazard.raster")
        factor = to_internal(1.0, self.raster_unit, quantity="speed", where="hazard.raster_unit")
        found = sampled(path, points, city.crs)
        if found.greatest * factor > STRONGEST_MS:
            raise InputError(f"the raster holds gusts up to {found.greatest * factor:g} m/s", where=str(path),
                             repair="check raster_unit: m/s, km/h or mph")
        missing = int(np.isnan(found.value).sum())
        told = (f"{missing} of {len(points)} points lie where the raster holds no gust and count as calm. "
                "Give a raster that reaches them.")
        return np.maximum(np.nan_to_num(found.value), 0.0) * factor, (told,) if missing else ()


def _curve(entry: dict[str, str] | None, metres: float) -> tuple[float, float, float]:
    """Median, beta, and how many reference lengths the component is long."""
    if entry is None:
        return np.inf, 1.0, 1.0
    return float(entry["median"]), float(entry["beta"]), metres / float(entry["reference_m"]) if entry["reference_m"] else 1.0


@dataclass(frozen=True)
class PreparedWind:
    """A storm whose gusts at the city are known. row: component, or components + block; curves: (n, 3)."""

    spec: WindSpec
    row: Ints
    gust: Floats
    value: Floats
    curves: Floats
    kind: tuple[str, ...]
    components: int
    places: Places | None
    copula: Copula
    warnings: tuple[str, ...] = ()
    unit: str = "m/s"
    rule: str = "wind.gust"
    source: str = "resources/tables/wind_fragility.csv (assumed); money: Emanuel 2011"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the storm takes for granted, for print."""
        return (
            "Lines, masts and streets fail by assumed gust curves; facilities stand.",
            "Money by Emanuel 2011, derived for hurricanes in the United States, not calibrated here.",
            f"Gusts uncertain by {100 * self.spec.sd_ln:.0f} % (assumed).",
        )

    @cached_property
    def breakable(self) -> Ints:
        """Rows that a gust can stop."""
        return np.flatnonzero(np.isfinite(self.curves[:, 0]) & (self.curves[:, 2] > 0) & (self.row < self.components))

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``."""
        gust = self._gusts(seed, first, count)
        which = self.breakable
        strength = self.copula.draw(seed, first, count, self.row)[:, which]
        chance = self._chance(gust[:, which], which)
        hit = hits(ndtr(strength) < chance)
        value = gust[:, which][hit.row, hit.column]
        threshold = self._threshold(strength[hit.row, hit.column], which[hit.column])
        start = np.zeros(len(hit.row))
        damage = batch(hit.offset, self.row[which][hit.column], start, start + self.spec.calm_h, value, threshold)
        return Drawn(damage, wind_damage_share(gust) @ self.value, no_strain(count))

    def _gusts(self, seed: int, first: int, count: int) -> Floats:
        if self.spec.sd_ln == 0.0:
            return np.broadcast_to(self.gust, (count, len(self.gust)))
        common = normals(seed, first, count, np.zeros(1, dtype=np.int64), EVENT)
        own = normals(seed, first, count, self.row, PLACE) if self.places is None else self.places.draw(seed, first, count, PLACE)
        share = self.spec.between_share
        found: Floats = self.gust * np.exp(self.spec.sd_ln * (np.sqrt(share) * common + np.sqrt(1.0 - share) * own))
        return found

    def _chance(self, gust: Floats, which: Ints) -> Floats:
        median, beta, times = self.curves[which].T
        with np.errstate(divide="ignore"):
            one = ndtr(np.log(gust / median) / beta)
        found: Floats = 1.0 - (1.0 - one) ** times
        return found

    def _threshold(self, strength: Floats, which: Ints) -> Floats:
        """The gust at which each fails, by its own strength."""
        median, beta, times = self.curves[which].T
        found: Floats = median * np.exp(beta * ndtri(1.0 - (1.0 - ndtr(strength)) ** (1.0 / times)))
        return found

    def intensity(self) -> Intensity:
        """Median gust, range of the median strength, and the chance of outage of every component that can break."""
        which = self.breakable
        gust = self.gust[which, None] * np.exp(self.spec.sd_ln * _NODES)
        chance = np.stack([self._chance(gust[:, k], which) for k in range(len(_NODES))], axis=1) @ (_WEIGHTS / _WEIGHTS.sum())
        known = {entry["kind"]: entry for entry in table("wind_fragility")}
        low, high = (np.array([float(known[self.kind[i]][end]) for i in which]) for end in ("low", "high"))
        return Intensity(self.row[which], self.gust[which], low, high, chance)

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``; the range holds 9 in 10 strengths of this component."""
        at = np.flatnonzero(self.row == component)[:1]
        entry = next(e for e in table("wind_fragility") if e["kind"] == self.kind[int(at[0])])
        low, high = (float(self._threshold(np.array([z]), at)[0]) for z in (-NINE_IN_TEN, NINE_IN_TEN))
        return Reason("breaks in the storm", "m/s", f"{entry['source']} ({MARKS[entry['mark']]})", low, high)
