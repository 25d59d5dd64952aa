"""Where supply comes from: origins, plants, who buys from whom, offtakes, and published shares of China."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops_data.elements import oxide_factor
from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.rows import CsvRow
from ops_data.reference.supply.dependency_rows import YEARS, DependencyFigureRow, figure_rules
from ops_data.reference.supply.reading import Rules, check_sums, read_table
from ops_data.supply_names import GROUPS, STAGES, SUPPLY_ELEMENTS, group_of

CHINA: Final = "china"
JAPAN: Final = "japan"
MUD: Final = "japan_mud"
RECYCLING: Final = "recycling"
USE: Final = "japan_use"  # buyer of what the sectors take
RUNNING: Final = "running"  # project of a plant that works today
BINDINGS: Final = ("firm", "option", "non_binding")
ALLY: Final = "us"  # where an allied state separates for Japan
CENTRAL_ASIA: Final = "kazakhstan"
PARTNER: Final = "vietnam"  # makes metal for Japanese firms of oxide they bring
INDIA: Final = "india"
NEEDED: Final = (CHINA, JAPAN, MUD, RECYCLING, ALLY, CENTRAL_ASIA, PARTNER, INDIA)  # origins the method names itself
BOTH: Final = f"{JAPAN}+{PARTNER}"
TAKERS: Final = (JAPAN, f"{JAPAN};{PARTNER}", BOTH)
BOUGHT: Final = (  # buyer and stage that every table of feeds needs
    (USE, "magnet"), (USE, "separated_oxide"), (JAPAN, "metal"), (JAPAN, "separated_oxide"), (JAPAN, "mixed_oxide"),
    (PARTNER, "separated_oxide"), (ALLY, "mixed_oxide"), (CENTRAL_ASIA, "mixed_oxide"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OriginRow:
    """One origin: mine output of 2024 [kt oxide], ordinal ranks 0 to 3 of a region table, nothing where unranked."""

    key: str
    title_en: str
    title_ja: str
    home: str
    mine_kt: float
    availability_rank: float | None
    readiness_rank: float | None
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """Capacity of a plant or a country at a stage [t element/yr of a group].

    ``start_year`` is the first year of deliveries as planned, ``ramp_years`` the time from there to the full capacity,
    ``lead_time_years`` what a plant of the kind takes from the decision, ``success_probability`` that it is built at
    all. ``project`` names the chance it shares with other rows; a running plant has none. ``elements`` shares the
    capacity out, as ``Dy:0.85;Tb:0.15``; empty: as is asked for. ``open_share`` is the part not bound to other buyers.
    """

    key: str
    origin: str
    stage: str
    group: str
    project: str
    value: float
    low: float
    high: float
    unit: str
    elements: str
    open_share: float
    start_year: int
    ramp_years: float
    lead_time_years: float
    success_probability: float
    source: str
    confidence: str
    note: str

    def element_shares(self) -> dict[str, float]:
        """Return element → share of the capacity; nothing where it is not shared out."""
        return parted(self.elements) if self.elements else {}


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Share of a seller in what a buyer takes of the material of a stage, in the base year or in 2010."""

    key: str
    stage: str
    buyer: str
    group: str
    seller: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ContractRow:
    """An offtake: firm volume and option [t/yr of oxide or element, see ``basis``], floor and ceiling [USD/kg oxide].

    ``elements`` shares the volume out, as ``Nd:0.77;Pr:0.23``. ``taken_by`` lists who uses the material:
    ``japan;vietnam`` one after the other, ``japan+vietnam`` in proportion to what each needs. ``first_year_share`` is
    the part of the start year it is in force, ``ramp_years`` the time to the full volume; one of a project follows the
    ramp of its plant if that is slower.
    """

    key: str
    party: str
    origin: str
    stage: str
    elements: str
    basis: str
    value: float
    low: float
    high: float
    unit: str
    option: float
    floor_usd_kg: float | None
    ceiling_usd_kg: float | None
    start_year: int
    first_year_share: float
    ramp_years: float
    end_year: int
    project: str
    taken_by: str
    binding: str
    source: str
    confidence: str
    note: str

    def element_shares(self) -> dict[str, float]:
        """Return element → share of the volume."""
        return parted(self.elements)

    def per_unit(self) -> dict[str, float]:
        """Return element → tonnes of element in one tonne of the volume."""
        return {
            name: share / (oxide_factor(name) if self.basis == "oxide" else 1.0)
            for name, share in self.element_shares().items()
        }


@dataclass(frozen=True)
class NetworkTables:
    """The tables of the supply network; fields are named as their files.

    ``feeds_2010`` holds the sellers of 2010 for the buyers, stages and groups that bought elsewhere then; all others
    bought as in ``feeds``.
    """

    origins: Mapping[str, OriginRow]
    nodes: Mapping[str, NodeRow]
    feeds: Mapping[str, FeedRow]
    feeds_2010: Mapping[str, FeedRow]
    contracts: Mapping[str, ContractRow]
    dependency_figures: Mapping[str, DependencyFigureRow]


def read_network(own: Path | None = None) -> NetworkTables:
    """Return the tables of the network, checked one by one and against each other.

    Parameters
    ----------
    own : folder of a person's own tables; a file of the same name takes the place of the packaged one.

    Raises
    ------
    FailedError
        A header, a cell, an unknown origin, a sum of shares or a missing counterpart; one line with file, row, rule
        and remedy.
    """
    origins = read_table("origins", OriginRow, _origin_rules(), own)
    for name in NEEDED:
        if name not in origins:
            raise FailedError(f"origins.csv: key '{name}': no row found; the method needs it; add it")
    names = tuple(origins)
    nodes = read_table("nodes", NodeRow, _node_rules(names), own)
    feeds = read_table("feeds", FeedRow, _feed_rules(names), own)
    early = read_table("feeds_2010", FeedRow, _feed_rules(names), own)
    _check_feeds(feeds)
    _check_early(early, feeds)
    _check_nodes(nodes, feeds, early)
    contracts = read_table("contracts", ContractRow, _contract_rules(names), own)
    figures = read_table("dependency_figures", DependencyFigureRow, figure_rules(), own)
    return NetworkTables(origins, nodes, feeds, early, contracts, figures)


def _origin_rules() -> Rules:
    return Rules(
        words={"home": ("yes", "no")},
        bounds={"availability_rank": (0.0, 3.0), "readiness_rank": (0.0, 3.0)},
        check=_check_key,
    )


def _node_rules(names: tuple[str, ...]) -> Rules:
    return Rules(
        words={"origin": names, "stage": STAGES, "group": GROUPS, "unit": ("t/yr",)},
        bounds={
            "start_year": YEARS,
            "success_probability": (0.0, 1.0),
            "open_share": (0.0, 1.0),
            "ramp_years": (0.1, 50.0),
        },
        check=_check_node,
    )


def _feed_rules(names: tuple[str, ...]) -> Rules:
    share = (0.0, 1.0)
    return Rules(
        words={"stage": STAGES, "buyer": (*names, USE), "group": GROUPS, "seller": names, "unit": ("share",)},
        bounds={"value": share, "low": share, "high": share},
        check=_check_feed,
    )


def _contract_rules(names: tuple[str, ...]) -> Rules:
    return Rules(
        words={
            "origin": names,
            "stage": STAGES,
            "basis": ("oxide", "element"),
            "unit": ("t/yr",),
            "binding": BINDINGS,
        },
        bounds={"start_year": YEARS, "end_year": YEARS, "first_year_share": (0.0, 1.0), "ramp_years": (0.1, 50.0)},
        check=_check_contract,
    )


def _check_key(row: CsvRow) -> None:
    if not row.cells["key"].replace("_", "").isalnum() or row.cells["key"] == USE:
        raise row.fail(f"key '{row.cells['key']}'", f"letters, digits and _ only, and not {USE}", "rename the row")


def _check_node(row: CsvRow) -> None:
    running = row.cells["project"] == RUNNING
    if not row.cells["project"]:
        raise row.fail("no project", f"a name, or {RUNNING} for a plant that works today", "fill the cell")
    if running and row.number("success_probability") < 1.0:
        raise row.fail("success_probability below 1", f"a plant that is {RUNNING} has succeeded", "write 1")
    if row.cells["elements"]:
        _check_parts(row, [name for name in SUPPLY_ELEMENTS if group_of(name) == row.cells["group"]])


def _check_feed(row: CsvRow) -> None:
    cells = row.cells
    wanted = f"{cells['stage']}.{cells['buyer']}.{cells['group']}.{cells['seller']}"
    if cells["key"] != wanted:
        raise row.fail("a key that is not its cells", f"stage.buyer.group.seller: '{wanted}'", "correct the key")


def _check_contract(row: CsvRow) -> None:
    _check_parts(row, SUPPLY_ELEMENTS)
    if row.cells["taken_by"] not in TAKERS:
        taker = row.cells["taken_by"]
        raise row.fail(f"taken_by '{taker}'", f"one of {', '.join(TAKERS)}", did_you_mean(taker, TAKERS))
    if row.number("end_year") < row.number("start_year"):
        raise row.fail("an end before the start", "start_year ≤ end_year", "order the years")
    if row.cells["binding"] != "firm" and row.number("value") > 0.0:
        raise row.fail(f"a firm volume in a contract '{row.cells['binding']}'", "only a firm one has it", "write 0")


def parted(elements: str) -> dict[str, float]:
    """Return the shares in a text such as ``Nd:0.77;Pr:0.23``.

    Examples
    --------
    >>> parted("Nd:0.75;Pr:0.25")
    {'Nd': 0.75, 'Pr': 0.25}
    """
    parts = (part.split(":") for part in elements.split(";"))
    return {name: float(share) for name, share in parts}


def _check_parts(row: CsvRow, allowed: Sequence[str]) -> None:
    total = 0.0
    for part in row.cells["elements"].split(";"):
        name, _, share = part.partition(":")
        if name not in allowed:
            raise row.fail(f"element '{name}'", f"one of {', '.join(allowed)}", did_you_mean(name, allowed))
        try:
            total += float(share)
        except ValueError:
            raise row.fail(f"elements '{part}'", "element:share", "write for example Nd:0.77;Pr:0.23") from None
    if abs(total - 1.0) > 1e-6:
        raise row.fail(f"shares of elements that sum to {total:g}", "they sum to 1", "correct the cell")


def _shares(feeds: Mapping[str, FeedRow]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in feeds.values():
        found.setdefault(f"{row.stage}.{row.buyer}.{row.group}", {})[row.key] = row.value
    return found


def _check_early(early: Mapping[str, FeedRow], feeds: Mapping[str, FeedRow]) -> None:
    shares = _shares(early)
    check_sums("feeds_2010.csv", shares)
    known = shares | _shares(feeds)
    for row in early.values():
        _check_fed(f"feeds_2010.csv: key '{row.key}'", row.seller, row.stage, row.group, known)


def _check_feeds(feeds: Mapping[str, FeedRow]) -> None:
    shares = _shares(feeds)
    check_sums("feeds.csv", shares)
    for row in feeds.values():
        _check_fed(f"feeds.csv: key '{row.key}'", row.seller, row.stage, row.group, shares)
    for buyer, stage in BOUGHT:
        for group in GROUPS:
            if f"{stage}.{buyer}.{group}" not in shares:
                raise FailedError(f"feeds.csv: '{stage}.{buyer}.{group}': no row found; it is bought; add its sellers")


def _check_nodes(nodes: Mapping[str, NodeRow], feeds: Mapping[str, FeedRow], early: Mapping[str, FeedRow]) -> None:
    shares: Mapping[str, Mapping[str, float]] = {f"{r.stage}.{r.buyer}.{r.group}": {} for r in feeds.values()}
    for node in nodes.values():
        if node.high > 0.0:
            _check_fed(f"nodes.csv: key '{node.key}'", node.origin, node.stage, node.group, shares)
    there = {(node.origin, node.stage, node.group) for node in nodes.values()}
    for file, row in [("feeds", one) for one in feeds.values()] + [("feeds_2010", one) for one in early.values()]:
        bought = row.buyer in (JAPAN, USE) and row.stage != STAGES[0] and row.seller not in (MUD, RECYCLING)
        if bought and (row.seller, row.stage, row.group) not in there:
            place = f"{row.seller}, {row.stage}, {row.group}"
            raise FailedError(f"{file}.csv: key '{row.key}': seller without a node; nodes.csv needs {place}; add it")


def _check_fed(place: str, seller: str, stage: str, group: str, shares: Mapping[str, Mapping[str, float]]) -> None:
    before = STAGES.index(stage) - 1
    if before >= 0 and seller not in (MUD, RECYCLING) and f"{STAGES[before]}.{seller}.{group}" not in shares:
        raise FailedError(
            f"{place}: '{seller}' hands over {stage} that it makes of nothing; feeds.csv says where its "
            f"{STAGES[before]} comes from; add rows of buyer {seller}, group {group}"
        )
