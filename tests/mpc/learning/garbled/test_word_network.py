"""The plain twin against floats and integers; the circuits against the twin."""

import numpy as np
import pytest

from ppdl_course.mpc.circuits.activations import ACTIVATIONS
from ppdl_course.mpc.learning.garbled.layers import Layer
from ppdl_course.mpc.learning.garbled.unit_circuits import argmax_circuit, low_guess
from ppdl_course.mpc.learning.garbled.word_network import NetworkShape, WordNetwork
from ppdl_course.mpc.learning.garbled.words import Format, Values, from_wires, to_wires
from ppdl_course.nn import Network

RNG = np.random.default_rng(77)


def network(sizes=(5, 4, 3), activation="relu", spread=0.5, seed=0):
    """A small network with biases, its numbers on no grid."""
    net = Network(list(sizes), activation, rng=np.random.default_rng(seed))
    for W in net.weights:
        W[:, 0] = np.random.default_rng(seed + 1).normal(0, spread, len(W))
    return net


def in_the_clear(words, x):
    """Every layer's words, computed by the circuits on bits."""
    shape, found = words.shape, []
    a = to_wires(words.inputs(x[None])[0], shape.arriving.bits)
    for k, layer in enumerate(shape.layers):
        w = to_wires(words.weights[k][layer.mask], layer.format.width)
        offset = to_wires(words.offsets[k], layer.format.part_bits)
        a = layer.compute(lambda circuit, v: circuit.evaluate(v), a, w, offset)
        found.append(from_wires(a, signed=layer.leaving.signed))
    return found


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "tanh by table"])
@pytest.mark.parametrize("sizes", [(5, 4, 3), (70, 3, 2), (3, 2)])
def test_circuits_give_the_twins_words(sizes, activation):
    net = network(sizes)
    words = WordNetwork.of(net, activation=activation, output="scores")
    for x in RNG.uniform(-1, 1, (6, sizes[0])):
        for got, want in zip(in_the_clear(words, x), words.trace(x[None]), strict=True):
            assert np.array_equal(got, want[0])


@pytest.mark.parametrize(("width", "fraction"), [(8, 3), (12, 6), (20, 14), (16, 0)])
def test_words_of_other_widths(width, fraction):
    net = network(spread=1.0)
    words = WordNetwork.of(net, form=Format.of(width, fraction), output="scores")
    for x in RNG.uniform(-1, 1, (4, 5)):
        for got, want in zip(in_the_clear(words, x), words.trace(x[None]), strict=True):
            assert np.array_equal(got, want[0])


@pytest.mark.parametrize("seed", range(4))
def test_a_pruned_network_is_computed_link_by_link(seed):
    """Units with any number of links, none and over 64 among them."""
    rng = np.random.default_rng(seed)
    net = network((150, 6, 3), seed=seed)
    masks = [rng.random((6, 150)) < np.array([[0], [0.1], [0.1], [0.5], [0.9], [1]])]
    masks.append(rng.random((3, 6)) < 0.5)
    for W, mask in zip(net.weights, masks, strict=True):
        W[:, 1:] *= mask
    words = WordNetwork.of(net, masks=masks, output="scores")
    same = WordNetwork.of(net, masks="nonzero", output="scores")
    assert same.shape.digest() == words.shape.digest()
    assert words.shape.and_gates < WordNetwork.of(net).shape.and_gates * 0.6
    for x in rng.uniform(0, 1, (3, 150)):
        for got, want in zip(in_the_clear(words, x), words.trace(x[None]), strict=True):
            assert np.array_equal(got, want[0])


def test_the_twin_is_near_the_real_network():
    """Exact to the rounding of weights and inputs: measured on the same grid."""
    net = network((64, 10), spread=0.1)
    for W in net.weights:
        W[:] = np.rint(W * 4096) / 4096
    x = RNG.integers(-4096, 4096, (2000, 64)) / 4096
    words = WordNetwork.of(net, output="scores")
    error = words.forward(x) - net.forward(x) * 4096
    assert np.abs(error).max() < 3
    assert abs(error.mean()) < 0.1
    exact = WordNetwork.of(net, form=Format(drop=0), output="scores")
    assert np.abs(exact.forward(x) - net.forward(x) * 4096).max() <= 0.5


def test_a_dense_layer_of_64_terms_costs_at_most_405_ands_a_term():
    layer = NetworkShape((np.ones((32, 64), bool),), ("relu",)).layers[0]
    assert layer.and_gates / layer.links <= 405
    assert layer.links == 2048


def test_the_low_guess_is_right_on_average():
    """The mean of what is left out, given x, over random weights."""
    x = RNG.integers(0, 1 << 15, (1, 64))
    w = RNG.integers(0, 1 << 15, (4000, 64))
    left_out = np.zeros((1, 4000), np.int64)
    for i in range(9):
        left_out += (x >> i & 1) @ (w & ((1 << (9 - i)) - 1)).T << i
    guess = low_guess(x, 9)[0] << 9
    excess = 64 * ((1 << 8) - 1) // 4  # what the offset takes off again
    assert left_out.mean() == pytest.approx(guess - excess, abs=0.3 * 4096)


def test_known_bits_of_inputs_make_a_layer_cheaper():
    masks = (np.ones((32, 64), bool),)
    full = NetworkShape(masks, ("relu",))
    pixels = NetworkShape(masks, ("relu",), arriving=Values(13, signed=False))
    assert pixels.and_gates < 0.81 * full.and_gates
    net = network((6, 3))
    words = WordNetwork.of(net, arriving=Values(13, signed=False), output="scores")
    x = RNG.uniform(0, 1, 6)
    assert np.array_equal(in_the_clear(words, x)[0], words.forward(x[None])[0])
    with pytest.raises(ValueError, match=r"x must be in 0\.\.8191"):
        words.inputs(-x[None])


def test_argmax_is_the_first_of_the_largest():
    circuit = argmax_circuit(4, Values(6, signed=True))
    for scores in ([1, 5, 5, -2], [-3, -1, -2, -1], [-32, -32, -32, -32]):
        bits = to_wires(np.array(scores), 6).reshape(-1)
        got = from_wires(circuit.evaluate(bits), signed=False)
        assert got == np.argmax(scores)


def test_scaling_to_a_sample_keeps_labels_and_prevents_overflow():
    net = network((8, 16, 4), spread=1.0)
    net.flat *= 3
    x = RNG.uniform(-2, 2, (500, 8))
    with pytest.raises(ValueError, match="sums of layer"):
        WordNetwork.of(net).trace(x)
    words = WordNetwork.of(net, sample=x)
    assert (words.predict(x) == net.predict(x)).mean() > 0.99
    assert max(np.abs(z).max() for z in words.trace(x)) <= 4096 * 4.2


def test_sizes_and_prices_are_public():
    words = WordNetwork.of(network((5, 4, 3)))
    assert words.shape.sizes == (5, 4, 3)
    assert words.shape.owner_bits == (20 + 12) * 16 + 7 * 19
    gates = sum(layer.and_gates for layer in words.shape.layers)
    assert words.shape.and_gates == gates + words.shape.last.and_gates


def test_the_digest_names_everything_that_both_must_mean():
    masks = (np.ones((4, 5), bool), np.ones((3, 4), bool))
    names = ("relu", "identity")
    hole = (masks[0].copy(), masks[1])
    hole[0][2, 3] = False
    shapes = [
        NetworkShape(masks, names),
        NetworkShape(masks, ("tanh", "identity")),
        NetworkShape(hole, names),
        NetworkShape(masks, names, Format.of(16, 11)),
        NetworkShape(masks, names, output="scores"),
        NetworkShape(masks, names, arriving=Values(13, signed=False)),
    ]
    assert len({shape.digest() for shape in shapes}) == len(shapes)
    assert NetworkShape(masks, names).digest() == shapes[0].digest()


def test_bad_networks_and_words_are_refused():
    net = network((5, 4, 3))
    big = network((5, 4, 3))
    big.weights[0][2, 3] = 8.1
    with pytest.raises(ValueError, match=r"weights of layer 1 must be within -8 \.\. "):
        WordNetwork.of(big)
    big = network((5, 4, 3))
    big.weights[1][2, 0] = -9
    with pytest.raises(ValueError, match=r"biases of layer 2 must be within"):
        WordNetwork.of(big)
    with pytest.raises(ValueError, match=r"x must be within -8 \.\. 7\.99976 with 12"):
        WordNetwork.of(net).inputs(np.full((1, 5), 8.0))
    with pytest.raises(
        ValueError, match=r"fraction_bits must be an integer in 0\.\.15"
    ):
        Format.of(16, 16)
    with pytest.raises(ValueError, match="takes words of 16 bits, 12 of them"):
        WordNetwork.of(net, form=Format.of(16, 8), activation="tanh")
    with pytest.raises(ValueError, match=r"masks\[0\] must cover every weight"):
        WordNetwork.of(net, masks=[np.zeros((4, 5)), np.ones((3, 4))])
    with pytest.raises(ValueError, match="masks must be matrices or 'nonzero'"):
        WordNetwork.of(net, masks="zero")
    with pytest.raises(ValueError, match="masks must follow each other: 4 units"):
        NetworkShape((np.ones((4, 5)), np.ones((3, 5))), ("relu", "identity"))
    with pytest.raises(ValueError, match="activations must be 1, got 2"):
        NetworkShape((np.ones((4, 5)),), ("relu", "relu"))
    with pytest.raises(ValueError, match="output must be one of"):
        NetworkShape((np.ones((4, 5)),), ("relu",), output="all")
    with pytest.raises(ValueError, match=r"activation must be one of .* got PReLU"):
        WordNetwork.of(Network([3, 2, 2], "prelu", rng=RNG))


def test_a_sum_that_wraps_in_the_circuit_is_refused_by_the_twin():
    """Eight ones times 1.5: 12 does not fit +-8; the circuit gives 12 - 16."""
    W = np.full((1, 9), 1.5)
    W[:, 0] = 0
    words = WordNetwork.of(Network.from_weights([W]), output="scores")
    assert in_the_clear(words, np.ones(8))[0] / 4096 == pytest.approx(-4, abs=0.001)
    with pytest.raises(
        ValueError, match=r"sums of layer 1 must be within .* got 11.9995"
    ):
        words.forward(np.ones((1, 8)))


def test_layers_name_their_outputs_bits():
    mask, form = np.ones((2, 3), bool), Format()
    leaving = {
        name: Layer(mask, name, form, Values(16, True)).leaving for name in ACTIVATIONS
    }
    assert leaving["relu"] == Values(15, signed=False)
    assert leaving["sigmoid"] == Values(12, signed=False)
    assert leaving["tanh"] == Values(13, signed=True)
    assert leaving["identity"] == Values(16, signed=True)
