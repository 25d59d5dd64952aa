"""Laws of ratios (truth: the draws of `twin.quantities`, and integrals that are 1)."""

import numpy as np
import pytest

from ops_data.errors import ModelError
from ops_data.reference import parameters
from twin.calibration.prior import ratio_law
from twin.models.event_ratio import (
    OUTSIDE_DENSITY,
    OUTSIDE_SHARE,
    REACH,
    STEP,
    RatioLaw,
    learned_total,
    log_density,
    log_survival,
    table_points,
)
from twin.quantities import event_draws, from_parameter

LAWS = [
    RatioLaw("triangular", 0.75, 1.25), RatioLaw("triangular", 0.9, 1.0), RatioLaw("triangular", 1.0, 1.5),
    RatioLaw("lognormal", 0.5, 1.9), RatioLaw("exponential"), RatioLaw("none"),
]  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
def test_densities_are_the_slope_of_the_chance_below_and_sum_to_one(law: RatioLaw) -> None:
    z = np.linspace(-12.0, 3.0, 300_001)
    density = law.density(z)
    assert abs(np.sum(density) * (z[1] - z[0]) - 1.0) < 2e-3
    summed = np.cumsum(density) * (z[1] - z[0])
    assert np.abs(summed - law.chance_below(z)).max() < 2e-3


@pytest.mark.parametrize("law", LAWS)
def test_mean_and_variance_are_those_of_the_law(law: RatioLaw) -> None:
    z = np.linspace(-12.0, 3.5, 300_001)
    weight = law.density(z) * (z[1] - z[0])
    assert abs(np.sum(weight * np.exp(z)) - law.mean) < 2e-3
    wanted = law.variance if law.law != "none" else 1e-4
    assert abs(np.sum(weight * np.exp(2 * z)) - np.sum(weight * np.exp(z)) ** 2 - wanted) < 4e-3


@pytest.mark.parametrize("key", ["mining.cycle_h", "string.run_joint_h", "tool.extraction_fraction"])
def test_the_law_of_a_row_is_that_of_its_draws(key: str) -> None:
    quantity = from_parameter(parameters()[key])
    u = np.array([0.01, 0.2, 0.5, 0.8, 0.99])
    central = 0.9 * quantity.value
    ratio = event_draws(quantity, central, u) / central
    np.testing.assert_allclose(ratio_law(quantity).chance_below(np.log(ratio)), u, atol=1e-9)


def test_what_a_law_excludes_has_the_stated_floor() -> None:
    law = RatioLaw("triangular", 0.75, 1.25)
    assert float(log_density(law, np.log(2.0))) == np.log(OUTSIDE_SHARE * OUTSIDE_DENSITY)
    assert abs(float(log_survival(law, np.log(2.0))) - np.log(0.5 * OUTSIDE_SHARE)) < 1e-9


def test_summed_tables_are_the_sum_of_densities_of_practised_durations() -> None:
    law, points = RatioLaw("triangular", 0.5, 1.5), table_points()
    hours, number = np.array([2.3, 1.9, 0.8]), np.array([1.0, 2.0, 9.0])
    centre, first, rate = np.array([1.0, 1.1]), np.array([2.0, 1.5]), np.array([0.8, 0.9])
    table = log_density(law, points)
    logs = np.log(hours), np.log(number), np.log(centre), np.log(first), np.log2(rate)
    total = learned_total(*logs, table, REACH, STEP)
    factor = np.maximum(1.0, first[:, np.newaxis] * number ** np.log2(rate)[:, np.newaxis])
    exact = log_density(law, np.log(hours / (centre[:, np.newaxis] * factor))).sum(axis=1)
    np.testing.assert_allclose(total, exact, atol=1e-4)


def test_a_law_without_width_is_refused() -> None:
    with pytest.raises(ModelError, match="has width"):
        RatioLaw("triangular", 1.0, 1.0)
