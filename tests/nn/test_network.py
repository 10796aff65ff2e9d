"""The network of Fig. 1: shapes, forward pass by hand, starting weights, errors."""

import itertools

import numpy as np
import pytest
from scipy import special, stats

from ppdl_course.nn import (
    CrossEntropy,
    MeanSquaredError,
    Network,
    PReLU,
    ReLU,
    sigmoid,
    softmax,
)

X = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, 0.0]])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def figure_1(rng):
    network = Network([3, 4, 4, 2], "sigmoid", rng=rng)
    network.flat += rng.normal(0, 0.5, network.flat.shape)
    return network


def test_figure_1_has_the_shapes_of_the_survey_with_the_bias_folded_in(figure_1):
    assert [W.shape for W in figure_1.weights] == [(4, 4), (4, 5), (2, 5)]


def test_forward_equals_a_loop_over_single_links(figure_1):
    for row, outputs in zip(X, figure_1.forward(X), strict=True):
        a = list(row)
        for k, W in enumerate(figure_1.weights):
            z = [
                W[j, 0] * 1 + sum(W[j, i + 1] * a[i] for i in range(len(a)))
                for j in range(len(W))
            ]
            a = z if k == 2 else [1 / (1 + np.exp(-v)) for v in z]
        np.testing.assert_allclose(outputs, a, rtol=1e-14)


def test_bias_nodes_give_one_and_receive_no_link(figure_1):
    passes = figure_1.trace(100 * X)
    for layer in passes:
        np.testing.assert_array_equal(layer.nodes[:, 0], 1)
    # Only the nodes after the bias node are sums of links.
    for before, after in itertools.pairwise(passes):
        np.testing.assert_array_equal(after.nodes[:, 1:], before.outputs)


def test_every_node_is_linked_to_every_node_of_the_next_layer(figure_1):
    """Moving any single weight moves the output, and no other number exists."""
    before = figure_1.forward(X)
    for i in range(len(figure_1.flat)):
        moved = figure_1.copy()
        moved.flat[i] += 0.1
        assert np.abs(moved.forward(X) - before).max() > 1e-6
    assert len(figure_1.flat) == 4 * 4 + 4 * 5 + 2 * 5


def test_prelu_with_slope_zero_is_relu(rng):
    relu = Network([3, 6, 2], "relu", rng=rng)
    prelu = Network.from_weights(relu.weights, PReLU(0.0))
    np.testing.assert_array_equal(prelu.forward(X), relu.forward(X))


def test_prelu_starts_at_a_quarter_for_each_unit_or_one_for_all(rng):
    wise = Network([3, 6, 2], "prelu", rng=rng)
    shared = Network([3, 6, 2], PReLU(shared=True), rng=rng)
    assert wise.slopes[0].tolist() == [0.25] * 6
    assert shared.slopes[0].tolist() == [0.25]


def test_flat_and_its_views_are_the_same_memory(figure_1):
    figure_1.flat[:] = np.arange(46)
    assert figure_1.weights[0][1, 0] == 4
    assert figure_1.weights[2][1, 4] == 45
    figure_1.weights[1][0, 0] = -1
    assert figure_1.flat[16] == -1


def test_from_flat_and_from_weights_copy(figure_1):
    for twin in (
        figure_1.from_flat(figure_1.flat),
        Network.from_weights(figure_1.weights, "sigmoid"),
    ):
        np.testing.assert_array_equal(twin.forward(X), figure_1.forward(X))
        twin.flat[:] = 0
    assert figure_1.flat.any()


@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_he_start_keeps_the_signal_through_30_layers_where_xavier_loses_it(activation):
    """He et al., section 2.2: the variance of z stays that of the first layer."""
    rng = np.random.default_rng(4)
    network = Network([800] * 31, activation, rng=rng)
    x = rng.normal(size=(40, 800))
    z = [layer.z.var() for layer in network.trace(x)[:-1]]
    assert 0.5 <= z[-1] / z[0] <= 2
    gain = network.activations[0].gain
    for W in network.weights:
        W /= np.sqrt(gain)  # variance 1/n, right for a linear network
    z = [layer.z.var() for layer in network.trace(x)[:-1]]
    assert z[-1] / z[0] < 1e-3


def test_float32_network_agrees_with_float64(figure_1):
    narrow = Network.from_weights(
        [W.astype(np.float32) for W in figure_1.weights], "sigmoid", dtype=np.float32
    )
    out = narrow.forward(X.astype(np.float32))
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, figure_1.forward(X), rtol=1e-4)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", [1000.0, 1e300])
def test_sigmoid_and_softmax_do_not_overflow_far_out(far):
    assert sigmoid(np.array([-far, 0, far])).tolist() == [0, 0.5, 1]
    assert softmax(np.array([[far, -far, far]])).tolist() == [[0.5, 0, 0.5]]


def test_sigmoid_and_softmax_agree_with_scipy():
    z = np.linspace(-700, 700, 2001)
    np.testing.assert_allclose(sigmoid(z), special.expit(z), rtol=1e-14)
    rows = z.reshape(-1, 3)
    np.testing.assert_allclose(softmax(rows), special.softmax(rows, axis=1), rtol=1e-12)


@pytest.mark.filterwarnings("error")
def test_cross_entropy_at_a_thousand_is_exact_and_its_gradient_bounded():
    logits = np.array([[1000.0, -1000.0], [1000.0, -1000.0], [-1000.0, -1000.0]])
    labels = np.array([0, 1, 1])
    loss = CrossEntropy()
    assert loss.values(logits, labels).tolist() == [0, 2000, pytest.approx(np.log(2))]
    assert loss.gradients(logits, labels).tolist() == [[0, 0], [1, -1], [0.5, -0.5]]


def test_cross_entropy_is_the_entropy_scipy_computes():
    rng = np.random.default_rng(1)
    logits, labels = rng.normal(0, 3, (50, 4)), rng.integers(0, 4, 50)
    p = special.softmax(logits, axis=1)
    expected = [
        stats.entropy(np.eye(4)[y]) + stats.entropy(np.eye(4)[y], q)
        for y, q in zip(labels, p, strict=True)
    ]
    np.testing.assert_allclose(CrossEntropy().values(logits, labels), expected)


LABELS = np.array([0, 1])


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (X[:, :2], r"x must have shape \(n, 3\) with n >= 1, got \(2, 2\)"),
        (X[0], r"x must have shape \(n, 3\) with n >= 1, got \(3,\)"),
        (X[:0], r"x must have shape \(n, 3\) with n >= 1, got \(0, 3\)"),
        (X.astype(complex), "x must have a dtype .* got complex128"),
        (X.astype(object), "x must have a dtype .* got object"),
        (X.astype(str), "x must have a dtype .* got <U"),
        (np.where(X == 2, np.nan, X), "x must be finite, got nan at row 0, column 2"),
        (np.where(X == 1, np.inf, X), "x must be finite, got inf at row 1, column 0"),
    ],
)
def test_a_bad_input_is_named(figure_1, x, message):
    with pytest.raises(ValueError, match=message):
        figure_1.forward(x)
    with pytest.raises(ValueError, match=message):
        figure_1.loss_and_gradient(x, LABELS, CrossEntropy())


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 2], "y must lie in 0..1, got 2 at row 1"),
        ([-1, 1], "y must lie in 0..1, got -1 at row 0"),
        ([0.0, 1.0], "y must be integer class labels, got float64"),
        ([True, False], "y must be integer class labels, got bool"),
        ([0, 1, 1], r"y must have shape \(2,\), got \(3,\)"),
        ([[0], [1]], r"y must have shape \(2,\), got \(2, 1\)"),
    ],
)
def test_a_bad_label_is_named(figure_1, y, message):
    for method in (figure_1.loss_and_gradient, figure_1.example_gradients):
        with pytest.raises(ValueError, match=message):
            method(X, np.array(y), CrossEntropy())


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros((2, 3)), r"y must have shape \(n, 2\)"),
        (np.zeros((3, 2)), r"y must have shape \(2, 2\), got \(3, 2\)"),
        (np.full((2, 2), np.nan), "y must be finite, got nan"),
    ],
)
def test_a_bad_target_is_named(figure_1, y, message):
    with pytest.raises(ValueError, match=message):
        figure_1.loss_and_gradient(X, y, MeanSquaredError())


def test_a_float32_network_does_not_narrow_its_input_in_silence(rng):
    network = Network([3, 2], rng=rng, dtype=np.float32)
    with pytest.raises(ValueError, match="float32 can hold without loss, got float64"):
        network.forward(X)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": [3]}, "sizes must name at least two layers"),
        ({"sizes": [3, 0, 2]}, "sizes must be an integer >= 1, got 0"),
        ({"sizes": [3, 2.5, 2]}, "sizes must be an integer >= 1, got 2.5"),
        ({"sizes": [3, 4, 2], "activation": "gelu"}, "activation must be one of"),
        (
            {"sizes": [3, 4, 2], "activation": ["relu"] * 2},
            "activation must name 1 hidden layers, got 2",
        ),
        ({"sizes": [3, 2], "dtype": np.int64}, "dtype must be float64 or float32"),
    ],
)
def test_a_bad_architecture_is_named(rng, arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(**arguments, rng=rng)


def test_bad_weights_are_named(figure_1):
    W1, W2, _ = figure_1.weights
    with pytest.raises(ValueError, match=r"W_2 must have shape \(n, 5\)"):
        Network.from_weights([W1, W2[:, :4]])
    with pytest.raises(ValueError, match="weights must be matrices"):
        Network.from_weights([])
    with pytest.raises(ValueError, match="W_1 must be finite"):
        Network.from_weights([W1 * np.nan])
    with pytest.raises(ValueError, match=r"flat must have shape \(n, 46\)"):
        figure_1.from_flat(np.zeros(45))
    with pytest.raises(ValueError, match="flat must have 46 entries"):
        figure_1.views(np.zeros(45))
    with pytest.raises(ValueError, match="start must be finite"):
        PReLU(np.nan)


def test_relu_passes_no_gradient_at_zero():
    z = np.array([[0.0]])
    assert ReLU().backward(z, z, np.empty(0), np.array([[7.0]])) == 0
