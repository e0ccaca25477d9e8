"""One open project and what the person looks at: city, scenario, result, selection, hour.

Owned by one thread (the main thread of a window). Engines and the store are reached through
``Jobs`` only; what changes is told on the bus, with who changed it.
"""

from __future__ import annotations

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
from app.commands import History, SetValue
from app.jobs import Jobs
from app.notices import Notice, of_error
from app.warm import wait_until_warm, warm_in_child
from stratum_core.errors import StratumError
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult, Step
from stratum_core.pipeline.cascade import run_cascade, why
from stratum_core.pipeline.scenario import Scenario, find_scenario, read_scenario, recipe
from stratum_core.ports import CancelToken, Progress, utc_now
from stratum_core.resource_files import resource
from stratum_core.store.project import Project, RunRow


class Session:
    """State of the workbench; see the module."""

    def __init__(self, project: Project, jobs: Jobs, bus: Bus) -> None:
        self.project, self.jobs, self.bus = project, jobs, bus
        self.city: City = project.city()
        self.scenario: Scenario | None = None
        self.settings: dict[str, str] = {}
        self.result: CascadeResult | None = None
        self.selected: str | None = None
        self.hour = 0.0
        self._history = History()
        self._running: CancelToken | None = None
        self._warming = warm_in_child()

    # scenario

    def scenario_names(self) -> list[str]:
        """Names of the project's scenarios and of the built-in ones."""
        places = [self.project.scenarios, resource("scenarios")]
        return sorted({path.stem for place in places for path in place.glob("*.toml")})

    def choose_scenario(self, name: str, initiator: str, settings: dict[str, str] | None = None) -> None:
        """Read a scenario; raises InputError when it is not there or wrong."""
        self.settings = settings or {}
        self.scenario = read_scenario(find_scenario(name, [self.project.scenarios])).with_settings(self.settings)
        self.bus.publish(ScenarioChanged(name, initiator))

    # run

    @property
    def running(self) -> bool:
        """True while a run is on."""
        return self._running is not None

    def run(self) -> None:
        """Start the cascade of the chosen scenario; nothing happens while one runs or none is chosen."""
        if self.running or self.scenario is None:
            return
        city, scenario, threads = self.city, self.scenario, self.jobs.compute_threads
        how = recipe(scenario, self.settings)

        def work(progress: Progress, cancel: CancelToken) -> CascadeResult:
            wait_until_warm(self._warming, cancel)
            return run_cascade(city, scenario, threads=threads, progress=progress, cancel=cancel)

        self._running = self.jobs.compute(
            work, lambda result: self._run_done(result, how), self._run_failed, self._run_progressed
        )
        self.bus.publish(RunStarted(scenario.name))

    def cancel_run(self) -> None:
        """Ask the run to stop; nothing of it is stored."""
        if self._running is not None:
            self._running.cancel()

    def _run_progressed(self, done: int, total: int, eta_s: float | None) -> None:
        self.bus.publish(RunProgressed(done, total, eta_s))

    def _run_done(self, result: CascadeResult, how: dict[str, Any]) -> None:
        self._running = None
        self.result = result
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
        self.jobs.data(lambda: self.project.result(run), self._show, lambda error: self.bus.publish(of_error(error)))

    def _show(self, result: CascadeResult) -> None:
        self.result = result
        self.bus.publish(ResultChosen(result.run))

    def runs(self) -> list[RunRow]:
        """All stored runs, newest first (reads the store: call it through ``jobs.data`` while a run is saved)."""
        return self.project.runs()

    def explain(self, asset: str, replicate: int, then: Any) -> None:
        """Replay one replicate and hand the causal chain of ``asset`` to ``then``."""
        city, scenario = self.city, self.scenario
        if scenario is None:
            return

        def work(progress: Progress, cancel: CancelToken) -> tuple[Step, ...]:
            return why(city, scenario, asset, replicate)

        self.jobs.compute(work, then, lambda error: self.bus.publish(of_error(error)), lambda *_: None)

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

    # edits

    def edit(self, table: str, id: str, field: str, value: Any, initiator: str) -> None:
        """Change one value of the city, undoable and saved; raises InputError for a bad value."""
        command = SetValue(table, id, field, value)
        self._take(self._history.do(self.city, command), command, initiator)

    def undo(self, initiator: str) -> bool:
        """Undo the last edit; False when there is none."""
        return self._stepped(self._history.undo(self.city), initiator)

    def redo(self, initiator: str) -> bool:
        """Redo the edit that was undone last; False when there is none."""
        return self._stepped(self._history.redo(self.city), initiator)

    def _stepped(self, step: tuple[City, SetValue] | None, initiator: str) -> bool:
        if step is None:
            return False
        self._take(*step, initiator)
        return True

    def _take(self, city: City, command: SetValue, initiator: str) -> None:
        self.city = city
        self.jobs.data(lambda: self.project.save_city(city), lambda _: None, lambda error: self.bus.publish(of_error(error)))
        self.bus.publish(CityChanged(command.table, (command.id,), initiator))

    def notify(self, notice: Notice) -> None:
        """Tell the person something."""
        self.bus.publish(notice)

    def close(self) -> None:
        """End all work and close the project."""
        self.jobs.close()
        if self._warming is not None and self._warming.poll() is None:
            self._warming.terminate()
            self._warming.wait()
        self.project.close()
