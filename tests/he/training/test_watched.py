import pytest

from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.levels import Plan
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.he.training.watched import watch


@pytest.mark.parametrize("scheme", ["bgv", "bfv"])
def test_the_budget_falls_as_the_plan_says(scheme, net, samples, precision):
    if scheme == "bgv":
        context = BgvContext(64, 14, primes_of_size(64, 24, 1)[0])
    else:
        context = BfvContext(64, 16, primes_of_size(64, 20, 1)[0], secure=False)
    falls = watch(context, net, samples, samples, precision)
    stages = Plan(context.rules, net.shape).stages
    assert [f.name for f in falls] == [s.name for s in stages]
    assert [f.level for f in falls] == [s.after.level for s in stages]
    by_depth = [f.measured for f in falls[:9]]
    assert by_depth == sorted(by_depth, reverse=True)
    for fall in falls:
        # six deviations are kept; the smallest of many ciphertexts, an average model
        assert fall.measured > max(0, fall.predicted - 2)
        assert fall.measured < fall.predicted + 8
