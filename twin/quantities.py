"""Quantities: a number with its range of ignorance, its spread from event to event, and where it came from.

Two kinds of spread stay apart. *Ignorance* about the central value (``law`` between ``low`` and ``high``) is drawn
once per replicate; the *event* spread (``event_law``) is drawn for every activity at the central value of its
replicate. The central value of a triangular law is its mode, so the mean of many events lies above it where the range
reaches further up than down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ops_data.reference import ComponentRow, Parameter, VesselRow
from ops_data.reference.composition_rows import ShareRow
from twin.models.streams import first_uniforms

Law = Literal["fixed", "triangular", "uniform", "lognormal"]
EventLaw = Literal["none", "triangular", "exponential", "lognormal"]
Confidence = Literal["H", "M", "L", "D", "A"]

REFERENCE: Final = "reference"
Z95: Final = 1.6448536269514722  # standard normal quantile at 0.95


class Quantity(BaseModel):
    """One number of a resolved scenario; the fields are those of a reference row plus ``origin``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    value: float
    low: float
    high: float
    law: Law
    event_law: EventLaw
    event_low: float | None
    event_high: float | None
    minimum: float
    maximum: float
    unit: str
    source: str
    confidence: Confidence
    note: str
    origin: str


def from_parameter(row: Parameter) -> Quantity:
    """Return the quantity of a reference row."""
    return Quantity.model_validate({name: getattr(row, name) for name in row.__slots__} | {"origin": REFERENCE})


def from_component(row: ComponentRow) -> tuple[Quantity, Quantity]:
    """Return mean operating time to failure and active repair time of a component, both [h].

    The first is ignorance only (the life law draws from it); the second scatters from repair to repair.
    """
    shared = {"unit": "h", "source": row.source, "confidence": row.confidence, "origin": REFERENCE}
    life = {
        "key": f"components.{row.name}.mtbf_h", "value": row.mtbf_h, "low": row.mtbf_low_h, "high": row.mtbf_high_h,
        "law": "triangular", "event_law": "none", "event_low": None, "event_high": None,
        "minimum": 1.0, "maximum": 1e7, "note": f"Mean operating hours between failures. {row.note}",
    }  # fmt: skip
    repair = {
        "key": f"components.{row.name}.repair_h", "value": row.repair_h,
        "low": row.repair_low_h, "high": row.repair_high_h, "law": "fixed",
        "event_law": "triangular", "event_low": row.repair_low_h, "event_high": row.repair_high_h,
        "minimum": 0.0, "maximum": 1e5, "note": f"Active repair hours, repair class {row.repair_class}.",
    }  # fmt: skip
    return Quantity.model_validate(life | shared), Quantity.model_validate(repair | shared)


def from_share(row: ShareRow) -> Quantity:
    """Return the share of an element in the rare earths of poor mud, ``composition.<element>_percent`` [%]."""
    fields = {
        "key": f"composition.{row.element.lower()}_percent", "value": row.percent, "low": row.low, "high": row.high,
        "law": "triangular", "event_law": "none", "event_low": None, "event_high": None, "minimum": 0.001,
        "maximum": 99.0, "unit": "%", "source": row.source, "confidence": row.confidence, "note": row.note,
        "origin": REFERENCE,
    }  # fmt: skip
    return Quantity.model_validate(fields)


def from_vessel(row: VesselRow) -> Quantity:
    """Return what a ship carries: ``mining.hold_m3``, ``shuttle.hold_m3`` or ``carrier.payload_t``."""
    capacity: dict[str, object]
    if row.kind == "carrier":
        capacity = {"key": "carrier.payload_t", "value": row.payload_t, "low": row.payload_t, "high": row.payload_t}
    else:
        capacity = {"key": f"{row.kind}.hold_m3", "value": row.hold_m3, "low": row.hold_low_m3}
        capacity["high"] = row.hold_high_m3
    rest = {
        "law": "fixed" if capacity["low"] == capacity["high"] else "triangular",
        "event_law": "none", "event_low": None, "event_high": None, "minimum": 1.0, "maximum": 1e6,
        "unit": "t" if row.kind == "carrier" else "m3", "source": row.source, "confidence": row.confidence,
        "note": f"Capacity of '{row.name}'. {row.note}", "origin": REFERENCE,
    }  # fmt: skip
    return Quantity.model_validate(capacity | rest)


def scaled_events(quantity: Quantity, value: float) -> dict[str, float | str | None]:
    """Return the event fields of a quantity moved to another central value, bounds in proportion.

    A row whose central value is zero has no proportion: its event law ends.
    """
    if quantity.event_low is None or quantity.event_high is None:
        return {}
    if quantity.value == 0.0:
        return {"event_law": "none", "event_low": None, "event_high": None}
    factor = value / quantity.value
    return {"event_low": quantity.event_low * factor, "event_high": quantity.event_high * factor}


def without_events(quantity: Quantity) -> Quantity:
    """Return the quantity with every event at its central value."""
    return quantity.model_copy(update={"event_law": "none", "event_low": None, "event_high": None})


def triangular(
    low: NDArray[np.float64], mode: NDArray[np.float64], high: NDArray[np.float64], u: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return triangular draws by inverse transform; all arguments broadcast, ``u`` in [0, 1).

    Notes
    -----
    With w = high - low and c = (mode - low) / w: x = low + sqrt(u c) w for u < c, else
    x = high - sqrt((1 - u)(1 - c)) w. A range of zero width gives ``mode``.

    Examples
    --------
    >>> triangular(np.array(0.0), np.array(1.0), np.array(2.0), np.array([0.0, 0.5, 0.98])).round(12).tolist()
    [0.0, 1.0, 1.8]
    """
    width = high - low
    rise = np.divide(mode - low, width, out=np.zeros(np.shape(width)), where=width > 0.0)
    drawn = np.where(u < rise, low + np.sqrt(u * rise) * width, high - np.sqrt((1.0 - u) * (1.0 - rise)) * width)
    return np.where(width > 0.0, drawn, mode)


def lognormal(low: NDArray[np.float64], high: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lognormal draws whose 5 % and 95 % points are ``low`` and ``high`` (both above zero), ``u`` in (0, 1)."""
    from scipy.special import ndtri  # here, so that reading a scenario stays quick

    middle, half = 0.5 * (np.log(low) + np.log(high)), 0.5 * (np.log(high) - np.log(low))
    return np.asarray(np.exp(middle + half / Z95 * ndtri(u)))


@dataclass(frozen=True, eq=False)
class Ignorance:
    """What is drawn once per replicate, as columns: all values, then keys, laws and bounds of the drawn ones."""

    values: Mapping[str, float]
    keys: tuple[str, ...]
    laws: tuple[str, ...]
    bounds: NDArray[np.float64]  # rows low, value, high, minimum, maximum


def ignorance(quantities: Mapping[str, Quantity]) -> Ignorance:
    """Return the table from which replicates draw; quantities with a fixed law or no width are not drawn."""
    drawn = [q for q in quantities.values() if q.law != "fixed" and q.low < q.high]
    bounds = np.array([(q.low, q.value, q.high, q.minimum, q.maximum) for q in drawn]).reshape(-1, 5).T
    values = {key: quantity.value for key, quantity in quantities.items()}
    return Ignorance(values, tuple(q.key for q in drawn), tuple(q.law for q in drawn), bounds)


def draw_quantities(table: Ignorance, seed: int, replicate: int) -> dict[str, float]:
    """Return one float per quantity for one replicate: its law's draw, or its value where the law is fixed.

    Parameters
    ----------
    table : from :func:`ignorance`.
    seed, replicate : of the ensemble; each key has its own stream, so a new quantity changes no other draw.

    Returns
    -------
    Drawn central values in the unit of each quantity, within ``minimum`` and ``maximum``.
    """
    return at_quantiles(table, first_uniforms(seed, replicate, "parameter", table.keys))


def at_quantiles(table: Ignorance, u: NDArray[np.float64]) -> dict[str, float]:
    """Return one float per quantity: the `u` quantile of its law, or its value where it is not in the table's keys.

    Parameters
    ----------
    table : from :func:`ignorance`.
    u : one quantile per key of the table, each 0 to 1.

    Returns
    -------
    Central values in the unit of each quantity, within ``minimum`` and ``maximum``.
    """
    low, mode, high, minimum, maximum = table.bounds
    chosen = triangular(low, mode, high, u)
    laws = np.array(table.laws, dtype=object)
    chosen = np.where(laws == "uniform", low + u * (high - low), chosen)
    if "lognormal" in table.laws:
        rows = laws == "lognormal"
        chosen[rows] = lognormal(low[rows], high[rows], u[rows])
    return dict(table.values) | dict(zip(table.keys, np.clip(chosen, minimum, maximum).tolist(), strict=True))


def event_draws(quantity: Quantity, central: float, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return event values of a quantity at a central value, one per uniform draw.

    Parameters
    ----------
    quantity : its event law and bounds, given at ``quantity.value``.
    central : central value of this replicate; bounds scale with it.
    u : uniform draws on [0, 1), any shape.

    Returns
    -------
    Array of the shape of ``u`` in the quantity's unit; constant ``central`` without an event law.

    Notes
    -----
    Triangular has ``central`` as its mode, exponential as its mean; lognormal has the scaled bounds as 5 % and 95 %
    points. Values are kept within the quantity's allowed range.

    Examples
    --------
    A joint of 0.28 h between 0.21 and 0.35 h, at the mode:

    >>> from ops_data.reference import parameters
    >>> joint = from_parameter(parameters()["string.run_joint_h"])
    >>> float(event_draws(joint, 0.28, np.array([(0.28 - 0.21) / (0.35 - 0.21)]))[0])
    0.28
    """
    if quantity.event_law == "none":
        return np.full(np.shape(u), central)
    if quantity.event_law == "exponential":
        return np.clip(-central * np.log1p(-u), quantity.minimum, quantity.maximum)
    scale = central / quantity.value if quantity.value else 0.0
    low, high = np.array(quantity.event_low) * scale, np.array(quantity.event_high) * scale
    if quantity.event_law == "triangular":
        drawn = triangular(low, np.array(central), high, u)
    else:
        drawn = lognormal(low, high, u)
    return np.clip(drawn, quantity.minimum, quantity.maximum)
