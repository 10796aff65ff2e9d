"""Parties under a toy modulus of 256 bits: INSECURE, everybody knows its factors."""

from types import SimpleNamespace

import pytest

from ppdl_course.mpc.joint_keys.parties import Issued, opened
from ppdl_course.mpc.joint_keys.sealed import seal
from ppdl_course.mpc.joint_keys.session import together
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.paired import UserSecret, joint_key
from ppdl_course.publickey.two_trapdoors import StrongSecret


@pytest.fixture(scope="session")
def strong():
    """The key generation centre's key."""
    return StrongSecret.from_primes(*PUBLISHED[256])


@pytest.fixture(scope="session")
def toy(strong):
    """Three users, their joint key, and functions that seal, run and open."""
    users = [UserSecret.generate(strong.parameters) for _ in range(3)]
    joint = joint_key([user.public for user in users])
    secret = UserSecret(joint, sum(user.x for user in users))
    issued = Issued.from_strong(strong)

    def sealed(values, bound):
        return seal(joint, values, bound=bound)

    def run(program, **options):
        """Open what a program of the cloud returned."""
        return opened(secret, together(issued, joint, program, **options)[0])

    return SimpleNamespace(
        users=users, joint=joint, secret=secret, issued=issued, sealed=sealed, run=run
    )
