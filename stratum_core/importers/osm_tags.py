"""What the tags of OpenStreetMap mean for cars and for people who need help."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stratum_core.importers.draft import NAN
from stratum_core.importers.road_classes import road_classes

Tags = Mapping[str, str]

#: (key, value): kind of asset and its special facility; weather shelters (amenity=shelter) shelter nobody from a disaster
FACILITIES = {
    ("amenity", "hospital"): ("hospital", "hospital"),
    ("healthcare", "hospital"): ("hospital", "hospital"),
    ("amenity", "clinic"): ("clinic", "clinic"),
    ("healthcare", "clinic"): ("clinic", "clinic"),
    ("amenity", "school"): ("school", "school"),
    ("amenity", "fire_station"): ("fire_station", ""),
    ("emergency", "ambulance_station"): ("ambulance_base", ""),
    ("emergency", "shelter"): ("shelter", "shelter"),
    ("amenity", "nursing_home"): ("care_home", "care home"),
    ("social_facility", "nursing_home"): ("care_home", "care home"),
}
FACILITY_KEYS = tuple(dict.fromkeys(key for key, _ in FACILITIES))
#: of all vehicles to cars alone; the last one that is given counts
_ACCESS = ("access", "vehicle", "motor_vehicle", "motorcar")
_SHUT = ("no", "private", "agricultural", "forestry")
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh)?")
_METRES_PER_SECOND = {"mph": 0.44704, "knots": 1852 / 3600}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def for_cars(tags: Tags) -> bool:
    """True for a road that any car may use; service roads, tracks and private roads are none."""
    access = [tags[key] for key in _ACCESS if key in tags]
    return tags.get("highway") in road_classes() and tags.get("area") != "yes" and not (access and access[-1] in _SHUT)


def direction(tags: Tags) -> int:
    """1: one-way as drawn, -1: one-way against it, 0: both ways."""
    said = tags.get("oneway", "")
    if said in ("-1", "reverse"):
        return -1
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return int(said in ("yes", "true", "1") or (implied and said != "no"))


def speed(tags: Tags) -> float:
    """The speed limit in m/s; NaN where none is said in numbers."""
    found = _SPEED.fullmatch(tags.get("maxspeed", "").strip())
    return float(found[1]) * _METRES_PER_SECOND.get(found[2], 1 / 3.6) if found else NAN


def lanes(tags: Tags) -> float:
    """Lanes in each direction, of a road for both the mean and at least one; NaN where none are said."""
    total = number(tags.get("lanes", ""))
    return total if direction(tags) else max(total / 2, 1.0) if total > 0 else NAN


def number(text: str) -> float:
    """A plain number; NaN for anything else."""
    return float(text) if _NUMBER.fullmatch(text) else NAN


def road_name(tags: Tags) -> str:
    """Its name, else its number, and whether it is a bridge or a tunnel."""
    built = [word for word in ("bridge", "tunnel") if tags.get(word, "no") != "no"]
    return " ".join(filter(None, [tags.get("name") or tags.get("ref", ""), *(f"({word})" for word in built)]))


def facility(tags: Tags) -> tuple[str, str] | None:
    """Kind and special of a facility; None for all else."""
    return next((FACILITIES[pair] for pair in FACILITIES if tags.get(pair[0]) == pair[1]), None)
