"""An intake form that holds too much: the age and phone number of a case file.

A registry office types a few facts of a file into a form, and because the phone number
is on it, its digits go into the network too. They say nothing about the outcome. They
are in every gradient all the same.

    form = [age / 100, priors / 6, injury / 3, amount (log) / 12, weapon, settled,
            confessed, charge (one-hot, 6), phone digit / 9 (eight of them)]

All entries lie in [0, 1].
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.law.cases import CHARGES
from ppdl_course.law.people import phone_number
from ppdl_course.law.records import LawCase
from ppdl_course.nn import Network

PHONE_DIGITS = 8
WIDTH = 7 + len(CHARGES) + PHONE_DIGITS
BANDS = (1, 6, 12, 18, 24, 36, 48)  # months: limits between the eight bands


def form(case: LawCase) -> np.ndarray:
    """Return the form of a case, shape (21,), entries in [0, 1]."""
    facts = [
        case.age / 100,
        case.prior_convictions / 6,
        case.injury / 3,
        np.log1p(case.amount) / 12,
        case.weapon,
        case.settled,
        case.confessed,
    ]
    charge = [float(case.charge == name) for name in CHARGES]
    digits = [int(c) / 9 for c in case.phone.replace("-", "")[-PHONE_DIGITS:]]
    return np.array([*facts, *charge, *digits], dtype=np.float64)


def forms(cases: Sequence[LawCase]) -> np.ndarray:
    """Return the forms of several cases, shape (n, 21)."""
    return np.stack([form(case) for case in cases])


def sentence_bands(cases: Sequence[LawCase]) -> np.ndarray:
    """Return the office's labels, shape (n,): 0 for no prison, 7 from 48 months."""
    return np.digitize([case.months for case in cases], BANDS)


def intake_network(rng: np.random.Generator) -> Network:
    """Return the office's untrained network, 21-32-8 with sigmoids.

    Its weights start at twice the usual size, as they are after some training: in the
    middle of the sigmoid every unit is nearly linear, and mixtures are hard to unmix.
    """
    network = Network([WIDTH, 32, 1 + len(BANDS)], "sigmoid", rng=rng)
    for W in network.weights:
        W[:, 1:] *= 2
    return network


def age_and_phone(row: np.ndarray) -> tuple[int, str]:
    """Return the age in years and the phone number that a form says.

    Entries outside [0, 1], as a bad reconstruction has them, give the nearest digit.

    >>> row = np.zeros(WIDTH)
    >>> row[0], row[-1] = 0.66, 7.2 / 9
    >>> age_and_phone(row)
    (66, '000-0000-0007')
    """
    if np.shape(row) != (WIDTH,):
        raise ValueError(f"row must have shape ({WIDTH},), got {np.shape(row)}")
    digits = np.rint(np.clip(row[-PHONE_DIGITS:], 0, 1) * 9).astype(int)
    return round(100 * float(row[0])), phone_number(int("".join(map(str, digits))))
