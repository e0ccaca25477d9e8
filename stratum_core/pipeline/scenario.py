"""Scenarios: TOML in, a frozen scenario with its hazards out; unknown keys are refused by name.

Several hazards are combined or follow each other: each has an hour ``at_h`` that its own hours count from (a hazard that has
an ``at_h`` itself keeps that meaning), and may have a ``return_period_y``, but only with its source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.hazards import HAZARDS, HazardSpec, Later, Prepared
from stratum_core.hazards.sequence import Placed
from stratum_core.ledger.canonical import digest_of
from stratum_core.model.city import City
from stratum_core.model.spec import CascadeSpec, build, key, with_settings
from stratum_core.population.evacuation.spec import EvacuationSpec
from stratum_core.resource_files import resource

SCHEMA = "stratum.scenario/1"
_LEAVING = "evacuation."
_SPEC = tuple(f.name for f in fields(CascadeSpec))
_TOP = ("schema", "name", "description", "start", "hazard", "evacuation", *_SPEC)


#: what canonical JSON holds exactly (RFC 8785)
LARGEST_SEED = 2**53 - 1
#: as many as a causal chain can tell apart
MOST_HAZARDS = 60


@dataclass(frozen=True)
class Placing:
    """When a hazard of a scenario strikes, and how often its like does."""

    at_h: float = key(0.0, "hour that the hazard's own hours count from", unit="h", hard=(0, 720))
    return_period_y: float = key(0.0, "return period; 0: not known", unit="years", hard=(0, 1e9))
    return_period_source: str = key("", "who says so")


@dataclass(frozen=True)
class Scenario:
    """A question about hazards, and how to answer it. ``file`` is where it was read."""

    name: str
    description: str
    start: str
    hazards: tuple[HazardSpec, ...]
    kinds: tuple[str, ...]
    spec: CascadeSpec
    file: Path
    placing: tuple[Placing, ...] = ()
    evacuation: EvacuationSpec = field(default_factory=EvacuationSpec)

    def __post_init__(self) -> None:
        if self.spec.run.seed > LARGEST_SEED:
            raise InputError(f"seed {self.spec.run.seed} is larger than a record can hold exactly", where="run.seed",
                             repair=f"give at most {LARGEST_SEED}")

    @property
    def folder(self) -> Path:
        """The folder that the hazards' files are relative to."""
        return self.file.parent

    def digest(self) -> str:
        """SHA-256 of everything that a cascade is asked, without the file's place."""
        return digest_of({"name": self.name, "hazards": self._hazard_pages(), "spec": self.spec})

    def disaster_digest(self) -> str:
        """SHA-256 of the hazards alone, whatever is asked about them."""
        return digest_of({"hazards": self._hazard_pages()})

    def _hazard_pages(self) -> list[dict[str, Any]]:
        hazards = [{"kind": kind, **vars(h)} for kind, h in zip(self.kinds, self.hazards, strict=True)]
        for hazard, placing in zip(hazards, self.placing, strict=False):
            if placing != Placing():
                hazard["placing"] = placing
        return hazards

    def evacuation_digest(self) -> str:
        """SHA-256 of what an evacuation is asked: the above and the table [evacuation]."""
        return digest_of({"scenario": self.digest(), "evacuation": self.evacuation})

    def prepare(self, city: City) -> tuple[Prepared, ...]:
        """Every hazard, read and laid over ``city``; raises InputError for what does not fit."""
        placing = self.placing or (Placing(),) * len(self.hazards)
        return tuple(
            _placed(hazard.prepare(city, self.folder), number, place)
            for number, (hazard, place) in enumerate(zip(self.hazards, placing, strict=True))
        )

    def with_settings(self, settings: Mapping[str, str]) -> Scenario:
        """A copy with dotted keys replaced: of the spec, of the first hazard (``hazard.key``) or the n-th (``hazard.n.key``)."""
        hazards = list(self.hazards)
        for dotted, text in settings.items():
            if dotted.startswith("hazard."):
                number, name = _hazard_key(dotted, len(hazards))
                hazards[number] = with_settings(hazards[number], {name: text}, prefix=dotted.removesuffix(name))
        rest = {dotted: text for dotted, text in settings.items() if not dotted.startswith(("hazard.", _LEAVING))}
        leaving = {dotted.removeprefix(_LEAVING): text for dotted, text in settings.items() if dotted.startswith(_LEAVING)}
        return replace(self, hazards=tuple(hazards), spec=with_settings(self.spec, rest),
                       evacuation=with_settings(self.evacuation, leaving, prefix=_LEAVING))


def _hazard_key(dotted: str, hazards: int) -> tuple[int, str]:
    """(place of the hazard, its key) of ``hazard.key`` or ``hazard.n.key``, n from 1."""
    first, _, rest = dotted.removeprefix("hazard.").partition(".")
    if not first.isdigit():
        return 0, dotted.removeprefix("hazard.")
    if not 1 <= int(first) <= hazards:
        raise InputError(f"the scenario has {hazards} hazards, not {first}", where=dotted, repair="count them from 1")
    return int(first) - 1, rest


def recipe(scenario: Scenario, settings: Mapping[str, str], start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How a run came about: the scenario's file, the settings on top, the digest of both, and the readings it began from."""
    page = {"scenario_file": str(scenario.file.resolve()), "settings": dict(settings), "spec": scenario.digest()}
    return page if start is None else {**page, "start": dict(start)}


def find_scenario(name: str, folders: Sequence[Path]) -> Path:
    """The file of a scenario: a path, else a name in ``folders`` (the project's), else in resources/scenarios.

    Raises InputError that offers the nearest known name.
    """
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path
    places = [*folders, resource("scenarios")]
    for place in places:
        candidate = place / f"{name}.toml"
        if candidate.is_file():
            return candidate
    raise unknown("scenario", name, {p.stem for place in places for p in place.glob("*.toml")})


def read_scenario(path: Path) -> Scenario:
    """The scenario in a TOML file; raises InputError for bad TOML, keys, units or kinds."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("the scenario cannot be read", where=str(path), repair="name a TOML file that exists") from error
    except (ValueError, RecursionError) as error:  # bad TOML, bad UTF-8, a number or nesting beyond any use
        raise InputError(f"this is no TOML: {error}", where=str(path), repair="mend that line") from error
    return _scenario(data, path)


def _scenario(data: Mapping[str, Any], path: Path) -> Scenario:
    for name in data:
        if name not in _TOP:
            raise unknown("key", name, _TOP, where=str(path))
    if data.get("schema") != SCHEMA:
        raise InputError(f"schema is '{data.get('schema', '')}'", where=str(path), repair=f'write schema = "{SCHEMA}"')
    entries = data.get("hazard", [])
    entries = entries if isinstance(entries, list) else [entries]
    if not entries:
        raise InputError("the scenario has no hazard", where=str(path), repair="add a [hazard] with its kind")
    if len(entries) > MOST_HAZARDS:
        raise InputError(f"the scenario has {len(entries)} hazards", where=str(path), repair=f"give at most {MOST_HAZARDS}")
    several = len(entries) > 1
    read = [_hazard(entry, f"{path}: hazard{f' {number}' if several else ''}") for number, entry in enumerate(entries, start=1)]
    kinds, hazards, placing = zip(*read, strict=True)
    if not str(data.get("name", path.stem)).strip():
        raise InputError("the scenario has an empty name", where=f"{path}: name", repair="give it one, or drop the key")
    spec = build(CascadeSpec, {k: data[k] for k in _SPEC if k in data}, where=str(path))
    return Scenario(
        name=str(data.get("name", path.stem)),
        description=str(data.get("description", "")),
        start=_start(str(data.get("start", "")), f"{path}: start"),
        hazards=hazards,
        kinds=kinds,
        spec=spec,
        file=path,
        placing=placing,
        evacuation=build(EvacuationSpec, data.get("evacuation", {}), where=f"{path}: evacuation"),
    )


def _start(text: str, where: str) -> str:
    """The text of a time, tried."""
    try:
        datetime.fromisoformat(text or "2000-01-01")
    except ValueError as error:
        raise InputError(f"'{text}' is no time", where=where, repair="write it as 2026-03-14T06:00+01:00") from error
    return text


def _hazard(entry: Any, where: str) -> tuple[str, HazardSpec, Placing]:
    if not isinstance(entry, Mapping):
        raise InputError("a table is meant here", where=where, repair="write [hazard] and its keys below it")
    if "kind" not in entry:
        raise InputError("the hazard has no kind", where=where, repair=f"write kind = one of {', '.join(HAZARDS.names())}")
    kind = str(entry["kind"])
    cls = HAZARDS.get(kind, where=where)
    own = {f.name for f in fields(cls)}
    outer = {f.name for f in fields(Placing)} - own
    placing = build(Placing, {k: v for k, v in entry.items() if k in outer}, where=where)
    if placing.return_period_y and not placing.return_period_source.strip():
        raise InputError("a return period is given without its source", where=where,
                         repair="add return_period_source, or drop it")
    rest = {k: v for k, v in entry.items() if k != "kind" and k not in outer}
    for name in rest:
        if name not in own:
            raise unknown("key", name, own | outer, where=where)
    spec: HazardSpec = build(cls, rest, where=where)
    if placing.at_h and isinstance(spec, Later):
        spec, placing = spec.later(placing.at_h), replace(placing, at_h=0.0)
    return kind, spec, placing


def _placed(hazard: Prepared, number: int, placing: Placing) -> Prepared:
    """The hazard as it is where it comes first, at its own hours, and with nothing to tell."""
    told: tuple[str, ...] = ()
    if placing.return_period_y:
        told = (f"Return period {placing.return_period_y:g} years ({placing.return_period_source}).",)
    return hazard if not number and not placing.at_h and not told else Placed(hazard, number, placing.at_h, told)
