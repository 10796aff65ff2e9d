"""Tests for ppdl_course.mpc.bit_matrix."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.bit_matrix import transpose, transpose_blocks


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_transposition_agrees_with_the_slow_one(width, seed):
    bits = np.random.default_rng(seed).integers(0, 256, (128, width), dtype=np.uint8)
    slow = np.packbits(
        np.unpackbits(bits, axis=1, bitorder="little").T, axis=1, bitorder="little"
    )
    assert np.array_equal(transpose(bits).view(np.uint8), slow)


def test_eight_by_eight_bits_change_rows_and_columns():
    rows = np.random.default_rng(1).integers(0, 2, (20, 8, 8)).astype(np.uint8)
    packed = np.packbits(rows, axis=2, bitorder="little")
    words = packed.reshape(20, 8).view(np.uint64)[:, 0].copy()
    transpose_blocks(words)
    back = np.unpackbits(
        words.view(np.uint8).reshape(20, 8, 1), axis=2, bitorder="little"
    )
    assert np.array_equal(back, rows.swapaxes(1, 2))
