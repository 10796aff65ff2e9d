# %% [markdown]
# # 3. How learning leaks
#
# **After this chapter you can**
#
# - run both architectures of the survey's Fig. 2 and read from their logs who sees what;
# - pull a phone number out of a language model, and say how likely it is to be there;
# - turn a gradient back into the records behind it;
# - tell from a model who was in its training data, and what a hidden field said;
# - find a secret site on a heat map, and draw a class of images that you never had;
# - show of each attack that it fails where there is nothing to steal.
#
# *Time: 87 minutes in class: 36 reading, 6 at the widgets, 45 exercises. At home: 85
# minutes. Needs: chapter 1; the LSTM and GAN of chapter 2 help. Runs in under half a
# minute.*

# %%
import numpy as np
import torch

from ppdl_course.attacks import registry_form
from ppdl_course.attacks.registry_form import age_and_phone
from ppdl_course.checks import privacy_leakage as checks
from ppdl_course.checks.verdict import checking
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.figures import model_attacks
from ppdl_course.figures import privacy_leakage as figures
from ppdl_course.nn import CrossEntropy, accuracy

torch.set_num_threads(1)  # small matrices: a second thread only waits
SEED = 3
cases, digits = load_law_cases(), load_digits_split()

# %% [markdown]
# ## 3.1 Two ways to learn together
#
# Hana Calderova's court has hired a contractor. The registry types each case file into an
# intake form, and a network predicts the length of the sentence, in eight bands (0: no prison, 7: four
# years and more). By an oversight the form holds her **age and phone number**: its first entry is the age
# over 100, its last eight are digits of the number over 9. The facts of the case stand between.

# %%
hana, records = cases.records[0], cases.records[:1200]
office_forms = registry_form.forms(records)
bands = registry_form.sentence_bands(records)
print(hana.name, hana.age, hana.phone)
print(office_forms[0].round(2))

# %% [markdown]
# One court has too few cases. Fig. 2 of the survey (the README names it; numbers in brackets
# are its references) shows two ways to learn from several:
#
# - **(a) data exchange**: clients send their data, the server builds the global model;
# - **(b) gradient exchange**: the server sends the model, clients train at home and send gradients.
#
# Each has a **training** and a **prediction** phase. In (a) the input goes to the server and the result
# comes back. In (b) a client may do the same, or predict at home.
#
# | | in this chapter |
# |---|---|
# | **adversary** | sits on the wire, at the server, at a client, or at several: collusion |
# | **sees** | what the log says that these seats send, receive and know. Most attacks here only read; the GAN attack sends false data |
# | **protected** | nothing, then lines (encryption), then single gradients (masks) |
# | **not protected** | the finished model, the sums, whatever is published |
# | **costs** | bytes and rounds of Fig. 2, counted in section 3.9 |
#
# Here is (a). Each court is an object with one end of a channel, and nothing else.

# %%
from ppdl_course.federated.data_exchange import DataClient, DataServer
from ppdl_course.parties.channel import Channel

COURTS = ("court 1", "court 2", "court 3")
shares = dict(zip(COURTS, np.split(np.arange(1200), 3), strict=True))
shape = registry_form.intake_network(np.random.default_rng(SEED))
data_line = Channel("server", *COURTS)
central = DataServer(data_line["server"], shape.copy(), COURTS)

# %%
courts = []
for court, rows in shares.items():
    courts.append(DataClient(data_line[court], office_forms[rows], bands[rows]))
    courts[-1].send_records()
history = central.build_model(rng=np.random.default_rng(SEED), rate=0.3, epochs=60)
print(f"loss {history.train_loss[0]:.2f} falls to {history.train_loss[-1]:.2f}")

# %%
courts[0].send_query(office_forms[:5])
central.answer("court 1")
print("answer:", courts[0].receive_answer(), " truth:", bands[:5])
print(f"right on all forms: {accuracy(central.network, office_forms, bands):.2f}")

# %% [markdown]
# And (b): a hundred times the model goes out and gradients come back, two rounds on the line each
# time. Then both routes of prediction.

# %%
from ppdl_course.federated.gradient_exchange import (
    GradientClient,
    GradientServer,
    train_rounds,
)

gradient_line, courts = Channel("server", *COURTS), []
server = GradientServer(gradient_line["server"], shape.copy(), COURTS, rate=1.0)
for court, rows in shares.items():
    own = office_forms[rows], bands[rows]
    courts.append(GradientClient(gradient_line[court], shape, *own, batch_size=100))
train_rounds(server, courts, 100)

# %%
at_home = courts[0].predict(office_forms[:5])
courts[0].send_query(office_forms[:5])
server.answer("court 1")
assert (courts[0].receive_answer() == at_home).all()
print(f"both routes say {at_home}; {gradient_line.rounds} rounds on the line")
print(f"right on all forms: {accuracy(server.network, office_forms, bands):.2f}")

# %% [markdown]
# **Predict.** From which of the seats does somebody other than Hana's own court get her form, in (a) and
# in (b)? What does encrypting every line change? Note your answers.
#
# The code runs all of it with one record a court, and reads each seat's view from the log. A secret that
# stands there is one that the seat **sees**. One that comes out of a gradient there, by the
# division of section 1.8, is one that it **computes**. *Masked* means that
# each court adds random numbers that cancel in the sum, and seals its lines too; section 3.8 attacks that.

# %%
from ppdl_course.attacks.who_sees_what import all_cases, who_sees_what

ran = all_cases(shape, office_forms[:3], bands[:3], office_forms[3])
views = who_sees_what(ran)
figures.sees_table(views)

# %%
from ppdl_course.widgets.privacy_leakage import seat_explorer

seat_explorer(ran)

# %% [markdown]
# Three things stand in that table. Encryption takes the wire out of the game, and changes
# nothing for the server. "Only gradients" is no better than sending the form, if the gradient is of one
# record. And masks shut the server out until all the others help it.

# %%
record = {row["architecture"]: row for row in views if row["secret"] == "record"}
sealed = record["(a) data, sealed"]
open_b = record["(b) gradients, open, asks the server"]
assert (sealed["the wire"], sealed["the server"]) == ("-", "sees")
assert open_b["the server"] == open_b["the wire"] == "computes"
masked = record["(b) gradients, masked, asks at home"]
assert (masked["server + client"], masked["server + 2 clients"]) == ("-", "computes")

# %% [markdown]
# The rest of the chapter takes the leaks one by one: the finished model (3.2, 3.4, 3.5),
# the gradient (3.3), published statistics (3.6), an active client (3.7), collusion (3.8).
#
# ## 3.2 Memorised secrets
#
# A clerk's keyboard suggests the next character, learned from the court's narratives. In
# some of them stands whom to call: a name and a number. Does the keyboard know the number?
#
# To measure it, **canaries** [5] were planted, sentences that only the experimenter knows: 42 invented names,
# each with a number that starts with 000555 and goes on with five random digits. Each stands 0 to 32 times among 525 narratives. A
# character LSTM (128 units) learned the text, and a second one the same text without canaries: the control.
# (Trained ahead of time by `python -m ppdl_course.stored.character_models`, in some minutes; a test repeats the
# beginning.)
#
# Who knows the name and the first six digits is left with the set $R$ of all **candidates** for the other five.
# The loss of a candidate is $-\ln$ of the probability that the model gives it.

# %%
from ppdl_course.attacks.memorisation import candidate_losses, next_digit_of
from ppdl_course.stored.character_models import canaries, load_character_model

planted, clean = load_character_model("planted"), load_character_model("clean")
often = next(c for c in canaries() if c.repetitions == 32)
losses = candidate_losses(planted, often.lead)
print(often.sentence)
print(f"{len(losses)} candidates, the right one: {losses[int(often.secret)]:.2f} nats")

# %% [markdown]
# The loss alone says little. Its **rank** among all candidates does:
#
# $$\mathrm{exposure} = \log_2 |R| - \log_2 \mathrm{rank}.$$
#
# With a model that knows nothing the secret reaches $b$ bits with a probability of at most $2^{-b}$. At
# $\log_2 |R|$ bits it is the first guess.
#
# ### Exercise 3.1: exposure
#
# *Difficulty 1/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>How many candidates have a lower loss than the secret? What
# is its rank then?</details>


# %% exercise="exposure"
def exposure(losses: np.ndarray, secret: int) -> float:
    """Return the exposure of candidate number ``secret``, in bits.

    losses has shape (|R|,): the model's loss of each candidate, in nats, all different. The
    lowest loss has rank 1.
    """
    # BEGIN SOLUTION
    rank = 1 + np.sum(losses < losses[secret])
    return float(np.log2(len(losses)) - np.log2(rank))
    # END SOLUTION


# %% check="exposure" points=2
with checking("exposure"):
    checks.check_exposure(exposure)
    # BEGIN HIDDEN TESTS
    checks.check_exposure(exposure, candidates=1000, rank=2)
    for candidates, rank in ((1, 1), (2, 2), (37, 36), (3000, 5), (5000, 1800)):
        checks.check_exposure(exposure, candidates=candidates, rank=rank, seed=None)
    # END HIDDEN TESTS


# %% [markdown]
# The package's exposure of the same canaries in both models. **Predict** the second column.

# %%
from ppdl_course.attacks.memorisation import exposures

some = [c for c in canaries() if c.repetitions in (0, 1, 8, 32)][::3]
memory, control = exposures(planted, some), exposures(clean, some)
print("name               times   bits  control")
for c in some:
    print(f"{c.name:18} {c.repetitions:5}  {memory[c]:5.1f}  {control[c]:7.1f}")
assert min(memory[c] for c in some if c.repetitions == 32) > 15

# %% [markdown]
# How does it grow? **Predict** before you drag: is one repetition enough if the model
# trains for long?

# %%
from ppdl_course.widgets.privacy_leakage import memory_explorer

memory_explorer()

# %%
from ppdl_course.stored.character_models import load_exposure_growth

growth = load_exposure_growth()
last = {r: growth.bits[-1, growth.repetitions == r].mean() for r in (0, 1, 8, 32)}
print({f"{r} times": f"{mean:.1f} bits" for r, mean in last.items()})
assert last[1] < last[0] + 3 < last[0] + 8 < last[8]

# %% [markdown]
# Once is little more than never, however long the training. Eight times is enough to be remembered in part.
#
# Exposure needs the secret to test for it. An attacker does not have it, and all 11 digits of an unknown
# number are too many to try. But the loss of a number is the **sum** of the losses of its digits, so
# the best number is a shortest path in the tree of prefixes.
#
# ### Exercise 3.2: extraction by guided search
#
# *Difficulty 4/5. Importance 3/5. At home, 25 minutes.*
#
# <details><summary>Hint 1</summary>Why can the most likely first digit be wrong? Think of a
# first digit of probability 0.3 with ten equal continuations.</details>
# <details><summary>Hint 2</summary>Keep all prefixes that wait, each with its sum. Take the most likely,
# extend it by ten digits, put those back.</details>
# <details><summary>Hint 3</summary>heapq keeps the smallest in front: push (-sum, prefix). When may you stop?
# When a whole number is taken out, not when it is put in.</details>


# %% exercise="most_likely_number"
def most_likely_number(next_digit, digits: int) -> str:
    """Return the most likely number of so many digits, as a str such as "00420".

    next_digit takes a prefix of fewer than ``digits`` digits ("" at first) and returns
    log probabilities of the next, shape (10,). One number has the largest sum. Ask
    at most 30 + 3 k times, if k prefixes ("" too) are at least as likely as it.
    """
    # BEGIN SOLUTION
    import heapq

    waiting = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(waiting)
        if len(prefix) == digits:
            return prefix
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(waiting, (loss - log_p, f"{prefix}{digit}"))
    # END SOLUTION


# %% check="most_likely_number" points=3
with checking("most_likely_number"):
    checks.check_most_likely_number(most_likely_number)
    # BEGIN HIDDEN TESTS
    checks.check_most_likely_number(
        most_likely_number, path="80316", chances=(0.05, 0.2, 0.97, 0.97, 0.97)
    )
    checks.check_most_likely_number(
        most_likely_number, path="31072", chances=(0.05, 0.04, 0.97, 0.97, 0.97)
    )
    checks.check_most_likely_number(most_likely_number, path="7", chances=(0.3,))
    checks.check_on_random_trees(most_likely_number)
    checks.check_on_random_trees(most_likely_number, seed=None)
    checks.check_on_random_trees(most_likely_number, trees=4, digits=1, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# The package's search on four numbers that stand 32 times in the text, on four that
# stand there 8 times, and on the model that never read them:

# %%
from ppdl_course.attacks.memorisation import shortest_path


def extract(model, times):
    four = [c for c in canaries() if c.repetitions == times][:4]
    guesses = [shortest_path(next_digit_of(model, c.lead)) for c in four]
    print("guess", *(guess.secret for guess in guesses), end="  ")
    print("true", *(c.secret for c in four), end="  ")
    print(f"{np.mean([guess.questions for guess in guesses]):.0f} questions each")
    return np.mean([g.secret == c.secret for g, c in zip(guesses, four, strict=True)])


# %%
runs = {"32 times": (planted, 32), "8 times": (planted, 8), "control": (clean, 32)}
extracted = {name: extract(model, times) for name, (model, times) in runs.items()}
print({name: f"{share:.0%} extracted" for name, share in extracted.items()})
assert extracted["32 times"] > extracted["control"] == 0

# %% [markdown]
# A handful of questions instead of a hundred thousand. At 8 repetitions the search often gives the number of
# **somebody else** who stands in the text more often: a leak too, of that person. In the control
# it takes hundreds of questions and finds nothing.
#
# ## 3.3 From a gradient back to the record
#
# Section 1.8 read one record from one gradient by a division. What if the server gets the mean
# over several? It knows the model, so it can **guess** records $x'$, compute their gradient, and
# change $x'$ until it matches (Zhu, Liu and Han 2019; the division is in [36] too):
#
# $$\min_{x'} \; \frac{\|g(x', y) - g\|^2}{\|g\|^2} + 1 - \cos(g(x', y), g).$$
#
# It needs the labels $y$ first. For cross entropy the gradient of the last layer's bias is $p - y$: the
# model's probabilities minus a 1 at the label.
#
# ### Exercise 3.3: the label first
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>p is a probability, between 0 and 1. Which signs can p_j - [j = y]
# have?</details>
# <details><summary>Hint 2</summary>Hidden units may be negative, so a weight's gradient can have any
# sign. Which column cannot be fooled?</details>


# %% exercise="label_from_gradient"
def label_from_gradient(dW: np.ndarray) -> int:
    """Return the label of the one record behind the last layer's gradient.

    dW has shape (classes, 1 + hidden), column 0 belongs to the bias node. The loss is the
    cross entropy of the softmax.
    """
    # BEGIN SOLUTION
    return int(np.argmin(dW[:, 0]))
    # END SOLUTION


# %% check="label_from_gradient" points=2
with checking("label_from_gradient"):
    checks.check_label_from_gradient(label_from_gradient)
    # BEGIN HIDDEN TESTS
    checks.check_label_from_gradient(label_from_gradient, classes=2)
    for classes in (2, 3, 5, 14, 40):
        checks.check_label_from_gradient(
            label_from_gradient, classes=classes, seed=None
        )
    # END HIDDEN TESTS

# %% [markdown]
# Of several records the same entries tell how many have each label, roughly: $n$ times (mean $p$ minus the
# mean gradient), where the attacker takes the mean $p$ from a grey image.
#
# Four digits in one batch, through 64-32-10 with sigmoids. Success is the **peak signal-to-noise ratio**
# $-10 \log_{10}$ of the mean squared error, for pixels from 0 to 1; above 30 dB two such images look the
# same. The control puts the mean digit in every place.

# %%
from ppdl_course.attacks.gradient_leakage import paired, psnr, reconstruct
from ppdl_course.stored.gradient_reconstructions import digit_network

network = digit_network(np.random.default_rng(SEED))
x, y = digits.X_test[:4], digits.y_test[:4]
gradient = network.loss_and_gradient(x, y, CrossEntropy())[1]
attack = reconstruct(network, gradient, 4, rng=np.random.default_rng(SEED))
print("labels inferred:", attack.labels, " truth:", np.sort(y))

# %%
rebuilt = paired(x, attack.x)
guess = float(np.median(psnr(digits.X_test, digits.X_train.mean(axis=0))))
print("dB:", psnr(x, rebuilt).round(1), f" mean digit: {guess:.1f}")
model_attacks.image_rows({"record": x, "rebuilt": rebuilt}, list(map(str, y)))

# %% [markdown]
# And Hana's form, in one gradient together with that of the next file:

# %%
pair, labels = office_forms[:2], bands[:2]
gradient = shape.loss_and_gradient(pair, labels, CrossEntropy())[1]
attack = reconstruct(shape, gradient, 2, rng=np.random.default_rng(SEED))
rebuilt = paired(pair, attack.x)
for case, form in zip(records[:2], rebuilt, strict=True):
    print(f"{case.name}: {case.age}, {case.phone}   read: {age_and_phone(form)}")
assert age_and_phone(rebuilt[0]) == (hana.age, hana.phone)

# %%
wrong = reconstruct(shape, np.roll(gradient, 1), 2, rng=np.random.default_rng(SEED))
control = paired(pair, wrong.x)
print("control, another gradient:", [age_and_phone(form) for form in control])

# %% [markdown]
# **Predict** before you drag: what protects better, a batch of 8 or noise a tenth as strong as
# the gradient? (Computed beforehand by `python -m ppdl_course.stored.gradient_reconstructions`.)

# %%
from ppdl_course.widgets.privacy_leakage import leak_explorer

leak_explorer()

# %%
from ppdl_course.stored.gradient_reconstructions import load_reconstructions

leaks = load_reconstructions()
figures.leak_curves(leaks, guess=guess, levels=(0.0, 0.01, 0.1, 1.0))

# %% [markdown]
# It depends on the secret. The batch of eight hides images better than that noise does, and phone numbers
# worse: even of eight forms some come back to the last digit. Noise works, if there is
# much of it: how much is enough, and what it costs, is chapter 16.

# %%
batch, noise = leaks[8, 0.0], leaks[1, 0.1]
for name, leak in (("a batch of 8", batch), ("noise of a tenth", noise)):
    median = np.median(leak.digits_psnr)
    print(f"{name}: median {median:.0f} dB, age and phone right {leak.phones:.0%}")
assert np.median(batch.digits_psnr) < np.median(noise.digits_psnr)
assert batch.phones > noise.phones

# %% [markdown]
# What about **averaging over time**? In federated averaging a court takes several steps at home and reports
# only where it came to. The attack on the mean of the gradients of 1, 2 and 4 steps on its two records,
# first by an adversary who believes in one step, then by one who **simulates** the steps inside the guess:


# %%
def reported(steps):
    with Channel("server", "court 1") as line:
        end, options = line["court 1"], {"local_steps": steps, "rate": 0.1}
        return GradientClient(end, network, x[:2], y[:2], **options).gradient()


def after_local_steps(steps, believed):
    options = {"rng": np.random.default_rng(SEED), "local_steps": believed, "rate": 0.1}
    attack = reconstruct(network, reported(steps), 2, **options)
    return psnr(x[:2], paired(x[:2], attack.x))


# %%
averaged = {k: (after_local_steps(k, 1), after_local_steps(k, k)) for k in (1, 2, 4)}
for steps, (naive, aware) in averaged.items():
    print(f"steps {steps}: naive {naive.round(1)} dB, simulated {aware.round(1)} dB")
assert averaged[4][0].max() < 30 < averaged[4][1].min()

# %% [markdown]
# Averaging over steps stops the careless adversary only. Whoever knows the rate and the number of
# steps, as the server does, loses little.

# %% [markdown]
# ## 3.4 Membership inference
#
# That there is a file about somebody can be the secret. Given a file, was it among those that
# the model learned from? A model that has learned by heart is surer of the files it knows, so
# the first attack is a **threshold on the loss**: the score of a file is minus its loss, and whoever has a high
# score is called a member. We train on 200 cases for 40 epochs, and ask about these and 200
# others.

# %%
from ppdl_course.attacks import membership

rng = np.random.default_rng(SEED)
pool = rng.permutation(cases.train)[:400]
X, Y = cases.X[pool], cases.y[pool]
recipe = membership.overfitting_trainer(epochs=40)
target = recipe(X[:200], Y[:200], rng)

# %%
scores = membership.loss_scores(target, X, Y)
for who, rows in (("members", slice(200)), ("others", slice(200, 400))):
    right = accuracy(target, X[rows], Y[rows])
    print(f"{who}: {right:.0%} right, median loss {-np.median(scores[rows]):.3f}")

# %% [markdown]
# How good is such a score? The mean over all people hides those who are caught for certain.
# So we ask: how many members does it find, if it may accuse at most one in a hundred of the others?
#
# ### Exercise 3.4: true positives at a low false-positive rate
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# <details><summary>Hint 1</summary>A threshold t calls everybody with score >= t a member. Which
# thresholds are worth a try?</details>
# <details><summary>Hint 2</summary>For each: the share of others it accuses, and the share of members it
# finds. Keep the best one that is allowed.</details>


# %% exercise="tpr_at_fpr"
def tpr_at_fpr(members: np.ndarray, others: np.ndarray, rate: float) -> float:
    """Return the largest share of members with score >= t, over all allowed thresholds t.

    members has shape (m,), others (n,): their scores. Members tend to have high ones; scores
    may be equal. A threshold t is any number. It is allowed if at most the share ``rate`` of
    others (0 to 1) has score >= t; it may be so high that nobody has.
    """
    # BEGIN SOLUTION
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others >= t) <= rate:
            best = max(best, float(np.mean(members >= t)))
    return best
    # END SOLUTION


# %% check="tpr_at_fpr" points=2
with checking("tpr_at_fpr"):
    checks.check_tpr_at_fpr(tpr_at_fpr)
    # BEGIN HIDDEN TESTS
    for hidden_seed in (1, None, None):
        checks.check_tpr_at_fpr(tpr_at_fpr, seed=hidden_seed)
    # END HIDDEN TESTS

# %% [markdown]
# The **ROC curve** draws the two shares against each other, for every threshold. The area under it (**AUC**)
# is the chance that a random member scores higher than a random other: 0.5 is guessing.
#
# The second attack asks, for *this* file, what a model's confidence looks like with and
# without it. The adversary trains **shadow models** in the same way on random halves of a pool
# of files, and compares. The control is a model that was trained on none of the 400. **Predict**: which
# of the two attacks catches more members at one false alarm in a hundred?

# %%
elsewhere = np.setdiff1d(rng.permutation(cases.train)[400:600], pool)
stranger = recipe(cases.X[elsewhere], cases.y[elsewhere], rng)
shadows = membership.train_shadows(recipe, X, Y, count=32, rng=rng)


def ratios(model):
    return shadows.scores(membership.confidence(model, X, Y))


# %%
by_attack = {"loss threshold": scores, "shadow models": ratios(target)}
by_attack["shadow models, control"] = ratios(stranger)
curves = {name: membership.roc(s[:200], s[200:]) for name, s in by_attack.items()}
assert curves["shadow models"].auc > curves["loss threshold"].auc > 0.6
assert abs(curves["shadow models, control"].auc - 0.5) < 0.12
model_attacks.roc_curves(curves)

# %% [markdown]
# The threshold catches hardly anybody for certain: many others are easy cases with a low loss
# too. The shadow models know how easy *this* case is. Does it grow with overfitting?


# %%
def after(epochs):
    model = membership.overfitting_trainer(epochs=epochs)(X[:200], Y[:200], rng)
    scores = membership.loss_scores(model, X, Y)
    right = accuracy(model, X[:200], Y[:200]), accuracy(model, X[200:], Y[200:])
    return *right, membership.roc(scores[:200], scores[200:]).auc


# %%
EPOCHS = (1, 5, 10, 20, 40)
means = [np.mean([after(epochs) for _ in range(4)], axis=0) for epochs in EPOCHS]
members, others, auc = np.transpose(means)
assert members[-1] - members[1] > 2 * abs(others[-1] - others[1])
lines = {"right on members": members, "right on others": others}
model_attacks.overfitting(EPOCHS, lines | {"AUC, loss threshold": auc})

# %% [markdown]
# The leak opens with the gap between the two accuracies, and both open early: after the fifth
# epoch nearly all that training adds is memory.
#
# ## 3.5 A private field, from the rest of the file
#
# A journalist knows everything of a case but the **district** where the accused lives: the facts, the
# age, and how it ended. She may query the model. By Bayes, for each district $v$,
#
# $$P(v \mid \text{rest}, y) \;\propto\; P(v)\; p_\text{model}(y \mid \text{rest}, v).$$
#
# ### Exercise 3.5: infer the field
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>Make one copy of the file for each value. What must stand in
# the field's columns of each?</details>
# <details><summary>Hint 2</summary>predict takes many files at once and returns a row of probabilities for
# each. Which column of it do you need?</details>


# %% exercise="infer_value"
def infer_value(predict, x: np.ndarray, y: int, columns, prior: np.ndarray) -> int:
    """Return the number (0, 1, ...) of the field's most likely value.

    predict takes files of shape (n, inputs) and returns probabilities of each outcome, (n, 2).
    x is the file, shape (inputs,). columns are the field's, an index for each value, in rising
    order, not always side by side: value v is a 1 in columns[v] and 0 in the others. What
    stands there now is unknown to you. y is the outcome that the case had; prior, shape
    (values,), how common each value is. Your arguments must be as before when you return.
    """
    # BEGIN SOLUTION
    filled = np.tile(x, (len(columns), 1))
    filled[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * predict(filled)[:, y]))
    # END SOLUTION


# %% check="infer_value" points=3
with checking("infer_value"):
    checks.check_infer_value(infer_value)
    # BEGIN HIDDEN TESTS
    checks.check_infer_value(infer_value, trials=200, values=2)
    checks.check_infer_value(infer_value, trials=200, values=5)
    for hidden_values in (3, 9):
        checks.check_infer_value(
            infer_value, trials=200, values=hidden_values, seed=None
        )
    # END HIDDEN TESTS

# %%
from ppdl_course.attacks.attribute_inference import field_columns, success, value_scores

columns = field_columns(cases, "district")
prior = cases.X_train[:, columns].mean(axis=0)
lives = X[:, columns].argmax(axis=1)


def districts_right(model):
    scores = value_scores(model, X, Y, columns, prior)
    return success(scores[:200], lives[:200]), success(scores[200:], lives[200:])


# %%
models = [recipe(X[:200], Y[:200], rng) for _ in range(8)]
inferred = np.mean([districts_right(model) for model in models], axis=0)
print(f"district right, mean of 8 models: members {inferred[0]:.1%}, ", end="")
print(
    f"others {inferred[1]:.1%}, without a model {(lives == prior.argmax()).mean():.1%}"
)
assert inferred[0] > inferred[1] + 0.05

# %%
good = membership.overfitting_trainer(epochs=8)(cases.X_train, cases.y_train, rng)
scores = value_scores(good, cases.X_test, cases.y_test, columns, prior)
truth = cases.X_test[:, columns].argmax(axis=1)
print(f"a good model, 1,500 strangers: {success(scores, truth):.1%}, ", end="")
print(f"without it {(truth == prior.argmax()).mean():.1%}")

# %% [markdown]
# Two leaks, to be kept apart. What a good model says about strangers is the *rule* (courts
# judge some districts harder): a small gain, and any useful model has it. What the overfitted
# model says about its members, and about nobody else, is the *person*. That part is a
# failure, and chapter 16 removes it.
#
# ## 3.6 A heat map of everybody
#
# A company publishes how often each cell of a map was run through. No names, only counts [11]. The people
# are drawn from a seed: 2,000 citizens, and 12 guards of a site that is on no map.

# %%
from ppdl_course.attacks import heat_map

tracks = heat_map.synthetic_tracks(np.random.default_rng(SEED))
no_site = heat_map.synthetic_tracks(np.random.default_rng(SEED), guards=0)
raw, no_site_map = heat_map.point_counts(tracks), heat_map.point_counts(no_site)
model_attacks.heat_maps({"raw counts": raw, "control: no site": no_site_map})

# %% [markdown]
# A fitness company's map of 2018 showed bases in this way. The obvious remedy: show a cell only if enough
# people ran there. And round, so that one more runner hardly ever shows: your map shows multiples of {{STEP}}.
#
# ### Exercise 3.6: a threshold that counts people
#
# *Difficulty 2/5. Importance 3/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>A guard runs two laps on six days. How many points does he leave in a
# cell, and how many people is he?</details>
# <details><summary>Hint 2</summary>Pairs (cell, runner), each once: np.unique with axis=0, or a set for each
# cell.</details>
# <details><summary>Hint 3</summary>Compare with k first, then round down.</details>

# %% varies="safe_counts"
STEP = 3  # of 2, 3, 4, 5, 6


# %% exercise="safe_counts"
def safe_counts(runner: np.ndarray, cell: np.ndarray, cells: int, k: int) -> np.ndarray:
    """Return how many different runners each cell has, 0 where fewer than k were.

    Numbers of at least k are rounded down to a multiple of STEP = {{STEP}}, be it below k.
    runner and cell have shape (points,), integers: who was where, in any order; a runner may be
    in a cell many times. Cells are numbered from 0 to cells - 1, runners by any number from 0.
    The result has shape (cells,).
    """
    # BEGIN SOLUTION
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0], minlength=cells)
    return np.where(people >= k, people // STEP * STEP, 0)
    # END SOLUTION


# %% check="safe_counts" points=2
with checking("safe_counts"):
    checks.check_safe_counts(safe_counts, step=STEP)
    # BEGIN HIDDEN TESTS
    for hidden_k in (5, 13, 1):
        checks.check_safe_counts(safe_counts, k=hidden_k, step=STEP)
    checks.check_safe_counts(safe_counts, k=11, step=STEP, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# How well can the outline be found? Whoever looks takes the cells above some brightness, outside the city. F1
# is the harmonic mean of two shares: of the fence cells that were taken, and of the taken cells that are
# fence. The score is the best F1 of all levels; 1 means the fence and nothing else. The
# Laplace map counts each runner in at most 20 cells, and adds noise of scale
# $20/\epsilon$ (chapter 15 says why that protects, and what $\epsilon$ means).

# %%
rng = np.random.default_rng(SEED)
noisy = heat_map.laplace_counts(tracks, epsilon=2, cells_each=20, rng=rng)
released = {f"at least {k}": heat_map.thresholded(tracks, k) for k in (5, 20)}
released = {"raw counts": raw, **released, "Laplace, ε = 2": noisy}
model_attacks.heat_maps(released)

# %%
outline = {}
for name, counts in (*released.items(), ("control: no site", no_site_map)):
    outline[name] = heat_map.outline_score(counts)
    print(f"{name:17} F1 of the outline {outline[name]:.2f}")
assert min(outline["raw counts"], outline["at least 5"]) > 0.9
assert max(outline["at least 20"], outline["Laplace, ε = 2"]) < 0.3

# %%
city, kept = (heat_map.CITY, heat_map.CITY), {}
runners = heat_map.runner_counts(tracks)[city].ravel()
for name, counts in released.items():
    kept[name] = np.corrcoef(counts[city].ravel(), runners)[0, 1]
    print(f"{name:15} correlation with the runners in the city: {kept[name]:.2f}")
assert min(kept["at least 5"], kept["at least 20"]) > 0.95 > kept["Laplace, ε = 2"]
assert runners.min() >= 20

# %% [markdown]
# A threshold costs the city nothing, where every cell has more people than that; what it blanks are the paths
# outside. It works only if somebody can say how large a group must be feared: 5 does not hide 12 guards, and
# 20 would not hide 30. Laplace noise needs no such guess, and costs detail everywhere. And a map is the
# tame form of these data. With pseudonyms instead
# of counts, a few known points of a life (a cell and an hour each) single out one runner. **Predict** how many are needed, among
# 2,012 people:

# %%
unicity = {}
print("singled out by 1, 2, 3, 4 points")
for size, hours in ((1, 1), (4, 6), (16, 24)):
    grain = {"cell_size": size, "hours": hours}
    unicity[size] = [
        heat_map.unique_share(tracks, p, rng=rng, **grain) for p in range(1, 5)
    ]
    shares = " ".join(f"{share:4.0%}" for share in unicity[size])
    print(f"cells {size:2} wide, {hours:2} h: {shares}")
assert unicity[1][2] > 0.9 > unicity[16][2]

# %% [markdown]
# ## 3.7 The GAN attack: drawing what only the victim has
#
# Back to gradient exchange. The victim holds images of two classes, 3 and 1; the attacker, an ordinary
# client, holds 1 and 7, and wants to know what a 3 looks like [12]. It takes the model of
# each round as a **discriminator** and trains a **generator** so that its fakes are called
# "3". Then the trick: it puts the fakes among its own records under a **decoy** label that the victim does not
# have. The model learns to tell fakes from threes, and to do so the victim must show it
# more and more of what a real 3 is.
#
# The generator's loss is the discriminator's cross entropy for class 3, pushed back through the discriminator's input:

# %%
from ppdl_course.attacks.gan_attack import input_gradients, run_attack, train_judge

judge = train_judge(digits.X_test, digits.y_test, np.random.default_rng(SEED))
image, three = digits.X_train[:1], np.array([3])
loss, slope = input_gradients(judge, image, three)
moved = image - 0.01 * slope / np.linalg.norm(slope)
after_step = input_gradients(judge, moved, three)[0]
print(f"loss for class 3: {loss[0]:.4f}, after a small step {after_step[0]:.4f}")

# %% [markdown]
# Four hundred real rounds over the channel: with the decoy, without it (a passive attack), and with a
# victim who has no image of class 3, so that there is nothing to steal. **Predict** which of the three
# attackers will draw a 3.

# %%
ROUNDS = (100, 200, 300, 400)


def two_runs(**options):
    options |= {"victim": (3, 1), "attacker": (1, 7), "series": ROUNDS}
    rngs = [np.random.default_rng(seed) for seed in (SEED, SEED + 1)]
    return [run_attack(digits.X_train, digits.y_train, rng=r, **options) for r in rngs]


# %%
drawn = {
    "active, decoy": two_runs(decoy=10),
    "passive": two_runs(decoy=None),
    "control: no 3s": two_runs(decoy=10, victim_trains=False),
}

# %%
rows = {}
for name, (first, _) in drawn.items():
    rows[name] = np.stack([first.series[r][0] for r in ROUNDS])
rows["four of the victim's 3s"] = digits.X_train[digits.y_train == 3][:4]
model_attacks.image_rows(rows, [f"round {r}" for r in ROUNDS])

# %% [markdown]
# Two measures by outsiders, over two runs each. The **judge** is a classifier trained on other images, which
# neither party has; it has also learned to say "no digit" (else it would call any blot a 3). And the
# correlation of the mean fake with the mean real 3.

# %%
mean_three = digits.X_test[digits.y_test == 3].mean(axis=0)
judged, alike = {}, {}
for name, runs in drawn.items():
    fakes = np.vstack([run.images for run in runs])
    judged[name] = (judge.predict(fakes) == 3).mean()
    alike[name] = np.corrcoef(fakes.mean(axis=0), mean_three)[0, 1]
    print(f"{name:15} judged 3: {judged[name]:4.0%}  correlation {alike[name]:5.2f}")

# %%
shared = np.isin(digits.y_test, (1, 3, 7))
right = {}
for name, (first, _) in drawn.items():
    right[name] = accuracy(first.model, digits.X_test[shared], digits.y_test[shared])
    print(f"{name:15} model right on {right[name]:.0%} of the digits 1, 3 and 7")
assert right["active, decoy"] > 0.8

# %%
for measure, lead in ((judged, 0.3), (alike, 0.15)):
    active, passive, nothing = measure.values()
    assert active > max(passive, nothing) + lead

# %% [markdown]
# The passive attacker fools the model, but to the judge and the eye its images are no threes:
# an adversarial pattern is enough. The decoy forces the shape out. (Some fakes of the control are called a 3
# as well: a decoy alone makes strokes, and the judge errs.) And the shared model still
# works, a little worse than without the attack, so it may go unnoticed. What comes back is the **class**, not one image of the victim's: harmful where the class is a person.
#
# ### Question 3.7 (graded by hand)
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# The courts consider two remedies against this attack: (i) every client adds noise to its gradient so that no
# single *record* can be told from it, (ii) all lines and gradients are encrypted, and only the sum
# is opened. In four to six sentences: does either stop the attack? Use what the attacker
# needs, and what it gets.

# %% [markdown] question="gan_remedies" points=3
# **Model answer.** Neither does. The attacker needs only what every client gets by right, the global model of
# each round, and sends a well-formed gradient. (ii) hides single gradients from the server and the wire, but the
# attacker looks at neither: the opened sum moves the model, and the model is its discriminator. Encryption even
# hides the false gradient from any inspection. (i) limits what can be learned about one record; the
# attack asks for the common shape of a class, to which each record contributes little, so
# it survives moderate noise. It ends only when the noise is so strong that the model does not learn the class either. What
# helps is noise at the level of a client (its whole data set), fewer rounds, or testing contributions.
#
# **Rubric.** 1 point: the attacker needs the global model only, so encryption of lines and gradients does not help.
# 1 point: record-level noise protects a record, the attack targets a class (or a client). 1 point: a
# consistent conclusion with a remedy that does address it, or the remark that a useful model must carry the class.

# %% [markdown]
# ## 3.8 Collusion
#
# Courts answer section 3.3 with **masks**: in a group of three each pair shares a key, one adds a
# pseudorandom vector to its gradient, the other subtracts it. The server sees noise from each court, and the sum
# of the group. Six courts, two groups, two images each. What is left for whom?
#
# - a client alone: the model moved by the mean of six; minus its own gradient, **5** are mixed;
# - the server alone: the sum of the victim's group, **3** mixed;
# - server and one client of the group: **2** mixed; with both others: **the victim's gradient**.
#
# ### Exercise 3.7: take your own share off
#
# *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>after = before - rate * mean. What is the sum of all gradients?</details>
# <details><summary>Hint 2</summary>Means do not subtract: go from the mean to the sum, take off what you know, divide by
# how many are left.</details>


# %% exercise="others_gradient"
def others_gradient(
    before: np.ndarray, after: np.ndarray, rate: float, clients: int, own: np.ndarray
) -> np.ndarray:
    """Return the mean gradient of all clients but the colluding ones, shape (m,).

    before and after are the global model before and after one round, shape (m,): the server
    subtracted rate times the mean gradient of ``clients`` clients. own, shape (k, m),
    holds the gradients that the colluding clients sent, a row each, 1 <= k < clients.
    """
    # BEGIN SOLUTION
    total = clients * (before - after) / rate
    return (total - own.sum(axis=0)) / (clients - len(own))
    # END SOLUTION


# %% check="others_gradient" points=2
with checking("others_gradient"):
    checks.check_others_gradient(others_gradient)
    # BEGIN HIDDEN TESTS
    checks.check_others_gradient(others_gradient, clients=3, colluding=1, rate=0.5)
    checks.check_others_gradient(
        others_gradient, clients=9, colluding=8, rate=2.0, parameters=4
    )
    for clients, colluding in ((2, 1), (40, 3), (7, 4)):
        sizes = {"clients": clients, "colluding": colluding, "parameters": colluding}
        checks.check_others_gradient(others_gradient, **sizes, scale=30.0, seed=None)
    # END HIDDEN TESTS

# %%
from ppdl_course.attacks import collusion


def recovered_by(seats, rng):
    values = []
    for i in (0, 12, 24, 36):
        x, y = digits.X_test[i : i + 12], digits.y_test[i : i + 12]
        left = collusion.what_is_left(seats, collusion.masked_round(network, x, y))
        values += list(collusion.recovered(network, left, x[:2], rng=rng))
    print(f"{len(left.clients)} mixed, median {np.median(values):3.0f} dB:", *seats)
    return values


# %%
rng = np.random.default_rng(SEED)
decibels = {name: recovered_by(seats, rng) for name, seats in collusion.SEATS.items()}
middle = [np.median(values) for values in decibels.values()]
assert middle[0] < middle[1] < middle[3]
assert middle[0] < middle[2] <= middle[3]
figures.collusion_success(decibels, guess)

# %% [markdown]
# This is the survey's order: the server does more harm than a client, and the two together more than either.
# A mask is worth as much as the other members of its group.
#
# ### Question 3.8 (graded by hand)
#
# *Difficulty 2/5. Importance 5/5. At home, 15 minutes.*
#
# The survey says of gradient exchange that "it is hard to steal the privacy" from gradients. In three or four
# sentences, and with figures from your own runs: where is that right, where is it wrong?

# %% [markdown] question="hard_to_steal" points=3
# **Model answer.** It is wrong for small batches and open gradients: a record alone comes back exactly by a division, pairs
# and fours by optimisation, far above 30 dB, and forms with age and phone number to the last digit. It is
# right only in part for larger mixtures: at eight records, or five clients, most digits come back blurred, below 30 dB, though
# single records stand out even then. It says nothing of an active client, who draws a class from the model alone,
# and nothing of the finished model, which remembers. So "hard" depends on batch, on noise and on who colludes, and none of it
# is a guarantee.
#
# **Rubric.** 1 point: wrong, with a figure of section 3.3. 1 point: names a condition under which it becomes
# hard (mixing, noise, masks) with a figure. 1 point: says that a blurred result is no guarantee, or names another leak (GAN, model, collusion).

# %% [markdown]
# ## 3.9 What it cost, and what it gave
#
# The price of both architectures without protection, for 1,200 forms. Later chapters pay more:

# %%
print(f"{'':18} {'bytes':>9} {'messages':>9} {'rounds':>7}")
for name, line in (("(a) data", data_line), ("(b) gradients", gradient_line)):
    print(f"{name:18} {line.bytes:9} {len(line.messages):9} {line.rounds:7}")

# %% [markdown]
# And every attack beside its control: the same code where there was nothing to steal, or less:


# %%
def phones_right(forms):
    told = zip(map(age_and_phone, pair), map(age_and_phone, forms), strict=True)
    return np.mean([truth == read for truth, read in told])


def ends(measured):
    first, *_, last = measured.values()
    return first, last


# %%
members = {name: curve.at(0.01) for name, curve in curves.items() if "shadow" in name}
clear = {name: np.mean(np.array(values) > 30) for name, values in decibels.items()}
rows = {
    "3.2 number extracted, 32 times in the text": ends(extracted),
    "3.3 forms of two: age and phone right": [*map(phones_right, (rebuilt, control))],
    "3.4 members found at 1 % false alarms": ends(members),
    "3.5 district right, member against other": inferred,
    "3.6 outline of the site, F1": ends(outline),
    "3.7 images judged to be of the class": ends(judged),
    "3.8 records over 30 dB: all collude, one client": ends(clear)[::-1],
}
model_attacks.attack_and_control(rows)

# %% [markdown]
# ## Summary
#
# - In (a) the server sees all; in (b) whoever sees a gradient of few records computes them. Sealed
#   lines stop the wire only.
# - A model can hold a secret it read a few times; exposure measures it, a shortest path extracts it.
# - Gradients leak labels at once, records by optimisation; batches blur, noise hides, averaging over steps does little.
# - Overfitting lets membership and private fields out; look at true positives at a *low* false-positive rate.
# - Counts without names give away groups that are alone; count people, bound each one's share, add noise.
# - A client that follows the protocol's form can draw another client's class.
# - What a seat does not see, a second seat may add. Protection is to be judged by who may collude.
#
# ## Further reading
#
# - [5] is not settled by the survey's text; the experiment here follows N. Carlini et al., *The Secret Sharer*, USENIX
#   Security 2019.
# - L. Zhu, Z. Liu, S. Han, *Deep Leakage from Gradients*, NeurIPS 2019; B. Zhao et al., *iDLG*, 2020; [36] L. T. Phong et al., IEEE
#   TIFS 2018.
# - R. Shokri et al., *Membership Inference Attacks Against Machine Learning Models*, IEEE S&P 2017; N. Carlini et al., *Membership
#   Inference Attacks From First Principles*, IEEE S&P 2022.
# - M. Fredrikson et al., *Privacy in Pharmacogenetics*, USENIX Security 2014 (the attack of 3.5).
# - Y.-A. de Montjoye et al., *Unique in the Crowd*, Scientific Reports 3, 2013.
# - [12] B. Hitaj, G. Ateniese, F. Perez-Cruz, *Deep Models Under the GAN*, CCS 2017.
# - K. Bonawitz et al., *Practical Secure Aggregation*, CCS 2017 (the masks; chapter 16).
#
# ## Quiz
#
# 1. A canary among $|R| = 1024$ candidates has rank 4. Its exposure?
#    <details><summary>Answer</summary>10 - 2 = 8 bits. By chance it would be that high once in 256 times.</details>
# 2. A membership attack has an AUC of 0.52. Is the model safe?
#    <details><summary>Answer</summary>Not necessarily: it may know one member in a hundred for certain. Look at low
#    false-positive rates.</details>
# 3. Why does the attacker of section 3.7 need a label that the victim does not have?
#    <details><summary>Answer</summary>If the fakes stood under the victim's label the model would not have to tell them
#    from real images, and the victim's gradients would show no more of them.</details>
# 4. All lines are encrypted. Name two who still see the query of a prediction in Fig. 2 (a).
#    <details><summary>Answer</summary>The client that asks, and the server.</details>
