r"""Naive Bayes over several owners: statistics under encryption, noise in shares.

    owner k     counts its records (whole numbers), adds a share of the noise,
                encrypts the sum, packed                        -> collector
    collector   multiplies the owners' ciphertexts: adds up     -> trainer
    trainer     decrypts the total: pooled statistics + noise   -> the model

Each owner holds the trainer's public key only. The collector sees ciphertexts, the
trainer one total whose noise is exactly the discrete Laplace if as many owners as
promised add their share (:mod:`ppdl_course.dp.shares`). With fewer the promise falls:
:func:`promises` states both.

Protected: an owner's statistics from the others, the collector and the trainer; a
record by epsilon from everybody else. Not protected: from trainer and collector
*together* an owner's numbers are hidden by its own share only; the number of owners and
the layout are public; an owner who lies is believed. Labels here and features there:
``naive_bayes_columns``.

Source: [44] Li, Li, Liu, Li, Jia, Information Sciences 444, 2018: owners, collector and
trainer after its abstract; encryption and shares are our reconstruction. Chapter 17.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.dp.naive_bayes import Budget, GaussianModel, Statistics
from ppdl_course.dp.shares import epsilon_of_shares, polya_share
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.publickey.packing import PackedVector, Packing
from ppdl_course.publickey.paillier import PrivateKey, PublicKey

LARGEST = 2.0**40
"""Public bound on an owner's noisy number: 2^33 records, or noise beyond 40 scales."""
OWNERS = 2**7 - 1


def layout(public: PublicKey) -> Packing:
    """Return the layout of whole numbers: 48 bits each, room for 127 owners."""
    return Packing(public, fraction_bits=0, slot_bits=48, largest=LARGEST)


def noise_share(
    budget: Budget, *, classes: int, honest: int, rng: np.random.Generator
) -> np.ndarray:
    """Return one owner's share of all the noise, int64 (classes, columns)."""
    return np.stack(
        [
            polya_share(float(scale), honest=honest, size=classes, rng=rng)
            for scale in budget.columns(budget.scales)
        ],
        axis=1,
    )


def promises(budget: Budget, *, honest: int, present: int) -> tuple[float, float]:
    """Return the promised epsilon, and the one that ``present`` shares keep."""
    between(0, honest, present=present)
    kept = sum(
        epsilon_of_shares(
            float(scale), honest=honest, present=present, moved=most, numbers=numbers
        )
        for scale, (numbers, most) in zip(budget.scales, budget.moved, strict=True)
    )
    return float(budget.epsilon), kept


class Owner:
    """Holds records; sends their encrypted statistics with a share of the noise.

    Args:
        end: Its end of the channel.
        x: Entries in [0, 1], float64 (n, d).
        y: Labels, integers (n,).
        classes: How many.
        budget: The release, agreed beforehand; None for no noise.
        honest: How many owners are trusted to add their share.
        public: The trainer's public key.
    """

    def __init__(
        self,
        end: Endpoint,
        x: np.ndarray,
        y: np.ndarray,
        *,
        classes: int,
        budget: Budget | None,
        full: bool = False,
        honest: int,
        public: PublicKey,
    ) -> None:
        at_least(1, honest=honest)
        self._end, self._public = end, public
        self._budget, self._honest = budget, honest
        self._own = Statistics.of(x, y, classes=classes, full=full)
        end.note("own statistics", self._own.numbers)

    def upload(self, *, rng: np.random.Generator) -> None:
        """Send the statistics plus a share, encrypted, to the collector."""
        numbers = self._own.numbers
        if self._budget is not None:
            numbers = numbers + noise_share(
                self._budget, classes=len(numbers), honest=self._honest, rng=rng
            )
        packed = layout(self._public).encrypt(numbers.ravel())
        self._end.send("statistics", list(packed.ciphertexts), to="collector")


class Collector:
    """Adds the owners' ciphertexts; holds no key.

    Args:
        end: Its end.
        owners: Their names.
        public: The trainer's public key.
        size: How many numbers an owner sends.
    """

    def __init__(
        self, end: Endpoint, owners: Sequence[str], *, public: PublicKey, size: int
    ) -> None:
        at_least(1, size=size)
        between(1, OWNERS, owners=len(owners))
        if len(set(owners)) < len(owners):
            raise ValueError(f"owners must be different, got {list(owners)}")
        self._end, self._owners = end, tuple(owners)
        self._packing, self._size = layout(public), size

    def forward_total(self) -> None:
        """Wait for every owner; send their ciphertexts' product to the trainer."""
        total = None
        for owner in self._owners:
            received = self._end.receive("statistics", sender=owner)
            part = received_vector(self._packing, received, self._size, sender=owner)
            total = part if total is None else total + part
        message = {"total": list(total.ciphertexts), "owners": len(self._owners)}
        self._end.send("total", message, to="trainer")


class Trainer:
    """Holds the private key; sees one total.

    Args:
        end: Its end.
        private: Its key.
        classes: How many.
        features: d.
        full: Whether squares are sent, too.
    """

    def __init__(
        self,
        end: Endpoint,
        private: PrivateKey,
        *,
        classes: int,
        features: int,
        full: bool = False,
    ) -> None:
        self._end, self._private = end, private
        self._shape = classes, 1 + features * (2 if full else 1)
        self._features = features

    def total(self) -> Statistics:
        """Wait for the collector; return pooled statistics plus noise."""
        message = self._end.receive("total", sender="collector")
        size = self._shape[0] * self._shape[1]
        packing = layout(self._private.public)
        packed = received_vector(
            packing,
            message["total"],
            size,
            owners=message["owners"],
            sender="collector",
        )
        numbers = packed.decrypt(self._private).astype(np.int64).reshape(self._shape)
        self._end.note("total", numbers)
        return Statistics(numbers, self._features)

    def model(self, total: Statistics, budget: Budget | None) -> GaussianModel:
        """Return the classifier of a total."""
        scales = (0.0, 0.0, 0.0) if budget is None else budget.scales
        return total.fit(tuple(float(scale) for scale in scales))


def received_vector(
    packing: Packing, received: object, size: int, *, owners: int = 1, sender: str
) -> PackedVector:
    """Return received integers as a vector of this layout.

    Raises:
        ValueError: If they are not as many as ``size`` numbers take, or no ciphertexts.
    """
    wanted = -(-size // packing.slots)
    if not isinstance(received, list) or len(received) != wanted:
        got = len(received) if isinstance(received, list) else type(received).__name__
        raise ValueError(f"ciphertexts of {sender} must be {wanted}, got {got}")
    for c in received:
        if not isinstance(c, int) or not 0 < c < packing.public.n_squared:
            raise ValueError(f"ciphertexts of {sender} must be integers in (0, n**2)")
    between(1, OWNERS, owners=owners)
    return PackedVector(packing, tuple(received), size, owners * packing.fresh_bound)


def train_together(
    parts: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    classes: int,
    epsilon: int | Fraction | None,
    private: PrivateKey,
    full: bool = False,
    honest: int | None = None,
    rng: np.random.Generator,
) -> tuple[GaussianModel, Statistics, Channel]:
    """Play a whole training of several owners, one after the other in one thread.

    Args:
        parts: Each owner's records and labels.
        classes: How many.
        epsilon: The budget; None for no noise.
        private: The trainer's key.
        full: Which of the two models.
        honest: Owners trusted to add their share; all by default.
        rng: Draws the shares.

    Returns:
        The model, the total that the trainer saw, the channel with its transcript.
    """
    honest = len(parts) if honest is None else honest
    between(1, len(parts), honest=honest)
    features = np.shape(parts[0][0])[-1]
    budget = None
    if epsilon is not None:
        budget = Budget(epsilon=epsilon, features=features, full=full)
    names = [f"owner {k}" for k in range(len(parts))]
    channel = Channel(*names, "collector", "trainer")
    ends, public = {end.name: end for end in channel.ends}, private.public
    for name, (x, y) in zip(names, parts, strict=True):
        Owner(
            ends[name],
            x,
            y,
            classes=classes,
            budget=budget,
            full=full,
            honest=honest,
            public=public,
        ).upload(rng=rng)
    size = classes * (1 + features * (2 if full else 1))
    Collector(ends["collector"], names, public=public, size=size).forward_total()
    trainer = Trainer(
        ends["trainer"], private, classes=classes, features=features, full=full
    )
    total = trainer.total()
    return trainer.model(total, budget), total, channel
