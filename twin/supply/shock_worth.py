"""What lost days of sectors cost: published losses of a full stop, shared out over sectors."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ops_data.reference.supply.policy_rows import PublishedRow
from ops_data.supply_names import SECTORS
from ops_data.units import DAYS_PER_YEAR
from twin.models.limits import FloatArray
from twin.supply.shock_measures import Measures

STUDIES: Final = ("NRI", "Mizuho", "Daiwa")


def losses_jpy_d(published: Mapping[str, PublishedRow]) -> dict[str, float]:
    """Return the loss of a day of a full stop as three studies have it [JPY/d].

    Parameters
    ----------
    published : rows of ``published.csv``: ``nri_year`` and ``daiwa_rare_earths`` [JPY/a]; ``mizuho_full``, a share of
        gross domestic product, which is read off ``nri_year`` over ``nri_gdp``.

    Notes
    -----
    A year's loss over 365.25 days: all days cost alike, though the first are covered by stocks.
    """
    product = published["nri_year"].value / published["nri_gdp"].value
    yearly = {
        "NRI": published["nri_year"].value,
        "Mizuho": published["mizuho_full"].value * product,
        "Daiwa": published["daiwa_rare_earths"].value,
    }
    return {study: yearly[study] / DAYS_PER_YEAR for study in STUDIES}


def loss_shares(values: Mapping[str, float], known: FloatArray | None = None) -> FloatArray:
    """Return the share of a full stop's loss that falls on each sector, shape (9,) [1], sum 1.

    Parameters
    ----------
    values : ``shock.loss_share_<sector>``, 0 or more, brought to a sum of one.
    known : days of each sector, nan for one without demand; it has no share. None: all have one.
    """
    raw = np.array([values[f"shock.loss_share_{sector}"] for sector in SECTORS])
    if known is not None:
        raw = np.where(np.isnan(known), 0.0, raw)
    total = float(raw.sum())
    return raw / total if total > 0.0 else np.full(len(SECTORS), 1.0 / len(SECTORS))


def stop_days(values: Mapping[str, float], found: Measures) -> float:
    """Return lost days as days of a full stop of all sectors, weighed by what each one's stop costs [d].

    Examples
    --------
    Ten days without anything for a sector that bears three tenths of the loss are three days of a full stop.
    """
    shares = loss_shares(values, found.lost_days)
    return float(shares @ np.nan_to_num(found.lost_days, nan=0.0))
