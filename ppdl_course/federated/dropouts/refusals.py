"""Why a party stops a round, each reason under a name of its own."""

from collections.abc import Iterator
from contextlib import contextmanager


class Refusal(ValueError):
    """A party does not go on; the message names who or what is wrong."""


class TooFew(Refusal):
    """Fewer clients or shares are left than the threshold: the round stops."""


class UnknownClient(Refusal):
    """A list names somebody whose signing key nobody has."""


class CountedTwice(Refusal):
    """A list names a client twice."""


class ClientDropped(Refusal):
    """A client who sent its numbers is not in the sum."""


class ForgedSignature(Refusal):
    """A signature does not hold for what it is said to sign."""


class SmallOrderKey(Refusal):
    """A public key gives everybody the same shared secret."""


class AskedTwice(Refusal):
    """A client is asked a second time for what it gives once a round."""


class WrongShare(Refusal):
    """Shares disagree, or give a key that does not belong to its public key."""


class WrongSum(Refusal):
    """The sum is not what the clients committed to."""


class Replayed(Refusal):
    """What came belongs to an earlier round."""


class Unverified(Refusal):
    """A client of the sum left before it committed: nobody can check the sum."""


class Malformed(Refusal):
    """A message is not what the protocol expects there."""


@contextmanager
def reading(label: str) -> Iterator[None]:
    """Turn what goes wrong with a message from outside into :class:`Malformed`.

    Refusals that are named already pass.
    """
    try:
        yield
    except Refusal:
        raise
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        raise Malformed(f"{label!r} is malformed: {error}") from error
