"""The dictionary that chapter 7's exercise grows, and those that mistakes grow."""

from collections.abc import Callable, Iterator

import numpy as np

TOLERANCE = 1e-9


def grown(
    records: np.ndarray,
    gamma: float,
    *,
    error: Callable[[np.ndarray, np.ndarray], float] | None = None,
) -> list[int]:
    """Return the places of the records that are taken, one after the other.

    Args:
        records: Shape (n, features).
        gamma: A record is taken if its relative error is above that.
        error: Of a record, given the orthonormal basis of those taken (k, features).
    """
    error = relative_error if error is None else error
    taken: list[int] = []
    basis = np.zeros((0, records.shape[1]))
    for place, record in enumerate(records):
        if not record.any() or not error(record, basis) > gamma:
            continue
        taken.append(place)
        rest = _rest(record, basis)
        if np.linalg.norm(rest) > TOLERANCE * np.linalg.norm(record):
            basis = np.vstack([basis, rest / np.linalg.norm(rest)])
    return taken


def _rest(record: np.ndarray, basis: np.ndarray) -> np.ndarray:
    rest = record - basis.T @ (basis @ record)
    return rest - basis.T @ (basis @ rest)  # once more, against rounding


def relative_error(record: np.ndarray, basis: np.ndarray) -> float:
    """Return how much of a record lies outside a basis, relative to its length."""
    return float(np.linalg.norm(_rest(record, basis)) / np.linalg.norm(record))


def usual(records: np.ndarray, gamma: float) -> Iterator[tuple[str, list[int]]]:
    """Yield the places that usual mistakes give."""

    def absolute(record: np.ndarray, basis: np.ndarray) -> float:
        return float(np.linalg.norm(_rest(record, basis)))

    def squared(record: np.ndarray, basis: np.ndarray) -> float:
        return relative_error(record, basis) ** 2

    def summed(record: np.ndarray, basis: np.ndarray) -> float:
        return float(np.abs(_rest(record, basis)).sum() / np.abs(record).sum())

    def explained(record: np.ndarray, basis: np.ndarray) -> float:
        part = float(np.linalg.norm(record - _rest(record, basis)))
        return float(np.linalg.norm(_rest(record, basis))) / max(part, 1e-300)

    def largest(record: np.ndarray, basis: np.ndarray) -> float:
        return float(np.abs(_rest(record, basis)).max() / np.abs(record).max())

    def cosine(record: np.ndarray, basis: np.ndarray) -> float:
        return float(np.sqrt(max(0.0, 1 - relative_error(record, basis) ** 2)))

    for message, error in (
        (
            "the error is not divided by the record's length: long records are taken, "
            "short ones never.",
            absolute,
        ),
        ("squares are compared with gamma: take the root.", squared),
        ("sums of sizes are compared, not lengths: use the norm.", summed),
        ("the error is divided by the explained part, not by the record.", explained),
        ("the largest entry is compared, not the length: use the norm.", largest),
        ("what is explained is compared with gamma, not what is left.", cosine),
    ):
        yield message, grown(records, gamma, error=error)
    nonzero = [k for k, record in enumerate(records) if record.any()]
    right = grown(records, gamma)
    yield "every record that is not 0 is taken.", nonzero
    yield "every record is taken.", list(range(len(records)))
    yield (
        "these are the records that are left out.",
        [k for k in range(len(records)) if k not in right],
    )
    if 0 < gamma < 1:
        yield "1 - gamma is the bound here: it is gamma.", grown(records, 1 - gamma)
    yield (
        "it ends at the first record that is explained: look at all of them.",
        _until_explained(records, gamma),
    )
    yield (
        "the worst explained record is taken each time: take them as they come.",
        _worst_first(records, gamma),
    )
    yield "nothing is taken; the first record that is not 0 always is.", []
    yield "places count from 0, and yours from 1.", [k + 1 for k in right]
    yield "the first record is forgotten: it is taken unless it is 0.", right[1:]
    yield "record 0 is taken although it is all 0.", [0, *right]
    yield (
        "records are looked at from the last to the first: begin with the first.",
        [len(records) - 1 - k for k in grown(records[::-1], gamma)],
    )
    order = np.argsort(-np.linalg.norm(records, axis=1), kind="stable")
    by_length = [int(order[k]) for k in grown(records[order], gamma)]
    for places in (by_length, sorted(by_length)):
        yield "records are looked at by length: take them as they come.", places
    yield (
        "a record is compared with each record of the dictionary by itself: project it "
        "onto all of them together.",
        _one_by_one(records, gamma, last=False),
    )
    yield (
        "a record is compared with the nearest single record that was taken: what "
        "counts is its distance from their span, all linear combinations of them.",
        _nearest(records, gamma),
    )
    yield (
        "the span is that of all records before, also of those that were not taken: "
        "project onto the taken ones only.",
        _all_before(records, gamma),
    )
    yield (
        "a mean was taken off the records first: the span goes through 0, leave them "
        "as they are.",
        grown(records - records.mean(axis=0), gamma),
    )
    yield (
        "a record is compared with the last one that was taken: project it onto all.",
        _one_by_one(records, gamma, last=True),
    )
    yield (
        "projections on the single records are added up. These are not at right "
        "angles: D D^+ needs the pseudoinverse, or an orthonormal basis.",
        _added_up(records, gamma),
    )
    yield (
        "the dictionary does not grow: records are compared with the first one alone.",
        _first_alone(records, gamma),
    )
    yield (
        "records with an error below gamma are taken: it must be above.",
        _below(records, gamma),
    )


def _angle(record: np.ndarray, other: np.ndarray) -> float:
    unit = other / np.linalg.norm(other)
    rest = record - unit * (unit @ record)
    return float(np.linalg.norm(rest) / np.linalg.norm(record))


def _one_by_one(records: np.ndarray, gamma: float, *, last: bool) -> list[int]:
    taken: list[int] = []
    for place, record in enumerate(records):
        if not record.any():
            continue
        compared = taken[-1:] if last else taken
        if all(_angle(record, records[k]) > gamma for k in compared):
            taken.append(place)
    return taken


def _nearest(records: np.ndarray, gamma: float) -> list[int]:
    taken: list[int] = []
    for place, record in enumerate(records):
        if not record.any():
            continue
        far = np.linalg.norm(records[taken] - record, axis=1) / np.linalg.norm(record)
        if np.all(far > gamma):
            taken.append(place)
    return taken


def _all_before(records: np.ndarray, gamma: float) -> list[int]:
    taken, basis = [], np.zeros((0, records.shape[1]))
    for place, record in enumerate(records):
        if not record.any():
            continue
        if relative_error(record, basis) > gamma:
            taken.append(place)
        rest = _rest(record, basis)
        if np.linalg.norm(rest) > TOLERANCE * np.linalg.norm(record):
            basis = np.vstack([basis, rest / np.linalg.norm(rest)])
    return taken


def _first_alone(records: np.ndarray, gamma: float) -> list[int]:
    nonzero = [k for k, record in enumerate(records) if record.any()]
    far = [k for k in nonzero[1:] if _angle(records[k], records[nonzero[0]]) > gamma]
    return nonzero[:1] + far


def _until_explained(records: np.ndarray, gamma: float) -> list[int]:
    right = grown(records, gamma)
    nonzero = [k for k, record in enumerate(records) if record.any()]
    explained = [k for k in nonzero if k not in right]
    return [k for k in right if not explained or k < explained[0]]


def _worst_first(records: np.ndarray, gamma: float) -> list[int]:
    taken: list[int] = []
    basis = np.zeros((0, records.shape[1]))
    while True:
        errors = [
            relative_error(record, basis) if record.any() else 0 for record in records
        ]
        worst = int(np.argmax(errors))
        if not errors[worst] > gamma:
            return taken
        taken.append(worst)
        rest = _rest(records[worst], basis)
        basis = np.vstack([basis, rest / np.linalg.norm(rest)])


def _added_up(records: np.ndarray, gamma: float) -> list[int]:
    taken: list[int] = []
    for place, record in enumerate(records):
        if not record.any():
            continue
        units = [records[k] / np.linalg.norm(records[k]) for k in taken]
        rest = record - sum((u * (u @ record) for u in units), np.zeros(len(record)))
        if np.linalg.norm(rest) / np.linalg.norm(record) > gamma:
            taken.append(place)
    return taken


def _below(records: np.ndarray, gamma: float) -> list[int]:
    taken: list[int] = []
    basis = np.zeros((0, records.shape[1]))
    for place, record in enumerate(records):
        if not record.any() or (taken and not relative_error(record, basis) < gamma):
            continue
        taken.append(place)
        rest = _rest(record, basis)
        if np.linalg.norm(rest) > TOLERANCE * np.linalg.norm(record):
            basis = np.vstack([basis, rest / np.linalg.norm(rest)])
    return taken
