"""Named results of one draw, each worked out when it is asked for: what targets and levers are held against."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ops_data.elements import oxide_factor
from ops_data.errors import FailedError, did_you_mean
from ops_data.reference.supply.finance_rows import price_set
from ops_data.supply_names import GROUPS, LIGHT, SECTORS, STAGES, SUPPLY_ELEMENTS, group_of
from ops_data.units import KG_PER_TONNE
from twin.models.contribution import import_dependence
from twin.supply.chain import NO_MUD, Chain
from twin.supply.contribution import SCALE, Contribution, MudOutput
from twin.supply.criteria import staffed_separation_t
from twin.supply.demand import demand_in, recycled_in
from twin.supply.kpis import ndpr_oxide_factor
from twin.supply.network import purchases_t
from twin.supply.project import ProjectResult
from twin.supply.shock import Outcome, as_oxide, firm_stock_t
from twin.supply.stock_finance import recycling, stock_finance

Floats: TypeAlias = NDArray[np.float64]
Words: TypeAlias = tuple[str, ...]

OXIDE: Final = STAGES.index("separated_oxide")
MAGNET: Final = STAGES.index("magnet")
IN_JAPAN: Final = "japan"
DIRECT: Final = "mass direct"
EMBARGO: Final = "S3"  # the scenario in which the mud's worth is told
RUN_RATE: Final = "run_rate"
OF_PROJECTS: Final = (
    "project_npv_jpy", "project_irr", "project_dscr", "oxide_cost_usd_kg", "cost_gap_usd_kg",
    "oxide_t_yr", "cost_jpy_yr",
)  # fmt: skip
OF_RULES: Final = ("fill_rate", "line_down_days", "survive_days", "lost_service_t")  # the rule is their second word


def output(chain: Chain, name: str, year: int) -> float:
    """Return one named result of a draw, in the unit that ``outputs.csv`` declares.

    Not a number: there is none, nobody ran the project, or the study does not play the allocation rule.

    Parameters
    ----------
    chain : one draw of the study.
    name : as in ``outputs.csv``, such as ``demand_t[Dy]``.
    year : calendar year; what belongs to the study as a whole does not ask for it.

    Raises
    ------
    FailedError
        The name is not declared.
    """
    declared = chain.tables.policy.outputs
    kind, _, item = name.removesuffix("]").partition("[")
    if name not in declared or kind not in _FORMULAS:
        raise FailedError(f"output '{name}' found; one that is declared is needed; {did_you_mean(name, declared)}")
    words = tuple(item.split())
    if kind in OF_PROJECTS and words[0] not in chain.project_names:
        return float("nan")
    if kind in OF_RULES and words[1] not in chain.choices.rules:
        return float("nan")
    return float(_FORMULAS[kind](chain, words, year))


def members(item: str) -> NDArray[np.bool_]:
    """Return which elements an element, a group or ``all`` stands for, shape (8,).

    Examples
    --------
    >>> members("light").tolist()[:3], int(members("all").sum())
    ([True, True, False], 8)
    """
    return np.array([item in (element, group_of(element), "all") for element in SUPPLY_ELEMENTS])


def _china_share(chain: Chain, words: Words, year: int) -> float:
    item, stage, *basis = words
    return chain.dependency(year).value(item, stage, " ".join(basis), "china_share")


def _hhi(chain: Chain, words: Words, year: int) -> float:
    return chain.dependency(year).value(words[0], words[1], DIRECT, "hhi")


def _import_dependence(chain: Chain, words: Words, year: int) -> float:
    item, stage = words
    if stage != "ore":
        return chain.dependency(year).value(item, stage, DIRECT, "import_dependence")
    mud_t = chain.mud_t(chain.choices.mud_reading if year >= chain.choices.mud_from_year else NO_MUD)
    home, used = float(mud_t[members(item)].sum()), _demand_t(chain, (item,), year)
    return float(import_dependence(home, _recycled_t(chain, (item,), year), used))


def _supply_t(chain: Chain, words: Words, year: int) -> float:
    item, stage = words
    return float(purchases_t(chain.network(year))[STAGES.index(stage)].sum(axis=0)[members(item)].sum())


def _capacity(chain: Chain, stage: int, year: int) -> float:
    """Capacity for neodymium and praseodymium in Japan, as element [t/a]."""
    served = chain.network(year)
    return float(served.capacity_t[stage, served.structure.number(IN_JAPAN), GROUPS.index("light")])


def _separation_t(chain: Chain, words: Words, year: int) -> float:
    built = _capacity(chain, OXIDE, year) + chain.values["network.domestic_separation_added_t"]
    return built * chain.values["network.cluster_availability_share"]


def _magnets_t(chain: Chain, words: Words, year: int) -> float:
    return _capacity(chain, MAGNET, year) / chain.values["policy.rare_earth_in_magnet_share"]


def _staffed_t(chain: Chain, words: Words, year: int) -> float:
    planned = chain.tables.policy.kpis["004-K2-high"].line[-1][1]
    capacity = _separation_t(chain, words, year) + planned / ndpr_oxide_factor(chain.values["policy.nd_in_ndpr_share"])
    return staffed_separation_t(chain.values, float(capacity), year)


def _ore_t(chain: Chain, words: Words, year: int) -> float:
    counts = year >= chain.choices.mud_from_year
    return float(chain.mud_t(chain.choices.mud_reading if counts else NO_MUD).sum())


def _demand_t(chain: Chain, words: Words, year: int) -> float:
    return float(np.nansum(demand_in(chain.demand, year)[:, members(words[0])]))


def _end_of_life_t(chain: Chain, words: Words, year: int) -> float:
    at = int(np.flatnonzero(chain.demand.years == year)[0])
    return float(np.nansum(chain.demand.end_of_life_t[:, members(words[0]), at]))


def _recycled_t(chain: Chain, words: Words, year: int) -> float:
    return float(np.nansum(recycled_in(chain.demand, year)[members(words[0])]))


def _private_t(chain: Chain) -> Floats:
    """Stock of firms at the start of an embargo, as separated oxide, shape (8,) [t element]; working stock left out."""
    case = chain.shock_case(EMBARGO, chain.choices.mud_reading)
    return np.asarray(as_oxide(firm_stock_t(case), case.yields).sum(axis=0))


def _stockpile_t(chain: Chain, words: Words, year: int) -> float:
    held = _private_t(chain) + chain.shock(EMBARGO).chain.reserve_t.sum(axis=0)
    return float(held[members(words[0])].sum())


def _read(chain: Chain, reading: str, element: str) -> Contribution:
    return next(
        one
        for one in chain.contributions
        if (one.reading, one.basis, one.element, one.period) == (reading, chain.basis, element, "")
    )


def _grade_ppm(chain: Chain, words: Words, year: int) -> float:
    run = _scale(chain) if words[0] == SCALE else chain.mud[chain.basis]
    return float("nan") if run is None else float(run.grade_ppm[0])


def _scale(chain: Chain) -> MudOutput | None:
    return None if chain.scale is None else chain.scale.output


def _dry_t(chain: Chain, words: Words, year: int) -> float:
    """Dry solids that the run at full scale lifts a year [t/a]."""
    return float("nan") if chain.scale is None else float(chain.scale.dry_t[0]) / chain.scale.years


def _made_t(chain: Chain, words: Words, year: int) -> float:
    """Oxide of all rare earths a year [t/a]."""
    made = chain.projects[words[0]]
    return float(made.oxide_t_yr.sum()) + made.other_t_yr


def _basket_usd_kg(chain: Chain, words: Words, year: int) -> float:
    """Value of a kilogram of all oxides in the mud, those not followed counted with no value."""
    values, run = chain.values, chain.mud[chain.basis]
    prices = price_set(chain.tables.finance, words[0], values["finance.cny_per_usd"], values["finance.china_vat"])
    per_kg = 1.0 / values["policy.oxide_per_rare_earth"]
    return sum(
        float(run.element_share[element][0]) * oxide_factor(element) * per_kg * prices[element]
        for element in SUPPLY_ELEMENTS
    )


def _price_usd_kg(chain: Chain, words: Words, year: int) -> float:
    world, element = words
    return float(chain.prices_usd_kg(world, np.array([year]))[SUPPLY_ELEMENTS.index(element), 0])


def _mud_t(chain: Chain, words: Words, year: int) -> float:
    elements = LIGHT if words[0] == "light" else words
    return float(sum(_read(chain, RUN_RATE, element).element_t[0] for element in elements))


def _share_current(reading: str) -> Callable[[Chain, Words, int], float]:
    return lambda chain, words, year: float(_read(chain, reading, words[0]).share_current[0])


def _world_share(chain: Chain, words: Words, year: int) -> float:
    return sum(chain.values[f"global_shares.{sector}"] for sector in words)


def _outcome(chain: Chain, words: Words) -> Outcome:
    scenario, rule = words[:2]
    return chain.shock(scenario).outcomes[rule]


def _fill_rate(chain: Chain, words: Words, year: int) -> float:
    return float(_outcome(chain, words).measures.fill_rate[SECTORS.index(words[2])])


def _line_down_d(chain: Chain, words: Words, year: int) -> float:
    return float(_outcome(chain, words).measures.line_down_d[SECTORS.index(words[2])])


def _lost_t(chain: Chain, words: Words, year: int) -> float:
    return float(_outcome(chain, words).measures.lost_t[members(words[2])].sum())


def _cover_d(chain: Chain, words: Words, year: int) -> float:
    """Cover at the start; of a group, that of its shortest element. All rules begin with the same stocks."""
    scenario, item = words
    first = next(iter(chain.shock(scenario).outcomes.values()))
    return float(np.nanmin(first.measures.cover_start_d[members(item)]))


def _licence_delay_d(chain: Chain, words: Words, year: int) -> float:
    sent = chain.shock(words[0]).consignments
    waited = sent.decided_d - sent.applied_d
    waited = waited[np.isfinite(waited)]
    return float(np.median(waited)) if waited.size else float("nan")


def _project(chain: Chain, words: Words) -> ProjectResult:
    return chain.project(words[0], words[1])


def _dscr(chain: Chain, words: Words, year: int) -> float:
    found = _project(chain, words)
    return found.dscr_contracted_min if words[2] == "contracted" else found.dscr_min


def _cost_usd_kg(chain: Chain, words: Words, year: int) -> float:
    return chain.project(words[0], "china").lco_jpy_per_kg["all"] / chain.values["finance.jpy_per_usd"]


def _cost_gap_usd_kg(chain: Chain, words: Words, year: int) -> float:
    """Cost of the mix less its price in China; oxides that are not followed count with what they earn."""
    inputs = chain.project_inputs(words[0], "china")
    rate = chain.values["finance.jpy_per_usd"]
    earned = (inputs.sales_t * inputs.china_usd_kg).sum() * KG_PER_TONNE + inputs.other_jpy.sum() / rate
    return float(_cost_usd_kg(chain, words, year) - earned / inputs.output_kg.sum())


def _ndpr_price(chain: Chain) -> float:
    nd, prices = chain.values["policy.nd_in_ndpr_share"], chain.stated_prices_usd_kg
    return nd * prices["Nd"] + (1.0 - nd) * prices["Pr"]


def _recycler_margin(chain: Chain, words: Words, year: int) -> float:
    return float(recycling(chain.values, _ndpr_price(chain)).margin)


def _stock_loan_jpy(chain: Chain, words: Words, year: int) -> float:
    kg = np.array([oxide_factor(element) for element in SUPPLY_ELEMENTS]) * _private_t(chain) * KG_PER_TONNE
    prices = np.array([[chain.stated_prices_usd_kg[element]] for element in SUPPLY_ELEMENTS])
    return float(stock_finance(chain.values, kg, prices).limit_jpy.sum())


_FORMULAS: Final[Mapping[str, Callable[[Chain, Words, int], float]]] = {
    "china_share": _china_share,
    "import_dependence": _import_dependence,
    "hhi": _hhi,
    "supply_t": _supply_t,
    "separation_capacity_t": _separation_t,
    "magnet_output_t": _magnets_t,
    "staffed_separation_t": _staffed_t,
    "domestic_ore_t": _ore_t,
    "demand_t": _demand_t,
    "end_of_life_t": _end_of_life_t,
    "recycled_t": _recycled_t,
    "stockpile_t": _stockpile_t,
    "mud_t": _mud_t,
    "mud_grade_ppm": _grade_ppm,
    "mud_dry_t": _dry_t,
    "oxide_t_yr": _made_t,
    "cost_jpy_yr": lambda chain, words, year: chain.projects[words[0]].opex_jpy_yr,
    "basket_usd_kg": _basket_usd_kg,
    "price_usd_kg": _price_usd_kg,
    "mud_t_d": lambda chain, words, year: chain.lifted_t_d,
    "share_current": _share_current(RUN_RATE),
    "extrapolation_share": _share_current("extrapolation"),
    "magnet_share": _world_share,
    "fill_rate": _fill_rate,
    "line_down_days": _line_down_d,
    "survive_days": lambda chain, words, year: _outcome(chain, words).measures.survive_any_d,
    "lost_service_t": _lost_t,
    "cover_days": _cover_d,
    "licence_delay_d": _licence_delay_d,
    "project_npv_jpy": lambda chain, words, year: _project(chain, words).npv_jpy,
    "project_irr": lambda chain, words, year: _project(chain, words).irr[words[2]],
    "project_dscr": _dscr,
    "oxide_cost_usd_kg": _cost_usd_kg,
    "cost_gap_usd_kg": _cost_gap_usd_kg,
    "recycler_margin_usd_kg": _recycler_margin,
    "stock_loan_jpy": _stock_loan_jpy,
}
