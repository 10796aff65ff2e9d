import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.nn import MeanSquaredError, Network
from ppdl_course.nn.finite_differences import central_differences
from ppdl_course.nn.tensors.auto_encoder import (
    TensorAutoEncoder,
    multi_dot,
    outer,
)
from ppdl_course.nn.tensors.distance import metric, squared_distance

PARTS = ("W1", "b1", "W2", "b2")
SHAPES = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)


def numeric(model, X):
    """The gradient of the summed loss, part by part, by moving one number at a time."""
    found = {}
    for name in PARTS:
        part = getattr(model, name)

        def loss(flat, name=name, part=part):
            setattr(model, name, flat.reshape(part.shape))
            value = float(model.losses(X).sum())
            setattr(model, name, part)
            return value

        found[name] = central_differences(loss, part.ravel(), 1e-5).reshape(part.shape)
    return found


@settings(max_examples=15)
@given(SHAPES, SHAPES, st.booleans(), st.integers(0, 2**32))
def test_gradients_of_any_order_are_the_numeric_ones(inputs, hidden, near, seed):
    rng = np.random.default_rng(seed)
    G = metric(inputs, 0.8) if near else None
    model = TensorAutoEncoder.drawn(inputs, hidden, rng=rng, G=G)
    X = rng.uniform(0, 1, (2, *inputs))
    expected = numeric(model, X)
    for name, gradient in model.gradients(X).items():
        np.testing.assert_allclose(gradient, expected[name], atol=1e-8)


def test_order_one_and_identity_are_the_ordinary_auto_encoder():
    rng = np.random.default_rng(0)
    model = TensorAutoEncoder.drawn((5,), (3,), rng=rng)
    X = rng.uniform(0, 1, (4, 5))
    weights = [
        np.column_stack([b, W]) for W, b in ((model.W1, model.b1), (model.W2, model.b2))
    ]
    network = Network.from_weights(weights, "sigmoid", output="sigmoid")
    np.testing.assert_allclose(model.decode(model.encode(X)), network.forward(X))
    _, flat = network.loss_and_gradient(X, X, MeanSquaredError())
    gradients = model.gradients(X)
    for W, names in zip(
        network.views(flat)[0], (("b1", "W1"), ("b2", "W2")), strict=True
    ):
        # its loss is the mean of squares over 4 samples and 5 entries, ours half a sum
        both = [gradients[name] for name in names]
        np.testing.assert_allclose(W * 4 * 5 / 2, np.column_stack(both), atol=1e-12)
    eye = TensorAutoEncoder(*(getattr(model, name) for name in PARTS), G=np.eye(5))
    np.testing.assert_allclose(eye.losses(X), model.losses(X))


def test_a_tensor_layer_is_its_flattened_self():
    rng = np.random.default_rng(1)
    W, X = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(6, 4, 5))
    flat = X.reshape(6, 20) @ W.reshape(6, 20).T
    np.testing.assert_allclose(multi_dot(W, X, 2).reshape(6, 6), flat)
    d = rng.normal(size=(6, 2, 3))
    slow = sum(np.multiply.outer(d[n], X[n]) for n in range(6))
    np.testing.assert_allclose(outer(d, X), slow)


def test_steps_lower_the_loss_under_the_tensor_distance():
    rng = np.random.default_rng(2)
    model = TensorAutoEncoder.drawn((4, 4), (2, 2), rng=rng, G=metric((4, 4), 1.0))
    patterns = rng.choice([-0.2, 0.2], (2, 4, 4))
    X = 0.5 + np.tensordot(rng.uniform(-1, 1, (8, 2)), patterns, axes=1)
    losses = []
    for _ in range(60):
        losses.append(model.losses(X).sum())
        model.step(X, rate=0.2)
    # every step is downhill, and the way is not yet at its end
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.95 * losses[0]


def test_the_metric_by_hand_and_its_shape():
    G = metric((2, 2), 1.0)
    near, far = np.exp(-0.5) / (2 * np.pi), np.exp(-1.0) / (2 * np.pi)
    np.testing.assert_allclose(G[0], [1 / (2 * np.pi), near, near, far])
    assert (G == G.T).all()
    assert np.linalg.eigvalsh(metric((4, 4), 0.7)).min() > 0


def test_a_shifted_picture_is_nearer_than_one_far_away():
    picture, beside, away = (np.zeros((6, 6)) for _ in range(3))
    picture[1, 1] = beside[1, 2] = away[5, 5] = 1
    G = metric((6, 6), 1.0)
    assert squared_distance(picture, beside, G) < squared_distance(picture, away, G)
    eye = np.eye(36)
    assert squared_distance(picture, beside, eye) == squared_distance(
        picture, away, eye
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: metric((), 1.0),
        lambda: metric((2, 0), 1.0),
        lambda: metric((2, 2), 0),
        lambda: squared_distance(np.ones(2), np.ones(3), np.eye(2)),
        lambda: squared_distance(np.ones(2), np.ones(2), np.eye(3)),
        lambda: multi_dot(np.ones((2, 3)), np.ones((4, 2)), 1),
        lambda: TensorAutoEncoder.drawn((0,), (1,), rng=np.random.default_rng(0)),
        lambda: TensorAutoEncoder.drawn(
            (2, 2), (1,), rng=np.random.default_rng(0), G=np.eye(3)
        ),
        lambda: TensorAutoEncoder.drawn((2,), (1,), rng=np.random.default_rng(0)).step(
            np.ones((1, 2)), rate=0
        ),
    ],
)
def test_bad_input_is_refused(make):
    with pytest.raises(ValueError, match="must"):
        make()
