"""Solid-liquid separation: the leach slurry becomes liquor and a washed residue that keeps some of the dissolved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.errors import ModelError, did_you_mean
from twin.models.limits import not_negative
from twin.models.washing import counter_current_loss, displacement_loss, entrained_t
from twin.processing.lot import Floats, Lot, Stepped, share, split

LIQUOR: Final = "liquor"
RESIDUE: Final = "residue"
WASHINGS: Final = ("stated", "displacement", "counter_current")


@dataclass(frozen=True, slots=True)
class Washing:
    """How solids and liquor are parted.

    Attributes
    ----------
    washing : where the soluble loss comes from: stated, or of a model; one of ``WASHINGS``.
    soluble_loss : of all that is dissolved, what leaves with the residue, when stated [1].
    residue_water_fraction : water by mass in the residue [1], 0 to below 1.
    wash_ratio : fresh water per water that the residue holds [1], 0 or above.
    ideal_stages : of counter-current washing [1], 1 or more.
    displacement_efficiency : solute that one volume of wash water takes out of a cake [1].
    flocculant_kg_t, power_kwh_t : per dry solids of the slurry [kg/t], [kWh/t].
    """

    washing: str
    soluble_loss: float
    residue_water_fraction: float
    wash_ratio: float
    ideal_stages: float
    displacement_efficiency: float
    flocculant_kg_t: float
    power_kwh_t: float


def parameters(values: Mapping[str, float], washing: str = "stated") -> Washing:
    """Return the parameters of the step from a scenario's quantities.

    Parameters
    ----------
    values : key → value; of the keys of ``wash.``.
    washing : "stated" (the soluble loss is given), "displacement" (a pressed cake) or "counter_current" (thickeners).

    Raises
    ------
    ModelError : a value is out of its range or the word is unknown, naming it.
    """
    if washing not in WASHINGS:
        raise ModelError(f"solid_liquid: 'washing' is '{washing}'; {did_you_mean(washing, WASHINGS)}")
    shares = {
        name: float(share(f"wash.{name}", values[f"wash.{name}"]))
        for name in ("soluble_loss", "displacement_efficiency", "stage_efficiency")
    }
    amounts = {
        name: float(not_negative("solid_liquid", f"'wash.{name}'", values[f"wash.{name}"], "correct the parameter"))
        for name in ("ratio", "stages", "flocculant_kg_t", "power_kwh_t")
    }
    entrained_t(1.0, values["wash.residue_water_fraction"])  # refuses what is no fraction
    return Washing(
        washing=washing,
        soluble_loss=shares["soluble_loss"],
        residue_water_fraction=values["wash.residue_water_fraction"],
        wash_ratio=amounts["ratio"],
        ideal_stages=max(1.0, amounts["stages"] * shares["stage_efficiency"]),
        displacement_efficiency=shares["displacement_efficiency"],
        flocculant_kg_t=amounts["flocculant_kg_t"],
        power_kwh_t=amounts["power_kwh_t"],
    )


def solid_liquid(slurry: Lot, plant: Washing) -> Stepped:
    """Return liquor and residue of a batch of leach slurry.

    Parameters
    ----------
    slurry : n lots.
    plant : parameters of the step.

    Returns
    -------
    Product ``liquor`` (no solids), loss ``residue`` (all solids, with what is dissolved in the liquor they hold);
    utilities ``fresh_water_t`` (wash), ``flocculant_kg``, ``power_kwh``, each (n,).

    Notes
    -----
    The residue holds water by its fraction, at most that of the slurry; the wash water goes to the liquor. The
    share of all that is dissolved (sea salt and acid too) that leaves with the residue is stated, or modelled by
    :func:`twin.models.washing.displacement_loss` or :func:`~twin.models.washing.counter_current_loss`. A lot without
    solids is all liquor. Where no liquor is left (less water than the residue can hold and no wash), all that is
    dissolved stays with the residue. No solids pass into the liquor: a polishing filter is taken for granted.

    Examples
    --------
    >>> from twin.processing.lot import empty
    >>> slurry = replace(empty(1), dry_t=np.array([0.9]), dissolved_t=np.array([0.1]), water_t=np.array([10.0]))
    >>> done = solid_liquid(slurry, Washing("stated", 0.03, 0.45, 1.5, 4.0, 0.7, 0.3, 13.0))
    >>> {name: (float(part.dissolved_t[0].round(3)), float(part.water_t[0].round(3)))
    ...  for name, part in (done.products | done.losses).items()}
    {'liquor': (0.097, 10.368), 'residue': (0.003, 0.736)}
    """
    held_t = np.minimum(entrained_t(slurry.dry_t, plant.residue_water_fraction), slurry.water_t)
    wash_t = plant.wash_ratio * held_t
    water_t = slurry.water_t + wash_t
    liquor_t = water_t - held_t
    lost = np.where(liquor_t > 0.0, _lost(slurry, held_t, wash_t, plant), 1.0)
    lost = np.where(slurry.dry_t > 0.0, lost, 0.0)
    residue, liquor = split(slurry, 1.0, lost)
    return Stepped(
        products={LIQUOR: replace(liquor, water_t=liquor_t)},
        losses={RESIDUE: replace(residue, water_t=held_t)},
        utilities={
            "fresh_water_t": wash_t,
            "flocculant_kg": plant.flocculant_kg_t * slurry.dry_t,
            "power_kwh": plant.power_kwh_t * slurry.dry_t,
        },
    )


def _lost(slurry: Lot, held_t: Floats, wash_t: Floats, plant: Washing) -> Floats:
    """Return the share of the dissolved that leaves with the residue, shape (n,)."""
    if plant.washing == "stated":
        return np.full(len(slurry), plant.soluble_loss)
    if plant.washing == "displacement":
        return displacement_loss(slurry.water_t, held_t, plant.wash_ratio, plant.displacement_efficiency)
    return counter_current_loss(slurry.water_t, held_t, wash_t, plant.ideal_stages)
