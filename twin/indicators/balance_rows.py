"""The rows of the table ``balance``: where the mass of every constituent went, from the sea bed to the oxide."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ops_data.columns import Coded, TableData
from ops_data.elements import CONSTITUENTS
from twin.indicators.composition import SEA, STOCK, TANK
from twin.indicators.processed import Processed
from twin.indicators.record import KINDS, Floats
from twin.processing.accounts import MAINLAND, Stream, plant_streams

SEA_BED: Final = "sea bed"
# pools of the marine chain, and kinds of assets, as people call them
PLACES: Final = {
    "mining": "mining vessels", "shuttle": "shuttles", TANK: "slurry tank", "island": "dewatering", STOCK: "cake stock",
    "carrier": "carriers", SEA: SEA, MAINLAND: MAINLAND,
}  # fmt: skip
LOST_BY: Final = {"mining": "dumped from the pipe", "island": "return water of the island"}  # nobody else loses mud


def streams(one: Processed) -> list[Stream]:
    """Return where the mass of every constituent went, from the sea bed on.

    Notes
    -----
    Up to delivery the solids are followed; with the mud the sea salt of its water comes in. What enters a place within
    the chain leaves it or is held in it, constituent by constituent; products, losses and what is held sum to what was
    lifted and brought.
    """
    found = [Stream(SEA_BED, PLACES["mining"], "flow", one.campaign.lifted_kg), *_marine(one)]
    return [*found, *plant_streams(one.refined)]


def _marine(one: Processed) -> list[Stream]:
    """Return what moved between ships and island, what was lost there, and what is held at the end."""
    kind_of = {name: kind for kind in KINDS for name in one.campaign.names[kind]}
    found: dict[tuple[str, str, str], Floats] = {}
    parts = []
    for (source, target), mass_kg in one.mixed.moved_kg.items():
        here, there = kind_of.get(source, source), kind_of.get(target, target)
        way = (LOST_BY[here], "loss") if there == SEA else (PLACES[there], "flow")
        parts.append(((PLACES[here], *way), mass_kg))
    for pool, mass_kg in one.mixed.left_kg.items():
        place = PLACES[kind_of.get(pool, pool)]
        if place not in (SEA, MAINLAND):
            parts.append(((place, _held(place), "held"), mass_kg))
    for key, mass_kg in parts:
        found[key] = found[key] + mass_kg if key in found else mass_kg
    return [Stream(*key, mass_kg) for key, mass_kg in found.items()]


def _held(place: str) -> str:
    return f"held: {place}"


def balance_columns(replicate: int, one: Processed) -> TableData:
    """Return the rows of the table ``balance``: one for every stream and constituent that has mass."""
    found = streams(one)
    mass_kg = np.array([stream.mass_kg for stream in found])
    at, what = np.nonzero(mass_kg)
    return {
        "replicate": np.full(len(at), replicate, dtype=np.int32),
        "constituent": Coded(what.astype(np.int32), CONSTITUENTS),
        "source": _coded_at([stream.source for stream in found], at),
        "target": _coded_at([stream.target for stream in found], at),
        "kind": _coded_at([stream.kind for stream in found], at),
        "mass_kg": mass_kg[at, what],
    }


def _coded_at(words: Sequence[str], at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Coded:
    names = tuple(dict.fromkeys(words))
    number = {name: place for place, name in enumerate(names)}
    return Coded(np.array([number[word] for word in words], dtype=np.int32)[at], names)
