"""What a reply leaves beside its scores: hidden units, and from them the network.

LoLa's stacked layout folds h products of each class. Where nothing is done about it,
slot o h + k of the reply then holds

    s[o h + k] = sum of W2[o, j] z_j^2 over j >= k, of W2[o + 1, j] z_j^2 over j < k
                 + b2[o]                               with W2[classes] = 0

of which only k = 0 is a score. Neighbours differ by one unit, so from the last class up

    t[o, k](x) = s[o h + k] - s[o h + k + 1] + t[o + 1, k](x)
               = W2[o, k] (w_k . x + b_k)^2            + biases, for k = h - 1

Each t is a square of one linear function. At any point p, with e_i the unit vectors,

    D_i = t(p + e_i) - t(p - e_i)          = 4 W2[o, k] z_k(p) w_k,i
    S   = sum_i t(p + e_i) + t(p - e_i) - 2 t(p) = 2 W2[o, k] |w_k|^2

give w_k's direction, its length times sqrt|W2[o, k]|, and z_k(p); biases cancel. So 2 d
+ 1 questions give W1 up to sign and scale for any h, W2 with the scales taken back, and
b2: a network with the same scores. Scores alone are polynomials of degree 2, known from
C(d + 2, 2) questions (``polynomials.service.copy_model``).

The server cannot notice: each question is an image. What helps is in ``unused_slots``.

An active client does not need leftovers: an image in the slots of one unit only holds
all other z_k at b_k, and the *scores* then move with that unit alone
(:func:`steal_unit`). Nothing here stops it; in the layouts ``simd`` and ``dense`` all
units read the same slots.

Not attacked: a network so wide that stacked cuts it into blocks: a slot then holds a
sum over one unit of each block.

Source of the layout: A. Brutzkus, O. Elisha, R. Gilad-Bachrach, "Low Latency Privacy
Preserving Inference", ICML 2019.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.he.inference.lola import Client, Server
from ppdl_course.he.inference.slot_layouts import arrange, power_of_two
from ppdl_course.he.inference.square_network import SquareNetwork


@dataclass(frozen=True)
class Stolen:
    """What the leftovers of stacked replies give.

    Attributes:
        network: As many units as the real one, in the same order; each row of W1 up to
            sign and scale, the scale taken back in W2.
        questions: Images that were asked.
    """

    network: SquareNetwork
    questions: int


def questions(features: int, rng: np.random.Generator) -> np.ndarray:
    """Return p, p + e_1, p - e_1, ..., p - e_d for a random p, (2 d + 1, d).

    Args:
        features: d.
        rng: Draws p in [-1, 1]^d: at 0 a unit without a bias would be 0.
    """
    at_least(1, features=features)
    p = rng.uniform(-1, 1, features)
    steps = np.repeat(np.eye(features), 2, axis=0)
    steps[1::2] *= -1
    return np.vstack([p, p + steps])


def questions_by_scores(features: int) -> int:
    """Return how many answers determine the scores where no slot is left over."""
    at_least(1, features=features)
    return math.comb(features + 2, 2)


def unit_terms(slots: np.ndarray, stride: int, classes: int) -> np.ndarray:
    """Return t, float64 (classes, stride), from the slots of one stacked reply.

    Args:
        slots: All of them, float64 (n/2,).
        stride: h, slots between scores.
        classes: Number of scores.
    """
    differences = slots - np.roll(slots, -1)
    rows = differences[: classes * stride].reshape(classes, stride)
    return rows[::-1].cumsum(axis=0)[::-1]


def steal(
    ask: Callable[[np.ndarray], tuple[np.ndarray, int]],
    *,
    features: int,
    hidden: int,
    classes: int,
    rng: np.random.Generator,
) -> Stolen:
    """Return the network behind a LoLa server's stacked replies.

    Args:
        ask: Image (features,) -> all slots of the reply (n/2,), and its stride.
        features: d.
        hidden: h, as the client must know it to arrange an image.
        classes: Number of scores.
        rng: Draws the point around which is asked.

    Raises:
        ValueError: If the layout cuts the network into blocks.
    """
    x = questions(features, rng)
    replies = [ask(row) for row in x]
    stride = replies[0][1]
    if stride != power_of_two(hidden):
        raise ValueError(f"hidden must be one block of {stride} units, got {hidden}")
    t = np.array([unit_terms(s, stride, classes) for s, _ in replies])[:, :, :hidden]
    D = t[1::2] - t[2::2]  # (d, classes, h)
    S = (t[1::2] + t[2::2] - 2 * t[0]).sum(axis=0)  # (classes, h)
    units = np.arange(hidden)
    # of each unit the class that weighs it most: its squares stand out of the noise
    best = np.abs(S).argmax(axis=0)
    D, size = D[:, best, units].T, S[best, units]
    lengths = np.sqrt(np.abs(size) / 2)
    norms = np.linalg.norm(D, axis=1)
    W1 = D * (lengths / norms)[:, None]
    z = np.sign(size) * norms / (4 * lengths)
    W2 = S / np.abs(size)
    b2 = replies[0][0][: classes * stride : stride] - W2 @ z**2
    return Stolen(SquareNetwork((W1, W2), (z - W1 @ x[0], b2)), len(x))


def only(image: np.ndarray, unit: int, hidden: int) -> np.ndarray:
    """Return the slots of a stacked image that one unit alone reads, (1, n/2).

    Args:
        image: (d,).
        unit: Which one, from 0.
        hidden: h; the stack must be one block.
    """
    between(0, hidden - 1, unit=unit)
    slots = arrange(image, "stacked", hidden)
    return np.where(np.arange(slots.shape[1]) % power_of_two(hidden) == unit, slots, 0)


def steal_unit(
    scores: Callable[[np.ndarray], np.ndarray],
    *,
    features: int,
    hidden: int,
    unit: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return a row of W1 up to sign and scale, (d,), from 2 d + 1 times the scores.

    Args:
        scores: Slots of the client's own arrangement (1, n/2) -> scores (classes,).
        features: d.
        hidden: h.
        unit: Which row.
        rng: Draws the point around which is asked.
    """
    x = questions(features, rng)
    t = np.array([scores(only(row, unit, hidden)) for row in x])
    D, S = t[1::2] - t[2::2], (t[1::2] + t[2::2] - 2 * t[0]).sum(axis=0)
    best = np.abs(S).argmax()
    row = D[:, best]
    return row * math.sqrt(abs(S[best]) / 2) / np.linalg.norm(row)


def asker(
    client: Client, server: Server
) -> Callable[[np.ndarray], tuple[np.ndarray, int]]:
    """Return what :func:`steal` asks with: from an image to all slots and stride."""

    def ask(image: np.ndarray) -> tuple[np.ndarray, int]:
        client.send_query(image, "stacked", len(server.network.weights[0]))
        server.answer("stacked")
        slots, stride = client.receive_slots()
        return slots[0], stride

    return ask


def alignment(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return |cosine| of each row found and the true one: 1 is up to sign and scale."""
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(true, axis=1)
    return np.abs((found * true).sum(axis=1)) / lengths


def dot_weights(slots: np.ndarray, question: np.ndarray) -> np.ndarray:
    """Return w from all slots of TenSEAL's ``dot`` with one question x without zeros.

    Slot i holds the sum of w_j x_j over j >= i: the score alone would take d questions.

    Args:
        slots: float64 (n/2,).
        question: x, (d,).
    """
    x = np.asarray(question, np.float64)
    if not x.all():
        raise ValueError(f"question must hold no 0, got {np.sum(x == 0)} of them")
    suffixes = np.append(slots[1 : len(x)], 0.0)
    # slot 0 is the score; behind the last value the sums are over nothing
    return (slots[: len(x)] - suffixes) / x
