"""What must hold of tables, tails and cash flows, whatever the numbers; published values stand under tests/cases/economics."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.economics.cashflow import cashflow, internal_rate
from stratum_core.economics.inoperability import dynamic, resilience, static
from stratum_core.economics.input_output import InputOutput, location_quotients
from stratum_core.economics.resilience import triangle
from stratum_core.economics.tail import annual_expected, exceedance, tail, tail_interval
from stratum_core.errors import InputError


def table(seed: int, n: int = 4) -> InputOutput:
    random = np.random.default_rng(seed)
    return InputOutput.of(tuple("abcdefgh"[:n]), random.uniform(0, 10, (n, n)), random.uniform(20, 60, n))


@pytest.mark.parametrize("seed", range(4))
def test_output_meets_its_final_demand_and_value_added_pays_for_it(seed: int) -> None:
    found = table(seed)
    assert found.output_for(found.final) == pytest.approx(found.output)
    assert found.value_added.sum() == pytest.approx(found.final.sum())
    change = found.output_for(found.final * 1.1) - found.output
    assert (change * found.value_added_share).sum() == pytest.approx(0.1 * found.final.sum())


@pytest.mark.parametrize("seed", range(4))
def test_inoperability_is_lost_demand_in_other_words(seed: int) -> None:
    """x q = L df where c = df / x and nothing is capped."""
    found, cut = table(seed), np.array([0.1, 0.0, 0.05, 0.0])
    lost = found.leontief @ (cut * found.final)
    assert static(found.interdependency, cut * found.final / found.output) * found.output == pytest.approx(lost)


@given(seed=st.integers(0, 99), c=st.lists(st.floats(0, 1), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_inoperability_never_exceeds_all_and_never_falls_with_more_shock(seed: int, c: list[float]) -> None:
    random = np.random.default_rng(seed)
    a, c = random.uniform(0, 0.5, (4, 4)), np.array(c)
    q = static(a, c)
    assert ((q >= c - 1e-12) & (q <= 1.0)).all()
    assert np.minimum(a @ q + c, 1.0) == pytest.approx(q, abs=1e-9)
    assert (static(a, np.minimum(c + 0.05, 1.0)) >= q - 1e-9).all()


def test_the_course_does_not_depend_on_how_it_is_cut_and_adds_up() -> None:
    found = table(1)
    rates, start, c = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.3, 0.0, 0.0, 0.1]), np.array([0.05, 0.0, 0.0, 0.0])
    whole = dynamic(found.interdependency, rates, start, np.array([24.0]), c[None, :])
    parts = dynamic(found.interdependency, rates, start, np.full(96, 0.25), np.tile(c, (96, 1)))
    assert parts.q[-1] == pytest.approx(whole.q[-1])
    assert parts.lost == pytest.approx(whole.lost)
    assert np.trapezoid(parts.q, parts.times, axis=0) == pytest.approx(parts.lost, rel=1e-3)


def test_inventory_hides_a_loss_until_it_is_used_up() -> None:
    a, rates, c = np.array([[0.0, 0.0], [0.8, 0.0]]), np.array([50.0, 50.0]), np.tile([0.5, 0.0], (100, 1))
    without = dynamic(a, rates, np.zeros(2), np.full(100, 0.1), c)
    stocked = dynamic(a, rates, np.zeros(2), np.full(100, 0.1), c, np.array([2.0, 0.0]))
    felt = stocked.times[np.argmax(stocked.q[:, 1] > 0.01)]
    assert felt == pytest.approx(2.0 / 0.5, abs=0.3)  # half of the output is lost, so two days of goods last for four
    assert stocked.lost[0] == pytest.approx(without.lost[0])
    assert stocked.lost[1] == pytest.approx(without.lost[1] - 0.4 * 4.0, abs=0.1)


def test_regional_tables_buy_from_elsewhere_what_the_region_lacks() -> None:
    found = table(2)
    quotients = location_quotients(np.array([10.0, 0.0, 30.0, 60.0]), np.array([100.0, 100.0, 100.0, 100.0]))
    assert quotients == pytest.approx([0.4, 0.0, 1.2, 2.4])
    region = found.regional(quotients)
    assert region.technical[0] == pytest.approx(0.4 * found.technical[0])
    assert (region.technical[1] == 0).all()
    assert region.technical[3] == pytest.approx(found.technical[3])
    assert (region.multipliers <= found.multipliers).all()


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), level=st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_a_sample_and_the_same_with_equal_weights_have_one_tail(values: list[float], level: float) -> None:
    x = np.array(values)
    plain, weighted = tail(x, level), tail(x, level, np.full(len(x), 3.0))
    assert plain.var == weighted.var
    assert plain.cvar == pytest.approx(weighted.cvar, rel=1e-6, abs=1e-6)
    assert plain.cvar >= plain.var - 1e-6
    grid = np.array([v + np.maximum(x - v, 0).mean() / (1 - level) for v in x])
    assert plain.cvar == pytest.approx(grid.min(), rel=1e-6, abs=1e-6)  # Rockafellar & Uryasev: the least over all v


def test_curves_and_expectations() -> None:
    assert exceedance(np.arange(1.0, 11.0), np.array([0.0, 5.0, 10.0])).tolist() == [1.0, 0.5, 0.0]
    assert annual_expected(np.array([0.1, 0.01]), np.array([50.0, 1000.0])) == pytest.approx(15.0)
    assert tail_interval(np.arange(20.0), 0.95) is None
    low, high = tail_interval(np.arange(10_000.0), 0.95)
    assert low < tail(np.arange(10_000.0), 0.95).var < high
    assert triangle(np.array([0.0, 10.0]), np.array([0.5, 1.0])) == pytest.approx(2.5)


def test_flows_with_no_or_two_rates_have_none() -> None:
    assert internal_rate(np.array([-100.0, 230.0, -132.0])) is None  # 10 % and 20 %
    assert cashflow(np.array([100.0, 50.0]), 0.05).irr is None
    assert cashflow(np.array([-100.0, 10.0, 10.0]), 0.0).payback is None
    assert cashflow(np.array([-100.0, 110.0]), 0.05).irr == pytest.approx(0.1)


@pytest.mark.parametrize("wrong", [
    lambda: InputOutput.of(("a", "b"), [[1, 2]], [1, 2]), lambda: InputOutput.of(("a",), [[5]], [1], [100]),
    lambda: InputOutput.of(("a",), [[np.nan]], [1]), lambda: InputOutput.of(("a",), [[5.0]], [-4.0], [1.0]).leontief,
    lambda: static(np.eye(2), np.array([0.5, 1.5])), lambda: tail(np.array([1.0]), 1.0), lambda: tail(np.array([np.inf]), 0.5),
    lambda: cashflow(np.array([1.0]), 0.1), lambda: resilience(np.array([0.1]), np.array([0.2]), np.array([1.0]), np.zeros(1)),
    lambda: location_quotients(np.array([1.0, 1.0]), np.array([1.0, 0.0])), lambda: triangle(np.array([1.0, 0.0]), np.ones(2)),
])
def test_what_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(InputError):
        wrong()
