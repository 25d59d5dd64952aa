"""The tables of a supply study: what the mud contributes, where supply comes from, what a shock does, what it costs."""

from typing import Final

from ops_data.supply_names import SECTORS, STAGES, SUPPLY_ELEMENTS
from ops_data.table_records import NO_UNIT, REPLICATE, Column, Table

VALUE: Final = Column("value", "float64", "unit of the row", "median over draws (P50), or the central value")
LOW: Final = Column("low", "float64", "unit of the row", "exceeded by nine draws in ten (P10)")
HIGH: Final = Column("high", "float64", "unit of the row", "exceeded by one draw in ten (P90)")
UNIT: Final = Column("unit", "text", NO_UNIT, "unit of the row")
NOTE: Final = Column("note", "text", NO_UNIT, "what a reader must know; empty: nothing")
SOURCE: Final = Column("source", "text", NO_UNIT, "where it comes from")
CONFIDENCE: Final = Column("confidence", "text", NO_UNIT, "H primary, M secondary, L weak, D derived, A assumption")
ELEMENT: Final = Column("element", "text", NO_UNIT, "element", (*SUPPLY_ELEMENTS, "all"))
STAGE: Final = Column("stage", "text", NO_UNIT, "stage of the chain", STAGES)
SECTOR: Final = Column("sector", "text", NO_UNIT, "sector of demand", (*SECTORS, "all"))
YEAR: Final = Column("year", "int32", "a", "calendar year")
SCENARIO: Final = Column("scenario", "text", NO_UNIT, "shock scenario or replay")
RULE: Final = Column("rule", "text", NO_UNIT, "rule by which a shortage is shared out")

DRIVERS: Final = Table(
    "supply_drivers",
    "how much of the spread of a contribution one unknown makes",
    (
        Column("basis", "text", NO_UNIT, "how the target is read; both: either, with equal weight"),
        ELEMENT,
        Column("factor", "text", NO_UNIT, "what is not known"),
        Column("share", "float64", "1", "share of the variance of the logarithm; the shares of an element sum to 1"),
    ),
)
DEMAND: Final = Table(
    "supply_demand",
    "demand, stock in use and end of life of one element in one sector and year, as element",
    (
        ELEMENT, SECTOR, YEAR,
        Column("flow", "text", NO_UNIT, "what it is", ("demand", "stock", "end_of_life", "recycled")),
        VALUE, LOW, HIGH, UNIT,
    ),
)  # fmt: skip
FLOWS: Final = Table(
    "supply_flows",
    "element that one node hands to the next in a year, central values",
    (
        ELEMENT, YEAR,
        Column("stage", "text", NO_UNIT, "stage of what is handed over", STAGES),
        Column("seller", "text", NO_UNIT, "origin that hands it over"),
        Column("buyer", "text", NO_UNIT, "origin that takes it; japan_use: sectors in Japan; loss: lost in making it"),
        Column("mass_t", "float64", "t", "mass as element"),
    ),
)  # fmt: skip
DEPENDENCY: Final = Table(
    "supply_dependency",
    "one measure of where Japan's supply comes from",
    (
        Column("element", "text", NO_UNIT, "element, or a group: light, heavy, all"),
        STAGE,
        Column("basis", "text", NO_UNIT, "by mass or value, direct or by origin of the ore and of every step",
               ("mass direct", "mass origin-adjusted", "value direct", "value origin-adjusted")),
        YEAR,
        Column("measure", "text", NO_UNIT, "what is measured"),
        VALUE, LOW, HIGH, UNIT, NOTE,
    ),
)  # fmt: skip
CUTS: Final = Table(
    "supply_cuts",
    "a smallest set of nodes outside Japan without which a share of the flow stops",
    (
        ELEMENT, YEAR,
        Column("rerouting", "text", NO_UNIT, "what others do", ("none", "open capacity")),
        Column("asked_share", "float64", "1", "share of the flow that must stop"),
        Column("size", "int32", NO_UNIT, "how many nodes; -1: no set stops that much"),
        Column("nodes", "text", NO_UNIT, "the nodes, origin and stage"),
        Column("lost_share", "float64", "1", "share of the flow that stops without them"),
        NOTE,
    ),
)  # fmt: skip
SHOCK_MONTHS: Final = Table(
    "supply_shock_months",
    "monthly mean of one series of one draw of a shock",
    (
        REPLICATE, SCENARIO, RULE,
        Column("series", "text", NO_UNIT, "fill_rate of a sector, cover_days or surviving_share of an element",
               ("fill_rate", "cover_days", "surviving_share")),
        Column("item", "text", NO_UNIT, "sector or element"),
        Column("month", "int32", NO_UNIT, "months since the shock began, 0 or more"),
        Column("value", "float64", "unit of the series", "mean of the month"),
    ),
)  # fmt: skip
REPLAYS: Final = Table(
    "supply_replays",
    "one figure of a replayed event as it was published and as the replay gives it, central values",
    (
        SCENARIO,
        Column("date", "text", NO_UNIT, "last day it is told of, ISO 8601"),
        Column("what", "text", NO_UNIT, "what it is"),
        Column("role", "text", NO_UNIT, "what the published figure was used for; computed: none was published",
               ("input", "calibration", "comparator", "computed")),
        Column("observed", "float64", "unit of the row", "as published; not a number: nothing was"),
        Column("low", "float64", "unit of the row", "lower end as published"),
        Column("high", "float64", "unit of the row", "upper end as published"),
        Column("computed", "float64", "unit of the row", "as the replay gives it; not a number: nothing comparable"),
        UNIT, SOURCE, NOTE,
    ),
)  # fmt: skip
LOGISTICS: Final = Table(
    "supply_logistics",
    "lead time of one kind in one month",
    (
        Column("origin", "text", NO_UNIT, "simulated, or a person's own records", ("simulated", "own records")),
        SCENARIO,
        Column("panel", "text", NO_UNIT, "what is timed",
               ("licence delay", "shipping time", "customs lead time", "licence backlog")),
        Column("item", "text", NO_UNIT, "element, route or product code"),
        Column("month", "text", NO_UNIT, "month, ISO 8601"),
        Column("median", "float64", "d", "median; of a backlog: applications waiting"),
        Column("p95", "float64", "d", "exceeded by one in twenty"),
        Column("count", "int32", NO_UNIT, "how many"),
    ),
)  # fmt: skip
WEIGHTS: Final = Table(
    "supply_weights",
    "probability of one scenario as printed, and brought to a sum of one",
    (
        SCENARIO,
        Column("title", "text", NO_UNIT, "what it is called"),
        Column("printed_low", "float64", "1", "lower end as printed"),
        Column("printed_high", "float64", "1", "upper end as printed"),
        Column("weight", "float64", "1", "weight used; not a number: none is used"),
        Column("weight_low_end", "float64", "1", "weight if the lower ends are brought to one"),
        Column("weight_high_end", "float64", "1", "weight if the upper ends are brought to one"),
    ),
)
KPIS: Final = Table(
    "supply_kpis",
    "one target of a roadmap against what is computed",
    (
        Column("kpi", "text", NO_UNIT, "number in the coverage table"),
        Column("title", "text", NO_UNIT, "what it is"),
        Column("item", "text", NO_UNIT, "element, stage or category"),
        YEAR,
        Column("target", "float64", "unit of the row", "target line in that year"),
        VALUE, LOW, HIGH, UNIT,
        Column("gap", "float64", "unit of the row", "computed less target"),
        Column("met", "text", NO_UNIT, "whether the median over draws meets the target", ("yes", "no", "not computed")),
        NOTE,
    ),
)  # fmt: skip
CONFLICTS: Final = Table(
    "supply_conflicts",
    "targets or claims that contradict each other or the data",
    (
        Column("conflict", "text", NO_UNIT, "number of the check"),
        Column("statement", "text", NO_UNIT, "what is compared"),
        Column("left", "float64", "unit of the row", "what is claimed or needed"),
        Column("right", "float64", "unit of the row", "what data or the other target give"),
        UNIT,
        Column("verdict", "text", NO_UNIT, "what comes of it", ("conflict", "consistent", "note")),
        NOTE, SOURCE,
    ),
)  # fmt: skip
LEVERS: Final = Table(
    "supply_levers",
    "one lever at full strength and the output it moves",
    (
        Column("lever", "text", NO_UNIT, "name of the lever"),
        Column("title", "text", NO_UNIT, "what it is"),
        Column("owners", "text", NO_UNIT, "who decides"),
        Column("parameter", "text", NO_UNIT, "value it moves"),
        Column("from_value", "float64", "unit of the value", "value without it"),
        Column("to_value", "float64", "unit of the value", "value at full strength"),
        Column("start_year", "int32", "a", "first year"),
        Column("ramp_years", "float64", "a", "years to full strength"),
        Column("cost_jpy", "float64", "JPY", "what it costs; not a number: not known"),
        Column("output", "text", NO_UNIT, "output it is meant to move"),
        Column("direction", "text", NO_UNIT, "stated direction", ("up", "down")),
        Column("without", "float64", "unit of the row", "output without it"),
        Column("with_lever", "float64", "unit of the row", "output with it"),
        UNIT,
        Column("as_stated", "text", NO_UNIT, "whether the output moves as stated", ("yes", "no")),
        NOTE,
    ),
)  # fmt: skip
SUPPORTS: Final = Table(
    "supply_supports",
    "what one support alone adds to a project without any, central values",
    (
        Column("project", "text", NO_UNIT, "which project"),
        Column("world", "text", NO_UNIT, "price world"),
        Column("support", "text", NO_UNIT, "which support"),
        Column("irr_gain", "float64", "1/a", "rate of return of the project; not a number: there is none"),
        Column("equity_irr_gain", "float64", "1/a", "rate of return of ordinary equity; likewise"),
        Column("npv_gain_jpy", "float64", "JPY", "net present value"),
        Column("public_cost_jpy", "float64", "JPY", "present value of what the public pays for it"),
    ),
)
TRAP: Final = Table(
    "supply_investment_trap",
    "one year of recorded prices in which a rule invests when the trailing price lies above cost",
    (
        ELEMENT, YEAR,
        Column("price_usd_kg", "float64", "USD/kg", "recorded price of the oxide"),
        Column("cost_usd_kg", "float64", "USD/kg", "cost above which the rule invests: mean of the record"),
        Column("invests", "text", NO_UNIT, "whether it does", ("yes", "no")),
        Column("expected_usd_kg", "float64", "USD/kg", "margin it sees; not a number: it does not invest"),
        Column("realised_usd_kg", "float64", "USD/kg", "margin when output begins; not a number: not known"),
    ),
)  # fmt: skip
CRITERIA: Final = Table(
    "supply_criteria",
    "one criterion of a choice with and without the mud, side by side, never added up",
    (
        Column("output", "text", NO_UNIT, "criterion, an output of the study"),
        Column("reading", "text", NO_UNIT, "reading of the mud that is held against none"),
        Column("without", "float64", "unit of the row", "without the mud"),
        Column("with_mud", "float64", "unit of the row", "with it"),
        UNIT,
        Column("better", "text", NO_UNIT, "which way is better", ("up", "down")),
    ),
)
REGIONS: Final = Table(
    "supply_regions",
    "one origin as plans rank it and as figures show it",
    (
        Column("origin", "text", NO_UNIT, "origin"),
        Column("title", "text", NO_UNIT, "what it is called"),
        Column("availability_rank", "float64", "1", "rank in an article, 0 none to 3 high; not a number: not ranked"),
        Column("readiness_rank", "float64", "1", "likewise, how ready it is"),
        Column("mine_kt", "float64", "kt", "mine output as oxide, 2024"),
        Column("mine_share", "float64", "1", "share of the mine output told"),
        Column("reserves_kt", "float64", "kt", "reserves as oxide; not a number: not told"),
        Column("governance", "float64", "1", "governance scaled 0 best to 10 worst; not a number: not told"),
        Column("supply_share", "float64", "1", "share of what Japan takes in of all elements, 2030, any stage but ore"),
        Column("route", "text", NO_UNIT, "whether a route to Japan is open", ("open", "closed")),
    ),
)
CASH_FLOW: Final = Table(
    "supply_cash_flow",
    "one line of one year of a project's accounts, in constant money unless an inflation is set",
    (
        Column("project", "text", NO_UNIT, "which project"),
        Column("world", "text", NO_UNIT, "price world"),
        Column("year", "int32", "a", "year of the project, 0: investment"),
        Column("line", "text", NO_UNIT, "line of the accounts"),
        VALUE, LOW, HIGH, UNIT,
    ),
)  # fmt: skip
PRICES: Final = Table(
    "supply_prices",
    "price of one oxide in one year and price world",
    (ELEMENT, Column("world", "text", NO_UNIT, "price world"), YEAR, VALUE, LOW, HIGH, UNIT),
)
PUBLISHED: Final = Table(
    "supply_published",
    "a published figure beside what is computed here, none picked",
    (
        Column("topic", "text", NO_UNIT, "what it is about"),
        Column("study", "text", NO_UNIT, "who published it"),
        Column("quantity", "text", NO_UNIT, "what is stated"),
        VALUE, LOW, HIGH, UNIT,
        Column("computed", "float64", "unit of the row", "what is computed here; not a number: nothing comparable"),
        SOURCE, CONFIDENCE, NOTE,
    ),
)  # fmt: skip
INPUTS: Final = Table(
    "supply_inputs",
    "one number the study rests on",
    (
        Column("key", "text", NO_UNIT, "name of the number"),
        VALUE, LOW, HIGH, UNIT,
        Column("law", "text", NO_UNIT, "how it is drawn; fixed: not drawn"),
        Column("origin", "text", NO_UNIT, "reference, or where a person changed it"),
        SOURCE, CONFIDENCE, NOTE,
    ),
)  # fmt: skip
NOTES: Final = Table(
    "supply_notes",
    "a dated event or statement told as context, computed nowhere",
    (
        Column("key", "text", NO_UNIT, "name of the entry"),
        Column("date", "text", NO_UNIT, "date or period"),
        Column("text", "text", NO_UNIT, "what happened or was said"),
        SOURCE, CONFIDENCE,
    ),
)  # fmt: skip
CLOSURE: Final = Table(
    "supply_closure",
    "a balance that was added up again",
    (
        Column("balance", "text", NO_UNIT, "what is balanced"),
        Column("places", "int32", NO_UNIT, "how many nodes, years or days were checked"),
        Column("worst", "float64", "1", "largest gap over the largest term"),
    ),
)
SUPPLY_TABLES: Final = (
    DRIVERS, DEMAND, FLOWS, DEPENDENCY, CUTS, SHOCK_MONTHS, REPLAYS, LOGISTICS, WEIGHTS, KPIS, CONFLICTS, LEVERS,
    SUPPORTS, TRAP, CRITERIA, REGIONS, CASH_FLOW, PRICES, PUBLISHED, INPUTS, NOTES, CLOSURE,
)  # fmt: skip
