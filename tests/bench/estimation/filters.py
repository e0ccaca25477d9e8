"""Two-state filters of 100,000 sensors against filterpy's loop and a NumPy batch; systematic resampling against filterpy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.estimation.batch import Batch, filter_batch, start
from stratum_core.estimation.kernels import systematic

from .. import Row, broken, faster, paired, version

SENSORS, STEPS, LOOP_SENSORS, PARTICLES = 100_000, 10, 20, 10_000
Q, Q_SLOPE, R = 0.1, 0.01, 1.0
WORK = "2-state filter, level and slope: predict and update, one reading a step of each sensor; one thread"


def rows() -> Iterator[Row]:
    """The batch against both peers, then resampling."""
    z = np.cumsum(np.random.default_rng(1).standard_normal((STEPS, SENSORS)), axis=0)
    yield _against_numpy(z)
    if version("filterpy"):
        yield _against_filterpy(z)
        yield _resampling()
    else:
        yield broken("filterpy", "filterpy is not installed; install the extra 'test'")


def ours(z: np.ndarray) -> Batch:
    """All sensors through all steps."""
    count = z.shape[1]
    fixed = [np.full(count, value) for value in (Q, Q_SLOPE, R)]
    return filter_batch(start(np.zeros(count), np.ones(count), np.ones(count)), np.arange(len(z), dtype=float), z, *fixed)


def numpy_batch(z: np.ndarray) -> np.ndarray:
    """(sensors, 2) by stacked matrices, as filterpy's equations read."""
    count = z.shape[1]
    f, q, h = np.array([[1.0, 1.0], [0.0, 1.0]]), np.diag([Q, Q_SLOPE]), np.array([[1.0, 0.0]])
    x, p = np.zeros((count, 2, 1)), np.broadcast_to(np.eye(2), (count, 2, 2))
    for t in range(len(z)):
        if t:
            x, p = f @ x, f @ p @ f.T + q
        s = h @ p @ h.T + R
        k = p @ h.T / s
        x = x + k * (z[t][:, None, None] - h @ x)
        p = (np.eye(2) - k @ h) @ p
    return x[:, :, 0]


def numpy_scalars(z: np.ndarray) -> np.ndarray:
    """The same, written out by hand for two states: the fastest form that NumPy has."""
    count = z.shape[1]
    level, slope, a, b, c = np.zeros(count), np.zeros(count), np.ones(count), np.zeros(count), np.ones(count)
    for t in range(len(z)):
        if t:
            level = level + slope
            a = a + 2 * b + c + Q
            b = b + c
            c = c + Q_SLOPE
        inverse = 1.0 / (a + R)
        v = z[t] - level
        k0, k1 = a * inverse, b * inverse
        level, slope = level + k0 * v, slope + k1 * v
        a, b, c = (1 - k0) * a, (1 - k0) * b, c - k1 * b
    return np.stack([level, slope], axis=1)


def _against_numpy(z: np.ndarray) -> Row:
    name, size = "NumPy batch", f"{SENSORS:,} sensors, {STEPS} steps"
    both = numpy_batch(z)
    if not (np.allclose(ours(z).mean.T, both, atol=1e-9) and np.allclose(numpy_scalars(z), both, atol=1e-9)):
        return broken(name, "ours and NumPy disagree on the state")
    mine, theirs = paired(lambda: ours(z), lambda: numpy_batch(z))
    _, tuned = paired(lambda: None, lambda: numpy_scalars(z), runs=3)
    work = f"{WORK}; peer: stacked matrices; written out by hand for two states NumPy takes {tuned or 0.0:.3g} s"
    return faster(name, work, size, mine, theirs or 0.0, f"numpy {version('numpy')}", 20)


def _against_filterpy(z: np.ndarray) -> Row:
    from filterpy.kalman import KalmanFilter

    name, size = "filterpy", f"{SENSORS:,} sensors, {STEPS} steps"

    def loop() -> list[np.ndarray]:
        found = []
        for sensor in range(LOOP_SENSORS):
            peer = KalmanFilter(2, 1)
            peer.F, peer.Q, peer.R = np.array([[1.0, 1.0], [0.0, 1.0]]), np.diag([Q, Q_SLOPE]), np.array([[R]])
            peer.H, peer.P = np.array([[1.0, 0.0]]), np.eye(2)
            for t in range(STEPS):
                if t:
                    peer.predict()
                peer.update(z[t, sensor])
            found.append(peer.x.ravel())
        return found

    if not np.allclose(np.array(loop()), ours(z).mean.T[:LOOP_SENSORS], atol=1e-9):
        return broken(name, "ours and filterpy disagree on the state")
    mine, theirs = paired(lambda: ours(z), loop)
    work = f"{WORK}; filterpy ran {LOOP_SENSORS} of the sensors in a loop and its time is scaled"
    scaled = (theirs or 0.0) * SENSORS / LOOP_SENSORS
    return faster(name, work, size, mine, scaled, f"filterpy {version('filterpy')}", 1000)


def _resampling() -> Row:
    from filterpy.monte_carlo import systematic_resample

    weights, chosen = np.random.default_rng(2).random(PARTICLES), np.empty(PARTICLES, dtype=np.int64)
    weights /= weights.sum()
    name, size = "resampling", f"{PARTICLES:,} particles"
    np.random.seed(5)
    theirs = systematic_resample(weights)
    np.random.seed(5)
    systematic(weights, float(np.random.random()), chosen)
    if np.abs(chosen - theirs).max() > 1:
        return broken(name, "ours and filterpy choose other particles")
    mine, other = paired(lambda: systematic(weights, 0.5, chosen), lambda: systematic_resample(weights))
    work = "systematic resampling of random weights; one thread"
    return faster(name, work, size, mine, other or 0.0, f"filterpy {version('filterpy')}", 100)
