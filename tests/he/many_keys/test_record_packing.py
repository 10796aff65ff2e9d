"""Packing: block sums by a window equal the slow loop over records; refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.many_keys.linear_classifiers import ClassSums
from ppdl_course.he.many_keys.record_packing import Packing


def negacyclic(a, b):
    """The product modulo X^n + 1, term by term."""
    n, total = len(a), [0] * len(a)
    for i, x in enumerate(a.tolist()):
        for j, y in enumerate(b.tolist()):
            total[(i + j) % n] += x * y if i + j < n else -x * y
    return np.array(total)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_window_puts_each_blocks_sum_at_its_first_coefficient(data):
    classes = data.draw(st.integers(2, 4))
    capacity = data.draw(st.integers(1, 32 // classes))
    packing = Packing(32, data.draw(st.integers(1, 5)), classes, capacity)
    labels = [c for c in range(classes) for _ in range(capacity)]
    y = np.array(data.draw(st.permutations(labels)))[: data.draw(st.integers(1, 6))]
    bits = st.integers(0, 1)
    size = len(y) * packing.features
    x = np.array(data.draw(st.lists(bits, min_size=size, max_size=size)))
    x = x.reshape(len(y), -1)
    polynomials = packing.pack(x, y)
    assert polynomials.shape == (packing.polynomials, 32)
    summed = np.array([negacyclic(m, packing.window()) for m in polynomials])
    places = packing.places()
    garbage = np.where(places, summed, 99)  # nothing but the places is read
    found, expected = packing.read(garbage), ClassSums.of(x, y, classes)
    np.testing.assert_array_equal(found.sums, expected.sums)
    np.testing.assert_array_equal(found.counts, expected.counts)
    assert places.sum() == classes * (packing.features + 1)


def test_a_record_takes_one_place_and_its_label_says_which():
    packing = Packing(n=8, features=2, classes=2, capacity=2)
    polynomials = packing.pack(np.array([[1, 0], [1, 1]]), np.array([1, 1]))
    # block 0 is feature 0 of class 0, block 1 of class 1; then feature 1; then ones
    expected = [[0, 0, 1, 1, 0, 0, 0, 1], [0, 0, 1, 1, 0, 0, 0, 0]]
    np.testing.assert_array_equal(polynomials, expected)


def test_too_many_records_of_a_class_and_wrong_shapes_are_refused():
    packing = Packing(n=8, features=2, classes=2, capacity=2)
    x = np.ones((3, 2), np.int64)
    with pytest.raises(ValueError, match=r"capacity must be at least .* 3, got 2"):
        packing.pack(x, np.array([1, 1, 1]))
    with pytest.raises(ValueError, match="x must have 2 features, got 1"):
        packing.pack(x[:, :1], np.array([0, 1, 1]))
    with pytest.raises(ValueError, match=r"y must lie in 0..1, got 2 at row 2"):
        packing.pack(x, np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="x must be 0 or 1"):
        packing.pack(2 * x, np.array([0, 1, 1]))


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((8, 2, 2, 5), r"classes \* capacity must be at most n = 8, got 10"),
        ((8, 2, 1, 2), "classes must be an integer >= 2, got 1"),
        ((8, 0, 2, 2), "features must be an integer >= 1, got 0"),
        ((8, 2, 2, 0), "capacity must be an integer >= 1, got 0"),
    ],
)
def test_sizes_that_fit_nothing_are_refused(sizes, words):
    with pytest.raises(ValueError, match=words):
        Packing(*sizes)
