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
    ("A,1,000,,2", "row 2: it has 5 cells, the header 4"), ("A,5,,\nA,6,,", "row 3: id 'census/block/A' repeats"),
])
def test_errors_name_their_row(write, row, words):
    with pytest.raises(RowErrors) as caught:
        read([write("census.csv", f"block,residents,children,elderly\n{row}\n")])
    assert words in "\n".join(caught.value.rows)


def test_an_unknown_use_is_refused(write):
    with pytest.raises(RowErrors) as caught:
        read([write("census.csv", "block,residents,use\nA,5,castle\n")])
    assert "use 'castle' is unknown; known: residential, commercial, industrial" in caught.value.rows[0]


def test_more_households_than_residents_are_refused(write):
    with pytest.raises(RowErrors) as caught:
        read([write("census.csv", "block,residents,households,lon,lat\nA,5,50,9,48\nB,1,2,9,48,7\n")])
    assert caught.value.rows == (
        "census.csv, row 2: block 'A' has more households than residents; mend one of the two",
        "census.csv, row 3: it has 6 cells, the header 5; "
        "put a cell with a delimiter in it between quotes, or name the other columns")


def test_places_in_none_of_the_rows_are_no_places(write):
    assert read([write("census.csv", "block,residents,lon,lat\nA,5\nB,6,,,\n")]).blocks.residents.tolist() == [5, 6]


def test_one_coordinate_alone_is_refused(write):
    with pytest.raises(RowErrors, match="one coordinate"):
        read([write("census.csv", "block,residents,lon,lat\nA,5,9,\nB,5,9,48\n")])


@pytest.mark.parametrize(("text", "words"), [
    ("block,residents,height\nA,5,3\n", "height"), ("block,residents\n", "holds no block"),
    ("block,residents,residents\nA,5,6\n", "line 1: column 'residents' comes twice"),
    ("block,residents,x,y,lon,lat\nA,5,1,2,9,48\n", r"line 1: positions .*in metres \(x, y\) and in degrees \(lon, lat\)"),
    ("block,residents,x,lat\nA,5,1,48\n", "Leave out one of the two pairs"),
])
def test_unknown_columns_and_empty_tables_are_told(write, text, words):
    with pytest.raises(InputError, match=words):
        read([write("census.csv", text)])
