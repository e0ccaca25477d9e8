"""The main job: run a scenario, store the run, record it, write a briefing with its proof."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from stratum_core.briefing import Briefing, BriefingFacts, FloodExtent, greatest_extent, make_briefing
from stratum_core.cascade.result import limits
from stratum_core.cascade.run import CascadeJob
from stratum_core.hazards.flood_depth import FloodSpec
from stratum_core.ledger import Entry, Signer, make_proof
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.cascade import cascade_job, run_job
from stratum_core.pipeline.optimising.storing import newest_optimisation
from stratum_core.pipeline.record import entries, record
from stratum_core.pipeline.scenario import Scenario, recipe
from stratum_core.pipeline.situation.start_state import Start, as_it_began
from stratum_core.ports import CancelToken, Clock, Progress, silent, utc_now
from stratum_core.store.project import Project


@dataclass(frozen=True)
class Briefed:
    """What the main job left behind."""

    document: Path
    proof: Path
    entry: Entry
    result: CascadeResult


def run_and_store(
    project: Project,
    scenario: Scenario,
    settings: Mapping[str, str],
    *,
    start: Start | None = None,
    threads: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[CascadeJob, CascadeResult]:
    """Run the cascade of ``scenario`` and store it with the recipe to replay it; start: what the run begins from."""
    how = recipe(scenario, settings, asdict(start) if start is not None else None)
    city, scenario = as_it_began(project.city(), scenario, how)
    job = cascade_job(city, scenario)
    result = run_job(job, scenario, threads=threads, progress=progress, cancel=cancel)
    project.save_run(result, how, utc_now().isoformat(timespec="seconds"))
    return job, result


def write_briefing(
    project: Project,
    job: CascadeJob,
    result: CascadeResult,
    scenario: Scenario,
    folder: Path,
    *,
    signer: Signer,
    author: str,
    name: str = "",
    clock: Clock = utc_now,
    picture: bytes = b"",
) -> Briefed:
    """Write the briefing of a run and its proof into ``folder``; the ledger gets one entry for the run, one for the briefing.

    Nothing is recorded before the document lies on the disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / f"{name or project.folder.stem + '-' + scenario.file.stem}-briefing.pdf"
    inputs = {"city": result.city_digest, "spec": result.spec_digest}
    number = len(entries(project)) + 2
    evacuation = project.evacuations.newest(scenario.disaster_digest(), result.city_digest, result.run)
    options = newest_optimisation(project, scenario, result.city_digest)
    inputs |= {name: found.digest for name, found in (("evacuation", evacuation), ("options", options)) if found is not None}
    facts = replace(_facts(job, result, scenario, clock(), number, signer, author, document.name, picture),
                    evacuation=evacuation, options=options)
    briefing: Briefing = make_briefing(facts)
    _write(document, briefing.pdf)
    simulated = record(
        project,
        signer,
        kind="simulated",
        text=f"Ran {scenario.name}",
        author=author,
        run=result.digest,
        inputs=inputs,
        clock=clock,
    )
    entry = record(
        project,
        signer,
        kind="briefed",
        text=briefing.document.headline,
        author=author,
        about=simulated.sequence,
        run=result.digest,
        inputs={**inputs, "document": sha256(briefing.pdf).hexdigest()},
        clock=clock,
    )
    proof = make_proof(briefing.pdf, document.name, entries(project), entry, signer, clock())
    proof_file = document.with_suffix(".proof.json")
    _write(proof_file, proof.to_bytes())
    return Briefed(document, proof_file, entry, result)


def _facts(
    job: CascadeJob,
    result: CascadeResult,
    scenario: Scenario,
    now: datetime,
    entry: int,
    signer: Signer,
    author: str,
    document: str,
    picture: bytes,
) -> BriefingFacts:
    return BriefingFacts(
        city=job.compiled.city,
        result=result,
        scenario=scenario.name,
        as_of=now.astimezone(),
        description=scenario.description,
        start=_start(scenario),
        assumptions=tuple(line for hazard in job.hazards for line in hazard.assumptions),
        limits=limits(job),
        flood=_flood(job, scenario),
        spec=scenario.spec,
        author=author,
        ledger_entry=entry,
        device_key=signer.fingerprint,
        picture=picture,
        document=document,
    )


def _start(scenario: Scenario) -> datetime | None:
    if not scenario.start:
        return None
    start = datetime.fromisoformat(scenario.start)
    return start if start.tzinfo else start.replace(tzinfo=UTC)


def _flood(job: CascadeJob, scenario: Scenario) -> FloodExtent | None:
    for spec in scenario.hazards:
        if isinstance(spec, FloodSpec):
            frames = [(float(f["at_h"]), scenario.folder / str(f["raster"])) for f in spec.frames]
            return greatest_extent(frames, job.compiled.city.crs, provenance=spec.provenance)
    return None


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
