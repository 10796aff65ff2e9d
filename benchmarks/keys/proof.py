"""Sums that everybody checks [33]: 20 clients, 784-128-64-10, 109,386 numbers each.

verify_seconds_100k         what one client does more than in an unchecked round: the
                            coefficients, two combinations, a commitment with its
                            signature, and the check of the proof
gradient_seconds_100k       the plain gradients of the round: 20 batches of 256 images
verify_share_of_gradients   the ratio of the two
verify_powers_100k, verify_products_100k    group operations in the verification
round_seconds_100k          a whole round of all 21 parties, from the keys to the check
open_seconds_100k           the server takes off the masks; 4 gone: when 4 clients left
open_seconds_100k_4_gone    before the upload, so 64 pair masks, too
round_megabytes_100k        what crosses in that round
proof_bytes_a_client        of it, what the proof adds for a client, in both directions
aggregate_verify_ms_20      20 signatures in one aggregate, on P-256
aggregate_bytes_20          its size, without the keys and the messages
aggregate_ratio_to_ed25519  over 20 signatures looked at one by one by ``cryptography``
aggregate_ratio_to_bls      over 20 in one BLS signature by ``milagro_bls_binding``, if
                            that is installed (docs/benchmarks.md)
shamir_recover_ms           one 32-byte secret from 11 of 20 shares
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppdl_course.federated.dropouts.rounds import Steps, send_all
from ppdl_course.federated.verifiable.training import CheckedTraining, quantised
from ppdl_course.mpc.sharing.shamir import recover, share, to_field
from ppdl_course.nn import Network
from ppdl_course.publickey.groups import P256, Curve
from ppdl_course.publickey.schnorr import SigningKey, aggregate, verify_aggregate

CLIENTS, BATCH, GONE = 20, 256, 4
SIZES = (784, 128, 64, 10)
NOT_MEASURED = "not measured"


def measure() -> dict[str, float | int | str]:
    rng = np.random.default_rng(0)
    network = Network(list(SIZES), rng=rng)
    shards = {
        f"client {i:02}": (rng.random((BATCH, 784)), rng.integers(0, 10, BATCH))
        for i in range(CLIENTS)
    }
    if network.flat.size != 109_386:
        raise RuntimeError(f"{network.flat.size} numbers, not 109,386")
    rounds = [_round(network, shards) for _ in range(3)]
    best = {name: min(r[name] for r in rounds) for name in rounds[0]}
    best |= _opening(network, shards)
    gradients = _best(
        3, lambda: [quantised(network, x, y, CLIENTS) for x, y in shards.values()]
    )
    best["gradient_seconds_100k"] = gradients
    best["verify_share_of_gradients"] = best["verify_seconds_100k"] / gradients
    return best | _operations(network, shards) | _signatures() | _shamir()


def _round(network: Network, shards: Any) -> dict[str, float]:
    """Time a round and one client's share in its verification."""
    training = CheckedTraining(network, shards, threshold=11, keep_bodies=False)
    server, channel = training.server, training.channel
    values = {n: one.quantised(CLIENTS) for n, one in training.learners.items()}
    steps = Steps(one.client for one in training.learners.values())
    start = time.process_time()
    send_all(steps, server, values)
    server.announce_sum()
    before, spent = channel.bytes, []
    steps.each("commitment", lambda c: spent.append(_seconds(c.send_commitment)))
    server.relay_proof()
    accepted = steps.each("check", lambda c: spent.append(_seconds(c.check)))
    whole = time.process_time() - start
    if len(accepted) < CLIENTS:
        raise RuntimeError(f"refused: {steps.refused}")
    return {
        "verify_seconds_100k": min(map(sum, zip(*_halves(spent), strict=True))),
        "round_seconds_100k": whole,
        "round_megabytes_100k": channel.bytes / 1e6,
        "proof_bytes_a_client": (channel.bytes - before) / CLIENTS,
    }


def _halves(spent: list[float]) -> tuple[list[float], list[float]]:
    return spent[:CLIENTS], spent[CLIENTS:]


def _opening(network: Network, shards: Any) -> dict[str, float]:
    """Time the server's unmasking, with all clients and without some."""
    seconds = {0: [], GONE: []}
    for gone in (0, GONE) * 3:
        training = CheckedTraining(network, shards, threshold=11, keep_bodies=False)
        values = {n: one.quantised(CLIENTS) for n, one in training.learners.items()}
        clients = [one.client for one in training.learners.values()]
        leave = dict.fromkeys(list(shards)[:gone], "upload")
        send_all(Steps(clients, leave), training.server, values)
        seconds[gone].append(_seconds(training.server.open_sum))
    return {
        "open_seconds_100k": min(seconds[0]),
        f"open_seconds_100k_{GONE}_gone": min(seconds[GONE]),
    }


class _Counting(Curve):
    """P-256 that counts what is done in it."""

    def __init__(self) -> None:
        self.powers = self.products = 0

    def base_power(self, exponent: int) -> Any:
        self.powers += 1
        return super().base_power(exponent)

    def power(self, element: Any, exponent: int) -> Any:
        self.powers += 1
        return super().power(element, exponent)

    def product(self, left: Any, right: Any) -> Any:
        self.products += 1
        return super().product(left, right)


def _operations(network: Network, shards: Any) -> dict[str, int]:
    """Count one client's group operations in the verification."""
    group = _Counting()
    training = CheckedTraining(
        network, shards, threshold=11, group=group, keep_bodies=False
    )
    values = {n: one.quantised(CLIENTS) for n, one in training.learners.items()}
    steps = Steps(one.client for one in training.learners.values())
    send_all(steps, training.server, values)
    training.server.announce_sum()
    counts = {}

    def counted(act: Callable[[Any], Any]) -> Callable[[Any], None]:
        def acting(client: Any) -> None:
            old = group.powers, group.products
            act(client)
            row = counts.setdefault(client.name, [0, 0])
            row[0] += group.powers - old[0]
            row[1] += group.products - old[1]

        return acting

    steps.each("commitment", counted(lambda client: client.send_commitment()))
    training.server.relay_proof()
    steps.each("check", counted(lambda client: client.check()))
    powers, products = max(counts.values())
    return {"verify_powers_100k": powers, "verify_products_100k": products}


def _signatures() -> dict[str, float | int | str]:
    messages = [b"commitment %d" % i for i in range(CLIENTS)]
    keys = [SigningKey(P256) for _ in messages]
    publics = [key.public for key in keys]
    signed = [key.sign(m) for key, m in zip(keys, messages, strict=True)]
    folded = aggregate(P256, publics, messages, signed)
    ours = _best(5, lambda: verify_aggregate(P256, publics, messages, folded))
    edwards = [Ed25519PrivateKey.generate() for _ in messages]
    rows = [
        (key.public_key(), key.sign(m), m)
        for key, m in zip(edwards, messages, strict=True)
    ]
    single = _best(5, lambda: [key.verify(data, m) for key, data, m in rows])
    bls = _bls(messages)
    return {
        "aggregate_verify_ms_20": ours * 1e3,
        "aggregate_bytes_20": 33 * CLIENTS + 32,
        "aggregate_ratio_to_ed25519": ours / single,
        "aggregate_ratio_to_bls": ours / bls if bls else NOT_MEASURED,
    }


def _bls(messages: list[bytes]) -> float | None:
    try:
        import milagro_bls_binding as bls
    except ImportError:
        return None
    secrets = [bytes(31) + bytes([1 + i]) for i in range(CLIENTS)]
    publics = [bls.SkToPk(secret) for secret in secrets]
    pairs = zip(secrets, messages, strict=True)
    folded = bls.Aggregate([bls.Sign(secret, m) for secret, m in pairs])
    return _best(5, lambda: bls.AggregateVerify(publics, messages, folded))


def _shamir() -> dict[str, float]:
    rows = share(to_field(bytes(range(32))), threshold=11, people=20)
    points = list(range(1, 12))
    seconds = _best(20, lambda: recover(points, rows[:11], threshold=11))
    return {"shamir_recover_ms": seconds * 1e3}


def _best(times: int, act: Callable[[], Any]) -> float:
    return min(_seconds(act) for _ in range(times))


def _seconds(act: Callable[[], Any]) -> float:
    start = time.process_time()
    if act() is False:
        raise RuntimeError("what was timed went wrong")
    return time.process_time() - start
