"""What an area of mud holds: solids, rare earths, oxides, and for how long they would last."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.units import M2_PER_KM2, PPM
from twin.models.composition import element_shares, oxide_mass

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class InPlace:
    """Masses in place, before any loss.

    Attributes
    ----------
    wet_t, dry_t : mud and its dry solids [t].
    rey_t : rare earths and yttrium as elements [t].
    oxides_t : mass of each oxide [t], shape (15,) in the order of ``ops_data.elements.ELEMENTS``.
    """

    wet_t: float
    dry_t: float
    rey_t: float
    oxides_t: Floats

    @property
    def mean_ppm(self) -> float:
        """Mean grade, rare earths and yttrium per dry solids [mass ppm]."""
        return self.rey_t / self.dry_t / PPM

    @property
    def reo_t(self) -> float:
        """All oxides together [t]."""
        return float(self.oxides_t.sum())


def in_place(
    grade_ppm: ArrayLike,
    thickness_m: ArrayLike,
    area_km2: float,
    dry_bulk_density_t_m3: float,
    bulk_density_t_m3: float,
    reference: ArrayLike | None = None,
) -> InPlace:
    """Return what an area holds, from the grades of its layers.

    Parameters
    ----------
    grade_ppm : ΣREY per dry solids [mass ppm], shape (places, layers) or (layers,); places share the area equally.
    thickness_m : thickness of the layers [m], shape (layers,), above 0.
    area_km2 : area of all places together [km2], above 0.
    dry_bulk_density_t_m3, bulk_density_t_m3 : dry solids, and everything, per volume of mud in place [t/m3].
    reference : shares of the elements in poor mud, see :func:`twin.models.composition.element_shares`.

    Notes
    -----
    dry = A Σ Δz ρ_d, wet = A Σ Δz ρ_b, REY = A ρ_d Σ Δz g (mean over places), and oxides by stoichiometry from the
    shares at each layer's grade. Density does not change with depth or place; nothing is taken off for what cannot
    be mined.

    Examples
    --------
    The published estimate (Takaya et al. 2018: more than 16 Mt of oxides):

    >>> found = in_place([964.0], [10.0], 2500.0, 0.55, 1.35)
    >>> round(found.reo_t / 1e6, 1), round(found.rey_t / 1e6, 2)
    (15.9, 13.26)
    """
    grades = np.atleast_2d(np.asarray(grade_ppm, dtype=np.float64))
    lengths = np.asarray(thickness_m, dtype=np.float64)
    volume_m3 = area_km2 * M2_PER_KM2 / len(grades) * lengths
    rey_t = volume_m3 * dry_bulk_density_t_m3 * grades * PPM
    elements_t = np.einsum("nl,nle->e", rey_t, element_shares(grades, reference))
    whole_m3 = area_km2 * M2_PER_KM2 * float(lengths.sum())
    return InPlace(
        wet_t=whole_m3 * bulk_density_t_m3,
        dry_t=whole_m3 * dry_bulk_density_t_m3,
        rey_t=float(rey_t.sum()),
        oxides_t=oxide_mass(elements_t),
    )


def years_of_supply(oxide_t: ArrayLike, demand_t_y: ArrayLike) -> Floats:
    """Return for how many years a mass of oxide would meet a constant demand.

    Parameters
    ----------
    oxide_t : mass of the oxide in place [t], 0 or more.
    demand_t_y : demand for it [t per year], above 0.

    Notes
    -----
    t = m / d, without losses of mining and refining and without growth of demand.

    Examples
    --------
    >>> round(float(years_of_supply(641_600.0, 870.0)))
    737
    """
    found: Floats = np.asarray(oxide_t, np.float64) / np.asarray(demand_t_y, np.float64)
    return found
