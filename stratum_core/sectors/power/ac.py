"""AC power flow by Newton's method in polar coordinates: voltages, reactive power and losses of any grid.

S = V conj(Y V), with the branch model of an ideal transformer (ratio and phase shift) at the start of a pi circuit
(Zimmerman, Murillo-Sánchez & Thomas, IEEE Trans. Power Systems 26(1), 2011; MATPOWER manual, eq. 3.1-3.13); Newton in polar
form by Tinney & Hart, IEEE Trans. PAS 86(11), 1967, each step by a sparse LU factorisation. Buses are of three sorts:
reference (voltage and angle given), controlled (voltage and active power given), load (power given). Limits of reactive power,
tap changers and voltage-dependent loads are left out. It is what other models are compared with; no cascade runs on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix, diags, hstack, vstack
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from stratum_core.model.fields import Bools, Floats, Ints

Complex = npt.NDArray[np.complex128]

#: greatest mismatch of a solution, in MVA
TOLERANCE_MVA = 1e-6
MOST_STEPS = 30
#: least series impedance in per unit of 1 MVA: a closed switch
LEAST_Z = 1e-6


@dataclass(frozen=True)
class AcProblem:
    """A grid for AC flow, per unit of 1 MVA and of each bus's nominal voltage.

    start, end, usable, impedance (r + jx), charging (total susceptance), ratio, shift (rad): (branches,). shunt: (buses,) power
    drawn at nominal voltage, conjugated admittance in MVA. injection: (buses,) MVA, generation minus demand. voltage: (buses,)
    magnitude to hold or to start from. reference, controlled: (buses,); an island without a reference is black.
    """

    start: Ints
    end: Ints
    usable: Bools
    impedance: Complex
    charging: Floats
    ratio: Floats
    shift: Floats
    shunt: Complex
    injection: Complex
    voltage: Floats
    reference: Bools
    controlled: Bools


@dataclass(frozen=True)
class AcFlow:
    """voltage: (buses,) complex, per unit, NaN on black buses; sent, received: (branches,) MVA that enter at start and at end.

    losses: MW of all branches together; injection: (buses,) MVA that all buses inject in the solution; mismatch: MVA.
    Without ``converged`` the figures are those of the last step and mean nothing.
    """

    voltage: Complex
    sent: Complex
    received: Complex
    injection: Complex
    losses: float
    converged: bool
    steps: int
    mismatch: float

    @property
    def magnitude(self) -> Floats:
        """(buses,) voltage magnitude, per unit."""
        return np.abs(self.voltage)

    @property
    def apparent(self) -> Floats:
        """(branches,) the greater apparent power of both ends, MVA."""
        return np.maximum(np.abs(self.sent), np.abs(self.received))


def ac_flow(problem: AcProblem) -> AcFlow:
    """Solve ``problem`` from the angles of the unloaded grid; ``converged`` says whether there was a solution to find."""
    black = black_buses(problem)
    at_start, at_end = current_matrices(problem, problem.usable & ~black[problem.start])
    admittance = bus_admittance(problem, at_start, at_end)
    voltage = np.where(problem.reference | problem.controlled, problem.voltage, 1.0).astype(np.complex128)
    voltage *= np.exp(1j * _unloaded_angles(problem, black))
    voltage[black] = 0.0
    angles = np.flatnonzero(~problem.reference & ~black)
    magnitudes = np.flatnonzero(~problem.reference & ~problem.controlled & ~black)
    voltage, steps, mismatch = _newton(admittance, problem.injection, voltage, angles, magnitudes)
    sent = voltage[problem.start] * np.conj(at_start @ voltage)
    received = voltage[problem.end] * np.conj(at_end @ voltage)
    return AcFlow(
        voltage=np.where(black, np.nan, voltage),
        sent=sent,
        received=received,
        injection=voltage * np.conj(admittance @ voltage),
        losses=float((sent + received).real.sum()),
        converged=mismatch < TOLERANCE_MVA,
        steps=steps,
        mismatch=mismatch,
    )


def black_buses(problem: AcProblem) -> Bools:
    """Buses of islands without a reference."""
    size, start, end = len(problem.injection), problem.start[problem.usable], problem.end[problem.usable]
    count, island = connected_components(coo_matrix((np.ones(len(start)), (start, end)), shape=(size, size)), directed=False)
    live = np.zeros(count, dtype=np.bool_)
    live[island[problem.reference]] = True
    dark: Bools = ~live[island]
    return dark


def _unloaded_angles(problem: AcProblem, black: Bools) -> Floats:
    """Angles (rad) that phase shifts alone give: a transformer that turns by 150 deg is too far from 0 for Newton's method."""
    size = len(problem.injection)
    if not (problem.shift * problem.usable).any():
        return np.zeros(size)
    weight = np.where(problem.usable, 1.0 / np.maximum(np.abs(problem.impedance), LEAST_Z), 0.0)
    rows = np.arange(len(weight))
    ends = csr_matrix((np.concatenate([weight * 0 + 1.0, weight * 0 - 1.0]), (np.tile(rows, 2), np.concatenate(
        [problem.start, problem.end]))), shape=(len(weight), size))
    free = np.flatnonzero(~problem.reference & ~black)
    balance = (ends.T @ diags(weight) @ ends).tocsc()[free][:, free]
    angle = np.zeros(size)
    if len(free):
        angle[free] = splu(balance.tocsc()).solve((ends.T @ (weight * problem.shift))[free])
    return angle


def branch_admittances(problem: AcProblem, usable: Bools) -> tuple[Complex, Complex, Complex, Complex]:
    """Of each branch, MVA per unit: start-start, start-end, end-start, end-end; 0 where it is not ``usable``."""
    closed = np.abs(problem.impedance) < LEAST_Z
    series = np.where(usable, 1.0 / np.where(closed, 1j * LEAST_Z, problem.impedance), 0.0)
    inner = series + np.where(usable, 0.5j * problem.charging, 0.0)
    tap = problem.ratio * np.exp(1j * problem.shift)
    return inner / np.abs(tap) ** 2, -series / np.conj(tap), -series / tap, inner


def current_matrices(problem: AcProblem, usable: Bools) -> tuple[csr_matrix, csr_matrix]:
    """Two (branches, buses) matrices: bus voltages to the currents that enter at the start and at the end."""
    own, across, back, far = branch_admittances(problem, usable)
    rows, shape = np.arange(len(own)), (len(own), len(problem.injection))
    both, where = np.tile(rows, 2), np.concatenate([problem.start, problem.end])
    at_start = csr_matrix((np.concatenate([own, across]), (both, where)), shape=shape)
    at_end = csr_matrix((np.concatenate([back, far]), (both, where)), shape=shape)
    return at_start, at_end


def bus_admittance(problem: AcProblem, at_start: csr_matrix, at_end: csr_matrix) -> csr_matrix:
    ones, rows, shape = np.ones(len(problem.start)), np.arange(len(problem.start)), at_start.shape
    from_bus = csr_matrix((ones, (rows, problem.start)), shape=shape)
    to_bus = csr_matrix((ones, (rows, problem.end)), shape=shape)
    return (from_bus.T @ at_start + to_bus.T @ at_end + diags(np.conj(problem.shunt))).tocsr()


def _newton(
    admittance: csr_matrix, injection: Complex, voltage: Complex, angles: Ints, magnitudes: Ints
) -> tuple[Complex, int, float]:
    """(voltage, steps, greatest mismatch in MVA); stops at a solution, at a singular step, or after MOST_STEPS."""
    mismatch, steps = _mismatch(admittance, injection, voltage, angles, magnitudes), 0
    while len(mismatch) and np.abs(mismatch).max() >= TOLERANCE_MVA and steps < MOST_STEPS:
        try:
            change = splu(_jacobian(admittance, voltage, angles, magnitudes)).solve(-mismatch)
        except RuntimeError:
            break
        angle, size = np.angle(voltage), np.abs(voltage)
        angle[angles] += change[: len(angles)]
        size[magnitudes] += change[len(angles) :]
        if not np.isfinite(change).all() or np.abs(size).max() > 1e3:
            break
        voltage = size * np.exp(1j * angle)
        mismatch, steps = _mismatch(admittance, injection, voltage, angles, magnitudes), steps + 1
    return voltage, steps, float(np.abs(mismatch).max()) if len(mismatch) else 0.0


def _mismatch(admittance: csr_matrix, injection: Complex, voltage: Complex, angles: Ints, magnitudes: Ints) -> Floats:
    apart = voltage * np.conj(admittance @ voltage) - injection
    return np.concatenate([apart.real[angles], apart.imag[magnitudes]])


def _jacobian(admittance: csr_matrix, voltage: Complex, angles: Ints, magnitudes: Ints) -> csc_matrix:
    """Derivatives of P at ``angles`` and Q at ``magnitudes`` by angles and magnitudes (MATPOWER Technical Note 2)."""
    size = np.abs(voltage)
    unit = np.divide(voltage, size, out=np.ones_like(voltage), where=size > 0)
    current, across = diags(admittance @ voltage), diags(voltage)
    by_angle = (1j * across @ np.conj(current - admittance @ across)).tocsr()
    by_size = (across @ np.conj(admittance @ diags(unit)) + np.conj(current) @ diags(unit)).tocsr()
    above = hstack([by_angle[angles][:, angles].real, by_size[angles][:, magnitudes].real])
    below = hstack([by_angle[magnitudes][:, angles].imag, by_size[magnitudes][:, magnitudes].imag])
    return vstack([above, below]).tocsc()
