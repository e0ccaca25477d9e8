"""verify: a briefing against its proof, or a project's ledger; works on any machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import common, say, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.ledger import Verdict

SCHEMA = "stratum.verify/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", metavar="FILE", help="a briefing, or a project")
    parser.add_argument("--proof", metavar="FILE", help="default: the .proof.json beside the document")
    verdict_arguments(parser)
    common(parser)


def verdict_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments that decide a verdict, besides what is verified."""
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT",
                        help="a key that you know; without it: known_keys.txt and this device's own")
    parser.add_argument("--checkpoint", metavar="LINE|FILE", help="an earlier checkpoint of the project, to check it against")


def run(options: argparse.Namespace) -> int:
    """Say whether it is intact, and apart from that, whether you know who signed it; 1 when it is not intact."""
    from app.checkpoints import kept_checkpoint
    from app.trust import known_keys
    from stratum_core.ledger import verify_document
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.record import verify_ledger

    keys, kept = known_keys(options.key), kept_checkpoint(options.checkpoint)
    if _is_project(options.file):
        with open_project(options.file) as project:
            return tell(options, verify_ledger(project, keys, kept=kept))
    if kept is not None:
        raise InputError("a checkpoint belongs to a project", where="--checkpoint", repair="name the project, not a document")
    path = Path(options.file)
    proof = Path(options.proof) if options.proof else path.with_suffix(".proof.json")
    return tell(options, verify_document(_read(path), _read(proof), keys))


def tell(options: argparse.Namespace, verdict: Verdict) -> int:
    """Say a verdict; 1 when what was verified is not intact."""
    from stratum_core.model.json_schema import labelled

    say(options, _sentence(options, verdict), *(f"  {text}" for text in (*verdict.problems[1:], *verdict.remarks)))
    write_json(options.json, labelled(verdict, SCHEMA, replay=None))
    return 0 if verdict.intact else 1


def _sentence(options: argparse.Namespace, verdict: Verdict) -> str:
    if options.key and verdict.intact and verdict.signed_by and not verdict.known_key:
        return f"Intact, but signed by the key {verdict.signed_by}, which is not the key that you gave with --key."
    return verdict.sentence()


def _is_project(name: str) -> bool:
    from stratum_core.pipeline.projects import project_folder

    return name == "sample" or (not Path(name).is_file() and project_folder(name).is_dir())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror}", where=str(path), repair="name the document, and with --proof its proof"
        ) from error
