"""From a train in which all metals are alike to the real one: the way to the steady state that hardly ever fails.

With one distribution for all metals a train is easy: the loading of the solvent follows from its base, and acidity from
the loading. Their differences are then let in bit by bit, each time by Newton's method from the state before.
"""

from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.distribution import LN10, Floats, Law, LawValue
from twin.models.extraction_newton import TOLERANCE, Train
from twin.models.extraction_reduced import balanced, equilibrium, reduced_newton

NEAR: Final = 1e-5  # residual of a state on the way, which is no result
FIRST: Final = 0.1  # of the differences, let in by the first step
LEAST: Final = 2e-3  # step below which the way is given up
ALONE: Final = 20  # most of Newton's steps on the way
LEAST_CHARGE: Final = -27.0  # ln [mol/L], in place of none in a liquor of free base
LOADED: Final = (0.02, 0.9)  # of the extractant: bounds of the loading that a start is given


def apart(train: Train, state: Floats) -> tuple[Floats, int, bool]:
    """Return the steady state of a train, Newton's steps and whether it was reached, from that of equal metals.

    Parameters
    ----------
    train : N stages and K elements.
    state : steady state of :func:`of_equals`, shape (N, 2 K + 2).
    """
    let_in, step, steps = 0.0, FIRST, 0
    while let_in < 1.0:
        following = min(1.0, let_in + step)
        there, near = (train, TOLERANCE) if following >= 1.0 else (of_equals(train, following), NEAR)
        begin = balanced(there, state, equilibrium(there, state))
        found, taken, done = reduced_newton(there, begin, ALONE, near)
        steps += taken
        if done:
            state, let_in = found, following
            step *= 2.0
        else:
            step *= 0.4
            if step < LEAST:
                return state, steps, False
    return state, steps, True


def of_equals(train: Train, apart_by: float = 0.0) -> Train:
    """Return the train with a share of the differences between the metals that liquors bring; 0: all alike.

    What the solvent brings (sodium) keeps its own distribution.
    """
    fed = np.logaddexp.reduce(train.fed, axis=0)
    with_liquor = fed > train.solvent_fed
    weight = np.where(with_liquor, np.exp(fed - fed[with_liquor].max()) if with_liquor.any() else 0.0, 0.0)
    weight = weight / max(float(weight.sum()), 1e-300)
    return replace(train, law=partial(_alike, train.law, weight, with_liquor, apart_by))


def _alike(
    law: Law, weight: Floats, which: NDArray[np.bool_], apart_by: float, ph: ArrayLike, free_mol_l: ArrayLike
) -> LawValue:
    def drawn_together(values: Floats) -> Floats:
        mean = (values * weight).sum(axis=-1, keepdims=True)
        found: Floats = np.where(which, (1.0 - apart_by) * mean + apart_by * values, values)
        return found

    log_d, by_ph, by_free = law(ph, free_mol_l)
    return drawn_together(log_d), drawn_together(by_ph), drawn_together(by_free)


def loaded(train: Train, unmixed: Floats) -> Floats:
    """Return a state with acidity and free extractant as the base of the solvent makes them, shape (N, 2 K + 2).

    Parameters
    ----------
    train : N stages and K elements.
    unmixed : state in which nothing is exchanged yet; its liquors give the proportions of the metals.

    Notes
    -----
    Up to the first stage whose liquor all leaves (the end of the scrub) the solvent stays loaded with as many
    equivalents as it brought base; the acidity is that at which the liquor holds such a load. Behind it, in the strip,
    liquor is as acid as it was fed, and the solvent nearly free.
    """
    stages, elements = train.fed.shape
    total, share = np.exp(train.total), LOADED
    base = np.exp(np.logaddexp.reduce(train.solvent_fed + train.charge) - train.solvent)
    load = np.full(stages, float(np.clip(base, share[0] * total, share[1] * total)))
    positive = np.maximum(train.positive, LEAST_CHARGE)
    held = np.exp(positive)
    u, h = unmixed[:, :elements], unmixed[:, elements].copy()
    of_metals = np.logaddexp.reduce(u + train.charge, axis=1)[:, np.newaxis]
    for _ in range(40):
        log_d, by_ph, _free = train.law(-h / LN10, total - load)
        left = np.maximum(held - np.exp(h), 1e-6 * held)
        terms = u - of_metals + np.log(left)[:, np.newaxis] + train.charge + LN10 * log_d
        bound = np.logaddexp.reduce(terms, axis=1)
        slope = -(np.exp(terms - bound[:, np.newaxis]) * by_ph).sum(axis=1) - np.exp(h) / left
        h = np.minimum(h - np.clip((bound - np.log(load)) / slope, -2.0, 2.0), np.log(0.98) + positive)
    ends = np.flatnonzero(np.isneginf(train.passed[:-1, 0]))
    if len(ends):
        strip = int(ends[0]) + 1
        ratio = float(np.exp(train.solvent - train.liquor[strip, 0]))
        acid = held[strip:].copy()
        acid[0] = max(acid[0] - load[0] * ratio, 0.1 * acid[0])
        h[strip:] = np.log(np.maximum(0.98 * acid, 1e-12))
        load[strip:] = share[0] * total
        load[strip] = 0.2 * total
    found = unmixed.copy()
    found[:, elements], found[:, elements + 1] = h, np.log(total - load)
    return found
