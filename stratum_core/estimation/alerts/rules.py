"""What an alert watches, when it is raised and when it ends; read from TOML.

A rule watches the present estimate, the forecast, or the age of the data of the sensors that it names. It is raised when the
chance that the watched quantity has passed its threshold (or will, within ``within_h``) reaches ``chance`` and stays there for
``for_h``; it ends when the chance of being past ``ends``, which lies on the safe side of the threshold, falls below ``chance``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from stratum_core.errors import InputError, unknown

#: words of CAP 1.2, the worst first
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor")
WATCHED = ("estimate", "forecast", "age")
#: what a threshold is a number of: the reading's own unit, the sensor's range from low (0) to high (1), its interval
SCALES = ("reading", "range", "interval")


@dataclass(frozen=True)
class Rule:
    """One rule; exactly one of below and above is given, in ``scale`` (an age in reading is in hours).

    quantity (one or several words), kind (of the component that is measured), sensor: which sensors; empty: any. escalate_h:
    hours without acknowledgement after which it is raised by one severity; None: never.
    """

    name: str
    watches: str
    severity: str
    below: float | None = None
    above: float | None = None
    ends: float | None = None
    quantity: str = ""
    kind: str = ""
    sensor: str = ""
    scale: str = "reading"
    chance: float = 0.5
    within_h: float = 12.0
    for_h: float = 0.0
    escalate_h: float | None = None

    def __post_init__(self) -> None:
        where = f"alert rule '{self.name}'"
        for word, value, known in (("watches", self.watches, WATCHED), ("severity", self.severity, SEVERITIES),
                                   ("scale", self.scale, SCALES)):
            if value not in known:
                raise unknown(word, value, known, where=where)
        if (self.below is None) == (self.above is None):
            raise InputError("a rule has one threshold", where=where, repair="give either below or above")
        if not 0 < self.chance < 1:
            raise InputError(f"chance {self.chance:g} is not between 0 and 1", where=where, repair="give a share such as 0.5")
        if self.within_h <= 0 or self.for_h < 0 or (self.escalate_h is not None and self.escalate_h <= 0):
            raise InputError("a time is not positive", where=where, repair="give hours above 0")
        if self.ends is not None and (self.ends < self.threshold if self.falling else self.ends > self.threshold):
            raise InputError(f"it would end at {self.ends:g}, past its threshold {self.threshold:g}", where=where,
                             repair="let it end on the safe side")
        if self.watches == "age" and (self.falling or self.scale == "range"):
            raise InputError("an age is too old above hours or intervals", where=where, repair="give above")
        if self.watches != "age" and self.scale == "interval":
            raise InputError("only an age is counted in intervals", where=where, repair="give scale = \"range\" or \"reading\"")

    @property
    def falling(self) -> bool:
        """Whether low values are the bad ones."""
        return self.below is not None

    @property
    def threshold(self) -> float:
        """The value past which it is raised."""
        found = self.below if self.below is not None else self.above
        assert found is not None
        return found

    @property
    def end(self) -> float:
        """The value past which it ends."""
        return self.threshold if self.ends is None else self.ends


def read_rules(page: Mapping[str, Any], where: str = "alerts.toml") -> tuple[Rule, ...]:
    """The rules of a TOML page ``[[rule]]``; raises InputError for an unknown key, a wrong type or two of one name."""
    known = {field.name: field for field in fields(Rule)}
    for key in page:
        if key not in ("schema", "rule"):
            raise unknown("key", key, ("schema", "rule"), where=where)
    rules = []
    for number, row in enumerate(page.get("rule", []), start=1):
        for key, value in row.items():
            if key not in known:
                raise unknown("key", key, tuple(known), where=f"{where}, rule {number}")
            text = known[key].type == "str"
            if isinstance(value, bool) or not isinstance(value, str if text else int | float):
                raise InputError(f"{key} is {value!r}", where=f"{where}, rule {number}",
                                 repair="give text" if text else "give a number")
        missing = [key for key in ("name", "watches", "severity") if key not in row]
        if missing:
            raise InputError(f"{missing[0]} is missing", where=f"{where}, rule {number}", repair=f"add {missing[0]} = \"...\"")
        rules.append(Rule(**row))
    names = [rule.name for rule in rules]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"two rules are called '{twice}'", where=where, repair="give each a name of its own")
    return tuple(rules)
