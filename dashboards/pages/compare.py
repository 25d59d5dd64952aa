"""Page *Compare*: what other runs do differently from a baseline on the same luck, and what an outcome hangs on."""

from typing import Final

from dashboards.data import RunRow
from dashboards.page import Control, Page, Panel, View
from dashboards.pages.compare_pairs import MOST_RUNS, WITH, label_of
from dashboards.pages.compare_panels import (
    draw_differences,
    draw_forest,
    draw_paths,
    draw_runs,
    draw_side,
    outcome_of,
)
from dashboards.pages.compare_tornado import draw_drivers, draw_study
from ops_data.reference.indicator_rows import indicator_rows
from ops_data.reference.japanese import known, title

# Outcomes that can be looked at one by one: what decides about a campaign.
OUTCOMES: Final = (
    "lifted_wet_t", "lifted_dry_t", "lifted_per_day_t", "lifted_nd_kg", "lifted_dy_kg", "mean_grade_ppm",
    "days_at_target", "lifting_days", "weather_days", "storm_days", "waiting_shuttle_days", "home_day",
    "energy_mwh[total]", "energy_per_dry_t_kwh[total]", "fuel_t[total]", "marine_cost_jpy[total]", "cost_per_dry_t_jpy",
    "delivered_cake_t", "oxide_kg[Nd]", "oxide_kg[Dy]", "oxide_kg[total]", "first_oxide_day",
    "processing_cost_jpy[total]", "chain_cost_per_oxide_kg_jpy", "oxide_value_jpy[total]",
)  # fmt: skip


def controls(view: View) -> list[Control]:
    """Return what can be chosen: other runs, a group of indicators, one outcome."""
    rows = [row for row in view.data.runs() if row.run_id != view.run.run_id]
    lang = view.state.lang
    runs = tuple((row.run_id, _run_label(view, row)) for row in rows)
    own = view.run.manifest.identity
    alike = [row.run_id for row in rows if row.seed == own.seed and not row.linked and row.scenario == own.scenario]
    named = view.data.derived(view.run, "outcome names", lambda: _named(view))
    groups = dict.fromkeys(indicator_rows()[name].group for name, _ in named)
    shown = tuple(
        (group, title("indicator_group", group, lang) if known("indicator_group", group) else group) for group in groups
    )
    outcomes = tuple(
        (value, label_of(*outcome_of(value), "", lang)) for value in OUTCOMES if outcome_of(value) in named
    )
    return [
        Control(WITH, runs, ",".join(alike[: MOST_RUNS // 2]), several=True),
        Control("group", shown, "production" if "production" in groups else next(iter(groups), "")),
        Control("outcome", outcomes, outcomes[0][0] if outcomes else ""),
    ]


def _named(view: View) -> dict[tuple[str, str], None]:
    found = view.data.outcomes(view.run)[["name", "item"]].drop_duplicates()
    return dict.fromkeys(zip(found["name"], found["item"], strict=True))


def _run_label(view: View, row: RunRow) -> str:
    fill = {"run": row.run_id, "count": str(row.replicates), "seed": str(row.seed)}
    return view.words("common.run_option", fill)


PAGE: Final = Page(
    "compare",
    (
        Panel("runs", draw_runs, (WITH,), wide=True, live=True),
        Panel("forest", draw_forest, (WITH, "group"), wide=True),
        Panel("differences", draw_differences, (WITH, "group"), wide=True),
        Panel("side", draw_side, (WITH, "outcome")),
        Panel("paths", draw_paths, (WITH,)),
        Panel("drivers", draw_drivers, ("outcome",)),
        Panel("study", draw_study, ("outcome",), live=True),
    ),
    controls=controls,
)
