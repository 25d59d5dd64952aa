"""What ``twin supply`` prints of a study made by hand (derived: the numbers of that study)."""

import csv
import io
import json
import math
import re

import pandas as pd
import pytest

from ops_data.supply_tables import SUPPLY_TABLES
from tests.twin.made_supply import frames, made_view
from twin.commands import output
from twin.commands.supply_options import PARTS
from twin.commands.supply_text import (
    SHOWN,
    TABLES,
    as_csv,
    as_document,
    print_answer,
    rows_of,
)
from twin.supply_sentences import demand_now_t


@pytest.fixture(autouse=True)
def plain_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def printed(capsys: pytest.CaptureFixture[str], asked: str | None = None, tables: object = None) -> str:
    view = made_view(tables) if isinstance(tables, dict) else made_view()
    print_answer(view, asked, "pilot-2027")
    return capsys.readouterr().out


def test_the_study_made_by_hand_has_the_declared_tables_and_columns() -> None:
    tables = frames()
    for table in SUPPLY_TABLES:
        assert list(tables[table.name].columns) == [column.name for column in table.columns], table.name


def test_the_short_answer_tells_the_campaign_before_any_rate_and_both_bases(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys)
    words = " ".join(text.split())
    assert (
        "The campaign itself gives 0.88 t (0.44–1.8) of Nd and 0.2 t (0.098–0.39) of Dy, however its target is read."
        in words
    )
    assert "or 7 t (3.5–14) on the dry basis: 0.56 % or 1.4 % of Japan's demand now." in words
    assert words.index("The campaign itself") < words.index("A year at the target rate")
    assert "Against present demand it is largest for Sm: 8.1 % on the dry basis." in words
    for row in ("campaign, wet", "campaign, dry", "target rate, wet"):
        assert text.count(row) == 2
    assert words.count("pilot's mud × 10") >= 4 and words.count("run at full scale,") == 2
    assert "no demand figure" in text


def test_the_short_answer_shows_each_shock_under_both_rules_and_no_line_is_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys)
    for scenario in ("S1", "S2", "S3", "S4"):
        assert f"{scenario}, priority" in text and f"{scenario}, pro rata" in text
    assert text.count("throughout") == 2
    lost = next(line for line in text.splitlines() if line.startswith("pro rata"))
    assert lost.split()[2:] == ["1,950", "1,948", "1,930", "1.6–4.4", "16–44"]
    told = {line.split(",")[0]: line.split()[-2:] for line in text.splitlines() if ", pro rata" in line}
    assert [told[name][0] for name in ("S1", "S3")] == ["0", "210"]
    ends = {line.split(",")[0]: line for line in text.splitlines() if ", pro rata" in line}
    assert "not in 24 mo" in ends["S2"] and "goes on" in ends["S4"]
    words = " ".join(text.split())
    assert "as if the mud ran at that rate in 2028" in words and "(NRI, Mizuho, Daiwa)" in words
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= output.WIDEST


def test_the_short_answer_says_how_sure_it_is_and_what_to_ask_next(capsys: pytest.CaptureFixture[str]) -> None:
    words = " ".join(printed(capsys).split())
    assert (
        "Of 4 targets of published roadmaps 1 are met in their last year by the median, 2 are not, 1 are not" in words
    )
    assert "1 are met at the unfavourable end of P10–P90, 1 at the favourable one." in words
    assert "S1 32 %, S2 42 %, S3 16 %, S4 10 %" in words
    assert "the largest gap is 2e-13 of its largest term" in words
    assert "mine.csv (UTF-8): 12 lines, 11 accepted." in words
    assert "twin export supply-statement pilot-2027 --out statement" in words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            "contribution",
            (
                "Gd",
                "Lu",
                "All eight",
                "Mud for a quarter of demand, t/d",
                "Campaign in 2027, oxide",
                "Campaign in FY2026",
                "mass basis",
            ),
        ),
        (
            "demand",
            (
                "Nd, t",
                "Recycled of what comes to its end, %",
                "1,250 t of oxide that JOGMEC tells",
                "all: recycled",
                "No demand figure is published for Gd, Lu.",
            ),
        ),
        (
            "network",
            ("china share, value origin-adjusted", "8,490", "Dy, 50 %: china separated oxide (1; 93 % stops)."),
        ),
        (
            "shock",
            (
                "30 % to 35 %",
                "priority met %",
                "pro rata met %",
                "air conditioning",
                "sector-days lost",
                "goes on",
                "R2025: Chinese magnets a month, t 260 316 comparator",
            ),
        ),
        ("kpis", ("2031 target 1,000, not computed", "conflict: Magnet output needs more oxide", "15,000 against")),
        (
            "levers",
            (
                "Larger national stock",
                "shock.stock_days_d from 60",
                "cost not known",
                "-300 to -250 JPY bn (up, as stated)",
            ),
        ),
        (
            "finance",
            (
                "IRR, %",
                "lowest DSCR",
                "ships at day rates, JPY bn",
                "Oxide of all rare earths a year: campaign as if run all year 8 t (4–16)",
                "off plan by price",
                "Dy 61 (30–122) 61 (30–122)",
                "by contracts",
                "98 %",
                "valley, years",
                "campaign as if run all year, prices outside China, JPY bn",
                "155 (108–232)",
            ),
        ),
        ("logistics", ("simulated: S3", "licence delay, all", "not live data")),
        ("published", ("METI and JOGMEC 2016", "None is picked", "2025-04-04")),
        ("inputs", ("tb_current_t *", "* changed: demand.tb_current_t (--set).", "1 of 2 are assumptions")),
    ],
)
def test_each_part_is_printed_in_full(capsys: pytest.CaptureFixture[str], asked: str, words: tuple[str, ...]) -> None:
    text = printed(capsys, asked)
    joined = " ".join(text.split())
    for word in words:
        assert word in joined, word
    assert "…" not in text


def test_what_has_no_rate_of_return_is_called_none_and_never_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "finance")
    row = next(line for line in text.splitlines() if line.startswith("campaign as if"))
    assert " none " in row and not re.search(r"\bnan\b", text)


def test_own_records_are_named_so(capsys: pytest.CaptureFixture[str]) -> None:
    tables = frames()
    tables["supply_logistics"] = tables["supply_logistics"].assign(origin="own records", scenario="")
    text = printed(capsys, "logistics", tables)
    assert "own records" in text and "Own records: from the file that was given." in " ".join(text.split())
    assert "Simulated" not in text


@pytest.mark.parametrize("asked", [None, *(name for name in SHOWN if name != "coverage")])
def test_an_empty_study_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str], asked: str | None) -> None:
    empty = {name: frame.iloc[:0] for name, frame in frames().items()}
    assert "1,000 draws" in printed(capsys, asked, empty)


def test_every_part_that_may_be_asked_for_is_printed() -> None:
    assert set(PARTS) == set(SHOWN)


def test_csv_tells_every_indicator_and_of_a_part_every_column() -> None:
    view = made_view()
    rows = list(csv.DictReader(io.StringIO(as_csv(view))))
    assert len(rows) == len(view.spreads)
    assert rows[0] == {
        "name": "contribution_element_t", "item": "campaign wet Nd", "period": "", "p10": repr(12.6 * 0.07 * 0.5),
        "p50": repr(12.6 * 0.07), "p90": repr(12.6 * 0.07 * 2.0), "unit": "t",
    }  # fmt: skip
    levers = list(csv.DictReader(io.StringIO(as_csv(view, "levers"))))
    assert [row["lever"] for row in levers] == ["stockpiling", "price_floor"]


def test_the_document_is_json_with_null_for_what_is_not_finite() -> None:
    view = made_view()
    told = json.loads(json.dumps(as_document(view), allow_nan=False))
    assert told["run_ids"] == view.run_ids and told["draws"] == 1000
    assert told["indicators"]["survive_days[S2 pro_rata]"]["p90"] is None
    assert told["indicators"]["contribution_element_t[run_rate wet Dy]"]["p50"] == 2.8
    assert told["levers"][1]["cost_jpy"] is None
    for asked in TABLES:
        part = json.loads(json.dumps(as_document(view, asked), allow_nan=False))
        assert len(part[asked]) == len(rows_of(view, asked)) > 0
        assert "indicators" not in part


def test_demand_now_is_that_of_the_first_year_from_2024_and_only_where_there_is_a_figure() -> None:
    tables = frames()
    rows = [("Gd", "all", 2024, "demand", math.nan, math.nan, math.nan, "t")]
    extra = pd.DataFrame(rows, columns=tables["supply_demand"].columns)
    tables["supply_demand"] = pd.concat([tables["supply_demand"], extra])
    found = demand_now_t(made_view(tables))
    assert found["Dy"] == 500.0 and "Gd" not in found and "Lu" not in found


def test_why_the_contribution_is_small_is_told_under_the_headline_and_in_the_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = " ".join(printed(capsys).split())
    assert "the pilot lifts mud of 600 (300–1,200) ppm rare earths in dry solids, of which 70 (60–80) %" in words
    assert "the run at full scale 2,200 (1,100–4,400) ppm" in words
    assert "964 ppm (mean of the area), 2,652 ppm (METI 2016) or 5,000 ppm (rich layer)" in words
    assert words.index("Why:") < words.index("The campaign itself") and "by choice of gear and not by geology" in words
    notes = as_document(made_view())["notes"]
    assert isinstance(notes, list) and str(notes[0]).startswith("Why: the pilot lifts")


def test_a_project_that_no_bank_case_carries_has_no_cover_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    tables = frames()
    rows = tables["indicators"]
    tables["indicators"] = rows[~((rows["name"] == "project_dscr") & rows["item"].str.startswith("pilot"))]
    assert "carries no debt" in " ".join(printed(capsys, "finance", tables).split())
    assert "carries no debt" not in " ".join(printed(capsys, "finance").split())
