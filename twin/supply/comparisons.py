"""How targets, claims and data are compared: each comparison is a formula that gives two numbers and a verdict."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from ops_data.units import KG_PER_TONNE, PPM
from twin.supply.demand_estimates import dysprosium_future, terbium_years, yttrium_years
from twin.supply.finding import CLOSE, NOTE, Finding, judged, two_estimates
from twin.supply.kpis import ndpr_oxide_factor

LINEAR: Final = 0.02  # relative; a loss within this of another scales with it
SUM: Final = 1e-9  # of probabilities that sum to one
ALMOST: Final = 0.9  # of all demand; what adds more leaves nothing to buy, though it is no conflict


def at_most(need: float, available: float) -> Finding:
    """Compare what is needed or claimed with what there is, in one unit; more than there is contradicts it.

    Examples
    --------
    15,000 t of recycling against 4,217 t in waste:

    >>> at_most(15000.0, 4217.0).verdict
    'conflict'
    """
    return judged(need, available, need <= available)


def at_least(claim: float, least: float) -> Finding:
    """Compare a claim with the least that it must reach, in one unit.

    Examples
    --------
    >>> at_least(0.50, 0.60).verdict
    'conflict'
    """
    return judged(claim, least, claim >= least)


def side_by_side(left: float, right: float) -> Finding:
    """Put two numbers side by side without a verdict.

    Examples
    --------
    >>> side_by_side(1.0, 2.0)
    Finding(left=1.0, right=2.0, verdict='note')
    """
    return Finding(left, right, NOTE)


def told_only() -> Finding:
    """Return the finding of a statement that has no number to compare.

    Examples
    --------
    >>> told_only().verdict
    'note'
    """
    return Finding(math.nan, math.nan, NOTE)


def ndpr_in_magnets_t(magnets_t: float, rare_earth_share: float, nd_share: float, loss_share: float) -> float:
    """Return the oxide of neodymium and praseodymium that magnets need [t/a].

    Parameters
    ----------
    magnets_t : output of magnets [t/a], 0 or more.
    rare_earth_share : neodymium and praseodymium in a magnet, by mass, 0 to 1.
    nd_share : neodymium in the two, by mass, 0 to 1.
    loss_share : lost between oxide and metal, 0 to below 1.

    Notes
    -----
    magnets · share · oxide per element / (1 - loss).

    Examples
    --------
    30,000 t of magnets hold 10,200 t of oxide:

    >>> round(ndpr_in_magnets_t(30000.0, 0.29, 0.79, 0.0), -2)
    10200.0
    """
    return magnets_t * rare_earth_share * float(ndpr_oxide_factor(nd_share)) / (1.0 - loss_share)


def separation_for_magnets(
    magnets_t: float, rare_earth_share: float, nd_share: float, loss_share: float, separation_t: float
) -> Finding:
    """Compare the oxide that new magnets need with the separation that is to be added, both as oxide [t/a].

    Parameters
    ----------
    magnets_t, rare_earth_share, nd_share, loss_share : as for `ndpr_in_magnets_t`.
    separation_t : separation added [t/a].

    Examples
    --------
    >>> separation_for_magnets(30000.0, 0.29, 0.79, 0.2, 8000.0).verdict
    'conflict'
    """
    return at_most(ndpr_in_magnets_t(magnets_t, rare_earth_share, nd_share, loss_share), separation_t)


def separation_against_demand(separation_oxide_t: float, nd_share: float, demand_t: float) -> Finding:
    """Compare separation to be added, taken from oxide to element, with the demand there is [t/a].

    Parameters
    ----------
    separation_oxide_t : separation added, as oxide [t/a]; nd_share : neodymium in the two, 0 to 1.
    demand_t : demand for neodymium and praseodymium, as element [t/a].

    Notes
    -----
    Nine tenths of demand or more is told as a note: it would take the place of all that is bought.

    Examples
    --------
    >>> [separation_against_demand(added, 0.79, 5500.0).verdict for added in (8000.0, 6000.0, 3000.0)]
    ['conflict', 'note', 'consistent']
    """
    added_t = separation_oxide_t / float(ndpr_oxide_factor(nd_share))
    return side_by_side(added_t, demand_t) if ALMOST * demand_t < added_t <= demand_t else at_most(added_t, demand_t)


def product_of(rate: float, times: float, total: float) -> Finding:
    """Compare a rate times its duration with a stated total; consistent where they agree.

    Examples
    --------
    200 engineers a year for 5 years:

    >>> product_of(200.0, 5.0, 1000.0).verdict
    'consistent'
    """
    return judged(rate * times, total, math.isclose(rate * times, total, rel_tol=LINEAR))


def probabilities_sum(first: float, second: float, third: float, fourth: float) -> Finding:
    """Compare the sum of four printed probabilities with one.

    Examples
    --------
    >>> probabilities_sum(0.30, 0.40, 0.15, 0.10).verdict, probabilities_sum(0.35, 0.40, 0.15, 0.10).verdict
    ('conflict', 'consistent')
    """
    total = first + second + third + fourth
    return judged(total, 1.0, abs(total - 1.0) <= SUM)


def loss_scales(short: float, periods_per_year: float, year: float) -> Finding:
    """Compare the loss of a period, scaled to a year, with the loss of a year; consistent within 2 %.

    Examples
    --------
    0.66 in a quarter and 2.6 in a year:

    >>> loss_scales(0.66, 4.0, 2.6).verdict
    'consistent'
    """
    yearly = short * periods_per_year
    return judged(yearly, year, math.isclose(yearly, year, rel_tol=LINEAR))


def spread(most: float, least: float) -> Finding:
    """Compare the largest and the smallest of published figures on one thing; a conflict beyond half as much again.

    Examples
    --------
    >>> spread(18.0, 2.6).verdict
    'conflict'
    """
    return judged(most, least, most <= CLOSE * least)


def recycled_content_t(share: float, demand_t: float, mud_t: float) -> Finding:
    """Put the tonnes of a recycled content beside what the mud gives, both as element [t/a].

    Examples
    --------
    >>> recycled_content_t(0.15, 5500.0, 19.0).left
    825.0
    """
    return side_by_side(share * demand_t, mud_t)


def grade_if_dry(
    oxide_t: float, rate_t_d: float, days: float, oxide_per_rare_earth: float, stated_ppm: float
) -> Finding:
    """Compare the grade that an output implies, if the tonnes lifted are dry, with the stated one [ppm on dry mud].

    Parameters
    ----------
    oxide_t : output of oxide [t/a].
    rate_t_d, days : mud lifted for it [t/d] on so many days a year [d].
    oxide_per_rare_earth : mass of mixed oxide per mass of all rare earths, above 1.
    stated_ppm : grade as stated, as element on dry mud.

    Notes
    -----
    oxide / (oxide per rare earth · mud), no loss counted; they agree within a factor of 1.5.

    Examples
    --------
    >>> grade_if_dry(3945.0, 3500.0, 300.0, 1.202, 2652.0).verdict
    'consistent'
    """
    return grade_if_wet(oxide_t, rate_t_d, days, oxide_per_rare_earth, 1.0, stated_ppm)


def grade_if_wet(
    oxide_t: float, rate_t_d: float, days: float, oxide_per_rare_earth: float, solids: float, stated_ppm: float
) -> Finding:
    """Compare the grade that an output implies, if the tonnes lifted are wet, with the stated one [ppm on dry mud].

    Parameters
    ----------
    oxide_t, rate_t_d, days, oxide_per_rare_earth, stated_ppm : as for `grade_if_dry`.
    solids : dry mass per mass of wet mud, 0 to 1.

    Examples
    --------
    >>> grade_if_wet(3945.0, 3500.0, 300.0, 1.202, 0.41, 2652.0).verdict
    'conflict'
    """
    ppm = oxide_t / oxide_per_rare_earth / (rate_t_d * days * solids) / PPM
    return judged(ppm, stated_ppm, max(ppm, stated_ppm) <= CLOSE * min(ppm, stated_ppm))


def grade_as_lifted(oxide_kg_t: float, solids: float, oxide_per_rare_earth: float) -> Finding:
    """Put a grade told per tonne beside itself: if the tonne is wet, and if it is dry [ppm on dry mud].

    Parameters
    ----------
    oxide_kg_t : oxide per tonne of mud [kg/t]; solids : dry mass per mass of wet mud, 0 to 1.
    oxide_per_rare_earth : mass of mixed oxide per mass of all rare earths, above 1.

    Examples
    --------
    >>> found = grade_as_lifted(2.0, 0.41, 1.202)
    >>> round(found.left), round(found.right)
    (4058, 1664)
    """
    dry = oxide_kg_t / KG_PER_TONNE / oxide_per_rare_earth / PPM
    return side_by_side(dry / solids, dry)


def contract_against_target(firm_oxide_t: float, nd_share: float, demand_t: float, target: float) -> Finding:
    """Compare what a firm contract leaves open of a demand with a dependency aimed at, as shares.

    Parameters
    ----------
    firm_oxide_t : firm volume, as oxide [t/a]; nd_share : neodymium in it, 0 to 1.
    demand_t : demand, as element [t/a]; target : dependency aimed at, 0 to 1.

    Examples
    --------
    >>> contract_against_target(5000.0, 0.79, 5500.0, 0.30).verdict
    'consistent'
    """
    left = max(0.0, 1.0 - firm_oxide_t / float(ndpr_oxide_factor(nd_share)) / demand_t)
    return at_most(left, target)


def gain_on_base(share: float, base_t: float, demand_t: float) -> Finding:
    """Put a relative gain on a base beside the same share of demand [t/a]; they differ where the base is near nothing.

    Examples
    --------
    >>> gain_on_base(0.25, 0.0, 4200.0)
    Finding(left=0.0, right=1050.0, verdict='note')
    """
    return side_by_side(share * base_t, share * demand_t)


def campaign_of_year(campaign_d: float, year_d: float) -> Finding:
    """Put the days of a campaign beside those of a full year of work [d].

    Examples
    --------
    >>> campaign_of_year(21.0, 300.0).left
    21.0
    """
    return side_by_side(campaign_d, year_d)


def cover_with_mud(stock_d: float, dependence: float, mud_share: float) -> Finding:
    """Put the cover of a stock beside the cover with the mud, when what depends on one origin stops [d].

    Parameters
    ----------
    stock_d : stock [days of demand]; dependence : share of demand that stops, 0 to 1.
    mud_share : share of demand that the mud adds, below the dependence.

    Notes
    -----
    S / dependence, and S / (dependence - mud share); not a number where nothing is missing.

    Examples
    --------
    >>> found = cover_with_mud(60.0, 0.70, 0.01)
    >>> round(found.left, 1), round(found.right, 1)
    (85.7, 87.0)
    """
    missing = dependence - mud_share
    return side_by_side(stock_d / dependence, stock_d / missing if missing > 0.0 else math.nan)


def substitution_t(share: float, demand_t: float, mud_t: float) -> Finding:
    """Put the tonnes that a small saving spares beside what the mud gives, as element [t/a].

    Examples
    --------
    >>> substitution_t(0.01, 500.0, 4.3)
    Finding(left=5.0, right=4.3, verdict='note')
    """
    return side_by_side(share * demand_t, mud_t)


COMPARISONS: Final[Mapping[str, Callable[..., Finding]]] = {
    comparison.__name__: comparison
    for comparison in (
        at_most, at_least, side_by_side, told_only, separation_for_magnets, separation_against_demand, product_of,
        probabilities_sum, loss_scales, spread, recycled_content_t, grade_if_dry, grade_if_wet, grade_as_lifted,
        yttrium_years, terbium_years, dysprosium_future, two_estimates, contract_against_target,
        gain_on_base, campaign_of_year, cover_with_mud,
        substitution_t,
    )
}  # fmt: skip
