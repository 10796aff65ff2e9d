"""What one product of shared matrices costs, its material included, by method.

    dealer    seeds, and corrections for Z                 grows with the openings
    ot        64 transfers for each number of V            grows with V's columns
    rlwe      ciphertexts of 8,192 columns, used or not    hardly grows up to there

Both servers and the dealer run here and now; every byte on any of their wires counts.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.learning.material import Mask, Product, Side
from ppdl_course.mpc.learning.server import Server
from ppdl_course.mpc.learning.session import together, without_dealer
from ppdl_course.mpc.sharing.additive import random_words
from ppdl_course.parties import costs

Method = Literal["dealer", "ot", "rlwe"]
METHODS: tuple[Method, ...] = ("dealer", "ot", "rlwe")


@dataclass(frozen=True)
class ProductCost:
    """One measured product.

    Attributes:
        method: Who made the material, and how.
        columns: Of the right matrix.
        bytes: On all wires.
        seconds: Wall time, everybody on this machine.
    """

    method: str
    columns: int
    bytes: int
    seconds: float


def measure_product(method: Method, rows: int, inner: int, columns: int) -> ProductCost:
    """Multiply a random (rows, inner) matrix by a random (inner, columns) one.

    Raises:
        ValueError: If a size is below 1 or the method unknown.
        ArithmeticError: If the product is wrong.
    """
    at_least(1, rows=rows, inner=inner, columns=columns)
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, got {method!r}")
    x, w = random_words(rows, inner), random_words(inner, columns)
    with costs.seconds() as spent:
        if method == "dealer":
            plan = [
                Mask("X", x.shape),
                Mask("W", w.shape),
                Product(Side("X"), Side("W")),
            ]
            run = together(_product, plan, x, w, keep_bodies=False)
        else:
            run = without_dealer(_product, x, w, method=method)
    if not np.array_equal(run.total, x @ w):
        raise ArithmeticError(f"the servers' product by {method} is wrong")
    return ProductCost(method, columns, run.channel.bytes, spent.seconds)


def _product(server: Server, x: np.ndarray, w: np.ndarray) -> np.ndarray:
    opened_x, opened_w = server.masked(X=x, W=w)
    return server.product(opened_x, opened_w)
