# %% [markdown]
# # 7. DeepSecure
#
# **After this chapter you can**
#
# - write a layer of a network as a circuit and say what each part of it costs in AND gates;
# - build ReLU, a sigmoid and argmax that are right on every word there is;
# - run a network between two parties, neither of whom sees the other's numbers;
# - read a whole layer out of an implementation that decodes too much;
# - make the circuit many times smaller, and say what the smaller one gives away;
# - let a weak client hand its part to a second server that learns nothing.
#
# *Time: 76 minutes in class: 23 reading, 6 at the widgets, 47 exercises. At home: 65 minutes.
# Needs: chapters 1 and 5. Runs in under a minute.*

# %%
import secrets

import numpy as np

from ppdl_course.checks import deepsecure as checks
from ppdl_course.checks.verdict import checking
from ppdl_course.combined import one_network, prices
from ppdl_course.data import Split, load_digits_split, load_law_cases
from ppdl_course.figures import deepsecure as figures
from ppdl_course.mpc.circuits import arithmetic, dot_product, gate_table
from ppdl_course.mpc.circuits.activations import ACTIVATIONS
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder
from ppdl_course.mpc.learning.garbled import leaks, projection, pruning
from ppdl_course.mpc.learning.garbled.delegation import delegate
from ppdl_course.mpc.learning.garbled.layers import Format
from ppdl_course.mpc.learning.garbled.mixed import classify_mixed
from ppdl_course.mpc.learning.garbled.parties import classify
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.nn import Network, accuracy, train
from ppdl_course.widgets import deepsecure as explore

SEED = 7

# %% [markdown]
# ## 7.1 A file and a network, in one circuit
#
# Hana Calderova's lawyer would like to know what a court is likely to decide. Her file may not leave
# the office; the network of the company that predicts is its capital. Chapter 5's garbled circuits
# compute *any* function of two secrets. **DeepSecure** [15] takes them at their word: the function is
# the whole network, the file is one input and the **weights are the other**.
#
# | | in this chapter |
# |---|---|
# | **adversary** | one of the two parties, who follows the protocol and then studies all it saw |
# | **sees** | client (garbler): choice messages of oblivious transfer. Company (evaluator): tables, one label for each wire |
# | **protected** | the file, the weights, every value inside the network |
# | **not protected** | sizes of the layers, bits of a word, which weights are 0 if that is used; whatever the answer tells |
# | **not at all** | anything against a client who garbles another circuit, or a company that puts in other weights |
# | **costs** | 32 bytes for each AND gate; section 7.10 |
#
# The client garbles and the company evaluates. So the work of garbling grows with the number of
# clients, on their side, and the company gets labels for its weights by oblivious transfer.

# %%
cases, digits = load_law_cases(), load_digits_split()
hana = cases.records[0]
assert hana.name == "Hana Calderova"
print(f"{hana.charge}, {hana.prior_convictions} prior convictions, age {hana.age}")

# %% [markdown]
# ## 7.2 Words
#
# Circuits compute with bits. As in the paper a number is a **word** of 16 bits in two's complement, 12
# of them after the point: $x$ is the integer $\mathrm{round}(2^{12}x)$, from $-8$ to $8$.
#
# A unit of a layer is a sum of products. Chapter 5's multiplier and adder would do. But in a sum of 64
# products no product needs to be finished: put the bits $x_i w_j$ of **all** products into columns by
# what they are worth, $2^{i+j}$, and add up column by column. A full adder takes three bits of a column
# and leaves one there and one in the next: one bit less for one AND.


# %%
def products_one_by_one(b, xs, ws):
    total = arithmetic.constant(0, 16)
    for x, w in zip(xs, ws, strict=True):
        product = arithmetic.multiply_fixed(b, x, w, fraction_bits=12)
        total = arithmetic.add(b, total, product)
    return total


# %%
def ands_a_term(unit, terms=16):
    b = Builder()
    words = [b.input(16) for _ in range(2 * terms)]
    return b.build(unit(b, words[:terms], words[terms:])).and_gates / terms


print(f"one by one: {ands_a_term(products_one_by_one):.0f} AND gates a term")
print(f"one column sum: {ands_a_term(dot_product.dot_product):.0f}")
print(f"in the paper: {gate_table.dense(64, 1).non_xor / 64:.0f}")

# %% [markdown]
# The paper counts 212 gates a product and 16 an addition, and does not say which of a product's 32 bits it
# computes. Ours keeps signs and all bits after the point that matter: a sum of 64 terms is right to three units
# in the last place.
#
# Here is one unit with two inputs, in words of 4 bits. **Predict:** if you change $x_1$ by a quarter, do a
# few wires change, or most? And what will the evaluator see of it?

# %%
explore.unit_explorer()

# %% [markdown]
# In the clear some wires change and many stay. The evaluator's colours change all over, at every garbling,
# whether a number has changed or not.
#
# ## 7.3 What a network needs besides sums
#
# ### Exercise 7.1: ReLU
#
# *Difficulty 2/5. Importance 4/5. In class, 8 minutes.*
#
# Under encryption ReLU is a nightmare. Here it is the cheapest layer of all. The sign of a word is its
# last wire.
#
# <details><summary>Hint 1</summary>Which bits of the result differ from those of x, and when?</details>
# <details><summary>Hint 2</summary>n-1 gates for n wires: one bit of the result needs none.</details>


# %% exercise="relu"
def relu(b: Builder, x: list[int]) -> list[int]:
    """Return the n wires of max(x, 0) for a word x of n wires, with n - 1 AND gates.

    x is in two's complement, lowest bit first. b.xor(v, w), b.and_(v, w), b.inv(v) and
    b.select(bit, one, zero) give new wires; ZERO and ONE are constants.
    """
    # BEGIN SOLUTION
    positive = b.inv(x[-1])
    return [*(b.and_(wire, positive) for wire in x[:-1]), ZERO]
    # END SOLUTION


# %% check="relu" points=2
with checking("relu"):
    checks.check_relu(relu)
    # BEGIN HIDDEN TESTS
    checks.check_relu(relu, widths=(2, 3, 11, 16))
    # END HIDDEN TESTS

# %% [markdown]
# The **sigmoid** is another matter. The paper computes it by CORDIC, rotations that need only shifts and
# additions; or by a table; or by straight pieces. A shift costs nothing, so pieces whose slopes are powers of
# 2 are cheap
# (Amin, Curtis, Hayes-Gill 1997):
#
# | size of $x$ | below 1 | below 2.375 | below 5 | from 5 on |
# |---|---|---|---|---|
# | value at $\lvert x\rvert$ | $\lvert x\rvert/4 + 1/2$ | $\lvert x\rvert/8 + 5/8$ | $\lvert x\rvert/32 + 27/32$ | $1$ |
#
# and $\sigma(-x) = 1 - \sigma(x)$.

# %%
SIGMOIDS = ("sigmoid by CORDIC", "sigmoid by table", "sigmoid")
for name in SIGMOIDS:
    one = ACTIVATIONS[name]
    print(f"{name:18} {one.and_gates:5} AND gates, off by {one.worst_error():.5f}")
print("in the paper, by CORDIC:", gate_table.PAPER["sigmoid"].non_xor)

# %%
words = np.arange(-(2**15), 2**15, 64)
curves = {name: ACTIVATIONS[name].plain(words) / 4096 for name in SIGMOIDS[1:]}
figures.activation_errors(words / 4096, curves, 1 / (1 + np.exp(-words / 4096)))

# %% [markdown]
# ### Exercise 7.2: a sigmoid of at most 90 gates
#
# *Difficulty 4/5. Importance 3/5. At home, 25 minutes.*
#
# Your circuit is tried on all 65,536 words.
#
# <details><summary>Hint 1</summary>b.xor of each wire with the sign gives the size of x, half a unit aside,
# and costs nothing. What does the same trick do to the result? 0.999... minus y is y with all its bits
# turned.</details>
# <details><summary>Hint 2</summary>A shifted word is a slice with ZEROs behind it. Choose the shifted word
# and the constant by three comparisons, then add once.</details>
# <details><summary>Hint 3</summary>arithmetic.less_than(b, x, y, signed=False), arithmetic.select(b, bit,
# one, zero) and arithmetic.constant(number, width) take words of one width. Values below 1 need 12
# bits.</details>


# %% exercise="sigmoid"
def sigmoid(b: Builder, x: list[int]) -> list[int]:
    """Return a word of 16 wires within 0.02 of 1 / (1 + exp(-x)), for every word x.

    x and the result have 12 fraction bits. At most 90 AND gates.
    """
    # BEGIN SOLUTION
    size = [b.xor(wire, x[-1]) for wire in x[:-1]]
    slope, base = [ZERO] * 12, [ONE] * 12
    for cut, shift, start in ((20480, 5, 3456), (9728, 3, 2560), (4096, 2, 2048)):
        below = arithmetic.less_than(b, [*size, ZERO], arithmetic.constant(cut, 16))
        shifted = (size[shift:] + [ZERO] * shift)[:12]
        slope = arithmetic.select(b, below, shifted, slope)
        base = arithmetic.select(b, below, arithmetic.constant(start, 13)[:12], base)
    value = arithmetic.add(b, slope, base)
    return [*(b.xor(wire, x[-1]) for wire in value), *[ZERO] * 4]
    # END SOLUTION


# %% check="sigmoid" points=3
with checking("sigmoid"):
    checks.check_sigmoid(sigmoid)
    # BEGIN HIDDEN TESTS
    checks.check_sigmoid(sigmoid)
    # END HIDDEN TESTS

# %% [markdown]
# The last layer gives a score for each class. **The circuit must not give the scores away**: a client who
# reads ten numbers of 16 bits for a chosen record learns far more about the weights than one who reads
# "custodial". So softmax is left out (it does not change the order) and the circuit ends in the place of the
# largest score.
#
# ### Exercise 7.3: argmax
#
# *Difficulty 3/5. Importance 4/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>Keep two words: the largest so far, and its place. A place is a word of
# constants.</details>
# <details><summary>Hint 2</summary>One comparison decides about both. For equal words, which must win?</details>
# <details><summary>Hint 3</summary>arithmetic.less_than(b, x, y) gives a wire, arithmetic.select(b, bit,
# one, zero) a word; both take words of one width.</details>


# %% exercise="argmax"
def argmax(b: Builder, words: list[list[int]]) -> list[int]:
    """Return the place of the largest word, from 0, the first of equals, as wires.

    words holds k >= 2 signed words of n wires each. The place has just the p bits that
    k - 1 needs, lowest first. At most (k - 1)(2 n + p) AND gates.
    """
    # BEGIN SOLUTION
    width = (len(words) - 1).bit_length()
    best, found_at = words[0], [ZERO] * width
    for k, word in enumerate(words[1:], 1):
        larger = arithmetic.less_than(b, best, word)
        best = arithmetic.select(b, larger, word, best)
        here = [ONE if k >> bit & 1 else ZERO for bit in range(width)]
        found_at = arithmetic.select(b, larger, here, found_at)
    return found_at
    # END SOLUTION


# %% check="argmax" points=2
with checking("argmax"):
    checks.check_argmax(argmax)
    # BEGIN HIDDEN TESTS
    checks.check_argmax(argmax, sizes=((2, 2), (7, 3), (9, 5), (16, 4)), seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# ## 7.4 The whole network, garbled
#
# Train in the clear, round to words, garble. The **plain twin** does in integers what the circuit does with
# bits; the two must agree in every word, not nearly but exactly. Layers are garbled one after the other
# with one offset $R$ for all: the labels that leave a layer are those that enter the next.


# %%
def fit(data, sizes, epochs):
    rng = np.random.default_rng(SEED)
    net = Network(sizes, "relu", rng=rng)
    recipe = {"rate": 0.02, "momentum": 0.9, "weight_decay": 1e-4, "epochs": epochs}
    train(net, data.X_train, data.y_train, **recipe, rng=rng)
    return net


# %%
law = fit(cases, [28, 16, 2], 12)
law_words = WordNetwork.of(law, sample=cases.X_train)
print(f"floating point {accuracy(law, cases.X_test, cases.y_test):.3f}")
print(f"words of 16 bits {law_words.accuracy(cases.X_test, cases.y_test):.3f}")
print(f"{law_words.shape.and_gates:,} AND gates")

# %% [markdown]
# Now two parties over a channel: the client holds eight records, the company the network.

# %%
answer = classify(law_words, cases.X_test[:8])
print("labels:", answer.labels)
print(f"{answer.cost.bytes / 8e6:.1f} MB a record, {answer.cost.rounds} rounds")
assert np.array_equal(answer.labels, law_words.predict(cases.X_test[:8]))

# %% [markdown]
# ### How many bits?
#
# Words need not have 16 bits. **Predict** before you drag: what do 8 bits cost against 16, half or a
# quarter? And which breaks the network first, too few bits after the point or a bit less in all?

# %%
table = prices.of_formats(law, cases)
explore.bits_explorer(table, accuracy(law, cases.X_test, cases.y_test))

# %% [markdown]
# A quarter: a product of words is a product of their lengths. The accuracy hardly notices, until only two
# or three bits are left after the point.
#
# ## 7.5 Find the leak: what the garbler decodes
#
# The last labels go back to the client, who alone knows what they mean. An implementer finds it
# practical to do so after *every* layer: the company sends its labels, the client decodes them, checks
# that they make sense, and garbles the next layer for these numbers. The answers are right. All the
# tests pass.

# %%
invented = np.random.default_rng(SEED).uniform(-1, 1, (400, 28))
chatty = classify(law_words, invented[:8], opened=[0])
assert np.array_equal(chatty.labels, law_words.predict(invented[:8]))
print("decoded by the client, first record:", chatty.seen[0][0, :6] / 4096)

# %% [markdown]
# The client may ask about any record, invented ones too. The twin gives the same words as the circuit, so
# let it stand in for 400 questions:

# %%
decoded = law_words.trace(invented)[0] / 4096
assert np.array_equal(decoded[:8], chatty.seen[0] / 4096)

# %% [markdown]
# **Claim:** only the client sees these numbers, and the file is the client's own. Whom could it hurt?
#
# ### Exercise 7.4: read the layer
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# You are the client. You follow the protocol with records $x$ of your choice, and you see
# $h = \max(0, W x + b)$, as words of {{DECODED_BITS}} fraction bits. The company's capital is $W$ and $b$.
#
# <details><summary>Hint 1</summary>Take one unit. At which records does its h say what W x + b is, and at
# which only that it is not above 0?</details>
# <details><summary>Hint 2</summary>At the first kind of record, h is linear in x with a constant.
# np.linalg.lstsq solves for both, if x has a column of ones.</details>


# %% varies="steal_layer"
DECODED_BITS = 12  # of 10, 11, 12, 13, 14


# %% exercise="steal_layer"
def steal_layer(x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (W, b) of a layer, to three decimals, from words of max(0, x @ W.T + b).

    x has shape (n, inputs), h (n, units): int64 words of DECODED_BITS = {{DECODED_BITS}}
    fraction bits. W has shape (units, inputs), b (units,). Each unit is above 0 for
    more records than it has weights, and for others it is 0.
    """
    # BEGIN SOLUTION
    design = np.column_stack([x, np.ones(len(x))])
    units = []
    for column in h.T / 2.0**DECODED_BITS:
        on = column > 0
        units.append(np.linalg.lstsq(design[on], column[on], rcond=None)[0])
    return np.array(units)[:, :-1], np.array(units)[:, -1]
    # END SOLUTION


# %% check="steal_layer" points=3
with checking("steal_layer"):
    checks.check_steal_layer(steal_layer, fraction_bits=DECODED_BITS)
    # BEGIN HIDDEN TESTS
    checks.check_steal_layer(steal_layer, fraction_bits=DECODED_BITS, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# The package's attack on the questions above:

# %%
stolen = leaks.solve_layer(invented, decoded)[:, 1:]
true = law_words.weights[0] / 4096
print(f"largest weight {np.abs(true).max():.2f}")
print(f"largest error of a stolen one {np.abs(stolen - true).max():.5f}")
assert np.abs(stolen - true).max() < 1e-3

# %% [markdown]
# **Defend.** Decode nothing but the end. Labels that leave one layer enter the next without any
# message; that is what one $R$ for the whole session is for. **Attack again:**

# %%
quiet = classify(law_words, invented[:8])
print("layers that the client can decode:", len(quiet.seen))
labels = law_words.predict(invented)
nothing = leaks.solve_layer(invented, labels[:, None])[:, 1:]
print("fitted to labels:", nothing[0, :4].round(2), "- a unit:", true[0, :4].round(2))

# %% [markdown]
# One bit a record is not nothing: chapter 3's attacks work on labels alone, with many questions. Garbling
# protects the computation; how many answers a client may have is for the company to limit.
#
# ## 7.6 The paper's price list
#
# A product of words takes 212 gates that are not XOR, an addition 16, a sigmoid by CORDIC 3,932, a
# tanh 3,900; each is 32 bytes. So $m$ inputs and $n$ units cost $212\,mn + 16\,(m-1)n = 228\,mn - 16\,n$
# gates. Its two dense networks, recomputed:

# %%
for name, (sizes, activation, printed) in gate_table.BENCHMARKS.items():
    megabytes = gate_table.network(sizes, activation).megabytes
    print(name, sizes, activation, f"{megabytes:,.0f} MB; the paper: {printed:,.0f}")
    assert float(f"{megabytes:.3g}") == printed

# %% [markdown]
# Almost all of it is products: the activations, which encryption dreads, are a few percent, even by CORDIC. To
# make the circuit smaller, there must be fewer products. The paper has two ways, both before any
# cryptography, both by the company alone.
#
# ## 7.7 Fewer inputs: projection
#
# Records lie near a subspace of few dimensions. The company grows a **dictionary** of its training records:
# it takes a record $a$ in if those already taken, as columns of $D$, explain it badly,
#
# $$\frac{\lVert D D^{+} a - a\rVert}{\lVert a \rVert} > \gamma,$$
#
# and trains on coordinates in the space that $D$ spans. A client needs the same coordinates, so **a basis
# of that space is public**.
#
# ### Exercise 7.5: grow a dictionary
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>The first record that is not 0 is always taken: nothing explains
# it.</details>
# <details><summary>Hint 2</summary>Taken records are not at right angles to each other. np.linalg.pinv
# or an orthonormal basis takes care of that.</details>


# %% exercise="grow_dictionary"
def grow_dictionary(records: np.ndarray, gamma: float) -> list[int]:
    """Return the places of the records that are taken into the dictionary, in order.

    records has shape (n, features). They are looked at from the first to the last; one
    is taken if its relative distance from the span of those taken before is above
    gamma, 0 < gamma < 1. A record of zeros is never taken.
    """
    # BEGIN SOLUTION
    places: list[int] = []
    for place, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(place)
    return places
    # END SOLUTION


# %% check="grow_dictionary" points=2
with checking("grow_dictionary"):
    checks.check_grow_dictionary(grow_dictionary)
    # BEGIN HIDDEN TESTS
    checks.check_grow_dictionary(grow_dictionary, rounds=12, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# On the digits, with the package's function:

# %%
digit_net = fit(digits, [64, 32, 10], 30)
digit_words = WordNetwork.of(digit_net, sample=digits.X_train)
dictionary = projection.grow_dictionary(digits.X_train, gamma=0.3)

# %%
project = dictionary.project
small = Split(
    project(digits.X_train), digits.y_train, project(digits.X_test), digits.y_test
)
small_net = fit(small, [dictionary.size, 32, 10], 30)
small_words = WordNetwork.of(small_net, sample=small.X_train)

# %%
for words, data in ((digit_words, digits), (small_words, small)):
    price = prices.priced(words, data.X_test, data.y_test)
    print(f"{words.shape.sizes}: {price.and_gates:,} AND, {price.accuracy:.3f} right")

# %% [markdown]
# ### What the public basis tells
#
# The dictionary stays at home: its columns are case files. **Claim** (as in the paper): a basis spans a space, it
# does not name a record, so it may be public.
# **Predict:** how far from that space is a record of the dictionary? And how far is any other?

# %%
of_cases = projection.grow_dictionary(cases.X_train, gamma=0.6)
public = of_cases.basis
figures.distances(projection.residual(public, cases.X), {"Hana Calderova": 0})

# %%
members = np.flatnonzero(leaks.in_span(public, cases.X))
print(f"{len(members)} of {len(cases.X)} records lie within the space")
print("they are the dictionary:", set(members) == set(cases.train[of_cases.rows]))
print("Hana Calderova's file was used:", 0 in members)

# %% [markdown]
# Whoever holds a file can ask: *was this person's case among yours?* The answer is certain, and the basis
# is sent to every client. Chapter 3's membership attack had to guess.
#
# **Defend.** Take a space that no single record spans: the principal components of all of them. **Attack
# again:**

# %%
components = np.linalg.svd(cases.X_train, full_matrices=False)[2][: of_cases.size].T
print("records within the space:", leaks.in_span(components, cases.X).sum())
print(f"the nearest: {projection.residual(components, cases.X).min():.4f}")

# %% [markdown]
# It is no proof. It takes away certainty, not all information; chapter 16 does it with a bound.
#
# ## 7.8 Fewer weights: pruning
#
# The smallest weights are set to 0 and the others trained on. A product by 0 is no product: if both
# parties know *where* the zeros are, the circuit leaves these out.
#
# ### Exercise 7.6: prune and retrain
#
# *Difficulty 2/5. Importance 4/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>Choose the weights once, by size, over the whole of W; keep a mask of 0
# and 1.</details>
# <details><summary>Hint 2</summary>Which weights does the gradient move? All of them, unless you stop
# it.</details>


# %% exercise="prune_and_retrain"
def prune_and_retrain(W: np.ndarray, keep: int, gradient, rate, steps) -> np.ndarray:
    """Return W with only its keep largest weights (in size), retrained.

    The other weights become 0 and stay 0 in each of the steps W - rate * gradient(W);
    gradient takes weights of W's shape and returns slopes of that shape. W itself is
    not changed; no two of its weights are of equal size, and 1 <= keep <= W.size.
    """
    # BEGIN SOLUTION
    smallest = np.sort(np.abs(W), axis=None)[-keep]
    mask = np.abs(W) >= smallest
    W = W * mask
    for _ in range(steps):
        W = (W - rate * gradient(W)) * mask
    return W
    # END SOLUTION


# %% check="prune_and_retrain" points=3
with checking("prune_and_retrain"):
    checks.check_prune_and_retrain(prune_and_retrain)
    # BEGIN HIDDEN TESTS
    checks.check_prune_and_retrain(prune_and_retrain, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# **Predict:** how many of the digits network's weights can go, before it makes one more error in a
# hundred? How many without retraining?

# %%
pruned = prices.of_pruned(digit_net, digits, (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1))
explore.pruning_explorer(*pruned)

# %% [markdown]
# Both together, projection first:

# %%
tiny_words = prices.pruned_words(small_net, small, prices.counts(small_net, 0.33))
before = prices.priced(digit_words, digits.X_test, digits.y_test)
after = prices.priced(tiny_words, small.X_test, small.y_test)
print(f"{before.and_gates / after.and_gates:.1f} times fewer AND gates")
print(f"accuracy {before.accuracy:.3f} -> {after.accuracy:.3f}")
assert before.and_gates >= 5 * after.and_gates
assert before.accuracy - after.accuracy <= 0.01

# %% [markdown]
# ### What the public pattern tells
#
# **Claim:** the pattern says where weights are, not what they are. **Predict:** from the number of units that
# look at `age`, can you tell whether the courts behind the training data judged people by their age?
#
# Twenty companies train on cases; for ten of them we shuffle the columns that say who somebody is, so that
# these mean nothing. The attacker sees the patterns alone, and has trained networks of both kinds on cases of
# its own.


# %%
def training_cases(judged_by_person, mine, rng):
    half = np.random.default_rng(SEED).random(len(cases.y)) < 0.5
    rows = rng.choice(np.flatnonzero(half == mine), 1500, replace=False)
    X = cases.X[rows].copy()
    if not judged_by_person:
        X[:, cases.personal] = rng.permutation(X[:, cases.personal])
    return X, cases.y[rows]


# %%
def public_pattern(judged_by_person, mine, seed):
    rng = np.random.default_rng(seed)
    X, y = training_cases(judged_by_person, mine, rng)
    net = Network([28, 12, 2], "relu", rng=rng)
    train(net, X, y, rate=0.05, momentum=0.9, epochs=5, rng=rng)
    recipe = {"keep": (4, 6), "rounds": 3, "epochs": 2, "rng": rng}
    return leaks.usage(pruning.prune(net, X, y, **recipe)[1])


# %%
kinds = np.arange(20) % 2 == 1
age = [cases.feature_names.index("age")]
own = np.array([public_pattern(kind, True, k) for k, kind in enumerate(kinds)])
guess = leaks.PatternGuess(own[:, age], kinds)

# %%
theirs = np.array([public_pattern(v, False, 100 + k) for k, v in enumerate(kinds)])
right = int((guess(theirs[:, age]) == kinds).sum())
print(f"{right} of {len(kinds)} companies are told apart by their patterns")
assert right >= 16  # by guessing: once in 170

# %% [markdown]
# The pattern is a summary of the training data, and it is sent to every client. **Defend:** choose the pattern
# before training, by coins. Then it depends on nothing. **Attack again** finds nothing, by construction; what
# remains to be seen is the price.


# %%
def trained_within(masks):
    rng = np.random.default_rng(SEED)
    net = law.copy()
    recipe = {"rate": 0.02, "epochs": 10, "rng": rng}
    pruning.retrain(net, masks, cases.X_train, cases.y_train, **recipe)
    return accuracy(net, cases.X_test, cases.y_test)


# %%
by_size = pruning.masks_of(law, (8, 8))
coins = np.random.default_rng(SEED)
by_coins = [coins.permuted(mask, axis=1) for mask in by_size]
print(f"kept by size: {trained_within(by_size):.3f} right")
print(f"kept by coins: {trained_within(by_coins):.3f} right")

# %% [markdown]
# ## 7.9 A weak client
#
# A telephone cannot garble millions of gates. DeepSecure lets it **delegate**: it cuts its record into two
# XOR shares and sends one to a *proxy*, who garbles in its place, and the other to the company. The circuit
# begins with an XOR of the two, which costs nothing. Neither may work with the other.
#
# ### Exercise 7.7: two shares of a record
#
# *Difficulty 2/5. Importance 5/5. At home, 10 minutes.*
#
# <details><summary>Hint 1</summary>One share is fresh and uniform for each word. What is the other, so that
# their XOR is the word?</details>
# <details><summary>Hint 2</summary>Python's % 65536 turns a word below 0 into two's complement of 16
# bits.</details>


# %% exercise="share_record"
def share_record(record: np.ndarray) -> tuple[list[int], list[int]]:
    """Return two shares (for the proxy, for the owner) of a record of 16-bit words.

    record holds integers from -32768 to 32767. Each share has a number in 0..65535 for
    each word; the XOR of both is the word modulo 65536. Each share alone is uniform,
    all its words independent, whatever the record is: not stretched from fewer random bits,
    and nothing is kept from one call to the next.
    """
    # BEGIN SOLUTION
    mask = [secrets.randbits(16) for _ in record]
    return mask, [int(x) % 65536 ^ m for x, m in zip(record, mask, strict=True)]
    # END SOLUTION


# %% check="share_record" points=2
with checking("share_record"):
    checks.check_share_record(share_record)
    # BEGIN HIDDEN TESTS
    checks.check_share_record(share_record)
    # END HIDDEN TESTS

# %% [markdown]
# All three parties at work. The proxy garbles, yet neither learns the answer: one has the colours of the
# labels, the other their meaning.

# %%
weak = delegate(law_words, cases.X_test[:8])
assert np.array_equal(weak.labels, law_words.predict(cases.X_test[:8]))
light = sum(message.size for message in weak.channel.view("client"))
print(f"the client: {light / 8:,.0f} bytes a record")
print(f"proxy and company: {(weak.cost.bytes - light) / 8e6:.1f} MB a record")

# %% [markdown]
# ## 7.10 What it cost, and an extension of ours
#
# Products are the price of garbling, and a product needs no garbling: chapter 5's oblivious transfer
# multiplies a bit of the one party by a number of the other, a whole row of weights at once. **Our
# extension** (not in the paper; the idea is Gilboa's, 1999) computes the dense layers so, on shares, and
# garbles only rounding, ReLU and argmax. Same words, same labels:

# %%
exact = WordNetwork.of(digit_net, form=Format(drop=0), sample=digits.X_train)
image = digits.X_test[:1]
mixed = classify_mixed(exact, image)
assert np.array_equal(mixed.labels, exact.predict(image))

# %%
runs = {
    "all garbled": classify(digit_words, image),
    "projected and pruned": classify(tiny_words, small.X_test[:1]),
    "dense layers by transfer (ours)": mixed,
}

# %%
B3, right = gate_table.network(*gate_table.BENCHMARKS["B3"][:2]), digit_words.accuracy
of = {name: right(digits.X_test, digits.y_test) for name in runs}
of["projected and pruned"] = after.accuracy
rows = [(name, run.cost.bytes / 1e6, of[name]) for name, run in runs.items()]
figures.costs([("the paper's B3, computed", B3.megabytes, None), *rows])

# %%
for name, run in runs.items():
    print(f"{name:32} {run.cost.seconds:5.2f} s  {run.cost.rounds:3} rounds")

# %% [markdown]
# The paper's network is larger, 617-50-26; per product the numbers are near each other.
#
# And one network on the law cases by every protocol of the course that classifies: chapter 6's shares, and, ahead
# of time, chapter 11's encryption. **Predict** which is fastest, and what it asks for in return.

# %%
for row in one_network.compare(one_network.load_task("law")):
    print(f"{row.method} (chapter {row.chapter}): {row.accuracy:.3f} right,", end=" ")
    print(f"{row.seconds:.4f} s, {row.bytes / 1e6:.3f} MB, {row.rounds} rounds")
    print("    trusts:", row.trust)

# %% [markdown]
# Speed is bought with trust: two servers that do not talk to each other are fast, and together they know
# everything. **Protected** by garbling: file,
# weights, inner values, from parties who follow the protocol. **Not protected:** what both must know to build
# the circuit, and what answers tell. Rounds do not grow with the network for garbling; they grow by a few for
# each layer in the extension.
#
# ### Question 7.8 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# A company offers garbled predictions to law offices, with a network that was projected on a dictionary of
# case files and pruned. Its brochure says: "Nobody sees your file, nobody sees our network, and nothing about
# the people in our training data ever leaves our house: everything is garbled." In five or six sentences:
# which parts are true, against whom, and on what condition? Which part is false, and what would you change?

# %% [markdown] question="brochure" points=3
# **Model answer.** The file is hidden from the company, whatever it looks at afterwards, as long as it follows
# the protocol: it sees tables and one label a wire, and not even the answer. The weights are hidden from a law
# office that garbles the agreed circuit and decodes only the answer; if hidden layers are decoded, or if it may
# ask without limit, it reads or rebuilds the network, and an office that garbles another circuit gets other
# things out. The last part is false: the dictionary's space and the pattern are sent to every client in the
# clear, before anything is garbled. A record of the dictionary lies exactly in the space, so anyone with a
# person's file can tell that it was used; the pattern shows what the network looks at, and so what mattered in
# the training data. Better: a space that no single record spans (principal components, best with noise as in
# chapter 16), a pattern that does not depend on the data, and a limit on questions.
#
# **Rubric.** 1 point: file and weights are protected, against passive parties only, and the answer or many
# answers still tell. 1 point: the basis or the pattern is public and depends on training records, with the
# attack named. 1 point: a change that removes the dependence, and its price or limit.

# %% [markdown]
# ## Summary
#
# - A network is one circuit; file and weights are its two inputs. An AND gate is 32 bytes, XOR is free.
# - A sum of products is one column sum, and products are nearly all of the price. ReLU takes a gate less than a
#   word has bits, argmax two words' worth a class, a good sigmoid fewer than 90.
# - Decode nothing but the answer: a decoded layer is a system of linear equations in its weights.
# - Projection and pruning save most of the circuit, and they publish something that was made from the training
#   records: a basis names its members, a pattern tells what mattered.
# - A weak client hands out two XOR shares; a transfer does the work of many gates.
#
# ## Further reading
#
# - [15] B. D. Rouhani, M. S. Riazi, F. Koushanfar, *DeepSecure: Scalable Provably-Secure Deep Learning*, DAC 2018.
# - H. Amin, K. M. Curtis, B. R. Hayes-Gill, *Piecewise Linear Approximation Applied to Nonlinear Function of a
#   Neural Network*, IEE Proceedings 1997.
# - N. Gilboa, *Two Party RSA Key Generation*, CRYPTO 1999: products by oblivious transfer.
# - F. Tramèr et al., *Stealing Machine Learning Models via Prediction APIs*, USENIX Security 2016.
# - G. Ateniese et al., *Hacking Smart Machines with Smarter Ones*, 2015: properties of training data.
#
# ## Quiz
#
# 1. Why does the client garble and not the company?
#    <details><summary>Answer</summary>Whoever garbles knows what the last labels mean. So the client alone
#    learns the answer.</details>
# 2. ReLU is free of error and nearly free of cost here, and the worst of all under encryption. Why?
#    <details><summary>Answer</summary>A circuit has the bits at hand, the sign among them. Encryption has
#    sums and products only.</details>
# 3. The basis of the dictionary is multiplied by a secret rotation before it is published. Does that help?
#    <details><summary>Answer</summary>No: the space is the same, and so is the distance of every
#    record.</details>
# 4. Proxy and company meet for lunch. What do they know together?
#    <details><summary>Answer</summary>Both shares: the whole file, and the answer.</details>
