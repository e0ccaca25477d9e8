"""Movement on roads: links as kinematic waves, vehicles and walkers one by one, from event to event.

``RoadNetwork`` says what the roads are, ``Movement`` moves agents on it; see docs/traffic.md for the model and its limits.
"""

from stratum_core.population.traffic.city_roads import network_of as network_of
from stratum_core.population.traffic.movement import Movement as Movement
from stratum_core.population.traffic.movement import Travellers as Travellers
from stratum_core.population.traffic.network import RoadNetwork as RoadNetwork
