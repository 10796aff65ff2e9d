"""Encrypted steps of tensor and double-projection layers, against their twins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.deep_computation.double_step import DoubleStep
from ppdl_course.he.deep_computation.tensor_step import TensorStep
from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.cubic import q, q_slope
from ppdl_course.he.training.integers import Precision, integer_step
from ppdl_course.he.training.program import Client, Cloud, Needs, run
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.nn.tensors.auto_encoder import TensorAutoEncoder
from ppdl_course.nn.tensors.distance import metric
from ppdl_course.nn.tensors.double_projection import DoubleProjection
from ppdl_course.parties.channel import Channel

PRECISION = Precision(2, 2, divisor=2)
SHAPE, CODE = (2, 2), (2, 1)


def bgv(count=1, levels=16):
    return [BgvContext(64, levels, t) for t in primes_of_size(64, 24, count)]


def bfv():
    return [BfvContext(64, 16, primes_of_size(64, 20, 1)[0], secure=False)]


def tensor_step(G=None, bits=2):
    G = metric(SHAPE, 0.7) if G is None else G
    integers = np.rint(G * 2**bits).astype(int).astype(object)
    return TensorStep(SHAPE, CODE, integers, bits, PRECISION)


def tensor_model(G=None):
    return TensorAutoEncoder.drawn(
        SHAPE, CODE, rng=np.random.default_rng(0), G=G, f=q, slope=q_slope
    )


def double_model():
    return DoubleProjection.drawn(
        2, (2, 2), 2, rng=np.random.default_rng(1), f=q, slope=q_slope
    )


def assert_wholly_equal(found, expected, t):
    """Modulo one plaintext prime, ciphertext by ciphertext."""
    assert found.keys() == expected.keys()
    assert found
    for name, part in expected.items():
        rows = np.moveaxis(part, 0, -1).reshape(-1, len(part))
        assert found[name].shape == rows.shape
        assert not ((found[name] - rows) % t).any(), name


@pytest.mark.parametrize("contexts", [bgv, bfv])
def test_an_encrypted_tensor_step_equals_its_twin(contexts):
    step, model, contexts = tensor_step(), tensor_model(), contexts()
    X = PRECISION.inputs(np.random.default_rng(3).uniform(0, 1, (3, 4)))
    V = step.flat(vars(model))
    channel = Channel("client", "cloud")
    found = run(channel, contexts, step.program, step.numbers(X, V), 3)
    assert_wholly_equal(found, vars(step.twin(X, V)), contexts[0].rules.t)


@pytest.mark.parametrize("contexts", [bgv, bfv])
def test_an_encrypted_double_projection_step_equals_its_twin(contexts):
    step, contexts = DoubleStep((2, 2, 2, 2), PRECISION), contexts()
    N = step.integers(vars(double_model()))
    rng = np.random.default_rng(4)
    X, Y = (PRECISION.inputs(rng.uniform(0, 1, (3, 2))) for _ in range(2))
    channel = Channel("client", "cloud")
    found = run(channel, contexts, step.program, step.numbers(X, Y, N), 3)
    assert_wholly_equal(found, step.twin(X, Y, N), contexts[0].rules.t)


@settings(max_examples=4)
@given(st.tuples(*[st.integers(1, 3)] * 4), st.integers(0, 2**32))
def test_double_projection_steps_of_any_shape_equal_their_twins(shape, seed):
    step, contexts, rng = (
        DoubleStep(shape, PRECISION),
        bgv(),
        np.random.default_rng(seed),
    )
    inputs, h, g, outputs = shape
    model = DoubleProjection.drawn(inputs, (h, g), outputs, rng=rng)
    N = step.integers(vars(model))
    X = PRECISION.inputs(rng.uniform(-1, 1, (2, inputs)))
    Y = PRECISION.inputs(rng.uniform(-1, 1, (2, outputs)))
    channel = Channel("client", "cloud")
    found = run(channel, contexts, step.program, step.numbers(X, Y, N), 2)
    assert_wholly_equal(found, step.twin(X, Y, N), contexts[0].rules.t)


def test_joined_over_enough_primes_the_integers_themselves_come_back():
    step = DoubleStep((1, 1, 1, 1), Precision(1, 1))
    N = {k: np.ones(s, object) for k, s in zip("UbVcWe", SINGLE, strict=True)}
    X = Y = np.array([[1], [-1]], object)
    channel = Channel("client", "cloud")
    contexts = bgv(5)
    found = run(channel, contexts, step.program, step.numbers(X, Y, N), 2)
    for name, part in step.twin(X, Y, N).items():
        assert found[name].ravel().tolist() == part.ravel().tolist()


SINGLE = ((1, 1), (1,), (1, 1), (1,), (1, 1, 1), (1,))


def test_the_tensor_twin_is_high_order_back_propagation():
    precision = Precision(8, 8, divisor=2)
    G = metric(SHAPE, 0.7)
    integers = np.rint(G * 2**12).astype(int).astype(object)
    step = TensorStep(SHAPE, CODE, integers, 12, precision)
    model = tensor_model(G)
    x = np.random.default_rng(5).uniform(0, 1, (1, *SHAPE))
    V = step.flat(vars(model))
    new = step.twin(precision.inputs(x.reshape(1, 4)), V)
    model.step(x, rate=1 / 2)
    for name, part in vars(new).items():
        found = (part[0] / getattr(step.scales, name)).astype(float)
        expected = getattr(model, name).reshape(found.shape)
        np.testing.assert_allclose(found, expected, atol=0.01)


def test_with_the_identity_the_tensor_twin_is_the_ordinary_step():
    step = tensor_step(np.eye(4), bits=0)
    X = PRECISION.inputs(np.random.default_rng(6).uniform(0, 1, (2, 4)))
    V = step.flat(vars(tensor_model()))
    ordinary = integer_step(X, X, V, PRECISION)
    for name, part in vars(step.twin(X, V)).items():
        assert (part == getattr(ordinary, name)).all()


def test_the_double_twin_follows_the_gradient():
    precision = Precision(8, 8, divisor=4)
    step, model = DoubleStep((2, 2, 2, 2), precision), double_model()
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 1, (1, 2)), rng.uniform(0, 1, (1, 2))
    new = step.twin(
        precision.inputs(x), precision.inputs(y), step.integers(vars(model))
    )
    gradient = model.gradients(x, model.forward(x) - y)
    for name, part in new.items():
        found = (part[0] / step.scales[name]).astype(float)
        expected = getattr(model, name) - gradient[name] / 4
        np.testing.assert_allclose(found, expected, atol=0.01)


def test_needs_are_counted_on_marks_alone():
    rules = bgv()[0].rules
    needs = Needs.of(tensor_step().program, rules)
    # as the ordinary step of 4-2-4: the metric adds no product and no level
    assert (needs.products, needs.relinearisations, needs.depth) == (58, 26, 10)
    double = Needs.of(DoubleStep((2, 2, 2, 2), PRECISION).program, rules)
    # z 2 x 4, squares and cubics 2 x 4, T 4, o 8, R 8, back 2 x 4, slopes 4,
    # changes 2 x 4 and 8
    assert double.products == 8 + 8 + 4 + 8 + 8 + 8 + 4 + 8 + 8
    assert double.depth == 9


def test_what_a_context_lacks_is_refused_before_a_key_exists():
    with pytest.raises(ValueError, match="use more primes"):
        Client(None, bgv(levels=8), tensor_step().program)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="metric must have shape"):
        TensorStep(SHAPE, CODE, np.eye(3), 2, PRECISION)
    with pytest.raises(ValueError, match="metric_bits"):
        TensorStep(SHAPE, CODE, np.eye(4), 17, PRECISION)
    with pytest.raises(ValueError, match="g must"):
        DoubleStep((2, 2, 0, 2), PRECISION)
    channel = Channel("client", "cloud")
    step, contexts = tensor_step(), bgv()
    client = Client(channel["client"], contexts, step.program)
    with pytest.raises(ValueError, match="samples"):
        client.send({}, 65)
    channel["client"].send("keys", [contexts[0].keys().public])
    channel["client"].send("inputs", [])
    with pytest.raises(ValueError, match="inputs must be"):
        Cloud(channel["cloud"], contexts, step.program).compute()
