"""Cyber intrusion: from entry points along control dependencies, until it is detected.

From each compromised component the intrusion reaches those that depend on it for a service of ``services`` (the supplier
controls the dependent), and along the links of ``networks``, both ways; ``upstream`` also lets it climb from a dependent to its
supplier. Each hop succeeds with ``hop_probability`` and takes ``hop_h``; the earliest way in counts. It is detected
``detected_h`` after the start, and nothing more is lost then. A compromised component is out from its compromise until
``restore_h`` after detection, each drawn alone. Ranges are triangular (low, mode, high). The numbers are assumed: reported
dwell times run from hours to months, and no figure fits a given plant. Left out: what the intruder does with control (false
set points, damage to machines), insiders, defence that learns.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.graph.compiled import positions
from stratum_core.hazards import HAZARDS, Drawn, Intensity, Reason, batch, no_strain
from stratum_core.hazards.draws import triangular, uniforms
from stratum_core.hazards.scenario_files import numbers
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.spec import key
from stratum_core.model.tables import SECTORS
from stratum_core.random_numbers import DETECTION, HOP, HOP_TIME, RESTORING

_ONE = np.zeros(1, dtype=np.int64)
_RANGE = "write three numbers: low, mode, high, each from 0 and rising"


@HAZARDS.register("cyber")
@dataclass(frozen=True)
class CyberSpec:
    """entry_points: ids; services: what the intrusion travels along."""

    entry_points: tuple[str, ...] = key((), "ids of the components that fall first")
    services: tuple[str, ...] = key(("control",), "services of dependencies that it travels along")
    networks: tuple[str, ...] = key((), "sectors whose links it travels along too, such as telecom")
    upstream: bool = key(False, "it also climbs from a dependent to its supplier")
    hop_probability: float = key(0.5, "chance that it takes a dependency", unit="1", hard=(0, 1), source="assumed")
    hop_h: tuple[float, ...] = key((0.5, 4.0, 24.0), "hours of a hop: low, mode, high", unit="h", source="assumed")
    detected_h: tuple[float, ...] = key((4.0, 24.0, 168.0), "hours until it is detected: low, mode, high", unit="h",
                                        source="assumed")
    restore_h: tuple[float, ...] = key((8.0, 24.0, 96.0), "hours from detection to a clean system: low, mode, high", unit="h",
                                       source="assumed")

    def prepare(self, city: City, folder: Path) -> PreparedCyber:
        """Find what the intrusion can reach; raises InputError for unknown ids, services or ranges."""
        if not self.entry_points:
            raise InputError("the intrusion has no entry point", where="hazard.entry_points",
                             repair='write entry_points = ["id"]')
        entry = [city.index[city.resolve(str(name), where="hazard.entry_points")] for name in self.entry_points]
        present = set(city.dependencies.service)
        for service in self.services:
            if service not in present and service != "control":
                raise unknown("service", str(service), {*present, "control"}, where="hazard.services")
        for sector in self.networks:
            if sector not in SECTORS:
                raise unknown("sector", str(sector), SECTORS, where="hazard.networks")
        tails, heads = self._ways(city)
        hop, detected, restore = (_rising(getattr(self, name), f"hazard.{name}") for name in ("hop_h", "detected_h", "restore_h"))
        warnings = () if len(tails) else (f"No dependency is of service {' or '.join(self.services)}: the intrusion stays at its "
                                          "entry points. Name other services or networks, or import control dependencies.",)
        reached, hops = _reachable(entry, tails, heads, len(city.component_ids))
        return PreparedCyber(self, np.array(sorted(set(entry)), dtype=np.int64), tails, heads, reached, hops, hop, detected,
                             restore, warnings)


    def _ways(self, city: City) -> tuple[Ints, Ints]:
        """Components at both ends of each way that the intrusion can take."""
        along = np.isin(city.dependencies.service, list(self.services))
        supplier = positions(city, city.dependencies.supplier, "dependencies", required=True)[along]
        dependent = positions(city, city.dependencies.dependent, "dependencies", required=True)[along]
        links = np.isin(city.links.sector, list(self.networks)) & city.links.in_service
        start, end = (positions(city, column[links], "the ends of links") for column in (city.links.start, city.links.end))
        joined = (start >= 0) & (end >= 0)
        start, end = start[joined], end[joined]
        climbing = (dependent, supplier) if self.upstream else (supplier[:0], dependent[:0])
        return (np.concatenate([supplier, start, end, climbing[0]]), np.concatenate([dependent, end, start, climbing[1]]))


def _rising(values: Any, where: str) -> tuple[float, float, float]:
    low, mode, high = numbers(values, 3, where, _RANGE)
    if not 0 <= low <= mode <= high <= 1e5:
        raise InputError(f"{low:g}, {mode:g}, {high:g} do not rise from 0", where=where, repair=_RANGE)
    return low, mode, high


def _reachable(entry: list[int], tails: Ints, heads: Ints, size: int) -> tuple[Ints, Ints]:
    """Components that the intrusion can reach, by index, and the fewest hops to each."""
    hops = np.full(size, -1, dtype=np.int64)
    hops[entry] = 0
    front = np.array(sorted(set(entry)), dtype=np.int64)
    step = 0
    while len(front):
        step += 1
        following = np.unique(heads[np.isin(tails, front)])
        front = following[hops[following] < 0]
        hops[front] = step
    reached = np.flatnonzero(hops >= 0)
    return reached, hops[reached]


@dataclass(frozen=True)
class PreparedCyber:
    """An intrusion whose ways are known. tails, heads: components at the ends of each way; reached: all it can reach."""

    spec: CyberSpec
    entry: Ints
    tails: Ints
    heads: Ints
    reached: Ints
    hops: Ints
    hop_h: tuple[float, float, float]
    detected_h: tuple[float, float, float]
    restore_h: tuple[float, float, float]
    warnings: tuple[str, ...] = ()
    unit: str = "hops"
    rule: str = "cyber.intrusion"
    source: str = "scenario; ranges assumed"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the intrusion takes for granted, for print."""
        low, mode, high = self.detected_h
        return (f"From {len(self.entry)} entry points {len(self.reached)} components can be reached; each hop succeeds with "
                f"{self.spec.hop_probability:g}.",
                f"Detected after {low:g} to {high:g} h, most likely {mode:g} h; all ranges are assumed.")

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``; an intrusion costs no direct damage."""
        ways = np.arange(len(self.tails), dtype=np.int64)
        open_ = uniforms(seed, first, count, ways, HOP) < self.spec.hop_probability
        takes = triangular(uniforms(seed, first, count, ways, HOP_TIME), *self.hop_h)
        detected = triangular(uniforms(seed, first, count, _ONE, DETECTION), *self.detected_h)[:, 0]
        cleaned = detected[:, None] + triangular(uniforms(seed, first, count, self.reached, RESTORING), *self.restore_h)
        found = [self._spread(open_[i], takes[i], detected[i]) for i in range(count)]
        offset = np.concatenate([[0], np.cumsum([len(f) for f in found])]).astype(np.int64)
        component = np.array([c for f in found for c in sorted(f)], dtype=np.int64)
        times, hops = (np.array([f[c][k] for f in found for c in sorted(f)], dtype=float) for k in (0, 1))
        row = np.repeat(np.arange(count), np.diff(offset))
        clear = cleaned[row, np.searchsorted(self.reached, component)]
        damage = batch(offset, component, times, clear, hops, np.zeros(len(component)), work=np.zeros(len(component)))
        return Drawn(damage, np.zeros(count), no_strain(count))

    def _spread(self, open_: Bools, takes: Floats, detected: float) -> dict[int, tuple[float, int]]:
        """Hour of compromise and hops of each component that falls before detection: earliest way first."""
        queue = [(0.0, 0, int(c)) for c in self.entry]
        found: dict[int, tuple[float, int]] = {}
        while queue:
            at, hops, component = heapq.heappop(queue)
            if component in found:
                continue
            found[component] = (at, hops)
            for way in np.flatnonzero((self.tails == component) & open_):
                if at + takes[way] < detected:
                    heapq.heappush(queue, (float(at + takes[way]), hops + 1, int(self.heads[way])))
        return found

    def intensity(self) -> Intensity:
        """Fewest hops to each component that can be reached, and the chance of that many hops succeeding on one way.

        Other ways and the time until detection are left out of this chance; the replicates count them.
        """
        hops = self.hops.astype(float)
        zeros = np.zeros(len(hops))
        return Intensity(self.reached, hops, zeros, zeros, self.spec.hop_probability**hops)

    def reason(self, component: int, value: float, threshold: float) -> Reason:
        """See ``Prepared``; the value is the number of hops from an entry point."""
        if value == 0:
            return Reason("is compromised as an entry point", source="scenario")
        return Reason("is compromised through what controls it", "hops", "scenario")
