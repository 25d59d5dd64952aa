"""Names of the supply chain: the elements it follows, the stages of the chain, the sectors, and their groups."""

from collections.abc import Mapping
from typing import Final

SUPPLY_ELEMENTS: Final = ("Nd", "Pr", "Dy", "Tb", "Sm", "Gd", "Lu", "Y")  # magnets, and the licence list of April 2025
CONTROLLED: Final = ("Dy", "Tb", "Sm", "Gd", "Lu", "Y")  # under licence since 4 April 2025 (with scandium)
LIGHT: Final = ("Nd", "Pr")
STAGES: Final = ("ore", "mixed_oxide", "separated_oxide", "metal", "magnet")
SECTORS: Final = (
    "ev", "automotive", "industrial_motors", "air_conditioning", "electronics", "wind", "medical", "defence",
    "phosphors",
)  # fmt: skip
GROUPS: Final = ("light", "heavy")  # Nd and Pr; the six under licence
BASES: Final = ("wet", "dry")


def group_of(element: str) -> str:
    """Return the group an element trades with.

    Examples
    --------
    >>> group_of("Nd"), group_of("Dy")
    ('light', 'heavy')
    """
    return GROUPS[element not in LIGHT]


SECTOR_TITLES: Final[Mapping[str, str]] = {
    "ev": "electric and hybrid vehicles",
    "automotive": "other automotive",
    "industrial_motors": "industrial motors and robots",
    "air_conditioning": "air-conditioning and appliances",
    "electronics": "electronics and disk drives",
    "wind": "wind",
    "medical": "precision and medical",
    "defence": "defence",
    "phosphors": "phosphors, ceramics and catalysts",
}
STAGE_TITLES: Final[Mapping[str, str]] = {
    "ore": "ore and concentrate",
    "mixed_oxide": "mixed oxide or carbonate",
    "separated_oxide": "separated oxide",
    "metal": "metal and alloy",
    "magnet": "magnet",
}
