"""Checks of chapter 6 on what both servers compute together: activation, one step."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.two_server_learning.stand_ins import Shared, values_of
from ppdl_course.checks.verdict import Mistake, require, require_none


def check_sigmoid_on_shares(
    sigmoid_on_shares: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check the piecewise sigmoid on shared numbers, its ends and what it costs."""

    def at_least_0(x: Any) -> Shared:  # here: a module's function would run over there
        if not isinstance(x, Shared):
            raise Mistake(
                f"at_least_0 takes something shared, got {type(x).__name__}: what is "
                "public needs no protocol."
            )
        x._log.append("comparison")
        return Shared((x._values >= 0).astype(float), x._log)

    with drawn_inputs(seed) as rng:
        edges = [-0.5, 0.5, 0.0, -0.75, 0.75, 300.0, -300.0, 0.25, -0.25]
        for u in (np.array(edges), rng.normal(size=7), rng.uniform(-2, 2, (5, 1))):
            log: list[str] = []
            got = sigmoid_on_shares(Shared(u.copy(), log), at_least_0)
            _sigmoid_is_right(values_of(got, u.shape, "sigmoid_on_shares"), u)
            comparisons, products = log.count("comparison"), log.count("product")
            require(
                comparisons <= 2,
                f"right, but with {comparisons} comparisons: each takes some 80 bytes "
                "a number and seven rounds. Two are enough.",
            )
            require(
                products <= 2,
                f"right, but with {products} products of shared numbers: each is a "
                "round. Two are enough.",
            )


def _sigmoid_is_right(got: np.ndarray, u: np.ndarray) -> None:
    if np.allclose(got, np.clip(u + 0.5, 0, 1), rtol=0, atol=1e-9):
        return
    step, up, down = (u >= 0) * 1.0, (u >= -0.5) * 1.0, (u >= 0.5) * 1.0
    usual = {
        "this jumps from 0 to 1 at 0: between -1/2 and 1/2 it is u + 1/2.": step,
        "this is 1 from -1/2 on: between -1/2 and 1/2 it is u + 1/2.": up,
        "this jumps at 1/2: between -1/2 and 1/2 it is u + 1/2.": down,
        "this is u + 1/2 everywhere: nothing cuts it off.": u + 0.5,
        "above 1/2 it must stay 1: nothing cuts it off there.": np.maximum(u + 0.5, 0),
        "below -1/2 it must stay 0: nothing cuts it off there.": np.minimum(u + 0.5, 1),
        "the middle is u + 1/2, and yours is u.": (up - down) * u + down,
        "the middle piece goes through 0 at 0, and must through 1/2.": (
            np.clip(u, 0, 1)
        ),
        "above 1/2 it is 1, and yours is 0: that piece is missing.": (up - down)
        * (u + 0.5),
        "above 1/2 it is 1, and yours is u + 3/2: both pieces are added there.": (
            up * (u + 0.5) + down
        ),
        "the slope of the middle piece is 1, and yours is 1/4.": np.clip(
            u / 4 + 0.5, 0, 1
        ),
        "the pieces meet at -1 and 1, and must at -1/2 and 1/2.": np.clip(
            u / 2 + 0.5, 0, 1
        ),
        "it falls where it must rise.": np.clip(0.5 - u, 0, 1),
        "this is the exact sigmoid, which shares cannot compute.": 1 / (1 + np.exp(-u)),
        "this is ReLU: it needs an upper end, too.": np.maximum(u, 0),
        "the middle piece has the wrong sign: yours goes down from 1.": (up - down)
        * (0.5 - u)
        + down,
        "the two comparisons are exchanged, so the middle piece comes out negative.": (
            (down - up) * (u + 0.5) + down
        ),
        "the two comparisons are multiplied: that is 1 above 1/2 alone.": down
        * (u + 0.5),
        "the pieces meet at -1 and 1, and must at -1/2 and 1/2: compare there.": (
            ((u >= -1) * 1.0 - (u >= 1)) * (u + 0.5) + (u >= 1)
        ),
        "the comparisons are exchanged, and so is the sign of 1/2.": (
            (down - up) * (u - 0.5) + up
        ),
        "below -1/2 and above 1/2 are exchanged.": (up - down) * (u + 0.5) + 1 - up,
        "the middle is cut at 0: u + 1/2 begins at -1/2.": (step - down) * (u + 0.5)
        + down,
        "1/2 is taken off where it must be added, and the other way round.": np.clip(
            u - 0.5, 0, 1
        ),
    }
    require_none(
        m for m, wrong in usual.items() if np.allclose(got, wrong, rtol=0, atol=1e-9)
    )
    k = np.unravel_index(np.argmax(np.abs(got - np.clip(u + 0.5, 0, 1))), u.shape)
    require(
        False,
        f"of u = {u[k]:.6g} it makes {got[k]:.6g}. Which of the three pieces is that, "
        "and which factors are 1 there?",
    )


def check_sgd_step(sgd_step: Callable[..., Any], *, seed: int | None = None) -> None:
    """Check one step of logistic regression on shared matrices in fixed point."""
    with drawn_inputs(seed) as rng:
        for n, d, f, r in ((8, 5, 13, 2), (1, 1, 10, 0), (4, 3, 16, 5), (16, 2, 13, 7)):
            _one_step(sgd_step, rng, n, d, f, r)


def _one_step(
    sgd_step: Callable[..., Any], rng: Any, n: int, d: int, f: int, r: int
) -> None:
    def fixed(x: np.ndarray) -> np.ndarray:
        return np.rint(x * 2.0**f).astype(np.int64)

    log: list[str] = []
    X = fixed(rng.normal(size=(n, d)) * 3)
    y = fixed((rng.random((n, 1)) < 0.5) * 1.0)
    w = fixed(rng.normal(size=(d, 1)))

    def sigma(u: np.ndarray) -> np.ndarray:
        return np.clip(u + 2 ** (f - 1), 0, 2**f)

    def activation(u: Any) -> Shared:
        values = values_of(u, (n, 1), "what is given to activation")
        log.append("activation")
        return Shared(sigma(values), log)

    def truncate(x: Any, bits: Any) -> Shared:
        require(isinstance(x, Shared), "truncate takes something shared.")
        good = isinstance(bits, int | np.integer) and 0 <= bits < 64
        require(good, f"truncate takes a number of bits, 0 to 63, got {bits!r}.")
        return Shared(x._values >> int(bits), log)

    shared = (Shared(value.copy(), log) for value in (X, y, w))
    got = values_of(sgd_step(*shared, f, r, truncate, activation), w.shape, "sgd_step")
    a = sigma((X @ w) >> f)
    right = w - ((X.T @ (a - y)) >> (f + r))
    if np.all(np.abs(got - right) <= 2):
        products = log.count("product")
        require(
            products <= 2,
            f"right, but with {products} products of shared matrices: two are enough.",
        )
        return
    usual = _step_mistakes(X, y, w, f, r, sigma)
    require_none(m for m, wrong in usual if np.all(np.abs(got - wrong) <= 2))
    size = float(np.abs(got).max()) / 2.0**f
    require(
        False,
        f"for {n} rows and {d} columns the new weights are wrong; the largest is "
        f"{size:.3g} in size. Count the fraction bits after each product: f + f, less "
        "what was truncated.",
    )


def _step_mistakes(
    X: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    f: int,
    r: int,
    sigma: Callable[[np.ndarray], np.ndarray],
) -> Sequence[tuple[str, np.ndarray]]:
    """Return messages, each with the weights that the mistake would give."""
    u = (X @ w) >> f
    a = sigma(u)
    grad = X.T @ (a - y)
    step = grad >> (f + r)
    slope = ((u > -(2 ** (f - 1))) & (u < 2 ** (f - 1))).astype(np.int64)
    return [
        ("you go uphill: the step is taken off the weights.", w + step),
        (
            "the first product was not truncated: the activation got 2 f bits.",
            w - ((X.T @ (sigma(X @ w) - y)) >> (f + r)),
        ),
        (
            "the first product was truncated by rate_bits: by f.",
            w - ((X.T @ (sigma((X @ w) >> r) - y)) >> (f + r)),
        ),
        (
            "the activation was taken of X w - y: take y off what it gives.",
            w - ((X.T @ sigma(u - y)) >> (f + r)),
        ),
        (
            "the step is divided by the number of rows as well: rate_bits holds that.",
            w - np.floor(grad / (2.0 ** (f + r) * len(X))).astype(np.int64),
        ),
        ("the step is returned, and not the new weights.", step),
        ("the step is returned with its sign turned, not the new weights.", -step),
        ("the rate is missing: truncate by rate_bits as well.", w - (grad >> f)),
        (
            "the second product keeps its f extra bits: truncate by f + rate_bits, not "
            "by rate_bits alone.",
            w - (grad >> r),
        ),
        ("the second product was not truncated at all.", w - grad),
        (
            "the differences are truncated by rate_bits before the product, where low "
            "bits are lost: truncate once, after X^T d, by f + rate_bits.",
            w - ((X.T @ ((a - y) >> r)) >> f),
        ),
        (
            "X is truncated by rate_bits before the product, where its low bits are "
            "lost: truncate once, after X^T d, by f + rate_bits.",
            w - (((X >> r).T @ (a - y)) >> f),
        ),
        ("the labels are missing.", w - ((X.T @ a) >> (f + r))),
        (
            "the activation is missing: that is linear regression.",
            w - ((X.T @ (u - y)) >> (f + r)),
        ),
        (
            "the labels are added to the prediction: take them off.",
            w - ((X.T @ (a + y)) >> (f + r)),
        ),
        (
            "the error is multiplied by the activation's slope: with cross-entropy it "
            "is f(u) - y alone.",
            w - ((X.T @ ((a - y) * slope)) >> (f + r)),
        ),
        ("the rate's bits are taken off twice.", w - (grad >> (f + 2 * r))),
        (
            "the second product is truncated by f once too often.",
            w - (grad >> (2 * f + r)),
        ),
        (
            "the step is divided by 2^rate_bits twice over: f + rate_bits is all.",
            w - ((grad >> (f + r)) >> r),
        ),
        ("the weights are truncated as well.", (w >> f) - step),
        ("the weights are unchanged: the step is lost.", w),
        ("twice the step: is it taken off twice?", w - 2 * step),
    ]
