"""verify: a briefing against its proof, or a project's ledger; works on any machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.options import common, say, write_json
from stratum_core.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", metavar="FILE", help="a briefing, or a project")
    parser.add_argument("--proof", metavar="FILE", help="default: the .proof.json beside the document")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="a key that you know")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Say whether it is intact, and apart from that, whether you know who signed it; 1 when it is not intact."""
    from app.trust import known_keys
    from stratum_core.ledger import verify_document
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.record import verify_ledger

    keys = known_keys() | frozenset(key.replace(" ", "").lower() for key in options.key)
    path = Path(options.file)
    if path.is_dir() or options.file == "sample":
        with open_project(options.file) as project:
            verdict = verify_ledger(project, keys)
    else:
        verdict = verify_document(
            _read(path), _read(Path(options.proof) if options.proof else path.with_suffix(".proof.json")), keys
        )
    say(options, verdict.sentence(), *(f"  {problem}" for problem in verdict.problems[1:]))
    write_json(options.json, jsonable(verdict) | {"replay": None})
    return 0 if verdict.intact else 1


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror}", where=str(path), repair="name the document, and with --proof its proof"
        ) from error
