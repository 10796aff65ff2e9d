"""The crypto server: holds half of the strong key, computes on blinded numbers.

It answers requests of the cloud, many values in each:

    transform    x + R                      ->  the same, under another key
    product across   four numbers        ->  their product of two users' values
    product      A + R_A, B + R_B           ->  their product, under the joint key
    truncate     z = x + R                  ->  floor(z / 2^k), and the k bits below
    compare      blinded terms (carries)    ->  whether one is 0, under the joint key
    zero         blinded numbers            ->  whether all are 0, in the clear

Each request holds T1 of the ciphertexts and the cloud's powers T1^lambda_1; with its
own powers the crypto server opens them. What it opens is blind: uniform, or within
2^-hiding_bits of what it would be for any other value (``cloud`` says which).

Threat model: both servers follow the protocol and do not collude. Together they hold
the strong key, and read everything (``attacks``).
"""

import math
from collections import Counter
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.carries import bits_of
from ppdl_course.mpc.joint_keys.residues import Integers
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.paired import PublicKey
from ppdl_course.publickey.two_trapdoors import StrongShare, combine

STOP = "stop"


class CryptoServer:
    """Answers the cloud until it says stop.

    Args:
        end: Its end of the channel.
        share: lambda_2.
        keys: Public keys by name, under which it may encrypt: ``joint`` and others.
        cloud: The cloud's name.

    Attributes:
        counts: Values opened and encrypted so far.

    Raises:
        ValueError: If a key belongs to another N than the share.
    """

    def __init__(
        self,
        end: Endpoint,
        share: StrongShare,
        keys: dict[str, PublicKey],
        *,
        cloud: str = "cloud",
    ) -> None:
        self.end, self.share, self._keys, self._cloud = end, share, dict(keys), cloud
        self.counts: Counter[str] = Counter()
        self._parameters, self._n = share.parameters, share.parameters.n
        for name, key in keys.items():
            if key.parameters != share.parameters:
                raise ValueError(f"keys[{name!r}] must belong to the N of share")
            key.prepare()
        self._answers = {
            "transform": self._transform,
            "product": self._product,
            "product across": self._across,
            "truncate": self._truncate,
            "compare": self._compare,
            "zero": self._zero,
        }

    def serve(self) -> None:
        """Answer requests until the cloud stops.

        Raises:
            ValueError: If a request is none of the protocol, or malformed.
        """
        while True:
            label, request = self.end.receive_any(sender=self._cloud)
            if label == STOP:
                return
            if label not in self._answers:
                known = sorted(self._answers)
                raise ValueError(f"request must be one of {known}, got {label!r}")
            reply = self._answers[label](request, self._opened(request))
            self.end.send(label, reply, to=self._cloud)

    def _opened(self, request: Any) -> list[int]:
        """Return the residues of a request, after a look at every number of it."""
        if not isinstance(request, dict):
            raise ValueError(f"request must be a dict, got {type(request).__name__}")
        columns = [request.get(name) for name in ("T1", "power")]
        if not all(isinstance(c, list) for c in columns):
            raise ValueError("request must have the lists 'T1' and 'power'")
        if len(columns[0]) != len(columns[1]):
            raise ValueError(
                f"power must have {len(columns[0])} entries, got {len(columns[1])}"
            )
        self._parameters.require_elements(T1=columns[0])
        opened = [
            combine(self._parameters, power, self.share.partial(t1))
            for t1, power in zip(*columns, strict=True)
        ]
        self.counts["opened"] += len(opened)
        self.end.note("opened", opened)
        return opened

    def _sealed(self, values: list[int], key: str = "joint") -> dict[str, list[int]]:
        """Return encryptions of residues, as a message."""
        if key not in self._keys:
            raise ValueError(f"to must be one of {sorted(self._keys)}, got {key!r}")
        self.counts["encrypted"] += len(values)
        pairs = [self._keys[key].raw_encrypt(value % self._n) for value in values]
        # a pair is (a, b) = (T2, T1) there
        return {"T1": [pair[1] for pair in pairs], "T2": [pair[0] for pair in pairs]}

    def _transform(self, request: dict[str, Any], opened: list[int]) -> Any:
        return self._sealed(opened, request.get("to"))

    def _product(self, request: dict[str, Any], opened: list[int]) -> Any:
        shapes = request.get("shapes")
        pair = isinstance(shapes, tuple) and len(shapes) == 2
        if not pair or not all(isinstance(shape, tuple) for shape in shapes):
            raise ValueError(f"shapes must be a pair of shapes, got {shapes!r}")
        for shape in shapes:
            at_least(0, **{f"shapes[{k}]": size for k, size in enumerate(shape)})
        a_size, b_size = (math.prod(shape) for shape in shapes)
        if a_size + b_size != len(opened):
            raise ValueError(
                f"shapes must hold {len(opened)} numbers, they hold {a_size + b_size}"
            )
        a = _shaped(opened[:a_size], shapes[0])
        b = _shaped(opened[a_size:], shapes[1])
        product = a @ b if request.get("matrix") else a * b
        return self._sealed(product.ravel().tolist())

    def _across(self, request: dict[str, Any], opened: list[int]) -> Any:
        if len(opened) % 4:
            raise ValueError(f"T1 must hold four numbers a product: {len(opened)}")
        parts = np.array(opened, object).reshape(4, -1)
        return self._sealed((parts[0] * parts[1] + parts[2] + parts[3]).tolist())

    def _truncate(self, request: dict[str, Any], opened: list[int]) -> Any:
        bits = request.get("bits")
        at_least(1, bits=bits)
        quotients = self._sealed([z >> bits for z in opened])
        below = [bit for z in opened for bit in bits_of(z, bits)]
        # T1 alone: the cloud needs no more of a bit than to add it up
        return {"quotient": quotients, "bits": self._sealed(below)["T1"]}

    def _compare(self, request: dict[str, Any], opened: list[int]) -> Any:
        each = request.get("each")
        at_least(2, each=each)
        if len(opened) % each:
            raise ValueError(f"T1 must hold {each} terms a comparison: {len(opened)}")
        groups = [opened[k : k + each] for k in range(0, len(opened), each)]
        return self._sealed([int(0 in group) for group in groups])

    def _zero(self, request: dict[str, Any], opened: list[int]) -> bool:
        return not any(opened)


def _shaped(values: list[int], shape: tuple[int, ...]) -> Integers:
    return np.array(values, object).reshape(shape)
