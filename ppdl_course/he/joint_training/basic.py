"""[24], basic scheme: one joint key, and owners who stay online to decrypt.

    0 cloud     -> owners    seed
      owners    -> cloud     b_i, round 1;   cloud -> owners     sum of round 1
      owners    -> cloud     round 2;        cloud -> owners     joint public keys
    1 owners    -> cloud     their records under the joint key, each in slots of its own
    for each step:
      owner 1   -> cloud     weights under the joint key
      cloud     -> owners    slots of the gradient, covered by masks that sum to 0
      owners    -> owners    partial decryptions: all know U = the sum of the slots
      owners                 W <- W - floor((U + 2^(k-1)) / 2^k), in the clear

Threat model: honest-but-curious; the cloud, alone or with all owners but one, decrypts
nothing. NOT protected: the model, which every owner sees after each step; sizes. A
record's own gradient stays hidden by the masks, since only their sum is 0; a cloud that
leaves them out shows every owner the gradients of all others' records.

[24] joins keys after encryption (multi-key encryption); here they are joined before,
and owners must agree beforehand who takes part. A choice of the course: opening the
weights after each step, where the paper opens the last ones.

Source: as ``advanced``, basic scheme.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ppdl_course.he.joint_training.gradient import Gradient
from ppdl_course.he.joint_training.joint_keys import (
    KeyShare,
    add_up,
    join_keys,
    open_jointly,
)
from ppdl_course.he.joint_training.plan import Plan, labels
from ppdl_course.he.joint_training.residues import (
    FLOOR_BITS,
    Public,
    from_wire,
    join,
    to_wire,
)
from ppdl_course.he.lattice.rlwe import PublicKeys
from ppdl_course.parties.channel import Channel, Endpoint

CLOUD = "cloud"


class Owner:
    """A court: its records, its summand of the key; online until the end.

    Args:
        end: Its end of the channel.
        plan: The sizes.
        x: Features within +-1, (records, features).
        y: Labels, 0 or 1, (records,).

    Raises:
        ValueError: If a shape or an entry is out of range.
    """

    def __init__(self, end: Endpoint, plan: Plan, x: np.ndarray, y: np.ndarray) -> None:
        self._end, self.plan = end, plan
        self._x = plan.encode(x)
        self._y = labels(y, len(self._x))
        self._sizes = [plan.parameters(t) for t in plan.plain_primes]
        self._fellows = [peer for peer in end.peers if peer != CLOUD]
        self._weights = np.zeros(plan.features + 1, dtype=object)

    def share_key(self) -> None:
        """Draw a summand of the secret, send what the joint public key needs.

        The number of records goes with it: slots must not overlap.
        """
        seed = self._end.receive("seed", sender=CLOUD)
        self._shares = [
            KeyShare(p, seed + bytes([k])) for k, p in enumerate(self._sizes)
        ]
        message = [(s.public_share(), s.first_round()) for s in self._shares]
        self._end.send("key shares", (len(self._y), message), to=CLOUD)

    def finish_key(self) -> None:
        """Answer the sums of round 1."""
        sums = self._end.receive("first rounds", sender=CLOUD)
        pairs = zip(self._shares, sums, strict=True)
        self._end.send("second round", [s.second_round(r) for s, r in pairs], to=CLOUD)

    def upload(self) -> None:
        """Encrypt the records under the joint key, from the slot the cloud says."""
        plan = self.plan
        keys, start = self._end.receive("joint key", sender=CLOUD)
        self._public = Public.from_wire(plan, keys)
        targets = 48 * plan.scale**3 * self._y.astype(object)
        before = [0] * start
        sealed = [
            self._public.encrypt([*before, *column]) for column in (*self._x.T, targets)
        ]
        self._end.send("upload", [to_wire(c) for c in sealed], to=CLOUD)

    def send_weights(self) -> None:
        """Send the weights under the joint key; one owner does it for all."""
        n = self.plan.ring_degree
        sealed = [self._public.encrypt([w] * n) for w in self._weights]
        self._end.send("weights", [to_wire(c) for c in sealed], to=CLOUD)

    def send_partials(self) -> None:
        """Send every other owner a partial decryption of the covered gradient."""
        sent = self._end.receive("covered update", sender=CLOUD)
        self._covered = [from_wire(v, self.plan, "covered update") for v in sent]
        bits = self.plan.hiding + FLOOR_BITS
        self._partials = [
            [s.partial(c, bits) for s, c in zip(self._shares, value, strict=True)]
            for value in self._covered
        ]
        for peer in self._fellows:
            self._end.send("partial decryptions", self._partials, to=peer)

    def take_step(self) -> None:
        """Open the sum of the slots with all partial decryptions; move the weights."""
        plan, primes = self.plan, self.plan.plain_primes
        everyone = [self._partials] + [
            self._end.receive("partial decryptions", sender=peer)
            for peer in self._fellows
        ]
        k, moved = plan.dropped_bits, []
        for j, (w, value) in enumerate(zip(self._weights, self._covered, strict=True)):
            slots = [
                open_jointly(p, c, [partials[j][i] for partials in everyone])
                for i, (p, c) in enumerate(zip(self._sizes, value, strict=True))
            ]
            total = sum(join(slots, primes)) % plan.plain_modulus
            if total > plan.plain_modulus // 2:
                total -= plan.plain_modulus
            moved.append(w - (total + (1 << k - 1) >> k))
        self._weights = np.array(moved, dtype=object)

    def model(self) -> np.ndarray:
        """Return the weights so far, float64 (features + 1,), bias last."""
        return self.plan.decode(self._weights)


class Cloud:
    """The server: ciphertexts and no key."""

    def __init__(
        self, end: Endpoint, plan: Plan, owners: Sequence[str], *, cover: bool = True
    ) -> None:
        self._end, self.plan, self._owners, self._cover = end, plan, owners, cover
        self._sizes = [plan.parameters(t) for t in plan.plain_primes]

    def send_seed(self) -> None:
        """Send the seed of all common polynomials."""
        self._seed = secrets.token_bytes(32)
        self._to_all("seed", self._seed)

    def add_first_rounds(self) -> None:
        """Add up round 1 and send the sums.

        Raises:
            ValueError: If the rows of all owners are not the plan's.
        """
        rows, sent = zip(*self._from_all("key shares"), strict=True)
        if sum(rows) != self.plan.rows:
            raise ValueError(
                f"rows must be the plan's {self.plan.rows} in all, got {sum(rows)}"
            )
        self._rows = dict(zip(self._owners, rows, strict=True))
        self._public_shares = [
            [b for b, _ in column] for column in zip(*sent, strict=True)
        ]
        self._first = [
            add_up([first for _, first in column], p.key_ring())
            for p, column in zip(self._sizes, zip(*sent, strict=True), strict=True)
        ]
        self._to_all("first rounds", self._first)

    def join_keys(self) -> None:
        """Make the joint public keys, send them and each owner's first slot."""
        second = list(zip(*self._from_all("second round"), strict=True))
        self._keys: list[PublicKeys] = [
            join_keys(p, self._seed + bytes([k]), *parts)
            for k, (p, *parts) in enumerate(
                zip(self._sizes, self._public_shares, self._first, second, strict=True)
            )
        ]
        self._public = Public(self.plan, self._keys)
        wire = [(k.public, k.relinearisation) for k in self._keys]
        start = 0
        for name in self._owners:
            self._end.send("joint key", (wire, start), to=name)
            start += self._rows[name]

    def take_uploads(self) -> None:
        """Add up the owners' ciphertexts; each fills slots of its own."""
        sent = self._from_all("upload")
        total = [from_wire(v, self.plan, "upload") for v in sent[0]]
        for message in sent[1:]:
            sealed = [from_wire(v, self.plan, "upload") for v in message]
            total = [
                self._public.plus(c, d) for c, d in zip(total, sealed, strict=True)
            ]
        self._gradient = Gradient(self._public, total[:-1], total[-1])

    def send_update(self) -> None:
        """Compute the gradient's slots, cover them, send them to all owners."""
        sent = self._end.receive("weights", sender=self._owners[0])
        weights = [from_wire(v, self.plan, "weights") for v in sent]
        covered = [
            self._public.add_plain(self._public.flooded(value), self._masks())
            for value in self._gradient.slots(weights)
        ]
        self._to_all("covered update", [to_wire(c) for c in covered])

    def _masks(self) -> list[int]:
        """Return a uniform number for every slot, together 0 modulo T."""
        n, whole = self.plan.ring_degree, self.plan.plain_modulus
        if not self._cover:
            return [0] * n
        drawn = [secrets.randbelow(whole) for _ in range(n - 1)]
        return [*drawn, -sum(drawn) % whole]

    def _to_all(self, label: str, message: Any) -> None:
        for name in self._owners:
            self._end.send(label, message, to=name)

    def _from_all(self, label: str) -> list[Any]:
        return [self._end.receive(label, sender=name) for name in self._owners]


@dataclass(frozen=True)
class JointTraining:
    """A finished run.

    Attributes:
        models: Each owner's weights, float64 (features + 1,), by name.
        channel: Its transcript.
        owners: The parties.
        cloud: The server.
    """

    models: Mapping[str, np.ndarray]
    channel: Channel = field(repr=False)
    owners: Mapping[str, Owner] = field(repr=False)
    cloud: Cloud = field(repr=False)


def half_offsets(plan: Plan) -> list[list[int]]:
    """Return the offsets of rounding to nearest, for ``plan.plain_training``."""
    return [[1 << plan.dropped_bits - 1] * (plan.features + 1)] * plan.steps


def train(
    plan: Plan,
    records: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    cover: bool = True,
) -> JointTraining:
    """Run all parties.

    Args:
        plan: The sizes; its rows are those of all owners together.
        records: For each owner x (records, features) within +-1, and y, 0 or 1.
        cover: False leaves the cloud's masks out, a mistake to look at.

    Raises:
        ValueError: If records do not fit the plan.
    """
    names = tuple(records)
    channel = Channel(*names, CLOUD)
    cloud = Cloud(channel[CLOUD], plan, names, cover=cover)
    owners = {name: Owner(channel[name], plan, *records[name]) for name in names}
    cloud.send_seed()
    for owner in owners.values():
        owner.share_key()
    cloud.add_first_rounds()
    for owner in owners.values():
        owner.finish_key()
    cloud.join_keys()
    for owner in owners.values():
        owner.upload()
    cloud.take_uploads()
    for _ in range(plan.steps):
        owners[names[0]].send_weights()
        cloud.send_update()
        for owner in owners.values():
            owner.send_partials()
        for owner in owners.values():
            owner.take_step()
    models = {name: owner.model() for name, owner in owners.items()}
    return JointTraining(models, channel, owners, cloud)
