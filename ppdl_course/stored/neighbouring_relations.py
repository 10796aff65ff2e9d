"""One Gaussian release under the neighbouring relations of other libraries, from a run.

Each record's vector is clipped to norm C = 1 and the sum gets Gaussian noise of
deviation 2. Every accountant is told "noise multiplier 2" and its own word for the
relation. What it then answers at delta 1e-5 is kept with its version: the same word
stands for different noise, and no word at all for one particular relation.

``python -m ppdl_course.stored.neighbouring_relations`` asks them again, in seconds, and
writes ``neighbouring_relations.json``. It needs dp-accounting, a dependency of those
who develop the course; readers of the table need nothing. Chapter 15.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np

from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Gaussian
from ppdl_course.stored.files import read_json, write_json

NOISE, DELTA = 2.0, 1e-5
FILES = ("neighbouring_relations.json",)


@dataclass(frozen=True)
class Answer:
    """What one accountant said of the release.

    Attributes:
        library: Its name and version.
        accountant: PLD and PRV compose loss distributions, RDP Renyi divergences.
        relation: The library's own word, or "not named".
        epsilon: In nats, at ``DELTA``.
    """

    library: str
    accountant: str
    relation: str
    epsilon: float

    def bounds(self, neighbours: Neighbours) -> bool:
        """Return whether the answer is a true bound under one of our relations.

        A thousandth is left to the grid of an accountant that means to be exact.
        """
        return self.epsilon >= 0.999 * exact_epsilon(neighbours)


def exact_epsilon(neighbours: Neighbours) -> float:
    """Return epsilon of the release: the sum's sensitivity is 1, or 2 for REPLACE."""
    sensitivity = neighbours.changes * 1.0
    release = Gaussian(sigma=NOISE, sensitivity=sensitivity, neighbours=neighbours)
    return release.guarantee(delta=DELTA).epsilon


def ask() -> Iterator[Answer]:
    """Ask every accountant; needs dp-accounting and Opacus."""
    import dp_accounting
    from dp_accounting.pld import PLDAccountant
    from dp_accounting.rdp import RdpAccountant
    from opacus.accountants import create_accountant

    event = dp_accounting.GaussianDpEvent(NOISE)
    library = f"dp-accounting {version('dp-accounting')}"
    for relation in dp_accounting.NeighboringRelation:
        for kind, accountant in (
            ("PLD", PLDAccountant(relation)),
            ("RDP", RdpAccountant(neighboring_relation=relation)),
        ):
            epsilon = accountant.compose(event).get_epsilon(DELTA)
            yield Answer(library, kind, relation.name, float(epsilon))
    library = f"Opacus {version('opacus')}"
    for kind in ("prv", "rdp"):
        accountant = create_accountant(kind)
        accountant.step(noise_multiplier=NOISE, sample_rate=1.0)
        with np.errstate(divide="ignore"):  # at rate 1 it takes log(0), unused
            epsilon = float(accountant.get_epsilon(DELTA))
        yield Answer(library, kind.upper(), "not named", epsilon)


def load_answers() -> list[Answer]:
    """Return the stored answers, in the order in which they were asked for."""
    return [Answer(**row) for row in read_json(*FILES)]


def make() -> None:
    """Ask again and store what they say."""
    rows = [{**asdict(a), "epsilon": round(a.epsilon, 4)} for a in ask()]
    write_json(*FILES, rows)


if __name__ == "__main__":
    make()
