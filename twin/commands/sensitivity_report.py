"""What ``twin sensitivity`` prints: the ranking in words and tables, one JSON document, or a table for a file."""

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from twin.commands.output import console, document, paragraph, plain_table
from twin.commands.summary import scaled
from twin.indicators.summary import finite
from twin.indicators.words import number, percent
from twin.outcome_names import LABEL, Outcome

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from ops_data.studies import Study
    from twin.scenario import Scenario
    from twin.sensitivity import Effect, Effort, Ranking, Sensitivity, Share

ONE_WAY: Final = 0.9  # of mu_star that mu must reach for an effect to have one direction
INTERPLAY: Final = 0.7  # sum of first-order shares below which what quantities do together is worth a word
LEADERS: Final = 3


@dataclass(frozen=True)
class Report:
    """A finished sensitivity study, ready to be told."""

    scenario: "Scenario"
    effort: "Effort"
    result: "Sensitivity"
    screening: "Study"
    shares: "Study"

    def print_text(self) -> None:
        """Print the ranking of every outcome for people."""
        out, effort, screened = console(), self.effort, len(self.result.screening.keys)
        out.print(f"{self.scenario.title}: which unknown numbers matter", style="bold")
        paragraph(
            out,
            f"{screened} uncertain quantities screened on {effort.trajectories} trajectories; the strongest "
            f"{len(self.result.shares.keys)} share the variance on {effort.samples} base points. "
            f"{effort.replicates} replicates a row on the same weather and luck, seed {effort.seed}.",
        )
        for ranking in self.result.rankings:
            _print_ranking(out, ranking, screened, effort.replicates)
        out.print()
        for line in (
            "total: share of the outcome's variance that goes if the quantity becomes known, what it does together "
            "with others included; first: what it does on its own. effect: mean change of the outcome when the "
            "quantity goes up by half of its probability (from its 12.5 % to its 62.5 % point, or from 37.5 % to "
            "87.5 %), the others anywhere; ±: up at some places, down at others. All intervals are 95 %, for the "
            "choice of rows; they do not cover the choice of weather and luck.",
            f"Kept in {self.screening.folder} and {self.shares.folder}.",
            *self._unplayed(),
        ):
            paragraph(out, line)

    def print_document(self) -> None:
        """Print everything as one JSON document."""
        screened = len(self.result.screening.keys)
        document(
            {
                "scenario": self.scenario.name,
                **asdict(self.effort),
                "quantities": screened,
                "studies": {"screening": self.screening.study_id, "shares": self.shares.study_id},
                "notes": self._unplayed(),
                "outcomes": [_plain(ranking, screened, self.effort.replicates) for ranking in self.result.rankings],
            }
        )

    def frame(self) -> "pd.DataFrame":
        """Return one row per outcome and quantity; what was not played is empty."""
        import pandas as pd

        rows = []
        for ranking in self.result.rankings:
            one, shares = _outcome(ranking), {share.key: share for share in ranking.shares}
            for effect in ranking.effects:
                quantity, share = self.scenario.quantities[effect.key], shares.get(effect.key)
                rows.append(
                    {"outcome": one.label, "title": one.title, "unit": one.unit, "key": effect.key}
                    | {"key_unit": quantity.unit, "key_low": quantity.low, "key_value": quantity.value}
                    | {"key_high": quantity.high, "key_law": quantity.law}
                    | {"mu": effect.mu, "mu_star": effect.mu_star, "mu_star_95": effect.half_95, "sigma": effect.sigma}
                    | {"mu_star_rank_best": effect.ranks[0], "mu_star_rank_worst": effect.ranks[1]}
                    | (_share_cells(share) if share else {})
                )
        return pd.DataFrame(rows, columns=COLUMNS)

    def _unplayed(self) -> list[str]:
        from twin.run import UNPLAYED

        notes = []
        for study in (self.screening, self.shares):
            frame = study.outcomes()
            failed = frame[frame["name"] == UNPLAYED]
            if len(failed):
                cases = study.manifest["identity"]["rows"] * study.manifest["identity"]["replicates"]
                notes.append(
                    f"{len(failed):,} of {cases:,} campaigns of {study.study_id} could not be played and are left out, "
                    f"the first because: {failed['item'].iloc[0]}."
                )
        return notes


EFFECTS: Final = ("mu", "mu_star", "mu_star_95", "sigma")  # columns in the outcome's unit
COLUMNS: Final = (
    "outcome", "title", "unit", "key", "key_unit", "key_low", "key_value", "key_high", "key_law",
    "mu", "mu_star", "mu_star_95", "sigma", "mu_star_rank_best", "mu_star_rank_worst",
    "first", "first_95", "total", "total_95", "total_rank_best", "total_rank_worst",
)  # fmt: skip


def _share_cells(share: "Share") -> dict[str, float]:
    cells = {"first": share.first, "first_95": share.first_95, "total": share.total, "total_95": share.total_95}
    return cells | {"total_rank_best": share.ranks[0], "total_rank_worst": share.ranks[1]}


def _outcome(ranking: "Ranking") -> Outcome:
    match = LABEL.fullmatch(ranking.outcome)
    return Outcome(match[1], match[2] or "") if match else Outcome(ranking.outcome, "")


def _plain(ranking: "Ranking", screened: int, replicates: int) -> dict[str, Any]:
    def told(one: "Effect | Share") -> dict[str, Any]:
        return {k: finite(v) if isinstance(v, float) else v for k, v in asdict(one).items()}

    outcome = _outcome(ranking)
    return {
        "outcome": outcome.label,
        "title": outcome.title,
        "unit": outcome.unit,
        "mean": finite(ranking.mean),
        "spread": finite(ranking.spread),
        "luck": finite(ranking.luck),
        "screening": [told(effect) for effect in ranking.effects],
        "shares": [told(share) for share in ranking.shares],
        "agreeing_replicates": ranking.agreeing,
        "notes": notes_of(ranking, screened, replicates),
    }


def notes_of(ranking: "Ranking", screened: int, replicates: int) -> list[str]:
    """Return what a reader of a ranking must know: ranks that are not resolved, rows left out, interplay."""
    notes = []
    for rows, used, played in zip(("trajectories", "base points"), ranking.used, ranking.blocks, strict=True):
        if used < played:
            notes.append(f"{played - used} of {played} {rows} are left out: the outcome has no value in some row.")
    if not ranking.effects:
        return [*notes, "It does not vary with any of the quantities, or has a value in too few rows."]
    if not ranking.shares:
        return [*notes, "It varies with none of the strongest quantities."]
    notes += _unresolved(ranking)
    if ranking.agreeing < replicates:
        notes.append(
            f"On other weather and luck the first may be another: {ranking.agreeing} of the {replicates} replicates, "
            f"taken alone, put {ranking.shares[0].key} first. More --replicates tell."
        )
    whole = sum(share.first for share in ranking.shares)
    half = math.sqrt(sum(share.first_95**2 for share in ranking.shares))
    if whole + half < INTERPLAY:
        notes.append(
            f"Quantities on their own make only {percent(max(whole, 0.0))} of the variance; the rest is interplay."
        )
    shared = {share.key for share in ranking.shares}
    following = next((effect for effect in ranking.effects if effect.key not in shared), None)
    if following is not None:
        relative = following.mu_star / ranking.effects[0].mu_star
        notes.append(
            f"Strongest of the {screened - len(shared)} quantities left out: {following.key}, "
            f"effect {percent(relative)} of the largest."
        )
    return notes


def _unresolved(ranking: "Ranking") -> list[str]:
    unclear = [share.key for share in ranking.shares if share.ranks[0] < share.ranks[1] and share.total > 0.0]
    if not unclear:
        return []
    remedy = "their 95 % intervals overlap; four times --samples halve them."
    first = ranking.shares[0]
    sure = f"First is {first.key}. " if first.ranks == (1, 1) else ""
    if len(unclear) == 1:  # it overlaps with quantities that do nothing
        return [
            f"{sure}NOT resolved: whether {unclear[0]} matters at all: its 95 % interval reaches zero; "
            "four times --samples halve it."
        ]
    if sure:
        return [f"{sure}NOT resolved: the order of {len(unclear)} others, {remedy}"]
    rivals = [share.key for share in ranking.shares[1:] if share.ranks[0] == 1 and share.total > 0.0]
    said = " or ".join([first.key, *rivals[:LEADERS]])
    more = len(rivals) - LEADERS
    said += f" or {more} other{'' if more == 1 else 's'}" if more > 0 else ""
    return [f"NOT resolved: which is first, {said}: {remedy}"]


def _print_ranking(out: "Console", ranking: "Ranking", screened: int, replicates: int) -> None:
    outcome = _outcome(ranking)
    scale, unit = scaled(outcome.unit)
    effects = {effect.key: effect for effect in ranking.effects}
    out.print()
    out.print(f"{outcome.title} [{unit}]" if unit else outcome.title, style="bold")
    if math.isfinite(ranking.mean):
        mean, spread, luck = (number(value / scale, "?") for value in (ranking.mean, ranking.spread, ranking.luck))
        without = "" if luck == "?" else f", {luck} from weather and luck at fixed values"
        paragraph(out, f"mean {mean}; standard deviation {spread} from these quantities{without}")
    if ranking.shares:
        right = ("rank", "total ± 95 %", "first ± 95 %", "effect")
        table = plain_table("quantity", *right, right=right)
        told = [share for share in ranking.shares if share.total > 0.0 or effects[share.key].mu_star > 0.0]
        for share in told:
            cells = (_interval(share.total, share.total_95), _interval(share.first, share.first_95))
            table.add_row(share.key, _rank(share.ranks), *cells, _signed(effects[share.key], scale))
        out.print(table)
        if idle := len(ranking.shares) - len(told):
            out.print(f"and {idle} more without any effect on it, last in rank")
    for line in notes_of(ranking, screened, replicates):
        paragraph(out, line, indent=3, mark=" -")


def _rank(ranks: tuple[int, int]) -> str:
    return str(ranks[0]) if ranks[0] == ranks[1] else f"{ranks[0]}–{ranks[1]}"


def _interval(middle: float, half: float) -> str:
    shown = f"{round(middle, 2) + 0.0:.2f}"  # no minus before zero
    return f"{shown} ± {half:.2f}" if math.isfinite(half) else f"{shown} ± ?"


def _signed(effect: "Effect", scale: float) -> str:
    size = number(effect.mu_star / scale)
    if effect.mu_star == 0.0:
        return size
    if abs(effect.mu) < ONE_WAY * effect.mu_star:
        return f"±{size}"
    return f"{'+' if effect.mu > 0 else '-'}{size}"
