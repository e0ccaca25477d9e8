"""critical: what matters most, by consequence, by structure or by the trained net, and why something ranks where it does."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.options import cancellable, common, hours, progress, say, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--by", choices=["consequence", "structure", "learned"], default="consequence",
                        help="consequence: every outage and pairs are run; structure, learned: ranked without, checked by some")
    parser.add_argument("--explain", metavar="ID", help="why this component ranks where it does, by all three")
    parser.add_argument("--horizon", default="24h", help="how long each outage lasts, such as 24h")
    parser.add_argument("--top", type=int, default=10, metavar="N", help="how many rows of each")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Distribution, worst single outages, worst pairs; or a ranking by another measure; or the reasons for one place."""
    from stratum_core.errors import InputError
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.criticality import city_consequences, consequence_lines
    from stratum_core.pipeline.criticality_ranking import city_ranking, place, place_lines, ranking_lines
    from stratum_core.pipeline.projects import open_project

    given = hours(options.horizon)
    horizon = 24.0 if given is None else given
    if options.top < 1 or not 1 <= horizon <= 720:
        raise InputError("--top is below 1 or --horizon is not 1 to 720 hours", repair="give --top 10 --horizon 24h")
    plain = options.by == "consequence" and not options.explain
    if not plain and horizon != 24:
        raise InputError("only --by consequence knows another length than 24 hours", where="--horizon", repair="leave it out")
    with open_project(options.project) as project:
        city = project.city()
    with cancellable() as cancel:
        shared: Any = {"threads": options.threads, "progress": progress(options), "cancel": cancel}
        if plain:
            everything = city_consequences(city, horizon_h=horizon, top=options.top, **shared)
            page, lines = jsonable(everything), consequence_lines(everything)
        elif options.explain:
            standing = place(city, options.explain, every=options.by == "consequence", **shared)
            page, lines = jsonable(standing), place_lines(standing)
        else:
            seed = 42 if options.seed is None else options.seed
            ranking = city_ranking(city, options.by, top=options.top, seed=seed, **shared)
            page, lines = jsonable(ranking), ranking_lines(ranking)
    say(options, *lines)
    write_json(options.json, page)
    return 0
