r"""A private convolutional Boltzmann machine: filters from one noisy matrix.

A convolutional RBM on 8x8 images has K filters w_k of 3x3 and a bias. With p_t the 36
patches of an image, each with a leading 1, the data's part of its free energy is

    F(v) = - sum_k sum_t log(1 + exp(w_k p_t))

and with a polynomial of degree 2 in place of log(1 + e^z), a0 + a1 z + a2 z^2,

    F(v) = const - a1 sum_k w_k m - a2 sum_k w_k M w_k,    m = sum_t p_t,  M = sum_t p_t
    p_t'

so that all it ever knows of the records is the 10x10 matrix M (whose first row is m),
**however many filters** there are. M over all records is released once; a record's part
is clipped first, to L1 norm 420 or L2 norm 75, which bounds its influence by
construction. The model's part of the gradient comes from chains that start at noise and
never see a record, so any number of steps is free. So are, from the same matrix:

- filters kept apart (orthogonal), else all become the first principal direction;
- biases and lengths such that w_k p has mean 0 and a set deviation (decisive);
- the leading principal directions themselves, without any Boltzmann machine.

Pooled hidden probabilities then feed a softmax layer by the functional mechanism
(:mod:`ppdl_course.dp.functional`) with the rest of the budget.

The honest result (chapter 17): at equal epsilon the machine's filters are no better
than bare pixels, and the principal directions of the very matrix it learns from are
better than both: at degree 2 there is nothing else in the data's part.

Source: after the idea of [46] N. Phan, X. Wu, D. Dou, "Preserving Differential Privacy
in Convolutional Deep Belief Networks", Machine Learning 106, 2017 (polynomial of the
free energy, noise on its coefficients); the one matrix, clipping, calibration and the
comparison are ours. Chains: T. Tieleman, "Training Restricted Boltzmann Machines using
Approximations to the Likelihood Gradient", ICML 2008.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.polynomial.polynomial import Polynomial

from ppdl_course.arguments import at_least, between, positive, real_matrix, within
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.functional import into_ball, mirrored
from ppdl_course.dp.mechanisms import Gaussian, Laplace
from ppdl_course.dp.training.one_thread import one_blas_thread
from ppdl_course.nn.activations import sigmoid

SIDE, PATCH, PLACES = 8, 3, 36
WIDTH = 1 + PATCH * PATCH
RADIUS = 4.0
"""Half-width of the interval on which log(1 + e^z) is approximated."""
NORM = 3.5
"""Images longer than this (entries in [0, 1]) are scaled down to it. Public."""
CLIP_L1, CLIP_L2 = 420.0, 75.0
_UPPER = np.triu_indices(WIDTH)


def softplus_polynomial(radius: float = RADIUS) -> Polynomial:
    """Return a0 + a1 z + a2 z^2 for log(1 + e^z), Chebyshev's on [-radius, radius]."""
    positive(radius=radius)
    series = chebyshev.chebinterpolate(lambda t: np.logaddexp(0, radius * t), 64)
    plain = chebyshev.cheb2poly(series[:3])  # cut after degree 2
    return Polynomial(plain / radius ** np.arange(3))


def patches(images: np.ndarray) -> np.ndarray:
    """Return the 36 patches of each image with a leading 1, float64 (n, 36, 10)."""
    images = real_matrix(SIDE * SIDE, np.dtype(float), images=images)
    windows = np.lib.stride_tricks.sliding_window_view(
        images.reshape(-1, SIDE, SIDE), (PATCH, PATCH), axis=(1, 2)
    ).reshape(len(images), PLACES, PATCH * PATCH)
    return np.concatenate([np.ones((len(images), PLACES, 1)), windows], axis=2)


def statistics(images: np.ndarray) -> np.ndarray:
    """Return each image's upper triangle of M, without the constant 36: (n, 54)."""
    each = patches(images)
    return np.einsum("nti,ntj->nij", each, each)[:, *_UPPER][:, 1:]


@dataclass(frozen=True, eq=False, kw_only=True)
class PatchRelease:
    """What was released of the images.

    Attributes:
        matrix: M for one record on average, float64 (10, 10), symmetric.
        guarantee: What it cost; None without noise.
    """

    matrix: np.ndarray
    guarantee: Guarantee | None

    @property
    def mean(self) -> np.ndarray:
        """Mean of a patch, (9,)."""
        return self.matrix[0, 1:] / PLACES

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of a patch, (9, 9); noise may make it indefinite."""
        return self.matrix[1:, 1:] / PLACES - np.outer(self.mean, self.mean)


def release_patches(
    images: np.ndarray,
    *,
    epsilon: float,
    delta: float = 0.0,
    rng: np.random.Generator,
) -> PatchRelease:
    """Return the patch matrix of the images with noise drawn once (ADD_REMOVE).

    Args:
        images: Entries in [0, 1], float64 (n, 64); n is public.
        epsilon: In nats; infinity for no noise and no clipping.
        delta: 0 for Laplace noise, else Gaussian.
        rng: Draws the noise.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    if not (np.ndim(images) == 2 and np.all((images >= 0) & (images <= 1))):
        raise ValueError("images must be a matrix with entries in [0, 1]")
    within("[0, 1)", delta=delta)
    each = statistics(NORM * into_ball(images, NORM))
    neighbours, guarantee = Neighbours.ADD_REMOVE, None
    if epsilon == math.inf:
        total = each.sum(axis=0)
    else:
        positive(epsilon=epsilon)
        order, clip = (2, CLIP_L2) if delta else (1, CLIP_L1)
        size = np.linalg.norm(each, ord=order, axis=1, keepdims=True)
        total = (each / np.maximum(1, size / clip)).sum(axis=0)
        noise = (
            Gaussian.analytic(
                epsilon=epsilon, delta=delta, sensitivity=clip, neighbours=neighbours
            )
            if delta
            else Laplace(epsilon=epsilon, sensitivity=clip, neighbours=neighbours)
        )
        total = noise.release(total, rng=rng)
        guarantee = Guarantee(epsilon=epsilon, delta=delta, neighbours=neighbours)
    matrix = np.zeros((WIDTH, WIDTH))
    matrix[_UPPER] = np.r_[PLACES * len(each), total]
    return PatchRelease(matrix=mirrored(matrix) / len(each), guarantee=guarantee)


def train_filters(
    release: PatchRelease,
    *,
    filters: int = 8,
    steps: int = 250,
    chains: int = 60,
    rate: float = 0.01,
    apart: bool = True,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return filters (filters, 10), bias first, by persistent contrastive divergence.

    Costs nothing beyond the release, whatever ``steps`` is.

    Args:
        release: The patch matrix.
        filters: K in 1..9.
        steps: How many, >= 1.
        chains: Images that the model dreams, from noise, >= 1.
        rate: Learning rate.
        apart: Keep the filters orthogonal.
        rng: Draws first weights and chains.
    """
    between(1, PATCH * PATCH, filters=filters)
    at_least(1, steps=steps, chains=chains)
    positive(rate=rate)
    _, a1, a2 = softplus_polynomial().coef
    M = release.matrix
    w, dreams = rng.normal(0, 0.3, (filters, WIDTH)), rng.random((chains, 64)) * 0.4
    with one_blas_thread():
        for _ in range(steps):
            seen = patches(dreams)
            hidden = sigmoid(seen @ w.T)
            dreamt = np.einsum("ntk,nti->ki", hidden, seen) / chains
            learnt = a1 * M[0] + 2 * a2 * w @ M
            w += rate * (learnt - dreamt) - 0.002 * w
            w = np.clip(w, -2, 2)
            if apart:
                w[:, 1:] = _apart(w[:, 1:])
            dreams = _dream(w, hidden, rng)
    return w


def calibrated(
    w: np.ndarray, release: PatchRelease, *, deviation: float = 1.5
) -> np.ndarray:
    """Return filters whose w p has mean 0 and this deviation, by the release alone."""
    positive(deviation=deviation)
    w = np.array(w, dtype=float)
    form = np.einsum("ki,ij,kj->k", w[:, 1:], release.covariance, w[:, 1:])
    # noise may leave a direction no variance, or a negative one: at least a hundredth
    form = np.maximum(form, 0.01 * (w[:, 1:] ** 2).sum(axis=1))
    w[:, 1:] *= (deviation / np.sqrt(form))[:, np.newaxis]
    w[:, 0] = -w[:, 1:] @ release.mean
    return w


def principal_filters(release: PatchRelease, *, filters: int = 8) -> np.ndarray:
    """Return the release's leading directions of a patch as calibrated filters."""
    between(1, PATCH * PATCH, filters=filters)
    with one_blas_thread():
        directions = np.linalg.eigh(release.covariance)[1][:, ::-1][:, :filters].T
    return calibrated(np.c_[np.zeros(filters), directions], release)


def features(w: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Return hidden probabilities, averaged over 2x2 places: (n, 9 K) in [0, 1]."""
    images = NORM * into_ball(images, NORM)
    hidden = sigmoid(patches(images) @ w.T).reshape(len(images), 3, 2, 3, 2, len(w))
    return hidden.mean(axis=(2, 4)).reshape(len(images), -1)


def into_softmax(values: np.ndarray, centre: float, radius: float) -> np.ndarray:
    """Return features as the functional mechanism takes them: centred, with a 1."""
    shifted = np.c_[(values - centre) / radius, np.full(len(values), 0.3)]
    return into_ball(shifted, 1.0)


def _apart(w: np.ndarray) -> np.ndarray:
    """Return rows made orthogonal, each as long as before."""
    q, r = np.linalg.qr(w.T)
    q *= np.where(np.diag(r) < 0, -1, 1)  # keep their direction
    return (q * np.linalg.norm(w, axis=1)).T


def _dream(w: np.ndarray, hidden: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw hidden units, then images: one step of block Gibbs sampling."""
    on = (rng.random(hidden.shape) < hidden).reshape(len(hidden), 6, 6, len(w))
    up = np.zeros((len(hidden), SIDE, SIDE))
    for a in range(PATCH):
        for b in range(PATCH):
            up[:, a : a + 6, b : b + 6] += on @ w[:, 1 + PATCH * a + b]
    drawn = up + rng.normal(0, 0.3, up.shape)
    return np.clip(drawn, 0, 1).reshape(len(hidden), -1)
