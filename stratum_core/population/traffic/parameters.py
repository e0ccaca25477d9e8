"""What movement assumes where a city does not say: ``resources/tables/traffic.csv``."""

from __future__ import annotations

from stratum_core.errors import unknown
from stratum_core.population.parameters import Parameter, parameter_table


def parameters() -> dict[str, Parameter]:
    """All parameters by name."""
    return parameter_table("traffic")


def value(name: str) -> float:
    """The value of one; raises InputError for a name that nobody knows."""
    if name not in parameters():
        raise unknown("traffic parameter", name, parameters())
    return parameters()[name].value
