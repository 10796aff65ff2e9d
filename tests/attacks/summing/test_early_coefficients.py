"""A server that knows the coefficients early is not caught; one that does not, is."""

import numpy as np
import pytest

from ppdl_course.attacks.summing.early_coefficients import (
    COORDINATES,
    forged,
    reduced,
)
from ppdl_course.federated.verifiable.client import digest
from ppdl_course.federated.verifiable.combination import coefficients, combination


@pytest.mark.parametrize("seed", [b"uploads 1", b"uploads 2"])
def test_a_sum_made_for_known_coefficients_passes(seed):
    """r from the uploads' hash: known to the server before it answers."""
    total = np.arange(20, dtype=np.int64) << 20
    r = coefficients(seed, 20)
    false = forged(total, r)
    assert false.dtype == np.int64
    assert np.count_nonzero(false != total) >= 2
    np.testing.assert_array_equal(false[COORDINATES:], total[COORDINATES:])
    assert combination(r, false) == combination(r, total)


def test_it_fails_when_the_coefficients_follow_from_the_sum():
    total = np.arange(20, dtype=np.int64)
    r = coefficients(digest(0, ("a", "b"), total), 20)
    false = forged(total, r)
    fresh = coefficients(digest(0, ("a", "b"), false), 20)
    assert combination(fresh, false) != combination(fresh, total)


def test_a_reduced_basis_spans_the_same_lattice_and_is_short():
    basis = [[1, 0, 0, 1345], [0, 1, 0, 35], [0, 0, 1, 154]]
    short = reduced(basis)
    for row in short:
        assert row[3] == 1345 * row[0] + 35 * row[1] + 154 * row[2]
    transform = np.array([row[:3] for row in short], dtype=float)
    assert abs(round(np.linalg.det(transform))) == 1
    assert short[0] == [0, 9, -2, 7]


def test_too_few_or_too_large_coordinates_are_refused():
    with pytest.raises(ValueError, match="total must have 5 entries, got 4"):
        forged(np.zeros(4, np.int64), coefficients(b"r", 4))
    edge = np.full(5, 2**63 - 1, np.int64)
    edge[::2] = -(2**63)
    with pytest.raises(ValueError, match="total must leave room"):
        forged(edge, coefficients(b"r", 5))
