"""What a round's protection costs a court and what it saves, both measured.

    cost   processor seconds of encrypting one gradient (Paillier, packed)
    loss   case files read, to the last digit, out of a gradient that went unprotected:
           one a round where the gradient is that of one file (``gradient_leakage``)

The game of ``federated.protection_game`` wants both in one unit. Seconds are measured
and files are counted; what a file is worth in seconds nobody can measure. So
:func:`worth_of_a_file` turns the question around: above which worth does protection
pay?

Source: L. Phong et al., IEEE TIFS 13(5), 2018 (encrypted gradients, and what they
protect from).
"""

import time
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.attacks.gradient_leakage import closed_form
from ppdl_course.federated.protection_game import break_even_loss
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.publickey.packing import Packing

EXACT = 1e-6


@dataclass(frozen=True)
class Price:
    """What was measured.

    Attributes:
        seconds: Processor seconds of encrypting a round's gradient.
        ciphertexts: How many that took.
        read: Case files read from an unprotected round, on average: 0 to 1.
    """

    seconds: float
    ciphertexts: int
    read: float


def price_of_a_round(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    packing: Packing,
    *,
    runs: int = 3,
) -> Price:
    """Measure cost and loss with one case file a round.

    Args:
        network: The shared model, sigmoid or relu hidden layers.
        x: Case files, ``(n, inputs)``; each is a round of its own.
        y: Their labels, ``(n,)``.
        packing: Key and layout of the protected gradients.
        runs: Encryptions timed; the best counts.

    Raises:
        ValueError: If ``runs`` is below 1, or x and y are not the network's.
    """
    at_least(1, runs=runs)
    loss = CrossEntropy()
    x, y = network.checked(x, y, loss)
    gradients = [
        network.loss_and_gradient(x[k : k + 1], y[k : k + 1], loss)[1]
        for k in range(len(x))
    ]
    spent = []
    for _ in range(runs):
        begin = time.process_time()
        sealed = packing.encrypt(gradients[0])
        spent.append(time.process_time() - begin)
    read = [_is_read(network, *pair) for pair in zip(gradients, x, strict=True)]
    return Price(min(spent), len(sealed.ciphertexts), float(np.mean(read)))


def _is_read(network: Network, gradient: np.ndarray, record: np.ndarray) -> bool:
    """Return whether the attack finds every field of a record."""
    try:
        found = closed_form(network, gradient)
    except ValueError:  # no unit reacted: there is nothing to read
        return False
    return bool(np.abs(found - record).max() < EXACT)


def worth_of_a_file(price: Price, belief: float, attack_rate: float) -> float:
    """Return how many seconds a file must be worth for protection to pay.

    Args:
        price: As measured.
        belief: Probability that somebody malicious reads along.
        attack_rate: P(attack | malicious) in a round.

    Returns:
        Seconds of computing a file; infinite where no file would be read.

    Raises:
        ValueError: If a probability is outside [0, 1].
    """
    if price.read == 0:
        return np.inf
    return break_even_loss(price.seconds, belief, attack_rate) / price.read
