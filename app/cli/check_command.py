"""check: data health of a project."""

from __future__ import annotations

import argparse

from app.cli.options import common, say, write_json

SCHEMA = "stratum.check/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Print the score and the issues, worst first; 1 when there is an error among them."""
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.health import health
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        report = health(project.city())
    lines = [f"{found.severity.upper():<8}{found.message}" for found in report.issues]
    say(options, f"Data health {report.score:.0f} of 100.", *lines)
    write_json(options.json, labelled(report, SCHEMA))
    return 1 if report.of("error") else 0
