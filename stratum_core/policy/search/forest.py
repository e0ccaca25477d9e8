"""Loss of assets that fail by themselves or with what they hang on: in closed form, for all portfolios at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Floats, Ints

_MOST = 22


@dataclass(frozen=True)
class Forest:
    """Assets in an order in which parents come first: cost to harden, chance to fail, loss; parent -1: a root.

    Hardening multiplies the chance by ``factor``. An asset is lost when it or any ancestor fails, independently.
    """

    cost: Floats
    chance: Floats
    loss: Floats
    parent: Ints
    factor: float

    def __post_init__(self) -> None:
        sizes = {len(self.cost), len(self.chance), len(self.loss), len(self.parent)}
        if len(sizes) != 1 or not len(self.cost):
            raise InputError("costs, chances, losses and parents differ in number", where="hardening", repair="give one of each")
        if (self.parent >= np.arange(len(self.parent))).any() or (self.parent < -1).any():
            raise InputError("an asset stands before its parent", where="hardening", repair="order them parents first, root -1")
        if ((self.chance < 0) | (self.chance > 1)).any() or not 0 <= self.factor <= 1:
            raise InputError("a chance is not from 0 to 1", where="hardening", repair="give chances and the factor from 0 to 1")

    def expected_loss(self, hardened: Bools) -> Floats:
        """(n,) of portfolios (n, assets)."""
        stands = 1.0 - np.where(hardened, self.chance * self.factor, self.chance)
        total = np.zeros(len(stands))
        for asset, parent in enumerate(self.parent):
            if parent >= 0:
                stands[:, asset] *= stands[:, parent]
            total += self.loss[asset] * (1.0 - stands[:, asset])
        return total

    def objectives(self, hardened: Bools) -> Floats:
        """(n, 2) cost as a share of hardening all, loss as a share of hardening nothing."""
        nothing = float(self.expected_loss(np.zeros((1, len(self.cost)), dtype=bool))[0])
        return np.column_stack([hardened @ self.cost / self.cost.sum(), self.expected_loss(hardened) / nothing])

    def every(self) -> tuple[Floats, Floats]:
        """(2^assets,) cost and expected loss of every portfolio; raises InputError for more than 22 assets."""
        count = len(self.cost)
        if count > _MOST:
            raise InputError(f"{count} assets have too many portfolios to list", where="hardening", repair=f"give to {_MOST}")
        number = np.arange(1 << count)
        cost, total = np.zeros(len(number)), np.zeros(len(number))
        stands: list[Floats] = []
        for asset, parent in enumerate(self.parent):
            taken = (number >> asset & 1).astype(bool)
            alone = 1.0 - np.where(taken, self.chance[asset] * self.factor, self.chance[asset])
            stands.append(alone if parent < 0 else alone * stands[parent])
            cost += np.where(taken, self.cost[asset], 0.0)
            total += self.loss[asset] * (1.0 - stands[asset])
        return cost, total
