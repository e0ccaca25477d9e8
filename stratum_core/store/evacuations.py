"""Stored evacuations."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from stratum_core.model.people_results import EvacuationResult
from stratum_core.store.schema import evacuations
from stratum_core.store.stored_results import StoredResults


class StoredEvacuations(StoredResults[EvacuationResult]):
    """The evacuations of one project."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        super().__init__(engine, folder, evacuations, EvacuationResult, "evacuation",
                         "evacuate '{scenario}' again, which gives the same figures")

    def newest(self, disaster: str, city_digest: str, cascade: str) -> EvacuationResult | None:
        """The newest in which people felt the outages of ``cascade``, else none, in a city and a disaster (its digest, as the
        recipe has it); None without any."""
        of_it = [self.result(id) for id, recipe in self.recipes() if recipe.get("disaster") == disaster]
        fitting = [found for found in of_it if found.city_digest == city_digest and found.cascade in (cascade, "")]
        return min(fitting, key=lambda found: found.cascade == "", default=None)
