"""Random numbers of the particle models: laws they must follow (derived), draws that must never change (recorded)."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from twin.models import random_numbers as r
from twin.models.compiled import compiled
from twin.models.plume import Floats

COUNT = 2_000_000


def fill(seed: np.uint64, number: int, numbers: Floats, kind: int) -> None:
    """Draw from one stream; the module's functions stand in the scope of the compiled one."""
    state = stream(seed, number)  # type: ignore[name-defined]  # noqa: F821
    for at in range(len(numbers)):
        if kind == 0:
            numbers[at], state = normal(state)  # type: ignore[name-defined]  # noqa: F821
        else:
            numbers[at], state = uniform(state)  # type: ignore[name-defined]  # noqa: F821


def drawn(count: int, number: int = 0, kind: int = 0, seed: int = 5) -> Floats:
    numbers = np.empty(count)
    compiled((*r.NUMBERS, fill))["fill"](np.uint64(seed), number, numbers, kind)
    return numbers


def test_normal_numbers_follow_the_normal_law_far_into_the_tail() -> None:
    """Derived: moments and tail of the normal law, within four standard errors."""
    x = drawn(COUNT)
    assert stats.kstest(x, "norm").pvalue > 0.001
    moments = [x.mean(), (x**2).mean() - 1.0, (x**3).mean(), (x**4).mean() - 3.0]
    assert np.abs(moments / np.sqrt(np.array([1.0, 2.0, 15.0, 96.0]) / COUNT)).max() < 4.0
    for edge in (3.0, 3.6541528853610088, 4.2):
        expected = 2.0 * COUNT * stats.norm.sf(edge)
        assert abs(np.count_nonzero(np.abs(x) > edge) - expected) < 4.0 * math.sqrt(expected)


def test_uniform_numbers_fill_the_open_unit_interval_evenly() -> None:
    """Derived: the uniform law."""
    u = drawn(COUNT, kind=1)
    assert u.min() > 0.0 and u.max() < 1.0
    assert stats.kstest(u, "uniform").pvalue > 0.001


def test_streams_of_neighbouring_particles_have_nothing_in_common() -> None:
    """Derived: correlations of independent draws lie within four standard errors of 0."""
    streams = np.stack([drawn(20_000, number) for number in range(8)])
    apart = np.asarray(np.corrcoef(streams))[np.triu_indices(8, 1)]
    lagged = [float((row[1:] * row[:-1]).mean()) for row in streams]
    assert np.abs([*apart, *lagged]).max() < 4.0 / math.sqrt(20_000)


def test_the_first_draws_of_a_key_never_change() -> None:
    """Recorded: this generator's own draws; other bits on another machine would be a fault."""
    assert drawn(4).tolist() == [0.6447611064919809, -1.2207118695757042, 0.7603063438299785, -0.3143969583112352]
    assert r.key(1, 0, "seabed loss") == 16478782805919908616


def test_interpreted_and_compiled_draws_are_the_same_bits() -> None:
    """Derived: it is one source."""
    state = np.uint64(77)
    with np.errstate(over="ignore"):
        state, plain = r.stream(state, 3), []
        for _ in range(3000):
            x, state = r.normal(state)
            plain.append(x)
    assert plain == drawn(3000, 3, seed=77).tolist()


@pytest.mark.parametrize(
    ("own", "library", "low", "high"),
    [(r.exponential, math.exp, -690.0, 0.0), (r.logarithm, math.log, 1e-12, 1.0)],
    ids=["exp", "log"],
)
def test_the_elementary_functions_agree_with_the_library(
    own: Callable[[float], float], library: Callable[[float], float], low: float, high: float
) -> None:
    """Derived: 1e-14 relative, or of 1 where the value is smaller than that."""
    for x in np.linspace(low, high, 4001).tolist():
        assert own(x) == pytest.approx(library(x), rel=1e-14, abs=1e-15 if own is r.logarithm else 0.0)
    assert r.exponential(-1e4) == 0.0


def test_the_layers_of_the_ziggurat_have_one_area() -> None:
    """Published: Doornik 2005, 256 layers, R = 3.6541528853610088, area 0.00492867323399."""
    x, f = r.ZIGGURAT_X, r.ZIGGURAT_F
    assert x[1] == 3.6541528853610088 and x[256] == 0.0 and f[256] == 1.0
    areas = [x[0] * f[1], *(x[1:256] * np.diff(f[1:]))]
    assert areas == pytest.approx([0.00492867323399] * 256, rel=1e-11)
