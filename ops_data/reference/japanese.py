"""What people call things, in English and Japanese: the rows of ``japanese.csv`` and of tables that hold both already.

A kind is a family of names: ``activity``, ``setting``, ``indicator``, ``place`` … A row whose name holds ``*`` stands
for every name of that form. English that stands with its declaration (indicators, activities, states, causes,
scenarios) is taken from there; that of a setting is the description in the schema, which this package cannot see.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from ops_data.errors import FailedError, UnknownNameError, did_you_mean
from ops_data.reference.indicator_rows import indicator_rows
from ops_data.reference.item_kinds import ITEM_KINDS
from ops_data.schemas import ACTIVITIES, CAUSES, STATES

FILE: Final = Path(__file__).with_name("japanese.csv")
SCENARIOS: Final = Path(__file__).parents[1] / "scenarios"
SUPPLY: Final = Path(__file__).with_name("supply")
COLUMNS: Final = ["kind", "name", "en", "ja", "text_en", "text_ja"]
LANGUAGES: Final = ("en", "ja")
STAR: Final = "*"  # in a name: whatever stands there
PAIRS: Final = {"en": ", ", "ja": "、"}  # between the words of an item
LISTS: Final = {"en": "; ", "ja": "\uff1b"}  # between the parts of an item that holds commas itself
TITLE_ELSEWHERE: Final = ("indicator", "scenario")  # kinds whose English titles stand with their declarations
TEXT_ELSEWHERE: Final = (*TITLE_ELSEWHERE, "activity", "state", "cause", "setting")
# kind → table of the supply chain, its columns of names, English and Japanese
FROM_TABLES: Final = {
    "kpi": ("kpis", "kpi", "title", "title_ja"),
    "lever": ("levers", "key", "title", "title_ja"),
    "shock_scenario": ("shock_scenarios", "key", "title", "title_ja"),
    "supply_origin": ("origins", "key", "title_en", "title_ja"),
    "output": ("outputs", "key", "title", "title_ja"),
    "conflict": ("conflicts", "key", "statement", "statement_ja"),
    "note": ("notes", "key", "text", "text_ja"),
}
# kind, or setting, whose names another kind has → those kinds
SHARED: Final = {
    "processing.steps": ("step",),
    "campaign.mass_basis": ("basis",),
    "supply.rules": ("rule",),
    "supply.scenarios": ("shock_scenario",),
    "supply.price_regime": ("shock_scenario",),
    "asset": ("vessel", "stage"),
    "supply_element": ("element",),
    "buyer": ("supply_origin",),
}
PROPER: Final = ("loss_study", "supply_origin")  # kinds of proper names, which keep their capital within a line
# kind → kinds of what stands for the star of its names; in others the star is kept as it is
STARRED: Final = {
    "place": ("place", "product"),
    "stage": ("product",),
    "parameter": ("component",),
    "noise_range": ("hearing_group",),
}


@dataclass(frozen=True, slots=True)
class Term:
    """What a name is called, and what it means.

    Attributes
    ----------
    kind, name : what it is the term of.
    title : language → a few words, fit for a label.
    text : language → one sentence; empty where there is none.
    """

    kind: str
    name: str
    title: Mapping[str, str]
    text: Mapping[str, str]


def read_terms(path: Path) -> dict[str, dict[str, Term]]:
    """Return the rows of a file of terms: kind → name → term; FailedError names file, line and rule of a bad row."""
    found: dict[str, dict[str, Term]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        if header != COLUMNS:
            raise FailedError(
                f"{path.name}:1: header '{','.join(header)}' found; columns are fixed; write {','.join(COLUMNS)}"
            )
        for cells in lines:
            place = f"{path.name}:{lines.line_num}: name '{cells[1] if len(cells) > 1 else ''}'"
            if len(cells) != len(COLUMNS):
                raise FailedError(
                    f"{place}: {len(cells)} cells found; {len(COLUMNS)} per line; quote cells with commas"
                )
            kind, name, en, ja, text_en, text_ja = cells
            of_kind = found.setdefault(kind, {})
            if not name or name in of_kind:
                raise FailedError(f"{place}: empty or repeated; a name stands once in its kind; rename or delete it")
            if not ja or bool(en) == (kind in TITLE_ELSEWHERE):
                raise FailedError(f"{place}: a title too few or too many; a name has one per language; mend it")
            if bool(text_en) != bool(text_ja) and (text_en or kind not in TEXT_ELSEWHERE):
                raise FailedError(f"{place}: a text in one language found; both have one or neither; fill the cell")
            of_kind[name] = Term(kind, name, {"en": en, "ja": ja}, {"en": text_en, "ja": text_ja})
    return found


@cache
def _packaged() -> dict[str, dict[str, Term]]:
    return read_terms(FILE)


@cache
def terms(kind: str) -> Mapping[str, Term]:
    """Return the terms of a kind by name, in file order; raise `UnknownNameError` naming the closest kind."""
    if kind in FROM_TABLES:
        return _of_table(kind)
    if kind not in _packaged():
        raise UnknownNameError(f"no kind of terms '{kind}'; {did_you_mean(kind, kinds())}")
    own = _packaged()[kind]
    if kind == "indicator":
        rows = indicator_rows()
        return {name: _english(one, rows[name].title, rows[name].description) for name, one in own.items()}
    if kind == "scenario":
        heads = {name: tomllib.loads((SCENARIOS / f"{name}.toml").read_text(encoding="utf-8")) for name in own}
        return {name: _english(one, heads[name]["title"], heads[name]["description"]) for name, one in own.items()}
    declared = {"activity": ACTIVITIES, "state": STATES, "cause": CAUSES}.get(kind)
    if declared is not None:
        return {name: _english(one, one.title["en"], _sentence(declared[name])) for name, one in own.items()}
    return own


def _english(one: Term, title: str, text: str) -> Term:
    return Term(one.kind, one.name, {**one.title, "en": title}, {**one.text, "en": text})


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _of_table(kind: str) -> dict[str, Term]:
    table, *columns = FROM_TABLES[kind]
    with (SUPPLY / f"{table}.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = [[row[column] for column in columns] for row in csv.DictReader(file)]
    none = dict.fromkeys(LANGUAGES, "")
    return {name: Term(kind, name, {"en": en[0].upper() + en[1:], "ja": ja}, none) for name, en, ja in rows}


def kinds() -> tuple[str, ...]:
    """Return the kinds of terms there are."""
    return (*_packaged(), *FROM_TABLES)


def known(kind: str, name: str) -> bool:
    """Say whether a name of a kind has a term.

    Examples
    --------
    >>> known("activity", "lift"), known("activity", "fly")
    (True, False)
    """
    return _found(kind, name) is not None


def term(kind: str, name: str) -> Term:
    """Return the term of a name.

    Raises
    ------
    UnknownNameError
        The kind is none, or has no such name; the message names the closest one.

    Examples
    --------
    >>> term("place", "held: cake stock").title["en"]
    'Held: cake stock on the island'
    """
    found = _found(kind, name)
    if found is None:
        raise UnknownNameError(f"no {kind} '{name}' among the terms; {did_you_mean(name, terms(kind))}")
    return found


def title(kind: str, name: str, lang: str) -> str:
    """Return what a name is called in a language; UnknownNameError for a kind, name or language there is none of.

    Examples
    --------
    >>> title("activity", "lift", "ja"), title("setting_choice", "transfer.method=hose", "en")
    ('揚泥', 'Hose')
    """
    return term(kind, name).title[_language(lang)]


def explanation(kind: str, name: str, lang: str, english: str = "") -> str:
    """Return what a name means in a language, one sentence; empty where it has none.

    Parameters
    ----------
    english : what to say in English where the sentence stands outside this package (the description of a setting).
    """
    text = term(kind, name).text
    return text[_language(lang)] or (english if lang == "en" else "")


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise UnknownNameError(f"no language '{lang}'; {did_you_mean(lang, LANGUAGES)}")
    return lang


def _found(kind: str, name: str) -> Term | None:
    own = terms(kind)
    if name in own and STAR not in name:
        return own[name]
    setting, _, choice = name.partition("=")
    shared = SHARED.get(setting, ()) if kind == "setting_choice" else SHARED.get(kind, ())
    for other in shared:
        if known(other, choice or name):
            return term(other, choice or name)
    return _of_form(kind, name, STARRED.get(kind))


def _of_form(kind: str, name: str, starred: Sequence[str] | None) -> Term | None:
    """Return the term of a name of the form of a row with a star; the star is of some kinds, or (None) kept."""
    for form, one in terms(kind).items():
        before, star, after = form.partition(STAR)
        if not star or not (name.startswith(before) and name.endswith(after)) or len(name) <= len(form) - 1:
            continue
        what = name[len(before) : len(name) - len(after)]
        said = next((term(other, what).title for other in starred or () if known(other, what)), None)
        if said is None and starred is not None:
            continue
        words = said or dict.fromkeys(LANGUAGES, what)
        return Term(kind, name, {lang: _filled(one.title[lang], words[lang]) for lang in LANGUAGES}, one.text)
    return None


def _filled(form: str, words: str) -> str:
    return form.replace(STAR, words if form.startswith(STAR) else _inside(words))


def _inside(words: str) -> str:
    """Return words as they stand within a line: without the capital of a title, unless it is an abbreviation.

    Examples
    --------
    >>> _inside("Cake stock"), _inside("HHI"), _inside("余水")
    ('cake stock', 'HHI', '余水')
    """
    return words[0].lower() + words[1:] if words[1:2].islower() else words


@lru_cache(maxsize=10_000)
def item_title(indicator: str, item: str, lang: str) -> str:
    """Return what an item of an indicator (or of a table, see `ITEM_KINDS`) is called; empty for the whole.

    Known words are said in the language, one by one; numbers, units, dates and other names stay as they are.

    Examples
    --------
    >>> item_title("contribution_element_t", "run_rate wet Nd", "ja"), item_title("plume_area_km2", "0.1 mg/L", "ja")
    ('年率換算、湿重量、ネオジム', '0.1 mg/L')
    >>> item_title("step_recovery", "leach Nd", "en"), item_title("held_target_1d", "2027-02-28", "ja")
    ('Leaching, neodymium', '2027-02-28')
    """
    _language(lang)
    return _said(ITEM_KINDS.get(indicator, ("item",)), item, lang) if item else ""


def _said(of_kinds: Sequence[str], words: str, lang: str) -> str:
    whole = _first(of_kinds, words)
    if whole is not None:
        return whole.title[lang]
    if PAIRS["en"] in words:
        return LISTS[lang].join(_said(of_kinds, part, lang) for part in words.split(PAIRS["en"]))
    return PAIRS[lang].join(_pieces(of_kinds, words.split(" "), lang))


def _pieces(of_kinds: Sequence[str], words: list[str], lang: str) -> list[str]:
    """Return what the longest known runs of words are called, and between them what is not known, as it is."""
    found: list[str] = []
    left: list[str] = []
    while words:
        runs = ((n, _first(of_kinds, " ".join(words[:n]))) for n in range(len(words), 0, -1))
        count, one = next(((n, one) for n, one in runs if one is not None), (1, None))
        if one is None:
            left.append(words[0])
        else:
            found, left = [*found, *([" ".join(left)] if left else [])], []
            found.append(_inside(one.title[lang]) if found and one.kind not in PROPER else one.title[lang])
        words = words[count:]
    return [*found, " ".join(left)] if left else found


def _first(of_kinds: Sequence[str], words: str) -> Term | None:
    """Return the term of words in the first of some kinds that knows them."""
    return next((term(kind, words) for kind in of_kinds if known(kind, words)), None)
