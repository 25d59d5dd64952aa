"""Series of the sea by the names that files give them, and the wind from its components."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ops_data.errors import ObservationError
from ops_data.ingest.mapping import Mapping_, Target
from ops_data.ingest.rows import Real, Refused

NAMES: Final[Mapping[str, Target]] = {
    "hs_m": Target("site.sea.hs", "m"), "hs": Target("site.sea.hs"), "swh": Target("site.sea.hs"),
    "tp_s": Target("site.sea.tp", "s"), "tp": Target("site.sea.tp"), "pp1d": Target("site.sea.tp"),
    "wind_m_s": Target("site.wind.speed", "m/s"), "ws10": Target("site.wind.speed"),
    "wind_kn": Target("site.wind.speed", "kn"),
    "wind_from_deg": Target("site.wind.direction", "deg"), "wd10": Target("site.wind.direction"),
    "current_m_s": Target("site.current.speed", "m/s"), "current_kn": Target("site.current.speed", "kn"),
}  # fmt: skip
COMPONENTS: Final = ("u10", "v10")
SPEED_NAME, SPEED_TAG = "U10", "site.wind.speed"  # in capitals it is the speed, as in a person's own sea record
MEAN_PERIOD: Final = "mwp"
NETCDF_UNITS: Final[Mapping[str, str]] = {"m s**-1": "m/s", "m s-1": "m/s", "degrees": "deg", "degree": "deg"}


@dataclass(frozen=True, eq=False)
class Series:
    """One series: tag, unit, what is said of its quality, values [unit], as many as there are times, refused cells."""

    tag: str
    unit: str
    quality: str
    value: Real
    refused: tuple[Refused, ...] = ()


def wind_from(u_m_s: Real, v_m_s: Real) -> tuple[Real, Real]:
    """Return speed [m/s] and the direction the wind blows from [° clockwise from north]; NaN for the one of a calm.

    Parameters
    ----------
    u_m_s, v_m_s : components towards east and north, of one shape.

    Examples
    --------
    >>> [part.tolist() for part in wind_from(np.array([0.0, -3.0]), np.array([-2.0, 0.0]))]
    [[2.0, 3.0], [0.0, 90.0]]
    """
    speed = np.hypot(u_m_s, v_m_s)
    direction = np.degrees(np.arctan2(-u_m_s, -v_m_s)) % 360.0
    return speed, np.where(speed > 0.0, direction, np.nan)


def named(name: str, mapping: Mapping_) -> tuple[Target, str] | None:
    """Return what a column stands for and its quality; None for a column that is not read."""
    bare, _, bracket = name.partition("[")
    plain, unit = bare.strip(), bracket.rstrip("] ").strip()
    for key in (name, plain):
        if key in mapping.tags:
            said = mapping.tags[key]
            quality = "uncertain" if plain.lower() == MEAN_PERIOD else ""
            return (Target(said.tag, said.unit or unit), quality) if said.tag else None
    known = Target(SPEED_TAG) if plain == SPEED_NAME else NAMES.get(plain.lower())
    return None if known is None else (Target(known.tag, known.unit or unit), "")


def components_in(path: Path, columns: Mapping[str, str]) -> list[str]:
    """Return the columns of the two components of the wind, in order, or none; ObservationError for one alone.

    Parameters
    ----------
    columns : name without unit → name as it is.
    """
    found = [columns[one] for one in COMPONENTS if one in columns]
    if len(found) == 1:
        raise ObservationError(
            f"{path}: '{found[0]}' without the other of u10 and v10; the wind needs both; a speed is called U10"
        )
    return found


def wind_series(path: Path, wind: tuple[Real, Real], unit: str, other: str) -> list[Series]:
    """Return speed and direction of the wind from its components; ObservationError unless both have one unit."""
    if unit != other:
        raise ObservationError(
            f"{path}: u10 is in '{unit}' and v10 in '{other}'; both have one unit; export them again"
        )
    return [
        Series("site.wind.speed", unit, "", wind[0]),
        Series("site.wind.direction", "deg", "", wind[1]),
    ]


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, or what kind of error it is."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
