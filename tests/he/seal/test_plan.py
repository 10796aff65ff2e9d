"""Predictions against the library itself, over a grid of contexts."""

import itertools
import math

import pytest
import tenseal as ts

from ppdl_course.he.seal import residues as seal_read
from ppdl_course.he.seal.plan import (
    END_OF_CHAIN,
    MAX_BITS,
    SCALE_OUT_OF_BOUNDS,
    CkksPlan,
    bfv_budget,
    primes_of_size,
)

CHAINS = [
    (first, *[middle] * count, special)
    for first, middle, count, special in itertools.product(
        (30, 60), (20, 30, 40), (0, 1, 3), (30, 60)
    )
]
SCALES = (19, 20, 29, 30, 39, 40, 59)


def real_context(plan):
    return ts.context(
        ts.SCHEME_TYPE.CKKS,
        plan.poly_modulus_degree,
        coeff_mod_bit_sizes=list(plan.coeff_mod_bit_sizes),
    )


def what_happens(context, scale_bits, products):
    """The messages of the real library: one for encryption and each product."""
    messages = []
    try:
        vector = ts.ckks_vector(context, [1.0], scale=2.0**scale_bits)
        messages.append(None)
        for _ in range(products):
            vector = vector * vector
            messages.append(None)
    except ValueError as error:
        messages.append(str(error))
    return messages


@pytest.mark.parametrize("degree", [4096, 8192])
def test_every_exception_is_predicted_before_it_happens(degree):
    seen = set()
    for chain in CHAINS:
        if CkksPlan(degree, chain, 20).context_error() is not None:
            continue
        context = real_context(CkksPlan(degree, chain, 20))
        for scale_bits in SCALES:
            plan = CkksPlan(degree, chain, scale_bits)
            got = what_happens(context, scale_bits, 4)
            assert [step.error for step in plan.steps(4)] == got, plan
            seen.update(got)
    assert SCALE_OUT_OF_BOUNDS in seen  # the grid does reach the bounds
    assert END_OF_CHAIN in seen


def test_the_grid_meets_the_end_of_the_chain_too():
    plan = CkksPlan(8192, (60, 30, 60), 29)
    assert what_happens(real_context(plan), 29, 3) == [None, None, END_OF_CHAIN]
    assert [step.error for step in plan.steps(3)] == [None, None, END_OF_CHAIN]


@pytest.mark.parametrize(
    ("degree", "chain"),
    [
        (4096, (40, 40, 40)),
        (4096, (36, 36, 37)),
        (4096, (36, 37, 37)),
        (8000, (40, 40)),
        (8192, (61, 40)),
        (8192, (40, 1)),
        (8192, (16, 16, 16)),
        (16384, (15, 15)),
        (65536, (40, 20)),
        (2048, (54,)),
        (8192, (60, 40, 60)),
        (1024, (14, 13)),
    ],
)
def test_refused_contexts_are_refused_with_seals_words(degree, chain):
    plan = CkksPlan(degree, chain, 20)
    try:
        context, message = real_context(plan), None
    except (ValueError, RuntimeError) as error:
        message = str(error)
    assert plan.context_error() == message
    if message is None:
        assert plan.primes == seal_read.primes(context)
    else:
        assert message in plan.advice()
        with pytest.raises(ValueError, match="refused by SEAL"):
            plan.steps(1)


@pytest.mark.parametrize(("scale", "prime"), [(30, 40), (38, 40), (40, 30), (40, 40)])
def test_the_silent_factor_is_predicted(scale, prime):
    plan = CkksPlan(16384, (60, prime, prime, prime, 60), scale)
    context = real_context(plan)
    context.global_scale = 2.0**scale
    vector, want = ts.ckks_vector(context, [3.0]), 3.0
    for step in plan.steps(2)[1:]:
        vector, want = vector * vector, want**2
        got = vector.decrypt()[0]
        if want * 2.0**step.wrong_by > 0.01:
            assert math.log2(got / want) == pytest.approx(step.wrong_by, abs=0.01)
    assert ("wrong results" in plan.advice()) == (scale != prime)


def test_the_table_of_bits_is_seals():
    from tenseal import sealapi

    for degree, bits in MAX_BITS.items():
        assert bits == sealapi.CoeffModulus.MaxBitCount(
            degree, sealapi.SEC_LEVEL_TYPE.TC128
        )


@pytest.mark.parametrize(
    ("degree", "plain_bits"), [(4096, 20), (8192, 17), (8192, 20), (8192, 30)]
)
def test_bfv_budgets_are_predicted_within_a_bit_a_level(degree, plain_bits):
    t = primes_of_size(degree, plain_bits, 1)[0]
    context = ts.context(ts.SCHEME_TYPE.BFV, degree, plain_modulus=t)
    sizes = [q.bit_length() for q in seal_read.primes(context)]
    vector = ts.bfv_vector(context, list(range(-50, 50)))
    for products in range(7):
        want = bfv_budget(degree, sizes, math.log2(t), products)
        got = seal_read.noise_budget(context, vector)
        assert abs(got - want) <= 2 + products
        if not got:
            break
        vector = vector * vector
    assert got == 0


def test_depth_counts_products():
    assert CkksPlan(8192, (60, 40, 40, 60), 40).depth() == 2
    assert CkksPlan(8192, (60, 60), 20).depth() == 0
    assert "2 products" in CkksPlan(8192, (60, 40, 40, 60), 40).advice()


@pytest.mark.parametrize(
    ("degree", "chain", "scale", "message"),
    [
        (4096, (60, 40, 60), 40, r"160 bits in all, 109 allowed for n = 4096"),
        (
            8192,
            (60, 40, 60),
            40,
            r"'scale out of bounds' at product 2 of 2; 2 products",
        ),
        (8192, (60, 30, 60), 29, r"'end of modulus switching chain reached' at prod"),
        (8192, (60, 40, 40, 60), 30, r"make the middle primes as long as the scale"),
    ],
)
def test_parameters_that_cannot_do_it_are_refused_with_what_to_change(
    degree, chain, scale, message
):
    with pytest.raises(ValueError, match=message):
        CkksPlan(degree, chain, scale).require(2)
    CkksPlan(8192, (60, 40, 40, 60), 40).require(2)


def test_refusals():
    with pytest.raises(ValueError, match="coeff_mod_bit_sizes must hold 2 or more"):
        bfv_budget(4096, [40], 20, 1)
    with pytest.raises(ValueError, match="products must be an integer >= 0"):
        bfv_budget(4096, [40, 40], 20, -1)
