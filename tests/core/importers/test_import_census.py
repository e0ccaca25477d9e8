"""Tables of people: blocks with counts, positions in metres or degrees, and errors that name their row."""

import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read

TABLE = """block,residents,x,y,children,elderly,households,vehicles,workers,use
N1,120,500000,5300000,20,10,50,40,,residential
N2,0,500100,5300000,,,,,300,industrial
"""


def test_blocks_with_their_counts(write):
    blocks = read([write("census.csv", TABLE)], crs="EPSG:32632").blocks
    assert blocks.id.tolist() == ["census/block/N1", "census/block/N2"]
    assert blocks.residents.tolist() == [120, 0]
    assert (blocks.children[0], blocks.elderly[0], blocks.households[0], blocks.vehicles[0]) == (20, 10, 50, 40)
    assert (blocks.workers[1], blocks.use[1]) == (300, "industrial")
    assert blocks.x.tolist() == [500_000, 500_100]
    assert set(blocks.provenance) == {"measured"}


def test_degrees_need_no_coordinate_system(write):
    city = read([write("census.csv", "block;residents;lon;lat\nA;5;9;48\n")])
    assert city.crs == "EPSG:32632"
    assert (city.blocks.x[0], city.blocks.y[0]) == (pytest.approx(500_000), pytest.approx(5_316_300, abs=100))


def test_metres_need_one(write):
    with pytest.raises(InputError, match="--crs"):
        read([write("census.csv", TABLE)])


def test_blocks_without_places_are_kept(write):
    blocks = read([write("census.csv", "block,residents\nA,5\n")]).blocks
    assert blocks.residents.tolist() == [5]


def test_the_industry_is_found_by_its_name(write):
    table = write("io.csv", "currency,EUR\nprice_year,2020\nunit,million\nindustry,Farms,households\nFarms,1,9\nvalue_added,9\n")
    city = read([table, write("census.csv", "block,residents,workers,industry\nA,5,3,Farms\n")])
    assert city.blocks.industry.tolist() == ["io/industry/Farms"]


@pytest.mark.parametrize(("row", "words"), [
    ("A,many,,", "row 2: residents 'many' is no number"), ("A,-5,,", "residents -5 is outside"), (",5,,", "names no block"),
    ("A,,,", "block 'A' has no residents"), ("A,5,4,3", "more children and elderly than residents"),
    ("A,5,,\nA,6,,", "row 3: id 'census/block/A' repeats"),
])
def test_errors_name_their_row(write, row, words):
    with pytest.raises(RowErrors) as caught:
        read([write("census.csv", f"block,residents,children,elderly\n{row}\n")])
    assert words in "\n".join(caught.value.rows)


def test_an_unknown_use_is_refused(write):
    with pytest.raises(RowErrors) as caught:
        read([write("census.csv", "block,residents,use\nA,5,castle\n")])
    assert "use 'castle' is unknown; known: residential, commercial, industrial" in caught.value.rows[0]


def test_one_coordinate_alone_is_refused(write):
    with pytest.raises(RowErrors, match="one coordinate"):
        read([write("census.csv", "block,residents,lon,lat\nA,5,9,\nB,5,9,48\n")])


@pytest.mark.parametrize(("text", "words"), [
    ("block,residents,height\nA,5,3\n", "height"), ("block,residents\n", "holds no block"),
])
def test_unknown_columns_and_empty_tables_are_told(write, text, words):
    with pytest.raises(InputError, match=words):
        read([write("census.csv", text)])
