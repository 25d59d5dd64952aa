"""How far the simple spreading of sound is off at a site: beside the parabolic equation, which an extra solves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ops_data.units import METRES_PER_KM
from twin.lift_system import sea_column
from twin.models.parabolic_check import Steps, flat_site, mean_loss_db, parabolic_loss_db
from twin.models.underwater_sound import image_phase, spreading_loss_db, surface_image_db
from twin.scenario import Scenario

FREQUENCIES_HZ: Final = (50.0, 100.0)
RANGES_KM: Final = (1.0, 5.0, 10.0, 20.0)
REFERENCE_M_S: Final = 1_500.0
RANGE_STEP_M: Final = 25.0
DEPTH_STEPS: Final = 12  # per wavelength
BAND: Final = 0.1  # of a range: losses are means over so much on either side of it
PRACTICAL: Final = 15.0  # dB per tenfold range


@dataclass(frozen=True, slots=True)
class Loss:
    """Loss of sound between 1 m and a range, re 1 m [dB], by four ways of counting."""

    frequency_hz: float
    range_km: float
    parabolic_db: float
    spherical_db: float
    image_db: float
    practical_db: float


def sound_check(scenario: Scenario, frequencies_hz: Sequence[float] = FREQUENCIES_HZ) -> list[Loss]:
    """Return losses at the site of a scenario, frequency by frequency, for its stated depths of source and receiver.

    Parameters
    ----------
    scenario : its central values count.
    frequencies_hz : tones [Hz].

    Returns
    -------
    One row per frequency and range: the parabolic equation as mean energy over a tenth of the range on either side,
    20 lg R, 20 lg R with the source's image in the surface, and 15 lg R.

    Raises
    ------
    ModelError
        The optional library is not installed.
    """
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    water = sea_column(values, scenario.site.latitude_deg)
    guide = flat_site(water)
    source_m, receiver_m = values["noise.source_depth_m"], values["noise.receiver_depth_m"]
    speed_m_s = float(water.sound_speed_m_s[0])
    found = []
    for tone_hz in frequencies_hz:
        steps = Steps(
            REFERENCE_M_S, RANGE_STEP_M, speed_m_s / tone_hz / DEPTH_STEPS,
            (1.0 + BAND) * RANGES_KM[-1] * METRES_PER_KM + RANGE_STEP_M,
        )  # fmt: skip
        range_m, loss_db = parabolic_loss_db(tone_hz, source_m, receiver_m, guide, steps)
        phase = image_phase(tone_hz, source_m, receiver_m, speed_m_s)
        for range_km in RANGES_KM:
            at_m = range_km * METRES_PER_KM
            mean_db = mean_loss_db(range_m, loss_db, (1.0 - BAND) * at_m, (1.0 + BAND) * at_m)
            plain_db = float(spreading_loss_db(at_m))
            image_db = plain_db - float(surface_image_db(at_m, phase))
            practical_db = float(spreading_loss_db(at_m, PRACTICAL))
            found.append(Loss(tone_hz, range_km, mean_db, plain_db, image_db, practical_db))
    return found
