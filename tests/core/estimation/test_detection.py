"""Detection on a small plant of our own, and on C-Town where that set is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from stratum_core.errors import InputError
from stratum_core.estimation.detection import SLOW, DetectorSpec, resolution
from stratum_core.estimation.detection_scores import scores, spans
from stratum_core.pipeline.detecting import detect_files, read_readings

DATA = Path(os.environ.get("STRATUM_TEST_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data") / "water-ctown-scada"


def plant(rows: int, seed: int) -> np.ndarray:
    """Demand by the hour, a pump that switches by the level of its tank, a pressure behind it, and a pump that never runs."""
    random, level, on = np.random.default_rng(seed), 3.0, 1.0
    table = np.empty((rows, 5))
    for t in range(rows):
        demand = 10 + 3 * np.sin(2 * np.pi * t / 24) + random.normal(0, 0.3)
        on = 1.0 if level < 2 else 0.0 if level > 5 else on
        flow = on * (20 - level + random.normal(0, 0.1))
        level += 0.05 * (flow - demand)
        table[t] = level, flow, on, 30 + 2 * level + 0.1 * flow + random.normal(0, 0.05), 0.0
    return table


def write(path: Path, table: np.ndarray, labels: np.ndarray | None = None, every: str = "1h") -> Path:
    step = {"1h": 60, "30min": 30}[every]
    times = np.datetime64("2026-01-05T00:00") + np.arange(len(table)) * np.timedelta64(step, "m")
    head = "time,level,flow,pump,pressure,spare" + ("" if labels is None else ",event")
    lines = [",".join([str(t), *("" if np.isnan(v) else f"{v:.3f}" for v in row)]) for t, row in zip(times, table, strict=True)]
    if labels is not None:
        lines = [f"{line},{int(label)}" for line, label in zip(lines, labels, strict=True)]
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    """Normal operation, and another stretch in which the level is told too low and a pressure stands still."""
    judged, labels = plant(1200, 2), np.zeros(1200, dtype=bool)
    judged[300:340, 0] -= 0.8
    judged[800:860, 3] = judged[800, 3]
    labels[300:340] = labels[800:860] = True
    return write(tmp_path / "normal.csv", plant(4000, 1)), write(tmp_path / "judged.csv", judged, labels)


def test_both_events_are_found_and_little_else(tables: tuple[Path, Path]) -> None:
    found = detect_files(*tables, "event")
    assert found.scores is not None
    assert found.scores.detected == 2
    assert found.scores.precision > 0.7
    assert found.scores.true_negative_rate > 0.97
    blamed = [set(alarm.columns) for alarm in found.alarms if alarm.rows > 5]
    assert "level" in blamed[0]
    assert "pressure" in blamed[1]
    assert any("spare" in text for text in found.warnings)


def test_gaps_other_steps_and_a_waking_column_are_borne(tables: tuple[Path, Path], tmp_path: Path) -> None:
    judged = plant(1200, 2)
    judged[np.random.default_rng(3).random(judged.shape) < 0.05] = np.nan
    calm = detect_files(tables[0], write(tmp_path / "gaps.csv", judged))
    assert calm.share_of_rows < 0.05
    halves = detect_files(tables[0], write(tmp_path / "halves.csv", np.repeat(plant(600, 2), 2, axis=0), every="30min"))
    assert halves.share_of_rows < 0.05
    assert any("different steps" in text for text in halves.warnings)
    judged = plant(1200, 2)
    judged[700:720, 4] = 1.0
    woken = detect_files(tables[0], write(tmp_path / "woken.csv", judged))
    assert any("moved in the judged table" in text for text in woken.warnings)
    assert any("spare" in alarm.columns for alarm in woken.alarms)


def test_the_same_twice_has_the_same_digest(tables: tuple[Path, Path]) -> None:
    assert detect_files(*tables).digest == detect_files(*tables).digest


def test_scores_are_those_counted_by_hand() -> None:
    truth = np.array([0, 1, 1, 1, 1, 0, 0, 1, 1, 0], dtype=bool)
    alarm = np.array([1, 0, 1, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
    found = scores(alarm, truth)
    assert (found.precision, found.recall, found.true_negative_rate) == (0.75, 0.5, 0.75)
    assert found.time_to_detection == (1, None)
    assert found.s_ttd == pytest.approx(1 - (0.25 + 1) / 2)
    assert found.s == pytest.approx((found.s_ttd + 0.625) / 2)
    assert found.false_events == 1
    assert spans(truth).tolist() == [[1, 5], [7, 9]]


def test_resolution_is_seen_only_where_readings_differ() -> None:
    table = np.column_stack([np.round(np.linspace(0, 3, 50), 2), np.repeat([0.0, 1.0], 25), np.random.default_rng(1).random(50)])
    assert resolution(table).tolist() == [0.01, 0.0, 0.0]


def test_bad_tables_are_refused_in_a_sentence(
    tmp_path: Path, tables: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ragged.csv").write_text("time,a\n2026-01-01,1\n2026-01-02\n")
    with pytest.raises(InputError, match="row 3"):
        read_readings(tmp_path / "ragged.csv")
    assert main(["detect", "--train", str(tables[0]), "--score", str(tables[1]), "--labels", "evnt"]) == 2
    assert "did you mean 'event'" in capsys.readouterr().err.lower()
    short = write(tmp_path / "short.csv", plant(20, 1))
    assert main(["detect", "--train", str(short), "--score", str(tables[1])]) == 2


@pytest.mark.skipif(not DATA.is_dir(), reason="the C-Town set is not on this machine; set STRATUM_TEST_DATA")
def test_the_attacks_on_c_town_are_found() -> None:
    found = detect_files(DATA / "dataset03.csv", DATA / "dataset04.csv", "ATT_FLAG").scores
    assert found is not None
    assert found.detected == found.events == 7
    assert found.s > 0.95
    assert found.f1 > 0.85


@pytest.mark.skipif(not (DATA.parent / "water-ltown").is_dir(), reason="the L-Town set is not here; set STRATUM_TEST_DATA")
def test_the_leaks_of_l_town_are_found(tmp_path: Path) -> None:
    from ltown import tables as simulated

    files = simulated(DATA.parent / "water-ltown", tmp_path)
    slow = detect_files(*files, "leak", DetectorSpec(slow=SLOW)).scores
    assert slow is not None
    assert min(slow.precision, slow.recall) > 0.93
    found = detect_files(*files, "leak").scores
    assert found is not None
    assert found.time_to_detection[0] == 0  # 28 m3/h, abrupt
    assert found.precision > 0.95
    assert found.recall > 0.7  # the last, of 5 m3/h, stands out in few of its rows
