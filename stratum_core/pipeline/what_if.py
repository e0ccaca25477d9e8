"""A what-if from names to consequence: the base run, the change, and what it makes of the hours that people go without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stratum_core.briefing.wording import without
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.results import Difference
from stratum_core.pipeline.cascade import baseline, cascade_job
from stratum_core.pipeline.explain import in_words
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.actions import Action, Break, CrewCount, Protect, Reserve
from stratum_core.policy.what_if import what_if
from stratum_core.ports import CancelToken, Progress, silent

SCHEMA = "stratum.what_if/1"


@dataclass(frozen=True)
class WhatIf:
    """What the actions change, paired over the same replicates, of which ``rerun`` could be affected and were run again."""

    schema: str
    scenario: str
    actions: tuple[str, ...]
    replicates: int
    rerun: int
    seed: int
    people_hours: dict[str, Difference]
    cascade_size: Difference
    note: str = "Direct damage in money is that of the base run: what a change saves of it is not modelled."

    def lines(self) -> list[str]:
        """The answer in words, one line a service."""
        moved = {s: d for s, d in self.people_hours.items() if abs(d.change) >= 0.5}
        head = f"If you {' and '.join(self.actions)}: {self.rerun} of {self.replicates} runs can go otherwise."
        return [head, *(_line(service, found) for service, found in moved.items()), *_unmoved(moved)]


def _unmoved(moved: dict[str, Difference]) -> list[str]:
    return [] if moved else ["Nobody gains or loses."]


def _line(service: str, found: Difference) -> str:
    low, high = found.bounds
    more = "more" if found.change > 0 else "fewer"
    ends = sorted((abs(low), abs(high)))
    return (
        f"  {abs(found.change):,.0f} {more} people-hours without {without(service)} ({found.before:,.0f} to {found.after:,.0f}; "
        f"95 %: {ends[0]:,.0f} to {ends[1]:,.0f})"
    )


def actions_from(
    city: City, *, broken: Sequence[str], protected: Sequence[str], reserves: Sequence[str], crews: Sequence[str]
) -> tuple[Action, ...]:
    """Actions from names: ``reserves`` are ASSET=HOURS, ``crews`` SECTOR=NUMBER. Raises InputError for what cannot be read."""
    found: list[Action] = [Break(_component(city, name, "--break")) for name in broken]
    found += [Protect(_component(city, name, "--protect")) for name in protected]
    for text in reserves:
        name, hours = _pair(text, "--reserve", "asset=hours")
        found.append(Reserve(_component(city, name, "--reserve"), hours))
    for text in crews:
        sector, number = _pair(text, "--crews", "power=2")
        found.append(CrewCount(sector, int(number)))
    if not found:
        raise InputError("nothing is changed", repair="give --break, --protect, --reserve or --crews")
    return tuple(found)


def _component(city: City, name: str, where: str) -> int:
    return city.index[city.resolve(name, where=where)]


def _pair(text: str, where: str, example: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not equals or not 0 <= number <= 1e4:
        raise InputError(f"'{text}' cannot be read", where=where, repair=f"write {example}, from 0 to 10000")
    return name, number


def ask(
    city: City,
    scenario: Scenario,
    actions: Sequence[Action],
    *,
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> WhatIf:
    """Run ``scenario`` and the change. Raises InputError, EngineError, Cancelled."""
    job = cascade_job(city, scenario)
    base = baseline(job, threads=threads, progress=progress, cancel=cancel)
    found = what_if(base, actions, threads=threads or 1, cancel=cancel)
    return WhatIf(
        schema=SCHEMA,
        scenario=scenario.name,
        actions=tuple(in_words(job, action) for action in actions),
        replicates=found.replicates,
        rerun=found.rerun,
        seed=scenario.spec.run.seed,
        people_hours=found.people_hours,
        cascade_size=found.cascade_size,
    )
