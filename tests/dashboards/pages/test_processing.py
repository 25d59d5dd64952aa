"""Page Processing: what its panels draw of a real run, against the run's own tables and indicators."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.page import Drawn, View
from dashboards.pages import processing
from dashboards.pages.processing_plants import MEASURES
from dashboards.pages.processing_values import (
    GROUP_OF,
    TO_MAINLAND,
    WHOLE,
    balance,
    ledger,
    losses,
    oxide_by_day,
    recoveries,
)
from ops_data.elements import CONSTITUENTS
from twin.indicators.summary import read_spreads
from twin.processing.ledger import ITEMS

ViewOf = Callable[..., View]
PANELS = [panel.name for panel in processing.PAGE.panels]


def drawn(view: View, name: str) -> Drawn:
    """Return what a panel draws."""
    panel = processing.PAGE.panel(name)
    assert panel is not None
    return panel.draw(view)


def indicator(view: View, name: str, item: str = "") -> tuple[float, float, float]:
    """Return P10, P50 and P90 of an indicator of the run."""
    (found,) = [
        one
        for one in read_spreads(view.data.table(view.run, "indicators"))
        if (one.name, one.item, one.period) == (name, item, "")
    ]
    return found.low, found.value, found.high


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PANELS)
def test_each_panel_is_told_in_words_with_its_data(view_of: ViewOf, name: str, lang: str) -> None:
    found = drawn(view_of("processing", lang=lang), name)
    assert found.rows is not None and len(found.rows)
    if isinstance(found.body, go.Figure):
        assert found.alt and "{" not in found.alt + found.note


@pytest.mark.parametrize("element", ["Nd", "Dy", "Ce", "Lu", "Na", "Fe", "U"])
def test_every_constituent_of_the_balance_can_be_chosen(view_of: ViewOf, element: str) -> None:
    view = view_of("processing", {"element": element})
    assert view.value("element") == element
    for name in PANELS:
        drawn(view, name)
    assert isinstance(drawn(view, "sankey").body, go.Figure)


def test_an_element_that_is_none_falls_back_to_neodymium(view_of: ViewOf) -> None:
    assert view_of("processing", {"element": "Unobtainium"}).value("element") == "Nd"


def test_bands_of_the_element_are_the_means_of_the_balance(view_of: ViewOf) -> None:
    """Derived: what leaves the sea bed is the mean over all replicates of its rows in the table."""
    view = view_of("processing")
    rows = view.data.table(view.run, "balance")
    left = rows[(rows["constituent"] == "Nd") & (rows["source"] == "sea bed")]["mass_kg"].sum() / 6
    found = drawn(view, "sankey").rows
    assert found is not None
    assert found[found["source"] == "sea bed"]["mean_kg"].sum() == pytest.approx(left)


def test_recoveries_of_the_steps_multiply_to_that_of_the_whole_chain(view_of: ViewOf) -> None:
    """Derived: `twin.processing.accounts.recovered_kg` says so, up to what liquors carry; in one replicate."""
    view = view_of("processing", run=run_of(view_of, "calm"))
    found = {one.step: one for one in recoveries(view, "Nd")}
    steps = [one.p50 for step, one in found.items() if step not in (TO_MAINLAND, WHOLE)]
    assert found[WHOLE].p50 == pytest.approx(found[TO_MAINLAND].p50 * float(np.prod(steps)), rel=0.01)
    assert {one.replicates for one in found.values()} == {1}


def run_of(view_of: ViewOf, scenario: str) -> str:
    """Return the id of the run of a scenario in the small store."""
    return next(one.run_id for one in view_of("processing").data.runs() if one.scenario == scenario)


def test_recovery_is_told_over_the_replicates_that_lift_anything(view_of: ViewOf) -> None:
    view = view_of("processing")
    lifts = int((balance(view).from_sea_bed_kg[CONSTITUENTS.index("Nd")] > 0.0).sum())
    assert recoveries(view, "Nd")[0].replicates == lifts < 6
    assert f"{lifts} of 6" in drawn(view, "recovery").note


def test_recovery_and_oxide_of_a_tracer_are_refused_in_words(view_of: ViewOf) -> None:
    view = view_of("processing", {"element": "Fe"})
    assert "rare earths only" in str(drawn(view, "recovery").body)
    assert "not sold as an oxide" in str(drawn(view, "oxide").body)


@pytest.mark.parametrize("element", ["Nd", "Dy", "Gd", "Ce"])
def test_the_last_day_of_the_fan_is_the_indicator_of_oxide(view_of: ViewOf, element: str) -> None:
    """Derived: by the end all is made; Gd and Ce are sold in products named after several elements."""
    view = view_of("processing")
    last = oxide_by_day(view, element).iloc[-1]
    assert (last["p10_kg"], last["p50_kg"], last["p90_kg"]) == pytest.approx(indicator(view, "oxide_kg", element))


def test_the_fan_begins_with_nothing_at_departure_and_never_falls(view_of: ViewOf) -> None:
    view = view_of("processing")
    rows = oxide_by_day(view, "Nd")
    assert rows.iloc[0]["date"] == "2027-01-08" and rows.iloc[0]["p90_kg"] == 0.0
    assert rows["date"].is_monotonic_increasing and (rows["p90_kg"].diff().dropna() >= 0.0).all()
    assert (rows["p10_kg"] <= rows["p50_kg"]).all() and (rows["p50_kg"] <= rows["p90_kg"]).all()


def test_the_date_that_more_than_one_in_ten_never_come_to_is_never(view_of: ViewOf) -> None:
    """Derived: in the small store at least one of six replicates makes no oxide."""
    assert not np.isfinite(indicator(view_of("processing"), "last_oxide_day")[2])
    assert "P90 never" in str(drawn(view_of("processing"), "oxide").body)
    assert "P90 なし" in str(drawn(view_of("processing", lang="ja"), "oxide").body)


@pytest.mark.parametrize(("column", "name"), [("cost_jpy", "processing_cost_jpy"), ("co2e_kg", "processing_co2e_t")])
def test_means_of_the_ledger_add_up_to_the_mean_of_the_indicator(view_of: ViewOf, column: str, name: str) -> None:
    view = view_of("processing")
    told = view.data.outcomes(view.run)
    whole = told[(told["name"] == name) & (told["item"] == "total")]["value"].sum() / 6
    assert ledger(view)[f"{column}_mean"].sum() / (1.0 if column == "cost_jpy" else 1e3) == pytest.approx(whole)


def test_amounts_per_kg_of_oxide_are_those_of_the_indicator(view_of: ViewOf) -> None:
    """Derived: oxalic acid is used in one step only, so that its row is the indicator (over those that make oxide)."""
    view = view_of("processing")
    told = view.data.outcomes(view.run)
    values = told[(told["name"] == "reagent_per_oxide_kg") & (told["item"] == "oxalic_acid")]["value"]
    (row,) = ledger(view).query("item == 'oxalic_acid'").to_dict("records")
    assert row["per_oxide_kg_p50"] == pytest.approx(float(np.median(values)))


def test_every_item_of_the_ledger_has_a_group() -> None:
    items = {item.rsplit("_", 1)[0] for item in ITEMS} | {"power_of_island_fuel"}
    assert items == set(GROUP_OF)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_ledger_is_told_in_the_measure_asked_for(view_of: ViewOf, measure: str) -> None:
    found = drawn(view_of("processing", {"measure": measure}), "ledger")
    assert ("CO₂" in found.alt) == (measure == "co2e")


def test_losses_add_up_with_products_to_what_left_the_sea_bed(view_of: ViewOf) -> None:
    view = view_of("processing")
    found = balance(view)
    at = CONSTITUENTS.index("Nd")
    lost = sum(one.mean_kg for one in losses(view, "Nd"))
    rest = found.of(("product", "held"))[at].mean()
    assert lost + rest == pytest.approx(found.from_sea_bed_kg[at].mean())
    means = [one.mean_kg for one in losses(view, "Nd")]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize(("lang", "said"), [("en", "The balance closes"), ("ja", "物質収支は閉じている")])
def test_the_balance_is_said_to_close(view_of: ViewOf, lang: str, said: str) -> None:
    body = str(drawn(view_of("processing", lang=lang), "closure").body)
    assert said in body and "1,000,000,000" in body and "e-" not in body


def test_a_balance_that_is_open_is_said_to_be(view_of: ViewOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Derived: a tenth of what is lost is taken out of the rows."""
    view = view_of("processing")
    rows = view.data.table(view.run, "balance").copy()
    rows.loc[rows["kind"] == "loss", "mass_kg"] *= 0.9
    monkeypatch.setattr("dashboards.pages.processing_values.balance_of", _from(rows))
    monkeypatch.setattr(type(view.data), "derived", lambda _data, _run, _what, make: make())
    assert "does not close" in str(drawn(view, "closure").body)


def _from(rows: pd.DataFrame) -> Callable[..., Any]:
    from twin.balance import balance_of

    def made(_: pd.DataFrame, first: int, count: int) -> Any:
        return balance_of(rows, first, count)

    return made
