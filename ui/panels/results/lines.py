"""Rows of the result tables, from a result. No Qt widgets."""

from __future__ import annotations

from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult, Spread
from stratum_core.number_format import DASH, between, clock, count, percent, percent_between, whole
from ui.changes import service_title
from ui.names import name_of
from ui.tables.plain_model import Heading, Line

SERVICES = (
    Heading("Service"),
    Heading("9 in 10 runs, people", True, "5 to 95 % quantile over runs of the people without the service at its worst hour"),
    Heading("Middle run, people", True),
    Heading("Worst hour", True, "hour at which most people are without, middle run"),
    Heading("People-hours, mean", True),
    Heading("95 % interval", True, "confidence interval of the mean of people-hours"),
)
BOTTLENECKS = (
    Heading("Component"),
    Heading("Kind or id"),
    Heading("People-hours, mean", True, "lost downstream of it, mean over runs"),
    Heading("Share of all", True),
)
CHAINS = (
    Heading("What fails"),
    Heading("Share of runs", True),
    Heading("95 % interval", True),
    Heading("Starts with"),
    Heading("Steps", True),
    Heading("Down at", True, "time in the example run"),
)

TALLIES = (
    Heading("What"),
    Heading("9 in 10 runs", True, "5 to 95 % quantile over runs"),
    Heading("Middle run", True),
    Heading("Undamaged", True),
)
_HELP = {"care": "a clinic or hospital", "ambulance": "an ambulance", "fire": "a fire engine"}


def tally_lines(result: CascadeResult) -> list[Line]:
    """Beds, patients, people out of reach of help, m3 of sewage and deliveries of fuel: a row for each that the city counts."""
    found = []
    if beds := result.health:
        found.append(_tally("Beds that work, worst whole hour", beds.least, beds.beds))
        found.append(_tally("Patients without a bed, worst whole hour", beds.without_bed, 0.0))
    for help in result.travel:
        title = f"People beyond {help.limit_min:g} min of {_HELP[help.help]}, worst look"
        found.append(_tally(title, help.worst, help.undamaged_beyond))
    if sewage := result.sewage:
        found.append(_tally("Sewage that overflows, m³", sewage.overflow, 0.0))
        found.append(_tally("Sewage that passes untreated, m³", sewage.untreated, 0.0))
    if fuel := result.fuel:
        found.append(_tally(f"Deliveries of fuel by {fuel.tankers} tankers", fuel.deliveries, 0.0))
    return found


def _tally(title: str, of: Spread, undamaged: float) -> Line:
    texts = (title, between(of.p05, of.p95, joined=DASH), count(of.p50), count(undamaged))
    return Line(texts, (title, of.p95, of.p50, undamaged))


def service_lines(result: CascadeResult) -> list[Line]:
    """One row for each service, most people first."""
    found = []
    for service, peak in result.people_peak.items():
        hours, band = result.people_hours[service], result.people_without_service[service]
        worst = float(band.h[int(band.p50.argmax())]) if band.p50.max() > 0 else float("nan")
        texts = (
            service_title(service),
            between(peak.p05, peak.p95, joined=DASH),
            count(peak.p50),
            clock(worst) if worst == worst else DASH,
            count(hours.mean),
            between(max(hours.bounds[0], 0.0), hours.bounds[1], joined=DASH),
        )
        keys = (service, peak.p95, peak.p50, worst if worst == worst else -1.0, hours.mean, hours.bounds[1])
        found.append(Line(texts, keys, f"service:{service}"))
    return sorted(found, key=lambda line: -line.keys[2])


def bottleneck_lines(city: City, result: CascadeResult) -> list[Line]:
    """One row for each component that starts losses."""
    found = []
    for one in result.bottlenecks:
        name = name_of(city, one.asset) if one.asset in city.index else one.name
        texts = (name, one.asset, count(one.people_hours), percent(one.share))
        found.append(Line(texts, (name, one.asset, one.people_hours, one.share), one.asset))
    return found


def chain_lines(city: City, result: CascadeResult) -> list[Line]:
    """One row for each of the most frequent chains."""
    found = []
    for chain in result.critical_paths:
        if not chain.steps:
            continue
        name = name_of(city, chain.asset) if chain.asset in city.index else chain.name
        first, last = chain.steps[0], chain.steps[-1]
        start = name_of(city, first.asset) if first.asset in city.index else first.name
        texts = (
            name,
            percent(chain.share.value),
            percent_between(*chain.share.bounds),
            start,
            whole(len(chain.steps)),
            clock(last.t_h),
        )
        share = chain.share
        found.append(Line(texts, (name, share.value, share.bounds[0], start, len(chain.steps), last.t_h), chain.asset))
    return found
