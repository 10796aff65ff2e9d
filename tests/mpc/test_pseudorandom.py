"""Tests for ppdl_course.mpc.pseudorandom."""

import numpy as np
import pytest

from ppdl_course.mpc.pseudorandom import Stream, new_seed


def test_the_first_block_is_that_of_aes_under_a_zero_key():
    """AES-128 of zero under zero, NIST's AESAVS known answers (GFSbox)."""
    block = Stream(bytes(16)).words(2)
    assert block.tobytes().hex() == "66e94bd4ef8a2c3b884cfa59ca342b2e"


def test_reading_in_pieces_is_reading_at_once():
    seed = new_seed()
    stream = Stream(seed)
    pieces = [stream.words(3), stream.words(2, 2), stream.words(0), stream.words(5)]
    whole = np.concatenate([piece.ravel() for piece in pieces])
    assert np.array_equal(whole, Stream(seed).words(12))
    pieces[0][:] = 0  # a caller may write on what it got


def test_seeds_differ_and_another_length_is_refused():
    assert new_seed() != new_seed()
    with pytest.raises(ValueError, match="seed must be 16 bytes"):
        Stream(bytes(8))
