"""Case kind: how many of n components fail together under a Gaussian copula, in closed form and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from stratum_core.errors import InputError
from stratum_core.hazards.correlation import (
    Copula,
    Places,
    count_variance,
    distance_law,
    equal_count_variance,
    places,
    places_of,
)
from stratum_core.model.fields import Floats
from stratum_core.pipeline.validation.cases import KINDS

_AT_ONCE = 4_000_000


@KINDS.register("correlated_failures")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Mean, variance and joint chance; with replicates also those of drawn counts."""
    chance = _chances(inputs)
    outputs: dict[str, Any] = {"mean": float(chance.sum())}
    if "positions_km" in inputs or "matrix" in inputs:
        shared, rho, matrix = _between_places(inputs, len(chance))
        outputs["variance"] = count_variance(chance, matrix)
    else:
        shared, rho = None, float(inputs.get("rho", 0.0))
        outputs |= _equal(chance, rho)
    alone = float((chance * (1 - chance)).sum())
    outputs["ratio_to_independent"] = outputs["variance"] / alone if alone > 0 else None
    if "replicates" in inputs:
        count = _counts(Copula(rho, shared), chance, int(inputs["replicates"]), int(inputs.get("seed", 42)))
        outputs |= {"drawn_mean": float(count.mean()), "drawn_variance": float(count.var(ddof=1)),
                    "replicates": len(count)}
    return outputs


def _chances(inputs: Mapping[str, Any]) -> Floats:
    chance = np.asarray(inputs["p"], dtype=float)
    if chance.ndim == 0:
        size = inputs.get("n", len(inputs.get("positions_km", inputs.get("matrix", ()))))
        chance = np.full(size, chance)
    if len(chance) < 1 or inputs.get("n", len(chance)) != len(chance):
        raise InputError("n is not the number of components", where="inputs.n", repair="give n, or one p for each component")
    return chance


def _equal(chance: Floats, rho: float) -> dict[str, Any]:
    if (chance == chance[0]).all():
        variance, both = equal_count_variance(len(chance), float(chance[0]), rho)
        return {"variance": variance, "p11": both}
    return {"variance": count_variance(chance, np.full((len(chance), len(chance)), rho))}


def _between_places(inputs: Mapping[str, Any], size: int) -> tuple[Places, float, Floats]:
    """Places of the draw, the share of it that they decide, and the correlation of every pair."""
    rho = float(inputs.get("rho", 1.0))
    if "matrix" in inputs:
        if len(inputs["matrix"]) != size or any(len(row) != size for row in inputs["matrix"]):
            raise InputError(f"the matrix is not {size} by {size}", where="inputs.matrix", repair="give a row for each component")
        law = np.asarray(inputs["matrix"], dtype=float)
        return places_of(law), rho, rho * law
    if "b_km" not in inputs or len(inputs["positions_km"]) != size:
        raise InputError("positions need b_km, and one for each component", where="inputs.positions_km", repair="give both")
    points, length = np.asarray(inputs["positions_km"], dtype=float) * 1000.0, float(inputs["b_km"])
    return places(points, length), rho, rho * distance_law(points, length)


def _counts(copula: Copula, chance: Floats, replicates: int, seed: int) -> Floats:
    limit, span = ndtri(chance), max(1, _AT_ONCE // len(chance))
    firsts = range(0, replicates, span)
    drawn = [(copula.draw(seed, first, min(span, replicates - first), np.arange(len(chance))) < limit).sum(axis=1)
             for first in firsts]
    found: Floats = np.concatenate(drawn).astype(float)
    return found
