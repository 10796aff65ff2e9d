"""Who is not a server: the key generation centre's parcels, courts, service provider.

What each may know is what its object holds; see ``session`` for what they say.
"""

from dataclasses import dataclass, field

import numpy as np

from ppdl_course.mpc.joint_keys.plan import Plan
from ppdl_course.mpc.joint_keys.residues import Integers
from ppdl_course.mpc.joint_keys.sealed import Sealed, from_message, seal
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.paired import PublicKey, UserSecret
from ppdl_course.publickey.two_trapdoors import StrongSecret, StrongShare

CLOUD, CRYPTO, PROVIDER = "cloud", "crypto server", "service provider"


@dataclass(frozen=True)
class Issued:
    """What the key generation centre hands out; each part goes to one party only.

    Attributes:
        parameters: N and g, for everybody.
        cloud: lambda_1.
        crypto_server: lambda_2.
    """

    parameters: Parameters
    cloud: StrongShare = field(repr=False)
    crypto_server: StrongShare = field(repr=False)

    @classmethod
    def from_strong(cls, strong: StrongSecret) -> "Issued":
        """Return fresh shares of a strong key."""
        return cls(strong.parameters, *strong.split())


class Court:
    """Holds case files and a key of its own; speaks once.

    Args:
        end: Its end of the channel.
        secret: Its own key.
        x: Inputs as whole numbers, ``(n, inputs)``.
        y: One-hot labels as whole numbers, ``(n, outputs)``.
        bound: Public bound on both.
    """

    def __init__(
        self, end: Endpoint, secret: UserSecret, x: Integers, y: Integers, bound: int
    ) -> None:
        self.end, self.secret = end, secret
        self._records = {"x": x, "y": y}
        self._bound = bound

    def upload(self) -> None:
        """Encrypt and send everything; after that the court can go."""
        key = self.secret.public.prepare()
        sealed = {
            name: seal(key, values, bound=self._bound, name=name).message()
            for name, values in self._records.items()
        }
        self.end.send("records", sealed, to=PROVIDER)


class ServiceProvider:
    """Gathers ciphertexts, orders the training, and receives the model.

    Args:
        end: Its end of the channel.
        secret: Its own key.
        courts: Public keys of the courts, by name.
    """

    def __init__(
        self, end: Endpoint, secret: UserSecret, courts: dict[str, PublicKey]
    ) -> None:
        self.end, self.secret, self._courts = end, secret, courts

    def order(self, plan: Plan, start: Integers) -> None:
        """Forward the courts' ciphertexts, with first weights under its own key."""
        for name in self._courts:
            records = self.end.receive("records", sender=name)
            self.end.send("records", records, to=CLOUD)
        first = seal(self.secret.public, start, bound=plan.weight_bound, name="start")
        self.end.send("start", first.message(), to=CLOUD)

    def model(self) -> Integers:
        """Return the trained weights as whole numbers, in one row."""
        message = self.end.receive("model", sender=CLOUD)
        return opened(self.secret, from_message(self.secret.public, message))


def opened(secret: UserSecret, sealed: Sealed) -> Integers:
    """Return what a user's weak key decrypts, signed, dtype object.

    Raises:
        ValueError: If the ciphertexts are under another key.
    """
    values = np.empty(sealed.shape, object)
    for index in np.ndindex(*sealed.shape):
        pair = sealed.second[index], sealed.first[index]  # (a, b) = (T2, T1)
        values[index] = secret.public.signed(secret.raw_decrypt(pair))
    return values
