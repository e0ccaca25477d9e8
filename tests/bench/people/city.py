"""An evacuation of all of La Serena and Coquimbo over twelve hours, from ten thousand people to a million."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stratum_core.importers import read
from stratum_core.model.city import City

from .. import Row, broken, within
from .vehicles import ROOT

#: people, and seconds that one replicate may take, world and movement
SIZES = ((10_000, None), (100_000, 30.0), (1_000_000, 600.0))
MEMORY_GB, GROWTH = 4.0, 1.5


def rows() -> Iterator[Row]:
    """Seconds, memory, and how the cost of a citizen grows."""
    data = Path(os.environ.get("STRATUM_TEST_DATA") or ROOT.parent / "shared" / "data")
    archive = data / "roads" / "coquimbo.zip"
    if not archive.is_file():
        yield broken("city", "the Coquimbo set is not on this machine; set STRATUM_TEST_DATA")
        return
    with tempfile.TemporaryDirectory() as folder:
        city = coquimbo(archive, Path(folder))
    seconds(city, 1_000)  # kernels
    cost = {}
    for people, most in SIZES:
        taken = seconds(city, people)
        cost[people] = taken / people
        if most is not None:
            work = "one replicate of 12 h, people and roads made ready included"
            yield within("city", work, f"{people:,} people, 19,843 roads", taken, most)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    yield within("city", "greatest memory of the process", f"{SIZES[-1][0]:,} people", peak, MEMORY_GB, "GB")
    yield within("city", "cost of a citizen among a million over that among a hundred thousand", "1,000,000 to 100,000 people",
                 cost[1_000_000] / cost[100_000], GROWTH, "1")


def coquimbo(archive: Path, folder: Path) -> City:
    """Roads and zones of the set."""
    with zipfile.ZipFile(archive) as packed:
        name = next(name for name in packed.namelist() if name.endswith("project_database.sqlite"))
        return read([Path(packed.extract(name, folder))])


def seconds(city: City, people: int) -> float:
    """Make the world of so many people and run it once."""
    from stratum_core.population.evacuation.run import EvacuationJob
    from stratum_core.population.evacuation.spec import EvacuationSpec
    from stratum_core.population.evacuation.world import Disruption, world_of

    began = time.perf_counter()
    world = world_of(city, EvacuationSpec(zone="all", replicates=1, start_hour=11.0), 42, exposed=np.empty((0, 2)), agents=people)
    found = EvacuationJob(world, lambda _: Disruption()).run_chunk(0)
    assert found.off == 0
    return time.perf_counter() - began
