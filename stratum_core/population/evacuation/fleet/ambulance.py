"""An ambulance: people who cannot leave unaided and have no car, at home or in hospitals and homes."""

from collections.abc import Iterator

from stratum_core.model.fields import Bools
from stratum_core.population.evacuation.fleet import FLEET, Fetcher


@FLEET.register("ambulance")
class Ambulance(Fetcher):
    """Takes who needs help, with companions, before others of their households."""

    def takes(self) -> Bools:
        """Who needs help, and who is left of their households."""
        found: Bools = super().takes() & self.model.rescue.parties.with_helped
        return found

    def in_turn(self) -> Iterator[Bools]:
        """Who needs help; then whom it takes besides."""
        wanted = self.wanted()
        yield wanted & (self.model.rescue.parties.helped > 0)
        yield wanted
