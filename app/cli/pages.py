"""The JSON Schemas of what --json of the commands holds; ``resources/schemas`` keeps them, and a test holds both together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stratum_core import graph
from stratum_core.criticality.consequence import Consequences
from stratum_core.criticality.ranking import Place, Ranking
from stratum_core.ingest.release import Decided
from stratum_core.ledger import Checkpoint, Entry, Verdict
from stratum_core.model.economics_results import EconomicsResult
from stratum_core.model.json_schema import schema_of
from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.model.people_results import EvacuationComparison, EvacuationResult
from stratum_core.model.restoration_results import RestorationResult
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.assigning import Assignment
from stratum_core.pipeline.detecting import Detected
from stratum_core.pipeline.estimating import SeriesEstimate
from stratum_core.pipeline.explain import Explanation, LeastAnswer
from stratum_core.pipeline.inspecting import ConditionPage
from stratum_core.pipeline.readings import LatestPage, LineagePage, Listening, QuarantinePage, Summary
from stratum_core.pipeline.sensitivity import Sensitivity
from stratum_core.pipeline.situation.pages import AlertsPage, SituationPage
from stratum_core.pipeline.what_if import WhatIf
from stratum_core.validate import Report


@dataclass(frozen=True)
class LedgerPage:
    """The entries that can be read, in order; intact: whether the whole ledger is, problems: what is wrong with it."""

    intact: bool
    problems: tuple[str, ...]
    entries: tuple[Entry, ...]


def schemas() -> dict[str, dict[str, Any]]:
    """Schema by name: cascade for stratum.cascade/1."""
    classes: dict[str, type[Any]] = {
        "assignment": Assignment,
        "cascade": CascadeResult,
        "detect": Detected,
        "estimate": SeriesEstimate,
        "condition": ConditionPage,
        "economics": EconomicsResult,
        "optimise": OptimiseResult,
        "evacuation": EvacuationResult,
        "evacuation_comparison": EvacuationComparison,
        "restoration": RestorationResult,
        "situation": SituationPage,
        "alerts": AlertsPage,
        "why": Explanation,
        "why_least": LeastAnswer,
        "what_if": WhatIf,
        "sensitivity": Sensitivity,
        "consequence": Consequences,
        "ranking": Ranking,
        "place": Place,
        "check": Report,
        "verify": Verdict,
        "ledger": LedgerPage,
        "listening": Listening,
        "readings_summary": Summary,
        "readings_quarantine": QuarantinePage,
        "readings_decided": Decided,
        "readings_latest": LatestPage,
        "readings_lineage": LineagePage,
        "entry": Entry,
        "checkpoint": Checkpoint,
        "graph_impact": graph.Impact,
        "graph_requires": graph.Requirements,
        "graph_critical": graph.Critical,
        "graph_path": graph.Path,
        "graph_cuts": graph.Cuts,
        "graph_ego": graph.Ego,
        "graph_paths": graph.Paths,
        "graph_subgraph": graph.Subgraph,
        "graph_rank": graph.Ranking,
        "graph_communities": graph.Communities,
        "graph_mincut": graph.MinimumCut,
        "graph_loops": graph.Loops,
        "graph_common_cause": graph.CommonCauses,
        "graph_infer": graph.Proposals,
        "graph_questions": graph.OpenQuestions,
    }
    more: dict[str, dict[str, Any]] = {"verify": {"replay": {"type": "null"}}}
    return {name: schema_of(cls, f"stratum.{name}/1", **more.get(name, {})) for name, cls in classes.items()}
