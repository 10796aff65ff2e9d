"""Tests for ppdl_course.mpc.triples.ot and ppdl_course.mpc.transfer.correlated."""

import numpy as np
import pytest

from ppdl_course.mpc.transfer.correlated import CorrelatedReceiver, CorrelatedSender
from ppdl_course.mpc.triples import ot
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value


def play(sender, receiver):
    with Channel("A", "B") as channel:
        results = run(
            channel,
            lambda end: sender(CorrelatedSender(end)),
            lambda end: receiver(CorrelatedReceiver(end)),
        )
    return results, channel


@pytest.mark.parametrize("dtype", [np.uint64, np.uint32])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_shares_add_up_to_the_product_of_bit_and_row(dtype, length):
    rng = np.random.default_rng(length)
    modulus = 2 ** (8 * np.dtype(dtype).itemsize)
    numbers = rng.integers(0, modulus, (130, length), dtype)
    bits = rng.integers(0, 2, 130).astype(bool)
    (first, second), _ = play(
        lambda s: [s.send(numbers), s.send(numbers)],
        lambda r: [r.receive(bits, length, dtype), r.receive(~bits, length, dtype)],
    )
    for chosen, a, b in zip((bits, ~bits), first, second, strict=True):
        assert a.dtype == b.dtype == dtype
        wanted = [
            [v if bit else 0 for v in row]
            for bit, row in zip(chosen, numbers.tolist(), strict=True)
        ]
        assert (a + b).tolist() == wanted


def test_bits_multiply_to_xor_shares():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 2, (2, 1000)).astype(bool)
    (a, b), _ = play(lambda s: s.send_bits(x), lambda r: r.receive_bits(y))
    assert np.array_equal(a ^ b, x & y)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 1), (4, 2, 3), (9, 20, 2)])
def test_products_are_those_of_python_integers(shape):
    m, k, n = shape
    rng = np.random.default_rng(m)
    u, v = (
        rng.integers(0, 2**64, (m, k), np.uint64),
        rng.integers(0, 2**64, (k, n), np.uint64),
    )
    u[0, 0], v[0, 0] = 2**64 - 1, 2**64 - 1
    (a, b), _ = play(
        lambda s: ot.send_product(s, u, n), lambda r: ot.receive_product(r, v, m)
    )
    exact = u.astype(object) @ v.astype(object)
    assert (a + b).tolist() == [[int(x) % 2**64 for x in row] for row in exact]


def test_one_transfer_serves_a_column():
    """6 bytes a bit for each product, and 16 a bit for each column."""
    u, v = np.ones((128, 40), np.uint64), np.ones((40, 1), np.uint64)
    _, channel = play(
        lambda s: ot.send_product(s, u, 1), lambda r: ot.receive_product(r, v, 128)
    )
    sent = sum(
        m.size for m in channel.messages if m.label in ("OT columns", "OT correction")
    )
    assert sent / u.size < 6 * 64 + 64 * 16 / 128 + 1


@pytest.mark.parametrize("bit", [False, True])
def test_the_receivers_share_is_uniform(bit):
    """Top four bits of its share, 16 cells, whatever its bit and the numbers."""
    alarm = FALSE_ALARM / 4
    count = samples_needed(0.5, 16, false_alarm=alarm)
    numbers, bits = np.full((count, 1), 2**63, np.uint64), np.full(count, bit)
    shares, channel = play(lambda s: s.send(numbers), lambda r: r.receive(bits, 1))
    (correction,) = (m.payload for m in channel.messages if m.label == "OT correction")
    for seen in (*shares, correction):
        cells = (seen[:, 0] >> np.uint64(60)).astype(int)
        assert uniform_p_value(cells, 16) > alarm


def test_a_correction_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"correction must have shape \(3, 2\)"):
        play(
            lambda s: s.send(np.zeros((3, 1), np.uint64)),
            lambda r: r.receive(np.zeros(3, bool), 2),
        )
