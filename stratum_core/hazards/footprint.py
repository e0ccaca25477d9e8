"""Footprint: polygons of a wildfire, an explosion, a cordon, and what stops inside them.

A component inside fails with a probability (one, or by kind), when the front reaches it: at ``at_h``, plus its distance from
the origin over ``speed_kmh`` where a speed is given. A link is inside when any of it is. Repair starts ``lasts_h`` later. With a
damage ``state``, time to function and money follow the Hazus table of the component's class as if shaking had caused it, which
is an assumption; without, repair takes as its kind takes, and money is ``damage_share`` of the value.
Valid as far as the polygon is. Left out: how the event spreads (the polygon says where), heat or pressure inside it, smoke.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr

from stratum_core.errors import InputError, unknown
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, batch, no_strain
from stratum_core.hazards.correlation import Copula, copula
from stratum_core.hazards.draws import hits, uniforms_of
from stratum_core.hazards.earthquake.exposure import voltages
from stratum_core.hazards.fragility import STATES, class_of
from stratum_core.hazards.projection import LONLAT, transformed
from stratum_core.hazards.restoration import Restoration, drawn_days, restoration
from stratum_core.hazards.scenario_files import numbers, scenario_file
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.model.kinds import kinds
from stratum_core.model.spec import key
from stratum_core.random_numbers import RESTORATION


@HAZARDS.register("footprint")
@dataclass(frozen=True)
class FootprintSpec:
    """file of polygons (GeoJSON, GeoPackage, Shapefile; any CRS), and what happens inside."""

    file: str = key("", "polygons, beside the scenario")
    layer: str = key("", "layer of the file; empty: the first")
    probability: float = key(1.0, "chance that a component inside stops", unit="1", hard=(0, 1))
    probabilities: Mapping[str, Any] = key((), "chance by kind, such as { line = 0.9 }; other kinds take probability")
    at_h: float = key(0.0, "hour at which it starts", unit="h", hard=(0, 720))
    lasts_h: float = key(0.0, "hours from its arrival until repair can start", unit="h", hard=(0, 1e4))
    speed_kmh: float = key(0.0, "speed of the front from the origin; 0: everywhere at once", unit="km/h", hard=(0, 1e5))
    origin: tuple[float, ...] = key((), "longitude and latitude from which the front spreads, degrees")
    state: int = key(0, "damage state inside, 1 slight to 4 complete; 0: none, repair as its kind takes", hard=(0, 4))
    damage_share: float = key(0.0, "share of the value lost inside, where no state is given", unit="1", hard=(0, 1))
    correlation: float = key(0.0, "correlation of the damage draws, at no distance", unit="1", hard=(0, 1))
    correlation_km: float = key(0.0, "b of exp(-3 h / b) of the damage draws; 0: the same at any distance", unit="km",
                                hard=(0, 500))

    def prepare(self, city: City, folder: Path) -> PreparedFootprint:
        """Find what lies inside; raises InputError for a bad file, kind or chance."""
        shape = _polygons(scenario_file(folder, self.file, "hazard.file"), self.layer, city)
        points = np.vstack([city.positions(), np.column_stack([city.blocks.x, city.blocks.y])])
        row = np.flatnonzero(_inside(city, points, shape))
        kind = np.concatenate([city.assets.kind, city.links.kind, np.full(len(city.blocks), "", dtype=object)])[row]
        value = np.nan_to_num(np.concatenate([city.assets.value, city.links.value, city.blocks.value]))[row]
        volts = np.append(voltages(city), np.full(len(city.blocks), np.nan))[row]
        recovery = [_recovery(name, v) if self.state else None for name, v in zip(kind, volts, strict=True)]
        warnings = () if len(row) else ("Nothing of the city lies inside the footprint. Check the file and its CRS.",)
        return PreparedFootprint(self, row, self._chances(kind), self._arrivals(points[row], city), value, tuple(recovery),
                                 len(city.component_ids), copula(points[row], self.correlation, self.correlation_km), warnings)

    def _chances(self, kind: Strings) -> Floats:
        given = self.probabilities or {}
        if not isinstance(given, Mapping):
            raise InputError("probabilities is no table", where="hazard.probabilities", repair="write { line = 0.9 }")
        for name, chance in given.items():
            if name not in kinds():
                raise unknown("kind", name, kinds(), where="hazard.probabilities")
            if isinstance(chance, bool) or not isinstance(chance, (int, float)) or not 0 <= chance <= 1:
                raise InputError(f"the chance of {name} is '{chance}'", where="hazard.probabilities", repair="give 0 to 1")
        return np.array([float(given.get(name, self.probability)) for name in kind])

    def _arrivals(self, points: Floats, city: City) -> Floats:
        if self.speed_kmh == 0.0:
            return np.full(len(points), self.at_h)
        lonlat = numbers(self.origin, 2, "hazard.origin", "a speed needs origin = [longitude, latitude]")
        at = transformed(np.array([lonlat]), LONLAT, city.crs, where="hazard.origin")[0]
        if not np.isfinite(at).all():
            raise InputError("the origin has no image in the city's coordinate system", where="hazard.origin",
                             repair="write longitude first, then latitude, in degrees")
        km = np.hypot(*(points - at).T) / 1000.0
        return np.asarray(self.at_h + km / self.speed_kmh)


def _polygons(path: Path, layer: str, city: City) -> Any:
    """The union of the polygons, in the city's coordinate system."""
    import pyogrio.raw
    import shapely
    from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    try:
        meta, _, geometries, _ = pyogrio.raw.read(str(path), layer=layer or None, columns=[], force_2d=True)
        shapes = shapely.from_wkb(geometries if geometries is not None else [])
    except (DataSourceError, DataLayerError, FieldError, FeatureError, GeometryError, CRSError, shapely.errors.ShapelyError,
            ValueError) as error:
        raise InputError(f"GDAL cannot read it: {error}", where=str(path), repair="export the polygons as GeoJSON") from error
    shapes = np.array([s for s in shapes if s is not None and s.geom_type in ("Polygon", "MultiPolygon")], dtype=object)
    if not len(shapes):
        raise InputError("the file holds no polygon", where=str(path), repair="draw the footprint as a polygon")
    moved = shapely.transform(shapes, lambda xy: _moved(xy, meta["crs"], city, path))
    return shapely.union_all(shapely.make_valid(moved))


def _moved(points: Floats, crs: str | None, city: City, path: Path) -> Floats:
    if city.crs == "none":
        return points
    if not crs:
        raise InputError("the polygons have no coordinate system", where=str(path), repair="export them with one")
    found = transformed(points, crs, city.crs, where=str(path))
    if not np.isfinite(found).all():
        raise InputError("some vertices have no image in the city's coordinate system", where=str(path),
                         repair="check the coordinate system of the polygons")
    return found


def _inside(city: City, points: Floats, shape: Any) -> Bools:
    """True for components and blocks that the footprint touches."""
    import shapely

    shapely.prepare(shape)
    inside: Bools = np.asarray(shapely.contains_xy(shape, points[:, 0], points[:, 1]))
    at = {name: i for i, name in enumerate(city.assets.id)}
    for i, (path, start, end) in enumerate(zip(city.links.path, city.links.start, city.links.end, strict=True)):
        ends = path if path is not None and len(path) > 1 else points[[at[name] for name in (start, end) if name in at]]
        if len(ends) > 1 and np.isfinite(ends).all():
            inside[len(city.assets) + i] = bool(shapely.intersects(shape, shapely.LineString(ends)))
    return inside


def _recovery(kind: str, voltage: float) -> Restoration | None:
    family = kinds()[kind].fragility if kind else "dwelling"
    if not family or family.startswith("pipe"):
        return None
    return restoration(class_of(family, ("unanchored", "low"), voltage).restoration)


@dataclass(frozen=True)
class PreparedFootprint:
    """A footprint whose inside is known. row: component, or components + block; arrival: hours."""

    spec: FootprintSpec
    row: Ints
    chance: Floats
    arrival: Floats
    value: Floats
    recovery: tuple[Restoration | None, ...]
    components: int
    copula: Copula
    warnings: tuple[str, ...] = ()
    unit: str = "1"
    rule: str = "footprint"
    source: str = "scenario"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the footprint takes for granted, for print."""
        inside = int((self.row < self.components).sum())
        told = f"{inside} components lie inside the footprint; each stops with the chance that the scenario gives."
        if not self.spec.state:
            return (told,)
        return (told, f"Damage inside is {STATES[self.spec.state - 1]}; time and money as after shaking (assumed).")

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``."""
        hit_all = ndtr(self.copula.draw(seed, first, count, self.row)) < self.chance
        hit = hits(hit_all[:, : self._own])
        start = self.arrival[hit.column]
        state = np.full(len(start), self.spec.state, dtype=np.int8)
        work = self._work(seed, first + hit.row, hit.column) if self.spec.state else None
        ones = np.ones(len(start))
        damage = batch(hit.offset, self.row[hit.column], start, start + self.spec.lasts_h, ones, np.zeros(len(start)), work=work,
                       state=state)
        return Drawn(damage, hit_all @ (self.value * self._shares()), no_strain(count))

    @property
    def _own(self) -> int:
        return int((self.row < self.components).sum())

    def _shares(self) -> Floats:
        if not self.spec.state:
            return np.full(len(self.row), self.spec.damage_share)
        return np.nan_to_num([r.ratio[self.spec.state - 1] if r else 0.0 for r in self.recovery])

    def _work(self, seed: int, replicate: Ints, column: Ints) -> Floats:
        """Hours to function by the class of each; NaN (as its kind takes) where it has none."""
        place = self.spec.state - 1
        mean, sd = (np.nan_to_num([getattr(r, name)[place] if r else 0.0 for r in self.recovery]) for name in ("mean", "sd"))
        days = drawn_days(uniforms_of(seed, replicate, self.row[column], RESTORATION), mean[column], sd[column])
        found: Floats = np.where(mean[column] > 0, days * 24.0, np.nan)
        return found

    def intensity(self) -> Intensity:
        """1 at each component inside, with its chance; states where one is given."""
        own = slice(0, self._own)
        chance, ones = self.chance[own], np.ones(self._own)
        states = None
        if self.spec.state:
            states = np.zeros((len(ones), 5))
            states[:, 0], states[:, self.spec.state] = 1.0 - chance, chance
        return Intensity(self.row[own], ones, ones, ones, chance, states)

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``."""
        return Reason("is hit by the event", source="scenario")
