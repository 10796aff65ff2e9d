# %% [markdown]
# # 16. Private training
#
# **After this chapter you can**
#
# - train a network so that no single case shows in it, and say by how much;
# - clip every record's gradient without ever writing it down;
# - say what clipping norm, noise, batch size and epochs cost, and what they buy;
# - repeat the attacks of chapter 3 on the private model, and audit its epsilon from below;
# - convict a training loop whose batches are not what its accountant believes, and fit a
#   large batch into a small memory without that;
# - use Opacus, and say what it refuses and why;
# - compare other ways to train privately, among them [37] and [42] of the survey that
#   this course follows.
#
# *Time: 88 minutes in class: 40 reading, 2 at the widgets, 46 exercises. At home: 52
# minutes. Needs: chapters 1, 3 and 15. Runs in about half a minute.*

# %%
import math
from itertools import pairwise

import numpy as np

from ppdl_course.attacks import gradient_leakage, membership
from ppdl_course.checks import private_training as sampling
from ppdl_course.checks.private_training import clipping as checks
from ppdl_course.checks.private_training import poisson_batches
from ppdl_course.checks.private_training import sharing as private_sharing
from ppdl_course.checks.verdict import checking, require
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
    noise_multiplier_for,
)
from ppdl_course.dp.definition import Neighbours
from ppdl_course.nn import CrossEntropy, Network, accuracy, train
from ppdl_course.parties import costs

SEED, DELTA = 16, 1e-5
ADD_REMOVE = Neighbours.ADD_REMOVE
cases, digits = load_law_cases(), load_digits_split()

# %% [markdown]
# ## 16.1 Was she in the file?
#
# A small court trains a model on its 300 cases, for long, so that it fits them well. It gives
# the model away, not the files. Bruna's neighbour has the model, and knows what kind of case
# Bruna would have been. The question is not what the model says about her. It is whether
# there **is** a file: whether it was trained on her.

# %%
court, outside = slice(0, 300), slice(300, 600)
X, y = cases.X_train[court], cases.y_train[court]
rng = np.random.default_rng(SEED)
open_model = Network([28, 64, 2], "relu", rng=rng)
train(open_model, X, y, rate=0.1, momentum=0.9, epochs=60, rng=rng)


# %%
def membership_roc(network):
    inside = membership.loss_scores(network, X, y)
    others = membership.loss_scores(
        network, cases.X_train[outside], cases.y_train[outside]
    )
    return membership.roc(inside, others)


print(f"attack on the open model: AUC {membership_roc(open_model).auc:.2f}")

# %% [markdown]
# An AUC of 0.5 is guessing. A low loss betrays membership, because training pulled at
# just these losses.
#
# | | in this chapter |
# |---|---|
# | **adversary** | anyone who holds the released weights, or saw every training step |
# | **sees** | the weights, the recipe, and all other records |
# | **protected** | whether one record was there, up to $(\epsilon,\delta)$ |
# | **not protected** | what all records have in common; records against the trainer, who sees them; several records of one person |
# | **costs** | accuracy, time, and a choice of four numbers |
#
# **Predict.** The model is some two thousand weights. Where would you put noise: into the
# records, into each step, or into the finished weights? Section 16.10 tries all three.

# %% [markdown]
# ## 16.2 Bound what one record can do
#
# Chapter 15 adds noise in proportion to sensitivity. How far can one case move a step of
# SGD? Its gradient may be of any length. **DP-SGD** makes a bound: take each record's gradient
# $g_i$ by itself, and shorten it to at most $C$,
#
# $$c_i = g_i \cdot \min(1,\; C/\lVert g_i\rVert).$$
#
# The direction stays. Then adding or removing a case moves $\sum_i c_i$ by at most $C$.
# First the $g_i$: all at once from the package, and one by one with batches of one.

# %%
small = Network([28, 16, 2], "relu", rng=np.random.default_rng(SEED))
rows = small.example_gradients(X, y, CrossEntropy())
print(rows.shape)


# %%
def gradient_alone(i):
    return small.loss_and_gradient(X[i : i + 1], y[i : i + 1], CrossEntropy())[1]


one_by_one = np.stack([gradient_alone(i) for i in range(len(X))])
print(f"largest difference {np.abs(rows - one_by_one).max():.1e}")
assert np.allclose(rows, one_by_one, atol=1e-12)

# %% [markdown]
# ### Exercise 16.1: clip each
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>The norm is one number for each row: axis=1, and keepdims=True to divide
# by it.</details>
# <details><summary>Hint 2</summary>A gradient of norm 0 must stay 0. Divide by something that is
# never below 1.</details>


# %% exercise="clip_each"
def clip_each(gradients: np.ndarray, max_grad_norm: float) -> np.ndarray:
    """Return the gradients, each scaled down to norm max_grad_norm if it is longer.

    gradients has shape (n, parameters), a row for each record; so has the result. Rows
    that are short enough stay as they are. One may be all 0. Do not change gradients.
    """
    # BEGIN SOLUTION
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients / np.maximum(1, norms / max_grad_norm)
    # END SOLUTION


# %% check="clip_each" points=2
with checking("clip_each"):
    checks.check_clip_each(clip_each)
    # BEGIN HIDDEN TESTS
    checks.check_clip_each(clip_each, bound=0.01, n=3, seed=None)
    checks.check_clip_each(clip_each, bound=30.0, n=9, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Where to cut? **Predict:** whose gradients are long, before and after training?

# %%
from ppdl_course.dp.training.clipping import (
    clipped_sum,
    clipped_sum_by_rows,
    example_norms,
)
from ppdl_course.figures.private_training import norm_histogram

fresh = Network([28, 64, 2], "relu", rng=np.random.default_rng(SEED))
halfway = fresh.copy()
train(halfway, X, y, rate=0.1, epochs=40, rng=np.random.default_rng(SEED))

# %%
norms = {
    "before training": example_norms(fresh, X, y, CrossEntropy()),
    "after 40 epochs": example_norms(halfway, X, y, CrossEntropy()),
}
norm_histogram(norms, max_grad_norm=1.0)

# %% [markdown]
# At first all gradients are longer than $C$. Then those of the ordinary cases become short, and
# the long tail is the odd ones. Those are whom the clipping shields, and whom it keeps the model from learning:
# privacy does not cost everybody the same.
#
# ### Norms without gradients
#
# The matrix of all $g_i$ is $n$ times as large as the network. Chapter 1's line 2 says that in
# a dense layer $g_i = \delta_i^\top [1, a_i]$, a column times a row. Such a product has norm
#
# $$\lVert g_i \rVert = \lVert \delta_i \rVert \cdot \lVert [1, a_i] \rVert,$$
#
# and squares of layers add up. So run back-propagation once, get the norms from its two
# factors, reweight the $\delta_i$, and multiply. These are called **ghost norms**.
#
# ### Exercise 16.2: ghost norms
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>Square the formula above: for one layer, two sums over each record's
# row.</details>
# <details><summary>Hint 2</summary>Add the squares over the layers, and take the root at the end.</details>


# %% exercise="ghost_norms"
def ghost_norms(nodes: list[np.ndarray], deltas: list[np.ndarray]) -> np.ndarray:
    """Return the norm of each record's gradient over all layers, shape (n,).

    For layer k, nodes[k] is [1, a] of shape (n, 1 + inputs) and deltas[k] = dL/dz of
    shape (n, units), both a row for each record.
    """
    # BEGIN SOLUTION
    squares = [
        (delta**2).sum(axis=1) * (node**2).sum(axis=1)
        for node, delta in zip(nodes, deltas, strict=True)
    ]
    return np.sqrt(sum(squares))
    # END SOLUTION


# %% check="ghost_norms" points=2
with checking("ghost_norms"):
    checks.check_ghost_norms(ghost_norms)
    # BEGIN HIDDEN TESTS
    checks.check_ghost_norms(ghost_norms, sizes=(6, 2), n=1, seed=None)
    deep = {"sizes": (3, 5, 4, 2), "n": 8}
    checks.check_ghost_norms(ghost_norms, **deep, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# The package has both ways. They must agree; what they write down need not:

# %%
big = Network([64, 128, 10], "relu", rng=np.random.default_rng(SEED))
batch = (big, digits.X_train[:512], digits.y_train[:512])
ways = (clipped_sum, clipped_sum_by_rows)
assert np.allclose(*(way(*batch, max_grad_norm=1.0) for way in ways), atol=1e-9)

# %%
for way in ways:
    with costs.seconds() as spent:
        way(*batch, max_grad_norm=1.0)
    print(f"{way.__name__}: {1000 * spent.seconds:.0f} ms")
print(f"gradients, written down: {8 * 512 * len(big.flat) / 1e6:.0f} MB")

# %% [markdown]
# ## 16.3 Hide who took part
#
# If a record takes part in a step only with probability $q$, unknown to the adversary, then
# it leaks less: **amplification by sampling** (chapter 15). The accountants count one kind of sampling,
# **Poisson**: before each step every record tosses its own coin. The batch has no fixed size.
#
# ### Exercise 16.3: a Poisson batch
#
# *Difficulty 1/5. Importance 5/5. In class, 8 minutes.*
#
# <details><summary>Hint 1</summary>One uniform number in [0, 1) for each record: how often is it below
# 0.1?</details>
# <details><summary>Hint 2</summary>np.flatnonzero turns a mask into row numbers. An empty result is
# right, too.</details>


# %% exercise="poisson_batch"
def poisson_batch(n: int, sample_rate: float, rng: np.random.Generator) -> np.ndarray:
    """Return the rows, out of 0 .. n - 1, that take part in a step.

    Each takes part with probability sample_rate, independently of the others. The
    result is a vector of integers, possibly empty. All randomness comes from rng.
    """
    # BEGIN SOLUTION
    return np.flatnonzero(rng.random(n) < sample_rate)
    # END SOLUTION


# %% check="poisson_batch" points=2
with checking("poisson_batch"):
    poisson_batches.check_poisson_batch(poisson_batch)
    # BEGIN HIDDEN TESTS
    poisson_batches.check_poisson_batch(poisson_batch, sample_rate=0.5, seed=None)
    every = poisson_batch(7, 1.0, np.random.default_rng(0))
    require(sorted(every) == list(range(7)), "with probability 1 all take part")
    # END HIDDEN TESTS

# %% [markdown]
# ## 16.4 Noise in the sum
#
# The clipped sum moves by at most $C$ through one record, so it gets Gaussian noise of
# deviation $\sigma C$. $\sigma$ is the **noise multiplier**. Then divide by the *expected* batch
# size $qn$: the true size tells whether somebody came.
#
# $$g = \frac{1}{qn}\Big(\sum_{i\in B} c_i + \mathcal N(0,\, \sigma^2C^2 I)\Big)$$
#
# ### Exercise 16.4: a private mean
#
# *Difficulty 3/5. Importance 5/5. In class, 16 minutes.*
#
# <details><summary>Hint 1</summary>Three steps in this order: clip each row, sum and add noise, divide.</details>
# <details><summary>Hint 2</summary>One normal draw for each parameter, not for each record:
# gradients.shape[1] of them.</details>


# %% exercise="private_mean"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
) -> np.ndarray:
    """Return the noisy mean gradient of a step, shape (parameters,).

    gradients, shape (n, parameters), n >= 0: each row, perhaps all 0, is clipped to
    max_grad_norm; their sum gets normal noise from rng, of deviation noise_multiplier *
    max_grad_norm in each entry; all is divided by expected_batch_size.
    """
    # BEGIN SOLUTION
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    clipped = gradients / np.maximum(1, norms / max_grad_norm)
    scale = noise_multiplier * max_grad_norm
    noise = rng.normal(0, scale, gradients.shape[1])
    return (clipped.sum(axis=0) + noise) / expected_batch_size
    # END SOLUTION


# %% check="private_mean" points=3
with checking("private_mean"):
    sampling.check_private_mean(private_mean)
    # BEGIN HIDDEN TESTS
    sampling.check_private_mean(
        private_mean, bound=2.0, noise_multiplier=0.7, expected=25.0, seed=None
    )
    # END HIDDEN TESTS

# %% [markdown]
# That is all of DP-SGD. A loop around it, on the law cases, and the package's training with
# the same random numbers: the same weights come out.

# %%
from ppdl_course.dp.training.dp_sgd import noisy_mean, poisson_sample, train_private

noise = {"noise_multiplier": 1.0, "max_grad_norm": 1.0}
ours, theirs = small.copy(), small.copy()
rng = np.random.default_rng(SEED)
for _ in range(40):
    rows = poisson_sample(300, sample_rate=0.1, rng=rng)
    gradients = ours.example_gradients(X[rows], y[rows], CrossEntropy())
    ours.flat -= 0.5 * noisy_mean(gradients, **noise, expected_batch_size=30, rng=rng)

# %%
settings = {"rate": 0.5, "steps": 40, "sample_rate": 0.1, **noise}
run = train_private(theirs, X, y, **settings, rng=np.random.default_rng(SEED))
assert np.allclose(ours.flat, theirs.flat, atol=1e-9)
print(f"40 steps, batches of {run.batch_sizes.min()} to {run.batch_sizes.max()}")
print(f"epsilon {run.epsilon(delta=DELTA):.2f} at delta {DELTA:g}")

# %% [markdown]
# The accountant needs three numbers: $\sigma$, $q$ and the number of steps. Not the data, and
# not $C$. Chapter 15 wrote it; here it is only used.

# %% [markdown]
# ## 16.5 What it costs
#
# Now on all 4,500 cases and on the digits. For each epsilon the accountant's inverse gives the
# noise; four seeds show what is chance. **Predict:** which task suffers more, and at
# which epsilon does it hurt?

# %%
SAMPLED = {"sample_rate": 0.1, "steps": 200}


def noise_for(epsilon):
    if math.isinf(epsilon):
        return 0.0
    counted = {"delta": DELTA, **SAMPLED, "neighbours": ADD_REMOVE}
    return noise_multiplier_for(epsilon=epsilon, **counted)


# %%
def private_network(data, epsilon, seed):
    rng = np.random.default_rng(seed)
    classes = int(data.y_train.max()) + 1
    net = Network([data.X_train.shape[1], 32, classes], "relu", rng=rng)
    recipe = {"rate": 1.0, **SAMPLED, "max_grad_norm": 1.0, "rng": rng}
    recipe["noise_multiplier"] = noise_for(epsilon)
    train_private(net, data.X_train, data.y_train, **recipe)
    return net


def accuracies(data, epsilon):
    nets = [private_network(data, epsilon, seed) for seed in range(4)]
    return [accuracy(net, data.X_test, data.y_test) for net in nets]


# %%
from ppdl_course.figures.private_training import accuracy_by_epsilon

curves, levels = {}, {}
for task, data in (("law cases", cases), ("digits", digits)):
    curves[task] = {epsilon: accuracies(data, epsilon) for epsilon in (0.25, 1, 4)}
    levels[f"{task}, no noise"] = np.mean(accuracies(data, math.inf))
accuracy_by_epsilon(curves, levels=levels)

# %%
for task, by_epsilon in curves.items():
    means = [np.mean(runs) for runs in by_epsilon.values()]
    assert means[0] < means[-1]
    print(f"{task:10}", *(f"{mean:.3f}" for mean in means))

# %% [markdown]
# The digits suffer more. They are a third as many records, and more than twice as many weights.
# The noise in a weight does not grow with $n$, and the sum does. Bars are 95 % intervals for the
# mean over seeds.
#
# Four sliders decide it. **Predict before you drag:** one of them changes the accuracy a lot
# and epsilon not at all. Which one? And which batch size is cheapest for the same number of epochs?

# %%
from ppdl_course.widgets.private_training import settings_explorer

settings_explorer()

# %% [markdown]
# The clipping norm is not in epsilon's formula: noise and bound grow together. Too small, and
# every step is short; too large, and the noise drowns the sum. The smallest batch costs the least
# epsilon. But fewer records stand against the same noise in each step, so its accuracy falls first.
#
# **Choosing** a setting by looking at the accuracies uses the records: each run that you compare is
# a release. Choose on public data, or pay for the search.

# %% [markdown]
# ## 16.6 Attack again
#
# The court of section 16.1 trains with DP-SGD, for $\epsilon = 4$. With 300 cases,
# $\delta = 10^{-3}$ is below one in $n$.

# %%
SMALL = {"sample_rate": 0.2, "steps": 100}
sigma = noise_multiplier_for(epsilon=4.0, delta=1e-3, **SMALL, neighbours=ADD_REMOVE)
PRIVATE = {"rate": 1.0, **SMALL, "noise_multiplier": sigma, "max_grad_norm": 1.0}


# %%
def train_pair(x, labels, sizes, seed):
    """Return the same network, trained in the open and privately."""
    start = Network(sizes, "relu", rng=np.random.default_rng(seed))
    rng, nets = np.random.default_rng(seed), (start.copy(), start.copy())
    train(nets[0], x, labels, rate=0.1, momentum=0.9, epochs=60, rng=rng)
    train_private(nets[1], x, labels, **PRIVATE, rng=rng)
    return nets


# %%
pairs = [train_pair(X, y, [28, 64, 2], seed) for seed in range(4)]
auc = np.mean([[membership_roc(net).auc for net in pair] for pair in pairs], axis=0)
print(f"membership AUC {auc[0]:.2f} open, {auc[1]:.2f} private")
assert auc[1] < auc[0]

# %%
test = cases.X_test, cases.y_test
right = np.mean([[accuracy(net, *test) for net in pair] for pair in pairs], axis=0)
print(f"test accuracy {right[0]:.3f} open, {right[1]:.3f} private")

# %% [markdown]
# **A planted canary.** Chapter 3 plants a secret in the training set and asks at which rank,
# among all candidates, the model puts it. Here the secret is one speckled image of 1,024,
# labelled 7. Rank 1 is 10 bits of exposure; guessing gives 1.4 on average.

# %%
from ppdl_course.attacks.memorisation import exposure


def canary_exposures(seed):
    candidates = np.random.default_rng(100 + seed).random((1024, 64))
    x = np.vstack([digits.X_train[:300], candidates[:1]])
    pair = train_pair(x, np.append(digits.y_train[:300], 7), [64, 64, 10], seed)
    sevens = np.full(1024, 7)
    return [exposure(net.losses(candidates, sevens, CrossEntropy()), 0) for net in pair]


# %%
exposed = np.mean([canary_exposures(seed) for seed in range(5)], axis=0)
print(f"exposure {exposed[0]:.1f} bits open, {exposed[1]:.1f} private")
assert exposed[1] < exposed[0]

# %% [markdown]
# **A leaked gradient.** Chapter 1 divides a row of one record's gradient by its bias entry. The
# same division on that gradient as it is, clipped, and clipped and noised:

# %%
net = Network([64, 32, 10], "relu", rng=np.random.default_rng(SEED))
rng = np.random.default_rng(SEED)


def read_back(i):
    one = digits.X_train[i : i + 1], digits.y_train[i : i + 1]
    bare = net.loss_and_gradient(*one, CrossEntropy())[1]
    clipped = clipped_sum(net, *one, max_grad_norm=1.0)
    noised = clipped + rng.normal(0, sigma, len(clipped))
    images = [gradient_leakage.closed_form(net, g) for g in (bare, clipped, noised)]
    return [gradient_leakage.psnr(one[0][0], image) for image in images]


# %%
bare, clipped, noised = np.median([read_back(i) for i in range(40)], axis=0)
grey = np.median(gradient_leakage.psnr(digits.X_train[:40], 0.5))
print(f"as it is {bare:.0f} dB, clipped {clipped:.0f} dB")
print(f"noised {noised:.0f} dB, a grey image {grey:.0f} dB")
assert min(bare, clipped) > 90 > grey > noised

# %%
from ppdl_course.figures.private_training import attack_drop

attacks = {
    "membership (AUC)": (*auc, 0.5),
    "canary exposure (bits)": (*exposed, 1.44),
    "leaked gradient (PSNR, dB)": (bare, noised, grey),
}
attack_drop(attacks, names=("open", "private"))

# %% [markdown]
# Clipping alone stops nothing: a shorter row divided by its shorter bias entry is the same
# record. The noise does it.

# %% [markdown]
# ## 16.7 Audit the trained model
#
# Epsilon is a bound from above, by a proof about code that may have bugs. From below one can
# measure: train with and without one record, often, and see how well the **released weights** tell
# the two apart (chapter 15). The worst record is one that nobody resembles: a column in which
# all others are 0.

# %%
strange = np.append(np.zeros(28), 20.0)
without = np.column_stack([X[:50], np.zeros(50)]), y[:50]
with_it = np.vstack([without[0], strange]), np.append(without[1], 1)

# %%
STEPS, promise = {"sample_rate": 1.0, "steps": 10}, 3.0
noise = noise_multiplier_for(
    epsilon=promise, delta=DELTA, **STEPS, neighbours=ADD_REMOVE
)
blank = Network([29, 2], rng=np.random.default_rng(0))
blank.flat[:] = 0


# %%
def released_weights(data, rng, clip_factor=1.0):
    """Return how the strange column's weight ended; a wrong trainer clips too late."""
    recipe = {"rate": 0.01, **STEPS, "max_grad_norm": clip_factor, "rng": rng}
    recipe["noise_multiplier"] = noise / clip_factor
    ends = []
    for _ in range(700):
        net = blank.copy()
        train_private(net, *data, **recipe)
        ends.append(net.weights[0][1, -1] - net.weights[0][0, -1])
    return np.array(ends)


# %%
from ppdl_course.dp.audits.lower_bound import audit
from ppdl_course.figures.differential_privacy import audit_verdicts

rng, findings = np.random.default_rng(SEED), {}
for name, factor in (("as promised", 1.0), ("clips at 20 C, noise for C", 20.0)):
    ends = [released_weights(d, rng, clip_factor=factor) for d in (with_it, without)]
    findings[name] = audit(*ends, delta=DELTA, false_alarm=0.01).epsilon

# %%
assert findings["as promised"] < promise < findings["clips at 20 C, noise for C"]
audit_verdicts(list(findings), list(findings.values()), promise=promise)

# %% [markdown]
# With 1,400 runs each and 1 % false alarms the audit convicts the trainer whose clipping comes too late. The right
# one stays far below its promise. That proves nothing, as chapter 15 says: a stronger attack, or
# more runs, would raise the bound.

# %% [markdown]
# ## 16.8 Find the leak: shuffled batches, capped batches
#
# This loop is in many published repositories:
#
# ```python
# for epoch in range(epochs):
#     for batch in DataLoader(data, batch_size=b, shuffle=True):  # everybody once
#         step(batch)
# epsilon = accountant(sample_rate=b / n, steps=epochs * n // b)  # for coins
# ```
#
# Everybody takes part **exactly** once an epoch. Take the worst case: all others pull with
# $-C$, the target with $+C$. Whoever knows the others adds their share back. Then one batch of the
# epoch, nobody knows which, shows 2 if the target is there, and 1 if its record is blank. All
# other batches show 0. Noise comes to all of them.

# %%
from ppdl_course.dp.audits.shuffled_batches import released_sums

BATCHES, NOISE = 400, 0.7
claim = SubsampledGaussian(
    noise_multiplier=NOISE,
    sample_rate=1 / BATCHES,
    steps=BATCHES,
    neighbours=ADD_REMOVE,
)
claimed = epsilon_by_pld([claim], delta=DELTA)
print(f"claimed: epsilon {claimed:.2f} for an epoch of {BATCHES} batches")

# %%
rng = np.random.default_rng(SEED)
bare = released_sums(present=True, noise_multiplier=0, steps=8, runs=3, rng=rng)
bare.astype(int)  # three epochs of eight batches, without noise

# %% [markdown]
# ### Exercise 16.5: convict it
#
# *Difficulty 3/5. Importance 4/5. In class, 12 minutes.*
#
# Boil each epoch down to one number, so that an audit on these numbers finds more than the
# accountant claims. **Predict:** is the mean over the batches a good idea?
#
# <details><summary>Hint 1</summary>The noise of all 400 batches adds up in a mean. Only one batch holds the
# signal.</details>
# <details><summary>Hint 2</summary>A 2 stands out of noise of deviation 0.7. Where do you look, if you do not
# know the batch?</details>


# %% exercise="batch_statistic"
def batch_statistic(sums: np.ndarray) -> np.ndarray:
    """Return one number for each epoch that shows whether the target was there.

    sums has shape (runs, batches): the noisy batch sums of each epoch. The result has
    shape (runs,).
    """
    # BEGIN SOLUTION
    return sums.max(axis=1)
    # END SOLUTION


# %% check="batch_statistic" points=2
with checking("batch_statistic"):
    sampling.check_batch_statistic(batch_statistic)
    # BEGIN HIDDEN TESTS
    sampling.check_batch_statistic(batch_statistic, seed=None)
    few = np.random.default_rng(SEED).normal(size=(6, 12))
    require(
        np.shape(batch_statistic(few)) == (6,),
        "one number for each epoch, however many epochs and batches there are.",
    )
    # END HIDDEN TESTS

# %% [markdown]
# The package takes the **likelihood ratio**: how much likelier these sums are with the target
# than without. No other number tells the two apart better (Neyman and Pearson). Yours need not be
# much worse.

# %%
from ppdl_course.dp.audits.shuffled_batches import likelihood_ratio

rng = np.random.default_rng(SEED)
epoch = {"noise_multiplier": NOISE, "steps": BATCHES, "runs": 30_000, "rng": rng}
sums = [released_sums(present=present, **epoch) for present in (True, False)]
ratios = [likelihood_ratio(each, noise_multiplier=NOISE) for each in sums]

# %%
shuffled = audit(*ratios, delta=DELTA).epsilon
print(f"claimed {claimed:.2f}, measured at least {shuffled:.2f}")
assert shuffled > claimed

# %% [markdown]
# The claim is refuted, with one chance in a million to be wrong. The repair is one line: toss
# coins, as in Exercise 16.3. In Opacus, `poisson_sampling=True` replaces your loader's batches.

# %% [markdown]
# ### A batch that does not fit
#
# A Poisson batch has no largest size, memory has. The usual remedy is a **cap**: of a batch of
# more than $B$ records, keep a random $B$ and drop the rest. Take the worst case again: all others
# pull with $-C$, the target with $+C$.
#
# **Predict.** 1,000 records, $q$ = 0.01, so ten come on average. The cap is 20: one step in several
# hundred meets it. What does it do to epsilon after 800 steps: nothing, ten per cent more, or a
# factor?

# %%
others, cap = np.full(25, -1.0), 20  # in units of C
full, joined = others[:cap].sum(), np.append(others[: cap - 1], 1.0).sum()
print(f"a full batch sums to {full:.0f}, with the target to {joined:.0f}")

# %% [markdown]
# In a full batch the target takes somebody's **place**. The sum moves by $2C$, and the noise was made
# for $C$. So a step is a mixture: rarely a Gaussian of half the noise, else what it was.

# %%
from ppdl_course.dp.accountants.capped_batches import CappedGaussian

counted = {"noise_multiplier": 1.0, "sample_rate": 0.01, "steps": 800}
believed = SubsampledGaussian(**counted, neighbours=ADD_REMOVE)
kept = CappedGaussian(**counted, cap=cap, records=1000, neighbours=ADD_REMOVE)
print(f"the cap is met once in {1 / kept.chance_above:.0f} steps")
costs_of = [epsilon_by_pld([run], delta=DELTA) for run in (believed, kept)]
print("epsilon {:.2f} believed, {:.2f} with the cap".format(*costs_of))
assert costs_of[1] > 2 * costs_of[0]

# %% [markdown]
# $\delta$ speaks of rare events, and one step in hundreds is not rare against it. How high must a cap be
# to cost nothing?

# %%
for high in (15, 20, 25, 30, 35):
    run = CappedGaussian(**counted, cap=high, records=1000, neighbours=ADD_REMOVE)
    print(f"cap {high}: epsilon {epsilon_by_pld([run], delta=DELTA):.2f}")

# %% [markdown]
# The remedy needs no higher cap and no accountant. Cut the **logical** batch into **physical** parts that
# fit, one after the other. Sum the clipped gradients of all parts, and only then add the noise, once. It is
# the same sum, so it costs the same epsilon. Opacus does so in its `BatchMemoryManager`.
#
# ### Exercise 16.6: a batch in parts
#
# *Difficulty 2/5. Importance 4/5. At home, 10 minutes.*
#
# <details><summary>Hint 1</summary>range(0, len(rows), limit) goes over the first row of each part.</details>
# <details><summary>Hint 2</summary>Nobody came: what must be published then, so that nobody sees
# it?</details>


# %% exercise="noisy_sum_in_parts"
def noisy_sum_in_parts(
    clipped_sum, rows: np.ndarray, noise: np.ndarray, *, limit: int
) -> np.ndarray:
    """Return the clipped gradients of all rows, summed, plus noise: (parameters,).

    clipped_sum(part): the sum of the clipped gradients of at most ``limit`` row numbers,
        a vector of shape (parameters,); more do not fit.
    rows: the row numbers of a Poisson batch, any order, possibly none; not changed.
    noise: drawn for this step, shape (parameters,); not changed either.
    """
    # BEGIN SOLUTION
    result = np.array(noise, dtype=float)
    for first in range(0, len(rows), limit):
        result += clipped_sum(rows[first : first + limit])
    return result
    # END SOLUTION


# %% check="noisy_sum_in_parts" points=2
with checking("noisy_sum_in_parts"):
    sampling.check_noisy_sum_in_parts(noisy_sum_in_parts)
    # BEGIN HIDDEN TESTS
    more = {"sizes": (0, 1, 6, 7, 20), "limit": 7, "seed": None}
    sampling.check_noisy_sum_in_parts(noisy_sum_in_parts, **more)
    single = {"sizes": (0, 1, 3), "limit": 1, "seed": None}
    sampling.check_noisy_sum_in_parts(noisy_sum_in_parts, **single)
    # END HIDDEN TESTS

# %% [markdown]
# ## 16.9 Opacus
#
# The same in the library that people use. First: are our gradients its gradients?

# %%
from ppdl_course.dp.training import opacus_twin

theirs = opacus_twin.per_sample_gradients(small, X, y)
difference = np.abs(theirs - small.example_gradients(X, y, CrossEntropy())).max()
print(f"largest difference of {theirs.size} numbers: {difference:.1e}")
assert difference < 1e-6

# %% [markdown]
# `make_private` wraps three things: the model (per-sample gradients), the optimiser (clipping,
# noise) and the loader (Poisson sampling).

# %%
import warnings

import torch
from opacus import PrivacyEngine
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)  # as small as this, threads only wait for each other
warnings.filterwarnings(
    "ignore", message="Full backward hook|Secure RNG|Optimal order|the best order"
)
tensors = TensorDataset(torch.tensor(digits.X_train), torch.tensor(digits.y_train))
criterion = torch.nn.CrossEntropyLoss()


# %%
def parts():
    torch.manual_seed(SEED)
    start = Network([64, 32, 10], "relu", rng=np.random.default_rng(SEED))
    model = opacus_twin.as_torch(start)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    loader = DataLoader(tensors, batch_size=135)
    return {"module": model, "optimizer": optimizer, "data_loader": loader}


# %%
def one_epoch(model, optimizer, loader, loss=criterion):
    for images, labels in loader:
        optimizer.zero_grad()
        loss(model(images), labels).backward()
        optimizer.step()


# %%
NOISY = {"noise_multiplier": 1.5, "max_grad_norm": 1.0}
engine = PrivacyEngine(accountant="prv")
model, optimizer, loader = engine.make_private(**parts(), **NOISY)
for _ in range(3):
    one_epoch(model, optimizer, loader)

# %%
steps = {"sample_rate": loader.sample_rate, "steps": 3 * len(loader)}
same = SubsampledGaussian(noise_multiplier=1.5, **steps, neighbours=ADD_REMOVE)
by_opacus, by_us = engine.get_epsilon(DELTA), epsilon_by_pld([same], delta=DELTA)
print(f"epsilon {by_opacus:.3f} by Opacus, {by_us:.3f} by ours")
assert abs(by_opacus / by_us - 1) < 0.01

# %% [markdown]
# `make_private_with_epsilon` runs the accountant backwards, as section 16.5 did:

# %%
promised = {"target_epsilon": 4.0, "target_delta": DELTA, "epochs": 3}
other = PrivacyEngine(accountant="rdp")
_, planned, _ = other.make_private_with_epsilon(
    **parts(), **promised, max_grad_norm=1.0
)
print(f"for epsilon 4 in 3 epochs: noise multiplier {planned.noise_multiplier:.2f}")

# %% [markdown]
# Ghost clipping never stores per-sample gradients. Since its loss runs back twice, it wraps
# the criterion, too:

# %%
ghost, mode = PrivacyEngine(), {"grad_sample_mode": "ghost", "criterion": criterion}
ghost_model, *rest = ghost.make_private(**parts(), **NOISY, **mode)
ghost_optimizer, ghost_loss, ghost_loader = rest
one_epoch(ghost_model, ghost_optimizer, ghost_loader, ghost_loss)
print(type(ghost_model).__name__, f"epsilon {ghost.get_epsilon(DELTA):.2f}")

# %% [markdown]
# **Checkpoints.** What was spent belongs to the model. A checkpoint of the weights alone forgets
# it, and whoever trains on from there counts from zero:

# %%
import io

saved = io.BytesIO()
engine.save_checkpoint(path=saved, module=model, optimizer=optimizer)
resumed = PrivacyEngine(accountant="prv")
again, again_optimizer, _ = resumed.make_private(**parts(), **NOISY)
saved.seek(0)
restored = resumed.load_checkpoint(path=saved, module=again, optimizer=again_optimizer)

# %%
spent, loaded = engine.get_epsilon(DELTA), resumed.get_epsilon(DELTA)
print(f"spent before {spent:.3f}, after loading {loaded:.3f}")
assert loaded == spent

# %% [markdown]
# ### What it refuses
#
# Batch normalisation (chapter 11 uses it) subtracts the mean **of the batch**. Then a record's
# gradient depends on its neighbours, and clipping it bounds nothing:

# %%
from opacus.validators import ModuleValidator

mixed = torch.nn.Sequential(
    torch.nn.Linear(64, 16),
    torch.nn.BatchNorm1d(16),
    torch.nn.ReLU(),
    torch.nn.Linear(16, 10),
).double()

# %%
x8 = tensors.tensors[0][:8]
alone, company = mixed(x8[:4])[0], mixed(x8[[0, 5, 6, 7]])[0]
moved = (alone - company).abs().max()
print(f"the same image, other company: the output moves by {moved:.2f}")
print(str(ModuleValidator.validate(mixed, strict=False)[0])[:68], "...")

# %%
try:
    opacus_twin.refuse_mixing(mixed)
except ValueError as refused:
    print(refused)

# %%
fixed = ModuleValidator.fix(mixed)
opacus_twin.refuse_mixing(fixed)
print("repaired:", fixed[1])
assert not ModuleValidator.validate(fixed, strict=False)

# %% [markdown]
# ## 16.10 Three places for the noise [42]
#
# The survey says that [42] modifies differential privacy and has three approaches for deep
# networks. The paper behind the number could not be identified, so what follows is **built after the
# survey's description**: the relaxed $(\epsilon,\delta)$ promise, and noise in the records, in the
# gradients, or in the finished weights (a mean over ten networks of disjoint parts).
#
# All three under `REPLACE`: a record is exchanged. So a clipped sum moves by up to $2C$.

# %%
from ppdl_course.dp.training.three_approaches import APPROACHES, Recipe

recipe = Recipe(rate=2.0, steps=40)


def accuracy_of(approach, epsilon, seed):
    rng = np.random.default_rng(seed)
    net = Network([64, 16, 10], "relu", rng=rng)
    promise = {"epsilon": epsilon, "delta": DELTA}
    approach(net, digits.X_train, digits.y_train, **promise, recipe=recipe, rng=rng)
    return accuracy(net, digits.X_test, digits.y_test)


# %%
places = {name: {} for name in APPROACHES}
for name, approach in APPROACHES.items():
    for epsilon in (1, 4, 16, 64):
        runs = [accuracy_of(approach, epsilon, seed) for seed in range(3)]
        places[name][epsilon] = runs

# %%
assert max(places, key=lambda name: np.mean(places[name][1])) == "gradients"
accuracy_by_epsilon({f"noise in the {name}": runs for name, runs in places.items()})

# %% [markdown]
# Noise in a record must hide all of it: nothing is averaged before. Noise in the weights hides a
# whole training in each of 1,210 numbers. A gradient step averages over all records first, so
# its noise is small against the sum. That is why DP-SGD won. Yet only noise in the records
# needs no trusted trainer.

# %% [markdown]
# ## 16.11 Share a little: distributed selective SGD [37]
#
# Shokri and Shmatikov let participants keep their records. Each trains an epoch at home, and
# uploads only the few coordinates that moved most. A server adds them up; everybody downloads
# the most often updated ones. First the sizes of the paper's networks, recomputed:


# %%
def parameters(*sizes):
    return sum((1 + a) * b for a, b in pairwise(sizes))


print(parameters(1024, 128, 64, 10), parameters(3072, 128, 64, 10))
assert parameters(1024, 128, 64, 10) == 140_106
assert parameters(3072, 128, 64, 10) == 402_250

# %% [markdown]
# ### Exercise 16.7: what to share
#
# *Difficulty 2/5. Importance 3/5. At home, 12 minutes.*
#
# <details><summary>Hint 1</summary>np.argsort sorts indices, smallest first. By what should it sort?</details>
# <details><summary>Hint 2</summary>The values keep their sign, and are clipped after the choice, not
# before.</details>

# %% varies="share_largest"
LEAST = 1  # of 1, 2, 3, 4


# %% exercise="share_largest"
def share_largest(
    moved: np.ndarray, *, fraction: float, bound: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (indices, values) of the coordinates that moved most, in either direction.

    moved has shape (parameters,). Share round(fraction * parameters) of them, at least
    {{LEAST}} (LEAST); their values are clipped to [-bound, bound]. Any order.
    """
    # BEGIN SOLUTION
    count = max(LEAST, round(fraction * len(moved)))
    indices = np.argsort(-np.abs(moved))[:count]
    return indices, np.clip(moved[indices], -bound, bound)
    # END SOLUTION


# %% check="share_largest" points=2
with checking("share_largest"):
    private_sharing.check_share_largest(share_largest, least=LEAST)
    # BEGIN HIDDEN TESTS
    few = {"size": 7, "fraction": 0.01, "bound": 0.2, "least": LEAST}
    private_sharing.check_share_largest(share_largest, **few, seed=None)
    for size, bound in ((44, 0.35), (46, 1.5)):
        some = {"size": size, "bound": bound, "least": LEAST}
        private_sharing.check_share_largest(share_largest, **some)
    every = {"size": 50, "fraction": 1.0, "least": LEAST}
    private_sharing.check_share_largest(share_largest, **every, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Twenty participants with 67 digits each, and a server, joined by a channel that counts.
# **Predict:** how much worse is it to share one parameter in a hundred?

# %%
from ppdl_course.federated.selective_courts import deal, train_courts

first = Network([64, 32, 10], "relu", rng=np.random.default_rng(SEED))
learn, test = (digits.X_train, digits.y_train), (digits.X_test, digits.y_test)


def collaborate(fraction, **options):
    """Return the accuracy of twenty courts together, and the bytes they uploaded."""
    net, uploaded = train_courts(first, *learn, upload_fraction=fraction, **options)
    return accuracy(net, *test), uploaded


# %%
def trained_alone(rows):
    net, rng = first.copy(), np.random.default_rng(0)
    recipe = {"rate": 0.1, "epochs": 30, "batch_size": 8}
    train(net, digits.X_train[rows], digits.y_train[rows], **recipe, rng=rng)
    return accuracy(net, *test)


everybody = np.arange(len(digits.X_train))
central = trained_alone(everybody)
alone = np.mean([trained_alone(rows) for rows in deal(len(everybody), courts=20)])

# %%
shared = {}
for fraction in (0.01, 0.1, 1.0):
    runs = [collaborate(fraction, seed=seed) for seed in (0, 1, 2)]
    shared[fraction] = [right for right, _ in runs]
    print(f"{fraction:4} of the steps: {runs[0][1] / 1e6:.2f} MB uploaded")
assert alone < np.mean(shared[0.01]) < np.mean(shared[0.1])

# %%
above, by_size = {"select": "threshold", "threshold": 1e-4}, {"largest steps": shared}
at_random = {f: [collaborate(f, **above)[0]] for f in (0.01, 0.1, 1.0)}
by_size["random steps above a threshold"] = at_random
reached = {"centralised": central, "alone": alone}
accuracy_by_epsilon(by_size, levels=reached, xlabel="fraction uploaded")

# %%
for kind in ("round robin", "random", "asynchronous"):
    right, _ = collaborate(0.1, kind=kind, rate=0.02)
    print(f"{kind:12} order: {right:.3f}")
fresh_only, _ = collaborate(0.1, download_fraction=0.1)
print(f"downloading a tenth: {fresh_only:.3f}")

# %% [markdown]
# A tenth of the parameters is nearly as good as all, at a tenth of the upload. Without turns it is
# rougher: twenty steps from stale parameters add up to one that is too long (hence the smaller rate
# in this comparison, for all three).
#
# ### What its epsilon adds up to
#
# "Share little" is not a promise. The paper adds one: the coordinates are chosen by the **sparse
# vector technique** of chapter 15 and their values get Laplace noise. Its figures state epsilon
# **per parameter**. Add them up:

# %%
from ppdl_course.federated.selective_sgd import total_epsilon

count = round(0.1 * len(first.flat))
chosen = {"select": "private", "threshold": 0.005, "gamma": 0.05}
totals = {}
for each in (1, 10, 100):
    right, _ = collaborate(0.1, **chosen, epsilon=each * count)
    total = total_epsilon(each, shared=count, rounds=12)
    totals[total] = [right]
    print(f"{each:3} a parameter: {total:8,.0f} in all, accuracy {right:.3f}")
assert min(totals) > 1000

# %% [markdown]
# At one nat a parameter the network has learned hardly anything, and the sum is in the thousands: $e^{\epsilon}$
# no longer fits into a sentence, and it protects from nothing. What helps in the table is what
# is no longer private. This is basic composition; a better count changes the factor, not the verdict.
#
# ### Question 16.8 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# A consortium of courts writes: "Every uploaded parameter is protected with epsilon = 1, and each court
# uploads only 10 % of 140,106 parameters in each of 100 rounds." In four or five sentences: what does this promise
# for one court's records, what would you want to be stated instead, and what would you change?

# %% [markdown] question="per_parameter_epsilon" points=3
# **Model answer.** Every upload holds 14,011 numbers computed from the same records, so by composition one
# upload costs about 14,011 and a hundred of them 1.4 million nats: the bound e^epsilon says nothing. A small number of
# shared parameters does not help, since one parameter can hold a record's whole influence. What should be stated is
# epsilon for the whole training, with delta, the neighbouring relation (a record, or a court) and the accountant. To
# get there: bound each record's gradient as a whole (its norm, not each coordinate), add noise to the sum over all
# courts' records, so that it is shared by them (with secure aggregation, chapter 14), and let an accountant count the rounds.
#
# **Rubric.** 1 point: adds up over parameters and rounds, and says that the sum means nothing. 1 point: asks for the total
# with relation and delta. 1 point: a change that works (norm clipping and noise in the sum, fewer rounds with an
# accountant, secure aggregation with noise); "share fewer parameters" alone gives half a point.

# %% [markdown]
# ## 16.12 What it all cost
#
# The four currencies, on the digits: accuracy, time, bytes, rounds.

# %%
start = Network([64, 32, 10], "relu", rng=np.random.default_rng(0))
clear, private, rng = start.copy(), start.copy(), np.random.default_rng(0)
history = train(clear, *learn, rate=0.2, epochs=20, batch_size=135, rng=rng)
recipe = {"rate": 1.0, **SAMPLED, "max_grad_norm": 1.0, "rng": rng}
run = train_private(private, *learn, **recipe, noise_multiplier=noise_for(4.0))

# %%
with costs.seconds() as spent:
    right, up = collaborate(0.1)
rows = {
    "in the clear": (history.seconds, accuracy(clear, *test), 0, 0),
    "DP-SGD, epsilon 4": (run.seconds, accuracy(private, *test), 0, 0),
    "selective SGD": (spent.seconds, right, up, 12),
}

# %%
print("                   seconds  accuracy   bytes up  rounds")
for name, row in rows.items():
    print("{:18} {:7.2f} {:9.3f} {:10,} {:7}".format(name, *row))

# %% [markdown]
# And this chapter's own runs in one picture. Mind what the axis does not say: the curves differ in
# relation, delta and trust, and selective SGD's epsilon is basic composition.

# %%
own_runs = {
    "DP-SGD": curves["digits"],
    "noise in the records": places["records"],
    "noise in the weights": places["weights"],
    "selective SGD [37], in all": totals,
}
accuracy_by_epsilon(own_runs, levels={"no noise": levels["digits, no noise"]})

# %% [markdown]
# ## Summary
#
# - DP-SGD: Poisson sample, gradient of each record, clip each, sum, noise, divide by the expected size.
# - Ghost norms clip without writing per-record gradients down.
# - Epsilon depends on noise multiplier, sampling rate and steps. The clipping norm changes the accuracy only.
# - The attacks of chapter 3 fall to near guessing, and an audit bounds epsilon from below.
# - An accountant's numbers hold for its own sampling: shuffled batches leak more than claimed,
#   and so do batches with a cap. Cut a large batch into parts, and add noise once.
# - Batch normalisation mixes records; no clipping protects them.
# - Epsilon per parameter is not epsilon. Add it up.
#
# ## Further reading
#
# - M. Abadi, A. Chu, I. Goodfellow, H. B. McMahan, I. Mironov, K. Talwar, L. Zhang, *Deep Learning with
#   Differential Privacy*, CCS 2016.
# - [37] R. Shokri, V. Shmatikov, *Privacy-Preserving Deep Learning*, CCS 2015.
# - L. Chua, B. Ghazi, P. Kamath, R. Kumar, P. Manurangsi, A. Sinha, C. Zhang, *How Private are DP-SGD
#   Implementations?*, ICML 2024.
# - The same authors, *Scalable DP-SGD: Shuffling vs. Poisson Subsampling*, NeurIPS 2024.
# - A. Yousefpour et al., *Opacus: User-Friendly Differential Privacy Library in PyTorch*, 2021.
#
# ## Quiz
#
# 1. You halve the clipping norm and keep the noise multiplier. What happens to epsilon, and to the noise?
#    <details><summary>Answer</summary>Epsilon stays. The noise halves with the bound, and so does every long gradient.</details>
# 2. Why divide by $qn$, and not by the number of records that came?
#    <details><summary>Answer</summary>The true size is not public: it is different by one if a record came.</details>
# 3. A colleague clips the mean gradient of each batch of 64. How far can one record move the result?
#    <details><summary>Answer</summary>By up to 2C: it can turn the whole clipped mean round. Had each record been
#    clipped, it would be about C / 64, and the noise is made for that.</details>
# 4. An audit finds at least 0.4 for a promised 2. Is the trainer right?
#    <details><summary>Answer</summary>Perhaps: it was not convicted by this attack. A proof is needed as well.</details>
