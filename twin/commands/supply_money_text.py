"""Money of a supply study, as ``twin supply --show finance`` prints it."""

import math
from typing import TYPE_CHECKING, Any, Final

from ops_data.units import PERCENT
from twin.commands.output import paragraph, plain_table
from twin.commands.supply_tables_text import items_of, project_table, read
from twin.indicators.summary import Spread
from twin.supply_view import SupplyView
from twin.supply_words import (
    COSTS,
    JPY_BN,
    PROJECTS,
    UNKNOWN,
    WORLDS,
    between,
    brief,
    figure,
    mass,
    plain,
    project_title,
    ranged,
)

if TYPE_CHECKING:
    from rich.console import Console

CASH_YEARS: Final = (0, 1, 5, 10, 15, 20)
KILO: Final = 1e3
MINISTRY: Final = "METI 2016"
MINISTRY_STUDY: Final = "METI and JOGMEC 2016"
GRADE: Final = "grade of the mud, rare earths as element on dry mud"
BRIDGE: Final = (
    "Why a kilogram costs more than published: a higher cost a year, most of it ships at day rates that hold their "
    "capital, for less and poorer mud. The ministry's 63 bn hold what is written off and no residue; its oxide is what "
    "its revenues imply. capital.3500_chartered_share is the part of the investment that day rates pay."
)
SHORT: Final = {"pilot": "campaign, all year", "3500": "3,500 t/d"}
YTTRIUM: Final = (
    "Yttrium outside China was quoted at 425 USD/kg in February 2026 (Argus), 260 two months before; the price world "
    "follows the premium of dysprosium and does not follow that leap. --set supply.price_set values a contribution."
)


def print_finance(out: "Console", view: SupplyView) -> None:
    """Print projects by price world, returns by class of capital, cash in some years, and prices."""
    out.print()
    out.print(project_table(view))
    _print_output(out, view)
    _print_bridge(out, view)
    _print_sunk(out, view)
    _print_returns(out, view)
    _print_accounts(out, view)
    _print_supports(out, view)
    _print_trap(out, view)
    _print_costs(out, view)
    _print_cash(out, view)
    _print_prices(out, view)


def _print_returns(out: "Console", view: SupplyView) -> None:
    """Print the return of each who puts money in, medians, by price world."""
    projects = items_of(view, "project_npv_jpy", 2)
    classes = list(dict.fromkeys(key[2] for key in items_of(view, "project_irr", 3)))
    for world in dict.fromkeys(key[1] for key in projects):
        heads = [plain(name) for name in classes]
        table = plain_table(f"IRR, %, {WORLDS.get(world, plain(world))}", *heads, right=heads)
        for project in (key[0] for key in projects if key[1] == world):
            told = [read(view, "project_irr", project, world, name) for name in classes]
            cells = ["none" if one is None or math.isnan(one.value) else brief(one.value / PERCENT) for one in told]
            table.add_row(PROJECTS.get(project, plain(project)), *cells)
        out.print()
        out.print(table)


def _print_accounts(out: "Console", view: SupplyView) -> None:
    """Print cover of debt, the valley of investment, the price that breaks even and public cost, by price world."""
    projects = items_of(view, "project_npv_jpy", 2)
    heads = ("lowest DSCR", "by contracts", "LLCR", "valley, years", "prices ×")
    bare = False
    for world in dict.fromkeys(key[1] for key in projects):
        table = plain_table(f"Accounts, {WORLDS.get(world, plain(world))}", *heads, right=heads)
        for project in (key[0] for key in projects if key[1] == world):
            cover = [read(view, "project_dscr", project, world, kind) for kind in ("total", "contracted")]
            llcr = read(view, "project_llcr", project, world)
            bare |= cover[0] is None
            rest = [read(view, f"project_{name}", project, world) for name in ("valley_years", "price_factor")]
            cells = (*(UNKNOWN if one is None else brief(one.value) for one in (*cover, llcr)),
                     *("none" if one is None else brief(one.value) for one in rest))  # fmt: skip
            table.add_row(PROJECTS.get(project, plain(project)), *cells)
        out.print()
        out.print(table)
    said = f" {UNKNOWN}: carries no debt; a loan that a state guarantees is no debt capacity." if bare else ""
    paragraph(out, f"Medians. Prices ×: by what all prices must be multiplied to break even before tax.{said}")
    costs = [
        f"{project_title(project, world)} {ranged(one, JPY_BN)}"
        for project, world in projects
        if (one := read(view, "project_public_cost_jpy", project, world)) is not None and one.high > 0.0
    ]
    if costs:
        paragraph(out, f"Cost to the public, JPY bn: {'; '.join(costs)}.")


def _print_output(out: "Console", view: SupplyView) -> None:
    """Print how much oxide each project makes a year."""
    told = [
        f"{PROJECTS.get(name, plain(name))} {mass(one)}"
        for (name,) in items_of(view, "project_oxide_t", 1)
        if (one := read(view, "project_oxide_t", name)) is not None
    ]
    if told:
        paragraph(out, f"Oxide of all rare earths a year: {'; '.join(told)}.")


def _print_bridge(out: "Console", view: SupplyView) -> None:
    """Print a year of cost, mud and oxide of each mine beside the published case of the ministry."""
    keys = items_of(view, "project_cost_jpy_yr", 2)
    projects = list(dict.fromkeys(key[0] for key in keys))
    if not projects:
        return
    heads = [SHORT.get(name, plain(name)) for name in projects]
    table = plain_table("A year", *heads, MINISTRY, right=[*heads, MINISTRY])
    told = {(str(one["study"]), str(one["quantity"])): one for one in view.table("supply_published").to_dict("records")}

    def ministry(quantity: str, unit: float) -> str:
        one = told.get((MINISTRY_STUDY, quantity))
        return UNKNOWN if one is None else between(one["value"] / unit, one["low"] / unit, one["high"] / unit)

    for item in (item for item in COSTS if item in {key[1] for key in keys}):
        cells = [ranged(read(view, "project_cost_jpy_yr", name, item), JPY_BN) for name in projects]
        beside = ministry("yearly cost at 3,500 t/d", JPY_BN) if item == "total" else UNKNOWN
        table.add_row(f"{COSTS[item]}, JPY bn", *cells, beside)
    runs = [view.basis if name == "pilot" else "scale" for name in projects]
    grades = [ranged(read(view, "mud_grade_ppm", run)) for run in runs]
    table.add_row("grade of dry solids, ppm", *grades, ministry(GRADE, 1.0))
    dry = [UNKNOWN if run == view.basis else ranged(read(view, "mud_dry_t", run), KILO) for run in runs]
    table.add_row("dry mud, thousand t", *dry, ministry("mud a year", KILO))
    made = [ranged(read(view, "project_oxide_t", name)) for name in projects]
    table.add_row("oxide, t", *made, ministry("oxide a year that the two revenues imply", 1.0))
    out.print()
    out.print(table)
    paragraph(out, BRIDGE)


def _print_sunk(out: "Console", view: SupplyView) -> None:
    """Print present value with and without the investment, and by what revenue misses the plan."""
    heads = ("NPV", "investment sunk", "off plan by price", "by volume")
    table = plain_table("JPY bn", *heads, right=heads)
    for project, world in items_of(view, "project_npv_operation_jpy", 2):
        told = [read(view, name, project, world) for name in ("project_npv_jpy", "project_npv_operation_jpy")]
        told += [read(view, "revenue_gap_jpy", project, world, cause) for cause in ("price", "volume")]
        cells = (UNKNOWN if one is None else figure(one.value / JPY_BN) for one in told)
        table.add_row(project_title(project, world), *cells)
    if table.row_count:
        out.print()
        out.print(table)
        paragraph(out, "Medians. Investment sunk: left out, as the public programme before the trial is spent already.")


def _print_supports(out: "Console", view: SupplyView) -> None:
    """Print what each support alone adds to a project without any."""
    rows = view.table("supply_supports")
    heads = ("NPV, JPY bn", "IRR, points", "public cost, JPY bn")
    for (project, world), part in rows.groupby(["project", "world"], sort=False):
        table = plain_table(f"Support alone: {project_title(str(project), str(world))}", *heads, right=heads)
        for one in part.to_dict("records"):
            gain = one["irr_gain"] / PERCENT if _known(one["irr_gain"]) else math.nan
            cells = (one["npv_gain_jpy"] / JPY_BN, gain, one["public_cost_jpy"] / JPY_BN)
            table.add_row(plain(str(one["support"])), *(figure(cell) for cell in cells))
        out.print()
        out.print(table)


def _print_trap(out: "Console", view: SupplyView) -> None:
    """Print what became of investing whenever the trailing price lay above cost."""
    rows = view.table("supply_investment_trap")
    heads = ("years", "invests in", "margin seen", "margin met")
    table = plain_table("Investing by past prices", *heads, right=heads)
    for element, part in rows.groupby("element", sort=False):
        chosen = part[part["invests"] == "yes"]
        years = f"{int(part['year'].min())}–{int(part['year'].max())}"
        means = (float(chosen[name].mean()) for name in ("expected_usd_kg", "realised_usd_kg"))
        table.add_row(str(element), years, f"{len(chosen)} of {len(part)}", *(figure(one) for one in means))
    if table.row_count:
        out.print()
        out.print(table)
        paragraph(out, "USD/kg, means of the years in which it invests; met: when output begins, after the lead time.")


def _print_costs(out: "Console", view: SupplyView) -> None:
    """Print the levelised cost of each oxide by project, medians."""
    keys = items_of(view, "oxide_cost_jpy_kg", 2)
    projects = list(dict.fromkeys(key[0] for key in keys))
    heads = [SHORT.get(name, plain(name)) for name in projects]
    table = plain_table("Thousand JPY/kg of oxide", *heads, right=heads)
    for element in dict.fromkeys(key[1] for key in keys):
        table.add_row(element, *(_cost(read(view, "oxide_cost_jpy_kg", name, element)) for name in projects))
    if table.row_count:
        out.print()
        out.print(table)


def _cost(one: Spread | None) -> str:
    return ranged(one, KILO)


def _print_cash(out: "Console", view: SupplyView) -> None:
    rows = view.table("supply_cash_flow")
    years = [year for year in CASH_YEARS if year in set(rows["year"])]
    heads = [f"year {year}" for year in years]
    for (project, world), part in rows.groupby(["project", "world"], sort=False):
        table = plain_table(f"{project_title(str(project), str(world))}, JPY bn", *heads, right=heads)
        for line in dict.fromkeys(part["line"]):
            of_line = part[part["line"] == line].set_index("year")["value"].to_dict()
            cells = [of_line.get(year, math.nan) / JPY_BN for year in years]
            if any(_known(cell) and cell != 0.0 for cell in cells):
                table.add_row(plain(line), *(figure(cell) for cell in cells))
        out.print()
        out.print(table)
    paragraph(out, "Medians of each line, in constant money unless an inflation is set; medians need not add up.")


def _print_prices(out: "Console", view: SupplyView) -> None:
    rows = view.table("supply_prices")
    if not len(rows):
        return
    first = rows[rows["year"] == rows["year"].min()]
    worlds = list(dict.fromkeys(first["world"]))
    table = plain_table(
        f"USD/kg oxide, {int(first['year'].min())}", *map(plain, worlds), right=list(map(plain, worlds))
    )
    told = {(one["element"], one["world"]): one for one in first.to_dict("records")}
    for element in dict.fromkeys(first["element"]):
        cells = [told.get((element, world)) for world in worlds]
        table.add_row(element, *(UNKNOWN if one is None else _value_range(one) for one in cells))
    out.print()
    out.print(table)
    paragraph(out, YTTRIUM)


def _known(value: Any) -> bool:
    return isinstance(value, float | int) and math.isfinite(value)


def _value_range(one: dict[Any, Any]) -> str:
    """Return the value of a row with its range, if it has one."""
    return between(one["value"], one["low"], one["high"])
