"""From the tallies of all replicates to what is published of beds, drives, sewage and fuel."""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.state import Sums
from stratum_core.cascade.tallies.compiled import HELP
from stratum_core.model.fields import Floats
from stratum_core.model.results import Band, Fuel, Health, Overflow, Sewage, Travel
from stratum_core.model.statistics import band, share, spread

_MOST_OVERFLOWS = 10


def health(job: CascadeJob, sums: Sums) -> Health | None:
    """Beds that work; None where no site gives beds."""
    total = float(job.compiled.tallies.beds.sum())
    if not total:
        return None
    patients = job.compiled.spec.health.occupied * total
    return Health(
        beds=total,
        occupied=job.compiled.spec.health.occupied,
        working=band(np.arange(sums.beds.shape[1], dtype=float), sums.beds),
        least=spread(sums.beds.min(axis=1), "beds"),
        without_bed=spread(np.maximum(patients - sums.beds, 0.0).max(axis=1), "people"),
    )


def travel(job: CascadeJob, sums: Sums) -> tuple[Travel, ...]:
    """Drives of each kind of help that has a site on the roads."""
    tallies, kinds = job.compiled.tallies, job.compiled.kinds
    found = []
    for number, limit in enumerate(tallies.limit):
        sites = tallies.help[tallies.help_ptr[number] : tallies.help_ptr[number + 1]]
        name = next(help for help, of in HELP.items() if kinds[sites[0]].name in of)
        hours = np.linspace(0.0, tallies.look * (tallies.looks - 1), tallies.looks)
        reach, median = sums.reach[:, number], float(tallies.calm[number, 1]) * 60.0
        found.append(Travel(
            help=name, sites=len(sites), limit_min=round(float(limit) * 60.0, 9),
            undamaged_beyond=float(tallies.calm[number, 0]),
            undamaged_median_min=median if np.isfinite(median) else None,
            beyond=band(hours, reach[:, :, 0]), worst=spread(reach[:, :, 0].max(axis=1), "people"),
            median_min=_medians(hours, reach[:, :, 1] * 60.0),
        ))
    return tuple(found)


def _medians(hours: Floats, minutes: Floats) -> Band:
    """Quantiles that are values of a replicate, since some are infinite."""
    return Band(hours, *np.quantile(minutes, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf"))


def sewage(job: CascadeJob, sums: Sums) -> Sewage | None:
    """Sewage that ran out; None where the city has neither lift stations nor works."""
    station, city, count = job.compiled.tallies.station, job.compiled.city, len(sums.spilled)
    if not len(station):
        return None
    lifts = np.array([city.assets.kind[s] == "lift_station" for s in station])
    mean = sums.spilled.mean(axis=0)
    top = [i for i in np.argsort(-mean, kind="stable")[:_MOST_OVERFLOWS] if mean[i] > 0]
    return Sewage(
        overflow=spread(sums.spilled[:, lifts].sum(axis=1), "m3"),
        untreated=spread(sums.spilled[:, ~lifts].sum(axis=1), "m3"),
        top=tuple(
            Overflow(str(city.component_ids[station[i]]), str(city.component_names[station[i]]), float(mean[i]),
                     share(float((sums.spilled[:, i] > 0).sum()), count))
            for i in top
        ),
    )


def fuel(job: CascadeJob, sums: Sums) -> Fuel | None:
    """Deliveries; None where nobody's reserve is refilled."""
    found = job.compiled.fuel
    if not len(found.of):
        return None
    return Fuel(len(found.depot), len(found.of), spread(sums.deliveries.astype(float), "deliveries"))
