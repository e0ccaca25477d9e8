"""An ambulance: people who cannot leave unaided and have no car, at home or in hospitals and homes."""

from stratum_core.model.fields import Bools
from stratum_core.population.evacuation.fleet import FLEET, Fetcher


@FLEET.register("ambulance")
class Ambulance(Fetcher):
    """Takes a household at a time, or what its seats hold."""

    def wanted(self) -> Bools:
        """Who needs help."""
        found: Bools = super().wanted() & (self.model.world.households.helped > 0)
        return found
