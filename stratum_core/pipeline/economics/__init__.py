"""The composition of the economics: a table and a shock, or a stored cascade, in; losses with intervals out."""

from __future__ import annotations

from dataclasses import replace

from stratum_core.ledger.canonical import result_digest
from stratum_core.model.economics_results import EconomicsResult

SCHEMA = "stratum.economics/1"


def with_digest(result: EconomicsResult) -> EconomicsResult:
    """The result with its digest and id."""
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])
