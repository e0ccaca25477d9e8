"""The public door: few names, and the example in its docstring runs."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from stratum_core import api


def test_there_are_at_most_25_names_and_all_are_there() -> None:
    assert len(api.__all__) <= 25
    assert all(callable(getattr(api, name)) and getattr(api, name).__doc__ for name in api.__all__)


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    example = (api.__doc__ or "").split("which stay.")[1].split("Everything takes")[0]
    exec(textwrap.dedent(example), {})
    assert float(capsys.readouterr().out) > 0
