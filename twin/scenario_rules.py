"""What must hold between the settings of a scenario, and the words in which it is said."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ops_data.errors import did_you_mean
from ops_data.observations import FILE_SUFFIXES, SEA_RECORDS, STORM_TRACKS
from ops_data.reference import VesselRow, vessels
from ops_data.units import JST_OFFSET_S, SECONDS_PER_DAY
from twin.assets import quay_load_fraction, sailing_factor
from twin.environment_rules import environment_problems
from twin.processing_rules import step_problems
from twin.scenario_file import HEADINGS, SET_PLACE, problem, shown

if TYPE_CHECKING:
    from twin.scenario import Scenario

WHEN: Final = "a date and time with zone is needed"
NEEDED: Final = {
    "bool": ("true or false is needed", "write it without quotes"),
    "int": ("a whole number is needed", "write it without quotes or decimals"),
    "float": ("a number is needed", "write it without quotes"),
    "string": ("a text is needed", "put it in quotes"),
    "datetime": (WHEN, "write for example 2027-01-08T09:00:00+09:00"),
    "timezone": (WHEN, "write for example 2027-01-08T09:00:00+09:00"),
    "tuple": ("a list is needed", 'write for example [2027-02-28] or ["leach"]'),
    "date": ("a date without time is needed", "write for example 2027-02-28"),
    "model": ("a section with keys is needed", "write [section] and its keys below"),
}


def settings_problems(error: ValidationError, places: Mapping[str, str], file: str) -> list[str]:
    """Return one problem line per broken setting of a pydantic error."""
    return [_setting_problem(detail, places, file) for detail in error.errors()]


def _setting_problem(detail: ErrorDetails, places: Mapping[str, str], file: str) -> str:
    parts = [str(part) for part in detail["loc"] if not isinstance(part, int)]
    key = ".".join(parts)
    place = places.get(key, file)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        what = "a value" if len(parts) > 1 or key in HEADINGS else f"section [{key}]"
        return problem(file, key, "missing", f"{what} is needed", 'add it, or start from extends = "pilot-2027"')
    found = f"{shown(detail['input'])} found"
    if kind == "literal_error":
        allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        rule = f"one of {', '.join(allowed)}"
        value = detail["input"]
        close = did_you_mean(value, allowed) if isinstance(value, str) else ""
        return problem(place, key, found, rule, close if close.startswith("did you mean") else "choose one of these")
    if "ge" in context or "le" in context:
        rule = f"at least {context['ge']:g}" if "ge" in context else f"at most {context['le']:g}"
        return problem(place, key, found, rule, "choose a value in this range")
    rule, remedy = NEEDED.get(kind.partition("_")[0], (detail["msg"], "correct the value"))
    return problem(place, key, found, rule, remedy)


def fleet_of(tree: Mapping[str, Any], places: Mapping[str, str]) -> tuple[dict[str, VesselRow], list[str]]:
    """Return the vessel rows by role, and one problem line per name that is not a row of that kind.

    ``tree`` holds the settings by section as written; a vessel that is no text is left to the check of settings.
    """
    fleet: dict[str, VesselRow] = {}
    problems: list[str] = []
    for role, section in (("mining", "mining"), ("shuttle", "shuttles"), ("carrier", "carriers")):
        name = tree.get(section, {}).get("vessel")
        if not isinstance(name, str):
            continue
        key = f"{section}.vessel"
        fit = [row.name for row in vessels().values() if row.kind == role]
        rule, remedy = f"a {role} row of vessels.csv is needed", did_you_mean(name, fit)
        if name in fit:
            fleet[role] = vessels()[name]
            continue
        if name in vessels():
            rule, remedy = f"that is a {vessels()[name].kind} vessel, not a {role} one", f"allowed: {', '.join(fit)}"
        problems.append(problem(places[key], key, f'"{name}" found', rule, remedy))
    return fleet, problems


Words = tuple[tuple[str, ...], str, str, str]  # keys that may be to blame, found, rule, remedy


def rule_problems(scenario: "Scenario", places: Mapping[str, str], file: str) -> list[str]:
    """Return one problem line per rule between values that a scenario breaks.

    Of the keys a rule joins, the line names one given by ``--set``, else one the scenario's own file gives.
    """
    lines: list[str] = []
    steps = step_problems(scenario.processing.steps)
    environment = environment_problems(scenario)
    broken = (*_times(scenario), *_records(scenario), *_fleet(scenario), *steps, *_physics(scenario), *environment)
    for keys, found, rule, remedy in broken:
        key = min(
            keys, key=lambda key: (SET_PLACE, file).index(places[key]) if places.get(key) in (SET_PLACE, file) else 2
        )
        lines.append(problem(places.get(key, file), key, found, rule, remedy))
    return lines


def _jst(seconds: int) -> date:
    return date(1970, 1, 1) + timedelta(days=(seconds + JST_OFFSET_S) // SECONDS_PER_DAY)


def _stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%MZ}"


def _times(scenario: "Scenario") -> list[Words]:
    c = scenario.campaign
    start, charter_end, end = _stamp(c.start), _stamp(c.charter_end), _stamp(c.end)
    keys: tuple[str, ...]
    if c.end <= c.start:
        keys = ("campaign.end", "campaign.start")
        return [(keys, f"start {start}, end {end} found", "the start is before the end", "move one of the two")]
    broken: list[Words] = []
    if not c.start < c.charter_end <= c.end:
        rule = f"it lies after the start {start} and not after the end {end}"
        keys = ("campaign.charter_end", "campaign.start", "campaign.end")
        broken.append((keys, f"charter end {charter_end} found", rule, "move it into the span"))
    first, last = _jst(scenario.start_s), _jst(scenario.end_s)
    for day in c.target_by:
        if not first <= day <= last:
            rule = f"a target date lies within the span {first} to {last} (JST)"
            keys = ("campaign.target_by", "campaign.start", "campaign.end")
            broken.append((keys, f"target date {day} found", rule, "move it into the span or remove it"))
    return broken if broken else _stay(scenario)


def _stay(scenario: "Scenario") -> list[Words]:
    """Return a problem if the latest departure for home, by stated values, comes before the arrival at the site."""
    q = {key: quantity.value for key, quantity in scenario.quantities.items()}
    transit_h = q["transit.home_h"] * sailing_factor(scenario, "mining")
    joints = max(1, round(q["site.water_depth_m"] / q["string.joint_m"]))
    recovery_h = joints * q["string.recover_joint_h"] * q["departure.recovery_factor"]
    c = scenario.campaign
    latest = c.charter_end - timedelta(hours=q["departure.margin_h"] + transit_h + recovery_h)
    arrival = c.start + timedelta(hours=transit_h)
    if latest >= arrival:
        return []
    keys = (
        "campaign.charter_end", "campaign.start", "departure.margin_h", "departure.recovery_factor", "transit.home_h",
        "string.recover_joint_h", "string.joint_m", "site.water_depth_m", "site.home_distance_km", "mining.vessel",
    )  # fmt: skip
    found = f"charter end {_stamp(c.charter_end)} found"
    rule = f"to be home by then the ship must leave by {_stamp(latest)}, and it arrives on {_stamp(arrival)}"
    return [(keys, found, rule, "lengthen the charter or lower departure.margin_h")]


def _records(scenario: "Scenario") -> list[Words]:
    broken: list[Words] = []
    asked: Sequence[tuple[str, str, Mapping[str, str]]] = (
        ("weather.record", scenario.weather.record, SEA_RECORDS),
        ("storms.tracks", scenario.storms.tracks, STORM_TRACKS),
    )
    for key, name, packaged in asked:
        if name not in packaged and not Path(name).is_file():
            rule = "a packaged record or the path of a file is needed"
            found, remedy = f'"{name}" found', did_you_mean(name, packaged)
            if Path(name).suffix.lower() in FILE_SUFFIXES:
                found, remedy = f'no file "{name}"', f"check the path, or take a packaged one: {', '.join(packaged)}"
            broken.append(((key,), found, rule, remedy))
    return broken


def _fleet(scenario: "Scenario") -> list[Words]:
    broken: list[Words] = []
    method = scenario.transfer.method
    if method == "none":
        if scenario.shuttles.count:
            found, rule = f"{scenario.shuttles.count} shuttles found", 'with transfer.method "none" no shuttle sails'
            keys = ("shuttles.count", "transfer.method")
            broken.append((keys, found, rule, "set shuttles.count = 0 or choose another method"))
        return broken
    if scenario.shuttles.count == 0:
        rule = f'transfer.method "{method}" needs at least one shuttle'
        broken.append(
            (
                ("shuttles.count", "transfer.method"),
                "0 shuttles found",
                rule,
                'add shuttles or set transfer.method = "none"',
            )
        )
    depth = scenario.quantities["island.quay_depth_m"].value
    used = [("shuttle", "shuttles.vessel")] + [("carrier", "carriers.vessel")] * bool(scenario.carriers.count)
    for role, key in used:
        row = scenario.fleet[role]
        if row.ballast_draught_m >= depth:
            rule = f"its ballast draught {row.ballast_draught_m:g} m must be below island.quay_depth_m {depth:g}"
            broken.append(
                ((key, "island.quay_depth_m"), f'"{row.name}" found', rule, "choose a smaller vessel or a deeper quay")
            )
    if not broken:
        broken += _tank(scenario, depth)
        broken += _cake(scenario, depth) if scenario.carriers.count else []
    return broken


def _tank(scenario: "Scenario", quay_depth_m: float) -> list[Words]:
    """Return a problem if the island tank cannot take what a shuttle may load: it would never get a berth."""
    (tank_m3, _), (_, hold_m3) = (_drawn(scenario, key) for key in ("island.slurry_tank_m3", "shuttle.hold_m3"))
    load_m3 = hold_m3 * quay_load_fraction(scenario.fleet["shuttle"], quay_depth_m)
    if tank_m3 >= load_m3:
        return []
    keys = ("island.slurry_tank_m3", "shuttles.vessel", "shuttle.hold_m3", "island.quay_depth_m")
    rule = f"a shuttle brings up to {load_m3:.0f} m3 of slurry and must be emptied at once"
    return [(keys, f"tank {tank_m3:g} m3 found", rule, "enlarge the tank or choose a smaller shuttle")]


def _drawn(scenario: "Scenario", key: str) -> tuple[float, float]:
    """Return the lowest and highest central value a replicate may have; the stated one twice if it is not drawn."""
    quantity = scenario.quantities[key]
    if quantity.law == "fixed" or scenario.campaign.variability == "central":
        return quantity.value, quantity.value
    return quantity.low, quantity.high


def _cake(scenario: "Scenario", quay_depth_m: float) -> list[Words]:
    """Return a problem if the island cannot store the cake for which a carrier waits: neither would ever move."""
    q = {key: quantity.value for key, quantity in scenario.quantities.items()}
    full_t = q["carrier.payload_t"] * quay_load_fraction(scenario.fleet["carrier"], quay_depth_m)
    wanted_t = full_t * q["carrier.minimum_load_fraction"]
    if q["island.cake_stock_t"] >= wanted_t:
        return []
    keys = ("island.cake_stock_t", "carriers.vessel", "carrier.minimum_load_fraction", "carrier.payload_t")
    found, rule = f"stock {q['island.cake_stock_t']:g} t found", f"a carrier waits for {wanted_t:.0f} t of cake"
    return [(keys, found, rule, "enlarge the stock or choose a smaller carrier or minimum load")]


def _physics(scenario: "Scenario") -> list[Words]:
    q = {key: quantity.value for key, quantity in scenario.quantities.items()}
    broken: list[Words] = []
    if (shares := q["mining.insert_share"] + q["mining.disaggregate_share"]) >= 1.0:
        rule = "mining.insert_share + mining.disaggregate_share below 1, lifting takes the rest"
        broken.append(
            (
                ("mining.disaggregate_share", "mining.insert_share"),
                f"sum {shares:g} found",
                rule,
                "lower one of the two",
            )
        )
    keys: tuple[str, ...] = ("mud.dry_bulk_density_t_m3", "mud.bulk_density_t_m3", "mud.grain_density_t_m3")
    dry, bulk, grain = (q[key] for key in keys)
    if not dry < bulk < grain:
        rule = "dry bulk density < bulk density < grain density"
        broken.append((keys, f"{dry:g}, {bulk:g}, {grain:g} t/m3 found", rule, "correct the three"))
    broken += [*_dilution(scenario), *_packing(scenario), *_resource(scenario)]
    solids_m3 = math.pi / 4.0 * q["tool.bore_m"] ** 2 * q["tool.stroke_m"] * dry / grain
    slurry_m3 = solids_m3 / q["slurry.solids_volume_fraction"]
    if slurry_m3 > q["mining.hold_m3"]:
        rule = f"one insertion makes {slurry_m3:.0f} m3 of slurry and must fit"
        remedy = "choose a larger hold, a smaller tool or a thicker slurry"
        keys = ("mining.hold_m3", "mining.vessel", "tool.bore_m", "tool.stroke_m", "slurry.solids_volume_fraction")
        broken.append((keys, f"hold {q['mining.hold_m3']:g} m3 found", rule, remedy))
    return broken


def _resource(scenario: "Scenario") -> list[Words]:
    """Return what contradicts itself about the ground: cores, the mud's thickness, the range of the blocks' peaks."""
    q = {key: quantity.value for key, quantity in scenario.quantities.items()}
    broken: list[Words] = []
    cores, keys = scenario.resource.cores, ("resource.cores", "resource.model")
    if cores and scenario.resource.model == "uniform":
        rule, remedy = 'cores are honoured by resource.model "blocks" only', 'set resource.model = "blocks"'
        broken.append((keys, f'"{cores}" found', rule, remedy))
    if cores and not Path(cores).is_file():
        broken.append((keys[:1], f'no file "{cores}"', "the path of a CSV of cores is needed", "check the path"))
    (least, most), (thinnest, _) = (_drawn(scenario, key) for key in ("tool.stroke_m", "resource.mud_thickness_m"))
    if most > thinnest:
        rule = f"the tool stays within resource.mud_thickness_m {thinnest:g}"
        found = f"{most:g} m found" if least == most else f"a stroke of up to {most:g} m found"
        remedy = "shorten the stroke or narrow its range, or state a thicker mud"
        broken.append((("tool.stroke_m", "resource.mud_thickness_m"), found, rule, remedy))
    shallow, deep = q["resource.block_peak_shallow_m"], q["resource.block_peak_deep_m"]
    if shallow >= deep:
        found, rule = f"{shallow:g} m found", f"it lies above resource.block_peak_deep_m, {deep:g} m"
        names = ("resource.block_peak_shallow_m", "resource.block_peak_deep_m")
        broken.append((names, found, rule, "correct one of the two"))
    return broken


def _packing(scenario: "Scenario") -> list[Words]:
    """Return a problem if the lift is asked for more solids than a slurry can hold and still flow."""
    if scenario.lift.system == "stated":
        return []
    keys = ("slurry.solids_volume_fraction", "slurry.packing_fraction")
    (_, share), (packing, _) = (_drawn(scenario, key) for key in keys)
    if share < packing:
        return []
    rule = f"below slurry.packing_fraction, {packing:g}, at which grains touch and nothing flows"
    return [(keys, f"a slurry of up to {share:g} found", rule, "choose a thinner slurry")]


def _dilution(scenario: "Scenario") -> list[Words]:
    """Return a problem if the slurry would hold more solids than the mud it is made of."""
    keys = ("slurry.solids_volume_fraction", "mud.dry_bulk_density_t_m3", "mud.grain_density_t_m3")
    slurry, dry, grain = (scenario.quantities[key].value for key in keys)
    (_, most), (driest, _), (_, heaviest) = (_drawn(scenario, key) for key in keys)
    for share, limit, where in ((slurry, dry / grain, ""), (most, driest / heaviest, " at the ends of the ranges")):
        if share > limit:
            rule = f"not above the mud's own {limit:.3f} (dry bulk over grain density){where}"
            return [(keys, f"{share:g} found", rule, "choose a thinner slurry or correct the densities")]
    return []
