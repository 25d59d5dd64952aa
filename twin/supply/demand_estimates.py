"""Estimates of what Japan uses of an element, compared: printed years of domestic use, and figures told for later."""

from ops_data.elements import oxide_factor
from twin.supply.finding import Finding, two_estimates


def yttrium_years(resource_oxide_t: float, oxide_share: float, years: float, demand_oxide_t: float) -> Finding:
    """Compare the yttrium oxide a year that "years of domestic use" imply with a demand figure read as oxide [t/a].

    Parameters
    ----------
    resource_oxide_t : resource, as oxide of all rare earths [t]; oxide_share : the element's oxide in it, 0 to 1.
    years : printed years of domestic use [a]; demand_oxide_t : demand, weight of product read as oxide [t/a].

    Examples
    --------
    >>> found = yttrium_years(16e6, 0.287, 4900.0, 900.0)
    >>> round(found.left), found.verdict
    (937, 'consistent')
    """
    return two_estimates(resource_oxide_t * oxide_share / years, demand_oxide_t)


def terbium_years(resource_oxide_t: float, oxide_share: float, years: float, demand_t: float) -> Finding:
    """Compare printed domestic years of terbium with demand, both as element [t/a]; else as for `yttrium_years`.

    Examples
    --------
    >>> terbium_years(16e6, 0.007, 11000.0, 90.0).verdict
    'conflict'
    """
    return two_estimates(resource_oxide_t * oxide_share / years / oxide_factor("Tb"), demand_t)


def dysprosium_future(computed_t: float, told_oxide_t: float) -> Finding:
    """Compare computed use of dysprosium [t/a] with a figure told as oxide [t/a], both as element.

    Examples
    --------
    >>> found = dysprosium_future(456.0, 1250.0)
    >>> round(found.right), found.verdict
    (1089, 'conflict')
    """
    return two_estimates(computed_t, told_oxide_t / oxide_factor("Dy"))
