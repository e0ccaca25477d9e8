"""A search is kept in the project, with what it takes to find it again."""

from __future__ import annotations

from collections.abc import Mapping

from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.pipeline.scenario import Scenario, recipe
from stratum_core.ports import utc_now
from stratum_core.store.project import Project


def newest_optimisation(project: Project, scenario: Scenario, city: str) -> OptimiseResult | None:
    """The newest search for this disaster in a city (its digest); None without any."""
    disaster, stored = scenario.disaster_digest(), project.optimisations
    ids = [id for id, recipe in stored.recipes() if recipe.get("disaster") == disaster]
    return next((found for found in (stored.result(id) for id in ids) if found.city_digest == city), None)


def store_optimisation(project: Project, result: OptimiseResult, scenario: Scenario, settings: Mapping[str, str]) -> None:
    """Keep a result; ``asked`` in its recipe is the digest of the disaster and the question."""
    how = recipe(scenario, settings) | {"disaster": scenario.disaster_digest(), "asked": result.spec_digest}
    project.optimisations.save(result, how, utc_now().isoformat(timespec="seconds"))
