"""What-ifs against whole runs with the change built in, the removal test, and the smallest change."""

from __future__ import annotations

import numpy as np
import pytest
from cascade_cities import scenario, waterworks

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.tree import failure_tree
from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, City, Dependencies
from stratum_core.pipeline.cascade import baseline, cascade_job
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.actions import Action, Break, CrewCount, Protect, Reserve, altered
from stratum_core.policy.least import least_changes
from stratum_core.policy.removal import removal
from stratum_core.policy.what_if import Baseline, what_if

HITS = OutageSpec(("line", "main"), at_h=1.0, lasts_h=25.0, probability=0.3)


def started(city: City, question: Scenario) -> Baseline:
    return baseline(cascade_job(city, question), threads=1)


@pytest.fixture(scope="module")
def base() -> Baseline:
    return started(waterworks(), scenario(HITS, replicates=60, repair=True))


def index(base: Baseline, name: str) -> int:
    return base.job.compiled.city.index[name]


def as_a_whole_run(base: Baseline, actions: list[Action]) -> Baseline:
    """The same change, every replicate run again."""
    return baseline(altered(base.job, actions), threads=1)


@pytest.mark.parametrize("name", ["break", "protect", "reserve", "crews", "two"])
def test_only_affected_replicates_give_what_a_whole_run_gives(base: Baseline, name: str) -> None:
    actions: list[Action] = {
        "break": [Break(index(base, "pump"))],
        "protect": [Protect(index(base, "line"))],
        "reserve": [Reserve(index(base, "clinic"), 72.0)],
        "crews": [CrewCount("water", 1)],
        "two": [Protect(index(base, "main")), Reserve(index(base, "pump"), 5.0)],
    }[name]
    found, whole = what_if(base, actions), as_a_whole_run(base, actions)
    assert found.people_hours["water"].after == pytest.approx(float(whole.rows.sums.people_hours[:, 0].mean()), abs=1e-9)
    assert np.array_equal(found.failure_probability, whole.rows.sums.failures / 60)
    assert found.rerun < 60 or name == "break"


def test_a_first_answer_looks_at_some_replicates_and_says_so(base: Baseline) -> None:
    found = what_if(base, [Break(index(base, "pump"))], most=20)
    assert (found.replicates, found.rerun) == (20, 20)


def test_protecting_what_is_never_hit_changes_nothing(base: Baseline) -> None:
    found = what_if(base, [Protect(index(base, "pump"))])
    assert (found.rerun, found.people_hours["water"].change) == (0, 0.0)


def test_crews_of_an_unknown_sector_are_refused(base: Baseline) -> None:
    with pytest.raises(InputError, match="magic"):
        what_if(base, [CrewCount("magic", 2)])


def test_without_its_cause_the_failure_is_gone_and_else_the_next_cause_is_named() -> None:
    one = cascade_job(waterworks(), scenario(OutageSpec(("line",), at_h=1.0, lasts_h=30.0)))
    clinic = one.compiled.city.index["clinic"]
    assert (removal(one, 0, clinic).removed, removal(one, 0, clinic).gone) == (("line",), True)
    both = cascade_job(
        waterworks(), scenario(OutageSpec(("line",), at_h=1.0, lasts_h=30.0), OutageSpec(("main",), at_h=20.0, lasts_h=10.0))
    )
    found = removal(both, 0, clinic)
    assert (found.removed, found.gone) == (("line", "main"), True)
    assert found.steps[0][0].asset == "main"


def test_the_smallest_change_covers_every_replicate_with_as_few_actions_as_it_takes(base: Baseline) -> None:
    found = least_changes(base, index(base, "clinic"))
    assert found[0].actions == (Reserve(index(base, "clinic"), 48.0),)
    assert found[0].works.value == 1.0


def needs_two(replicates: int = 40) -> Baseline:
    """Two masts, each enough for a ward without reserve of its own; both are hit with even chances."""
    city = City(
        "masts",
        assets=Assets(id=["a", "b", "ward"], sector=["health"] * 3, kind=["clinic"] * 3),
        dependencies=Dependencies(
            id=["1", "2"], dependent=["ward"] * 2, supplier=["a", "b"], service=["staff"] * 2, group=["any"] * 2
        ),
    )
    return started(city, scenario(OutageSpec(("a", "b"), at_h=1.0, lasts_h=5.0, probability=0.5), replicates=replicates))


def test_one_of_two_alternatives_is_enough_to_protect() -> None:
    base = needs_two()
    first = least_changes(base, index(base, "ward"), reserve_h=0.5)
    assert isinstance(first[0].actions[0], Protect)
    assert first[0].works.value == 1.0


def test_the_tree_shows_both_alternatives_that_were_lost() -> None:
    base = needs_two()
    ward = index(base, "ward")
    replicate = int(np.flatnonzero(base.went_down(np.array([ward])))[0])
    tree = failure_tree(base.job, base.job.replay(replicate)[0], ward)
    assert tree is not None
    (gate,) = tree.causes
    assert (gate.needed, gate.alternatives, {branch.step.asset for branch in gate.lost}) == (1, 2, {"a", "b"})


def test_what_never_fails_has_no_tree_and_needs_no_change() -> None:
    job: CascadeJob = cascade_job(waterworks(), scenario(OutageSpec(("clinic",), at_h=1.0, lasts_h=2.0)))
    lake = job.compiled.city.index["lake"]
    assert failure_tree(job, job.replay(0)[0], lake) is None
    assert least_changes(Baseline.of(job, baseline(job, threads=1).rows), lake) == ()
