"""Leontief's open model: who has to make how much so that final demand is met (Miller & Blair 2009, ch. 2 and 6).

x = A x + f, L = (I - A)^-1, A = Z diag(x)^-1. Prices, technology and trade shares stay; every seller can deliver: an upper
bound of what a loss of demand or of supply draws after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

#: a table may be out of balance by so much of its output: rounding of published tables
_UNBALANCED = 0.02


@dataclass(frozen=True)
class InputOutput:
    """A table of n industries, money of a year.

    flows (n, n): what the row sells to the column; final (n,): final demand; output (n,): gross output; value_added (n,), jobs
    (n,): people; NaN where not known.
    """

    names: tuple[str, ...]
    flows: Floats
    final: Floats
    output: Floats
    value_added: Floats
    jobs: Floats

    @classmethod
    def of(cls, names: tuple[str, ...], flows: npt.ArrayLike, final: npt.ArrayLike, output: npt.ArrayLike | None = None,
           value_added: npt.ArrayLike | None = None, jobs: npt.ArrayLike | None = None) -> InputOutput:
        """A table; output that is not given is what is sold. Raises InputError where it cannot be one."""
        z, f = np.asarray(flows, dtype=float), np.asarray(final, dtype=float)
        n = len(names)
        if z.shape != (n, n) or f.shape != (n,) or n == 0:
            raise InputError(f"flows and final demand do not fit {n} industries", where="input-output table",
                             repair="give a square table and a final demand for each industry")
        sold = z.sum(axis=1) + f
        x = sold if output is None else np.where(np.isfinite(given := np.asarray(output, dtype=float)), given, sold)
        if not (np.isfinite(z).all() and np.isfinite(f).all() and (x >= 0).all() and x.sum() > 0):
            raise InputError("a flow is missing, or an output is below 0", where="input-output table",
                             repair="give numbers for all flows and outputs from 0")
        off = np.abs(sold - x) > _UNBALANCED * np.maximum(np.abs(x), 1e-12 * x.max())
        if off.any():
            at = int(np.argmax(off))
            raise InputError(f"'{names[at]}' sells {sold[at]:g} and makes {x[at]:g}", where="input-output table",
                             repair="give a balanced table, or leave the output out")
        empty = np.full(n, np.nan)
        added = x - z.sum(axis=0) if value_added is None else np.asarray(value_added, dtype=float)
        return cls(names, z, f, x, np.where(np.isfinite(added), added, x - z.sum(axis=0)),
                   empty if jobs is None else np.asarray(jobs, dtype=float))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def technical(self) -> Floats:
        """A (n, n): what the column buys of the row for one unit of its output; 0 where nothing is made."""
        return np.divide(self.flows, self.output, out=np.zeros_like(self.flows), where=self.output > 0)

    @cached_property
    def leontief(self) -> Floats:
        """L = (I - A)^-1 (n, n). Raises InputError for a table in which industries buy more than they make."""
        return leontief_inverse(self.technical)

    @cached_property
    def multipliers(self) -> Floats:
        """(n,) output of all that a unit of final demand of each calls for."""
        found: Floats = self.leontief.sum(axis=0)
        return found

    @cached_property
    def interdependency(self) -> Floats:
        """A* = diag(x)^-1 A diag(x) (n, n): share of its output that the row loses where the column loses all of its own."""
        return np.divide(self.technical * self.output, self.output[:, None], out=np.zeros_like(self.flows),
                         where=self.output[:, None] > 0)

    def output_for(self, final: Floats) -> Floats:
        """(n,) gross output that a final demand calls for."""
        found: Floats = self.leontief @ final
        return found

    @cached_property
    def value_added_share(self) -> Floats:
        """(n,) value added in a unit of output."""
        return np.divide(self.value_added, self.output, out=np.zeros(len(self)), where=self.output > 0)

    def regional(self, quotients: Floats) -> InputOutput:
        """The table of a region: what is bought from an industry that is thin there comes from elsewhere.

        quotients (n,): simple location quotients, share of the region's jobs over share of the nation's; A of the region is A
        times min(1, quotient) by selling row (Miller & Blair 2009, 8.2.2). Output stays the nation's: scale it by jobs.
        """
        kept = np.minimum(np.maximum(quotients, 0.0), 1.0)
        flows = self.flows * kept[:, None]
        return InputOutput(self.names, flows, self.output - flows.sum(axis=1), self.output, self.value_added, self.jobs)


def leontief_inverse(technical: Floats) -> Floats:
    """(I - A)^-1. Raises InputError where A is not productive (spectral radius from 1 on)."""
    if np.abs(np.linalg.eigvals(technical)).max(initial=0.0) >= 1.0:
        raise InputError("industries need more than they make", where="input-output table",
                         repair="check units: what an industry buys cannot exceed its output")
    found: Floats = np.asarray(np.linalg.inv(np.eye(len(technical)) - technical), dtype=np.float64)
    return found


def location_quotients(region: Floats, nation: Floats) -> Floats:
    """(n,) simple location quotients from jobs or output by industry; 0 where the region has none.

    Raises InputError for an industry that the region has and the nation has not.
    """
    if ((region > 0) & ~(nation > 0)).any():
        raise InputError("the region has an industry that the nation has not", where="location quotients",
                         repair="give jobs of both from the same classification")
    share: Floats = region / region.sum()
    found: Floats = np.divide(share, nation / nation.sum(), out=np.zeros(len(region)), where=nation > 0)
    return found
