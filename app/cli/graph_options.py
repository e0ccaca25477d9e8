"""What commands about the graph share: the city now, or as of a day."""

from __future__ import annotations

import argparse

from stratum_core.model.city import City


def as_of_argument(parser: argparse.ArgumentParser) -> None:
    """--as-of DAY."""
    parser.add_argument("--as-of", metavar="DAY", help="the city at the end of that day, by its recorded changes (2026-11-30)")


def city_of(options: argparse.Namespace) -> City:
    """The city of the project, as of the day asked for."""
    from stratum_core.model.changes import as_of
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        city = project.city()
        return as_of(city, project.history(), options.as_of) if options.as_of else city
