"""A warden: goes from door to door where most people have not heard."""

import numpy as np

from stratum_core.model.fields import Bools, Ints
from stratum_core.population.evacuation.fleet import FLEET, Vehicle


@FLEET.register("warden")
class Warden(Vehicle):
    """Tells all households of a crossing, then goes on to the next."""

    def act(self) -> None:
        """Drive to the crossing at which most have not heard."""
        for stop in self.model.rescue.unaware_stops():
            if self.drive_to(stop):
                return

    def calls(self, hears: Bools) -> Ints:
        """Where people would go and do not hear otherwise."""
        return np.unique(self.model.world.households.node[self.model.told & self.model.decisions.goes & ~hears])

    def arrive(self) -> None:
        """Tell them, one after another."""
        self.work(self.of.minutes * self.model.rescue.tell(self.node) / self.model.world.sampled)
