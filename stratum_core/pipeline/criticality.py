"""Single outages and pairs of a whole project, by consequence."""

from __future__ import annotations

import os

from stratum_core.cascade.compiled import compile_city
from stratum_core.criticality.consequence import Consequences, consequences
from stratum_core.model.city import City
from stratum_core.model.spec import CascadeSpec, RunSpec
from stratum_core.ports import CancelToken, Progress, silent


def city_consequences(
    city: City,
    *,
    horizon_h: float = 24.0,
    top: int = 20,
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Consequences:
    """Every single outage of ``city`` over ``horizon_h``, and the worst pairs; raises InputError for what does not compile."""
    compiled = compile_city(city, CascadeSpec(run=RunSpec(horizon_h=horizon_h)))
    return consequences(compiled, top=top, threads=threads or os.cpu_count() or 1, progress=progress, cancel=cancel)


def consequence_lines(found: Consequences) -> list[str]:
    """Distribution first, then the worst, in words."""
    lines = [f"{found.evaluated:,} components taken out one at a time for {found.hours:g} h without repair; {found.measure}:"]
    lines += [f"  {_band(b.low, b.high)}: {b.outages:,} ({b.share:.1%})" for b in found.distribution]
    tables = {"The worst single outages:": found.singles, "Pairs that lose more than their two by themselves:": found.pairs}
    for title, rows in tables.items():
        lines += [title, *(f"  {row.rank:>3}  {' and '.join(row.names):<44}{_lost(row.people_hours, row.lost)}" for row in rows)]
    if not found.pairs:
        lines.append(f"  none of the {found.pairs_evaluated:,} that were tried")
    return lines


def _band(low: float, high: float) -> str:
    if high == 0:
        return "nothing is lost"
    return f"up to {high:.1%} of all that could be lost" if low == 0 else f"{low:.1%} to {high:.1%}"


def _lost(hours: float, components: int) -> str:
    return f"{hours:>12,.0f} people h   {components:,} components down"
