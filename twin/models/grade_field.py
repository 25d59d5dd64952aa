"""Where the enriched layer lies and how rich it is: random fields over the area that honour cores.

Three things vary from place to place: the depth of the peak, the mean grade of the column, and the scatter of single
layers about the smooth profile. Peak depth and mean follow their own laws, tied to Gaussian fields; GSTools gives the
covariance model and the unconditional fields, and simple kriging makes them pass through what cores say.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.special import ndtr, ndtri

from twin.models.grade_profile import GradeProfile, accumulated, layer_means, levelled

if TYPE_CHECKING:
    from gstools import Exponential

Floats = NDArray[np.float64]

MODES: Final = 200  # waves that make a field
APART: Final = 100.0  # correlation lengths between copies of one field: they are as good as independent
SURE: Final = 0.005  # a core's peak depth lies at least this share of the range inside the ends of its law
SPARE: Final = 0.1  # share of the range by which it is widened beyond a core outside


@dataclass(frozen=True)
class FieldLaw:
    """How places differ.

    Attributes
    ----------
    peak_shallow_m, peak_deep_m : the peak depth of a place is uniform between them [m].
    mean_ppm, mean_cv : mean and coefficient of variation of the column mean, lognormal [mass ppm, 1].
    correlation_km : distance at which two places are correlated by 1/e [km].
    mean_peak_correlation : correlation between the Gaussian scores of mean and peak depth, between -1 and 1.
    layer_sd : standard deviation of the logarithm of a layer's grade about the profile [1].
    layer_correlation_m : depth over which that scatter is correlated by 1/e [m].
    """

    peak_shallow_m: float
    peak_deep_m: float
    mean_ppm: float
    mean_cv: float
    correlation_km: float
    mean_peak_correlation: float
    layer_sd: float
    layer_correlation_m: float

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm of the column mean."""
        return math.sqrt(math.log1p(self.mean_cv**2))

    @property
    def log_mean(self) -> float:
        """Mean of the logarithm of the column mean."""
        return math.log(self.mean_ppm) - 0.5 * self.log_sd**2


@dataclass(frozen=True, eq=False)
class KnownPlaces:
    """What cores say at their places.

    Attributes
    ----------
    x_km, y_km : place, shape (c,).
    peak_depth_m, mean_ppm : of the profile that fits the core best, shape (c,); NaN where the core does not tell.
    samples : top and bottom [m] and grade [mass ppm] of the samples of each core.
    """

    x_km: Floats
    y_km: Floats
    peak_depth_m: Floats
    mean_ppm: Floats
    samples: tuple[tuple[Floats, Floats, Floats], ...]


@dataclass(frozen=True, eq=False)
class GradeField:
    """A field at n places and L layers.

    Attributes
    ----------
    peak_depth_m : depth of the peak [m], shape (n,).
    mean_ppm : mean grade of the smooth profile over the mud [mass ppm], shape (n,).
    layer_factor : grade of a layer over that of the profile [1], shape (n, L).
    """

    peak_depth_m: Floats
    mean_ppm: Floats
    layer_factor: Floats


def layer_edges(layer_m: float, thickness_m: float) -> Floats:
    """Return the depths that part the layers [m], from 0 to the whole thickness; the last layer may be thinner.

    Examples
    --------
    >>> layer_edges(0.5, 1.2).tolist()
    [0.0, 0.5, 1.0, 1.2]
    """
    inner = np.arange(0.0, thickness_m * (1.0 - 1e-9), layer_m)
    return np.append(inner, thickness_m)


def widened(law: FieldLaw, known: KnownPlaces | None) -> FieldLaw:
    """Return the law with a range of peak depths that holds those of the cores, a tenth of its width to spare.

    A range that begins above the sea bed means that the top of the layer, or all of it, may have been eroded.
    """
    found = np.empty(0) if known is None else known.peak_depth_m[np.isfinite(known.peak_depth_m)]
    if not len(found):
        return law
    width = law.peak_deep_m - law.peak_shallow_m
    low, high = law.peak_shallow_m, law.peak_deep_m
    if found.min() < low + SURE * width:
        low = float(found.min()) - SPARE * width
    if found.max() > high - SURE * width:
        high = float(found.max()) + SPARE * width
    return replace(law, peak_shallow_m=low, peak_deep_m=high)


def simulate(
    x_km: Floats,
    y_km: Floats,
    law: FieldLaw,
    shape: GradeProfile,
    edges_m: Floats,
    seed: int | None,
    known: KnownPlaces | None = None,
    layers: int | None = None,
) -> GradeField:
    """Return one field at some places, of the infinitely many that the law and the cores allow.

    Parameters
    ----------
    x_km, y_km : places [km], shape (n,).
    law : how places differ.
    shape : the profile; each place has its own peak depth and mean.
    edges_m : depths that part the layers [m], shape (L + 1,); see :func:`layer_edges`.
    seed : whole number from 0 to 2**32 - 1 that chooses the field; None: the kriging estimate, which is the law's
        median far from cores.
    known : what cores say; None: nothing is known.
    layers : how many layers are needed, from the top; None: all. Fewer layers are the first of the same field.

    Returns
    -------
    The field; the same seed gives the same field whatever the places and layers asked for.

    Notes
    -----
    Scores u_0, u_1 and, per layer, w_j are independent standard Gaussian fields with the exponential correlation
    exp(-r / L). Peak depth z_pk = low + (high - low) Φ(u_0); mean ln M = μ + σ (ρ u_0 + √(1 - ρ²) u_1); layers follow
    e_j = φ e_{j-1} + √(1 - φ²) w_j with φ = exp(-Δ / l), and the grade's factor is exp(sd e_j - sd²/2).
    Conditioning adds to a field the simple-kriging estimate of (core - field) at the places: first to the scores,
    then to the logarithm of the layers' factors over the profiles that follow, so that a core's layers are met exactly.
    Where a core tells the mean but not the peak depth, u_1 follows from the mean and the field's own u_0. A sample
    longer than a layer keeps its mean; inside, the grade follows the profile that the field has at the core.
    All layers have the same horizontal correlation: kriging layer by layer is full cokriging where the cores have the
    same layers.
    Unconditional fields are sums of random waves; the many independent ones are copies of one field taken
    100 correlation lengths apart.

    References
    ----------
    Chilès, J.-P., Delfiner, P. (2012): Geostatistics, 2nd ed., sec. 7.3 (conditioning). Müller, S. et al. (2022):
    GSTools v1.3, Geosci. Model Dev. 15, 3161-3182, doi 10.5194/gmd-15-3161-2022.

    Examples
    --------
    The median far from any core:

    >>> law = FieldLaw(2.0, 8.0, 964.0, 0.35, 20.0, 0.0, 0.2, 1.0)
    >>> layered, place = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7), np.array([0.0])
    >>> middle = simulate(place, place, law, layered, layer_edges(0.5, 10.0), None)
    >>> float(middle.peak_depth_m[0]), round(float(middle.mean_ppm[0])), middle.layer_factor.shape
    (5.0, 910, (1, 20))
    """
    from gstools import Exponential  # here, for it takes a second to load and most runs need no field

    law = widened(law, known)
    model = Exponential(dim=2, var=1.0, len_scale=law.correlation_km)
    needed = len(edges_m) - 1 if layers is None else layers
    x = x_km if known is None else np.concatenate([x_km, known.x_km])
    y = y_km if known is None else np.concatenate([y_km, known.y_km])
    scores = _copies(model, x, y, 2 + needed, seed)
    place, scatter, wanted = scores[:, :2], _layered(scores[:, 2:], law, edges_m), len(x_km)
    if known is not None:
        towards = model.correlation(np.hypot(x[:, np.newaxis] - known.x_km, y[:, np.newaxis] - known.y_km))
        place = _placed(towards, place, law, known)
        factors = _core_factors(known, shape, *_columns(law, place[wanted:]), edges_m, needed)
        scatter = _conditioned(towards, scatter, np.log(factors))
    peak, mean = _columns(law, place[:wanted])
    return GradeField(peak, mean, np.exp(scatter[:wanted]))


def _columns(law: FieldLaw, place: Floats) -> tuple[Floats, Floats]:
    """Return peak depth [m] and mean grade [ppm] from the two scores of each place."""
    rho = law.mean_peak_correlation
    mean_score = rho * place[:, 0] + math.sqrt(1.0 - rho**2) * place[:, 1]
    peak_m: Floats = law.peak_shallow_m + (law.peak_deep_m - law.peak_shallow_m) * ndtr(place[:, 0])
    return peak_m, np.exp(law.log_mean + law.log_sd * mean_score)


def _copies(model: "Exponential", x_km: Floats, y_km: Floats, count: int, seed: int | None) -> Floats:
    """Return ``count`` independent standard Gaussian fields at the places, shape (n, count)."""
    from gstools.field.generator import RandMeth

    if seed is None:
        return np.zeros((len(x_km), count))
    shift = APART * model.len_scale * np.arange(count)
    x = (x_km[:, np.newaxis] + shift).ravel()
    found = RandMeth(model, seed=seed, mode_no=MODES)(np.vstack([x, np.repeat(y_km, count)]))
    return np.asarray(found).reshape(len(x_km), count)


def _layered(white: Floats, law: FieldLaw, edges_m: Floats) -> Floats:
    """Return the logarithm of the layers' factors, correlated down the column, from independent fields."""
    sd = law.layer_sd
    middles = 0.5 * (edges_m[1:] + edges_m[:-1])
    scores = white.copy()
    for layer in range(1, white.shape[1]):
        kept = math.exp(-(middles[layer] - middles[layer - 1]) / law.layer_correlation_m)
        scores[:, layer] = kept * scores[:, layer - 1] + math.sqrt(1.0 - kept**2) * white[:, layer]
    return sd * scores - 0.5 * sd**2


def _placed(towards: Floats, place: Floats, law: FieldLaw, known: KnownPlaces) -> Floats:
    """Return the scores u_0 and u_1 of all places, conditioned to the peak depths, then the means, of the cores."""
    share = (known.peak_depth_m - law.peak_shallow_m) / (law.peak_deep_m - law.peak_shallow_m)
    peak = _conditioned(towards, place[:, :1], ndtri(np.clip(share, SURE, 1.0 - SURE))[:, np.newaxis])
    mean = ((np.log(known.mean_ppm) - law.log_mean) / law.log_sd)[:, np.newaxis]
    rho = law.mean_peak_correlation
    rest = (mean - rho * peak[-len(mean) :]) / math.sqrt(1.0 - rho**2)
    return np.hstack([peak, _conditioned(towards, place[:, 1:], rest)])


def _core_factors(
    known: KnownPlaces, shape: GradeProfile, peak_depth_m: Floats, mean_ppm: Floats, edges_m: Floats, needed: int
) -> Floats:
    """Return the factors of the upper layers at the cores over the field's profiles there, shape (c, needed)."""
    upper, thickness_m = edges_m[: needed + 1], float(edges_m[-1])
    found = np.empty((len(known.samples), needed))
    for core, samples in enumerate(known.samples):
        local = levelled(replace(shape, peak_depth_m=peak_depth_m[core]), mean_ppm[core], thickness_m)
        found[core] = layer_means(local, *samples, upper) * np.diff(upper) / np.diff(accumulated(local, upper))
    return found


def _conditioned(towards: Floats, fields: Floats, data: Floats) -> Floats:
    """Return fields that equal the data at the cores, which are the last places; NaN in the data is not known.

    ``towards`` is the correlation of every place with every core.
    """
    cores = len(data)
    misfit = data - fields[-cores:]
    found = fields.copy()
    columns_with: dict[bytes, list[int]] = {}
    for column, has in enumerate(np.isfinite(misfit).T):
        columns_with.setdefault(has.tobytes(), []).append(column)
    for mask, columns in columns_with.items():
        has = np.frombuffer(mask, dtype=np.bool_)
        if has.any():
            dual = solve(towards[-cores:][np.ix_(has, has)], misfit[np.ix_(has, np.array(columns))], assume_a="pos")
            found[:, columns] += towards[:, has] @ dual
    return found


def smooth_grades(
    shape: GradeProfile, peak_depth_m: Floats, mean_ppm: Floats, edges_m: Floats, thickness_m: float
) -> Floats:
    """Return the mean grade of the smooth profile between depths at each place, shape (n, L).

    Parameters
    ----------
    shape : the profile.
    peak_depth_m, mean_ppm : peak depth [m] and mean grade over the mud [mass ppm] of each place, shape (n,).
    edges_m : depths that part the layers [m], shape (L + 1,).
    thickness_m : thickness of the mud [m].

    Returns
    -------
    Mean ΣREY per dry solids of each layer [mass ppm].

    Notes
    -----
    The exact mean of :func:`twin.models.grade_profile.levelled` over each layer.

    Examples
    --------
    An average place of the area with its peak 3 m down, and one with its peak 6 m down:

    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> two = smooth_grades(layered, np.array([3.0, 6.0]), np.array([964.0, 964.0]), np.array([0.0, 3.0, 7.0]), 10.0)
    >>> two.round().tolist()
    [[1154.0, 1162.0], [450.0, 1481.0]]
    """
    local = replace(shape, peak_depth_m=peak_depth_m[:, np.newaxis])
    local = levelled(local, mean_ppm[:, np.newaxis], thickness_m)
    found: Floats = np.diff(accumulated(local, edges_m), axis=1) / np.diff(edges_m)
    return found


def window_grades(shape: GradeProfile, field: GradeField, edges_m: Floats, bottom_m: float | None = None) -> Floats:
    """Return the grade of the layers of a field, shape (n, L); with ``bottom_m`` of the windows above that depth only.

    Parameters
    ----------
    shape : the profile; each place of the field has its own peak depth and mean.
    field : at n places; with ``bottom_m`` it needs only the layers above that depth.
    edges_m : depths that part the layers of the whole mud [m].
    bottom_m : where the lowest window ends [m]; None: all layers.

    Returns
    -------
    Mean ΣREY per dry solids of each layer, the last one cut at ``bottom_m`` [mass ppm].

    Notes
    -----
    The smooth profile's exact mean over each window times the factor of the layer it lies in.

    Examples
    --------
    >>> layered, edges = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7), layer_edges(2.0, 10.0)
    >>> one = GradeField(np.array([3.0]), np.array([1765.7]), np.array([[1.0, 0.5, 1.0, 1.0, 1.0]]))
    >>> window_grades(layered, one, edges, 4.0).round().tolist()
    [[865.0, 2564.0]]
    """
    cut = edges_m if bottom_m is None else cut_edges(edges_m, bottom_m)
    smooth = smooth_grades(shape, field.peak_depth_m, field.mean_ppm, cut, float(edges_m[-1]))
    found: Floats = smooth * field.layer_factor[:, : len(cut) - 1]
    return found


def cut_edges(edges_m: Floats, bottom_m: float) -> Floats:
    """Return the edges above a depth and the depth itself.

    Examples
    --------
    >>> cut_edges(np.array([0.0, 0.5, 1.0, 1.5]), 1.2).tolist()
    [0.0, 0.5, 1.0, 1.2]
    """
    return np.append(edges_m[edges_m < bottom_m * (1.0 - 1e-9)], bottom_m)


def stroke_grades(shape: GradeProfile, field: GradeField, edges_m: Floats, stroke_m: float) -> Floats:
    """Return the mean grade from the sea bed to the end of a stroke at each place of a field [mass ppm], shape (n,).

    Examples
    --------
    The profile itself where nothing varies:

    >>> layered = GradeProfile(450.0, 900.0, 1.0, 4.0, 5250.0, 3.0, 0.7)
    >>> edges = layer_edges(0.5, 10.0)
    >>> plain = GradeField(np.array([3.0]), np.array([1765.7]), np.ones((1, 20)))
    >>> stroke_grades(layered, plain, edges, 3.0).round().tolist()
    [2251.0]
    """
    cut = cut_edges(edges_m, stroke_m)
    grades = window_grades(shape, field, edges_m, stroke_m)
    found: Floats = grades @ np.diff(cut) / stroke_m
    return found
