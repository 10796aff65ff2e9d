r"""Naive Bayes where one owner has the labels and another the features.

    labels      encrypts for each record 1 in the slot of its class      -> features
                encrypts its counts plus their noise                     -> trainer
    features    for each feature the product over records of c_i^(x_ij):
                the sums of all classes at once, plus encrypted noise    -> trainer
    trainer     decrypts each total: the model of ``naive_bayes_owners``

A product of raised ciphertexts shows the exponents to who made the ciphertexts; the
noise is encrypted freshly and multiplied in, so that what the trainer gets is fresh,
too.

Protected: labels from the owner of the features and the other way round; a record by
epsilon from the trainer. Not protected: which records both have, and how many; the sums
from the owner of the features and the trainer *together*, since that owner knows their
noise; the labels, if the trainer decrypts whatever it is sent: that owner could raise
one record only.

Source: as :mod:`ppdl_course.federated.naive_bayes_owners`. Chapter 17.
"""

import numpy as np

from ppdl_course.arguments import at_least, between, class_labels, real_matrix
from ppdl_course.dp.discrete import discrete_laplace
from ppdl_course.dp.naive_bayes import Budget, Statistics, rounded
from ppdl_course.federated.naive_bayes_owners import (
    OWNERS,
    layout,
    received_vector,
)
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey, PublicKey


class LabelOwner:
    """Holds the labels of records whose features another owner has."""

    def __init__(
        self, end: Endpoint, y: np.ndarray, *, classes: int, public: PublicKey
    ) -> None:
        at_least(2, classes=classes)
        self._end, self._classes = end, classes
        self._y = class_labels(len(y), classes, y=y)
        self._packing = _indicators(public, len(y), classes)

    def send_indicators(self) -> None:
        """Send one ciphertext a record, with 1 in the slot of its class."""
        rows = np.eye(self._classes, dtype=np.int64)[self._y]
        ciphertexts = [self._packing.encrypt(row).ciphertexts[0] for row in rows]
        self._end.send("indicators", ciphertexts, to="features")

    def send_counts(self, budget: Budget | None, *, rng: np.random.Generator) -> None:
        """Send the encrypted noisy counts to the trainer."""
        counts = np.bincount(self._y, minlength=self._classes)
        if budget is not None:
            counts += discrete_laplace(budget.scales[0], size=self._classes, rng=rng)
        packed = layout(self._packing.public).encrypt(counts)
        self._end.send("counts", list(packed.ciphertexts), to="trainer")


class FeatureOwner:
    """Holds the features; computes the sums of every class without seeing a label."""

    def __init__(
        self, end: Endpoint, x: np.ndarray, *, classes: int, public: PublicKey
    ) -> None:
        at_least(2, classes=classes)
        x = real_matrix(np.shape(x)[-1], np.dtype(float), x=x)
        if x.min() < 0 or x.max() > 1:
            raise ValueError(f"x must lie in [0, 1], got {x.min()} .. {x.max()}")
        self._end, self._classes, self._public = end, classes, public
        self._numbers = rounded(x - 0.5)
        self._indicators = _indicators(public, len(x), classes)

    def send_sums(self, budget: Budget | None, *, rng: np.random.Generator) -> None:
        """Raise each record's indicator to its features; send the noisy sums."""
        received = self._end.receive("indicators", sender="labels")
        if len(received) != len(self._numbers):
            raise ValueError(
                f"indicators must be {len(self._numbers)}, got {len(received)}"
            )
        rows = [
            received_vector(self._indicators, [c], self._classes, sender="labels")
            for c in received
        ]
        packing, columns = layout(self._public), []
        square = self._public.n_squared
        for column in self._numbers.T.tolist():
            noise = np.zeros(self._classes, np.int64)
            if budget is not None:
                scale = budget.scales[1]
                noise = discrete_laplace(scale, size=self._classes, rng=rng)
            total = packing.encrypt(noise).ciphertexts[0]  # fresh: hides the exponents
            for row, number in zip(rows, column, strict=True):
                total = total * (row * number).ciphertexts[0] % square
            columns.append(total)
        self._end.send("sums", columns, to="trainer")


def _indicators(public: PublicKey, records: int, classes: int) -> Packing:
    """Return the layout of a record's indicator: as the sums', each slot at most 1."""
    packing = Packing(public, fraction_bits=0, slot_bits=48, largest=1)
    between(2, packing.slots, classes=classes)
    between(1, 2**33, records=records)
    return packing


def train_apart(
    x: np.ndarray,
    y: np.ndarray,
    *,
    classes: int,
    budget: Budget | None,
    private: PrivateKey,
    rng: np.random.Generator,
) -> tuple[Statistics, Channel]:
    """Play the whole protocol; return the trainer's total and the channel.

    Args:
        x: The features' owner's records, entries in [0, 1], float64 (n, d).
        y: The labels' owner's labels, integers (n,).
        classes: How many.
        budget: Of the means-only release; None for no noise.
        private: The trainer's key.
        rng: Draws the noise.
    """
    channel = Channel("labels", "features", "trainer")
    labels, features, trainer = channel.ends
    public, d = private.public, np.shape(x)[-1]
    first = LabelOwner(labels, y, classes=classes, public=public)
    second = FeatureOwner(features, x, classes=classes, public=public)
    first.send_indicators()
    first.send_counts(budget, rng=rng)
    second.send_sums(budget, rng=rng)
    packing = layout(public)
    parts = trainer.receive("counts", sender="labels")
    parts = [*parts, *trainer.receive("sums", sender="features")]
    if len(parts) != 1 + d:
        raise ValueError(f"columns must be {1 + d}, got {len(parts)}")
    columns = [
        received_vector(packing, [c], classes, owners=OWNERS, sender="an owner")
        for c in parts
    ]
    numbers = np.stack([c.decrypt(private) for c in columns], axis=1).astype(np.int64)
    trainer.note("total", numbers)
    return Statistics(numbers, d), channel
