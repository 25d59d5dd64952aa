"""Leaching of mud in dilute acid: what each host gives up, how fast, at which acid, and what falls out again.

Levels are calibrated to totals; only the directions (more acid, more heat, in sulfuric acid more time: less in the
liquor) are published for this mud. No recovery by element of this mud is public.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.elements import ATOMIC_MASS_G_MOL, CONSTITUENTS
from ops_data.errors import ModelError, did_you_mean
from twin.models.composition import SEA_SALT
from twin.models.limits import not_negative, positive, refuse_where

Floats = NDArray[np.float64]

PROTONS: Final[Mapping[str, int]] = {"hydrochloric": 1, "sulfuric": 2}  # that one molecule gives to the solids
# charge of what is dissolved in acid liquor; phosphorus is H3PO4, fluorine HF, uranium UO2 and sulfur sulfate
_CHARGES: Final = {
    "Fe": 3, "Al": 3, "Ca": 2, "P": 0, "S": -2, "F": 0, "Mn": 2, "Na": 1, "Cl": -1, "U": 2, "Th": 4,
}  # fmt: skip
CHARGE: Final = np.array([float(_CHARGES.get(name, 3)) for name in CONSTITUENTS])
MOLAR_KG: Final = np.array([ATOMIC_MASS_G_MOL[name] / 1e3 for name in CONSTITUENTS])  # kg per mol
SALT_EQ_PER_KG: Final = -float(np.array([SEA_SALT.get(name, 0.0) for name in CONSTITUENTS]) @ (CHARGE / MOLAR_KG))
PROTONS_PER_PHOSPHORUS: Final = 10 / 3  # Ca5(PO4)3F + 10 H = 5 Ca + 3 H3PO4 + HF

GAS_J_MOL_K: Final = 8.314462618
ZERO_C_K: Final = 273.15
REFERENCE_C: Final = 25.0
BEST_ACID_MOL_L: Final = 0.5  # upper end of the published best acid; above it extraction falls
REFERENCE_MIN: Final = 5.0  # upper end of the published best time, for which the loss in sulfuric acid is stated


def approach(rate_per_min: ArrayLike, time_min: ArrayLike, tanks: ArrayLike = np.inf) -> Floats:
    """Return how far a first-order change has gone.

    Parameters
    ----------
    rate_per_min : rate constant k [1/min], 0 or above, any shape.
    time_min : mean time t in all tanks together [min], 0 or above.
    tanks : equal stirred tanks in series N [1], 1 or above; infinite: a batch or a pipe.

    Returns
    -------
    Share of the final change [1], 0 to 1, broadcast shape.

    Notes
    -----
    1 - exp(-k t) in a batch; 1 - (1 + k t/N)^-N in N tanks, for each tank is well mixed.

    References
    ----------
    Levenspiel (1999), Chemical Reaction Engineering, 3rd ed., ch. 6 (tanks in series).

    Examples
    --------
    95 % in 3 minutes takes 1 per minute; three tanks of 5 minutes each reach 99.5 %:

    >>> approach(1.0, [3.0, 15.0]).round(3).tolist(), float(approach(1.0, 15.0, 3).round(4))
    ([0.95, 1.0], 0.9954)
    """
    k = not_negative("leach", "rate [1/min]", rate_per_min, "no reaction is 0")
    t = not_negative("leach", "time [min]", time_min, "count it forwards")
    N = np.asarray(tanks, np.float64)
    refuse_where(~(N >= 1.0), "leach", "tanks [1]", N, "must be 1 or more", "a batch has infinitely many")
    bounded = np.where(np.isinf(N), 1.0, N)
    gone = np.where(np.isinf(N), -k * t, -bounded * np.log1p(k * t / bounded))
    return np.asarray(-np.expm1(gone))


def rate_at(rate_per_min: ArrayLike, temperature_c: ArrayLike, activation_kj_mol: ArrayLike) -> Floats:
    """Return a rate constant at another temperature than 25 C.

    Parameters
    ----------
    rate_per_min : at 25 C [1/min], 0 or above, any shape.
    temperature_c : [C], 0 to 100.
    activation_kj_mol : activation energy [kJ/mol], 0 or above; 9 to 13 where diffusion through a layer controls.

    Notes
    -----
    k exp(-E/R (1/T - 1/298.15 K)).

    References
    ----------
    Activation energies: 12.43 kJ/mol, phosphate rock in tartaric acid (Abu Tartur); 9.10 kJ/mol, phosphogypsum in
    sulfuric acid (Nonferrous Met. Sci. Eng. 2021, doi 10.13264/j.cnki.ysjskx.2021.05.014). Neither is this mud.

    Examples
    --------
    >>> float(rate_at(1.0, 60.0, 11.0).round(2))
    1.59
    """
    k = not_negative("leach", "rate [1/min]", rate_per_min, "no reaction is 0")
    E = not_negative("leach", "activation energy [kJ/mol]", activation_kj_mol, "none is 0")
    kelvin = _celsius(temperature_c) + ZERO_C_K
    return np.asarray(k * np.exp(-E * 1e3 / GAS_J_MOL_K * (1.0 / kelvin - 1.0 / (REFERENCE_C + ZERO_C_K))))


def host_extents(
    total: ArrayLike, apatite_share: ArrayLike, manganese_share: ArrayLike, apatite: ArrayLike, manganese: ArrayLike
) -> Floats:
    """Return what each host gives up so that an element's total comes out as stated.

    Parameters
    ----------
    total : of the element in mud as mined, the share that dissolves in the end X [1], 0 to 1, any shape.
    apatite_share, manganese_share : of the element, what sits in phosphate f_a and in manganese oxide f_m [1]; the
        rest f_r = 1 - f_a - f_m is in the matrix.
    apatite, manganese : shares of these hosts that dissolve, x_a and x_m [1].

    Returns
    -------
    Shares that dissolve from phosphate, manganese oxide and matrix [1], shape (…, 3), with f . x = X.

    Notes
    -----
    The matrix gives x_r = (X - f_a x_a - f_m x_m)/f_r, held between 0 and 1; where that is not enough, phosphate takes
    the difference, and at the last manganese oxide. So the known total holds for mud as mined, and mud richer in
    phosphate gives more.

    Examples
    --------
    >>> host_extents(0.93, 0.873, 0.0, 0.97, 0.02).round(3).tolist()
    [0.97, 0.02, 0.655]
    """
    X, f_a, f_m, x_a, x_m = np.broadcast_arrays(
        *(
            _share(name, value)
            for name, value in (
                ("total", total), ("apatite share", apatite_share), ("manganese share", manganese_share),
                ("apatite", apatite), ("manganese", manganese),
            )
        )
    )  # fmt: skip
    f_r = 1.0 - f_a - f_m
    refuse_where(f_r < -1e-12, "leach", "host shares [1]", f_a + f_m, "must sum to at most 1", "correct the shares")
    f_r = np.maximum(f_r, 0.0)
    matrix = _part(X - f_a * x_a - f_m * x_m, f_r)
    phosphate = np.where(f_a > 0.0, _part(X - f_r * matrix - f_m * x_m, f_a), x_a)
    oxide = np.where(f_m > 0.0, _part(X - f_r * matrix - f_a * phosphate, f_m), x_m)
    return np.stack([phosphate, oxide, matrix], axis=-1)


def falls_out(acid_mol_l: ArrayLike, temperature_c: ArrayLike, per_doubling: ArrayLike, per_10_k: ArrayLike) -> Floats:
    """Return the share of dissolved rare earths that strong or hot acid loses again, as phosphates.

    Parameters
    ----------
    acid_mol_l : acid fed [mol/L], above 0, any shape.
    temperature_c : [C], 0 to 100.
    per_doubling, per_10_k : loss per doubling of the acid above 0.5 mol/L and per 10 K above 25 C [1], 0 or above.

    Returns
    -------
    Share lost [1], 0 to 1; 0 at the published best conditions and below.

    Notes
    -----
    A linear law for a published direction: 0.25-0.5 mol/L and 25 C are best, more acid or heat leaves less in the
    liquor. Below 0.25 mol/L it is the acid balance that limits, not this.

    References
    ----------
    Takaya et al. (2015), Geochem. J. 49, 637-652 (directions and named causes: calcium sulfate, rare-earth phosphate
    and sodium double sulfate).

    Examples
    --------
    >>> falls_out([0.25, 0.5, 2.0], [25.0, 25.0, 60.0], 0.005, 0.002).round(4).tolist()
    [0.0, 0.0, 0.017]
    """
    acid = positive("leach", "acid [mol/L]", acid_mol_l, "give the acid fed")
    doublings = np.maximum(np.log2(acid / BEST_ACID_MOL_L), 0.0)
    warmer = np.maximum((_celsius(temperature_c) - REFERENCE_C) / 10.0, 0.0)
    a = not_negative("leach", "loss per doubling [1]", per_doubling, "no loss is 0")
    b = not_negative("leach", "loss per 10 K [1]", per_10_k, "no loss is 0")
    return np.asarray(np.minimum(a * doublings + b * warmer, 1.0))


def sulfate_loss(
    at_5_min: ArrayLike, rate_per_min: ArrayLike, time_min: ArrayLike, tanks: ArrayLike = np.inf
) -> Floats:
    """Return the share of dissolved rare earths that falls out of sulfuric acid with time.

    Parameters
    ----------
    at_5_min : share lost after 5 minutes in a batch [1], 0 to 1, any shape.
    rate_per_min : first-order rate of the loss [1/min], above 0.
    time_min, tanks : see :func:`approach`.

    Returns
    -------
    Share lost [1], 0 to 1, broadcast shape; it grows with time to at_5_min/(1 - exp(-5 k)).

    References
    ----------
    Takaya et al. (2015), Geochem. J. 49, 637-652: 95.1 % in hydrochloric, 81.3 % in sulfuric acid, falling with time.

    Examples
    --------
    >>> sulfate_loss(1 - 0.813 / 0.951, 0.132, [0.0, 5.0, 15.0, 60.0]).round(3).tolist()
    [0.0, 0.145, 0.259, 0.3]
    """
    rate = positive("leach", "rate of the loss [1/min]", rate_per_min, "no loss has at_5_min 0")
    lost = _share("loss after 5 min", at_5_min) * approach(rate, time_min, tanks) / approach(rate, REFERENCE_MIN)
    return np.asarray(np.minimum(lost, 1.0))


def protons_used_mol(dissolved_kg: ArrayLike) -> Floats:
    """Return the acid that dissolving takes [mol of protons].

    Parameters
    ----------
    dissolved_kg : masses that go from solids into the liquor [kg], shape (…, len(CONSTITUENTS)).

    Returns
    -------
    Protons [mol], shape (…); what leaves the liquor again counts negative.

    Notes
    -----
    Sum of charge times moles: an oxide, hydroxide or carbonate gives its cation against as many protons, phosphate
    leaves as H3PO4 and fluoride as HF. Pure fluorapatite takes 10/3 protons per phosphorus that way.

    Examples
    --------
    One mole of fluorapatite:

    >>> apatite_kg = np.zeros(len(CONSTITUENTS))
    >>> for name, atoms in (("Ca", 5), ("P", 3), ("F", 1)):
    ...     apatite_kg[CONSTITUENTS.index(name)] = atoms * ATOMIC_MASS_G_MOL[name] / 1e3
    >>> float(protons_used_mol(apatite_kg).round(9))
    10.0
    """
    return np.asarray(np.asarray(dissolved_kg, np.float64) @ (CHARGE / MOLAR_KG))


def protons_of(acid: str) -> int:
    """Return how many protons a molecule of an acid gives; ModelError if it is not one of ``PROTONS``.

    Examples
    --------
    >>> protons_of("sulfuric")
    2
    """
    if acid not in PROTONS:
        raise ModelError(f"leach: 'acid' is '{acid}'; {did_you_mean(acid, tuple(PROTONS))}")
    return PROTONS[acid]


def _share(name: str, value: ArrayLike) -> Floats:
    found = not_negative("leach", f"{name} [1]", value, "correct the share")
    refuse_where(found > 1.0, "leach", f"{name} [1]", found, "must be at most 1", "correct the share")
    return found


def _celsius(temperature_c: ArrayLike) -> Floats:
    found = not_negative("leach", "temperature [C]", temperature_c, "ice does not leach")
    refuse_where(found > 100.0, "leach", "temperature [C]", found, "must be at most 100", "water boils")
    return found


def _part(wanted: Floats, of: Floats) -> Floats:
    """Return wanted per what there is, held between 0 and 1; 0 where there is nothing."""
    return np.clip(np.divide(wanted, of, out=np.zeros_like(wanted), where=of > 0.0), 0.0, 1.0)
