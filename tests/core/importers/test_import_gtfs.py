"""GTFS feeds: bus routes of a weekday, how many buses they take, what is left out."""

import zipfile

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read
from stratum_core.store.project import Project

FEED = {
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\nR,7,Harbour,3\nT,U1,Underground,1\n",
    "stops.txt": "stop_id,stop_lon,stop_lat\nA,9,48\nB,9.001,48\nC,9.002,48\n",
    "calendar.txt": "service_id,monday,wednesday,sunday\nweek,1,1,0\nsun,0,0,1\n",
    "trips.txt": "route_id,service_id,trip_id,direction_id\n"
                 "R,week,t1,0\nR,week,t2,0\nR,week,t3,0\nR,week,t4,1\nR,sun,t5,0\nT,week,u,0\n",
    "stop_times.txt": "trip_id,departure_time,stop_id,stop_sequence\n"
                      "t1,06:50:00,A,1\nt1,,B,2\nt1,07:20:00,C,10\n"
                      "t2,07:00:00,A,1\nt2,07:10:00,B,2\nt2,07:30:00,C,10\n"
                      "t3,25:00:00,A,1\nt3,25:30:00,C,3\n"
                      "t4,08:00:00,C,1\nt4,08:30:00,A,2\n"
                      "t5,08:00:00,A,1\nt5,08:30:00,C,2\nu,8:00:00,A,1\nu,8:10:00,B,2\n",
}


@pytest.fixture
def feed(tmp_path):
    def enter(**changed):
        files = {**FEED, **{f"{name}.txt": text for name, text in changed.items()}}
        with zipfile.ZipFile(tmp_path / "town.zip", "w") as folder:
            for name, text in files.items():
                if text:
                    folder.writestr(name, text)
        return tmp_path / "town.zip"

    return enter


def test_a_row_for_each_route_and_direction(feed):
    city = read([feed()])
    routes = city.bus_routes
    assert routes.id.tolist() == ["town/route/R-0", "town/route/R-1"]
    assert routes.name.tolist() == ["7 Harbour", "7 Harbour"]
    assert routes.trips.tolist() == [3, 1]
    assert routes.seats.tolist() == [70, 70]
    assert set(routes.assumed_fields) == {"seats"}
    assert "1 of 2 routes are not of buses" in city.sources.notes[0]


def test_trips_are_counted_by_the_hour_in_which_they_begin(feed):
    by_hour = np.array(read([feed()]).bus_routes.by_hour[0].split(","), dtype=int)
    assert np.flatnonzero(by_hour).tolist() == [1, 6, 7]  # 25:00 is one in the night
    assert by_hour.sum() == 3


def test_buses_are_those_under_way_at_one_time(feed):
    assert read([feed()]).bus_routes.buses.tolist() == [2, 1]


def test_the_way_is_that_of_the_most_usual_trip_in_metres(feed):
    city = read([feed()])
    assert city.crs == "EPSG:32632"
    assert city.bus_routes.path[0].shape == (3, 2)
    assert city.bus_routes.path[0][0] == pytest.approx([500_000, 5_316_300], abs=100)
    assert np.diff(city.bus_routes.path[0][:, 0]) == pytest.approx([74.6, 74.6], abs=0.1)


def test_a_feed_without_weekdays_counts_all_trips(feed):
    city = read([feed(calendar="")])
    assert city.bus_routes.trips.tolist() == [4, 1]
    assert "no calendar by weekdays" in city.sources.notes[0]


def test_routes_are_kept_in_the_project(feed, tmp_path):
    city = read([feed()])
    with Project.create(tmp_path / "town.stratum", city) as project:
        kept = project.city().bus_routes
    assert kept.by_hour.tolist() == city.bus_routes.by_hour.tolist()
    assert kept.path[0] == pytest.approx(city.bus_routes.path[0])


def test_stops_without_a_place_are_named(feed):
    with pytest.raises(RowErrors) as caught:
        read([feed(stops="stop_id,stop_lon,stop_lat\nA,9,48\nB,,\nC,9.002,48\n")])
    assert "route 'R': stop 'B' has no place" in caught.value.rows[0]


@pytest.mark.parametrize(("changed", "words"), [
    ({"stops": "stop_id,stop_lat\nA,48\n"}, "stops.txt has no column stop_lon"),
    ({"calendar": "service_id,wednesday\nweek,0\n"}, "no bus runs on a Wednesday"),
])
def test_feeds_that_cannot_be_used_are_bad_input(feed, changed, words):
    with pytest.raises(InputError, match=words):
        read([feed(**changed)])


def test_a_damaged_zip_is_bad_input(feed):
    path = feed()
    content = bytearray(path.read_bytes())
    content[content.index(b"Harbour")] = 0
    path.write_bytes(content)
    with pytest.raises(InputError, match="the zip cannot be read"):
        read([path])


def test_a_time_that_is_none_names_its_row(feed):
    with pytest.raises(RowErrors) as caught:
        read([feed(stop_times=FEED["stop_times.txt"].replace("06:50:00", "06:x:00"))])
    assert "stop_times.txt, row 2: departure_time 'x' is no number" in caught.value.rows[0]


def test_the_feed_of_coquimbo(test_data):
    routes = read([test_data / "roads" / "gtfs_coquimbo.zip"]).bus_routes
    assert routes.trips.sum() == 360
    assert routes.name.tolist() == ["1 Directo"] * 2
