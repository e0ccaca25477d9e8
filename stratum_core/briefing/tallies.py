"""Beds, drives of help, sewage and fuel of a run, a sentence each; what the run leaves as it was is not told."""

from __future__ import annotations

from stratum_core.model.results import CascadeResult
from stratum_core.number_format import between, count, whole

_HELP = {"care": "a working clinic or hospital", "ambulance": "an ambulance base", "fire": "a fire station"}


def tally_lines(result: CascadeResult) -> list[str]:
    """The sentences, intervals first; empty where nothing of this kind is lost."""
    return [*_beds(result), *_travel(result), *_sewage(result), *_fuel(result)]


def _beds(result: CascadeResult) -> list[str]:
    found = result.health
    if found is None or found.least.p05 >= found.beds:
        return []
    least, without_bed = found.least, found.without_bed
    patients = f", and {between(without_bed.p05, without_bed.p95)} patients have none" if without_bed.p95 > 0 else ""
    return [f"In 9 of 10 runs {between(least.p05, least.p95)} of {whole(found.beds)} beds work at the worst hour{patients}."]


def _travel(result: CascadeResult) -> list[str]:
    """A line for each kind of help that people lose; looks are hours apart, so the worst hour can be worse."""
    lines = []
    for found in result.travel:
        worst = found.worst
        if worst.p95 > found.undamaged_beyond:
            lines.append(
                f"In 9 of 10 runs {between(worst.p05, worst.p95)} people are beyond {found.limit_min:g} min by open roads from "
                f"{_HELP[found.help]} ({count(found.undamaged_beyond)} undamaged)."
            )
    return lines


def _sewage(result: CascadeResult) -> list[str]:
    found = result.sewage
    if found is None or max(found.overflow.p95, found.untreated.p95) < 0.5:
        return []
    most = f", most at {found.top[0].name}" if found.top else ""
    return [f"In 9 of 10 runs {between(found.overflow.p05, found.overflow.p95)} m³ of sewage overflow and "
            f"{between(found.untreated.p05, found.untreated.p95)} m³ pass untreated{most}."]


def _fuel(result: CascadeResult) -> list[str]:
    found = result.fuel
    if found is None or found.deliveries.p95 == 0:
        return []
    made = between(found.deliveries.p05, found.deliveries.p95)
    return [f"In 9 of 10 runs {found.tankers} tankers make {made} deliveries of fuel to generators."]
