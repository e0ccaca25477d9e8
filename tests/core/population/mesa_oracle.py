"""The same rules of the road in plain Mesa, a second at a time: slow, and easy to read.

A car enters a link at a whole second. It may leave when it has driven for length / speed, when the link's exit and the next
link's entry have had 1 / capacity since the last car, and when the car that stood ``room`` places before it left the next link
long enough ago for its gap to have travelled back (Newell 1993).
"""

from __future__ import annotations

from collections import deque

import mesa
import numpy as np

from stratum_core.population.traffic import RoadNetwork

_SLACK = 1e-9


class Car(mesa.Agent):
    """One car with a fixed way."""

    def __init__(self, model: Roads, way: list[int], departs: float) -> None:
        super().__init__(model)
        self.way, self.departs, self.at, self.since, self.arrived = way, departs, -1, departs, np.nan

    def step(self) -> None:
        """Go on if it is first in its queue and the road beyond takes it; else stay."""
        model: Roads = self.model
        if not np.isnan(self.arrived) or model.now < self.departs:
            return
        if self.at < 0:
            if model.enters(self.way[0]):
                self._move(0)
            return
        link = self.way[self.at]
        if model.queue[link][0] is not self or not model.leaves(link, self.since):
            return
        if self.at + 1 == len(self.way):
            model.out(link)
            self.arrived = model.now
        elif model.enters(self.way[self.at + 1]):
            model.out(link)
            self._move(self.at + 1)

    def _move(self, place: int) -> None:
        self.at, self.since = place, self.model.now
        self.model.into(self.way[place], self)


class Roads(mesa.Model):
    """All cars; ``step`` is a second."""

    def __init__(self, network: RoadNetwork, ways: list[list[int]], departs: np.ndarray) -> None:
        super().__init__(seed=0)
        self.network, self.now = network, 0.0
        links = range(network.links)
        self.queue = [deque() for _ in links]
        self.last_in, self.last_out = [-np.inf] * len(links), [-np.inf] * len(links)
        self.entered, self.left = [0 for _ in links], [[] for _ in links]
        self.room = np.ceil(np.maximum(network.jam_density * network.length, 1.0) - _SLACK).astype(int)
        self.cars = [Car(self, way, float(at)) for way, at in zip(ways, departs, strict=True)]

    def step(self) -> None:
        """Cars act in the order in which they set out, first those farthest on their way."""
        for car in sorted(self.cars, key=lambda car: (-car.at, car.since)):
            car.step()
        self.now += 1.0

    def leaves(self, link: int, since: float) -> bool:
        """Whether the first car of a link has driven it and its exit is free again."""
        gap = 1.0 / self.network.capacity[link]
        return self.now >= max(since + self.network.free_time[link], self.last_out[link] + gap) - _SLACK

    def enters(self, link: int) -> bool:
        """Whether a link takes one more."""
        if self.now < self.last_in[link] + 1.0 / self.network.capacity[link] - _SLACK:
            return False
        ahead = self.entered[link] - int(self.room[link])
        if ahead < 0:
            return True
        back = self.network.length[link] / self.network.wave_speed[link]
        return len(self.left[link]) > ahead and self.now >= self.left[link][ahead] + back - _SLACK

    def into(self, link: int, car: Car) -> None:
        """Book a car into a link."""
        self.queue[link].append(car)
        self.entered[link] += 1
        self.last_in[link] = self.now

    def out(self, link: int) -> None:
        """Book the first car out of a link."""
        self.queue[link].popleft()
        self.left[link].append(self.now)
        self.last_out[link] = self.now
