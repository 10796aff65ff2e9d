r"""Who can decrypt what, by trying: all keys of a coalition on all that it sees.

Two owners store a number each, an age, in three systems of chapters 8 and 13:

    BCP       owners' ciphertexts lie with the cloud; the master has the factors of N
              and gets them blinded, Enc(m + t), with t known to the cloud
    DT-PKC    owners' ciphertexts and one under both owners' joint key lie with the
              cloud, which has one half of the strong key; the master has the other
    BGV       owners' ciphertexts lie with the proxy; owner 1 made it a re-encryption
              key to the receiver, owner 2 made none; the receiver gets what the proxy
              re-encrypts

A coalition pools its keys and what its members see. Then everything is tried that the
schemes offer, whatever a ciphertext says of its key: each user's secret, the sum of
two, the master's key, one half of the strong key alone, one half twice, both; BGV
secrets, the same after re-encryption, and secrets worked out of a re-encryption key. A
reading counts if it has the form of a record, which all parties know: a whole number
of 0 to :data:`LARGEST`. Garbage has that form with a chance below 2^-200.

INSECURE sizes (N of 256 and 512 bits, rings of degree 64), so that a coalition is tried
in milliseconds. Guessing keys is not among the attempts: at these sizes it would work.
Not a party here: who made N of DT-PKC, and so has both halves.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.he.lattice import bgv, rlwe
from ppdl_course.he.lattice.keyed import Keyed
from ppdl_course.he.lattice.re_encryption import KeyPair, ReEncryptionKey
from ppdl_course.he.lattice.re_encryption_leak import recover_secret
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import Ciphertext, PublicKey, UserSecret, joint_key
from ppdl_course.publickey.two_trapdoors import StrongSecret, StrongShare, combine

PARTIES = ("owner 1", "owner 2", "cloud", "master", "proxy", "receiver")
OLDEST = 150
LARGEST = 2 * OLDEST
"""What the joint key's ciphertext may hold, the sum of two ages."""
RING = rlwe.Parameters.of_size(64, levels=2, t=65537)


@dataclass(frozen=True)
class Stored:
    """One ciphertext and who sees it.

    Attributes:
        scheme: "BCP", "DT-PKC" or "BGV".
        ciphertext: Of that scheme.
        seen_by: Names of parties.
        age: The number that a reader should find.
    """

    scheme: str
    ciphertext: Ciphertext | Keyed = field(repr=False)
    seen_by: tuple[str, ...]
    age: int = field(repr=False)


@dataclass(frozen=True)
class Keys:
    """What a party, or a coalition, holds; every field a tuple."""

    users: tuple[UserSecret, ...] = ()
    masters: tuple[MasterSecret, ...] = ()
    shares: tuple[StrongShare, ...] = ()
    blindings: tuple[int, ...] = ()
    rings: tuple[KeyPair, ...] = ()
    re_encryption: tuple[ReEncryptionKey, ...] = ()

    def __add__(self, other: "Keys") -> "Keys":
        names = [f.name for f in fields(Keys)]
        return Keys(**{n: getattr(self, n) + getattr(other, n) for n in names})


@dataclass(frozen=True)
class Situation:
    """All keys and ciphertexts of one draw.

    Attributes:
        keys: What each party holds.
        stored: Every ciphertext by a name that says whose it is.
    """

    keys: dict[str, Keys] = field(repr=False)
    stored: dict[str, Stored]

    @classmethod
    def draw(cls, first: int = 41, second: int = 36) -> "Situation":
        """Return fresh keys, and the two owners' ages encrypted in each system.

        Raises:
            ValueError: If an age is not in 0 .. :data:`OLDEST`.
        """
        between(0, OLDEST, first=first, second=second)
        master = MasterSecret.from_primes(*PUBLISHED[256])
        strong = StrongSecret.from_primes(*PUBLISHED[512])
        bcp = [UserSecret.generate(master.parameters) for _ in range(2)]
        weak = [UserSecret.generate(strong.parameters) for _ in range(2)]
        own = [KeyPair(RING) for _ in range(2)]
        receiver = KeyPair(RING)
        halves = strong.split()
        to_receiver = own[0].re_encryption_key(receiver.public)
        blinding = master.parameters.exponent() % master.parameters.n
        keys = {
            "owner 1": Keys(users=(bcp[0], weak[0]), rings=(own[0],)),
            "owner 2": Keys(users=(bcp[1], weak[1]), rings=(own[1],)),
            "cloud": Keys(shares=(halves[0],), blindings=(blinding,)),
            "master": Keys(masters=(master,), shares=(halves[1],)),
            "proxy": Keys(re_encryption=(to_receiver,)),
            "receiver": Keys(rings=(receiver,)),
        }
        stored, ages = {}, (first, second)
        for k, (owner, age) in enumerate(zip(PARTIES, ages, strict=False)):
            c = bcp[k].public.encrypt(age)
            stored[f"{owner}, BCP"] = Stored("BCP", c, (owner, "cloud"), age)
            c = weak[k].public.encrypt(age)
            stored[f"{owner}, DT-PKC"] = Stored("DT-PKC", c, (owner, "cloud"), age)
            c = own[k].public.encrypt(_record(age))
            stored[f"{owner}, BGV"] = Stored("BGV", c, (owner, "proxy"), age)
        c = stored["owner 1, BCP"].ciphertext
        blinded = (c + c.public.signed(blinding)).rerandomised()
        both = joint_key([user.public for user in weak]).encrypt(first + second)
        moved = to_receiver.re_encrypt(stored["owner 1, BGV"].ciphertext)
        later = own[0].public.encrypt(_record(first))
        stored |= {
            "owner 1, BCP, blinded": Stored("BCP", blinded, ("cloud", "master"), first),
            "joint key, DT-PKC": Stored(
                "DT-PKC", both, ("cloud", "owner 1", "owner 2"), first + second
            ),
            "owner 1, BGV, re-encrypted": Stored(
                "BGV", moved, ("proxy", "receiver"), first
            ),
            "owner 1, BGV, not for the receiver": Stored(
                "BGV", later, ("owner 1", "proxy"), first
            ),
        }
        return cls(keys, stored)


@dataclass(frozen=True)
class Reading:
    """What became of the attempts on one ciphertext.

    Attributes:
        age: The number read, or None.
        how: What did it; "not seen" or "no key opens it" if nothing did.
    """

    age: int | None
    how: str


def can_decrypt(
    coalition: Iterable[str], situation: Situation, *, tapped: bool = False
) -> dict[str, Reading]:
    """Try to read every ciphertext with all that a coalition has.

    Args:
        coalition: Names of :data:`PARTIES`; may be empty.
        situation: The keys and ciphertexts.
        tapped: Whether everybody sees all ciphertexts, as if every line and store had
            been read by somebody who publishes it.

    Returns:
        What was read, for the name of each ciphertext.

    Raises:
        ValueError: If a name is of no party.
    """
    members = set(coalition)
    if strangers := members - set(PARTIES):
        raise ValueError(f"coalition must be among {PARTIES}, got {sorted(strangers)}")
    pooled = sum((situation.keys[name] for name in sorted(members)), Keys())
    readings = {}
    for name, stored in situation.stored.items():
        if not tapped and members.isdisjoint(stored.seen_by):
            readings[name] = Reading(None, "not seen")
            continue
        attempts = _ring_attempts if stored.scheme == "BGV" else _pair_attempts
        found = (
            Reading(age, how)
            for how, age in attempts(pooled, stored.ciphertext)
            if age is not None and 0 <= age <= LARGEST
        )
        readings[name] = next(found, Reading(None, "no key opens it"))
    return readings


def _pair_attempts(keys: Keys, c: Ciphertext) -> Iterator[tuple[str, int | None]]:
    """Yield what every key gives for a pair modulo N^2: BCP and DT-PKC."""
    for how, read in _pair_decryptions(keys, c):
        residue = _tried(read)
        yield how, residue
        if residue is not None:
            for t in keys.blindings:
                yield f"{how}, less the blinding", (residue - t) % c.public.n


def _pair_decryptions(
    keys: Keys, c: Ciphertext
) -> Iterator[tuple[str, Callable[[], int]]]:
    def by_master(master: MasterSecret) -> int:
        p = master.parameters
        return master.raw_decrypt(PublicKey(p, c.public.h % p.n_squared), c.pair)

    def opened(first: StrongShare, second: StrongShare | None) -> int:
        other = 1 if second is None else second.partial(c.b)
        return combine(first.parameters, first.partial(c.b), other)

    for user in keys.users:
        yield "an owner's secret", lambda user=user: user.raw_decrypt(c.pair)
    for one, two in itertools.combinations(keys.users, 2):
        if one.public.parameters == two.public.parameters:
            joint = joint_key([one.public, two.public])
            both = UserSecret(joint, one.x + two.x)
            yield (
                "the sum of both owners' secrets",
                lambda both=both: both.raw_decrypt(c.pair),
            )
    for master in keys.masters:
        yield "the master's key", lambda master=master: by_master(master)

    for k, one in enumerate(keys.shares):
        yield "half of the strong key", lambda one=one: opened(one, None)
        for two in keys.shares[k:]:
            how = "both halves of the strong key" if two is not one else "a half twice"
            yield how, lambda one=one, two=two: opened(one, two)


def _ring_attempts(keys: Keys, x: Keyed) -> Iterator[tuple[str, int | None]]:
    """Yield what every key gives for a BGV ciphertext."""
    secrets = [("a secret key", pair.secret) for pair in keys.rings]
    for rekey in keys.re_encryption:
        for pair in keys.rings:
            if (stolen := recover_secret(rekey, pair.secret)) is not None:
                secrets.append(("a secret key out of the re-encryption key", stolen))
    for how, secret in secrets:
        yield how, _age(bgv.message(secret, x.ciphertext))
    for rekey in keys.re_encryption:
        moved = rekey.re_encrypt(replace(x, key=rekey.source))
        for pair in keys.rings:
            read = bgv.message(pair.secret, moved.ciphertext)
            yield "re-encryption, then a secret key", _age(read)


def _tried(attempt: Callable[[], int]) -> int | None:
    """Return the result, or None where the scheme noticed that the key is wrong."""
    try:
        return attempt()
    except ValueError:
        return None


def _record(age: int) -> np.ndarray:
    """Return an age as a polynomial: a constant, so that garbage is recognised."""
    message = np.zeros(RING.n, np.int64)
    message[0] = age
    return message


def _age(message: np.ndarray) -> int | None:
    return None if message[1:].any() else int(message[0])
