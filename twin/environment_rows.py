"""What is kept of a member of an environmental study: maps rounded for the disk, and rows of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.columns import Coded, TableData
from ops_data.grids import Site
from ops_data.units import KG_M3_PER_MG_L, KG_PER_TONNE, METRES_PER_MM
from twin.environment.member import Member
from twin.environment.releases import KINDS, SEABED_LOSS
from twin.environment.water import grid_of
from twin.environment.zone_check import PlacedZone, zone_peaks
from twin.environment_choices import PLUME_ONLY
from twin.indicators.lot_rows import coded
from twin.indicators.plume import LAYER_WORDS, Mapped, plume_outcomes
from twin.models.plume import Field, Floats
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

CONCENTRATION_STEP_KG_M3: Final = 1e-6  # maps are kept in whole steps: 0.001 mg/L
THICKNESS_STEP_M: Final = 1e-9  # 0.000001 mm
MAX: Final = "max_concentration"
KEPT_VALUES: Final = (*PLUME_ONLY, "seabed.")  # quantities told with a study
AFAR: Final = "return_"  # begins the names of maps in the layer of return water
Arrays = NDArray[Any]


@dataclass(frozen=True, eq=False)
class MemberRows:
    """One member, ready for the disk.

    Attributes
    ----------
    replicate : its number.
    maps : name → array of shape (rows, columns) or (levels, rows, columns).
    tables : name → columns, see ``ops_data.environment_tables``; and ``outcomes``.
    """

    replicate: int
    maps: Mapping[str, Arrays]
    tables: Mapping[str, TableData]


def member_rows(scenario: Scenario, one: Member, zones: Sequence[PlacedZone]) -> MemberRows:
    """Return what is kept of a member.

    Parameters
    ----------
    scenario : with the settings of the study.
    one : its plumes.
    zones : zones on the grid.
    """
    maps = member_maps(one)
    mapped = Mapped(
        replicate=one.replicate,
        grid=grid_of(scenario),
        concentration_levels_mg_l=scenario.environment.concentration_levels_mg_l,
        deposit_levels_mm=scenario.environment.deposit_levels_mm,
        within_km=scenario.environment.within_km,
        x_m=one.passive.sources.x_m,
        y_m=one.passive.sources.y_m,
        maps=maps,
        fields={"": one.bed} | ({AFAR: one.afar.field} if one.afar is not None else {}),
        released_t=float(one.passive.sources.mass_kg.sum()) / KG_PER_TONNE,
        density_kg_m3=one.values["plume.deposit_density_kg_m3"],
    )
    tables = {
        "releases": _release_rows(scenario, one),
        "currents": _current_rows(one),
        "closure": _closure_rows(scenario, one),
        "drawn": _drawn_rows(one),
        "contacts": _contact_rows(scenario, one, maps, zones),
        "outcomes": plume_outcomes(mapped),
    }
    return MemberRows(one.replicate, maps, tables)


def in_every_layer(outcomes: "pd.DataFrame", replicates: Sequence[int]) -> "pd.DataFrame":
    """Return the indicators of all members with 0 where a member has nothing in a layer that another one has.

    Parameters
    ----------
    outcomes : rows of the table ``outcomes`` of all members.
    replicates : all members.

    Notes
    -----
    A member that never lifts returns no water: its maps of that layer are 0, and so are the indicators made of them.
    Without these rows the summary would count the member as beyond every value.
    """
    import pandas as pd

    keys = ["name", "item", "period"]
    told = outcomes.astype(dict.fromkeys(keys, "str"))
    afar = told[told["item"].str.startswith(LAYER_WORDS[AFAR].strip())]
    every = afar[keys].drop_duplicates().merge(pd.DataFrame({"replicate": list(replicates)}), how="cross")
    known = pd.MultiIndex.from_frame(told[["replicate", *keys]])
    missing = every[~pd.MultiIndex.from_frame(every[["replicate", *keys]]).isin(known)].assign(value=0.0)
    whole = pd.concat([told, missing], ignore_index=True).sort_values("replicate", kind="stable", ignore_index=True)
    return whole[list(outcomes.columns)]


def member_maps(one: Member) -> dict[str, Arrays]:
    """Return the maps of a member in single precision, values in whole steps; times in whole seconds."""
    density = one.values["plume.deposit_density_kg_m3"]
    found = _field_maps("", one.bed)
    if one.afar is not None:
        found |= _field_maps(AFAR, one.afar.field)
    found["deposit_thickness"] = _rounded(one.deposit_kg_m2 / density, THICKNESS_STEP_M)
    return found


def _field_maps(prefix: str, field: Field) -> dict[str, Arrays]:
    return {
        f"{prefix}max_concentration": _rounded(field.max_kg_m3, CONCENTRATION_STEP_KG_M3),
        f"{prefix}mean_concentration": _rounded(field.mean_kg_m3, CONCENTRATION_STEP_KG_M3),
        f"{prefix}above_time": np.round(field.above_s).astype(np.int32),
        f"{prefix}longest_time": np.round(field.longest_s).astype(np.int32),
    }


def _rounded(values: Floats, step: float) -> NDArray[np.float32]:
    return (np.round(values / step) * step).astype(np.float32)


def _numbered(one: Member, count: int) -> NDArray[np.int32]:
    return np.full(count, one.replicate, dtype=np.int32)


def _release_rows(scenario: Scenario, one: Member) -> TableData:
    given, drifting = one.passive.sources, one.passive.releases
    site = scenario.site
    depth_m = one.values["site.water_depth_m"]
    longitude_deg, latitude_deg = Site(site.latitude_deg, site.longitude_deg, depth_m).lonlat(given.x_m, given.y_m)
    rates = {f"rate_{number}_kg_s": rate for number, rate in enumerate(drifting.rate_kg_s.T, 1)}
    return {
        "replicate": _numbered(one, len(given.kind)),
        "kind": Coded(given.kind, KINDS),
        "start_utc": given.start_s,
        "duration_s": given.duration_s.astype(np.int32),
        "hole": given.hole.astype(np.int32),
        "x_m": given.x_m,
        "y_m": given.y_m,
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "outlet_height_m": given.height_m,
        "height_m": drifting.height_m,
        "spread_m": drifting.spread_m,
        "concentration_kg_m3": given.concentration_kg_m3,
        "dry_kg": given.mass_kg,
        "near_kg": one.passive.near_kg,
        **rates,
    }


def _current_rows(one: Member) -> TableData:
    if one.current is None:
        none = np.zeros(0)
        return {"replicate": _numbered(one, 0), "time_utc": none.astype(np.int64), "east_m_s": none, "north_m_s": none}
    found = one.current
    return {
        "replicate": _numbered(one, len(found.time_s)),
        "time_utc": found.time_s,
        "east_m_s": found.u_m_s,
        "north_m_s": found.v_m_s,
    }


def _closure_rows(scenario: Scenario, one: Member) -> TableData:
    closure = one.closure
    fields = [one.bed] if one.afar is None else [one.bed, one.afar.field]
    near_kg = float(one.passive.near_kg.sum())
    tonnes = {
        "lifted_t": closure.lifted_t,
        "unlifted_t": closure.unlifted_t,
        "loss_share": closure.loss_share,
        "stirred_up_t": float(closure.expected_t(scenario)[SEABED_LOSS]),
        "dumped_t": closure.dumped_t,
        "filtrate_t": closure.filtrate_t,
        "filtrate_water_t": closure.filtrate_water_t,
        **{f"{kind}_t": float(mass_t) for kind, mass_t in zip(KINDS, closure.released_t, strict=True)},
        "released_t": float(one.passive.sources.mass_kg.sum()) / KG_PER_TONNE,
        "near_field_t": (near_kg - one.near_beyond_kg) / KG_PER_TONNE,
        "deposited_t": sum(field.deposited_kg for field in fields) / KG_PER_TONNE,
        "beyond_t": (one.near_beyond_kg + sum(field.beyond_kg for field in fields)) / KG_PER_TONNE,
        "afloat_t": sum(field.afloat_kg for field in fields) / KG_PER_TONNE,
    }
    return {"replicate": _numbered(one, 1)} | {name: np.array([value]) for name, value in tonnes.items()}


def _drawn_rows(one: Member) -> TableData:
    told = {key: value for key, value in one.values.items() if key.startswith(KEPT_VALUES)}
    told |= {f"plume.share_{number}": float(share) for number, share in enumerate(one.shares, 1)}
    return {"replicate": _numbered(one, len(told)), "key": coded(list(told)), "value": np.array(list(told.values()))}


def _contact_rows(
    scenario: Scenario, one: Member, maps: Mapping[str, Arrays], zones: Sequence[PlacedZone]
) -> TableData:
    """Return what reached each zone; in a layer that a member has nothing in, nothing."""
    asked = {AFAR: scenario.environment.return_water != "none", "": True}
    peaks = {
        ("concentration", LAYER_WORDS[prefix].strip()): zone_peaks(
            zones, maps.get(f"{prefix}{MAX}", np.zeros(one.bed.max_kg_m3.shape)).astype(np.float64)
        )
        / KG_M3_PER_MG_L
        for prefix, wanted in asked.items()
        if wanted
    }
    peaks["deposit", ""] = zone_peaks(zones, maps["deposit_thickness"].astype(np.float64)) / METRES_PER_MM
    return {
        "replicate": _numbered(one, len(zones) * len(peaks)),
        "zone": coded([zone.name for _ in peaks for zone in zones]),
        "kind": coded([zone.kind for _ in peaks for zone in zones]),
        "quantity": coded([name for name, _ in peaks for _ in zones]),
        "layer": coded([layer for _, layer in peaks for _ in zones]),
        "highest": np.concatenate(list(peaks.values())),
    }
