"""The numbers of the summary page of a review package, each with the file and the rule that rebuild it.

The rules are those of ``recheck.py``, which ships with the package and reads nothing but its files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ops_data.columns import TableData
from ops_data.export.tables import rule
from ops_data.reference.indicator_rows import indicator_row, indicator_rows
from ops_data.units import KG_M3_PER_MG_L, METRES_PER_MM
from twin.environment_view import StudyView
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles, wilson_interval
from twin.indicators.summary import CONFIDENCE, SHARES, SURROUNDINGS

if TYPE_CHECKING:
    import pandas as pd

MEMBERS, MAPS = "grids/members.nc", "grids/maps.nc"
TABLES: Final = "tables"
OF_RUN: Final = ("lifted_dry_t", "lifted_wet_t", "lost_dry_t", "fuel_t", "co2_t")  # told beside the surroundings
GROUPS: Final = {  # section of the summary page by the beginning of an indicator's name
    "seabed": "seabed", "organic": "seabed", "oxygen": "seabed", "recovery": "recovery", "noise": "noise",
    "station": "noise", "air": "air", "lamp": "light", "deck": "light", "return": "water", "island": "water",
    "lifted": "production", "lost": "production", "fuel": "air", "co2": "air",
}  # fmt: skip
SUMS: Final = ("seabed_loss_t", "emergency_dump_t", "return_water_t", "released_t")
WENT: Final = ("near_field_t", "deposited_t", "beyond_t", "afloat_t")
INTERVAL: Final = {"confidence": str(CONFIDENCE)}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the summary page.

    Attributes
    ----------
    section, name, detail : keys of the report's text tables.
    value, low, high : P50 with P10 and P90; a probability with its 80 % interval; nan where there is none.
    unit : of all three.
    file, rule : how recheck.py rebuilds it.
    """

    section: str
    name: str
    detail: str
    value: float
    low: float
    high: float
    unit: str
    file: str
    rule: str

    @property
    def id(self) -> str:
        """Name of the number, never used twice."""
        return f"{self.name}[{self.detail}]" if self.detail else self.name


def numbers(view: StudyView, run_outcomes: "pd.DataFrame", emissions: "pd.DataFrame") -> list[Number]:
    """Return the numbers of the summary page.

    Parameters
    ----------
    view : the study.
    run_outcomes : rows of ``tables/run_outcomes``, see `told_outcomes`.
    emissions : rows of ``tables/emissions``.
    """
    found = [
        *_of_run(run_outcomes, OF_RUN),
        *_sums(view),
        *_concentrations(view),
        *_deposits(view),
        *_zones(view),
        *_of_run(run_outcomes, [name for name, row in indicator_rows().items() if row.group == SURROUNDINGS]),
        *_ledger(emissions),
        *_map_checks(view),
    ]
    return found


def told_outcomes(outcomes: "pd.DataFrame", view: StudyView, replicates: range) -> "pd.DataFrame":
    """Return the other indicators that the summary tells, infinite for a replicate in which there is none.

    Parameters
    ----------
    outcomes : rows of the run's table ``outcomes``.
    view : the study; where its settings differ from the run's, it tells the surroundings itself, member by member.
    replicates : members of the study.
    """
    import pandas as pd

    names = [name for name, row in indicator_rows().items() if row.group == SURROUNDINGS]
    own = view.outcomes[view.outcomes["name"].isin(names)]
    of_run = outcomes.astype({"name": str, "item": str, "period": str})
    parts = [_whole(of_run[of_run["name"].isin(OF_RUN)], replicates)]
    if own.empty:
        parts.append(_whole(of_run[of_run["name"].isin(names)], replicates))
    else:
        parts.append(_whole(own, replicates))
    return pd.concat(parts, ignore_index=True)


def _whole(rows: "pd.DataFrame", replicates: range) -> "pd.DataFrame":
    """Return one row for every indicator and replicate, infinite where there is none."""
    import pandas as pd

    keys = ["name", "item", "period"]
    every = rows[keys].drop_duplicates().merge(pd.DataFrame({"replicate": list(replicates)}), how="cross")
    told = every.merge(rows, on=[*keys, "replicate"], how="left").fillna({"value": np.inf})
    return told[["replicate", *keys, "value"]]


def columns_of(frame: "pd.DataFrame") -> TableData:
    """Return the columns of a frame as arrays, and as lists of words."""
    return {
        str(name): frame[name].astype(str).tolist() if frame[name].dtype.kind not in "iuf" else frame[name].to_numpy()
        for name in frame
    }


def summary_columns(told: list[Number]) -> TableData:
    """Return the rows of the table ``summary``."""
    words = ("id", "section", "unit", "file", "rule")
    texts: dict[str, list[str]] = {name: [str(getattr(one, name)) for one in told] for name in words}
    texts["item"] = [_in_words(one) for one in told]
    return texts | {name: np.array([getattr(one, name) for one in told]) for name in ("value", "low", "high")}


def _in_words(one: Number) -> str:
    title = indicator_row(one.name).title if one.name in indicator_rows() else one.name.replace("_", " ")
    return f"{title}: {one.detail}" if one.detail else title


def _spread(values: Floats) -> tuple[float, float, float]:
    """Return P50, P10 and P90; nan of no value at all."""
    if not len(values):
        return np.nan, np.nan, np.nan
    low, middle, high = percentiles(values, SHARES).tolist()
    return middle, low, high


def _of_run(outcomes: "pd.DataFrame", names: "list[str] | tuple[str, ...]") -> Iterator[Number]:
    for name in names:
        rows = outcomes[outcomes["name"] == name]
        for item, values in rows.groupby("item", sort=False)["value"]:
            section = GROUPS[name.split("_")[0]]
            way = rule("percentile", {"column": "value", "where.name": name, "where.item": str(item)})
            spread = _spread(values.to_numpy(np.float64))
            yield Number(section, name, str(item), *spread, indicator_row(name).unit, f"{TABLES}/run_outcomes.csv", way)


def _sums(view: StudyView) -> Iterator[Number]:
    file = f"{TABLES}/closure.csv"
    for name in (*SUMS, *WENT):
        spread = _spread(view.closure[name].to_numpy(np.float64))
        yield Number("releases", name, "", *spread, "t", file, f"percentile; column={name}")
    whole, parts = "released_t", ",".join(WENT)
    yield Number("releases", "plume_residual", "", view.residual, np.nan, np.nan, "1", file,
                 f"residual; total={whole}; parts={parts}")  # fmt: skip
    told, added = view.closure["seabed_loss_t"], view.closure["stirred_up_t"]
    error = _relative(told.to_numpy(np.float64), added.to_numpy(np.float64))
    yield Number("releases", "releases_residual", "", error, np.nan, np.nan, "1", file,
                 "residual; total=seabed_loss_t; parts=stirred_up_t")  # fmt: skip


def _relative(total: Floats, parts: Floats) -> float:
    size = np.where(np.abs(total) > 0.0, np.abs(total), 1.0)
    return float(np.max(np.abs(total - parts) / size, initial=0.0))


def _metric(name: str, variable: str, keys: Mapping[str, str]) -> str:
    """Return a rule about the members' maps."""
    return rule("metric", {"name": name, "variable": variable, **keys})


def _told(view: StudyView, section: str, name: str, item: str, way: str) -> Iterator[Number]:
    one = view.spread(name, item)
    if one is not None:
        yield Number(section, name, item, one.value, one.low, one.high, one.unit, MEMBERS, way)


def _share(view: StudyView, section: str, name: str, item: str) -> Number:
    """Return in which share of the members an area above a level is more than nothing."""
    values = view.outcomes[(view.outcomes["name"] == name) & (view.outcomes["item"] == item)]["value"]
    above = int((values > 0.0).sum())
    low, high = wilson_interval(above, view.members, CONFIDENCE)
    way = rule("probability", {"column": "value", "above": "0", "where.name": name, "where.item": item, **INTERVAL})
    share = above / view.members
    return Number(section, "exceedance", item, share, low, high, "1", f"{TABLES}/plume_outcomes.csv", way)


def _concentrations(view: StudyView) -> Iterator[Number]:
    section = "concentration"
    for prefix, words in view.layers:
        variable = f"{prefix}max_concentration"
        yield from _told(
            view, section, "plume_highest_mg_l", words or "sea bed",
            _metric("maximum", variable, {"scale": repr(1.0 / KG_M3_PER_MG_L)}),
        )  # fmt: skip
        for level in view.scenario.environment.concentration_levels_mg_l:
            item = f"{words} {level:g} mg/L".strip()
            at = repr(level * KG_M3_PER_MG_L)
            holes = f"{TABLES}/holes.csv"
            yield _share(view, section, "plume_area_km2", item)
            ways = {
                "plume_furthest_km": _metric("furthest_km", variable, {"level": at, "holes": holes}),
                "plume_area_km2": _metric("area_km2", variable, {"level": at}),
                "plume_area_time_km2_d": _metric("area_time_km2_d", f"{prefix}above_time", {"level": at}),
                "plume_longest_hours": _metric("longest_h", f"{prefix}longest_time", {"level": at}),
            }
            for name, way in ways.items():
                yield from _told(view, section, name, item, way)


def _deposits(view: StudyView) -> Iterator[Number]:
    section, variable = "deposit", "deposit_thickness"
    holes = f"{TABLES}/holes.csv"
    yield from _told(
        view, section, "deposit_thickest_mm", "", _metric("maximum", variable, {"scale": repr(1.0 / METRES_PER_MM)})
    )
    for level in view.scenario.environment.deposit_levels_mm:
        item, at = f"{level:g} mm", repr(level * METRES_PER_MM)
        yield _share(view, section, "deposit_area_km2", item)
        ways = {
            "deposit_furthest_km": _metric("furthest_km", variable, {"level": at, "holes": holes}),
            "deposit_area_km2": _metric("area_km2", variable, {"level": at}),
        }
        for name, way in ways.items():
            yield from _told(view, section, name, item, way)
    for far in view.scenario.environment.within_km:
        item = f"within {far:g} km"
        values = view.outcomes[(view.outcomes["name"] == "deposited_share") & (view.outcomes["item"] == item)]["value"]
        way = _metric(
            "mass_within_t",
            variable,
            {
                "within_km": repr(far),
                "holes": holes,
                "factor": f"{TABLES}/drawn.csv",
                "key": "plume.deposit_density_kg_m3",
                "released": f"{TABLES}/closure.csv",
            },
        )
        if len(values):
            spread = _spread(values.to_numpy(np.float64))
            yield Number(section, "deposited_share", item, *spread, "1", MEMBERS, way)


def _zones(view: StudyView) -> Iterator[Number]:
    for one in view.contacts:
        low, high = wilson_interval(one.touched, one.members, CONFIDENCE)
        way = rule(
            "probability",
            {
                "column": "highest",
                "above": repr(one.level),
                "where.zone": one.zone,
                "where.quantity": one.quantity,
                "where.layer": one.layer,
                **INTERVAL,
            },
        )
        detail = " ".join(part for part in (one.zone, one.layer, f"{one.level:g} {one.unit}") if part)
        file = f"{TABLES}/contacts.csv"
        yield Number("zones", "zone_contact", detail, one.probability, low, high, "1", file, way)


def _ledger(emissions: "pd.DataFrame") -> Iterator[Number]:
    """Return sums of the emission ledger: the same numbers as the indicators, added up again from its rows."""
    file = f"{TABLES}/emissions.csv"
    for name, detail in (("fuel_t", "ledger"), ("co2_t", "ledger")):
        sums = emissions.groupby("replicate", sort=True)[name].sum()
        way = rule("sum", {"column": name, "by": "replicate"})
        yield Number("air", name, detail, *_spread(sums.to_numpy(np.float64)), "t", file, way)


def _map_checks(view: StudyView) -> Iterator[Number]:
    """Return how far maps over all members lie from what the members' maps say: nought."""
    asked: list[tuple[str, str, str, str]] = []
    for prefix, _ in view.layers:
        of = f"{prefix}max_concentration"
        asked += [(f"{of}_p50", of, "p50", ""), (f"{of}_p90", of, "p90", ""), (f"{of}_highest", of, "max", "")]
        levels = view.scenario.environment.concentration_levels_mg_l
        asked += [
            (f"{prefix}exceedance_probability", of, "probability", repr(level * KG_M3_PER_MG_L)) for level in levels
        ]
    of = "deposit_thickness"
    asked += [(f"{of}_p50", of, "p50", ""), (f"{of}_p90", of, "p90", ""), (f"{of}_mean", of, "mean", "")]
    asked += [
        ("deposit_probability", of, "probability", repr(level * METRES_PER_MM))
        for level in view.scenario.environment.deposit_levels_mm
    ]
    for variable, source, how, level in asked:
        detail = f"{variable} at {level}" if level else variable
        keys = {"variable": variable, "of": MEMBERS, "from": source, "reduce": how}
        way = rule("map", keys | ({"level": level} if level else {}))
        yield Number("maps", "map_check", detail, 0.0, np.nan, np.nan, "1", MAPS, way)
