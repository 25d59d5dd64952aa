"""Radioactivity of solids from their uranium and thorium, against the level below which it is not regulated."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.units import DAYS_PER_YEAR, SECONDS_PER_DAY
from twin.models.limits import FloatArray, not_negative, refuse_where

AVOGADRO_MOL: Final = 6.02214076e23
YEAR_S: Final = DAYS_PER_YEAR * SECONDS_PER_DAY
URANIUM_238_BQ_G: Final = np.log(2.0) / (4.468e9 * YEAR_S) * AVOGADRO_MOL / 238.0508  # about 12,440
THORIUM_232_BQ_G: Final = np.log(2.0) / (14.05e9 * YEAR_S) * AVOGADRO_MOL / 232.0381  # about 4,057
EXEMPT_BQ_G: Final = 1.0


def activity_bq_g(uranium: ArrayLike, thorium: ArrayLike) -> FloatArray:
    """Return the activity of the two heads of the natural series, added.

    Parameters
    ----------
    uranium, thorium : mass per mass of solids [kg/kg], 0 to 1, any shape.

    Returns
    -------
    Activity of U-238 and Th-232 [Bq per g of solids], broadcast shape.

    Notes
    -----
    ln 2/t_half times atoms per gram, half-lives 4.468e9 and 14.05e9 years, natural uranium counted as U-238. In
    equilibrium every daughter has the activity of its head; leaching breaks that equilibrium, and radium, lead and
    polonium, which part from uranium and thorium, are not followed.

    References
    ----------
    IAEA (2014), GSR Part 3, schedule I: 1 Bq/g for nuclides of the natural uranium and thorium series.

    Examples
    --------
    Mud with 3 ppm of uranium and 10 ppm of thorium:

    >>> float(activity_bq_g(3e-6, 10e-6).round(3))
    0.078
    """
    parts = []
    for name, value in (("uranium [kg/kg]", uranium), ("thorium [kg/kg]", thorium)):
        share = not_negative("radioactivity", name, value, "none is 0")
        refuse_where(share > 1.0, "radioactivity", name, share, "must be at most 1", "10 ppm is 1e-5")
        parts.append(share)
    return np.asarray(parts[0] * URANIUM_238_BQ_G + parts[1] * THORIUM_232_BQ_G)


def exempt(uranium: ArrayLike, thorium: ArrayLike) -> NDArray[np.bool_]:
    """Say whether solids stay at or below 1 Bq/g by U-238 and by Th-232 each, as the level is written.

    Parameters
    ----------
    uranium, thorium : mass per mass of solids [kg/kg], 0 to 1, any shape.

    Examples
    --------
    >>> exempt([3e-6, 1e-6], [10e-6, 300e-6]).tolist()
    [True, False]
    """
    heads = np.broadcast_arrays(activity_bq_g(uranium, 0.0), activity_bq_g(0.0, thorium))
    return np.asarray(np.maximum(*heads) <= EXEMPT_BQ_G)
