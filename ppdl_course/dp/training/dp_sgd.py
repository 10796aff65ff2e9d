r"""DP-SGD: stochastic gradient descent that keeps a promise to every record.

One step on n records, with clipping norm C, noise multiplier sigma, sampling rate q:

    B     <- each record with probability q, independently          (Poisson sample)
    g_i   <- gradient of record i alone                             for i in B
    c_i   <- g_i * min(1, C / |g_i|)                                norm at most C
    g     <- (sum of c_i over B + N(0, (sigma C)^2)) / (q n)
    flat  <- flat - rate * g           (or with momentum: that is post-processing)

Adding or removing one record moves the sum by at most C, so a step is a Poisson-
subsampled Gaussian mechanism, and :mod:`ppdl_course.dp.accountants.subsampled_gaussian`
adds up the steps. The divisor is the *expected* batch size, a constant: the true size
is not public. :mod:`ppdl_course.dp.training.clipping` makes the sum.

Not protected: the sampling and the noise come from a statistics generator in floating
point, which is right for experiments; a release takes a cryptographic generator and
discrete noise (chapter 15). The number of records and the recipe are public; choosing
the recipe by looking at the records costs budget that nothing here counts.

Source: Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar, Zhang, "Deep Learning with
Differential Privacy", CCS 2016, Algorithm 1. Chapter 16.
"""

import math
import time
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ppdl_course.arguments import at_least, non_negative, positive, within
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
)
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.training.clipping import clip_into, clipped_rows
from ppdl_course.dp.training.one_thread import one_blas_thread
from ppdl_course.nn import SGD, CrossEntropy, Loss, Network


def poisson_sample(
    n: int, *, sample_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the rows of a Poisson sample: each of n with probability ``sample_rate``.

    The sample may be empty, and its size differs from step to step.

    Raises:
        ValueError: If n is below 1 or ``sample_rate`` outside (0, 1].
    """
    at_least(1, n=n)
    within("(0, 1]", sample_rate=sample_rate)
    return np.flatnonzero(rng.random(n) < sample_rate)


def noisy_mean(
    rows: np.ndarray,
    *,
    max_grad_norm: float,
    noise_multiplier: float,
    expected_batch_size: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return what one step takes for its gradient, from the n x P matrix.

    Args:
        rows: Gradient of each record of the sample, shape (n, parameters), n >= 0.
        max_grad_norm: Clipping norm C of each row, > 0.
        noise_multiplier: Noise deviation over C, > 0.
        expected_batch_size: The divisor, > 0: the true n is not public.
        rng: Draws the noise.

    Returns:
        Shape (parameters,).

    Raises:
        ValueError: If an argument is out of its bound.
    """
    positive(max_grad_norm=max_grad_norm, noise_multiplier=noise_multiplier)
    positive(expected_batch_size=expected_batch_size)
    noise = rng.standard_normal(rows.shape[1]) * (noise_multiplier * max_grad_norm)
    total = clipped_rows(rows, max_grad_norm).sum(axis=0) + noise
    return total / expected_batch_size


@dataclass(frozen=True, kw_only=True)
class PrivateRun:
    """What a private training did.

    Attributes:
        noise_multiplier: Noise deviation over the clipping norm; 0 for none.
        sample_rate: Probability of a record to take part in a step.
        steps: How many.
        batch_sizes: Size of each Poisson sample, shape (steps,). Not public.
        seconds: Wall time.
        neighbours: The relation that every cost of the run is stated for.
    """

    neighbours: ClassVar[Neighbours] = Neighbours.ADD_REMOVE

    noise_multiplier: float
    sample_rate: float
    steps: int
    batch_sizes: np.ndarray
    seconds: float

    @property
    def spent(self) -> SubsampledGaussian:
        """The run as the accountants take it.

        Raises:
            ValueError: If there was no noise, so no promise.
        """
        return SubsampledGaussian(
            noise_multiplier=self.noise_multiplier,
            sample_rate=self.sample_rate,
            steps=self.steps,
            neighbours=self.neighbours,
        )

    def guarantee(self, *, delta: float) -> Guarantee:
        """Return what the run promises beside ``delta``, with its relation.

        Raises:
            ValueError: If there was no noise, so no promise, or delta is out of range.
        """
        epsilon = epsilon_by_pld([self.spent], delta=delta)
        return Guarantee(epsilon=epsilon, delta=delta, neighbours=self.neighbours)

    def epsilon(self, *, delta: float) -> float:
        """Return epsilon of the run in nats; infinite without noise."""
        within("(0, 1)", delta=delta)
        if not self.noise_multiplier:
            return math.inf
        return epsilon_by_pld([self.spent], delta=delta)


def train_private(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    rate: float,
    steps: int,
    sample_rate: float,
    noise_multiplier: float,
    max_grad_norm: float,
    rng: np.random.Generator,
    momentum: float = 0.0,
    loss: Loss | None = None,
) -> PrivateRun:
    """Train ``network`` in place by DP-SGD.

    Args:
        network: Moved in place. Its starting weights must not depend on the records.
        x: Shape (n, inputs).
        y: Labels (n,) or targets, as ``loss`` takes them.
        rate: Learning rate, > 0.
        steps: How many; an epoch is 1 / ``sample_rate`` steps.
        sample_rate: Probability of a record to take part in a step, in (0, 1].
        noise_multiplier: Noise deviation over ``max_grad_norm``, >= 0. With 0 there is
            no promise.
        max_grad_norm: Clipping norm of each record's gradient, > 0.
        rng: Draws samples and noise.
        momentum: In [0, 1).
        loss: Cross entropy unless given.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    non_negative(noise_multiplier=noise_multiplier)
    positive(max_grad_norm=max_grad_norm)
    within("(0, 1]", sample_rate=sample_rate)
    at_least(1, steps=steps)
    loss = loss or CrossEntropy()
    x, y = network.checked(x, y, loss)
    optimiser = SGD(network, rate=rate, momentum=momentum)
    scale, expected = noise_multiplier * max_grad_norm, sample_rate * len(x)
    sizes = np.zeros(steps, dtype=np.int64)
    # both buffers are used again in each step, so that no step takes memory
    # of the model's size
    total, noise = np.empty_like(network.flat), np.empty_like(network.flat)
    into = network.views(total)
    start = time.perf_counter()
    # a batch's products are small: threads would cost more than they save
    with one_blas_thread():
        for step in range(steps):
            rows = poisson_sample(len(x), sample_rate=sample_rate, rng=rng)
            sizes[step] = len(rows)
            if len(rows):
                clip_into(into, network, x[rows], y[rows], loss, max_grad_norm)
            else:
                # an empty sample has its noise too, or it would show
                total[:] = 0
            if noise_multiplier:
                rng.standard_normal(out=noise, dtype=network.dtype)
                noise *= scale
                total += noise
            # the expected size is public, the true one is not
            total /= expected
            optimiser.step(total)
    return PrivateRun(
        noise_multiplier=noise_multiplier,
        sample_rate=sample_rate,
        steps=steps,
        batch_sizes=sizes,
        seconds=time.perf_counter() - start,
    )
