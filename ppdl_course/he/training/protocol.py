"""Training in a cloud that cannot read: the client encrypts, the cloud computes.

    Client                                         Cloud
    a key for each plaintext prime
    relinearisation keys         -- keys ------->
    each step:
    round x, y, W; refuse what
    the cubic does not hold for  -- step ------->  the key must be the one it has
    for each plaintext prime:
    Enc(x), Enc(y), Enc(W)       -- ciphertexts >  forward, deltas, new weights:
                                                   sums and products only
    decrypt, join the primes,    <-- update ----
    add the samples' changes up;
    encrypting anew is the refresh

The integers of a step are too long for one plaintext prime, so the whole step runs
modulo several, and the client joins the remainders. What it has then is the integer
step's result exactly (``integers.integer_step``); ``twin.Twin`` is the loop in the
clear.

Threat model: an honest-but-curious cloud; it sees ciphertexts, public sizes and how
many steps there are (``leaks``). The client sees everything: data and model are its
own. NOT protected: wrong results of a cloud that deviates. The client refuses an update
beyond what its own step can give, which is what noise or a wrong key looks like.

Source: F. Bu, Y. Ma, Z. Chen, H. Xu, HPCC 2015; the refresh by the client, several
primes and the carried rounding are ours.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.he.inference.cryptonets_bfv import join
from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.levels import Plan, Rules, moduli_needed
from ppdl_course.he.training.messages import flat, inputs_of, numbers_of, slots
from ppdl_course.he.training.step import marks_of_inputs, step
from ppdl_course.he.training.twin import after, largest_result, quantised
from ppdl_course.parties.channel import Channel, Endpoint


class Context(Protocol):
    """Public sizes of one plaintext modulus: ``BgvContext`` or ``BfvContext``."""

    rules: Rules

    def keys(self) -> Any:
        """Return a client's fresh keys."""
        ...

    def cloud(self, message: Any) -> Any:
        """Return the cloud's arithmetic with the public part of those keys."""
        ...


class Client:
    """Owns data, weights and the only secret keys.

    Args:
        end: The client's end of a channel to the cloud.
        contexts: One for each plaintext prime.
        net: Starting weights.
        precision: How to round.

    Attributes:
        net: The weights so far, floats.

    Raises:
        ValueError: If a context lacks the depth of a step.
    """

    def __init__(
        self,
        end: Endpoint,
        contexts: Sequence[Context],
        net: Net,
        precision: Precision,
    ) -> None:
        at_least(1, contexts=len(contexts))
        self.net, self.precision = net, precision
        self._end, self._contexts = end, contexts
        self._plans = [Plan(c.rules, net.shape) for c in contexts]
        self._keys = [c.keys() for c in contexts]
        self._public = [keys.public for keys in self._keys]
        self._asked: tuple[np.ndarray, np.ndarray, Net] | None = None

    def send_keys(self) -> None:
        """Send what the cloud may have: sizes and relinearisation keys."""
        self._end.send("keys", {"shape": list(self.net.shape), "keys": self._public})

    def send_step(self, x: np.ndarray, y: np.ndarray) -> None:
        """Round, refuse, encrypt and send one batch and the weights.

        Args:
            x: (samples, inputs); at most n samples.
            y: (samples, outputs).

        Raises:
            ValueError: If an input is outside what the cubic holds for, or a result
                could pass the product of the plaintext primes.
        """
        X, Y, V = quantised(x, y, self.net, self.precision)
        moduli = [c.rules.t for c in self._contexts]
        moduli_needed(largest_result(X, Y, V, self.precision), moduli)
        n = min(c.rules.n for c in self._contexts)
        if len(X) > n:
            raise ValueError(f"x must have at most n = {n} rows, got {len(X)}")
        numbers = numbers_of(X, Y, V, self.precision)
        self._end.send("step", fingerprint(self._public))
        # a message a prime: at 128-bit security one alone is hundreds of megabytes
        for keys, plan in zip(self._keys, self._plans, strict=True):
            encrypted = {
                name: np.stack([keys.encrypt(v, mark) for v in slots(name, numbers, n)])
                for name, mark in marks_of_inputs(plan).items()
            }
            self._end.send("ciphertexts", encrypted)
        self._asked = X, Y, V

    def receive_update(self) -> None:
        """Decrypt the new weights and keep them.

        Raises:
            ValueError: If no step was sent, or an update is none that this step can
                give: noise, another key, or another program.
        """
        if self._asked is None:
            raise ValueError("a step must be sent before its update, got none")
        (X, Y, V), self._asked = self._asked, None
        remainders = [
            self._remainders(self._end.receive("update"), keys, plan, len(X))
            for keys, plan in zip(self._keys, self._plans, strict=True)
        ]
        moduli = [c.rules.t for c in self._contexts]
        new = remainders[0].each(
            lambda *parts: join(np.stack(parts), moduli), *remainders[1:]
        )
        most = largest_result(X, Y, V, self.precision)
        found = max(int(abs(part).max()) for part in vars(new).values())
        if found > most:
            raise ValueError(
                f"update must be within +-{most}, which this step can give, got "
                f"{found}: noise, another key or another program"
            )
        self.net = after(self.net, V, new, self.precision)

    def _remainders(self, sent: dict, keys: Any, plan: Plan, samples: int) -> Net:
        inputs, hidden, outputs = plan.shape
        shapes = Net((hidden, inputs), (hidden,), (outputs, hidden), (outputs,))

        def part(name: str, shape: tuple[int, ...]) -> np.ndarray:
            mark = plan.mark("d" + name)
            rows = [keys.decrypt(c, mark)[:samples] for c in sent[name]]
            return np.stack(rows, axis=1).reshape(samples, *shape)

        return Net(*(part(name, shape) for name, shape in vars(shapes).items()))


class Cloud:
    """Computes steps; holds no secret key.

    Args:
        end: The cloud's end of the channel.
        contexts: The same public sizes as the client's.
        precision: Public: it says at which scales numbers stand.
    """

    def __init__(
        self, end: Endpoint, contexts: Sequence[Context], precision: Precision
    ) -> None:
        self._end, self._contexts, self._precision = end, contexts, precision
        self._clouds: list[Any] = []
        self._plans: list[Plan] = []
        self._key = ""

    def receive_keys(self) -> None:
        """Receive the shape and a relinearisation key for each plaintext prime."""
        sent = self._end.receive("keys")
        self._plans = [Plan(c.rules, tuple(sent["shape"])) for c in self._contexts]
        pairs = zip(self._contexts, sent["keys"], strict=True)
        self._clouds = [context.cloud(message) for context, message in pairs]
        self._key = fingerprint(sent["keys"])

    def compute(self) -> None:
        """Compute one step and send the new weights.

        Raises:
            ValueError: If ciphertexts are under another key than the cloud holds, of
                another level or not as many as the shape says.
        """
        key = self._end.receive("step")
        if key != self._key:
            raise ValueError(
                f"ciphertexts must be under the key {self._key!r}, got {key!r}"
            )
        for cloud, plan in zip(self._clouds, self._plans, strict=True):
            arrays = self._end.receive("ciphertexts")
            new = step(cloud, plan, inputs_of(cloud, plan, arrays), self._precision)
            update = {
                name: np.stack([cloud.parts(c) for c in flat(part)])
                for name, part in vars(new).items()
            }
            self._end.send("update", update)


def train(
    channel: Channel,
    contexts: Sequence[Context],
    net: Net,
    precision: Precision,
    batches: Sequence[tuple[np.ndarray, np.ndarray]],
) -> Net:
    """Run one step for each batch over ``channel``; return the client's weights."""
    client_end, cloud_end = channel.ends
    client = Client(client_end, contexts, net, precision)
    cloud = Cloud(cloud_end, contexts, precision)
    client.send_keys()
    cloud.receive_keys()
    for x, y in batches:
        client.send_step(x, y)
        cloud.compute()
        client.receive_update()
    return client.net


def fingerprint(public: Sequence[Any]) -> str:
    """Return 16 hexadecimal digits that name public keys."""
    digest = hashlib.sha256()
    for keys in public:
        for part in [keys] if isinstance(keys, bytes) else keys:
            digest.update(part if isinstance(part, bytes) else part.tobytes())
    return digest.hexdigest()[:16]
