"""Options and money: the tail of a million losses, the search over options."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.economics.tail import tail

from .. import Row, paired
from .search import overhead, portfolios

LOSSES, LEVELS = 1_000_000, (0.95, 0.99)
MOST_S = 0.05


def rows() -> Iterator[Row | str]:
    """All of them."""
    yield _tail()
    yield overhead()
    yield from portfolios()


def _tail() -> Row:
    """VaR and CVaR at two levels, against sorting the sample."""
    losses = np.random.default_rng(1).lognormal(10.0, 1.0, LOSSES)

    def ours() -> None:
        for level in LEVELS:
            tail(losses, level)

    def sorting() -> None:
        for level in LEVELS:
            ordered = np.sort(losses)
            ordered[int(level * LOSSES):].mean()

    mine, theirs = paired(ours, sorting)
    assert theirs is not None
    return Row("tail", "VaR and CVaR at 95 and 99 %", f"{LOSSES:,} losses", mine, theirs, f"numpy {np.__version__} by sorting",
              "s", theirs / mine, f"{MOST_S:g} s", mine <= MOST_S)
