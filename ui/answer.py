"""The answer in words, from a result: interval first, then the middle run. One place, so that window and tests agree."""

from __future__ import annotations

from datetime import UTC, datetime

from stratum_core.model.results import CascadeResult
from stratum_core.number_format import between, count, weekday_time, whole
from ui.colouring import LOSING


def headline(result: CascadeResult, service: str) -> str:
    """In 9 of 10 runs, 0 to 1,700 people lose water."""
    peak = result.people_peak.get(service)
    what = LOSING.get(service, service)
    if not result.people_peak:
        size = result.cascade_size
        return f"In 9 of 10 runs, {between(size.p05, size.p95)} of {whole(len(result.assets))} parts of the network fail"
    if peak is None:
        return f"This run does not tell who loses {what}"
    return f"In 9 of 10 runs, {between(peak.p05, peak.p95)} people lose {what}"


def details(result: CascadeResult, service: str, start: datetime | None) -> str:
    """Middle run, worst hour, runs, seconds."""
    peak, band = result.people_peak.get(service), result.people_without_service.get(service)
    if not result.people_peak:
        nobody = "The project holds no population or service areas, so nobody is counted"
        return f"{nobody}. {whole(result.replicates)} runs. Model: {model_words(result)}."
    if peak is None or band is None:
        return ""
    total = f" of {count(result.people_total)}" if result.people_total else ""
    parts = [f"Middle run {count(peak.p50)}{total}"]
    if peak.p50 > 0:
        parts.append(f"worst hour {weekday_time(start, float(band.h[int(band.p50.argmax())]))}")
    first = ", ".join(parts)
    seconds = f", {result.seconds:.1f} s" if result.seconds else ""
    return f"{first}. {whole(result.replicates)} runs{seconds}. Model: {model_words(result)}."


def progress_words(done: int, total: int, replicates: int) -> str:
    """Refining, 390 of 1,000 runs; the engine counts chunks of runs, a person counts runs."""
    return f"Refining, {whole(replicates * done / max(total, 1))} of {whole(replicates)} runs"


def work_words(done: int, total: int, eta_s: float | None, what: str) -> str:
    """Portfolios 390 of 1,000, 12 s left."""
    left = f", {whole(eta_s)}\u202fs left" if eta_s is not None else ""
    return f"{what} {whole(done)} of {whole(total)}{left}"


def model_words(result: CascadeResult) -> str:
    """The first two model classes; the tooltip holds them all."""
    parts = result.model_class.split("; ")
    return "; ".join(parts[:2])


def start_of(text: str) -> datetime | None:
    """The start of a scenario as a time with zone (UTC where it gives none), or None where it gives no time."""
    try:
        start = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return start.replace(tzinfo=UTC) if start is not None and start.tzinfo is None else start
