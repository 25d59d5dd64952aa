"""What a supply statement says first: the answer in sentences, then the readings of the contribution side by side."""

from collections.abc import Sequence
from math import isinf
from typing import Final

from ops_data.export.report_blocks import Block
from ops_data.export.statement_contribution import (
    BOTH,
    CURRENT,
    ELEMENT_T,
    OF_DEMAND,
    TOLD,
    Statement,
    of_full_scale,
    reckoned,
    shares_of,
    side_by_side,
    terms,
    told,
)
from ops_data.export.statement_data import FULL_SCALE, Spread
from ops_data.export.statement_network import CHINA
from ops_data.export.statement_words import inline, lower, named, share, when
from ops_data.supply_targets import count_at

IN_WORDS: Final = ("Nd", "Dy")
EMBARGO: Final = "S3"
SCALE: Final = "scale"
AREA_MEAN_PPM: Final = 964.0  # Takaya and others 2018


def answers(write: Statement) -> Sequence[Block]:
    """Return what comes first: the answer in words, then the readings side by side on both bases."""
    return [
        write.head("summary"),
        write.say("summary"),
        Block("list", lines=tuple(_sentences(write))),
        write.warn("three_readings"),
        *write.show("contribution"),
        *(write.table(side_by_side(write, name)) for name in (ELEMENT_T, *OF_DEMAND)),
    ]


def _sentences(write: Statement) -> Sequence[str]:
    parts = (_nothing, _contributed, _at_full_scale, _why, _driven, _dependent, _shocked, _worth, _judged, _paid)
    return [line for part in parts for line in part(write)]


def _nothing(write: Statement) -> Sequence[str]:
    """Return that no draw lifted anything, where that is so."""
    return [write.words.text("sentences", "nothing_lifted")] if write.data.nothing_lifted else []


def _contributed(write: Statement) -> Sequence[str]:
    """Return a sentence for each leading element and basis."""
    lines = []
    for element in IN_WORDS:
        for basis in write.data.bases:
            spreads = {reading: told(write, ELEMENT_T, reading, basis, element) for reading in TOLD}
            now = told(write, CURRENT, "run_rate", basis, element)
            whole = all(spread.known for spread in spreads.values())
            if whole or any(spread.known for spread in spreads.values()):
                gaps = {reading: reckoned(spread, write) for reading, spread in spreads.items()}
                gaps |= {"element": write.words.text("element_names", element)}
                gaps |= {"basis": write.words.text("basis_sentences", basis)}
                gaps |= {"share": inline(now, write.words) if now.known else "", "rate": terms(write)["extrapolation"]}
                key = "contributed" if now.known else "contributed_no_demand"
                key = key if whole else "contributed_parts"
                lines.append(write.words.text("sentences", key).format_map(gaps))
    return lines


def _at_full_scale(write: Statement) -> Sequence[str]:
    """Return what the run at full scale gives of the leading elements; nothing where there was none."""
    words, lines = write.words, []
    for basis in of_full_scale(write.data).get(FULL_SCALE, ()):
        for element in IN_WORDS:
            made, now = (told(write, name, FULL_SCALE, basis, element) for name in (ELEMENT_T, CURRENT))
            gaps = {"element": words.text("element_names", element), "made": inline(made, words)}
            gaps |= {"basis": words.text("basis_sentences", basis), "share": inline(now, words)}
            lines += [words.text("sentences", "full_scale").format_map(gaps)] if made.known and now.known else []
    return lines


def _why(write: Statement) -> Sequence[str]:
    """Return why the contribution is what it is: grade lifted, recovery and days, beside published grades."""
    words, data = write.words, write.data
    pilot, scale = data.spread("mud_grade_ppm", next(iter(data.bases), "")), data.spread("mud_grade_ppm", SCALE)
    if not pilot.known:
        return []
    lines = [words.text("sentences", "why").format_map(_lifted(write, next(iter(data.bases)), pilot))]
    if scale.known:
        lines.append(words.text("sentences", "why_scale").format_map(_lifted(write, SCALE, scale)))
    if pilot.value < AREA_MEAN_PPM:
        lines.append(words.text("sentences", "why_reason"))
    return lines


def _lifted(write: Statement, run: str, grade: Spread) -> dict[str, str]:
    kept, days = write.data.spread("mud_recovery", f"{run} Nd"), write.data.spread("mud_days", run)
    return {name: inline(one, write.words) for name, one in (("grade", grade), ("kept", kept), ("days", days))}


def _driven(write: Statement) -> Sequence[str]:
    found = shares_of(write, BOTH, "Dy")[:2]
    if len(found) < 2:
        return []
    (first, most), (second, next_most) = found
    gaps = {"first": named(write.words, "factors", first), "most": share(most)}
    gaps |= {"second": named(write.words, "factors", second), "next": share(next_most)}
    return [write.words.text("sentences", "driven").format_map(gaps)]


def _dependent(write: Statement) -> Sequence[str]:
    lines = []
    shares = [row for row in write.data.rows("supply_dependency") if row["measure"] == CHINA]
    first = min((int(row["year"]) for row in shares), default=0)
    for element in IN_WORDS:
        known = [
            float(row["value"])
            for row in shares
            if row["element"] == element and int(row["year"]) == first and float(row["value"]) == float(row["value"])
        ]
        if known:
            gaps = {"element": write.words.text("element_names", element), "count": str(len(known))}
            gaps |= {"low": share(min(known)), "high": share(max(known)), "year": when(str(first), write.words)}
            lines.append(write.words.text("sentences", "dependent").format_map(gaps))
    return lines


def _shocked(write: Statement) -> Sequence[str]:
    """Return how long supply lasts in an embargo, under each rule."""
    words, name = write.words, "survive_days"
    items = [item for item in write.data.items(name) if item.split(" ")[0] == EMBARGO]
    told_rules = [
        words.text("sentences", "under_rule").format(
            rule=lower(named(words, "rules", item.split(" ")[1])), days=_survived(write.data.spread(name, item), write)
        )
        for item in items
    ]
    if not told_rules:
        return []
    gaps = {"scenario": named(words, "scenarios", EMBARGO), "rules": words.text("document", "comma").join(told_rules)}
    return [words.text("sentences", "shocked").format_map(gaps)]


def _survived(spread: Spread, write: Statement) -> str:
    """Return days to the first stop; that there is none within the time followed in words."""
    if not isinf(spread.value):
        return inline(spread, write.words)
    return write.words.text("sentences", "shocked_never").format(months=write.data.shock_months or "–")


def _worth(write: Statement) -> Sequence[str]:
    """Return what a year of mud at its target spares in an embargo, under each rule and published loss."""
    words, name = write.words, "mud_worth_in_embargo_jpy"
    told_rules = []
    for item in write.data.items(name):
        reading, rule, *study = item.split(" ")
        if reading == "run_rate":
            under = words.text("document", "comma").join([lower(named(words, "rules", rule)), *study])
            days = inline(write.data.spread(name, item), words)
            told_rules.append(words.text("sentences", "under_rule").format(rule=under, days=days))
    gaps = {"rules": words.text("document", "separator").join(told_rules)}
    return [words.text("sentences", "worth").format_map(gaps)] if told_rules else []


def _judged(write: Statement) -> Sequence[str]:
    """Return how many targets are met in their last year, by the median and at each end of P10 to P90."""
    rows = write.data.table("supply_kpis")
    last = rows.sort_values("year", kind="stable").drop_duplicates(["kpi", "item"], keep="last")
    targets = last["met"].astype(str).tolist()
    verdicts = write.data.table("supply_conflicts")["verdict"].astype(str).tolist()
    if not targets:
        return []
    gaps = {"all": str(len(targets)), "met": str(targets.count("yes")), "missed": str(targets.count("no"))}
    gaps |= {"open": str(targets.count("not computed")), "conflicts": str(verdicts.count("conflict"))}
    gaps |= {"worse": str(count_at(last, worse=True)), "better": str(count_at(last, worse=False))}
    return [write.words.text("sentences", "judged").format_map(gaps)]


def _paid(write: Statement) -> Sequence[str]:
    """Return the net present value of each project in each price world."""
    words, name, lines = write.words, "project_npv_jpy", []
    for project in dict.fromkeys(item.split(" ")[0] for item in write.data.items(name)):
        worlds = [item for item in write.data.items(name) if item.split(" ")[0] == project and " " in item]
        values = [
            words.text("sentences", "in_world").format(
                world=named(words, "worlds", item.split(" ", 1)[1]), value=inline(write.data.spread(name, item), words)
            )
            for item in worlds
        ]
        gaps = {
            "project": lower(named(words, "projects", project)),
            "worlds": words.text("document", "comma").join(values),
        }
        made = write.data.spread("project_oxide_t", project)
        key = "paid_of" if made.known else "paid"
        gaps["oxide"] = inline(made, words) if made.known else ""
        lines += [words.text("sentences", key).format_map(gaps)] if values else []
    return lines
