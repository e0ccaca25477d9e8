"""train: make a net anew from generated cities; needs PyTorch (extra ``learn``)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli.options import cancellable, common, progress, rows, say, write_json
from stratum_core.number_format import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("net", choices=["criticality", "restoration"])
    parser.add_argument("--out", metavar="FILE", help="the ONNX file; its card is written beside it")
    parser.add_argument("--cities", type=rows, metavar="N", help="how many generated cities to learn from")
    parser.add_argument("--epochs", type=rows, metavar="N", help="criticality: how often each is shown")
    parser.add_argument("--decisions", type=rows, metavar="N", help="restoration: how many decisions of crews to learn from")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Generate, train, export; say how good the net is on what it has not seen."""
    from stratum_core.errors import InputError

    out = Path(options.out or f"{options.net}.onnx")
    if out.suffix != ".onnx":
        raise InputError("the net is written as ONNX", where="--out", repair="give a name that ends in .onnx")
    other = "decisions" if options.net == "criticality" else "epochs"
    if getattr(options, other) is not None:
        raise InputError(f"training {options.net} knows no {other}", where=f"--{other}", repair="leave it out")
    card = (_criticality if options.net == "criticality" else _restoration)(options, out)
    write_json(options.json, card)
    return 0


def _criticality(options: argparse.Namespace, out: Path) -> dict[str, Any]:
    from stratum_core.pipeline.learning.run import CITIES, EPOCHS, train_criticality

    with cancellable() as cancel:
        card = train_criticality(
            out,
            cities=options.cities or CITIES,
            epochs=options.epochs or EPOCHS,
            seed=options.seed or 0,
            threads=options.threads or 1,
            progress=progress(options),
            cancel=cancel,
        )
    say(
        options,
        f"{out}: {card['net']['bytes']:,} bytes, trained on {counted(card['data']['outages'], 'outage')} of "
        f"{card['data']['cities']} generated cities; its card is {out.with_suffix('.json')}.",
        "On cities that it has not seen, rank correlation with simulated outages:",
    )
    for row in card["held_out"]:
        learned, between = row["agreement"]
        say(options, f"  city {row['city_seed']}: {learned['spearman']:.3f}, betweenness {between['spearman']:.3f}")
    return card


def _restoration(options: argparse.Namespace, out: Path) -> dict[str, Any]:
    from stratum_core.pipeline.learning.restoration import CITIES, DECISIONS, train_restoration

    with cancellable() as cancel:
        card = train_restoration(
            out,
            decisions=options.decisions or DECISIONS,
            cities=options.cities or CITIES,
            seed=options.seed or 0,
            progress=progress(options),
            cancel=cancel,
        )
    say(
        options,
        f"{out}: {card['net']['bytes']:,} bytes, trained on {counted(card['training']['decisions'], 'decision')}; its card is "
        f"{out.with_suffix('.json')}.",
        "People-hours of its orders on instances that it has not seen, mean:",
    )
    for name, found in card["held_out"].items():
        for against, words in (("against_greedy", "greedy"), ("against_exact", "the least of all orders")):
            if against in found:
                mean = found[against]["learned"]["mean"]
                say(options, f"  {name}: {abs(100 * mean):.2f} % {'above' if mean > 0 else 'below'} {words}")
    return card
