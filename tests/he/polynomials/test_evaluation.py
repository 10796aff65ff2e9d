"""Schemes of evaluation against numpy, their counts, and TenSEAL itself."""

import math

import numpy as np
import pytest
import tenseal as ts
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.polynomial import polyval

from ppdl_course.he.polynomials.approximation import chebyshev
from ppdl_course.he.polynomials.evaluation import (
    SCHEMES,
    Counted,
    Tally,
    baby_giant,
    cheapest_baby,
    cost,
    horner,
    parameters,
)
from ppdl_course.he.seal.contexts import tenseal_context
from ppdl_course.he.seal.plan import MAX_BITS
from ppdl_course.nn import sigmoid

coefficient = st.sampled_from([0.0, 0.0, 1.0, -2.5, 0.3, 4.0])
polynomial = st.lists(coefficient, min_size=2, max_size=40).filter(lambda a: any(a[1:]))


@given(a=polynomial, baby=st.sampled_from([2, 4, 8, 16, 64]))
@settings(max_examples=150, deadline=None)
def test_all_schemes_agree_with_numpy(a, baby):
    t = np.linspace(-1.1, 1.1, 23)
    want = polyval(t, a)
    np.testing.assert_allclose(horner(a, t), want, atol=1e-9)
    np.testing.assert_allclose(baby_giant(a, t, baby), want, atol=1e-9)
    np.testing.assert_allclose(baby_giant(a, t), want, atol=1e-9)


@given(a=polynomial)
@settings(max_examples=80, deadline=None)
def test_a_counted_number_carries_the_value(a):
    for scheme in SCHEMES.values():
        assert scheme(a, Counted(0.7)).value == pytest.approx(polyval(0.7, a))


@pytest.mark.parametrize("degree", range(1, 64))
def test_levels_and_products_of_full_polynomials(degree):
    a = np.random.default_rng(degree).uniform(1, 2, degree + 1)
    assert cost(a, "Horner").levels == degree
    assert cost(a, "Horner").products == degree - 1
    tree = cost(a, "tree")
    assert tree.levels == math.ceil(math.log2(degree + 1))
    giant = cost(a, "baby-step giant-step")
    assert giant.products <= 2 * math.sqrt(degree) + math.log2(degree)
    assert giant.products <= min(tree.products, max(1, degree - 1))
    assert giant.levels <= math.ceil(math.log2(degree + 1)) + 1


def test_the_counts_of_the_chapters_example():
    a = np.ones(16)
    assert cost(a, "Horner") == Tally(14, 1, 15, 15)
    assert cost(a, "tree") == Tally(10, 8, 15, 4)
    assert cost(a, "baby-step giant-step") == Tally(7, 12, 15, 5)


def test_powers_are_computed_once_and_only_if_needed():
    counter = Counted(0.5)
    baby_giant([0, 0, 0, 0, 0, 0, 0, 0, 1.0], counter, 2)
    assert counter.tally.products == 3
    assert counter.tally.levels == 4  # t^8, and one for the coefficient
    assert cost([0, 1.0, 0, 0], "tree").products == 0


def test_a_counter_counts_each_operation_and_its_depth():
    x = Counted(3.0)
    y = 1 + 2 * x * x - x
    assert (y.value, y.depth) == (16.0, 2)
    assert x.tally == Tally(products=1, plain_products=1, additions=2, levels=2)
    assert (np.float64(2) * x).value == 6
    assert (1 - x).value == -2
    with pytest.raises(TypeError, match="no power operator"):
        x**2


@pytest.mark.parametrize("scheme", SCHEMES)
def test_under_ckks_each_scheme_fits_the_levels_counted_and_agrees(scheme):
    p = chebyshev(sigmoid, 7, 8)
    levels = cost(p.coef, scheme).levels
    context = tenseal_context(parameters(levels))
    t = np.linspace(-1, 1, 500)
    result = SCHEMES[scheme](p.coef, ts.ckks_vector(context, t.tolist()))
    np.testing.assert_allclose(result.decrypt(), p(8 * t), atol=2e-4)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_level_less_and_seal_refuses(scheme):
    p = chebyshev(sigmoid, 7, 8)
    plan = parameters(cost(p.coef, scheme).levels - 1)
    vector = ts.ckks_vector(tenseal_context(plan), [0.5, -0.5])
    with pytest.raises(ValueError, match=r"scale out of bounds|end of modulus"):
        SCHEMES[scheme](p.coef, vector)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_evaluation_leaves_its_argument_at_its_level(scheme):
    p = chebyshev(sigmoid, 5, 8)
    context = tenseal_context(parameters(cost(p.coef, scheme).levels))
    vector = ts.ckks_vector(context, [0.25])
    before = vector.ciphertext()[0].coeff_modulus_size()
    for _ in range(2):
        got = SCHEMES[scheme](p.coef, vector).decrypt()
        assert got == pytest.approx([p(2.0)], abs=1e-3)
    assert vector.ciphertext()[0].coeff_modulus_size() == before


def test_agrees_with_tenseals_own_polyval():
    p = chebyshev(sigmoid, 7, 8)
    context = tenseal_context(parameters(4))
    t = [-0.9, 0.1, 0.7]
    theirs = ts.ckks_vector(context, t).polyval(p.coef.tolist()).decrypt()
    ours = baby_giant(p.coef, ts.ckks_vector(context, t)).decrypt()
    np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.parametrize("scale_bits", [25, 30, 40, 48])
@pytest.mark.parametrize("levels", range(0, 13))
def test_parameters_are_secure_enough_deep_and_no_larger_than_needed(
    levels, scale_bits
):
    plan = parameters(levels, scale_bits)
    n, total = plan.poly_modulus_degree, sum(plan.coeff_mod_bit_sizes)
    assert plan.context_error() is None
    assert plan.depth() == levels
    assert total <= MAX_BITS[n]
    assert n == 1024 or total > MAX_BITS[n // 2] or n // 2 < 4096


def test_cheapest_baby_is_the_best_of_all():
    for degree in (3, 7, 15, 31, 40):
        a = np.ones(degree + 1)
        chosen = cheapest_baby(a)
        counts = {}
        for baby in (2, 4, 8, 16, 32, 64):
            counter = Counted(1.0)
            baby_giant(a, counter, baby)
            counts[baby] = counter.tally.products
        assert counts[chosen] == min(counts.values())


def test_bad_arguments_are_refused_by_name():
    for constant in ([1.0], [1.0, 0.0], [0.0]):
        for scheme in SCHEMES.values():
            with pytest.raises(ValueError, match="degree 1 or more"):
                scheme(constant, 0.5)
    with pytest.raises(ValueError, match="finite"):
        horner([1.0, math.nan], 0.5)
    for baby in (0, 1, 3, 6):
        with pytest.raises(ValueError, match=f"power of two, at least 2, got {baby}"):
            baby_giant([1.0, 2.0], 0.5, baby)
    with pytest.raises(ValueError, match="scheme must be one of"):
        cost([1.0, 2.0], "Estrin")
    with pytest.raises(ValueError, match="levels must be an integer >= 0, got -1"):
        parameters(-1)
    with pytest.raises(ValueError, match="levels must be at most 19 at a scale of 40"):
        parameters(20)
    assert parameters(19).poly_modulus_degree == 32768
    with pytest.raises(ValueError, match="scale_bits must be at least 20"):
        parameters(2, 10)
    with pytest.raises(ValueError, match="outer_bits from scale_bits"):
        parameters(2, 40, 42)
