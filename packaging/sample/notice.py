"""NOTICE.md of the sample city: what is real, derived, generated, assumed, and the licences of what is real."""

from __future__ import annotations

from importlib.metadata import distribution

from stratum_core.model import City

HEAD = """\
# The sample city: notice

Schutterwald, Germany, is a real town. Nothing here may be used to operate anything in it.

| | what | how it is known |
|---|---|---|
| measured | 20 kV grid, 14 stations, 0.4 kV grid, 1506 households, gas net with heights, heat net | as published \
with pandapower and pandapipes; the publishers call the grids generic |
| derived | street corridors, terrain, the joint of stations and 20 kV busbars, one 20 kV cable of 356 m | computed from \
the measured rows |
| generated | water, sewers, telecom, clinic, hospital, care home, school, fire station, fuel depot, people, dependencies, \
sensors and their recorded days | \
made by packaging/build_sample.py with a fixed seed; none of it exists |
| assumed | the flood, values in EUR of 2023, heights of equipment, buffers, road speeds and capacities | stated on \
each row under assumed_fields |

Heights of assets outside the terrain raster are those of its nearest edge and are marked as assumed.

"""


def notice(city: City) -> str:
    """The page, with the notices of the packages whose nets are used."""
    lines = [HEAD, "## Sources\n"]
    for i in range(len(city.sources)):
        row = city.sources.row(i)
        notes = "\n".join(f"  - {note}" for note in row["notes"].splitlines())
        lines.append(f"- **{row['id']}**: {row['title']}. {row['citation']}. Licence {row['licence']}.\n{notes}")
    for package in ("pandapower", "pandapipes"):
        lines.append(f"\n## Licence of {package}\n\n```\n{_licence(package)}\n```")
    return "\n".join(lines) + "\n"


def _licence(package: str) -> str:
    files = distribution(package).files or []
    path = next(f for f in files if f.name == "LICENSE" and "dist-info" in str(f))
    return "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").strip().splitlines())
