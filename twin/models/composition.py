"""What the mud is made of: shares of the rare earths by grade, tracers with their hosts, and what oxides weigh."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.elements import ATOMIC_MASS_G_MOL, OXIDE_FACTORS, packaged_shares

POOR_PPM: Final = 1_000.0  # up to this grade the shares are those of poor mud
RICH_PPM: Final = 6_000.0  # from this grade on those of rich mud
# mass of the tracers among constituents per mass of sea salt: Reference-Composition Salinity of Millero et al. 2008,
# with uranium 3.2 micrograms per kg of sea water of 35 g/kg
SEA_SALT: Final[Mapping[str, float]] = {
    "Na": 0.3065958, "Cl": 0.5503396, "Ca": 0.0117186, "F": 3.69e-5, "U": 3.2e-9 / 0.035,
    "S": 0.0771319 * ATOMIC_MASS_G_MOL["S"] / (ATOMIC_MASS_G_MOL["S"] + 4 * ATOMIC_MASS_G_MOL["O"]),
}  # fmt: skip
CALCIUM_PER_PHOSPHORUS: Final = 5 / 3  # atoms in fluorapatite Ca5(PO4)3F
FLUORINE_PER_PHOSPHORUS: Final = 1 / 3

Floats = NDArray[np.float64]


@cache
def _packaged() -> tuple[Floats, Floats]:
    poor, rich = (np.array(shares) for shares in packaged_shares())
    return poor, rich / poor


def element_shares(grade_ppm: ArrayLike, reference: ArrayLike | None = None) -> Floats:
    """Return the mass share of each element in ΣREY of mud of a grade.

    Parameters
    ----------
    grade_ppm : ΣREY per dry solids [mass ppm], 0 or more, any shape.
    reference : shares in mud of up to 1,000 ppm, shape (15,) in the order of ``ops_data.elements.ELEMENTS``, of any
        sum above 0; None: the packaged ones.

    Returns
    -------
    Shares [1], shape (…, 15); they sum to 1 along the last axis.

    Notes
    -----
    w_i(g) = p_i (1 + (f_i - 1) t) / Σ_j p_j (1 + (f_j - 1) t), with t = (g - 1,000) / 5,000 held between 0 and 1,
    p the reference shares and f the ratio of ``rich_percent`` to ``percent`` of ``composition.csv``: one but for
    cerium, whose share halves. An assumption within the published bounds (Y with Eu to Lu 44 % of the area, negative
    cerium anomaly of fish-bone phosphate); no table by element of the site is public.

    References
    ----------
    Takaya et al. (2018), Sci. Rep. 8:5763, doi 10.1038/s41598-018-23948-5 (44 %). Tanaka et al. (2020), Ore Geol. Rev.
    119, 103392 (Eu to Lu up to about 20 %).

    Examples
    --------
    Cerium and neodymium in poor and in very rich mud:

    >>> element_shares([964.0, 6000.0])[:, [1, 3]].round(3).tolist()
    [[0.12, 0.195], [0.064, 0.207]]
    """
    poor, ratio = _packaged()
    shares = poor if reference is None else np.asarray(reference, dtype=np.float64)
    grade = np.asarray(grade_ppm, dtype=np.float64)[..., np.newaxis]
    rise = np.clip((grade - POOR_PPM) / (RICH_PPM - POOR_PPM), 0.0, 1.0)
    raw = shares * (1.0 + (ratio - 1.0) * rise)
    found: Floats = raw / raw.sum(axis=-1, keepdims=True)
    return found


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where constituents of the dry solids sit.

    Attributes
    ----------
    ree_apatite, ce_apatite, ce_manganese, fe_manganese, u_apatite, th_apatite : shares of an element in a host [1].
    apatite_rey_ppm : ΣREY in fish-bone phosphate [mass ppm]; apatite_p : phosphorus in it [kg/kg].
    matrix : mass of tracers per dry solids [kg/kg]: Fe, Al, S, Mn, Na, U, Th in all, Ca outside phosphate.
    """

    ree_apatite: float
    ce_apatite: float
    ce_manganese: float
    fe_manganese: float
    u_apatite: float
    th_apatite: float
    apatite_rey_ppm: float
    apatite_p: float
    matrix: Mapping[str, float]


def phosphate(grade_ppm: ArrayLike, hosts: Hosts) -> Mapping[str, Floats]:
    """Return phosphorus, calcium and fluorine of the fish-bone phosphate in mud of a grade [kg per kg dry solids].

    Notes
    -----
    Phosphate is what it takes to hold its share of the rare earths at the grade of its grains, at most all of the mud:
    m = f g / g_a. Calcium and fluorine come with phosphorus as in fluorapatite, 5:3 and 1:3 atoms.

    Examples
    --------
    >>> mud = Hosts(0.87, 0.3, 0.6, 0.2, 0.5, 0.3, 20_000.0, 0.155, {})
    >>> {name: round(float(share), 4) for name, share in phosphate(5_000.0, mud).items()}
    {'P': 0.0337, 'Ca': 0.0727, 'F': 0.0069}
    """
    mineral = np.minimum(hosts.ree_apatite * np.asarray(grade_ppm, np.float64) / hosts.apatite_rey_ppm, 1.0)
    phosphorus = mineral * hosts.apatite_p
    atoms = phosphorus / ATOMIC_MASS_G_MOL["P"]
    return {
        "P": phosphorus,
        "Ca": atoms * CALCIUM_PER_PHOSPHORUS * ATOMIC_MASS_G_MOL["Ca"],
        "F": atoms * FLUORINE_PER_PHOSPHORUS * ATOMIC_MASS_G_MOL["F"],
    }


def oxide_mass(element_mass: ArrayLike) -> Floats:
    """Return the mass of the oxides that hold masses of the elements.

    Parameters
    ----------
    element_mass : mass of each element, any unit, shape (…, 15) in the order of ``ELEMENTS``.

    Returns
    -------
    Mass of each oxide in the same unit and shape (La2O3 … CeO2, Pr6O11, Tb4O7 … Y2O3).

    Notes
    -----
    Exact stoichiometry from the atomic masses: m_ox = m (1 + n_O M_O / (n_M M_M)).

    Examples
    --------
    Oxides per rare earth of poor mud, 1.20:

    >>> round(float(oxide_mass(element_shares(964.0)).sum()), 3)
    1.202
    """
    found: Floats = np.asarray(element_mass, dtype=np.float64) * np.array(OXIDE_FACTORS)
    return found
