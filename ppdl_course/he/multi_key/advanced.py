"""[24], advanced scheme: owners upload under keys of their own and go offline.

    authority -> all      parameters N, g (BCP);   -> cloud   keys of BGV, public ones
    owner i   -> cloud    h_i, Enc_i(x, y) packed                       then offline
    1 cloud     c + Enc_i(m), m secret masks          -> authority      blinded records
    2 authority decrypts x + m with the master key, encrypts it under BGV -> cloud
    3 cloud     takes m off;  for each step:
        U_j per record, blinded                       -> authority      blinded update
        authority  V_j = sum of slots = U_j + M_j,  [floor(V_j / 2^k)]  -> cloud
        cloud      W_j <- W_j - [floor(V_j / 2^k)] + floor of M_j / 2^k
    4 cloud     W + m -> authority -> Enc_i(W + m) -> cloud -> Enc_i(W) -> owner i

The authority holds the master key of BCP and the secret keys of BGV; it sees nothing
but blinded numbers. The cloud holds ciphertexts and masks. M_j = 2^k m' + r with r
uniform in [0, 2^k): the floor of (U_j + M_j) / 2^k less m' is U_j rounded with the
offset r, which is what ``plan.plain_training`` does. The authority's encryption is
fresh, so that noise starts anew with every step.

Threat model: honest-but-curious; cloud and authority do not join (together they read
everything). Masks hide all but a statistical distance of about 2^-hiding a number. The
authority learns sizes, the cloud too. NOT protected: what the model itself tells each
owner, who gets it; a cloud or owner that lies. A cloud that leaves the masks out
(``blind=False``) shows the authority every record: ``attacks.unblinded_switch``.

Choices of the course (R), the paper's full text was not at hand: BGV with one key held
by the authority; who sums the slots; the rounding; BCP ciphertexts packed.

Source: P. Li, J. Li, Z. Huang, T. Li, C.-Z. Gao, S.-M. Yiu, K. Chen, "Multi-key
privacy-preserving deep learning in cloud computing", FGCS 74, 2017, advanced scheme.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.he.multi_key.gradient import Gradient
from ppdl_course.he.multi_key.plan import Plan, labels
from ppdl_course.he.multi_key.residues import KeySet, Public, from_wire, to_wire
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.transcript import Message
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paired import Pair, PublicKey, UserSecret

CLOUD, AUTHORITY = "cloud", "authority"


def layout(public: PublicKey, plan: Plan) -> Packing:
    """Return how whole numbers lie in a message of BCP: masks and a sign included."""
    largest = max(plan.largest_weight, 2**plan.x_bits)
    return Packing(
        public,
        fraction_bits=0,
        slot_bits=plan.hiding + largest.bit_length() + 2,
        largest=largest,
    )


def groups(numbers: Sequence[int], packing: Packing) -> list[int]:
    """Return packed residues of [0, N), ``packing.slots`` numbers in each."""
    size, n = packing.slots, packing.public.n
    return [
        packing.pack([int(v) for v in numbers[k : k + size]]) % n
        for k in range(0, len(numbers), size)
    ]


def ungroup(residues: Sequence[int], count: int, packing: Packing) -> list[int]:
    """Return the numbers that :func:`groups` packed."""
    numbers: list[int] = []
    for residue in residues:
        left = min(packing.slots, count - len(numbers))
        numbers += packing.unpack(packing.public.signed(residue), left)
    return numbers


class Owner:
    """A court: holds its records and its own key, and is offline after the upload."""

    def __init__(self, end: Endpoint, plan: Plan) -> None:
        self._end, self.plan = end, plan
        n, g = end.receive("parameters", sender=AUTHORITY)
        self._secret = UserSecret.generate(Parameters(n, g))

    def upload(self, x: np.ndarray, y: np.ndarray) -> None:
        """Encrypt all records under the own key and send them to the cloud.

        Args:
            x: Features within +-1, (records, features).
            y: Labels, 0 or 1, (records,).

        Raises:
            ValueError: If a shape or an entry is out of range.
        """
        encoded, public = self.plan.encode(x), self._secret.public
        y = labels(y, len(encoded))
        numbers = [*encoded.T.ravel(), *y]  # feature by feature, then the labels
        packed = groups(numbers, layout(public, self.plan))
        pairs = [public.raw_encrypt(m) for m in packed]
        self._end.send("upload", (public.h, len(encoded), pairs), to=CLOUD)

    def model(self) -> np.ndarray:
        """Return the trained weights, float64 (features + 1,), bias last."""
        pairs = self._end.receive("model", sender=CLOUD)
        packing = layout(self._secret.public, self.plan)
        opened = [self._secret.raw_decrypt(pair) for pair in pairs]
        return self.plan.decode(ungroup(opened, self.plan.features + 1, packing))


class Authority:
    """The second server: master key of BCP, secret keys of BGV, and no masks."""

    def __init__(self, end: Endpoint, plan: Plan, master: MasterSecret) -> None:
        self._end, self.plan, self._master = end, plan, master
        self._keys = KeySet(plan)
        self._users: list[PublicKey] = []

    def announce(self) -> None:
        """Send everybody the parameters, and the cloud the public keys of BGV."""
        p = self._master.parameters
        for peer in self._end.peers:
            self._end.send("parameters", (p.n, p.g), to=peer)
        self._end.send("evaluation keys", self._keys.keys_to_wire(), to=CLOUD)

    def switch_records(self) -> None:
        """Steps 1-2: blinded records from BCP to BGV, a column a ciphertext."""
        message, plan = self._end.receive("blinded records", sender=CLOUD), self.plan
        blocks = []
        for h, rows, pairs in message:
            user = PublicKey(self._master.parameters, h)
            self._users.append(user)
            blocks.append(open_records(self._master, user, rows, pairs, plan))
        *columns, y = np.hstack(blocks)
        sealed = [self._keys.public.encrypt(column) for column in columns]
        scaled = [48 * plan.scale**3 * v for v in y]
        sealed.append(self._keys.public.encrypt(scaled))
        self._end.send("columns", [to_wire(c) for c in sealed], to=CLOUD)

    def round_update(self) -> None:
        """Step 3: sum the blinded slots, drop k bits, encrypt afresh."""
        sent = self._end.receive("blinded update", sender=CLOUD)
        n, sealed = self.plan.ring_degree, []
        for value in sent:
            slots = self._keys.decrypt(from_wire(value, self.plan, "blinded update"))
            total = sum(slots) % self.plan.plain_modulus
            high = total >> self.plan.dropped_bits
            sealed.append(self._keys.public.encrypt([high] * n))
        self._end.send("rounded update", [to_wire(c) for c in sealed], to=CLOUD)

    def switch_model(self) -> None:
        """Step 4: the blinded model from BGV to every owner's BCP key."""
        sent = self._end.receive("blinded model", sender=CLOUD)
        first = [
            self._keys.decrypt(from_wire(value, self.plan, "blinded model"))[0]
            for value in sent
        ]
        switched = [
            [user.raw_encrypt(m) for m in groups(first, layout(user, self.plan))]
            for user in self._users
        ]
        self._end.send("switched model", switched, to=CLOUD)


def open_records(
    master: MasterSecret,
    user: PublicKey,
    rows: int,
    pairs: Sequence[Pair],
    plan: Plan,
) -> np.ndarray:
    """Return what the master key makes of an upload, object (features + 2, rows)."""
    count = rows * (plan.features + 2)
    packed = [master.raw_decrypt(user, tuple(pair)) for pair in pairs]
    numbers = ungroup(packed, count, layout(user, plan))
    return np.array(numbers, dtype=object).reshape(-1, rows)


class Cloud:
    """The first server: ciphertexts and its own masks.

    Args:
        end: Its end of the channel.
        plan: The sizes.
        owners: Names, in the order of the records.
        blind: False leaves the masks of step 1 out: the mistake of the attack.

    Attributes:
        offsets: For each step and weight the r of its rounding; for the plain twin.
    """

    def __init__(
        self, end: Endpoint, plan: Plan, owners: Sequence[str], *, blind: bool = True
    ) -> None:
        self._end, self.plan, self._owners, self._blind = end, plan, owners, blind
        n, g = end.receive("parameters", sender=AUTHORITY)
        self._parameters = Parameters(n, g)
        keys = end.receive("evaluation keys", sender=AUTHORITY)
        self._public = Public.from_wire(plan, keys)
        self.offsets: list[list[int]] = []

    def blind_records(self) -> None:
        """Step 1: take the uploads, blind every number, ask for the switch.

        Raises:
            ValueError: If an upload is malformed, or the rows are not the plan's.
        """
        self._users, message, masks = [], [], []
        for name in self._owners:
            h, rows, pairs = self._end.receive("upload", sender=name)
            user = PublicKey(self._parameters, h)
            for part in (0, 1):
                self._parameters.require_elements(upload=[c[part] for c in pairs])
            count = rows * (self.plan.features + 2)
            drawn = [self._mask(2**self.plan.x_bits) for _ in range(count)]
            packed = groups(drawn, layout(user, self.plan))
            if len(packed) != len(pairs):
                raise ValueError(
                    f"upload of {name} must be {len(packed)} pairs, got {len(pairs)}"
                )
            # fresh randomness comes with the mask
            covered = [
                user.raw_add(tuple(c), user.raw_encrypt(m))
                for c, m in zip(pairs, packed, strict=True)
            ]
            self._users.append(user)
            masks.append(np.array(drawn, dtype=object).reshape(-1, rows))
            message.append((h, rows, covered))
        self._masks = np.hstack(masks)
        if self._masks.shape[1] != self.plan.rows:
            raise ValueError(
                f"rows must be the plan's {self.plan.rows} in all uploads together, "
                f"got {self._masks.shape[1]}"
            )
        self._end.send("blinded records", message, to=AUTHORITY)

    def _mask(self, largest: int) -> int:
        """Return a secret mask for numbers up to ``largest`` in size."""
        return secrets.randbelow(largest << self.plan.hiding) if self._blind else 0

    def take_columns(self) -> None:
        """Take the masks off under BGV; weights start at 0."""
        plan, public = self.plan, self._public
        sent = self._end.receive("columns", sender=AUTHORITY)
        sealed = [from_wire(value, plan, "columns") for value in sent]
        scale = 48 * plan.scale**3
        masks = [*self._masks[:-1], scale * self._masks[-1]]
        opened = [
            public.add_plain(value, [-m for m in mask])
            for value, mask in zip(sealed, masks, strict=True)
        ]
        self._gradient = Gradient(public, opened[:-1], opened[-1])
        self._weights = [public.encrypt([0]) for _ in opened[:-1]]

    def ask_update(self) -> None:
        """Step 3, first half: slots of the gradient, blinded, to the authority."""
        plan, public, k = self.plan, self._public, self.plan.dropped_bits
        self.offsets.append([])
        self._shifts, message = [], []
        for value in self._gradient.slots(self._weights):
            # U_j + bound is in [0, 2 bound]; the mask is 2^hiding times as wide
            high = secrets.randbelow(2 * plan.update_bound >> k << plan.hiding)
            low = secrets.randbelow(2**k)
            total = plan.update_bound + (high << k) + low
            self.offsets[-1].append(low)
            self._shifts.append((plan.update_bound >> k) + high)
            covered = public.add_plain(public.flooded(value), self._spread(total))
            message.append(to_wire(covered))
        self._end.send("blinded update", message, to=AUTHORITY)

    def _spread(self, total: int) -> list[int]:
        """Return a uniform mask for every slot, with this sum modulo T."""
        whole = self.plan.plain_modulus
        drawn = [secrets.randbelow(whole) for _ in range(self.plan.ring_degree - 1)]
        return [*drawn, (total - sum(drawn)) % whole]

    def take_update(self) -> None:
        """Step 3, second half: subtract the rounded update from the weights."""
        sent, public = (
            self._end.receive("rounded update", sender=AUTHORITY),
            self._public,
        )
        n, moved = self.plan.ring_degree, []
        for old, value, shift in zip(self._weights, sent, self._shifts, strict=True):
            step = from_wire(value, self.plan, "rounded update")
            moved.append(public.add_plain(public.minus(old, step), [shift] * n))
        self._weights = moved

    def ask_model(self) -> None:
        """Step 4: the blinded weights, to be put under every owner's key."""
        plan, public = self.plan, self._public
        self._model_masks = [
            plan.largest_weight + secrets.randbelow(plan.largest_weight << plan.hiding)
            for _ in self._weights
        ]
        message = []
        for value, mask in zip(self._weights, self._model_masks, strict=True):
            low = public.flooded(public.at_last_level(value))
            # the slots hold one number: all but the first are covered whole
            rest = plan.ring_degree - 1
            noise = [secrets.randbelow(plan.plain_modulus) for _ in range(rest)]
            message.append(to_wire(public.add_plain(low, [mask, *noise])))
        self._end.send("blinded model", message, to=AUTHORITY)

    def deliver(self) -> None:
        """Take the masks off under each owner's key and send the model."""
        switched = self._end.receive("switched model", sender=AUTHORITY)
        for name, user, pairs in zip(self._owners, self._users, switched, strict=True):
            minus = groups([-m for m in self._model_masks], layout(user, self.plan))
            opened = [
                user.raw_add(tuple(c), user.raw_encrypt(m))
                for c, m in zip(pairs, minus, strict=True)
            ]
            self._end.send("model", opened, to=name)


@dataclass(frozen=True)
class Training:
    """A finished run.

    Attributes:
        models: What each owner decrypted, float64 (features + 1,), by name.
        offsets: The cloud's roundings, for ``plan.plain_training``.
        channel: Its transcript.
        authority: The second server, for what it could do alone.
        cloud: The first.
    """

    models: Mapping[str, np.ndarray]
    offsets: list[list[int]] = field(repr=False)
    channel: Channel = field(repr=False)
    authority: Authority = field(repr=False)
    cloud: Cloud = field(repr=False)

    def view(self, party: str) -> list[Message]:
        """Return all that ``party`` sent or received."""
        return self.channel.view(party)


def train(
    plan: Plan,
    records: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    primes: tuple[int, int] = PUBLISHED[512],
    blind: bool = True,
) -> Training:
    """Run all parties.

    Args:
        plan: The sizes; its rows are those of all owners together.
        records: For each owner x (records, features) within +-1, and y, 0 or 1.
        primes: Of the authority's N. The default is published: toy size, INSECURE.
        blind: False for the attack.

    Raises:
        ValueError: If records do not fit the plan.
    """
    names = tuple(records)
    channel = Channel(*names, CLOUD, AUTHORITY)
    authority = Authority(channel[AUTHORITY], plan, MasterSecret.from_primes(*primes))
    authority.announce()
    owners = {name: Owner(channel[name], plan) for name in names}
    cloud = Cloud(channel[CLOUD], plan, names, blind=blind)
    for name, owner in owners.items():
        owner.upload(*records[name])
    cloud.blind_records()
    authority.switch_records()
    cloud.take_columns()
    for _ in range(plan.steps):
        cloud.ask_update()
        authority.round_update()
        cloud.take_update()
    cloud.ask_model()
    authority.switch_model()
    cloud.deliver()
    models = {name: owner.model() for name, owner in owners.items()}
    return Training(models, cloud.offsets, channel, authority, cloud)
