"""Gate bootstrapping: truth tables, long chains, noise, and each step by itself."""

import numpy as np
import pytest

from ppdl_course.he.lattice import bootstrapping as b

SECRET = b.SecretKey()
CLOUD = SECRET.cloud_key()


@pytest.mark.parametrize("x", [0, 1])
@pytest.mark.parametrize("y", [0, 1])
def test_nand_has_its_truth_table(x, y):
    for _ in range(5):
        out = CLOUD.nand(SECRET.encrypt(x), SECRET.encrypt(y))
        assert SECRET.decrypt(out) == 1 - (x & y)


def test_five_nands_starting_at_one_give_zero():
    one, c = SECRET.encrypt(1), SECRET.encrypt(1)
    for _ in range(5):
        c = CLOUD.nand(c, one)
    assert SECRET.decrypt(c) == 0


def test_two_hundred_gates_in_a_row_stay_right_and_noise_does_not_grow():
    rng = np.random.default_rng(0)
    bits = list(rng.integers(0, 2, 4))
    wires = [SECRET.encrypt(int(bit)) for bit in bits]
    noise = []
    for _ in range(200):
        i, j, k = rng.integers(0, 4, 3)
        bits[k] = 1 - (bits[i] & bits[j])
        wires[k] = CLOUD.nand(wires[i], wires[j])
        noise.append(SECRET.noise(wires[k], bits[k]))
        assert SECRET.decrypt(wires[k]) == bits[k]
    assert max(noise) < 1 / 32
    assert np.mean(noise[100:]) < 2 * np.mean(noise[:100])


def test_a_full_adder_of_nands_adds():
    for word in range(8):
        a, c, d = (word >> i & 1 for i in range(3))
        x, y, z = (SECRET.encrypt(bit) for bit in (a, c, d))
        nand = CLOUD.nand
        t = nand(x, y)
        half = nand(nand(x, t), nand(y, t))
        u = nand(half, z)
        total, carry = nand(nand(half, u), nand(z, u)), nand(t, u)
        assert SECRET.decrypt(total) + 2 * SECRET.decrypt(carry) == a + c + d


@pytest.mark.parametrize("bit", [0, 1])
@pytest.mark.parametrize("error", [-0.1, -0.05, 0.05, 0.1])
def test_noise_falls(bit, error):
    c = SECRET.encrypt(bit)
    c[-1] = (c[-1] + int(error * b.MODULUS)) % b.MODULUS
    assert SECRET.noise(c, bit) == pytest.approx(abs(error), abs=1e-3)
    assert SECRET.noise(CLOUD.bootstrap(c), bit) < 0.01


def test_fourier_products_equal_the_slow_loop_modulo_2_to_32():
    rng = np.random.default_rng(1)
    n = 16
    digits, torus = rng.integers(-128, 128, n), rng.integers(0, b.MODULUS, n)
    slow = [0] * n
    for i in range(n):
        for j in range(n):
            sign = 1 if i + j < n else -1
            slow[(i + j) % n] += sign * int(digits[i]) * int(torus[j])
    fast = b._backward(b._forward(digits) * b._forward(b.centred(torus)))
    np.testing.assert_array_equal(fast % b.MODULUS, np.array(slow) % b.MODULUS)


@pytest.mark.parametrize(("bits", "count"), [(8, 3), (4, 4), (2, 16), (16, 2)])
def test_digits_are_small_and_recompose(bits, count):
    x = np.random.default_rng(2).integers(0, b.MODULUS, 1000)
    digits = b._digits(x, bits, count)
    assert np.abs(digits).max() <= 2 ** (bits - 1)
    weights = [2 ** (32 - bits * (j + 1)) for j in range(count)]
    back = digits.T @ weights
    error = np.abs(b.centred(back - x))
    assert error.max() <= 2 ** (32 - bits * count) // 2


def test_times_a_power_of_x_turns_signs():
    poly = np.arange(1, 5)
    np.testing.assert_array_equal(b._times_power_of_x(poly, 1), [-4, 1, 2, 3])
    np.testing.assert_array_equal(b._times_power_of_x(poly, -1), [2, 3, 4, -1])
    np.testing.assert_array_equal(b._times_power_of_x(poly, 4), -poly)
    np.testing.assert_array_equal(b._times_power_of_x(poly, 8), poly)


def test_the_server_holds_no_key_bits():
    assert not hasattr(CLOUD, "_s")
    held = {name: value for name, value in vars(CLOUD).items() if name != "parameters"}
    assert set(held) == {"rotation", "switch"}


def test_the_same_bit_twice_gives_different_ciphertexts():
    assert not np.array_equal(SECRET.encrypt(1), SECRET.encrypt(1))


def test_refusals():
    with pytest.raises(ValueError, match="bit must be 0 or 1"):
        SECRET.encrypt(2)
    with pytest.raises(ValueError, match="ring must be a power of two"):
        b.Parameters(ring=100)
    with pytest.raises(ValueError, match=r"digit_bits \* digits must be at most 32"):
        b.Parameters(digit_bits=11, digits=3)
    with pytest.raises(ValueError, match=r"switch_bits \* switch_digits"):
        b.Parameters(switch_bits=8, switch_digits=5)
