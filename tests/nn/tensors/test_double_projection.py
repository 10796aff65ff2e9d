import numpy as np
import pytest

from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.nn.finite_differences import central_differences
from ppdl_course.nn.tensors.double_projection import (
    PARTS,
    DoubleProjection,
    interacting,
)


@pytest.fixture
def model():
    return DoubleProjection.drawn(4, (3, 2), 3, rng=np.random.default_rng(0))


def test_gradients_are_the_numeric_ones(model):
    rng = np.random.default_rng(1)
    x, labels, loss = rng.normal(size=(5, 4)), rng.integers(0, 3, 5), CrossEntropy()
    y = loss.targets(labels, (5, 3), np.dtype(float))
    found = model.gradients(x, loss.gradients(model.forward(x), y))
    for name in PARTS:
        part = getattr(model, name)

        def total(flat, name=name, part=part):
            setattr(model, name, flat.reshape(part.shape))
            value = float(loss.values(model.forward(x), y).sum())
            setattr(model, name, part)
            return value

        numeric = central_differences(total, part.ravel(), 1e-5)
        np.testing.assert_allclose(found[name].ravel(), numeric, atol=1e-8)


def test_with_the_second_projection_at_one_it_is_a_single_one(model):
    rng = np.random.default_rng(2)
    x, labels = rng.normal(size=(5, 4)), rng.integers(0, 3, 5)
    model.fixed = True
    weights = [
        np.column_stack([model.b, model.U]),
        np.column_stack([model.e, model.W.sum(axis=2)]),
    ]
    single = Network.from_weights(weights, "sigmoid")
    np.testing.assert_allclose(model.forward(x), single.forward(x))
    loss = CrossEntropy()
    _, flat = single.loss_and_gradient(x, labels, loss)
    y = loss.targets(labels, (5, 3), np.dtype(float))
    found = model.gradients(x, loss.gradients(model.forward(x), y) / 5)
    first, last = single.views(flat)[0]
    np.testing.assert_allclose(found["U"], first[:, 1:], atol=1e-12)
    np.testing.assert_allclose(found["b"], first[:, 0], atol=1e-12)
    np.testing.assert_allclose(found["W"][:, :, 0], last[:, 1:], atol=1e-12)
    assert not found["V"].any()


def test_outputs_are_the_slow_triple_sum(model):
    x = np.random.default_rng(3).normal(size=(2, 4))
    _, h, _, g = model.projections(x)
    for n in range(2):
        for k in range(3):
            slow = model.e[k] + sum(
                model.W[k, i, j] * h[n, i] * g[n, j] for i in range(3) for j in range(2)
            )
            assert model.forward(x)[n, k] == pytest.approx(slow)


@pytest.mark.parametrize("seed", [0, 1])
def test_where_modalities_interact_it_beats_a_single_projection_of_its_size(seed):
    rng = np.random.default_rng(seed)
    x, labels = interacting(800, rng)
    unseen, answers = interacting(2000, rng)
    double = DoubleProjection.drawn(20, (2, 2), 2, rng=rng)
    double.train(x, labels, rate=2, steps=600)
    single = Network([20, 4, 2], "sigmoid", rng=rng)
    assert len(single.flat) == double.parameters == 94
    for _ in range(600):
        _, gradient = single.loss_and_gradient(x, labels, CrossEntropy())
        single.flat -= 2 * gradient
    right = (double.forward(unseen).argmax(axis=1) == answers).mean()
    assert right > 0.9
    assert right > (single.predict(unseen) == answers).mean() + 0.1


def test_neither_modality_alone_tells_the_class():
    x, labels = interacting(20_000, np.random.default_rng(0))
    for feature in x.T:
        assert abs(np.corrcoef(feature, labels)[0, 1]) < 0.03


def test_bad_input_is_refused(model):
    with pytest.raises(ValueError, match="g must"):
        DoubleProjection.drawn(4, (3, 0), 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="rate"):
        model.train(np.ones((1, 4)), np.zeros(1, int), rate=0, steps=1)
    with pytest.raises(ValueError, match="y must"):
        model.train(np.ones((1, 4)), np.array([3]), rate=1, steps=1)
    with pytest.raises(ValueError, match="samples"):
        interacting(0, np.random.default_rng(0))
