"""Distribution laws: how a metal shares itself between a solvent and a liquor, by acidity and free extractant.

A law takes pH = -log10 [H+] (of the concentration, not of the activity) and the free extractant, and gives log10 D of
every element with its two slopes. D is the concentration in the solvent over that in the liquor at equilibrium.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.models.limits import positive

Floats = NDArray[np.float64]
LawValue = tuple[Floats, Floats, Floats]
Law = Callable[[ArrayLike, ArrayLike], LawValue]
"""(pH, free extractant [mol/L]), shapes (...), to log10 D and its slopes by pH and by log10 of the free extractant, all
of shape (..., K)."""

LN10: Final = float(np.log(10.0))


def power_law(
    a: ArrayLike,
    ph_slope: ArrayLike = 3.0,
    exponent: ArrayLike = 3.0,
    reference_mol_l: float = 0.5,
    activity: ArrayLike = 0.0,
) -> Law:
    """Return the law of exchange of cations for protons of an acidic extractant.

    Parameters
    ----------
    a : log10 D at pH 0 and the reference concentration, shape (K,).
    ph_slope : protons that one ion sets free s [-]: 3 for a rare earth, 1 for sodium; scalar or (K,).
    exponent : order in the free extractant n [-]; scalar or (K,).
    reference_mol_l : free extractant that ``a`` holds for C_ref [mol/L], above 0.
    activity : A of log10 y = -A sqrt(C), y the activity coefficient of the extractant [(L/mol)^0.5]; scalar or (K,).

    Returns
    -------
    The law; free extractant is that of the coefficients, dimers as a rule.

    Notes
    -----
    log10 D = a + s pH + n [log10(C/C_ref) - A (sqrt C - sqrt C_ref)]. With one s for two elements their separation
    factor does not depend on pH. Sodium of a saponified solvent obeys the same law, s = n = 1: the solvent is then a
    buffer with [Na]org/[Na]aq = K C/[H+]. Valid for traces at the ionic strength and in the window of pH of the
    coefficients; at 298 K.

    References
    ----------
    Peppard et al. (1957), J. Inorg. Nucl. Chem. 4, 334-343 (slopes); Tanaka et al. (2021), Hydrometallurgy 201, 105588
    (form with the activity of PC88A).

    Examples
    --------
    Neodymium with PC88A at its reference, then with half of the extractant:

    >>> law = power_law([-3.0776], activity=0.473)
    >>> log10_d(law, 1.0, [0.5, 0.25]).round(4).ravel().tolist()
    [-0.0776, -0.6868]
    """
    positive("distribution law", "reference concentration [mol/L]", reference_mol_l, "free extractant of the source")
    arrays = (np.atleast_1d(np.asarray(one, np.float64)) for one in (a, ph_slope, exponent, activity))
    offset, s, n, A = np.broadcast_arrays(*arrays)
    return partial(_power, offset, s, n, A, float(reference_mol_l))


def _power(
    a: Floats, s: Floats, n: Floats, A: Floats, reference_mol_l: float, ph: ArrayLike, free_mol_l: ArrayLike
) -> LawValue:
    acidity, free = _columns(ph, free_mol_l)
    root = np.sqrt(free)
    by_free = np.log10(free / reference_mol_l) - A * (root - np.sqrt(reference_mol_l))
    log_d = a + s * acidity + n * by_free
    return log_d, np.broadcast_to(s, log_d.shape), n * (1.0 - 0.5 * LN10 * A * root)


def linear_law(slope: ArrayLike, intercept: ArrayLike) -> Law:
    """Return the law of bench fits that know the pH only.

    Parameters
    ----------
    slope, intercept : a and b by element [-], shape (K,).

    Notes
    -----
    log10 D = a pH + b, for the solvent and the range of pH that were fitted; an extractant that is used up does not
    show.

    References
    ----------
    Batista (2022), etr-optimization: fits for D2EHPA, P507 and Cyanex 572.

    Examples
    --------
    >>> log10_d(linear_law([0.8569, 1.1924], [-1.9035, -1.2654]), 1.0, 1.0).round(4).tolist()
    [-1.0466, -0.073]
    """
    a, b = np.broadcast_arrays(np.atleast_1d(np.asarray(slope, np.float64)), np.asarray(intercept, np.float64))
    return partial(_power, b, a, np.zeros_like(b), np.zeros_like(b), 1.0)


def dosage_law(
    m0: ArrayLike, m1: ArrayLike, b0: ArrayLike, b1: ArrayLike, constant_d: ArrayLike, dosage_per_mol_l: float
) -> Law:
    """Return the law of sulfate liquors with D2EHPA and tributyl phosphate, by dosage of the extractant.

    Parameters
    ----------
    m0, m1, b0, b1 : coefficients by element, shape (K,).
    constant_d : D of elements that have one number only, 0 or more; nan where the coefficients hold; shape (K,).
    dosage_per_mol_l : volume per cent of extractant per mol/L of its molecules, above 0.

    Notes
    -----
    log10 D = (m0 + m1 v) pH + b0 + b1 log10 v, v the free extractant as volume per cent of the solvent.

    References
    ----------
    prommis 1.1.0, solvent_extraction_reaction_package.py (after a report of the University of Kentucky).

    Examples
    --------
    >>> law = dosage_law([0.31183, 0.0], [0.03763, 0.0], [-1.62372, 0.0], [-0.38096, 0.0], [np.nan, 0.1496], 33.04)
    >>> (10 ** log10_d(law, 1.0, 5.0 / 33.04)).round(4).tolist()
    [0.0407, 0.1496]
    """
    positive("distribution law", "dosage per concentration [%/(mol/L)]", dosage_per_mol_l, "volume share of 1 mol/L")
    arrays = (np.atleast_1d(np.asarray(one, np.float64)) for one in (m0, m1, b0, b1, constant_d))
    slope, gain, offset, order, constant = np.broadcast_arrays(*arrays)
    return partial(_dosage, slope, gain, offset, order, constant, float(dosage_per_mol_l))


def _dosage(
    m0: Floats,
    m1: Floats,
    b0: Floats,
    b1: Floats,
    constant: Floats,
    dosage_per_mol_l: float,
    ph: ArrayLike,
    free_mol_l: ArrayLike,
) -> LawValue:
    acidity, free = _columns(ph, free_mol_l)
    v = dosage_per_mol_l * free
    fixed = np.isfinite(constant)
    known = np.log10(np.where(fixed, constant, 1.0))
    log_d = np.where(fixed, known, (m0 + m1 * v) * acidity + b0 + b1 * np.log10(v))
    by_ph = np.where(fixed, 0.0, m0 + m1 * v)
    return log_d, by_ph, np.where(fixed, 0.0, m1 * v * LN10 * acidity + b1)


def log10_d(law: Law, ph: ArrayLike, free_mol_l: ArrayLike) -> Floats:
    """Return log10 D of every element.

    Parameters
    ----------
    law : distribution law of K elements.
    ph : -log10 [H+], any shape.
    free_mol_l : free extractant [mol/L], above 0; broadcast with ``ph``.

    Returns
    -------
    log10 D, broadcast shape + (K,).

    Examples
    --------
    >>> log10_d(power_law([-3.0, 0.0]), [0.0, 1.0], 0.5).tolist()
    [[-3.0, 0.0], [0.0, 3.0]]
    """
    free = positive("distribution law", "free extractant [mol/L]", free_mol_l, "no law holds without extractant")
    return law(ph, free)[0]


def _columns(ph: ArrayLike, free_mol_l: ArrayLike) -> tuple[Floats, Floats]:
    """Return both with one more axis, for the elements."""
    acidity, free = np.broadcast_arrays(np.asarray(ph, np.float64), np.asarray(free_mol_l, np.float64))
    return acidity[..., np.newaxis], free[..., np.newaxis]
