"""What the mud contributes to Japan: a campaign's tonnes, a year at its rate, an extrapolation; never only the last.

Wet and dry runs are paired: the same draws read the target as mud as it lies and as dry tonnes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.elements import oxide_factor
from ops_data.errors import ModelError
from ops_data.reference.supply.demand_rows import DemandTables
from ops_data.supply_names import BASES, SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR, KG_PER_TONNE
from twin.models.contribution import element_t as mud_element_t
from twin.models.contribution import share_of, variance_shares
from twin.supply.demand_paths import figures_t

Floats = NDArray[np.float64]
ByElement = Mapping[str, Floats]
Period = tuple[str, int]  # ("calendar", 2027) or ("fiscal", 2027)

READINGS: Final = ("campaign", "achieved_rate", "run_rate", "extrapolation")
FULL_SCALE_RUN: Final = "full_scale_run"  # a reading beside them, where a run at full scale was played
SCALE: Final = "scale"  # name of that run among those of a study
ALL: Final = "all"  # the elements followed here, together
BOTH: Final = "both"
NO_FIGURE: Final = "no demand figure"
PERIOD_KINDS: Final = {"calendar": "", "fiscal": "FY"}


@dataclass(frozen=True, slots=True, eq=False)
class MudOutput:
    """What a run made of mud, one number for each of n replicates; not a number where nothing was lifted or arrived.

    Attributes
    ----------
    basis : how the run reads its target: ``wet`` or ``dry`` tonnes.
    target_t_d : its target [t/d], on that basis.
    campaign_kg : element → oxide made of the whole campaign [kg], shape (n,).
    lifting_days_d : days on which mud came on deck [d], shape (n,).
    at_target_kg_d : element → oxide of one day at the target [kg/d], shape (n,).
    by_period_kg : calendar or fiscal year → element → oxide made in it [kg], shape (n,).
    solids_share : dry tonnes per tonne of the target [1], shape (n,); 1 on a dry basis.
    grade_ppm : rare earths and yttrium in dry solids [ppm], as element, shape (n,).
    element_share : element → its share in them [1], shape (n,).
    recovery_share : element → what of it in mud becomes oxide [1], shape (n,).
    years : length of the campaign [a].
    """

    basis: str
    target_t_d: float
    campaign_kg: ByElement
    lifting_days_d: Floats
    at_target_kg_d: ByElement
    by_period_kg: Mapping[Period, ByElement]
    solids_share: Floats
    grade_ppm: Floats
    element_share: ByElement
    recovery_share: ByElement
    years: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ScaleRun:
    """A run that mines at full scale for years: other gear, and so other mud than the pilot's.

    Attributes
    ----------
    output : what it made.
    days_d : its length [d].
    dry_t : dry solids it lifted [t], shape (n,).
    """

    output: MudOutput
    days_d: float
    dry_t: Floats

    @property
    def years(self) -> float:
        """Its length [a]."""
        return self.days_d / DAYS_PER_YEAR


@dataclass(frozen=True, slots=True, eq=False)
class Assumed:
    """What a contribution is held against, one number for each of n replicates.

    Attributes
    ----------
    operating_days_d : days a year at the target, of the run rate and the extrapolation [d], shape (n,).
    current_t, future_t : element → demand of a year [t], as element, shape (n,); not a number: no figure.
    price_usd_kg : element → price of its oxide [USD/kg], shape (n,).
    jpy_per_usd : exchange rate [JPY/USD], shape (n,).
    """

    operating_days_d: Floats
    current_t: ByElement
    future_t: ByElement
    price_usd_kg: ByElement
    jpy_per_usd: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """One reading of what the mud gives of one element, or of ``all`` followed here; arrays of shape (n,).

    ``period`` is empty, ``2027`` (calendar year) or ``FY2027`` (fiscal year). Shares are not a number where there is
    no demand figure, and of ``all``, whose elements do not replace one another.
    """

    reading: str
    basis: str
    element: str
    period: str
    oxide_t: Floats
    element_t: Floats
    share_current: Floats
    share_future: Floats
    value_usd: Floats
    value_jpy: Floats

    def indicators(self) -> dict[str, Floats]:
        """Return the arrays by the names of the study's indicators."""
        return {
            f"contribution_{name}": getattr(self, name)
            for name in ("oxide_t", "element_t", "share_current", "share_future", "value_usd", "value_jpy")
        }

    @property
    def item(self) -> str:
        """Reading, basis and element, as the indicators name them."""
        return f"{self.reading} {self.basis} {self.element}"

    def note(self, name: str) -> str:
        """Return ``no demand figure`` for a share that has none, else nothing; ``name`` is of an indicator."""
        without = name.startswith("contribution_share") and bool(np.isnan(self.indicators()[name]).all())
        return NO_FIGURE if without and self.element != ALL else ""


@dataclass(frozen=True, slots=True)
class Driver:
    """Share of the variance of the logarithm of a contribution that one unknown makes [1]."""

    basis: str
    element: str
    factor: str
    share: float


def assumed(
    draws: Sequence[Mapping[str, float]],
    tables: DemandTables,
    prices_usd_kg: Mapping[str, Floats | float],
    jpy_per_usd: Floats | float,
) -> Assumed:
    """Return what contributions are held against, from the values of each draw.

    Parameters
    ----------
    draws : values of each of n draws: ``contribution.operating_days_d`` and the figures of ``tables``.
    tables : of demand.
    prices_usd_kg : element → price of its oxide [USD/kg], scalar or shape (n,); of every element followed.
    jpy_per_usd : stated exchange rate [JPY/USD], scalar or shape (n,).

    Raises
    ------
    ModelError : an element has no price.
    """
    missing = [element for element in SUPPLY_ELEMENTS if element not in prices_usd_kg]
    if missing:
        raise ModelError(f"contribution: no price of {missing[0]}; every element followed has one: state it")
    n = len(draws)

    def figures(scope: str) -> dict[str, Floats]:
        rows = [figures_t(values, tables, scope) for values in draws]
        return {element: np.array([row[element] for row in rows]) for element in SUPPLY_ELEMENTS}

    return Assumed(
        np.array([values["contribution.operating_days_d"] for values in draws]),
        figures("current"), figures("future"),
        {element: _spread(prices_usd_kg[element], n) for element in SUPPLY_ELEMENTS},
        _spread(jpy_per_usd, n),
    )  # fmt: skip


def contributions(output: MudOutput, against: Assumed, extrapolation_t_d: float) -> tuple[Contribution, ...]:
    """Return every reading of a run for every element: campaign (whole and by year), achieved rate, run rate,
    extrapolation.

    Parameters
    ----------
    output : of the run.
    against : what it is held against, as many replicates.
    extrapolation_t_d : rate of the extrapolation [t/d], on the basis of the run, above 0.

    Raises
    ------
    ModelError : the basis or an element is unknown, an element is missing, a number of replicates differs, or a rate
        is not above 0.

    Notes
    -----
    achieved rate = the campaign's oxide per day on which it lifted × operating days (0 where it never lifted);
    run rate = oxide of a day at the target × operating days; extrapolation = run rate × rate / target. Campaign years
    count the oxide made in them and are held against the demand of a whole year, as is the campaign itself; one that
    is longer than a year is held against the demand of its years.
    """
    _check(output, against, extrapolation_t_d)
    days = against.operating_days_d
    lifted = output.lifting_days_d > 0.0
    per_year = np.divide(days, output.lifting_days_d, out=np.zeros_like(days), where=lifted)
    larger = extrapolation_t_d / output.target_t_d
    years = max(output.years, 1.0)
    readings: list[tuple[str, str, ByElement]] = [("campaign", "", output.campaign_kg)]
    for (kind, year), made in sorted(output.by_period_kg.items()):
        readings.append(("campaign", f"{PERIOD_KINDS[kind]}{year}", made))
    readings.append(("achieved_rate", "", {name: kg * per_year for name, kg in output.campaign_kg.items()}))
    readings.append(("run_rate", "", {name: kg * days for name, kg in output.at_target_kg_d.items()}))
    readings.append(("extrapolation", "", {name: kg * days * larger for name, kg in output.at_target_kg_d.items()}))
    return tuple(
        one
        for reading, period, made in readings
        for one in _told(
            reading, period, output.basis, made, against, years if (reading, period) == ("campaign", "") else 1.0
        )
    )


def full_scale(run: ScaleRun, against: Assumed) -> tuple[Contribution, ...]:
    """Return the mean year of a run at full scale for every element, on the mass basis of that run.

    Parameters
    ----------
    run : at full scale.
    against : what it is held against, as many replicates.

    Notes
    -----
    Oxide of the whole run over its years; days on which it lifts are its own, so ``contribution.operating_days_d`` has
    no part in it.
    """
    made = {element: kg / run.years for element, kg in run.output.campaign_kg.items()}
    return tuple(_told(FULL_SCALE_RUN, "", run.output.basis, made, against))


def drivers(outputs: Sequence[MudOutput], against: Assumed) -> tuple[Driver, ...]:
    """Return what makes the spread of a year's share of demand at the target, on each basis and over both.

    Parameters
    ----------
    outputs : of the run on each basis, paired: the same draws in the same order.
    against : what they are held against.

    Returns
    -------
    Rows by basis, element and factor; the shares of an element on a basis sum to 1. ``both`` pools wet and dry with
    equal weight, its factor ``mass basis`` holds which of the two it is and how much solid is in wet mud. ``other`` is
    what the four factors of the mud leave of a day's oxide, such as a target that is rounded to whole strokes. An
    element without a demand figure is shared out as tonnes. Draws in which a factor is 0 or not known do not count; all
    shares are not a number where fewer than two remain.

    Notes
    -----
    :func:`~twin.models.contribution.variance_shares` of share = target × solids × grade × element share × recovery ×
    operating days / demand.
    """
    rows = []
    groups = [(output.basis, [output]) for output in outputs]
    if len(groups) > 1:
        groups.append((BOTH, list(outputs)))
    for basis, mine in groups:
        for element in SUPPLY_ELEMENTS:
            parts = [_factors(output, against, element) for output in mine]
            pooled = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            counts = np.all([np.isfinite(draws) & (draws > 0.0) for draws in pooled.values()], axis=0)
            kept = {name: draws[counts] for name, draws in pooled.items()}
            enough = np.count_nonzero(counts) > 1
            found = variance_shares(kept) if enough else dict.fromkeys(kept, float("nan"))
            rows += [Driver(basis, element, name, share) for name, share in found.items()]
    return tuple(rows)


def _factors(output: MudOutput, against: Assumed, element: str) -> dict[str, Floats]:
    made_t = np.nan_to_num(output.at_target_kg_d[element]) / (KG_PER_TONNE * oxide_factor(element))
    solids, grade = np.nan_to_num(output.solids_share), np.nan_to_num(output.grade_ppm)
    share, recovery = np.nan_to_num(output.element_share[element]), np.nan_to_num(output.recovery_share[element])
    by_factors = mud_element_t(output.target_t_d, solids, grade, share, recovery)
    factors = {
        "mass basis": solids,
        "grade": grade,
        "element share": share,
        "recovery": recovery,
        "other": np.divide(made_t, by_factors, out=np.zeros_like(made_t), where=by_factors > 0.0),
        "operating days": against.operating_days_d,
    }
    demand = against.current_t[element]
    return factors if np.isnan(demand).all() else factors | {"demand figure": 1.0 / demand}


def _told(
    reading: str, period: str, basis: str, made_kg: ByElement, against: Assumed, years: float = 1.0
) -> Iterator[Contribution]:
    n = len(against.operating_days_d)
    none = np.full(n, np.nan)
    oxide_sum, element_sum, value_sum = np.zeros(n), np.zeros(n), np.zeros(n)
    for element in SUPPLY_ELEMENTS:
        oxide_t = made_kg[element] / KG_PER_TONNE
        element_t = oxide_t / oxide_factor(element)
        value = made_kg[element] * against.price_usd_kg[element]
        oxide_sum, element_sum, value_sum = oxide_sum + oxide_t, element_sum + element_t, value_sum + value
        yield Contribution(
            reading, basis, element, period, oxide_t, element_t,
            share_of(element_t, years * against.current_t[element]),
            share_of(element_t, years * against.future_t[element]),
            value, value * against.jpy_per_usd,
        )  # fmt: skip
    yield Contribution(
        reading, basis, ALL, period, oxide_sum, element_sum, none, none, value_sum, value_sum * against.jpy_per_usd
    )


def _check(output: MudOutput, against: Assumed, extrapolation_t_d: float) -> None:
    if output.basis not in BASES:
        raise ModelError(f"contribution: basis '{output.basis}' is not known; it must be wet or dry: correct it")
    for name, rate in (("target", output.target_t_d), ("extrapolation", extrapolation_t_d)):
        if not 0.0 < rate < np.inf:
            raise ModelError(f"contribution: {name} [t/d] is {rate:g}; it must be above 0: state the rate")
    n = len(against.operating_days_d)
    for kind, _ in output.by_period_kg:
        if kind not in PERIOD_KINDS:
            raise ModelError(f"contribution: period '{kind}' is not known; it must be calendar or fiscal: correct it")
    for made in (output.campaign_kg, output.at_target_kg_d, *output.by_period_kg.values()):
        for element in SUPPLY_ELEMENTS:
            if element not in made:
                raise ModelError(f"contribution: no oxide of {element}; every element followed is needed: give 0 kg")
            if made[element].shape != (n,):
                raise ModelError(
                    f"contribution: {made[element].shape[0]} replicates of {element} are held against {n} draws; "
                    "they must be as many: draw one for each"
                )


def _spread(values: Floats | float, n: int) -> Floats:
    return np.array(np.broadcast_to(np.asarray(values, np.float64), (n,)))
