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

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.he.joint_training.authority import CLOUD, Authority
from ppdl_course.he.joint_training.cloud import AUTHORITY, Cloud
from ppdl_course.he.joint_training.packed_records import groups, layout, ungroup
from ppdl_course.he.joint_training.plan import Plan, labels
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.transcript import Message
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import UserSecret


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
