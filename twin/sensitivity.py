"""Which unknown numbers matter: Morris screening of all of them, then Sobol indices of the strongest, by SALib.

What is sampled are quantiles of each quantity's own law of ignorance. What is analysed is an outcome's mean over a few
replicates that every row shares, so that luck does not hide the effect of a number. How rows become outcomes is handed
in: the command plays campaigns, a test a closed form.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from ops_data.errors import FailedError
from twin.design import Design
from twin.indicators.record import Floats

LEVELS: Final = 4  # of the Morris grid: the middles of four equally probable classes
GRID: Final = (0.5 / LEVELS, 1.0 - 0.5 / LEVELS)  # lowest and highest quantile of that grid
STEP: Final = 0.5 * LEVELS / (LEVELS - 1)  # of the way across that grid: two levels, half of the probability
RESAMPLES: Final = 1_000  # of the bootstrap behind every interval
CONFIDENCE: Final = 0.95
FEWEST_BLOCKS: Final = 2

Evaluate: TypeAlias = Callable[[Design], Mapping[str, Floats] | None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is played.

    Attributes
    ----------
    trajectories : Morris trajectories, 2 or more; each plays one row more than there are quantities.
    top : quantities that go on to Sobol.
    samples : Sobol base points, a power of two; each plays two rows more than `top`.
    replicates : campaigns per row.
    seed : of campaigns and designs.
    """

    trajectories: int = 10
    top: int = 8
    samples: int = 128
    replicates: int = 4
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Effect:
    """What Morris says of one quantity and one outcome, in the outcome's unit.

    ``mu_star`` is the mean size of the change, and ``mu`` the mean change, when the quantity goes up by half of its
    probability, the move a trajectory makes; ``sigma`` is its standard deviation over trajectories, ``half_95`` half
    the 95 % interval of mu_star. ``ranks`` are the best and the worst place that the intervals allow.
    """

    key: str
    mu: float
    mu_star: float
    half_95: float
    sigma: float
    ranks: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Share:
    """What Sobol says of one quantity and one outcome: shares of its variance, with half their 95 % intervals.

    ``first`` is what the quantity does on its own, ``total`` what it does together with others too. ``ranks`` are the
    best and the worst place by ``total`` that the intervals allow.
    """

    key: str
    first: float
    first_95: float
    total: float
    total_95: float
    ranks: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ranking:
    """One outcome: quantities by screening, strongest first, and the top ones by total share.

    ``used`` and ``blocks`` count trajectories and base points analysed and played. ``spread`` is the standard deviation
    over the Sobol base points, ``luck`` that over replicates at the same values. ``agreeing`` counts the replicates
    that, taken alone, give the largest total share to the same quantity. A list is empty where the outcome does not
    vary or has no value in enough rows.
    """

    outcome: str
    effects: tuple[Effect, ...]
    shares: tuple[Share, ...]
    used: tuple[int, int]
    blocks: tuple[int, int]
    mean: float
    spread: float
    luck: float
    agreeing: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Both designs and what they say of every outcome."""

    screening: Design
    shares: Design
    rankings: tuple[Ranking, ...]


def morris_design(keys: Sequence[str], effort: Effort) -> Design:
    """Return trajectories in which one quantity after the other changes by two of four classes."""
    from SALib.sample import morris

    quantiles = morris.sample(_problem(keys, GRID), effort.trajectories, num_levels=LEVELS, seed=effort.seed)
    return Design("morris", tuple(keys), quantiles, len(keys) + 1, effort.replicates)


def sobol_design(keys: Sequence[str], effort: Effort) -> Design:
    """Return scrambled Sobol' base points, each with two rows for itself and one exchange per quantity."""
    from SALib.sample import sobol

    problem = _problem(keys, (0.0, 1.0))
    quantiles = sobol.sample(problem, effort.samples, calc_second_order=False, seed=effort.seed)
    return Design("sobol", tuple(keys), quantiles, len(keys) + 2, effort.replicates)


def _problem(keys: Sequence[str], bounds: tuple[float, float]) -> dict[str, Any]:
    return {"num_vars": len(keys), "names": list(keys), "bounds": [list(bounds)] * len(keys)}


def sensitivity(keys: Sequence[str], effort: Effort, evaluate: Evaluate) -> Sensitivity | None:
    """Screen all quantities, then share out the variance among those that matter most to any outcome.

    Parameters
    ----------
    keys : quantities that may vary; one or more.
    effort : how much is played.
    evaluate : takes a design; gives outcome → values of shape (rows, replicates), NaN where there is none, or None when
        it was asked to stop.

    Returns
    -------
    Designs and rankings; None when `evaluate` was asked to stop.
    """
    screening = morris_design(keys, effort)
    screened = evaluate(screening)
    if screened is None:
        return None
    effects = {outcome: morris_effects(screening, values, effort.seed) for outcome, values in screened.items()}
    chosen = strongest([found for found, _ in effects.values()], effort.top)
    if not chosen:
        raise FailedError(
            f"sensitivity: none of the outcomes {', '.join(screened)} varies with any of the {len(keys)} quantities; "
            "choose others with --outcomes"
        )
    design = sobol_design(chosen, effort)
    shared = evaluate(design)
    if shared is None:
        return None
    of = (screening.rows // screening.block, design.rows // design.block)
    rankings = []
    for outcome, (found, used) in effects.items():
        shares, points = sobol_shares(design, shared[outcome], effort.seed)
        moments = _moments(design, shared[outcome])
        agreeing = _agreeing(design, shared[outcome], shares, effort.seed)
        rankings.append(Ranking(outcome, found, shares, (used, points), of, *moments, agreeing))
    return Sensitivity(screening, design, tuple(rankings))


def strongest(screenings: Sequence[Sequence[Effect]], count: int) -> list[str]:
    """Return the `count` quantities whose effect on any outcome comes closest to that outcome's largest.

    Every outcome's first quantity is among them as long as `count` allows; quantities without any effect are not.
    """
    relative: dict[str, float] = {}
    for effects in screenings:
        largest = max((effect.mu_star for effect in effects), default=0.0)
        for effect in effects:
            if effect.mu_star > 0.0:
                relative[effect.key] = max(relative.get(effect.key, 0.0), effect.mu_star / largest)
    return sorted(relative, key=lambda key: -relative[key])[:count]


def block_means(values: Floats, block: int) -> tuple[list[int], Floats]:
    """Return the mean of each row over replicates, for the blocks in which that can be compared.

    Within a block only those replicates count that have a value in each of its rows, so that its rows differ by their
    numbers and not by their luck.

    Parameters
    ----------
    values : shape (rows, replicates), NaN where the outcome has no value.
    block : rows of a block; a divisor of the rows.

    Returns
    -------
    Numbers of the blocks that have such a replicate, and their rows' means, shape (blocks, `block`).

    Examples
    --------
    >>> blocks, means = block_means(np.array([[1.0, 2.0], [3.0, np.nan], [np.nan, 5.0], [6.0, np.nan]]), 2)
    >>> blocks, means.tolist()
    ([0], [[1.0, 3.0]])
    """
    stacked = values.reshape(-1, block, values.shape[1])
    common = np.isfinite(stacked).all(axis=1, keepdims=True)
    counts = common.sum(axis=2)
    blocks = np.flatnonzero(counts[:, 0])
    sums = np.where(common, stacked, 0.0).sum(axis=2)
    return blocks.tolist(), sums[blocks] / counts[blocks]


def rank_ranges(values: Sequence[float], halves: Sequence[float]) -> list[tuple[int, int]]:
    """Return the best and worst place of each value that its interval and those of the others allow; 1 is the largest.

    Examples
    --------
    >>> rank_ranges([9.0, 5.0, 4.0], [1.0, 1.0, 1.0])
    [(1, 1), (2, 3), (2, 3)]
    """
    middle, half = np.asarray(values), np.nan_to_num(np.asarray(halves), nan=np.inf)
    low, high = middle - half, middle + half
    surely_above = (low[None, :] > high[:, None]).sum(axis=1)
    perhaps_above = (high[None, :] >= low[:, None]).sum(axis=1)
    return [(int(best) + 1, int(worst)) for best, worst in zip(surely_above, perhaps_above, strict=True)]


def morris_effects(design: Design, values: Floats, seed: int) -> tuple[tuple[Effect, ...], int]:
    """Return the effects, strongest first, and the number of trajectories they rest on.

    Parameters
    ----------
    design : of `morris_design`.
    values : of one outcome, shape (rows, replicates), NaN where it has none.
    seed : of the bootstrap.
    """
    blocks, means = block_means(values, design.block)
    if len(blocks) < FEWEST_BLOCKS or means.min() == means.max():
        return (), len(blocks)
    from SALib.analyze import morris

    rows = design.quantiles.reshape(-1, design.block, len(design.keys))[blocks].reshape(-1, len(design.keys))
    problem = _problem(design.keys, GRID)
    told = morris.analyze(
        problem, rows, means.ravel(), num_resamples=RESAMPLES, conf_level=CONFIDENCE, num_levels=LEVELS, seed=seed
    )
    names = ("mu", "mu_star", "mu_star_conf", "sigma")  # by SALib stretched to the whole way across the grid
    mu, size, half, sigma = ((STEP * np.asarray(told[name])).tolist() for name in names)
    columns = (design.keys, mu, size, half, sigma, rank_ranges(size, half))
    effects = [Effect(*cells) for cells in zip(*columns, strict=True)]
    return tuple(sorted(effects, key=lambda effect: -effect.mu_star)), len(blocks)


def sobol_shares(
    design: Design, values: Floats, seed: int, resamples: int = RESAMPLES
) -> tuple[tuple[Share, ...], int]:
    """Return the shares, largest total first, and the number of base points they rest on.

    Parameters
    ----------
    design : of `sobol_design`.
    values : of one outcome, shape (rows, replicates), NaN where it has none.
    seed, resamples : of the bootstrap.
    """
    blocks, means = block_means(values, design.block)
    if len(blocks) < FEWEST_BLOCKS or means.min() == means.max():
        return (), len(blocks)
    from SALib.analyze import sobol

    problem = _problem(design.keys, (0.0, 1.0))
    with np.errstate(
        invalid="ignore", divide="ignore"
    ):  # a resample of equal values has no shares: its interval is NaN
        told = sobol.analyze(
            problem,
            means.ravel(),
            calc_second_order=False,
            num_resamples=resamples,
            conf_level=CONFIDENCE,
            seed=seed + 1,  # to SALib a zero is no seed
        )
    first, first_half, total, half = (np.asarray(told[name]).tolist() for name in ("S1", "S1_conf", "ST", "ST_conf"))
    columns = (design.keys, first, first_half, total, half, rank_ranges(total, half))
    shares = [Share(*cells) for cells in zip(*columns, strict=True)]
    return tuple(sorted(shares, key=lambda share: -share.total)), len(blocks)


def _agreeing(design: Design, values: Floats, shares: Sequence[Share], seed: int) -> int:
    """Return how many replicates, taken alone, have the same quantity first by total share."""
    alone = [sobol_shares(design, values[:, [number]], seed, FEWEST_BLOCKS)[0] for number in range(design.replicates)]
    return sum(bool(one) and one[0].key == shares[0].key for one in alone) if shares else 0


def _moments(design: Design, values: Floats) -> tuple[float, float, float]:
    """Return mean and standard deviation over base points, and the standard deviation over replicates in one row."""
    _, means = block_means(values, design.block)
    base = means[:, (0, -1)].ravel()
    if len(base) < FEWEST_BLOCKS:
        return np.nan, np.nan, np.nan
    cells = values.reshape(-1, design.block, design.replicates)[:, (0, -1)].reshape(-1, design.replicates)
    several = cells[np.isfinite(cells).sum(axis=1) > 1]
    luck = float(np.sqrt(np.nanvar(several, axis=1, ddof=1).mean())) if len(several) else np.nan
    return float(base.mean()), float(base.std(ddof=1)), luck
