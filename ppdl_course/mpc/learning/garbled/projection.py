"""Data projection: fewer inputs for the network, by a grown dictionary (chapter 7).

The owner goes through its training samples a_1, a_2, ... once and keeps those that the
kept ones cannot express well:

    if |D D^+ a - a| / |a| > gamma:  D = [D, a / |a|]

D D^+ = U U^T is the projection onto the span of the dictionary, U an orthonormal
basis. The network is trained on the l = rank(D) numbers U^T a; the client computes
U^T x of its own sample, in the clear and for itself, and the first layer of the garbled
network has l inputs instead of d.

So something about the training data is published: U, or D. DeepSecure publishes
W = U U^T and proves that it tells no more than the span. The span itself tells who is
in the dictionary: for a kept sample the residual is exactly 0 (``leaks``). Whoever
publishes D publishes its columns, and they *are* training samples.

Source: B. D. Rouhani, M. S. Riazi, F. Koushanfar, "DeepSecure", DAC 2018, section
3.2.1; A. Mirhoseini, B. Rouhani, E. Songhori, F. Koushanfar, "Perform-ML", DAC 2016.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import real_matrix, within


@dataclass(frozen=True, eq=False)
class Dictionary:
    """A dictionary of training samples.

    Attributes:
        columns: D, each of length 1, shape ``(d, l)``.
        rows: Which training samples they are, shape ``(l,)``; secret.
        basis: U, orthonormal, shape ``(d, l)``.
        gamma: The bound on the relative residual.
    """

    columns: np.ndarray
    rows: np.ndarray
    basis: np.ndarray
    gamma: float

    @property
    def size(self) -> int:
        """Number of columns l: the inputs of the network that is trained on it."""
        return self.columns.shape[1]

    def project(self, x: np.ndarray) -> np.ndarray:
        """Return U^T x for each row of ``x``, shape ``(n, l)``.

        Raises:
            ValueError: If ``x`` has another number of columns.
        """
        return real_matrix(len(self.basis), np.dtype(float), x=x) @ self.basis

    def residual(self, x: np.ndarray) -> np.ndarray:
        """Return |U U^T x - x| / |x| for each row, 0 for a row of zeros."""
        return residual(self.basis, x)


def residual(basis: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return how much of each row lies outside the span, relative to its length."""
    x = real_matrix(len(basis), np.dtype(float), x=x)
    outside = x - x @ basis @ basis.T
    length = np.linalg.norm(x, axis=1)
    return np.linalg.norm(outside, axis=1) / np.where(length > 0, length, 1)


def grow_dictionary(x: np.ndarray, *, gamma: float) -> Dictionary:
    """Grow a dictionary from the rows of ``x``, in their order.

    Args:
        x: Training samples, shape ``(n, d)``.
        gamma: Largest relative residual of a sample that is not added.

    Raises:
        ValueError: If ``gamma`` is not in (0, 1), or all rows are 0.
    """
    within("(0, 1)", gamma=gamma)
    x = real_matrix(np.shape(x)[-1], np.dtype(float), x=x)
    length = np.linalg.norm(x, axis=1)
    basis = np.empty((x.shape[1], 0))
    rows: list[int] = []
    for k, a in enumerate(x):
        outside = a - basis @ (basis.T @ a)
        if length[k] == 0 or np.linalg.norm(outside) <= gamma * length[k]:
            continue
        outside -= basis @ (basis.T @ outside)  # once more, against rounding errors
        basis = np.column_stack([basis, outside / np.linalg.norm(outside)])
        rows.append(k)
    if not rows:
        raise ValueError("x must have a row that is not 0, got none")
    kept = np.array(rows)
    return Dictionary((x[kept] / length[kept, None]).T, kept, basis, gamma)
