"""The shipped net: its card, its figures on a sample of unseen instances, jobs renumbered, and how it is trained."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.pipeline.learning.restoration import held_out
from stratum_core.policy.restoration.choosing import FEATURES
from stratum_core.policy.restoration.drawn import LARGE, LARGE_JOBS, SMALL, TRAINING, drawn
from stratum_core.policy.restoration.instance import Instance, instance
from stratum_core.policy.restoration.learned.course import Course
from stratum_core.policy.restoration.learned.shipped import load, shipped
from stratum_core.policy.restoration.measured import measured
from stratum_core.policy.restoration.orders import local_search
from stratum_core.resource_files import resource


def test_the_card_is_that_of_the_net_and_its_figures_meet_what_is_asked() -> None:
    net, card = resource("nets/restoration.onnx").read_bytes(), shipped().card
    assert card["net"]["sha256"] == sha256(net).hexdigest()
    assert card["training"]["command"] == "main.py train restoration"
    assert card["limits"]
    for name, found in card["held_out"].items():
        learned = found["against_greedy"]["learned"]
        assert learned["instances"] >= (100 if name.startswith("small") else 30)
        assert learned["ci95"][1] < 0  # no worse than greedy, interval included
    for name in ("small", "small, cities"):
        assert card["held_out"][name]["against_exact"]["learned"]["mean"] <= 0.02


def test_seeds_for_training_and_for_measuring_are_apart() -> None:
    assert TRAINING < 2_000_000 < SMALL < LARGE
    assert shipped().card["data"]["city_seeds"][1] < 5000


def test_it_is_within_two_per_cent_of_the_least_on_a_sample_of_small_instances() -> None:
    unseen = [drawn(SMALL + 200 + i, (5, 8)) for i in range(30)]
    assert measured(unseen, {"learned": shipped().order}, enumerable=True)["against_exact"]["learned"].mean <= 0.02


def test_it_is_no_worse_than_greedy_on_a_sample_of_large_instances() -> None:
    unseen = [drawn(LARGE + 200 + i, LARGE_JOBS) for i in range(8)]
    assert measured(unseen, {"learned": shipped().order}, enumerable=False)["against_greedy"]["learned"].mean <= 0


def test_the_best_of_many_draws_is_no_worse_than_one_order_and_the_same_each_time() -> None:
    given = drawn(SMALL + 300, (8, 10))
    best = shipped().best_of(given)
    assert best.people_hours <= shipped().order(given).people_hours
    assert best.jobs.tolist() == shipped().best_of(given).jobs.tolist()


def test_jobs_renumbered_get_the_same_scores() -> None:
    given = drawn(SMALL + 301, (8, 8))
    turned = np.array([3, 1, 7, 0, 5, 2, 6, 4])
    course, other = Course(given), Course(_renumbered(given, turned))
    scores, moved = (shipped().scores(c.rows[None], c.ties[None])[0] for c in (course, other))
    assert moved[turned] == pytest.approx(scores, abs=1e-3)


def _renumbered(given: Instance, number: np.ndarray) -> Instance:
    """Job i is job number[i]."""
    back = np.argsort(number)
    return instance(
        given.hours[back],
        [(float(people), number[given.members(g)].tolist()) for g, people in enumerate(given.weight)],
        ready=given.ready[:, back],
        skill=given.skill[back],
        crew_skill=given.crew_skill,
        travel=given.travel[:, back],
        step=given.step,
    )


def test_what_it_is_told_is_finite_and_only_waiting_jobs_may_be_taken() -> None:
    course = Course(drawn(LARGE + 7, LARGE_JOBS))
    while not course.done:
        assert course.rows.shape[1] == len(FEATURES)
        assert np.isfinite(course.rows).all()
        assert np.isfinite(course.ties).all()
        assert course.allowed.any()
        course.take(int(np.flatnonzero(course.allowed)[-1]))
    assert sorted(course.order) == list(range(course.given.jobs))


def test_a_net_with_the_card_of_another_is_refused(tmp_path: Path) -> None:
    card = json.loads(resource("nets/restoration.json").read_text(encoding="utf-8"))
    (tmp_path / "other.onnx").write_bytes(resource("nets/restoration.onnx").read_bytes())
    card["net"]["sha256"] = "0" * 64
    (tmp_path / "other.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(InputError, match="another net"):
        load(tmp_path / "other.onnx")
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "missing.onnx")


def test_training_starts_from_greedy_and_is_repeatable(tmp_path: Path) -> None:
    for name in ("torch", "gymnasium", "stable_baselines3", "onnxscript"):
        pytest.importorskip(name)
    from stratum_core.policy.restoration.learned.training import fit

    first, second = (fit(lambda i: drawn(TRAINING + i, (4, 6)), decisions=4096, seed=3) for _ in range(2))
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert bool((a == b).all())


@pytest.mark.slow
def test_the_figures_of_the_card_are_measured_again() -> None:
    found, card = held_out(shipped(), large=0), shipped().card["held_out"]
    for name in ("small", "small, cities"):
        for against in ("against_exact", "against_greedy"):
            means = {method: gap["mean"] for method, gap in found[name][against].items()}
            assert means == pytest.approx({method: gap["mean"] for method, gap in card[name][against].items()}, abs=1e-3)


@pytest.mark.slow
def test_local_search_finds_the_least_of_all_orders_on_small_instances() -> None:
    unseen = [drawn(SMALL + 400 + i) for i in range(60)]
    found = measured(unseen, {"local": local_search}, enumerable=True)["against_exact"]
    assert found["local"].worst == pytest.approx(0.0, abs=1e-9)
