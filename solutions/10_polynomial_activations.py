# %% [markdown]
# # 10. Polynomial activations
#
# **After this chapter you can**
#
# - replace sigmoid, tanh and ReLU by polynomials in five ways, and say what each is best at;
# - tell what happens *outside* the interval, where nobody is looking;
# - count levels and products, and evaluate a polynomial under CKKS with few of both;
# - read off which parameters a degree needs, and whether a context can afford it;
# - train a CNN with polynomial activations, and take such a network from its owner by asking.
#
# *Time: 75 minutes in class: 26 reading, 4 at the widgets, 45 exercises. At home: 67 minutes.
# Needs: chapters 1 and 9. Runs in about half a minute.*

# %%
import math

import numpy as np
import tenseal as ts
from torch import nn

from ppdl_course.checks import polynomial_activations as checks
from ppdl_course.checks.verdict import checking, require
from ppdl_course.data import load_law_cases
from ppdl_course.figures.polynomial_activations import (
    evaluation_costs,
    inside_and_outside,
)
from ppdl_course.nn import Network, accuracy, sigmoid, train
from ppdl_course.parties import costs
from ppdl_course.parties.channel import Channel
from ppdl_course.widgets import polynomial_activations as explore

SEED = 10

# %%
from ppdl_course.he.polynomials import cnn as polynomial_cnn
from ppdl_course.he.polynomials import service as polynomial_service
from ppdl_course.he.polynomials.approximation import (
    approximate,
    chebyshev,
    derivative_fit,
    least_squares,
    max_error,
    minimax,
    relu,
    taylor,
)
from ppdl_course.he.polynomials.evaluation import (
    SCHEMES,
    Counted,
    cost,
    horner,
    parameters,
)
from ppdl_course.he.seal.contexts import tenseal_context
from ppdl_course.stored.polynomial_cnn import find, load_cnn_runs

# %% [markdown]
# ## 10.1 A score for Mara Kester
#
# Mara Kester is 58. Her file holds her address, her family, her prior convictions. A computing centre has a
# small network that scores cases; the court has Mara's file. The court will send it encrypted, and the centre
# shall score it without reading it. A score above 0 predicts a custodial sentence.

# %%
cases = load_law_cases()
FEATURES = ["prior_convictions", "log_amount", "injury", "weapon"]
FEATURES += ["settled", "confessed", "age", "family_members"]
columns = [cases.feature_names.index(name) for name in FEATURES]

# %%
rng = np.random.default_rng(SEED)
network = Network([8, 4, 2], "relu", rng=rng)
X, X_test = cases.X_train[:, columns], cases.X_test[:, columns]
train(network, X, cases.y_train, rate=0.1, rng=rng, epochs=20, batch_size=32)
print(f"accuracy in the clear: {accuracy(network, X_test, cases.y_test):.3f}")

# %%
W, b = network.weights[0][:, 1:], network.weights[0][:, 0]
V = network.weights[1][1] - network.weights[1][0]
v, constant = V[1:], V[0]


def score(activation, x):
    return activation(x @ W.T + b) @ v + constant


# %%
people = [cases.records[row] for row in cases.test]
mara = [person.name for person in people].index("Mara Kester")
print("Mara Kester is", people[mara].age, end="; ")
print("her score:", score(relu, X_test[mara]).round(3))

# %% [markdown]
# | | in this chapter |
# |---|---|
# | **adversary** | the centre: honest but curious. Later the court's own clerk, who wants the model |
# | **sees** | the centre: a public context, ciphertexts and how many; the clerk: scores, decrypted |
# | **protected** | Mara's file from the centre (by CKKS, chapter 9) |
# | **not protected** | the score from an input outside the interval; the model from many questions |
# | **costs** | levels, and with them bytes and seconds; a few points of accuracy |
#
# The score is $c + \sum_j v_j \max(0, W_j x + b_j)$. CKKS adds and multiplies. It has no maximum, no division and
# no exponential. What adding and multiplying can make are **polynomials**, and nothing else.

# %% [markdown]
# ## 10.2 Taylor: good at one point
#
# Bu and others [26] and Zhang and others [27] train encrypted networks with the Maclaurin cubic of the sigmoid:
#
# $$q(z) = \frac12 + \frac z4 - \frac{z^3}{48}.$$
#
# **Predict:** how far off is $q$ at $z = 1$? At $z = 4$? At $z = 8$?

# %%
q = taylor("sigmoid", 3)
print("coefficients:", q.coef, "- q(1) =", round(q(1), 7))
for z in (1, 2, 4, 8):
    print(f"q({z}) = {q(z):8.4f}   sigmoid = {sigmoid(z):.4f}", end="   ")
    print(f"worst up to {z}: {max_error(q, sigmoid, z):.5f}")

# %% [markdown]
# More terms do not help. The sigmoid has a pole at $i\pi$, so its series converges for $|z| < \pi$ only; beyond,
# each further term makes it worse. ReLU has no derivative at 0, hence no series at all; its smooth relative
# $\log(1 + e^z)$, *softplus*, has one, with the same radius.

# %%
for degree in (3, 7, 11, 15):
    p = taylor("sigmoid", degree)
    near, far = max_error(p, sigmoid, 2), max_error(p, sigmoid, 5)
    print(f"degree {degree:2}: worst on ±2 {near:.6f}, on ±5 {far:12.1f}")

# %% [markdown]
# ## 10.3 Chebyshev: good on an interval
#
# A network's inputs fill an interval. Map it to $[-1, 1]$, and take the function's values at evenly spaced
# **angles**, $\theta_k = (k + \frac12)\pi/n$, $x_k = \cos\theta_k$ [30]:
#
# $$c_j = \frac2n \sum_{k=0}^{n-1} f(x_k) \cos(j\theta_k), \qquad
#   p = \frac{c_0}{2} + \sum_{j=1}^{d} c_j T_j, \qquad T_j(\cos\theta) = \cos(j\theta).$$
#
# ### Exercise 10.1: Chebyshev coefficients
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# Return $(c_0/2, c_1, \dots, c_d)$.
#
# <details><summary>Hint 1</summary>A loop over j and k is right. np.outer makes all products j theta_k at
# once.</details>
# <details><summary>Hint 2</summary>For each j the sum over k is a row of a matrix times the vector of f's
# values.</details>


# %% exercise="chebyshev_coefficients"
def chebyshev_coefficients(f, degree: int, nodes: int) -> np.ndarray:
    """Return the coefficients of T_0, ..., T_degree, shape (degree + 1,), from n = nodes values.

    nodes is more than degree. f takes an array of numbers in [-1, 1] and returns as many values.
    """
    # BEGIN SOLUTION
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    return c
    # END SOLUTION


# %% check="chebyshev_coefficients" points=2
with checking("chebyshev_coefficients"):
    checks.check_chebyshev_coefficients(chebyshev_coefficients)
    # BEGIN HIDDEN TESTS
    c = np.asarray(chebyshev_coefficients(relu, 2, 1000), float)
    require(abs(c[0] - 1 / np.pi) < 1e-4, "the first coefficient of ReLU is 1/pi.")
    c = np.asarray(chebyshev_coefficients(lambda t: 4 * t**3 - 3 * t, 5, 6), float)
    require(
        np.allclose(c, [0, 0, 0, 1, 0, 0], atol=1e-5), "T_3 is not found as itself."
    )
    # END HIDDEN TESTS

# %%
for degree in (3, 5, 7):
    ours = max_error(chebyshev(sigmoid, degree, 8), sigmoid, 8)
    series = max_error(taylor("sigmoid", degree), sigmoid, 8)
    print(f"degree {degree}: Chebyshev {ours:.3f}, Taylor {series:7.2f}")

# %%
print("ReLU on [-1, 1], degree 2:", chebyshev(relu, 2, 1).coef.round(4))
print("with all angles: 4/(3 pi) =", round(4 / (3 * math.pi), 4))

# %% [markdown]
# ### The interval costs no level
#
# $t = x/\text{bound}$ would be one product more. But $x = Wz + b$ comes out of a linear layer, whose numbers the
# centre may change beforehand.
#
# ### Exercise 10.2: fold the interval into the layer
#
# *Difficulty 2/5. Importance 3/5. At home, 10 minutes.*
#
# <details><summary>Hint 1</summary>Which straight line takes low to -1 and high to 1?</details>
# <details><summary>Hint 2</summary>Put W z + b into that line. What stands before z, and what is
# left?</details>


# %% exercise="fold_interval"
def fold_interval(
    W: np.ndarray, b: np.ndarray, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (W2, b2), new arrays, so that W2 @ z + b2 is -1 where W @ z + b is low, and 1 where it is high."""
    # BEGIN SOLUTION
    middle, half = (high + low) / 2, (high - low) / 2
    return W / half, (b - middle) / half
    # END SOLUTION


# %% check="fold_interval" points=1
with checking("fold_interval"):
    checks.check_fold_interval(fold_interval)
    # BEGIN HIDDEN TESTS
    W2, b2 = fold_interval(np.eye(2), np.zeros(2), -3.0, 9.0)
    ends = np.asarray(W2) @ np.array([-3.0, 9.0]) + np.asarray(b2)
    require(np.allclose(ends, [-1, 1]), "the ends -3 and 9 do not become -1 and 1.")
    # END HIDDEN TESTS

# %% [markdown]
# ## 10.4 Least squares, minimax, and ReLU's derivative
#
# Which polynomial is *best* depends on what is counted.
#
# - **Least squares**: the smallest mean square error, if all inputs of the interval are equally likely.
# - **Under N(0, 1)** [22]: the same, if the inputs are normal, which batch normalisation sees to.
# - **Minimax**: the smallest *largest* error. Chebyshev: it is reached when the error touches $\pm E$ at $d + 2$
#   points in turn. Remez' algorithm (1934) moves the points until it does.
#
# ### Exercise 10.3: least squares under N(0, 1)
#
# *Difficulty 4/5. Importance 3/5. At home, 20 minutes.*
#
# The $He_k$ are orthogonal under N(0, 1), and $E[He_k^2] = k!$, so that the best
# polynomial is $\sum_k c_k He_k$ with $c_k = E[f(x) He_k(x)]/k!$. An accuracy of 0.002 is enough.
#
# <details><summary>Hint 1</summary>An expectation is a sum over a fine grid, weighted by the density; or
# np.polynomial.hermite_e.hermegauss(150), whose weights have to be divided by their sum.</details>
# <details><summary>Hint 2</summary>hermite_e.hermevander(x, degree) has all He_k(x);
# hermite_e.herme2poly goes to powers of x.</details>
# <details><summary>Hint 3</summary>Or without He_k: np.linalg.lstsq with rows scaled by the root of the
# density.</details>


# %% exercise="normal_fit"
def normal_fit(f, degree: int) -> np.ndarray:
    """Return a_0, ..., a_degree with the least E[(f(x) - sum a_k x**k)**2] for x ~ N(0, 1).

    f takes an array of numbers and returns as many values. The same f must give the same result.
    """
    # BEGIN SOLUTION
    x = np.linspace(-12, 12, 24001)
    weight = np.exp(-(x**2) / 2)
    weight /= weight.sum()
    he = np.polynomial.hermite_e.hermevander(x, degree)
    factorial = np.array([math.factorial(k) for k in range(degree + 1)], float)
    a = np.polynomial.hermite_e.herme2poly(he.T @ (weight * f(x)) / factorial)
    return np.pad(a, (0, degree + 1 - len(a)))
    # END SOLUTION


# %% check="normal_fit" points=2
with checking("normal_fit"):
    checks.check_normal_fit(normal_fit)
    # BEGIN HIDDEN TESTS
    got = np.asarray(normal_fit(relu, 2), float)
    peak = 1 / (2 * np.sqrt(2 * np.pi))
    require(abs(got[2] - peak) < 3e-3, "ReLU's square term is 1/(2 sqrt(2 pi)).")
    # END HIDDEN TESTS

# %% [markdown]
# **CryptoDL** [31, 32] takes another way to ReLU. Training uses the *derivative*, a step. A smooth step, the
# sigmoid of $kx$, is easy to approximate; its integral follows $\log(1 + e^{kx})/k$, which is nearly ReLU.
#
# ### Exercise 10.4: ReLU from a step
#
# *Difficulty 2/5. Importance 2/5. At home, 10 minutes.*
#
# The step is given in $t = x/\text{bound}$. Integrate **over x**.
#
# <details><summary>Hint 1</summary>Integrate each power of t. How long is dx, in dt?</details>
# <details><summary>Hint 2</summary>The constant of integration is what p is at 0.</details>


# %% exercise="relu_from_step"
def relu_from_step(step: np.ndarray, bound: float, at_zero: float) -> np.ndarray:
    """Return p's coefficients of powers of t, one more than step has.

    step: a_0, ..., a_d, coefficients of powers of t = x / bound. The derivative of p by x must
        be the step, and p(0) = at_zero.
    """
    # BEGIN SOLUTION
    step = np.asarray(step, dtype=float)
    return np.append(at_zero, bound * step / np.arange(1, len(step) + 1))
    # END SOLUTION


# %% check="relu_from_step" points=2
with checking("relu_from_step"):
    checks.check_relu_from_step(relu_from_step)
    # BEGIN HIDDEN TESTS
    p = np.asarray(relu_from_step(np.array([1.0]), 3.0, 0.5), float)
    require(np.allclose(p, [0.5, 3.0]), "the integral of 1 is x = 3 t, plus 0.5.")
    # END HIDDEN TESTS

# %% [markdown]
# All of them for ReLU on $[-6, 6]$. **Predict** which is best inside, which leaves ReLU most slowly outside, and
# how far out of the interval an input must be to make a mess.

# %%
ways = {
    "Taylor": taylor("softplus", 4, 6),
    "Chebyshev": chebyshev(relu, 4, 6),
    "least squares": least_squares(relu, 4, 6),
    "minimax": minimax(relu, 4, 6),
    "derivative": derivative_fit(4, 6),
}

# %%
for name, p in ways.items():
    print(f"{name:14} worst on ±6: {max_error(p, relu, 6):7.3f}", end="   ")
    print(f"at 12: {abs(p(12) - 12):8.1f}   at 60: {abs(p(60) - 60):10.0f}")

# %%
inside_and_outside("relu", ways, 6)

# %% [markdown]
# Outside, **every** polynomial of degree $d$ leaves as $x^d$. The derivative-based one, inside only better than Taylor, leaves
# most slowly here: remember that for section 10.7. And tanh, for which an odd polynomial serves:

# %%
for degree in (3, 5, 7, 9):
    fits = [way(np.tanh, degree, 4) for way in (chebyshev, least_squares, minimax)]
    print(degree, np.round([max_error(p, np.tanh, 4) for p in fits], 4))

# %% [markdown]
# ## 10.5 The price: levels
#
# In CKKS a product costs a level, also one with a known number (it rescales). Horner's rule,
# $((a_3 t + a_2)t + a_1)t + a_0$, waits at each step for the one before: $d$ levels. Write instead
#
# $$p(t) = q(t)\, t^{s} + r(t), \qquad s \text{ the largest power of two} \le d,$$
#
# and do the same with $q$ and $r$, both of degree below $s$. Powers $t^2, t^4, t^8, \dots$ come by squaring.
#
# ### Exercise 10.5: how many levels?
#
# *Difficulty 3/5. Importance 4/5. In class, 10 minutes.*
#
# A polynomial of degree 1, $a_1 t + a_0$, takes one level, for $a_1 t$.
#
# <details><summary>Hint 1</summary>Degrees 2 and 3: t^2 takes a level, q = a_3 t + a_2 takes a level, at the same
# time; their product one more.</details>
# <details><summary>Hint 2</summary>Each further level doubles the number of coefficients, d + 1.</details>
# <details><summary>Hint 3</summary>Floats round: log2(2**49) and log2(2**49 + 1) are equal. Integers count their
# bits exactly.</details>


# %% exercise="levels_needed"
def levels_needed(degree: int) -> int:
    """Return the levels that this scheme uses for a polynomial with this degree, 1 or more.

    Exactly and at once for every degree, 2**60 too.
    """
    # BEGIN SOLUTION
    return degree.bit_length()
    # END SOLUTION


# %% check="levels_needed" points=1
with checking("levels_needed"):
    checks.check_levels_needed(levels_needed)
    # BEGIN HIDDEN TESTS
    require(levels_needed(1000) == 10, "degree 1000 takes 10 levels.")
    # END HIDDEN TESTS

# %% [markdown]
# Products take the time. Paterson and Stockmeyer (1973): compute **baby steps** $t, t^2, \dots, t^m$ once, write $p$
# in blocks of $m$ coefficients, and join the blocks by **giant steps** $t^m, t^{2m}, t^{4m}$. About $2\sqrt d$ products
# of ciphertexts, one level more. A `Counted` number stands in for a ciphertext and counts:

# %%
x = Counted(0.9)
horner(np.ones(16), x)
print("Horner, degree 15:", x.tally)

# %% [markdown]
# ### Exercise 10.6: baby steps, giant steps
#
# *Difficulty 4/5. Importance 4/5. In class, 20 minutes.*
#
# Degree 15, at most **8** products of ciphertexts and **5** levels. The `x` you get
# counts, and is sealed: it knows `+` and `*` only, with its like and with numbers. Try yours on a `Counted` first.
#
# <details><summary>Hint 1</summary>Four blocks of four coefficients. Each block needs x, x^2 and x^3, times
# numbers.</details>
# <details><summary>Hint 2</summary>Powers come by squaring. Joining one block after the other takes too many
# levels: join them in pairs.</details>


# %% exercise="evaluate"
def evaluate(coefficients: np.ndarray, x):
    """Return a_0 + a_1 x + ... + a_15 x**15, with at most 8 products of ciphertexts and 5 levels.

    coefficients: a_0, ..., a_15, shape (16,), float64; some may be 0, but not all.
    """
    # BEGIN SOLUTION
    a = coefficients
    x2 = x * x
    x3, x4 = x2 * x, x2 * x2
    blocks = [
        a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8, 12)
    ]
    low = blocks[0] + blocks[1] * x4
    high = blocks[2] + blocks[3] * x4
    return low + high * (x4 * x4)
    # END SOLUTION


# %% check="evaluate" points=3
with checking("evaluate"):
    checks.check_evaluate(evaluate)
    # BEGIN HIDDEN TESTS
    checks.check_evaluate(evaluate, at=-0.5, seed=None)
    # END HIDDEN TESTS

# %%
print("degree   " + "   ".join(f"{scheme:>20}" for scheme in SCHEMES))
for degree in (3, 7, 15, 31):
    counted = [cost(np.ones(degree + 1), scheme) for scheme in SCHEMES]
    counts = [f"{c.levels:3} levels {c.products:3} prod." for c in counted]
    print(f"{degree:6}   " + "   ".join(counts))

# %% [markdown]
# ### Can the context afford it?
#
# A level is a middle prime; primes have to fit the bits that $n$ allows; a larger $n$ costs time. **Predict:** sigmoid on
# $\pm 8$, degree 7, Horner, $n = 8192$. Affordable? Then drag. What does twice the interval ask of the degree?

# %%
explore.degree_explorer()

# %% [markdown]
# ### Exercise 10.7: the cheapest degree
#
# *Difficulty 2/5. Importance 4/5. At home, 12 minutes.*
#
# `chebyshev(f, degree, bound)` returns a polynomial `p`; `p(x)` takes an array.
#
# <details><summary>Hint 1</summary>Measure on a fine grid over the whole interval, not at the nodes.</details>
# <details><summary>Hint 2</summary>The kink of ReLU is at 0: let 0 be on the grid.</details>

# %% varies="cheapest_degree"
HIGHEST = 31  # of 15, 19, 23, 27, 31


# %% exercise="cheapest_degree"
def cheapest_degree(f, bound: float, tolerance: float) -> int:
    """Return the lowest degree in 1..HIGHEST whose Chebyshev approximation is within tolerance on [-bound, bound].

    HIGHEST is {{HIGHEST}}: the context affords no more. Raises ValueError if there is no such degree.
    """
    # BEGIN SOLUTION
    x = np.linspace(-bound, bound, 4001)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    raise ValueError(f"tolerance {tolerance} needs a degree above {HIGHEST}")
    # END SOLUTION


# %% check="cheapest_degree" points=2
with checking("cheapest_degree"):
    checks.check_cheapest_degree(cheapest_degree, highest=HIGHEST)
    # BEGIN HIDDEN TESTS
    require(cheapest_degree(np.tanh, 1.0, 0.02) <= 3, "tanh on [-1, 1] needs a cubic.")
    # END HIDDEN TESTS

# %% [markdown]
# ## 10.6 In the clear and under CKKS
#
# The same code, once on numbers, once on ciphertexts. Each scheme gets the smallest context that it fits.


# %%
def run(scheme, p, values):
    plan = parameters(cost(p.coef, scheme).levels)
    vector = ts.ckks_vector(tenseal_context(plan), (values / p.domain[1]).tolist())
    with costs.seconds() as spent:
        result = SCHEMES[scheme](p.coef, vector)
    gap = np.abs(np.array(result.decrypt()) - p(values)).max()
    return cost(p.coef, scheme).levels, plan.poly_modulus_degree, spent.seconds, gap


# %%
tries = [(degree, scheme) for degree in (3, 7) for scheme in SCHEMES]
tries += [(15, "baby-step giant-step"), (15, "tree")]
values, rows = np.linspace(-8, 8, 1000), []
for degree, scheme in tries:
    measured = run(scheme, chebyshev(sigmoid, degree, 8), values)
    rows.append((f"{scheme}, degree {degree}", *measured))

# %%
for label, levels, n, seconds, gap in rows:
    print(f"{label:32} {levels} levels  n = {n:5}", end="  ")
    print(f"{seconds:6.3f} s  equal within {gap:.0e}")
assert max(row[-1] for row in rows) < 1e-3

# %%
p = chebyshev(sigmoid, 15, 8)
print(f"degree 15 against the sigmoid itself: {max_error(p, sigmoid, 8):.0e}")
plan = parameters(cost(p.coef, "Horner").levels)
print("Horner with degree 15 would need n =", plan.poly_modulus_degree)
evaluation_costs(rows)

# %% [markdown]
# The difference from plaintext is CKKS's, and grows with the coefficients of powers of $t$: those of degree 15 are
# large and nearly cancel. The approximation error comes on top. Even at degree 15 it is the larger one, if no longer by
# much. What happens without enough levels, SEAL says itself:

# %%
short = tenseal_context(parameters(2))
try:
    horner(chebyshev(sigmoid, 7, 8).coef, ts.ckks_vector(short, [0.5]))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## 10.7 In a convolutional network
#
# Two convolutions with batch normalisation, two activations, **mean** pooling (a maximum is no polynomial), one linear
# layer, on the 8x8 digits. First: train with ReLU. What enters the activations?

# %%
model = polynomial_cnn.train_cnn(nn.ReLU(), seed=SEED)
print(f"ReLU: {polynomial_cnn.accuracy_of(model):.3f}")
for layer, z in enumerate(polynomial_cnn.preactivations(model), start=1):
    print(f"into activation {layer}: deviation {z.std():.2f}", end=", ")
    beyond = [f"{(z.abs() > bound).float().mean():.2%}" for bound in (3, 5, 8)]
    print(f"largest {z.abs().max():.1f}; beyond ±3, ±5, ±8: {', '.join(beyond)}")

# %% [markdown]
# Then swap a polynomial in. $\pm 3$ is too short; $\pm 8$ holds nearly all. **Predict** the order of Taylor, Chebyshev and
# derivative-based on each.


# %%
def accuracy_with(method, bound):
    p = approximate("relu", method, 4, bound)
    changed = polynomial_cnn.swapped(model, polynomial_cnn.PolynomialActivation(p))
    return round(polynomial_cnn.accuracy_of(changed), 3)


# %%
for bound in (3, 5, 8):
    print(f"swapped in on ±{bound}:", end=" ")
    print({m: accuracy_with(m, bound) for m in ("taylor", "chebyshev", "derivative")})

# %% [markdown]
# (Taylor knows no interval: three times the same.) Then: train **with** the polynomial from the beginning, as CryptoDL [31, 32] does. The weights learn to stay in
# the interval.

# %%
p = chebyshev(relu, 4, 5)
ours = polynomial_cnn.train_cnn(polynomial_cnn.PolynomialActivation(p), seed=SEED)
print(f"trained with Chebyshev, degree 4: {polynomial_cnn.accuracy_of(ours):.3f}")

# %% [markdown]
# One seed proves little. The next cell shows six, trained beforehand by a script in the package.
# **Predict:** swapped in on $\pm 3$, which degree does best: 2, 4 or 6? And on $\pm 8$?

# %%
explore.cnn_explorer()

# %%
runs = load_cnn_runs()


def mean(way, method, degree, bound):
    return find(runs, way, method, degree, bound).mean


# %%
print(f"ReLU {mean('trained', 'relu', 0, 0.0):.3f}")
for method in ("taylor", "chebyshev", "minimax", "derivative"):
    swapped_in = [mean("swapped", method, 4, bound) for bound in (3.0, 5.0, 8.0)]
    print(f"{method:11} swapped ±3, ±5, ±8: {np.round(swapped_in, 3)}", end="   ")
    print(f"trained: {mean('trained', method, 4, 5.0):.3f}")

# %% [markdown]
# The papers report Taylor < Chebyshev < derivative-based. So it is on the short interval: the derivative-based one leaves
# most slowly. On an interval that holds nearly all inputs, Chebyshev is ahead of it; one that is longer than it must be costs
# both. A higher degree is no cure: on $\pm 3$ degree 2 is best nearly everywhere, since it leaves as $x^2$. **The interval decides
# more than the method**, and training with the polynomial more than both: then all but Taylor are within 1.5 points of ReLU.

# %%
on_3 = [mean("swapped", m, 4, 3.0) for m in ("taylor", "chebyshev", "derivative")]
assert on_3[0] < on_3[1] <= on_3[2]
for method in ("taylor", "chebyshev", "least squares", "normal", "minimax"):
    by_degree = [mean("swapped", method, degree, 3.0) for degree in (2, 4, 6)]
    assert max(by_degree) == by_degree[0]

# %%
for method in ("chebyshev", "least squares", "normal", "minimax", "derivative"):
    lost = mean("trained", "relu", 0, 0.0) - mean("trained", method, 4, 5.0)
    assert lost <= 0.015
assert mean("trained", "taylor", 4, 5.0) < mean("trained", "chebyshev", 4, 5.0)

# %% [markdown]
# ## 10.8 Mara's score, and an error nobody sees
#
# The law network, with minimax of degree 4. All 1,500 test cases travel in eight ciphertexts, one a feature.

# %%
inputs = np.abs(X @ W.T + b).max()
bound = math.ceil(inputs)
p = minimax(relu, 4, bound)
levels = 1 + cost(p.coef, "tree").levels  # one for the weights; 1/bound and v cost none
print(f"largest input {inputs:.2f}, interval ±{bound}, {levels} levels")

# %%
channel = Channel("court", "centre")
court = polynomial_service.Court(channel["court"], parameters(levels))
centre = polynomial_service.Centre(channel["centre"], W, b, p, v, constant)
court.send_keys()
centre.receive_keys()


# %%
def ask(rows):
    court.send_query(rows)
    centre.answer()
    return court.receive_answer()


with costs.seconds() as spent:
    scores = ask(X_test)

# %%
print(f"{spent.seconds:.1f} s for {len(scores)} cases in {court.slots} slots", end="; ")
print(f"Mara: {scores[mara]:+.3f}")
for sent in channel.messages:
    print(f"{sent.sender} -> {sent.receiver}: {sent.label:8} {sent.size:>10,} bytes")

# %%
clear, exact = score(p, X_test), score(relu, X_test)
print(f"equal to plaintext within {np.abs(scores - clear).max():.0e}", end="; ")
print(f"accuracy {np.mean((scores > 0) == cases.y_test):.3f}")
print(f"same decision as with ReLU: {np.mean((scores > 0) == (exact > 0)):.1%}")
print(f"Mara with ReLU {exact[mara]:+.3f}, with the polynomial {clear[mara]:+.3f}")

# %% [markdown]
# CKKS is exact enough; the polynomial is not ReLU. Cases near 0 change sides, and no one of them is told. (A network trained
# with the polynomial has no such second opinion.)
#
# Now a clerk types Mara's age as 580. In the clear a program could refuse it. The centre sees a ciphertext like any
# other. **Predict** what the score does.

# %%
typo = X_test[[mara]].copy()
years = [cases.records[row].age for row in cases.train]
typo[0, FEATURES.index("age")] = (580 - np.mean(years)) / np.std(years)
wrong = ask(typo)[0]
print(f"58: {scores[mara]:+.2f}   580, decrypted: {wrong:+.1f}")

# %%
value = score(p, typo)[0]
print(f"580 in the clear: ReLU {score(relu, typo)[0]:+.1f}, ", end="")
print(f"polynomial {value:+.1f} = {wrong:+.1f} + {(value - wrong) / 256:.2f} times 256")

# %% [markdown]
# No exception, a confident number, twice wrong. Outside the interval the polynomial leaves as $x^4$. And its value does not even
# fit: the first prime has 8 bits more than the scale, room for $\pm 128$, and what is larger wraps around (chapter 9).
#
# **Defend:** only the client can check, so it has to know what to check. The centre publishes a range for each *feature*:
# round numbers, in which honest cases lie, and not the exact extremes of its training data. The court's program refuses the rest:

# %%
LOW, HIGH = -3.0, 5.0  # standardised


def checked(cases_in):
    outside = (cases_in < LOW) | (cases_in > HIGH)
    if outside.any():
        feature = FEATURES[np.argwhere(outside)[0, 1]]
        raise ValueError(f"{feature} is outside its published range")
    return cases_in


# %%
assert checked(X) is X
try:
    ask(checked(typo))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# **Attack again:** every feature at that end of its range which drives one hidden unit farthest. **Predict:** does the check help?

# %%
ends = np.where(W > 0, LOW, HIGH), np.where(W > 0, HIGH, LOW)
corners = checked(np.vstack(ends))
reach = np.abs(corners @ W.T + b).max()
print(f"features all in range, and a unit gets {reach:.1f} (interval ±{bound})")

# %%
for edge in (bound, math.ceil(reach)):
    r = minimax(relu, 4, edge)
    far = np.abs(score(r, corners) - score(relu, corners)).max()
    agree = ((score(r, X_test) > 0) == (exact > 0)).mean()
    print(f"on ±{edge}: {max_error(r, relu, edge):.2f} inside, score off by", end=" ")
    print(f"{far:.1f} at a corner, {agree:.1%} as with ReLU")

# %% [markdown]
# Ranges alone do not keep a sum in its interval. An interval that holds the worst sum does, and every honest case pays for it. The
# other way is to train with the polynomial, on inputs cut to the published ranges (question 10.8).

# %% [markdown]
# ## 10.9 Attack: the clerk takes the model
#
# With ReLU the network has kinks. With polynomials of degree 4 it *is* a polynomial of degree 4 in eight inputs: it
# has $\binom{8+4}{4}$ coefficients. A clerk with that many scores solves a linear system. **Predict** how many encrypted requests
# that takes.

# %%
needed = math.comb(8 + 4, 4)
queries = np.random.default_rng(SEED).normal(size=(2 * needed, 8))
copy = polynomial_service.copy_model(queries, ask(queries), degree=4)
print(needed, "coefficients, from one request of", len(queries), "slots")
print("same decision on all test cases:", np.mean((copy(X_test) > 0) == (clear > 0)))

# %% [markdown]
# One request. The centre cannot tell these slots from cases. With a copy in hand the clerk can ask it, offline and for ever,
# about the people it was trained on (chapter 3). **Defend:** add noise to the scores. **Attack again:** ask more often.

# %%
noise = np.random.default_rng(SEED + 1)
for count in (2 * needed, 4 * needed):
    asked = noise.normal(size=(count, 8))
    noisy = score(p, asked) + 0.3 * noise.normal(size=count)
    again = polynomial_service.copy_model(asked, noisy, degree=4)
    same = np.mean((again(X_test) > 0) == (clear > 0))
    print(f"{count} noisy scores (deviation 0.3): {same:.1%} of decisions copied")

# %% [markdown]
# (The noisy scores are computed in the clear here: what the clerk decrypts is the same to four digits.) Noise
# averages out. So count *cases*, not requests, and allow fewer than there are coefficients? A clerk who knows $p$ and the number
# of hidden units needs not the coefficients, only $W$, $b$, $v$ and $c$. **Predict** how many scores that takes.

# %%
unknown = W.size + b.size + v.size + 1
few = queries[:60]
copy = polynomial_service.copy_weights(few, score(p, few), p, hidden=4, rng=noise)
same = np.mean((copy(X_test) > 0) == (clear > 0))
print(f"{unknown} unknowns, {len(few)} scores: {same:.1%} of decisions copied")

# %% [markdown]
# The number of weights is what counts, and here even that many cases are an afternoon's work. What is left: allow a client
# fewer answers than the model has weights, give out decisions in place of scores (which slows the clerk, and does not stop
# them), or a noise that is counted against the number of answers: chapter 15.
#
# ### Question 10.8 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# The centre publishes the interval of each activation, so that others can build compatible clients: "the exact minimum and maximum
# over our training cases. These are only parameters of the approximation; no personal data is in them." And it says that, inputs
# being encrypted, no client can do harm. Answer in four or five sentences: what does the first claim overlook, what does the
# second, and what would you publish and check instead?

# %% [markdown] question="published_interval" points=3
# *Model answer.* The exact extremes are a statistic of the training cases, and each is set by *one* person: somebody who knows
# the weights and nearly all of that person's file learns the rest from the number, and whether an outlier was in the training set
# shows in it (1 point). Encryption hides an input that leaves the interval from the centre as well: the polynomial grows like x^d, the
# score is wrong without exception, by accident or on purpose; and many well-chosen inputs determine the whole model (1 point).
# Publish rounded or clipped ranges, chosen without looking at single cases or with differential privacy, per feature; let the client check
# them before encryption and the score's plausibility after; train with the polynomial on clipped inputs; count cases per client
# (1 point for any sound pair of measures). Deduct for "the centre checks the input": it cannot.

# %% [markdown]
# ## Summary
#
# - Encryption that adds and multiplies computes polynomials. Activations must become polynomials.
# - Taylor is best at a point, Chebyshev nearly best on an interval, minimax best there; least squares under N(0, 1) fits batch
#   normalisation; the derivative-based way leaves ReLU slowly outside.
# - Outside the interval all go wrong as $x^d$, silently. Only the owner of the data can check.
# - Degree costs levels: $d$ with Horner, about $\log_2 d$ with a tree, one more but far fewer products with
#   baby and giant steps. Levels cost bits, bits cost ring degree, ring degree costs time.
# - Train with the polynomial: then degree 4 is within 1.5 points of ReLU on the digits.
# - Features in their ranges are not enough: sums leave the interval. And a value that does not fit the ciphertext wraps around.
# - A polynomial network is a polynomial. Enough answers determine it, about as many as it has weights.
#
# **Costs here:** printed in 10.6 and 10.8; one round (a query, an answer), plus the context once. **Not protected:** correctness
# outside the interval, the model from its clients, and what the decrypted score says about Mara.
#
# ## Further reading
#
# - [26] F. Bu, Y. Ma, Z. Chen, H. Xu, *Privacy Preserving Back-Propagation Based on BGV on Cloud*, HPCC 2015; [27] Q. Zhang, L. Yang,
#   Z. Chen, *Privacy Preserving Deep Computation Model on Cloud for Big Data Feature Learning*, IEEE Transactions on Computers 2016.
# - [30] E. Hesamifard, H. Takabi, M. Ghasemi, R. Wright, *Privacy-preserving Machine Learning as a Service*, PoPETs 2018.
# - [31, 32] E. Hesamifard, H. Takabi, M. Ghasemi, *CryptoDL: Deep Neural Networks over Encrypted Data*, 2017, and *Deep Neural
#   Networks Classification over Encrypted Data*, CODASPY 2019.
# - [22] H. Chabanne and others, *Privacy-Preserving Classification on Deep Neural Network*, 2017.
# - M. Paterson, L. Stockmeyer, *On the Number of Nonscalar Multiplications Necessary to Evaluate Polynomials*, 1973.
# - L. N. Trefethen, *Approximation Theory and Approximation Practice*, SIAM 2013: to learn the mathematics from.
# - F. Tramèr and others, *Stealing Machine Learning Models via Prediction APIs*, USENIX Security 2016.
#
# ## Quiz
#
# 1. The interval doubles. Keep the degree: what happens to the error, inside?
#    <details><summary>Answer</summary>It grows: the same polynomial has to follow a steeper function of t.</details>
# 2. Degree 7 or degree 8, evaluated by the tree: what does the one more cost?
#    <details><summary>Answer</summary>A level: 3 become 4. Degrees just below a power of two are the good ones.</details>
# 3. Why is 1/bound not multiplied under encryption?
#    <details><summary>Answer</summary>It can be folded into the weights before, for nothing.</details>
# 4. Why mean pooling?
#    <details><summary>Answer</summary>A mean is linear. A maximum is not a polynomial.</details>
# 5. Does batch normalisation make the fit under N(0, 1) safe on every input?
#    <details><summary>Answer</summary>No. It makes inputs normal on average over the training data; one outlier still
#    leaves the range.</details>
