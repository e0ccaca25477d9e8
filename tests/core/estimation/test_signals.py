"""Faults of one signal: each is found where it is put, and sound signals raise no more alarms than stated."""

from __future__ import annotations

import numpy as np
import pytest

from stratum_core.estimation.models import local_level
from stratum_core.estimation.series import filter_series
from stratum_core.estimation.signals import SignalSpec, decision_interval, drifts, signal_faults, spikes, two_levels

SPEC = SignalSpec()


def sound(seed: int, size: int = 400) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.round(np.cumsum(random.normal(0, 0.1, size)) + random.normal(0, 1.0, size), 3)


def faults(values: np.ndarray, times: np.ndarray | None = None) -> list[tuple[str, int, int]]:
    times = np.arange(len(values), dtype=float) if times is None else times
    filtered = filter_series(local_level(0.01, 1.0), times, values)
    errors = filtered.innovations[:, 0] / np.sqrt(filtered.innovation_covariance[:, 0, 0])
    return [(fault.kind, fault.first, fault.last) for fault in signal_faults(times, values, errors, SPEC)]


def kinds(values: np.ndarray) -> set[str]:
    return {kind for kind, _, _ in faults(values)}


def test_a_spike_is_one_reading() -> None:
    values = sound(1)
    values[200] += 9.0
    assert faults(values) == [("spike", 200, 200)]


def test_a_stuck_sensor_is_found_from_its_first_equal_reading() -> None:
    values = sound(2)
    values[100:140] = values[100]
    assert ("stuck", 100, 139) in faults(values)
    assert "stuck" in kinds(np.full(50, 3.0))


def test_a_drift_is_found_before_it_is_a_spike() -> None:
    values = sound(3)
    values[200:] += 0.12 * np.arange(200)
    found = [fault for fault in faults(values) if fault[0] == "drift"]
    assert found
    assert 200 <= found[0][2] < 240


def test_a_gap_and_a_silent_end_are_drop_outs() -> None:
    values = sound(4)
    values[100:110] = np.nan
    values[390:] = np.nan
    assert [fault for fault in faults(values) if fault[0] == "drop-out"] == [("drop-out", 99, 110), ("drop-out", 389, 399)]


def test_a_stretch_played_again_is_found_with_its_length() -> None:
    values = sound(5)
    values[250:290] = values[40:80]
    assert ("replayed", 250, 289) in faults(values)


def test_whole_numbers_that_repeat_by_chance_are_no_replay() -> None:
    assert "replayed" not in kinds(np.random.default_rng(1).integers(0, 2, 400).astype(float))


def test_sound_signals_raise_few_alarms() -> None:
    raised = [fault[0] for seed in range(300) for fault in faults(sound(1000 + seed))]
    assert len(raised) / 300 < 3 * SPEC.false_alarms + 0.02
    assert {"stuck", "drop-out", "replayed"}.isdisjoint(raised)


def test_the_limit_of_the_sums_has_its_stated_chance() -> None:
    random, limit, hits = np.random.default_rng(1), decision_interval(200, 0.1), 0
    for _ in range(1500):
        up = down = 0.0
        for error in random.standard_normal(200):
            up, down = max(up + error - 0.5, 0.0), max(down - error - 0.5, 0.0)
            if max(up, down) > limit:
                hits += 1
                break
    assert hits / 1500 == pytest.approx(0.1, abs=0.03)


def test_a_pump_that_switches_has_no_spikes_and_its_drift_is_seen() -> None:
    random = np.random.default_rng(8)
    on = np.arange(600) % 60 < 20
    flow = np.where(on, 8.4, 0.0) + random.normal(0, 0.05, 600)
    sound = two_levels(flow)
    assert sound is not None
    assert np.isnan(sound[1:][on[1:] != on[:-1]]).all()
    assert spikes(sound, SignalSpec()) == []
    assert drifts(sound, SignalSpec()) == []
    drifting = np.where(np.arange(600) >= 400, flow * (1 + 0.08 * np.clip((np.arange(600) - 400) / 200, 0, 1)), flow)
    judged = two_levels(drifting)
    assert judged is not None
    found = drifts(judged, SignalSpec())
    assert found
    assert found[0].first >= 400
    assert two_levels(np.sin(np.arange(600) / 30)) is None


def test_one_drift_that_goes_on_is_told_once_and_holds_no_spikes() -> None:
    errors = np.random.default_rng(8).normal(0, 1, 300)
    errors[150:] += 6.0
    found = [(fault.kind, fault.first, fault.last) for fault in signal_faults(np.arange(300.0), errors, errors, SPEC)]
    assert [kind for kind, _, _ in found] == ["drift"]
    assert abs(found[0][1] - 150) <= 3
    assert found[0][2] >= 295


def test_two_readings_in_a_row_to_one_side_are_no_spike() -> None:
    errors = np.zeros(100)
    errors[[20, 40, 41, 60, 61]] = [8.0, 8.0, 8.0, 8.0, -8.0]
    assert [fault.first for fault in spikes(errors, SPEC)] == [20, 60, 61]
