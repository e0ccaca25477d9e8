"""Replicates of an evacuation as chunks that any executor may run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stratum_core.errors import Cancelled
from stratum_core.population.evacuation.access import cut_off, services_of
from stratum_core.population.evacuation.model import EvacuationModel
from stratum_core.population.evacuation.outcome import Outcome, outcome
from stratum_core.population.evacuation.world import Disruption, World


@dataclass
class EvacuationJob:
    """One evacuation, a replicate a chunk; ``disruption`` says what replicate n of the disaster takes away."""

    world: World
    disruption: Callable[[int], Disruption]
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    @property
    def chunks(self) -> int:
        """Replicates."""
        return self.world.spec.replicates

    def run_chunk(self, number: int, watch: Callable[[EvacuationModel], None] = lambda model: None) -> Outcome:
        """Run replicate ``number``; ``watch`` sees the model at first and after each step. Raises Cancelled when stopped."""
        model = EvacuationModel(self.world, self.disruption(number), number)
        watch(model)
        step, hours, cut = self.world.spec.step_min, [], []
        services = services_of(self.world)
        steps = round(self.world.spec.horizon_h * 60.0 / step)
        links = self.world.network.links
        for at in range(1, steps + 1):
            if self.stop[0]:
                raise Cancelled("Cancelled; nothing was stored.")
            if (at - 1) % max(round(60.0 / step), 1) == 0:
                cut.append(cut_off(model, services))
            model.step()
            watch(model)
            if at % max(round(60.0 / step), 1) == 0 or at == steps:
                hours.append(model.movement.state.delay[:links] / 3600.0)
        return outcome(model, np.array(hours), np.array(cut))
