"""The tables of a city.

Assets and links are *components*: both fail, both are repaired, and a
dependency may name either. Positions are metres in the project's projected CRS.
"""

from __future__ import annotations

from dataclasses import dataclass

from stratum_core.model.fields import Bools, Floats, Strings, Table, column

PROVENANCES = ("measured", "derived", "generated", "assumed")
SECTORS = ("power", "water", "wastewater", "gas", "heat", "telecom", "roads", "health", "community")
SERVICES = ("power", "water", "boil_water", "wastewater", "gas", "heat", "telecom", "health", "access", "shelter")

#: what sensors measure, and the quantity of ``units`` that its unit must be of; a status is 0 (off) or 1 (on)
MEASURED = {
    "level": "length", "rain": "length", "flow": "flow", "pressure": "pressure", "head": "length", "power": "power",
    "voltage": "voltage", "current": "current", "status": "share", "temperature": "temperature", "speed": "speed",
    "volume": "volume", "share": "share", "traffic": "vehicles", "mass flow": "mass flow",
}

_BIG = 1e15


@dataclass(frozen=True)
class Sourced(Table):
    """Rows that say where they come from."""

    id: Strings = column("str", "stable id, unique in the project")
    name: Strings = column("str", "name for people; empty shows the id")
    provenance: Strings = column("str", "measured, derived, generated or assumed", default="measured")
    source: Strings = column("str", "id of the source")
    confidence: Floats = column("float", "how sure the source is", unit="1", hard=(0, 1), default=1.0)
    assumed_fields: Strings = column("str", "fields of this row that are assumed although the row is not, by comma")


@dataclass(frozen=True)
class Assets(Sourced):
    """Things at a place: buses, stations, tanks, junctions, masts, clinics, homes."""

    sector: Strings = column("str", "one of the sectors")
    kind: Strings = column("str", "what it is, a row of resources/tables/kinds.csv")
    x: Floats = column("float", "easting", unit="m", hard=(-1e8, 1e8))
    y: Floats = column("float", "northing", unit="m", hard=(-1e8, 1e8))
    z: Floats = column("float", "ground height", unit="m", hard=(-500, 9000), expected=(-50, 4000))
    node: Strings = column("str", "id of the network node it hangs on; empty: it is a node itself or stands alone")
    unit: Strings = column("str", "unit of capacity and demand: W, m3/s, m3, beds, kg/s or empty")
    capacity: Floats = column("float", "what it can give or hold, in its unit", hard=(0, _BIG))
    demand: Floats = column("float", "what it draws from its network, in its unit", hard=(-_BIG, _BIG))
    level: Floats = column("float", "share of the storage that is full at the start", unit="1", hard=(0, 1))
    level_sd: Floats = column("float", "standard deviation of level where it is an estimate", unit="1", hard=(0, 1))
    voltage: Floats = column("float", "nominal voltage", unit="V", hard=(0, 2e6))
    pressure: Floats = column("float", "operating pressure above the air's (gas)", unit="Pa", hard=(0, 1e8), expected=(1e3, 1e7))
    zone: Strings = column("str", "pressure or service zone")
    equipment_height: Floats = column(
        "float", "height of the vulnerable equipment above ground", unit="m", hard=(-20, 300), expected=(-5, 30), default=0.0
    )
    people: Floats = column("float", "people who depend on it directly", unit="people", hard=(0, 1e8))
    value: Floats = column("float", "replacement value, in the project's currency and price year", unit="money", hard=(0, _BIG))
    special: Strings = column("str", "special facility: care home, dialysis, school, shelter, clinic, hospital")
    in_service: Bools = column("bool", "false: present but switched off", default=True)


@dataclass(frozen=True)
class Links(Sourced):
    """Physical edges inside a sector; they fail like assets."""

    sector: Strings = column("str", "one of the sectors")
    kind: Strings = column("str", "line, cable, transformer, switch, pipe, pump, valve, sewer, fibre, road")
    start: Strings = column("str", "id of the asset at its start")
    end: Strings = column("str", "id of the asset at its end")
    path: Strings = column("path", "vertices as an (n, 2) array of metres; none: straight")
    length: Floats = column("float", "length", unit="m", hard=(0, 1e7))
    capacity: Floats = column(
        "float", "rating (W, of apparent power), flow (m3/s) or vehicles (veh/h), by its unit", hard=(0, _BIG)
    )
    unit: Strings = column("str", "unit of capacity")
    resistance: Floats = column("float", "series resistance, referred to `voltage`", unit="ohm", hard=(0, 1e7))
    reactance: Floats = column("float", "series reactance, referred to `voltage`", unit="ohm", hard=(-1e7, 1e7))
    voltage: Floats = column("float", "voltage its impedance is referred to", unit="V", hard=(0, 2e6))
    ratio: Floats = column("float", "off-nominal turns ratio", unit="1", hard=(0, 10), default=1.0)
    shift: Floats = column("float", "phase shift", unit="deg", hard=(-360, 360), default=0.0)
    diameter: Floats = column("float", "inner diameter", unit="m", hard=(0, 20), expected=(0.01, 5))
    roughness: Floats = column("float", "Hazen-Williams C (pipes of water)", hard=(0, 1e4), expected=(40, 160))
    free_flow_time: Floats = column("float", "travel time on the empty road", unit="s", hard=(0, 1e6))
    lanes: Floats = column("float", "lanes in this direction", hard=(0, 50))
    delay_factor: Floats = column("float", "BPR B: extra time at capacity over free-flow time", unit="1", hard=(0, 100))
    delay_power: Floats = column("float", "BPR power of flow over capacity", unit="1", hard=(0, 20))
    one_way: Bools = column("bool", "true: start to end only", default=False)
    closed: Bools = column("bool", "false: normally open (switch, tie line, closed valve)", default=True)
    value: Floats = column("float", "replacement value", unit="money", hard=(0, _BIG))
    in_service: Bools = column("bool", "false: present but switched off", default=True)


@dataclass(frozen=True)
class Dependencies(Sourced):
    """Who needs which service from whom, across sectors.

    Rows of one dependent with one ``group`` are alternatives: the need is met
    while ``needed`` of them are up. Rows in different groups are all needed.
    """

    dependent: Strings = column("str", "id of the component that needs")
    supplier: Strings = column("str", "id of the component that gives")
    service: Strings = column(
        "str", "power, water, cooling, control, access, staff, telecom, gas, heat; fuel: refills the reserve of power"
    )
    group: Strings = column("str", "redundancy group; empty: a group of its own")
    needed: Floats = column("float", "how many of the group must be up", unit="1", hard=(0, 1e4), default=1.0)
    buffer: Floats = column("float", "hours the dependent runs on its own reserve", unit="h", hard=(0, 1e5), default=0.0)
    buffer_low: Floats = column("float", "low end of the buffer's range", unit="h", hard=(0, 1e5))
    buffer_high: Floats = column("float", "high end of the buffer's range", unit="h", hard=(0, 1e5))
    refill: Floats = column(
        "float", "hours of reserve regained in an hour with supply", unit="h/h", hard=(0, float("inf")), default=float("inf")
    )
    strength: Floats = column("float", "chance that the dependent stops without it", unit="1", hard=(0, 1), default=1.0)
    strength_low: Floats = column("float", "low end of the strength's range", unit="1", hard=(0, 1))
    strength_high: Floats = column("float", "high end of the strength's range", unit="1", hard=(0, 1))
    author: Strings = column("str", "who says so; empty: the source")
    date: Strings = column("str", "when it was said, ISO 8601; empty: the date of the source")
    note: Strings = column("str", "what the author adds")


@dataclass(frozen=True)
class Blocks(Sourced):
    """Population blocks: people at a place, by vulnerability group."""

    x: Floats = column("float", "easting", unit="m", hard=(-1e8, 1e8))
    y: Floats = column("float", "northing", unit="m", hard=(-1e8, 1e8))
    z: Floats = column("float", "ground height", unit="m", hard=(-500, 9000))
    residents: Floats = column("float", "people who live here", unit="people", hard=(0, 1e7))
    children: Floats = column("float", "of them under 15", unit="people", hard=(0, 1e7), default=0.0)
    elderly: Floats = column("float", "of them 75 and older", unit="people", hard=(0, 1e7), default=0.0)
    households: Floats = column("float", "households", unit="1", hard=(0, 1e7), default=0.0)
    vehicles: Floats = column("float", "vehicles", unit="1", hard=(0, 1e7), default=0.0)
    value: Floats = column("float", "replacement value of the buildings", unit="money", hard=(0, _BIG))
    use: Strings = column("str", "JRC damage class: residential, commercial, industrial", default="residential")
    workers: Floats = column("float", "people who work here by day", unit="people", hard=(0, 1e7))
    industry: Strings = column("str", "id of the industry that works here; empty: none that is known")


@dataclass(frozen=True)
class Services(Sourced):
    """Which component gives which service to which block."""

    block: Strings = column("str", "id of the population block")
    service: Strings = column("str", "one of the services")
    supplier: Strings = column("str", "id of the component that gives it")


@dataclass(frozen=True)
class Industries(Sourced):
    """Industries of an input-output table; money of a year in ``currency`` at the prices of ``price_year``.

    ``needs_*``: the share of its output that is lost while a service is gone; NaN: nobody said.
    """

    region: Strings = column("str", "region of a table of several; empty: the one region")
    currency: Strings = column("str", "ISO 4217 code")
    price_year: Floats = column("float", "year of the prices", hard=(1900, 2200))
    output: Floats = column("float", "gross output of a year", unit="money", hard=(-_BIG, _BIG))
    final_demand: Floats = column("float", "what of it no industry of the table buys", unit="money", hard=(-_BIG, _BIG))
    value_added: Floats = column("float", "value added of a year", unit="money", hard=(-_BIG, _BIG))
    jobs: Floats = column("float", "people who work in it", unit="people", hard=(0, 1e10))
    needs_power: Floats = column("float", "share of output lost without power", unit="1", hard=(0, 1))
    needs_water: Floats = column("float", "share of output lost without water", unit="1", hard=(0, 1))
    needs_gas: Floats = column("float", "share of output lost without gas", unit="1", hard=(0, 1))
    needs_telecom: Floats = column("float", "share of output lost without telecom", unit="1", hard=(0, 1))
    needs_access: Floats = column("float", "share of output lost without road access", unit="1", hard=(0, 1))


@dataclass(frozen=True)
class Trade(Sourced):
    """What one industry sells to another in a year, in the currency and prices of the industries."""

    seller: Strings = column("str", "id of the industry that sells")
    buyer: Strings = column("str", "id of the industry that buys")
    value: Floats = column("float", "money of a year", unit="money", hard=(-_BIG, _BIG))


@dataclass(frozen=True)
class Sensors(Sourced):
    """What is measured, where, in which unit and with which noise; readings are stored in ``unit``."""

    component: Strings = column("str", "id of the asset or link that it measures; empty: it stands at x, y")
    quantity: Strings = column("str", "one of the quantities that sensors measure")
    unit: Strings = column("str", "unit in which its readings are stored", default="1")
    noise: Floats = column("float", "standard deviation of one reading, in its unit", hard=(0, _BIG))
    low: Floats = column("float", "least possible reading, in its unit", hard=(-_BIG, _BIG))
    high: Floats = column("float", "greatest possible reading, in its unit", hard=(-_BIG, _BIG))
    most_rate: Floats = column("float", "largest believable change in an hour, in its unit", hard=(0, _BIG))
    interval: Floats = column("float", "expected time between readings", unit="s", hard=(0, 1e8))
    x: Floats = column("float", "easting, where it has no component", unit="m", hard=(-1e8, 1e8))
    y: Floats = column("float", "northing, where it has no component", unit="m", hard=(-1e8, 1e8))


@dataclass(frozen=True)
class Trips(Sourced):
    """Traffic of a usual hour: vehicles from one place of the roads to another."""

    origin: Strings = column("str", "id of the road node where they begin")
    destination: Strings = column("str", "id of the road node where they end")
    vehicles: Floats = column("float", "vehicles per hour", unit="veh/h", hard=(0, 1e7))


@dataclass(frozen=True)
class BusRoutes(Sourced):
    """Buses of a usual weekday, one row a route and direction."""

    path: Strings = column("path", "its stops in their order as an (n, 2) array of metres")
    trips: Floats = column("float", "trips of a weekday", unit="1", hard=(0, 1e5))
    by_hour: Strings = column("str", "trips that begin in each hour from midnight on, 24 numbers by comma")
    buses: Floats = column("float", "most buses under way at one time", unit="1", hard=(0, 1e5))
    seats: Floats = column("float", "people that a bus takes", unit="people", hard=(0, 1000), expected=(10, 200))


@dataclass(frozen=True)
class Sources(Table):
    """Where rows come from."""

    id: Strings = column("str", "id of the source")
    title: Strings = column("str", "what it is")
    licence: Strings = column("str", "its licence")
    date: Strings = column("str", "its date, ISO 8601")
    citation: Strings = column("str", "paper, file or address")
    notes: Strings = column("str", "what the importer noticed about it, one finding a line")
