"""brief: the whole main job, headless."""

from __future__ import annotations

import argparse
import getpass

from app.cli.options import cancellable, common, hours, progress, say, settings, writable_folder, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--out", required=True, metavar="DIR", help="where the briefing and its proof are written")
    parser.add_argument("--format", default="pdf", choices=["pdf"], help="kind of document")
    parser.add_argument("--runs", type=int, metavar="N", help="replicates")
    parser.add_argument("--horizon", help="simulated time, such as 72h")
    parser.add_argument("--author", help="who briefs; default: the user's name")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Run, store, record, write; say the answer and where the briefing is."""
    from app.device_key import device_signer
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.answers import answer_lines
    from stratum_core.pipeline.main_job import run_and_store, write_briefing
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    chosen = settings(options, run__replicates=options.runs, run__horizon_h=hours(options.horizon))
    folder, signer = writable_folder(options.out), device_signer()
    with open_project(options.project) as project, cancellable() as cancel:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        job, result = run_and_store(project, scenario, chosen, threads=options.threads, progress=progress(options), cancel=cancel)
        done = write_briefing(project, job, result, scenario, folder, signer=signer, author=options.author or getpass.getuser())
    say(
        options,
        *answer_lines(result, job.compiled.city),
        f"Briefing: {done.document}",
        f"Proof:    {done.proof}",
        f"Ledger entry {done.entry.sequence}, signed by device key {signer.fingerprint}.",
    )
    write_json(
        options.json,
        {
            "document": str(done.document),
            "proof": str(done.proof),
            "entry": done.entry.sequence,
            "signed_by": signer.fingerprint,
            "result": result_page(result),
        },
    )
    return 0
