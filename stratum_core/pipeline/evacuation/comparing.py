"""Orders and plans beside each other: staged, contraflow, buses, whatever a setting can say, on the same replicates."""

from __future__ import annotations

from collections.abc import Mapping

from stratum_core.cascade.run import CascadeJob
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.people_results import EvacuationComparison, EvacuationResult, Variant
from stratum_core.model.statistics import difference
from stratum_core.number_format import between, count, hours, percent
from stratum_core.pipeline.evacuation import evacuate
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress, silent

AS_IT_IS = "as it is"
#: keys of the evacuation in which plans on the same replicates cannot differ
_SAME = ("evacuation.replicates", "evacuation.horizon_h", "evacuation.start_hour", "evacuation.facilities")


def compare_plans(
    city: City, scenario: Scenario, plans: Mapping[str, Mapping[str, str]], *, cascade: CascadeJob | None = None, run: str = "",
    agents: int = 0, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None,
) -> EvacuationComparison:
    """The scenario as it is and with the settings of each plan. Raises InputError for a setting that does not fit."""
    if AS_IT_IS in plans:
        raise InputError(f"'{AS_IT_IS}' is the scenario itself", where="--plan", repair="give the plan another name")
    for name, settings in plans.items():
        other = next((key for key in settings if key in _SAME or not key.startswith("evacuation.")), None)
        if other is not None:
            raise InputError(f"'{other}' would not leave the people, the disaster and the time as they are", where=f"plan {name}",
                             repair="set keys of the evacuation in a plan, and all others with --set for every plan")
    asked = {AS_IT_IS: scenario} | {name: scenario.with_settings(settings) for name, settings in plans.items()}
    results: dict[str, EvacuationResult] = {}
    for name, variant in asked.items():
        _, results[name] = evacuate(city, variant, cascade=cascade, run=run, agents=agents, threads=threads, progress=progress,
                                    cancel=cancel)
    first = results[AS_IT_IS]
    return EvacuationComparison(first.scenario, first.seed, first.replicates, tuple(
        _variant(name, plans.get(name, {}), first, result) for name, result in results.items()))


def _variant(name: str, settings: Mapping[str, str], first: EvacuationResult, result: EvacuationResult) -> Variant:
    return Variant(
        name, dict(settings), result.run, result.stranded, result.arrived, result.in_place, result.clearance_h,
        difference(first.stranded_by_replicate, result.stranded_by_replicate, "people"),
        difference(first.arrived_by_replicate, result.arrived_by_replicate, "people"))


def comparison_lines(found: EvacuationComparison) -> list[str]:
    """One line a plan; what lies within the interval of the paired difference is called no difference."""
    lines = []
    for plan in found.variants:
        cleared = hours(plan.clearance_h.p50) if plan.clearance_h is not None else "not cleared"
        if plan.clearance_h is not None and plan.clearance_h.cleared < 1.0:
            cleared += f" (in {percent(1 - plan.clearance_h.cleared)} of runs not cleared)"
        people = f"{between(plan.stranded.p05, plan.stranded.p95)} stranded, {count(plan.arrived.p50)} arrive, {cleared}"
        if plan.in_place.mean >= 0.5:
            people += f", {count(plan.in_place.p50)} stay as they are told"
        lines.append(f"{plan.name}: {people}{_change(plan)}.")
    return [*lines, f"Middle run, 9 in 10 runs for the stranded; {found.replicates} replicates, seed {found.seed}; "
                    "changes in the mean with 95 % intervals, on the same people and the same disaster."]


def _change(plan: Variant) -> str:
    low, high = plan.stranded_change.bounds
    if plan.name == AS_IT_IS:
        return ""
    if low != low or low <= 0 <= high:
        return "; no clear difference in the stranded"
    more = "more" if plan.stranded_change.change > 0 else "fewer"
    least, most = sorted((abs(low), abs(high)))
    return f"; {between(least, most)} {more} stranded"
