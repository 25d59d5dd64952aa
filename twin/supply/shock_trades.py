"""The usual supply split into trades: flows of one origin and stage that a shock treats alike."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.supply_names import LIGHT, STAGES, SUPPLY_ELEMENTS
from twin.models.limits import FloatArray
from twin.supply.shock_case import CHINA, DOMESTIC, UNDER_LICENCE, ShockCase

LICENSED, OPEN, THIRD_CONTROLLED, THIRD_OTHER, FREE, FIRM, HOME = range(7)
KINDS: Final = (
    "china under licence", "china free", "third country, controlled feed", "third country, other feed", "free",
    "firm contract", "domestic",
)  # fmt: skip
LIGHT_ONES: Final = np.array([element in LIGHT for element in SUPPLY_ELEMENTS])


@dataclass(frozen=True, slots=True, eq=False)
class Trade:
    """One kind of flow of one origin and stage: its usual flow of each element [t/d]."""

    origin: str
    stage: int
    kind: int
    t_d: FloatArray

    @property
    def name(self) -> str:
        """Name of the trade, for its random numbers."""
        return f"{self.origin}/{STAGES[self.stage]}/{KINDS[self.kind]}"


def trades(case: ShockCase) -> tuple[Trade, ...]:
    """Return the usual supply split by what a shock does to it.

    Notes
    -----
    China: what is under licence (the controlled elements, and in magnets with them ``shock.licensed_magnet_share`` of
    the light ones) and the rest. Third countries: what was made of Chinese material, controlled or not; of the rest
    what is under firm contracts and what other buyers can take. Domestic supply is not touched.
    """
    in_magnets = np.where(LIGHT_ONES, case.values["shock.licensed_magnet_share"], 1.0)
    found: dict[tuple[str, int, int], FloatArray] = {}
    for source in case.sources:
        stage = STAGES.index(source.stage)
        for kind, part in _parts(source.origin, stage, in_magnets, source.china_share, source.firm_share):
            key = (source.origin, stage, kind)
            found[key] = found.get(key, 0.0) + source.t_d * part
    return tuple(Trade(*key, flow) for key, flow in found.items() if flow.any())


def _parts(
    origin: str, stage: int, in_magnets: FloatArray, china: FloatArray, firm: FloatArray
) -> list[tuple[int, FloatArray]]:
    if origin == CHINA:
        licensed = in_magnets if STAGES[stage] == "magnet" else UNDER_LICENCE.astype(np.float64)
        return [(LICENSED, licensed), (OPEN, 1.0 - licensed)]
    if origin in DOMESTIC:
        return [(HOME, np.ones(len(china)))]
    rest = 1.0 - china
    return [
        (THIRD_CONTROLLED, np.where(UNDER_LICENCE, china, 0.0)),
        (THIRD_OTHER, np.where(UNDER_LICENCE, 0.0, china)),
        (FREE, rest * (1.0 - firm)),
        (FIRM, rest * firm),
    ]
