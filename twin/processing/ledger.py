"""The ledger: what a step used and threw away, at its price and its emission, one row each, so that sums re-add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.elements import ATOMIC_MASS_G_MOL
from ops_data.errors import ModelError, did_you_mean
from ops_data.units import KG_PER_TONNE
from twin.models.radioactivity import activity_bq_g, exempt
from twin.processing.lot import AT, OXIDE_FACTOR, Floats, Lot, Stepped

HF_PER_F: Final = 1.0 + ATOMIC_MASS_G_MOL["H"] / ATOMIC_MASS_G_MOL["F"]
AIRBORNE: Final = ("off_gas", "dust")  # losses that lie on no heap
UNITS: Final = ("kg", "t", "kwh")
# what a step may use; its keys are "price.<item>_usd_<unit>" and "emission.<item>_kg_<unit>"
ITEMS: Final = (
    "hcl_kg", "h2so4_kg", "naoh_kg", "oxalic_acid_kg", "hydrogen_peroxide_kg", "flocculant_kg", "extractant_kg",
    "diluent_kg", "fresh_water_t", "power_kwh", "heat_kwh", "toll_kg", "residue_t", "effluent_t",
)  # fmt: skip
# losses whose solids are dumped on land, and whose water is treated; others are gas, dust or go back to the sea
RESIDUES: Final = (
    "residue",
    "hydroxide_cake",
    "thorium_bleed",
    "spent_liquor",
    "tailings",
    "toll_residue",
    "circuit_residue",
)
EFFLUENTS: Final = ("hydroxide_cake", "thorium_bleed", "spent_liquor", "circuit_effluent")


@dataclass(frozen=True, eq=False)
class Entry:
    """One row per lot of the ledger.

    Attributes
    ----------
    step, item : which step used what; "residue" and "effluent" are what it threw away.
    unit : of the amount, one of ``UNITS``.
    amount : negative for what is given back, shape (n,).
    cost_usd, co2e_kg : amount times price [USD] and times emission [kg CO2 equivalent], shape (n,).
    """

    step: str
    item: str
    unit: str
    amount: Floats
    cost_usd: Floats
    co2e_kg: Floats


def entries(step: str, done: Stepped, values: Mapping[str, float]) -> list[Entry]:
    """Return the rows of a step: its utilities, then residue and effluent of its losses.

    Parameters
    ----------
    step : its name.
    done : what it made and used.
    values : key → value, of the keys ``price.`` and ``emission.``.

    Raises
    ------
    ModelError : the step used what the ledger does not know.

    Notes
    -----
    Residue is the dry mass of solids in losses that are dumped, counted as oxides; effluent the water of losses that
    is treated. What a step itself names ``residue_t`` adds to it.

    Examples
    --------
    >>> from twin.processing.lot import empty
    >>> used = Stepped({"cake": empty(1)}, {}, {"hcl_kg": np.array([2000.0])})
    >>> rows = entries("leach", used, {"price.hcl_usd_kg": 0.25, "emission.hcl_kg_kg": 1.1})
    >>> [(row.item, row.unit, row.cost_usd.tolist(), row.co2e_kg.round(6).tolist()) for row in rows]
    [('hcl', 'kg', [500.0], [2200.0])]
    """
    used = dict(done.utilities)
    for item, amount in (("residue_t", residue_t(done)), ("effluent_t", effluent_t(done))):
        if amount is not None:
            used[item] = used[item] + amount if item in used else amount
    return [_entry(step, name, np.asarray(amount), values) for name, amount in used.items()]


def _entry(step: str, name: str, amount: Floats, values: Mapping[str, float]) -> Entry:
    if name not in ITEMS:
        raise ModelError(f"step {step}: '{name}' is nothing the ledger knows; {did_you_mean(name, ITEMS)}")
    item, _, unit = name.rpartition("_")
    price, emission = values[f"price.{item}_usd_{unit}"], values[f"emission.{item}_kg_{unit}"]
    return Entry(step, item, unit, amount, amount * price, amount * emission)


def residue_t(done: Stepped) -> Floats | None:
    """Return the solids a step leaves to be dumped [t], counted as oxides, shape (n,); None if it leaves none ever."""
    parts = [part.dry_t for name, part in done.losses.items() if name in RESIDUES]
    return np.sum(parts, axis=0) if parts else None


def effluent_t(done: Stepped) -> Floats | None:
    """Return the water a step leaves to be treated [t], shape (n,); None if it leaves none ever."""
    parts = [part.water_t for name, part in done.losses.items() if name in EFFLUENTS]
    return np.sum(parts, axis=0) if parts else None


def total(rows: Iterable[Entry]) -> tuple[float, float]:
    """Return the cost [USD] and the emission [kg CO2e] of rows, all lots together.

    Examples
    --------
    >>> total([])
    (0.0, 0.0)
    """
    listed = list(rows)
    return float(sum(row.cost_usd.sum() for row in listed)), float(sum(row.co2e_kg.sum() for row in listed))


def oxide_value_usd(
    products: Mapping[str, Lot], values: Mapping[str, float], payable: float = 1.0
) -> dict[str, Floats]:
    """Return what oxides sell for: product → value [USD], shape (n,).

    Parameters
    ----------
    products : product name → lots; each has the key ``price.oxide_<name, small letters>_usd_kg``.
    values : key → value, of the keys ``price.``.
    payable : share of the price that is paid [1], 0 to 1.

    Notes
    -----
    All oxides in a product count as product: purity is part of the price.
    """
    return {
        name: lots.total_kg @ OXIDE_FACTOR * values[f"price.oxide_{name.lower()}_usd_kg"] * payable
        for name, lots in products.items()
    }


def activity(lots: Lot) -> tuple[Floats, Floats]:
    """Return uranium and thorium of solids as activity [Bq/g], and whether they are exempt (1) or not (0), shape (n,).

    Notes
    -----
    Per dry mass of lots, or the oxides in their solids where that is more (content of what was never weighed). A lot
    without solids has activity 0.
    """
    mass_kg = np.maximum(lots.dry_t * KG_PER_TONNE, lots.solid_kg @ OXIDE_FACTOR)
    parts = []
    for name in ("U", "Th"):
        found = np.divide(lots.solid_kg[:, AT[name]], mass_kg, out=np.zeros_like(mass_kg), where=mass_kg > 0.0)
        parts.append(np.minimum(found, 1.0))
    return activity_bq_g(*parts), exempt(*parts).astype(np.float64)


def fluoride_released_kg(done: Stepped) -> Floats:
    """Return fluorine that a step lets go as gas, as hydrogen fluoride [kg], shape (n,)."""
    gas = [part.total_kg[:, AT["F"]] for name, part in done.losses.items() if name == "off_gas"]
    found: Floats = np.sum([np.zeros(len(done.product)), *gas], axis=0) * HF_PER_F
    return found
