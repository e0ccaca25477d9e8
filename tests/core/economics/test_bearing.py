"""Who bears the damage, what an insurer pays, what a year costs, and prices of the user's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cascade_cities import scenario, waterworks

from stratum_core.economics.tail import yearly_rates
from stratum_core.errors import InputError
from stratum_core.hazards.earthquake import EarthquakeSpec
from stratum_core.hazards.footprint import FootprintSpec
from stratum_core.hazards.wind import WindSpec
from stratum_core.model import Blocks
from stratum_core.pipeline.cascade import cascade_job, run_job
from stratum_core.pipeline.economics.answers import economics_lines
from stratum_core.pipeline.economics.bearing import damage_of
from stratum_core.pipeline.economics.own_prices import read_prices
from stratum_core.pipeline.economics.run_losses import Wanted, economics_of_run
from stratum_core.pipeline.economics.yearly import return_period
from stratum_core.pipeline.quarters import quarters
from stratum_core.pipeline.scenario import Placing
from stratum_core.ports import CancelToken

HEADER = "what,value,per,currency,price_year,source\n"
SQUARE = ('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", '
          '"coordinates": [[[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]]}}]}')


def _priced():
    """The waterworks with values: its assets in the middle, a block in each direction, the northern one a works."""
    city = waterworks()
    size = len(city.assets)
    assets = city.assets.with_columns(x=np.zeros(size), y=np.ones(size), value=np.arange(size) * 100.0)
    blocks = Blocks(id=["home", "n", "e", "w"], x=[0.0, 0.0, 50.0, -50.0], y=[-50.0, 50.0, 0.0, 0.0], residents=[90.0] * 4,
                    value=[1000.0, 4000.0, 2000.0, 3000.0], use=["residential", "industrial", "residential", "residential"])
    return replace(city, assets=assets, blocks=blocks, currency="EUR", price_year=2023, crs="EPSG:3857")


def _run(hazard, kind: str, folder: Path, replicates: int = 40, **placing):
    asked = replace(scenario(), hazards=(hazard,), kinds=(kind,), file=folder / "s.toml", placing=(Placing(**placing),))
    asked = replace(asked, spec=replace(asked.spec, run=replace(asked.spec.run, replicates=replicates)))
    job = cascade_job(_priced(), asked)
    return job, asked, run_job(job, asked)


@pytest.fixture
def half_lost(tmp_path: Path):
    """Half of all that stands is lost: 1,400 of assets (water 2,100, health 700) and 5,000 of blocks."""
    (tmp_path / "all.geojson").write_text(SQUARE)
    return _run(FootprintSpec(file="all.geojson", damage_share=0.5), "footprint", tmp_path, return_period_y=100.0,
                return_period_source="exercise")


def test_half_of_each_value_is_borne_by_its_owner(half_lost) -> None:
    found = economics_of_run(*half_lost)
    shares = {(one.by, one.group): one.damage.value for one in found.borne}
    assert shares == pytest.approx({
        ("sector", "power"): 150, ("sector", "water"): 900, ("sector", "health"): 350, ("use", "industrial"): 2000,
        ("use", "residential"): 3000, ("quarter", "north"): 3400, ("quarter", "east"): 1000, ("quarter", "south"): 500,
        ("quarter", "west"): 1500})
    assert found.damage.value == pytest.approx(6400)
    assert any("Damage by quarter: north" in line for line in economics_lines(found))


@pytest.mark.parametrize(("kind", "hazard"), [
    ("wind", WindSpec(gust_ms=60.0, sd_ln=0.3, gust_correlation_km=0.05, correlation=0.5, correlation_km=0.05)),
    ("earthquake", EarthquakeSpec(magnitude=7.0, epicentre=(0.0, 0.0), depth_km=10.0)),
])
def test_groups_add_up_to_the_damage_of_every_run(kind: str, hazard, tmp_path: Path) -> None:
    job, asked, result = _run(hazard, kind, tmp_path)
    assert result.damage.mean > 0
    assert np.ptp(result.damage_by_replicate) > 0
    found = economics_of_run(job, asked, result)
    for ways in (("sector", "use"), ("quarter",)):
        assert sum(one.damage.value for one in found.borne if one.by in ways) == pytest.approx(found.damage.value, rel=1e-12)
    size = len(job.compiled.city.component_ids) + len(job.compiled.city.blocks)
    odd = np.arange(size) % 2 == 1
    both = sum(damage_of(job, asked, inside, result.replicates, CancelToken()) for inside in (odd, ~odd))
    assert both == pytest.approx(result.damage_by_replicate, rel=1e-12)


def test_each_place_lies_in_one_quarter() -> None:
    blocks = Blocks(id=["a"], x=[5.0], y=[5.0], residents=[10.0])
    x, y = np.array([5.0, 5, 6, 6, 4, 4, 5]), np.array([5.0, 9, 6, 4, 6, 4, 1])
    found = quarters(blocks, x, y)
    assert np.sum(list(found.values()), axis=0).tolist() == [1] * 7
    assert found["north"].tolist() == [True, True, True, False, True, False, False]


def test_an_insurer_pays_between_deductible_and_limit(half_lost) -> None:
    """Each run costs 6,400: above 5,000 are 1,400, of which 1,000 at most are paid."""
    found = economics_of_run(*half_lost, Wanted(deductible=5000.0, limit=1000.0)).insurance
    assert (found.paid.mean.value, found.retained.mean.value) == (pytest.approx(1000), pytest.approx(5400))
    assert [one.value for one in found.paid.var] == pytest.approx([1000, 1000])
    assert [one.value for one in found.retained.cvar] == pytest.approx([5400, 5400])
    open_ended = economics_of_run(*half_lost, Wanted(deductible=5000.0)).insurance
    assert (open_ended.limit, open_ended.paid.mean.value) == (None, pytest.approx(1400))
    with pytest.raises(InputError, match="below 0"):
        economics_of_run(*half_lost, Wanted(deductible=-1.0))


def test_frequencies_are_weighed_by_the_trapezoid_rule() -> None:
    """Once in 10 and 100 years: half of 0.09 each, and the box of 0.01 for the rarer one."""
    assert yearly_rates(np.array([10.0, 100.0])) == pytest.approx([0.045, 0.055])
    assert yearly_rates(np.array([1000.0, 10.0, 100.0])) == pytest.approx([0.001 + 0.0045, 0.045, 0.0495])
    for wrong in ([], [0.0], [10.0, 10.0], [np.inf]):
        with pytest.raises(InputError, match="return periods"), np.errstate(divide="ignore"):
            yearly_rates(np.array(wrong))


def test_a_year_over_two_scenarios(half_lost, tmp_path: Path) -> None:
    """6,400 once in 100 years, 1,280 once in 10: 6,400 x 0.055 + 1,280 x 0.045."""
    often = _run(FootprintSpec(file="all.geojson", damage_share=0.1), "footprint", tmp_path, return_period_y=10.0,
                 return_period_source="exercise")
    found = economics_of_run(*half_lost, Wanted(others=((often[2], often[1]),))).annual
    assert found.expected.value == pytest.approx(352 + 57.6)
    assert found.expected.interval == pytest.approx((409.6, 409.6))
    assert [row.return_period_y for row in found.scenarios] == [10.0, 100.0]
    assert [row.rate for row in found.scenarios] == pytest.approx([0.045, 0.055])
    silent = replace(often[1], placing=())
    with pytest.raises(InputError, match="'test' gives no return period"):
        return_period(silent)
    with pytest.raises(InputError, match="several"):
        return_period(replace(silent, placing=(Placing(return_period_y=5.0), Placing(return_period_y=9.0))))


def test_hours_are_valued_by_the_users_own_price_alone(half_lost, tmp_path: Path) -> None:
    job, asked, result = half_lost
    path = tmp_path / "prices.csv"
    path.write_text(f"{HEADER}outage.water,2.5,person-hour,EUR,2024,study of the town\n")
    bare, found = economics_of_run(job, asked, result), economics_of_run(job, asked, result, Wanted(prices=read_prices(path)))
    row, = found.valued
    assert row.value.value == pytest.approx(2.5 * result.people_hours["water"].mean)
    assert result.people_hours["water"].mean > 0
    assert (row.value.price_year, row.source) == (2024, "study of the town")
    assert (found.damage, found.output_loss, found.value_added_loss) == (bare.damage, bare.output_loss, bare.value_added_loss)
    path.write_text(f"{HEADER}outage.water,2.5,person-hour,USD,2024,study\n")
    with pytest.raises(InputError, match="USD, the result in EUR"):
        economics_of_run(job, asked, result, Wanted(prices=read_prices(path)))
    path.write_text(f"{HEADER}outage.watr,2.5,person-hour,EUR,2024,study\n")
    with pytest.raises(InputError, match="unknown service 'watr'"):
        economics_of_run(job, asked, result, Wanted(prices=read_prices(path)))


@pytest.mark.parametrize(("row", "said"), [
    ("outage.water,2.5,person-hour,EUR,2024,", "source is empty"),
    ("outage.water,2.5,person-hour,EUR,,study", "price_year is empty"),
    ("outage.water,2.5,kWh,EUR,2024,study", "per person-hour"), ("life,7e6,life,EUR,2024,study", "casualties are not modelled"),
    ("outage.water,much,person-hour,EUR,2024,study", "no number"), ("outage.water,-1,person-hour,EUR,2024,study", "out of range"),
    ("houses,1,person-hour,EUR,2024,study", "nothing that can be valued"), ("", "no row"),
    ("outage.water,1,person-hour,EUR,2024,a\noutage.water,1,person-hour,EUR,2024,a", "two prices"),
])
def test_a_wrong_price_is_named(row: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(f"{HEADER}{row}\n")
    with pytest.raises(InputError, match=said):
        read_prices(path)
