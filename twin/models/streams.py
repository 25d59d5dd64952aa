"""Counter-based random draws: a draw is a function of its name, never of when it is taken.

Adding an asset, a process or a replicate changes no other draw, and two scenarios that name the same stream see the
same luck.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray


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
    name = f"{seed}\x1f{replicate}\x1f{stream}\x1f{owner}".encode()
    key = int.from_bytes(hashlib.blake2b(name, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))


def uniforms(seed: int, replicate: int, stream: str, owner: str, count: int) -> NDArray[np.float64]:
    """Return draws 0 … count-1 of a stream, uniform on [0, 1); a longer request begins with the shorter one."""
    return generator(seed, replicate, stream, owner).random(count)
