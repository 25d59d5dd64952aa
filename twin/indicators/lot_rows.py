"""The rows of the table ``lots``: parcels of the ships and the island, then what the plants made of them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ops_data.columns import Coded, TableData
from ops_data.elements import CONSTITUENTS
from ops_data.units import GRAMS_PER_TONNE
from twin.indicators.processed import Processed
from twin.indicators.record import Floats, Ints
from twin.operations import codes as c
from twin.processing.lot import Lot, take
from twin.processing.received import salt_kg

FROM_THE_HOLD: Final = ("transfer", "landed")  # stages of the parcels that leave a mining vessel
HYDROMET_PLANT, SEPARATION_PLANT, MARKET = "hydromet plant", "separation plant", "market"


class Piece(NamedTuple):
    """Lots of one stage that the plants made, and of which parcel (its lot_id, or -1)."""

    kind: str
    stage: str
    lots: Lot
    time_s: Ints
    batch_id: Ints
    assets: tuple[str, str]


def pieces(one: Processed) -> list[Piece]:
    """Return what the plants made, stage by stage: every loss, the last product and all oxides; no empty lots."""
    refined = one.refined
    found: list[Piece] = []
    if refined.plan is not None:
        ids = np.array([one.parcels[at].lot_id for at in one.arrived], dtype=np.int64)
        for step in refined.steps:
            for name, lots in step.made.losses.items():
                found.append(Piece("loss", name, lots, refined.plan.done_s, ids, (HYDROMET_PLANT, name)))
        if refined.steps:
            name, to = next(iter(refined.steps[-1].made.products)), SEPARATION_PLANT if refined.separation else MARKET
            found.append(Piece("product", name, refined.last, refined.plan.done_s, ids, (HYDROMET_PLANT, to)))
    if refined.separation is not None and refined.batches is not None:
        none, date_s = np.full(len(refined.batches), c.NONE), refined.batches.date_s
        for name, lots in refined.separation.made.products.items():
            found.append(Piece("product", oxide_stage(name), lots, date_s, none, (SEPARATION_PLANT, MARKET)))
        for name, lots in refined.separation.made.losses.items():
            found.append(Piece("loss", name, lots, date_s, none, (SEPARATION_PLANT, name)))
    kept = [(piece, holds(piece.lots)) for piece in found]
    return [
        piece._replace(lots=take(piece.lots, some), time_s=piece.time_s[some], batch_id=piece.batch_id[some])
        for piece, some in kept
        if some.any()
    ]


def holds(lots: Lot) -> NDArray[np.bool_]:
    """Tell which lots hold anything, shape (n,)."""
    found: NDArray[np.bool_] = (lots.solids_t > 0.0) | (lots.water_t > 0.0) | (lots.total_kg.sum(axis=1) > 0.0)
    return found


def oxide_stage(product: str) -> str:
    """Return the stage of a product of separation."""
    return f"oxide {product}"


def lot_columns(replicate: int, one: Processed) -> TableData:
    """Return the lots of a replicate: parcels in the order in which they were made, then those of the plants."""
    made = pieces(one)
    parcels = one.parcels
    dry_t = np.array([parcel.dry_g for parcel in parcels], dtype=np.int64) / GRAMS_PER_TONNE
    ids = [parcel.lot_id for parcel in parcels]
    own = [parcel.lot_id if parcel.stage in FROM_THE_HOLD else c.NONE for parcel in parcels]
    first = max(ids, default=c.NONE) + 1
    later = [len(piece.time_s) for piece in made]
    kinds = [parcel.kind for parcel in parcels] + _each([piece.kind for piece in made], later)
    stages = [parcel.stage for parcel in parcels] + _each([piece.stage for piece in made], later)
    givers = [parcel.from_asset for parcel in parcels] + _each([piece.assets[0] for piece in made], later)
    takers = [parcel.to_asset for parcel in parcels] + _each([piece.assets[1] for piece in made], later)
    content_kg = np.concatenate([one.mixed.lots_kg + salt_kg(one.salt_t), *(piece.lots.total_kg for piece in made)])
    masses: dict[str, list[Floats]] = {
        "wet_t": [dry_t * one.campaign.wet_per_dry],
        "dry_t": [dry_t],
        "dissolved_t": [np.zeros(len(parcels))],
        "water_t": [one.water_t],
        "salt_t": [one.salt_t],
    }
    for name, parts in masses.items():
        parts += [getattr(piece.lots, name) for piece in made]
    return {
        "replicate": np.full(len(kinds), replicate, dtype=np.int32),
        "lot_id": np.array([*ids, *range(first, first + sum(later))], dtype=np.int32),
        "batch_id": np.concatenate([np.array(own), *(piece.batch_id for piece in made)]).astype(np.int32),
        "kind": coded(kinds),
        "stage": coded(stages),
        "time_utc": np.concatenate(
            [np.array([parcel.time_s for parcel in parcels], dtype=np.int64), *(piece.time_s for piece in made)]
        ),
        **{name: np.concatenate(parts) for name, parts in masses.items()},
        **{f"{name}_kg": np.ascontiguousarray(content_kg[:, at]) for at, name in enumerate(CONSTITUENTS)},
        "from_asset": coded(givers),
        "to_asset": coded(takers),
    }


def _each(words: Sequence[str], counts: Sequence[int]) -> list[str]:
    return [word for word, count in zip(words, counts, strict=True) for _ in range(count)]


def coded(words: Sequence[str]) -> Coded:
    """Return words as numbers of the different ones."""
    names = tuple(dict.fromkeys(words)) or ("",)
    number = {name: at for at, name in enumerate(names)}
    return Coded(np.array([number[word] for word in words], dtype=np.int32), names)
