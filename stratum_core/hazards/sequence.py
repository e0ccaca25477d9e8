"""Hazards one after another: each with its hour and with draws of its own."""

from __future__ import annotations

from dataclasses import dataclass

from stratum_core.hazards import Drawn, Passing

_STREAMS = 0x9E3779B97F4A7C15  # odd, so that no two numbers below 2^63 meet
_SEEDS = 2**63


@dataclass(frozen=True)
class Placed(Passing):
    """A prepared hazard as the ``number``-th of its scenario (from 0), ``at_h`` hours later than it says itself.

    The first keeps the run's seed; each other has its own, so that two hazards of one kind do not repeat each other.
    """

    number: int = 0
    at_h: float = 0.0
    told: tuple[str, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it takes for granted; its hour and return period where the scenario gives them."""
        later = (f"The hours of this hazard count from T+{self.at_h:g} h.",) if self.at_h else ()
        return (*self.hazard.assumptions, *later, *self.told)

    def sample(self, seed: int, first: int, count: int) -> Drawn:
        """See ``Prepared``."""
        drawn = self.hazard.sample((seed + self.number * _STREAMS) % _SEEDS, first, count)
        if self.at_h == 0.0:
            return drawn
        damage = drawn.damage._replace(time=drawn.damage.time + self.at_h, clear=drawn.damage.clear + self.at_h)
        return drawn._replace(damage=damage, strain=drawn.strain._replace(time=drawn.strain.time + self.at_h))
