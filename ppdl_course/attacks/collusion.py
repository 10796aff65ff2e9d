r"""What is left of a masked sum when parties pool what they know.

Six clients in two groups of three hide their gradients behind masks
(:mod:`ppdl_course.federated.masking`). What each adversary can work out about a victim,
from the log of one real round:

    a client alone        (w_0 - w_1) / rate * 6 - own gradient       5 clients mixed
    the server alone      sum of the victim's group                   3 clients mixed
    server + 1 client     that sum minus the client's own gradient    2 clients mixed
    server + 2 clients    the victim's gradient                       nothing mixed

On what is left the attack of :mod:`ppdl_course.attacks.gradient_leakage` is run. The
order of success is the survey's: the server sees more than a client, and the two of
them together more than either.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from ppdl_course.attacks.gradient_leakage import psnr, reconstruct
from ppdl_course.federated.adversary import Adversary
from ppdl_course.federated.gradient_exchange import train_rounds
from ppdl_course.federated.masking import MaskedClient, MaskedServer, exchange_keys
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.transcript import Transcript

RATE = 0.1
GROUPS = (("court 1", "court 2", "court 3"), ("court 4", "court 5", "court 6"))
CLIENTS = tuple(name for group in GROUPS for name in group)
VICTIM = "court 1"
SEATS = {
    "client": ("court 4",),
    "server": ("server",),
    "server + 1 client": ("server", "court 2"),
    "server + 2 clients": ("server", "court 2", "court 3"),
}


class Mixture(NamedTuple):
    """A sum of gradients that an adversary has worked out.

    Attributes:
        mean: Mean gradient of the clients in it, shape (parameters,).
        clients: Who they are, the victim among them.
    """

    mean: np.ndarray
    clients: tuple[str, ...]


def masked_round(network: Network, x: np.ndarray, y: np.ndarray) -> Transcript:
    """Run one round among six clients with equal shares of the records.

    Args:
        network: The global model before the round; a copy is trained.
        x: Records, shape (6 * b, inputs); client k holds rows (k - 1) b to k b.
        y: Labels, shape (6 * b,).

    Raises:
        ValueError: If the records cannot be shared out equally.
    """
    if not len(x) or len(x) % len(CLIENTS):
        raise ValueError(f"x must hold a multiple of {len(CLIENTS)} rows, got {len(x)}")
    shares = zip(np.split(x, len(CLIENTS)), np.split(y, len(CLIENTS)), strict=True)
    with Channel("server", *CLIENTS) as channel:
        server = MaskedServer(
            channel["server"], network.copy(), CLIENTS, rate=RATE, groups=GROUPS
        )
        clients = [
            MaskedClient(channel[name], network, a, b, group=_others(name))
            for name, (a, b) in zip(CLIENTS, shares, strict=True)
        ]
        exchange_keys(clients)
        train_rounds(server, clients, 1)
        return channel


def _others(name: str) -> tuple[str, ...]:
    group = next(group for group in GROUPS if name in group)
    return tuple(other for other in group if other != name)


def what_is_left(seats: Sequence[str], log: Transcript) -> Mixture:
    """Return the smallest mixture with the victim in it that the seats can work out.

    Raises:
        ValueError: If the victim itself is at a seat, or nothing can be worked out.
    """
    if VICTIM in seats:
        raise ValueError(f"seats must not hold the victim, got {tuple(seats)}")
    sights = Adversary(tuple(seats)).sights(log)
    own = {s.sender: s.value for s in sights if s.label == "own gradient"}
    known: list[tuple[np.ndarray, tuple[str, ...]]] = []
    models = [s.value for s in sights if s.label == "model"]
    if models:  # the first is the one before the round, the last the one after
        moved = (models[0] - models[-1]) / RATE
        known.append((moved * len(CLIENTS), CLIENTS))
    for sight in sights:
        if sight.label.startswith("sum of "):
            group = tuple(sight.label.removeprefix("sum of ").split(", "))
            known.append((sight.value, group))
    left = []
    for total, names in known:
        if VICTIM in names:
            rest = tuple(name for name in names if name not in own)
            total = total - sum(own[name] for name in names if name in own)
            left.append(Mixture(total / len(rest), rest))
    if not left:
        raise ValueError(f"seats must see a model or a sum, got {tuple(seats)}")
    return min(left, key=lambda mixture: len(mixture.clients))


def recovered(
    network: Network,
    mixture: Mixture,
    truth: np.ndarray,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Attack a mixture; return the PSNR of the victim's records in decibels, (b,).

    Args:
        network: The global model before the round.
        mixture: What the adversary has worked out.
        truth: The victim's records, to measure with, shape (b, inputs). As many records
            of every other client are in the mixture.
        rng: Draws the starts.
    """
    n = len(mixture.clients) * len(truth)
    reconstructed = reconstruct(network, mixture.mean, n, rng=rng).x
    # The victim's records are somewhere among the n that were found.
    rows, columns = linear_sum_assignment(
        ((truth[:, None] - reconstructed[None]) ** 2).mean(axis=2)
    )
    return psnr(truth[rows], reconstructed[columns])
