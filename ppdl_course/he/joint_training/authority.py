"""[24], the second server: opens blinded numbers and encrypts them under another key.

It holds the master key of BCP and the secret keys of BGV, and no mask. Protocol and
threat model: ``advanced``.
"""

import numpy as np

from ppdl_course.he.joint_training.packed_records import groups, layout, open_records
from ppdl_course.he.joint_training.plan import Plan
from ppdl_course.he.joint_training.residues import KeySet, from_wire, to_wire
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import PublicKey

CLOUD = "cloud"


class Authority:
    """The second server: master key of BCP, secret keys of BGV, and no masks."""

    def __init__(self, end: Endpoint, plan: Plan, master: MasterSecret) -> None:
        self._end, self.plan, self.master = end, plan, master
        self._keys = KeySet(plan)
        self._users: list[PublicKey] = []

    def announce(self) -> None:
        """Send everybody the parameters, and the cloud the public keys of BGV."""
        p = self.master.parameters
        for peer in self._end.peers:
            self._end.send("parameters", (p.n, p.g), to=peer)
        self._end.send("evaluation keys", self._keys.keys_to_wire(), to=CLOUD)

    def switch_records(self) -> None:
        """Steps 1-2: blinded records from BCP to BGV, a column a ciphertext."""
        message, plan = self._end.receive("blinded records", sender=CLOUD), self.plan
        blocks = []
        for h, rows, pairs in message:
            user = PublicKey(self.master.parameters, h)
            self._users.append(user)
            blocks.append(open_records(self.master, user, rows, pairs, plan))
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
