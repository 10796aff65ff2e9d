"""Possibilistic c-means in a cloud that sees ciphertexts only.

    Client                                         Cloud
    Enc(x_j), Enc(v_i)           -- step ------->  d, u, u^2, u^2 x: sums, products
                                 <-- update -----  Enc(u^2), Enc(u^2 x), a point a slot
    decrypt, add the points up, divide:
    new centres, encrypted anew

The cloud's sums are polynomials (``plan``); the one division, by a number a cluster, is
the client's (the paper has a polynomial there too).

Threat model: an honest-but-curious cloud; it sees how many clusters, features and steps
there are, eta, d0 and the order. NOT protected: results of a cloud that deviates.

Source: Q. Zhang, L. T. Yang, Z. Chen, P. Li, IEEE Transactions on Big Data, 2017.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, between, real_matrix
from ppdl_course.he.clustering.plan import ClusterPlan, centres_of, memberships
from ppdl_course.he.clustering.possibilistic import distances
from ppdl_course.he.inference.cryptonets_bfv import join
from ppdl_course.he.training.levels import moduli_needed
from ppdl_course.he.training.step import Arithmetic, Cipher
from ppdl_course.parties.channel import Channel, Endpoint


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
