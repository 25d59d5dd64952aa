"""A supply study of sealed runs: what it rests on, and how some of its draws are played."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from ops_data.columns import TableData
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR, KG_PER_TONNE
from twin.indicators.lot_rows import coded
from twin.indicators.supply import YEARS
from twin.indicators.supply_registry import outcomes
from twin.run import joined
from twin.supply.chain import FULL_SCALE, PILOT, Chain, MudProject
from twin.supply.contribution import MudOutput, ScaleRun
from twin.supply.network_structure import Structure, structure
from twin.supply.shock_measures import monthly
from twin.supply_case import SupplyCase
from twin.supply_runs import Floats, RunNumbers

CENTRAL: Final = -1  # number of the draw that takes every value as stated


@dataclass(frozen=True, eq=False)
class Background:
    """What a study rests on.

    Attributes
    ----------
    seed : of the runs, and of the draws.
    basis : mass basis of the run that was asked for.
    bases : basis → what its run gave; the replicates are paired.
    scale : what the run at full scale gave; None: there is none.
    """

    seed: int
    basis: str
    bases: Mapping[str, RunNumbers]
    scale: RunNumbers | None

    def replicate(self, draw: int) -> int:
        """Return the replicate a draw takes; where there are more draws than replicates they are taken again."""
        return draw % self.bases[self.basis].replicates


@dataclass(frozen=True, eq=False)
class SupplyJob:
    """What a worker needs to play draws of a study; it can be pickled."""

    case: SupplyCase
    background: Background

    def part(self, numbers: range) -> "SupplyJob":
        """Return what a worker needs to play some successive draws: all of it."""
        return self

    def play(self, first: int, last: int) -> dict[str, TableData]:
        """Play draws `first` to `last`, both included, and return their rows."""
        pieces = [draw_rows(self.chain(number), number) for number in range(first, last + 1)]
        return {name: joined([piece[name] for piece in pieces]) for name in pieces[0]}

    @cached_property
    def structure(self) -> Structure:
        """The network's tables as arrays."""
        return structure(self.case.tables.network)

    @cached_property
    def planned(self) -> dict[str, MudProject]:
        """A year of mining in the middle of the runs."""
        return mud_projects(self.background, None)

    def chain(self, draw: int) -> Chain:
        """Return one draw of the study."""
        who = self.background
        replicate = who.replicate(draw)
        outputs = {basis: mud_output(run, [replicate]) for basis, run in who.bases.items()}
        return Chain(
            values=self.case.drawn(who.seed, draw),
            tables=self.case.tables,
            structure=self.structure,
            choices=self.case.choices,
            mud=outputs,
            basis=who.basis,
            projects=mud_projects(who, draw),
            lifted_t_d=float(who.bases[who.basis].lifted_t_d[replicate]),
            planned=self.planned,
            seed=who.seed,
            draw=draw,
            years=YEARS,
            scale=scale_run(who.scale, draw),
        )

    def central(self) -> Chain:
        """Return the study with every value as stated, and the middle of the runs."""
        who = self.background
        outputs = {basis: middle_output(run) for basis, run in who.bases.items()}
        return Chain(
            values=self.case.central,
            tables=self.case.tables,
            structure=self.structure,
            choices=self.case.choices,
            mud=outputs,
            basis=who.basis,
            projects=self.planned,
            lifted_t_d=float(np.median(who.bases[who.basis].lifted_t_d)),
            planned=self.planned,
            seed=who.seed,
            draw=0,
            years=YEARS,
            scale=scale_run(who.scale, None),
            central=True,
        )


def mud_output(run: RunNumbers, replicates: Sequence[int]) -> MudOutput:
    """Return what some replicates of a run made of their mud."""
    rows = list(replicates)

    def by_element(values: Floats) -> dict[str, Floats]:
        return {element: values[rows, e] for e, element in enumerate(SUPPLY_ELEMENTS)}

    return MudOutput(
        basis=run.basis,
        target_t_d=run.target_t_d,
        campaign_kg=by_element(run.oxide_kg),
        lifting_days_d=run.lifting_days[rows],
        at_target_kg_d=by_element(run.at_target_kg_d),
        by_period_kg={period: by_element(kg) for period, kg in run.by_year.items()},
        solids_share=run.solids[rows],
        grade_ppm=run.grade_ppm[rows],
        element_share=by_element(run.element_share),
        recovery_share=by_element(run.kept[:, np.newaxis] * run.recovery),
        years=run.days / DAYS_PER_YEAR,
    )


def middle_output(run: RunNumbers) -> MudOutput:
    """Return the median over the replicates of each number a run gave, as one replicate."""
    whole = mud_output(run, range(run.replicates))

    def middle(by_element: Mapping[str, Floats]) -> dict[str, Floats]:
        return {element: _median(values) for element, values in by_element.items()}

    return MudOutput(
        basis=whole.basis,
        target_t_d=whole.target_t_d,
        campaign_kg=middle(whole.campaign_kg),
        lifting_days_d=_median(whole.lifting_days_d),
        at_target_kg_d=middle(whole.at_target_kg_d),
        by_period_kg={period: middle(made) for period, made in whole.by_period_kg.items()},
        solids_share=_median(whole.solids_share),
        grade_ppm=_median(whole.grade_ppm),
        element_share=middle(whole.element_share),
        recovery_share=middle(whole.recovery_share),
        years=whole.years,
    )


def scale_run(run: RunNumbers | None, draw: int | None) -> ScaleRun | None:
    """Return what the run at full scale made in the replicate a draw takes, or in the middle; None: there is none."""
    if run is None:
        return None
    if draw is None:
        return ScaleRun(middle_output(run), run.days, _median(run.dry_t))
    replicate = draw % run.replicates
    return ScaleRun(mud_output(run, [replicate]), run.days, run.dry_t[[replicate]])


def _median(values: Floats) -> Floats:
    """Return the median of what is a number, shape (1,); 0 where nothing is."""
    some = values[np.isfinite(values)]
    return np.array([float(np.median(some)) if some.size else 0.0])


def mud_projects(background: Background, draw: int | None) -> dict[str, MudProject]:
    """Return a year of mining by the ledgers of the runs: the pilot's campaign back to back, and full scale.

    Parameters
    ----------
    background : the runs.
    draw : whose replicates are taken; None: the median of all.
    """
    runs = {PILOT: background.bases[background.basis]}
    if background.scale is not None:
        runs[FULL_SCALE] = background.scale
    return {name: _year_of(run, draw) for name, run in runs.items()}


def _year_of(run: RunNumbers, draw: int | None) -> MudProject:
    """Return an even year of a run: its campaign repeated, or its mean year."""
    per_year = DAYS_PER_YEAR / run.days

    def one(values: Floats) -> Floats:
        return np.asarray(np.median(values, axis=0) if draw is None else values[draw % run.replicates])

    return MudProject(
        oxide_t_yr=one(run.oxide_kg) / KG_PER_TONNE * per_year,
        other_t_yr=float(one(run.other_kg)) / KG_PER_TONNE * per_year,
        other_usd_yr=float(one(run.other_usd)) * per_year,
        opex_jpy_yr=float(one(run.marine_jpy) + one(run.processing_jpy)) * per_year,
        toll_share=run.toll_share,
        cost_jpy_yr={group: float(one(paid)) * per_year for group, paid in run.cost_jpy.items()},
    )


def draw_rows(one: Chain, number: int) -> dict[str, TableData]:
    """Return the rows of one draw: its indicators, and the monthly series of its shocks."""
    told = outcomes(one)
    return {
        "outcomes": {
            "replicate": np.full(len(told), number, dtype=np.int32),
            "name": coded([name for name, _, _, _ in told]),
            "item": coded([item for _, item, _, _ in told]),
            "period": coded([period for _, _, period, _ in told]),
            "value": np.array([value for _, _, _, value in told], dtype=np.float64),
        },
        "supply_shock_months": _months(one, number),
    }


def _months(one: Chain, number: int) -> TableData:
    """Return fills, covers and surviving shares by month; months without a number, or endless ones, are left out."""
    scenario: list[str] = []
    rule: list[str] = []
    series: list[str] = []
    item: list[str] = []
    month: list[int] = []
    value: list[float] = []

    def add(words: tuple[str, str, str, str], numbers: Floats) -> None:
        at = np.flatnonzero(np.isfinite(numbers))
        for kept, word in zip((scenario, rule, series, item), words, strict=True):
            kept += [word] * len(at)
        month.extend(at.tolist())
        value.extend(numbers[at].tolist())

    for name in one.choices.scenarios:
        found = one.shock(name)
        for which, outcome in found.outcomes.items():
            fills, covers = monthly(outcome.fill.T), monthly(outcome.measures.cover_d)
            for s, sector in enumerate(SECTORS):
                add((name, which, "fill_rate", sector), fills[:, s])
            for e, element in enumerate(SUPPLY_ELEMENTS):
                add((name, which, "cover_days", element), covers[:, e])
        share = monthly(found.surviving)
        for e, element in enumerate(SUPPLY_ELEMENTS):
            add((name, "", "surviving_share", element), share[:, e])
    texts = {"scenario": scenario, "rule": rule, "series": series, "item": item}
    return {
        "replicate": np.full(len(value), number, dtype=np.int32),
        **{column: coded(words) for column, words in texts.items()},
        "month": np.array(month, dtype=np.int32),
        "value": np.array(value, dtype=np.float64),
    }
