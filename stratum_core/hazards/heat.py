"""Heat wave: air temperature over time, what it takes from the ratings of the grid, and what it adds to demand. No damage.

Lines and cables: rating times sqrt((Tc - Ta) / (Tc - Tref)), Tc the conductor's limit, Tref the air temperature of the rating;
this is the heat balance of IEEE 738 with sun and wind as they were in the rating. Transformers: rating times
1 - c (Ta - 20 degC), c about 1 % per K (order of IEC 60076-7 for ONAN cooling). Neither rises above 1 on cool days, and neither
falls below ``least``. Demand: times 1 + d max(Ta - T0, 0), d drawn once a replicate between low and high (triangular).
The forecast error is one normal draw a replicate, added to every hour. Between the given hours temperature is linear, hour by
hour; before the first and after the last nothing is derated. Valid for air of -20 to 50 degC.
Left out: soil temperature, which lags days behind the air, so that buried cables are derated too much; sag; wind that dies
down; ageing; thermal time constants (minutes for lines, hours for transformers); water demand; people's health.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, Strain, batch
from stratum_core.hazards.draws import normals, triangular, uniforms
from stratum_core.hazards.scenario_files import numbers, scenario_file
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.spec import key
from stratum_core.random_numbers import DEMAND_RISE, WEATHER

_ONE = np.zeros(1, dtype=np.int64)
_HOTTEST_C, _COLDEST_C = 60.0, -60.0


@HAZARDS.register("heat")
@dataclass(frozen=True)
class HeatSpec:
    """hours and celsius of the same length, or a CSV with columns hour,celsius."""

    hours: tuple[float, ...] = key((), "hours of the temperatures, rising", unit="h")
    celsius: tuple[float, ...] = key((), "air temperature at each of them", unit="degC")
    series: str = key("", "CSV with columns hour,celsius, in place of both")
    temperature_shift: float = key(0.0, "added to every temperature, in all replicates", unit="K", hard=(-20, 20))
    sd_k: float = key(1.5, "deviation of the forecast, one draw a replicate", unit="K", hard=(0, 15),
                      source="assumed; order of the error of a forecast of some days")
    conductor_c: float = key(80.0, "limit of conductors", unit="degC", hard=(50, 250),
                             source="EN 50182 conductors: 80 degC; 70 to 100")
    reference_c: float = key(35.0, "air temperature that line ratings are for", unit="degC", hard=(-10, 49),
                             source="EN 50341, Germany: 35 degC, 0.6 m/s")
    transformer_per_k: float = key(0.01, "share of a transformer's rating lost a kelvin above its reference", unit="1/K",
                                   hard=(0, 0.05),
                                   source="assumed; IEC 60076-7 gives 0.8 to 1 % for ONAN")
    transformer_reference_c: float = key(20.0, "air temperature that transformer ratings are for", unit="degC",
                                         hard=(-10, 45),
                                         source="IEC 60076-2: yearly mean 20 degC")
    least: float = key(0.3, "no rating falls below this share", unit="1", hard=(0.01, 1), source="assumed")
    demand_per_k: tuple[float, ...] = key((0.005, 0.01, 0.02), "rise of electric demand a kelvin: low, mode, high", unit="1/K",
                                          source="assumed; less than 1 % without, 2 to 5 % with common air conditioning")
    demand_above_c: float = key(22.0, "temperature above which demand rises", unit="degC", hard=(0, 45), source="assumed")

    def prepare(self, city: City, folder: Path) -> PreparedHeat:
        """Read the series; raises InputError for a bad one."""
        hours, celsius = self._series(folder)
        if self.conductor_c <= self.reference_c:
            raise InputError("the conductor's limit is not above the reference", where="hazard.conductor_c",
                             repair="give for example 80 and 35 degC")
        low, mode, high = numbers(self.demand_per_k, 3, "hazard.demand_per_k", "write three shares: low, mode, high")
        if not 0 <= low <= mode <= high <= 0.2:
            raise InputError(f"{low:g}, {mode:g}, {high:g} do not rise from 0 to 0.2", where="hazard.demand_per_k",
                             repair="write three shares a kelvin: low, mode, high")
        grid = np.arange(math.ceil(hours[0]), hours[-1] + 1e-9)
        times = np.union1d(grid, hours)
        at = np.array([kind in ("line", "cable", "transformer") for kind in city.links.kind], dtype=np.bool_)
        exposed = np.flatnonzero(at) + len(city.assets)
        wires = np.array([city.links.kind[i - len(city.assets)] != "transformer" for i in exposed], dtype=np.bool_)
        air = np.interp(times, hours, celsius) + self.temperature_shift
        return PreparedHeat(self, times, air, (low, mode, high), exposed, wires)

    def _series(self, folder: Path) -> tuple[Floats, Floats]:
        if self.series:
            hours, celsius = _table(scenario_file(folder, self.series, "hazard.series"))
        else:
            size = len(self.hours) if isinstance(self.hours, tuple) else 0
            hours = numbers(self.hours, size, "hazard.hours", "write hours = [0, 12, 24]")
            celsius = numbers(self.celsius, size, "hazard.celsius", "give one temperature for each hour")
        if not hours:
            raise InputError("the heat wave has no temperatures", where="hazard.hours",
                             repair="write hours = [0, 14, 24] and celsius = [22, 37, 25]")
        if any(b <= a for a, b in pairwise(hours)) or hours[0] < 0 or hours[-1] > 720:
            raise InputError("the hours do not rise from 0 to at most 720", where="hazard.hours", repair="put them in order")
        if not all(_COLDEST_C <= c <= _HOTTEST_C for c in celsius):
            raise InputError(f"a temperature is outside {_COLDEST_C:g} to {_HOTTEST_C:g} degC", where="hazard.celsius",
                             repair="give degrees Celsius")
        return np.array(hours), np.array(celsius)


def _table(path: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        return (tuple(float(row["hour"]) for row in rows), tuple(float(row["celsius"]) for row in rows))
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError("the series is no CSV of numbers under hour,celsius", where=str(path),
                         repair="write a line hour,celsius and numbers below") from error


@dataclass(frozen=True)
class PreparedHeat:
    """A heat wave: temperature (degC) at times (h), and the wires and transformers that feel it."""

    spec: HeatSpec
    times: Floats
    celsius: Floats
    demand_per_k: tuple[float, float, float]
    exposed: Ints
    wires: Bools
    warnings: tuple[str, ...] = ()
    unit: str = "degC"
    rule: str = "heat.derating"
    source: str = "scenario; factors as in docs/hazards.md"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the heat wave takes for granted, for print."""
        low, _, high = self.demand_per_k
        return (
            f"Air up to {self.celsius.max():.0f} degC; forecast uncertain by {self.spec.sd_k:g} K (assumed).",
            f"Ratings of lines fall by the heat balance from {self.spec.reference_c:g} degC, of transformers by "
            f"{100 * self.spec.transformer_per_k:g} % a kelvin.",
            f"Electric demand rises by {100 * low:g} to {100 * high:g} % a kelvin above {self.spec.demand_above_c:g} degC "
            "(assumed).",
        )

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``: no damage; factors from each time on, 1 from an hour after the last."""
        celsius = self.celsius + self.spec.sd_k * normals(seed, first, count, _ONE, WEATHER)
        rise = triangular(uniforms(seed, first, count, _ONE, DEMAND_RISE), *self.demand_per_k)
        factors = (self.lines(celsius), self.transformers(celsius),
                   1.0 + rise * np.maximum(celsius - self.spec.demand_above_c, 0.0))
        end = np.ones((count, 1))
        lines, transformers, demand = (np.hstack([f, end]).ravel() for f in factors)
        steps = len(self.times) + 1
        time = np.tile(np.append(self.times, self.times[-1] + 1.0), count)
        none, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
        damage = batch(np.zeros(count + 1, dtype=np.int64), whole, none, none, none, none)
        strain = Strain(np.arange(count + 1, dtype=np.int64) * steps, time, lines, transformers, demand)
        return Drawn(damage, np.zeros(count), strain)

    def lines(self, celsius: Floats) -> Floats:
        """Factor on the ratings of lines and cables."""
        limit = self.spec.conductor_c
        share = np.sqrt(np.maximum(limit - celsius, 0.0) / (limit - self.spec.reference_c))
        found: Floats = np.clip(share, self.spec.least, 1.0)
        return found

    def transformers(self, celsius: Floats) -> Floats:
        """Factor on the ratings of transformers."""
        loss = self.spec.transformer_per_k * (celsius - self.spec.transformer_reference_c)
        found: Floats = np.clip(1.0 - loss, self.spec.least, 1.0)
        return found

    def intensity(self) -> Intensity:
        """Highest air temperature at lines, cables and transformers, and that of their rating; none is damaged by it."""
        size = len(self.exposed)
        hottest = np.full(size, self.celsius.max())
        rated = np.where(self.wires, self.spec.reference_c, self.spec.transformer_reference_c)
        limit = np.where(self.wires, self.spec.conductor_c, np.nan)
        return Intensity(self.exposed, hottest, rated, limit, np.zeros(size))

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``; heat by itself stops nothing."""
        return Reason("is too hot", "degC", self.source)
