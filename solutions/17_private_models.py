# %% [markdown]
# # 17. Private models
#
# **After this chapter you can**
#
# - make a model private in one release, and say what a record really moves;
# - mend a noisy loss that has no minimum, for nothing;
# - break a promise of "noise once" where the weights inside move;
# - share noise out among owners so that the sum is exact, and say what is left if some cheat;
# - give each court a budget of its own, and choose participants privately.
#
# *Time: 78 minutes in class: 23 reading, 8 at the widgets, 47 exercises. At home: 64
# minutes. Needs: chapters 1, 9, 15 and 16. Runs in about twenty seconds.*
#
# DP-SGD makes any model private, step by step. Some models can be made so in one go, or by
# several owners together. This chapter builds the ones that the survey names [43, 44, 46-48], and
# the mechanism below three of them.

# %%
import numpy as np

from ppdl_course.checks.private_models import objective as checks
from ppdl_course.checks.private_models import owners, relevance, sites
from ppdl_course.checks.private_models.statistics_release import check_release_clipped
from ppdl_course.checks.verdict import checking
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.dp import functional
from ppdl_course.figures import noised_statistics as statistics
from ppdl_course.figures import private_models as figures
from ppdl_course.figures.private_training import accuracy_by_epsilon
from ppdl_course.nn import Network, accuracy, train

SEED, DELTA = 17, 1e-5
digits, law = load_digits_split(), load_law_cases()

# %% [markdown]
# | | in this chapter |
# |---|---|
# | **adversary** | anyone who holds what is released, and all records but one; from 17.7 on also other owners |
# | **sees** | noisy sums, models, the recipe; an owner also what the others send it |
# | **protected** | whether one record was there, up to $\epsilon$ (`ADD_REMOVE`) |
# | **not protected** | how many records there are; public records; owners from one who lies |
# | **costs** | accuracy, more of it for many features than for few |
#
# ## 17.1 All that a loss knows
#
# Hana Calderova's file is one of 4,500 that a court learns from: will a sentence be custodial? To
# second order, a loss of linear scores knows two things of all the files $x_i$ with targets $t_i$:
#
# $$S = \sum_i t_i x_i^\top, \qquad Q = \sum_i x_i x_i^\top.$$
#
# Squared error is made of them exactly. For softmax it is the Taylor polynomial at 0, and one $Q$
# does for all classes. So we release $S$ and $Q$ **once**, with noise. Solving, a thousand steps,
# another learning rate: all of it is post-processing.
#
# How much noise? The paper [FM] bounds every $|x_j|$ by 1. But it scales its records to
# $\lVert x\rVert_2\le 1$ in the same breath. **Predict:** for 64 features, how much less does a
# record of norm 1 move than the paper counts?
#
# ### Exercise 17.1: what a record moves
#
# *Difficulty 3/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>Which record of norm 1 has the largest sum of sizes?</details>
# <details><summary>Hint 2</summary>The upper triangle with the diagonal: half of the whole square,
# plus half of the diagonal. For L2, look at one entry 1 and all others 0.</details>


# %% exercise="sensitivities"
def sensitivities(d: int) -> tuple[float, float, float]:
    """Return what one record x of d features with L2 norm at most 1 moves at most.

    Three numbers: the L1 norm of x; the L1 norm of the upper triangle of x x', with its
    diagonal; the L2 norm of both together. Records are added or removed.
    """
    # BEGIN SOLUTION
    root = d**0.5
    return root, (d + 1) / 2, 2**0.5
    # END SOLUTION


# %% check="sensitivities" points=2
with checking("sensitivities"):
    checks.check_sensitivities(sensitivities)
    # BEGIN HIDDEN TESTS
    checks.check_sensitivities(sensitivities, features=29, seed=None)
    checks.check_sensitivities(sensitivities, features=7, seed=None)
    # END HIDDEN TESTS

# %%
for d in (3, 29, 64):
    paper = functional.logistic_sensitivity(d, "paper")
    tight = functional.logistic_sensitivity(d, "tight")
    print(f"{d} features: {paper:.1f} in the paper, {tight:.1f} is enough")
assert paper > 50 * tight

# %% [markdown]
# The ends of the range are no matter of taste: a bound that is too large is noise for nothing, one
# that is too small is no privacy. The L2 norm does not grow with $d$ at all. So Gaussian noise,
# with its small $\delta$, suits many features.
#
# ## 17.2 A loss without a minimum
#
# The files, scaled by a **public** number, never by the largest of them: that would be a release
# of its own.


# %%
def scaled(x):
    return functional.into_ball(np.c_[x, np.ones(len(x))], 4.0)


x, test_x = scaled(law.X_train), scaled(law.X_test)
targets = np.eye(2)[law.y_train]

# %%
rng = np.random.default_rng(SEED)
released = functional.release_statistics(x, targets, epsilon=1.0, delta=DELTA, rng=rng)
values = np.linalg.eigvalsh(released.products)
print(f"eigenvalues of the noisy Q: {values[0]:.0f} to {values[-1]:.0f}")
assert values[0] < 0

# %% [markdown]
# A negative eigenvalue: along that direction the loss falls for ever. There is no minimum, and
# whoever "solves" the equations finds a saddle. `lstsq` will not complain. A symmetric matrix of
# noise with deviation $s$ has a spectral norm of about $2s\sqrt d$, and $s$ is public. That says what to do.
#
# ### Exercise 17.2: mend the loss
#
# *Difficulty 3/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint</summary>np.linalg.eigh gives eigenvalues and a matrix with the
# eigenvectors in its columns. Change the first, put them together again.</details>


# %% exercise="mend"
def mend(Q: np.ndarray, s: float) -> np.ndarray:
    """Return the symmetric matrix Q, shape (d, d), made positive definite.

    Eigenvalues below 0 become 0; then 2 s sqrt(d) is added to each eigenvalue. s is the
    standard deviation of the noise on an entry.
    """
    # BEGIN SOLUTION
    eigenvalues, V = np.linalg.eigh(Q)
    mended = np.maximum(eigenvalues, 0) + 2 * s * np.sqrt(len(Q))
    return V @ np.diag(mended) @ V.T
    # END SOLUTION


# %% check="mend" points=2
with checking("mend"):
    checks.check_mend(mend)
    # BEGIN HIDDEN TESTS
    checks.check_mend(mend, d=7, seed=None)
    checks.check_mend(mend, d=2, seed=None)
    # END HIDDEN TESTS


# %%
def accuracy_with(remedy, **release):
    weights = functional.release_statistics(x, targets, **release).softmax(
        remedy=remedy
    )
    return np.mean((test_x @ weights.T).argmax(axis=1) == law.y_test)


# %%
for epsilon in (0.5, 2.0):
    release = {"epsilon": epsilon, "delta": DELTA}
    for remedy in ("none", "ridge"):
        runs = [
            accuracy_with(remedy, **release, rng=np.random.default_rng(seed))
            for seed in range(5)
        ]
        print(f"epsilon {epsilon}, remedy {remedy:5}: {np.mean(runs):.3f}")

# %% [markdown]
# The remedy is free: it looks at nothing but the release. **Predict before you drag:** what helps
# more, twice the records or twice the epsilon? And which model would you take for a pure
# $\epsilon$ of 2 and 64 features? (Naive Bayes comes in 17.7.)

# %%
from ppdl_course.widgets import private_models as explore

explore.statistics_explorer()

# %% [markdown]
# Noise over signal goes as $d/(n\epsilon)$ for Laplace and as $\sqrt d/(n\epsilon)$ for Gaussian
# noise: records and epsilon count alike, and features count against you.
#
# ## 17.3 Attack: the same noise twice
#
# "Noise once, steps for free" is a tempting sentence. Private auto-encoders [46] use it for sums
# that hold **hidden** values: $\sum_i f(w x_i)$, with the noise drawn before training. But $w$
# moves with each step, and the sums with it. The old noise stands in both, and cancels in the
# difference.
#
# The adversary knows all records but one, and the weights. They see the noisy sums of two steps.
#
# ### Exercise 17.3: find the leak
#
# *Difficulty 3/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint</summary>Take the two steps' difference of everything. What is left of
# the seen sums, if the record is there, and if it is not? Rounding leaves last bits.</details>


# %% exercise="tells_presence"
def tells_presence(seen: np.ndarray, others: np.ndarray, own: np.ndarray) -> bool:
    """Return whether the record in question is among those that were summed.

    Each array has shape (2, hidden), one row a step: the released sums, all with the
    same noise in both rows; the exact sums of all others; what the record would add.
    """
    # BEGIN SOLUTION
    seen, others, own = (after - before for before, after in (seen, others, own))
    rest = seen - others
    return bool(np.linalg.norm(rest - own) < np.linalg.norm(rest))
    # END SOLUTION


# %% check="tells_presence" points=2
with checking("tells_presence"):
    checks.check_tells_presence(tells_presence)
    # BEGIN HIDDEN TESTS
    checks.check_tells_presence(tells_presence, hidden=1, seed=None)
    checks.check_tells_presence(tells_presence, hidden=40, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# The package's attack does it to a whole layer of coefficients, at a stated $\epsilon$ of 0.1.

# %%
from ppdl_course.attacks import moving_objective as moving

known, target = digits.X_train[:100], digits.X_train[100]


def guessed_right(present, fresh, rng):
    records = np.r_[known, target[None]] if present else known
    trainer = moving.MovingObjective(records, 8, 0.1, rng, fresh=fresh)
    weights = rng.normal(size=(2, 8, 64))
    answers = [trainer.answer(W) for W in weights]
    return moving.is_present(answers, weights, known, target) == present


# %%
rights = {}
for fresh in (False, True):
    rng = np.random.default_rng(SEED)
    coins = rng.random(200) < 0.5
    rights[fresh] = np.mean([guessed_right(c, fresh, rng) for c in coins])
print(
    f"right: {rights[False]:.0%} with noise once, {rights[True]:.0%} with fresh noise"
)
assert rights[False] == 1 > 0.7 > rights[True]

# %% [markdown]
# Every single guess is right. The mend is fresh noise for each step, and an accountant that adds
# the steps up. Or coefficients that hold no trained weight, as $S$ and $Q$ above.
#
# ## 17.4 Forms with specks
#
# A court office scans handwritten forms. The digits lie on larger sheets with specks around
# them. 150 sheets are public. The others come from case files.

# %%
from ppdl_course.dp.training import adaptive_laplace

rng = np.random.default_rng(SEED)
sheets = adaptive_laplace.cluttered_sheets(digits.X_train, rng=rng)
test_sheets = adaptive_laplace.cluttered_sheets(digits.X_test, rng=rng)
private_x, private_y = sheets[150:], digits.y_train[150:]
print(f"{len(private_x)} private sheets of {private_x.shape[1]} pixels")

# %% [markdown]
# Equal noise in all pixels treats specks and strokes alike. Phan et al. [43] ask which inputs
# matter, and spend the budget there: **relevance** of each input, then noise **by relevance** on
# $S$ and $Q$. We had the abstract and published constants, not the full text, and the authors have
# corrected the paper since: the parts are theirs, the bounds are worked out here.

# %% [markdown]
# ## 17.5 What an answer rests on
#
# Relevance flows backwards, **layer by layer**. A unit with sum $z_k$ hands its relevance $R_k$
# to the nodes below, in proportion to what each sent:
#
# $$R_j = \sum_k \frac{a_j w_{kj}}{z_k \pm \gamma}\, R_k.$$
#
# It starts at the output: the score of the right class. The small $\gamma$, the **stabiliser**,
# takes the sign of $z_k$ (plus, if $z_k = 0$) and keeps us from dividing by 0. The package takes
# 0.01, you take {{STABILISER}}. What the bias node sent stays there.
#
# ### Exercise 17.4: spread relevance
#
# *Difficulty 3/5. Importance 4/5. At home, 18 minutes.*
#
# <details><summary>Hint 1</summary>First the sums z, with the bias; then push each away from 0,
# to its own side.</details>
# <details><summary>Hint 2</summary>R_k / z_k has shape (n, units), and the result (n, inputs). Which
# product of matrices lies between? What depends on j alone can wait until after it.</details>

# %% varies="spread_relevance"
STABILISER = 0.02  # of 0.02, 0.03, 0.04, 0.05, 0.06


# %% exercise="spread_relevance"
def spread_relevance(W: np.ndarray, a: np.ndarray, relevance: np.ndarray) -> np.ndarray:
    """Return the relevance of each input of one layer, shape (n, inputs).

    W has shape (units, 1 + inputs), column 0 for the bias node; a (n, inputs) entered
    the layer; relevance (n, units) is that of its units. STABILISER is {{STABILISER}}.
    """
    # BEGIN SOLUTION
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])
    # END SOLUTION


# %% check="spread_relevance" points=2
with checking("spread_relevance"):
    relevance.check_spread_relevance(spread_relevance, stabiliser=STABILISER)
    # BEGIN HIDDEN TESTS
    few = {"units": 1, "inputs": 6, "n": 2, "stabiliser": STABILISER}
    relevance.check_spread_relevance(spread_relevance, **few, seed=None)
    many = {"units": 5, "inputs": 2, "n": 7, "stabiliser": STABILISER}
    relevance.check_spread_relevance(spread_relevance, **many, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# A network that was trained on the public sheets explains the private ones. Each sheet's
# relevances are divided by their absolute sum, so one sheet moves all sums together by at most 1.
# Summed over the sheets, with Laplace noise, the relevance of input $j$ gives its weight
# $\beta_j$: 1 on average, never below a tenth of that before scaling. Noise goes by
# $1/\beta_j$. **Predict:** what does the map of $\beta$ look like?

# %%
PUBLIC = {"rate": 0.05, "epochs": 60, "batch_size": 8}
explainer = Network([144, 32, 10], "relu", rng=rng)
train(explainer, sheets[:150], digits.y_train[:150], **PUBLIC, rng=rng)

# %%
explained = adaptive_laplace.relevances(explainer, private_x, private_y)
beta = adaptive_laplace.feature_weights(explained, epsilon=0.4, rng=rng)
assert np.isclose(beta.mean(), 1)
maps = {"a sheet (grey value)": sheets[150], "beta (1 = average)": beta}
figures.relevance_maps(maps | {"noise, 1 / beta": 1 / beta})

# %% [markdown]
# ## 17.6 Noise by relevance, once
#
# The loss is a polynomial of degree 2 in the weights: the Taylor polynomial of the logistic loss.
# It knows the records through two tables only: sums of the inputs by class, and sums of
# products. Each gets Laplace noise, in proportion to $1/\beta$. Does it pay, at the **same
# total**? Equal noise needs no relevances and may spend that part, too.


# %%
def accuracy_of(epsilon, seed, adaptive):
    options = {"epsilon": epsilon, "adaptive": adaptive}
    options["rng"] = np.random.default_rng(seed)
    learn = explainer, private_x, private_y
    W, spent = adaptive_laplace.train_adaptively(*learn, **options)
    assert np.isclose(spent.epsilon, epsilon)
    return np.mean((test_sheets @ W.T).argmax(axis=1) == digits.y_test)


# %%
noises = {}
for name, adaptive in (("noise by relevance", True), ("equal noise", False)):
    noises[name] = {
        epsilon: [accuracy_of(epsilon, seed, adaptive) for seed in range(5)]
        for epsilon in (1, 2, 4, 8, 16)
    }

# %%
means = [[np.mean(runs) for runs in curve.values()] for curve in noises.values()]
assert np.all(np.greater(*means))
public_only = accuracy(explainer, test_sheets, digits.y_test)
assert public_only > np.max(means)
accuracy_by_epsilon(noises, levels={"explainer, public sheets only": public_only})

# %% [markdown]
# It pays here, at every epsilon, on average over the seeds. But the dashed line is a warning: the
# public sheets alone give a better model than any of these. Whoever has public data should start
# from it. And we made these sheets so that most inputs matter little. **Predict before you
# drag:** what is left of the gain as the sheets shrink to the bare digits, where nearly every
# pixel is of use? And what does a larger share for the relevances buy?

# %%
explore.noise_explorer()

# %% [markdown]
# On the bare digits a gain is left at a small epsilon only; from 4 on it is a loss: what
# relevance saves, its own share of the budget and the cutting of the inputs cost again. The
# larger the share, the better the map and the louder all the rest. (How far a sheet is cut and
# how weights are held small were chosen once with an eye on test accuracy, so read the levels as
# optimistic.)

# %% [markdown]
# ## 17.7 Several owners, one table
#
# Five courts want one naive Bayes model [44]. None may see another's numbers, and whoever gets the
# total must not learn of any one file. All a naive Bayes model needs are whole numbers: how many
# records a class has, and sums of centred features. Each court adds a **share** of the noise and
# encrypts; a collector multiplies ciphertexts; the trainer decrypts one total.
#
# The shares must be whole numbers, to be encrypted, and their sum must be the discrete Laplace
# exactly. A geometric number is a sum of $h$ negative-binomial ones (Polya's law), and the
# difference of two geometric numbers is discrete Laplace. So with $p=e^{-1/b}$, court $k$ draws
# $N_k-N_k'$, both from $\mathrm{NB}(1/h, p)$, that is $P[N=n]\propto\Gamma(n+1/h)\,p^n/n!$.
#
# ### Exercise 17.5: a share of the noise
#
# *Difficulty 4/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>A Poisson number whose mean is itself a gamma number is negative
# binomial: shape 1/h, scale p / (1 - p).</details>
# <details><summary>Hint 2</summary>numpy's own negative_binomial takes a real first argument, too,
# but its second is the chance of success, the other one of p and 1 - p.</details>


# %% exercise="polya_share"
def polya_share(
    scale: float, *, honest: int, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Return one court's share of discrete Laplace noise of that scale, (size,) integers.

    ``honest`` such shares add up to the discrete Laplace: P[z] in proportion to
    exp(-|z| / scale). All randomness comes from rng.
    """
    # BEGIN SOLUTION
    p = np.exp(-1 / scale)
    first = rng.poisson(rng.gamma(1 / honest, p / (1 - p), size))
    return first - rng.poisson(rng.gamma(1 / honest, p / (1 - p), size))
    # END SOLUTION


# %% check="polya_share" points=3
with checking("polya_share"):
    owners.check_polya_share(polya_share)
    # BEGIN HIDDEN TESTS
    owners.check_polya_share(polya_share, honest=3, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Now the courts together. The trainer's key is short here: a toy, insecure.

# %%
from ppdl_course.federated import naive_bayes_owners as together
from ppdl_course.publickey.paillier import PrivateKey

trainer = PrivateKey.generate(1024)
courts = [(digits.X_train[k::5], digits.y_train[k::5]) for k in range(5)]
task = {"classes": 10, "private": trainer, "rng": np.random.default_rng(SEED)}

# %%
bayes, total, channel = together.train_together(courts, epsilon=2, **task)
right = np.mean(bayes.predict(digits.X_test) == digits.y_test)
(sent,) = channel.view("trainer")
print(f"accuracy {right:.3f} at epsilon 2; the trainer saw {sent.label!r} only")
assert right > 0.75

# %% [markdown]
# What the trainer decrypts is one long integer for many numbers, side by side:
# $\sum_i v_i 2^{bi}$ modulo $n$. Noise makes some of them negative.
#
# ### Exercise 17.6: open the total
#
# *Difficulty 3/5. Importance 3/5. At home, 12 minutes.*
#
# <details><summary>Hint 1</summary>First the sign of the whole: residues beyond n / 2 stand for
# numbers below 0.</details>
# <details><summary>Hint 2</summary>Read the lowest slot. If it stands for a number below 0, it has
# borrowed 1 from the next: subtract what you read before you shift.</details>


# %% exercise="open_total"
def open_total(packed: int, *, count: int, bits: int, n: int) -> list[int]:
    """Return the count signed numbers of a packed plaintext, slot 0 first.

    packed is the sum of v_i 2^(bits i) modulo n, with -2^(bits-1) <= v_i < 2^(bits-1).
    The whole sum is smaller than n / 2 in size.
    """
    # BEGIN SOLUTION
    rest = packed - n if packed > n // 2 else packed
    numbers = []
    for _ in range(count):
        digit = (rest + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        numbers.append(digit)
        rest = (rest - digit) // 2**bits
    return numbers
    # END SOLUTION


# %% check="open_total" points=2
with checking("open_total"):
    owners.check_open_total(open_total)
    # BEGIN HIDDEN TESTS
    owners.check_open_total(open_total, count=7, bits=48, seed=None)
    owners.check_open_total(open_total, count=1, bits=8, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# **Predict before you drag:** five courts promised a share, but only three added theirs. Nobody can
# see that. Is the real epsilon then 5/3 of the promised one, or more?

# %%
explore.honest_owners()

# %% [markdown]
# More: three fifths of the shares make a law with a sharper peak, not a smaller Laplace. Plan
# for the courts you can rely on; the extra noise is cheap. And from collector and trainer
# *together* one court's numbers are hidden by its own share alone.
#
# ## 17.8 Filters from one matrix
#
# A convolutional Boltzmann machine [46] learns 3x3 filters. With a polynomial of degree 2 in its
# free energy, all that it knows of the images is a $10\times10$ matrix of patch products, summed
# over all patches, **however many filters** there are. The paper's published program pays for
# every filter; we release the matrix once. (After the paper's idea: the rest is ours.)
#
# No bound on a pixel gives a good bound on these products. So each image's numbers are clipped.
#
# ### Exercise 17.7: clip, add up, release
#
# *Difficulty 2/5. Importance 5/5. At home, 10 minutes.*
#
# <details><summary>Hint</summary>The L1 norm of a row is the sum of the sizes of its entries. How is
# a row of zeros scaled?</details>


# %% exercise="release_clipped"
def release_clipped(
    rows: np.ndarray, *, clip: float, epsilon: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the sum of the rows, shape (k,), epsilon-private for one row.

    rows has shape (n, k), a record each. A row whose L1 norm exceeds clip is scaled down
    to it; the others stay. Laplace noise, drawn once for each of the k sums from rng.
    """
    # BEGIN SOLUTION
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.laplace(scale=clip / epsilon, size=len(sums))
    # END SOLUTION


# %% check="release_clipped" points=2
with checking("release_clipped"):
    check_release_clipped(release_clipped)
    # BEGIN HIDDEN TESTS
    check_release_clipped(release_clipped, clip=0.5, seed=None)
    # END HIDDEN TESTS

# %%
from ppdl_course.dp.training import convolutional_rbm as crbm


def filters_accuracy(make, epsilon, seed):
    rng, spent = np.random.default_rng(seed), {"epsilon": epsilon / 5, "delta": DELTA}
    w = make(crbm.release_patches(digits.X_train, **spent, rng=rng), rng)
    parts = [crbm.features(w, part) for part in (digits.X_train, digits.X_test)]
    inputs, test = (crbm.into_softmax(part, 0.5, 1.0) for part in parts)
    rest = {"epsilon": 0.8 * epsilon, "delta": DELTA, "rng": rng}
    top = functional.release_statistics(inputs, np.eye(10)[digits.y_train], **rest)
    return np.mean((test @ top.softmax().T).argmax(axis=1) == digits.y_test)


# %%
def machine(release, rng):
    return crbm.calibrated(crbm.train_filters(release, rng=rng), release)


makers = {
    "Boltzmann machine": machine,
    "principal": lambda r, _: crbm.principal_filters(r),
}
for name, make in makers.items():
    runs = [filters_accuracy(make, 2.0, seed) for seed in range(2)]
    print(f"{name:18} at epsilon 2: {np.mean(runs):.3f}")

# %% [markdown]
# The chains of the machine start at noise and never see a record, so any number of steps is free.
# And the honest result: the leading directions of the very same matrix, without any machine, are
# as good or better. At degree 2 there is nothing else in the data's part.
#
# ## 17.9 A ring of courts
#
# Five courts, and files that may not leave them [47]. One model goes round; each court trains it by
# DP-SGD on its own files and hands it on. A file lies at one court, so only that court's visits
# cost it anything: the promise of the whole is the *largest* court's epsilon. Each court's own
# accountant decides whether the next visit is still allowed.
#
# ### Exercise 17.8: may it visit?
#
# *Difficulty 2/5. Importance 4/5. In class, 7 minutes.*
#
# <details><summary>Hint</summary>epsilon_by_rdp takes a list of runs and prices them together. Which
# visits must the budget hold?</details>

# %%
from ppdl_course.dp.accountants import subsampled_gaussian as accountant
from ppdl_course.dp.accountants.subsampled_gaussian import epsilon_by_rdp
from ppdl_course.dp.definition import Neighbours


# %% exercise="may_visit"
def may_visit(
    visits: int,
    visit: accountant.SubsampledGaussian,
    budget: float,
    *,
    delta: float,
) -> bool:
    """Return whether a court that was visited ``visits`` times takes one visit more.

    All its visits together, the next included, may cost epsilon at most budget by
    epsilon_by_rdp(list of runs, delta=delta). Each visit costs the run ``visit``.
    """
    # BEGIN SOLUTION
    together = [visit] * (visits + 1)
    return epsilon_by_rdp(together, delta=delta) <= budget
    # END SOLUTION


# %% check="may_visit" points=2
with checking("may_visit"):
    sites.check_may_visit(may_visit)
    # BEGIN HIDDEN TESTS
    sites.check_may_visit(may_visit, seed=None)
    sites.check_may_visit(may_visit, delta=1e-6, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Courts are unlike: each sees mostly two or three charges. Every court samples twenty files a step,
# as is usual. **Predict:** which court spends its budget first?

# %%
from ppdl_course.federated import cyclical
from ppdl_course.parties.channel import Channel

charges = np.array([record.charge for record in law.records])[law.train]
deal = {"sites": 5, "alpha": 0.3, "rng": np.random.default_rng(3)}
rows = sorted(cyclical.unlike_sites(charges, **deal), key=len)
first, *ends = Channel("start", *(f"court {k}" for k in range(5))).ends

# %%
start = Network([law.X.shape[1], 16, 2], "relu", rng=np.random.default_rng(0))
ring = []
for end, part in zip(ends, rows, strict=True):
    plan = {"steps": 20, "sample_rate": 20 / len(part), "noise_multiplier": 1.2}
    files = law.X_train[part], law.y_train[part], cyclical.Visit(**plan)
    ring.append(cyclical.Site(end, start, *files, rng, epsilon=2.5))

# %%
model = cyclical.cycle(start, first, ring, laps=12)
for site in ring:
    print(f"{len(site.x):5} files: {site.visits:2} visits, {site.refused:2} refused")
print(f"accuracy {accuracy(model, law.X_test, law.y_test):.3f}")
assert ring[0].refused > 0 == ring[-1].refused

# %% [markdown]
# The smallest: twenty of few files is a large share. The ring goes on without it, and the others'
# visits still change the model.
#
# ## 17.10 Participants whose labels are wrong
#
# Twenty participants train together. Six of them have wrong labels. SecProbe [48] scores each model
# on validation records of the server ($u_i$ right answers), and draws participants with chances
# $P(i)\propto\exp(\frac{\epsilon}{K}\frac{u_i}{2})$, $K$ times without replacement. The selection
# spends the *validation records'* budget, each round again. (Its details are our reconstruction.)
#
# ### Exercise 17.9: chances of the next draw
#
# *Difficulty 3/5. Importance 3/5. At home, 12 minutes.*
#
# <details><summary>Hint</summary>Differences of scores are all that counts: take the largest off
# before exp. Who was drawn has no chance, and the rest must add up to 1.</details>


# %% exercise="draw_chances"
def draw_chances(
    scores: np.ndarray, chosen: list[int], *, epsilon: float, draws: int
) -> np.ndarray:
    """Return each participant's chance to be drawn next, shape (n,), summing to 1.

    scores are right answers, whole numbers (n,); chosen were drawn before and have chance
    0. Of the whole budget epsilon, each of the ``draws`` draws has an equal part e; a
    chance is in proportion to exp(e u / 2).
    """
    # BEGIN SOLUTION
    z = epsilon / draws * scores / 2
    weights = np.exp(z - z.max())
    weights[chosen] = 0
    return weights / weights.sum()
    # END SOLUTION


# %% check="draw_chances" points=2
with checking("draw_chances"):
    sites.check_draw_chances(draw_chances)
    # BEGIN HIDDEN TESTS
    sites.check_draw_chances(draw_chances, participants=9, seed=None)
    sites.check_draw_chances(draw_chances, participants=2, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# **Predict before you drag:** labels that are wrong at random, or all shifted by one in concert:
# which hurts the plain mean more?

# %%
explore.unreliable_explorer()

# %% [markdown]
# Wrong at random cancels in an average: there is nothing to win. Wrong in concert does not, and
# selection wins it back, as multi-Krum does without any budget. But both need single models: a
# masked sum (chapters 3 and 13) hides just these.
#
# ## 17.11 This chapter's own runs
#
# One task, one epsilon: the digits at 2, by this chapter's models and by DP-SGD of chapter 16.

# %%
from ppdl_course.dp.training.dp_sgd import train_private

SAMPLED = {"sample_rate": 0.1, "steps": 100}
promise = {"epsilon": 2.0, "delta": DELTA, "neighbours": Neighbours.ADD_REMOVE}
net = Network([64, 10], rng=np.random.default_rng(SEED))
recipe = {"rate": 1.0, "max_grad_norm": 1.0, "rng": np.random.default_rng(SEED)}
recipe["noise_multiplier"] = accountant.noise_multiplier_for(**promise, **SAMPLED)
run = train_private(net, digits.X_train, digits.y_train, **recipe, **SAMPLED)

# %%
inputs, test = (
    functional.into_ball(part - 0.3, 4.2) for part in (digits.X_train, digits.X_test)
)
own = {"naive Bayes, five courts (pure)": right}
for name, delta in (("functional (pure)", 0.0), ("functional (Gaussian)", DELTA)):
    spent = {"epsilon": 2.0, "delta": delta, "rng": np.random.default_rng(SEED)}
    top = functional.release_statistics(inputs, np.eye(10)[digits.y_train], **spent)
    own[name] = np.mean((test @ top.softmax().T).argmax(axis=1) == digits.y_test)

# %%
own["principal filters (Gaussian)"] = filters_accuracy(makers["principal"], 2.0, SEED)
own["DP-SGD, one layer (Gaussian)"] = accuracy(net, digits.X_test, digits.y_test)
statistics.models_side_by_side(own, epsilon=2.0)

# %% [markdown]
# For a pure epsilon, releasing *less* is what wins: counts and means of naive Bayes beat the
# functional mechanism's 64 by 64 products. With a small $\delta$ they all come close to DP-SGD, and
# take a hundredth of its time.
#
# ### Question 17.10 (graded by hand)
#
# *Difficulty 3/5. Importance 4/5. At home, 12 minutes.*
#
# A company offers a deep network for medical files: "Noise by relevance enters the first layer's
# sums once, before training. Training runs for 500 epochs and spends nothing more: epsilon is 1.
# The relevances were computed on the files and are published without noise, since they are mere
# averages." In four or five sentences: what is right in this, and which two promises are broken?

# %% [markdown] question="noise_once" points=3
# **Model answer.** Right: what is computed from a noisy release alone is post-processing, so any number of
# steps on a loss whose coefficients were noised once costs nothing, as long as these coefficients do not change; for
# the first layer they are sums of the inputs and stay the same. Broken: above the first layer the sums are of hidden
# outputs, which move with the weights that are trained on the files; reusing the noise makes differences exact, and
# fresh noise must be paid for at each epoch. Broken: relevances are computed from the private files; an exact average
# leaks by differencing (chapter 15), so they need their own noise and a part of epsilon.
#
# **Rubric.** 1 point: steps on a fixed noisy polynomial are post-processing and free. 1 point: hidden layers trained on the
# files are not covered, with the reason (the sums move). 1 point: exact averages leak; relevances need noise and budget.

# %% [markdown]
# ## Summary
#
# - To second order a linear loss knows sums and products only. Release them once; the rest is free.
# - A record of norm 1 moves some $d$ times less than the paper counts, and L2 does not grow with $d$.
# - A noisy loss may have no minimum. A ridge by the noise's own size mends it, for nothing.
# - Noise drawn once does not cover sums that move with the weights.
# - Noise by relevance helps where few of many inputs matter. Whoever has public data starts there.
# - Polya shares add up to the discrete Laplace; with fewer honest owners the promise falls fast.
# - One patch matrix serves any number of filters. Release less before you buy more epsilon.
# - In a ring each court has its own budget. Selection spends the validation set's.
#
# ## Further reading
#
# - [FM] J. Zhang, Z. Zhang, X. Xiao, Y. Yang, M. Winslett, *Functional Mechanism: Regression Analysis under
#   Differential Privacy*, VLDB 2012.
# - [43] N. Phan, X. Wu, H. Hu, D. Dou, *Adaptive Laplace Mechanism: Differential Privacy Preservation in
#   Deep Learning*, ICDM 2017. Read the corrected version, arXiv 1709.05750.
# - [44] T. Li et al., *Differentially private Naive Bayes learning over multiple data sources*, Information
#   Sciences 444, 2018.
# - [46] N. Phan, X. Wu, D. Dou, *Preserving Differential Privacy in Convolutional Deep Belief Networks*,
#   Machine Learning 106, 2017.
# - [47] B. Beaulieu-Jones et al., *Privacy-Preserving Distributed Deep Learning for Clinical Data*, 2018.
# - [48] L. Zhao et al., *Privacy-Preserving Collaborative Deep Learning with Unreliable Participants*, IEEE
#   TIFS 15, 2020.
#
# ## Quiz
#
# 1. A pixel is 0 on all sheets. How much of the relevance does it get?
#    <details><summary>Answer</summary>None: it sent nothing. Its weight is the least there is, and its noise the
#    largest.</details>
# 2. A company scales its records by their largest norm before the functional mechanism. What leaks?
#    <details><summary>Answer</summary>That norm is a number of one record, released without noise: scale by a
#    public constant and clip.</details>
# 3. Why can a masked sum and multi-Krum not be had together?
#    <details><summary>Answer</summary>Krum compares single models; the mask hides them.</details>
