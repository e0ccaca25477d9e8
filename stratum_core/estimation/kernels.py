"""Kernels of estimation: filter and smoother of one series, a batch of two-state filters, systematic resampling."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

#: start values count as determined once their part of the innovation's variance is below this
DETERMINED = 1e-9
LANES = 512
_LOG_2PI = math.log(2.0 * math.pi)


@njit(cache=True, nogil=True)
def _predict(f, q, mean, cov, diffuse, is_diffuse, work):
    """mean, cov, diffuse = F mean, F cov F' + Q, F diffuse F', in place."""
    n = len(mean)
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += f[i, j] * mean[j]
        work[0, i] = total
    mean[:] = work[0]
    _sandwich(f, cov, work)
    for i in range(n):
        for j in range(n):
            cov[i, j] += q[i, j]
    if is_diffuse:
        _sandwich(f, diffuse, work)


@njit(cache=True, nogil=True)
def _sandwich(f, p, work):
    """p = F p F', symmetric, in place."""
    n = len(p)
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += f[i, k] * p[k, j]
            work[i, j] = total
    for i in range(n):
        for j in range(i + 1):
            total = 0.0
            for k in range(n):
                total += work[i, k] * f[j, k]
            p[i, j] = total
            p[j, i] = total


@njit(cache=True, nogil=True)
def _moments(h, r, cov, diffuse, is_diffuse, m_star, m_inf):
    """(F*, Finf), the two parts of an innovation's variance; fills M* = P* h and Minf = Pinf h."""
    f_star, f_inf = r, 0.0
    for i in range(len(h)):
        star, inf = 0.0, 0.0
        for j in range(len(h)):
            star += cov[i, j] * h[j]
            if is_diffuse:
                inf += diffuse[i, j] * h[j]
        m_star[i], m_inf[i] = star, inf
        f_star += h[i] * star
        f_inf += h[i] * inf
    return f_star, f_inf


@njit(cache=True, nogil=True)
def _update(h, r, v, f_star, f_inf, m_star, m_inf, mean, cov, diffuse):
    """One scalar observation, exact while start values are diffuse (Durbin & Koopman 2012, 5.2.3), else in Joseph's form."""
    n = len(h)
    if f_inf > DETERMINED:
        for i in range(n):
            mean[i] += m_inf[i] / f_inf * v
        for i in range(n):
            for j in range(i + 1):
                gain = f_star / f_inf * m_inf[i] * m_inf[j] - m_star[i] * m_inf[j] - m_inf[i] * m_star[j]
                cov[i, j] += gain / f_inf
                cov[j, i] = cov[i, j]
                diffuse[i, j] -= m_inf[i] * m_inf[j] / f_inf
                diffuse[j, i] = diffuse[i, j]
        return
    # (I - K h) P (I - K h)' + r K K', with h P h' = f_star - r
    for i in range(n):
        mean[i] += m_star[i] / f_star * v
    for i in range(n):
        for j in range(i + 1):
            ki, kj = m_star[i] / f_star, m_star[j] / f_star
            left = cov[i, j] - ki * m_star[j]
            cov[i, j] = left - (m_star[i] - ki * (f_star - r)) * kj + r * ki * kj
            cov[j, i] = cov[i, j]


@njit(cache=True, nogil=True)
def filter_series(f, q, which, h, r, z, mean, cov, diffuse, out):
    """Kalman filter, one scalar observation after the other (Durbin & Koopman 2012, 6.4).

    f, q: (kinds, n, n); which: (steps,) kind of the step before each time, -1: none; h: (steps, m, n), r: (steps, m) of
    uncorrelated errors; z: (steps, m), NaN: missing. mean, cov, diffuse: start, changed in place.
    out: predicted (steps, n), its covariance, diffuse part (steps or 0, n, n), filtered, its covariance.
    Returns (log-likelihood, observations left out of it as start values, sum of v^2 / F, observations in it).
    """
    predicted, predicted_cov, predicted_diffuse, filtered, filtered_cov = out
    n, m = len(mean), z.shape[1]
    work, m_star, m_inf = np.empty((n, n)), np.empty(n), np.empty(n)
    is_diffuse, keep = diffuse.any(), len(predicted) > 0
    total, nis, left_out, counted = 0.0, 0.0, 0, 0
    for t in range(len(z)):
        if which[t] >= 0:
            _predict(f[which[t]], q[which[t]], mean, cov, diffuse, is_diffuse, work)
        if keep:
            predicted[t], predicted_cov[t] = mean, cov
            if len(predicted_diffuse):
                predicted_diffuse[t] = diffuse
        for i in range(m):
            if math.isnan(z[t, i]):
                continue
            v = z[t, i]
            for j in range(n):
                v -= h[t, i, j] * mean[j]
            f_star, f_inf = _moments(h[t, i], r[t, i], cov, diffuse, is_diffuse, m_star, m_inf)
            if f_inf <= DETERMINED and f_star <= 0.0:
                continue
            _update(h[t, i], r[t, i], v, f_star, f_inf, m_star, m_inf, mean, cov, diffuse)
            if f_inf > DETERMINED:
                left_out += 1
                is_diffuse = np.abs(diffuse).max() > DETERMINED
                if not is_diffuse:
                    diffuse[:] = 0.0
                continue
            total -= 0.5 * (_LOG_2PI + math.log(f_star) + v * v / f_star)
            nis += v * v / f_star
            counted += 1
        if keep:
            filtered[t], filtered_cov[t] = mean, cov
            if is_diffuse:
                for i in range(n):
                    for j in range(n):
                        if diffuse[i, i] > DETERMINED or diffuse[j, j] > DETERMINED:
                            filtered_cov[t, i, j] = np.nan
                    if diffuse[i, i] > DETERMINED:
                        filtered[t, i] = np.nan
    return total, left_out, nis, counted


@njit(cache=True, nogil=True)
def smooth_series(f, which, h, r, z, predicted, predicted_cov, predicted_diffuse, smoothed, smoothed_cov):
    """Fixed-interval smoother without inverses (de Jong 1989; Durbin & Koopman 2012, 4.4 and 5.3);
    equal to Rauch-Tung-Striebel.
    """
    steps, n, m = len(z), predicted.shape[1], z.shape[1]
    r0, r1 = np.zeros(n), np.zeros(n)
    n0, n1, n2 = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    mean, cov, diffuse = np.empty(n), np.empty((n, n)), np.zeros((n, n))
    v, f_star, f_inf = np.empty(m), np.empty(m), np.empty(m)
    m_star, m_inf = np.empty((m, n)), np.empty((m, n))
    eye = np.eye(n)
    for t in range(steps - 1, -1, -1):
        mean[:], cov[:] = predicted[t], predicted_cov[t]
        is_diffuse = len(predicted_diffuse) > 0
        if is_diffuse:
            diffuse[:] = predicted_diffuse[t]
            is_diffuse = np.abs(diffuse).max() > DETERMINED
        for i in range(m):
            f_star[i] = 0.0
            if math.isnan(z[t, i]):
                continue
            v[i] = z[t, i]
            for j in range(n):
                v[i] -= h[t, i, j] * mean[j]
            f_star[i], f_inf[i] = _moments(h[t, i], r[t, i], cov, diffuse, is_diffuse, m_star[i], m_inf[i])
            if f_star[i] > 0.0 or f_inf[i] > DETERMINED:
                _update(h[t, i], r[t, i], v[i], f_star[i], f_inf[i], m_star[i], m_inf[i], mean, cov, diffuse)
        for i in range(m - 1, -1, -1):
            if math.isnan(z[t, i]) or (f_star[i] <= 0.0 and f_inf[i] <= DETERMINED):
                continue
            row = h[t, i]
            if f_inf[i] > DETERMINED:
                first = 1.0 / f_inf[i]
                second = -f_star[i] * first * first
                l0 = eye - np.outer(m_inf[i] * first, row)
                l1 = -np.outer(m_star[i] * first + m_inf[i] * second, row)
                r1 = row * (first * v[i]) + l0.T @ r1 + l1.T @ r0
                r0 = l0.T @ r0
                n2 = second * np.outer(row, row) + l0.T @ n2 @ l0 + l0.T @ n1 @ l1 + l1.T @ n1.T @ l0 + l1.T @ n0 @ l1
                n1 = first * np.outer(row, row) + l0.T @ n1 @ l0 + l1.T @ n0 @ l0
                n0 = l0.T @ n0 @ l0
            else:
                l0 = eye - np.outer(m_star[i] / f_star[i], row)
                r0 = row * (v[i] / f_star[i]) + l0.T @ r0
                n0 = np.outer(row, row) / f_star[i] + l0.T @ n0 @ l0
                if is_diffuse:
                    n1 = n1 @ l0
        mean[:], cov[:] = predicted[t], predicted_cov[t]
        smoothed[t] = mean + cov @ r0
        smoothed_cov[t] = cov - cov @ n0 @ cov
        if is_diffuse:
            diffuse[:] = predicted_diffuse[t]
            cross = diffuse @ n1 @ cov
            smoothed[t] += diffuse @ r1
            smoothed_cov[t] -= cross + cross.T + diffuse @ n2 @ diffuse
        if which[t] >= 0:
            step = f[which[t]]
            r0, r1 = step.T @ r0, step.T @ r1
            n0, n1, n2 = step.T @ n0 @ step, step.T @ n1 @ step, step.T @ n2 @ step


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def filter_pairs(dt, z, q_level, q_slope, r, state, nis, counted):
    """Level and slope of many sensors at once, with one time axis, in place.

    dt: (steps,) step before each time; z: (steps, sensors), NaN: missing; state: (5, sensors) level, slope, P00, P01, P11;
    nis, counted: (sensors,) sums of v^2 / S and of readings. Sensors are taken in lanes that stay in the first cache.
    """
    sensors = z.shape[1]
    for begin in range(0, sensors, LANES):
        end = min(begin + LANES, sensors)
        level, slope = state[0, begin:end], state[1, begin:end]
        p00, p01, p11 = state[2, begin:end], state[3, begin:end], state[4, begin:end]
        ql, qs, noise = q_level[begin:end], q_slope[begin:end], r[begin:end]
        total, number = nis[begin:end], counted[begin:end]
        for t in range(len(dt)):
            d = dt[t]
            row = z[t, begin:end]
            for i in range(end - begin):
                ahead = level[i] + d * slope[i]
                b = p01[i] + d * p11[i]
                a = p00[i] + d * (p01[i] + b) + d * ql[i]
                c = p11[i] + d * qs[i]
                seen = row[i] == row[i]
                v = row[i] - ahead if seen else 0.0
                s = a + noise[i]
                inverse = 1.0 / s if seen else 0.0
                k0, k1 = a * inverse, b * inverse
                keep = noise[i] * inverse if seen else 1.0
                level[i] = ahead + k0 * v
                slope[i] += k1 * v
                p00[i] = a * keep
                p01[i] = b * keep
                p11[i] = c - k1 * b
                total[i] += v * v * inverse
                number[i] += 1.0 if seen else 0.0


@njit(cache=True, nogil=True)
def systematic(weights, offset, chosen):
    """Systematic resampling (Kitagawa 1996): chosen[i] = particle at (i + offset) / N of the summed weights."""
    count = len(weights)
    # four sums side by side, since each addition waits for the one before
    a = b = c = d = 0.0
    for i in range(0, count - 3, 4):
        a += weights[i]
        b += weights[i + 1]
        c += weights[i + 2]
        d += weights[i + 3]
    total = (a + b) + (c + d)
    for i in range(count - count % 4, count):
        total += weights[i]
    step = total / len(chosen)
    j, above = 0, weights[0]
    for i in range(len(chosen)):
        place = (i + offset) * step
        while above < place and j < count - 1:
            j += 1
            above += weights[j]
        chosen[i] = j
