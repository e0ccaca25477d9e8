"""Who hears of the order, when and how: sirens, phones, radio and television, neighbours.

Channels work only with what they need where the household is: sirens and receivers power (sirens for some hours without),
phones telecom. Rogers & Sorensen 1988, J. of Hazardous Materials 22:117-129, for the form; rates are of the behaviour table.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.hazards.draws import uniforms
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.households import Households
from stratum_core.population.warning import kernels
from stratum_core.random_numbers import CHANNEL, COVERED, NOTICE

CHANNELS = ("siren", "phone", "broadcast", "neighbour", "warden", "called")
_DOOR, _CALLED = CHANNELS.index("warden"), CHANNELS.index("called")
#: side of the squares in which neighbours talk
_CELL_M = 200.0


class Warning:
    """The state of one replicate's warning; ``step`` brings it a minute or more on."""

    def __init__(self, households: Households, places: Floats, behaviour: BehaviourSpec, seed: int, replicate: int) -> None:
        """places: (n, 2) metres of each household."""
        count, who = len(households), np.arange(len(households))
        self._behaviour, self._keys = behaviour, (seed, replicate, CHANNEL)
        self.aware_at = np.full(count, np.nan)  # minutes
        self.channel = np.full(count, -1, dtype=np.int8)
        with np.errstate(divide="ignore"):
            self._needed = -np.log(uniforms(seed, replicate, 1, who, NOTICE)[0])
        self._heard = np.zeros(count)
        cells = np.unique(np.floor(places / _CELL_M), axis=0, return_inverse=True)[1].reshape(-1)
        self._cell, self._homes = cells.astype(np.int64), np.bincount(cells)
        self._knowing = np.zeros(len(self._homes))
        self._slow = np.where(households.other_language, behaviour.language_rate, 1.0)
        covers = behaviour.siren_cover, behaviour.phone_cover, behaviour.broadcast_cover
        luck = [uniforms(seed, replicate, 1, who, COVERED + 100 * n)[0] for n in range(len(covers) + 1)]
        self._covered = np.column_stack([u < cover for u, cover in zip(luck, covers, strict=False)])
        self._battery_radio = luck[-1] < behaviour.battery_radio

    def tell(self, whom: Ints, now: float) -> None:
        """Make some aware at the door, between two steps; the next one counts them among those who know."""
        self.aware_at[whom], self.channel[whom] = now, _DOOR

    def call(self, whom: Ints, now: float) -> None:
        """Hospitals and homes are told by those who give the order."""
        late = whom[np.isnan(self.aware_at[whom])]
        self.aware_at[late], self.channel[late] = now, _CALLED

    def step(self, now: float, minutes: float, told: Bools, dark_h: Floats, telecom: Bools, night: bool) -> int:
        """Spread from minute ``now`` on; returns how many became aware.

        told: households whose order is out. dark_h: hours that power has been gone at each (0: it is there); telecom: works;
        night: people sleep.
        """
        b, on = self._behaviour, self._reached(dark_h, telecom)
        asleep = b.asleep if night else 1.0
        rate: npt.NDArray[np.float64] = np.array([b.siren_rate, b.phone_rate * asleep, b.broadcast_rate * asleep])
        found: int = kernels.spread(minutes, told, on, rate, self._slow, b.neighbour_rate, self._cell, self._knowing, self._homes,
                                    self._needed, self._heard, self.aware_at, self.channel, now, *self._keys)
        return found

    def will_hear(self, told: Bools, dark_h: Floats, telecom: Bools) -> Bools:
        """(households,) who know, or will once their order is out: by a channel that reaches them, or by neighbours.

        told: households that get an order; dark_h, telecom: as of ``step``, with what is gone for good.
        """
        b = self._behaviour
        rate = self._reached(dark_h, telecom) @ np.array([b.siren_rate, b.phone_rate, b.broadcast_rate]) * self._slow
        found: Bools = ~np.isnan(self.aware_at) | (told & (rate > 0))
        if b.neighbour_rate > 0:
            found |= told & (np.bincount(self._cell, found, minlength=len(self._homes)) > 0)[self._cell]
        return found

    def _reached(self, dark_h: Floats, telecom: Bools) -> Bools:
        """(households, sirens, phones and receivers) which reach them."""
        found = self._covered.copy()
        found[:, 0] &= dark_h <= self._behaviour.siren_battery
        found[:, 1] &= telecom
        found[:, 2] &= (dark_h <= 0) | self._battery_radio
        return found
