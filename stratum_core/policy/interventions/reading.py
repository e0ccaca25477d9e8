"""Interventions from TOML files, and back."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from string import Formatter
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.model.spec import build
from stratum_core.policy.effects import EFFECTS, Effect
from stratum_core.policy.interventions import Cost, Intervention, Targets
from stratum_core.resource_files import resource

SCHEMA = "stratum.intervention/1"
_TOP = ("schema", "name", "says", "lead_d", "life_y", "needs", "excludes", "limits", "effect", "targets", "cost")
_ID = re.compile(r"[a-z0-9_]{1,60}")


def interventions(folders: Sequence[Path] = ()) -> dict[str, Intervention]:
    """All by id (the file's name); those in ``folders`` (the project's) take the place of shipped ones of the same id.

    Raises InputError naming file and key.
    """
    found: dict[str, Intervention] = {}
    for folder in (resource("interventions"), *folders):
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
            found[path.stem] = read_intervention(path)
    for one in found.values():
        for other in (*one.needs, *one.excludes):
            if other not in found:
                raise unknown("intervention", other, found, where=f"{one.id}: needs, excludes")
        _check_links(one, found)
    return found


def _check_links(one: Intervention, known: Mapping[str, Intervention]) -> None:
    """Nothing needs or excludes itself, over however many others, nor excludes what it needs."""
    needed, ahead = set[str](), list(one.needs)
    while ahead:
        name = ahead.pop()
        if name not in needed:
            needed.add(name)
            ahead += known[name].needs if name in known else ()
    if one.id in needed or one.id in one.excludes or needed & set(one.excludes):
        raise InputError("it needs or excludes itself, or excludes what it needs", where=f"{one.id}: needs, excludes",
                         repair="break the circle")


def read_intervention(path: Path) -> Intervention:
    """The one in a file. Raises InputError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("the intervention cannot be read", where=str(path), repair="name a TOML file that exists") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is no TOML: {error}", where=str(path), repair="mend that line") from error
    return intervention(path.stem, data, str(path))


def intervention(id: str, data: Mapping[str, Any], where: str) -> Intervention:
    """One from plain data, as a file or a form gives it. Raises InputError for an unknown or wrong key."""
    if not _ID.fullmatch(id):
        raise InputError(f"'{id}' is no id of an intervention", where=where, repair="use small letters, digits and _")
    for name in data:
        if name not in _TOP:
            raise unknown("key", name, _TOP, where=where)
    if data.get("schema") != SCHEMA:
        raise InputError(f"schema is '{data.get('schema', '')}'", where=where, repair=f'write schema = "{SCHEMA}"')
    effect = dict(_table(data, "effect", where))
    does = str(effect.pop("does", ""))
    cls = EFFECTS.get(does, where=f"{where}: effect.does")
    made = build(cls, effect, where=f"{where}: effect")
    says, targets = _text(data, "says", where), build(Targets, _table(data, "targets", where), where=f"{where}: targets")
    _check_sentence(says, made, where)
    if cls.placed and targets.where == "city" and not targets.names:
        raise InputError("it is done at a place, not to the city", where=f"{where}: targets.where",
                         repair="use damaged, down or all, or give names")
    if not isinstance(data.get("limits", ""), str):
        raise InputError("a text is meant here", where=f"{where}: limits", repair='write limits = "..."')
    return Intervention(
        id=id, name=_text(data, "name", where), says=says, does=does, effect=made,
        targets=targets,
        cost=build(Cost, _table(data, "cost", where), where=f"{where}: cost"),
        lead_d=_number(data, "lead_d", where), life_y=_number(data, "life_y", where, least=1.0),
        needs=_names(data, "needs", where), excludes=_names(data, "excludes", where), limits=str(data.get("limits", "")))


def _check_sentence(says: str, effect: Effect, where: str) -> None:
    """Only the target and the numbers of the effect stand in it."""
    values = {"target": "", **asdict(effect)}
    try:
        names = [name for _, name, _, _ in Formatter().parse(says) if name is not None]
        wrong = [name for name in names if name not in values]
        says.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError):
        wrong = ["?"]
    if wrong:
        raise InputError("the sentence holds what the effect has not", where=f"{where}: says",
                         repair=f"use only {', '.join('{' + name + '}' for name in values)}")


def as_toml(data: Mapping[str, Any]) -> str:
    """The TOML text of plain data as ``intervention`` reads it."""
    plain = {name: value for name, value in data.items() if not isinstance(value, Mapping)}
    lines = [f"{name} = {_literal(value)}" for name, value in plain.items()]
    for name, value in data.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *(f"{key} = {_literal(item)}" for key, item in value.items())]
    return "\n".join(lines) + "\n"


def _literal(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _table(data: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = data.get(name)
    if not isinstance(found, Mapping):
        raise InputError("a table is missing", where=f"{where}: {name}", repair=f"write [{name}] and its keys below it")
    return found


def _text(data: Mapping[str, Any], name: str, where: str) -> str:
    found = data.get(name)
    if not isinstance(found, str) or not found.strip():
        raise InputError("a text is missing", where=f"{where}: {name}", repair=f'write {name} = "..."')
    return found


def _number(data: Mapping[str, Any], name: str, where: str, *, least: float = 0.0) -> float:
    found = data.get(name)
    if not isinstance(found, (int, float)) or isinstance(found, bool) or not least <= found <= 1e5:
        raise InputError(f"a number from {least:g} is missing", where=f"{where}: {name}", repair=f"write {name} = 90")
    return float(found)


def _names(data: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise InputError("a list of names is meant here", where=f"{where}: {name}", repair=f'write {name} = ["harden"]')
    return tuple(found)


def as_data(one: Intervention) -> dict[str, Any]:
    """The plain data of an intervention, as ``intervention`` reads it."""
    data: dict[str, Any] = {"schema": SCHEMA, "name": one.name, "says": one.says, "lead_d": one.lead_d, "life_y": one.life_y,
                            "needs": list(one.needs), "excludes": list(one.excludes), "limits": one.limits}
    return data | {"effect": {"does": one.does, **asdict(one.effect)}, "targets": asdict(one.targets), "cost": asdict(one.cost)}


def write_intervention(folder: Path, id: str, data: Mapping[str, Any]) -> Path:
    """Check an intervention and keep it as a file of ``folder``; one of the same id is replaced. Raises InputError."""
    intervention(id, data, f"{id}.toml")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{id}.toml"
    path.write_text(as_toml(data), encoding="utf-8")
    return path
