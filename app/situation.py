"""The live situation of the open city: brought up to date as readings arrive, shown as it is now or as it was at a chosen time.

Owned by the session's thread; the board of readings and models belongs to the compute thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from app.bus import Bus
from app.jobs import Jobs
from app.notices import of_error
from stratum_core.errors import Cancelled, EngineError, InputError, StratumError
from stratum_core.estimation.alerts import Alert, AlertBook
from stratum_core.graph import knowledge_graph
from stratum_core.model.city import City
from stratum_core.model.readings import NO_TIME
from stratum_core.pipeline.situation.alerting import Watch, rules_of
from stratum_core.pipeline.situation.board import Board, Picture, present_moment
from stratum_core.pipeline.situation.pages import grid_state
from stratum_core.pipeline.situation.power_state import PowerState
from stratum_core.pipeline.situation.pressure_map import PressureMap, codes, pressures_of
from stratum_core.pipeline.situation.start_state import Start, start_of
from stratum_core.pipeline.situation.tracking import HOUR_US, MOST
from stratum_core.ports import CancelToken, Progress, utc_now
from stratum_core.store.project import Project
from stratum_core.store.readings import Recent

#: models tuned in one look; the others wait for the next, so that the first picture comes soon
_TUNED_AT_ONCE = 6


@dataclass(frozen=True)
class SituationChanged:
    """Another picture is shown; moved: alerts that were raised, escalated or ended."""

    moved: tuple[Alert, ...] = ()


@dataclass(frozen=True)
class Networks:
    """Pressures and power at a moment (microseconds UTC); None with the reason in ``missing``."""

    at: int
    pressures: PressureMap | None
    power: PowerState | None
    missing: tuple[str, str]


class Situation:
    """The newest picture, the one that is shown, and the alerts."""

    def __init__(self, jobs: Jobs, bus: Bus, project: Project, city: Callable[[], City]) -> None:
        self._jobs, self._bus, self._project, self._city = jobs, bus, project, city
        self._board: Board | None = None
        self._busy = self._again = False
        self._arrived = NO_TIME
        self._chosen: int | None = None
        self._as_known = False
        self.now: Picture | None = None
        self.shown: Picture | None = None
        self.recorded = False
        self.networks: Networks | None = None
        self.asking = False
        self.untuned = 0

    @property
    def city(self) -> City:
        """The city that is looked at."""
        return self._city()

    @property
    def chosen(self) -> int | None:
        """The moment that is looked at (microseconds UTC); None: now, as it moves."""
        return self._chosen

    @property
    def span(self) -> tuple[int, int] | None:
        """From the oldest reading that is held to now; None without readings."""
        oldest = self._board.oldest if self._board is not None else None
        return (oldest, self.now.at) if oldest is not None and self.now is not None else None

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The rules as they lie on the sensors."""
        return self._board.watched if self._board is not None else ()

    def refresh(self) -> None:
        """Take in what has arrived and look again; nothing happens in a city without sensors."""
        if not len(self._city().sensors):
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._jobs.data(self._read, self._look, self._fail)

    @property
    def as_known(self) -> bool:
        """Whether a look at the past leaves out what arrived later."""
        return self._as_known

    def look_at(self, moment: int | None, *, as_known: bool | None = None) -> None:
        """Show the state at ``moment``, None: now again. as_known: by what had arrived by then, else by late readings too (None:
        as before)."""
        self._as_known = self._as_known if as_known is None else as_known
        self._chosen = moment
        if moment is None and self.now is not None:
            self.shown = self.now
            self._bus.publish(SituationChanged())
        else:
            self.refresh()

    def rebuild(self) -> None:
        """Sensors or the network were changed: begin anew, with the alerts that there are."""
        if self._board is None:
            return
        self._board, self._arrived = None, NO_TIME
        self.now = self.shown = self.networks = None
        self.refresh()

    def acknowledge(self, id: str, by: str) -> None:
        """Take an alert on; it is kept in the project. Raises InputError for one that is not open."""
        if self._board is None:
            return
        taken = self._board.book.acknowledge(id, by, _microseconds(utc_now()))
        self._keep((taken,))
        self.refresh()

    def ask_networks(self) -> None:
        """Work out pressures and power of the shown picture; the answer comes with the next ``SituationChanged``."""
        seen = self.shown
        if seen is None or self.asking:
            return
        self.asking, city = True, self._city()
        picture = seen.as_read(city.sensors.noise)

        def work(progress: Progress, cancel: CancelToken) -> Networks:
            power, no_power = grid_state(city, picture)
            try:
                return Networks(picture.at, pressures_of(city, picture, progress, cancel), power, ("", no_power))
            except (InputError, EngineError) as error:
                return Networks(picture.at, None, power, (str(error), no_power))

        self._jobs.compute(work, self._have_networks, self._no_networks, lambda *_: None)

    def _have_networks(self, found: Networks) -> None:
        self.networks, self.asking = found, False
        self.now, self.shown = self._with_pressures(self.now), self._with_pressures(self.shown)
        self._bus.publish(SituationChanged())

    def _no_networks(self, error: StratumError) -> None:
        self.asking = False
        if not isinstance(error, Cancelled):
            self._tell(error)
        self._bus.publish(SituationChanged())

    def _with_pressures(self, picture: Picture | None) -> Picture | None:
        """What sensors see, with the junctions of a pressure map of the same hour."""
        found = self.networks
        if picture is None or found is None or found.pressures is None or abs(picture.at - found.at) > HOUR_US:
            return picture
        code = codes(self._city(), found.pressures, picture.observed.code)
        return replace(picture, observed=replace(picture.observed, code=code))

    def start(self) -> Start | None:
        """The shown picture as the start of a run; None before there is one."""
        seen = self.shown
        return start_of(self._city(), seen.mean, seen.sd, seen.at) if seen is not None else None

    def _read(self) -> tuple[Recent, list[Alert]]:
        kept = [Alert(**row) for row in self._project.alerts()] if self._board is None else []
        return self._project.readings().recent(MOST, since=self._arrived), kept

    def _look(self, read: tuple[Recent, list[Alert]]) -> None:
        found, kept = read
        self._arrived = found.arrived
        city, board, chosen = self._city(), self._board, self._chosen
        known_by = chosen if self._as_known else None
        folder = self._project.folder

        def work(progress: Progress, cancel: CancelToken) -> tuple[Board, Picture | None, Picture | None, bool]:
            made = board or Board(knowledge_graph(city), rules_of(folder), AlertBook({one.id: one for one in kept}))
            made.take(made.places(found.sensor), found.time, found.value, found.arrival)
            newest = made.newest
            if newest is None:
                return made, None, None, False
            moment, recorded = present_moment(newest, _microseconds(utc_now()))
            tuned = _TUNED_AT_ONCE if board is not None else 0  # the first picture comes at once, with readings alone
            now = made.look(moment, most_tuned=tuned, cancel=cancel)
            then = made.look(chosen, known_by=known_by, most_tuned=0, watch=False, cancel=cancel) if chosen is not None else None
            return made, now, then, recorded

        self._jobs.compute(work, self._take, self._fail, lambda *_: None)

    def _take(self, done: tuple[Board, Picture | None, Picture | None, bool]) -> None:
        self._board, self.now, then, self.recorded = done
        self.now, then = self._with_pressures(self.now), self._with_pressures(then)
        self._busy = False
        self.untuned = self._board.untuned
        if self._chosen is None:
            self.shown = self.now
        elif then is not None and then.at == self._chosen:
            self.shown = then
        moved = self.now.moved if self.now is not None else ()
        self._keep(moved)
        self._bus.publish(SituationChanged(moved))
        if self._again or self.untuned or (self._chosen is not None and self.shown is not None and self.shown.at != self._chosen):
            self._again = False
            self.refresh()

    def _keep(self, moved: tuple[Alert, ...]) -> None:
        if moved:
            rows = [asdict(one) for one in moved]
            self._jobs.data(lambda: self._project.save_alerts(rows), lambda _: None, self._tell)

    def _fail(self, error: StratumError) -> None:
        self._busy = self._again = False
        if not isinstance(error, Cancelled):
            self._tell(error)

    def _tell(self, error: StratumError) -> None:
        self._bus.publish(of_error(error))


def _microseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1e6)
