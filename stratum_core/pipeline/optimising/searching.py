"""The search itself: baselines first, then generation after generation, until enough were tried or a person says stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.errors import Cancelled
from stratum_core.model.fields import Floats
from stratum_core.pipeline.optimising.study import Study
from stratum_core.policy.search.anytime import Baselines, Tried, baselines, generations
from stratum_core.policy.search.pareto import hypervolume
from stratum_core.ports import CancelToken, Progress

#: shows the front while the search goes on: evaluations done, (n, objectives) of the front
Shown = Callable[[int, Floats], None]


@dataclass(frozen=True)
class Searched:
    """What was tried, the baselines, the corners of the hypervolume, and (evaluations, hypervolume) as it went.

    stopped: by request.
    """

    tried: Tried
    base: Baselines
    reference: dict[str, float]
    ideal: dict[str, float]
    course: list[tuple[int, float]]
    stopped: bool


def search(
    study: Study, start: Sequence[Sequence[str]], progress: Progress, enough: CancelToken | None, show: Shown | None
) -> Searched:
    """Portfolios of ``study``. start: ids of options of earlier ones; enough: ends it with what was found. Raises Cancelled."""
    tried = Tried.nothing(len(study.options), 1 + len(study.objectives))
    base = baselines(tried, study.evaluate, study.rules)
    places = {o.id: at for at, o in enumerate(study.options)}
    known = np.zeros((len(start), len(study.options)), dtype=bool)
    for row, ids in zip(known, start, strict=True):
        row[[places[id] for id in ids if id in places]] = True
    if len(known):
        tried.looked_up(study.rules.repaired(known, base.worth), study.evaluate)
    corners = _corners(study)
    reference, ideal = (np.array(list(corner.values())) for corner in corners)
    course, total = [(len(tried), _volume(tried, reference, ideal))], study.asked.evaluations
    for _ in generations(tried, study.evaluate, study.rules, base.worth, evaluations=total, seed=study.scenario.spec.run.seed):
        progress(min(len(tried), total), total, "portfolios")
        course.append((len(tried), _volume(tried, reference, ideal)))
        if show is not None:
            show(len(tried), tried.objectives[tried.front])
        if enough is not None and enough.cancelled:
            return Searched(tried, base, *corners, course, True)
        if study.cancel.cancelled:
            raise Cancelled("Cancelled; nothing was stored.")
    return Searched(tried, base, *corners, course, False)


def _corners(study: Study) -> tuple[dict[str, float], dict[str, float]]:
    """What the hypervolume is taken against: the budget (at most the cost of everything) with doing nothing, and no cost with
    doing everything, by objective."""
    flags = np.array([[False], [True]]) & np.ones(len(study.options), dtype=bool)
    nothing, every = study.evaluate(flags)[:, 1:]
    names = [one.name for one in study.objectives]
    most = min(study.asked.budget, float(study.rules.cost.sum()))
    ideal = np.minimum(every, nothing)
    return ({"cost": most} | dict(zip(names, nothing.tolist(), strict=True)),
            {"cost": 0.0} | dict(zip(names, ideal.tolist(), strict=True)))


def _volume(tried: Tried, reference: Floats, ideal: Floats) -> float:
    """Share of the box between the two corners that the front covers."""
    scaled = (tried.objectives[tried.front] - ideal) / np.maximum(reference - ideal, 1e-9)
    return hypervolume(np.clip(scaled, 0.0, None), np.full(len(reference), 1.0 + 1e-9))
