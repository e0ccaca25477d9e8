"""train: make a net anew from generated cities; needs PyTorch (extra ``learn``)."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.options import cancellable, common, progress, rows, say, write_json
from stratum_core.number_format import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("net", choices=["criticality"])
    parser.add_argument("--out", metavar="FILE", default="criticality.onnx", help="the ONNX file; its card is written beside it")
    parser.add_argument("--cities", type=rows, metavar="N", help="how many generated cities to learn from")
    parser.add_argument("--epochs", type=rows, metavar="N", help="how often each is shown")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Generate, simulate, train, export; say how well it ranks cities that it has not seen."""
    from stratum_core.errors import InputError
    from stratum_core.pipeline.learning.run import CITIES, EPOCHS, train_criticality

    out = Path(options.out)
    if out.suffix != ".onnx":
        raise InputError("the net is written as ONNX", where="--out", repair="give a name that ends in .onnx")
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
    write_json(options.json, card)
    return 0
