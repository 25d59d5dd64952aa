"""Measured values from the unit a file declares into the unit of the register; exact factors, checked by dimension.

Factors are those of definitions: inch, pound and standard gravity of 1959 and 1901, US gallon of 231 cubic inches,
barrel of 42 gallons, nautical mile of 1,852 m (NIST Special Publication 811, 2008, appendix B).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import UsageError, did_you_mean

_INCH: Final = Fraction("0.0254")  # m
_FOOT: Final = 12 * _INCH
_POUND: Final = Fraction("0.45359237")  # kg
_GRAVITY: Final = Fraction("9.80665")  # m/s2
_GALLON: Final = 231 * _INCH**3  # m3
_BARREL: Final = 42 * _GALLON
_LITRE: Final = Fraction(1, 1_000)
_FORCE: Final = "force"
_ONE: Final = Fraction(1)

# dimension → unit → its size in the first unit of the dimension
DIMENSIONS: Final[Mapping[str, Mapping[str, Fraction]]] = {
    "length": {
        "m": _ONE, "km": Fraction(1_000), "cm": Fraction(1, 100), "mm": Fraction(1, 1_000),
        "ft": _FOOT, "in": _INCH, "nmi": Fraction(1_852),
    },
    "speed": {
        "m/s": _ONE, "km/h": Fraction(1_000, 3_600), "kn": Fraction(1_852, 3_600), "ft/s": _FOOT, "ft/min": _FOOT / 60,
        "m/min": Fraction(1, 60), "m/h": Fraction(1, 3_600),
    },
    "pressure": {
        "Pa": _ONE, "hPa": Fraction(100), "kPa": Fraction(1_000), "MPa": Fraction(10**6), "mbar": Fraction(100),
        "bar": Fraction(10**5), "atm": Fraction(101_325), "psi": _POUND * _GRAVITY / _INCH**2,
    },
    "volume": {"m3": _ONE, "L": _LITRE, "bbl": _BARREL, "gal(US)": _GALLON, "ft3": _FOOT**3},
    "volume flow": {
        "m3/s": _ONE, "m3/h": Fraction(1, 3_600), "m3/min": Fraction(1, 60), "m3/d": Fraction(1, 86_400),
        "L/s": _LITRE, "L/min": _LITRE / 60, "L/h": _LITRE / 3_600,
        "gpm(US)": _GALLON / 60, "bbl/min": _BARREL / 60, "bbl/h": _BARREL / 3_600, "bbl/d": _BARREL / 86_400,
    },
    "mass in volume": {
        "kg/m3": _ONE, "g/cm3": Fraction(1_000), "t/m3": Fraction(1_000), "kg/L": Fraction(1_000), "g/L": _ONE,
        "mg/L": Fraction(1, 1_000), "ug/L": Fraction(1, 10**6), "lb/gal(US)": _POUND / _GALLON,
        "lb/ft3": _POUND / _FOOT**3, "sg": Fraction(1_000),  # sg: as drillers use it, against 1,000 kg/m3
    },
    "mass": {"kg": _ONE, "g": Fraction(1, 1_000), "t": Fraction(1_000), "lb": _POUND, "klb": 1_000 * _POUND},
    _FORCE: {  # drillers say t, kg and klb of a hook load and mean the weight of them
        "N": _ONE, "kN": Fraction(1_000), "MN": Fraction(10**6), "kgf": _GRAVITY, "tf": 1_000 * _GRAVITY,
        "lbf": _POUND * _GRAVITY, "klbf": 1_000 * _POUND * _GRAVITY, "t": 1_000 * _GRAVITY, "kg": _GRAVITY,
        "lb": _POUND * _GRAVITY, "klb": 1_000 * _POUND * _GRAVITY, "daN": Fraction(10), "kdaN": Fraction(10_000),
    },
    "power": {
        "W": _ONE, "kW": Fraction(1_000), "MW": Fraction(10**6), "hp": 550 * _FOOT * _POUND * _GRAVITY,
        "PS": 75 * _GRAVITY,
    },
    "temperature": {"K": _ONE, "degC": _ONE, "degF": Fraction(5, 9)},
    "share": {
        "1": _ONE, "%": Fraction(1, 100), "permille": Fraction(1, 1_000), "ppm": Fraction(1, 10**6),
        "mg/kg": Fraction(1, 10**6), "g/t": Fraction(1, 10**6), "ppb": Fraction(1, 10**9), "ug/kg": Fraction(1, 10**9),
    },
    "angle": {"deg": _ONE, "rad": Fraction(180) / Fraction(pi)},  # pi as a double: good to 1e-16
    "time": {
        "s": _ONE, "ms": Fraction(1, 1_000), "min": Fraction(60), "h": Fraction(3_600), "d": Fraction(86_400),
    },
}  # fmt: skip
_ZERO_IN_K: Final = {"K": Fraction(0), "degC": Fraction("273.15"), "degF": Fraction("459.67") * Fraction(5, 9)}

ALIASES: Final[Mapping[str, str]] = {
    "metre": "m", "meter": "m", "metres": "m", "meters": "m", "feet": "ft", "foot": "ft", "nm": "nmi", "NM": "nmi",
    "kt": "kn", "kts": "kn", "knot": "kn", "knots": "kn", "mps": "m/s", "kph": "km/h", "kmh": "km/h",
    "mb": "mbar", "cbm": "m3", "l": "L", "litre": "L", "liter": "L",
    "gpm": "gpm(US)", "gal/min": "gpm(US)", "gal": "gal(US)", "lpm": "L/min", "bph": "bbl/h", "bpm": "bbl/min",
    "ppg": "lb/gal(US)", "lb/gal": "lb/gal(US)", "lbm/gal": "lb/gal(US)", "SG": "sg", "g/cc": "g/cm3", "g/mL": "g/cm3",
    "tonne": "t", "tonnes": "t", "mt": "t", "MT": "t", "ton": "t", "lbs": "lb", "lbm": "lb", "klbs": "klb",
    "C": "degC", "F": "degF", "celsius": "degC", "percent": "%", "pct": "%",
    "sec": "s", "second": "s", "seconds": "s", "minute": "min", "minutes": "min", "hr": "h", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "degree": "deg", "degrees": "deg",
}  # fmt: skip
_LETTERS: Final = str.maketrans(
    {
        "³": "3",
        "²": "2",
        "\N{MICRO SIGN}": "u",
        "\N{GREEK SMALL LETTER MU}": "u",
        "·": "",
        "^": "",
        "\N{FULLWIDTH PERCENT SIGN}": "%",
    }
)
_WHOLE: Final = 2**53  # beyond it a double no longer holds every whole number


@dataclass(frozen=True)
class Conversion:
    """From one unit into another: value × ``multiplied`` ÷ ``divided`` + ``added``."""

    multiplied: float
    divided: float
    added: float

    def __call__(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return converted values; those of one and the same unit keep their bits."""
        if (self.multiplied, self.divided, self.added) == (1.0, 1.0, 0.0):
            return value
        return value * self.multiplied / self.divided + self.added


def unit_name(text: str) -> str:
    """Return the project's name of a unit as people write it; a unit that is not known comes back tidied.

    Examples
    --------
    >>> unit_name(" m³/h "), unit_name("kts"), unit_name("°C")
    ('m3/h', 'kn', 'degC')
    """
    tidy = "".join(text.split()).translate(_LETTERS)
    tidy = tidy.replace("°", "deg") if tidy != "°" else "deg"
    known = {name for units in DIMENSIONS.values() for name in units}
    if tidy in known:
        return tidy
    if tidy in ALIASES:
        return ALIASES[tidy]
    folded = {name.casefold(): name for name in (*ALIASES, *known)}  # "Bar", "KPA"
    name = folded.get(tidy.casefold(), tidy) if tidy.casefold() not in _CASE_MATTERS else tidy
    return ALIASES.get(name, name)


_CASE_MATTERS: Final = frozenset({"kn", "mw", "mpa", "mn", "ms", "mt", "nm", "ps", "k", "c", "f"})  # milli or mega


def conversion(declared: str, wanted: str, quantity: str = "") -> Conversion:
    """Return how values of a declared unit become those of a wanted one.

    Parameters
    ----------
    declared : unit as a file writes it.
    wanted : unit of the register.
    quantity : of the register; "force" reads t, kg and klb as the weight of that mass, any other as mass.

    Raises
    ------
    UsageError
        The unit is not known, or of another dimension; both are named.

    Examples
    --------
    >>> conversion("kPa", "bar")(np.array([250.0]))
    array([2.5])
    """
    source = unit_name(declared)
    if source == wanted:
        return Conversion(1.0, 1.0, 0.0)
    spoken = [name for name, units in DIMENSIONS.items() if source in units]
    if not spoken:
        names = {name for units in DIMENSIONS.values() for name in units} | set(ALIASES)
        raise UsageError(f"unit '{declared}' is not known; {did_you_mean(declared, names)}")
    fitting = [name for name in spoken if wanted in DIMENSIONS[name] and (name == _FORCE) == (quantity == _FORCE)]
    if not fitting:
        raise UsageError(
            f"unit '{declared}' ({' or '.join(spoken)}) cannot become '{wanted}'; correct the unit, or the tag"
        )
    units = DIMENSIONS[fitting[0]]
    factor = units[source] / units[wanted]
    added = (_ZERO_IN_K[source] - _ZERO_IN_K[wanted]) / units[wanted] if source in _ZERO_IN_K else Fraction(0)
    if max(factor.numerator, factor.denominator) < _WHOLE:
        return Conversion(float(factor.numerator), float(factor.denominator), float(added))
    return Conversion(float(factor), 1.0, float(added))
