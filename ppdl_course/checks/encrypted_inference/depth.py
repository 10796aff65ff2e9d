"""Check of chapter 11's depth: the number of ciphertext products in a row.

What is expected comes from exact integers, never from a solution.
"""

import math
from collections.abc import Callable

from ppdl_course.checks.encrypted_inference.layers import integer
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import Mistake, require_list_kept

LAYERS = {"linear": 0, "batch norm": 0, "mean pool": 0, "square": 1}


def check_count_depth(
    count_depth: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check the number of ciphertext products in a row.

    Each kind of layer alone and repeated, degrees 1 to 20 and about powers of two up to
    2**20, then sequences drawn of all kinds.
    """
    cases = [
        ["linear", "square", "linear", "square", "linear"],
        ["linear", "batch norm", "square", "mean pool", "linear"],
        ["linear", 4, "linear", 2, "linear"],
        ["linear", 3, "batch norm", "linear", 7, "square"],
        [8, 9, 1],
        [5, 6],
        ["linear"],
        [],
        *([layer, layer, layer] for layer in LAYERS),
        *([degree] for degree in range(1, 21)),
    ]
    with drawn_inputs(seed) as rng:
        power = 2 ** int(rng.integers(5, 21))
        cases += [[power - 1], [power], [power + 1]]
        for _ in range(20):
            kinds = rng.integers(0, 8, rng.integers(1, 9)).tolist()
            cases.append([
                [*LAYERS][kind] if kind < 4 else int(rng.integers(1, 40))
                for kind in kinds
            ])  # fmt: skip
        counted = [(case, _counted(count_depth, case)) for case in cases]
        wrong = next(
            ((case, got) for case, got in counted if got != _depth(case)), None
        )
        if wrong is None:
            return
        case, got = wrong
        says = f"{case} has depth {_depth(case)}, got {got}"
        fitting = [
            message
            for message, depth in USUAL
            if all(math.isclose(got, depth(case)) for case, got in counted)
        ] or [message for message, depth in USUAL if math.isclose(got, depth(case))]
        raise Mistake(": ".join([says, "; or ".join(dict.fromkeys(fitting))]))


def _counted(count_depth: Callable[..., object], case: list) -> float:
    argument = list(case)
    got = count_depth(argument)
    require_list_kept(case, argument, "layers")
    is_float = isinstance(got, float) and math.isfinite(got)
    return float(got) if is_float else integer(got, "the depth")


def _by(
    activation: Callable[[int], float], **others: int
) -> Callable[[list[str | int]], float]:
    """Return the depth of a network if layers cost this, all added up."""
    costs = LAYERS | {name.replace("_", " "): cost for name, cost in others.items()}
    return lambda case: sum(
        costs[x] if isinstance(x, str) else activation(x) for x in case
    )


def _up(n: float) -> int:
    return math.ceil(math.log2(n))


_depth = _by(_up)
_BY_WEIGHTS = (
    "a product by weights multiplies no two ciphertexts: linear layers, batch norm and "
    "mean pooling are such products"
)
_ONE_MORE = (
    "one product too many: degree 2 takes one, degree 4 two, and coefficients are "
    "known in the clear"
)
_SQRT = (
    "the root of n is about a number of products in all: depth counts those that wait "
    "for one another, and each doubles the degree"
)
_HALF = "half the degree is right for 2 and 4 only: a power is found by squaring, log2"
_BASE = "each product doubles the degree: the logarithm is that of base 2"

USUAL: list[tuple[str, Callable[[list[str | int]], float]]] = [
    (_BY_WEIGHTS, _by(_up, linear=1)),
    (_BY_WEIGHTS, _by(_up, batch_norm=1)),
    (_BY_WEIGHTS, _by(_up, mean_pool=1)),
    (_BY_WEIGHTS, _by(_up, batch_norm=1, mean_pool=1)),
    (_BY_WEIGHTS, _by(_up, linear=1, batch_norm=1)),
    (_BY_WEIGHTS, _by(_up, linear=1, mean_pool=1)),
    (_BY_WEIGHTS, _by(_up, linear=1, batch_norm=1, mean_pool=1)),
    ("every layer is counted: only products of two ciphertexts are", len),
    (
        "a square multiplies a ciphertext with itself: it counts, once",
        _by(_up, square=0),
    ),
    ("a square counts once: it is one product", _by(_up, square=2)),
    (
        "the depth of a network is a sum: each activation waits for the last",
        lambda case: max([int(_by(_up)([x])) for x in case], default=0),
    ),
    (
        "degrees are not counted: a polynomial activation multiplies too",
        _by(lambda n: 0),
    ),
    (
        "each activation counts, also where two are alike",
        lambda case: _by(_up)(list(set(case))),
    ),
    ("round each activation's log2 up, not their sum", lambda case: math.ceil(
        _by(math.log2)(case))),
    ("the number of products is whole: round each activation's log2 up",
     _by(math.log2)),
    ("a power is found by squaring: x^4 needs two products, not three",
     _by(lambda n: n - 1)),
    ("degree 3 needs two products in a row: x^2, then x^2 times x. Round up",
     _by(lambda n: int(math.log2(n)))),
    ("degree 5 needs three products in a row: round up, not to the nearest",
     _by(lambda n: round(math.log2(n)))),
    ("a degree is no depth: a power is found by squaring", _by(lambda n: n)),
    (_ONE_MORE, _by(lambda n: _up(n) + 1)),
    (_ONE_MORE, _by(lambda n: _up(n) + (n > 1))),
    (f"{_ONE_MORE}. Look at powers of two", _by(lambda n: n.bit_length())),
    ("degree 1 is linear and takes no product of ciphertexts",
     _by(lambda n: max(1, _up(n)))),
    ("a polynomial of degree above 2 takes more than one product in a row",
     _by(lambda n: 1)),
    ("a polynomial of degree above 2 takes more than one product in a row",
     _by(lambda n: n > 1)),
    (_HALF, _by(lambda n: n // 2)),
    (_HALF, _by(lambda n: math.ceil(n / 2))),
    (_BASE, _by(lambda n: math.ceil(math.log(n)))),
    (_BASE, _by(lambda n: math.ceil(math.log10(n)))),
    (_BASE, _by(math.log)),
    (_SQRT, _by(lambda n: math.ceil(2 * math.sqrt(n)))),
    (_SQRT, _by(lambda n: math.ceil(math.sqrt(n)))),
]  # fmt: skip
"""What the usual mistakes count, each with its message."""
