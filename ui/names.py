"""Names for people: of components, kinds, fields and units."""

from __future__ import annotations

from stratum_core.model.city import City
from stratum_core.model.fields import Field
from stratum_core.model.kinds import kinds
from stratum_core.model.results import Step

_UNITS = {"m3/s": "m³/s", "m3": "m³", "1": "", "ohm": "Ω", "deg": "°", "pu": "pu"}


def name_of(city: City, id: str) -> str:
    """The name of a component, home or industry; where it has none, its kind and the end of its id: Street 387."""
    row = city.index.get(id)
    end = id.rsplit("/", 1)[-1]
    if row is None:
        industry = city.industries.name[city.industries.id == id]
        return str(industry[0]) if len(industry) else f"Home {end}" if id.startswith("home") else id
    name = str(city.component_names[row])
    label = kind_label(kind_of(city, id))
    return name if name != id or not label else f"{label} {end}"


def kind_of(city: City, id: str) -> str:
    """The kind of a component; empty for a home."""
    row = city.index.get(id)
    if row is None:
        return ""
    return str(city.assets.kind[row] if row < len(city.assets) else city.links.kind[row - len(city.assets)])


def kind_label(kind: str) -> str:
    """What a kind is called."""
    return kinds()[kind].label if kind in kinds() else kind.replace("_", " ")


def step_text(city: City, step: Step) -> str:
    """The sentence of a step with a name for people, without its full stop."""
    return step.text.replace(step.name, name_of(city, step.asset), 1).rstrip(".")


def field_title(spec: Field) -> str:
    """The name of a field in words."""
    return spec.name.replace("_", " ")


def unit_text(unit: str, currency: str = "") -> str:
    """A unit as it is printed."""
    return currency if unit == "money" else _UNITS.get(unit, unit)
