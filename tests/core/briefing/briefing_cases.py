"""A town of four things and its hand-made result: a station floods, a pump stops, a tank runs empty, the clinic closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from stratum_core.briefing import BriefingFacts, FloodExtent
from stratum_core.model.city import City
from stratum_core.model.results import Band, Bottleneck, CascadeResult, Chain, Share, Spread, Step
from stratum_core.model.tables import Assets, Blocks, Links, Services, Sources

IDS = ["grid/station/3", "water/tank/1", "health/clinic"]


def town(name: str = "Łódź", *, people: bool = True, places: bool = True) -> City:
    x, y = ([0.0, 400.0, 300.0], [0.0, 100.0, 300.0]) if places else ([np.nan] * 3, [np.nan] * 3)
    assets = Assets(
        id=IDS,
        name=["Station 03", "Tank South", "Clinic"],
        sector=["power", "water", "health"],
        kind=["substation", "tank", "clinic"],
        x=x,
        y=y,
        provenance=["measured", "generated", "generated"],
        people=[np.nan, np.nan, 3600.0],
        source=["survey"] * 3,
    )
    links = Links(
        id=["water/pump/1"],
        name=[""],
        sector=["water"],
        kind=["pump"],
        start=[IDS[0]],
        end=[IDS[1]],
        provenance=["derived"],
        source=["survey"],
    )
    blocks = (
        Blocks(
            id=[f"home/{i}" for i in range(6)],
            x=[50.0 * i for i in range(6)],
            y=[40.0 * i for i in range(6)],
            residents=[600.0] * 6,
            provenance=["generated"] * 6,
        )
        if people
        else Blocks()
    )
    services = (
        Services(
            id=[f"s/{i}" for i in range(6)], block=[f"home/{i}" for i in range(6)], service=["water"] * 6, supplier=[IDS[1]] * 6
        )
        if people
        else Services()
    )
    sources = Sources(id=["survey"], title=["Survey of Łódź"], licence=["CC0"], date=["2026-01-05"], citation=["by hand"])
    return City(
        name,
        crs="EPSG:25834" if places else "none",
        currency="EUR",
        price_year=2025,
        sources=sources,
        assets=assets,
        links=links,
        blocks=blocks,
        services=services,
    )


def spread(p05: float, p50: float, p95: float, unit: str) -> Spread:
    return Spread(p50, (p50 * 0.9, p50 * 1.1), p05, p50, p95, unit)


def chain() -> Chain:
    steps = (
        Step(IDS[0], "Station 03", 3.1, "flood.depth", "Station 03 floods.", 0.331, 0.3, 0.2, 0.5, "m", "assumed", "measured"),
        Step("water/pump/1", "water/pump/1", 3.1, "power.lost", "water/pump/1 stops: no power."),
        Step(IDS[1], "Tank South", 9.7, "water.storage", "Tank South runs empty.", 0.0, 0.0, None, None, "m3"),
        Step(IDS[2], "Clinic", 11.2, "water.reserve", "Clinic closes: no water, and its 1.5 h reserve is used up.", 0.0, 1.5),
    )
    return Chain(IDS[2], "Clinic", 620, 412, Share(0.62, (0.59, 0.65)), 7, steps)


def outcome(**changes: Any) -> CascadeResult:
    hours = np.arange(73.0)
    curve = np.clip(np.minimum(hours - 3, 40 - hours / 2) / 12, 0, 1.2)
    band = Band(hours, 1100 * curve / 1.2, 1500 * curve / 1.2, 1800 * curve / 1.2)
    nothing = Band(hours, 0 * hours, 0 * hours, 0 * hours)
    result = CascadeResult(
        schema="stratum.cascade/1",
        scenario="River flood",
        seed=42,
        replicates=1000,
        horizon_h=72.0,
        model_class="water by storage balance",
        warnings=("One rating is missing. Add it.",),
        city_digest="c1" * 32,
        spec_digest="5e" * 32,
        assets=np.array([*IDS, "water/pump/1"], dtype=object),
        failure_probability=np.array([0.7, 0.62, 0.62, 0.7]),
        failure_ci95=np.array([[0.67, 0.73], [0.59, 0.65], [0.59, 0.65], [0.67, 0.73]]),
        mean_hours_down=np.array([9.0, 12.0, 8.0, 9.0]),
        time_to_failure_h=np.array([3.1, 9.7, 11.2, 3.1]),
        base_loading=np.full(4, np.nan),
        damage_probability=np.array([0.7, 0.0, 0.0, 0.0]),
        cascade_size=spread(0, 4, 4, "components"),
        cascade_probability=Share(0.62, (0.59, 0.65)),
        people_total=3600.0,
        people_without_service={"water": band, "gas": nothing},
        people_peak={"water": spread(1100, 1500, 1800, "people"), "gas": spread(0, 0, 0, "people")},
        people_hours={"water": spread(21000, 30400, 41000, "people h"), "gas": spread(0, 0, 0, "people h")},
        damage=spread(2.9e6, 4.1e6, 5.6e6, "EUR"),
        currency="EUR",
        price_year=2025,
        bottlenecks=(Bottleneck(IDS[0], "Station 03", 30400.0, 0.98),),
        critical_paths=(chain(),),
        rounds=(),
        converged=True,
        down_share_by_hour=np.zeros((4, 73), dtype=np.float32),
        peak_by_replicate={},
        hours_by_replicate={},
        damage_by_replicate=np.zeros(1000),
        digest="9f3c41d2" * 8,
        run="9f3c41d29f3c",
    )
    return replace(result, **changes)


def facts(city: City | None = None, result: CascadeResult | None = None, **changes: Any) -> BriefingFacts:
    ring = np.array([[-100.0, -100.0], [200.0, -100.0], [150.0, 400.0], [-100.0, 400.0], [-100.0, -100.0]])
    made = BriefingFacts(
        city=city or town(),
        result=result or outcome(),
        scenario="River flood, exercise",
        description="The river rises 1.0 m. Level and shape are assumed.",
        as_of=datetime(2026, 3, 13, 15, tzinfo=UTC),
        assumptions=("Water level 149.0 m, over interpolated ground.",),
        limits=("Groundwater in cellars is left out.",),
        flood=FloodExtent(((ring,),), 1.2, 9.0),
        ledger_entry=41,
        device_key="7c1e90ab11d04f2e",
        author="planner",
    )
    return replace(made, **changes)


def unpeopled() -> BriefingFacts:
    result = outcome(
        people_total=None,
        people_without_service={},
        people_peak={},
        people_hours={},
        damage=None,
        currency="",
        price_year=0,
        bottlenecks=(),
    )
    return facts(town(people=False, places=False), result, flood=None)


def unharmed() -> BriefingFacts:
    zero, calm = np.zeros(4), {"water": spread(0, 0, 0, "people")}
    flat = Band(np.arange(73.0), np.zeros(73), np.zeros(73), np.zeros(73))
    result = outcome(
        failure_probability=zero,
        failure_ci95=np.tile([0.0, 0.004], (4, 1)),
        mean_hours_down=zero,
        damage_probability=zero,
        time_to_failure_h=np.full(4, np.nan),
        cascade_size=spread(0, 0, 0, "components"),
        people_peak=calm,
        people_hours=calm,
        cascade_probability=Share(0.0, (0.0, 0.004)),
        people_without_service={"water": flat},
        damage=spread(0, 0, 0, "EUR"),
        bottlenecks=(),
        critical_paths=(),
        warnings=(),
    )
    return facts(result=result)


def bare() -> BriefingFacts:
    """A project that holds nothing at all."""
    none = np.zeros(0)
    result = replace(
        unharmed().result,
        assets=np.zeros(0, dtype=object),
        failure_probability=none,
        failure_ci95=np.zeros((0, 2)),
        mean_hours_down=none,
        damage_probability=none,
        time_to_failure_h=none,
        people_total=None,
        people_peak={},
        people_hours={},
        people_without_service={},
        damage=None,
        model_class="",
    )
    return facts(City("Nowhere"), result, flood=None, description="", device_key="", ledger_entry=0, limits=(), assumptions=())
