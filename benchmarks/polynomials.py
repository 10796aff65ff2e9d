"""A polynomial of degree 15 under CKKS: three schemes and TenSEAL's own.

horner_seconds         Horner, 15 levels, in the smallest context it fits (n = 32768)
tree_seconds           the tree, 4 levels, in the smallest context it fits (n = 16384)
baby_giant_seconds     baby steps and giant steps, 5 levels (n = 16384)
tenseal_seconds        TenSEAL's polyval, 4 levels (n = 16384)
horner_over_baby_giant ratio of the times
tenseal_over_baby_giant ratio of the times
largest_difference     from plaintext, of all four

The sigmoid on [-8, 8] by Chebyshev, all slots full, best of three.
"""

import time

import numpy as np
import tenseal as ts

from ppdl_course.he.polynomials.approximation import chebyshev
from ppdl_course.he.polynomials.evaluation import (
    SCHEMES,
    cost,
    parameters,
)
from ppdl_course.he.seal.contexts import tenseal_context
from ppdl_course.nn import sigmoid


def measure() -> dict[str, float]:
    p = chebyshev(sigmoid, 15, 8)
    horner, giant, tree = (
        SCHEMES[s] for s in ("Horner", "baby-step giant-step", "tree")
    )
    levels = {s: cost(p.coef, s).levels for s in SCHEMES}
    runs = {
        "horner": best(p, levels["Horner"], lambda v: horner(p.coef, v)),
        "tree": best(p, levels["tree"], lambda v: tree(p.coef, v)),
        "baby_giant": best(
            p, levels["baby-step giant-step"], lambda v: giant(p.coef, v)
        ),
        "tenseal": best(p, 4, lambda v: v.polyval(p.coef.tolist())),
    }
    seconds = {f"{name}_seconds": run[0] for name, run in runs.items()}
    giants = runs["baby_giant"][0]
    return seconds | {
        "horner_over_baby_giant": runs["horner"][0] / giants,
        "tenseal_over_baby_giant": runs["tenseal"][0] / giants,
        "largest_difference": max(run[1] for run in runs.values()),
    }


def best(p, levels, evaluate) -> tuple[float, float]:
    """Return the best seconds of three, and the largest difference from plaintext."""
    plan = parameters(levels)
    t = np.linspace(-1, 1, plan.poly_modulus_degree // 2)
    vector = ts.ckks_vector(tenseal_context(plan), t.tolist())
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        result = evaluate(vector)
        seconds.append(time.perf_counter() - begin)
    return min(seconds), float(np.abs(np.array(result.decrypt()) - p(8 * t)).max())
