"""The situation of a project's sensors, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from stratum_core.number_format import NARROW, counted, decimal, hours, percent, with_unit
from stratum_core.pipeline.situation.pages import SensorState, SituationPage, TankState

_LEAST_CHANCE = 0.01
_FAULTS_TOLD = 1


def situation_lines(page: SituationPage, *, whole: bool = False) -> list[str]:
    """One line a sensor, what comes and what is wrong below it; whole: with each forecast and each verdict."""
    shares = ", ".join(f"{word} {percent(share)}" for word, share in page.observability.items())
    unlike = sum(one.consistency is not None and one.consistency.consistent is False for one in page.sensors)
    lines = [f"{counted(len(page.sensors), 'sensor')} at {page.at}. Components: {shares}."]
    for one in page.sensors:
        lines += [_line(one), *(f"    {text}" for text in (*_coming(one, whole), *_faults(one, whole)))]
    lines += [line for tank in page.tanks for line in _tank(tank)]
    if page.pressures is not None:
        lines.append(f"Pressures of {page.pressures.text}")
    if page.power is not None:
        power = page.power
        told = ", ".join(counted(n, what) for n, what in (
            (power.measurements, "measurement"), (power.zeros, "known zero"), (power.assumed, "assumed value")))
        lines.append(f"Power state of {len(power.buses)} buses from {told}: {power.text}")
    elif not whole:
        lines.append(f"Power state: {page.power_missing}")
    if unlike and not whole:
        lines.append(f"The model of {counted(unlike, 'sensor')} is contradicted by its own readings; --sensor tells why.")
    return lines


def _line(one: SensorState) -> str:
    if one.value is None or one.age_h is None:
        return f"{one.name}: no reading."
    age = "now" if one.age_h < 1 / 60 else f"{hours(one.age_h)} ago"
    if one.silent:
        return f"{one.name}: read {with_unit(one.value, one.unit, 3)} {age}, too long ago to say what it is now."
    if one.estimate is None or one.sd is None:
        return f"{one.name}: read {with_unit(one.value, one.unit, 3)} {age}; too few or all alike for an estimate."
    sure = f" ± {decimal(one.sd)}" if one.sd > 0 else ""
    return f"{one.name}: {with_unit(one.estimate, one.unit, 3)}{sure}, read {age} ({one.model.replace('_', ' ')})."


def _tank(one: TankState) -> Iterator[str]:
    """Tank South: 3.06 m ± 0.01 by its balance; empty at 04:10Z, 80 % between 03:20Z and 05:40Z."""
    if one.level is None or one.low80 is None or one.high80 is None:
        yield f"{one.name}: {one.why}."
    elif one.model == "inferred":
        between = f"80{NARROW}% between {percent(one.low80)} and {percent(one.high80)}"
        yield f"{one.name}: {percent(one.level)} full, {between}; {one.why}."
    else:
        yield f"{one.name}: {with_unit(one.level, one.unit, 3)}, {one.why}."
        reached = [when.text for when in (one.empty, one.full) if when is not None and when.probability >= _LEAST_CHANCE]
        yield f"    {'; '.join(reached) or 'neither empty nor full within 48 h'}"


def _coming(one: SensorState, whole: bool) -> Iterator[str]:
    for ahead in one.forecast if whole else ():
        yield (f"in {hours(ahead.hours)}: {decimal(ahead.mean, 3)}, 80{NARROW}% between {decimal(ahead.low80, 3)} and "
               f"{decimal(ahead.high80, 3)}")
    for crossing in one.crossings:
        if whole or crossing.probability >= _LEAST_CHANCE:
            yield f"{crossing.text} ({crossing.rule})"
    if whole and one.consistency is not None:
        yield one.consistency.text


def _faults(one: SensorState, whole: bool) -> Iterator[str]:
    told = one.faults if whole else one.faults[-_FAULTS_TOLD:]
    for fault in told:
        yield f"{fault.kind} at {fault.first}: {fault.text}"
    if len(told) < len(one.faults):
        yield f"and {counted(len(one.faults) - len(told), 'earlier fault')}; --sensor tells all"
