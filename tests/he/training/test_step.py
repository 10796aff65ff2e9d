"""The cloud's arithmetic and step, operation by operation, in both schemes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.integers import Net, Precision, integer_step
from ppdl_course.he.training.levels import Plan
from ppdl_course.he.training.messages import flat, inputs_of, numbers_of, slots
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.he.training.step import marks_of_inputs, step


@pytest.fixture(scope="module", params=["bgv", "bfv"])
def context(request):
    if request.param == "bgv":
        return BgvContext(64, 14, primes_of_size(64, 24, 1)[0])
    return BfvContext(256, 14, primes_of_size(256, 20, 1)[0], secure=False)


@pytest.fixture(scope="module")
def keys(context):
    return context.keys()


@pytest.fixture(scope="module")
def cloud(context, keys):
    return context.cloud(keys.public)


def encrypted(cloud, keys, values, mark):
    return cloud.cipher(keys.encrypt(np.array(values, object), mark), mark)


def opened(cloud, keys, x, count=3):
    return keys.decrypt(cloud.parts(x), x.mark)[:count].tolist()


def test_sums_products_and_numbers_are_those_of_integers(context, cloud, keys):
    fresh = context.rules.fresh
    a, b = [3, -5, 0], [7, 11, -1]
    x, y = (encrypted(cloud, keys, v, fresh) for v in (a, b))
    product = next(cloud.totals([[x, y]], [y, x]))
    assert opened(cloud, keys, product) == [42, -110, 0]
    assert product.mark.level < fresh.level
    assert opened(cloud, keys, cloud.above(100, product)) == [58, 210, 100]
    assert opened(cloud, keys, cloud.plus_number(product, -9)) == [33, -119, -9]
    assert opened(cloud, keys, cloud.minus(x, y)) == [-4, -16, 1]
    assert opened(cloud, keys, cloud.plus(x, y)) == [10, 6, -1]
    low = [cloud.lower(v, context.rules.base) for v in (x, product)]
    three = cloud.raw_product(*low)
    assert len(three.parts) == 3
    assert opened(cloud, keys, three) == [126, 550, 0]


def test_a_sum_times_public_numbers_costs_their_size_in_noise(context, cloud, keys):
    fresh = context.rules.fresh
    x, y = (encrypted(cloud, keys, v, fresh) for v in ([3, -5], [7, 11]))
    found = cloud.weighted([x, y], [-300, 400])
    assert opened(cloud, keys, found, 2) == [1900, 5900]
    assert found.mark.noise == pytest.approx(500 * fresh.noise)
    fell = keys.budget(cloud.parts(x), fresh) - keys.budget(
        cloud.parts(found), found.mark
    )
    assert fell == pytest.approx(np.log2(500), abs=3)


def test_results_wrap_at_half_the_plaintext_prime(context, cloud, keys):
    fresh, half = context.rules.fresh, context.rules.t // 2
    x = encrypted(cloud, keys, [half, -half, 0], fresh)
    assert opened(cloud, keys, cloud.plus_number(x, 1)) == [-half, 1 - half, 1]


def test_a_layer_is_relinearised_once_an_output(context, cloud, keys, monkeypatch):
    fresh, counted = context.rules.fresh, []
    x = [encrypted(cloud, keys, [k, 1], fresh) for k in range(5)]
    if hasattr(cloud, "_to_seal"):
        whole = cloud._to_seal
        monkeypatch.setattr(
            cloud,
            "_to_seal",
            lambda p, level: counted.append(len(p)) or whole(p, level),
        )
    else:
        from ppdl_course.he.lattice.rlwe import PublicKeys

        switch = PublicKeys.relinearise
        monkeypatch.setattr(
            PublicKeys,
            "relinearise",
            lambda self, parts: counted.append(len(parts)) or switch(self, parts),
        )
    found = list(cloud.totals([x, x[::-1], x], x))
    assert counted == [3, 3, 3]  # of 15 products
    assert [opened(cloud, keys, z, 2) for z in found] == [[30, 5], [10, 5], [30, 5]]


def test_the_cloud_is_deterministic(context, cloud, keys):
    x = encrypted(cloud, keys, [1, 2, 3], context.rules.fresh)
    first, second = (next(cloud.totals([[x, x]], [x, x])).parts for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_summands_of_other_levels_or_factors_are_refused(context, cloud, keys):
    x = encrypted(cloud, keys, [1], context.rules.fresh)
    with pytest.raises(ValueError, match="agree in level and factor"):
        cloud.plus(x, next(cloud.totals([[x]], [x])))


def test_measured_noise_is_what_the_rules_say(context, cloud, keys):
    x, y = (encrypted(cloud, keys, v, context.rules.fresh) for v in ([1, 2], [3, 4]))
    for _ in range(3):
        x = next(cloud.totals([[x, y]], [y, x]))
        square = next(cloud.totals([[x]], [x]))
        for found in (x, square):
            measured = keys.budget(cloud.parts(found), found.mark)
            predicted = context.rules.budget(found.mark)
            # the rules keep six deviations, and the largest of n is at four
            assert -2 < measured - predicted < 6


def sent(keys, plan, X, Y, V, precision):
    numbers, n = numbers_of(X, Y, V, precision), plan.rules.n
    return {
        name: np.stack([keys.encrypt(v, mark) for v in slots(name, numbers, n)])
        for name, mark in marks_of_inputs(plan).items()
    }


def assert_wholly_equal(cloud, keys, plan, new, expected):
    """Every part of every sample, modulo t, at the marks that the plan says."""
    for name, part in vars(expected).items():
        columns = np.moveaxis(part, 0, -1).reshape(-1, len(part))
        for c, integers in zip(flat(getattr(new, name)), columns, strict=True):
            found = opened(cloud, keys, c, len(part))
            assert not ((integers - found) % plan.rules.t).any(), name
            mark = plan.mark("d" + name)
            assert (c.mark.level, c.mark.factor) == (mark.level, mark.factor)


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.tuples(*[st.integers(1, 3)] * 3),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(0, 2**32),
)
def test_a_step_of_any_shape_equals_the_integer_step(
    context, cloud, keys, shape, bits, weight_bits, divisor, seed
):
    rng, precision = np.random.default_rng(seed), Precision(bits, weight_bits, divisor)
    inputs, _, outputs = shape
    X = precision.inputs(rng.uniform(-1, 1, (3, inputs)))
    Y = precision.inputs(rng.uniform(-1, 1, (3, outputs)))
    V = precision.weights(Net.drawn(*shape, rng=rng).each(lambda part: part + 0.3))
    plan = Plan(context.rules, shape)
    arrays = sent(keys, plan, X, Y, V, precision)
    new = step(cloud, plan, inputs_of(cloud, plan, arrays), precision)
    expected = integer_step(X, Y, V, precision)
    assert_wholly_equal(cloud, keys, plan, new, expected)


def test_all_slots_and_the_largest_numbers_are_taken(context, cloud, keys):
    precision, n = Precision(4, 4), context.rules.n
    signs = np.random.default_rng(0).choice([-16, 16], (n, 2)).astype(object)
    net = Net(np.ones((1, 2)), np.ones(1), np.ones((1, 1)), -np.ones(1))
    V, plan = precision.weights(net), Plan(context.rules, (2, 1, 1))
    Y = signs[:, :1]
    arrays = sent(keys, plan, signs, Y, V, precision)
    new = step(cloud, plan, inputs_of(cloud, plan, arrays), precision)
    assert_wholly_equal(cloud, keys, plan, new, integer_step(signs, Y, V, precision))


def test_ciphertexts_of_another_level_or_number_are_refused(
    context, cloud, keys, net, samples, precision
):
    plan, X = Plan(context.rules, (4, 2, 4)), precision.inputs(samples)
    arrays = sent(keys, plan, X, X, precision.weights(net), precision)
    with pytest.raises(ValueError, match="W1 must be 8 ciphertexts of level 14"):
        inputs_of(cloud, plan, arrays | {"W1": arrays["W1"][:, :, :-1]})
    with pytest.raises(ValueError, match="y must be 4 ciphertexts"):
        inputs_of(cloud, plan, arrays | {"y": arrays["y"][:3]})
    with pytest.raises(ValueError, match="step must hold"):
        inputs_of(cloud, plan, {"x": arrays["x"]})


def test_seal_sizes_beyond_128_bits_are_refused():
    with pytest.raises(ValueError, match="raise n"):
        BfvContext(8192, 14, 65537)
    with pytest.raises(ValueError, match="bits must be at most 28"):
        BfvContext(8192, 4, 65537, bits=30)
