"""Beneficiation: cyclones take coarse fish-bone phosphate out of the clay. Off unless a chain names it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError, did_you_mean
from ops_data.units import KG_PER_TONNE, PPM, SECONDS_PER_HOUR
from twin.models.classification import (
    BreakEven,
    bin_shares,
    break_even,
    host_recoveries,
    rosin_rammler_efficiency,
    to_underflow,
)
from twin.models.hydrocyclone import Geometry, cut_size_m, flow_m3_s, flow_split, sharpness, water_to_underflow
from twin.models.limits import FloatArray, positive, refuse_where
from twin.processing.lot import APATITE, PRECIPITATE, Lot, Stepped, oxides_t, share, split

CONCENTRATE: Final = "concentrate"
TAILINGS: Final = "tailings"
STATED, CYCLONES = "stated", "cyclones"
CLASSIFIERS: Final = (STATED, CYCLONES)
SIZE_EDGES_UM: Final = np.geomspace(0.05, 1_000.0, 121)  # bins of 8.6 %; finer and coarser grains are in the end bins
_KPA: Final = 1e3
_KWH_J: Final = 1e3 * SECONDS_PER_HOUR
CORRECT: Final = "correct the parameter"
_RICH: Final = "host.apatite_rey_ppm"
_GRAINS: Final = "mud.grain_density_t_m3"
_SHARES: Final = ("recovery", "bypass", "solids_volume_fraction", "tailings_water_fraction", "pump_efficiency")


@dataclass(frozen=True, slots=True)
class Beneficiation:
    """How a bank of cyclones works.

    Attributes
    ----------
    apatite_recovery : share of the phosphate, and all in it, that goes to the concentrate [1], 0 to 1.
    matrix_recovery : the same of all other solids, manganese oxide among them [1], 0 to 1.
    bypass : share of the water in the cyclones that goes to the concentrate [1], 0 to 1.
    solids_volume_fraction : solids in the feed of the cyclones [1], above 0 to below 1.
    tailings_water_fraction : water by mass in the tailings after thickening [1], 0 to below 1.
    pump_kwh_m3 : electricity per volume of slurry pumped [kWh/m3], 0 or above.
    grain_density_t_m3, water_density_t_m3 : of the solids and of the water [t/m3], above 0.
    """

    apatite_recovery: float
    matrix_recovery: float
    bypass: float
    solids_volume_fraction: float
    tailings_water_fraction: float
    pump_kwh_m3: float
    grain_density_t_m3: float
    water_density_t_m3: float


def parameters(values: Mapping[str, float], classifier: str = STATED) -> Beneficiation:
    """Return the parameters of the step from a scenario's quantities.

    Parameters
    ----------
    values : key → value; of ``host.ree_apatite_share``, ``host.apatite_rey_ppm``, ``mud.grain_density_t_m3`` and the
        keys of ``beneficiate.``.
    classifier : "stated" takes upgrade and recovery in reference mud, "cyclones" works them out from size
        distributions and the geometry of the cyclones.

    Raises
    ------
    ModelError : a value is out of its range, naming its key; or the cyclones cannot work.

    Notes
    -----
    Both give one share for the phosphate and one for the rest, which then hold for every lot: a cyclone sees sizes, not
    grades. So rich mud, with more phosphate, gives more concentrate at a lower upgrade. Where upgrade and recovery as
    stated ask for more than the hosts hold, the recovery is kept (see ``host_recoveries``).
    """
    if classifier not in CLASSIFIERS:
        remedy = did_you_mean(classifier, CLASSIFIERS)
        raise ModelError(f"beneficiate: classifier is '{classifier}'; one of {' and '.join(CLASSIFIERS)}; {remedy}")
    given = {key.partition(".")[2]: value for key, value in values.items() if key.startswith("beneficiate.")}
    kept = {name: float(share(f"beneficiate.{name}", given[name])) for name in _SHARES}
    for name in ("solids_volume_fraction", "tailings_water_fraction"):
        found = np.asarray(kept[name])
        refuse_where(found >= 1.0, "beneficiate", f"'beneficiate.{name}'", found, "must be below 1", CORRECT)
    above = {
        name: float(positive("beneficiate", f"'beneficiate.{name}'", given[name], CORRECT))
        for name in ("solids_volume_fraction", "pump_efficiency", "pressure_kpa", "water_density_t_m3")
    }
    if classifier == STATED:
        host = values["host.ree_apatite_share"], apatite_share(values)
        apatite, matrix = host_recoveries(given["upgrade"], kept["recovery"], *host)
        bypass = kept["bypass"]
    else:
        apatite, matrix, bypass = cyclone_recoveries(values)
    return Beneficiation(
        apatite_recovery=float(apatite),
        matrix_recovery=float(matrix),
        bypass=bypass,
        solids_volume_fraction=above["solids_volume_fraction"],
        tailings_water_fraction=kept["tailings_water_fraction"],
        pump_kwh_m3=above["pressure_kpa"] * _KPA / above["pump_efficiency"] / _KWH_J,
        grain_density_t_m3=float(positive("beneficiate", f"'{_GRAINS}'", values[_GRAINS], CORRECT)),
        water_density_t_m3=above["water_density_t_m3"],
    )


def apatite_share(values: Mapping[str, float]) -> float:
    """Return the mass share of phosphate in the reference mud: its rare earths over those of the phosphate.

    Examples
    --------
    >>> keys = {"beneficiate.reference_grade_ppm": 2500.0, "host.ree_apatite_share": 0.8}
    >>> apatite_share(keys | {"host.apatite_rey_ppm": 20000.0})
    0.1
    """
    grade = values["beneficiate.reference_grade_ppm"]
    return float(share("phosphate in reference mud", grade * values["host.ree_apatite_share"] / values[_RICH]))


def cyclone_recoveries(values: Mapping[str, float]) -> tuple[FloatArray, FloatArray, float]:
    """Return what cyclones of a stated geometry take of phosphate, of the rest and of the water.

    Parameters
    ----------
    values : as in :func:`parameters`.

    Raises
    ------
    ModelError : the underflow has no room for the grains sorted into it.

    Notes
    -----
    Plitt's cut of each host follows from its density, one sharpness and one bypass hold for both. The sharpness needs
    the split of volume only, the bypass then follows from the grains sorted: no iteration.
    """
    b = {key.partition(".")[2]: value for key, value in values.items() if key.startswith("beneficiate.")}
    wide = b["cyclone_diameter_m"]
    lengths = (wide * b[f"{part}_ratio"] for part in ("inlet", "overflow", "underflow", "height"))
    cyclone = Geometry(wide, *lengths)
    phi, pressure = b["solids_volume_fraction"], b["pressure_kpa"] * _KPA
    water = b["water_density_t_m3"] * KG_PER_TONNE
    each = flow_m3_s(cyclone, pressure, phi)
    grains = {"apatite": b["apatite_density_t_m3"], "matrix": values[_GRAINS]}
    host = apatite_share(values)
    by_volume = {"apatite": host / grains["apatite"], "matrix": (1.0 - host) / grains["matrix"]}
    solids = sum(by_volume.values())
    slurry = phi * KG_PER_TONNE / solids + (1.0 - phi) * water
    ratio = flow_split(cyclone, pressure, phi, slurry)
    volume_share = ratio / (1.0 + ratio)
    m = sharpness(cyclone, each, volume_share)
    middle_um = np.sqrt(SIZE_EDGES_UM[1:] * SIZE_EDGES_UM[:-1])
    sorted_share = {}
    curve = {}
    for name, density in grains.items():
        cut_um = cut_size_m(cyclone, each, phi, density * KG_PER_TONNE, water, b["cut_factor"]) / PPM
        sizes = bin_shares(SIZE_EDGES_UM, b[f"{name}_size_um"], b[f"{name}_size_exponent"])
        curve[name] = (sizes, rosin_rammler_efficiency(middle_um / cut_um, m))
        sorted_share[name] = float(sizes @ curve[name][1])
    taken = sum(by_volume[name] * sorted_share[name] for name in grains) / solids
    bypass = water_to_underflow(volume_share, phi, taken)
    apatite, matrix = (sizes @ to_underflow(efficiency, bypass) for sizes, efficiency in curve.values())
    return apatite, matrix, float(bypass)


def beneficiate(mud: Lot, bank: Beneficiation) -> Stepped:
    """Return concentrate and tailings of a batch of lots.

    Parameters
    ----------
    mud : n lots.
    bank : parameters of the step.

    Returns
    -------
    Product ``concentrate``, loss ``tailings``; utilities ``fresh_water_t``, ``power_kwh``, each (n,).

    Notes
    -----
    The lot is diluted to the solids that cyclones need; the concentrate takes the bypass share of that water. Tailings
    are thickened and their water goes back to the dilution, so fresh water only makes up for what leaves with
    concentrate and tailings. The water of the circuit is mixed: both products have the sea salt of its mean, and so
    the step also washes. A lot that is already thinner is not diluted. Dry solids go as the phosphate (its mass as
    oxides) and the rest of them do. Made solids ("precipitate") follow the matrix.

    Examples
    --------
    >>> from twin.processing.lot import empty
    >>> fed = replace(empty(1), dry_t=np.array([100.0]), water_t=np.array([80.0]), salt_t=np.array([2.8]))
    >>> done = beneficiate(fed, Beneficiation(0.8, 0.3, 0.1, 0.03, 0.5, 0.1, 2.5, 1.0))
    >>> {name: (round(float(part.dry_t[0])), round(float(part.water_t[0]))) for name, part in
    ...  (done.products | done.losses).items()}
    {'concentrate': (30, 129), 'tailings': (70, 70)}
    >>> {name: round(float(amount[0])) for name, amount in done.utilities.items()}
    {'fresh_water_t': 119, 'power_kwh': 133}
    """
    host_t = np.minimum(oxides_t(mud.content_kg[:, APATITE]), mud.dry_t)
    phosphate = np.divide(host_t, mud.dry_t, out=np.zeros(len(mud)), where=mud.dry_t > 0.0)
    pull = bank.matrix_recovery + (bank.apatite_recovery - bank.matrix_recovery) * phosphate
    solids_m3 = mud.dry_t / bank.grain_density_t_m3
    thin_m3 = solids_m3 * (1.0 - bank.solids_volume_fraction) / bank.solids_volume_fraction
    circuit_t = np.maximum(mud.water_t, thin_m3 * bank.water_density_t_m3)
    with_concentrate_t = bank.bypass * circuit_t
    left_t = mud.dry_t * (1.0 - pull)
    with_tailings_t = left_t * bank.tailings_water_fraction / (1.0 - bank.tailings_water_fraction)
    fresh_t = np.maximum(with_concentrate_t + with_tailings_t - mud.water_t, 0.0)
    fed = replace(mud, water_t=mud.water_t + fresh_t)
    water = np.divide(with_concentrate_t, fed.water_t, out=np.zeros(len(mud)), where=fed.water_t > 0.0).clip(0.0, 1.0)
    of_phase = np.full((PRECIPITATE + 1, 1), bank.matrix_recovery)
    of_phase[APATITE] = bank.apatite_recovery
    concentrate, tailings = split(fed, pull, water, of_phase)
    pumped_m3 = solids_m3 + circuit_t / bank.water_density_t_m3
    return Stepped(
        products={CONCENTRATE: concentrate},
        losses={TAILINGS: tailings},
        utilities={"fresh_water_t": fresh_t, "power_kwh": bank.pump_kwh_m3 * pumped_m3},
    )


def saving_needed(mud: Lot, done: Stepped, value_usd_kg: ArrayLike, cost_usd: float = 0.0) -> BreakEven:
    """Return what beneficiation of a batch must save per tonne of feed to pay, all lots together.

    Parameters
    ----------
    mud : what was fed, n lots with dry solids.
    done : what :func:`beneficiate` made of it.
    value_usd_kg : what a kilogram of each constituent in the feed would be paid after all later losses [USD/kg], 0 or
        above, shape (constituents,).
    cost_usd : what the step itself cost for the batch [USD], 0 or above.

    Notes
    -----
    Pull and recovery of value are those of the batch; see :func:`twin.models.classification.break_even`.

    Examples
    --------
    >>> from twin.processing.lot import AT, CONSTITUENTS, empty
    >>> content = np.zeros((1, PRECIPITATE + 2, len(CONSTITUENTS)))
    >>> content[0, APATITE, AT["Nd"]] = 50.0
    >>> fed = replace(empty(1), dry_t=np.array([100.0]), content_kg=content)
    >>> paid = np.zeros(len(CONSTITUENTS))
    >>> paid[AT["Nd"]] = 60.0
    >>> step = saving_needed(fed, beneficiate(fed, Beneficiation(0.8, 0.3, 0.1, 0.03, 0.5, 0.1, 2.5, 1.0)), paid)
    >>> [round(float(x), 2) for x in (step.lost_usd_t, step.needed_value_share)]
    [6.0, 0.2]
    """
    price = np.asarray(value_usd_kg, np.float64)
    fed_t = positive("beneficiate", "dry solids fed [t]", mud.dry_t.sum(), "give a batch that holds mud")
    fed_usd, kept_usd = (float((part.solid_kg @ price).sum()) for part in (mud, done.product))
    recovery = min(kept_usd / fed_usd, 1.0) if fed_usd > 0.0 else 1.0
    pull = float(done.product.dry_t.sum() / fed_t)
    return break_even(fed_usd / fed_t, pull, recovery, cost_usd / fed_t)
