"""An ambulance: households in which somebody cannot leave unaided and that have no car."""

from stratum_core.population.evacuation.fleet import FLEET, Fetcher


@FLEET.register("ambulance")
class Ambulance(Fetcher):
    """Takes a household at a time, or what its seats hold."""

    kind = "ambulance"
    helped = True
