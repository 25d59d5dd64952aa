"""What a supply statement tells shortly: no mud, shocks, sets, changes, ranks. Truth: derived (made-up tables)."""

from dataclasses import replace
from functools import cache

from ops_data.export.report_blocks import Table
from ops_data.export.report_data import Language
from ops_data.export.statement import statement_pdf, statement_sections
from ops_data.export.statement_contribution import ELEMENT_T
from ops_data.export.statement_data import Spread, StatementData
from ops_data.export.statement_words import inline, statement_words
from tests.ops_data.export.made_up_statement import statement_data, tables
from tests.ops_data.export.test_statement import LANGUAGES, printed
from tests.ops_data.export.validators import squeezed, words_of

FIRSTS: dict[Language, str] = {"en": "No draw lifted anything", "ja": "どの抽出でも揚泥できなかった"}
CHANGED: dict[Language, str] = {"en": "Changed against the packaged case", "ja": "パッケージ既定からの変更"}


@cache
def data() -> StatementData:
    return statement_data()


def found(given: StatementData, language: Language) -> dict[str, Table]:
    """Return the tables of a statement by caption."""
    blocks = statement_sections(given, {}, statement_words(language))
    return {block.table.caption: block.table for block in blocks if block.table}


def lifted_nothing() -> StatementData:
    """Return the made-up study as if no draw had lifted anything; readings that rest on the campaign have no value."""
    made = tables()
    for name in ("indicators", "outcomes"):
        rows = made[name]
        campaign = rows["item"].str.startswith("campaign ") & rows["name"].str.startswith("contribution_")
        other = rows["item"].str.match("(achieved_rate|run_rate|extrapolation|full_scale_run) ")
        numbers = [column for column in ("value", "low", "high") if column in rows]
        made[name] = rows.assign(**{column: rows[column].where(~campaign, 0.0) for column in numbers})[
            ~(other & rows["name"].str.startswith("contribution_"))
        ]
    return replace(data(), tables=made)


def test_a_study_in_which_no_draw_lifted_anything_begins_with_that_and_tells_missing_readings_in_words() -> None:
    """Derived: three readings without a value on two bases in every table that tells them in full."""
    for language, first in FIRSTS.items():
        said = statement_words(language)
        blocks = statement_sections(lifted_nothing(), {}, said)
        assert blocks[2].lines[0].startswith(first)
        none = said.text("document", "no_reckoning")
        assert none in blocks[2].lines[1]
        full = found(lifted_nothing(), language)[said.text("tables_in_full", ELEMENT_T)]
        assert sum(none in row for row in full.rows) == 3
    assert not data().nothing_lifted
    assert "No draw lifted" not in printed(data(), "en")


def test_shocks_tell_their_own_fill_and_whether_they_go_on_or_supply_does_not_recover() -> None:
    """Derived: of the made-up shocks S4 goes on, and S2 is over but not recovered from."""
    said = statement_words("en")
    told = found(data(), "en")
    times = told[said.text("tables", "times")]
    assert times.head[1:4] == ("Time to survive, d", "Time to recover, d", "Shock not over")
    rows = {scenario: times.rows[place + 1] for place, (scenario, *rest) in enumerate(times.rows) if not rest}
    assert rows["S4 Structural dual system"][2] == "shock goes on"
    assert rows["S2 Gradual escalation"][2] == "not recovered within 24 months"
    assert rows["S1 Managed détente"][1] == "no stop within 24 months"
    assert rows["S4 Structural dual system"][3].startswith("100 %")
    fill = told[said.text("tables", "fill")]
    assert fill.head[1:4] == ("Filled while the shock lasts", "Filled, worst month", "Days lines down")
    assert "途絶が終わらない確率" in printed(data(), "ja") and "R2010 Replay of 2010" in printed(data(), "en")


def test_sets_of_nodes_and_elements_without_demand_are_told_as_the_table_has_them() -> None:
    said = statement_words("en")
    cuts = found(data(), "en")[said.text("tables", "cuts")]
    assert "China (Metal, alloy); Vietnam (Metal, alloy)" in {row[3] for row in cuts.rows if len(row) == 5}
    assert [row[1] for row in cuts.rows if len(row) == 2] == ["no published demand figure; not computed"] * 2
    assert "no set of foreign nodes stops that much (at most 90 %)" in {row[3] for row in cuts.rows if len(row) == 5}


def test_what_a_person_changed_stands_on_the_first_pages_and_the_rest_is_counted() -> None:
    given = replace(data(), tables={}, changes=tuple(f"shock.number_{place}: 1, not 2" for place in range(34)))
    for language, title in CHANGED.items():
        text = words_of(statement_pdf(given, {}, language))
        assert squeezed(title) in text and "shock.number_29:" in text and "shock.number_30:" not in text
        assert squeezed(statement_words(language).text("document", "changed_more").format(count="4")) in text
        assert squeezed(title) not in words_of(statement_pdf(replace(given, changes=()), {}, language))


def test_origins_stand_with_their_ranks_beside_figures() -> None:
    [row] = found(data(), "en")["Origins: ranks of an article beside figures"].rows
    assert (*row[:4], row[5], row[-1]) == ("China", "–", "–", "270", "44,000", "open")


def test_what_stands_in_english_only_is_marked_in_japanese() -> None:
    japanese, english = printed(data(), "ja"), printed(data(), "en")
    note = statement_words("ja").text("document", "english_note")
    marked = statement_words("ja").text("document", "english_only")
    assert note in japanese and marked not in english
    text = words_of(statement_pdf(replace(data(), tables={}), {}, "ja"))
    assert squeezed(f"350 t/d for three weeks.{marked}") in text


def test_a_note_of_targets_stands_once_beside_its_own_row() -> None:
    said = statement_words("en")
    table = found(data(), "en")[said.text("tables", "targets")]
    note = "Starts from data, not the 50 % stated."
    assert [row[0].splitlines()[0] for row in table.rows if note in row[0]] == ["Nd"]
    assert table.rows[0] == ("004-K1  China dependency",)


def test_money_is_told_without_powers_of_ten() -> None:
    """Derived: 60,000 JPY/kg over the luck of the draws is below a million; tens of millions of yen are 'JPY m'."""
    for language in LANGUAGES:
        money = [
            cell
            for block in statement_sections(data(), {}, statement_words(language))
            if block.table and any(unit in str(block.table) for unit in ("JPY", "億円", "円/kg"))
            for row in block.table.rows
            for cell in row[1:]
        ]
        assert [cell for cell in money if "×10" in cell] == []
    large = Spread(6.8e6, 2.1e7, 5.5e7, "JPY/kg")
    assert squeezed(inline(large, statement_words("en"))) == "JPY21.0m/kg(6.80–55.0)"
    assert squeezed(inline(large, statement_words("ja"))).startswith("2,100万円/kg")
