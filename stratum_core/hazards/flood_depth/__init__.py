"""Flood: frames of water depth over time.

Outage: a component stops when water reaches its equipment, by the depth range of its kind
(``resources/tables/kinds.csv``) above the base height of the asset. Money: JRC depth-damage
curves at the greatest depth. The level error is one normal draw a replicate, added
where there is water. Velocity, duration, debris and groundwater are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, batch, no_strain
from stratum_core.hazards.depth_damage import curves
from stratum_core.hazards.flood_depth.frames import depths_at
from stratum_core.hazards.flood_depth.kernels import flood_cost, sample_flood
from stratum_core.hazards.scenario_files import scenario_file
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.kinds import Kind, kinds
from stratum_core.model.spec import key

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(32)
DEPTH_SOURCE = "depth ranges of resources/tables/kinds.csv; damage: Huizinga et al. 2017, JRC105688"


@HAZARDS.register("flood_depth")
@dataclass(frozen=True)
class FloodSpec:
    """frames: tables of at_h (hours) and raster (path beside the scenario), in order of time; surge: the same of a sea."""

    frames: tuple[Mapping[str, Any], ...] = key((), "frames of depth: at_h and raster")
    surge: tuple[Mapping[str, Any], ...] = key((), "frames of surge depth above ground, in place of frames")
    level_sd_m: float = key(0.0, "standard deviation of the water level, one draw a replicate", unit="m", hard=(0, 5))
    level_shift_m: float = key(0.0, "added to every depth where there is water, in all replicates", unit="m", hard=(-5, 5))
    threshold_shift_m: float = key(0.0, "added to the depth that equipment bears, in all replicates", unit="m", hard=(-1, 5))
    provenance: str = key("assumed", "measured, derived, generated or assumed")

    def __post_init__(self) -> None:
        if self.surge:
            if self.frames:
                raise InputError("the flood has frames and surge", where="hazard.surge", repair="give one of them")
            object.__setattr__(self, "frames", self.surge)
            object.__setattr__(self, "surge", ())  # a copy with another key given is read anew

    def later(self, at_h: float) -> FloodSpec:
        """The same flood with every frame ``at_h`` hours later; raises InputError for bad frames."""
        self._times()
        moved = tuple({**frame, "at_h": frame["at_h"] + at_h} for frame in self.frames)
        return replace(self, frames=moved, surge=())

    def prepare(self, city: City, folder: Path) -> PreparedFlood:
        """Sample every frame at the city; raises InputError for bad frames or rasters."""
        times = self._times()
        positions, owner, count = _sample_points(city)
        files = [scenario_file(folder, frame["raster"], "hazard.frames") for frame in self.frames]
        frames = [depths_at(file, positions, city.crs) for file in files]
        depths = np.zeros((count, len(times)))
        for k, (depth, _) in enumerate(frames):
            np.maximum.at(depths[:, k], owner, np.where(depth > 0, depth + self.level_shift_m, 0.0))
        outside = int(np.any([beyond for _, beyond in frames], axis=0).sum())
        components = len(city.component_ids)
        return PreparedFlood(
            self,
            times,
            *_exposed(city, depths[:components], self.threshold_shift_m),
            *_priced(city, depths),
            warnings=_outside(outside, len(positions)),
        )

    def _times(self) -> Floats:
        if not self.frames or not isinstance(self.frames, tuple):
            raise InputError(
                "the flood has no frames", where="hazard.frames", repair='write frames = [{ at_h = 0, raster = "h00.tif" }]'
            )
        for number, frame in enumerate(self.frames, start=1):
            if not isinstance(frame, Mapping) or set(frame) != {"at_h", "raster"} or not _hour(frame["at_h"]):
                raise InputError(
                    f"frame {number} is not an hour at_h (0 to 720) and a raster",
                    where="hazard.frames",
                    repair='write { at_h = 6, raster = "h06.tif" }',
                )
        times = np.array([float(frame["at_h"]) for frame in self.frames])
        if (np.diff(times) <= 0).any():
            raise InputError("the hours of the frames do not rise", where="hazard.frames", repair="order the frames by at_h")
        return times


def _hour(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 720


def _outside(outside: int, points: int) -> tuple[str, ...]:
    if not outside:
        return ()
    told = f"{outside:,} of {points:,} points lie outside the flood rasters and count as dry."
    return (f"{told} Give rasters that reach them if water does.",)


def _below(value: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Chance that a triangular number is at most ``value``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = (value - low) ** 2 / ((high - low) * (mode - low))
        falling = 1.0 - (high - value) ** 2 / ((high - low) * (high - mode))
    inner = np.where(value < mode, rising, falling)
    found: Floats = np.where(value < low, 0.0, np.where(value >= high, 1.0, inner))
    return found


def _sample_points(city: City) -> tuple[Floats, Ints, int]:
    """Points to sample, which row each belongs to (components, then blocks), and the number of rows."""
    middle = city.positions()
    points, owner = [middle], [np.arange(len(middle))]
    assets = len(city.assets)
    for i, path in enumerate(city.links.path):
        if path is not None and city.links.kind[i] == "road":
            points.append(path)
            owner.append(np.full(len(path), assets + i))
    points.append(np.column_stack([city.blocks.x, city.blocks.y]))
    owner.append(np.arange(len(city.blocks)) + len(middle))
    stacked, rows = np.vstack(points), np.concatenate(owner)
    placed = np.isfinite(stacked).all(axis=1)
    return stacked[placed], rows[placed], len(middle) + len(city.blocks)


def _exposed(city: City, depths: Floats, shift: float) -> tuple[Ints, Floats, Floats, Floats, tuple[str, ...]]:
    """Components that water can stop: index, depths (n, frames), equipment height, threshold ranges (n, 3) and their sources."""
    names = np.concatenate([city.assets.kind, city.links.kind])
    known = kinds()
    wet = np.flatnonzero(depths.max(axis=1) > 0)
    chosen = np.array([i for i in wet if known[names[i]].depth is not None], dtype=np.int64)
    height = np.concatenate([city.assets.equipment_height, np.zeros(len(city.links))])
    ranges = np.maximum(np.array([known[names[i]].depth for i in chosen], dtype=float).reshape(-1, 3) + shift, 0.01)
    sources = tuple(known[names[i]].depth_source for i in chosen)
    return chosen, depths[chosen], np.nan_to_num(height[chosen]), ranges, sources


def _priced(city: City, depths: Floats) -> tuple[Floats, Floats, Ints]:
    """Wet things with a value: greatest depth, value, row of their damage curve."""
    classes = curves()[0]
    names = np.concatenate([city.assets.kind, city.links.kind])
    known = kinds()
    values = np.concatenate([city.assets.value, city.links.value, city.blocks.value])
    damage_class = [_class(known[name]) for name in names] + list(city.blocks.use)
    greatest = depths.max(axis=1)
    rows = [i for i in np.flatnonzero((greatest > 0) & (values > 0)) if damage_class[i] in classes]
    return greatest[rows], values[rows], np.array([classes.index(damage_class[i]) for i in rows], dtype=np.int64)


def _class(known: Kind) -> str:
    return known.damage_class


@dataclass(frozen=True)
class PreparedFlood:
    """A flood whose depths at the city are known."""

    spec: FloodSpec
    times: Floats
    component: Ints
    depths: Floats
    height: Floats
    ranges: Floats
    sources: tuple[str, ...]
    greatest: Floats
    value: Floats
    curve: Ints
    unit: str = "m"
    rule: str = "flood.depth"
    source: str = DEPTH_SOURCE
    warnings: tuple[str, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the flood takes for granted, for print."""
        return (
            f"Water depth over {self.times[-1] - self.times[0]:g} h in {len(self.times)} frames ({self.spec.provenance}); "
            f"level uncertain by {self.spec.level_sd_m:g} m (standard deviation).",
            "Equipment stops at the depth range of its kind, drawn for each asset and run.",
        )

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``."""
        low, mode, high = (np.ascontiguousarray(self.ranges[:, i]) for i in range(3))
        offset, component, time, clear, value, limit = sample_flood(
            seed, first, count, self.times, self.component, self.depths, self.height, low, mode, high, self.spec.level_sd_m
        )
        _, curve_depth, shares = curves()
        cost = flood_cost(seed, first, count, self.greatest, self.value, self.curve, curve_depth, shares, self.spec.level_sd_m)
        return Drawn(batch(offset, component, time, clear, value, limit), cost, no_strain(count))

    def intensity(self) -> Intensity:
        """Greatest depth at each exposed component (m), the range of its threshold above ground, and the chance of outage."""
        greatest, low, mode, high = self.depths.max(axis=1), *self.ranges.T
        level = np.maximum(greatest[:, None] + self.spec.level_sd_m * _NODES, 0.0) - self.height[:, None]
        chance = _below(level, low[:, None], mode[:, None], high[:, None]) @ (_WEIGHTS / _WEIGHTS.sum())
        return Intensity(self.component, greatest, low + self.height, high + self.height, chance)

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``; the range is that of the kind's threshold above the base of the equipment."""
        at = int(np.searchsorted(self.component, component))
        return Reason("floods", "m", self.sources[at], float(self.ranges[at, 0]), float(self.ranges[at, 2]))
