"""Data health: the rules over tables, and what the undamaged base case shows."""

from __future__ import annotations

import numpy as np

from stratum_core.cascade.compiled import Compiled, compile_city
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.spec import CascadeSpec
from stratum_core.validate import Issue, Report, check, issue


def health(city: City) -> Report:
    """Score and issues of a city; the base case is solved where the tables hold together."""
    report = check(city)
    if report.of("error"):
        return report
    try:
        compiled = compile_city(city, CascadeSpec())
    except InputError as error:
        return check(city, extra=[issue("error", "base.case", "assets", "", (), str(error), "mend it and check again")])
    return check(city, extra=[*_overloaded(compiled), *_other_warnings(compiled)])


def _overloaded(compiled: Compiled) -> list[Issue]:
    loading = compiled.base_loading
    over = np.flatnonzero(np.nan_to_num(loading) > 1.0)
    if not len(over):
        return []
    over = over[np.argsort(-loading[over], kind="stable")]
    worst = compiled.city.component_names[over[0]]
    carry = "power links carry more than their" if len(over) > 1 else "power link carries more than its"
    what = (
        f"{len(over)} {carry} rating before anything has happened, {worst} is loaded to "
        f"{loading[over[0]]:.0%} (model: {compiled_model(compiled)})"
    )
    repair = "correct the ratings or the loads; until then these ratings never trip"
    return [issue("warning", "power.base_overload", "links", "capacity", compiled.city.component_ids[over], what, repair)]


def compiled_model(compiled: Compiled) -> str:
    """How the base case of power was solved, for the sentence."""
    by_dc = int((compiled.power.high).sum())
    return (
        "DC flow" if by_dc == int((compiled.network.sector[: len(compiled.city.assets)] == 0).sum()) else "DistFlow and DC flow"
    )


def _other_warnings(compiled: Compiled) -> list[Issue]:
    """Warnings of the base case, apart from those that a rule of its own reports with ids."""
    found = []
    for text in compiled.warnings:
        if "exceed their rating in" not in text and "has no source" not in text:
            what, _, repair = text.rstrip(".").rpartition(". ")
            found.append(issue("note", "base.case", "assets", "", (), what, repair))
    return found
