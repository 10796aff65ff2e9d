"""Three courts, a cloud, an evaluator and a user, with toy sizes (insecure)."""

from ppdl_course.he.lattice import rlwe
from ppdl_course.he.many_keys.outsourced_classification import connect
from ppdl_course.he.many_keys.record_packing import Packing
from ppdl_course.parties.channel import Channel

COURTS = ("court 1", "court 2", "court 3")
DIGITS = rlwe.Parameters.of_size(1024, levels=3, bits=23, t=65537)
DIGITS_PACKING = Packing(n=1024, features=64, classes=10, capacity=64)
TOY = rlwe.Parameters.of_size(512, levels=3, bits=23, t=65537)
SMALL = Packing(n=512, features=3, classes=2, capacity=4)


def channel(**options):
    return Channel(*COURTS, "cloud", "evaluator", "user", **options)


def uploaded(wire, x, y):
    """Courts with a third of the records each have uploaded, and are gone."""
    sizes = (DIGITS_PACKING, DIGITS) if x.shape[1] == 64 else (SMALL, TOY)
    owners, cloud, evaluator, user = connect(wire, COURTS, *sizes)
    for k, owner in enumerate(owners):
        owner.upload(x[k::3], y[k::3])
    for name in COURTS:
        cloud.store(name)
    return cloud, evaluator, user
