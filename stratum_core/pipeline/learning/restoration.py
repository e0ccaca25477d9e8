"""The whole training of the restoration net: instances by seed, fit, ONNX file, and the card with figures on unseen instances."""

from __future__ import annotations

import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from stratum_core.model.results import jsonable
from stratum_core.pipeline.learning.damaged_cities import EACH, HELD_OUT, SIZES, damaged_cities
from stratum_core.policy.restoration.choosing import FEATURES
from stratum_core.policy.restoration.drawn import LARGE, LARGE_JOBS, SMALL, SMALL_JOBS, TRAINING, drawn
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.learned.net import LAYERS, OPSET, WIDTH
from stratum_core.policy.restoration.learned.shipped import DRAWN, RestorationNet, load
from stratum_core.policy.restoration.learned.training import ENVIRONMENTS, export, fit, need_learn
from stratum_core.policy.restoration.measured import Method, measured
from stratum_core.policy.restoration.orders import BUDGET, first_come, local_search, smith
from stratum_core.ports import CancelToken, Progress, silent

DECISIONS, CITIES = 300_000, 80
#: jobs of an instance in training, fewest and most
JOBS = (5, 18)
#: every third instance of training is of a city
CITY_EVERY = 3
#: instances for measuring: small ones whose least is found, large ones, cities of which both are drawn
MEASURED_SMALL, MEASURED_LARGE, MEASURED_CITIES = 150, 30, 20
LIMITS = (
    "Trained on generated instances of 5 to 18 jobs, with 1 to 3 crews for each of 1 to 3 skills, and on generated cities; no "
    "real city is in the training set. Larger ones are out of its range and measured only.",
    "Judged by people-hours under the dispatch of the cascade's crews; repair hours, drives and who waits for what are known.",
    "A rule with a score, not a proof: the program runs it beside greedy, local search and, for few jobs, the exact search, and "
    "says which is lowest.",
)


def train_restoration(
    out: Path,
    *,
    decisions: int = DECISIONS,
    cities: int = CITIES,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Train and write ``out`` (ONNX) and its card beside it; returns the card.

    Raises InputError where torch is missing, Cancelled.
    """
    versions, began = need_learn(), time.monotonic()
    progress(0, 1, "damaging generated cities")
    towns = list(damaged_cities(range(seed, seed + cities), JOBS))

    def draw(number: int) -> Instance:
        # the environments' strides are even, so both kinds reach each of them
        place, rest = divmod(number, CITY_EVERY)
        return towns[place % len(towns)] if rest == 0 and towns else drawn(TRAINING + seed * 1_000_003 + number, JOBS)

    net = fit(draw, decisions=decisions, seed=seed, progress=progress, cancel=cancel)
    out.parent.mkdir(parents=True, exist_ok=True)
    export(net, out)
    card = _card(net, out, versions, decisions, cities, len(towns), seed, round((time.monotonic() - began) / 60, 1))
    _write(card, out)
    card["held_out"] = held_out(load(out), progress=progress, cancel=cancel)
    _write(card, out)
    return card


def _card(
    net: Any, out: Path, versions: dict[str, str], decisions: int, cities: int, instances: int, seed: int, minutes: float
) -> dict[str, Any]:
    """What stands beside the net, without the figures on unseen instances; instances: of cities."""
    return {
        "schema": "stratum.net/1",
        "name": "learned restoration order",
        "licence": "Apache-2.0",
        "answers": "which waiting job a free crew takes, so that people are without service for the fewest people-hours",
        "training": {
            "command": f"main.py train restoration{f' --seed {seed}' if seed else ''}",
            "algorithm": "proximal policy optimisation (actor-critic), stable-baselines3",
            "seed": seed,
            "decisions": decisions,
            "environments": ENVIRONMENTS,
            "versions": versions,
            "minutes": minutes,
        },
        "data": {
            "made_by": "stratum_core.policy.restoration.drawn and stratum_core.pipeline.learning.damaged_cities, generated",
            "jobs": list(JOBS),
            "city_seeds": [seed, seed + cities - 1],
            "city_instances": instances,
            "city_share": round(1 / CITY_EVERY, 3),
            "assets_before_changes": list(SIZES),
            "instances_of_a_city": EACH,
        },
        "net": {
            "layers": LAYERS,
            "width": WIDTH,
            "opset": OPSET,
            "bytes": out.stat().st_size,
            "parameters": sum(p.numel() for p in net.parameters()),
            "sha256": sha256(out.read_bytes()).hexdigest(),
        },
        "features": list(FEATURES),
        "limits": list(LIMITS),
    }


def held_out(
    net: RestorationNet,
    *,
    small: int = MEASURED_SMALL,
    large: int = MEASURED_LARGE,
    cities: int = MEASURED_CITIES,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Figures on instances of other seeds: gap to the least of all orders on small ones, to greedy on all."""
    methods: dict[str, Method] = {
        "learned": net.order,
        f"learned, best of {DRAWN + 1}": net.best_of,
        f"local search, {BUDGET:,} orders": local_search,
        "smith": smith,
        "first come": first_come,
    }
    towns = range(HELD_OUT, HELD_OUT + cities)
    sets = {
        "small": ([drawn(SMALL + i, SMALL_JOBS) for i in range(small)], True),
        "small, cities": (list(damaged_cities(towns, SMALL_JOBS)), True),
        "large": ([drawn(LARGE + i, LARGE_JOBS) for i in range(large)], False),
        "large, cities": (list(damaged_cities(towns, LARGE_JOBS))[:large], False),
    }
    page: dict[str, Any] = {}
    for number, (name, (instances, enumerable)) in enumerate(sets.items()):
        (cancel or CancelToken()).check()
        progress(number, len(sets), "measuring on unseen instances")
        if instances:
            found = measured(instances, methods, enumerable=enumerable)
            page[name] = {"jobs": [min(i.jobs for i in instances), max(i.jobs for i in instances)], **jsonable(found)}
    progress(len(sets), len(sets))
    return page


def _write(card: dict[str, Any], out: Path) -> None:
    out.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
