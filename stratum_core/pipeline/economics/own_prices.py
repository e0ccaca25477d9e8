"""Prices of a table of the user's own: hours of a person without a service. The program has none of its own."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from stratum_core.errors import InputError, unknown
from stratum_core.model.economics_results import Money, Valued
from stratum_core.model.results import CascadeResult

COLUMNS = ("what", "value", "per", "currency", "price_year", "source")
_PER, _OUTAGE = "person-hour", "outage."


@dataclass(frozen=True)
class Price:
    """Of an hour of one person without ``service``."""

    service: str
    value: float
    currency: str
    year: int
    source: str


def read_prices(path: Path) -> tuple[Price, ...]:
    """The rows of a CSV; raises InputError that names the line for what is missing, no number, or cannot be valued."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the prices cannot be read: {error}", where=str(path), repair="give a CSV file") from error
    if not rows:
        raise InputError("the prices have no row", where=str(path), repair=f"give the columns {', '.join(COLUMNS)}")
    found = tuple(_price({name: (row.get(name) or "").strip() for name in COLUMNS}, f"{path.name}, line {number}")
                  for number, row in enumerate(rows, start=2))
    if len({price.service for price in found}) < len(found):
        raise InputError("a service has two prices", where=path.name, repair="give one for each")
    return found


def _price(row: dict[str, str], where: str) -> Price:
    for name, text in row.items():
        if not text:
            raise InputError(f"{name} is empty", where=where, repair="a price needs its source, currency and year")
    what = row["what"]
    if what == "life":
        raise InputError("casualties are not modelled, so there is nothing that a value of life could be multiplied by",
                         where=where, repair="leave the row out")
    if not what.startswith(_OUTAGE):
        raise InputError(f"'{what}' is nothing that can be valued", where=where, repair="write outage.power, outage.water, ...")
    if row["per"] != _PER:
        raise InputError(f"an outage is valued per {_PER}, not per '{row['per']}'", where=where, repair="convert the price")
    try:
        value, year = float(row["value"]), int(row["price_year"])
    except ValueError as error:
        raise InputError("value or price_year is no number", where=where, repair="write 4.2 and 2023") from error
    if not (math.isfinite(value) and value >= 0) or not 1900 <= year <= 2200:
        raise InputError("value or price_year is out of range", where=where, repair="give a value from 0 and a year")
    return Price(what.removeprefix(_OUTAGE), value, row["currency"], year, row["source"])


def valued(result: CascadeResult, prices: tuple[Price, ...], currency: str) -> tuple[Valued, ...]:
    """Hours of people without a service, times their price. Raises InputError for another currency or an unknown service."""
    found = []
    for price in prices:
        what = f"{_OUTAGE}{price.service}"
        if price.service not in result.people_hours:
            raise unknown("service", price.service, result.people_hours, where="--prices")
        if price.currency != currency:
            raise InputError(f"{what} is in {price.currency}, the result in {currency}", where="--prices",
                             repair=f"give it in {currency}; nothing is converted")
        hours = result.people_hours[price.service]
        ends = None if hours.ci95 is None else (hours.ci95[0] * price.value, hours.ci95[1] * price.value)
        found.append(Valued(what, hours.mean, "people h", price.value,
                            Money(hours.mean * price.value, ends, None, price.currency, price.year), price.source))
    return tuple(found)
