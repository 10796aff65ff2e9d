"""Courts that deal one data set out among them and train together, sharing a little.

A whole run of ``selective_sgd`` over a channel that counts, for comparisons in which
only its outcome matters: the network at the end, and the bytes that went up.

Threat model, what is not protected and the source: as in ``selective_sgd``. Chapter 16.
"""

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.federated.selective_sgd import (
    ParameterServer,
    Participant,
    train_selectively,
)
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Channel


def train_courts(
    start: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    courts: int = 20,
    rounds: int = 12,
    kind: str = "round robin",
    seed: int = 0,
    **options: object,
) -> tuple[Network, int]:
    """Train ``courts`` participants together; return the network and bytes uploaded.

    Args:
        start: The agreed network; stays as it is.
        x: Records of all courts, shape (n, inputs).
        y: Their labels, shape (n,).
        courts: How many share the records out, at random and evenly. >= 1.
        rounds: Uploads of each court.
        kind: One of ``selective_sgd.SCHEDULES``.
        seed: Decides who gets which records, and all that is drawn in training.
        options: Of each ``Participant``: ``upload_fraction``, ``select``, ``rate``, ...

    Raises:
        ValueError: If an argument is out of its bound.
    """
    at_least(1, courts=courts)
    rng = np.random.default_rng(seed)
    names = [f"court {i}" for i in range(1, courts + 1)]
    with Channel("server", *names, keep_bodies=False) as channel:
        server = ParameterServer(channel["server"], start.flat)
        people = [
            Participant(channel[name], start, x[rows], y[rows], rng=rng, **options)
            for name, rows in zip(names, deal(len(x), courts, seed), strict=True)
        ]
        train_selectively(server, people, rounds=rounds, kind=kind, rng=rng)
        up = sum(m.size for m in channel.messages if m.label == "update")
    return start.from_flat(server.flat), up


def deal(n: int, courts: int, seed: int = 0) -> list[np.ndarray]:
    """Return the rows that each court gets of ``n`` records, at random and evenly."""
    order = np.random.default_rng(seed).permutation(n)
    return np.array_split(order, courts)
