"""Time of the stage model of solvent extraction: a small train, and circuits of 60 stages and 16 elements."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.published.test_extraction import sulfate_circuit
from twin.models.distribution import power_law
from twin.models.extraction import Chemistry, Circuit, Liquor, Solvent, extraction_scrub_strip, saponified, solve
from twin.models.stage_theory import least_wash

pytestmark = pytest.mark.benchmark

# the series with PC88A: log10 D at pH 0 and 0.5 mol/L of free dimer, Ho and Er to Lu extrapolated; then sodium
SERIES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Y", "Er", "Tm", "Yb", "Lu", "Na")
LEVELS = (
    *(-4.0795, -3.7385, -3.4086, -3.0776, -2.3640, -1.9571, -1.5006, -0.9825, -0.3905, -0.08, 0.1058),
    *(0.25, 0.6, 0.95, 1.2, -2.5),
)
# of the feed of the plant; then the cuts, each with what is fed to it: from one place of the series to another
SHARES = (0.2, 0.06, 0.045, 0.19, 0.04, 0.01, 0.045, 0.007, 0.042, 0.009, 0.305, 0.024, 0.003, 0.018, 0.002, 0.0)

CUTS = {
    "Nd/Sm": (0, 15),
    "Ce/Pr": (0, 4),
    "Pr/Nd": (2, 4),
    "Gd/Tb": (4, 15),
    "Tb/Dy": (7, 15),
    "Dy/Ho": (8, 15),
    "Ho/Y": (9, 15),
}
ELSE = 1e-3  # of all others, what came along


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest time [s]."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def circuit_of_60(cut: str) -> Circuit:
    """Return 25 stages of extraction, 20 of scrub and 15 of strip for a cut; 100 mol of rare earths per hour are fed.

    The solvent carries what is extracted and 1.3 times the least wash of the cut, which the scrub acid brings back.
    """
    order = np.append(np.full(15, 3.0), 1.0)
    law = power_law(LEVELS, order, order, 0.5, np.append(np.full(15, 0.473), 0.0))
    heavier, (first, end) = SERIES.index(cut.partition("/")[2]), CUTS[cut]
    place = np.arange(16)
    feed = np.array(SHARES) * np.where((place >= first) & (place < end), 1.0, ELSE)
    feed /= feed.sum()
    extracted = float(feed[heavier:].sum()) * 100.0
    wash = 100.0 * 1.3 * float(least_wash(10.0 ** (LEVELS[heavier] - LEVELS[heavier - 1])))
    solvent = Solvent(3.0 * (extracted + wash) / (0.36 * 0.5), 0.5, np.zeros(16))
    none = np.zeros(16)
    return extraction_scrub_strip(
        Chemistry(SERIES, order, order, law),
        saponified(solvent, 15, 0.36),
        Liquor(100.0, feed, 0.01),
        Liquor(wash, none, 3.2),
        Liquor(max(extracted, 5.0), none, 6.0),
        25,
        20,
        15,
        efficiency=0.9,
    )


def test_three_stages_and_twelve_elements_take_less_than_ten_milliseconds() -> None:
    circuit = sulfate_circuit()
    spent = best_of(20, lambda: solve(circuit))
    print(f"\n3 stages, 12 elements: {spent * 1e3:.2f} ms")
    assert spent < 10e-3


@pytest.mark.parametrize("cut", CUTS)
def test_sixty_stages_and_sixteen_elements_take_less_than_a_quarter_of_a_second(cut: str) -> None:
    circuit = circuit_of_60(cut)
    found = solve(circuit, cut)
    spent = best_of(3, lambda: solve(circuit, cut))
    print(f"\n60 stages, 16 elements, {cut}: {spent * 1e3:.0f} ms, {found.steps} steps ({found.path})")
    assert spent < 0.250
