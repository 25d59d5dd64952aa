"""Dewatering: a slurry becomes a cake and a return water that takes along fines and sea salt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.dewatering import cake_water_t, solids_mg_l, wash_residual
from twin.models.limits import not_negative, positive, refuse_where
from twin.processing.lot import DISSOLVED, Floats, Lot, Stepped, less, share, split

CAKE: Final = "cake"
RETURN_WATER: Final = "return_water"
CORRECT: Final = "correct the parameter"
ROUNDED: Final = 1e-5  # relative: water of cake beyond this counts as slurry
MOST_WATER: Final = 0.99  # by mass; above this a "cake" is water


@dataclass(frozen=True, slots=True)
class Dewatering:
    """How the dewatering plant works.

    Attributes
    ----------
    solids_capture : share of the dry solids kept in the cake [1], 0 to 1.
    cake_water_fraction : water with its salt by mass in the cake [1], 0 to 0.99.
    wash_ratio : fresh wash water per water held in the cake [1], 0 or above; 0 is no wash.
    wash_cells : mixed cells in series that the cake behaves like when washed [1], 1 or above.
    flocculant_kg_t : polymer per dry solids [kg/t], 0 or above.
    energy_kwh_m3 : electricity per volume of suspension [kWh/m3], 0 or above.
    grain_density_t_m3, water_density_t_m3 : of the solids and of the water with its salt [t/m3], above 0.
    """

    solids_capture: float
    cake_water_fraction: float
    wash_ratio: float
    wash_cells: float
    flocculant_kg_t: float
    energy_kwh_m3: float
    grain_density_t_m3: float
    water_density_t_m3: float


def parameters(values: Mapping[str, float]) -> Dewatering:
    """Return the parameters of the step from a scenario's quantities.

    Parameters
    ----------
    values : key → value; of ``island.solids_capture``, ``island.cake_water_fraction``, ``mud.grain_density_t_m3`` and
        the keys of ``dewater.``.

    Raises
    ------
    ModelError : a value is out of its range, naming its key.
    """
    wet = np.asarray(values["island.cake_water_fraction"])
    rule = f"must be 0 to {MOST_WATER:g}"
    refuse_where(~((wet >= 0.0) & (wet <= MOST_WATER)), "dewater", "'island.cake_water_fraction'", wet, rule, CORRECT)
    amounts = {
        name: float(not_negative("dewater", f"'dewater.{name}'", values[f"dewater.{name}"], CORRECT))
        for name in ("wash_ratio", "flocculant_kg_t", "energy_kwh_m3")
    }
    densities = {
        key: float(positive("dewater", f"'{key}'", values[key], CORRECT))
        for key in ("mud.grain_density_t_m3", "dewater.water_density_t_m3")
    }
    cells = np.asarray(values["dewater.wash_cells"])
    finite = (cells >= 1.0) & np.isfinite(cells)
    refuse_where(~finite, "dewater", "'dewater.wash_cells'", cells, "must be 1 or more", CORRECT)
    return Dewatering(
        solids_capture=float(share("island.solids_capture", values["island.solids_capture"])),
        cake_water_fraction=float(wet),
        wash_cells=float(cells),
        grain_density_t_m3=densities["mud.grain_density_t_m3"],
        water_density_t_m3=densities["dewater.water_density_t_m3"],
        wash_ratio=amounts["wash_ratio"],
        flocculant_kg_t=amounts["flocculant_kg_t"],
        energy_kwh_m3=amounts["energy_kwh_m3"],
    )


def dewater(slurry: Lot, plant: Dewatering) -> Stepped:
    """Return cake and return water of a batch of slurry.

    Parameters
    ----------
    slurry : n lots.
    plant : parameters of the step.

    Returns
    -------
    Product ``cake``, loss ``return_water``; utilities ``flocculant_kg``, ``fresh_water_t``, ``power_kwh``, each (n,).

    Notes
    -----
    The return water takes (1 - capture) of the solids and all water that the cake does not hold. A lot that holds no
    more water than its solids would hold as cake is one already: it passes as it is, unpressed and unwashed. Washing
    replaces liquor by fresh water at constant mass of water in the cake (the change of density, 3 %, is left out);
    what stays of salt and of all that is dissolved follows :func:`twin.models.dewatering.wash_residual`. All solids
    are lost alike: that fines pass the cloth more easily than grains of apatite is not counted. The polymer is too
    little to count as solids.

    Examples
    --------
    >>> from twin.processing.lot import empty
    >>> lots = replace(empty(1), dry_t=np.array([100.0]), water_t=np.array([400.0]), salt_t=np.array([14.0]))
    >>> done = dewater(lots, Dewatering(0.98, 0.4, 1.0, 1.0, 0.2, 2.8, 2.5, 1.025))
    >>> {name: (round(float(part.dry_t[0]), 1), round(float(part.water_t[0]), 1), round(float(part.salt_t[0]), 2))
    ...  for name, part in (done.products | done.losses).items()}
    {'cake': (98.0, 65.3, 0.84), 'return_water': (2.0, 400.0, 13.16)}
    >>> {name: round(float(amount[0])) for name, amount in done.utilities.items()}
    {'flocculant_kg': 20, 'fresh_water_t': 65, 'power_kwh': 1205}
    """
    thin = needs_dewatering(slurry, plant)
    kept = np.where(thin, plant.solids_capture, 1.0)
    held_t = np.where(
        thin, cake_water_t(slurry.dry_t * kept, slurry.water_t, plant.cake_water_fraction), slurry.water_t
    )
    held = np.divide(held_t, slurry.water_t, out=np.ones_like(held_t), where=slurry.water_t > 0.0)
    wash_t = np.where(thin, plant.wash_ratio * held_t, 0.0)
    left = np.where(thin, wash_residual(plant.wash_ratio, plant.wash_cells), 1.0)
    pressed, filtrate = split(slurry, kept, held)
    cake = replace(
        pressed,
        dissolved_t=pressed.dissolved_t * left,
        salt_t=pressed.salt_t * left,
        content_kg=_washed(pressed.content_kg, left),
    )
    freed = less(pressed, cake)
    away = replace(
        filtrate,
        water_t=filtrate.water_t + wash_t,
        dissolved_t=filtrate.dissolved_t + freed.dissolved_t,
        salt_t=filtrate.salt_t + freed.salt_t,
        content_kg=filtrate.content_kg + freed.content_kg,
    )
    suspension_m3 = slurry.dry_t / plant.grain_density_t_m3 + slurry.water_t / plant.water_density_t_m3
    return Stepped(
        products={CAKE: cake},
        losses={RETURN_WATER: away},
        utilities={
            "flocculant_kg": np.where(thin, plant.flocculant_kg_t * slurry.dry_t, 0.0),
            "fresh_water_t": wash_t,
            "power_kwh": np.where(thin, plant.energy_kwh_m3 * suspension_m3, 0.0),
        },
    )


def needs_dewatering(slurry: Lot, plant: Dewatering) -> NDArray[np.bool_]:
    """Say of each lot, shape (n,), whether it holds more water than its solids would hold as cake.

    By more than `ROUNDED`: the campaign counts the water of cake in whole parts per million of its solids.
    """
    as_cake = cake_water_t(slurry.dry_t, slurry.water_t, plant.cake_water_fraction)
    wet: NDArray[np.bool_] = slurry.water_t > (1.0 + ROUNDED) * as_cake
    return wet


def return_solids_mg_l(done: Stepped, plant: Dewatering) -> Floats:
    """Return the suspended solids of each lot's return water [mg/L], shape (n,); 0 without return water."""
    away = done.losses[RETURN_WATER]
    return solids_mg_l(away.dry_t, away.water_t, plant.water_density_t_m3)


def _washed(content_kg: Floats, left: Floats) -> Floats:
    washed = content_kg.copy()
    washed[:, DISSOLVED] *= left[:, np.newaxis]
    return washed
