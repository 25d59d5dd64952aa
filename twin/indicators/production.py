"""What came on deck and what arrived: tonnes in total, per day, at best, and down the chain."""

import numpy as np

from ops_data.units import GRAMS_PER_TONNE, SECONDS_PER_DAY
from twin.indicators.categories import CATEGORY
from twin.indicators.record import Replicate
from twin.operations import codes as c


def lifted_dry_t(one: Replicate) -> float:
    """Return dry solids lifted to deck [t]."""
    return float(one.lifts[1].sum()) / GRAMS_PER_TONNE


def lifted_wet_t(one: Replicate) -> float:
    """Return in-situ mud lifted to deck [t]."""
    return lifted_dry_t(one) * one.wet_per_dry


def insertions(one: Replicate) -> float:
    """Return how many insertions came on deck."""
    return float(len(one.lifts[0]))


def lifted_t(one: Replicate) -> float:
    """Return mud lifted to deck on the scenario's mass basis [t]."""
    return float(one.lifts[1].sum()) * one.basis_t_per_g


def lifted_per_day_t(one: Replicate) -> float:
    """Return mud on deck per day between departure and the last vessel's return (or the horizon) [t/d]."""
    return lifted_t(one) * SECONDS_PER_DAY / max(one.away_s)


def lifted_per_lifting_day_t(one: Replicate) -> float:
    """Return mud on deck per JST day on which any came on deck [t/d]; 0 when none ever did."""
    days = int(np.count_nonzero(one.day_dry_g))
    return lifted_t(one) / days if days else 0.0


def lifting_days(one: Replicate) -> float:
    """Return the number of JST days on which mud came on deck."""
    return float(np.count_nonzero(one.day_dry_g))


def best_day_t(one: Replicate) -> float:
    """Return mud on deck on the best JST day [t]."""
    return float(one.day_t.max())


def best_rolling_24h_t(one: Replicate) -> float:
    """Return the most mud on deck within any 24 hours [t]: lifts at seconds in (t - 24 h, t]."""
    time_s, dry_g = one.lifts
    if not len(time_s):
        return 0.0
    total = np.concatenate([[0], np.cumsum(dry_g)])
    gone = np.searchsorted(time_s, time_s - SECONDS_PER_DAY, side="right")
    upto = np.searchsorted(time_s, time_s, side="right")
    return float((total[upto] - total[gone]).max()) * one.basis_t_per_g


def lifting_share_calendar(one: Replicate) -> float:
    """Return the time spent shifting, inserting, disaggregating and lifting, over the time away from home."""
    return float(one.category_s[CATEGORY["lifting"]]) / sum(one.away_s)


def delivered_cake_t(one: Replicate) -> float:
    """Return wet cake delivered to the mainland [t]."""
    return (one.stocks["delivered_dry_g"] + one.stocks["delivered_water_g"]) / GRAMS_PER_TONNE


def delivered_dry_t(one: Replicate) -> float:
    """Return dry solids delivered to the mainland as cake [t]."""
    return one.stocks["delivered_dry_g"] / GRAMS_PER_TONNE


def landed_dry_t(one: Replicate) -> float:
    """Return dry solids that came home in the mining vessels' own holds [t]."""
    return one.stocks["landed_dry_g"] / GRAMS_PER_TONNE


def lost_dry_t(one: Replicate) -> dict[str, float]:
    """Return dry solids lost [t]: with the filtrate of the island, and dumped from the pipe at emergency disconnects.

    What was in the pipe of a lift broken off stands apart: it never counted as lifted.
    """
    lost_g = {"filtrate": one.stocks["lost_dry_g"]}
    for name, field in (("pipe", c.LOST_DRY_G), ("unfinished_lift", c.SPILT_DRY_G)):
        lost_g[name] = sum(state[field] for state in one.fields["mining"])
    return {name: grams / GRAMS_PER_TONNE for name, grams in lost_g.items()}


def waiting_dry_t(one: Replicate) -> float:
    """Return dry solids still on the way at the horizon [t]: in holds, in the tank, as cake on the island."""
    held_g = sum(state[c.HOLD_DRY_G] for kind in ("mining", "shuttle", "carrier") for state in one.fields[kind])
    held_g += sum(state[c.HOLD_DRY_G] for state in one.fields["island"])
    return (held_g + one.stocks["tank_dry_g"] + one.stocks["cake_dry_g"]) / GRAMS_PER_TONNE
