"""Newton's method on acidity and free extractant of a stage train, its metals being put in balance after every step."""

from typing import Final

import numpy as np

from twin.models.distribution import LN10, Floats
from twin.models.extraction_newton import TOLERANCE, Train, equations, newton_step

SLOW: Final = 0.5  # most that ln[H+] or ln of the free extractant moves in a step
PATIENCE: Final = 6  # steps after which a start that leads nowhere is given up
HOPELESS: Final = 12.0  # ln by which charge or extractant of a stage is off then


def metals(train: Train, log_d: Floats) -> tuple[Floats, Floats]:
    """Return metals in liquor and solvent [ln mol/L], shape (N, K), that balance at given distribution.

    Notes
    -----
    One sweep up and one down, exact, of positive terms only. With y_(j-1) = α c_j + β, the stage gives
    c_j = (P c_(j+1) + V η β + E) / (λ + V η D + (1 - η) V α), where λ = L - V α is what is lost for good downwards.
    """
    stages, elements = train.fed.shape
    V = train.solvent
    a = train.reached + log_d
    alpha = np.full(elements, -np.inf)
    beta = train.solvent_fed - V
    lost = np.broadcast_to(train.liquor[0], (elements,))
    taken = np.zeros(stages)
    taken[1:] = np.log(np.maximum(-np.expm1(train.passed[:-1, 0] - train.liquor[1:, 0]), 1e-300))
    ups, bases = np.empty((stages, elements)), np.empty((stages, elements))
    carry, load = np.empty((stages, elements)), np.empty((stages, elements))
    for j in range(stages):
        up = np.logaddexp(a[j], train.missed[j] + alpha)
        whole = np.logaddexp(lost, V + up)
        ups[j] = train.passed[j] - whole
        bases[j] = np.logaddexp(V + train.reached[j] + beta, train.fed[j]) - whole
        carry[j], load[j] = up, train.missed[j] + beta
        alpha, beta = up + ups[j], np.logaddexp(up + bases[j], load[j])
        if j + 1 < stages:
            lost = np.logaddexp(train.liquor[j + 1] + taken[j + 1], train.passed[j] + lost - whole)
    u, v = np.empty((stages, elements)), np.empty((stages, elements))
    above = np.full(elements, -np.inf)
    for j in range(stages - 1, -1, -1):
        above = u[j] = np.logaddexp(ups[j] + above, bases[j])
        v[j] = np.logaddexp(carry[j] + above, load[j])
    return u, v


def balanced(train: Train, x: Floats, log_d: Floats) -> Floats:
    """Return a state with its metals in balance at given distribution [ln D], acidity and free extractant kept."""
    elements = train.fed.shape[1]
    u, v = metals(train, log_d)
    return np.column_stack([u, x[:, elements : elements + 2], v])


def equilibrium(train: Train, x: Floats) -> Floats:
    """Return the distributions [ln D] of a state, shape (N, K)."""
    elements = train.fed.shape[1]
    log_d: Floats = train.law(-x[:, elements] / LN10, np.exp(x[:, elements + 1]))[0]
    return LN10 * log_d


def reduced_newton(train: Train, x: Floats, steps: int, tolerance: float = TOLERANCE) -> tuple[Floats, int, bool]:
    """Return a state, the steps taken and whether it is steady; the metals are put in balance after each step.

    Notes
    -----
    Newton's steps of the whole system move acidity and free extractant, by at most ``SLOW`` in ln. The residuals need
    not shrink from step to step: a front between two metals has to travel through the train first, and a search that
    asks for less at every step stops it. Where a stage is off by more than e^12 after the first steps, metals pile up
    without end: that start is given up.
    """
    elements = train.fed.shape[1]
    both = slice(elements, elements + 2)
    for step in range(steps):
        residual, slopes = equations(train, x)
        if float(np.abs(residual).max()) <= tolerance:
            return x, step, True
        if step >= PATIENCE and float(np.abs(residual[:, both]).max()) > HOPELESS:
            return x, step, False
        change = newton_step(train, residual, slopes)
        if change is None:
            return x, step, False
        x = x + min(1.0, SLOW / max(float(np.abs(change[:, both]).max()), SLOW)) * change
        x = balanced(train, x, equilibrium(train, x))
    return x, steps, bool(np.abs(equations(train, x)[0]).max() <= tolerance)
