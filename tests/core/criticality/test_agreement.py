"""Rank correlation with ties, and hits of the worst tenth, by hand and against another implementation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from stratum_core.criticality.agreement import agreement, spearman, top_hit


def test_the_rank_correlation_is_that_of_scipy_ties_included() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        first, second = rng.integers(0, 6, 50).astype(float), rng.integers(0, 4, 50).astype(float)
        assert spearman(first, second) == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)
    assert spearman(np.ones(5), np.arange(5.0)) is None


def test_ties_in_the_score_alone_cost_correlation() -> None:
    lost = np.array([0.0, 0.0, 1.0, 2.0])
    assert spearman(lost, lost) == pytest.approx(1.0)
    assert spearman(np.array([0.0, 1.0, 2.0, 3.0]), lost) == pytest.approx(4.5 / np.sqrt(5.0 * 4.5))


def test_the_worst_tenth_by_hand() -> None:
    lost = np.zeros(20)
    lost[:3] = [9.0, 5.0, 5.0]  # two places, of which the second is shared by two
    score = np.zeros(20)
    score[[0, 2]] = [1.0, 2.0]
    assert top_hit(score, lost) == 1.0
    score[[2, 19]] = [0.0, 2.0]
    assert top_hit(score, lost) == 0.5
    # no opinion: the two places may fall on any of twenty, three of which count
    assert top_hit(np.zeros(20), lost) == pytest.approx(3 / 20)


def test_what_loses_nothing_is_never_among_the_worst() -> None:
    lost = np.zeros(100)
    lost[0] = 1.0
    assert top_hit(lost, lost) == pytest.approx(0.1)


def test_intervals_hold_the_figure_and_repeat() -> None:
    rng = np.random.default_rng(1)
    lost = rng.random(400)
    score = lost + rng.normal(0, 0.2, 400)
    found = agreement("noisy", score, lost)
    assert found == agreement("noisy", score, lost)
    assert found.spearman is not None
    assert found.spearman_ci95 is not None
    assert found.spearman_ci95[0] < found.spearman < found.spearman_ci95[1]
    assert found.top_hit_ci95[0] <= found.top_hit <= found.top_hit_ci95[1]
