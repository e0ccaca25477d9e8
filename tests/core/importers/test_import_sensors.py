"""Tables of sensors: names, units, components that are looked up, and rows that are refused."""

import numpy as np
import pytest

from stratum_core.errors import RowErrors
from stratum_core.importers import read
from stratum_core.model import Assets, City, Sensors
from stratum_core.validate import check

CITY = City("town", "EPSG:32632", assets=Assets(id=["net/tank/T"], name=["T"], sector=["water"], kind=["tank"], x=[0], y=[0]))


def test_sensors_hang_on_components_in_their_own_unit(write):
    text = "sensor,component,quantity,unit,low,high,interval\nL_T,T,level,cm,0,550,60\nrain 1,,rain,mm,0,,\n"
    city = CITY.adding(read([write("s.csv", text)], city=CITY))
    assert city.sensors.id.tolist() == ["s/sensor/L_T", "s/sensor/rain 1"]
    assert city.sensors.component.tolist() == ["net/tank/T", ""]
    assert (city.sensors.high[0], city.sensors.unit[0]) == (550, "cm")
    assert np.isnan(city.sensors.high[1])
    assert [issue.ids for issue in check(city).issues if issue.code == "sensor_component"] == [("s/sensor/rain 1",)]


def test_each_bad_row_is_named(write):
    text = "sensor,component,quantity,unit\na,T,level,Pa\nb,nowhere,level,m\nc,T,colour,\nd,T,flow,l/s\n"
    with pytest.raises(RowErrors) as caught:
        read([write("s.csv", text)], city=CITY)
    assert len(caught.value.rows) == 3


def test_check_finds_ranges_and_units_that_cannot_be():
    sensors = Sensors(id=["a", "b"], component=["net/tank/T", "gone"], quantity=["level", "flow"], unit=["m", "m"],
                      low=[5, 0], high=[1, 2], source=["", ""])
    codes = {(issue.code, issue.ids) for issue in check(City("t", assets=CITY.assets, sensors=sensors)).issues}
    assert {("sensor_low", ("a",)), ("sensor_unit", ("b",)), ("dangling_reference", ("b",))} <= codes
