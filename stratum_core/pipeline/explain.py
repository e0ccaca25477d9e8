"""Why a component failed in a stored run: the replicate is replayed from its seed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.why import chain_in
from stratum_core.errors import InputError
from stratum_core.ledger.canonical import city_digest
from stratum_core.model.results import Step
from stratum_core.pipeline.cascade import cascade_job
from stratum_core.pipeline.scenario import Scenario, read_scenario
from stratum_core.store.project import Project


@dataclass(frozen=True)
class Explanation:
    """The chain of one component in one replicate; no steps: it stays up there (or everywhere)."""

    asset: str
    name: str
    run: str
    replicate: int | None
    steps: tuple[Step, ...]

    @property
    def scope(self) -> str:
        """Where it stays up, in words."""
        return "in every replicate of this run" if self.replicate is None else f"in replicate {self.replicate}"

    def lines(self) -> list[str]:
        """One line a step: number, time, sentence, value against threshold."""
        return [f"  {n}. T+{_clock(s.t_h)}  {s.text}{_numbers(s)}" for n, s in enumerate(self.steps, start=1)]


def stored_scenario(project: Project, run: str) -> tuple[CascadeJob, Scenario]:
    """Job and scenario of a stored run, ready to replay; raises InputError where city or scenario changed since."""
    row = project.run_row(run)
    file = Path(row.recipe["scenario_file"])
    if not file.is_file():
        raise InputError("the scenario of this run is gone", where=str(file), repair="put it back or run it again")
    scenario = read_scenario(file).with_settings(row.recipe.get("settings", {}))
    if scenario.digest() != row.recipe["spec"]:
        raise InputError("the scenario was changed since this run", where=str(file), repair="run it again")
    city = project.city()
    if city_digest(city) != project.result(row.run).city_digest:
        raise InputError("the city was changed since this run", where=row.run, repair="run the scenario again")
    return cascade_job(city, scenario), scenario


def explain(project: Project, run: str, asset: str, replicate: int | None) -> Explanation:
    """The chain of ``asset`` in ``replicate``, or in the first replicate in which it fails."""
    job, _ = stored_scenario(project, run)
    city = job.compiled.city
    component = city.index[city.resolve(asset, where="--asset")]
    if replicate is not None and not 0 <= replicate < job.replicates:
        raise InputError(
            f"replicate {replicate} is not among 0 to {job.replicates - 1}", where="--replicate", repair="choose one of them"
        )
    chosen = replicate if replicate is not None else _first_failing(job, component)
    steps = chain_in(job, job.replay(chosen)[0], component) if chosen is not None else ()
    return Explanation(str(city.component_ids[component]), str(city.component_names[component]), run, chosen, steps)


def _first_failing(job: CascadeJob, component: int) -> int | None:
    for replicate in range(job.replicates):
        if job.replay(replicate)[0].first_down[component] >= 0.0:
            return replicate
    return None


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _numbers(step: Step) -> str:
    if step.value is None or step.threshold is None or not step.unit:
        return ""
    bounds = f" ({step.low:g} to {step.high:g})" if step.low is not None and step.high is not None else ""
    return f"  [{step.rule}: {step.value:.2f}, limit {step.threshold:.2f}{bounds} {step.unit}]"
