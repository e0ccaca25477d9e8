"""The scenario that is asked about, with its changed settings. Owned by the session's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.pipeline.footprint_scenario import write_footprint
from stratum_core.pipeline.outage_scenario import write_outage
from stratum_core.pipeline.scenario import Scenario, find_scenario, read_scenario
from stratum_core.pipeline.scenario_copy import keep_scenario
from stratum_core.pipeline.scenario_settings import Setting, settings_of
from stratum_core.resource_files import resource


class Question:
    """``folder`` holds the project's own scenarios; ``took`` is told who chose or changed one.

    scenario: as it is asked; original: as its file has it; settings: what was changed, by key.
    """

    def __init__(self, folder: Path, city: Callable[[], City], took: Callable[[str], None]) -> None:
        self._folder, self._city, self._took = folder, city, took
        self.scenario: Scenario | None = None
        self.original: Scenario | None = None
        self.settings: dict[str, str] = {}
        self._opened: dict[str, Path] = {}  # scenario files from elsewhere, by name

    def names(self) -> list[str]:
        """Names of the project's scenarios and of the built-in ones."""
        places = [self._folder, resource("scenarios")]
        return sorted({path.stem for place in places for path in place.glob("*.toml")} | set(self._opened))

    def choose(self, name: str, initiator: str, settings: dict[str, str] | None = None) -> None:
        """Read a scenario; raises InputError when it is not there or wrong."""
        self._take(read_scenario(self._opened.get(name) or find_scenario(name, [self._folder])), settings or {}, initiator)

    def open(self, path: Path, initiator: str) -> None:
        """Choose a scenario file from anywhere; raises InputError when it cannot be read or is wrong."""
        original = read_scenario(path)
        if path.resolve().parent != self._folder.resolve():
            self._opened[path.stem] = path
        self._take(original, {}, initiator)

    def new_outage(self, name: str, assets: list[str], initiator: str) -> None:
        """Write a scenario in which ``assets`` stop, and choose it; raises InputError for what does not fit."""
        self._take(read_scenario(write_outage(self._folder, self._city(), name, assets)), {}, initiator)

    def new_footprint(self, name: str, ring: Floats, probability: float, lasts_h: float, initiator: str) -> None:
        """Write a scenario in which what lies inside ``ring`` stops, and choose it; raises InputError for what does not fit."""
        path = write_footprint(self._folder, self._city(), name, ring, probability=probability, lasts_h=lasts_h)
        self._take(read_scenario(path), {}, initiator)

    def keep(self, name: str, initiator: str) -> None:
        """Keep the scenario with its changed settings as a file of the project, and choose it; raises InputError."""
        if self.scenario is not None:
            self._take(read_scenario(keep_scenario(self._folder, self.scenario, self.settings, name)), {}, initiator)

    def all_settings(self) -> list[Setting]:
        """All keys with value, unit, range and meaning; none without a scenario."""
        return settings_of(self.scenario, self.original) if self.scenario and self.original else []

    def set(self, key: str, text: str, initiator: str) -> None:
        """Change one key for the next runs; raises InputError for an unknown key or a wrong value."""
        if self.original is None:
            return
        kept = {name: value for name, value in self.settings.items() if name != key}
        same = next((setting.original for setting in settings_of(self.original, self.original) if setting.key == key), None)
        self._take(self.original, kept if text.strip() == same else {**kept, key: text.strip()}, initiator)

    def reset(self, initiator: str) -> None:
        """Put every key back to what the scenario's file says."""
        if self.original is not None and self.settings:
            self._take(self.original, {}, initiator)

    def _take(self, original: Scenario, settings: dict[str, str], initiator: str) -> None:
        self.scenario = original.with_settings(settings)
        self.original, self.settings = original, settings
        self._took(initiator)
