"""The water tanks of a city at a moment: each by its balance, by its gauge alone, or inferred from flows; and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.estimation.tank_balance import Bounds, unseen_level
from stratum_core.graph import KnowledgeGraph
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.number_format import hours
from stratum_core.pipeline.situation.tank_plans import Feed, TankPlan, in_m3_s, tank_plans
from stratum_core.pipeline.situation.tanks import REACH_H, Balance, BalanceTrack, balance_of, balance_track
from stratum_core.pipeline.situation.tracking import HOUR_US, Track

#: hours of flows that a level without a gauge is inferred from, hours between two of them, and how old the newest may be
_LOOKS_BACK_H, _EVERY_H, _OLD_H = 48.0, 0.5, 2.0
#: a flow meter is off by a constant share (standard deviation; assumed, 0.005 to 0.05)
_GAIN_SD = 0.02
#: demand of a zone without a meter about the city's: of its mean, and of each hour, which is like the next by so much (assumed;
#: 0.1 to 0.3, 0.3 to 0.6, 0.7 to 0.9)
_MEAN_SD, _HOUR_SD, _LASTS, _MEMBERS = 0.2, 0.4, 0.85, 200
_RETUNE_H, _RELOOK_H = 24.0, 1 / 6


@dataclass(frozen=True)
class TankSeen:
    """A tank at the moment of a picture. track: of its gauge, by the balance or alone; unseen: its level as a share, inferred.

    balance: how the balance was tuned and scored, None where there is none; why: what model it is and for which reason.
    """

    plan: TankPlan
    track: Track | None
    unseen: Bounds | None
    balance: Balance | None
    why: str


class TankWatch:
    """All tanks of a city, with the balances that were tuned. Owned by the board's thread."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._city: City = graph.city
        self._plans = tank_plans(graph)
        self._tuned: dict[int, tuple[Balance | str, int]] = {}
        self._unseen: dict[int, tuple[Bounds | None, int]] = {}
        self.waiting = 0

    def look(
        self, now: int, times: Sequence[Ints], values: Sequence[Floats], tracks: dict[int, Track], *, may_tune: bool
    ) -> tuple[TankSeen, ...]:
        """Each tank from readings up to ``now``; ``tracks``: of the sensors alone. ``waiting`` tells what was not tuned yet."""
        self.waiting = 0
        return tuple(self._gauged(plan, now, times, values, tracks, may_tune) if plan.level >= 0 and len(times[plan.level])
                     else self._inferred(plan, now, times, values, "no gauge") for plan in self._plans)

    def _gauged(
        self, plan: TankPlan, now: int, times: Sequence[Ints], values: Sequence[Floats], tracks: dict[int, Track], may_tune: bool
    ) -> TankSeen:
        own, silent_h = tracks.get(plan.level), (now - int(times[plan.level][-1])) / HOUR_US
        if own is None and silent_h > REACH_H:
            return self._inferred(plan, now, times, values, f"its gauge has been silent for {hours(silent_h)}")
        if plan.gap or own is None:
            return TankSeen(plan, own, None, None, f"by its gauge alone: {plan.gap or 'it has no model yet'}")
        known, until = self._tuned.get(plan.tank), own.last
        if may_tune and (known is None or until - known[1] > _RETUNE_H * HOUR_US):
            known = self._tuned[plan.tank] = balance_of(self._city, plan, times, values, own), until
        if known is None:
            self.waiting += 1
            return TankSeen(plan, own, None, None, "by its gauge alone: its balance waits to be tuned")
        if isinstance(known[0], str):
            return TankSeen(plan, own, None, None, f"by its gauge alone: {known[0]}")
        balance = known[0]
        if silent_h > REACH_H:
            return TankSeen(plan, own, None, balance, f"by its gauge alone, which has been silent for {hours(silent_h)}")
        told = (f"mean error of forecasts 1 to 12 h ahead {balance.scores.error:.2g} by balance, {balance.own.error:.2g} by its "
                "gauge alone")
        if not balance.chosen:
            return TankSeen(plan, own, None, balance, f"by its gauge alone, which foretells better: {told}")
        found = balance_track(self._city, plan, balance, times, values)
        if found is None:
            return TankSeen(plan, own, None, balance, "by its gauge alone: what feeds its zone is not heard of any more")
        return TankSeen(plan, found, None, balance, f"by its balance: {told}")

    def _inferred(
        self, plan: TankPlan, now: int, times: Sequence[Ints], values: Sequence[Floats], gauge: str
    ) -> TankSeen:
        if plan.gap and not (plan.meter >= 0 and plan.both_ways):
            return TankSeen(plan, None, None, None, f"not known: {gauge}, and {plan.gap}")
        found, at = self._unseen.get(plan.tank, (None, -1))
        if at < 0 or abs(now - at) > _RELOOK_H * HOUR_US:
            found = self._unseen_now(plan, now, times, values)
            self._unseen[plan.tank] = found, now
        if found is None:
            return TankSeen(plan, None, None, None, f"not known: {gauge}, and flows are missing or fit no level")
        source = ("the meter on its pipe" if plan.both_ways else "what feeds its zone and the meter of what it draws"
                  if plan.meter >= 0 else "what feeds its zone and the city's demand")
        return TankSeen(plan, None, found, None, f"inferred from {source} over {_LOOKS_BACK_H:g} h")

    def _unseen_now(self, plan: TankPlan, now: int, times: Sequence[Ints], values: Sequence[Floats]) -> Bounds | None:
        grid = now - (np.arange(round(_LOOKS_BACK_H / _EVERY_H), -1, -1) * _EVERY_H * HOUR_US).astype(np.int64)
        inflow, elapsed = np.zeros(len(grid)), (grid - grid[0]) / HOUR_US
        for feed in () if plan.both_ways else plan.feeds:
            inflow += self._mean_flow(*_said(self._city, feed, times, values), grid)
        if plan.meter >= 0:
            factor = in_m3_s(self._city, plan.meter)
            drawn = self._mean_flow(times[plan.meter], values[plan.meter] * factor, grid)
        else:
            drawn = plan.demand * _profiles(len(grid))
        known = np.isfinite(inflow) & np.isfinite(drawn if drawn.ndim == 1 else inflow)
        begins = int(np.argmax(known))
        if not known.any() or not known[begins:].all() or elapsed[-1] - elapsed[begins] < 6.0:
            return None
        return unseen_level(elapsed[begins:], inflow[begins:], drawn[..., begins:], area=plan.area, empty=plan.empty,
                            full=plan.full, gain_sd=_GAIN_SD)

    @staticmethod
    def _mean_flow(time: Ints, flow: Floats, grid: Ints) -> Floats:
        """Mean flow (m3/s) around each time of the grid; NaN where nothing was heard for longer than _OLD_H."""
        if len(time) < 2:
            return np.full(len(grid), np.nan)
        edges = np.append(grid - _EVERY_H * HOUR_US / 2, grid[-1] + _EVERY_H * HOUR_US / 2)
        total = np.concatenate([[0.0], np.cumsum(np.diff(time) * (flow[1:] + flow[:-1]) / 2)])
        mean = np.diff(np.interp(edges, time, total)) / (_EVERY_H * HOUR_US)
        before = np.clip(np.searchsorted(time, grid, side="right") - 1, 0, None)
        last = grid + _EVERY_H * HOUR_US / 2 > time[-1]
        mean = np.where(last, flow[before], mean)
        found: Floats = np.where((grid < time[0]) | (grid - time[before] > _OLD_H * HOUR_US), np.nan, mean)
        return found


def _said(city: City, feed: Feed, times: Sequence[Ints], values: Sequence[Floats]) -> tuple[Ints, Floats]:
    """Times and m3/s of what a feed brought."""
    sensor = feed.flow if feed.flow >= 0 else feed.status
    return times[sensor], values[sensor] * (in_m3_s(city, sensor) if feed.flow >= 0 else feed.capacity)


def _profiles(steps: int) -> Floats:
    """(members, steps) factors of a demand of which only the mean is known, about."""
    random = np.random.default_rng(11)
    keeps = _LASTS ** _EVERY_H
    wave = np.empty((_MEMBERS, steps))
    wave[:, 0] = random.standard_normal(_MEMBERS)
    for t in range(1, steps):
        wave[:, t] = keeps * wave[:, t - 1] + np.sqrt(1 - keeps**2) * random.standard_normal(_MEMBERS)
    mean = np.maximum(1.0 + _MEAN_SD * random.standard_normal(_MEMBERS), 0.0)
    return mean[:, None] * np.maximum(1.0 + _HOUR_SD * wave, 0.0)


def replaced(seen: Sequence[TankSeen]) -> dict[int, BalanceTrack]:
    """Tracks that are to stand for those of the gauges alone, by sensor."""
    return {one.plan.level: one.track for one in seen if isinstance(one.track, BalanceTrack)}
