"""One open project and what the person looks at: city, scenario, result, selection, hour.

Owned by one thread (the main thread of a window). Engines and the store are reached through
``Jobs`` only; what changes is told on the bus, with who changed it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.bus import (
    Bus,
    CityChanged,
    HourChanged,
    ResultChosen,
    RunEnded,
    RunProgressed,
    RunStarted,
    ScenarioChanged,
    SelectionChanged,
)
from app.edits import Edits
from app.evacuations import Evacuations
from app.exposure import Exposures
from app.jobs import Jobs
from app.knowledge import Knowledge
from app.live import Live
from app.losses import Losses
from app.notices import Notice, of_error
from app.optimisations import Optimisations
from app.orders import Orders
from app.question import Question
from app.restorations import Restorations
from app.situation import Situation
from app.warm import wait_until_warm, warm_in_child
from app.what_if import WhatIfs
from stratum_core.errors import InputError, StratumError
from stratum_core.model.changes import Change
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult, Step
from stratum_core.pipeline.cascade import cascade_job, run_keeping_rows, why
from stratum_core.pipeline.optimising.study import Asked
from stratum_core.pipeline.scenario import Scenario, read_scenario, recipe
from stratum_core.pipeline.situation.start_state import as_it_began
from stratum_core.policy.interventions.reading import write_intervention
from stratum_core.policy.what_if import Baseline
from stratum_core.ports import CancelToken, Progress, utc_now
from stratum_core.store.project import Project, RunRow

_GONE = Notice("warning", "The scenario of this run is gone or was changed. Answer the question again.")


class Session:
    """State of the workbench; see the module."""

    def __init__(self, project: Project, jobs: Jobs, bus: Bus) -> None:
        self.project, self.jobs, self.bus = project, jobs, bus
        self.city: City = project.city()
        self.question = Question(project.scenarios, lambda: self.city, self._scenario_taken)
        self.edits = Edits(project, jobs, bus, lambda: self.city, self._city_edited)
        self.result: CascadeResult | None = None
        self._asked: tuple[City, Scenario] | None = None  # what the shown result is of, readings at its start included
        self._answered = ""  # digest of the scenario that it answers, without what readings added
        self.began: dict[str, Any] | None = None  # the readings that it began with
        self.selected: str | None = None
        self.hour = 0.0
        self._running: CancelToken | None = None
        self.what_ifs = WhatIfs(jobs, bus)
        self.exposures = Exposures(jobs, bus)
        self.evacuations = Evacuations(jobs, bus, project)
        self.optimisations = Optimisations(jobs, bus, project)
        self.restorations = Restorations(jobs, bus)
        self.losses = Losses(jobs, bus)
        self.orders = Orders(lambda: self.scenario, lambda key, text: self.question.set(key, text, "orders"))
        self.knowledge = Knowledge(jobs, bus)
        self.live = Live(project, jobs, bus)
        self.situation = Situation(jobs, bus, project, lambda: self.city)
        self._warming = warm_in_child()

    # scenario

    @property
    def scenario(self) -> Scenario | None:
        """The one that is asked about, with its changed settings."""
        return self.question.scenario

    def _scenario_taken(self, initiator: str) -> None:
        scenario = self.question.scenario
        assert scenario is not None
        self.bus.publish(ScenarioChanged(scenario.file.stem, initiator))
        self.evacuations.recall(self.city, scenario)
        self.optimisations.recall(self.city, scenario)

    # run

    @property
    def running(self) -> bool:
        """True while a run is on."""
        return self._running is not None

    def run(self, *, from_now: bool = False) -> None:
        """Start the cascade of the chosen scenario; nothing happens while one runs or none is chosen.

        from_now: beginning with what the shown readings say. Raises InputError where they speak of what is not there.
        """
        if self.running or self.scenario is None:
            return
        threads = self.jobs.compute_threads
        start = self.situation.start() if from_now else None
        how = recipe(self.scenario, self.question.settings, asdict(start) if start is not None else None)
        city, scenario = as_it_began(self.city, self.scenario, how)

        def work(progress: Progress, cancel: CancelToken) -> tuple[CascadeResult, Baseline]:
            wait_until_warm(self._warming, cancel)
            job = cascade_job(city, scenario)
            result, rows = run_keeping_rows(job, scenario, threads=threads, progress=progress, cancel=cancel)
            return result, Baseline.of(job.of(result.replicates), rows)

        self._running = self.jobs.compute(
            work, lambda done: self._run_done(*done, city, scenario, how), self._run_failed, self._run_progressed
        )
        self.bus.publish(RunStarted(scenario.name))

    def cancel_run(self) -> None:
        """Ask the run to stop; nothing of it is stored."""
        if self._running is not None:
            self._running.cancel()

    def evacuate(self) -> None:
        """Evacuate the chosen scenario, with the outages of the shown run where it answers that scenario."""
        if self.scenario is not None:
            felt = (self.result.run, *self._asked) if self.result and self._asked and not self.outdated else None
            self.evacuations.run(self.city, self.scenario, felt, self.question.settings)

    def reckon(self) -> None:
        """What the shown run costs."""
        if self.result is not None and self._asked is not None:
            self.losses.run(*self._asked, self.result)
        elif self.result is not None:
            self.notify(_GONE)

    def optimise(self, asked: Asked, replicates: int, *, go_on: bool = False) -> None:
        """Search over options for the chosen scenario; go_on: from the plans that are shown."""
        if self.scenario is not None:
            found = self.optimisations.result
            start = [plan.options for plan in found.front] if go_on and found is not None else []
            self.optimisations.run(self.city, self.scenario, asked, replicates, self.question.settings, start)

    def restore(self, crews: int) -> None:
        """Put the repairs of the shown run in order; crews: of each sector, 0: as the run has them."""
        if self.result is not None and self._asked is not None:
            self.restorations.run(*self._asked, self.result.run, crews)

    def keep_measure(self, id: str, data: dict[str, Any]) -> Path:
        """Keep an intervention as a file of the project; raises InputError, also for money that is not the city's."""
        own, given = self.city.currency, data["cost"]["currency"]
        if own and given and given != own:
            raise InputError(f"the cost is in {given}, the city's money is {own}", where="cost.currency",
                             repair=f"give it in {own}")
        return write_intervention(self.project.interventions, id, data)

    def _run_progressed(self, done: int, total: int, eta_s: float | None) -> None:
        self.bus.publish(RunProgressed(done, total, eta_s))

    def _run_done(self, result: CascadeResult, base: Baseline, city: City, scenario: Scenario, how: dict[str, Any]) -> None:
        self._running = None
        self.result, self._asked, self.began = result, (city, scenario), how.get("start")
        self._answered = str(how["spec"])
        self.what_ifs.start_from(base)
        created = utc_now().isoformat(timespec="seconds")
        self.jobs.data(
            lambda: self.project.save_run(result, how, created),
            lambda _: self.bus.publish(RunEnded(result.run)),
            self._run_failed,
        )
        self.bus.publish(ResultChosen(result.run))

    def _run_failed(self, error: StratumError) -> None:
        self._running = None
        self.bus.publish(RunEnded(None))
        self.bus.publish(of_error(error))

    def show_run(self, run: str) -> None:
        """Load a stored run and show it."""

        def read() -> tuple[CascadeResult, RunRow]:
            return self.project.result(run), self.project.run_row(run)

        self.jobs.data(read, self._show, lambda error: self.bus.publish(of_error(error)))

    def _show(self, read: tuple[CascadeResult, RunRow]) -> None:
        self.result, row = read
        scenario, city = _scenario_of(row), self.city
        try:
            if scenario is not None:
                city, scenario = as_it_began(city, scenario, row.recipe)
        except StratumError:
            scenario = None  # it began with what the city no longer has: it can be looked at, not asked
        self._answered = str(row.recipe["spec"])
        self._asked, self.began = (city, scenario) if scenario is not None else None, row.recipe.get("start")
        self.what_ifs.start_from_scenario(city, scenario)
        self.bus.publish(ResultChosen(self.result.run))

    def runs(self) -> list[RunRow]:
        """All stored runs, newest first (reads the store: call it through ``jobs.data`` while a run is saved)."""
        return self.project.runs()

    def explain(self, asset: str, replicate: int, then: Any) -> None:
        """Replay one replicate of the shown run and hand the causal chain of ``asset`` to ``then``."""
        if self._asked is None:
            self.notify(_GONE)
            return
        city, scenario = self._asked

        def work(progress: Progress, cancel: CancelToken) -> tuple[Step, ...]:
            return why(city, scenario, asset, replicate)

        self.jobs.compute(work, then, lambda error: self.bus.publish(of_error(error)), lambda *_: None)

    @property
    def outdated(self) -> bool:
        """True when the shown result answers another scenario, or this one with other settings."""
        return self.result is not None and self.scenario is not None and self.scenario.digest() != self._answered

    # what the person looks at

    def select(self, asset: str | None, initiator: str) -> None:
        """Choose a component; choosing the chosen one again says nothing."""
        if asset != self.selected:
            self.selected = asset
            self.bus.publish(SelectionChanged(asset, initiator))

    def set_hour(self, hour: float, initiator: str) -> None:
        """Move the time slider."""
        if hour != self.hour:
            self.hour = hour
            self.bus.publish(HourChanged(hour, initiator))

    def _city_edited(self, city: City, change: Change, initiator: str) -> None:
        self.city = city
        self.knowledge.follow(change)
        if change.table != "dependencies":
            self.situation.rebuild()
        self.bus.publish(CityChanged(change.table, (change.id,), initiator))

    def notify(self, notice: Notice) -> None:
        """Tell the person something."""
        self.bus.publish(notice)

    def close(self) -> None:
        """End all work and close the project."""
        self.live.stop()
        self.jobs.close()
        if self._warming is not None and self._warming.poll() is None:
            self._warming.terminate()
            self._warming.wait()
        self.project.close()


def _scenario_of(run: RunRow) -> Scenario | None:
    """The scenario of a stored run as it was then; None where its file is gone or was changed since."""
    try:
        scenario = read_scenario(Path(run.recipe["scenario_file"])).with_settings(run.recipe.get("settings", {}))
    except StratumError:
        return None
    return scenario if scenario.digest() == run.recipe["spec"] else None
