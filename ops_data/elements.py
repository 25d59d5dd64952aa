"""What is counted in mud and in products: fifteen rare earths and eleven tracers, their masses and their oxides."""

from collections.abc import Mapping
from typing import Final

ELEMENTS: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y")
TRACERS: Final = ("Fe", "Al", "Ca", "P", "S", "F", "Mn", "Na", "Cl", "U", "Th")  # what takes acid, fouls or is watched
CONSTITUENTS: Final = ELEMENTS + TRACERS
HEAVY: Final = ("Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")  # with Y the "heavy" share of the literature

# IUPAC abridged standard atomic weights 2021 [g/mol]
ATOMIC_MASS_G_MOL: Final[Mapping[str, float]] = {
    "H": 1.0080, "C": 12.011, "O": 15.999, "F": 18.998, "Na": 22.990, "Al": 26.982, "P": 30.974, "S": 32.06,
    "Cl": 35.45, "Ca": 40.078, "Mn": 54.938, "Fe": 55.845, "Th": 232.04, "U": 238.03,
    "Y": 88.906, "La": 138.91, "Ce": 140.12, "Pr": 140.91, "Nd": 144.24, "Sm": 150.36, "Eu": 151.96,
    "Gd": 157.25, "Tb": 158.93, "Dy": 162.50, "Ho": 164.93, "Er": 167.26, "Tm": 168.93, "Yb": 173.05, "Lu": 174.97,
}  # fmt: skip

# atoms of the element and of oxygen in the oxide of trade, or in which a tracer is reported; every other one is M2O3
_OTHER_OXIDES: Final[Mapping[str, tuple[int, int]]] = {
    "Ce": (1, 2), "Pr": (6, 11), "Tb": (4, 7), "Ca": (1, 1), "P": (2, 5), "S": (1, 3), "F": (1, 0), "Mn": (1, 1),
    "Na": (2, 1), "Cl": (1, 0), "U": (3, 8), "Th": (1, 2),
}  # fmt: skip


def oxide_atoms(element: str) -> tuple[int, int]:
    """Return how many atoms of the element and of oxygen its oxide has; fluorine and chlorine have no oxygen.

    Examples
    --------
    >>> oxide_atoms("Nd"), oxide_atoms("Pr")
    ((2, 3), (6, 11))
    """
    return _OTHER_OXIDES.get(element, (2, 3))


def oxide_name(element: str) -> str:
    """Return the formula of the oxide an element is sold as.

    Examples
    --------
    >>> oxide_name("Dy"), oxide_name("Ce")
    ('Dy2O3', 'CeO2')
    """
    metal, oxygen = oxide_atoms(element)
    if not oxygen:
        return element
    return f"{element}{metal if metal > 1 else ''}O{oxygen if oxygen > 1 else ''}"


def oxide_factor(element: str) -> float:
    """Return the mass of oxide per mass of element, at least 1.

    Examples
    --------
    >>> round(oxide_factor("Nd"), 4), round(oxide_factor("Dy"), 4), round(oxide_factor("Ce"), 4)
    (1.1664, 1.1477, 1.2284)
    """
    metal, oxygen = oxide_atoms(element)
    return 1.0 + oxygen * ATOMIC_MASS_G_MOL["O"] / (metal * ATOMIC_MASS_G_MOL[element])


OXIDE_FACTORS: Final = tuple(oxide_factor(element) for element in ELEMENTS)
CONSTITUENT_OXIDE_FACTORS: Final = tuple(oxide_factor(constituent) for constituent in CONSTITUENTS)


def packaged_shares() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the shares [%] of ``composition.csv`` in poor and in rich mud, in the order of ``ELEMENTS``."""
    from ops_data.reference.composition_rows import composition  # its rows are checked against ELEMENTS above

    rows = composition().values()
    return tuple(row.percent for row in rows), tuple(row.rich_percent for row in rows)
