"""Whether a measure pays: present value, benefit-cost ratio, internal rate, payback, and what it is worth by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

_RATES = np.concatenate([np.linspace(-0.99, 1.0, 400), np.geomspace(1.01, 1000.0, 200)])


@dataclass(frozen=True)
class Cashflow:
    """npv at the rate; bcr: present benefits over present costs; roi: net benefit over cost, undiscounted; irr: rate at which npv
    is 0, null where there is none or several; payback, discounted_payback: years until the sum turns positive for good, null:
    never.
    """

    rate: float
    npv: float
    bcr: float | None
    roi: float | None
    irr: float | None
    payback: float | None
    discounted_payback: float | None


def cashflow(flows: Floats, rate: float) -> Cashflow:
    """Of flows (years + 1,) at the end of each year, the first now; costs are below 0. Raises InputError."""
    x = np.asarray(flows, dtype=float)
    if len(x) < 2 or not np.isfinite(x).all() or not rate > -1.0:
        raise InputError("a cash flow needs two years or more of numbers and a rate above -1", where="cash flow",
                         repair="give the cost now and a benefit for each year")
    present = x / (1.0 + rate) ** np.arange(len(x))
    costs, spent = -present[present < 0].sum(), -x[x < 0].sum()
    return Cashflow(rate, float(present.sum()), float(present[present > 0].sum() / costs) if costs > 0 else None,
                    float(x.sum() / spent) if spent > 0 else None, internal_rate(x), _payback(x), _payback(present))


def internal_rate(flows: Floats) -> float | None:
    """The one rate above -1 at which the present value is 0; None where there is none or more than one."""
    def value(rate: float) -> float:
        return float((flows / (1.0 + rate) ** np.arange(len(flows))).sum())

    values = np.array([value(rate) for rate in _RATES])
    turns = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    exact = _RATES[values == 0]
    if len(turns) + len(exact) != 1:
        return None
    return float(exact[0]) if len(exact) else float(brentq(value, _RATES[turns[0]], _RATES[turns[0] + 1], xtol=1e-14))


def _payback(flows: Floats) -> float | None:
    """Years until the sum so far is from 0 on and stays so, linear within the year."""
    total = np.cumsum(flows)
    below = np.flatnonzero(total < 0)
    if not len(below):
        return 0.0
    last = int(below[-1])
    if last == len(total) - 1:
        return None
    return last + float(-total[last] / flows[last + 1])
