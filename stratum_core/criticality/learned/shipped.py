"""The trained net as it is shipped: an ONNX file, run by onnxruntime, and the card that says what it was trained on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.criticality.learned.features import FEATURES, LEAST_SHARE, Inputs
from stratum_core.criticality.learned.wiring import RELATIONS
from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.resource_files import resource

INPUTS = ("features", "edges", "relations", "weights")
#: a component lies outside when a feature leaves the trained range by more than this (features run from 0 to about 1)
SLACK = 0.05
#: below this chance of losing anything the score is exactly 0
CHANCE = 0.5


@dataclass(frozen=True)
class Strange:
    """A feature that leaves the trained range, in this share of the components."""

    feature: str
    share: float


@dataclass(frozen=True)
class Familiarity:
    """Whether the net may speak of a city. outside: share of its components with a feature beyond the trained range.

    limit: the most that any training city has, by the range of the others. strange: what leaves the range, most first.
    """

    outside: float
    limit: float
    known: bool
    strange: tuple[Strange, ...]


@dataclass(frozen=True)
class CriticalityNet:
    """A net and its card. low, high: (features,) trained range."""

    session: Any
    card: dict[str, Any]
    low: Floats
    high: Floats

    def raw(self, features: npt.NDArray[np.float32], edges: Ints, relation: Ints, weights: Floats) -> Floats:
        """(components, 2) of the two heads: logit of losing anything, and the share lost on the scale of ``features.share``."""
        hot = np.eye(len(RELATIONS), dtype=np.float32)[relation]
        given = (features, edges, hot, weights.astype(np.float32))
        return np.asarray(self.session.run(None, dict(zip(INPUTS, given, strict=True)))[0], dtype=np.float64)

    def scores(self, known: Inputs) -> Floats:
        """(components,) expected share of all that could be lost, 0 where it is likelier that nothing is; 0 where not scored."""
        wired = known.wired
        out = self.raw(known.features, wired.edges, wired.relation, wired.gcn_weights())
        lost = np.expm1(np.clip(out[:, 1], 0.0, 1.0) * np.log1p(1 / LEAST_SHARE)) * LEAST_SHARE
        return np.where(known.scored & (chance(out) > CHANCE), lost, 0.0)

    def familiarity(self, known: Inputs) -> Familiarity:
        """Whether this city is like those of the training set."""
        outside = beyond(known.features[known.scored], self.low, self.high)
        share, limit = float(outside.any(axis=1).mean()) if len(outside) else 1.0, float(self.card["range"]["limit"])
        by_feature = outside.mean(axis=0) if len(outside) else np.zeros(len(FEATURES))
        order = np.argsort(-by_feature, kind="stable")
        strange = tuple(Strange(FEATURES[i], float(by_feature[i])) for i in order if by_feature[i] > 0)
        return Familiarity(share, limit, share <= limit, strange)


def chance(out: Floats) -> Floats:
    """(components,) chance that anything is lost, from the first head."""
    return np.asarray(1.0 / (1.0 + np.exp(-out[:, 0])))


def beyond(features: npt.NDArray[np.float32], low: Floats, high: Floats) -> Bools:
    """(components, features) which features leave a range by more than SLACK."""
    return np.asarray((features < low - SLACK) | (features > high + SLACK))


@cache
def shipped() -> CriticalityNet:
    """The net in resources/nets."""
    return load(resource("nets/criticality.onnx"))


def load(file: Path) -> CriticalityNet:
    """The net in ``file`` with the card beside it; raises InputError where one is missing or does not fit."""
    import onnxruntime

    page = file.with_suffix(".json")
    try:
        net, card = file.read_bytes(), json.loads(page.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"the net or its card cannot be read: {error}", where=str(file), repair="train one with 'main.py train criticality'"
        ) from error
    if card["net"]["sha256"] != sha256(net).hexdigest() or [f["name"] for f in card["features"]] != list(FEATURES):
        raise InputError("the card is that of another net", where=str(page), repair="train one with 'main.py train criticality'")
    options = onnxruntime.SessionOptions()
    # sums in one order: the same score on any number of cores
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(net, options, providers=["CPUExecutionProvider"])
    return CriticalityNet(session, card, *(np.array([f[end] for f in card["features"]]) for end in ("low", "high")))
