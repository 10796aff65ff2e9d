# %% [markdown]
# # 11. Encrypted inference
#
# **After this chapter you can**
#
# - turn a trained network into one that encryption can evaluate, and say how deep it is;
# - choose the bits of weights, images and plaintext moduli, and notice an overflow before it happens;
# - classify thousands of encrypted images at once, and a single one with little delay;
# - make batch normalisation disappear into the layer before it;
# - read a network from slots that a reply leaves over, and hide these;
# - run a network between two parties under Paillier, and read the weights where it leaks them.
#
# *Time: 87 minutes in class: 37 reading, 4 at the widgets, 46 exercises. At home: 71
# minutes. Needs: chapters 1 and 9. Runs in under a minute.*

# %%
import math
import secrets

import numpy as np
import tenseal as ts

from ppdl_course.checks import encrypted_inference as checks
from ppdl_course.checks.verdict import checking, require
from ppdl_course.data import (
    MissingDataError,
    Split,
    load_digits_split,
    load_law_cases,
    mnist_test,
)
from ppdl_course.figures import encrypted_inference as figures
from ppdl_course.he.inference import (
    batch_norm,
    cryptonets,
    cryptonets_bfv,
    lola,
    reply_leak,
    two_party_dnn,
)
from ppdl_course.he.inference.slot_layouts import operations
from ppdl_course.he.inference.square_network import (
    Quadratic,
    SquareNetwork,
    best_parabola,
)
from ppdl_course.nn import Network, ReLU, accuracy, train
from ppdl_course.parties import costs
from ppdl_course.parties.channel import Channel
from ppdl_course.widgets import encrypted_inference as explore

SEED = 11

# %% [markdown]
# ## 11.1 A lawyer who must not ask
#
# Hana Calderova's lawyer would like to know what a court is likely to decide. A company in
# another country sells such predictions. Her file names her age, her family, her district
# and what she is accused of: it may not leave the lawyer's office. The company's network
# is its capital: it may not leave the company.

# %%
cases, digits = load_law_cases(), load_digits_split()
hana = cases.records[0]
assert hana.name == "Hana Calderova"
print(f"age {hana.age}, {hana.charge}, {hana.prior_convictions} prior convictions")

# %% [markdown]
# | | in this chapter |
# |---|---|
# | **adversary** | a company (the server) that does as agreed but looks at everything; in sections 11.7 and 11.8 also a curious client |
# | **sees** | ciphertexts, their number and size, public keys |
# | **protected** | the client's data and the result |
# | **not protected** | the network against questions; its size; results that the client publishes |
# | **costs** | measured in section 11.9 |
#
# **Predict.** How many times as long as for one encrypted file does the company need for 1,500?
# Write it down.

# %% [markdown]
# ## 11.2 Nothing but sums and products
#
# A ciphertext can be added and multiplied, not compared: no ReLU, no maximum. Crypto-Nets [20]
# propose to **train with polynomials**: then inference is a polynomial, and nothing has to be
# approximated afterwards. CryptoNets [21] take the simplest one, the square:
#
# $$z_1 = W_1 x + b_1, \qquad z_k = W_k\, z_{k-1}^2 + b_k,$$
#
# where every number of $z_{k-1}$ is squared by itself.
# The softmax at the end is left out: it does not change which score is largest, and the
# client can compute it. The square's derivative grows without bound, so start with smaller weights
# and a small rate. At the end `balanced` multiplies the layers by numbers that leave the labels
# alone and bring every $z_k$ of the training data into $[-1, 1]$: small ranges need few bits.


# %%
def square_network(data, hidden, epochs, rate=0.005):
    rng = np.random.default_rng(SEED)
    classes = int(data.y_train.max()) + 1
    net = Network([data.X_train.shape[1], *hidden, classes], Quadratic(), rng=rng)
    net.flat *= 0.5
    recipe = {"rate": rate, "momentum": 0.9, "weight_decay": 1e-3, "epochs": epochs}
    train(net, data.X_train, data.y_train, **recipe, rng=rng)
    return SquareNetwork.from_network(net).balanced(data.X_train)


# %%
models = {
    "digits": (square_network(digits, [32, 16], 60), digits),
    "law cases": (square_network(cases, [32, 16], 15), cases),
}

# %%
for name, (net, data) in models.items():
    rng = np.random.default_rng(SEED)
    relu = Network(net.sizes, "relu", rng=rng)
    train(relu, data.X_train, data.y_train, rate=0.02, momentum=0.9, epochs=15, rng=rng)
    print(f"{name}: squares {net.accuracy(data.X_test, data.y_test):.3f}")
    print(f"{name}: ReLU {accuracy(relu, data.X_test, data.y_test):.3f}")

# %% [markdown]
# Any parabola will do in place of the square: $a z^2 + b z + c = a\,(z + \tfrac{b}{2a})^2 + c -
# \tfrac{b^2}{4a}$ is a square between two linear maps, which the neighbouring layers swallow.
#
# What encryption has to pay for is a product of **two ciphertexts**. A weight is a known number:
# multiplying by it is cheap, and takes no more room than the weight has bits. The number of
# ciphertext products in a row is the **depth**.
#
# ### Exercise 11.1: count the depth
#
# *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>Which of these layers multiplies two numbers that both depend on the
# image?</details>
# <details><summary>Hint 2</summary>One product in a row gives x^2, two give everything up to x^4. How
# many for degree 5?</details>


# %% exercise="count_depth"
def count_depth(layers: list[str | int]) -> int:
    """Return the number of ciphertext products in a row.

    layers holds "linear", "batch norm", "mean pool", "square", or an integer n >= 1: a
    polynomial activation of degree n, by itself evaluated with as little depth as
    possible. All weights, coefficients and averages are known in the clear.
    """
    # BEGIN SOLUTION
    free = {"linear": 0, "batch norm": 0, "mean pool": 0, "square": 1}
    return sum(
        free[layer] if isinstance(layer, str) else math.ceil(math.log2(layer))
        for layer in layers
    )
    # END SOLUTION


# %% check="count_depth" points=1
with checking("count_depth"):
    checks.check_count_depth(count_depth)
    # BEGIN HIDDEN TESTS
    require(count_depth([16, "linear", 17]) == 9, "degrees 16 and 17 need 4 + 5")
    require(count_depth([1023, 1024, 1025]) == 31, "1023, 1024, 1025: 10 + 10 + 11")
    # END HIDDEN TESTS

# %% [markdown]
# ## 11.3 Whole numbers, and how many bits they need
#
# Encryption computes with integers. A weight becomes $\mathrm{round}(2^s w)$ with a shift $s$ that
# the layer's scale remembers. More bits mean a finer network, and larger numbers inside.
#
# ### Exercise 11.2: integer weights
#
# *Difficulty 2/5. Importance 4/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>b bits with a sign hold the integers from -(2^(b-1) - 1) to
# 2^(b-1) - 1. Solve max|W| 2^s <= 2^(b-1) - 1 for s.</details>
# <details><summary>Hint 2</summary>s must be an integer and may be negative. Up or down?</details>


# %% exercise="quantise"
def quantise(W: np.ndarray, bits: int) -> tuple[np.ndarray, int]:
    """Return (integers, shift): integers = W 2**shift, rounded to the nearest.

    W has shape (units, inputs) and is not all 0. shift is the largest integer for which
    max|W| 2**shift is at most 2**(bits - 1) - 1: one of the bits is the sign. Nothing is
    clipped. The integers have W's shape.
    """
    # BEGIN SOLUTION
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift), shift
    # END SOLUTION


# %% check="quantise" points=2
with checking("quantise"):
    checks.check_quantise(quantise)
    # BEGIN HIDDEN TESTS
    checks.check_quantise(quantise, seed=5)
    # END HIDDEN TESTS

# %% [markdown]
# How few bits keep the labels? Every point is computed with the integer network of this run.
# **Predict** before you drag: which changes more labels, weights of 4 bits or pixels with 2 fraction
# bits? And by how many bits does the largest possible result grow with each bit of a weight, where
# three layers of weights have two squares between them?

# %%
explore.bits_explorer(models["digits"][0], digits.X_test)

# %% [markdown]
# A bit of a weight counts seven times in the result: four times for the first layer, which is squared
# twice, twice for the second, once for the last. That is why the right-hand curve is so steep.
#
# BFV computes modulo a plaintext prime $t$. A result beyond $t/2$ wraps around, and nobody is told:

# %%
t = 65537
largest = 300 * 300
wrapped = (largest + t // 2) % t - t // 2
print(f"300 * 300 modulo {t} is read as {wrapped}")
assert wrapped != largest

# %% [markdown]
# A longer $t$ costs noise budget at every product. CryptoNets run the network twice instead,
# modulo two primes $t_1$ and $t_2$, and the client joins the remainders (the Chinese remainder theorem).
#
# ### Exercise 11.3: join the remainders
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>With M = t_1 t_2 ... and M_i = M / t_i, the number
# M_i (M_i^-1 mod t_i) is 1 modulo t_i and 0 modulo the others.</details>
# <details><summary>Hint 2</summary>pow(a, -1, t) is the inverse. Python's integers do not
# overflow, numpy's do.</details>
# <details><summary>Hint 3</summary>Scores can be negative: which half of 0 .. M - 1 stands for
# them?</details>


# %% exercise="join_remainders"
def join_remainders(remainders: list[int], moduli: list[int]) -> int:
    """Return the integer of smallest size with these remainders, negative or not.

    moduli are odd and pairwise coprime; 0 <= remainders[i] < moduli[i]. The result lies
    within half of their product.
    """
    # BEGIN SOLUTION
    product = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli, strict=True):
        rest = product // t
        total += r * rest * pow(rest, -1, t)
    total %= product
    return total - product if total > product // 2 else total
    # END SOLUTION


# %% check="join_remainders" points=2
with checking("join_remainders"):
    checks.check_join_remainders(join_remainders)
    # BEGIN HIDDEN TESTS
    far = -(2**70) + 5
    primes = [2**31 - 1, 2**61 - 1]
    require(join_remainders([far % t for t in primes], primes) == far, f"{far} is lost")
    # END HIDDEN TESTS

# %% [markdown]
# Now the real thing: integer weights, real BFV ciphertexts, one ciphertext a pixel and modulus. Mean
# pooling, a linear layer of fixed weights, first shrinks each digit to 4 by 4 pixels: fewer ciphertexts,
# and fewer digits read rightly. The plan takes as many moduli as the **largest possible** score needs, so that no image whatever can
# wrap around. The result must be the integer network's, not nearly but exactly. The clock starts when
# the keys are made and sent.


# %%
def pooled(X):
    return X.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16)


small_train, small_test = pooled(digits.X_train), pooled(digits.X_test)
shrunk = Split(small_train, digits.y_train, small_test, digits.y_test)
small = square_network(shrunk, [16, 8], 80)

# %%
integers = cryptonets_bfv.IntegerNetwork.of(small, input_bits=4, weight_bits=6)
exact_plan = cryptonets_bfv.BfvPlan(plain_bits=33)
moduli = exact_plan.moduli(integers)
print(f"scores of up to {integers.largest().bit_length()} bits, moduli {moduli}")

# %%
channel = Channel("client", "server", keep_bodies=False)
client, server = cryptonets_bfv.connect(channel, integers, exact_plan)
with costs.crossing(channel) as bfv_cost:
    client.send_query(shrunk.X_test)
    server.answer()
    exact = client.receive_scores()

# %%
assert np.array_equal(exact, integers.forward(shrunk.X_test))
bfv_right = (exact.astype(float).argmax(axis=1) == digits.y_test).mean()
print(f"{len(exact)} images in {bfv_cost.seconds:.1f} s: exact, {bfv_right:.3f} right")

# %% [markdown]
# ## 11.4 Thousands of images at once
#
# CKKS rounds a little instead of wrapping, and needs one run only. The layout is the same: ciphertext
# $j$ holds feature $j$ of **all** images, image $i$ in slot $i$. One product by $w_{kj}$ then serves
# thousands of images.
#
# ### Exercise 11.4: the client's request
#
# *Difficulty 2/5. Importance 5/5. In class, 12 minutes.*
#
# The server needs the public context, with keys for relinearising, and the ciphertexts. It must not be
# able to read a single one.
#
# <details><summary>Hint 1</summary>context.serialize takes save_secret_key and save_relin_keys;
# the vectors are ts.ckks_vector(context, values).</details>
# <details><summary>Hint 2</summary>images has a row for each image. Which rows or columns belong into
# one ciphertext?</details>


# %% exercise="encrypt_batch"
def encrypt_batch(context: ts.Context, images: np.ndarray) -> tuple[bytes, list[bytes]]:
    """Return what the client sends: the public context, and a ciphertext a feature.

    context holds the client's secret key and must keep it; its global scale is set.
    images has shape (n, features), n at most the slots. Ciphertext j, a serialized CKKS
    vector, holds feature j of all images.
    """
    # BEGIN SOLUTION
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    features = [ts.ckks_vector(context, column.tolist()) for column in images.T]
    return public, [vector.serialize() for vector in features]
    # END SOLUTION


# %% check="encrypt_batch" points=2
with checking("encrypt_batch"):
    checks.check_encrypt_batch(encrypt_batch)
    # BEGIN HIDDEN TESTS
    own = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[40, 30, 40])
    own.global_scale = 2.0**30
    public, found = encrypt_batch(own, np.ones((7, 1)))
    require(
        not ts.context_from(public).has_secret_key(), "the secret key is sent along"
    )
    require(len(found) == 1, "one feature needs one ciphertext")
    ones = ts.ckks_vector_from(own, found[0]).decrypt()[:7]
    require(np.allclose(ones, np.ones(7), atol=1e-3), "seven images of one pixel")
    # END HIDDEN TESTS

# %% [markdown]
# The package's client and server do this over a channel that counts. Parameters are checked first. Too
# little depth, a degree that is not secure, a scale that overflows, weights out of range: each is
# refused before anything is computed, with what to change. Nobody refuses a scale so small that the noise
# drowns the image: so compare labels with the network in the clear before you trust a plan.

# %%
bad = {
    "too short a chain": cryptonets.Plan(coeff_mod_bit_sizes=(30, 26, 26, 30)),
    "insecure": cryptonets.Plan(4096),
    "a scale too large": cryptonets.Plan(scale_bits=40),
    "weights too long": cryptonets.Plan(weight_bits=20),
}

# %%
for name, plan in bad.items():
    try:
        plan.stages(models["digits"][0])
        raise AssertionError(f"{name} was accepted")
    except ValueError as refused:
        print(f"{name}: {refused}\n")


# %%
def classify_batch(net, plan, X):
    channel = Channel("client", "server", keep_bodies=False)
    client, server = cryptonets.connect(channel, net, plan)
    with costs.crossing(channel) as cost:
        client.send_query(X)
        server.answer()
        scores = client.receive_scores()
    return scores, cost, server


# %%
plan = cryptonets.Plan(coeff_mod_bit_sizes=(30,) * 6, scale_bits=28)
waits, busy, correct = {}, {}, {}
for name, (net, data) in models.items():
    scores, waits[name], server = classify_batch(net, plan, data.X_test)
    labels = scores.argmax(axis=1)
    assert (labels == net.predict(data.X_test)).mean() >= 0.999
    busy[name] = sum(server.seconds.values())
    correct[name] = (labels == data.y_test).mean()

# %%
for name in models:
    print(f"{name}: server {busy[name]:.2f} s, with the client", end=" ")
    print(f"{waits[name].seconds:.2f} s; {correct[name]:.3f} right")

# %% [markdown]
# Hana's file was one of the rows the lawyer may ask about. The company answered and learned nothing:

# %%
channel = Channel("lawyer", "company")
scores, server = cryptonets.classify(channel, models["law cases"][0], plan, cases.X[:1])
print("prison" if scores[0, 1] > scores[0, 0] else "no prison", scores.round(3))
print({m.label: m.size for m in channel.view("company")})

# %%
held = {type(value).__name__ for value in vars(server).values()}
print(f"the company's object holds {sorted(held)}")
assert not {"SecretKey", "Decryptor", "KeyGenerator"} & held

# %% [markdown]
# **Check your prediction of section 11.1**: one file and a whole batch take the same time, since the slots
# are there anyway.

# %%
one = sum(server.seconds.values())
print(f"server, 1 file: {one:.2f} s")
print(f"server, {len(cases.X_test):,} files: {busy['law cases']:.2f} s")

# %% [markdown]
# ## 11.5 A layer is one matrix product
#
# Why was that so fast? A ciphertext is a list of residues modulo small primes, and weights multiply each
# residue alone. So a layer over many ciphertexts is **one** product of matrices, weights times residues,
# which the processor's linear algebra does in float64, exactly, while every sum stays below $2^{53}$.
# Weights of 12 bits and primes of 30 bits leave room for thousands of inputs:

# %%
rng = np.random.default_rng(SEED)
q = 2**30 - 35
weights = rng.integers(-(2**11), 2**11, (5, 784))
residues = rng.integers(0, q, (784, 1000))
most = abs(weights).sum(axis=1).max() * float(q)
print(f"largest sum of sizes * q: 2^{np.log2(most):.1f}")

# %%
fast = (weights.astype(float) @ residues.astype(float)).astype(np.int64) % q
slow = weights.astype(object) @ residues[:, :20].astype(object) % q  # any size, exact
assert np.array_equal(fast[:, :20], slow)

# %% [markdown]
# The square, too, is pointwise: $(c_0, c_1) \mapsto (c_0^2,\; 2c_0c_1,\; c_1^2)$, bit for bit what SEAL
# computes. Its third part needs relinearising, an expensive step. It waits until **after** the next linear
# layer, where 32 ciphertexts have become 16 (845 have become 100 in the paper's network).
# `ppdl bench inference` runs that network with 4,096 images, beside the library's own tensors.

# %%
print({step: f"{seconds:.2f} s" for step, seconds in server.seconds.items()})

# %% [markdown]
# ## 11.6 Six layers, and why they need batch normalisation
#
# Two squares are easy. Deeper networks of polynomials explode: a square doubles every exponent, and a
# fitted parabola is good near 0 only. Chabanne et al. [22] put **batch normalisation** [23]
# before each polynomial: its input is then about $N(0,1)$, whatever the layer before did, and
# the best parabola for ReLU under $N(0,1)$ is the one to take:

# %%
c, b, a = best_parabola()
points = np.linspace(-9, 9, 20_001)
gauss = np.exp(-(points**2) / 2)
basis = np.stack([points**0, points, points**2])
moments = (basis * gauss) @ basis.T
fitted = np.linalg.solve(moments, (basis * gauss) @ np.maximum(points, 0))

# %%
print(f"{c:.5f} + {b:.5f} z + {a:.5f} z^2, by numerical integration {fitted.round(5)}")
assert np.allclose(fitted, (c, b, a), atol=1e-6)

# %%
parabola, RATES = Quadratic(best_parabola()), (0.003, 0.03, 0.1)
kinds = {
    "parabola, normalised": (parabola, True),
    "parabola, not normalised": (parabola, False),
    "squares, not normalised": (Quadratic(), False),
    "ReLU, normalised": (ReLU(), True),
}


# %%
def six_layers(kind, rate, seed):
    (f, normalise), rng = kinds[kind], np.random.default_rng(seed)
    sizes = [64, *[32] * 6, 10]
    deep = batch_norm.NormalisedNetwork(sizes, f, rng=rng, normalise=normalise)
    deep.train(digits.X_train, digits.y_train, epochs=10, rate=rate)
    return deep.accuracy(digits.X_test, digits.y_test)


runs = {
    kind: [[six_layers(kind, rate, seed) for seed in (1, 2)] for rate in RATES]
    for kind in kinds
}

# %%
assert min(runs["parabola, normalised"][1]) > 0.9
assert max(runs["squares, not normalised"][1]) < 0.3
figures.normalised_or_not(RATES, runs, chance=0.1)

# %% [markdown]
# Without normalisation numbers overflow: a diverged network counts as always wrong. The parabola alone
# is at the mercy of the rate: too small a step learns little, a larger one
# explodes. With normalisation six polynomial layers do as well as six of ReLU.
#
# At inference the averages are constants, so the normalisation is linear, and it can vanish.
#
# ### Exercise 11.5: fold it away
#
# *Difficulty 2/5. Importance 3/5. At home, 12 minutes.*
#
# A small number $\epsilon$ keeps the root away from 0. Frameworks differ in it; your network was trained
# with {{EPSILON}}.
#
# <details><summary>Hint 1</summary>Write gamma (W x + b - mean) / sqrt(var + EPSILON) + beta and
# collect what multiplies x.</details>
# <details><summary>Hint 2</summary>A unit is a row of W: its factor scales that row.</details>

# %% varies="fold_batch_norm"
EPSILON = 0.001  # of 0.001, 0.002, 0.003, 0.005, 0.01


# %% exercise="fold_batch_norm"
def fold_batch_norm(W, b, gamma, beta, mean, var) -> tuple[np.ndarray, np.ndarray]:
    """Return (W2, b2) with W2 x + b2 = gamma (W x + b - mean) / sqrt(var + EPSILON) + beta.

    W has shape (units, inputs), everything else (units,), all arrays. EPSILON is
    {{EPSILON}}. The arguments stay as they are.
    """
    # BEGIN SOLUTION
    factor = gamma / np.sqrt(var + EPSILON)
    return factor[:, None] * W, factor * (b - mean) + beta
    # END SOLUTION


# %% check="fold_batch_norm" points=2
with checking("fold_batch_norm"):
    checks.check_fold_batch_norm(fold_batch_norm, epsilon=EPSILON)
    # BEGIN HIDDEN TESTS
    checks.check_fold_batch_norm(fold_batch_norm, units=4, inputs=4, epsilon=EPSILON)
    checks.check_fold_batch_norm(fold_batch_norm, units=1, inputs=6, epsilon=EPSILON)
    # END HIDDEN TESTS

# %% [markdown]
# Six squares need a longer chain, hence a higher degree. The pooled digits keep it short.

# %%
rng = np.random.default_rng(SEED)
deep = batch_norm.NormalisedNetwork([16, *[6] * 6, 10], parabola, rng=rng)
done = deep.train(shrunk.X_train, digits.y_train, epochs=60, rate=0.05)
print(f"{done} epochs, and the loss did not diverge")
assert done == 60

# %%
X, folded = shrunk.X_test, deep.folded()
difference = np.abs(folded.forward(X) - deep.forward(X)).max()
print(f"folded against normalised: {difference:.1e}, depth {folded.depth}")
assert difference < 1e-6

# %%
deep_plan = cryptonets.Plan(16384, (30,) * 14, scale_bits=31, weight_bits=14)
balanced = folded.balanced(shrunk.X_train)
scores, _, server = classify_batch(balanced, deep_plan, X)
print({step: f"{seconds:.2f} s" for step, seconds in server.seconds.items()})

# %%
labels, in_the_clear = scores.argmax(axis=1), balanced.predict(X)
deep_right = (labels == digits.y_test).mean()
print(f"same label {(labels == in_the_clear).mean():.4f}, {deep_right:.3f} right")
top = np.sort(balanced.forward(X), axis=1)
clear = top[:, -1] - top[:, -2] > 0.02  # closer calls are left to CKKS's rounding
assert np.array_equal(labels[clear], in_the_clear[clear])

# %% [markdown]
# ## 11.7 One image, now
#
# A batch is for those who can wait until it is full. The lawyer has one file. LoLa [38] changes the
# **representation**: the whole vector in one ciphertext, and sums over slots made by rotating.
# `rotate(v, s)` moves every slot $s$ places to the left, and a rotation costs as much as
# relinearising.
#
# ### Exercise 11.6: rotate and sum
#
# *Difficulty 3/5. Importance 4/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>v + rotate(v, 1) holds sums of two neighbours. What do you add to get
# sums of four?</details>
# <details><summary>Hint 2</summary>Rotate the sum, not the start: each step doubles what a slot
# covers.</details>


# %% exercise="rotate_and_sum"
def rotate_and_sum(v, d: int, rotate):
    """Return a ciphertext whose slot i holds the sum of slots i, ..., i + d - 1 of v.

    d is a power of two. rotate(v, s) is v moved s slots to the left, cyclically.
    Ciphertexts are added with +. At most log2(d) rotations; v stays as it is.
    """
    # BEGIN SOLUTION
    step = d // 2
    while step:
        v = v + rotate(v, step)
        step //= 2
    return v
    # END SOLUTION


# %% check="rotate_and_sum" points=2
with checking("rotate_and_sum"):
    checks.check_rotate_and_sum(rotate_and_sum)
    # BEGIN HIDDEN TESTS
    slots = rotate_and_sum(np.arange(32), 32, lambda v, s: np.roll(v, -s))
    require(bool(np.all(np.asarray(slots) == 496)), "32 slots: each is the sum of all")
    # END HIDDEN TESTS

# %% [markdown]
# Three layouts of one image for a network of 64 pixels, 16 hidden units and 10 classes:
#
# - **simd**, as in section 11.4: a ciphertext for each pixel, a product for each weight, no rotation;
# - **dense**: all pixels in one ciphertext; each unit takes a product and six rotations that sum 64 slots;
# - **stacked**: pixel $i$ in the slots $16i, \dots, 16i+15$ of one ciphertext. One product multiplies
#   with all 16 rows of weights at once, and six rotations sum for all units. Then $z_j$ stands in every slot that is $j$
#   modulo 16, which is what the second layer wants.
#
# **Predict** the ratio of the slowest to the fastest.

# %%
flat = square_network(digits, [16], 40)
channel = Channel("client", "server", keep_bodies=False)
client, server = lola.connect(channel, flat)

# %%
layouts, image = {}, digits.X_test[0]
for layout in lola.LAYOUTS:
    with costs.crossing(channel) as wait:
        scores = lola.classify(channel, client, server, image, layout)
    assert np.allclose(scores, flat.forward(image[None])[0], atol=1e-3)
    counts = operations(64, 16, 10, layout)
    assert dict(server.counts) == counts
    layouts[layout] = {"seconds": server.seconds, "wait": wait, **counts}

# %%
figures.layout_costs(layouts)

# %% [markdown]
# The counts are the formulas', and the times follow the counts: a rotation takes as long as many products by
# weights. A **wider** network costs a few more products, not more ciphertexts. Does it pay on these small digits?

# %%
wide = square_network(digits, [128], 40)
channel = Channel("client", "server", keep_bodies=False)
client, server = lola.connect(channel, wide)
for x in digits.X_test[:4]:
    label = lola.classify(channel, client, server, x, "stacked").argmax()
    assert label == wide.predict(x[None])[0]

# %%
print(f"64-128-10: {server.seconds:.2f} s, {dict(server.counts)}")
for hidden, net in ((128, wide), (16, flat)):
    print(f"64-{hidden}-10: {net.accuracy(digits.X_test, digits.y_test):.3f} right")

# %% [markdown]
# The second idea of [38] is **transfer**: the client runs the first layers itself, a public network, and
# the company keeps only its last, secret layer. Nothing is squared under encryption: the depth is 0, and no key for
# relinearising is used.

# %%
# a public network that tells odd from even; its hidden layer serves as features
rng = np.random.default_rng(SEED)
public = Network([64, 128, 2], "relu", rng=rng)
train(public, digits.X_train, digits.y_train % 2, rate=0.05, epochs=10, rng=rng)
features, test_features = (
    public.trace(X)[0].outputs for X in (digits.X_train, digits.X_test)
)


# %%
def last_layer(X):
    rng = np.random.default_rng(SEED)
    head = Network([X.shape[1], 10], rng=rng)
    train(head, X, digits.y_train, rate=0.05, epochs=40, rng=rng)
    return head


on_pixels, on_features = last_layer(digits.X_train), last_layer(features)
print(f"on pixels: {accuracy(on_pixels, digits.X_test, digits.y_test):.3f}")
print(f"on features: {accuracy(on_features, test_features, digits.y_test):.3f}")

# %%
scale = test_features.max()  # the client's public scale: values of at most 1
X, head = test_features / scale, SquareNetwork.from_network(on_features)
head = SquareNetwork((head.weights[0] * scale,), head.biases).balanced(X)
short = cryptonets.Plan(4096, (30, 26, 30), scale_bits=26, weight_bits=10)
scores, _, server = classify_batch(head, short, X)
print(f"depth {head.depth}: {sum(server.seconds.values()):.3f} s, {len(X)} images")
assert (scores.argmax(axis=1) == head.predict(X)).mean() >= 0.99

# %% [markdown]
# Batch or single? The server's times are this run's. **Predict** from which batch size on one batch is less work
# than its images one by one, and how long the first image waits for so many others. (The right-hand dashed line
# is for a server that keeps up: more arrivals than it can serve would have to queue.)

# %%
explore.batch_explorer(busy["digits"], layouts["stacked"]["seconds"])

# %% [markdown]
# ### The attack: slots that nobody asked for
#
# A reply of `stacked` has 4,096 slots, and one in $h$ of the first ones is a score. What stands in the others? The last
# fold leaves, for class $o$ and $k < h$,
# $$s_{oh+k} = b_{2,o} + \sum_{j \ge k} W_{2,oj} z_j^2 + \sum_{j < k} W_{2,(o+1)j} z_j^2,$$
# and $W_2$ has no row behind the last class. **Predict** what the difference of two neighbours is there. Here is
# a server of a small company that sends its reply as it comes:

# %%
rng = np.random.default_rng(SEED)
weights = rng.normal(size=(8, 8)), rng.normal(size=(4, 8))
company = SquareNetwork(weights, (rng.normal(size=8), rng.normal(size=4)))
parties = lola.connect(Channel("client", "server"), company, hide="nothing")
image = rng.uniform(-1, 1, 8)
slots, stride = reply_leak.asker(*parties)(image)

# %%
last = slots[3 * stride : 4 * stride]
z = company.values(image[None])[0][0]
print("neighbours: ", np.round(last[:-1] - last[1:], 3))
print("W2[3] * z^2:", np.round((company.weights[1][3] * z**2)[:-1], 3))

# %% [markdown]
# Each hidden unit by itself, squared. The client asks for $p$ and for $p \pm e_i$: from
# $t(p + e_i) - t(p - e_i) = 4\,W_2 z\,w_i$ it has the direction of each row of $W_1$ and, from second differences, its
# length up to $\sqrt{|W_2|}$. That is $2d + 1$ questions for the **whole** network, where scores alone take
# $\binom{d+2}{2}$.

# %%
shape = {"features": 8, "hidden": 8, "classes": 4}
stolen = reply_leak.steal(reply_leak.asker(*parties), **shape, rng=rng)
rows = reply_leak.alignment(stolen.network.weights[0], company.weights[0])
fresh = rng.uniform(-1, 1, (100, 8))
error = np.abs(stolen.network.forward(fresh) - company.forward(fresh)).max()
print(f"{stolen.questions} questions; by scores {reply_leak.questions_by_scores(8)}")
print(f"rows of W1 up to sign and scale: {rows.min():.6f}; scores off by {error:.4f}")
assert rows.min() > 0.999

# %% [markdown]
# ### Exercise 11.7: hide the slots
#
# *Difficulty 2/5. Importance 4/5. At home, 12 minutes.*
#
# The defence: the server adds numbers of its own to the reply. A number uniform in $\pm$ width tells a value $v$ from
# $v'$ with an advantage of $|v - v'| / (2\,\text{width})$ at most.
#
# <details><summary>Hint 1</summary>secrets.randbelow(2**53) is a fine grid: bring it to the range.</details>
# <details><summary>Hint 2</summary>np.where(used, 0, ...), with a draw for each slot.</details>


# %% exercise="hide_slots"
def hide_slots(used: np.ndarray, width: float) -> np.ndarray:
    """Return what a server adds to the slots of its reply, float64, as long as used.

    used is bool: True where a score stands, which must stay as it is. Every other slot
    gets a number of its own, uniform between -width and width (not only whole ones),
    fresh at each call, that nobody can predict; nothing is kept from one call to the
    next. used stays as it is.
    """
    # BEGIN SOLUTION
    draws = [secrets.randbelow(2**53) / 2**52 - 1 for _ in used]
    return np.where(used, 0.0, width * np.array(draws))
    # END SOLUTION


# %% check="hide_slots" points=2
with checking("hide_slots"):
    checks.check_hide_slots(hide_slots)
    # BEGIN HIDDEN TESTS
    none = np.asarray(hide_slots(np.ones(8, bool), 5.0))
    require(none.shape == (8,) and not none.any(), "all slots used: nothing to hide")
    # END HIDDEN TESTS

# %% [markdown]
# ### The attack again
#
# Two remedies: random numbers, or a **mask**, a product by 1 where a score stands and by 0 elsewhere, which takes a
# level. Same ring, so the mask's primes are five bits shorter:

# %%
for hide in lola.HIDE:
    parties = lola.connect(Channel("client", "server"), company, hide=hide)
    ask = reply_leak.asker(*parties)
    found = reply_leak.steal(ask, **shape, rng=rng).network.weights[0]
    aligned = np.median(reply_leak.alignment(found, company.weights[0]))
    slots, stride = ask(image)
    wrong = np.abs(slots[: 4 * stride : stride] - company.forward(image[None])[0]).max()
    primes, _ = lola.parameters(hide)
    print(f"{hide:7} {sum(primes)} bits, {parties[1].seconds:.3f} s, ", end="")
    print(f"scores off by {wrong:.0e}, rows of W1 {aligned:.2f}")
    assert hide == "nothing" or aligned < 0.95

# %% [markdown]
# Random numbers cost no level, and drown the **noise** of unused slots as well. The mask's zeros are
# rounded when they are encoded: some $2^{-25}$ of each value stays, below the noise of one slot and one reply, but
# averages over many bring it back. **Not hidden** by either: the noise *in* a score, which depends on all that was
# computed, and the ciphertext's second part. For these one adds fresh encryptions of 0 and far more noise. And a client
# that arranges its slots otherwise than agreed can feed one unit alone (`reply_leak.steal_unit`): layouts assume an
# honest one.

# %% [markdown]
# ## 11.8 Two parties and Paillier
#
# 2P-DNN [34] needs no lattice. Paillier adds and multiplies by known weights: a linear layer. For ReLU
# the server asks the **user**, who holds the key: the user decrypts, applies ReLU, encrypts again. Any
# activation works, at the price of rounds. But the user sees numbers from inside the network.


# %%
def fixed_point_network(data):
    rng = np.random.default_rng(SEED)
    sizes = [data.X_train.shape[1], 12, int(data.y_train.max()) + 1]
    net = Network(sizes, "relu", rng=rng)
    train(net, data.X_train, data.y_train, rate=0.05, momentum=0.9, epochs=15, rng=rng)
    fixed = two_party_dnn.FixedPointNetwork.of(net)
    labels = fixed.forward(data.X_test).astype(float).argmax(axis=1)
    assert (labels == net.predict(data.X_test)).mean() >= 0.99
    return fixed, (labels == data.y_test).mean()


# %%
two_party = {"digits": fixed_point_network(digits)}
two_party["law cases"] = fixed_point_network(cases)
for name, (_, right) in two_party.items():
    print(f"{name}: fixed point {right:.3f} right")

# %%
paillier = {}
for name, (fixed, _) in two_party.items():
    user, server, channel = two_party_dnn.connect(fixed)
    x = models[name][1].X_test[0]
    with costs.crossing(channel) as paillier[name]:
        label = two_party_dnn.classify(user, server, fixed, x)
    assert label == fixed.forward(x[None])[0].argmax()

# %%
for name, cost in paillier.items():
    print(f"{name}: {cost.seconds:.2f} s and {cost.bytes:,} bytes for one row")

# %% [markdown]
# ### The attack: d + 1 questions
#
# Without protection the user asks for the image of zeros, gets $b$, asks for each unit vector, and
# subtracts. Here on a layer that sees the upper row of the pooled pixels only, to save time:

# %%
tiny = Network([4, 6, 10], "relu", rng=np.random.default_rng(SEED))
secret = two_party_dnn.FixedPointNetwork.of(tiny)
questions = [[0] * 4, *(256 * np.eye(4, dtype=int)).tolist()]

# %%
for shield in (False, True):
    user, server, _ = two_party_dnn.connect(secret, blind=shield)
    answers = two_party_dnn.first_layer_answers(user, server, questions)
    W, b = two_party_dnn.solve_layer(answers, 256)
    stolen = (secret.weights[0].astype(object) == W).mean()
    print(f"blinded: {shield}, {len(questions)} questions, weights read: {stolen:.0%}")
    assert stolen < 0.1 if shield else stolen > 0.99

# %% [markdown]
# ### Exercise 11.8: blind the sums
#
# *Difficulty 4/5. Importance 4/5. At home, 20 minutes.*
#
# The defence: multiply each sum by its own secret $r > 0$, which ReLU lets through, and shuffle the units.
#
# <details><summary>Hint 1</summary>Paillier: Enc(z)^r mod n^2 holds r z.</details>
# <details><summary>Hint 2</summary>secrets.randbelow for r, secrets.SystemRandom().shuffle for the
# order. Everything fresh at each call.</details>


# %% exercise="blind"
def blind(sums: list[int], n: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Return (blinded, undo) for Paillier ciphertexts of sums z under modulus n.

    blinded[i] encrypts r z[place] for undo[i] = (place, r). Every r is drawn on its own
    from 1 .. 2**31, every order of the units is as likely as any other, and nobody can
    predict either: not stretched from fewer random bits, and nothing is kept.
    """
    # BEGIN SOLUTION
    undo = [(place, 1 + secrets.randbelow(2**31)) for place in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[place], r, n * n) for place, r in undo], undo
    # END SOLUTION


# %% check="blind" points=3
with checking("blind"):
    checks.check_blind(blind)
    # BEGIN HIDDEN TESTS
    n = checks.MODULUS
    single, undo = blind([1 + n * 6], n)
    require(len(single) == len(undo) == 1, "one unit must come back as one")
    # END HIDDEN TESTS

# %% [markdown]
# ### The attack again: greatest common divisors
#
# Is it enough? The user asks **the same** image several times. Every answer holds multiples of the same
# sums, so what two answers share is (nearly) the sum itself:

# %%
user, server, _ = two_party_dnn.connect(secret)
question = secret.inputs(shrunk.X_test[0, :4])
answers = two_party_dnn.first_layer_answers(user, server, [question.tolist()] * 6)
truth = secret.weights[0].astype(object) @ question.astype(object) + secret.biases[0]

# %%
for asked in (2, 4, 6):
    guesses = two_party_dnn.strip_blinding(answers[:asked])
    exposed = len(set(guesses) & {abs(z) for z in truth})
    print(f"{asked} times the same image: {exposed} of {len(truth)} sums read exactly")
assert exposed >= 2  # fewer than once in 100,000 runs

# %%
positive = {sum(z > 0 for z in answer) for answer in answers}
print(f"and every answer shows how many units are positive: {positive}")

# %% [markdown]
# **Not protected** by blinding: the sizes of sums (a few repetitions), the number of positive units (one
# question), the final scores. Chapters 6 and 7 compute ReLU on shares or in garbled circuits,
# where nobody sees them. And a server of CryptoNets hands out exact-looking scores too: a linear layer falls to
# d + 1 questions under *any* encryption.
#
# ### Question 11.9 (graded by hand)
#
# *Difficulty 2/5. Importance 5/5. At home, 12 minutes.*
#
# A company advertises: "Your file is encrypted from end to end. Our network runs on the ciphertext, so neither
# your data nor our model can leak." In four or five sentences: which half of this is true for section 11.4, which is
# not, and name two measures that would limit the other half, with what each costs.

# %% [markdown] question="what_leaks" points=3
# **Model answer.** The client's data is protected: the server holds a public context and ciphertexts, and decrypting them
# would break the lattice assumption; it learns only how many batches of which size were asked. The model is not protected:
# the client decrypts the scores, and scores are a function of the weights, so enough questions rebuild it (d + 1 for a
# linear layer, more for deeper ones, far fewer if unused slots are sent as they are). Measures: a limit on questions
# per client (costs usefulness, and clients may collude); returning only the label, by a comparison under encryption
# or a second protocol (depth, time, rounds); noise on the scores (accuracy), which also guards CKKS results against
# the key attack of chapter 9.
#
# **Rubric.** 1 point: the data is protected, and against whom. 1 point: the model leaks through answers, with the mechanism. 1
# point: two measures with their costs; one measure gives half a point.

# %% [markdown]
# ## 11.9 What it cost
#
# The same code on MNIST, if `PPDL_DATA` has it: 784 ciphertexts and a network of the paper's shape is
# `ppdl bench inference`. Here the images are shrunk to 7 by 7.


# %%
def shrunk_mnist():
    images, labels = mnist_test()
    images = images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)
    return Split(images[:6000], labels[:6000], images[6000:], labels[6000:])


# %%
try:
    mnist = shrunk_mnist()
    net = square_network(mnist, [40], 10, rate=0.02)
    labels = classify_batch(net, plan, mnist.X_test)[0].argmax(axis=1)
    print(f"MNIST 7x7: {(labels == mnist.y_test).mean():.3f} right")
    assert (labels == net.predict(mnist.X_test)).mean() >= 0.999
except MissingDataError as missing:
    print(missing)

# %%
hour = 3600 * 4096 / busy["digits"]
normalised = np.mean(runs["parabola, normalised"][1])
speeds = {
    "21": f"{hour:,.0f} an hour in full batches, the server's work",
    "34": f"{paillier['digits'].seconds:.2f} s an image",
    "38": f"{layouts['stacked']['seconds']:.3f} s an image, the server's work",
}

# %%
rights = {
    "21": f"{correct['digits']:.3f} on 8x8 digits",
    "22": f"{normalised:.3f} on 8x8 in the clear, {deep_right:.3f} encrypted on 4x4",
    "34": f"{two_party['digits'][1]:.3f} on 8x8 digits",
    "38": "same scores in three layouts",
}
figures.PaperTable({k: (right, speeds.get(k, "")) for k, right in rights.items()})

# %% [markdown]
# The papers classify MNIST, 28 by 28 pixels, with larger networks; read the columns as orders of magnitude.
# The same shape as CryptoNets' is measured by the benchmark.
#
# Now the four ways side by side: from the question to the answer, client and server together, keys sent before, every
# batch full. (Much of a batch's wait is our client's, who reads ciphertexts number by number in Python.) BFV had the digits shrunk to 4 by 4 pixels. **Predict** which has the shortest wait, which takes the least time an image,
# and which sends the fewest bytes.


# %%
def one_image(cost, images, right):
    each = {"each": cost.seconds / images, "bytes": cost.bytes / images}
    return {"latency": cost.seconds, **each, "accuracy": right}


packed = layouts["stacked"]["wait"], 1, flat.accuracy(digits.X_test, digits.y_test)
four_ways = {
    "CKKS, batch of 4,096": one_image(waits["digits"], 4096, correct["digits"]),
    "CKKS, one image packed": one_image(*packed),
    "BFV, batch of 8,192": one_image(bfv_cost, 8192, bfv_right),
    "Paillier, two parties": one_image(paillier["digits"], 1, two_party["digits"][1]),
}

# %%
figures.chapter_costs(four_ways)

# %% [markdown]
# ## Summary
#
# - Encryption evaluates polynomials: train with them. Depth counts products of ciphertexts only.
# - Integers have ranges. BFV wraps in silence, so compute the largest possible result first, and take moduli enough.
# - One ciphertext a feature serves thousands of images in the time of one. Packed slots and rotations serve one, sooner.
# - Batch normalisation keeps deep polynomials alive and folds away without cost.
# - The server needs public keys only. Answers still tell about the model, and a half-way protocol such as 2P-DNN tells
#   more than it seems to.
# - A reply is all of its slots: cover those that hold no score, or one layer is read after the other.
#
# ## Further reading
#
# - [20] P. Xie et al., *Crypto-Nets: Neural Networks over Encrypted Data*, arXiv 1412.6181, 2014.
# - [21] R. Gilad-Bachrach et al., *CryptoNets*, ICML 2016.
# - [22] H. Chabanne et al., *Privacy-Preserving Classification on Deep Neural Network*, ePrint 2017/035.
# - [23] S. Ioffe, C. Szegedy, *Batch Normalization*, ICML 2015.
# - [34] Q. Zhu, X. Lv, *2P-DNN*, arXiv 1807.08459, 2018.
# - [38] A. Brutzkus, O. Elisha, R. Gilad-Bachrach, *Low Latency Privacy Preserving Inference*, ICML 2019.
#
# ## Quiz
#
# 1. Why does a batch of one cost as much as a batch of 4,096?
#    <details><summary>Answer</summary>A ciphertext has that many slots whether they are used or not.</details>
# 2. Where did batch normalisation's division go?
#    <details><summary>Answer</summary>It is by a known number, so it was done in the clear, in the weights.</details>
# 3. A BFV network is right on all test images but wraps on one in production. What was forgotten?
#    <details><summary>Answer</summary>The bound must come from the weights, for any input, not from test data.</details>
# 4. Why relinearise after the next linear layer rather than at once?
#    <details><summary>Answer</summary>There are fewer ciphertexts then, and additions and weights do not mind a third part.</details>
