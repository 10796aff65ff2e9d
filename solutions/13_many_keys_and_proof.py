# %% [markdown]
# # 13. Many keys, and proof
#
# **After this chapter you can**
#
# - decrypt a ciphertext that has two trapdoors, and say who should hold which;
# - let two servers change the key of a ciphertext so that neither reads it, and read it where they forget to blind;
# - write a key that lets a proxy re-encrypt, and say what the proxy may never be told;
# - add up what nobody may see, and catch a server that returns another sum;
# - repair a round that clients have left, and refuse a server that asks for too much.
#
# *Time: 83 minutes in class: 29 reading, 4 at the widgets, 50 exercises. At home: 65
# minutes. Needs: chapters 4, 6 and 9. Runs in under a minute.*

# %%
import math
import secrets

import numpy as np

from ppdl_course.attacks import coalitions, unblinded_switch
from ppdl_course.attacks.summing import (
    cheating_servers,
    early_coefficients,
    unmasking,
)
from ppdl_course.checks import many_keys_and_proof as checks
from ppdl_course.checks.verdict import checking
from ppdl_course.data import load_law_cases
from ppdl_course.federated.dropouts.rounds import play_round
from ppdl_course.federated.verifiable import combination, training
from ppdl_course.figures import many_keys_and_proof as figures
from ppdl_course.he.joint_training import advanced, basic
from ppdl_course.he.joint_training.plan import Plan, plain_training
from ppdl_course.he.lattice import bgv, re_encryption, re_encryption_leak, rlwe
from ppdl_course.he.many_keys import linear_classifiers
from ppdl_course.he.many_keys import outsourced_classification as pocc
from ppdl_course.he.many_keys.record_packing import Packing
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.parties import costs
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey import bcp
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.paired import UserSecret
from ppdl_course.widgets import many_keys_and_proof as explore

# %% [markdown]
# ## 13.1 A key for each court
#
# Hana Calderova's file lies in one court, and files like hers in others. They want one model. In
# chapter 6 each court trusted two servers with its shares. Now each has **a key of its own**, and
# trusts nobody with it. Can anything be computed from data under different keys?
#
# Three answers, each with another price: a **master key** [24], a **key that changes keys** [25], and **no
# decryption at all**, only a sum that proves itself [33].

# %%
cases = load_law_cases()
hana = cases.records[0]
assert hana.name == "Hana Calderova"
print(f"{hana.name}: age {hana.age}, {hana.district}, {hana.charge}")

# %% [markdown]
# | | in this chapter |
# |---|---|
# | **adversary** | each server alone, curious but honest, up to section 13.5; then a server that **lies** |
# | **sees** | ciphertexts and blinded numbers; masked vectors and their sum |
# | **protected** | each court's records, or its gradient; from 13.6 on the sum itself against forgery |
# | **not protected** | what the result tells; the sizes; who takes part |
# | **not at all** | anything against two parties together who must not meet, see 13.4; a court that lies about its own data |
# | **costs** | measured in section 13.8 |
#
# ## 13.2 Two trapdoors
#
# BCP (Bresson, Catalano, Pointcheval) works modulo $N^2$, with $N = (2p'+1)(2q'+1)$, where both factors, $p'$ and $q'$ are primes. A square $g$ is
# public. Court $i$ draws a key $a$ and publishes $h = g^a$. For a message $m$ below $N$ and a fresh $r$,
#
# $$A = g^r, \qquad B = h^r (1 + mN) \mod N^2 .$$
#
# - **The owner** knows $a$, so it can make $h^r$ from $A$. What is left is $1 + mN$.
# - **The master** knows the factors, so $\lambda = p'q'$. To that power each power of $g$ turns into $1 + kN$ times its exponent:
#   $g^{x\lambda} = 1 + kxN$ modulo $N^2$. Logarithms are easy there, for *every* court's key.
#
# Products of ciphertexts under one key add messages: $(1+mN)(1+nN) = 1 + (m+n)N$. There is no product of messages.

# %% [markdown]
# ### Exercise 13.1: two ways to decrypt
#
# *Difficulty 3/5. Importance 5/5. In class, 13 minutes.*
#
# Write $L(u) = (u - 1)/N$. One of the two secrets is given.
#
# <details><summary>Hint 1</summary>The owner: what is h^r, from A and a? Divide by it, and L reads what is
# left.</details>
# <details><summary>Hint 2</summary>The master: to the power lam, a power of g or h turns into 1 + kN times
# something. L of B^lam is m lam and one more term: the product of the exponents a and r, times k.</details>
# <details><summary>Hint 3</summary>L of h^lam is k a, L of A^lam is k r, L of g^lam is k. All modulo N, where
# dividing means an inverse.</details>


# %% exercise="bcp_decrypt"
def bcp_decrypt(A, B, N, g, h, a=None, lam=None) -> int:
    """Return the message m, 0 <= m < N, of the BCP ciphertext (A, B).

    A = g^r and B = h^r (1 + m N) modulo N^2, and h = g^a. Either the owner's key a is
    given, or the master's lam; the other is None. To the power lam every power of g is
    1 modulo N; lam and L(g^lam) have inverses modulo N.
    """

    # BEGIN SOLUTION
    def L(u):
        return (u % N**2 - 1) // N

    if a is not None:
        return L(B * pow(A, -a, N**2))
    k, ka, kr, total = (L(pow(u, lam, N**2)) for u in (g, h, A, B))
    return (total - ka * kr * pow(k, -1, N)) * pow(lam, -1, N) % N
    # END SOLUTION


# %% check="bcp_decrypt" points=3
with checking("bcp_decrypt"):
    checks.check_bcp_decrypt(bcp_decrypt)
    # BEGIN HIDDEN TESTS
    for _again in range(3):
        checks.check_bcp_decrypt(bcp_decrypt)
    # END HIDDEN TESTS

# %% [markdown]
# With the package's keys, at a **toy size**: the primes of this $N$ are printed in its source. **Predict** who of four gets Hana's age:
# her court, the master, another court, and a master who is told the wrong court.

# %%
master = bcp.MasterSecret.from_primes(*PUBLISHED[1024])
hers, other = (UserSecret.generate(master.parameters) for _ in range(2))
c = hers.public.encrypt(hana.age)
print("her court:", hers.decrypt(c), " the master:", master.decrypt(c))
wrong = master.raw_decrypt(other.public, c.pair)
print(
    "a master told the wrong court:", f"{str(wrong)[:12]}... ({len(str(wrong))} digits)"
)

# %%
try:
    other.raw_decrypt(c.pair)
    raise AssertionError("another court has read it")
except ValueError as refused:
    print("another court:", refused)
assert hers.decrypt(c) == master.decrypt(c) == hana.age
assert wrong != hana.age

# %% [markdown]
# The wrong court notices, since $1 + mN$ has a form. The master does not: a wrong number looks like any other.
#
# A master key is a back door that everybody knows of. Whoever has the factors reads **everything, for ever**. So system [24] never lets the master see
# a ciphertext as it is.
#
# ## 13.3 A cloud that changes keys
#
# The system has two forms. In the **basic** one, courts encrypt so that the cloud can compute under all keys at once, and they meet again to decrypt. The paper
# uses multi-key encryption for it, where keys are joined *after* encrypting. We have none; here they are joined **before**, as a threshold key: each court keeps
# one share of the secret, and each must be there at the end.

# %%
few = cases.records[:180]
x = np.array([[r.age / 100, r.weapon, r.confessed, r.settled] for r in few], float)
y = cases.y[:180]
parts = {f"court {k + 1}": slice(60 * k, 60 * k + 60) for k in range(3)}
data = {name: (x[rows], y[rows]) for name, rows in parts.items()}

# %%
brief = Plan(features=4, rows=30, steps=1, x_bits=5)
with costs.seconds() as basic_spent:
    joint = basic.train(
        brief, {name: (a[:10], b[:10]) for name, (a, b) in data.items()}
    )
asked = sum("court 1" in (m.sender, m.receiver) for m in joint.channel.messages)
print(f"one step: court 1 sends or receives {asked} messages")

# %% [markdown]
# Each further step asks all courts again. One that is asleep stops everybody, and without its share the others hold garbage.

# %% [markdown]
# The **advanced** one lets them go home. Two servers who do not collude, a cloud $C$ and the master $M$ (`authority` in the code):
#
# 1. courts upload BCP ciphertexts, each under its own key, and go offline;
# 2. $C$ wants all under one common key. Only $M$ can decrypt, so $M$ **switches**: decrypts, and encrypts again;
# 3. $C$ trains on ciphertexts under the common key;
# 4. the results go back the same way, to each court's own key.
#
# Step 2, without care, is this:

# %%
once = Plan(features=4, rows=180, steps=1, x_bits=5)
careless = advanced.train(once, data, blind=False)
key, seen = careless.authority.master, careless.view("authority")
read = unblinded_switch.read_records(key, seen, once)
age, _, confessed, *_, prison = read[0][:, 0]  # court 1, its first case

# %%
print(f"age {100 * age / 2**5:.0f}, confessed: {confessed > 0}, prison: {prison == 1}")
assert round(100 * age / 2**5) == hana.age
assert (confessed > 0) == hana.confessed
assert prison == hana.custodial
assert unblinded_switch.readable(read, once) == 1

# %% [markdown]
# Hana's row, as plain as in her court: the master has read the rows of all 180 cases. Nobody else notices: each court gets its model, trained on the same data.

# %% [markdown]
# **Predict** what the cloud can do about it. It cannot decrypt, but it can add: $x + \tau$ instead of $x$, with
# a $\tau$ drawn from all of $0..N-1$. The sum says nothing about $x$, for the same reason as in chapter 6.

# %% [markdown]
# ### Exercise 13.2: blind, and take the blind off
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>A factor 1 + tau N on one of the two parts adds tau to the
# message.</details>
# <details><summary>Hint 2</summary>(1 + tau N)(1 - tau N) modulo N^2?</details>


# %% exercise="blinded_switch"
def blinded_switch(A: int, B: int, N: int) -> tuple[int, int, int]:
    """Return (A1, B1, undo): what the cloud sends to the master, and what it keeps.

    (A, B) is a BCP ciphertext of x under an owner's key, modulo N^2; the cloud has no
    key. (A1, B1) holds x + tau modulo N under the same key, and A1 is A. tau is a
    secret, uniform in 0..N-1, fresh in each call. The master will answer with (A2, B2):
    the same message under another key. Then (A2, B2 * undo) holds x.
    """
    # BEGIN SOLUTION
    tau = secrets.randbelow(N)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2
    # END SOLUTION


# %% check="blinded_switch" points=3
with checking("blinded_switch"):
    checks.check_blinded_switch(blinded_switch)
    # BEGIN HIDDEN TESTS
    checks.check_blinded_switch(blinded_switch)
    # END HIDDEN TESTS

# %% [markdown]
# The same attack again, on the package's cloud, which blinds:

# %%
careful = advanced.train(once, data)
key, seen = careful.authority.master, careful.view("authority")
read = unblinded_switch.read_records(key, seen, once)
print("what the master decrypts of Hana's row:", read[0][:, 0])
print(
    f"could be a record's: {unblinded_switch.readable(read, once):.0%} of the numbers"
)
assert unblinded_switch.readable(read, once) == 0

# %% [markdown]
# A blind here is not uniform, but $2^{40}$ times as large as what it hides: in packed ciphertexts nothing may carry over. What shines through is about $2^{-40}$ a number.
#
# Now the training, whole: a neuron with the sigmoid's Taylor polynomial. The cloud multiplies under BGV, to which the master has switched; in each
# step the master rounds a blinded update. (BGV with one key, the layout and the rounding are this course's; the paper trains a deeper network.) **Predict**
# how many messages a court sends and receives after its upload.

# %%
plan = Plan(features=4, rows=180, steps=6, rate=2.0, x_bits=5)
with costs.seconds() as advanced_spent:
    trained = advanced.train(plan, data)
messages = trained.channel.messages
last = max(k for k, m in enumerate(messages) if m.label == "upload")
later = [m for m in messages[last + 1 :] if {m.sender, m.receiver} & set(data)]
print(f"{len(messages)} messages; after the uploads, with a court: {len(later)}")

# %%
assert all(m.label == "model" and m.sender == "cloud" for m in later)
assert len(later) == len(data)  # one each, at the end
twin = plain_training(plan, plan.encode(x), y, trained.offsets)[-1]
assert all(np.array_equal(w, plan.decode(twin)) for w in trained.models.values())
print("every court's model, and the plain twin's:", trained.models["court 1"])

# %% [markdown]
# ## 13.4 A proxy with a key to keys
#
# POCC [25] needs no master. Court $i$ has a key pair of BGV (chapter 9), the evaluator $E$ another. The court writes a
# **re-encryption key** $rk_{i \to E}$ and leaves. A proxy turns ciphertexts of $i$ into ciphertexts of $E$, and reads neither.
#
# Recall a ciphertext $(c_0, c_1)$ with phase $c_0 + c_1 s$. The evaluator lacks the term $c_1 s$. So give the proxy $s$,
# *encrypted under $E$'s public key*: it multiplies by $c_1$ and adds $c_0$. One thing is in the way: noise is multiplied by $c_1$, too, whose
# coefficients go up to $q$. So write $c_1$ in **digits** $d_j$, and give a pair for each digit:
#
# $$c_1 = \sum_j \beta^j d_j, \qquad \text{pair } j \text{ holds } \beta^j s, \qquad \sum_j d_j \beta^j s = c_1 s .$$

# %% [markdown]
# ### Exercise 13.3: a key for the proxy
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# Your courts write numbers below $q$ in digits of {{DIGIT_BITS}} bits.
#
# <details><summary>Hint 1</summary>zero() holds 0. What must be added to its first part, so that it holds
# a multiple of s?</details>
# <details><summary>Hint 2</summary>Digit j is worth 2 to the power j times DIGIT_BITS. How many digits has
# q - 1?</details>

# %% varies="reencryption_key"
DIGIT_BITS = 8  # of 5, 6, 7, 8, 9, 10


# %% exercise="reencryption_key"
def reencryption_key(s: np.ndarray, zero, q: int) -> list:
    """Return a pair (c0, c1) for each digit of a number below q, the lowest first.

    Digits have DIGIT_BITS = {{DIGIT_BITS}} bits. s, int64 (n,), is your secret polynomial.
    zero() returns a fresh encryption (c0, c1) of 0 under the other's key s': int64 (n,),
    in 0..q-1, with c0 + c1 s' = t e modulo q. Pair j holds 2^(j DIGIT_BITS) s under s',
    with the noise of one zero, entries in 0..q-1. q is below 2^42.
    """
    # BEGIN SOLUTION
    pairs = []
    for shift in range(0, (q - 1).bit_length(), DIGIT_BITS):
        c0, c1 = zero()
        pairs.append(((c0 + s * 2**shift) % q, c1))
    return pairs
    # END SOLUTION


# %% check="reencryption_key" points=3
with checking("reencryption_key"):
    checks.check_reencryption_key(reencryption_key, digit_bits=DIGIT_BITS)
    # BEGIN HIDDEN TESTS
    for _again in range(3):
        checks.check_reencryption_key(reencryption_key, digit_bits=DIGIT_BITS)
    # END HIDDEN TESTS

# %% [markdown]
# The paper was read in its abstract alone: the parties, the different keys and the two classifiers are its own. Layout, key switching with a special prime
# instead of digits, and how a query travels are this course's.
#
# A court encrypts; the evaluator's secret never leaves home. **Predict:** what does each of them get, the proxy above all?

# %%
parameters = rlwe.Parameters.of_size(256, levels=2, t=65537)  # toy, insecure
court, evaluator = (re_encryption.KeyPair(parameters) for _ in range(2))
rk = court.re_encryption_key(evaluator.public)
record = np.zeros(256, np.int64)
record[:2] = hana.age, hana.prior_convictions
sent = court.public.encrypt(record)
moved = rk.re_encrypt(sent)
print("the evaluator:", evaluator.decrypt(moved)[:4])

# %%
guess = re_encryption.KeyPair(parameters)  # all the proxy can do is guess
assert re_encryption_leak.recover_secret(rk, guess.secret) is None
assert (evaluator.decrypt(moved) == record).all()
early = bgv.message(evaluator.secret, sent.ciphertext)
assert (early != record).mean() > 0.9
print("the evaluator, before re-encryption:", early[:4])

# %% [markdown]
# **Attack.** Proxy and evaluator meet. The evaluator's secret opens $rk_{i \to E}$, and in it lies the court's own:

# %%
stolen = re_encryption_leak.recover_secret(rk, evaluator.secret)
assert (stolen.coefficients == court.secret.coefficients).all()
print("the court's secret key:", stolen.coefficients[:12], "...")

# %% [markdown]
# So they read all that the court ever encrypts under that key, also what it never meant for $E$. There is no
# repair within key switching. The court can only limit the loss: a fresh key pair for each evaluator.
#
# Now three courts, all cases. The features are yes or no. The evaluator decrypts sums over all courts, and no record; a user's query stays under the user's key.

# %%
ANSWERS = ("weapon", "settled", "confessed")
yes_no = [
    k for k, name in enumerate(cases.feature_names) if "=" in name or name in ANSWERS
]
X, Z = (part[:, yes_no].astype(np.int64) for part in (cases.X_train, cases.X_test))
courts = ("court 1", "court 2", "court 3")
packing = Packing(n=4096, features=len(yes_no), classes=2, capacity=1000)
wire = Channel(*courts, "cloud", "evaluator", "user", keep_bodies=False)

# %%
with costs.seconds() as pocc_spent:
    owners, cloud, evaluator, user = pocc.connect(wire, courts, packing)
    for k, owner in enumerate(owners):
        owner.upload(X[k::3], cases.y_train[k::3])  # and this closes its end
        cloud.store(courts[k])
    uploaded = len(wire.messages)
    cloud.send_sums()
    model = evaluator.learn(linear_classifiers.naive_bayes)
    user.ask(Z)
    evaluator.answer("user")
    scores = user.scores()

# %%
later = wire.messages[uploaded:]
assert not any({m.sender, m.receiver} & set(courts) for m in later)
sums = linear_classifiers.ClassSums.of(X, cases.y_train, 2)
twin = linear_classifiers.naive_bayes(sums, limit=32768)
assert np.array_equal(scores, twin.scores(Z))
labels = model.labels(scores)
print(f"naive Bayes: {(labels == cases.y_test).mean():.3f} right, as in the clear")

# %%
half = evaluator.learn(
    lambda s, limit: linear_classifiers.hyperplane(s, 1, limit=limit)
)
user.ask(Z)
evaluator.answer("user")
scores = user.scores()
plane = linear_classifiers.hyperplane(sums, 1, limit=32768)
assert np.array_equal(half.labels(scores), plane.labels(plane.scores(Z)))
print("a hyperplane: the same label on all", len(Z), "test rows")

# %% [markdown]
# Who can decrypt what? Tick a coalition; its keys are tried on all it sees. DT-PKC is chapter 8's scheme, where the strong key lies in two halves.
# **Predict** before you tick: which pairs read anything at all?

# %%
situation = coalitions.Situation.draw(hana.age, cases.records[1].age)
explore.coalition_explorer(situation)

# %% [markdown]
# Each party alone:

# %%
for name in coalitions.PARTIES:
    found = coalitions.can_decrypt([name], situation)
    print(f"{name:10}{[c for c, one in found.items() if one.age is not None]}")

# %% [markdown]
# The owners read their own, the receiver what was re-encrypted for it, and no server alone reads anything. In each system there are two who must not meet. No mathematics
# keeps them apart.
#
# ## 13.5 No key for the data
#
# Training needs only the **sum** of gradients. Let nobody decrypt anything: system [33]. (It is known to us from the survey's description alone: Diffie-Hellman,
# commitments, signatures, a sum that all can check. How these fit together here is ours.)
#
# Each client publishes $g^{s_i}$ in a group of chapter 4, so that $i$ and $j$, and nobody else, can make $g^{s_i s_j}$ (Diffie and Hellman). They stretch this key to a mask $m_{ij}$, afresh in each round. One adds it, one
# subtracts it. The server sees numbers that look uniform, and in the sum all masks are gone.

# %% [markdown]
# ### Exercise 13.4: masks that cancel
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>Of each pair one adds and one subtracts the same numbers. Who does what,
# must follow from the two numbers of the clients.</details>


# %% exercise="masked_upload"
def masked_upload(i: int, x: list[int], keys: dict, turn: int, stream, q: int) -> list:
    """Return client i's upload for round turn: x under its pairs' masks, modulo q.

    keys[j] is the key that it shares with client j. stream(key, turn, count) gives count
    numbers in 0..q-1: the mask of a pair in a round. Of two clients, the one with the
    smaller number adds the mask and the other subtracts it. x holds whole numbers of any
    sign; the result as many, in 0..q-1. q may have hundreds of bits.
    """
    # BEGIN SOLUTION
    total = list(x)
    for j, key in keys.items():
        sign = 1 if i < j else -1
        mask = stream(key, turn, len(x))
        total = [value + sign * m for value, m in zip(total, mask, strict=True)]
    return [value % q for value in total]
    # END SOLUTION


# %% check="masked_upload" points=3
with checking("masked_upload"):
    checks.check_masked_upload(masked_upload)
    # BEGIN HIDDEN TESTS
    for clients in (2, 3, 7):
        checks.check_masked_upload(masked_upload, clients=clients)
    # END HIDDEN TESTS

# %% [markdown]
# Five courts learn so. On one machine, with all records in one place and the same rounding, the model comes out **the same bit for bit**: sums of whole numbers do not depend on who adds.

# %%
people = [f"court {k}" for k in range(1, 6)]
shards = {
    name: (cases.X_train[k::5], cases.y_train[k::5]) for k, name in enumerate(people)
}
start = Network((28, 8, 2), rng=np.random.default_rng(13))
course = training.CheckedTraining(
    start, shards, threshold=3, rate=1.0, keep_bodies=False
)
with costs.seconds() as sum_spent:
    models = []
    for _ in range(8):
        course.round()
        models.append(course.learners["court 1"].network.copy())


# %%
def loss_of(network):
    return network.loss_and_gradient(cases.X_train, cases.y_train, CrossEntropy())[0]


central = [
    training.train_centrally(start, shards, rounds=k, rate=1.0) for k in range(1, 9)
]
pairs = zip(models, central, strict=True)
assert all(np.array_equal(mine.flat, theirs.flat) for mine, theirs in pairs)
seen_losses = [loss_of(mine) for mine in models]
losses = [loss_of(start), *map(loss_of, central)]
figures.checked_training(
    {"one machine": losses, "five courts": [losses[0], *seen_losses]}
)

# %% [markdown]
# ## 13.6 A server that returns another sum
#
# So far the server did its sums right. Suppose it does not: it adds 1 to one weight, or leaves out a court it dislikes. Masks do not show that. The courts
# need **proof**.
#
# A **commitment** is a closed envelope: nobody sees the number (it *hides*), and the sender cannot change it later (it *binds*). Pedersen's, in a group of prime order $q$, with a second generator $h$
# whose logarithm to $g$ nobody knows:
#
# $$C = g^x h^r \mod p .$$
#
# For each $x$ there is an $r$ that gives this $C$: so it hides, whatever computers there will be. Two openings of one $C$ would give $\log_g h$: so it binds,
# as long as logarithms are hard. And commitments **add up**: $C_1 C_2$ commits to $x_1 + x_2$ with $r_1 + r_2$.

# %% [markdown]
# ### Exercise 13.5: commit
#
# *Difficulty 1/5. Importance 4/5. At home, 8 minutes.*
#
# <details><summary>Hint 1</summary>Elements are multiplied modulo p; exponents live modulo q.</details>


# %% exercise="commit"
def commit(x: int, p: int, q: int, g: int, h: int) -> tuple[int, int]:
    """Return (C, r): Pedersen's commitment g^x h^r modulo p, and what opens it.

    g and h generate the subgroup of prime order q modulo p. r is a secret, uniform in
    0..q-1 (0 too), fresh in each call. x is any whole number, and counts modulo q.
    """
    # BEGIN SOLUTION
    r = secrets.randbelow(q)
    return pow(g, x, p) * pow(h, r, p) % p, r
    # END SOLUTION


# %% check="commit" points=2
with checking("commit"):
    checks.check_commit(commit)
    # BEGIN HIDDEN TESTS
    checks.check_commit(commit, draws=2000)
    # END HIDDEN TESTS

# %% [markdown]
# A gradient has thousands of numbers, and a commitment to each would cost thousands of powers. One will do: after the server has said $W$, all draw
# the same random $c$, and client $i$ commits to $y_i = \langle c, x_i \rangle$. If $W$ is another vector than the sum, then $\langle c, W \rangle = \sum y_i$ only by chance. The server adds up the $r_i$ to $R$, which come to it
# under masks, as the $x_i$ did.

# %% [markdown]
# ### Exercise 13.6: believe a sum, or not
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>What is the product of all commitments, written with the sums of what is in
# the exponents?</details>
# <details><summary>Hint 2</summary>C is in the subgroup exactly if 1 <= C < p and C^q is 1 modulo p. Lists of
# different lengths are no sum either.</details>


# %% exercise="verify_aggregate"
def verify_aggregate(commitments, c, W, R, p, q, g, h) -> bool:
    """Return whether W and R open the product of all clients' commitments.

    Client i has committed to y_i = <c, x_i> with r_i: C_i = g^y_i h^r_i modulo p. The
    server says that W is the sum of the vectors x_i, whole numbers, and R that of the
    r_i. False as well if a C_i is not an element of the subgroup of prime order q
    modulo p, or if W has not as many entries as c.
    """
    # BEGIN SOLUTION
    members = all(1 <= C < p and pow(C, q, p) == 1 for C in commitments)
    y = sum(a * b for a, b in zip(c, W, strict=False))
    opened = pow(g, y, p) * pow(h, R, p) % p
    return members and len(c) == len(W) and math.prod(commitments) % p == opened
    # END SOLUTION


# %% check="verify_aggregate" points=3
with checking("verify_aggregate"):
    checks.check_verify_aggregate(verify_aggregate)
    # BEGIN HIDDEN TESTS
    for _again in range(3):
        checks.check_verify_aggregate(verify_aggregate)
    # END HIDDEN TESTS

# %% [markdown]
# **When** is $c$ drawn? After the uploads is not enough. **Attack:** a server that knows $c$ before it says $W$ looks for a short vector $D$ with $\langle c, D \rangle = 0$,
# and answers $W + D$:

# %%
total = np.arange(6) * 1000
c = combination.coefficients(b"drawn too early", 6)
forged = early_coefficients.forged(total, c)
assert combination.combination(c, forged) == combination.combination(c, total)
print("the sum     ", total)
print("what it says", forged)

# %% [markdown]
# **Defence:** draw $c$ from a hash of $W$. Then a change of $W$ changes $c$. The same forged sum again:


# %%
def drawn_from(W):
    return combination.coefficients(W.tobytes(), len(W))


late = drawn_from(forged)
assert combination.combination(late, forged) != combination.combination(late, total)

# %% [markdown]
# Each client also **signs** its commitment and the round's number (Schnorr signatures, which one check verifies together), and knows who has signed to be there. **Predict** which part
# catches which cheat:

# %%
rng = np.random.default_rng(13)
told = {}
for cheat in (*cheating_servers.CHEATS, cheating_servers.LIE):
    verdicts = cheating_servers.run(cheat, rng=rng)
    told[cheat] = [verdicts.of(f"client {k}") for k in range(1, 5)]
    assert len(set(told[cheat])) == 1  # all clients say the same
    print(f"{cheat:24}{told[cheat][0]}")

# %%
caught = [told[cheat][0] for cheat in cheating_servers.CHEATS]
assert len(set(caught)) == 5
assert told[cheating_servers.LIE][0] == "accepted"

# %% [markdown]
# Five cheats, five names. The last line is **not** caught: a client that sends a thousand times its gradient is no cheat of the server's. The sum is then the true sum of what was sent. A proof
# of *correct adding* is no proof of *honest data*.
#
# How long does checking take, for a network of 109,386 weights?

# %%
big = [rng.integers(-(2**31), 2**31, 109_386) for _ in range(20)]
W = np.sum(big, axis=0)
with costs.seconds() as check_spent:
    value = combination.combination(drawn_from(W), W)
print(
    f"the combination: {check_spent.seconds:.3f} s; then a few powers a client, however long W is"
)

# %% [markdown]
# ## 13.7 Clients that vanish
#
# A client that leaves between key exchange and upload takes its masks along: the others' masks do not cancel, and the sum is noise. So each client first shares out its masking key $s_i$, such that any $t$ of the others can rebuild it: **Shamir's
# sharing**. A polynomial of degree $t - 1$ takes $t$ points. Fix it at 0 to the secret, draw the rest, hand out points.

# %% [markdown]
# ### Exercise 13.7: Shamir's shares
#
# *Difficulty 2/5. Importance 4/5. At home, 12 minutes.*
#
# <details><summary>Hint 1</summary>A line takes two points, so t = 2 is a line: the secret and one drawn
# number.</details>
# <details><summary>Hint 2</summary>pow(x, k, p), for k from 0 to t - 1.</details>


# %% exercise="share_secret"
def share_secret(secret: int, n: int, t: int, p: int) -> list[tuple[int, int]]:
    """Return the shares (x, y), x = 1..n, of which any t rebuild the secret.

    y is the value at x, in 0..p-1, of a polynomial modulo the prime p > n of degree at
    most t - 1, whose value at 0 is the secret, in 0..p-1. Its other coefficients are
    secret, each uniform in 0..p-1 (0 too) and fresh in each call. 1 <= t <= n.
    """
    # BEGIN SOLUTION
    line = [secret] + [secrets.randbelow(p) for _ in range(t - 1)]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]
    # END SOLUTION


# %% check="share_secret" points=2
with checking("share_secret"):
    checks.check_share_secret(share_secret)
    # BEGIN HIDDEN TESTS
    checks.check_share_secret(share_secret, draws=2500)
    # END HIDDEN TESTS

# %% [markdown]
# One of six courts leaves before its upload; the others open its key:

# %%
values = {f"court {k}": np.array([k, 10 * k, hana.age]) for k in range(1, 7)}
outcome = play_round(values, threshold=4, leave={"court 2": "upload"})
here = np.sum([values[name] for name in outcome.survivors], axis=0)
assert np.array_equal(outcome.total, here)
print(outcome.survivors, outcome.total)

# %% [markdown]
# **Predict** for the widget: six courts, threshold 4. How many may leave, before and after the upload? Every setting has been played.

# %%
explore.dropout_explorer()

# %% [markdown]
# Leaving early takes messages away. Too few at the end, and nobody gets anything: better no sum than one that a few could have opened.
#
# **Attack.** Who says that a client has left? The server does. It says "court 3 has left" while its upload is there, only late: it
# gets court 3's key, makes its masks, and reads its gradient. So a **second mask** comes on top, from a seed $b_i$ of
# the client's own, which is shared out as well. For a client that is there, the server asks for shares of the **seed**; for one that has left, of the **key**. Never both.
#
# What if it asks some for the one, and others for the other? You hold what a server was told.

# %% [markdown]
# ### Exercise 13.8: find the leak
#
# *Difficulty 4/5. Importance 5/5. In class, 17 minutes.*
#
# A server that may have one kind of secret for each client has asked for more. Whose seed and key can it rebuild?
#
# <details><summary>Hint 1</summary>dict(told) keeps each x once, so a share that comes twice counts
# once.</details>
# <details><summary>Hint 2</summary>The value at 0 is the sum of y_i times the product, over all other j, of
# (0 - x_j) / (x_i - x_j). To divide modulo p, multiply by pow(..., -1, p).</details>


# %% exercise="find_leak"
def find_leak(answers: dict, t: int, p: int) -> dict:
    """Return client: (seed, key) for each client of whom both can be rebuilt.

    answers[client] is {"seed": told, "key": told}, where told lists shares (x, y) modulo
    the prime p, of Shamir's kind; it may be empty, and a share may come twice. t shares
    of different x rebuild the secret, the value at 0; fewer say nothing.
    """

    # BEGIN SOLUTION
    def at_0(told, value=0):
        for x, y in told.items():
            value += y * math.prod(j * pow(j - x, -1, p) for j in told if j != x)
        return value % p

    both = {n: (dict(told["seed"]), dict(told["key"])) for n, told in answers.items()}
    read = [n for n, pair in both.items() if min(map(len, pair)) >= t]
    return {n: tuple(map(at_0, both[n])) for n in read}
    # END SOLUTION


# %% check="find_leak" points=3
with checking("find_leak"):
    checks.check_find_leak(find_leak)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_find_leak(find_leak)
    # END HIDDEN TESTS

# %% [markdown]
# There is a subtler way than both secrets of one client: the seed of one, and the keys of **all the others**, since each mask belongs to two. Four ways to ask, four kinds of clients, each run:


# %%
def tried(way, clients):
    found = unmasking.attack(values, "court 3", way=way, clients=clients, threshold=4)
    if found.read is not None and np.array_equal(found.read, values["court 3"]):
        return f"READ {found.read.tolist()}"
    return ", ".join(sorted(set(found.refused.values()))) or "not enough shares"


# %%
rows = [
    (way, *(tried(way, clients) for clients in unmasking.CLIENTS))
    for way in unmasking.WAYS
]
assert all(
    row[1 + list(unmasking.CLIENTS).index("signed list")][:4] != "READ" for row in rows
)
figures.table(("the server asks", *unmasking.CLIENTS), rows, "Court 3, read or not")

# %% [markdown]
# **Defence**, the last column: all clients sign **one list** of survivors, at least $t$ long, with $t$ above half, and each gives one share of each client by that list, once.
# Two different lists would need two majorities.
#
# ### Question 13.9 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# A ministry offers courts a service: "Your files are encrypted under your own keys. Our cloud cannot read them; a trusted centre holds the master key. Gradients can instead be added up with masks, and our server proves each sum."
# Cloud, centre and server are three departments of the ministry. In four or five sentences: who can read what, and by which key? What does the proof of the sum prove, and what not? What would you change first, and what does that cost?

# %% [markdown] question="three_departments" points=3
# **Model answer.** The ministry holds the master key and the ciphertexts, so it reads every file, blinded or not: the
# blind is known to the cloud, and cloud and centre obey one minister. The courts' own keys change nothing about that.
# With masks the server sees sums only, if the courts agree on a list of survivors among themselves; if the ministry also
# runs t of the clients, it opens the others. The proof shows that the sum is the sum of what was committed to: it does not show that a court's
# data are true, nor does it hide anything, and the sum and the model still tell something of each court. First, centre and
# cloud must belong to parties with opposed interests (the bar, say), which costs a contract and a second operator; or
# no master at all: masks, which cost messages in each round and need the courts to stay online.
#
# **Rubric.** 1 point: the master key and the cloud in one hand read everything, with the reason that the blind does not help.
# 1 point: what the proof proves, and one thing that it does not. 1 point: a change with its price.

# %% [markdown]
# ## 13.8 What it cost
#
# This chapter's own runs. **Predict** which system asks most of a court itself.


# %%
def of_court(messages):
    return sum("court 1" in (m.sender, m.receiver) for m in messages)


def row(spent, channel):
    return spent.seconds, channel.bytes / 1e6, of_court(channel.messages)


# %%
rows = {
    "[24] basic, 1 step": row(basic_spent, joint.channel),
    "[24] advanced, 6 steps": row(advanced_spent, trained.channel),
    "[25] POCC": row(pocc_spent, wire),
    "[33] checked sums, 8 rounds": row(sum_spent, course.channel),
}
figures.system_costs(rows)

# %% [markdown]
# **Protected:** records and gradients, from each server alone; the sum, from a server that lies. **Not protected:** anything from the two who must not meet; the sum and the model, from whoever gets them; the sum, from a court that lies.
#
# ## Summary
#
# - BCP has two trapdoors. The owner's opens one key, the master's opens all; a master must see blinded numbers only.
# - A re-encryption key is the owner's secret in an envelope. The proxy cannot open it, the evaluator can.
# - Masks of pairs cancel in the sum: no key, no product, and everybody must stay, or leave shares behind.
# - A commitment hides and binds, and commitments add up. One random combination, drawn **after** the sum, checks a whole vector.
# - Shares of two secrets per client repair a round. Whoever gets both kinds reads the client; one signed list prevents that.
#
# ## Further reading
#
# - P. Li, J. Li, Z. Huang, T. Li, C.-Z. Gao, S.-M. Yiu, K. Chen, *Multi-key Privacy-Preserving Deep Learning in Cloud Computing*, FGCS 74, 2017.
# - E. Bresson, D. Catalano, D. Pointcheval, *A Simple Public-Key Cryptosystem with a Double Trapdoor Decryption Mechanism*, ASIACRYPT 2003.
# - P. Li et al., *Privacy-Preserving Outsourced Classification in Cloud Computing*, Cluster Computing 21, 2018.
# - K. Bonawitz et al., *Practical Secure Aggregation for Privacy-Preserving Machine Learning*, CCS 2017.
# - T. Pedersen, *Non-Interactive and Information-Theoretic Secure Verifiable Secret Sharing*, CRYPTO 1991.
# - A. Shamir, *How to Share a Secret*, Communications of the ACM 22, 1979.
#
# ## Quiz
#
# 1. Why may the master see x + tau, and not x tau?
#    <details><summary>Answer</summary>tau is uniform below N, so x + tau modulo N is uniform, whatever x is. A product keeps
#    0 at 0, and is no operation of BCP on two secrets.</details>
# 2. The proxy is sold to the evaluator's owner. What must a court do?
#    <details><summary>Answer</summary>Take a new key pair and assume that all under the old one has been read: its secret lay in the
#    re-encryption key.</details>
# 3. Why is $h$ not chosen as a power of $g$ by one of the clients?
#    <details><summary>Answer</summary>Who knows the logarithm opens each of its commitments to any number.</details>
# 4. A threshold of two of ten courts would survive more drop-outs. Why above half?
#    <details><summary>Answer</summary>With half or less, the server can get one answer from one group and another from a second one.</details>
