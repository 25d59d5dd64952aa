"""Energy and generators of the mining vessels: sums over the ledger of a replicate (`indicators.ledger`)."""

from ops_data.units import KWH_PER_MWH
from twin.indicators.categories import CATEGORIES, OFF_HIRE
from twin.indicators.production import lifted_dry_t
from twin.indicators.record import Replicate
from twin.operations.loads import USES


def energy_mwh(one: Replicate) -> dict[str, float]:
    """Return electrical energy the mining vessels used while on hire [MWh] by use, and in total."""
    used = dict(zip(USES, one.ledger.energy_mwh.sum(axis=0).tolist(), strict=True))
    return used | {"total": sum(used.values())}


def energy_per_dry_t_kwh(one: Replicate) -> dict[str, float] | None:
    """Return energy per tonne of dry solids lifted [kWh/t] by use, and in total; no value when nothing was lifted."""
    lifted = lifted_dry_t(one)
    if not lifted:
        return None
    return {use: used * KWH_PER_MWH / lifted for use, used in energy_mwh(one).items()}


def generator_load_mean_mw(one: Replicate) -> float:
    """Return the mean electrical load of a mining vessel on hire [MW]."""
    hours = one.ledger.running_h
    return float(one.ledger.energy_mwh.sum()) / hours if hours else 0.0


def generator_load_peak_mw(one: Replicate) -> float:
    """Return the highest electrical load of one mining vessel in any hour [MW]."""
    return one.ledger.peak_mw


def generator_load_share(one: Replicate) -> float:
    """Return the energy made over what the running generator sets could have made [-]."""
    could_mwh = one.ledger.online_mwh
    return float(one.ledger.energy_mwh.sum()) / could_mwh if could_mwh else 0.0


def overload_hours(one: Replicate) -> float:
    """Return vessel-hours in which the loads asked for more power than all generator sets give [h]."""
    return one.ledger.overload_h


def mining_fuel_t(one: Replicate) -> dict[str, float]:
    """Return fuel the mining vessels burnt while on hire [t] by category of time."""
    burnt = dict(zip(CATEGORIES, one.ledger.category_fuel_t.tolist(), strict=True))
    return {name: fuel_t for name, fuel_t in burnt.items() if name != OFF_HIRE}
