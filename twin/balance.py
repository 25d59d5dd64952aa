"""The element balance of a run, sea bed to oxide: added up again from the rows of its table ``balance``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ops_data.elements import CONSTITUENTS
from twin.indicators.record import Floats
from twin.indicators.statistics import percentiles
from twin.indicators.summary import SHARES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("replicate", "constituent", "source", "target", "kind", "mass_kg")
KINDS: Final = ("reagent", "flow", "product", "held", "loss")  # in the order in which a place's ways are told
CLOSED: Final = 1e-9  # relative error up to which a balance counts as closed
SLIGHT: Final = 1e-5  # a place through which less than this share of the element goes is measured against this share


class Link(NamedTuple):
    """One way that mass can go."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, eq=False)
class Balance:
    """Mass on every way, of every constituent, in every replicate.

    Attributes
    ----------
    links : ways, from the sea bed on; beside each other what goes on first and what is lost last.
    mass_kg : shape (constituents, links, replicates), constituents in the order of `CONSTITUENTS`.
    """

    links: tuple[Link, ...]
    mass_kg: Floats

    @cached_property
    def origins(self) -> frozenset[str]:
        """Places from which mass comes and to which none goes: the sea bed, reagents."""
        return frozenset(link.source for link in self.links) - {link.target for link in self.links}

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """Places that mass passes: all that go on to another place, and all that something flows on to."""
        onward = {link.source for link in self.links} | {link.target for link in self.links if link.kind == "flow"}
        return tuple(dict.fromkeys(link.target for link in self.links if link.target in onward))

    def of(self, kinds: Sequence[str], target: bool = True) -> Floats:
        """Return mass that reaches ends (or with ``target`` false: that leaves origins) on ways of some kinds.

        Shape (constituents, replicates) [kg].
        """
        chosen = [
            link.kind in kinds and (link.target not in self.inner if target else link.source in self.origins)
            for link in self.links
        ]
        found: Floats = self.mass_kg[:, chosen].sum(axis=1)
        return found

    @cached_property
    def from_sea_bed_kg(self) -> Floats:
        """Mass that left the sea bed [kg], shape (constituents, replicates)."""
        return self.of(("flow", "product", "held", "loss"), target=False)

    @cached_property
    def entered_kg(self) -> Floats:
        """Mass from the sea bed, with reagents and sea water [kg], shape (constituents, replicates)."""
        return self.of(KINDS, target=False)


def balance_of(rows: "pd.DataFrame", first: int, replicates: int) -> Balance:
    """Return the balance of a run.

    Parameters
    ----------
    rows : columns `COLUMNS` of the table ``balance``, in any order; ways without mass may have no row.
    first, replicates : number of the first replicate, and how many there are; one without rows moved nothing.
    """
    import pandas as pd

    texts = {name: pd.Categorical(rows[name]) for name in ("source", "target", "kind")}
    coded = np.stack([one.codes.astype(np.int64) for one in texts.values()], axis=1)
    ways, way = np.unique(coded, axis=0, return_inverse=True)
    names = [np.asarray(one.categories, dtype=object) for one in texts.values()]
    links = [Link(*(str(name[code]) for name, code in zip(names, one, strict=True))) for one in ways.tolist()]
    mass_kg = np.zeros((len(CONSTITUENTS), len(links), replicates))
    what = pd.Categorical(rows["constituent"], categories=list(CONSTITUENTS)).codes.astype(np.int64)
    played = rows["replicate"].to_numpy(np.int64) - first
    np.add.at(mass_kg, (what, way.reshape(-1), played), rows["mass_kg"].to_numpy(np.float64))
    order = _order(links, mass_kg.sum(axis=(0, 2)))
    return Balance(tuple(links[at] for at in order), mass_kg[:, order])


def _order(links: Sequence[Link], mass_kg: Floats) -> list[int]:
    """Return ways from the origins on: by depth, what goes in before what goes on, the largest first."""
    depth = dict.fromkeys((name for link in links for name in link[:2]), 0)
    for _ in depth:  # longest way to each place; a ring ends with the last pass
        for link in links:
            depth[link.target] = max(depth[link.target], depth[link.source] + 1)

    def place(at: int) -> tuple[int, int, float, Link]:
        link = links[at]
        enters = link.kind == "reagent" and depth[link.source] == 0
        level = depth[link.target] if enters else depth[link.source]
        return level, KINDS.index(link.kind), -float(mass_kg[at]), link

    return sorted(range(len(links)), key=place)


@dataclass(frozen=True, eq=False)
class Closure:
    """How well a balance closes.

    Attributes
    ----------
    whole : largest relative error, over replicates, of what entered against what ended, shape (constituents,).
    places : place → largest relative error of what comes against what leaves, shape (constituents,).
    """

    whole: Floats
    places: dict[str, Floats]

    @property
    def worst(self) -> float:
        """The largest error of all."""
        return max(float(one.max(initial=0.0)) for one in (self.whole, *self.places.values()))

    @property
    def open_at(self) -> list[tuple[str, str, float]]:
        """Place, constituent and error wherever it exceeds what counts as closed; "all" for the whole."""
        named = {"all": self.whole, **self.places}
        return [
            (place, CONSTITUENTS[at], float(errors[at]))
            for place, errors in named.items()
            for at in np.flatnonzero(~(errors <= CLOSED)).tolist()
        ]


def closure(balance: Balance) -> Closure:
    """Return how well a balance closes: as a whole, and in every place.

    Notes
    -----
    |in - out| / max(in, out), replicate by replicate; in places of which less than 1e-5 of the element comes by, over
    1e-5 of what entered, for a small mass that is left of two large ones keeps fewer digits.
    """
    entered_kg = balance.entered_kg
    whole = _error(entered_kg, balance.of(KINDS), np.zeros_like(entered_kg))
    places = {}
    for name in balance.inner:
        into = balance.mass_kg[:, [link.target == name for link in balance.links]].sum(axis=1)
        out = balance.mass_kg[:, [link.source == name for link in balance.links]].sum(axis=1)
        places[name] = _error(into, out, SLIGHT * entered_kg)
    return Closure(whole, places)


def _error(into_kg: Floats, out_kg: Floats, least_kg: Floats) -> Floats:
    scale = np.maximum(np.maximum(into_kg, out_kg), least_kg)
    error = np.divide(np.abs(into_kg - out_kg), scale, out=np.zeros_like(scale), where=scale > 0.0)
    worst: Floats = error.max(axis=1, initial=0.0)
    return worst


def recovered(balance: Balance) -> Floats:
    """Return products over what left the sea bed [1], shape (constituents, replicates); nan where nothing did."""
    bed_kg = balance.from_sea_bed_kg
    return np.divide(balance.of(("product",)), bed_kg, out=np.full_like(bed_kg, np.nan), where=bed_kg > 0.0)


def spread(values: Floats) -> Floats:
    """Return P10, P50 and P90 of the numbers among some values, shape (3,); nan without any."""
    told = values[np.isfinite(values)]
    return percentiles(told, SHARES) if len(told) else np.full(3, np.nan)


def frame(balance: Balance, constituents: Sequence[str] = CONSTITUENTS) -> "pd.DataFrame":
    """Return one row per constituent and way that mass of it goes in any replicate.

    Returns
    -------
    Columns constituent, source, target, kind, low_kg, mass_kg, high_kg (P10, P50, P90 over replicates), mean_kg,
    share: of what left the sea bed, all replicates together; nan where nothing did. Means add up in every place,
    percentiles need not.
    """
    import pandas as pd

    found = []
    for what in constituents:
        at = CONSTITUENTS.index(what)
        bed_kg = float(balance.from_sea_bed_kg[at].sum())
        for link, mass_kg in zip(balance.links, balance.mass_kg[at], strict=True):
            if mass_kg.any():
                share = float(mass_kg.sum()) / bed_kg if bed_kg > 0.0 else np.nan
                found.append((what, *link, *percentiles(mass_kg, SHARES).tolist(), float(mass_kg.mean()), share))
    columns = ["constituent", "source", "target", "kind", "low_kg", "mass_kg", "high_kg", "mean_kg", "share"]
    return pd.DataFrame(found, columns=columns)


def sums(balance: Balance, constituent: str) -> dict[str, Floats]:
    """Return what entered and how it ended [kg], each of shape (replicates,); what nowhere happens is left out."""
    at = CONSTITUENTS.index(constituent)
    told = {
        "from the sea bed": balance.from_sea_bed_kg,
        "with reagents and sea water": balance.of(("reagent",), target=False),
        "in products": balance.of(("product",)),
        "lost": balance.of(("loss",)),
        "held at the end": balance.of(("held",)),
        "given back with reagents": balance.of(("reagent",)),
    }
    return {name: mass_kg[at] for name, mass_kg in told.items() if mass_kg[at].any()}
