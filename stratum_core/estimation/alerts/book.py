"""The open and past alerts of a city: raised, acknowledged, escalated, ended; every step is a pure function of what is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from stratum_core.errors import InputError
from stratum_core.estimation.alerts.rules import SEVERITIES, Rule

_HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class Evidence:
    """What a rule sees of a sensor: chance of being past the threshold, chance of being past where it ends, and the sentence.

    hours: until it is there, in the middle; 0: now.
    """

    rule: Rule
    sensor: str
    past: float
    past_end: float
    text: str
    hours: float = 0.0


@dataclass(frozen=True)
class Alert:
    """An alert from its first moment to its last; times in microseconds UTC, None where it has not come to that.

    severity: as of now, escalation included; chance, text and hours until it is there: of the last look while it was open.
    """

    id: str
    rule: str
    sensor: str
    severity: str
    raised: int
    chance: float
    text: str
    acknowledged: int | None = None
    acknowledged_by: str = ""
    escalated: int | None = None
    ended: int | None = None
    hours: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None


@dataclass
class AlertBook:
    """All alerts by id, and what waits to become one: since when each (rule, sensor) has been past its threshold."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    _since: dict[tuple[str, str], int] = field(default_factory=dict)

    def look(self, now: int, evidence: Iterable[Evidence]) -> list[Alert]:
        """Bring the book to ``now``; returns the alerts that are new, have ended or were escalated, the worst first.

        A rule without evidence this time (its sensor is silent) leaves its alert as it is: silence never ends one.
        """
        opened = {(one.rule, one.sensor): one for one in self.alerts.values() if one.is_open}
        moved = []
        for seen in evidence:
            key = (seen.rule.name, seen.sensor)
            before = opened.get(key)
            after = self._raised(now, key, seen) if before is None else self._kept(now, before, seen)
            if after is None:
                continue
            self.alerts[after.id] = after
            if before is None or after.ended != before.ended or after.severity != before.severity:
                moved.append(after)
        return sorted(moved, key=urgency)

    def held(self, since: int, evidence: Iterable[Evidence]) -> None:
        """What was past its threshold at a moment before this look counts as past since then; nothing is raised."""
        for seen in evidence:
            if seen.past >= seen.rule.chance:
                self._since.setdefault((seen.rule.name, seen.sensor), since)

    def keep_rules(self, now: int, laid: Collection[tuple[str, str]]) -> list[Alert]:
        """End the alerts of rules that lie on their sensor no more, by (rule, sensor); returns those that ended."""
        gone = [replace(one, ended=now) for one in self.open if (one.rule, one.sensor) not in laid]
        self.alerts |= {one.id: one for one in gone}
        return gone

    def _raised(self, now: int, key: tuple[str, str], seen: Evidence) -> Alert | None:
        if seen.past < seen.rule.chance:
            self._since.pop(key, None)
            return None
        since = self._since.setdefault(key, now)
        if now - since < seen.rule.for_h * _HOUR_US:
            return None
        del self._since[key]
        return Alert(f"{key[0]}/{key[1]}/{now}", *key, seen.rule.severity, now, seen.past, seen.text, hours=seen.hours)

    def _kept(self, now: int, before: Alert, seen: Evidence) -> Alert:
        if seen.past_end < seen.rule.chance:
            return replace(before, ended=now)
        after = replace(before, chance=seen.past, text=seen.text, hours=seen.hours)
        late = seen.rule.escalate_h is not None and now - before.raised >= seen.rule.escalate_h * _HOUR_US
        if late and before.acknowledged is None and before.escalated is None:
            worse = SEVERITIES[max(SEVERITIES.index(before.severity) - 1, 0)]
            return replace(after, severity=worse, escalated=now)
        return after

    def acknowledge(self, id: str, by: str, now: int) -> Alert:
        """Somebody has seen it and takes it on. Raises InputError for an unknown or ended one, without a name, or where somebody
        else has done so before."""
        found = self.alerts.get(id)
        if found is None or not found.is_open:
            raise InputError(f"'{id}' is no open alert", where="alerts", repair="list the open ones")
        if not by.strip():
            raise InputError("nobody acknowledges it", where="alerts", repair="say who takes it on")
        if found.acknowledged is not None:
            if found.acknowledged_by == by.strip():
                return found
            raise InputError(f"{found.acknowledged_by} has acknowledged it already", where="alerts",
                             repair="agree with them who sees to it; the first name stays")
        self.alerts[id] = replace(found, acknowledged=now, acknowledged_by=by.strip())
        return self.alerts[id]

    def open_at(self, moment: int) -> list[Alert]:
        """Those that were open at a moment of the past, as they are told now, in the order of ``open``."""
        then = (one for one in self.alerts.values() if one.raised <= moment and (one.ended is None or one.ended > moment))
        return sorted(then, key=urgency)

    @property
    def open(self) -> list[Alert]:
        """Open alerts, the worst and then the oldest first; acknowledged ones after the others of their severity."""
        return sorted((one for one in self.alerts.values() if one.is_open), key=urgency)


def urgency(alert: Alert) -> tuple[int, bool, int, str]:
    """The order in which alerts are shown."""
    return SEVERITIES.index(alert.severity), alert.acknowledged is not None, alert.raised, alert.id
