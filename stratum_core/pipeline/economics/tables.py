"""The input-output table of a city."""

from __future__ import annotations

import numpy as np

from stratum_core.economics.input_output import InputOutput
from stratum_core.errors import InputError
from stratum_core.model.city import City

#: hours of the year over which its output is made
YEAR_H = 8760.0


def table_of(city: City) -> InputOutput:
    """Industries and trade as a table. Raises InputError without industries, or for several currencies or price years."""
    rows = city.industries
    if not len(rows):
        raise InputError("there is no input-output table", where=city.name, repair="import one: 'main.py import' a CSV or XLSX")
    for name in ("currency", "price_year"):
        if len(set(getattr(rows, name).tolist())) > 1:
            raise InputError(f"its industries differ in {name.replace('_', ' ')}", where=city.name, repair="import one table")
    place = {str(id): at for at, id in enumerate(rows.id)}
    flows = np.zeros((len(rows), len(rows)))
    for seller, buyer, value in zip(city.trade.seller, city.trade.buyer, city.trade.value, strict=True):
        flows[place[str(seller)], place[str(buyer)]] += value
    names, final = tuple(rows.id.tolist()), np.nan_to_num(rows.final_demand)
    return InputOutput.of(names, flows, final, rows.output, rows.value_added, rows.jobs)


def prices_of(city: City) -> tuple[str, int]:
    """Currency and price year of the industries."""
    rows = city.industries
    return str(rows.currency[0]), int(rows.price_year[0])
