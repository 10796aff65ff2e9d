"""What the usual mistakes with the cheapest degree measure (chapter 10)."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.polynomial_activations.degree_tasks import Sums


def degree_rules() -> list[tuple[str, Callable[[Sums, float], np.ndarray]]]:
    """Return what the usual mistakes compare with the tolerance, degree by degree."""

    def largest(keep: Callable[[np.ndarray], np.ndarray]) -> Callable:
        def rule(s: Sums, bound: float) -> np.ndarray:
            kept = np.abs(s.errors[keep(s.t * bound)])
            return kept.max(axis=0) if len(kept) else np.zeros(s.errors.shape[1])

        return rule

    rules = [
        ("Yours is the mean error", lambda s, _: np.abs(s.errors).mean(axis=0)),
        ("Yours is the root of the mean square",
         lambda s, _: np.sqrt((s.errors**2).mean(axis=0))),
        ("Yours is the mean square", lambda s, _: (s.errors**2).mean(axis=0)),
        ("Yours is the median error", lambda s, _: np.median(np.abs(s.errors), axis=0)),
        ("Yours is the smallest error", lambda s, _: np.abs(s.errors).min(axis=0)),
        ("Yours has a sign: p - f may be far below 0",
         lambda s, _: s.errors.max(axis=0)),
        ("Yours has a sign: f - p may be far below 0",
         lambda s, _: (-s.errors).max(axis=0)),
        ("It counts as it is, not a share of the function's size",
         lambda s, _: np.abs(s.errors).max(axis=0) / np.abs(s.values).max()),
        ("It counts as it is, not a share of the function's size at each x",
         lambda s, _: (np.abs(s.errors) / (1 + np.abs(s.values[:, None]))).max(axis=0)),
        ("Yours is squared", lambda s, _: (s.errors**2).max(axis=0)),
        ("Yours is half of it: twice the tolerance is allowed",
         lambda s, _: np.abs(s.errors).max(axis=0) / 2),
        ("Yours is twice as large: the tolerance is not to be halved",
         lambda s, _: 2 * np.abs(s.errors).max(axis=0)),
        ("Yours is a sum of errors: it grows with the grid",
         lambda s, _: np.abs(s.errors).sum(axis=0)),
        ("Yours is the right half only", largest(lambda x: x >= 0)),
        ("Yours is the left half only", largest(lambda x: x <= 0)),
        ("Yours is measured on [-1, 1]", largest(lambda x: np.abs(x) <= 1)),
        ("Yours leaves out the ends",
         largest(lambda x: np.abs(x) <= 0.9 * np.abs(x).max())),
        ("Yours is measured at the ends and in the middle",
         lambda s, _: np.abs(s.errors[[0, len(s.t) // 2, -1]]).max(axis=0)),
        ("Yours leaves out the largest ones, a quantile",
         lambda s, _: np.quantile(np.abs(s.errors), 0.99, axis=0)),
        ("Yours is measured at whole numbers",
         largest(lambda x: np.abs(x - np.rint(x)) < np.abs(x).max() / 4001)),
    ]  # fmt: skip
    for points in (11, 21, 51, 101):
        step = 4000 // (points - 1)
        rules.append((
            f"Yours is measured on a coarse grid, of about {points} points, and does "
            "not see what lies between them",
            lambda s, _, step=step: np.abs(s.errors[::step]).max(axis=0),
        ))  # fmt: skip
    return rules
