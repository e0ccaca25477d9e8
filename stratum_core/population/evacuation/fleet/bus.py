"""A bus: people without a car who can get in by themselves."""

from stratum_core.population.evacuation.fleet import FLEET, Fetcher


@FLEET.register("bus")
class Bus(Fetcher):
    """Goes where most people wait, on while it has seats, then to a shelter or out of town."""

    kind = "bus"
