"""Check of chapter 7's data projection: which records become the dictionary."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from ppdl_course.checks.deepsecure.dictionary_mistakes import (
    grown,
    relative_error,
    usual,
)
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import Mistake, require, require_kept, require_none

CLEAR = 1e-4
"""No record of a check has an error as near to gamma as that: rounding decides
nothing."""


@drawn_anew
def check_grow_dictionary(
    grow_dictionary: Callable[..., object], *, rounds: int = 6, seed: int = 7
) -> None:
    """Check the records taken into the dictionary, in order.

    Records near a subspace, repeated records, zeros, records of very different length,
    one record alone; gamma from 0.05 to 0.8; more records than features and fewer.
    """
    seen: list[tuple[np.ndarray, float, list[int]]] = []
    wrong: list[int] = []
    for records, gamma in _families(np.random.default_rng(seed), rounds):
        lent = records.copy()
        try:
            got = _places(grow_dictionary(lent, gamma))
            require_kept(records, lent, "records")
        except Exception:
            if not wrong:
                raise
            break  # what was wrong before is told
        seen.append((records, gamma, got))
        if got != grown(records, gamma):
            wrong.append(len(seen) - 1)
    if wrong:
        _name_what_explains(seen, [seen[k] for k in wrong])
        records, gamma, got = seen[wrong[0]]
        _refuse(records, gamma, got, grown(records, gamma))


def _name_what_explains(*families: list[tuple[np.ndarray, float, list[int]]]) -> None:
    """Name the mistakes that give all places, or all wrong ones if there are several.

    A few records alone have many explanations.
    """
    for rows in families:
        if len(rows) < 2:
            return
        fitting = [
            {message for message, other in usual(records, gamma) if got == other}
            for records, gamma, got in rows
        ]
        common = set.intersection(*fitting)
        require_none(m for m, _ in usual(*rows[-1][:2]) if m in common)


def _families(
    rng: np.random.Generator, rounds: int
) -> Iterator[tuple[np.ndarray, float]]:
    """Yield records and gamma, no error of which is near gamma."""
    yield np.array([[3.0, 4.0]]), 0.5
    yield np.zeros((2, 3)), 0.5
    yield np.array([[0.0, 0.0], [1e-3, 0.0], [5.0, 0.0], [3.0, 0.1], [0.0, -2.0]]), 0.3
    found = 0
    while found < rounds:
        features = int(rng.integers(3, 9))
        n = int(rng.integers(2, 25))
        inner = rng.normal(size=(n, 2)) @ rng.normal(size=(2, features))
        records = inner + rng.normal(size=(n, features)) * rng.choice([0.05, 0.3, 1])
        records *= 10 ** rng.uniform(-2, 2, (n, 1))
        records[rng.integers(n)] = 0
        records[rng.integers(n)] = -3 * records[rng.integers(n)]
        gamma = float(rng.choice([0.05, 0.2, 0.4, 0.8]))
        if _clear(records, gamma):
            found += 1
            yield records, gamma


def _clear(records: np.ndarray, gamma: float) -> bool:
    """Return whether no record's error is so near gamma that rounding decides."""
    near = []

    def watched(record: np.ndarray, basis: np.ndarray) -> float:
        error = relative_error(record, basis)
        near.append(abs(error - gamma) < CLEAR)
        return error

    grown(records, gamma, error=watched)
    return not any(near)


def _places(got: object) -> list[int]:
    """Return an answer's places as a list of ints, or say what it returned."""
    require(
        isinstance(got, Iterable), f"return a list of places, got {type(got).__name__}."
    )
    places = list(got)  # type: ignore[call-overload]
    named = bool(places) and all(isinstance(p, bool | np.bool_) for p in places)
    require(
        not named, "return places, not a truth value for each: np.flatnonzero helps."
    )
    whole = all(np.ndim(p) == 0 and float(p) == int(p) for p in places)
    require(
        whole,
        "return the places of the records that are taken, whole numbers from 0: not "
        "the records themselves.",
    )
    return [int(p) for p in places]


def _refuse(
    records: np.ndarray, gamma: float, got: list[int], right: list[int]
) -> None:
    """Name the mistakes that give just these places, or show the first difference."""
    of = f"of {len(records)} records and gamma = {gamma:g}"
    fitting = [message for message, other in usual(records, gamma) if got == other]
    zeros = [p for p in got if 0 <= p < len(records) and not records[p].any()]
    if zeros:
        fitting.insert(0, f"{of}, record {zeros[0]} is taken: it is all 0.")
    require_none(fitting)
    require(
        sorted(got) != right,
        f"{of}, the right ones are taken, but not in the order in which they come.",
    )
    require(
        not set(right) <= set(got),
        f"{of}, {len(set(got) - set(right))} are taken that those before them explain "
        "to within gamma.",
    )
    k = next(
        i
        for i, (g, r) in enumerate([*zip(got, right, strict=False), (-1, -2)])
        if g != r
    )
    raise Mistake(
        f"{of}, your choice differs from entry {k} on: {got[k : k + 3]}; "
        f"{len(got)} are taken, {len(right)} should be."
    )
