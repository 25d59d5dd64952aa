"""Mixture, viscosity and flow laws of the slurry: limits, trends, many states at once, refusals."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_data.errors import ModelError
from ops_data.reference import parameters
from twin.models.slurry import (
    REFERENCE_SHEAR_RATE_1_S,
    HerschelBulkley,
    herschel_bulkley,
    mixture_density,
    power_law,
    thomas_relative_viscosity,
)

SEA_PA_S = 1.75e-3
YIELD: dict[str, Any] = {
    "water_viscosity_pa_s": SEA_PA_S,
    "yield_coefficient_pa": 2e4,
    "yield_exponent": 3.0,
    "index": 1.0,
    "viscosity_factor": 2.0,
    "packing_fraction": 0.22,
}
POWER: dict[str, Any] = {
    "water_viscosity_pa_s": SEA_PA_S,
    "consistency_pa_sn": 0.01,
    "growth": 35.0,
    "index_slope": 4.0,
    "index_least": 0.4,
    "packing_fraction": 0.22,
}


def test_a_mixture_weighs_what_its_parts_weigh() -> None:
    """Derived: water alone, grains alone, half and half."""
    np.testing.assert_allclose(mixture_density([0.0, 0.5, 1.0], 1000.0, 2600.0), [1000.0, 1800.0, 2600.0])


def test_thomas_starts_at_his_published_1_00273_with_einsteins_slope() -> None:
    """Derived: value at 0, and slope 2.5 plus 0.00273 * 16.6 there."""
    assert float(thomas_relative_viscosity(0.0)) == 1.00273
    step = 1e-6
    slope = float(thomas_relative_viscosity(step) - thomas_relative_viscosity(0.0)) / step
    assert slope == pytest.approx(2.5 + 0.00273 * 16.6, rel=1e-4)


@given(cv=st.floats(0.0, 0.2), n=st.floats(0.4, 1.2), factor=st.floats(0.5, 5.0))
def test_the_viscous_stress_at_100_per_second_is_the_plastic_viscositys_whatever_the_index(
    cv: float, n: float, factor: float
) -> None:
    """Derived: K 100^n = f mu_Thomas mu_w 100."""
    law = herschel_bulkley(cv, **(YIELD | {"index": n, "viscosity_factor": factor}))
    viscous = float(law.stress(REFERENCE_SHEAR_RATE_1_S)) - float(law.yield_pa)
    expected = factor * float(thomas_relative_viscosity(cv)) * SEA_PA_S * REFERENCE_SHEAR_RATE_1_S
    assert viscous == pytest.approx(expected, rel=1e-9, abs=1e-9 * float(law.yield_pa))


def test_yield_stress_grows_with_the_power_of_the_concentration() -> None:
    """Derived: a Cv^b; doubling the concentration takes it eightfold; none in clear water or with a = 0."""
    law = herschel_bulkley([0.0, 0.04, 0.08], **YIELD)
    np.testing.assert_allclose(law.yield_pa, [0.0, 1.28, 10.24], rtol=1e-12)
    np.testing.assert_array_equal(
        herschel_bulkley([0.04, 0.2], **(YIELD | {"yield_coefficient_pa": 0.0})).yield_pa, 0.0
    )


def test_the_power_law_is_water_without_solids_and_thins_with_concentration() -> None:
    """Derived: K = mu_w and n = 1 at 0; K rises, n falls to its least value."""
    law = power_law([0.0, 0.03, 0.1, 0.2], **POWER)
    consistency, index = np.asarray(law.consistency_pa_sn), np.asarray(law.index)
    assert (consistency[0], index[0]) == (SEA_PA_S, 1.0)
    assert (np.diff(consistency) > 0.0).all()
    np.testing.assert_allclose(index, [1.0, 0.88, 0.6, 0.4])
    np.testing.assert_array_equal(law.yield_pa, 0.0)


def test_many_concentrations_give_what_single_ones_give() -> None:
    """Derived: element by element, parameters as arrays too."""
    cv, a = np.array([0.0, 0.03, 0.09]), np.array([[5e3], [6e4]])
    table = herschel_bulkley(cv, **(YIELD | {"yield_coefficient_pa": a}))
    assert np.shape(table.yield_pa) == np.shape(table.consistency_pa_sn) == np.shape(table.index) == (2, 3)
    single = herschel_bulkley(0.03, **(YIELD | {"yield_coefficient_pa": 6e4}))
    assert np.shape(single.yield_pa) == ()
    assert float(single.yield_pa) == pytest.approx(float(np.asarray(table.yield_pa)[1, 1]), rel=1e-15)
    thin = power_law(cv, **POWER)
    one = power_law(0.09, **POWER)
    assert float(one.consistency_pa_sn) == pytest.approx(float(np.asarray(thin.consistency_pa_sn)[2]), rel=1e-15)
    assert float(mixture_density(cv, 1042.0, 2500.0)[1]) == float(mixture_density(0.03, 1042.0, 2500.0))
    assert float(thomas_relative_viscosity(cv)[2]) == float(thomas_relative_viscosity(0.09))


@pytest.mark.parametrize("cv", [0.22, 0.5])
def test_concentrations_at_or_over_the_packing_limit_are_refused(cv: float) -> None:
    message = rf"solids volume fraction \[-\] is {cv} at state 1; it must be below the packing fraction 0.22: dilute"
    with pytest.raises(ModelError, match=message):
        herschel_bulkley([0.05, cv], **YIELD)
    with pytest.raises(ModelError, match=message):
        power_law([0.05, cv], **POWER)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"yield_coefficient_pa": -1.0}, r"yield coefficient \[Pa\] is -1; it must be 0 or above"),
        ({"viscosity_factor": 0.0}, r"viscosity factor \[-\] is 0; it must be above 0"),
        ({"index": -0.5}, r"flow index \[-\] is -0.5; it must be above 0"),
        ({"yield_exponent": 0.0}, r"yield exponent \[-\] is 0; it must be above 0"),
        ({"packing_fraction": 0.0}, r"packing fraction \[-\] is 0; it must be above 0"),
        ({"water_viscosity_pa_s": 0.0}, r"water viscosity \[Pa s\] is 0; it must be above 0"),
    ],
)
def test_impossible_parameters_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        herschel_bulkley(0.05, **(YIELD | change))


def test_impossible_laws_and_mixtures_are_refused() -> None:
    with pytest.raises(ModelError, match=r"Herschel-Bulkley law: yield stress \[Pa\] is -2; it must be 0 or above"):
        HerschelBulkley(-2.0, 1e-3, 1.0)
    with pytest.raises(ModelError, match=r"consistency \[Pa s\^n\] is 0 at state 1; it must be above 0"):
        HerschelBulkley(1.0, np.array([1e-3, 0.0]), 1.0)
    with pytest.raises(ModelError, match=r"flow index \[-\] is nan; it must be above 0"):
        HerschelBulkley(1.0, 1e-3, float("nan"))
    with pytest.raises(ModelError, match=r"solids volume fraction \[-\] is 5; it must be at most 1: 0.05 is 5 %"):
        mixture_density(5.0, 1042.0, 2500.0)
    with pytest.raises(ModelError, match=r"solids volume fraction \[-\] is -0.1; it must be 0 or above"):
        thomas_relative_viscosity(-0.1)
    with pytest.raises(ModelError, match=r"Thomas viscosity: .* is 0.7; it must be at most 0.6"):
        thomas_relative_viscosity(0.7)


def test_the_reference_rows_give_the_law_of_the_reference_results() -> None:
    """Derived: 1.28 Pa at 4 %, twice Thomas; packing is 1 minus the porosity, dry density over grain density."""
    rows = {key: row.value for key, row in parameters().items()}
    law = herschel_bulkley(
        0.04,
        water_viscosity_pa_s=SEA_PA_S,
        yield_coefficient_pa=rows["slurry.yield_coefficient_pa"],
        yield_exponent=rows["slurry.yield_exponent"],
        index=rows["slurry.flow_index"],
        viscosity_factor=rows["slurry.viscosity_factor"],
        packing_fraction=rows["slurry.packing_fraction"],
    )
    assert float(law.yield_pa) == pytest.approx(1.28)
    assert float(law.consistency_pa_sn) == pytest.approx(2.0 * 1.1212 * SEA_PA_S, rel=1e-3)
    in_place = rows["mud.dry_bulk_density_t_m3"] / rows["mud.grain_density_t_m3"]
    assert rows["slurry.packing_fraction"] == pytest.approx(in_place, abs=0.005)
