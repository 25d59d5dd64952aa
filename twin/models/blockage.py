"""When the riser may not be run, and how much likelier it blocks where it runs close to those rules.

Nothing is published on blockage in mud service. What is known: plugs form when dense batches overtake one another and
when coarse grains are no longer carried (van Wijk 2016); so the hazard is made to rise as the two margins shrink.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twin.models.limits import FloatArray, positive

LEAST_MARGIN = 1e-3  # keeps the factor finite at the trip limit, where the greatest factor applies anyway


@dataclass(frozen=True)
class BlockageLaw:
    """How the hazard of blockage depends on velocity and concentration.

    Attributes
    ----------
    velocity_ratio : velocity over the least velocity at which the base hazard holds [-], above 0.
    concentration_margin : share of the trip concentration still unused at which it holds [-], above 0.
    velocity_exponent, concentration_exponent : how steeply the hazard rises as they shrink [-], 0 or above.
    greatest_factor : the factor is kept between this and its inverse [-], at least 1.

    Notes
    -----
    factor = (r_0/r)^a (m_0/m)^b with r = V/V_min and m = 1 - C/C_trip: 1 at the reference margins. Form, exponents and
    reference are assumptions: the base hazard of 1 per 500 h has itself a range of 200 to 2,000 h, and the factor is
    cut off about as far away.

    References
    ----------
    van Wijk, J. M. (2016), Vertical hydraulic transport for deep sea mining, PhD thesis, TU Delft (mechanism only).

    Examples
    --------
    >>> law = BlockageLaw(4.0, 0.44, 1.0, 1.0, 10.0)
    >>> float(law.factor(4.0, 0.44)), float(law.factor(2.0, 0.44)), float(law.factor(4.0, 0.0))
    (1.0, 2.0, 10.0)
    """

    velocity_ratio: float
    concentration_margin: float
    velocity_exponent: float
    concentration_exponent: float
    greatest_factor: float

    def factor(self, velocity_ratio: ArrayLike, concentration_margin: ArrayLike) -> FloatArray:
        """Return the factor on the base hazard.

        Parameters
        ----------
        velocity_ratio : velocity over the least velocity [-], above 0, any shape; infinite where nothing settles.
        concentration_margin : 1 minus concentration over trip concentration [-], broadcasts; 0 and below is tripped.
        """
        place = "blockage law"
        ratio = np.asarray(velocity_ratio, dtype=np.float64)
        positive(place, "velocity ratio [-]", np.minimum(ratio, np.finfo(np.float64).max), "1 is the least velocity")
        margin = np.maximum(np.asarray(concentration_margin, dtype=np.float64), LEAST_MARGIN)
        slow = (self.velocity_ratio / ratio) ** self.velocity_exponent
        thick = (self.concentration_margin / margin) ** self.concentration_exponent
        return np.asarray(np.clip(slow * thick, 1.0 / self.greatest_factor, self.greatest_factor))
