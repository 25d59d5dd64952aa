"""Campaign logs made by playing a replicate whose numbers are drawn from the prior: the truth is known."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ops_data.reference.sensor_rows import sensors
from twin.campaign_log import CampaignLog, Series
from twin.lift_system import stated_pore_water_t_m3
from twin.operations import codes as c
from twin.operations.campaign import play_campaign, tables_of, weather_of
from twin.operations.inferred import activity_of
from twin.operations.laws import Luck
from twin.operations.weather import build_sea
from twin.resource import hole_grades
from twin.scenario import Scenario, draw_parameters

DAY_S = 86_400
Noisy = Callable[[str, NDArray[np.int64], NDArray[np.float64]], Series]


def made_log(scenario: Scenario, seed: int, replicate: int, days: float) -> tuple[CampaignLog, Mapping[str, float]]:
    """Return the log of a replicate until a day of its campaign, with readings of sea, wind and lift, and the truth."""
    values = draw_parameters(scenario, seed, replicate, "drawn")
    luck = Luck(scenario, values, seed, replicate)
    until_s = scenario.start_s + round(days * DAY_S)
    played = play_campaign(luck, tables_of(luck), None, until_s + DAY_S, True)
    random = np.random.default_rng([seed, replicate])

    def noisy(tag: str, time_s: NDArray[np.int64], truth: NDArray[np.float64]) -> Series:
        error = sensors()[tag].error(truth) * random.standard_normal(len(truth))
        return Series(time_s, np.maximum(truth + error, 0.0))

    sea = build_sea(weather_of(luck), seed, replicate, scenario.start_s, scenario.end_s)
    half_hours = np.arange(scenario.start_s, until_s, 1800)
    hour = (half_hours - sea.origin_s) // 3600
    measured = {
        "site.sea.hs": noisy("site.sea.hs", half_hours, sea.hs_m[hour].astype(np.float64)),
        "site.wind.speed": noisy("site.wind.speed", half_hours, sea.wind_m_s[hour].astype(np.float64)),
    }
    name, rows = next(iter(played.rows.items()))
    lifts = rows[activity_of(rows) == c.ACTIVITY["lift"]]
    if name == "chikyu" and len(lifts):
        measured |= _of_lifts(luck, lifts, noisy)
    log = CampaignLog(scenario, until_s + DAY_S, played.rows, tuple(played.lots), measured)
    return log.up_to(until_s), values


def _of_lifts(luck: Luck, lifts: NDArray[np.int64], noisy: Noisy) -> dict[str, Series]:
    stated = {key: quantity.value for key, quantity in luck.scenario.quantities.items()}
    water, share = stated_pore_water_t_m3(stated), luck.solids_fraction
    density = 1000.0 * (share * luck.values["mud.grain_density_t_m3"] + (1.0 - share) * water)
    time_s = np.concatenate([np.arange(begin, end, 600) for begin, end in lifts[:, [c.R_START, c.R_END]].tolist()])
    grade = float(hole_grades(luck.scenario, luck.values, luck.seed, luck.replicate, 1)[0])
    truths = {"lift.flow": luck.flow_l_h / 1000.0, "lift.density": density, "grade.rey": grade}
    found = {}
    for name, truth in truths.items():
        own = time_s[::36] if name == "grade.rey" else time_s
        found[f"chikyu.{name}"] = noisy(f"chikyu.{name}", own, np.full(len(own), truth))
    return found
