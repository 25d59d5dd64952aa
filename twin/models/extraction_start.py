"""From nothing to the steady state of a stage train: a start in which metals balance, Newton's steps, time steps."""

from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.distribution import LN10, Floats, Law, LawValue
from twin.models.extraction_homotopy import NEAR, apart, loaded, of_equals
from twin.models.extraction_newton import LOOSE, TOLERANCE, WATER_PRODUCT, Hold, Train, equations, newton
from twin.models.extraction_reduced import balanced, equilibrium, reduced_newton

STEPS: Final = 60  # of Newton from a start
TIME_STEPS: Final = 200


def converge(train: Train, names: tuple[str, ...], where: str, start: Floats | None = None) -> tuple[Floats, int, str]:
    """Return the steady state, Newton's steps all told, and how it was reached.

    Parameters
    ----------
    train : N stages and K elements.
    names : of those elements, for an error message.
    where : what an error message calls the train.
    start : steady state of a like train, shape (N, 2 K + 2), to begin with; changes the time taken only.

    Raises
    ------
    ModelError : no steady state was reached; the message names the worst balance, its stage and what it means.

    Notes
    -----
    Tried in turn until one holds every balance: Newton's method from ``start``; for a train without strip from two
    plain states; from metals that are alike (`extraction_homotopy`); implicit time steps from a start-up.
    """
    mixed, steps = unmixed(train), 0
    if not np.isfinite(equilibrium(train, mixed)).all():
        raise ModelError(f"{where}: the law gives a distribution that is no number; numbers are needed; correct it")
    plain = [] if np.isneginf(train.passed[:-1]).any() else [_spent(train, mixed), mixed]
    begins = [start] if start is not None and start.shape == mixed.shape else []
    for first in (*begins, *plain):
        x, more, done = reduced_newton(train, balanced(train, first, equilibrium(train, first)), STEPS)
        steps += more
        if done:
            return x, steps, "newton"
    equals = of_equals(train)
    x = loaded(equals, mixed)
    x, more, done = reduced_newton(equals, balanced(equals, x, equilibrium(equals, x)), STEPS, NEAR)
    steps += more
    if not done:
        x, more, done = started_up(equals, mixed)
        steps += more
    if done:
        x, more, done = apart(train, x)
        steps += more
        if done:
            return x, steps, "apart"
    x, more, done = started_up(train, mixed)
    if not done:
        raise ModelError(f"{where}: {_worst(train, x, names)}")
    return x, steps + more, "time steps"


def unmixed(train: Train) -> Floats:
    """Return the state in which nothing is exchanged yet, shape (N, 2 K + 2): liquors mix, the solvent passes."""
    stages, elements = train.fed.shape
    u = np.empty((stages, elements))
    above = np.full(elements, -np.inf)
    for j in range(stages - 1, -1, -1):
        above = u[j] = np.logaddexp(above + train.passed[j], train.fed[j]) - train.liquor[j]
    v = np.broadcast_to(train.solvent_fed - train.solvent, (stages, elements))
    bound = np.exp(v[0] + train.extractant).sum()
    f = np.full(stages, np.log(max(np.exp(train.total) - bound, 1e-6 * np.exp(train.total))))
    return np.column_stack([u, _acidity(train, u), f, v])


def started_up(train: Train, mixed: Floats) -> tuple[Floats, int, bool]:
    """Return a state, Newton's steps all told and whether it is steady, by implicit time steps from a start-up.

    Notes
    -----
    First the exchange is turned on from next to nothing, ln D = (1 - t) ln D_0 + t ln D(H, C), a residence time per
    step; then the steps grow until the steady state is in reach of Newton's method. What does not converge is tried
    again with a shorter step: the shorter it is, the nearer are the stages to closed vessels.
    """
    begin = _hardly_any(train, mixed)
    x = balanced(train, mixed, begin)
    x[:, train.fed.shape[1]] = _acidity(train, x[:, : train.fed.shape[1]])
    on, stride, rate, tried, steps = 0.0, 0.15, 1.0, 1.0, 0
    for _ in range(TIME_STEPS):
        following = min(1.0, on + stride)
        law = train.law if following == 1.0 else partial(_turned_on, train.law, begin / LN10, following)
        y, taken, done = newton(replace(train, law=law), x, 12, LOOSE, Hold(rate, x))
        steps += taken
        if not done:
            stride, rate = 0.5 * stride, (2.0 if on < 1.0 else 4.0) * rate
            if rate > 1e9:
                break
            continue
        if on < 1.0:
            stride *= 1.7 if taken <= 5 else 1.0
        else:
            rate /= 3.0 if taken <= 5 else 1.6 if taken <= 8 else 1.0
        x, on = y, following
        if on == 1.0 and rate < 0.3 * tried:
            tried = rate
            y, taken, done = reduced_newton(train, x, 20)
            if not done:
                y, more, done = newton(train, x, 15, TOLERANCE)
                taken += more
            steps += taken
            if done:
                return y, steps, True
    return x, steps, False


def _spent(train: Train, mixed: Floats) -> Floats:
    """Return a state as acid as if all metals were exchanged: too little is extracted at first, where not too much."""
    found, elements = mixed.copy(), train.fed.shape[1]
    found[:, elements] = np.maximum(train.positive, mixed[:, elements])
    return found


def _turned_on(law: Law, begin: Floats, on: float, ph: ArrayLike, free_mol_l: ArrayLike) -> LawValue:
    log_d, by_ph, by_free = law(ph, free_mol_l)
    return (1.0 - on) * begin + on * log_d, on * by_ph, on * by_free


def _hardly_any(train: Train, mixed: Floats) -> Floats:
    """Return distributions [ln D], shape (N, K), at which a metal stays where it was fed, and the acidity as it was."""
    elements = train.fed.shape[1]
    little = np.log(1e-3) + np.minimum(mixed[:, elements] - train.positive, 0.0).min()
    ratio = train.liquor[:, 0] - train.solvent
    with_solvent = train.solvent_fed > np.logaddexp.reduce(train.fed, axis=0)
    begin = np.where(with_solvent, ratio.max() - little, ratio.min() + little)
    found: Floats = np.broadcast_to(begin, train.fed.shape)
    return found


def _acidity(train: Train, u: Floats) -> Floats:
    """Return ln [H+], shape (N,), that balances the charge of given metals; bisection where rounding allows."""
    bound = np.logaddexp.reduce(u + train.charge, axis=1)
    low, high = np.full(len(u), np.log(1e-15)), np.full(len(u), np.log(1e3))
    for _ in range(60):
        h = 0.5 * (low + high)
        sulfate = train.sulfate + h - np.logaddexp(h, train.bisulfate)
        left = np.logaddexp(np.logaddexp(np.logaddexp(h, bound), sulfate), train.negative)
        much = left > np.logaddexp(train.positive, WATER_PRODUCT - h)
        low, high = np.where(much, low, h), np.where(much, h, high)
    return np.asarray(0.5 * (low + high))


def _worst(train: Train, x: Floats, names: tuple[str, ...]) -> str:
    """Return the sentence that says where the steady state was missed, and why as far as it can be told."""
    elements = len(names)
    residual = np.abs(equations(train, x)[0])
    stage, place = (int(one) for one in np.unravel_index(np.argmax(residual), residual.shape))
    if place < elements:
        what = f"the balance of {names[place]}"
    elif place >= elements + 2:
        what = f"the equilibrium of {names[place - elements - 2]}"
    else:
        what = ("the charge balance of the liquor", "the balance of the extractant")[place - elements]
    ph, free = -x[stage, elements] / LN10, float(np.exp(x[stage, elements + 1] - train.total))
    return (
        f"no steady state was reached: at stage {stage + 1} {what} is off by {residual[stage, place]:.2g} "
        f"(pH {ph:.2f}, {free:.0%} of the extractant free); balances must hold to {TOLERANCE:g}: feed more solvent or "
        "less base, or change scrub and strip so that no metal is caught between the ends"
    )
