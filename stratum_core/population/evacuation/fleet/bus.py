"""A bus: people without a car who can get in by themselves."""

from stratum_core.model.fields import Bools
from stratum_core.population.evacuation.fleet import FLEET, Fetcher


@FLEET.register("bus")
class Bus(Fetcher):
    """Goes where most people wait, on while it has seats, then to a shelter or out of town."""

    def takes(self) -> Bools:
        """Who needs no help."""
        found: Bools = super().takes() & (self.model.rescue.parties.helped == 0)
        return found
