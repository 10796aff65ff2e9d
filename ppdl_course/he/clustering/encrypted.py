"""Possibilistic c-means in a cloud that sees ciphertexts only.

    Client                                         Cloud
    Enc(x_j), Enc(v_i)           -- step ------->  d, u, u^2, u^2 x: sums, products
                                 <-- update -----  Enc(u^2), Enc(u^2 x), a point a slot
    decrypt, add the points up, divide:
    new centres, encrypted anew

With D = 4^f the scale of distances, E = round((eta + d0) D), C = round(d0 D) and R =
d - C, the series of odd order n is a polynomial in integers (eta leaves both sums
alike):

    U = E^n - R E^(n-1) + ... - R^n = (E - R) (E^(n-1) + R^2 (E^(n-3) + R^2 (...)))

so its depth is 2 + (n - 1) / 2 for n > 1, with additions of public numbers only. The
cloud's sums are polynomials; the one division, by a number a cluster, is the client's
(the paper has a polynomial there too). :func:`integer_sums` is the exact twin.

Threat model: an honest-but-curious cloud; it sees how many clusters, features and steps
there are, eta, d0 and the order. NOT protected: results of a cloud that deviates.

Source: Q. Zhang, L. T. Yang, Z. Chen, P. Li, IEEE Transactions on Big Data, 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, between, real_matrix
from ppdl_course.he.clustering.possibilistic import Series, distances
from ppdl_course.he.inference.cryptonets_bfv import join
from ppdl_course.he.training.levels import (
    Mark,
    Rules,
    Stage,
    moduli_needed,
    require_budget,
)
from ppdl_course.he.training.step import Arithmetic, Cipher
from ppdl_course.parties.channel import Channel, Endpoint


@dataclass(frozen=True)
class ClusterPlan:
    """A step of clustering in integers, and what it takes.

    Attributes:
        series: Its order is odd.
        bits: f; points and centres are multiples of 2**-f.

    Raises:
        ValueError: If the order is even, or ``bits`` not in 1..16.
    """

    series: Series
    bits: int = 4

    def __post_init__(self) -> None:
        between(1, 16, bits=self.bits)
        if self.series.order % 2 == 0:
            raise ValueError(f"order must be odd, got {self.series.order}")

    @property
    def C(self) -> int:
        """d0 in units of distances."""
        return round(self.series.d0 * 4**self.bits)

    @property
    def E(self) -> int:
        """Eta + d0 in units of distances."""
        return round((self.series.eta + self.series.d0) * 4**self.bits)

    def integers(self, x: np.ndarray) -> np.ndarray:
        """Return round(2^f x), dtype object."""
        return np.rint(np.asarray(x) * 2**self.bits).astype(np.int64).astype(object)

    def largest(self, X: np.ndarray) -> int:
        """Return a bound on the sums' integers for points inside the circle."""
        # |R| < E there, so each of the n + 1 powers is at most E^n
        u = (self.series.order + 1) * self.E**self.series.order
        return u**2 * max(1, int(abs(X).max()))

    def stages(self, rules: Rules, features: int) -> list[Stage]:
        """Return every stage with its marks.

        Raises:
            ValueError: If the context lacks the depth, with what to change.
        """
        at_least(1, features=features)
        found: list[Stage] = []

        def stage(name: str, x: Mark, y: Mark, terms: int = 1) -> Mark:
            level = min(x.level, y.level)
            x, y = rules.lower(x, level), rules.lower(y, level)
            mark = rules.relinearised(rules.product(x, y, terms))
            after = rules.settle(mark)
            found.append(Stage(name, len(found) + 1, terms, 1, mark, after))
            return after

        u = R = stage("d", rules.fresh, rules.fresh, features)
        if self.series.order > 1:
            sum_ = square = stage("r^2", R, R)
            for k in range(2, (self.series.order + 1) // 2):
                sum_ = stage(f"r^{2 * k}", square, sum_)
            u = stage("u", R, sum_)
        square = stage("u^2", u, u)
        low = rules.lower(square, rules.base), rules.lower(rules.fresh, rules.base)
        mark = rules.product(*low)
        found.append(Stage("u^2 x", len(found) + 1, features, 0, mark, mark))
        require_budget(rules, found)
        return found


def integer_sums(
    X: np.ndarray, V: np.ndarray, plan: ClusterPlan
) -> tuple[np.ndarray, np.ndarray]:
    """Return U^2, (clusters, samples), and U^2 X, (clusters, features, samples): exact.

    Args:
        X: Integer points (samples, features), dtype object.
        V: Integer centres (clusters, features), dtype object.
        plan: Series and bits.
    """
    R = ((X[None] - V[:, None]) ** 2).sum(axis=2) - plan.C
    n, E = plan.series.order, plan.E
    U = sum((-R) ** k * E ** (n - k) for k in range(n + 1))
    return U**2, (U**2)[:, None] * X.T[None]


def memberships(squares: np.ndarray, plan: ClusterPlan) -> np.ndarray:
    """Return u, up to its sign, from U^2: for pictures and labels, (clusters, n)."""
    # Python's integers: squares pass the range of floats before the root is taken
    scale = plan.E ** (2 * plan.series.order)
    u = np.sqrt((squares / scale).astype(float))
    return plan.series.eta / (plan.series.eta + plan.series.d0) * u


def centres_of(squares: np.ndarray, weighted: np.ndarray, bits: int) -> np.ndarray:
    """Return sum U^2 X / sum U^2 in floats, (clusters, features)."""
    return (weighted.sum(axis=2) / squares.sum(axis=1)[:, None]).astype(float) / 2**bits


class Client:
    """Owns points, centres and keys.

    Args:
        end: Its end of a channel to the cloud.
        contexts: One for each plaintext prime, ``BgvContext`` or ``BfvContext``.
        plan: Public.
        x: (samples, features), at most n samples.
        centres: Starting centres (clusters, features).

    Attributes:
        centres: So far.
        u: Memberships of the last step, (clusters, samples).

    Raises:
        ValueError: If a shape does not fit or a context lacks the depth.
    """

    def __init__(
        self,
        end: Endpoint,
        contexts: Sequence[Any],
        plan: ClusterPlan,
        x: np.ndarray,
        centres: np.ndarray,
    ) -> None:
        self._x = real_matrix(np.shape(x)[-1], np.float64, x=x)
        features = self._x.shape[1]
        self.centres = real_matrix(features, np.float64, centres=centres)
        between(1, min(c.rules.n for c in contexts), samples=len(self._x))
        self._end, self._contexts, self._plan = end, contexts, plan
        self._stages = [plan.stages(c.rules, features) for c in contexts]
        self._keys = [c.keys() for c in contexts]
        self.u = np.empty(0)

    def send_keys(self) -> None:
        """Send the public keys."""
        self._end.send("keys", [keys.public for keys in self._keys])

    def send_step(self) -> None:
        """Encrypt and send points and centres.

        Raises:
            ValueError: If a point lies outside the circle of convergence, or a result
                could pass the product of the plaintext primes.
        """
        plan = self._plan
        X, V = plan.integers(self._x), plan.integers(self.centres)
        rounded = ((part / 2**plan.bits).astype(float) for part in (X, V))
        plan.series.require_circle(distances(*rounded))
        moduli_needed(plan.largest(X), [c.rules.t for c in self._contexts])
        message = []
        for context, keys in zip(self._contexts, self._keys, strict=True):
            fresh = context.rules.fresh
            low = context.rules.lower(fresh, context.rules.base)
            whole = [np.full(context.rules.n, v, object) for v in V.ravel()]
            message.append(
                {
                    "x": np.stack([keys.encrypt(column, fresh) for column in X.T]),
                    "x_last": np.stack([keys.encrypt(column, low) for column in X.T]),
                    "centres": np.stack([keys.encrypt(v, fresh) for v in whole]),
                }
            )
        self._end.send("step", message)

    def receive_update(self) -> None:
        """Decrypt both sums, add the points up and divide."""
        clusters, features = self.centres.shape
        samples = len(self._x)
        sums = []
        triples = zip(
            self._end.receive("update"), self._keys, self._stages, strict=True
        )
        for sent, keys, stages in triples:
            square, last = stages[-2].after, stages[-1].after
            u = [keys.decrypt(c, square)[:samples] for c in sent["squares"]]
            ux = [keys.decrypt(c, last)[:samples] for c in sent["weighted"]]
            sums.append((np.array(u), np.array(ux)))
        moduli = [c.rules.t for c in self._contexts]
        squares = join(np.stack([u for u, _ in sums]), moduli)
        weighted = join(np.stack([ux for _, ux in sums]), moduli)
        weighted = weighted.reshape(clusters, features, samples)
        self.u = memberships(squares, self._plan)
        self.centres = centres_of(squares, weighted, self._plan.bits)


class Cloud:
    """Computes memberships and sums under encryption; holds no secret key."""

    def __init__(
        self, end: Endpoint, contexts: Sequence[Any], plan: ClusterPlan
    ) -> None:
        self._end, self._contexts, self._plan = end, contexts, plan
        self._clouds: list[Any] = []

    def receive_keys(self) -> None:
        """Receive a relinearisation key for each plaintext prime."""
        pairs = zip(self._contexts, self._end.receive("keys"), strict=True)
        self._clouds = [context.cloud(keys) for context, keys in pairs]

    def compute(self) -> None:
        """Compute one step and send the sums, a point a slot."""
        update = []
        for cloud, sent in zip(self._clouds, self._end.receive("step"), strict=True):
            fresh = cloud.rules.fresh
            x = [cloud.cipher(parts, fresh) for parts in sent["x"]]
            low = cloud.rules.lower(fresh, cloud.rules.base)
            last = [cloud.cipher(parts, low) for parts in sent["x_last"]]
            flat = [cloud.cipher(parts, fresh) for parts in sent["centres"]]
            squares, weighted = [], []
            for begin in range(0, len(flat), len(x)):
                square = self._square(cloud, x, flat[begin : begin + len(x)])
                squares.append(cloud.parts(square))
                square = cloud.lower(square, cloud.rules.base)
                weighted += [cloud.parts(cloud.raw_product(square, xi)) for xi in last]
            update.append(
                {"squares": np.stack(squares), "weighted": np.stack(weighted)}
            )
        self._end.send("update", update)

    def _square(
        self, cloud: Any, x: Sequence[Cipher], centre: Sequence[Cipher]
    ) -> Cipher:
        """Return U^2 of one cluster."""
        E, n = self._plan.E, self._plan.series.order
        apart = [cloud.minus(a, b) for a, b in zip(x, centre, strict=True)]
        d = next(iter(cloud.totals([apart], apart)))
        R = cloud.plus_number(d, -self._plan.C)
        u = cloud.above(E, R)
        if n > 1:
            square = _product(cloud, R, R)
            total = cloud.plus_number(square, E**2)
            for k in range(2, (n + 1) // 2):
                total = cloud.plus_number(_product(cloud, square, total), E ** (2 * k))
            u = _product(cloud, u, total)
        return _product(cloud, u, u)


def _product(cloud: Arithmetic, x: Cipher, y: Cipher) -> Cipher:
    [found] = cloud.products([(x, y)])
    return found


def cluster(
    channel: Channel,
    contexts: Sequence[Any],
    plan: ClusterPlan,
    x: np.ndarray,
    centres: np.ndarray,
    *,
    steps: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Run ``steps`` steps over ``channel``; return the client's centres and u."""
    at_least(1, steps=steps)
    client_end, cloud_end = channel.ends
    client = Client(client_end, contexts, plan, x, centres)
    cloud = Cloud(cloud_end, contexts, plan)
    client.send_keys()
    cloud.receive_keys()
    for _ in range(steps):
        client.send_step()
        cloud.compute()
        client.receive_update()
    return client.centres, client.u
