"""The trained net as it is shipped: an ONNX file, run by onnxruntime, and the card that says what it was trained on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats, Ints
from stratum_core.policy.restoration.choosing import FEATURES
from stratum_core.policy.restoration.instance import Instance
from stratum_core.policy.restoration.learned.course import Course
from stratum_core.policy.restoration.orders import Order, carried_out, cost_of
from stratum_core.resource_files import resource

REPAIR = "train one with 'main.py train restoration'"
#: orders drawn beside the one of the highest scores, and the seed of the draws
DRAWN, SEED = 32, 11


@dataclass(frozen=True)
class RestorationNet:
    """A net and its card."""

    session: Any
    card: dict[str, Any]

    def scores(self, rows: Floats, ties: Floats) -> Floats:
        """(batch, jobs) from (batch, jobs, FEATURES) and (batch, jobs, jobs)."""
        given = {"rows": rows.astype(np.float32), "ties": ties.astype(np.float32)}
        return np.asarray(self.session.run(["scores"], given)[0], dtype=np.float64)

    def order(self, given: Instance) -> Order:
        """At each decision the job of the highest score."""
        return carried_out(given, self._courses(given, 1, None)[0])

    def best_of(self, given: Instance, drawn: int = DRAWN, seed: int = SEED) -> Order:
        """The best of ``order`` and of ``drawn`` orders that are drawn by score (softmax), as many as the model tries."""
        tried = [self.order(given).jobs, *self._courses(given, drawn, np.random.default_rng(seed))]
        return carried_out(given, min(tried, key=lambda jobs: cost_of(given, jobs)))

    def _courses(self, given: Instance, count: int, rng: np.random.Generator | None) -> list[Ints]:
        courses = [Course(given) for _ in range(count)]
        for _ in range(given.jobs):
            scores = self.scores(np.stack([c.rows for c in courses]), np.stack([c.ties for c in courses]))
            if rng is not None:  # the greatest of scores with Gumbel noise is a draw by softmax
                scores = scores + rng.gumbel(size=scores.shape)
            for course, row in zip(courses, scores, strict=True):
                course.take(int(np.where(course.allowed, row, -np.inf).argmax()))
        return [course.jobs for course in courses]


@cache
def shipped() -> RestorationNet:
    """The net in resources/nets."""
    return load(resource("nets/restoration.onnx"))


def load(file: Path) -> RestorationNet:
    """The net in ``file`` with the card beside it; raises InputError where one is missing or does not fit."""
    import onnxruntime

    page = file.with_suffix(".json")
    try:
        net, card = file.read_bytes(), json.loads(page.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"the net or its card cannot be read: {error}", where=str(file), repair=REPAIR) from error
    if card["net"]["sha256"] != sha256(net).hexdigest() or card["features"] != list(FEATURES):
        raise InputError("the card is that of another net", where=str(page), repair=REPAIR)
    options = onnxruntime.SessionOptions()
    # sums in one order: the same scores on any number of cores
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return RestorationNet(onnxruntime.InferenceSession(net, options, providers=["CPUExecutionProvider"]), card)
