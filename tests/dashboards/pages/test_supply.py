"""Page Supply chain: what its panels draw of a real study, and what they say without one."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from dashboards import components
from dashboards.data import Data
from dashboards.page import Drawn, View
from dashboards.pages import supply, supply_mud, supply_policy, supply_shared, supply_shocks, supply_sure
from dashboards.words import LANGS, Lang
from ops_data.reference.japanese import title
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.dashboards.test_frame import texts_of
from tests.twin.made_supply import MadeArtefact
from twin.supply_sentences import demand_now_t
from twin.supply_view import SupplyView

ViewOf = Callable[..., View]
OF_STUDY = [panel for panel in supply.PAGE.panels if panel.name != "package"]
MOST_BYTES = 300_000
WIDE = str.maketrans("()~", "\uff08\uff09\uff5e")  # as Japanese is set


def study_of(view: View) -> SupplyView:
    """Return the study of a view."""
    found = view.data.supply(view.run)
    assert found is not None
    return found


def drawn(view: View, name: str) -> Drawn:
    """Return what a panel draws."""
    panel = supply.PAGE.panel(name)
    assert panel is not None
    return panel.draw(view)


def read(part: object) -> str:
    """Return all that can be read of what is drawn; tables write a backslash before what is no mark-up."""
    said = texts_of(part if isinstance(part, Component | list) else None)
    return said.replace("\\", "").replace(supply_shared.FIRM_SPACE, " ").replace(supply_shared.JOINED, "")


def changed(study: SupplyView, tables: Mapping[str, pd.DataFrame]) -> SupplyView:
    """Return a study with other rows in some tables."""
    real = study.artefact
    names = [name.removesuffix(".parquet") for name in real.manifest["files"] if name.endswith(".parquet")]
    artefact = MadeArtefact(real.folder, {**real.manifest, "sha256": f"changed {sorted(tables)}"})
    object.__setattr__(artefact, "tables", {name: study.table(name) for name in names} | dict(tables))
    return SupplyView(artefact)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("panel", [panel.name for panel in OF_STUDY])
def test_every_panel_draws_a_study_with_its_data_in_both_languages(view_of: ViewOf, panel: str, lang: Lang) -> None:
    view = view_of("supply", lang=lang)
    found = drawn(view, panel)
    study = study_of(view)
    assert found.rows is not None and len(found.rows)
    assert (found.source, found.sealed) == (study.artefact_id, study.artefact.created)
    shell = supply.PAGE.panel(panel)
    assert shell is not None
    shown = components.panel_body(view, shell, found)
    assert len(json.dumps(shown, cls=PlotlyJSONEncoder)) < MOST_BYTES
    if isinstance(found.body, go.Figure):
        assert found.alt and "{" not in found.alt and "nan" not in found.alt
    said = read(shown) + found.note + found.alt
    assert "{" not in said and "nan" not in said.split() and "e+" not in said


def test_there_are_few_controls_and_every_choice_of_each_draws_its_panels(view_of: ViewOf) -> None:
    controls = supply.PAGE.controls(view_of("supply"))
    assert [one.key for one in controls] == ["reading", "element", "measure", "sector", "project"]
    for one in controls:
        panels = [panel for panel in OF_STUDY if one.key in panel.needs]
        assert panels
        for value, label in one.options:
            view = view_of("supply", {one.key: value}, lang="ja")
            assert label and view.value(one.key) == value
            for panel in panels:
                assert panel.draw(view).body is not None


def test_wet_and_dry_stand_beside_each_other_in_every_reading(view_of: ViewOf) -> None:
    rows = drawn(view_of("supply"), "shares").rows
    assert rows is not None
    told = rows[rows["element"] == "Nd"].groupby("reading")["basis"].agg(set)
    assert set(told.index) == {"campaign", "achieved_rate", "run_rate", "extrapolation"}
    assert all(bases == {"wet", "dry"} for bases in told)


def test_the_table_of_shares_says_what_the_indicators_say(view_of: ViewOf) -> None:
    view = view_of("supply", {"element": "Dy"})
    study = study_of(view)
    share = study.spreads["contribution_share_current", "run_rate dry Dy", ""]
    mass = study.spreads["contribution_element_t", "run_rate dry Dy", ""]
    shown = read(drawn(view, "shares").body)
    assert supply_shared.share_words(view, share) in shown and supply_shared.mass_words(view, mass) in shown
    assert share.value == pytest.approx(mass.value / demand_now_t(study)["Dy"], rel=0.5)  # both are drawn


def test_an_element_without_a_demand_figure_has_tonnes_and_words_in_place_of_a_share(view_of: ViewOf) -> None:
    view = view_of("supply", {"element": "Gd"})
    shown = read(drawn(view, "shares").body)
    assert shown.count("no demand figure") == 2 * 8 and "kg (" in shown  # now and about 2030, 4 readings, 2 bases
    for panel in ("demand", "cuts"):
        assert "no published demand figure" in read(drawn(view, panel).body)


def test_a_run_without_a_study_says_so_in_every_panel_and_offers_one(view_of: ViewOf, calm: str) -> None:
    view = view_of("supply", run=calm)
    for panel in OF_STUDY:
        found = panel.draw(view)
        assert found.rows is None and "No data" in read(found.body)
    head = read(supply.PAGE.head(view))
    assert f"twin supply {calm}" in head and "No data" in head


@pytest.fixture
def calm(view_of: ViewOf) -> str:
    data: Data = view_of("supply").data
    return next(one.run_id for one in data.runs() if one.run_id.startswith("calm"))


def test_no_main_number_stands_alone(view_of: ViewOf) -> None:
    view = view_of("supply")
    head = read(supply.PAGE.head(view))
    study = study_of(view)
    for run in study.run_ids.values():
        assert run in head
    for element in ("Nd", "Dy"):
        wet, dry = (
            study.spreads["contribution_element_t", f"run_rate {basis} {element}", ""] for basis in ("wet", "dry")
        )
        assert f"{supply_shared.mass_short(view, wet)} / {supply_shared.mass_short(view, dry)}" in head


def test_what_was_changed_is_told_above_the_panels(view_of: ViewOf) -> None:
    view = view_of("supply")
    study = study_of(view)
    assert "Changed against" not in read(supply.PAGE.head(view))
    scenario = {**study.artefact.scenario, "changes": ["finance.jpy_per_usd = 140 JPY/USD"]}
    other = SupplyView(replace(study.artefact, manifest={**study.artefact.manifest, "scenario": scenario}))
    assert "finance.jpy_per_usd = 140" in read(supply_sure.head_of(view, other))


def test_a_study_in_which_no_mud_arrives_says_so_and_keeps_its_zeros_in_the_table(view_of: ViewOf) -> None:
    view = view_of("supply")
    table = study_of(view).table("indicators")
    dry_run = table["name"].str.startswith("contribution_")
    table.loc[dry_run, ["value", "low", "high"]] = 0.0
    study = changed(study_of(view), {"indicators": table})
    assert "In no draw does mud arrive" in read(supply_mud.contribution(view, study).body)
    assert "0 kg" in read(supply_mud.shares(view, study).body)


def test_claims_stand_by_verdict_and_a_claim_of_ones_own_keeps_its_words(view_of: ViewOf) -> None:
    view = view_of("supply", lang="ja")
    row = {"conflict": "mine", "statement": "<b>Mine</b> against yours", "left": 3e11, "right": math.nan, "unit": "JPY"}
    table = pd.DataFrame([row | {"verdict": "conflict", "note": "", "source": ""}])
    shown = read(supply_policy.conflicts(view, changed(study_of(view), {"supply_conflicts": table})).body)
    assert "<b>Mine</b> against yours" in shown and "3,000 億円" in shown
    assert title("verdict", "conflict", "ja") in shown and "(1)" in shown and "(0)" not in shown


def test_the_levers_that_move_most_come_first(view_of: ViewOf) -> None:
    view = view_of("supply")
    table = study_of(view).table("supply_levers").iloc[:3].copy()
    table["without"], table["with_lever"], table["unit"] = [10.0, 10.0, 0.0], [11.0, 5.0, 0.0], "d"
    shown = read(supply_policy.levers(view, changed(study_of(view), {"supply_levers": table})).body)
    first, second, third = (title("lever", name, "en") for name in table["lever"])
    assert shown.index(second) < shown.index(first) < shown.index(third)


def test_targets_are_counted_in_their_last_year() -> None:
    last = pd.DataFrame({"met": ["yes", "no", "no", "not computed"]})
    assert supply_policy.met_counts(last) == {"met": "1", "missed": "2", "open": "1", "all": "4"}


def test_the_months_of_a_shock_in_the_download_are_percentiles_of_the_draws(view_of: ViewOf) -> None:
    view = view_of("supply", {"sector": "wind"})
    rows, study = drawn(view, "shock").rows, study_of(view)
    assert rows is not None
    months = study.table("supply_shock_months")
    keys = (months["scenario"] == "S3") & (months["rule"] == "pro_rata") & (months["item"] == "wind")
    values = months[keys & (months["series"] == "fill_rate") & (months["month"] == 5)]["value"]
    one = rows[(rows["scenario"] == "S3") & (rows["rule"] == "pro_rata") & (rows["month"] == 5)].iloc[0]
    assert one["p50_share_met"] == pytest.approx(values.median())
    assert one["p10_share_met"] == pytest.approx(values.quantile(0.1))


def test_own_records_are_drawn_before_what_was_simulated(view_of: ViewOf) -> None:
    view = view_of("supply")
    table = study_of(view).table("supply_logistics")
    own = table[table["scenario"] == "S1"].assign(origin="own records", scenario="")
    study = changed(study_of(view), {"supply_logistics": pd.concat([own, table])})
    found = supply_shocks.lead_times(view, study)
    assert isinstance(found.body, list) and len(found.body) == 2 and "your own records" in found.note


@pytest.mark.parametrize(
    ("cells", "unit", "english", "japanese"),
    [
        ((4.3, 1.5, 11.7), "%", "4.3 % (1.5–12)", "4.3 %(1.5~12)"),
        ((-300.0, -400.0, 20.0), "", "-300 (-400 to 20)", "-300(-400~20)"),
        ((3.0, 3.0, 3.0), "t", "3 t", "3 t"),
        ((164_204.0, 58_012.8, 217_052.6), "", "164,000 (58,000–217,000)", "164,000(58,000~217,000)"),
        ((math.nan, math.nan, math.nan), "t", "–", "–"),
        ((260.0, 98.0, math.inf), "", "260 (98–never)", "260(98~到達せず)"),
        ((math.inf, math.inf, math.inf), "", "never", "到達せず"),
    ],
)
def test_a_range_is_written_as_people_read_it(
    view_of: ViewOf, cells: tuple[float, float, float], unit: str, english: str, japanese: str
) -> None:
    for lang, text in (("en", english), ("ja", japanese.translate(WIDE))):
        assert supply_shared.ranged(view_of("supply", lang=lang), cells, unit) == text


def test_nothing_in_a_table_is_read_as_a_mark_up_or_a_link() -> None:
    rows = [["<b>a|b</b> [x](y) https://example.org", "-1 (2\N{EN DASH}3)"]]
    told = texts_of(supply_shared.listed(rows, ["Name", "Value"], ["Value"], "Caption"))
    assert "Caption" in told and "://" not in told
    head, rule, line = (one for one in told.split("\n") if "|" in one)
    assert head.endswith("|Name | Value|") and rule == "|:---|---:|"
    assert r"\<b\>a\|b\</b\> \[x\]\(y\) https:" in line


def test_a_number_in_a_table_stays_in_one_line() -> None:
    firm, joined = supply_shared.FIRM_SPACE, supply_shared.JOINED
    told = texts_of(supply_shared.listed([["a b", "1 t (2\N{EN DASH}3)"]], ["Name", "Value"], ["Value"]))
    assert f"|a b | 1{firm}t{firm}{joined}\\(2\N{EN DASH}{joined}3\\)|" in told


def test_a_published_number_keeps_its_digits_and_money_its_language(view_of: ViewOf) -> None:
    english, japanese = (view_of("supply", lang=lang) for lang in LANGS)
    assert supply_shared.ranged(english, (2_652.0, 2_652.0, 2_652.0), "ppm", as_printed=True) == "2,652 ppm"
    assert supply_shared.told_words(english, 6.3e10, "JPY/y") == "63 JPY bn/year"
    assert supply_shared.told_words(japanese, 6.3e10, "JPY/y") == "630 億円/年"
    assert supply_shared.told_words(english, 0.25, "share") == "25 %"
    assert supply_shared.told_words(japanese, 60.0, "d") == "60 日"


def test_all_elements_can_be_chosen_by_name_and_symbol(view_of: ViewOf) -> None:
    (element,) = (one for one in supply.PAGE.controls(view_of("supply", lang="ja")) if one.key == "element")
    assert [value for value, _ in element.options] == list(SUPPLY_ELEMENTS)
    assert dict(element.options)["Dy"] == "ジスプロシウム(Dy)".translate(WIDE)
