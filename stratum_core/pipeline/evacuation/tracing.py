"""Traces of chosen replicates: which one, run once more with the log on, and written as plain Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.people_results import EvacuationResult
from stratum_core.pipeline.evacuation import evacuation_job
from stratum_core.pipeline.scenario import Scenario
from stratum_core.population.evacuation.trace import Trace
from stratum_core.ports import CancelToken
from stratum_core.store.plain_parquet import write_columns

#: words for a replicate, by the people stranded in it
CHOICES = ("middle", "worst", "best")


def replicate_of(result: EvacuationResult, which: str) -> int:
    """A replicate by its number or by a word of ``CHOICES``; of equal ones the first. Raises InputError."""
    stranded = result.stranded_by_replicate
    if which in CHOICES:
        wanted = {"middle": np.median(stranded), "worst": stranded.max(), "best": stranded.min()}[which]
        return int(np.argmin(np.abs(stranded - wanted)))
    if not which.isdigit() or int(which) >= len(stranded):
        raise InputError(f"'{which}' is no replicate", where="trace",
                         repair=f"give {', '.join(CHOICES)}, or a number from 0 to {len(stranded) - 1}")
    return int(which)


def trace(
    city: City, scenario: Scenario, replicate: int, *, cascade: CascadeJob | None = None, agents: int = 0,
    cancel: CancelToken | None = None,
) -> Trace:
    """The trace of one replicate of what ``evacuate`` runs. Raises InputError, Cancelled."""
    from stratum_core.population.evacuation.tracing import traced

    job = evacuation_job(city, scenario, cascade=cascade, agents=agents)
    return traced(job, replicate, cancel or CancelToken())[1]


def write_trace(found: Trace, folder: Path) -> list[Path]:
    """Write entries, movers and roads of a trace into ``folder``, which is made; returns the files."""
    of_row = {name: getattr(found, name) for name in ("aware", "departed", "arrived")}
    mover = np.repeat(np.arange(found.movers), np.diff(found.begin))
    tables = {
        "entries": {"row": mover, "time_s": found.time, "link": found.link},
        "people": {"row": np.arange(found.rows), "household": found.household, "x": found.home[:, 0], "y": found.home[:, 1],
                   "carrier": found.carrier, "walks_m_s": np.append(found.speed, np.zeros(found.rows - found.movers)),
                   **{f"{name}_s": np.where(np.isfinite(times), times, np.nan) for name, times in of_row.items()},
                   "destination": np.array([*found.destinations, None], dtype=object)[found.refuge],
                   **{f"people {group}": found.members[at] for at, group in enumerate(found.groups)}},
        "roads": {"link": np.arange(found.roads.links), "id": found.roads.link_ids},
    }
    return [write_columns(columns, folder / f"{name}.parquet") for name, columns in tables.items()]
