"""A convoy: several vehicles that drive as one and clear hospitals and homes, whoever lies or walks there."""

from stratum_core.model.fields import Bools
from stratum_core.population.evacuation.fleet import FLEET, Fetcher


@FLEET.register("convoy")
class Convoy(Fetcher):
    """Goes where most patients and residents wait; it has arrived when its last vehicle has."""

    def takes(self) -> Bools:
        """Who is in a hospital, a clinic or a home."""
        found: Bools = super().takes() & (self.model.world.kind >= 0)[self.model.rescue.parties.household]
        return found
