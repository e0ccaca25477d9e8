"""why: the causal chain of one component in one replicate of a stored run."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, progress, say, write_json

SCHEMA, LEAST_SCHEMA = "stratum.why/1", "stratum.why_least/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--run", required=True, metavar="ID", help="id of a stored run, or its beginning")
    parser.add_argument("--asset", required=True, metavar="ID", help="id or unique name of a component")
    parser.add_argument("--replicate", type=int, metavar="N", help="default: the first in which it fails")
    parser.add_argument("--least", action="store_true", help="the smallest change that keeps it up")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Replay the replicate and print the chain, first cause first."""
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.explain import explain
    from stratum_core.pipeline.projects import open_project

    if options.least:
        return _least(options)
    with open_project(options.project) as project:
        found = explain(project, options.run, options.asset, options.replicate)
    if not found.steps:
        say(options, f"{found.name} stays up {found.scope}.")
    else:
        say(options, f"Why {found.name} fails in replicate {found.replicate}:", *found.lines())
    write_json(options.json, labelled(found, SCHEMA))
    return 0


def _least(options: argparse.Namespace) -> int:
    """Search for the smallest change, with progress."""
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.explain import explain_least
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project, cancellable() as cancel:
        found = explain_least(
            project, options.run, options.asset, threads=options.threads, progress=progress(options), cancel=cancel
        )
    say(options, *found.lines())
    write_json(options.json, labelled(found, LEAST_SCHEMA))
    return 0
