"""The bench never fails: an error becomes a row with its reason."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("stratum_bench", BENCH / "__init__.py", submodule_search_locations=[str(BENCH)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "stratum_bench", module)
    spec.loader.exec_module(module)
    return module


def test_every_module_is_a_name(bench: ModuleType) -> None:
    assert "cascade" in bench.names()


def test_a_broken_module_becomes_a_row(bench: ModuleType) -> None:
    row, = bench._rows_of("no_such_module")
    assert row.peer is None
    assert row.met is None
    assert "no_such_module" in row.note


def test_each_row_is_told_as_soon_as_it_is_measured(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    row = bench.broken("slow", "no reason")

    def rows(module: str) -> Iterator[object]:
        yield "a long one"
        assert told == ["cascade ...", "a long one"]
        yield row
        assert told[-1] is row

    monkeypatch.setattr(bench, "_rows_of", rows)
    assert [one["name"] for one in bench.run_bench("cascade", told.append)["rows"]] == ["slow"]


def test_ours_and_networkx_agree_on_who_fails(bench: ModuleType) -> None:
    module = importlib.import_module("stratum_bench.cascade")
    edges, hits = module.dependencies(), module.hit_lists(module.MANY)
    job = module.PropagationJob(module.ours_structure(edges), hits)
    given = hits.take(0, 1)[1].tolist()
    assert set(job.failed(0).tolist()) == module.NetworkxPeer(edges).run([given])[0]
