"""The air-emission ledger of a replicate: fuel and gases of every interval row, for anyone to add up again."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from ops_data.columns import Coded, TableData
from ops_data.units import GRAMS_PER_TONNE, KWH_PER_MWH
from twin.indicators.air import GASES, engine_kwh, factors_of
from twin.indicators.cost import hire_ends_s
from twin.indicators.load_pieces import pieces
from twin.indicators.record import KINDS, Floats, Replicate, Rows
from twin.models.air_emissions import emissions_t
from twin.operations import codes as c
from twin.operations.yard import burn_rates

SAILING: Final = {
    "shuttle": ("sail_to_island", "sail_to_site"),
    "carrier": ("sail_to_island", "sail_to_mainland"),
}


def emission_ledger(replicate: int, one: Replicate) -> TableData:
    """Return fuel, energy and emissions of every interval row of a replicate that burnt any.

    Parameters
    ----------
    replicate : its number.
    one : the replicate.

    Returns
    -------
    Columns replicate, asset, activity, state, start_utc [s], duration_s, energy_kwh, fuel_t, then ``<gas>_t`` for every
    gas of `air.GASES`; assets in rank order (mining vessels, shuttles, plant, carriers), then by start.

    Notes
    -----
    Mining vessels: loads of each row, hour by hour of its own sea, as in the energy ledger. The others: the fuel rate
    of what they do times the time, of a carrier until its hire ends. Energy of the others is reckoned from their fuel.
    Sums over rows are the indicators ``fuel_t`` and ``air_emissions_t``.
    """
    parts = [(name, rows, fuel, energy, np.flatnonzero(fuel > 0.0)) for name, rows, fuel, energy in _assets(one)]
    names = tuple(name for name, *_ in parts)
    fuel_t = np.concatenate([fuel[kept] for _, _, fuel, _, kept in parts])
    energy_kwh = np.concatenate([energy[kept] for _, _, _, energy, kept in parts])
    given = emissions_t(fuel_t, energy_kwh, factors_of(one.values))
    gases = {f"{gas}_t": np.asarray(getattr(given, gas)) for gas in GASES}
    counts = [len(kept) for *_, kept in parts]
    return {
        "replicate": np.full(sum(counts), replicate, dtype=np.int32),
        "asset": Coded(np.repeat(np.arange(len(names)), counts), names),
        "activity": Coded(np.concatenate([rows.activity[kept] for _, rows, _, _, kept in parts]), c.ACTIVITIES),
        "state": Coded(np.concatenate([rows.state[kept] for _, rows, _, _, kept in parts]), c.STATES),
        "start_utc": np.concatenate([rows.start_s[kept] for _, rows, _, _, kept in parts]),
        "duration_s": np.concatenate([rows.duration_s[kept] for _, rows, _, _, kept in parts]).astype(np.int32),
        "energy_kwh": energy_kwh,
        "fuel_t": fuel_t,
        **gases,
    }


def _assets(one: Replicate) -> Iterator[tuple[str, Rows, Floats, Floats]]:
    """Yield name, rows, fuel [t] and energy [kWh] by row of every asset."""
    for name, rows in zip(one.names["mining"], one.mining, strict=True):
        cut = pieces(rows, one.demand)
        yield name, rows, cut.by_row(cut.fuel_t), cut.by_row(cut.load_mw * cut.lasts_h) * KWH_PER_MWH
    for kind in KINDS[1:]:
        for at, (name, rows) in enumerate(zip(one.names[kind], one.rows[kind], strict=True)):
            fuel_t = _fuel_t(one, kind, at, rows)
            yield name, rows, fuel_t, np.asarray(engine_kwh(fuel_t, one.values))


def _fuel_t(one: Replicate, kind: str, at: int, rows: Rows) -> Floats:
    """Return fuel by row of an asset that is no mining vessel [t], at the rates its tank is emptied with."""
    burn_g_s = burn_rates(one.values, kind)
    if kind == "island":
        rate_g_s = np.where(rows.does("dewater"), burn_g_s["plant"], 0)
    else:
        rate_g_s = np.where(rows.does(*SAILING[kind]), burn_g_s["sail"], burn_g_s["idle"])
        rate_g_s[rows.does("off_hire")] = 0
    if kind == "carrier":  # waiting after the last work is not paid, and its fuel not counted
        rate_g_s[rows.start_s >= hire_ends_s(one, kind)[at]] = 0
    return np.asarray(rate_g_s * rows.duration_s / GRAMS_PER_TONNE)
