"""Rows of industries and of their trade from the parts of an input-output table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers.draft import Draft
from stratum_core.model.fields import Floats
from stratum_core.model.tables import Industries

#: scales in which tables give money
SCALES = {"1": 1.0, "thousand": 1e3, "million": 1e6, "mill": 1e6, "billion": 1e9}
#: two sums of one industry that differ by more than this share are told
_UNBALANCED = 0.01


@dataclass(frozen=True)
class Prices:
    """What the numbers of a table are in. Raises InputError for an unknown scale or a currency that is no ISO 4217 code."""

    currency: str
    price_year: float
    scale: float

    @classmethod
    def of(cls, said: Mapping[str, object], where: str) -> Prices:
        """From ``currency``, ``price_year`` and ``unit`` as a file says them."""
        currency, unit = str(said.get("currency", "")).strip(), str(said.get("unit", "")).strip().lower()
        try:
            year = float(str(said.get("price_year", "")))
        except ValueError:
            year = np.nan
        if len(currency) != 3 or not currency.isalpha() or not 1900 <= year <= 2200 or unit not in SCALES:
            raise InputError("it does not say its currency, price_year and unit", where=where,
                             repair=f"give a currency such as EUR, a year such as 2020, and a unit: {', '.join(SCALES)}")
        return cls(currency.upper(), year, SCALES[unit])


@dataclass(frozen=True)
class Flows:
    """An input-output table of n industries, in the units of its file.

    sales: (n, n) from row to column. final_demand: (n,). given: further (n,) columns of ``Industries`` by name.
    """

    names: Sequence[str]
    regions: Sequence[str]
    sales: Floats
    final_demand: Floats
    given: Mapping[str, Floats]


def enter(draft: Draft, flows: Flows, prices: Prices) -> None:
    """Industries and trade of ``flows`` into the draft; sums that do not agree become findings."""
    money = {name for name, spec in Industries.specs().items() if spec.unit == "money"}
    sold = flows.sales.sum(axis=1) + flows.final_demand
    output = np.where(np.isnan(given := flows.given.get("output", sold)), sold, given)
    columns = {**flows.given, "output": output, "final_demand": flows.final_demand}
    scaled = {name: values * prices.scale if name in money else values for name, values in columns.items()}
    ids = []
    for at, (name, region) in enumerate(zip(flows.names, flows.regions, strict=True)):
        ids.append(draft.component_id("industry", f"{region}:{name}" if region else name))
        draft.add("industries", ids[-1], f"{draft.file.name}, industry '{name}'", name=f"{name}, {region}" if region else name,
                  region=region, currency=prices.currency, price_year=prices.price_year,
                  **{column: float(values[at]) for column, values in scaled.items()})
    for seller, buyer in zip(*np.nonzero(flows.sales), strict=True):
        draft.add("trade", f"{ids[seller]}>{ids[buyer].rsplit('/', 1)[-1]}", f"{draft.file.name}, {flows.names[seller]}",
                  seller=ids[seller], buyer=ids[buyer], value=float(flows.sales[seller, buyer]) * prices.scale)
    _balance(draft, flows, output)


def _balance(draft: Draft, flows: Flows, output: Floats) -> None:
    """Output by what is sold, and by what is bought with value added where that is given."""
    sums = {"sales and final demand": flows.sales.sum(axis=1) + flows.final_demand}
    if "value_added" in flows.given:
        sums["purchases and value added"] = flows.sales.sum(axis=0) + flows.given["value_added"]
    for what, found in sums.items():
        off = np.abs(found - output) > _UNBALANCED * np.maximum(np.abs(output), 1e-300)
        if off.any():
            names = ", ".join(f"'{flows.names[at]}'" for at in np.flatnonzero(off)[:3])
            draft.note(f"{what} differ from output by more than 1 % in {int(off.sum())} of {len(output)} industries, "
                       f"such as {names} (imports may explain it)")
