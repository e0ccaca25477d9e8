"""Words of the briefing: services, facilities and names, in the planner's own language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stratum_core.model.city import City
from stratum_core.model.kinds import kinds

#: service -> (without ..., lose ..., title)
_SERVICES: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "power": ("power", "power", "Power"),
    "water": ("water", "water", "Water"),
    "wastewater": ("sewers", "their sewer", "Sewers"),
    "gas": ("gas", "gas", "Gas"),
    "heat": ("heat", "heat", "Heat"),
    "telecom": ("phone and data", "phone and data", "Phone and data"),
    "health": ("their clinic or hospital", "their clinic or hospital", "Clinic or hospital"),
    "access": ("road access", "road access", "Road access"),
    "boil_water": ("water that is safe to drink unboiled", "safe water", "Water to be boiled"),
    "shelter": ("their shelter", "their shelter", "Shelter"),
})
LONGEST_NAME = 48  # letters of a component's name in a sentence
LONGEST_TITLE = 64  # letters of the name of a city or scenario
_CLOSING = frozenset({"hospital", "clinic", "fire_station", "care_home", "school", "shelter"})


def without(service: str) -> str:
    """What people are without: 'people without telephone and data'."""
    return _SERVICES.get(service, (service,) * 3)[0]


def losing(service: str) -> str:
    """What people lose: '400 people lose their sewer'."""
    return _SERVICES.get(service, (service,) * 3)[1]


def service_title(service: str) -> str:
    """The service at the head of a row."""
    return _SERVICES.get(service, (service.capitalize(),) * 3)[2]


def plain_name(city: City, component: str) -> str:
    """The name of a component; where it has none, its kind and the end of its id: 'Street 387'."""
    index = city.index.get(component)
    if index is None:
        return component
    name = str(city.component_names[index])
    known = kinds().get(kind_of(city, component))
    told = name if name != component or known is None else f"{known.label} {component.rsplit('/', 1)[-1]}"
    return shortened(told, LONGEST_NAME)


def kind_of(city: City, component: str) -> str:
    """The kind of a component."""
    index = city.index[component]
    return str(city.assets.kind[index] if index < len(city.assets) else city.links.kind[index - len(city.assets)])


def sector_of(city: City, component: str) -> str:
    """The sector of a component."""
    index = city.index[component]
    return str(city.assets.sector[index] if index < len(city.assets) else city.links.sector[index - len(city.assets)])


def subject(city: City, component: str) -> str:
    """A component in a sentence: 'the clinic' where its name is its kind, else its name."""
    name = plain_name(city, component)
    known = kinds().get(kind_of(city, component))
    return f"the {name.lower()}" if known is not None and name.lower() == known.label.lower() else name


def failing_verb(city: City, component: str) -> str:
    """'closes' of a facility that people go to, 'fails' of all else."""
    return "closes" if kind_of(city, component) in _CLOSING else "fails"


def shortened(name: str, longest: int) -> str:
    """A name that fits its place, cut with an ellipsis; the annex prints it whole."""
    return name if len(name) <= longest else f"{name[:longest - 1].rstrip()}…"


def sentence(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def joined(words: list[str], last: str = "and") -> str:
    """Words as a list: 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def condition(description: str, scenario: str) -> str:
    """The words after 'If': the first clause of the description, else the scenario by name."""
    first = description.strip().split(". ")[0].split(";")[0].rstrip(". ")
    if len(first) > 56 and " and " in first[20:]:
        first = first[:first.index(" and ", 20)].rstrip(",")
    if not first or len(first) > 90:
        return f"“{shortened(scenario, LONGEST_TITLE)}” comes true"
    head, _, tail = first.partition(" ")
    return f"{head.lower()} {tail}" if head in ("The", "A", "An", "All", "Two", "Three", "Four", "Both", "Each") else first
