"""estimate: the state behind a project's sensors or a series, with its uncertainty, its forecast and a verdict on the model."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import cancellable, common, fields, finite, moment, progress, rows, say, write_json
from stratum_core.errors import InputError
from stratum_core.number_format import NARROW, counted, decimal, percent

if TYPE_CHECKING:
    from stratum_core.pipeline.estimating import SeriesEstimate, Threshold


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT", nargs="?", help="the sensors of a project; else --series")
    parser.add_argument("--at", type=moment, metavar="TIME", help="PROJECT: by readings up to then (ISO 8601); default: now")
    parser.add_argument("--as-of", type=moment, metavar="TIME", help="PROJECT: what was known then, by what had arrived")
    parser.add_argument("--sensor", metavar="ID", help="PROJECT: one sensor, by id or name, with all that is known of it")
    parser.add_argument("--pressures", action="store_true", help="PROJECT: pressure at every junction too, by runs of EPANET")
    parser.add_argument("--series", metavar="FILE.csv", help="CSV with time,value; an empty value is missing")
    parser.add_argument("--model", default="local_level", help="local_level (q, r), local_trend (q, q_slope, r) or seasonal "
                        "(q, q_season, r, period, harmonics); variances per step that are not --set come by maximum likelihood")
    parser.add_argument("--ahead", type=rows, default=12, metavar="STEPS", help="how many steps the forecast reaches")
    parser.add_argument("--threshold", type=finite, help="say when this value is first passed, within --ahead")
    parser.add_argument("--beside", default="", metavar="FILTER", help="--series: the same by particle:N or ensemble:N")
    parser.add_argument("--inspections", metavar="FILE.csv", help="condition from inspections: id, date, and result or grade")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Print what sensors or series tell now, what comes, and whether the models hold."""
    if sum(given is not None for given in (options.project, options.series, options.inspections)) != 1:
        raise InputError("estimate takes a project, a series or inspections",
                         repair="write 'estimate PROJECT', '--series FILE.csv' or '--inspections FILE.csv'")
    if options.inspections is not None:
        return _inspections(options)
    if options.project is None:
        if options.at is not None or options.as_of is not None or options.sensor is not None or options.pressures:
            raise InputError("a series has no sensors to choose from, and ends where it ends", where="--series",
                             repair="leave --at, --as-of, --sensor and --pressures out")
        return _series(options)
    if options.threshold is not None or options.set or options.beside:
        raise InputError("--threshold, --set and --beside belong to a series", where=options.project,
                         repair="leave them out; thresholds of a project stand in its alerts.toml")
    return _sensors(options)


def _sensors(options: argparse.Namespace) -> int:
    from app.cli.situation_lines import situation_lines
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.readings import sensor_id
    from stratum_core.pipeline.situation.pages import situation_page
    from stratum_core.pipeline.situation.present import board_of, picture_of
    from stratum_core.pipeline.situation.pressure_map import pressures_of

    with open_project(options.project) as project, cancellable() as cancel:
        then = options.at or options.as_of
        board = board_of(project, then, options.as_of)
        chosen = None if options.sensor is None else board.city.sensors.id.tolist().index(sensor_id(project, options.sensor))
        only = None if chosen is None else (chosen,)
        picture = picture_of(board, then, only=only, progress=progress(options), cancel=cancel)
        pressures = pressures_of(board.city, picture, progress(options), cancel) if options.pressures else None
    page = replace(situation_page(board, picture, chosen), pressures=pressures)
    say(options, *situation_lines(page, whole=chosen is not None))
    write_json(options.json, labelled(page, "stratum.situation/1"))
    return 0


def _inspections(options: argparse.Namespace) -> int:
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.inspecting import condition_lines, condition_of_file

    found = condition_of_file(Path(options.inspections), fields(options), options.as_of)
    say(options, *condition_lines(found))
    write_json(options.json, labelled(found, "stratum.condition/1"))
    return 0


def _series(options: argparse.Namespace) -> int:
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.estimating import estimate_file

    if options.ahead > 100_000:
        raise InputError(f"{options.ahead} steps ahead are too many", where="--ahead", repair="give at most 100000")
    found = estimate_file(Path(options.series), options.model, fields(options), seed=42 if options.seed is None else options.seed,
                          steps=options.ahead, threshold=options.threshold, other=options.beside)
    say(options, *_lines(found))
    write_json(options.json, jsonable(found))
    return 0


def _lines(found: SeriesEstimate) -> list[str]:
    missing = int((found.innovations != found.innovations).sum()) - found.left_out
    how = f"by maximum likelihood: {', '.join(found.fitted)}" if found.fitted else "all given"
    values = ", ".join(f"{name} {value:.6g}" for name, value in found.parameters.items())
    coming = found.forecast
    lines = [
        f"{counted(len(found.time), 'time')}, {missing} missing. Model {found.model}: {values} ({how}).",
        f"Log-likelihood {found.log_likelihood:.4f}, {counted(found.left_out, 'start value')} left out.",
        f"At {found.time[-1]}: {found.filtered[-1]:.6g}, standard deviation {found.variance[-1] ** 0.5:.4g}.",
        f"Next reading: {coming.mean[0]:.6g}, 80{NARROW}% between {coming.low80[0]:.6g} and {coming.high80[0]:.6g}; "
        f"after {counted(len(coming.mean), 'step')}: {coming.mean[-1]:.6g}, "
        f"between {coming.low80[-1]:.6g} and {coming.high80[-1]:.6g}.",
    ]
    if found.threshold is not None:
        lines.append(_passage(found.threshold, found.time[-1]))
    if found.beside is not None:
        lines.append(f"Beside it {found.beside.members:,} members of the {found.beside.filter} filter: "
                     f"{found.beside.filtered[-1]:.6g}, standard deviation {found.beside.variance[-1] ** 0.5:.4g}; its means lie "
                     f"{found.beside.apart:.3g} standard deviations from the exact ones (root mean square).")
    return [*lines, found.consistency.text, f"Model class: {found.model_class}."]


def _passage(found: Threshold, last: str) -> str:
    """Tank below 0.2 at 04:10, 80 % between 03:20 and 05:40."""
    within = f"{decimal(found.horizon)}{NARROW}{found.unit or 'units of time'}"
    what = f"{found.direction.capitalize()} {found.value:g}"
    if found.p50 is None:
        return f"{what} within {within}: {percent(found.probability)}."
    between = (f"80{NARROW}% between {_moment(last, found.p10)} and {_moment(last, found.p90)}" if found.p90 is not None
               else f"10{NARROW}% before {_moment(last, found.p10)}; {percent(1 - found.probability)} not within {within}")
    return f"{what} at {_moment(last, found.p50)}, {between}."


def _moment(last: str, ahead: float | None) -> str:
    """A time after the last one: a clock time of dates, a number of numbers."""
    if ahead is None:
        return "never"
    try:
        return f"{datetime.fromisoformat(last) + timedelta(hours=ahead):%d %b %H:%M}"
    except ValueError:
        return f"{float(last) + ahead:.6g}"
