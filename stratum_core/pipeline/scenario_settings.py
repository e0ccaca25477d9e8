"""The settings of a scenario as data: each key with its value, unit, range and meaning, and whether it was changed."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from stratum_core.pipeline.scenario import Scenario

_SINGLE = (int, float, bool, str)


@dataclass(frozen=True)
class Setting:
    """One key. value: as --set would take it; original: that of the scenario's file; fixed: it holds a table, so it stays."""

    key: str
    value: str
    original: str
    unit: str
    low: float | None
    high: float | None
    meaning: str
    source: str
    fixed: bool = False

    @property
    def edited(self) -> bool:
        """True when the value is not that of the file."""
        return self.value != self.original

    @property
    def range(self) -> str:
        """The range in words, empty where there is none."""
        return f"{_bound(self.low)} to {_bound(self.high)}" if self.low is not None and self.high is not None else ""


def _bound(value: float) -> str:
    """1 to 10,000,000; what is longer by powers of ten."""
    return f"{value:,.0f}" if 1e3 <= abs(value) < 1e9 and float(value).is_integer() else f"{value:.3g}"


def settings_of(scenario: Scenario, original: Scenario) -> list[Setting]:
    """All keys of ``scenario``, the run and the hazards first; ``original`` is as its file has it."""
    several = len(scenario.hazards) > 1
    hazards: list[Setting] = []
    for number, (now, before) in enumerate(zip(scenario.hazards, original.hazards, strict=True), start=1):
        hazards += _of(now, before, f"hazard.{number}." if several else "hazard.")
    spec = list(_of(scenario.spec, original.spec, ""))
    run = [setting for setting in spec if setting.key.startswith("run.")]
    leaving = _of(scenario.evacuation, original.evacuation, "evacuation.")
    return [*run, *hazards, *(setting for setting in spec if not setting.key.startswith("run.")), *leaving]


def _of(now: Any, before: Any, prefix: str) -> Iterator[Setting]:
    hints = typing.get_type_hints(type(now))
    for field in fields(now):
        value, original = getattr(now, field.name), getattr(before, field.name)
        if is_dataclass(value):
            yield from _of(value, original, f"{prefix}{field.name}.")
        elif field.metadata.get("meaning"):
            data = field.metadata
            low, high = data.get("hard") or (None, None)
            yield Setting(prefix + field.name, setting_text(value), setting_text(original), data.get("unit", ""), low, high,
                          data["meaning"], data.get("source", ""), not _settable(hints[field.name]))


def _settable(hint: Any) -> bool:
    parts = typing.get_args(hint)
    return hint in _SINGLE or (typing.get_origin(hint) is tuple and bool(parts) and parts[0] in _SINGLE)


def setting_text(value: Any) -> str:
    """A value as --set takes it; lists of tables as JSON."""
    if value is MISSING or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, (tuple, list)):
        if all(isinstance(v, _SINGLE) for v in value):
            return ", ".join(map(setting_text, value))
        return json.dumps([dict(v) for v in value]) if all(isinstance(v, Mapping) for v in value) else f"{len(value)} entries"
    return str(value)
