"""Earthquake: shaking from a ShakeMap, a raster, or a magnitude and epicentre, and the damage it does.

Facilities and dwellings: damage states by lognormal fragility (``fragility``); any state but none stops a component until
a time drawn by its state has passed (``restoration``). Buried pipes: breaks as a Poisson process along the pipe, repairs
per km = 0.0001 PGV^2.25 (cm/s; O'Rourke & Ayala 1993, Hazus), 0.3 of that for ductile pipes, a fifth of them breaks; a
broken pipe stands still, a leaking one delivers. Shaking and its uncertainty: ``shaking``, ``ground_motion``. Damage draws
may be correlated (``correlation``). Money: value times the damage ratio of the state; repairs of pipes are not priced.
Valid for shallow crustal earthquakes and the equipment of the Hazus tables. Left out, and said so in every result:
liquefaction, landslides and every other ground failure, fault rupture, fire after the earthquake, aftershocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS
from stratum_core.hazards.correlation import copula, places
from stratum_core.hazards.earthquake.exposure import Exposed, exposed
from stratum_core.hazards.earthquake.ground_motion import SOURCE, Earthquake
from stratum_core.hazards.earthquake.prepared import PreparedEarthquake
from stratum_core.hazards.earthquake.shaking import Shaking, from_earthquake, from_raster, from_shakemap
from stratum_core.hazards.scenario_files import numbers, scenario_file
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.spec import key

_JB = "Jayaram & Baker 2009: 8.5 km for peak acceleration, 40.7 km where site conditions come in clusters"


@HAZARDS.register("earthquake")
@dataclass(frozen=True)
class EarthquakeSpec:
    """One of: shakemap (with uncertainty or sd_ln); raster (with measure and unit); magnitude and epicentre."""

    shakemap: str = key("", "ShakeMap grid.xml beside the scenario")
    uncertainty: str = key("", "ShakeMap uncertainty.xml beside it, where grid.xml has no STD fields")
    raster: str = key("", "raster of one intensity measure")
    raster_measure: str = key("PGA", "what the raster holds: PGA, PGV, SA03, SA10 or SA30")
    raster_unit: str = key("g", "its unit: g, pctg, m/s2, or cm/s and m/s for PGV")
    magnitude: float = key(0.0, "moment magnitude; 0: none is given", unit="Mw", hard=(0, 9.5))
    epicentre: tuple[float, ...] = key((), "longitude and latitude of the epicentre, degrees")
    depth_km: float = key(10.0, "depth of the hypocentre; 0: unknown, epicentral distance counts", unit="km", hard=(0, 30),
                          source="assumed; the model's data reach to 30 km")
    faulting: str = key("strike_slip", "strike_slip, normal or reverse")
    vs30_ms: float = key(400.0, "shear-wave speed of the upper 30 m, everywhere", unit="m/s", hard=(150, 1200),
                         source="assumed: stiff soil")
    intensity_factor: float = key(1.0, "all shaking is multiplied by it, in all replicates", unit="1", hard=(0.1, 5))
    sd_ln: float = key(0.0, "deviation of ln(intensity) where the map gives none", unit="1", hard=(0, 2))
    between_share: float = key(0.22, "share of the map's variance that all places share", unit="1", hard=(0, 1),
                               source="ASB14, PGA: 0.3472^2 / (0.3472^2 + 0.6475^2)")
    shaking_correlation_km: float = key(8.5, "b of exp(-3 h / b) between the shaking of places; 0: none", unit="km",
                                        hard=(0, 500), source=_JB)
    correlation: float = key(0.0, "correlation of the damage draws, at no distance", unit="1", hard=(0, 1))
    correlation_km: float = key(0.0, "b of exp(-3 h / b) of the damage draws; 0: the same at any distance", unit="km",
                                hard=(0, 500))
    anchored: bool = key(False, "equipment is anchored against shaking", source="assumed: not")
    code: str = key("low", "building code of facilities and dwellings: low, moderate or high", source="assumed: low")
    pipes: str = key("brittle", "material of water mains and sewers: brittle or ductile", source="assumed: brittle")
    classes: Mapping[str, Any] = key((), "fragility class by kind or id, such as { hospital = \"hospital_high\" }")

    def prepare(self, city: City, folder: Path) -> PreparedEarthquake:
        """Read the shaking and find what it can damage; raises InputError for bad files, classes or keys."""
        self._chosen("code", self.code, ("low", "moderate", "high"))
        self._chosen("pipes", self.pipes, ("brittle", "ductile"))
        variants = ("anchored" if self.anchored else "unanchored", self.code)
        things = exposed(city, variants, self.pipes, self.classes or {})
        shaking = self._shaking(things.points, city, folder).scaled(self.intensity_factor)
        uncertain = any((f.within > 0).any() for f in shaking.fields.values())
        spread = uncertain and self.shaking_correlation_km > 0 and len(things.row) > 0
        return PreparedEarthquake(
            components=len(city.component_ids), things=things, shaking=shaking,
            places=places(things.points, self.shaking_correlation_km) if spread else None,
            copula=copula(things.points, self.correlation, self.correlation_km),
            warnings=_warnings(things, shaking), assumptions=self._assumptions(shaking))

    def _shaking(self, points: Floats, city: City, folder: Path) -> Shaking:
        given = [name for name in ("shakemap", "raster", "magnitude") if getattr(self, name)]
        if len(given) != 1:
            raise InputError(f"the earthquake has {' and '.join(given) or 'nothing'} to tell its shaking", where="hazard",
                             repair='give one of shakemap = "grid.xml", raster = "pga.tif", or magnitude and epicentre')
        if self.shakemap:
            more = scenario_file(folder, self.uncertainty, "hazard.uncertainty") if self.uncertainty else None
            path = scenario_file(folder, self.shakemap, "hazard.shakemap")
            return from_shakemap(path, more, points, city.crs, self.sd_ln, self.between_share)
        if self.raster:
            path = scenario_file(folder, self.raster, "hazard.raster")
            return from_raster(path, self.raster_measure, self.raster_unit, points, city.crs, self.sd_ln, self.between_share)
        lon, lat = numbers(self.epicentre, 2, "hazard.epicentre", "write epicentre = [longitude, latitude] in degrees")
        if not -180 <= lon <= 180 or not -90 <= lat <= 90:
            raise InputError(f"[{lon:g}, {lat:g}] is no place on earth", where="hazard.epicentre",
                             repair="write longitude first, then latitude, in degrees")
        quake = Earthquake(self.magnitude, self.depth_km, self.vs30_ms, self.faulting)
        return from_earthquake(quake, (lon, lat), points, city.crs, SOURCE)

    def _chosen(self, name: str, value: str, known: tuple[str, ...]) -> None:
        if value not in known:
            raise InputError(f"'{value}' is not one of {', '.join(known)}", where=f"hazard.{name}", repair="choose one of them")

    def _assumptions(self, shaking: Shaking) -> tuple[str, ...]:
        equipment = "anchored" if self.anchored else "not anchored"
        draws = f"correlated by {self.correlation:g}" if self.correlation else "independent"
        return (
            f"Shaking by {shaking.source}; equipment {equipment}, buildings of {self.code} code, {self.pipes} mains.",
            f"Damage by Hazus fragility curves, draws {draws}.",
            "Time to function by Hazus, normal, truncated at 0 and renormalised.",
            "Liquefaction and other ground failure are left out.",
        )


def _warnings(things: Exposed, shaking: Shaking) -> tuple[str, ...]:
    told = list(shaking.warnings)
    if shaking.missing.any():
        told.append(f"{int(shaking.missing.sum())} of {len(shaking.missing)} things lie where the shaking is not known and count "
                    "as unshaken. Give a map that reaches them.")
    if things.unplaced:
        told.append(f"{things.unplaced} components have no position and count as unshaken. Place them.")
    needed = {c.measure for c in things.curves} | ({"PGV"} if things.pipes else set())
    for measure in sorted(needed - set(shaking.fields)):
        many = sum(c.measure == measure for c in things.curves) + (things.pipes if measure == "PGV" else 0)
        told.append(f"{many} things are damaged by {measure}, which is not given; they count as undamaged. "
                    "Give a map that has it.")
    return tuple(told)
