"""Equations of a counter-current stage train in logarithms, and their solution by Newton's steps.

Every equation is the logarithm of a ratio of two sums of positive terms: what leaves a stage over what enters it. So
concentrations may span hundreds of decades, none can become negative, and a residual is a relative error.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.linalg import LinAlgError
from numpy.typing import NDArray
from scipy.linalg import solve_banded

from twin.models.distribution import LN10, Floats, Law

WATER_PRODUCT: Final = float(np.log(1e-14))  # ln of [H+][OH-]
TOLERANCE: Final = 1e-11  # of every equation: relative error of a stage balance
LOOSE: Final = 1e-8  # of a time step, whose end is no result
REACH: Final = 2.5  # most that ln[H+] or ln of the free extractant moves in one step
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Train:
    """A train of N stages with K elements, solvent flowing up the numbers and liquor down; all ln of what is named.

    Attributes
    ----------
    law : distribution law of the K elements.
    charge, extractant : protons set free and extractant bound per metal, shape (K,).
    liquor : flow of liquor that leaves a stage, shape (N, 1).
    passed : flow of liquor that enters a stage from the next higher one, shape (N, 1); -inf if none.
    fed : metals that enter a stage from outside, with a liquor, shape (N, K).
    solvent : flow of solvent; ``solvent_fed`` the metals it brings to the first stage, flow times concentration, (K,).
    total : extractant, free and bound.
    positive, negative : charge that liquor brings as protons and metals, where above and where below 0, shape (N,).
    sulfate : sulfate in liquor, both forms, shape (N,); ``bisulfate`` the dissociation constant.
    reached, missed : Murphree efficiency of a stage and what it lacks to 1, shape (N, 1).
    """

    law: Law
    charge: Floats
    extractant: Floats
    liquor: Floats
    passed: Floats
    fed: Floats
    solvent: float
    solvent_fed: Floats
    total: float
    positive: Floats
    negative: Floats
    sulfate: Floats
    bisulfate: float
    reached: Floats
    missed: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Stages and unknowns per stage: metals in liquor, [H+], free extractant, metals in solvent."""
        stages, elements = self.fed.shape
        return stages, 2 * elements + 2


@dataclass(frozen=True, eq=False)
class Hold:
    """What stages held when a time step began: ``rate`` is residence times per step, ``before`` the state."""

    rate: float
    before: Floats


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives of the equations; shapes (N, K) or, for those of one unknown per stage, (N,)."""

    liquor_out: Floats
    solvent_out: Floats
    liquor_in: Floats
    solvent_in: Floats
    proton: Floats
    metals: Floats
    free: Floats
    bound: Floats
    by_ph: Floats
    by_free: Floats
    reached: Floats
    carried: Floats


def equations(train: Train, x: Floats, hold: Hold | None = None) -> tuple[Floats, Slopes]:
    """Return how far a state is from its balances, and the derivatives.

    Parameters
    ----------
    train : N stages and K elements.
    x : ln of metals in liquor (K), [H+], free extractant and metals in solvent (K) [mol/L], shape (N, 2 K + 2).
    hold : None for the steady state.

    Returns
    -------
    Residuals in the order of the unknowns, shape (N, 2 K + 2), and slopes.
    """
    elements = train.fed.shape[1]
    u, h, f, v = x[:, :elements], x[:, elements], x[:, elements + 1], x[:, elements + 2 :]
    log_d, by_ph, by_free = train.law(-h / LN10, np.exp(f))
    arrives = np.vstack([train.solvent_fed - train.solvent, v[:-1]])
    leaves, brings, met = 0.0, train.fed, arrives
    if hold is not None:
        leaves, rate = float(np.log1p(hold.rate)), float(np.log(hold.rate))
        old_u, old_v = hold.before[:, :elements], hold.before[:, elements + 2 :]
        brings = np.logaddexp(brings, rate + np.logaddexp(old_u + train.liquor, old_v + train.solvent))
        met = np.logaddexp(arrives, rate + old_v) - leaves
    out_u, out_v = u + train.liquor + leaves, v + train.solvent + leaves
    out = np.logaddexp(out_u, out_v)
    in_u = np.vstack([u[1:], u[-1:]]) + train.passed
    in_v = arrives + train.solvent
    into = np.logaddexp(np.logaddexp(in_u, in_v), brings)

    both = np.logaddexp(h, train.bisulfate)
    terms = np.column_stack([u + train.charge, h, train.sulfate + h - both, train.negative])
    charge = np.logaddexp.reduce(terms, axis=1)
    share = np.exp(terms - charge[:, np.newaxis])
    hydroxide = WATER_PRODUCT - h
    given = np.logaddexp(train.positive, hydroxide)
    bind = np.column_stack([v + train.extractant, f])
    used = np.logaddexp.reduce(bind, axis=1)
    taken = np.exp(bind - used[:, np.newaxis])

    at_equilibrium = u + LN10 * log_d + train.reached
    mixed = np.logaddexp(at_equilibrium, met + train.missed)
    residual = np.column_stack([out - into, charge - given, used - train.total, v - mixed])
    slopes = Slopes(
        liquor_out=np.exp(out_u - out),
        solvent_out=np.exp(out_v - out),
        liquor_in=np.exp(in_u - into),
        solvent_in=np.exp(in_v - into),
        proton=share[:, -3] + share[:, -2] * np.exp(train.bisulfate - both) + np.exp(hydroxide - given),
        metals=share[:, :-3],
        free=taken[:, -1],
        bound=taken[:, :-1],
        by_ph=by_ph,
        by_free=by_free,
        reached=np.exp(at_equilibrium - mixed),
        carried=np.exp(arrives - leaves + train.missed - mixed),
    )
    return residual, slopes


def newton_step(train: Train, residual: Floats, slopes: Slopes) -> Floats | None:
    """Return the change of the state that the linearised equations ask for, shape (N, 2 K + 2); None if singular."""
    stages, width = train.shape
    elements = width // 2 - 1
    bands = np.zeros((2 * width + 1, stages * width))
    start = np.arange(stages)[:, np.newaxis] * width
    u = start + np.arange(elements)
    v = u + elements + 2
    h, f = start + elements, start + elements + 1

    def put(rows: Ints, columns: Ints, values: Floats) -> None:
        bands[width + rows - columns, columns] = values

    put(u, u, slopes.liquor_out)
    put(u, v, slopes.solvent_out)
    put(u[:-1], u[1:], -slopes.liquor_in[:-1])
    put(u[1:], v[:-1], -slopes.solvent_in[1:])
    put(h, u, slopes.metals)
    put(h, h, slopes.proton[:, np.newaxis])
    put(f, v, slopes.bound)
    put(f, f, slopes.free[:, np.newaxis])
    put(v, v, np.ones_like(slopes.reached))
    put(v, u, -slopes.reached)
    put(v, h, slopes.reached * slopes.by_ph)
    put(v, f, -slopes.reached * slopes.by_free)
    put(v[1:], v[:-1], -slopes.carried[1:])
    try:
        found: Floats = solve_banded((width, width), bands, -residual.ravel(), overwrite_ab=True, check_finite=False)
    except LinAlgError:
        return None
    return found.reshape(stages, width) if np.isfinite(found).all() else None


def newton(train: Train, x: Floats, steps: int, tolerance: float, hold: Hold | None = None) -> tuple[Floats, int, bool]:
    """Return a state, the steps taken and whether all balances hold in it.

    Parameters
    ----------
    train : N stages and K elements.
    x : state to begin with, shape (N, 2 K + 2).
    steps : most steps.
    tolerance : largest residual.
    hold : None for the steady state.

    Notes
    -----
    A step is shortened until acidity and free extractant move by no more than ``REACH`` and the residuals shrink.
    """
    elements = train.fed.shape[1]
    residual, slopes = equations(train, x, hold)
    size = float(np.abs(residual).max())
    for step in range(steps):
        if size <= tolerance:
            return x, step, True
        change = newton_step(train, residual, slopes)
        if change is None:
            return x, step, False
        fastest = float(np.abs(change[:, elements : elements + 2]).max())
        part = min(1.0, REACH / fastest) if fastest > 0.0 else 1.0
        norm = float((residual**2).sum())
        for _ in range(12):
            trial = x + part * change
            residual, slopes = equations(train, trial, hold)
            if float((residual**2).sum()) < (1.0 - 1e-4 * part) * norm or float(np.abs(residual).max()) <= tolerance:
                break
            part *= 0.4
        else:
            return x, step, False
        x, size = trial, float(np.abs(residual).max())
    return x, steps, size <= tolerance
