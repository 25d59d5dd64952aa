"""Rates of failure of parts when a log says that something failed, not which part: labels and rates drawn in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma

from ops_data.errors import ModelError
from twin.models.limits import FloatArray

Ints = NDArray[np.int64]

PLACE: Final = "failure labels"
SHORTEST: Final = 1e-6  # of a life: lives of no length have no density under a Weibull law
BURN_IN: Final = 20
APART: Final = 2  # sweeps between members that are kept


@dataclass(frozen=True, eq=False)
class Incidents:
    """What one asset went through.

    Attributes
    ----------
    worked : what each part had worked when each incident came, in order of time, shape (K, J).
    total : what each has worked until now, shape (J,).
    log_fit : logarithm of the chance of what was seen of the incident if it was of the part, shape (K, J).
    """

    worked: FloatArray
    total: FloatArray
    log_fit: FloatArray


@dataclass(frozen=True, eq=False)
class LabelDraws:
    """Members of the posterior.

    Attributes
    ----------
    place : of each part's mean life in its grid, shape (N, J).
    labels : part of each incident, of all assets one after the other, shape (N, K).
    """

    place: Ints
    labels: Ints


def sample_labels(
    assets: Sequence[Incidents], shape: FloatArray, mean_life: FloatArray, shortened: FloatArray, members: int,
    random: np.random.Generator,
) -> LabelDraws:  # fmt: skip
    """Return joint draws of the mean lives of parts and of which part each incident was of.

    Parameters
    ----------
    assets : what assets of one kind went through; their parts have the same mean lives.
    shape : Weibull shape of each part, 1 for exponential lives, shape (J,).
    mean_life : points of equal prior chance of each part's mean life, shape (J, G).
    shortened : factor by which each chain's parts live shorter than that, shape (chains, J).
    members : draws wanted.
    random : source.

    Notes
    -----
    Gibbs sampling in parallel chains. A part is new at the start and after an incident of it; lives that last are cut
    off at what was worked. Given the other labels, incident k is of part j with a chance in proportion to its fit times
    f(t1) g(t2) / g(t1 + t2), t1 and t2 the lives before and after it and g density or survival, whichever ends the
    second. Given the labels, mean lives are exact on their grids.

    References
    ----------
    Diebolt and Robert (1994), J. R. Statist. Soc. B 56, 363-375 (mixtures); Cox and Oakes (1984), Analysis of Survival
    Data.
    """
    chains, parts = shortened.shape
    if mean_life.shape[0] != parts or shape.shape != (parts,) or not assets:
        raise ModelError(f"{PLACE}: {parts} parts, grids of {mean_life.shape}, shapes of {shape.shape}; match them")
    kept = -(-members // chains)
    log_scale = np.log(mean_life / gamma(1.0 + 1.0 / shape)[:, np.newaxis])
    place = random.integers(0, mean_life.shape[1], (chains, parts))
    labels = [_gumbel(np.broadcast_to(one.log_fit, (chains, *one.log_fit.shape)), random) for one in assets]
    found: list[tuple[Ints, Ints]] = []
    for sweep in range(BURN_IN + APART * kept):
        log_eta = log_scale[np.arange(parts), place] - np.log(shortened)
        for one, own in zip(assets, labels, strict=True):
            _relabel(one, own, log_eta, shape, random)
        place = _places(assets, labels, log_scale, shortened, shape, random)
        if sweep >= BURN_IN and (sweep - BURN_IN) % APART == 0:
            found.append((place.copy(), np.concatenate(labels, axis=1)))
    order = random.permutation(kept * chains)[:members]
    return LabelDraws(
        np.concatenate([one for one, _ in found])[order], np.concatenate([one for _, one in found])[order]
    )


def _gumbel(log_weight: FloatArray, random: np.random.Generator) -> Ints:
    """Return a draw along the last axis in proportion to weights."""
    return np.asarray((log_weight - np.log(-np.log(random.random(log_weight.shape)))).argmax(axis=-1), dtype=np.int64)


def _relabel(one: Incidents, labels: Ints, log_eta: FloatArray, shape: FloatArray, random: np.random.Generator) -> None:
    """Draw the label of each incident of an asset anew, in place, given all others."""
    count, parts = one.worked.shape
    chains = np.arange(len(labels))
    following = np.empty((count, len(labels), parts))
    ends = np.empty((count, len(labels), parts), dtype=bool)
    after, failed = np.broadcast_to(one.total, (len(labels), parts)).copy(), np.zeros((len(labels), parts), bool)
    for k in reversed(range(count)):
        following[k], ends[k] = after, failed
        after[chains, labels[:, k]] = one.worked[k, labels[:, k]]
        failed[chains, labels[:, k]] = True
    before = np.zeros((len(labels), parts))
    inverse = np.exp(-shape * log_eta)
    for k in range(count):
        first = np.maximum(one.worked[k] - before, SHORTEST)
        second = np.maximum(following[k] - one.worked[k], SHORTEST)
        log_ratio = np.log(shape) - shape * log_eta + (shape - 1.0) * np.log(first)
        log_ratio += np.where(ends[k], (shape - 1.0) * (np.log(second) - np.log(first + second)), 0.0)
        log_ratio -= (first**shape + second**shape - (first + second) ** shape) * inverse
        labels[:, k] = _gumbel(log_ratio + one.log_fit[k], random)
        before[chains, labels[:, k]] = one.worked[k, labels[:, k]]


def _places(
    assets: Sequence[Incidents], labels: Sequence[Ints], log_scale: FloatArray, shortened: FloatArray,
    shape: FloatArray, random: np.random.Generator,
) -> Ints:  # fmt: skip
    """Return the place of each mean life in its grid, drawn given the labels, shape (N, J)."""
    chains, parts = shortened.shape
    every, failures, powers = np.arange(chains), np.zeros((chains, parts)), np.zeros((chains, parts))
    for one, own in zip(assets, labels, strict=True):
        before = np.zeros((chains, parts))
        for k in range(len(one.worked)):
            part = own[:, k]
            life = np.maximum(one.worked[k, part] - before[every, part], SHORTEST)
            powers[every, part] += life ** shape[part]
            failures[every, part] += 1.0
            before[every, part] = one.worked[k, part]
        powers += np.maximum(one.total - before, 0.0) ** shape
    log_eta = log_scale - np.log(shortened)[:, :, np.newaxis]
    beta = shape[:, np.newaxis]
    log_weight = -beta * failures[:, :, np.newaxis] * log_eta - powers[:, :, np.newaxis] * np.exp(-beta * log_eta)
    return _gumbel(log_weight, random)
