# %% [markdown]
# # 6. Learning on two servers
#
# **After this chapter you can**
#
# - share a matrix between two servers so that neither learns anything from its part;
# - multiply shared matrices with one opening each, and cut products back on shares, with both signs right;
# - say when that truncation fails, by how much, and which bound a plan must keep;
# - replace a sigmoid by what shares can compute, and say why anything that is not linear is dear;
# - train a model that neither server can read, and recover case files where a mask served twice.
#
# *Time: 85 minutes in class: 31 reading, 10 at the widgets, 44 exercises. At home: 63 minutes.
# Needs: chapters 4 and 5. Runs in under a minute.*

# %%
import secrets

import numpy as np
from scipy import stats

from ppdl_course.checks import two_server_learning as checks
from ppdl_course.checks.verdict import checking
from ppdl_course.data import Split, load_digits_split, load_law_cases
from ppdl_course.figures import two_server_learning as figures
from ppdl_course.law.readable import read_row
from ppdl_course.mpc.learning import regression, twin
from ppdl_course.mpc.learning.fixed_point import FixedPoint, truncate
from ppdl_course.mpc.learning.material import Mask, Product, Side
from ppdl_course.mpc.learning.session import together
from ppdl_course.mpc.planning import activations, small_rings
from ppdl_course.mpc.sharing.additive import join, split
from ppdl_course.parties import costs
from ppdl_course.widgets import two_server_learning as explore
from ppdl_course.widgets.player import player

F = 13  # fraction bits, as in the paper
fixed = FixedPoint(F)

# %% [markdown]
# ## 6.1 Many courts, one model
#
# Courts would like to learn together what leads to prison. Hana Calderova's file, which we met in
# chapter 1, is among the rows, and no court may hand it to another, nor to a company.
#
# SecureML [14] needs no trusted machine, only two that do not talk behind our backs. Each court cuts
# its rows into two **shares**, one for each of two servers, run by, say, the bar and the ministry.
# The servers compute on shares, and at the end the courts add two shares of the weights.

# %%
cases, digits = load_law_cases(), load_digits_split()
hana = cases.records[0]
print(f"{hana.name}: age {hana.age}, {hana.district}, {hana.charge}")


def with_constant(X):
    return np.column_stack([np.ones(len(X)), X])


# %%
law = Split(
    with_constant(cases.X_train),
    cases.y_train,
    with_constant(cases.X_test),
    cases.y_test,
)
print(f"{len(law.X_train)} cases with {law.X_train.shape[1]} columns to learn from")

# %% [markdown]
# | | in this chapter |
# |---|---|
# | **adversary** | one of the two servers, with any of the courts; it follows the protocol and studies all it sees |
# | **sees** | its shares, and matrices that are opened under masks |
# | **protected** | every record, every label, the weights and all that lies between |
# | **not protected** | sizes, the batches' order, the number of steps; what the finished model tells |
# | **not at all** | anything against **both** servers together; a result against a server that computes wrongly, or a court that lies |
# | **costs** | measured in section 6.9 |
#
# ## 6.2 A matrix in two shares
#
# A processor adds and multiplies modulo $2^{64}$ anyway (`uint64`). So let all numbers live there.
# A number $x$ becomes the integer nearest to $2^f x$, with $f = 13$ **fraction bits**; integers from $2^{63}$
# on stand for negative ones. Then the shares: $X_0$ uniform, $X_1 = X - X_0$.
#
# ### Exercise 6.1: share a matrix
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>np.rint(...).astype(np.int64).view(np.uint64) reads integers of both
# signs as words modulo 2^64.</details>
# <details><summary>Hint 2</summary>secrets.token_bytes gives 8 random bytes a word, and
# np.frombuffer(data, np.uint64) reads them.</details>


# %% exercise="share_matrix"
def share_matrix(X: np.ndarray, f: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two shares (X0, X1) of a matrix in fixed point, uint64 of its shape.

    X0 + X1 modulo 2^64 is the integer nearest to 2^f X, entry by entry; f is at least 0.
    Each share alone is uniform, not stretched from fewer random bits, and independent of
    X and of any other call.
    """
    # BEGIN SOLUTION
    words = np.rint(X * 2.0**f).astype(np.int64).view(np.uint64)
    data = secrets.token_bytes(8 * X.size)
    mask = np.frombuffer(data, np.uint64).reshape(X.shape)
    return mask, words - mask
    # END SOLUTION


# %% check="share_matrix" points=2
with checking("share_matrix"):
    checks.check_share_matrix(share_matrix)
    # BEGIN HIDDEN TESTS
    checks.check_share_matrix(share_matrix, rows=90, columns=30)
    # END HIDDEN TESTS

# %% [markdown]
# The check counts: of thousands of words each bit is 1 in about half, on either server. A right answer
# fails it less than once in ten million times. Here is the same count for this chapter's data, beside
# the data themselves: a test that finds nothing must be able to find something.


# %%
def ones(words):
    flat = np.ascontiguousarray(words).view(np.uint8).reshape(-1, 8)
    return np.unpackbits(flat, axis=1, bitorder="little").mean(axis=0)


words = fixed.encode(law.X_train)
first, second = split(words)
views = {"server 0": ones(first), "server 1": ones(second), "the data": ones(words)}

# %%
n = words.size
bound = stats.binom.isf(1e-6 / 256, n, 0.5) / n - 0.5  # 128 coins, two sides
assert max(abs(views[f"server {i}"] - 0.5).max() for i in (0, 1)) < bound
assert abs(views["the data"] - 0.5).max() > bound
figures.word_bits(views, runs=n, bound=bound)

# %% [markdown]
# ### Exercise 6.2: and back
#
# *Difficulty 1/5. Importance 3/5. At home, 6 minutes.*
#
# Your servers agreed on {{FRACTION_BITS}} fraction bits.
#
# <details><summary>Hint 1</summary>Words of uint64 wrap when they are added. How does a word become a
# number with a sign?</details>

# %% varies="rebuild_matrix"
FRACTION_BITS = 13  # of 11, 12, 13, 14, 15


# %% exercise="rebuild_matrix"
def rebuild_matrix(X0: np.ndarray, X1: np.ndarray) -> np.ndarray:
    """Return the matrix of numbers whose shares are X0 and X1, both uint64 matrices.

    They have FRACTION_BITS = {{FRACTION_BITS}} fraction bits; words from 2^63 on stand for
    negative numbers.
    """
    # BEGIN SOLUTION
    return (X0 + X1).view(np.int64) / 2.0**FRACTION_BITS
    # END SOLUTION


# %% check="rebuild_matrix" points=1
with checking("rebuild_matrix"):
    checks.check_rebuild_matrix(rebuild_matrix, fraction_bits=FRACTION_BITS)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_rebuild_matrix(rebuild_matrix, fraction_bits=FRACTION_BITS)
    # END HIDDEN TESTS

# %% [markdown]
# ## 6.3 A product of two secrets
#
# Sums are free: each server adds its shares. A product is not, since $X_0 W_1$ needs both servers.
# Beaver's trick of chapter 4 works for whole matrices. Before anybody has data, a **dealer** (for
# now) shares two random masks and their product, $Z = UV$. Then the servers **open**
#
# $$E = X - U, \qquad F = W - V.$$
#
# Under a uniform mask, $E$ says nothing about $X$. And server $i$, with its own shares $X_i$, $W_i$, $Z_i$, goes on alone.
# A vector of bits in chapter 4, a matrix here: opening costs a word for each **entry**, and the many multiplications behind it cost no message at all.
#
# ### Exercise 6.3: a server's part
#
# *Difficulty 3/5. Importance 5/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>Put W = F + V into X W, then X = E + U into what is left.</details>
# <details><summary>Hint 2</summary>E and F are known to both servers. A term that holds nothing else must not be
# counted twice.</details>


# %% exercise="beaver_share"
def beaver_share(i, E, F, X, W, Z) -> np.ndarray:
    """Return server i's share of the matrix product X W, i = 0 or 1, uint64 (n, k).

    E = X - U (n, m) and F = W - V (m, k) are open. X, W and Z are this server's shares of
    X (n, m), W (m, k) and U V (n, k). All are uint64, and nothing more is sent.
    """
    # BEGIN SOLUTION
    share = X @ F + E @ W + Z
    return share - E @ F if i == 1 else share
    # END SOLUTION


# %% check="beaver_share" points=3
with checking("beaver_share"):
    checks.check_beaver_share(beaver_share)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_beaver_share(beaver_share)
    # END HIDDEN TESTS

# %% [markdown]
# Watch two servers multiply, a row of two cases by two weights. **Predict:** how many messages cross between the
# servers, and could server 0 tell the numbers from them? Then take its view.


# %%
def product_of(server, x, w):
    X, W = server.masked(X=x, W=w)  # one opening for both
    return server.product(X, W)


plan = [Mask("X", (2, 2)), Mask("W", (2, 1)), Product(Side("X"), Side("W"))]
x, w = np.array([[1.5, -2.0], [0.25, 4.0]]), np.array([[2.0], [-1.0]])

# %%
run = together(product_of, plan, fixed.encode(x), fixed.encode(w))
assert np.array_equal(fixed.decode(run.total, products=1), x @ w)
player(run.channel, caption="Which numbers on server 0's side depend on the data?")

# %% [markdown]
# Two messages, one each way, in one round. The dealer sends seeds, from which both servers stretch their
# masks, and one correction to server 1, for its share of $Z$.
#
# In learning, the data matrix takes part in every step: it is opened **once**, under one mask, and stays open. Weights
# change at each step: a fresh mask each time. Section 6.8 shows what happens otherwise.
#
# ## 6.4 Cutting products back
#
# A product of numbers with 13 fraction bits has 26. Divide by $2^{13}$, or after five steps
# nothing fits. But neither server knows the number. SecureML's surprise: each may divide **its own share**, without a
# message. The result is off by a unit of the last place at most, and learning does not notice.
#
# Only the wrap is in the way. For a small $x \ge 0$ the shares add up to $2^{64} + x$ nearly always, and $2^{64}/2^f$ is
# not 0 modulo $2^{64}$.
#
# ### Exercise 6.4: truncate a share
#
# *Difficulty 3/5. Importance 5/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>If server 0 holds s, server 1 holds x - s. What is server 1's share, read as the number
# s - x with its sign turned?</details>
# <details><summary>Hint 2</summary>Server 1 can divide s - x, which does not wrap, and turn the sign of what
# comes out.</details>


# %% exercise="truncate_share"
def truncate_share(share: np.ndarray, f: int, i: int) -> np.ndarray:
    """Return server i's share of floor(x / 2^f), up to one unit, without any message.

    share is server i's share of integers x, a uint64 matrix, |x| < 2^40, 1 <= f <= 30. x may
    be negative. The two servers, i = 0 and i = 1, may do different things.
    """
    # BEGIN SOLUTION
    if i == 0:
        return share >> np.uint64(f)
    zero = np.uint64(0)
    return zero - ((zero - share) >> np.uint64(f))
    # END SOLUTION


# %% check="truncate_share" points=3
with checking("truncate_share"):
    checks.check_truncate_share(truncate_share)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_truncate_share(truncate_share)
    # END HIDDEN TESTS

# %% [markdown]
# "Nearly always" is not always. If server 0's share happens to be smaller than $x$, the sum did not wrap, and
# the result is off: not by a unit but by $2^{64-f}$, which is $2^{51}$. **Predict** how often, for $x = 2^{40}$ and
# for $x = 2^{60}$. Count:


# %%
def failures(bits, runs=1 << 17):
    x = np.full(runs, 1 << bits)
    shares = split(x)
    y = join(*(truncate(share, F, i) for i, share in enumerate(shares)))
    return int((abs(y - (x >> F)) > 1).sum())


sizes = list(range(44, 63, 2))
failed = [failures(bits) for bits in sizes]
assert failed[0] <= 6
assert failed[-1] > (1 << 17) / 8

# %% [markdown]
# Which sizes does a training meet? Its **plain twin** takes the same steps on plain integers and keeps the record. Two
# epochs over the law cases, batches of 128; the rate over the batch's size is a power of two, so that it is
# a truncation as well.

# %%
rng = np.random.default_rng(6)
law_plan = regression.RegressionPlan(
    *law.X_train.shape,
    schedule=regression.batches(len(law.X_train), batch=128, epochs=2, rng=rng),
    rate_bits=8,
)
y, start = law.y_train[:, None].astype(float), np.zeros((law.X_train.shape[1], 1))

# %%
plain = twin.Plain(fixed, rng=rng)
twin_weights = plain.decode(twin.train(plain, law_plan, law.X_train, y, start))
print(f"expected number of failures in this training: {plain.failures:.1e}")
figures.truncation_failures(sizes, failed, 1 << 17, plan=np.log2(plain.largest))

# %% [markdown]
# The probability is $|x|/2^{64}$: one more bit in the number, twice the risk. The **bound a plan must keep**: sum
# $|x|/2^{64}$ over all products that are truncated, and see that it is small. Ours does. A ring of 32 bits would halve all bytes:

# %%
narrow = small_rings.SmallRing(32, rng)
w = small_rings.train(narrow, law_plan, F, law.X_train, y)
right = activations.accuracy(w[:, 0], law.X_test, law.y_test)
print(
    f"{narrow.failures} of {narrow.truncations} truncations failed: {right:.3f} right"
)
assert narrow.failures > 0

# %% [markdown]
# Each failure throws a number off by a large part of the ring; the servers see uniform words, as always. Every setting below
# is a training of its own, run here. **Predict** which costs more accuracy: too few fraction bits, or too many?

# %%
exact = activations.learn(
    activations.expit, law.X_train, law.y_train, law_plan.schedule, 0.5
)
law_exact = activations.accuracy(exact, law.X_test, law.y_test)
explore.precision_explorer(law, law_plan, law_exact)

# %% [markdown]
# Too few fraction bits cost some points, and smoothly. Too many for the ring, and products overflow or
# truncations fail: the model is lost, in silence.
#
# ## 6.5 What is not linear
#
# The sigmoid is no sum and no product. Polynomials are, and so the earlier systems took the Taylor series. SecureML takes
# three straight pieces:
#
# $$f(u) = 0 \text{ below } -\tfrac12, \qquad u + \tfrac12 \text{ between}, \qquad 1 \text{ above } \tfrac12.$$
#
# **Predict:** which of them learns to tell a zero from the other nine digits? All see the same batches and take the same rate.

# %%
zeros = Split(
    with_constant(digits.X_train),
    (digits.y_train == 0).astype(int),
    with_constant(digits.X_test),
    (digits.y_test == 0).astype(int),
)
batches = regression.batches(len(zeros.X_train), 128, 5, np.random.default_rng(6))

# %%
stand_ins = {"exact sigmoid": activations.expit, "3 pieces": activations.pieces(3)}
stand_ins |= {f"Taylor {d}": activations.taylor(d) for d in (1, 3, 5)}
stand_ins |= {f"fitted {d}": activations.fitted(d, bound=24) for d in (2, 5, 10)}


def learnt(f):
    w = activations.learn(f, zeros.X_train, zeros.y_train, batches, rate=1.0)
    return activations.accuracy(w, zeros.X_test, zeros.y_test)


# %%
table = {name: learnt(f) for name, f in stand_ins.items()}
majority = 1 - zeros.y_test.mean()
assert abs(table["3 pieces"] - table["exact sigmoid"]) < 0.01
assert all(table[f"Taylor {d}"] <= majority for d in (1, 3, 5))
assert table["fitted 2"] < table["fitted 5"] < table["fitted 10"]

# %%
points = np.linspace(-6, 6, 200)
shown = ("exact sigmoid", "3 pieces", "Taylor 5", "fitted 10")
curves = {name: stand_ins[name](points) for name in shown}
figures.activations(curves, points, table, majority=majority)

# %% [markdown]
# Beyond the interval where it is good, a polynomial runs away: errors grow, weights grow, scores leave the interval
# still further. Taylor ends with one class for all. Fitted over a wide interval, degree 10 is good; it also costs up to nine products more. Three pieces do as well as the sigmoid: SGD needs the sign of the error and not more
# than its rough size. The paper's table has the same shape.
#
# A piece needs a **comparison**: is $u + \tfrac12 \ge 0$? That is the top bit of the sum of two shares, so an addition, bit by
# bit: the circuit of chapter 5, on XOR shares as in chapter 4. Watch one number:

# %%
from ppdl_course.mpc.learning import nonlinear

u = np.array([-0.75])
run = together(nonlinear.negative, nonlinear.sign_requests(1, 32), fixed.encode(u))
first, second = run.results
assert (first ^ second)[0] & np.uint64(1) == 1  # -0.75 is below 0
player(run.channel, caption="How many openings does one sign take?")

# %% [markdown]
# With the product behind it that makes seven rounds for a ReLU, where a product of matrices takes one.
#
# ### Exercise 6.5: a sigmoid on shares
#
# *Difficulty 2/5. Importance 4/5. At home, 12 minutes.*
#
# `at_least_0(x)` gives shared numbers, 1 where $x \ge 0$ and 0 elsewhere. Shared numbers can be added,
# subtracted and multiplied. You may compare twice.
#
# <details><summary>Hint 1</summary>Which two of these numbers are 1 in the middle piece, in the last one?</details>
# <details><summary>Hint 2</summary>The difference of the two is 1 exactly in the middle.</details>


# %% exercise="sigmoid_on_shares"
def sigmoid_on_shares(u, at_least_0):
    """Return f(u), shared: 0 for u < -1/2, 1 for u >= 1/2, u + 1/2 in between.

    u is an array of shared numbers. + and - take shared or public numbers; * too, where a
    product of two shared ones costs a round. at_least_0(x) is a comparison. At most two
    comparisons and two products of shared numbers.
    """
    # BEGIN SOLUTION
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return (up - down) * (u + 0.5) + down
    # END SOLUTION


# %% check="sigmoid_on_shares" points=2
with checking("sigmoid_on_shares"):
    checks.check_sigmoid_on_shares(sigmoid_on_shares)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_sigmoid_on_shares(sigmoid_on_shares)
    # END HIDDEN TESTS

# %% [markdown]
# There are two ways to a comparison. **GMW**: bits as XOR shares, a triple for each AND, six rounds. **Yao**: server 0 garbles a
# circuit that adds the two shares, compares, and takes off a random word again; rounds do not grow, whatever the
# circuit. Measured over a channel that counts, beside the price of opening a number for a product:

# %%
from ppdl_course.mpc.learning import yao


def opened(server, x):
    return server.masked(X=x)[0].share


def priced(name, program, requests, x):
    with costs.seconds() as spent:
        run = together(program, requests, x, keep_bodies=False)
    each, speed = run.bytes / len(x), len(x) / spent.seconds
    print(
        f"{name:22}{each:9.0f} bytes each, {run.rounds} rounds, {speed:9,.0f} a second"
    )
    return each


# %%
many = fixed.encode(np.linspace(-2, 2, 20_000)[:, None])
few = many[::40]
priced("opened for a product", opened, [Mask("X", many.shape)], many)
relu_bytes = priced(
    "ReLU by GMW",
    lambda server, x: nonlinear.relu(server, x)[0],
    nonlinear.relu_requests(len(many)),
    many,
)
garbled_bytes = priced("ReLU garbled", yao.garbled_relu, [], few)
assert garbled_bytes > 10 * relu_bytes

# %% [markdown]
# A garbled circuit spends tables and labels where GMW opens two bits a gate. GMW needs triples of bits, which the
# dealer made, and a network whose delay is short. For functions of many levels it is the other way round. The
# paper replaces **softmax** by $\mathrm{ReLU}(u_i) / \sum_j \mathrm{ReLU}(u_j)$, with a garbled division:

# %%
scores = fixed.encode(np.random.default_rng(6).normal(size=(16, 10)))
softmax_bytes = priced("softmax of 10, garbled", yao.garbled_softmax, [], scores)
print(f"{yao.share_circuit(10, 32, F).and_gates:,} AND gates for each row")
assert softmax_bytes > 10 * garbled_bytes

# %% [markdown]
# Division is quadratic in a circuit, as chapter 5 counted. Two servers avoid it where they can.
#
# How many pieces is a sigmoid worth? **Predict** before you drag.

# %%
sets = {"law cases": law, "zero or not": zeros}
schedules = {"law cases": law_plan.schedule, "zero or not": batches}
explore.pieces_explorer(sets, schedules, relu_bytes)

# %% [markdown]
# From two pieces to three is worth a comparison. After that there is little to gain, and each piece costs as much
# again for each number in each step.
#
# ## 6.6 A model that nobody can read
#
# Now all together. With $d = f(X_B w) - y_B$ for the batch $B$, one step is
#
# $$w \leftarrow w - \frac{\alpha}{|B|}\, X_B^{\mathsf T} d .$$
#
# ### Exercise 6.6: one step
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# Which factor has how many fraction bits? The rate costs nothing extra.
#
# <details><summary>Hint 1</summary>A product of matrices has 2 f fraction bits. What does activation
# expect?</details>
# <details><summary>Hint 2</summary>Dividing by 2^rate_bits and cutting f bits off is one truncation.</details>


# %% exercise="sgd_step"
def sgd_step(X, y, w, f, rate_bits, truncate, activation):
    """Return the new weights w - X^T (activation(X w) - y) / 2^rate_bits, shared.

    X (n, d), y (n, 1) and w (d, 1) are shared, with f fraction bits; so is the result, up
    to two units. + and - work on shared matrices, @ and .T as well; @ does not truncate.
    truncate(x, bits) is x / 2^bits; activation takes and returns f fraction bits.
    """
    # BEGIN SOLUTION
    prediction = activation(truncate(X @ w, f))
    gradient = X.T @ (prediction - y)
    return w - truncate(gradient, f + rate_bits)
    # END SOLUTION


# %% check="sgd_step" points=2
with checking("sgd_step"):
    checks.check_sgd_step(sgd_step)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_sgd_step(sgd_step)
    # END HIDDEN TESTS

# %% [markdown]
# The courts' cases, two servers and a dealer as three parties that share nothing but a channel:

# %%
shared = [fixed.encode(matrix) for matrix in (law.X_train, y, start)]
requests = law_plan.requests()
with costs.seconds() as spent:
    trained = together(regression.train, requests, law_plan, *shared, keep_bodies=False)

# %%
weights = fixed.decode(trained.total)  # both shares, added by the courts
private = twin.predict(weights, law.X_test, threshold=0)
expected = twin.predict(twin_weights, law.X_test, threshold=0)
accuracy = (private == law.y_test).mean()
print(f"{accuracy:.3f} right; floating point and an exact sigmoid: {law_exact:.3f}")

# %%
same = (private == expected).mean()
print(f"the same label as the plain twin: {same:.4f}")
print(f"{spent.seconds:.2f} s, {trained.bytes:,} bytes, {trained.rounds} rounds")
assert same > 0.995
assert accuracy > law_exact - 0.03

# %% [markdown]
# The same with the two servers as two processes, which share nothing but a TCP connection:

# %%
from ppdl_course.mpc.learning.apart import train_apart

far_weights, outcome = train_apart(law_plan, law.X_train, y, start)
far = twin.predict(far_weights, law.X_test, threshold=0)
print(f"{outcome.seconds:.2f} s, {outcome.transcript.bytes:,} bytes")
assert (far == expected).mean() > 0.995

# %% [markdown]
# The labels are the twin's, but for the coin toss in the last bit. What accuracy is missing went with the three pieces, not with the shares. Linear regression leaves
# the comparison out, here for the months of a sentence: two rounds a step.

# %%
linear_plan = regression.RegressionPlan(
    *law.X_train.shape, law_plan.schedule, rate_bits=11, activation="linear"
)
months = cases.months[cases.train][:, None] / 12
shared[1] = fixed.encode(months)
with costs.seconds() as linear_spent:
    line = together(
        regression.train,
        linear_plan.requests(),
        linear_plan,
        *shared,
        keep_bodies=False,
    )

# %%
guess = law.X_test @ fixed.decode(line.total)[:, 0]
years = cases.months[cases.test] / 12
best = np.linalg.lstsq(law.X_train, months[:, 0], rcond=None)[0]
for name, found in {"on shares": guess, "exact": law.X_test @ best}.items():
    print(f"{name}: off by {np.abs(found - years).mean():.2f} years on average")

# %% [markdown]
# A **network** opens its activations as it opens its weights: each under a fresh mask. The bits of each ReLU serve its
# derivative again. 64-128-128-10 on all ten digits:

# %%
from ppdl_course.mpc.learning import network

rng = np.random.default_rng(6)
net_batches = regression.batches(len(digits.X_train), 128, 4, rng)
net_plan = network.NetworkPlan((64, 128, 128, 10), len(digits.X_train), net_batches, 8)
first_weights = [rng.normal(size=s) / np.sqrt(2 * s[0]) for s in net_plan.shapes]
answers = np.eye(10)[digits.y_train]

# %%
inputs = [fixed.encode(digits.X_train), fixed.encode(answers)]
inputs.append([fixed.encode(W) for W in first_weights])
with costs.seconds() as net_spent:
    net = together(
        network.train, net_plan.requests(), net_plan, *inputs, keep_bodies=False
    )

# %%
plain = twin.Plain(fixed, rng)
expected = twin.train_network(plain, net_plan, digits.X_train, answers, first_weights)
labels, twins = (
    twin.scores([fixed.decode(W) for W in words], digits.X_test).argmax(axis=1)
    for words in (net.total, expected)
)
print(f"{(labels == digits.y_test).mean():.3f} right after {len(net_batches)} steps")
print(f"the same label as the twin: {(labels == twins).mean():.3f}")
assert (labels == twins).mean() > 0.95

# %% [markdown]
# ## 6.7 Triples without a dealer
#
# The dealer knows $U$ and $V$: it must collude with nobody, and is a third party that nobody asked for. Two servers can make
# triples themselves. In $UV = (U_0 + U_1)(V_0 + V_1)$ each server computes $U_i V_i$ alone; the **cross terms**
# need a protocol. For one product $uv$ of server 0's $u$ and server 1's $v = \sum_b v_b 2^b$, take 64 oblivious transfers, one
# for each bit of $v$:
#
# $$uv = \sum_b v_b\, 2^b u .$$
#
# Server 1 chooses with its bit $v_b$. Server 0 masks both messages with a fresh $r_b$.
#
# ### Exercise 6.7: a product from transfers
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>For a bit 0 the receiver should get r, for a bit 1 it should get r and what that
# bit adds to u v.</details>
# <details><summary>Hint 2</summary>The receiver adds up what it gets: the product and every r. The sender's share
# takes them off again.</details>


# %% exercise="offer_product"
def offer_product(u: int, k: int) -> tuple[list[tuple[int, int]], int]:
    """Return (pairs, share) for k transfers that share u v modulo 2^k, 0 <= u < 2^k.

    In transfer b the receiver gets pairs[b][0] if bit b of v is 0, else pairs[b][1]; bit 0
    is the lowest. The sum of what it gets is its share, and share is the sender's: they add
    up to u v. All are in 0..2^k - 1. What the receiver gets is uniform, whatever u is: not
    stretched from fewer random bits, and nothing is kept from one call to the next.
    """
    # BEGIN SOLUTION
    masks = [secrets.randbits(k) for _ in range(k)]
    pairs = [(r, (r + (u << b)) % 2**k) for b, r in enumerate(masks)]
    return pairs, -sum(masks) % 2**k
    # END SOLUTION


# %% check="offer_product" points=2
with checking("offer_product"):
    checks.check_offer_product(offer_product)
    # BEGIN HIDDEN TESTS
    checks.check_offer_product(offer_product, runs=70)
    # END HIDDEN TESTS

# %% [markdown]
# SecureML shares the transfers: one serves a whole **column** of $U$, whose words the message holds one after the other. Its
# second way is **encryption**, which part III of the course builds: server 1 sends $V$ encrypted, server 0 multiplies by its own $U$
# under encryption. Our ciphertexts hold 8,192 columns each, used or not.
#
# Measured for a batch of 64 cases, all bytes on all wires; one column is a regression, 32 are a small layer. **Predict**: from how many
# columns on is encryption the better one?

# %%
from ppdl_course.mpc.planning.product_costs import METHODS, measure_product

runs = [
    measure_product(method, 64, law.X_train.shape[1], columns)
    for method in METHODS
    for columns in (1, 32)
]

# %%
explore.triples_explorer(runs)

# %% [markdown]
# One vector: transfers. Hundreds of columns, or many steps' vectors side by side: encryption. The dealer is orders of magnitude
# cheaper than either, which is why real deployments are tempted, and why it matters who the dealer is.
#
# ## 6.8 Attack
#
# **Both servers together** read everything: they add their shares. That is the assumption, not a flaw. It is worth to
# ask who could make two companies one: a merger, a court, a thief in both.
#
# **A mask used twice.** A dealer's masks cost time. Two courts have tables of the same shape, so an engineer
# lets both use one $U$. The supply of our servers refuses:

# %%
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.material import Triple

supply, _ = Dealer().supplies([Mask("X", (200, 28))])
(mask_share,) = supply.take(Mask("X", (200, 28)))
try:
    supply.take(Mask("X", (200, 28)))
    raise AssertionError("a mask was given out twice")
except ValueError as refused:
    print(refused)

# %% [markdown]
# So the engineer starts the dealer twice from one seed. Two sessions, one for each court; this is what server 0 sees
# opened:

# %%
from ppdl_course.mpc.learning import attacks

mine, theirs = cases.X[:200], cases.X[200:400]
careless = attacks.careless_dealer(secrets.token_bytes(16))
E_mine, E_theirs = attacks.openings(
    [fixed.encode(mine), fixed.encode(theirs)], careless
)

# %% [markdown]
# Each $E$ is uniform, alone. **Predict** what is left of the mask in their difference.
#
# ### Exercise 6.8: a case from a reused mask
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# You are one of the servers, and a lawyer of the second court tells you one row of its table, her own client's. Read the row of
# the same number in the first court's table.
#
# <details><summary>Hint 1</summary>Write both E with X and U, and subtract.</details>
# <details><summary>Hint 2</summary>Subtract words modulo 2^64 before anything becomes a float.</details>


# %% exercise="recover_row"
def recover_row(E1, E2, row: int, known: np.ndarray, f: int) -> np.ndarray:
    """Return row number row of the matrix X1, as numbers, shape (d,).

    E1 = X1 - U and E2 = X2 - U are uint64 (n, d), X1 and X2 in fixed point with f fraction
    bits, and U is one and the same mask. known is that row of X2, as numbers, shape (d,).
    """
    # BEGIN SOLUTION
    words = np.rint(known * 2.0**f).astype(np.int64).view(np.uint64)
    return (E1[row] - E2[row] + words).view(np.int64) / 2.0**f
    # END SOLUTION


# %% check="recover_row" points=3
with checking("recover_row"):
    checks.check_recover_row(recover_row)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_recover_row(recover_row)
    # END HIDDEN TESTS

# %% [markdown]
# Row 0 of the first court is Hana's. The lawyer's client is somebody else altogether:

# %%
gap = fixed.decode(E_mine - E_theirs)
print(read_row(cases, gap[0] + theirs[0]))
assert read_row(cases, gap[0] + theirs[0]) == read_row(cases, mine[0])
assert read_row(cases, mine[0])["age"] == hana.age

# %% [markdown]
# Her age, her district, her family, her charge: whoever knows her will know the file. No row is needed, either. In
# columns of 0 and 1 a difference of 1 is "1 here, 0 there", and nothing else:

# %%
flags = [k for k, name in enumerate(cases.feature_names) if "=" in name]
certain = gap[:, flags].round() != 0
read = (gap[:, flags].round() > 0)[certain] == (mine[:, flags] == 1)[certain]
assert read.all()
print(f"{certain.sum():,} of {certain.size:,} entries read, with no row known")

# %% [markdown]
# **The defence** is a fresh mask for each matrix. The same attack again, with a dealer who starts anew each time:

# %%
E_mine, E_theirs = attacks.openings([fixed.encode(mine), fixed.encode(theirs)], Dealer)
gap = fixed.decode(E_mine - E_theirs)
print(f"differences of {np.abs(gap).min():.0e} and more: masks, and nothing else")
assert np.abs(gap).min() > 1e5

# %% [markdown]
# **A triple used twice** tells the same of weights. A step on one file alone, Hana's, moves them by a multiple of her row.
# Both products come out right, so nobody notices:

# %%
row, before = np.append(1, cases.X[0]), twin_weights.ravel()
pairs = [(row, before), (row, before + 0.25 * row)]
one = Triple(row.shape)
triple = [supply.take(one) for supply in Dealer().supplies([one])]
seen = attacks.products_with_one_triple(
    triple, [[split(fixed.encode(part)) for part in pair] for pair in pairs]
)
step = fixed.decode(seen[1]["f"] - seen[0]["f"])
print(read_row(cases, step[1:] / step[0]))
assert read_row(cases, step[1:] / step[0]) == read_row(cases, cases.X[0])

# %% [markdown]
# **Shares that are not reduced.** "Ages are small, so masks of 24 bits will do, and the difference needs no modulus."
# **Predict** what server 1 learns from a share that is above 0.

# %%
ages = np.array([record.age for record in cases.records])
masks = np.array([secrets.randbelow(2**24) for _ in ages])
shares = (ages << F) - masks  # no modulus
least = shares / 2**F
print(f"a lowest age of {(least > 0).sum()} people; of one it is {least.max():.1f}")
assert (least <= ages).all()

# %% [markdown]
# An age less a mask is at most the age. Modulo $2^{24}$ every share would be as likely as any other.
#
# **A court that lies.** The servers cannot see what they are given. One of 4,500 labels, which should be 0 or 1:

# %%
poisoned = y.copy()
poisoned[law_plan.schedule[-1][0]] = -20_000
bad = twin.train(twin.Plain(fixed), law_plan, law.X_train, poisoned, start)
bad = twin.predict(plain.decode(bad), law.X_test, threshold=0)
print(f"honest courts {accuracy:.3f}, one false label {(bad == law.y_test).mean():.3f}")
assert (bad == law.y_test).mean() < accuracy - 0.1

# %% [markdown]
# No share looks odd, nobody is to blame. A defence proves, still on shares, that each label is 0 or 1: it costs a
# product each. Nothing here does.
#
# ### Question 6.9 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# A company offers "two-server privacy" to courts: both servers are rented from one cloud, in two regions, under two
# accounts of the company, which also deals the triples. To save time it reuses the weights' masks every
# hundred steps. In four or five sentences: who can read what, and how? What must change, and what does each change cost? What
# does the finished model still tell?

# %% [markdown] question="two_accounts" points=3
# **Model answer.** The company holds both accounts, so it can add the shares: it reads every file. The cloud's operator can do
# the same, and so can whoever orders it to. As dealer the company knows U and needs only the opened E, which each server has. A
# single server that is honest but curious sees two sets of weights under one mask, hence their difference: a hundred steps' sum, which for
# small batches leads back to records. So the servers need two operators whose interests conflict, in two
# clouds; triples from the servers themselves, by transfers or by encryption, which costs much more time and traffic than a dealer; and a fresh mask
# for each step, which costs one opening of the weights, small beside the data. The model that comes out is not
# protected at all: it may remember records, and who may ask it can attack it as in chapter 3; differential privacy is another
# matter, in part IV.
#
# **Rubric.** 1 point: who holds both shares reads all, the dealer included, with a reason. 1 point: what a reused mask gives, and fresh
# ones as the cure. 1 point: a cost for a change, and that the model itself still tells something.

# %% [markdown]
# ## 6.9 What it cost
#
# This chapter's own trainings, both servers and the dealer on this machine:

# %%
logistic_row = (spent.seconds, trained.bytes / 1e6, trained.rounds)
linear_row = (linear_spent.seconds, line.bytes / 1e6, line.rounds)
net_row = (net_spent.seconds, net.bytes / 1e6, net.rounds)
rows = {"linear": linear_row, "logistic": logistic_row, "network": net_row}
figures.step_costs(rows)

# %% [markdown]
# **Protected:** records, labels and weights, from one server. **Not protected:** from both; the result, from a server or a
# court that cheats; the model, once it is out.
#
# ## Summary
#
# - Two servers that do not talk can learn from data that neither may see. Sums are free, a product of
#   matrices costs one opening of each factor.
# - Truncation on shares needs no message, and fails with probability $|x|/2^{64}$, by $2^{51}$. A plan keeps the
#   sum of these probabilities small.
# - A comparison costs rounds and bytes that no product does. Three straight pieces replace the sigmoid.
# - A mask is for one matrix. Twice, and the difference of two tables lies open.
# - Everything rests on two parties who do not collude, and who compute as agreed.
#
# ## Further reading
#
# - P. Mohassel, Y. Zhang, *SecureML: A System for Scalable Privacy-Preserving Machine Learning*, IEEE S&P 2017.
# - D. Beaver, *Efficient Multiparty Protocols Using Circuit Randomization*, CRYPTO 1991.
# - N. Gilboa, *Two Party RSA Key Generation*, CRYPTO 1999: products from oblivious transfers.
# - D. Demmler, T. Schneider, M. Zohner, *ABY: A Framework for Efficient Mixed-Protocol Secure Two-Party Computation*, NDSS 2015.
# - P. Mohassel, P. Rindal, *ABY3*, CCS 2018: three servers, and truncation that fails less.
#
# ## Quiz
#
# 1. Why may $E = X - U$ be shown to both servers?
#    <details><summary>Answer</summary>U is uniform and used once, so X - U is uniform, whatever X
#    is.</details>
# 2. Why is the data matrix opened once, and the weights in each step?
#    <details><summary>Answer</summary>The data stay the same: one mask, one opening. The weights change, and two of
#    them under one mask would show their difference.</details>
# 3. A truncation fails. Who notices?
#    <details><summary>Answer</summary>Nobody: both servers hold uniform words before and after. So the plan must keep
#    the bound.</details>
# 4. A third court joins. What must the servers do anew?
#    <details><summary>Answer</summary>Only open the new rows under a fresh mask: shares of more rows are just more
#    rows.</details>
