"""A peer that lives in an environment of its own, asked by lines over a pipe; it measures itself, in turn with ours."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from . import RUNS, _seconds

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv-peers"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MISSING = "the peers are not installed; run packaging/bootstrap.py setup --extra peers"
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")


class PeerProcess:
    """One script of ``tests/peers`` in that environment. Raises RuntimeError with its last words where it dies."""

    def __init__(self, script: str, *arguments: str) -> None:
        command = [str(PYTHON), "-W", "ignore", str(ROOT / "tests" / "peers" / script), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         text=True, env={**os.environ, **_ONE_THREAD})

    def __enter__(self) -> PeerProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, word: str) -> object:
        """Its answer to ``word``."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            assert self._process.stderr
            raise RuntimeError((self._process.stderr.read().strip().splitlines() or ["it ended without a word"])[-1])
        return json.loads(answer)


def in_turn(ours: Callable[[], object], peer: PeerProcess, word: str, runs: int = RUNS) -> tuple[float, float]:
    """Median seconds of both, measured in turn after a warm-up of each."""
    mine, theirs = [], []
    for _ in range(runs + 1):
        mine.append(_seconds(ours))
        theirs.append(float(str(peer.ask(word))))
    return statistics.median(mine[1:]), statistics.median(theirs[1:])
