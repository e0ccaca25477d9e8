"""A synthetic metro of any size, for scale work and benchmarks; marked as generated everywhere.

Nothing of it exists. It copies no real city; it has every sector, dependencies
across sectors, and a base case in which everybody is served.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Strings
from stratum_core.model.tables import Assets, Blocks, Dependencies, Links, Services, Sources
from stratum_core.pipeline.synthetic.chunks import Chunks
from stratum_core.pipeline.synthetic.facilities import add_facilities, add_needs, add_plant_needs
from stratum_core.pipeline.synthetic.lattice import Lattice, lattice
from stratum_core.pipeline.synthetic.networks import add_gas, add_heat, add_roads, add_telecom
from stratum_core.pipeline.synthetic.power import add_power
from stratum_core.pipeline.synthetic.water import add_sewers, add_water

ASSETS_PER_BLOCK = 7.28
LEAST_ASSETS = 200
WATTS_PER_PERSON = 1000.0
LITRES_PER_PERSON_DAY = 150.0
EUR_PER_PERSON = 45_000.0


@dataclass
class _Rows:
    """The tables while they grow."""

    assets: Chunks[Assets] = field(default_factory=lambda: Chunks(Assets))
    links: Chunks[Links] = field(default_factory=lambda: Chunks(Links))
    needs: Chunks[Dependencies] = field(default_factory=lambda: Chunks(Dependencies))
    blocks: Chunks[Blocks] = field(default_factory=lambda: Chunks(Blocks))
    services: Chunks[Services] = field(default_factory=lambda: Chunks(Services))


def synthetic_city(assets: int, seed: int = 42) -> City:
    """A metro of about ``assets`` assets (within 5 % from 800 on) in a plane of metres without a coordinate system.

    The same number and seed give the same city. Raises InputError below 200 assets.
    """
    if assets < LEAST_ASSETS:
        raise InputError(f"a synthetic city of {assets} assets is too small for all sectors",
                         repair=f"ask for {LEAST_ASSETS} or more")
    rng = np.random.default_rng(seed)
    plan, rows = lattice(round(assets / ASSETS_PER_BLOCK)), _Rows()
    people = rng.integers(20, 81, plan.count).astype(float)
    suppliers = _add_networks(rows, plan, people, rng)
    _add_people(rows, plan, people, suppliers, rng)
    return City(name=f"Synthetic metro, {assets} assets, seed {seed}", crs="none", currency="EUR", price_year=2023,
                sources=_sources(), assets=rows.assets.table(), links=rows.links.table(), dependencies=rows.needs.table(),
                blocks=rows.blocks.table(), services=rows.services.table())


def _add_networks(rows: _Rows, plan: Lattice, people: Floats, rng: np.random.Generator) -> dict[str, Strings]:
    """All sectors; returns the supplier of each service at each block."""
    buses, loads = add_power(rows.assets, rows.links, plan, people * WATTS_PER_PERSON)
    demand = people * LITRES_PER_PERSON_DAY / 1000 / 86400
    junctions, plant, plant_at = add_water(rows.assets, rows.links, plan, demand, rng)
    manholes, lifts, lifts_at = add_sewers(rows.assets, rows.links, plan)
    customers = add_gas(rows.assets, rows.links, plan, rng)
    cabinets, telecom = add_telecom(rows.assets, rows.links, plan)
    crossings = add_roads(rows.assets, rows.links, plan)
    made = add_facilities(rows.assets, rows.needs, plan, buses, junctions, crossings)
    heat = add_heat(rows.assets, rows.links, plan)
    add_needs(rows.needs, heat[0], "gas", customers[heat[1]], (0, 0, 0))
    add_plant_needs(rows.needs, [(plant, np.tile(plant_at, 2)), (lifts, lifts_at), heat, *telecom.values()], buses)
    nearest = {kind: names[cKDTree(plan.xy[at]).query(plan.xy)[1]] for kind, (names, at) in made.items()}
    return {"power": loads, "water": junctions, "wastewater": manholes, "gas": customers, "telecom": cabinets,
            "health": nearest["clinic"], "access": crossings, "shelter": nearest["school"]}


def _add_people(rows: _Rows, plan: Lattice, people: Floats, suppliers: dict[str, Strings], rng: np.random.Generator) -> None:
    """A population block at each lattice point, and who serves it."""
    numbers, whole = range(plan.count), people.astype(np.int64)
    names = rows.blocks.add(
        np.array([f"block/{i}" for i in numbers], dtype=object), x=plan.xy[:, 0], y=plan.xy[:, 1], z=0.0, residents=people,
        children=rng.binomial(whole, 0.14).astype(float), elderly=rng.binomial(whole, 0.1).astype(float),
        households=np.ceil(people / 2.1), vehicles=np.round(people * 0.55), value=people * EUR_PER_PERSON)
    for service, supplier in suppliers.items():
        rows.services.add(np.array([f"block/{i}/{service}" for i in numbers], dtype=object), block=names, service=service,
                          supplier=supplier)


def _sources() -> Sources:
    def one(text: str) -> Strings:
        return np.array([text], dtype=object)

    return Sources(id=one("synthetic"), title=one("Synthetic metro, made by Stratum"), licence=one("Apache-2.0"),
                   citation=one("stratum_core.pipeline.synthetic"), notes=one("Nothing of it exists."))
