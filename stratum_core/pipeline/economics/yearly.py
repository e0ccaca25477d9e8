"""Annual expected damage over runs of scenarios that say how often their like comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stratum_core.economics.tail import annual_expected, yearly_rates
from stratum_core.errors import InputError
from stratum_core.model.economics_results import Money, Yearly, YearlyScenario
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.scenario import Placing, Scenario


def yearly(runs: Sequence[tuple[CascadeResult, Scenario]]) -> Yearly:
    """Means of the runs by the trapezoid rule over exceedance frequencies, the rarest one's tail as a box.

    The interval is as wide as if the errors of all means went the same way, which they may on common random numbers.
    Raises InputError for a run without damage or return period, a period twice, or different money.
    """
    found = sorted(((return_period(scenario), result, scenario) for result, scenario in runs),
                   key=lambda one: one[0].return_period_y)
    money = {(result.currency, result.price_year) for _, result, _ in found if result.damage is not None}
    if len(money) != 1 or any(result.damage is None for _, result, _ in found):
        raise InputError("the runs have no damage, or damage in different money", where="--run",
                         repair="run one city with values")
    (currency, year), = money
    means = [result.damage for _, result, _ in found if result.damage is not None]
    rates = yearly_rates(np.array([placing.return_period_y for placing, _, _ in found]))
    ends = [one.ci95 for one in means if one.ci95 is not None]
    interval = None if len(ends) < len(means) else tuple(annual_expected(rates, side) for side in np.array(ends).T)
    rows = tuple(
        YearlyScenario(result.run, scenario.name, placing.return_period_y, placing.return_period_source, float(rate),
                       Money(one.mean, one.ci95, None, currency, year))
        for (placing, result, scenario), one, rate in zip(found, means, rates, strict=True))
    total = annual_expected(rates, np.array([one.mean for one in means]))
    return Yearly(Money(total, interval, None, currency, year), rows)  # type: ignore[arg-type]


def return_period(scenario: Scenario) -> Placing:
    """The one return period of a scenario with its source. Raises InputError where there is none, or several."""
    given = {placing.return_period_y: placing for placing in scenario.placing if placing.return_period_y > 0}
    if len(given) != 1:
        raise InputError(f"'{scenario.name}' gives {'several return periods' if given else 'no return period'}",
                         where=str(scenario.file), repair="write return_period_y and return_period_source in its [hazard]")
    return next(iter(given.values()))
