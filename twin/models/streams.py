"""Counter-based random draws: a draw is a function of its name, never of when it is taken.

Adding an asset, a process or a replicate changes no other draw, and two scenarios that name the same stream see the
same luck.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
# Of Philox4x64-10: multipliers and steps of the key, one of each per pair of words.
_MULTIPLIERS: Final = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_STEPS: Final = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_ROUNDS: Final = 10
_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_KEY_BYTES: Final = 16


def generator(seed: int, replicate: int, stream: str, owner: str) -> np.random.Generator:
    """Return the generator of one stream, positioned at ordinal 0.

    Parameters
    ----------
    seed : seed of the ensemble, any integer.
    replicate : replicate number, 0 or more.
    stream : what is drawn, for example ``"duration"`` or ``"life"``.
    owner : whose draw it is, for example ``"chikyu/shift"`` or ``"2027-02"``.

    Returns
    -------
    A Philox generator keyed by the four names.

    References
    ----------
    Salmon, J. K., Moraes, M. A., Dror, R. O., Shaw, D. E. (2011): Parallel random numbers: as easy as 1, 2, 3. SC'11.
    """
    return np.random.Generator(np.random.Philox(key=int.from_bytes(_key(seed, replicate, stream, owner), "little")))


def _key(seed: int, replicate: int, stream: str, owner: str) -> bytes:
    name = f"{seed}\x1f{replicate}\x1f{stream}\x1f{owner}".encode()
    return hashlib.blake2b(name, digest_size=_KEY_BYTES).digest()


def uniforms(seed: int, replicate: int, stream: str, owner: str, count: int) -> NDArray[np.float64]:
    """Return draws 0 … count-1 of a stream, uniform on [0, 1); a longer request begins with the shorter one."""
    return generator(seed, replicate, stream, owner).random(count)


def first_uniforms(seed: int, replicate: int, stream: str, owners: Sequence[str]) -> NDArray[np.float64]:
    """Return draw 0 of a stream of many owners, the same bits as ``uniforms(…, owner, 1)[0]`` of each, all at once.

    Examples
    --------
    >>> bool(first_uniforms(1, 0, "parameter", ["a", "b"])[1] == uniforms(1, 0, "parameter", "b", 1)[0])
    True
    """
    keys = b"".join(_key(seed, replicate, stream, owner) for owner in owners)
    key = np.frombuffer(keys, dtype="<u8").astype(np.uint64).reshape(-1, 2).T
    return (_first_words(key[0], key[1]) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _first_words(key_0: Words, key_1: Words) -> Words:
    """Return the first 64 bits that Philox4x64-10 gives under each key (counter 1, as of numpy's generator)."""
    zero = np.zeros_like(key_0)
    x = (zero + np.uint64(1), zero, zero, zero)
    for turn in range(_ROUNDS):
        if turn:
            key_0, key_1 = key_0 + np.uint64(_STEPS[0]), key_1 + np.uint64(_STEPS[1])
        high_0, low_0 = _product(x[0], _MULTIPLIERS[0])
        high_1, low_1 = _product(x[2], _MULTIPLIERS[1])
        x = (high_1 ^ x[1] ^ key_0, low_1, high_0 ^ x[3] ^ key_1, low_0)
    return x[0]


def _product(a: Words, b: int) -> tuple[Words, Words]:
    """Return the upper and the lower 64 bits of a product of two 64-bit numbers."""
    b_high, b_low, whole = np.uint64(b >> 32), np.uint64(b & 0xFFFFFFFF), np.uint64(b)
    a_high, a_low = a >> _HALF, a & _LOW
    middle = a_high * b_low + (a_low * b_low >> _HALF)
    other = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _HALF) + (other >> _HALF), a * whole
