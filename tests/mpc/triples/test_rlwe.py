"""Tests for ppdl_course.mpc.triples.rlwe."""

import numpy as np
import pytest

from ppdl_course.mpc.triples import rlwe
from ppdl_course.mpc.triples.residues import COUNT, PRIMES, N, unpack
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value


def play(u, v):
    with Channel("A", "B") as channel:
        first, second = run(
            channel,
            lambda end: rlwe.multiply(end, u, v.shape[1]),
            lambda end: rlwe.be_multiplied(end, v, len(u)),
        )
    return first, second, channel


def exact(u, v):
    return [
        [int(x) % 2**64 for x in row] for row in u.astype(object) @ v.astype(object)
    ]


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 4), (2, 70, 30)])
def test_products_are_those_of_python_integers(shape):
    m, k, n = shape
    rng = np.random.default_rng(k)
    u, v = (rng.integers(0, 2**64, s, np.uint64) for s in ((m, k), (k, n)))
    first, second, _ = play(u, v)
    assert (first + second).tolist() == exact(u, v)


def test_edges_and_more_columns_than_a_ciphertext_has():
    edges = np.array([0, 1, 2**63, 2**63 - 1, 2**64 - 1, 2**63 + 1], np.uint64)
    u = np.stack([edges, edges[::-1]])
    v = np.resize(edges, (6, N + 3))
    first, second, _ = play(u, v)
    assert np.array_equal(first + second, u @ v)


@pytest.mark.parametrize(
    "rows", [64, pytest.param(rlwe.MOST_ROWS, marks=pytest.mark.nightly)]
)
def test_the_worst_sum_of_the_longest_column_is_still_exact(rows):
    """At 2,048 terms of the largest words the noise is at its bound."""
    u = np.full((1, rows), 2**63, np.uint64)
    v = np.full((rows, 2), 2**64 - 1, np.uint64)
    u[:, 1::2] -= np.uint64(1)
    first, second, _ = play(u, v)
    assert np.array_equal(first + second, u @ v)


def test_a_ciphertext_and_the_answer_look_uniform():
    """Residues modulo the first prime in 16 cells, for extreme matrices.

    The answer's second half is what gave U away without the fresh encryption: for
    U = 0 it would be 0.
    """
    alarm = FALSE_ALARM / 4
    assert samples_needed(0.5, 16, false_alarm=alarm) < N
    p = PRIMES[0]
    for value in (0, 2**64 - 1):
        u, v = np.full((1, 2), value, np.uint64), np.full((2, 1), value, np.uint64)
        *_, channel = play(u, v)
        payload = {m.label: m.payload for m in channel.messages}
        for seen in (payload["rows"][0, 0], payload["products"][0, 1, 0]):
            cells = ((unpack(seen[None], p) % p) * 16 // p).astype(int).ravel()
            assert uniform_p_value(cells, 16) > alarm


def test_the_same_matrix_is_never_encrypted_alike():
    u = v = np.ones((1, 1), np.uint64)
    sent = [
        next(m.body for m in play(u, v)[2].messages if m.label == "rows")
        for _ in range(2)
    ]
    assert sent[0] != sent[1]


def test_what_does_not_fit_is_refused():
    u = np.zeros((1, rlwe.MOST_ROWS + 1), np.uint64)
    with pytest.raises(ValueError, match=r"k must be an integer in 1\.\.2048"):
        play(u, np.zeros((rlwe.MOST_ROWS + 1, 1), np.uint64))
    with pytest.raises(ValueError, match=r"rows must have shape \(9, 2, 8192, 3\)"):
        play(np.zeros((1, 2), np.uint64), np.zeros((3, 1), np.uint64))
    bad_key = (bytes(16), np.zeros((COUNT, N, 2), np.uint8))
    message = "public key must have shape"
    with Channel("A", "B") as channel, pytest.raises(ValueError, match=message):
        run(
            channel,
            lambda end: rlwe.multiply(end, np.zeros((1, 1), np.uint64), 1),
            lambda end: end.send("public key", bad_key),
        )


def test_many_columns_cost_less_than_half_a_byte_a_product():
    """27 bytes a coefficient: k rows go up and 2 m come down, and that is all.

    The formula, checked on a small run, says what 128 x 784 x 8,192 costs.
    """

    def crossing(m, k):
        return 27 * N * (k + 2 * m)

    u, v = np.ones((3, 70), np.uint64), np.ones((70, 2), np.uint64)
    *_, channel = play(u, v)
    key = 27 * N
    assert crossing(3, 70) < channel.bytes - key < crossing(3, 70) + 1000
    assert crossing(128, 784) / (128 * 784 * N) < 0.3
