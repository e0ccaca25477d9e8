"""Why a component failed in a stored run: the replicate is replayed from its seed."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.tree import Branch, failure_tree
from stratum_core.cascade.why import chain_in
from stratum_core.errors import InputError
from stratum_core.ledger.canonical import city_digest
from stratum_core.model.results import Share, Step
from stratum_core.number_format import percent
from stratum_core.pipeline.cascade import baseline, cascade_job
from stratum_core.pipeline.scenario import Scenario, read_scenario
from stratum_core.pipeline.situation.start_state import as_it_began
from stratum_core.policy.actions import Action, Break, Protect, Reserve
from stratum_core.policy.least import least_changes
from stratum_core.policy.removal import Removal, removal
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.store.project import Project


@dataclass(frozen=True)
class Explanation:
    """The chain of one component in one replicate; no steps: it stays up there (or everywhere).

    tree: with the alternatives that were lost too; removal: what happens without the first cause.
    """

    asset: str
    name: str
    run: str
    replicate: int | None
    steps: tuple[Step, ...]
    tree: Branch | None = None
    removal: Removal | None = None

    @property
    def scope(self) -> str:
        """Where it stays up, in words."""
        return "in every replicate of this run" if self.replicate is None else f"in replicate {self.replicate}"

    def lines(self) -> list[str]:
        """One line a step: number, time, sentence, value against threshold; then the proof."""
        chain = [f"  {n}. T+{_clock(s.t_h)}  {s.text}{_numbers(s)}" for n, s in enumerate(self.steps, start=1)]
        return [*chain, *([_proof(self)] if self.removal else [])]


@dataclass(frozen=True)
class Remedy:
    """A smallest set of actions of one size, in words, and the share of the failing replicates in which it works."""

    actions: tuple[str, ...]
    works: Share


@dataclass(frozen=True)
class LeastAnswer:
    """What keeps ``asset`` up: the best set of each size; ``failures`` of ``replicates`` fail without it."""

    asset: str
    name: str
    run: str
    replicates: int
    failures: int
    remedies: tuple[Remedy, ...]
    note: str = (
        "Smallest among protecting what the hazard hits and adding reserves on the chains of causes; costs are not known."
    )

    def lines(self) -> list[str]:
        """One line a set."""
        if not self.failures:
            return [f"{self.name} stays up in every replicate of this run."]
        if not self.remedies:
            return [f"{self.name} fails in {self.failures} of {self.replicates} runs, and no cause of it can be acted on."]
        return [
            f"{self.name} fails in {self.failures} of {self.replicates} runs. The smallest changes:",
            *(f"  {' and '.join(r.actions)}: stays up in {percent(r.works.value)} of them." for r in self.remedies),
            f"  {self.note}",
        ]


def stored_scenario(project: Project, run: str) -> tuple[CascadeJob, Scenario]:
    """Job and scenario of a stored run, ready to replay; raises InputError where city or scenario changed since."""
    row = project.run_row(run)
    file = Path(row.recipe["scenario_file"])
    if not file.is_file():
        raise InputError("the scenario of this run is gone", where=str(file), repair="put it back or run it again")
    scenario = read_scenario(file).with_settings(row.recipe.get("settings", {}))
    if scenario.digest() != row.recipe["spec"]:
        raise InputError("the scenario was changed since this run", where=str(file), repair="run it again")
    city, scenario = as_it_began(project.city(), scenario, row.recipe)
    if city_digest(city) != project.result(row.run).city_digest:
        raise InputError("the city was changed since this run", where=row.run, repair="run the scenario again")
    return cascade_job(city, scenario), scenario


def explain(project: Project, run: str, asset: str, replicate: int | None) -> Explanation:
    """The chain of ``asset`` in ``replicate``, or in the first replicate in which it fails."""
    run = project.run_row(run).run
    job, _ = stored_scenario(project, run)
    city = job.compiled.city
    component = city.index[city.resolve(asset, where="--asset")]
    if replicate is not None and not 0 <= replicate < job.replicates:
        raise InputError(
            f"replicate {replicate} is not among 0 to {job.replicates - 1}", where="--replicate", repair="choose one of them"
        )
    chosen = replicate if replicate is not None else _first_failing(job, component)
    where = Explanation(str(city.component_ids[component]), str(city.component_names[component]), run, chosen, ())
    if chosen is None:
        return where
    state, _ = job.replay(chosen)
    steps = chain_in(job, state, component)
    if not steps:
        return where
    return replace(where, steps=steps, tree=failure_tree(job, state, component), removal=removal(job, chosen, component))


def explain_least(
    project: Project, run: str, asset: str, *, threads: int = 0, progress: Progress = silent, cancel: CancelToken | None = None
) -> LeastAnswer:
    """The smallest changes that keep ``asset`` up in a stored run; raises InputError as ``explain``."""
    run = project.run_row(run).run
    job, _ = stored_scenario(project, run)
    city = job.compiled.city
    component = city.index[city.resolve(asset, where="--asset")]
    base = baseline(job, threads=threads, progress=progress, cancel=cancel)
    found = least_changes(base, component, threads=threads or os.cpu_count() or 1, progress=progress, cancel=cancel)
    return LeastAnswer(
        str(city.component_ids[component]),
        str(city.component_names[component]),
        run,
        job.replicates,
        int(base.went_down(np.array([component])).sum()),
        tuple(Remedy(tuple(in_words(job, a) for a in least.actions), least.works) for least in found),
    )


def in_words(job: CascadeJob, action: Action) -> str:
    """An action as an order."""
    names = job.compiled.city.component_names
    if isinstance(action, Protect):
        return f"protect {names[action.component]}"
    if isinstance(action, Reserve):
        return f"give {names[action.component]} a reserve of {action.hours:g} h"
    if isinstance(action, Break):
        return f"take {names[action.component]} out"
    return f"have {action.number} {action.sector} crews"


def _first_failing(job: CascadeJob, component: int) -> int | None:
    for replicate in range(job.replicates):
        if job.replay(replicate)[0].first_down[component] >= 0.0:
            return replicate
    return None


def _proof(found: Explanation) -> str:
    if found.removal is None or not found.removal.removed:
        return ""
    names = " and ".join(s.name for s in (found.steps[0], *(chain[0] for chain in found.removal.steps)))
    if found.removal.gone:
        return f"  Proof: in the same run without the failure of {names}, {found.name} stays up."
    return f"  Without the failure of {names}, {found.name} still fails."


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _numbers(step: Step) -> str:
    if step.value is None or step.threshold is None or not step.unit:
        return ""
    bounds = f" ({step.low:g} to {step.high:g})" if step.low is not None and step.high is not None else ""
    return f"  [{step.rule}: {step.value:.2f}, limit {step.threshold:.2f}{bounds} {step.unit}]"
