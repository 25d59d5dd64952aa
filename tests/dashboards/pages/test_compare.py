"""The page *Compare* (truth: twin.indicators.comparison, closed forms, sums by hand)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.app import PAGES
from dashboards.data import Data
from dashboards.frame import Frame, want
from dashboards.page import Drawn, View
from dashboards.pages import compare
from dashboards.pages.compare_drivers import draws_of, drivers, limit_of, rank_correlations
from dashboards.pages.compare_pairs import changes_between, daily_paths, outcomes_of, scale_of
from dashboards.people import User
from dashboards.state import PageState
from ops_data.studies import StudyDesign, StudyIdentity, begin
from tests.dashboards.pages.test_plan import parts_of, texts_of
from tests.dashboards.stores import base_run, twin
from twin.indicators.comparison import compare as compared
from twin.quantities import draw_quantities
from twin.sensitivity import Effort, morris_design, sobol_design

BOX = np.random.default_rng(7)


def other_run(store: Path) -> str:
    """Return the id of the run with three shuttles."""
    rows = Data(str(store)).runs()
    own = [row.run_id for row in rows if row.scenario == "pilot-2027" and not row.linked]
    return next(run_id for run_id in own if run_id != base_run(store))


def drawn(view: View, panel: str) -> Drawn:
    found = compare.PAGE.panel(panel)
    assert found is not None
    return found.draw(view)


def figure_of(shown: Drawn) -> go.Figure:
    assert isinstance(shown.body, go.Figure)
    return shown.body


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with one scenario on two seeds."""
    store = tmp_path_factory.mktemp("seeds") / "runs"
    for seed in (1, 2):
        assert twin(f"run calm --replicates 1 --seed {seed}", store).returncode == 0
    return store


def view_in(store: Path, run: str, values: dict[str, str], lang: Any = "en") -> View:
    frame = Frame(Data(str(store)), {page.name: page for page in PAGES})
    return frame.view(PageState("compare", lang, run, values), User("x", frozenset({"planner"})))[0]


# --- pairs ------------------------------------------------------------------------------------------------------------


def test_the_newest_run_of_the_same_scenario_and_seed_is_compared_unless_others_are_chosen(
    small_store: Path, view_of: Callable[..., View]
) -> None:
    assert view_of("compare").several("with") == [other_run(small_store)]


def test_differences_are_those_of_the_comparison_paired_by_replicate(
    small_store: Path, view_of: Callable[..., View]
) -> None:
    view = view_of("compare", {"group": "cost"})
    other = view.data.run(other_run(small_store))
    expected = [one for one in compared(outcomes_of(view, view.run), outcomes_of(view, other)) if one.pairs]
    rows = drawn(view, "differences").rows
    assert rows is not None
    known = {(one.name, one.item): one for one in expected}
    assert len(rows) > 10 and set(rows["name"]) <= {one.name for one in expected}
    for row in rows.itertuples():
        one = known[str(row.name), str(row.item)]
        assert (row.mean, row.low_95, row.p90, row.pairs) == (one.mean, one.low_95, one.p90, one.pairs)


def test_the_forest_shows_per_cent_of_the_baseline(small_store: Path, view_of: Callable[..., View]) -> None:
    view = view_of("compare", {"group": "cost"})
    shown = drawn(view, "forest")
    other = view.data.run(other_run(small_store))
    total = next(
        one
        for one in compared(outcomes_of(view, view.run), outcomes_of(view, other))
        if (one.name, one.item) == ("marine_cost_jpy", "total")
    )
    marks = [x for trace in figure_of(shown).data if trace.mode == "markers" for x in trace.x]
    assert any(x == pytest.approx(100.0 * total.mean / total.first) for x in marks)
    assert shown.unit == "%" and shown.alt


def test_what_is_the_same_in_both_runs_is_said_and_not_drawn(view_of: Callable[..., View], small_store: Path) -> None:
    run = base_run(small_store)
    linked = next(row.run_id for row in Data(str(small_store)).runs() if row.linked == (run,))
    shown = drawn(view_of("compare", {"with": linked, "group": "events"}), "forest")
    assert "Nothing in this group differs" in texts_of(shown.body)


def test_another_mass_basis_is_labelled(view_of: Callable[..., View], small_store: Path) -> None:
    run = base_run(small_store)
    linked = next(row.run_id for row in Data(str(small_store)).runs() if row.linked == (run,))
    note = drawn(view_of("compare", {"with": linked, "group": "production"}), "differences").note
    assert "A reads its target as wet, B as dry" in note


def test_runs_on_other_seeds_stand_side_by_side_and_the_way_to_a_pair_is_shown(seeds: Path) -> None:
    runs = {row.seed: row.run_id for row in Data(str(seeds)).runs()}
    view = view_in(seeds, runs[1], {"with": runs[2]})
    told = drawn(view, "runs").body
    assert "B and the baseline cannot be paired" in texts_of(told) and "Their seeds are 2 and 1" in texts_of(told)
    links = [str(one.href) for one in parts_of(told) if hasattr(one, "href")]
    assert any("/plan?" in link and "base=calm" in link and "replicates=1" in link for link in links)
    assert "can be paired" in texts_of(drawn(view, "differences").body)
    rows = drawn(view, "side").rows
    assert rows is not None and rows["run"].tolist() == [runs[1], runs[2]]
    assert rows["p10"].tolist() == rows["p50"].tolist() == rows["p90"].tolist()  # one replicate, calm sea


def test_with_one_run_nothing_can_be_compared_and_that_is_said(seeds: Path) -> None:
    runs = {row.seed: row.run_id for row in Data(str(seeds)).runs()}
    assert "No run is chosen" in texts_of(drawn(view_in(seeds, runs[1], {"with": ""}), "differences").body)


def test_that_the_store_holds_one_run_is_said_no_longer_when_a_second_is_there(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frame keeps what panels show, but not of a live one: a second run is seen at once."""
    first, second = sorted(row.run_id for row in Data(str(seeds)).runs())
    frame = Frame(Data(str(tmp_path)), {page.name: page for page in PAGES})
    user, state = User("x", frozenset({"planner"})), PageState("compare", "en", first, {"with": ""})
    page = frame.pages["compare"]
    monkeypatch.setattr("dashboards.data.FRESH_S", -1.0)
    told = []
    for run in (first, second):
        (tmp_path / run).symlink_to(seeds / run)
        view = frame.view(state, user)[0]
        wants = [want(view, page, one) for one in page.panels if one.name in ("runs", "forest")]
        told.append(texts_of([frame.panel(asked, user) for asked in wants]))
    assert "holds one run" in told[0] and "holds one run" not in told[1] and "Choose one or more" in told[1]


# --- what was changed, how it is shown --------------------------------------------------------------------------------


def test_what_was_changed_between_two_scenarios_is_listed_with_both_values(
    small_store: Path, view_of: Callable[..., View]
) -> None:
    view = view_of("compare")
    other = view.data.run(other_run(small_store))
    (change,) = changes_between(view.run.manifest.scenario, other.manifest.scenario, "en")
    assert (change.key, change.before, change.after, change.label) == ("shuttles.count", "2", "3", "Shuttles")
    assert changes_between(view.run.manifest.scenario, view.run.manifest.scenario, "en") == []
    rows = drawn(view, "runs").rows
    assert rows is not None and rows[["key", "baseline", "value"]].to_numpy().tolist() == [["shuttles.count", "2", "3"]]


def test_yen_are_told_in_millions_and_probabilities_in_per_cent(view_of: Callable[..., View]) -> None:
    view = view_of("compare")
    assert (scale_of(view, "marine_cost_jpy").factor, scale_of(view, "marine_cost_jpy").unit) == (1e-6, "million JPY")
    assert (scale_of(view, "held_target_1d").factor, scale_of(view, "held_target_1d").unit) == (100.0, "%")
    assert scale_of(view_of("compare", lang="ja"), "marine_cost_jpy").unit == "百万円"


def test_mud_over_time_ends_at_what_the_run_lifted(view_of: Callable[..., View]) -> None:
    view = view_of("compare")
    frame = daily_paths(view, view.run, "lifted_wet_t")
    rows = view.data.outcomes(view.run)
    lifted = rows.loc[rows["name"] == "lifted_wet_t", "value"].to_numpy()
    assert frame["p50"].iloc[-1] == pytest.approx(np.quantile(lifted, 0.5))
    assert frame["p90"].iloc[-1] == pytest.approx(np.quantile(lifted, 0.9))
    assert (frame["p50"].diff().dropna() >= 0.0).all() and frame["day"].tolist() == list(range(len(frame)))


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_panel_can_be_drawn_in_both_languages_and_every_figure_has_its_rows(
    lang: str, view_of: Callable[..., View]
) -> None:
    view = view_of("compare", lang=lang)
    for panel in compare.PAGE.panels:
        shown = panel.draw(view)
        if isinstance(shown.body, go.Figure):
            assert shown.rows is not None and shown.alt and shown.unit, panel.name


# --- drivers ----------------------------------------------------------------------------------------------------------


def test_the_one_quantity_that_drives_an_outcome_is_found_with_its_thirds() -> None:
    """By hand: the outcome is twice the second quantity; the thirds of 1 … 30 have means 5.5 and 25.5."""
    draws = BOX.random((30, 40))
    draws[:, 1] = np.arange(1.0, 31.0)
    found = drivers(2.0 * draws[:, 1], draws, [f"q{number}" for number in range(40)])
    assert [one.key for one in found.found] == ["q1"] and found.tested == 40
    (one,) = found.found
    assert one.correlation == pytest.approx(1.0) and (one.low_mean, one.high_mean) == (11.0, 51.0)
    assert (one.low_end, one.high_end, found.mean) == (10.0, 21.0, 31.0)


def test_luck_alone_passes_the_limit_for_all_together_in_no_more_than_one_of_twenty_runs() -> None:
    """Made up: 200 runs of 40 replicates with 100 quantities that do nothing; each singly passes in 5 %."""
    box = np.random.default_rng(11)
    told = [drivers(box.normal(size=40), box.random((40, 100)), [str(n) for n in range(100)]) for _ in range(200)]
    assert sum(bool(one.found) for one in told) <= 20  # 10 expected; 20 is beyond any chance of 1 in 500
    assert 4.0 < np.mean([one.alone for one in told]) < 6.0


def test_the_limit_of_chance_is_that_of_the_usual_table() -> None:
    """Critical values of r, two-sided 5 % and 1 %: 10 pairs 0.632 and 0.765; 102 pairs 0.195 and 0.254."""
    assert [round(limit_of(n, level), 3) for n in (10, 102) for level in (0.05, 0.01)] == [0.632, 0.765, 0.195, 0.254]


def test_rank_correlation_is_that_of_pandas_ties_included() -> None:
    values, draws = BOX.integers(0, 5, 25).astype(float), BOX.integers(0, 4, (25, 3)).astype(float)
    expected = [pd.Series(values).corr(pd.Series(draws[:, place]), method="spearman") for place in range(3)]
    assert rank_correlations(values, draws).tolist() == pytest.approx(expected)


def test_replicates_without_a_value_are_left_out_and_too_few_are_said() -> None:
    values = np.array([1.0] * 11 + [np.nan] * 20)
    found = drivers(values, BOX.random((31, 2)), ["a", "b"])
    assert (found.replicates, found.found) == (11, ())


def test_the_uncertain_numbers_of_a_run_are_drawn_again_as_they_were(view_of: Callable[..., View]) -> None:
    view = view_of("compare")
    drawn_again, who = draws_of(view, view.run), view.run.manifest.identity
    for number in (0, 3):
        as_played = draw_quantities(view.scenario.ignorance, who.seed, number)
        assert all(drawn_again.loc[number, key] == as_played[key] for key in ("mining.cycle_h", "weather.hs_factor"))
    assert not any(str(key).startswith("plume.") for key in drawn_again.columns)


def test_where_nothing_was_drawn_no_driver_is_claimed(seeds: Path) -> None:
    view = view_in(seeds, Data(str(seeds)).runs()[0].run_id, {})
    assert "nothing was drawn" in texts_of(drawn(view, "drivers").body)


def test_few_replicates_are_not_enough_to_look_for_drivers(view_of: Callable[..., View]) -> None:
    assert "at least 12" in texts_of(drawn(view_of("compare"), "drivers").body)


# --- a sensitivity study ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linear:
    """An outcome that is a weighted sum of quantiles: shares go as the squares of the weights."""

    weights: tuple[float, ...]

    def outcomes(self, quantiles: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
        values = quantiles @ np.array(self.weights)
        cases = np.arange(len(values), dtype=np.int32)
        empty = [""] * len(values)
        names = ["lifted_wet_t"] * len(values)
        return {"outcomes": {"replicate": cases, "name": names, "item": empty, "period": empty, "value": values}}


def seal_study(store: Path, view: View, method: str) -> None:
    keys = ("mining.cycle_h", "weather.hs_factor", "mining.shift_h")
    effort = Effort(trajectories=8, samples=256, replicates=1)
    design = morris_design(keys, effort) if method == "morris" else sobol_design(keys, effort)
    who = view.run.manifest.identity
    identity = StudyIdentity(who.scenario, who.scenario_sha256, method, design.sha256, design.rows, 1, 1, "made-up")
    with begin(store, identity, StudyDesign(keys, design.quantiles, design.quantiles)) as writer:
        writer.parts.write(0, design.rows - 1, Linear((3.0, 1.0, 0.0)).outcomes(design.quantiles))
        writer.seal(dict(view.run.manifest.scenario), 1.0)


def test_a_sensitivity_study_of_the_scenario_gives_the_shares_of_the_variance(
    small_store: Path, view_of: Callable[..., View], tmp_path: Path
) -> None:
    """Closed form: of a variance of 3² + 1² the first quantity has nine tenths, the second one tenth."""
    run = base_run(small_store)
    (tmp_path / run).symlink_to(small_store / run)
    for method in ("morris", "sobol"):
        seal_study(tmp_path, view_of("compare"), method)
    shown = drawn(view_in(tmp_path, run, {}), "study")
    totals, firsts = figure_of(shown).data
    assert list(totals.x) == pytest.approx([0.9, 0.1], abs=0.02) and list(firsts.x) == pytest.approx(
        [0.9, 0.1], abs=0.05
    )
    assert "First is Cycle of one insertion" in shown.note and shown.source.startswith("pilot-2027-sobol-")
    assert shown.rows is not None and shown.rows["key"].tolist()[:2] == ["mining.cycle_h", "weather.hs_factor"]
    lifted = drawn(view_in(tmp_path, run, {"outcome": "lifted_dry_t"}), "study")
    assert "no value of this outcome" in texts_of(lifted.body)


def test_without_a_study_the_command_that_makes_one_is_shown(view_of: Callable[..., View]) -> None:
    assert "twin sensitivity pilot-2027" in texts_of(drawn(view_of("compare"), "study").body)


def test_runs_with_other_replicates_are_compared_on_those_that_both_have(seeds: Path) -> None:
    """By hand: one replicate against two has one pair; the ranges are those of each run by itself."""
    run = next(row.run_id for row in Data(str(seeds)).runs() if row.seed == 1 and row.replicates == 1)
    assert twin("run calm --replicates 2 --seed 1 --set mining.vessels=2", seeds).returncode == 0
    more = next(row.run_id for row in Data(str(seeds)).runs() if row.replicates == 2)
    shown = drawn(view_in(seeds, run, {"with": more}), "differences")
    assert shown.rows is not None and set(shown.rows["pairs"]) == {1}
    assert "B has another number of replicates than A" in shown.note
