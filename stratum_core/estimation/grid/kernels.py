"""Kernels of power state estimation: measurement functions, their derivatives, and the gain matrix, in fixed patterns."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

#: how a measurement reads its complex power: not at all (voltage, angle), its real or its imaginary part
VOLTAGE, ANGLE, REAL, IMAGINARY = 0, 1, 2, 3


@njit(cache=True, nogil=True)
def evaluate(part, own, ptr, column, admittance, angle, size, value, derivative):
    """h(x) and its derivatives, S = V_own conj(sum_j y_j V_j) for every row.

    part, own: (m,); ptr, column, admittance: buses of each row, own among them. angle (rad), size (pu): (buses,).
    value: (m,); derivative: (2 ptr[-1],), of a row first by the angles of its buses, then by their magnitudes.
    """
    for i in range(len(part)):
        low, high = ptr[i], ptr[i + 1]
        k, at = high - low, 2 * low
        derivative[at:at + 2 * k] = 0.0
        if part[i] == VOLTAGE:
            value[i] = size[own[i]]
            derivative[at + 1] = 1.0
            continue
        if part[i] == ANGLE:
            value[i] = angle[own[i]]
            derivative[at] = 1.0
            continue
        a, b = own[i], 0
        total = 0.0 + 0.0j
        voltage = size[a] * complex(math.cos(angle[a]), math.sin(angle[a]))
        real = part[i] == REAL
        for c in range(k):
            j = column[low + c]
            if j == a:
                b = c
            term = voltage * (admittance[low + c] * size[j] * complex(math.cos(angle[j]), math.sin(angle[j]))).conjugate()
            total += term
            # d/d angle of conj(V_j) is -1j conj(V_j)
            derivative[at + c] += term.imag if real else -term.real
            derivative[at + k + c] += (term.real if real else term.imag) / size[j]
        derivative[at + b] += -total.imag if real else total.real
        derivative[at + k + b] += (total.real if real else total.imag) / size[a]
        value[i] = total.real if real else total.imag


@njit(cache=True, nogil=True)
def gain(start, state, derivative, weight, residual, pair, gained, right):
    """G = H' W H in the places ``pair`` of a fixed pattern, and H' W r.

    start: (m + 1,) entries of each row; state: (entries,) column, -1: none; pair: where each product of two entries goes, in
    order.
    """
    gained[:] = 0.0
    right[:] = 0.0
    k = 0
    for i in range(len(weight)):
        w = weight[i]
        for a in range(start[i], start[i + 1]):
            if state[a] < 0:
                continue
            scaled = w * derivative[a]
            right[state[a]] += scaled * residual[i]
            for b in range(start[i], start[i + 1]):
                if state[b] >= 0:
                    gained[pair[k]] += scaled * derivative[b]
                    k += 1


@njit(cache=True, nogil=True)
def places(start, state, indptr, indices, pair):
    """Where each product of two entries of a row stands in a symmetric pattern by columns; returns how many there are."""
    k = 0
    for i in range(len(start) - 1):
        for a in range(start[i], start[i + 1]):
            if state[a] < 0:
                continue
            low, high = indptr[state[a]], indptr[state[a] + 1]
            for b in range(start[i], start[i + 1]):
                if state[b] >= 0:
                    pair[k] = low + np.searchsorted(indices[low:high], state[b])
                    k += 1
    return k
