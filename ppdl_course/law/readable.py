"""A row of the design matrix, read back: what it says of a person.

    numbers    value = mean + spread * entry, rounded; mean and spread as in ``records``
    flags      1 or 0
    choices    the one whose column is 1

Name, street and phone number are in no column, so nothing here can give them back.
"""

import numpy as np

from ppdl_course.law.records import LawCases

_NUMBERS = ("prior_convictions", "injury", "year", "age", "family_members")


def read_row(cases: LawCases, row: np.ndarray) -> dict[str, int | str]:
    """Return what a row says: numbers, flags and choices by name.

    Args:
        cases: All cases, whose training part gives means and spreads.
        row: Shape (d,), a row of the design matrix, or nearly one.

    Raises:
        ValueError: If the row has another length.
    """
    if np.shape(row) != (len(cases.feature_names),):
        raise ValueError(
            f"row must have shape ({len(cases.feature_names)},), got {np.shape(row)}"
        )
    found: dict[str, int | str] = {}
    best: dict[str, float] = {}
    for name, entry in zip(cases.feature_names, row, strict=True):
        field, _, choice = name.partition("=")
        if choice:
            if entry > best.get(field, -np.inf):
                found[field], best[field] = choice, float(entry)
        elif name in _NUMBERS:
            seen = np.array([getattr(cases.records[i], name) for i in cases.train])
            found[name] = round(float(seen.mean() + seen.std() * entry))
        elif name in ("weapon", "settled", "confessed"):
            found[name] = round(float(entry))
    return found
