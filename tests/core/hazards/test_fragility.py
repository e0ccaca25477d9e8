"""State probabilities are probabilities, whatever the curves; what is drawn follows them; restoration starts at 0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.hazards.draws import normals, uniforms
from stratum_core.hazards.fragility import capacity, class_of, classes, curves, drawn_state, exceedance, state_probabilities
from stratum_core.hazards.restoration import classes as restorations
from stratum_core.hazards.restoration import drawn_days, functional_share
from stratum_core.model.kinds import kinds
from stratum_core.random_numbers import DAMAGE, RESTORATION

some = st.floats(1e-3, 1e3)
beta = st.floats(0.01, 3)


@given(st.lists(some, min_size=4, max_size=4), st.lists(beta, min_size=4, max_size=4),
       st.lists(st.floats(0, 1e4), min_size=1, max_size=20), st.floats(0, 3))
@settings(max_examples=300, deadline=None)
def test_states_are_never_negative_and_sum_to_1(medians: list[float], betas: list[float], im: list[float], s: float) -> None:
    states = state_probabilities(exceedance(im, medians, betas, np.float64(s)))
    assert states.min() >= 0.0
    assert np.allclose(states.sum(axis=1), 1.0, atol=1e-12)


@given(st.lists(some, min_size=4, max_size=4), st.lists(beta, min_size=4, max_size=4), st.floats(1e-2, 1e2))
@settings(max_examples=25, deadline=None)
def test_what_is_drawn_follows_the_probabilities(medians: list[float], betas: list[float], im: float) -> None:
    strength = normals(7, 0, 20_000, np.zeros(1, dtype=np.int64), DAMAGE)
    median, width = np.array([medians]), np.array([betas])
    state = drawn_state(strength, np.full((20_000, 1), im), median, width)[:, 0]
    expected = state_probabilities(exceedance([im], medians, betas))[0]
    assert np.bincount(state, minlength=5) / 20_000 == pytest.approx(expected, abs=0.016)
    hit = np.flatnonzero(state)
    reached = capacity(strength[hit, 0], state[hit], np.repeat(median, len(hit), axis=0), np.repeat(width, len(hit), axis=0))
    assert (reached < im * (1 + 1e-12)).all()


def test_a_state_that_does_not_exist_is_never_reached() -> None:
    tunnel = curves("tunnel_bored")
    states = state_probabilities(exceedance([0.1, 1.0, 10.0], tunnel.median, tunnel.beta))
    assert (states[:, 3:] == 0).all()


def test_every_class_has_its_restoration_and_every_kind_its_class() -> None:
    assert all(c.restoration in restorations() for c in classes().values() if c.restoration)
    for kind in kinds().values():
        if kind.fragility and not kind.fragility.startswith("pipe"):
            for variant in ("anchored", "unanchored"):
                for code in ("low", "moderate", "high"):
                    assert class_of(kind.fragility, (variant, code), np.nan).restoration


@pytest.mark.parametrize(("voltage", "name"), [
    (400.0, "distribution_station"), (20e3, "distribution_station"), (149e3, "substation_low"), (150e3, "substation_medium"),
    (220e3, "substation_medium"), (380e3, "substation_high"), (np.nan, "substation_low")])
def test_the_voltage_chooses_the_substation(voltage: float, name: str) -> None:
    assert class_of("substation", ("anchored", "low"), voltage).name == f"{name}_anchored"


def test_an_unknown_class_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="substation_low_anchored"):
        curves("substation_lo_anchored")
    with pytest.raises(InputError, match="positive"):
        exceedance([0.3], [0.0], [0.4])


@given(st.floats(0, 200), st.floats(0, 200))
@settings(max_examples=200, deadline=None)
def test_restoration_starts_at_nothing_and_never_falls(mean: float, sd: float) -> None:
    share = functional_share(np.linspace(0, 2000, 60), [mean], [sd])[:, 1]
    assert (np.diff(share) >= -1e-12).all()
    assert share.min() >= 0.0
    assert share.max() <= 1.0 + 1e-12
    assert share[0] == pytest.approx(0.0, abs=1e-9) or mean == 0.0
    days = drawn_days(np.linspace(1e-9, 1 - 1e-9, 50), np.full(50, mean), np.full(50, sd))
    assert np.isfinite(days).all()
    assert (days >= 0).all()


def test_drawn_days_follow_the_truncated_curve() -> None:
    u = uniforms(3, 0, 40_000, np.zeros(1, dtype=np.int64), RESTORATION)[:, 0]
    days = drawn_days(u, np.full(40_000, 3.6), np.full(40_000, 3.6))
    at = np.array([1.0, 3.0, 8.0])
    drawn = [(days <= t).mean() for t in at]
    assert drawn == pytest.approx(functional_share(at, [3.6], [3.6])[:, 1], abs=0.01)
