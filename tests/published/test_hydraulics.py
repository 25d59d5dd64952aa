"""Hydraulics against values that others published or that the reference results of the project print.

Kinds of truth, named in each test: *published* (a paper, a textbook, a library's documentation, an open project's hand
calculations), *reference results* (the tables the physics was specified with; computed once, independently of this
code, with an assumed flow law, so they are *calibration* cases of the method and say nothing about the real mud).
"""

import fluids
import gsw
import numpy as np
import pytest
from fluids.friction import Swamee_Jain_1976, friction_factor
from fluids.two_phase import Friedel
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from twin.models.pipe_laminar import buckingham_reiner, centreline_velocity, mean_velocity, wall_stress
from twin.models.pipe_power_law import dodge_metzner
from twin.models.pipe_transition import critical_reynolds, metzner_reed, transition_velocity
from twin.models.pipe_turbulent import darby_melson, newtonian, wilson_thomas
from twin.models.seawater import column
from twin.models.settling import richardson_zaki, richardson_zaki_exponent, ruby_zanke, terminal_velocity
from twin.models.slurry import HerschelBulkley, herschel_bulkley, mixture_density, thomas_relative_viscosity

LENGTH_M = 5600.0
WATER_KG_M3 = 1042.0
COLUMN_KG_M3 = 1041.7  # mean of the column in the reference results
WATER_PA_S = 1.75e-3
SPEEDS_M_S = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
SAND_MM = np.array([0.075, 0.2, 0.4, 0.8, 1.6, 10.0, 20.0])
DHLLDV_WATER = (998.2, 1.005e-3)  # density and viscosity of fresh water at 20 degC in that project


def assert_printed(found: ArrayLike, printed: str) -> None:
    """Compare with a printed decimal, to half a unit of its last digit."""
    half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
    assert float(np.asarray(found)) == pytest.approx(float(printed), abs=1.001 * half)


def test_v1_a_bingham_fluid_flows_as_buckingham_and_reiner_say() -> None:
    """Published: inputs of the tests of the open project engrheo; value of the formula, 5.97154e-4 m3/s.

    Its six printed digits are met; beyond them the general formula must equal the closed Bingham form to 1e-9.
    """
    tau_w = 2000.0 * 0.02 / 2.0
    area = np.pi * 0.02**2
    general = area * mean_velocity(tau_w, 0.04, HerschelBulkley(8.0, 0.1, 1.0))
    closed = area * buckingham_reiner(tau_w, 0.04, 8.0, 0.1)
    assert float(general) == pytest.approx(5.97154e-4, abs=5e-10)
    assert float(general) == pytest.approx(float(closed), rel=1e-9)


def test_v2_the_china_clay_of_the_textbook() -> None:
    """Published: Chhabra and Richardson, Non-Newtonian Flow and Applied Rheology; n 0.26 and m 9.08 as printed there.

    Yield stress 15 Pa, viscosity 0.150 Pa s, 40 mm by 200 m, 0.6 m/s at the centre: 639 kPa, and 0.526 m/s at the
    centre of the power law fitted from 10 to 100 1/s.
    """
    clay = HerschelBulkley(15.0, 0.150, 1.0)
    low, high = float(clay.stress(10.0)), float(clay.stress(100.0))
    n = np.log(high / low) / np.log(10.0)
    m = low / 10.0**n
    assert n == pytest.approx(0.26, rel=0.005)
    assert m == pytest.approx(9.08, rel=0.005)
    tau_w = brentq(lambda tau: float(centreline_velocity(tau, 0.04, clay)) - 0.6, 15.0, 100.0)
    assert 4.0 * tau_w / 0.04 * 200.0 == pytest.approx(639e3, rel=0.005)
    as_power_law = HerschelBulkley(0.0, m, n)
    assert float(centreline_velocity(tau_w, 0.04, as_power_law)) == pytest.approx(0.526, rel=0.005)


def test_v4_the_general_law_contains_power_law_and_bingham() -> None:
    """Published identities; the open project engrheo tests them too."""
    tau_w, bore = np.array([12.0, 30.0, 200.0]), 0.05
    power_law = bore / 2.0 * (tau_w / 1.4) ** (1.0 / 0.6) * 0.6 / (3.0 * 0.6 + 1.0)
    np.testing.assert_allclose(mean_velocity(tau_w, bore, HerschelBulkley(0.0, 1.4, 0.6)), power_law, rtol=1e-12)
    bingham = mean_velocity(tau_w, bore, HerschelBulkley(10.0, 0.05, 1.0))
    np.testing.assert_allclose(bingham, buckingham_reiner(tau_w, bore, 10.0, 0.05), rtol=1e-11)


def test_v4_laminar_friction_is_sixteen_over_the_reynolds_number_of_metzner_and_reed() -> None:
    """Published identity, to 1e-9; Newtonian laminar flow ends at 2,100 after Ryan and Johnson."""
    speed, bore, rho, k, n = 1.3, 0.05, 1100.0, 1.4, 0.6
    reynolds = rho * speed ** (2.0 - n) * bore**n / (8.0 ** (n - 1.0) * k * ((3.0 * n + 1.0) / (4.0 * n)) ** n)
    fluid = HerschelBulkley(0.0, k, n)
    fanning = 2.0 * wall_stress(speed, bore, fluid) / (rho * speed**2)
    assert float(fanning) == pytest.approx(16.0 / reynolds, rel=1e-9)
    assert float(metzner_reed(speed, bore, fluid, rho)) == pytest.approx(reynolds, rel=1e-9)
    assert float(critical_reynolds(1.0)) == pytest.approx(2100.0, rel=0.001)


def test_v4_dodge_and_metzner_with_an_index_of_one_is_colebrook_to_one_percent() -> None:
    """Published: Colebrook's equation for a smooth pipe, by the library fluids, Re of 1e4 to 1e6."""
    reynolds = np.geomspace(1e4, 1e6, 9)
    speed = reynolds * 1e-3 / (1000.0 * 0.1)
    fanning = 2.0 * dodge_metzner(speed, 0.1, HerschelBulkley(0.0, 1e-3, 1.0), 1000.0) / (1000.0 * speed**2)
    smooth = [friction_factor(Re=float(value), eD=0.0) / 4.0 for value in reynolds]
    np.testing.assert_allclose(fanning, smooth, rtol=0.01)


def test_v5_sand_settles_as_ruby_and_zanke_say() -> None:
    """Published: hand calculations after Miedema in the tests of the open project DHLLDV, to their seven decimals."""
    expected = [0.0044591, 0.0256840, 0.0592375, 0.1020475, 0.1549654, 0.4018323, 0.5691956]
    np.testing.assert_allclose(ruby_zanke(SAND_MM / 1e3, 2650.0, *DHLLDV_WATER), expected, rtol=0.0, atol=1e-7)


def test_v6_sand_at_ten_percent_settles_as_richardson_and_zaki_say() -> None:
    """Published: the same hand calculations, to their nine decimals."""
    expected = [0.002766062, 0.017171128, 0.042443520, 0.076343479, 0.118563740, 0.313060300, 0.444118731]
    alone = ruby_zanke(SAND_MM / 1e3, 2650.0, *DHLLDV_WATER)
    reynolds = DHLLDV_WATER[0] * alone * SAND_MM / 1e3 / DHLLDV_WATER[1]
    np.testing.assert_allclose(richardson_zaki(alone, 0.10, reynolds), expected, rtol=0.0, atol=1e-9)


@pytest.mark.parametrize(
    ("fines", "viscosity_1e6", "density"),
    [(0.1, 1.0373114, 1.05148387), (0.5, 1.2440956, 1.23417143), (1.0, 1.7279746, 1.411150)],
)
def test_v7_fines_thicken_water_as_thomas_says(fines: float, viscosity_1e6: float, density: float) -> None:
    """Published: tests of DHLLDV, 25 % of solids of which a share is fine, to their seven decimals.

    That project counts fines two ways, and so does the test: per volume of all for the viscosity (X C), per volume of
    water and fines for the density (X C/(1 - C + X C)).
    """
    rho, mu = DHLLDV_WATER
    of_all = 0.25 * fines
    kinematic = mu * thomas_relative_viscosity(of_all) / mixture_density(of_all, rho, 2650.0)
    carrier = mixture_density(of_all / (1.0 - 0.25 + of_all), rho / 1e3, 2.65)
    assert float(kinematic) * 1e6 == pytest.approx(viscosity_1e6, abs=1e-7)
    assert float(carrier) == pytest.approx(density, abs=1e-7)


def test_v8_newtonian_friction_of_a_steel_pipe() -> None:
    """Published: tests of DHLLDV, 0.0129407 after Swamee and Jain with the rounded constants 1.325 and 5.75.

    With them the value returns to its seven decimals. The library's Swamee-Jain, unrounded, gives 0.0129435; it fits
    Colebrook's equation, 0.0128722, to 1 %. The twin takes Colebrook's, 0.53 % below the published value.
    """
    reynolds, relative = 1_489_850.746, 4.5e-5 / 0.5
    printed = 1.325 / np.log(relative / 3.7 + 5.75 / reynolds**0.9) ** 2
    assert printed == pytest.approx(0.0129407, abs=1e-7)
    assert Swamee_Jain_1976(reynolds, relative) == pytest.approx(0.0129407, rel=3e-4)
    rho, mu = DHLLDV_WATER
    speed = reynolds * mu / (rho * 0.5)
    twin = 8.0 * float(newtonian(speed, 0.5, rho, mu, 4.5e-5)) / (rho * speed**2)
    assert twin == pytest.approx(0.0129407, rel=0.006)
    assert twin == pytest.approx(0.0128722, rel=1e-5)


def test_v9_the_library_gives_its_documented_values() -> None:
    """Published: documentation of the library fluids; the first two also through the twin's own functions."""
    assert float(terminal_velocity(70e-6, 2600.0, 1000.0, 1e-3)) == pytest.approx(0.00414249724, rel=1e-6)
    assert fluids.v_terminal(D=70e-6, rhop=2600.0, rho=1000.0, mu=1e-3) == pytest.approx(0.00414249724, rel=1e-6)
    assert friction_factor(Re=1e5, eD=1e-4) == pytest.approx(0.0185138661, rel=1e-6)
    through = 8.0 * float(newtonian(1.0, 0.1, 1000.0, 1e-3, 1e-5)) / 1000.0
    assert through == pytest.approx(0.0185138661, rel=1e-6)
    drop = Friedel(m=0.6, x=0.1, rhol=915.0, rhog=2.67, mul=180e-6, mug=14e-6, sigma=0.0487, D=0.05, L=1.0)
    assert drop == pytest.approx(738.6500525, rel=1e-6)


def test_v10_sea_water_has_the_check_values_of_teos_10() -> None:
    """Published: TEOS-10, check values of density and sound speed."""
    salinity = [34.7118, 34.8915, 35.0256, 34.8472, 34.7366, 34.7324]
    conservative = [28.8099, 28.4392, 22.7862, 10.2262, 6.8272, 4.3236]
    dbar = [10.0, 50.0, 125.0, 250.0, 600.0, 1000.0]
    rho = [1021.83993574, 1022.26245797, 1024.42719541, 1027.79015276, 1029.837779, 1032.00245322]
    sound = [1542.47837939, 1542.5725041, 1530.74025797, 1494.43007761, 1487.39136898, 1483.93741767]
    np.testing.assert_allclose(gsw.rho(salinity, conservative, dbar), rho, rtol=0.0, atol=1e-6)
    np.testing.assert_allclose(gsw.sound_speed(salinity, conservative, dbar), sound, rtol=0.0, atol=1e-6)


def test_darby_and_melson_give_the_friction_of_an_open_implementation() -> None:
    """Published: documented example of an open implementation after Darby (2001), Darcy factor 0.01905007708620241."""
    tau_w = darby_melson(2.3, 0.254, HerschelBulkley(6.0, 0.02, 1.0), 1300.0)
    assert 8.0 * float(tau_w) / (1300.0 * 2.3**2) == pytest.approx(0.01905007708620241, rel=1e-7)


@pytest.mark.parametrize(
    "row",
    [
        "30 1150 0.00003 4.70 0.00002 -",  # clay floc; years
        "63 2650 0.0020 4.64 0.0016 33d",  # quartz
        "50 3150 0.0016 4.66 0.0013 40d",  # phosphate
        "150 3150 0.013 4.31 0.0105 4.9d",
        "1000 2000 0.089 2.88 0.076 17.6h",  # micronodule
        "10000 2000 0.55 2.37 0.49 2.8h",  # nodule
        "30000 2000 0.92 2.35 0.81 1.7h",
    ],
)
def test_table_1_2_grains_of_the_mud_fall(row: str) -> None:
    """Reference results, table 1.2 (spheres in bottom water), every cell to its last printed digit.

    Columns: diameter [um], density [kg/m3], velocity alone [m/s], exponent, velocity at 5 % [m/s], time to fall.
    """
    diameter, density, fall, exponent, hindered, time = row.split()
    d = float(diameter) * 1e-6
    v = terminal_velocity(d, float(density), WATER_KG_M3, WATER_PA_S)
    reynolds = WATER_KG_M3 * v * d / WATER_PA_S
    assert_printed(v, fall)
    assert_printed(richardson_zaki_exponent(reynolds), exponent)
    assert_printed(richardson_zaki(v, 0.05, reynolds), hindered)
    if time != "-":
        assert_printed(LENGTH_M / v / (86_400.0 if time.endswith("d") else 3_600.0), time[:-1])


def test_table_1_2_natural_grains_fall_slower_than_spheres() -> None:
    """Reference results: 0.40 m/s after Ruby and Zanke, 0.74 m/s as a sphere, quartz of 10 mm in fresh water."""
    assert float(ruby_zanke(0.01, 2650.0, *DHLLDV_WATER)) == pytest.approx(0.40, abs=0.005)
    assert float(terminal_velocity(0.01, 2650.0, *DHLLDV_WATER)) == pytest.approx(0.74, abs=0.005)


def test_table_1_3_thomas_at_two_to_ten_percent() -> None:
    """Reference results, table 1.3: to the three decimals printed."""
    expected = [1.058, 1.121, 1.194, 1.275, 1.365]
    found = thomas_relative_viscosity([0.02, 0.04, 0.06, 0.08, 0.10])
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=5.01e-4)


def test_table_1_3_wilson_thomas_meets_newton_in_a_smooth_pipe() -> None:
    """Reference results: 6.79 against 6.85 Pa at a Reynolds number of 4e5; velocity of the case not printed.

    The ratio does not depend on density or bore at a fixed Reynolds number, so it is what is compared.
    """
    speed = 4e5 * WATER_PA_S / (WATER_KG_M3 * 0.2)
    ours = wilson_thomas(speed, 0.2, HerschelBulkley(0.0, WATER_PA_S, 1.0), WATER_KG_M3)
    ratio = float(ours / newtonian(speed, 0.2, WATER_KG_M3, WATER_PA_S))
    assert ratio == pytest.approx(6.79 / 6.85, abs=0.0015)


def test_table_1_4_density_yield_stress_transition_and_head_calibration() -> None:
    """Reference results, first table of 1.4 (calibration: assumed yield law a Cv^3), to the digits printed.

    The static column follows with g = 9.79 m/s2, the value at the site's latitude.
    """
    cv = np.array([0.02, 0.04, 0.06, 0.08, 0.10])
    rho = mixture_density(cv, COLUMN_KG_M3, 2650.0)
    np.testing.assert_allclose(rho, [1074, 1106, 1138, 1170, 1203], rtol=0.0, atol=0.501)
    tau = {5e3: [0.04, 0.32, 1.08, 2.56, 5.0], 2e4: [0.16, 1.28, 4.32, 10.2, 20], 6e4: [0.48, 3.84, 13.0, 30.7, 60]}
    turn = {
        5e3: [0.16, 0.44, 0.80, 1.22, 1.68],
        2e4: [0.32, 0.88, 1.60, 2.43, 3.35],
        6e4: [0.55, 1.53, 2.77, 4.21, 5.81],
    }
    for a in tau:
        law = herschel_bulkley(
            cv,
            water_viscosity_pa_s=WATER_PA_S,
            yield_coefficient_pa=a,
            yield_exponent=3.0,
            index=1.0,
            viscosity_factor=2.0,
            packing_fraction=0.22,
        )
        np.testing.assert_allclose(law.yield_pa, tau[a], rtol=0.005)
        np.testing.assert_allclose(transition_velocity(law.yield_pa, rho), turn[a], rtol=0.0, atol=0.0101)
    static_mpa = (rho - COLUMN_KG_M3) * 9.79 * LENGTH_M / 1e6
    np.testing.assert_allclose(static_mpa, [1.76, 3.53, 5.29, 7.05, 8.82], rtol=0.0, atol=0.0051)


@pytest.mark.parametrize(
    "row",
    [
        "0.15 4 1.28 0.24/0.20/0.24 0.26/0.34/0.41 0.28/0.80/0.78 0.30/1.42/1.28 0.34/3.06/2.63",
        "0.15 8 10.2 1.65/1.53/1.65 1.70/1.54/1.71 1.75/1.57/1.86 1.79/1.66/2.17 1.86/2.66/3.34",
        "0.20 2 0.16 0.03/0.08/0.07 0.04/0.29/0.25 0.05/0.61/0.51 0.06/1.03/0.86 0.07/2.15/1.79",
        "0.20 4 1.28 0.17/0.15/0.18 0.19/0.24/0.30 0.20/0.56/0.56 0.21/1.00/0.91 0.23/2.16/1.87",
        "0.20 6 4.3 0.53/0.48/0.53 0.56/0.50/0.59 0.58/0.57/0.77 0.59/0.88/1.09 0.62/2.06/2.02",
        "0.20 8 10.2 1.22/1.15/1.22 1.26/1.15/1.27 1.29/1.17/1.38 1.31/1.23/1.60 1.35/1.88/2.42",
        "0.25 4 1.28 0.14/0.12/0.14 0.15/0.18/0.23 0.15/0.43/0.43 0.16/0.76/0.70 0.18/1.65/1.43",
    ],
)
def test_table_1_4_friction_of_the_up_leg_calibration(row: str) -> None:
    """Reference results, second table of 1.4 (calibration: assumed flow law), all 105 cells to the printed 0.01 MPa.

    Columns: bore [m], solids [%], yield stress [Pa], then laminar/Wilson-Thomas/Darby-Melson [MPa] at 0.5, 1, 1.5, 2
    and 3 m/s. The printed, rounded yield stress (4.3 and 10.2 Pa, not 4.32 and 10.24) and a water density of 1,041.7
    kg/m3 are what reproduces every cell; with 4.32 and 10.24 Pa sixteen cells end 0.01 higher.
    """
    bore, percent, tau_y, *cells = row.split()
    cv, mpa = float(percent) / 100.0, 4.0 * LENGTH_M / float(bore) / 1e6
    law = HerschelBulkley(float(tau_y), 2.0 * thomas_relative_viscosity(cv) * WATER_PA_S, 1.0)
    rho = mixture_density(cv, COLUMN_KG_M3, 2650.0)
    found = mpa * np.stack(
        [
            wall_stress(SPEEDS_M_S, float(bore), law),
            wilson_thomas(SPEEDS_M_S, float(bore), law, rho),
            darby_melson(SPEEDS_M_S, float(bore), law, rho),
        ],
        axis=1,
    )
    printed = [[float(value) for value in cell.split("/")] for cell in cells]
    np.testing.assert_allclose(found, printed, rtol=0.0, atol=0.00501)


def test_table_1_4_friction_of_sea_water_in_steel() -> None:
    """Reference results: sea water, bore 0.20 m, roughness 45 um, to the printed 0.01 MPa."""
    tau_w = newtonian(SPEEDS_M_S, 0.20, COLUMN_KG_M3, WATER_PA_S, 4.5e-5)
    found = tau_w * 4.0 * LENGTH_M / 0.20 / 1e6
    np.testing.assert_allclose(found, [0.08, 0.27, 0.57, 0.98, 2.12], rtol=0.0, atol=0.00501)


def test_section_2_the_column_at_the_site() -> None:
    """Reference results, table of section 2: pressure, density, sound speed, from another profile of the same sea.

    That profile has the salinity minimum near 600 m; the one here has not: 0.3 kg/m3 and 3 m/s apart at 1,000 m.
    The text there gives a mean density of 1,041.7, but its own table averages 1,040.1 over depth (trapezoids), which
    is what the column here has: 1,041.7 is the pressure over g H with g = 9.79 at the surface.
    """
    sea = column(
        23.2,
        6000.0,
        surface_temperature_c=27.0,
        bottom_temperature_c=1.5,
        surface_salinity_g_kg=35.17,
        bottom_salinity_g_kg=34.87,
        thermocline_m=500.0,
    )
    depth = np.array([0.0, 1000.0, 2000.0, 4000.0, 5600.0, 6000.0])
    found = sea.at(depth)
    np.testing.assert_allclose(found.pressure_pa / 1e4, [0, 1009, 2023, 4064, 5711, 6124], rtol=0.0, atol=1.0)
    density = np.array([1022.7, 1031.9, 1037.0, 1046.2, 1053.2, 1054.9])
    np.testing.assert_allclose(found.density_kg_m3, density, rtol=0.0, atol=0.3)
    np.testing.assert_allclose(found.sound_speed_m_s, [1539, 1485, 1491, 1523, 1552, 1560], rtol=0.0, atol=3.0)
    assert float(found.pressure_pa[4]) / 1e6 == pytest.approx(57.1, abs=0.05)
    mean = float(np.trapezoid(density[:5], depth[:5]) / 5600.0)
    assert mean == pytest.approx(1040.1, abs=0.05)
    ours = sea.at(np.linspace(0.0, 5600.0, 561)).density_kg_m3
    assert float(ours.mean()) == pytest.approx(mean, abs=0.3)
