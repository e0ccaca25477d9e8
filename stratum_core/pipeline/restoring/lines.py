"""The answer of ``restore`` in words: who waits how long by each method, which is recommended, and its order job by job."""

from __future__ import annotations

from stratum_core.briefing.wording import joined, losing
from stratum_core.model.restoration_results import MethodResult, RepairStep, RestorationResult
from stratum_core.number_format import between, clock, count, counted, hours, percent
from stratum_core.pipeline.restoring.judging import NONE

LIMITS = (
    "A plan knows what is damaged and how long each repair takes; in the field both are estimates.",
    "It takes people to wait for all damage on their usual way of supply: ties, meshes and reserves count in the judging only.",
    "Parts, fuel, shifts and rest of crews, and temporary supply are not modelled.",
)


def restoration_lines(found: RestorationResult) -> list[str]:
    """Verdict first, then every method, then the order told, then limits."""
    crews = joined([f"{number} of {sector}" for sector, number in found.crews.items()])
    assumed = " (assumed: the run counts none; --crews N)" if found.crews_assumed else ""
    width = max(len(method.name) for method in found.methods)
    return [
        verdict(found),
        f"Crews: {crews}{assumed}. {counted(found.replicates, 'replicate')}, {found.to_order} with something to put in order, "
        f"followed for {hours(found.horizon_h)}:",
        *(_row(method, width, method.name == found.recommended) for method in found.methods),
        "",
        f"The order of '{found.recommended}' in replicate {found.replicate}:",
        *(_step(number, step) for number, step in enumerate(found.steps, start=1)),
        *([f"  No road leads to {joined(list(found.cut_off))}."] if found.cut_off else []),
        "",
        *LIMITS,
        f"Model: {found.model_class}.",
        *(f"Warning: {text}" for text in found.warnings),
    ]


def verdict(found: RestorationResult) -> str:
    """Which order is recommended, and why."""
    by_name = {method.name: method for method in found.methods}
    lowest, tried = by_name[found.lowest], sum(method.name != NONE for method in found.methods)
    change = lowest.change
    if change is None:
        return f"Keep the cascade's own order, most people downstream first: it is the lowest of the {tried} ways tried."
    fewer = f"{percent(-change.change / change.before)} fewer people-hours than the cascade's own order"
    if found.recommended != found.lowest:
        return (
            f"Keep the cascade's own order, most people downstream first: '{lowest.name}', the lowest of the {tried} ways tried, "
            f"has {fewer}, which these replicates do not tell apart."
        )
    low, high = change.bounds
    sure = f" (95 %: {between(-high, -low)} people-hours)" if change.ci95 else ""
    return f"Recommended: '{lowest.name}', {lowest.meaning}. Lowest of the {tried} ways tried: {fewer}{sure}."


def _row(method: MethodResult, width: int, chosen: bool) -> str:
    low, high = method.people_hours.ci95 or (method.people_hours.mean, method.people_hours.mean)
    change = method.change
    against = "" if change is None else f", {'+' if change.change > 0 else '−'}{count(abs(change.change))} against the own order"
    back = method.hours_to_90
    restored = "90 % never restored" if back is None else f"90 % restored after {hours(back.mean)}"
    late = f" ({method.unrestored} replicates not in time)" if back is not None and method.unrestored else ""
    mark = "*" if chosen else " "
    mean = f"{count(method.people_hours.mean)} people-hours (95 %: {between(low, high)})"
    return f" {mark} {method.name:<{width}}  {mean}{against}; {restored}{late}"


def _step(number: int, step: RepairStep) -> str:
    served = [f"{count(people)} people {losing(service)}" for service, people in step.served.items() if people >= 0.5]
    back = f"; brings back {joined(served)}" if served else ""
    return (
        f"  {number}. {step.name} ({step.kind.replace('_', ' ')}): {step.sector} crew {step.crew} leaves {clock(step.leaves_h)}, "
        f"drives {hours(step.drive_h)}, works {hours(step.work_h)}, done {clock(step.done_h)}{back}."
    )
