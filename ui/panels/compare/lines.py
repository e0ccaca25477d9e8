"""Rows of the difference tables. No Qt widgets."""

from __future__ import annotations

from stratum_core.cascade.comparison import Comparison
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import count, percent
from ui.changes import changed, service_title, sign
from ui.names import name_of
from ui.tables.plain_model import Heading, Line

PEOPLE = (
    Heading("Without"),
    Heading("Worst, 1st", True, "people at the worst hour, mean over replicates of the first run"),
    Heading("2nd", True, "the same of the second run"),
    Heading("Change, 95 %", True, "change of the mean with the half width of its 95 % interval"),
    Heading("People-hours, 1st", True, "mean over replicates of the first run"),
    Heading("2nd", True, "the same of the second run"),
)
MOVED = (
    Heading("Component"),
    Heading("Fails, 1st", True, "share of replicates"),
    Heading("2nd", True, "share of replicates"),
    Heading("Change", True, "in points of per cent"),
)


def people_lines(found: Comparison, first: CascadeResult, second: CascadeResult) -> list[Line]:
    """One row a service, greatest change of people-hours first."""
    lines, hours = [], [(run.people_hours or {}) for run in (first, second)]
    for service, difference in found.people_peak.items():
        title = service_title(service)
        means = [run[service].mean if service in run else 0.0 for run in hours]
        figures = (difference.before, difference.after, difference.change, *means)
        shown = (count(difference.before), count(difference.after), changed(difference), *map(count, means))
        lines.append(Line((title, *shown), (title, *figures), service))
    return sorted(lines, key=lambda line: -abs(line.keys[5] - line.keys[4]))


def moved_lines(found: Comparison, city: City) -> list[Line]:
    """One row a component."""
    return [
        Line(
            (name_of(city, one.asset), percent(one.first), percent(one.second), f"{sign(one.change)}{abs(one.change) * 100:.0f}"),
            (one.asset, one.first, one.second, one.change),
            one.asset,
        )
        for one in found.moved
        if one.asset in city.index
    ]
