"""The network's tables as arrays, made once: which value goes where when a draw is played."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.reference.supply.network_rows import (
    CHINA,
    JAPAN,
    MUD,
    RECYCLING,
    RUNNING,
    USE,
    ContractRow,
    FeedRow,
    NetworkTables,
    NodeRow,
)
from ops_data.supply_names import GROUPS, STAGES, SUPPLY_ELEMENTS, group_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ORE, MIXED, OXIDE, METAL, MAGNET = range(len(STAGES))
LIGHT, HEAVY = range(len(GROUPS))
GROUP_OF: Final[Ints] = np.array([GROUPS.index(group_of(name)) for name in SUPPLY_ELEMENTS])
IS_GROUP: Final[Floats] = np.array([group == GROUP_OF for group in range(len(GROUPS))], dtype=np.float64)
LUCK: Final = "network.luck_{}_share"
BASE_YEAR: Final = 2024  # of the mix of sellers; a plant that started later is new supply
EARLY_MIX_TO: Final = 2010  # last year of the mix of 2010
BASE_MIX_FROM: Final = 2014  # first year of the mix of the base year; between the two a straight line
EVEN: Final = 0.5  # of a project of a person's own, which no quantity draws


@dataclass(frozen=True)
class Mix:
    """Rows of feeds.csv or feeds_2010.csv: keys of the values and their places, shape (rows,) each."""

    keys: tuple[str, ...]
    stage: Ints
    buyer: Ints
    group: Ints
    seller: Ints


@dataclass(frozen=True)
class Plants:
    """Rows of nodes.csv: keys of the values, places, and what decides when they run, shape (rows,) each.

    ``parts`` shares a capacity out to the elements, all zero where it serves what is asked for, shape (rows, 8).
    """

    keys: tuple[str, ...]
    stage: Ints
    origin: Ints
    group: Ints
    running: Bools
    start_year: Ints
    ramp_years: Floats
    chance: Floats
    luck: tuple[str, ...]
    parts: Floats
    open_share: Floats


@dataclass(frozen=True)
class Offtakes:
    """Rows of contracts.csv: keys, places, tonnes of element per tonne (rows, 8), takers, and plants by group.

    Takers are as written there. The plants of a contract are the rows of nodes.csv of its seller, stage and project.
    """

    keys: tuple[str, ...]
    stage: Ints
    seller: Ints
    per_unit: Floats
    option_t: Floats
    start_year: Ints
    first_year_share: Floats
    end_year: Ints
    running: Bools
    ramp_years: Floats
    chance: Floats
    luck: tuple[str, ...]
    takers: tuple[str, ...]
    plants: tuple[tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True)
class Structure:
    """What does not change from draw to draw.

    Attributes
    ----------
    origins : names, in the order of origins.csv; a buyer's number is its origin's, ``use`` is one past the last.
    home : which origins are Japan's, shape (origins,).
    mine_kt : mine output of 2024, as oxide [kt], shape (origins,).
    """

    origins: tuple[str, ...]
    titles: Mapping[str, tuple[str, str]]
    home: Bools
    mine_kt: Floats
    mix: Mix
    early_mix: Mix
    plants: Plants
    offtakes: Offtakes

    @property
    def use(self) -> int:
        """Number of the buyer that stands for the sectors in Japan."""
        return len(self.origins)

    @property
    def buyers(self) -> tuple[str, ...]:
        """Names of the buyers: the origins, and the sectors in Japan."""
        return (*self.origins, USE)

    def number(self, origin: str) -> int:
        """Return the number of an origin."""
        return self.origins.index(origin)

    @property
    def japanese(self) -> list[int]:
        """Numbers of the buyers in Japan: plants and sectors."""
        return [*np.flatnonzero(self.home).tolist(), self.use]

    @property
    def named(self) -> tuple[int, int, int, int]:
        """Numbers of China, Japan, the mud and recycling."""
        china, japan, mud, recycling = (self.number(name) for name in (CHINA, JAPAN, MUD, RECYCLING))
        return china, japan, mud, recycling


def structure(tables: NetworkTables) -> Structure:
    """Return the tables as arrays.

    Parameters
    ----------
    tables : as read and checked by ``read_network``.
    """
    origins = tuple(tables.origins)
    number = {name: at for at, name in enumerate((*origins, USE))}
    return Structure(
        origins=origins,
        titles={name: (row.title_en, row.title_ja) for name, row in tables.origins.items()},
        home=np.array([row.home == "yes" for row in tables.origins.values()]),
        mine_kt=np.array([row.mine_kt for row in tables.origins.values()]),
        mix=_mix("feeds", list(tables.feeds.values()), number),
        early_mix=_mix("feeds_2010", list(tables.feeds_2010.values()), number),
        plants=_plants(list(tables.nodes.values()), number),
        offtakes=_offtakes(list(tables.contracts.values()), list(tables.nodes.values()), number),
    )


def _numbers(rows: Sequence[object], pick: Callable[..., int]) -> Ints:
    return np.array([pick(row) for row in rows], dtype=np.int64)


def _mix(table: str, feeds: Sequence[FeedRow], number: Mapping[str, int]) -> Mix:
    return Mix(
        tuple(f"{table}.{row.key}" for row in feeds),
        _numbers(feeds, lambda row: STAGES.index(row.stage)),
        _numbers(feeds, lambda row: number[row.buyer]),
        _numbers(feeds, lambda row: GROUPS.index(row.group)),
        _numbers(feeds, lambda row: number[row.seller]),
    )


def _plants(rows: list[NodeRow], number: Mapping[str, int]) -> Plants:
    return Plants(
        tuple(f"nodes.{row.key}" for row in rows),
        _numbers(rows, lambda row: STAGES.index(row.stage)),
        _numbers(rows, lambda row: number[row.origin]),
        _numbers(rows, lambda row: GROUPS.index(row.group)),
        np.array([row.project == RUNNING for row in rows], dtype=np.bool_),
        _numbers(rows, lambda row: row.start_year),
        np.array([row.ramp_years for row in rows]),
        np.array([row.success_probability for row in rows]),
        tuple(LUCK.format(row.project) for row in rows),
        np.array([[row.element_shares().get(name, 0.0) for name in SUPPLY_ELEMENTS] for row in rows]),
        np.array([row.open_share for row in rows]),
    )


def _offtakes(rows: list[ContractRow], nodes: list[NodeRow], number: Mapping[str, int]) -> Offtakes:
    plants = {node.project: node for node in nodes if node.project != RUNNING}
    per_unit = np.array([[row.per_unit().get(name, 0.0) for name in SUPPLY_ELEMENTS] for row in rows])
    ramps = [max(row.ramp_years, plants[row.project].ramp_years if row.project in plants else 0.0) for row in rows]
    chances = [plants[row.project].success_probability if row.project in plants else 1.0 for row in rows]
    return Offtakes(
        tuple(f"contracts.{row.key}" for row in rows),
        _numbers(rows, lambda row: STAGES.index(row.stage)),
        _numbers(rows, lambda row: number[row.origin]),
        per_unit.reshape(len(rows), len(SUPPLY_ELEMENTS)),
        np.array([row.option for row in rows]),
        _numbers(rows, lambda row: row.start_year),
        np.array([row.first_year_share for row in rows]),
        _numbers(rows, lambda row: row.end_year),
        np.array([row.project not in plants for row in rows], dtype=np.bool_),
        np.array(ramps),
        np.array(chances),
        tuple(LUCK.format(row.project) for row in rows),
        tuple(row.taken_by for row in rows),
        tuple(tuple(_plants_of(row, nodes, group) for group in GROUPS) for row in rows),
    )


def _plants_of(contract: ContractRow, nodes: Sequence[NodeRow], group: str) -> tuple[int, ...]:
    wanted = (contract.origin, contract.stage, contract.project, group)
    return tuple(at for at, row in enumerate(nodes) if (row.origin, row.stage, row.project, row.group) == wanted)


def picked(values: Mapping[str, float], keys: Sequence[str]) -> Floats:
    """Return the values of some keys, shape (keys,)."""
    return np.array([values[key] for key in keys])


def by_element(by_group: Floats) -> Floats:
    """Return numbers by group, shape (..., 2), as numbers by element, shape (..., 8)."""
    return by_group[..., GROUP_OF]


def by_group(by_element: Floats) -> Floats:
    """Return sums over the elements of each group, shape (..., 2)."""
    return by_element @ IS_GROUP.T
