"""A tank by its storage balance: A dh/dt = what pumps bring in less what is drawn, and pumps that switch at marks of the level.

What is drawn follows from level and inflow, hour by hour, and is foretold by a structural model of its own. The level to come is
drawn: each path starts from the estimated level, draws from the model of demand, and switches its pumps at their marks. A mark is
taken from the switches seen so far: mean and spread of the level at them; a pump whose switches tell no mark stays as it is.
Left out: what else switches a pump (time, tariff, a person), and areas that change with the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.estimation.forecasts import Forecast, Passage
from stratum_core.estimation.models import StateSpace
from stratum_core.model.fields import Bools, Floats

#: hours between two states of a path, and paths of one forecast
STEP_H, PATHS = 1 / 6, 400
#: a pair of marks lies at least so many of their spreads apart, else something else switches the pump
_APART = 2.0
_SECONDS = 3600.0


@dataclass(frozen=True)
class Marks:
    """Levels (m) at which a pump starts and stops, with their spread; NaN: none known."""

    on: float
    off: float
    on_sd: float
    off_sd: float


@dataclass(frozen=True)
class Pumps:
    """All that feed a tank's zone: flow (m3/s) of each while it runs, and its marks."""

    flow: Floats
    marks: tuple[Marks, ...]


@dataclass(frozen=True)
class Store:
    """area (m2), empty and full (m): of the tank; pumps; draw: the model of what is drawn (m3/s), one step of which is
    ``step_h`` hours.
    """

    area: float
    empty: float
    full: float
    pumps: Pumps
    draw: StateSpace
    step_h: float


@dataclass(frozen=True)
class Drawn(Forecast):
    """A forecast whose intervals are those of drawn readings, (k, paths)."""

    drawn: Floats

    def interval(self, share: float) -> tuple[Floats, Floats]:
        """The interval that holds ``share`` of coming readings."""
        low, high = np.quantile(self.drawn, [0.5 - share / 2, 0.5 + share / 2], axis=1)
        return low, high


def marks_of(level: Floats, on: Bools) -> Marks:
    """Marks of one pump from levels (t,) and whether it ran then. Of the two levels around a switch the outer one counts."""
    start, stop = np.flatnonzero(~on[:-1] & on[1:]), np.flatnonzero(on[:-1] & ~on[1:])
    low, high = np.fmin(level[start], level[start + 1]), np.fmax(level[stop], level[stop + 1])
    low, high = low[np.isfinite(low)], high[np.isfinite(high)]
    none = Marks(np.nan, np.nan, 0.0, 0.0)
    if not len(low) or not len(high):
        return none
    found = Marks(float(np.median(low)), float(np.median(high)), _spread(low), _spread(high))
    return found if found.off - found.on > _APART * max(found.on_sd, found.off_sd) else none


def _spread(values: Floats) -> float:
    """Standard deviation by the median of distances from the median, so that one odd switch does not count."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def drawn_by_hour(hours: Floats, level: Floats, inflow: Floats, area: float) -> tuple[Floats, Floats]:
    """(k,) ends of whole hours and what was drawn (m3/s) in each: inflow (t,) m3/s less the rise of ``level`` (t,) m.

    An hour in which one of them is missing, or no reading lies near its ends, is NaN.
    """
    known = np.isfinite(level) & np.isfinite(inflow)
    hours, level, inflow = hours[known], level[known], inflow[known]
    if len(hours) < 2:
        return np.empty(0), np.empty(0)
    edges = np.arange(np.ceil(hours[0]), np.floor(hours[-1]) + 0.5)
    total = poured(hours, inflow)
    at_edge = np.interp(edges, hours, total) - area * np.interp(edges, hours, level)
    right = np.clip(np.searchsorted(hours, edges), 1, len(hours) - 1)
    near = hours[right] - hours[right - 1] <= 1.5
    drawn = np.where(near[1:] & near[:-1], np.diff(at_edge) / (_SECONDS * np.diff(edges)), np.nan)
    return edges[1:], drawn


def poured(hours: Floats, inflow: Floats) -> Floats:
    """(t,) m3 since the first time, by the trapezoid rule; the last flow holds over readings that are missing."""
    there = np.flatnonzero(np.isfinite(inflow))
    flow = np.interp(hours, hours[there], inflow[there]) if len(there) else np.zeros(len(hours))
    return np.concatenate([[0.0], np.cumsum(np.diff(hours) * (flow[1:] + flow[:-1]) / 2) * _SECONDS])


def paths(store: Store, level: Floats, on: Bools, mean: Floats, cov: Floats, hours: float, random: np.random.Generator) -> Floats:
    """(steps + 1, n) levels every STEP_H hours from ``level`` (n,), with pumps ``on`` (n, pumps) and n states of the draw.

    mean (n, s), cov (n, s, s): of the draw's state at the start.
    """
    steps, (n, s) = round(hours / STEP_H), mean.shape
    size, base = np.linalg.eigh(cov)
    state = mean + np.einsum("nij,nj->ni", base * np.sqrt(np.maximum(size, 0.0))[:, None, :], random.standard_normal((n, s)))
    f, q = store.draw.step(STEP_H / store.step_h)
    size, base = np.linalg.eigh(q)
    root = (base * np.sqrt(np.maximum(size, 0.0))).T
    start, stop = _thresholds(store, n, random)
    found, now, running = np.empty((steps + 1, n)), level.copy(), on.copy()
    found[0], rate, h = now, STEP_H * _SECONDS / store.area, store.draw.observation[0]
    hour, rough = max(round(store.step_h / STEP_H), 1), np.sqrt(float(store.draw.noise[0, 0]))
    for step in range(1, steps + 1):
        if step % hour == 1 or hour == 1:  # what an hour draws beside the model lasts that hour
            beside = rough * random.standard_normal(n)
        state = state @ f.T + random.standard_normal((n, s)) @ root
        running = (running | (now[:, None] <= start)) & ~(now[:, None] >= stop)
        net = running @ store.pumps.flow - np.maximum(state @ h + beside, 0.0)
        now = np.clip(now + net * rate, store.empty, store.full)
        found[step] = now
    return found


def _thresholds(store: Store, n: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """(n, pumps) levels at which each path starts and stops each pump; infinite where there are none."""
    marks = store.pumps.marks
    on, off, on_sd, off_sd = (np.array([getattr(one, name) for one in marks]) for name in ("on", "off", "on_sd", "off_sd"))
    start = on + on_sd * random.standard_normal((n, len(marks)))
    stop = off + off_sd * random.standard_normal((n, len(marks)))
    return np.where(np.isnan(start), -np.inf, start), np.where(np.isnan(stop), np.inf, stop)


def passage_of(found: Floats, threshold: float, *, below: bool, horizon_h: float) -> Passage:
    """When paths (steps + 1, n) first pass ``threshold``, hours from their first row, linear between steps."""
    kept = found[: round(horizon_h / STEP_H) + 1]
    gap = kept - threshold if below else threshold - kept
    past = gap <= 0
    first = np.argmax(past, axis=0)
    column = np.arange(found.shape[1])
    before, after = gap[np.maximum(first - 1, 0), column], gap[first, column]
    part = np.where(first > 0, before / np.maximum(before - after, 1e-12), 1.0)
    when = np.where(past.any(axis=0), np.maximum(first - 1 + part, 0.0) * STEP_H, np.inf)
    when = np.sort(np.where(past[0], 0.0, when))
    p10, p50, p90 = (float(q) if np.isfinite(q) else None for q in
                     (when[int(np.ceil(share * len(when))) - 1] for share in (0.1, 0.5, 0.9)))
    return Passage(threshold, below, horizon_h, float(np.isfinite(when).mean()), p10, p50, p90)


def crps(drawn: Floats, truth: Floats) -> Floats:
    """(k,) continuous ranked probability score of draws (k, n) (Gneiting & Raftery 2007, eq. 21); in the unit of the truth."""
    n = drawn.shape[1]
    ordered = np.sort(drawn, axis=1)
    weight = 2 * np.arange(1, n + 1) - n - 1
    found: Floats = np.abs(drawn - truth[:, None]).mean(axis=1) - ordered @ weight / n**2
    return found


@dataclass(frozen=True)
class Bounds:
    """A level that no sensor tells, as draws (n,) of equal weight: those under which the tank neither overflowed nor ran dry."""

    drawn: Floats

    @property
    def mean(self) -> float:
        """The mean level."""
        return float(self.drawn.mean())

    @property
    def sd(self) -> float:
        """Its standard deviation."""
        return float(self.drawn.std())


def unseen_level(
    hours: Floats, inflow: Floats, drawn: Floats, *, area: float, empty: float, full: float, gain_sd: float, seed: int = 42,
    members: int = 20_000,
) -> Bounds | None:
    """The level at the last of ``hours`` from flows (t,) or (members, t) m3/s alone; None where no start fits them.

    Any start from empty to full is as likely; either flow may be off by a constant factor of standard deviation ``gain_sd``. Kept
    are those starts with which the level stayed in the tank, to a hundredth of it.
    """
    random = np.random.default_rng(seed)
    start = random.uniform(empty, full, members)
    gains = 1.0 + gain_sd * random.standard_normal((2, members))
    total_in = poured(hours, inflow)
    total_out = (np.array([poured(hours, row) for row in drawn]) if drawn.ndim == 2 else poured(hours, drawn)[None, :])
    spare = 0.01 * (full - empty)
    low, high, last = np.full(members, np.inf), np.full(members, -np.inf), np.empty(members)
    which = random.integers(len(total_out), size=members)
    for t in range(len(hours)):
        last = start + (gains[0] * total_in[t] - gains[1] * total_out[which, t]) / area
        low, high = np.minimum(low, last), np.maximum(high, last)
    fits = (low >= empty - spare) & (high <= full + spare)
    return Bounds(np.clip(last[fits], empty, full)) if fits.sum() >= 20 else None
