"""[24], the first server: ciphertexts, and masks of its own.

It holds public keys only. Protocol and threat model: ``advanced``.
"""

import secrets
from collections.abc import Sequence

import numpy as np

from ppdl_course.he.joint_training.gradient import Gradient
from ppdl_course.he.joint_training.packed_records import groups, layout
from ppdl_course.he.joint_training.plan import Plan
from ppdl_course.he.joint_training.residues import Public, from_wire, to_wire
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.paired import PublicKey

AUTHORITY = "authority"


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
