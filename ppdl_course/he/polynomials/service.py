"""A network with polynomial activations that scores encrypted cases.

    Court                                              Centre
    secret key; cases x                                weights W, b, v, c; polynomial p
    public context             -- context -->          refuses one with a secret key
    Enc(column i of all cases) -- columns -->
                                                       t_j = (W_j x + b_j) / bound
                                                       score = c + sum v_j p(bound t_j)
    decrypt                    <-- scores --

One ciphertext a feature, one slot a case. 1 / bound is folded into W and b, and v_j
into the coefficients of p, so that the whole network uses one level more than p.

Threat model: an honest-but-curious centre; it sees sizes, the number of cases (rounded
up to the slots) and ciphertexts. NOT protected: the court from an input that leaves
[-bound, bound], which the centre cannot see; the model from a court that asks often
(:func:`copy_model`): the scores are a polynomial of the inputs, and a polynomial is
known from its values; who knows p needs about as many as there are weights
(:func:`copy_weights`).

Source: the arrangement of R. Gilad-Bachrach et al., "CryptoNets", ICML 2016, at
teaching size; model extraction by solving equations: F. Tramèr, F. Zhang, A. Juels, M.
Reiter, T. Ristenpart, "Stealing Machine Learning Models via Prediction APIs", USENIX
Security 2016.
"""

import functools
import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.polynomial import Polynomial
from scipy import linalg, optimize

from ppdl_course.he.polynomials.evaluation import baby_giant
from ppdl_course.he.seal.contexts import tenseal_context
from ppdl_course.he.seal.keys import public_bytes, read_public_context
from ppdl_course.he.seal.plan import CkksPlan
from ppdl_course.he.seal.unused_slots import covered
from ppdl_course.parties.channel import Endpoint


class Court:
    """Owns the cases and the only secret key.

    Args:
        end: The court's end of a channel to the centre.
        plan: CKKS parameters with enough levels.
    """

    def __init__(self, end: Endpoint, plan: CkksPlan) -> None:
        self._end = end
        self._context = tenseal_context(plan)
        self.slots = plan.poly_modulus_degree // 2

    def send_keys(self) -> None:
        """Send the public context."""
        self._end.send("context", public_bytes(self._context))

    def send_query(self, cases: np.ndarray) -> None:
        """Send cases, shape (n, features), encrypted by columns.

        Raises:
            ValueError: If they are more than the slots, or not a matrix.
        """
        import tenseal as ts

        X = np.asarray(cases, dtype=float)
        if X.ndim != 2 or not 1 <= len(X) <= self.slots:
            raise ValueError(
                f"cases must have shape (1 to {self.slots}, features), got {X.shape}"
            )
        columns = [ts.ckks_vector(self._context, c.tolist()).serialize() for c in X.T]
        self._end.send("columns", columns)

    def receive_answer(self) -> np.ndarray:
        """Receive and decrypt the scores, float64 (n,)."""
        import tenseal as ts

        data = self._end.receive("scores")
        return np.array(ts.ckks_vector_from(self._context, data).decrypt())


class Centre:
    """Owns the model; holds public contexts and ciphertexts only.

    Args:
        end: The centre's end of a channel to the court.
        weights: W, shape (hidden, features).
        bias: b, shape (hidden,).
        activation: p, with domain [-bound, bound], in place of the activation.
        output: v, shape (hidden,).
        constant: c.

    A unit that gives the same for every case (its row of W or its weight in v is 0, as
    pruning leaves them) costs nothing: its value joins c.

    Raises:
        ValueError: If shapes do not fit, or no unit depends on the case.
    """

    def __init__(
        self,
        end: Endpoint,
        weights: np.ndarray,
        bias: np.ndarray,
        activation: Polynomial,
        output: np.ndarray,
        constant: float,
    ) -> None:
        W, b, v = (np.asarray(a, dtype=float) for a in (weights, bias, output))
        if W.ndim != 2 or b.shape != W.shape[:1] or v.shape != b.shape:
            raise ValueError(
                "weights, bias and output must be (hidden, features), (hidden,) and "
                f"(hidden,), got {W.shape}, {b.shape} and {v.shape}"
            )
        live = W.any(axis=1) & (v != 0)
        if not live.any() or not any(activation.coef[1:]):
            raise ValueError(
                "weights, activation and output must let a unit depend on the case, "
                "got a network that gives everyone the same score"
            )
        # SEAL multiplies by no 0, and a known number needs no encryption
        constant += float(v[~live] @ activation(b[~live]))
        W, b, v = W[live], b[live], v[live]
        self._end = end
        self._features = W.shape[1]
        bound = float(activation.domain[1])
        self._weights, self._bias = W / bound, b / bound
        self._coefficients = np.outer(v, activation.coef)
        # spread over the units: one addition less
        self._coefficients[:, 0] += constant / len(v)
        self.context: Any = None

    def receive_keys(self) -> None:
        """Receive the court's context.

        Raises:
            ValueError: If it holds a secret key.
        """
        self.context = read_public_context(self._end.receive("context"))

    def answer(self) -> None:
        """Score one request.

        Raises:
            ValueError: If no context has come yet, or the request has another number
                of features.
        """
        import tenseal as ts

        if self.context is None:
            raise ValueError("context must be received before a request is served")
        data = self._end.receive("columns")
        if len(data) != self._features:
            raise ValueError(
                f"columns must be {self._features} ciphertexts, got {len(data)}"
            )
        columns = [ts.ckks_vector_from(self.context, column) for column in data]
        # TenSEAL repeats the cases over all slots, and their scores with them
        self._end.send("scores", covered(self._score(columns)).serialize())

    def _score(self, columns: list[Any]) -> Any:
        score = None
        rows = zip(self._weights, self._bias, self._coefficients, strict=True)
        for weights, bias, coefficients in rows:
            pairs = zip(columns, weights, strict=True)
            t = functools.reduce(operator.add, [c * float(w) for c, w in pairs if w])
            # 2: the fewest levels, which the parameters are made for
            unit = baby_giant(coefficients, t + float(bias), 2)
            score = unit if score is None else score + unit
        return score


def monomials(cases: np.ndarray, degree: int) -> np.ndarray:
    """Return all products of at most ``degree`` features, shape (n, C(d + degree, d)).

    Args:
        cases: Shape (n, d).
        degree: 0 or more.
    """
    X = np.asarray(cases, dtype=float)
    columns = [np.ones(len(X))]
    for size in range(1, degree + 1):
        for chosen in itertools.combinations_with_replacement(range(X.shape[1]), size):
            columns.append(X[:, chosen].prod(axis=1))
    return np.column_stack(columns)


def copy_model(
    queries: np.ndarray, scores: np.ndarray, degree: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a model equal to the one behind ``scores``, if that is a polynomial.

    Args:
        queries: Shape (n, d), n at least C(d + degree, d), in general position.
        scores: Shape (n,).
        degree: Of the model in its inputs.

    Raises:
        ValueError: If there are too few queries to determine it.
    """
    needed = math.comb(queries.shape[1] + degree, degree)
    if len(queries) < needed:
        raise ValueError(
            f"queries must be at least {needed} for degree {degree}, got {len(queries)}"
        )
    # By QR, faster than numpy's singular values.
    solved, *_ = linalg.lstsq(
        monomials(queries, degree), scores, lapack_driver="gelsy", check_finite=False
    )
    return lambda cases: monomials(cases, degree) @ solved


def copy_weights(
    queries: np.ndarray,
    scores: np.ndarray,
    activation: Polynomial,
    *,
    hidden: int,
    rng: np.random.Generator,
    starts: int = 20,
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a model of the same form as the one behind ``scores``, fitted to them.

    Nonlinear least squares over W, b, v and c, from random starts, until one fits.

    Args:
        queries: Shape (n, d), n at least hidden (d + 2) + 1, the number of unknowns.
        scores: Shape (n,).
        activation: p, which the clerk knows.
        hidden: Number of hidden units.
        rng: Draws the starts.
        starts: At most so many; the best fit counts if none is perfect.

    Raises:
        ValueError: If there are fewer queries than unknowns.
    """
    n, d = queries.shape
    unknown = hidden * (d + 2) + 1
    if n < unknown:
        raise ValueError(f"queries must be at least {unknown}, got {n}")
    slope = activation.deriv()
    ones = np.column_stack([queries, np.ones(n)])

    def parts(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        return z[: hidden * (d + 1)].reshape(hidden, d + 1), z[-hidden - 1 : -1], z[-1]

    def residual(z: np.ndarray) -> np.ndarray:
        rows, v, c = parts(z)
        return activation(ones @ rows.T) @ v + c - scores

    def jacobian(z: np.ndarray) -> np.ndarray:
        rows, v, _ = parts(z)
        inner = ones @ rows.T
        by_rows = (slope(inner) * v)[:, :, np.newaxis] * ones[:, np.newaxis]
        return np.hstack([by_rows.reshape(n, -1), activation(inner), np.ones((n, 1))])

    best = None
    for _ in range(starts):
        start = 0.7 * rng.normal(size=unknown)
        fit = optimize.least_squares(residual, start, jac=jacobian, max_nfev=300)
        if best is None or fit.cost < best.cost:
            best = fit
        if best.cost < 1e-6 * n:  # off by a thousandth: the same function
            break
    rows, v, c = parts(best.x)
    return lambda cases: activation(cases @ rows[:, :-1].T + rows[:, -1]) @ v + c
