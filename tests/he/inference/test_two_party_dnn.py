"""2P-DNN: exact scores, ciphertexts only at the server, and what leaks to the user."""

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.he.inference import two_party_dnn as dnn
from ppdl_course.nn import Network, train


@pytest.fixture(scope="module")
def fixed():
    net = Network([6, 5, 4, 3], "relu", rng=np.random.default_rng(0))
    return dnn.FixedPointNetwork.of(net)


def test_labels_and_scores_are_the_fixed_point_networks(fixed):
    user, server, _ = dnn.connect(fixed)
    x = np.random.default_rng(1).uniform(-1, 1, (4, 6))
    want = fixed.forward(x)
    for row, scores in zip(x, want, strict=True):
        label = dnn.classify(user, server, fixed, row)
        assert user.decrypted[-1] == scores.tolist()
        assert label == int(scores.astype(float).argmax())


def test_digits_keep_the_label_of_the_network_in_floats():
    digits = load_digits_split()
    rng = np.random.default_rng(2)
    net = Network([64, 8, 10], "relu", rng=rng)
    train(
        net, digits.X_train, digits.y_train, rate=0.05, momentum=0.9, epochs=10, rng=rng
    )
    fixed = dnn.FixedPointNetwork.of(net)
    labels = fixed.forward(digits.X_test).astype(float).argmax(axis=1)
    assert (labels == net.predict(digits.X_test)).mean() >= 0.995
    user, server, _ = dnn.connect(fixed)
    x = digits.X_test[0]
    assert dnn.classify(user, server, fixed, x) == labels[0]


def test_the_fast_encryption_of_the_key_holder_is_paillier(fixed):
    user, _, _ = dnn.connect(fixed)
    for m in (0, 1, -1, 2**40, -(2**40)):
        c = user._encrypt(m)
        n = user._key.public.n
        assert user._key.raw_decrypt(c) == m % n
        # (c / (1 + m n)) is an n-th power: its lambda-th power is 1
        mask = c * pow(1 + m % n * n, -1, n * n) % (n * n)
        assert pow(mask, user._key.lam, n * n) == 1
        assert user._encrypt(m) != c


def test_the_server_sees_ciphertexts_only(fixed):
    user, server, channel = dnn.connect(fixed)
    dnn.classify(user, server, fixed, np.full(6, 0.5))
    dnn.classify(user, server, fixed, np.full(6, 0.5))
    assert not any(isinstance(v, dnn.PrivateKey) for v in vars(server).values())
    sent = [m for m in channel.view("server") if m.label == "values"]
    numbers = [c for m in sent for c in m.payload]
    assert len(set(numbers)) == len(numbers)  # equal values, never equal ciphertexts
    assert min(c.bit_length() for c in numbers) > 1900


def test_without_blinding_d_plus_one_questions_give_the_layer(fixed):
    questions = [[0] * 6, *(8 * np.eye(6, dtype=int)).tolist()]
    user, server, _ = dnn.connect(fixed, blind=False)
    answers = dnn.first_layer_answers(user, server, questions)
    W, b = dnn.solve_layer(answers, 8)
    np.testing.assert_array_equal(W, fixed.weights[0])
    np.testing.assert_array_equal(b, fixed.biases[0])
    user, server, _ = dnn.connect(fixed)
    blinded = dnn.first_layer_answers(user, server, questions)
    W, _ = dnn.solve_layer(blinded, 8)
    assert (fixed.weights[0] == W).mean() < 0.1


def test_blinding_keeps_signs_and_comes_off_with_common_divisors(fixed):
    user, server, _ = dnn.connect(fixed)
    x = fixed.inputs(np.random.default_rng(3).uniform(-1, 1, 6))
    z = fixed.weights[0] @ x + fixed.biases[0]
    answers = dnn.first_layer_answers(user, server, [x.tolist()] * 6)
    for answer in answers:
        assert sorted(np.sign(answer)) == sorted(np.sign(z.astype(float)))
        assert not set(map(abs, answer)) & set(map(abs, z))
    exposed = set(dnn.strip_blinding(answers)) & set(map(abs, z))
    assert len(exposed) >= 3


def test_a_key_too_short_for_the_network_is_refused():
    deep = Network([4] * 70 + [2], "relu", rng=np.random.default_rng(4))
    fixed = dnn.FixedPointNetwork.of(deep, bits=16)
    with pytest.raises(ValueError, match="n must exceed the largest result"):
        dnn.connect(fixed)


def test_inputs_end_at_the_bound_that_the_server_counts_with(fixed):
    end = dnn.LARGEST_INPUT
    assert fixed.inputs([end, -end]).tolist() == [end * 256, -end * 256]
    for bad in (np.nextafter(end, 2 * end), -np.inf, np.nan):
        with pytest.raises(ValueError, match=f"x must be within .-1024, got {bad}"):
            fixed.inputs([0.5, bad])


def chain(last_bits):
    """One unit a layer: an input of 2^26, fifteen weights of 2^62 and a last one."""
    net = Network([1] * 17, "relu", rng=np.random.default_rng(6))
    for W in net.weights:
        W[:] = 0.0, 2.0**46
    net.weights[-1][0, 1] = 2.0 ** (last_bits - 16)
    return dnn.FixedPointNetwork.of(net, bits=16)


def test_the_largest_network_of_a_key_is_right_and_the_next_is_refused():
    fixed = chain(33)  # with 32 bits of blinding 2^1021, and n / 3 > 2^1021.4
    user, server, _ = dnn.connect(fixed)
    dnn.classify(user, server, fixed, np.array([dnn.LARGEST_INPUT]))
    assert user.decrypted[-1] == [2**989]
    with pytest.raises(ValueError, match=r"largest result, 2\*\*991, with 32 bits"):
        dnn.connect(chain(35))


def test_weights_that_64_bits_do_not_hold_are_refused():
    for bad in (np.nan, np.inf, 2.0**47):
        net = Network([2, 2, 2], "relu", rng=np.random.default_rng(7))
        net.weights[1][0, 1] = bad
        with pytest.raises(
            ValueError, match=r"weights must be below 2\*\*47 .* layer 1"
        ):
            dnn.FixedPointNetwork.of(net, bits=16)
    net.weights[1][0, 1] = np.nextafter(2.0**47, 0)
    assert dnn.FixedPointNetwork.of(net, bits=16).weights[1][0, 0] == 2**63 - 2**10


def test_values_that_the_key_does_not_hold_are_refused(fixed):
    user, _, _ = dnn.connect(fixed)
    limit = user._key.public.max_int
    user.send_values([limit, -limit])
    with pytest.raises(ValueError, match=r"values must be within .-max_int"):
        user.send_values([0, -limit - 1])
    with pytest.raises(ValueError, match=r"values must be an integer, got 0\.5"):
        user.send_values([0.5])


def test_a_sum_in_the_middle_third_is_noticed(fixed):
    user, _, channel = dnn.connect(fixed)
    channel["server"].send("scores", [user._encrypt(user._key.public.max_int + 1)])
    with pytest.raises(OverflowError, match="between the positive and the negative"):
        user.receive_values("scores")


def test_what_is_not_a_relu_network_is_refused():
    net = Network([3, 2, 2], "sigmoid", rng=np.random.default_rng(5))
    with pytest.raises(ValueError, match="must have ReLU"):
        dnn.FixedPointNetwork.of(net)
    with pytest.raises(ValueError, match=r"bits must be an integer in 1\.\.16, got 20"):
        dnn.FixedPointNetwork.of(net, bits=20)
