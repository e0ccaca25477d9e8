"""The situation: readings of all sensors in, one picture of now out. Owned by one thread; its pictures are free to share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stratum_core.estimation.alerts import Alert, AlertBook, Rule
from stratum_core.graph import KnowledgeGraph
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints, Strings
from stratum_core.pipeline.situation.alerting import evidence, watches
from stratum_core.pipeline.situation.observability import Observability, observability, parts_of
from stratum_core.pipeline.situation.tank_watch import TankSeen, TankWatch, replaced
from stratum_core.pipeline.situation.tracking import HOUR_US, MOST, NAMES, Track, Tuned, says_nothing, track, tune, within
from stratum_core.ports import CancelToken, Progress, silent

#: a model is tuned anew after so many hours of readings
_RETUNE_H = 24.0
#: readings older than this are a recording: then now is the moment of the newest one
_RECORDED_H = 48.0
_NONE = -1


@dataclass(frozen=True)
class Picture:
    """Now, of every sensor in the city's order: newest reading, estimate with standard deviation (NaN: not known), age in hours.

    Estimates lie within the range of the sensor. at: microseconds UTC. tracks: of sensors with a model; silent: places of those
    that spoke too long ago to say anything of now; tanks: water tanks by their balances. alerts: the open ones; moved: those
    that changed with this look.
    """

    at: int
    sensors: Strings
    last: Ints
    value: Floats
    mean: Floats
    sd: Floats
    age_h: Floats
    tracks: dict[int, Track]
    silent: frozenset[int]
    tanks: tuple[TankSeen, ...]
    observed: Observability
    alerts: tuple[Alert, ...]
    moved: tuple[Alert, ...]

    def as_read(self, noise: Floats) -> Picture:
        """Where no model is tuned yet, the newest reading with the noise of its sensor in place of an estimate."""
        without = np.isnan(self.mean)
        without[list(self.silent)] = False
        return replace(self, mean=np.where(without, self.value, self.mean), sd=np.where(without, noise, self.sd))


def present_moment(newest: int, wall: int) -> tuple[int, bool]:
    """Now, of readings of which the newest is of that moment, and whether they are a recording; microseconds UTC."""
    recorded = wall - newest > _RECORDED_H * HOUR_US
    return newest if recorded else max(wall, newest), recorded


class Board:
    """What the sensors of a city have said of late, the models of each, and the alerts."""

    def __init__(self, graph: KnowledgeGraph, rules: Sequence[Rule], book: AlertBook | None = None) -> None:
        """Raises InputError for a rule on a sensor that is not there."""
        self.city: City = graph.city
        self.book = book or AlertBook()
        self.watched = watches(self.city, rules)
        self._parts = parts_of(graph)
        self._tanks = TankWatch(graph)
        self._switches = self.city.sensors.quantity == "status"
        self._place = {str(id): at for at, id in enumerate(self.city.sensors.id)}
        count = len(self.city.sensors)
        self._time: list[Ints] = [np.empty(0, dtype=np.int64) for _ in range(count)]
        self._value: list[Floats] = [np.empty(0) for _ in range(count)]
        self._arrival: list[Ints] = [np.empty(0, dtype=np.int64) for _ in range(count)]
        self._tuned: dict[int, tuple[Tuned | None, int]] = {}

    def take(self, sensor: Ints, time: Ints, value: Floats, arrival: Ints | None = None) -> None:
        """Readings in any order: places of sensors (-1: of no city), microseconds UTC, values; the first at a time stays.

        arrival: when each came in, microseconds UTC; None: at its own time.
        """
        order = np.lexsort((time, sensor))
        sensor, time, value, came = sensor[order], time[order], value[order], (time if arrival is None else arrival)[order]
        for at in np.unique(sensor[sensor >= 0]):
            mine = slice(*np.searchsorted(sensor, [at, at + 1]))
            joined = np.concatenate([self._time[at], time[mine]])
            moments, first = np.unique(joined, return_index=True)
            self._time[at] = moments[-MOST:]
            self._value[at] = np.concatenate([self._value[at], value[mine]])[first][-MOST:]
            self._arrival[at] = np.concatenate([self._arrival[at], came[mine]])[first][-MOST:]

    def places(self, ids: Strings) -> Ints:
        """The place of each sensor id in the city, -1 of one that it does not have."""
        known, back = np.unique(ids.astype(str), return_inverse=True)
        found: Ints = np.array([self._place.get(id, _NONE) for id in known.tolist()], dtype=np.int64)[back]
        return found

    @property
    def untuned(self) -> int:
        """Sensors with readings whose model waits to be tuned."""
        own = sum(len(times) > 0 and not self._switches[at] and at not in self._tuned for at, times in enumerate(self._time))
        return own + self._tanks.waiting

    @property
    def newest(self) -> int | None:
        """The moment of the newest reading of all."""
        return max((int(times[-1]) for times in self._time if len(times)), default=None)

    @property
    def oldest(self) -> int | None:
        """The moment of the oldest reading that is held."""
        return min((int(times[0]) for times in self._time if len(times)), default=None)

    def look(
        self, now: int, *, known_by: int | None = None, names: Sequence[str] = NAMES, most_tuned: int = 10**9,
        only: Collection[int] | None = None, watch: bool = True, progress: Progress = silent, cancel: CancelToken | None = None,
    ) -> Picture:
        """The picture at ``now`` from readings up to then, at most ``most_tuned`` models tuned on the way; the others wait.

        known_by: only readings that had arrived by then, None: late ones too (models are as they are tuned now). only: places of
        the sensors whose models are tuned, the others stay without; watch False: a look at the past, of which no
        alert comes. Raises Cancelled.
        """
        token, count = cancel or CancelToken(), len(self._time)
        tracks: dict[int, Track] = {}
        rows, silent = self.city.sensors, set[int]()
        last, value = np.full(count, _NONE, dtype=np.int64), np.full(count, np.nan)
        mean, sd = np.full(count, np.nan), np.full(count, np.nan)
        first = {watch.sensor for watch in self.watched if watch.rule.watches != "age"}
        for at in sorted(range(count), key=lambda at: at not in first):  # those with a rule are tuned first
            token.check()
            times, values = self._heard(at, now, known_by)
            if not len(times):
                continue
            last[at], value[at] = times[-1], values[-1]
            if self._switches[at]:  # on or off as it was said last: no walk between them
                mean[at], sd[at] = value[at], 0.0
                continue
            tuned, new = self._model(at, times, values, names, most_tuned > 0 and (only is None or at in only))
            most_tuned -= new
            found = track(tuned, times, values) if tuned is not None else None
            if found is not None:
                tracks[at] = found
                if says_nothing(found, now, float(rows.low[at]), float(rows.high[at])):
                    silent.add(at)
                else:
                    mean[at], sd[at] = within(*found.at(now), float(rows.low[at]), float(rows.high[at]))
            progress(at + 1, count)
        speaking = {at: found for at, found in tracks.items() if at not in silent}
        tanks = self._tanks.look(now, *self._all_heard(now, known_by), speaking, may_tune=most_tuned > 0)
        for at, by_balance in replaced(tanks).items():
            tracks[at] = speaking[at] = by_balance
            mean[at], sd[at] = within(*by_balance.at(now), float(rows.low[at]), float(rows.high[at]))
        age = np.where(last >= 0, (now - last) / HOUR_US, np.nan)
        unseen = [one.plan.tank for one in tanks if one.unseen is not None]
        moved: list[Alert] = []
        if watch:
            laid = {(watch.rule.name, str(self.city.sensors.id[watch.sensor])) for watch in self.watched}
            seen = evidence(self.city, self.watched, speaking, last, now)
            moved = [*self.book.keep_rules(now, laid), *self.book.look(now, seen)]
        observed = observability(self.city, self._parts, age, unseen)
        return Picture(now, self.city.sensors.id, last, value, mean, sd, age, tracks, frozenset(silent), tanks, observed,
                       tuple(self.book.open if watch else self.book.open_at(now)), tuple(moved))

    def _heard(self, at: int, now: int, known_by: int | None) -> tuple[Ints, Floats]:
        """Times and values of a sensor up to ``now``, of those that had arrived by ``known_by``."""
        until = int(np.searchsorted(self._time[at], now, side="right"))
        times, values = self._time[at][:until], self._value[at][:until]
        if known_by is None:
            return times, values
        known = self._arrival[at][:until] <= known_by
        return times[known], values[known]

    def _all_heard(self, now: int, known_by: int | None) -> tuple[list[Ints], list[Floats]]:
        both = [self._heard(at, now, known_by) for at in range(len(self._time))]
        return [times for times, _ in both], [values for _, values in both]

    def _model(self, at: int, times: Ints, values: Floats, names: Sequence[str], may_tune: bool) -> tuple[Tuned | None, bool]:
        """The model of a sensor and whether it was tuned just now; one that could not be is tried again with more readings."""
        known = self._tuned.get(at)
        until = int(times[-1])
        if known is not None and (until - known[1]) / HOUR_US < (_RETUNE_H if known[0] is not None else 1.0):
            return known[0], False
        if not may_tune:
            return (known[0] if known is not None else None), False
        tuned = tune(times, values, noise=float(np.nan_to_num(self.city.sensors.noise[at])), names=names)
        self._tuned[at] = tuned, until
        return tuned, True
