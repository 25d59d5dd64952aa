"""The solvent of a circuit: an extractant's published coefficients, set for a circuit's strength and selectivity."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from ops_data.reference.extraction_rows import EXTRACTANTS, SODIUM, ExtractionRow, extraction
from twin.models.distribution import power_law
from twin.models.extraction import Chemistry
from twin.processing.lot import Floats

METALS: Final = (*ELEMENTS, SODIUM)  # of a circuit; sodium comes with the saponified solvent
CENTRE: Final = ELEMENTS.index("Gd")  # about which selectivity stretches the series
DENSITY_KG_L: Final = {"pc88a": 0.955, "d2ehpa": 0.975, "diluent": 0.80}  # difflow 0.2.2; kerosene: prommis 1.1.0
MOLAR_MASS_KG_MOL: Final = {"pc88a": 0.30642, "d2ehpa": 0.32243}  # of the monomer; by the formulas of both


@dataclass(frozen=True, eq=False)
class Extractant:
    """An extractant as a circuit meets it.

    Attributes
    ----------
    name : one of the words of the setting ``extractant``.
    a : log10 D at pH 0 and the reference concentration, shape (15,), in the order of ``ELEMENTS``.
    exponent, activity, reference_mol_l : of the law in the free dimer, common to the rare earths.
    sodium : the same coefficient of sodium.
    ph_window : lowest and highest pH of the measurements.
    """

    name: str
    a: Floats
    exponent: float
    activity: float
    reference_mol_l: float
    sodium: float
    ph_window: tuple[float, float]

    def strength(self, free_mol_l: float) -> Floats:
        """Return D [H+]^3 [mol3/L3] of the rare earths at a concentration of free dimer [mol/L], shape (15,)."""
        roots = np.sqrt(free_mol_l) - np.sqrt(self.reference_mol_l)
        decades = self.exponent * (np.log10(free_mol_l / self.reference_mol_l) - self.activity * roots)
        found: Floats = 10.0 ** (self.a + decades)
        return found


def extractant(name: str, selectivity: float = 1.0, heavy_decade: float = 0.0) -> Extractant:
    """Return an extractant from the packaged rows.

    Parameters
    ----------
    name : "pc88a" or "d2ehpa".
    selectivity : stretch of log10 D about Gd [1], above 0: a separation factor becomes its power; 1 is as measured on
        traces, loaded chloride circuits run lower.
    heavy_decade : added to log10 D of the elements whose coefficient is extrapolated [decades].

    Raises
    ------
    ModelError : the name is unknown, selectivity is not above 0, or the rows of an extractant differ in their law.

    Notes
    -----
    log10 D = a + 3 pH + n [log10(C/C0) - A (sqrt C - sqrt C0)], C the free dimer: Ln3+ + 3 (HA)2 ⇌ Ln(HA2)3 + 3 H+.

    References
    ----------
    Rows of ``ops_data/reference/extraction.csv``, each with its source.

    Examples
    --------
    >>> at = dict(zip(ELEMENTS, extractant("pc88a").a, strict=True))
    >>> float((10 ** (at["Nd"] - at["Pr"])).round(2)), float((10 ** (at["Dy"] - at["Tb"])).round(2))
    (2.14, 3.91)
    """
    if name not in EXTRACTANTS:
        raise ModelError(f"extractant: '{name}' found; one of {', '.join(EXTRACTANTS)} is needed; choose one")
    if not (np.isfinite(selectivity) and selectivity > 0.0):
        raise ModelError(f"'circuit.selectivity' is {selectivity:g}; it is above 0; 1 is as published")
    rows = extraction()[name]
    earths = [rows[element] for element in ELEMENTS]
    law = {(row.ph_slope, row.exponent, row.activity, row.reference_mol_l, row.ph_low, row.ph_high) for row in earths}
    if len(law) != 1 or earths[0].ph_slope != 3.0:
        raise ModelError(
            f"extraction.csv: rows of '{name}' differ in their law; one law with 3 protons is needed; align"
        )
    a = np.array([row.a + heavy_decade * (row.kind == "extrapolated") for row in earths])
    a = a[CENTRE] + selectivity * (a - a[CENTRE])
    one = earths[0]
    window = (one.ph_low, one.ph_high)
    return Extractant(name, a, one.exponent, one.activity, one.reference_mol_l, rows[SODIUM].a, window)


def refuse_extrapolated(name: str, present: NDArray[np.bool_]) -> None:
    """Raise ModelError if an element that is there, by the order of ``ELEMENTS``, has no published coefficient."""
    rows: dict[str, ExtractionRow] = extraction()[name]
    for element, there in zip(ELEMENTS, present, strict=True):
        if there and rows[element].kind == "extrapolated":
            raise ModelError(
                f"separate: element '{element}' with extractant '{name}' has no published coefficient; "
                "'extrapolate' is false; set it to true, or choose toll treatment"
            )


def chemistry(solvent: Extractant) -> Chemistry:
    """Return the metals of a circuit, sodium last, for the stage model.

    Notes
    -----
    A rare earth frees three protons and binds three dimers; sodium frees one and binds one.

    Examples
    --------
    >>> chemistry(extractant("pc88a")).names[-2:]
    ('Y', 'Na')
    """
    each = np.append(np.full(len(ELEMENTS), 3.0), 1.0)
    exponents = np.append(np.full(len(ELEMENTS), solvent.exponent), 1.0)
    activity = np.append(np.full(len(ELEMENTS), solvent.activity), 0.0)
    a = np.append(solvent.a, solvent.sodium)
    return Chemistry(METALS, each, each, power_law(a, each, exponents, solvent.reference_mol_l, activity))
