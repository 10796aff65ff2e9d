# %% [markdown]
# # 15. Differential privacy
#
# **After this chapter you can**
#
# - take one person's secret out of two harmless counts;
# - say what epsilon bounds, for whom, and draw it;
# - write the Laplace, Gaussian and exponential mechanisms, randomised response and the sparse
#   vector, with the right sensitivity;
# - keep a budget over many questions, and count it in three ways;
# - say what a library's epsilon is about: which neighbours, and noise in which unit;
# - read a secret out of the last bits of the noise, and draw noise that has no such bits;
# - audit a mechanism: measure how much it really leaks, and convict a broken one.
#
# *Time: 76 minutes in class: 22 reading, 6 at the widgets, 48 exercises. At home: 57
# minutes. Needs: probability, chapter 1. Runs in under half a minute.*

# %%
import math
from fractions import Fraction

import numpy as np
from scipy import special

from ppdl_course.checks import differential_privacy as checks
from ppdl_course.checks import differential_privacy as dp_choices
from ppdl_course.checks.differential_privacy import audit as dp_audit
from ppdl_course.checks.verdict import checking, require
from ppdl_course.data import load_law_cases
from ppdl_course.dp.audits.statistics_office import StatisticsOffice
from ppdl_course.dp.definition import Guarantee, Neighbours

SEED = 15
ADD_REMOVE, REPLACE = Neighbours.ADD_REMOVE, Neighbours.REPLACE

# %% [markdown]
# ## 15.1 A court publishes counts
#
# Yusuf Dunnheim is 19. His case is one of six thousand, and whether it ended in prison is
# nobody's business. The court's statistics office is careful: it answers *how many* questions
# only, and no count below five.

# %%
cases = load_law_cases().records
yusuf = cases[1]
assert yusuf.name == "Yusuf Dunnheim"
office = StatisticsOffice(cases, minimum=5)
print("cases that ended in prison:", office.count(lambda case: case.custodial))

# %%
try:
    office.count(lambda case: case.custodial and case.case_id == yusuf.case_id)
except ValueError as refused:
    print("about Yusuf alone:", refused)

# %% [markdown]
# | | in this chapter |
# |---|---|
# | **adversary** | anyone who may ask, or read what is published; they know everything about everybody except one thing about one person |
# | **sees** | the released numbers, and how they were made |
# | **protected** | what one person's record changes, up to a factor $e^\epsilon$ |
# | **not protected** | what is true of everybody; groups; the question asked; the data at the court |
# | **costs** | accuracy, and a budget that every answer uses up |
#
# **Predict.** How many answers of this office does it take to learn about Yusuf?
#
# ### Exercise 15.1: differencing
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>Both questions must be about a large group.</details>
# <details><summary>Hint 2</summary>Leave him out of a large group that he may be in. What changes?</details>


# %% exercise="reveal_custody"
def reveal_custody(count, case_id: str) -> bool:
    """Return whether the case ``case_id`` ended in prison.

    count: the office. count(condition) is the number of cases for which condition(case) is
        true; it raises ValueError if they are fewer than five. Either outcome has many
        more. A case has ``case_id`` (text) and ``custodial`` (1 for prison, else 0).
        It may be any office, not only that of the cells above.
    """
    # BEGIN SOLUTION
    everybody = count(lambda case: case.custodial)
    others = count(lambda case: case.custodial and case.case_id != case_id)
    return everybody != others
    # END SOLUTION


# %% check="reveal_custody" points=2
with checking("reveal_custody"):
    checks.check_reveal_custody(reveal_custody)
    # BEGIN HIDDEN TESTS
    checks.check_reveal_custody(reveal_custody, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Two answers were enough, both about large groups. No attacker is needed for this. A yearbook that comes out before and after one judgement holds
# the same two numbers. Rules about group sizes cannot help: each of the two groups was large.
# What helps is an answer that is **not quite certain**.

# %% [markdown]
# ## 15.2 Coins instead of trust
#
# The oldest remedy is older than the name (Warner, 1965). Each person reports yes or no to an
# awkward question, but tosses a coin first, alone: with probability $p$ they tell the truth, else
# they lie. Nobody has to be trusted with the truth: this is the **local** model. A report is
# $\epsilon$-private if a truth is at most $e^\epsilon$ times as likely as a lie:
#
# $$\frac{p}{1-p} = e^{\epsilon}, \qquad p = \frac{e^\epsilon}{1+e^\epsilon}.$$
#
# ### Exercise 15.2: randomised response
#
# *Difficulty 1/5. Importance 3/5. At home, 8 minutes.*
#
# <details><summary>Hint 1</summary>rng.random(n) tosses n coins at once.</details>


# %% exercise="randomised_response"
def randomised_response(
    bits: np.ndarray, *, epsilon: float, rng: np.random.Generator
) -> np.ndarray:
    """Return one report for each person, 0 or 1 (or bool), shape (n,).

    bits: shape (n,), the truth, 0 or 1. Each report is the truth with probability
    e^epsilon / (1 + e^epsilon), else the opposite, independently of the others. All
    randomness comes from rng.
    """
    # BEGIN SOLUTION
    truth = 1 / (1 + math.exp(-epsilon))
    lies = rng.random(len(bits)) >= truth
    return np.asarray(bits).astype(bool) ^ lies
    # END SOLUTION


# %% check="randomised_response" points=2
with checking("randomised_response"):
    checks.check_randomised_response(randomised_response)
    # BEGIN HIDDEN TESTS
    checks.check_randomised_response(randomised_response, seed=None)
    one = randomised_response(np.array([1]), epsilon=1.0, rng=np.random.default_rng(0))
    require(np.shape(one) == (1,), "one person, one report.")
    # END HIDDEN TESTS

# %% [markdown]
# The check above is a statistic, like every check of noise in this chapter: it asks your function
# for twelve thousand reports at a time, and fails a right answer at most once in a million times.
#
# Every single report can be denied. Together they still say something.
#
# ### Exercise 15.3: the share of yes
#
# *Difficulty 2/5. Importance 2/5. At home, 10 minutes.*
#
# <details><summary>Hint 1</summary>If the true share is $s$, which share of yes do you expect among
# the reports?</details>
# <details><summary>Hint 2</summary>$s p + (1-s)(1-p)$. Solve for $s$.</details>


# %% exercise="estimate_share"
def estimate_share(reports: np.ndarray, *, epsilon: float) -> float:
    """Return an unbiased estimate of the true share of ones behind the reports.

    reports: shape (n,), from randomised response at ``epsilon``. The estimate may fall
    outside [0, 1]: cutting it off would make it too high, or too low, on average.
    """
    # BEGIN SOLUTION
    truth = 1 / (1 + math.exp(-epsilon))
    return float((np.mean(reports) - (1 - truth)) / (2 * truth - 1))
    # END SOLUTION


# %% check="estimate_share" points=2
with checking("estimate_share"):
    checks.check_estimate_share(estimate_share)
    # BEGIN HIDDEN TESTS
    checks.check_estimate_share(estimate_share, seed=None)
    got = estimate_share(np.array([True, True, False, False]), epsilon=0.7)
    require(np.allclose(got, 0.5, atol=1e-6), "half yes must stay a half.")
    # END HIDDEN TESTS

# %%
from ppdl_course.dp.mechanisms import RandomisedResponse

custodial = np.array([case.custodial for case in cases])
print(f"true share {custodial.mean():.3f}")
for epsilon in (0.2, 1.0, 3.0):
    local = RandomisedResponse(epsilon=epsilon)
    reports = local.release(custodial, rng=np.random.default_rng(SEED))
    print(f"epsilon {epsilon}: estimate {local.estimate(reports):.3f}")

# %% [markdown]
# ## 15.3 The promise
#
# Dwork's definition [39-41] asks the same of any mechanism $M$. For all **neighbouring** data sets
# $D, D'$ and every set $S$ of outputs,
#
# $$P[M(D) \in S] \le e^{\epsilon}\, P[M(D') \in S] + \delta .$$
#
# Neighbours differ in one person. Which way is part of the promise, and this course writes it down
# each time:
#
# - `ADD_REMOVE`: the person's record is there or not;
# - `REPLACE`: it is there, but could be any other record.
#
# With $\delta = 0$ the **log ratio** of the two output densities stays between $-\epsilon$ and
# $\epsilon$. Noise with density proportional to $e^{-|x|/b}$ (Laplace) does this for a count, if $b =
# 1/\epsilon$.
#
# **Predict.** At $\epsilon = 1$ an adversary sees one noisy count and must say whether Yusuf is in
# it. How often are they right, at best? 50 % is guessing.

# %%
from ppdl_course.figures.differential_privacy import neighbour_densities

neighbour_densities(epsilon=1.0)

# %% [markdown]
# Left, the two densities; in the middle, their log ratio, which *touches* $\epsilon$ and stays
# there; right, hit rate against false alarms of the best test there is. No computer, no side
# knowledge and no later discovery gets above that curve. Drag it. Why does the Gaussian's log ratio
# leave the band, and what is $\delta$ for?
#
# <details><summary>Answers</summary>The title of the right picture answers the prediction. The
# Gaussian's log ratio is a straight line: its tails are so thin that far out one neighbour is many
# times likelier than the other, whatever the width. Outputs that far out are rare, and $\delta$
# bounds how rare.</details>

# %%
from ppdl_course.widgets.differential_privacy import epsilon_explorer

epsilon_explorer()

# %% [markdown]
# ## 15.4 Sensitivity
#
# How wide must the noise be? As wide as one person can move the answer. The **L1 sensitivity** of a
# query $f$ is the largest $\lVert f(D) - f(D') \rVert_1$ over neighbours, and
#
# $$f(D) + \mathrm{Lap}(\Delta f / \epsilon)^d$$
#
# is $\epsilon$-private. A histogram has one bin for each case: adding a case moves one bin by 1.
# And replacing one?
#
# ### Exercise 15.4: a private histogram
#
# *Difficulty 2/5. Importance 5/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>The categories are public, the cases are not. A category without
# a case is a fact about the cases.</details>
# <details><summary>Hint 2</summary>A replaced case leaves one bin and enters another. By how much do
# the bins change together?</details>


# %% exercise="private_histogram"
def private_histogram(labels, categories, *, epsilon, neighbours, rng) -> np.ndarray:
    """Return the number of cases in each category with Laplace noise, float, shape (k,).

    labels: the category of each case, a list of text. categories: all k categories, in
    the order of the result. neighbours: ADD_REMOVE or REPLACE. The whole histogram is
    epsilon-private. Leave the noisy numbers as they are: no rounding, no cutting off.
    All randomness comes from rng.
    """
    # BEGIN SOLUTION
    counts = np.array([sum(label == c for label in labels) for c in categories])
    sensitivity = 1 if neighbours is ADD_REMOVE else 2
    return counts + rng.laplace(scale=sensitivity / epsilon, size=len(categories))
    # END SOLUTION


# %% check="private_histogram" points=3
with checking("private_histogram"):
    checks.check_private_histogram(private_histogram)
    # BEGIN HIDDEN TESTS
    checks.check_private_histogram(private_histogram, seed=None)
    rng = np.random.default_rng(SEED)
    got = private_histogram(
        ["b", "b"], ["a", "b"], epsilon=1e6, neighbours=REPLACE, rng=rng
    )
    require(bool(np.allclose(got, [0, 2], atol=1e-3)), "bins in the categories' order.")
    # END HIDDEN TESTS

# %%
from ppdl_course.widgets.differential_privacy import histogram_explorer

districts = sorted({case.district for case in cases})
robberies = [case.district for case in cases if case.charge == "robbery"]
histogram_explorer(districts, [robberies.count(d) for d in districts])

# %% [markdown]
# What is done with the released numbers afterwards costs nothing: rounding them, cutting them off
# at 0, drawing them. **Post-processing** cannot win back what the noise has hidden.

# %%
from ppdl_course.dp.mechanisms import Gaussian, Laplace

noise = Laplace(epsilon=0.5, sensitivity=1, neighbours=ADD_REMOVE)
small = np.array([3, 0, 7, 1])
released = noise.release(small, rng=np.random.default_rng(SEED))
print("released      ", released.round(2))
print("post-processed", np.maximum(released.round(), 0).astype(int))

# %% [markdown]
# A total of damages has no bounded sensitivity: one claim may be larger than all others. So each
# amount is **clipped** to a bound that is fixed without looking at the data. DP-SGD does the same to
# gradients in chapter 16.
#
# ### Exercise 15.5: a private total
#
# *Difficulty 2/5. Importance 5/5. In class, 8 minutes.*
#
# <details><summary>Hint 1</summary>After clipping to [0, bound], by how much can one person move the
# total?</details>


# %% exercise="private_total"
def private_total(amounts: np.ndarray, *, bound: float, epsilon: float, rng) -> float:
    """Return the total of the amounts, each clipped to [0, bound], with Laplace noise.

    amounts: shape (n,), n >= 0, left as they are. The total is epsilon-private for the
    neighbours ADD_REMOVE, and left as it is: no rounding, no cutting off. All
    randomness comes from rng.
    """
    # BEGIN SOLUTION
    clipped = np.clip(amounts, 0, bound)
    return float(clipped.sum() + rng.laplace(scale=bound / epsilon))
    # END SOLUTION


# %% check="private_total" points=2
with checking("private_total"):
    checks.check_private_total(private_total)
    # BEGIN HIDDEN TESTS
    checks.check_private_total(private_total, seed=None)
    rng = np.random.default_rng(SEED)
    got = private_total(np.array([9.0, 1.0]), bound=5.0, epsilon=1e6, rng=rng)
    require(np.allclose(got, 6, atol=1e-2), "amounts 9 and 1, clipped to 5, make 6.")
    # END HIDDEN TESTS

# %%
from ppdl_course.figures.differential_privacy import clipping_errors

amounts = np.array([case.amount for case in cases], dtype=float)
clipping_errors(amounts, bounds=np.geomspace(100, 100_000, 31), epsilon=0.1)

# %% [markdown]
# A small bound loses much to clipping, a large one drowns in noise.
#
# **Gaussian noise** needs a $\delta$, but counts distances in L2: a vector of many entries, such as
# a gradient, needs far less of it. The classic formula $\sigma = \Delta_2 \sqrt{2\ln(1.25/\delta)} /
# \epsilon$ wastes some, and its proof ends at $\epsilon = 1$. The analytic calibration (Balle and
# Wang, 2018) is exact for every $\epsilon$. **Predict:** where does the classic one first promise too much?

# %%
from ppdl_course.figures.differential_privacy import classic_and_exact

classic_and_exact(np.geomspace(0.1, 20, 200), deltas=(0.3, 1e-5, 1e-9))

# %%
common = {"delta": 1e-5, "sensitivity": 1, "neighbours": ADD_REMOVE}
classic = Gaussian.classic(epsilon=0.5, **common).sigma
exact = Gaussian.analytic(epsilon=0.5, **common).sigma
print(f"epsilon 0.5: classic sigma {classic:.2f}, exact {exact:.2f}")

# %% [markdown]
# ## 15.5 Private choices
#
# Sometimes the answer is no number: which charge is the most frequent, which district gets the
# money? The **exponential mechanism** chooses candidate $r$ with probability proportional to
#
# $$\exp\left(\frac{\epsilon\, u(r)}{2 \Delta u}\right).$$
#
# The 2 is there because between neighbours one utility may rise while the sum of all weights falls.
#
# ### Exercise 15.6: the exponential mechanism
#
# *Difficulty 3/5. Importance 3/5. At home, 12 minutes.*
#
# <details><summary>Hint 1</summary>$e^{5000}$ is not a number for a computer, but a constant added to
# all utilities changes no probability.</details>


# %% exercise="exponential_choice"
def exponential_choice(
    utilities: np.ndarray, *, sensitivity: float, epsilon: float, rng
) -> int:
    """Return the index of a candidate, chosen by the exponential mechanism.

    utilities: shape (k,), integers or floats up to 1e6 in size. Neighbours may move each by up to
    sensitivity. All randomness comes from rng.
    """
    # BEGIN SOLUTION
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    weights = np.exp(scores - np.max(scores))
    return int(rng.choice(len(weights), p=weights / weights.sum()))
    # END SOLUTION


# %% check="exponential_choice" points=3
with checking("exponential_choice"):
    dp_choices.check_exponential_choice(exponential_choice)
    # BEGIN HIDDEN TESTS
    dp_choices.check_exponential_choice(exponential_choice, seed=None)
    rng = np.random.default_rng(SEED)
    got = exponential_choice(np.array([0.0, -1e4]), sensitivity=1, epsilon=1, rng=rng)
    require(bool(got == 0), "a hopeless candidate must never win.")
    # END HIDDEN TESTS

# %% [markdown]
# **Report noisy max** adds Laplace noise to each count and publishes *which* is the largest, never
# how large. It costs one $\epsilon$ however many counts there are.

# %%
from ppdl_course.dp.selection import ReportNoisyMax

charges = sorted({case.charge for case in cases})
counts = [sum(case.charge == charge for case in cases) for charge in charges]
once = {"epsilon": 0.05, "sensitivity": 1, "neighbours": ADD_REMOVE}
noisy_max = ReportNoisyMax(**once, monotone=True)

# %%
rng = np.random.default_rng(SEED)
wins = [charges[noisy_max.choose(counts, rng=rng)] for _ in range(1000)]
{charge: (n, wins.count(charge)) for charge, n in zip(charges, counts, strict=True)}

# %% [markdown]
# The **sparse vector** technique goes on: it watches a long stream of counts, says "below, below,
# ..." and pays only when one is above a threshold. Half the budget hides the threshold, once; half
# hides the answers. It has been published wrongly more than once (Lyu, Su and Li, 2017).
#
# ### Exercise 15.7: above the threshold
#
# *Difficulty 3/5. Importance 3/5. At home, 12 minutes.*
#
# Each answer moves by at most 1 between neighbours, in either direction. Draw the threshold's noise
# first, once, from $\mathrm{Lap}(2/\epsilon)$, and for each answer fresh noise from
# $\mathrm{Lap}(4/\epsilon)$.
#
# <details><summary>Hint 1</summary>After the first yes the budget is spent. Stop.</details>


# %% exercise="above_threshold"
def above_threshold(answers, *, threshold: float, epsilon: float, rng) -> int | None:
    """Return the index of the first answer that passes, or None if none does.

    answers: a list of numbers. An answer passes if answer + noise >= threshold + noise.
    All randomness comes from rng.
    """
    # BEGIN SOLUTION
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4 / epsilon) >= bar:
            return index
    return None
    # END SOLUTION


# %% check="above_threshold" points=3
with checking("above_threshold"):
    dp_choices.check_above_threshold(above_threshold)
    # BEGIN HIDDEN TESTS
    dp_choices.check_above_threshold(above_threshold, seed=None)
    rng = np.random.default_rng(SEED)
    got = above_threshold([0, 0, 90, 99], threshold=50, epsilon=1e6, rng=rng)
    require(bool(got == 2), "the first that passes, not the last or the largest.")
    # END HIDDEN TESTS

# %% [markdown]
# ## 15.6 The budget
#
# A second question costs again: the losses add up (**basic composition**). Ask the same noisy count
# often enough, and the mean of the answers is exact. So a court needs a **ledger**, and an end.

# %%
from ppdl_course.dp.accountants.composition import Ledger

ledger = Ledger(budget=Guarantee(epsilon=1.0, neighbours=ADD_REMOVE))
each = Guarantee(epsilon=0.4, neighbours=ADD_REMOVE)
for label in ("by district", "by charge"):
    print(f"{label}: {ledger.spend(label, each).epsilon:.1f} left")

# %%
try:
    ledger.spend("by age", each)
except ValueError as refused:
    print("by age: refused,", refused)

# %% [markdown]
# Two epsilons under different neighbouring relations are different units, and are refused too. Many
# *small* losses add up more slowly than basic composition says, since some are positive and some
# negative: like a random walk, $k$ of them grow as $\sqrt{k}$. **Advanced composition** states it at
# the price of a $\delta$; **concentrated** and **Rényi** privacy (zCDP, RDP) keep the books in
# squares, $\rho = \epsilon^2/2$ a query, and convert once at the end.
#
# **Predict.** At 0.05 a query and a budget of 2, basic composition affords 40 queries. How many do
# the other two ways afford? The legend below tells.

# %%
from ppdl_course.widgets.differential_privacy import ledger_explorer

ledger_explorer()

# %% [markdown]
# Three more rules, from the package:
#
# - **Sampling amplifies**: on a secret random share $q$ of the records, $\epsilon$ becomes
#   $\ln(1 + q(e^\epsilon - 1))$, about $q\epsilon$.
# - **Groups** pay for their size: $k$ relatives in one file have $k\epsilon$.
# - **Disjoint** parts cost only the largest (`ADD_REMOVE`).

# %%
from ppdl_course.dp.accountants import composition

each = Guarantee(epsilon=0.5, neighbours=ADD_REMOVE)
sampled = composition.amplified_by_sampling(each, sample_rate=0.01)
print(f"on 1 % of the records: {sampled.epsilon:.4f}")
print(f"for a family of four:  {composition.for_group(each, size=4).epsilon:.1f}")
print(f"six districts, each:   {composition.parallel([each] * 6).epsilon:.1f}")

# %% [markdown]
# Training (chapter 16) composes thousands of subsampled Gaussian steps. Two accountants do it. RDP
# adds up Rényi divergences, order by order; the **privacy-loss distribution** (PLD) convolves the
# whole distribution of the loss by a Fourier transform, which is tight.

# %%
from ppdl_course.dp.accountants import subsampled_gaussian as accountant

step = {"noise_multiplier": 1.1, "sample_rate": 256 / 60000, "neighbours": ADD_REMOVE}
for epochs in (15, 60):
    run = accountant.SubsampledGaussian(**step, steps=epochs * 60000 // 256)
    by_rdp = accountant.epsilon_by_rdp([run], delta=1e-5)
    by_pld = accountant.epsilon_by_pld([run], delta=1e-5)
    print(f"{epochs} epochs: epsilon {by_rdp:.3f} by RDP, {by_pld:.3f} by PLD")

# %% [markdown]
# **What do others mean by "replace one"?** A sum of vectors clipped to norm 1 gets Gaussian noise of
# deviation 2. A replaced record moves the sum by up to 2, an added one by 1. Each accountant below was told
# "noise multiplier 2" and its own word for the relation. **Predict:** do all that say `REPLACE_ONE` agree?

# %%
from ppdl_course.stored import neighbouring_relations as others

ours = {relation: others.exact_epsilon(relation) for relation in Neighbours}
for relation, epsilon in ours.items():
    print(f"exact, in this course: {relation.name:18} {epsilon:.2f}")

# %%
answers = others.load_answers()
for said in answers:
    holds = [relation.name for relation in Neighbours if said.bounds(relation)]
    shown = (
        f"{said.library:20} {said.accountant}  {said.relation:18} {said.epsilon:.2f}"
    )
    print(f"{shown}  holds for {', '.join(holds)}")

# %%
replaced = [said.epsilon for said in answers if said.relation == "REPLACE_ONE"]
assert min(replaced) < ours[REPLACE] <= max(replaced) * 1.001

# %% [markdown]
# One library, one word, two meanings. Its PLD takes the noise in units of the clipping norm, and doubles the
# distance. Its RDP takes it in units of the relation's own sensitivity, and changes nothing. Opacus does not name a
# relation: its numbers hold for an added record. So an epsilon without its relation, **and without what the noise
# is a multiple of**, is no promise. Here the relation is in the type: leave it out, or mix two, and you get an
# error instead of a number.

# %%
Run = accountant.SubsampledGaussian
both = [Run(noise_multiplier=2.0, neighbours=each) for each in Neighbours]
try:
    accountant.epsilon_by_pld(both, delta=1e-5)
except ValueError as refused:
    print(refused)

# %% [markdown]
# ## 15.7 Attack: the last bits
#
# So far noise was a real number. A computer has 64 bits. It makes Laplace noise as the logarithm of
# one of $2^{53}$ uniform numbers, so only *some* numbers can come out, and **for another true answer
# it is other numbers** (Mironov, 2012). Is there a case against Yusuf in this small town, yes or no?
# The count, 0 or 1, is released once, with $\epsilon = 0.1$. The best test of section 15.3 hardly
# beats guessing here.

# %%
from ppdl_course.dp.audits.floating_point import possible_answers

rng, scale = np.random.default_rng(SEED), 10.0
truth = rng.integers(0, 2, size=2000)
releases = truth + rng.laplace(scale=scale, size=2000)
survivors = [possible_answers(y, [0, 1], scale=scale) for y in releases]

# %%
certain = np.mean([len(s) == 1 for s in survivors])
wrong = sum(secret not in s for secret, s in zip(truth, survivors, strict=True))
print(f"what epsilon 0.1 allows: right {1 - math.exp(-0.05) / 2:.1%} of the time")
print(f"settled with certainty: {certain:.1%} of single releases, {wrong} wrongly")

# %% [markdown]
# Nothing in the formula was wrong. The proof speaks of real numbers, and the program used doubles.
# The repair is noise made of **whole numbers** by comparing whole numbers (Canonne, Kamath and Steinke,
# 2020): a coin of probability $e^{-n/d}$ needs no logarithm. For $n \le d$, toss coins of probability
# $n/d,\ n/2d,\ n/3d, \dots$ up to the first tails; the number of that toss is odd with probability
# exactly $e^{-n/d}$.


# %%
def exp_coin(n: int, d: int, rng) -> bool:
    """Heads with probability exactly exp(-n/d), for 0 <= n <= d."""
    k = 1
    while rng.integers(d * k) < n:
        k += 1
    return k % 2 == 1


# %%
tosses = [exp_coin(3, 5, rng) for _ in range(20_000)]
print(f"heads {np.mean(tosses):.4f}, exp(-3/5) = {math.exp(-3 / 5):.4f}")

# %% [markdown]
# Discrete Laplace and Gaussian noise are built from this coin alone. The same attack again: both
# answers can now give every output.

# %%
from ppdl_course.dp.discrete import DiscreteLaplace

tenth = {"epsilon": Fraction(1, 10), "sensitivity": 1, "neighbours": ADD_REMOVE}
exact_noise = DiscreteLaplace(**tenth)
zero = set(exact_noise.release(np.full(200_000, 0), rng=rng).tolist())
one = set(exact_noise.release(np.full(200_000, 1), rng=rng).tolist())
print("outputs from -25 to 25 that only one answer can give:")
[y for y in range(-25, 26) if (y in zero) != (y in one)]

# %% [markdown]
# (Python's generator is still predictable to whoever learns its state. A real release takes its bits
# from the operating system.)

# %% [markdown]
# ## 15.8 Audit
#
# You are handed a mechanism that claims $\epsilon$. Do not read the code: **run** it, often, on two
# neighbours. If an event $S$ happened $x$ times in $n$ runs on $D$, and $x'$ times on $D'$, then
#
# $$\epsilon \ge \ln \frac{P[S|D] - \delta}{P[S|D']},$$
#
# but the counts are not the probabilities. Clopper and Pearson's bounds hold for any $n$: if the
# lower one for $D$ and the upper one for $D'$ each fail with probability at most $\alpha/2$, the
# bound accuses an honest mechanism with probability at most $\alpha$.
#
# ### Exercise 15.8: a lower bound on epsilon
#
# *Difficulty 3/5. Importance 4/5. In class, 18 minutes.*
#
# An auditor looked at {{EVENTS}} events and reports the one with the best bound: as many chances to be
# fooled. So each event gets an equal share of $\alpha$, and each of its two bounds half of that.
#
# `special.betaincinv(x, n - x + 1, e)` is the lower bound for $x > 0$ hits in $n$ trials that fails
# with probability $e$; `special.betaincinv(x + 1, n - x, 1 - e)` is the upper one for $x < n$.
#
# <details><summary>Hint 1</summary>No hit: the lower bound is 0. All hits: the upper one is 1.</details>
# <details><summary>Hint 2</summary>A bound below 0 says nothing more than 0 does.</details>

# %% varies="audit_bound"
EVENTS = 5  # of 3, 5, 7, 9, 11


# %% exercise="audit_bound"
def audit_bound(
    hits: int, other_hits: int, *, trials: int, delta: float, false_alarm: float
) -> float:
    """Return a lower bound on epsilon from hits over other_hits, at least 0, in nats.

    hits, other_hits: how often the event, the best of EVENTS = {{EVENTS}}, happened in
    ``trials`` runs on each of two neighbours.
    """
    # BEGIN SOLUTION
    low, high, error = 0.0, 1.0, false_alarm / (2 * EVENTS)
    if hits > 0:
        low = special.betaincinv(hits, trials - hits + 1, error)
    if other_hits < trials:
        high = special.betaincinv(other_hits + 1, trials - other_hits, 1 - error)
    return math.log(max((low - delta) / high, 1.0))
    # END SOLUTION


# %% check="audit_bound" points=3
with checking("audit_bound"):
    dp_audit.check_audit_bound(audit_bound, events=EVENTS)
    # BEGIN HIDDEN TESTS
    dp_audit.check_audit_bound(audit_bound, events=EVENTS, seed=None)
    counts = {"trials": 50_000, "delta": 1e-3, "false_alarm": EVENTS * 1e-6}
    require(
        np.allclose(audit_bound(30_000, 9_000, **counts), 1.1379, atol=2e-3),
        "30000 against 9000 of 50000 gives another bound.",
    )
    require(np.all(audit_bound(9_000, 30_000, **counts) == 0), "no evidence, no bound.")
    # END HIDDEN TESTS

# %% [markdown]
# How many runs does it take? Half the noise at a promise of 0.5 makes the event "below the true
# total" happen with probability 0.5 here and $0.5 e^{-1}$ there:

# %%
from ppdl_course.dp.audits.lower_bound import audit, trials_needed

runs = trials_needed(0.5, 0.5 * math.exp(-1.0), epsilon=0.5)
print(f"{runs} judged runs on each convict it, except once in a million times")

# %% [markdown]
# **Predict.** Here are eight totals of damages that all claim $\epsilon = 0.5$. Two tell the truth.
# Which of the other six will show the *largest* leak, and which will be the hardest to convict?

# %%
from ppdl_course.dp.audits import private_totals as broken

PROMISE, BOUND = 0.5, 20.0
town = np.array([4.0, 11.0, 20.0, 2.5])
neighbour = np.append(town, 300.0)  # one party more, with a very large claim

# %%
findings = {}
for total in (*broken.RIGHT, *broken.BROKEN):
    rng = np.random.default_rng(SEED)
    settings = {"bound": BOUND, "epsilon": PROMISE, "runs": 20_000, "rng": rng}
    findings[total] = audit(total(town, **settings), total(neighbour, **settings))

# %%
for total, finding in findings.items():
    verdict = "REFUTED" if finding.convicts(PROMISE) else "not refuted"
    a, b = finding.hits
    shown = f"{finding.event}: {a} against {b}"
    print(f"{total.__name__:22} {finding.epsilon:6.2f} {verdict:12} {shown}")

# %% [markdown]
# "Not refuted" is no certificate. The audit tried one pair of neighbours and some events; a proof
# covers all. But one refutation is enough. The largest figures are no measure of those leaks: exact
# answers leak without bound, and what is printed is all that so many runs can prove. Half the noise
# is the hardest to convict, since it leaks just twice what it promised.
#
# Where would `clipping_left_out` have passed?
#
# <details><summary>Answer</summary>On any pair of neighbours whose extra amount lies within the
# bound: nothing is to be clipped there. The audit caught it only because the pair was chosen with a
# very large claim.</details>

# %% [markdown]
# ## 15.9 Local against central, and what it all cost
#
# Randomised response trusts nobody, the Laplace mechanism trusts the court. The same share at the
# same $\epsilon$ (each person's record replaced), over 300 repetitions:

# %%
share, n = custodial.mean(), len(custodial)
rng = np.random.default_rng(SEED)


def local_and_central_error(epsilon):
    local = RandomisedResponse(epsilon=epsilon)
    central = Laplace(epsilon=epsilon, sensitivity=1 / n, neighbours=REPLACE)
    here = [local.estimate(local.release(custodial, rng=rng)) for _ in range(300)]
    there = central.release(np.full(300, share), rng=rng)
    return [np.mean(np.abs(np.array(got) - share)) for got in (here, there)]


# %%
for epsilon in (0.1, 1.0):
    local_error, central_error = local_and_central_error(epsilon)
    print(f"epsilon {epsilon}: local {local_error:.5f}, central {central_error:.6f}")

# %% [markdown]
# Not to trust anybody costs about $\sqrt{n}$ in accuracy. The other currencies are cheap: a release
# is one message of eight bytes a number, one round, and microseconds. Compare with the
# ciphertexts of part III. To close, this chapter's own audits in one picture:

# %%
from ppdl_course.figures.differential_privacy import audit_verdicts

audit_verdicts(
    [total.__name__.replace("_", " ") for total in findings],
    [finding.epsilon for finding in findings.values()],
    promise=PROMISE,
)

# %% [markdown]
# ## 15.10 What it does not promise
#
# The survey says that differential privacy makes identification mathematically impossible. It does
# not: it bounds a ratio of probabilities by $e^\epsilon$. At $\epsilon = 10$ that ratio is over
# twenty thousand. And some harm does not come from being in the data at all.
#
# ### Question 15.9 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.* About ten sentences.
#
# A study with $\epsilon = 0.1$ finds that people from Harbour who were charged with robbery are sent to
# prison twice as often as others. Yusuf lives in Harbour. His employer reads the study and dismisses him.
#
# 1. Was the promise of differential privacy broken? Say what would have happened had Yusuf's record
#    not been in the data.
# 2. Yusuf's three brothers are in the same file, each with a record that says the same about the family.
#    What does the promise say now?
# 3. The court also promises "your data are safe with us, we use differential privacy". Name two
#    dangers to Yusuf's record that no epsilon touches.

# %% [markdown] question="what_is_not_promised" points=4
# **Model answer.** (1) No. The finding is about a population; with $\epsilon = 0.1$ it would have come out
# almost as likely (within a factor $e^{0.1}$) had his record been left out. Differential privacy limits
# what is learned *from his taking part*, not what is learned about people like him, and the employer's
# inference works on people who are not in the data at all. The harm is real, and needs other means, such
# as rules on use. (2) Group privacy: the four records together are protected with $4 \times 0.1 = 0.4$, a
# factor of about 1.5, since one could be read through the others; with family-level neighbours it would
# have to be calibrated so from the start. (3) For example: the raw records lie at the court and can be stolen
# or subpoenaed; the curator sees everything (central model); the server sees the query; several
# releases whose budgets nobody adds up; an implementation that leaks in its low bits or timing; an
# epsilon too large to mean anything; exact statistics published elsewhere.
#
# **Rubric (4).** 1: not broken, with the comparison to the world without his record. 1: says that
# inference about the population is not prevented. 1: group privacy with 4 epsilon (or: correlated records).
# 1: two real dangers outside the definition. Half a point off for "anonymous" or "impossible to identify".

# %% [markdown]
# ## Summary
#
# - Exact counts leak by differencing, whatever the group size. Privacy needs noise.
# - $(\epsilon, \delta)$ bounds how much likelier any event becomes through one person's record. Say which
#   neighbours.
# - Noise is scaled by sensitivity / epsilon, never the other way; what is unbounded is clipped first.
# - Choices can be private too, and the sparse vector pays for yeses only.
# - Every release is paid from one budget. RDP and PLD count it tightly.
# - Floating-point noise breaks the promise; exact integer noise keeps it.
# - An audit measures epsilon from below: it can convict, it cannot acquit.
#
# ## Further reading
#
# - [39] C. Dwork, *Differential Privacy*, ICALP 2006; [40] C. Dwork, F. McSherry, K. Nissim, A. Smith,
#   *Calibrating Noise to Sensitivity in Private Data Analysis*, TCC 2006; [41] C. Dwork, *Differential
#   Privacy: A Survey of Results*, TAMC 2008. (The survey's numbers; which of Dwork's papers each stands
#   for is our reading.)
# - C. Dwork, A. Roth, *The Algorithmic Foundations of Differential Privacy*, 2014.
# - I. Mironov, *On Significance of the Least Significant Bits for Differential Privacy*, CCS 2012.
# - C. Canonne, G. Kamath, T. Steinke, *The Discrete Gaussian for Differential Privacy*, NeurIPS 2020.
# - M. Lyu, D. Su, N. Li, *Understanding the Sparse Vector Technique for Differential Privacy*, VLDB 2017.
# - M. Jagielski, J. Ullman, A. Oprea, *Auditing Differentially Private Machine Learning*, NeurIPS 2020.
#
# ## Quiz
#
# 1. A count is released with Lap(2). What is epsilon under `ADD_REMOVE`?
#    <details><summary>Answer</summary>1/2.</details>
# 2. The noisy count of cases came out as -3. Is publishing 0 instead allowed?
#    <details><summary>Answer</summary>Yes, it is post-processing. It makes the mean of many such counts too
#    high, though.</details>
# 3. A histogram of 100 bins costs as much as one of 2. Why?
#    <details><summary>Answer</summary>A case is in one bin. Adding it moves one count by 1, whatever the number of
#    bins.</details>
# 4. An audit of 20,000 runs finds epsilon at least 0.3 for a promise of 0.5. What do you know?
#    <details><summary>Answer</summary>That it leaks at least 0.3, except with probability 1e-6; not that 0.5 is
#    kept.</details>
