"""An earthquake whose shaking at the city is known, and its draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from stratum_core.hazards import Drawn, Intensity, Reason, batch, no_strain
from stratum_core.hazards.correlation import Copula, Places
from stratum_core.hazards.draws import hits, normals, uniforms_of
from stratum_core.hazards.earthquake.exposure import Exposed
from stratum_core.hazards.earthquake.shaking import UNITS, Field, Shaking
from stratum_core.hazards.fragility import MARKS, NINE_IN_TEN, capacity, drawn_state, exceedance, state_probabilities
from stratum_core.hazards.restoration import drawn_days, restoration
from stratum_core.model.fields import Floats, Ints
from stratum_core.random_numbers import EVENT, PLACE, RESTORATION

States = npt.NDArray[np.int8]
_ONE = np.zeros(1, dtype=np.int64)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(32)
_LEAK, _BREAK = 1, 4


@dataclass(frozen=True)
class PreparedEarthquake:
    """Rows of ``things`` in order: pipes, facilities, dwelling blocks. components: how many the city has."""

    components: int
    things: Exposed
    shaking: Shaking
    places: Places | None
    copula: Copula
    warnings: tuple[str, ...]
    assumptions: tuple[str, ...]
    unit: str = "g"
    rule: str = "earthquake.shaking"

    @property
    def source(self) -> str:
        """Where the shaking comes from."""
        return self.shaking.source

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The intensity measure of each row."""
        return ("PGV",) * self.things.pipes + tuple(c.measure for c in self.things.curves)

    @cached_property
    def level(self) -> Field:
        """Median and deviations of each row's own measure; 0 where the shaking is not known."""
        size = len(self.things.row)
        median, between, within = np.zeros(size), np.zeros(size), np.zeros(size)
        names = np.array(self.measures, dtype=object)
        for measure, field in self.shaking.fields.items():
            here = names == measure
            median[here] = np.nan_to_num(field.median[here])
            between[here], within[here] = field.between[here], field.within[here]
        return Field(median, between, within)

    @cached_property
    def curves(self) -> tuple[Floats, Floats]:
        """Medians and betas, (rows, 4), of facilities and blocks."""
        curves = self.things.curves
        return (np.array([c.median for c in curves]).reshape(-1, 4), np.array([c.beta for c in curves]).reshape(-1, 4))

    @cached_property
    def recovery(self) -> tuple[Floats, Floats, Floats]:
        """Mean and deviation of days to function, and damage ratio, (rows, 4), of facilities and blocks."""
        known = [restoration(c.restoration) if c.restoration else None for c in self.things.curves]
        nothing = (np.nan,) * 4
        columns = [[(k.mean, k.sd, k.ratio)[i] if k else nothing for k in known] for i in range(3)]
        mean, sd, ratio = (np.nan_to_num(np.array(c).reshape(-1, 4)) for c in columns)
        return mean, sd, ratio

    @cached_property
    def breaking(self) -> tuple[Floats, Floats, Floats]:
        """Breaks of each pipe at PGV 1 cm/s, the exponent of PGV, and repairs per break."""
        rate, exponent, share = (np.array([getattr(p, name) for p in self.things.pipe])
                                 for name in ("rate", "exponent", "break_share"))
        return rate * share * self.things.length_km, exponent, 1.0 / share

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``."""
        pipes, own = self.things.pipes, self.things.pipes + self.things.facilities
        im = self._intensities(seed, first, count)
        strength = self.copula.draw(seed, first, count, self.things.row)
        median, beta = self.curves
        state = np.zeros((count, len(self.things.row)), dtype=np.int8)
        state[:, :pipes] = _BREAK * (ndtr(strength[:, :pipes]) < self._break_chance(im[:, :pipes]))
        state[:, pipes:] = drawn_state(strength[:, pipes:], im[:, pipes:], median, beta)
        hit = hits(state[:, :own] > 0)
        reached, value = state[hit.row, hit.column], im[hit.row, hit.column]
        start = np.zeros(len(hit.row))
        threshold = self._thresholds(hit.column, strength[hit.row, hit.column], reached)
        work = self._work(seed, first + hit.row, hit.column, reached)
        damage = batch(hit.offset, self.things.row[hit.column], start, start.copy(), value, threshold, work=work, state=reached)
        return Drawn(damage, self._money(state), no_strain(count))

    def _intensities(self, seed: int, first: int, count: int) -> Floats:
        """(count, rows), each in the unit of its measure."""
        with np.errstate(divide="ignore"):
            level = np.broadcast_to(np.log(self.level.median), (count, len(self.things.row)))
        if self.level.between.any():
            level = level + self.level.between * normals(seed, first, count, _ONE, EVENT)
        if self.level.within.any():
            own = normals(seed, first, count, self.things.row, PLACE) if self.places is None else self.places.draw(
                seed, first, count, PLACE)
            level = level + self.level.within * own
        found: Floats = np.exp(level)
        return found

    def _break_chance(self, pgv: Floats) -> Floats:
        per_unit, exponent, _ = self.breaking
        found: Floats = -np.expm1(-per_unit * pgv**exponent)
        return found

    def _thresholds(self, column: Ints, strength: Floats, state: States) -> Floats:
        """The intensity at which each hit row reaches its state, by its own strength."""
        pipes, found = self.things.pipes, np.zeros(len(column))
        buried = column < pipes
        per_unit, exponent, _ = self.breaking
        broken = column[buried]
        found[buried] = (-np.log1p(-ndtr(strength[buried])) / per_unit[broken]) ** (1.0 / exponent[broken])
        median, beta = self.curves
        standing = column[~buried] - pipes
        found[~buried] = capacity(strength[~buried], state[~buried], median[standing], beta[standing])
        return found

    def _work(self, seed: int, replicate: Ints, column: Ints, state: States) -> Floats:
        """Hours to function; NaN (as its kind takes) for pipes and classes without restoration."""
        work = np.full(len(column), np.nan)
        standing = np.flatnonzero(column >= self.things.pipes)
        row, place = column[standing] - self.things.pipes, state[standing].astype(np.int64) - 1
        mean, sd, _ = self.recovery
        u = uniforms_of(seed, replicate[standing], self.things.row[column[standing]], RESTORATION)
        days = drawn_days(u, mean[row, place], sd[row, place])
        work[standing] = np.where(mean[row, place] > 0, days * 24.0, np.nan)
        return work

    def _money(self, state: States) -> Floats:
        """Value times damage ratio, of each replicate."""
        pipes = self.things.pipes
        ratio = np.column_stack([np.zeros(len(self.things.curves)), self.recovery[2]])
        here = state[:, pipes:]
        cost: Floats = (self.things.value[pipes:] * ratio[np.arange(here.shape[1]), here]).sum(axis=1)
        return cost

    def intensity(self) -> Intensity:
        """Median shaking and chances of damage of every component that it reaches."""
        pipes, own = self.things.pipes, self.things.pipes + self.things.facilities
        states = np.vstack([self._pipe_states(), self._facility_states()])[:own]
        shaken = np.flatnonzero(self.level.median[:own] > 0)
        median = np.where(np.isfinite(self.curves[0]), self.curves[0], np.nan)
        low = np.concatenate([np.full(pipes, np.nan), median[:, 0]])[:own]
        high = np.concatenate([np.full(pipes, np.nan), np.nanmax(median, axis=1, initial=0.0)])[:own]
        names = np.array(self.measures[:own], dtype=object)
        units = np.array([UNITS[name] for name in names], dtype=object)
        chance = 1.0 - states[:, 0]
        chance[:pipes] = states[:pipes, _BREAK]
        return Intensity(self.things.row[shaken], self.level.median[shaken], low[shaken], high[shaken], chance[shaken],
                         states[shaken], names[shaken], units[shaken])

    def _facility_states(self) -> Floats:
        pipes, level = self.things.pipes, self.level
        spread = np.hypot(level.between, level.within)[pipes:]
        found: Floats = state_probabilities(exceedance(level.median[pipes:], *self.curves, spread))
        return found

    def _pipe_states(self) -> Floats:
        """Undamaged, leaking (state 1) or broken (state 4), averaged over the uncertainty of the shaking."""
        pipes, level = self.things.pipes, self.level
        per_unit, exponent, repairs = self.breaking
        spread = np.hypot(level.between, level.within)[:pipes]
        pgv = level.median[:pipes, None] * np.exp(spread[:, None] * _NODES)
        breaks = per_unit[:, None] * pgv ** exponent[:, None]
        weight = _WEIGHTS / _WEIGHTS.sum()
        none, whole = np.exp(-breaks * repairs[:, None]) @ weight, np.exp(-breaks) @ weight
        states = np.zeros((pipes, 5))
        states[:, 0], states[:, _LEAK], states[:, _BREAK] = none, whole - none, 1.0 - whole
        return states

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``; the range holds 9 in 10 strengths, from the least state's to the worst state's."""
        row = self._row_of[component]
        unit = UNITS[self.measures[row]]
        if row < self.things.pipes:
            pipe = self.things.pipe[row]
            return Reason("breaks in the shaking", unit, f"{pipe.source} ({MARKS[pipe.mark]})")
        curve = self.things.curves[row - self.things.pipes]
        ends = [(m, b) for m, b in zip(curve.median, curve.beta, strict=True) if np.isfinite(m)]
        (least, narrow), (worst, wide) = ends[0], ends[-1]
        low, high = least * math.exp(-NINE_IN_TEN * narrow), worst * math.exp(NINE_IN_TEN * wide)
        return Reason("is damaged by the shaking", unit, curve.told_source, low, high)

    @cached_property
    def _row_of(self) -> dict[int, int]:
        return {int(c): i for i, c in enumerate(self.things.row[: self.things.pipes + self.things.facilities])}
