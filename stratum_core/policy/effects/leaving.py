"""What helps people who leave: shelters, buses, warning, lanes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from stratum_core.model.spec import key, with_settings
from stratum_core.policy.effects import EFFECTS, Effect
from stratum_core.population.evacuation.spec import EvacuationSpec


@EFFECTS.register("evacuation")
@dataclass(frozen=True)
class Evacuation(Effect):
    """A key of the evacuation is set to another value; ``docs/evacuation.md`` lists them."""

    layer: ClassVar[str] = "evacuation"
    placed: ClassVar[bool] = False
    setting: str = key("shelter_beds", "key of the table [evacuation], such as order_h or behaviour.siren_cover")
    value: str = key("600", "its new value, as --set takes it")

    def evacuation(self, spec: EvacuationSpec, target: str) -> EvacuationSpec:
        """See ``Effect``."""
        return with_settings(spec, {self.setting: self.value}, prefix="evacuation.")


@EFFECTS.register("vehicles")
@dataclass(frozen=True)
class Vehicles(Effect):
    """Vehicles beside those that the scenario has."""

    layer: ClassVar[str] = "evacuation"
    placed: ClassVar[bool] = False
    kind: str = key("bus", "a row of resources/tables/fleet.csv")
    number: int = key(3, "how many", hard=(1, 10_000))

    def evacuation(self, spec: EvacuationSpec, target: str) -> EvacuationSpec:
        """See ``Effect``."""
        return replace(spec, fleet=(*spec.fleet, f"{self.kind}:{self.number}"))


@EFFECTS.register("contraflow")
@dataclass(frozen=True)
class Contraflow(Effect):
    """The directed road that is the target gets the lanes of its reverse."""

    layer: ClassVar[str] = "evacuation"

    def evacuation(self, spec: EvacuationSpec, target: str) -> EvacuationSpec:
        """See ``Effect``."""
        return replace(spec, contraflow=(*spec.contraflow, target))
