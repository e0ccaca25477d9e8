"""The whole training of the criticality net: cities by seed, cascades, fit, range, held-out scores, ONNX file and card."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.criticality.agreement import agreement
from stratum_core.criticality.learned.features import FEATURES, OUTAGE_H
from stratum_core.criticality.learned.net import HEADS, LAYERS, OPSET, WIDTH
from stratum_core.criticality.learned.shipped import beyond, load
from stratum_core.criticality.learned.training import Lesson, export, fit, need_torch
from stratum_core.criticality.peers import betweenness_of
from stratum_core.model.fields import Floats
from stratum_core.model.results import jsonable
from stratum_core.pipeline.learning.cities import SIZES, training_city
from stratum_core.pipeline.learning.examples import MOST_OUTAGES, Example, example
from stratum_core.ports import CancelToken, Progress, silent

CITIES, EPOCHS, HELD_OUT = 240, 16, 20
#: what the trained range leaves out at either end, as share of all training components
TAIL = 0.0005
LIMITS = (
    "Ranks single outages of a day without repair; nothing of pairs, hazards, repair or other lengths.",
    "Trained on generated cities only; no real city is in the training set. Schutterwald and Shelby County were looked at "
    "while the make-up of the generated cities was chosen, their simulated outages never in training.",
    "Features follow one way of supply and hold no outage, simulated or structural; cuts tell where there is no other way.",
    "Simulation is exact and takes seconds up to some 20,000 components: the net is for larger cities and quick answers.",
)


def train_criticality(
    out: Path,
    *,
    cities: int = CITIES,
    epochs: int = EPOCHS,
    seed: int = 0,
    sizes: tuple[int, int] = SIZES,
    threads: int = 1,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Train on the cities ``seed`` to ``seed + cities - 1`` and write ``out`` (ONNX) and its card beside it; returns the card.

    Held out are the next HELD_OUT cities. Raises InputError where torch is missing, Cancelled.
    """
    versions, began, token = need_torch(), time.monotonic(), cancel or CancelToken()
    found: list[Example] = []
    for number in range(cities + HELD_OUT):
        token.check()
        progress(number, cities + HELD_OUT, "running outages of generated cities")
        found.append(example(training_city(seed + number, sizes), threads=threads))
    progress(len(found), len(found))
    simulated = time.monotonic()
    taught = found[:cities]
    lessons = [Lesson(e.inputs, e.chosen, e.lost) for e in taught]
    trained = fit(lessons, epochs=epochs, seed=seed, progress=progress, cancel=cancel)
    out.parent.mkdir(parents=True, exist_ok=True)
    export(trained, lessons[0], out)
    training = {
        "command": "main.py train criticality",
        "seed": seed,
        "epochs": epochs,
        "versions": versions,
        "hours_simulating": round((simulated - began) / 3600, 3),
        "hours_training": round((time.monotonic() - simulated) / 3600, 3),
    }
    net = {
        "layers": list(LAYERS),
        "width": WIDTH,
        "heads": HEADS,
        "opset": OPSET,
        "bytes": out.stat().st_size,
        "parameters": sum(p.numel() for p in trained.parameters()),
        "sha256": sha256(out.read_bytes()).hexdigest(),
    }
    card = _card(training, _data(taught, seed, sizes), net, trained_range(taught))
    _write(card, out)
    card["held_out"] = _held_out(out, dict(enumerate(found[cities:], start=seed + cities)))
    _write(card, out)
    return card


def _data(taught: Sequence[Example], seed: int, sizes: tuple[int, int]) -> dict[str, Any]:
    return {
        "made_by": "stratum_core.pipeline.learning.cities, generated",
        "city_seeds": [seed, seed + len(taught) - 1],
        "cities": len(taught),
        "assets_before_changes": list(sizes),
        "components": int(sum(len(e.inputs.features) for e in taught)),
        "outages": int(sum(len(e.chosen) for e in taught)),
        "most_outages_of_a_city": MOST_OUTAGES,
        "reserves": "most likely size, nothing drawn",
    }


def _card(
    training: dict[str, Any], data: dict[str, Any], net: dict[str, Any], known: tuple[Floats, Floats, float]
) -> dict[str, Any]:
    low, high, limit = known
    return {
        "schema": "stratum.net/1",
        "name": "learned criticality",
        "licence": "Apache-2.0",
        "answers": f"how much a single outage of {OUTAGE_H:g} h loses, as share of all that could be lost",
        "training": training,
        "data": data,
        "net": net,
        "range": {"limit": limit, "tail": TAIL},
        "features": [{"name": n, "low": float(a), "high": float(b)} for n, a, b in zip(FEATURES, low, high, strict=True)],
        "limits": list(LIMITS),
    }


def trained_range(taught: Sequence[Example]) -> tuple[Floats, Floats, float]:
    """(features,) range without its tails, and the most that lies beyond it in any of the cities, as share of components."""
    features = [e.inputs.features[e.inputs.scored] for e in taught]
    low, high = np.quantile(np.vstack(features), [TAIL, 1 - TAIL], axis=0)
    return low, high, max(float(beyond(f, low, high).any(axis=1).mean()) for f in features)


def _held_out(file: Path, cities: dict[int, Example]) -> list[dict[str, Any]]:
    """Score of the exported net and of betweenness on cities that it was not trained on."""
    net, rows = load(file), []
    for number, e in cities.items():
        known = net.familiarity(e.inputs)
        found = [
            agreement(name, score[e.chosen], e.lost)
            for name, score in (("learned", net.scores(e.inputs)), ("betweenness", betweenness_of(e.inputs.wired)))
        ]
        rows.append(
            {
                "city_seed": number,
                "components": e.inputs.wired.size,
                "outside": known.outside,
                "known": known.known,
                "agreement": [jsonable(one) for one in found],
            }
        )
    return rows


def _write(card: dict[str, Any], out: Path) -> None:
    out.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
