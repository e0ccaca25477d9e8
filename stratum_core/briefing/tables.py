"""Tables of page 2 and of the annex: services, bottlenecks, chances of failure, sources, thresholds."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from stratum_core import number_format as show
from stratum_core.briefing import people, wording
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.model import lifelines
from stratum_core.model.kinds import Kind, kinds
from stratum_core.model.tables import PROVENANCES

Rows = tuple[tuple[str, ...], ...]
_MOST_FAILURES = 16
_MOST_BOTTLENECKS = 10
_FIXED = "fixed"
#: keys that only the hydraulics of chosen replicates uses
_UNUSED = frozenset({"fire_flow", "fire_residual"})


def service_rows(facts: BriefingFacts) -> Rows:
    """Service, people at the worst hour (9 in 10 runs), middle run, people-hours (9 in 10), worst hour, back by."""
    result, rows = facts.result, []
    for service, peak in sorted(result.people_peak.items(), key=lambda item: -result.people_hours[item[0]].mean):
        if not result.people_total:
            continue
        band, hours = result.people_without_service[service], result.people_hours[service]
        worst = people.worst_hour(band)
        rows.append((
            wording.service_title(service), show.between(peak.p05, peak.p95, joined=show.DASH), show.count(peak.p50),
            show.between(hours.p05, hours.p95, joined=show.DASH), show.hour_mark(worst) if worst is not None else show.DASH,
            _back(facts, service)))
    return tuple(rows)


def bottleneck_rows(facts: BriefingFacts) -> Rows:
    """Name, kind, people-hours lost downstream a run, share of all."""
    return tuple(
        (wording.plain_name(facts.city, b.asset), _label(facts, b.asset), show.count(b.people_hours), show.percent(b.share))
        for b in facts.result.bottlenecks[:_MOST_BOTTLENECKS] if b.share >= 0.005)


def failure_rows(facts: BriefingFacts) -> Rows:
    """Named assets that fail most: name, kind, share of runs with its 95 % interval, mean time to failure, hours down."""
    city, result = facts.city, facts.result
    named = [i for i in range(len(city.assets)) if result.failure_probability[i] > 0 and _is_site(facts, i)]
    named.sort(key=lambda i: (-_weight(facts, i), -result.failure_probability[i], str(city.assets.name[i])))
    rows = []
    for i in named[:_MOST_FAILURES]:
        share, low, high = people.failure_share(result, i)
        rows.append((str(city.component_names[i]), _label(facts, str(city.assets.id[i])), show.percent(share),
                     show.percent_between(low, high), show.clock(float(result.time_to_failure_h[i])),
                     show.hours(float(result.mean_hours_down[i]))))
    return tuple(rows)


def source_rows(facts: BriefingFacts) -> Rows:
    """Title, citation, date, licence, rows."""
    city = facts.city
    used: Counter[str] = Counter()
    for rows in (city.assets, city.links, city.dependencies, city.blocks):
        used.update(str(name) for name in rows.source)
    return tuple(
        (str(s.title[i]), str(s.citation[i]) or show.DASH, str(s.date[i]) or show.UNKNOWN, str(s.licence[i]) or show.UNKNOWN,
         show.whole(used[str(s.id[i])]))
        for s in (city.sources,) for i in range(len(s)))


def threshold_rows(facts: BriefingFacts) -> Rows:
    """Threshold, value, range, source: of the lifelines, of the kinds that the flood stops, of the spec."""
    ours = "assumed by Stratum"
    rows: list[tuple[str, ...]] = [
        ("Lifeline Unstable: people without a service, middle run", show.percent(lifelines.UNSTABLE), _FIXED, ours),
        ("Lifeline Limited: people without a service, middle run", show.percent(lifelines.LIMITED), _FIXED, ours),
        ("Lifeline Limited: people without a service, 95 in 100 runs", show.percent(lifelines.LIMITED_HIGH), _FIXED, ours)]
    return tuple(rows + (_depth_rows(facts) if facts.flood is not None else []) + _spec_rows(facts.spec))


def provenance_shares(facts: BriefingFacts) -> tuple[tuple[str, float], ...]:
    """Share of rows of assets, links, dependencies and blocks by provenance; empty without rows."""
    city = facts.city
    found = np.concatenate([t.provenance for t in (city.assets, city.links, city.dependencies, city.blocks)])
    counts = Counter(found.tolist())
    return tuple((word, counts[word] / len(found)) for word in PROVENANCES) if len(found) else ()


def assumed_share(facts: BriefingFacts) -> float:
    """Share of rows, other than assumed ones, of which at least one field is assumed."""
    city = facts.city
    marks = np.concatenate([(t.assumed_fields != "") & (t.provenance != "assumed")
                            for t in (city.assets, city.links, city.dependencies, city.blocks)])
    return float(marks.mean()) if len(marks) else 0.0


def flooded_kinds(facts: BriefingFacts) -> tuple[Kind, ...]:
    """Kinds of which the hazard stops a component by depth: those that start chains first, then the most often stopped."""
    damage = facts.result.damage_probability
    weight: dict[str, float] = {}
    roots = {wording.kind_of(facts.city, chain.steps[0].asset) for chain in facts.result.critical_paths if chain.steps}
    for i in np.flatnonzero(damage > 0):
        kind = wording.kind_of(facts.city, str(facts.result.assets[i]))
        weight[kind] = weight.get(kind, 0.0) + float(damage[i])
    known = kinds()
    return tuple(known[name] for name in sorted(weight, key=lambda k: (k not in roots, -weight[k], k))
                 if name in known and known[name].depth is not None)


def _depth_rows(facts: BriefingFacts) -> list[tuple[str, ...]]:
    """One row for all kinds that share a range and a source."""
    groups: dict[tuple[tuple[float, ...], str], list[str]] = {}
    for kind in flooded_kinds(facts):
        groups.setdefault((tuple(kind.depth or ()), kind.depth_source), []).append(kind.label.lower())
    return [(f"Depth above its base that stops a {wording.joined(labels, 'or')}", show.with_unit(depth[1], "m"),
             f"{show.decimal(depth[0])}{show.DASH}{show.with_unit(depth[2], 'm')}", source)
            for (depth, source), labels in groups.items()]


def _spec_rows(spec: Any) -> list[tuple[str, ...]]:
    """The keys of a spec that state a source, part by part."""
    rows: list[tuple[str, ...]] = []
    for field in fields(spec):
        value = getattr(spec, field.name)
        if is_dataclass(value):
            rows += _spec_rows(value)
        elif isinstance(value, float) and field.metadata.get("source") and field.name not in _UNUSED:
            unit = field.metadata.get("unit", "").replace("m3", "m³")
            shown = f"{show.significant(value, 3):g}" + (f"{show.NARROW}{unit}" if unit not in ("", "1") else "")
            rows.append((_threshold(field.name, field.metadata["meaning"]), shown, _FIXED, field.metadata["source"]))
    return rows


def _threshold(key: str, meaning: str) -> str:
    """What a key means, as a whole phrase: its own words stand before a meaning that begins with 'of'."""
    return wording.sentence(f"{key.replace('_', ' ')} {meaning}" if meaning.startswith("of ") else meaning)


def _back(facts: BriefingFacts, service: str) -> str:
    back = people.back_by(facts.result.people_without_service[service], facts.result.people_total or 0.0)
    if back is None:
        return "not lost"
    return f"after {show.hour_mark(facts.result.horizon_h)}" if math.isinf(back) else show.hour_mark(back)


def _label(facts: BriefingFacts, component: str) -> str:
    known = kinds().get(wording.kind_of(facts.city, component))
    return known.label if known else wording.kind_of(facts.city, component)


def _is_site(facts: BriefingFacts, i: int) -> bool:
    """True of an asset with a name that is more than a node of its network."""
    known = kinds().get(facts.city.assets.kind[i])
    return bool(facts.city.assets.name[i]) and known is not None and (known.role != "node" or known.depth is not None)


def _weight(facts: BriefingFacts, i: int) -> int:
    """Facilities first, then stations and plants, then customers."""
    role = kinds()[facts.city.assets.kind[i]].role
    return {"facility": 2, "sink": 0}.get(role, 1)
