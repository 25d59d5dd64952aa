"""Random numbers for compiled code, the same bits on every machine: one stream per particle.

A stream is a 64-bit state that every draw moves on. Only whole numbers and the exactly rounded operations + − × ÷ √
are used, so results depend on no system library. The functions are plain Python for `twin.models.compiled`; run as
such, they need numpy's overflow warnings switched off, as whole numbers wrap around on purpose.
"""

import math
from decimal import Decimal, localcontext
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.models.streams import generator

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_BITS_1: Final = np.uint64(1)
_BITS_8: Final = np.uint64(8)
_BITS_11: Final = np.uint64(11)
_BITS_27: Final = np.uint64(27)
_BITS_30: Final = np.uint64(30)
_BITS_31: Final = np.uint64(31)
_LAYER: Final = np.uint64(255)
_UNIT: Final = 2.0**-53
_LOG2_E: Final = 1.4426950408889634
_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_SQRT_HALF: Final = 0.7071067811865476
_LOWEST: Final = -700.0  # below this exp is taken as 0

_LAYERS: Final = 256
_EDGE: Final = "3.6541528853610087963519472518"  # where the tail of a ziggurat of 256 layers begins


def key(seed: int, replicate: int, owner: str) -> int:
    """Return the key of the particle streams of an owner, 0 to 2^64 - 1.

    Parameters
    ----------
    seed, replicate : of the ensemble.
    owner : whose particles, for example ``"seabed loss"``.

    Examples
    --------
    >>> key(1, 0, "seabed loss") == key(1, 0, "seabed loss") != key(1, 1, "seabed loss")
    True
    """
    return int(generator(seed, replicate, "particles", owner).integers(0, 2**64, dtype=np.uint64))


def _ziggurat() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the right edges of the layers of equal area under exp(-x²/2), the base first, and the heights there.

    Computed in decimals, whose rounding is the same everywhere.
    """
    with localcontext() as context:
        context.prec = 25
        edge = Decimal(_EDGE)
        density = (-edge * edge / 2).exp()
        mills = Decimal(0)
        for n in range(150, 0, -1):
            mills = n / (edge + mills)
        area = edge * density + density / (edge + mills)
        edges = [area / density, edge]
        for _ in range(_LAYERS - 2):
            last = edges[-1]
            edges.append((-2 * (area / last + (-last * last / 2).exp()).ln()).sqrt())
        edges.append(Decimal(0))
        heights = [(-x * x / 2).exp() for x in edges]
        return np.array([float(x) for x in edges]), np.array([float(f) for f in heights])


ZIGGURAT_X, ZIGGURAT_F = _ziggurat()


def scrambled(value: np.uint64) -> np.uint64:
    """Return 64 bits mixed so that near numbers give unrelated ones (finaliser of SplitMix64)."""
    value = (value ^ (value >> _BITS_30)) * _MIX_1
    value = (value ^ (value >> _BITS_27)) * _MIX_2
    return value ^ (value >> _BITS_31)


def stream(seed: np.uint64, number: int) -> np.uint64:
    """Return the first state of stream `number` of a key."""
    return scrambled(scrambled(seed + _GOLDEN) + np.uint64(number) * _GOLDEN)


def uniform(state: np.uint64) -> tuple[float, np.uint64]:
    """Return a number above 0 and below 1, and the next state."""
    state = state + _GOLDEN
    return (float(scrambled(state) >> _BITS_11) + 0.5) * _UNIT, state


def exponential(x: float) -> float:
    """Return exp(x) of x, 0 or below, to 1e-15: Taylor's series on a 2^n-th of the range."""
    if x < _LOWEST:
        return 0.0
    n = math.floor(x * _LOG2_E + 0.5)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    total = 1.0
    for k in range(14, 0, -1):
        total = 1.0 + total * r / k
    return math.ldexp(total, int(n))


def logarithm(x: float) -> float:
    """Return ln(x) of x above 0 and at most 1, to 1e-15: the series of artanh on the mantissa."""
    m, n = math.frexp(x)
    if m < _SQRT_HALF:
        m *= 2.0
        n -= 1
    s = (m - 1.0) / (m + 1.0)
    total = 0.0
    for k in range(23, 0, -2):
        total = total * s * s + 1.0 / k
    return 2.0 * s * total + n * _LN2_LOW + n * _LN2_HIGH


def _tail(state: np.uint64) -> tuple[float, np.uint64]:
    """Return a normal number beyond the edge of the base layer, and the next state (Marsaglia 1964)."""
    edge = ZIGGURAT_X[1]
    while True:
        u, state = uniform(state)
        beyond = -logarithm(u) / edge
        u, state = uniform(state)
        if -2.0 * logarithm(u) > beyond * beyond:
            return edge + beyond, state


def normal(state: np.uint64) -> tuple[float, np.uint64]:
    """Return a standard normal number and the next state.

    Notes
    -----
    Ziggurat of 256 layers of equal area; layer, sign and place are separate bits of one draw.

    References
    ----------
    Marsaglia, G., Tsang, W. W. (2000): The ziggurat method for generating random variables. J. Stat. Softw. 5(8).
    Doornik, J. A. (2005): An improved ziggurat method to generate normal random samples. University of Oxford.
    Steele, G. L., Lea, D., Flood, C. H. (2014): Fast splittable pseudorandom number generators. OOPSLA '14.
    """
    while True:
        state = state + _GOLDEN
        bits = scrambled(state)
        layer = int(bits & _LAYER)
        x = float(bits >> _BITS_11) * _UNIT * ZIGGURAT_X[layer]
        sign = 1.0 if (bits >> _BITS_8) & _BITS_1 else -1.0
        if x < ZIGGURAT_X[layer + 1]:
            return sign * x, state
        if layer == 0:
            beyond, state = _tail(state)
            return sign * beyond, state
        u, state = uniform(state)
        low, high = ZIGGURAT_F[layer], ZIGGURAT_F[layer + 1]
        if low + u * (high - low) < exponential(-0.5 * x * x):
            return sign * x, state


NUMBERS: Final = (scrambled, stream, uniform, exponential, logarithm, _tail, normal)
