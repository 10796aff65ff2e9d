"""PDLM's parties, each an object of its own, from sealed case files to a model.

    court k            -> service provider    X, Y under the court's own key h_k
    service provider   -> cloud               all of that; first weights under its key
    cloud <-> crypto server                   transform to the joint key h_1 ... h_K,
                                              SGD steps (``training``), the model to
                                              the service provider's key
    cloud              -> service provider    the model, which it alone decrypts

The courts leave after their one message. Before all this a key generation centre makes
N, g and the two halves of the strong key (:class:`Issued`); each user makes its own
key. The centre could read everything, and is gone once the keys are out.

Threat model: honest-but-curious; cloud and crypto server do not collude. Public are
shapes, bounds, plan, batches, and that no weight left its bound. All courts together
hold the joint key's secret, and with the cloud's ciphertexts could open everything;
while one stays apart they open nothing. NOT protected: what the finished model tells of
the records (chapter 3), and against a court that encrypts wrong labels.

Source: X. Ma et al., "PDLM", IEEE TSC 2018, after the survey's description: users,
service provider, cloud, product of all keys.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.blinding import HIDING_BITS
from ppdl_course.mpc.joint_keys.cloud import Cloud
from ppdl_course.mpc.joint_keys.crypto_server import CryptoServer
from ppdl_course.mpc.joint_keys.parties import (
    CLOUD,
    CRYPTO,
    PROVIDER,
    Court,
    Issued,
    ServiceProvider,
)
from ppdl_course.mpc.joint_keys.plan import Plan, encoded_records
from ppdl_course.mpc.joint_keys.residues import Integers, integers
from ppdl_course.mpc.joint_keys.sealed import Sealed, from_message
from ppdl_course.mpc.joint_keys.training import train
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.costs import seconds
from ppdl_course.parties.threads import run
from ppdl_course.publickey.paired import PublicKey, UserSecret, joint_key
from ppdl_course.publickey.two_trapdoors import StrongSecret

PATIENCE = 3600.0
"""Seconds a party waits: the servers compute long between two messages."""


def serve_training(
    cloud: Cloud,
    plan: Plan,
    courts: dict[str, PublicKey],
    provider: PublicKey,
    batches: Sequence[Sequence[int]],
) -> None:
    """Play the cloud: transform, train, transform back.

    Args:
        cloud: The party.
        plan: What to train.
        courts: Public keys by name, in the order in which their rows are counted.
        provider: The service provider's public key.
        batches: Rows of each step.

    Raises:
        ValueError: If a ciphertext is none, or a shape is not the plan's.
        OutOfBoundsError: If a weight has left its bound.
    """
    arrived = []
    for name, key in courts.items():
        records = cloud.end.receive("records", sender=PROVIDER)
        if not isinstance(records, dict) or records.keys() != {"x", "y"}:
            raise ValueError(f"records of {name} must have exactly the parts x and y")
        for part in ("x", "y"):
            arrived.append(_checked(plan, name, key, part, records[part]))
    start = from_message(provider, cloud.end.receive("start", sender=PROVIDER))
    *records, model = cloud.transform(*arrived, start)
    x, y = (records[k].join(*records[k + 2 :: 2]) for k in (0, 1))
    model = train(cloud, plan, model.within(plan.weight_bound), x, y, batches)
    (final,) = cloud.transform(model, to=PROVIDER)
    cloud.end.send("model", final.message(), to=PROVIDER)


def _checked(
    plan: Plan, name: str, key: PublicKey, part: str, message: object
) -> Sealed:
    """Return what a court sent; an error says which court, and nothing is opened."""
    try:
        sealed = from_message(key, message)
    except ValueError as error:
        raise ValueError(f"{part} of {name}: {error}") from error
    width = plan.sizes[0] if part == "x" else plan.sizes[2]
    if len(sealed.shape) != 2 or sealed.shape[1] != width:
        raise ValueError(
            f"{part} of {name} must have shape (n, {width}), got {sealed.shape}"
        )
    if sealed.bound > plan.input_bound:
        raise ValueError(
            f"{part} of {name}: bound must be at most {plan.input_bound}, got "
            f"{sealed.bound}"
        )
    return sealed


@dataclass(frozen=True)
class Run:
    """A training that has finished.

    Attributes:
        weights: The model in one row, whole numbers, as the service provider has it.
        channel: Everything that crossed; ``channel.view(party)``.
        cloud: The party, with its counts and its ciphertexts' key.
        crypto_server: The party.
        secrets: Keys by user, for experiments that open what no server could.
        seconds: Wall time, all parties on this machine.
    """

    weights: Integers
    channel: Channel
    cloud: Cloud
    crypto_server: CryptoServer
    secrets: dict[str, UserSecret] = field(repr=False)
    seconds: float

    @property
    def distance(self) -> Fraction:
        """Bound on what the crypto server's view tells, as :attr:`Cloud.distance`."""
        return self.cloud.distance

    @property
    def counts(self) -> Counter[str]:
        """Operations of both servers."""
        return self.cloud.counts + self.crypto_server.counts


def learn(
    strong: StrongSecret,
    plan: Plan,
    courts: dict[str, tuple[np.ndarray, np.ndarray]],
    start: Integers,
    batches: Sequence[Sequence[int]],
    *,
    hiding_bits: int = HIDING_BITS,
    keep_bodies: bool = True,
) -> Run:
    """Train a network on the case files of several courts, a key each.

    Args:
        strong: The key generation centre's key, split and forgotten here.
        plan: Network, scales, rate.
        courts: Inputs ``(n, inputs)`` and labels ``(n,)`` of each, by name.
        start: First weights in one row, whole numbers (``plan.start``).
        batches: Rows of each step, counted through all courts.
        hiding_bits: See ``cloud``.
        keep_bodies: Remember what was sent, not only its size.

    Raises:
        ValueError: If an argument is out of its bound, or there is no court.
        OutOfBoundsError: If a number is, or a weight has left its bound.
    """
    at_least(1, courts=len(courts))
    issued = Issued.from_strong(strong)
    secrets = {
        name: UserSecret.generate(issued.parameters) for name in (*courts, PROVIDER)
    }
    public = {name: secret.public for name, secret in secrets.items()}
    of_courts = {name: public[name] for name in courts}
    joint = joint_key(list(of_courts.values()))
    encoded = {name: encoded_records(plan, *data) for name, data in courts.items()}
    _require_rows(batches, sum(len(x) for x, _ in encoded.values()))
    start = integers(start, name="start")
    keys = {PROVIDER: public[PROVIDER]}
    parties = (*courts, PROVIDER, CLOUD, CRYPTO)
    channel = Channel(*parties, timeout=PATIENCE, keep_bodies=keep_bodies)
    cloud = Cloud(channel[CLOUD], issued.cloud, joint, keys, hiding_bits=hiding_bits)
    crypto = CryptoServer(
        channel[CRYPTO], issued.crypto_server, {"joint": joint, **keys}
    )
    provider = ServiceProvider(channel[PROVIDER], secrets[PROVIDER], of_courts)
    offices = [
        Court(channel[name], secrets[name], *encoded[name], plan.input_bound)
        for name in courts
    ]

    def provide(_: Endpoint) -> Integers:
        provider.order(plan, start)
        return provider.model()

    def compute(_: Endpoint) -> None:
        serve_training(cloud, plan, of_courts, public[PROVIDER], batches)
        cloud.stop()

    programs: list[Callable[[Endpoint], Any]] = [
        lambda _, office=office: office.upload() for office in offices
    ]
    with channel, seconds() as spent:
        results = run(channel, *programs, provide, compute, lambda _: crypto.serve())
    weights = results[len(courts)]
    return Run(weights, channel, cloud, crypto, secrets, spent.seconds)


def together(
    issued: Issued,
    joint: PublicKey,
    program: Callable[[Cloud], Any],
    *,
    others: dict[str, PublicKey] | None = None,
    hiding_bits: int = HIDING_BITS,
) -> tuple[Any, Channel]:
    """Run a program of the cloud beside a crypto server; return result and channel.

    For one operation of the toolkit at a time:
    ``together(issued, joint, lambda cloud: cloud.multiply(a, b))``.
    """
    others = others or {}

    def compute(end: Endpoint) -> Any:
        cloud = Cloud(end, issued.cloud, joint, others, hiding_bits=hiding_bits)
        result = program(cloud)
        cloud.stop()
        return result

    def serve(end: Endpoint) -> None:
        keys = {"joint": joint, **others}
        CryptoServer(end, issued.crypto_server, keys).serve()

    with Channel(CLOUD, CRYPTO, timeout=PATIENCE) as channel:
        result, _ = run(channel, compute, serve)
    return result, channel


def _require_rows(batches: Sequence[Sequence[int]], count: int) -> None:
    for batch in batches:
        rows = list(batch)
        if not rows or not all(0 <= row < count for row in rows):
            raise ValueError(f"batches must hold rows of 0..{count - 1}, got {rows}")
