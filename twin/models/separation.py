"""Balances of steps that split a stream in two: a size separator, and a filter that takes water away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TwoProducts:
    """What a separator makes of a feed: concentrate (the coarse grains of a hydrocyclone) and tailings.

    Attributes
    ----------
    concentrate_t, tailings_t : dry solids [t].
    concentrate_ppm, tailings_ppm : their grades [mass ppm].
    """

    concentrate_t: Floats
    tailings_t: Floats
    concentrate_ppm: Floats
    tailings_ppm: Floats


def two_products(feed_t: ArrayLike, feed_ppm: ArrayLike, enrichment: ArrayLike, recovery: ArrayLike) -> TwoProducts:
    """Return the two products of a separator from its enrichment and recovery.

    Parameters
    ----------
    feed_t : dry solids fed [t], 0 or more.
    feed_ppm : grade of the feed [mass ppm], 0 or more.
    enrichment : grade of the concentrate over that of the feed [1], greater than the recovery.
    recovery : share of the feed's rare earths that the concentrate holds [1], 0 to 1.

    Notes
    -----
    Mass pull c = R / E; concentrate = c feed at E g; tailings = (1 - c) feed at (1 - R) / (1 - c) g. Solids and rare
    earths of the products sum to the feed.

    References
    ----------
    Takaya et al. (2018), MMIJ autumn meeting 3804-07-02: hydrocyclones enrich the mud of the area up to 2.6 times.

    Examples
    --------
    >>> split = two_products(100.0, 2000.0, 2.6, 0.8)
    >>> round(float(split.concentrate_t), 1), round(float(split.tailings_ppm))
    (30.8, 578)
    """
    feed, grade = np.asarray(feed_t, np.float64), np.asarray(feed_ppm, np.float64)
    recovered, richer = np.asarray(recovery, np.float64), np.asarray(enrichment, np.float64)
    pull = recovered / richer
    return TwoProducts(
        concentrate_t=feed * pull,
        tailings_t=feed * (1.0 - pull),
        concentrate_ppm=np.asarray(grade * richer),
        tailings_ppm=grade * (1.0 - recovered) / (1.0 - pull),
    )


def cake_solids_volume_share(
    water_mass_share: ArrayLike, grain_density_t_m3: ArrayLike, water_density_t_m3: ArrayLike
) -> Floats:
    """Return the solids by volume of a saturated cake.

    Parameters
    ----------
    water_mass_share : water per mass of cake [1], 0 to below 1.
    grain_density_t_m3, water_density_t_m3 : densities of grains and water [t/m3], above 0.

    Notes
    -----
    C = ((1 - w) / ρ_s) / ((1 - w) / ρ_s + w / ρ_w).

    Examples
    --------
    >>> round(float(cake_solids_volume_share(0.45, 2.5, 1.025)), 2)
    0.33
    """
    water = np.asarray(water_mass_share, np.float64)
    grains_m3, water_m3 = (
        (1.0 - water) / np.asarray(grain_density_t_m3, np.float64),
        water / np.asarray(water_density_t_m3, np.float64),
    )
    found: Floats = grains_m3 / (grains_m3 + water_m3)
    return found


def volume_cut(feed_solids_volume_share: ArrayLike, cake_solids_volume_share: ArrayLike) -> Floats:
    """Return by which share of its volume dewatering shrinks a feed.

    Parameters
    ----------
    feed_solids_volume_share, cake_solids_volume_share : solids by volume before and after [1]; the feed has fewer.

    Notes
    -----
    1 - C_feed / C_cake: the solids stay.

    Examples
    --------
    A lifted slurry shrinks by four fifths, mud in place by a third, and by no more than its pores:

    >>> volume_cut([0.067, 0.22, 0.22], [0.33, 0.33, 1.0]).round(2).tolist()
    [0.8, 0.33, 0.78]
    """
    found: Floats = 1.0 - np.asarray(feed_solids_volume_share, np.float64) / np.asarray(
        cake_solids_volume_share, np.float64
    )
    return found
