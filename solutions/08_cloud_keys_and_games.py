# %% [markdown]
# # 8. Many keys in a cloud, and a game
#
# **After this chapter you can**
#
# - encrypt with a key that has two trapdoors, and cut the stronger one into two shares;
# - add, multiply and compare numbers of several owners, each under a key of its own, in a cloud that reads none of them;
# - train a model there, equal bit for bit to training in the clear, and say who could read everything after all;
# - find the leak where a blinding number serves twice, is too short, or is a factor;
# - say when protection is worth what it costs: an equilibrium, a belief, a threshold.
#
# *Time: 82 minutes in class: 26 reading, 6 at the widgets, 50 exercises. At home: 46 minutes.
# Needs: chapters 1 and 4. Runs in under a minute.*

# %%
import math
import secrets

import numpy as np

from ppdl_course.checks import cloud_keys_and_games as checks
from ppdl_course.checks.verdict import checking
from ppdl_course.data import load_law_cases
from ppdl_course.federated import protection_game as game
from ppdl_course.figures import cloud_keys_and_games as figures
from ppdl_course.law.readable import read_row
from ppdl_course.mpc.joint_keys import attacks
from ppdl_course.mpc.joint_keys.parties import Issued, opened
from ppdl_course.mpc.joint_keys.plan import Plan, encoded_records, predict
from ppdl_course.mpc.joint_keys.sealed import from_message, seal
from ppdl_course.mpc.joint_keys.session import learn, together
from ppdl_course.mpc.joint_keys.training import train
from ppdl_course.mpc.joint_keys.twin import Open, Twin
from ppdl_course.parties import costs
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.paired import UserSecret, joint_key
from ppdl_course.publickey.two_trapdoors import StrongSecret, combine
from ppdl_course.widgets import cloud_keys_and_games as explore
from ppdl_course.widgets.player import player

# %% [markdown]
# ## 8.1 Three courts, three keys
#
# In chapter 6 courts cut their files into shares and sent a part to either server. PDLM [16] has another plan. A
# court **encrypts** its files once, under a key of its own, uploads them to a cloud and goes back to work.
# No court has to be there when the model is trained, and no court can read another's files. Hana Calderova's
# file is among them.
#
# | | in this chapter |
# |---|---|
# | **adversary** | the cloud, or the crypto server, or a court; each follows the protocol and studies all it sees |
# | **sees** | cloud: ciphertexts only. Crypto server: numbers, each under a fresh blinding number |
# | **protected** | every file and label, the weights, everything in between |
# | **not protected** | sizes, bounds, number of steps; the finished model, from the service provider that ordered it |
# | **not at all** | anything from cloud **and** crypto server together, from cloud and **all** courts, or from who made the keys; results, from a server that computes wrongly |
# | **costs** | thousands of long powers a step: section 8.10. Is that always worth it? Sections 8.8 and 8.9 |

# %%
cases = load_law_cases()
hana = cases.records[0]
print(f"{hana.name}: age {hana.age}, {hana.prior_convictions} prior convictions")
print(f"before the {hana.court} court, {hana.charge}")

# %% [markdown]
# ## 8.2 Two trapdoors
#
# Take $N = pq$ as in RSA, and compute modulo $N^2$. Two facts about those numbers do all the work:
#
# $$(1 + N)^m = 1 + mN, \qquad g^\lambda = 1 \text{ for } g = -a^{2N}, \quad \lambda = \mathrm{lcm}(p-1, q-1).$$
#
# So $m$ can be read off $1 + mN$ by $L(u) = (u-1)/N$, and there are numbers $g$ that a secret exponent $\lambda$ makes disappear. In **DT-PKC** a
# user has a secret $\theta$, the **weak key**, and publishes $h = g^\theta$. A ciphertext of $m$ is
#
# $$T_1 = h^s (1 + mN), \qquad T_2 = g^s \qquad \text{modulo } N^2,$$
#
# with fresh secret $s$. Two people can open it. The **user** divides $T_1$ by $T_2^\theta = h^s$.
# Whoever has the **strong key** $\lambda$ needs no $\theta$: in $T_1^\lambda$ the power of $h$ is gone, for **every** user, and $1 + m\lambda N$ is left.
#
# ### Exercise 8.1: a key with two trapdoors
#
# *Difficulty 2/5. Importance 4/5. In class, 8 minutes.*
#
# You are the key centre, and make a key for one user.
#
# <details><summary>Hint 1</summary>pow takes a modulus as its third argument, and math has lcm.</details>
# <details><summary>Hint 2</summary>A number below 5 is one of 0, 1, 2, 3, 4. Which range is asked for?</details>


# %% exercise="two_trapdoors"
def two_trapdoors(p: int, q: int, g: int) -> tuple[int, int, int]:
    """Return (theta, h, lam): a user's weak key, its public key, and the strong key.

    p and q are safe primes, N = p q. theta is secret, uniform in 1..N // 4, and a new draw
    in each call. h is g^theta modulo N^2, and lam is lcm(p - 1, q - 1).
    """
    # BEGIN SOLUTION
    N = p * q
    theta = 1 + secrets.randbelow(N // 4)
    return theta, pow(g, theta, N * N), math.lcm(p - 1, q - 1)
    # END SOLUTION


# %% check="two_trapdoors" points=2
with checking("two_trapdoors"):
    checks.check_two_trapdoors(two_trapdoors)
    # BEGIN HIDDEN TESTS
    checks.check_two_trapdoors(two_trapdoors, draws=96)
    # END HIDDEN TESTS

# %% [markdown]
# Three courts, one key centre. Its primes have 256 bits here, and stand in the package for all to read: a **toy, insecure**. Real ones have 1,024, and stay with the centre.

# %%
master = StrongSecret.from_primes(*PUBLISHED[512])
public = master.parameters
names = ("appeal", "city", "county")
courts = {name: UserSecret.generate(public) for name in names}
home = courts[hana.court]

# %%
age = home.public.encrypt(hana.age)
other = courts["county" if hana.court != "county" else "city"]
print("her own court reads:", home.decrypt(age))
print("the strong key reads:", master.decrypt(age))
try:
    raise AssertionError(f"another court reads {other.raw_decrypt(age.pair)}")
except ValueError as refused:
    print("another court:", refused)

# %% [markdown]
# Sums need nobody's help: the product of two ciphertexts under one key, part by part, holds the sum of the numbers, and a power
# holds a multiple. In the package these are `+` and `*`, and `b` and `a` are $T_1$ and $T_2$.

# %%
grown = (age + home.public.encrypt(30)) * 2
assert home.decrypt(grown) == 2 * (hana.age + 30)
assert grown.b != (age * 2 + 60).b  # the same number, and another ciphertext

# %% [markdown]
# ## 8.3 The strong key, in two
#
# The strong key opens everything of everybody. Nobody should have it, and yet the cloud will need numbers opened. So the key centre
# cuts it, $\lambda_1 + \lambda_2$, gives one share to the **cloud** and the other to a **crypto server**, and forgets the whole. The cloud computes $T_1^{\lambda_1}$. The crypto
# server multiplies $T_1^{\lambda_2}$ onto it: exponents add up. Let the sum be $0$ modulo $\lambda$, and the power of $h$ is gone; let it be $1$ modulo $N^2$, and
# $1 + mN$ stays as it is.
#
# ### Exercise 8.2: split decryption
#
# *Difficulty 3/5. Importance 5/5. In class, 12 minutes.*
#
# <details><summary>Hint 1</summary>First one number that is both: a multiple of lam which is 1 modulo N squared.
# pow with exponent -1 finds inverses.</details>
# <details><summary>Hint 2</summary>Adding lam N squared changes neither remainder. So everything may be
# done modulo that.</details>


# %% exercise="split_strong_key"
def split_strong_key(lam: int, N: int) -> tuple[int, int]:
    """Return two shares (lam1, lam2) of the strong key, both in 0..lam N^2 - 1.

    lam1 + lam2 is 0 modulo lam and 1 modulo N^2; these two have no common factor. Each share
    alone is uniform in its range, and a new draw in each call.
    """
    # BEGIN SOLUTION
    bound = lam * N * N
    both = lam * pow(lam, -1, N * N)
    lam1 = secrets.randbelow(bound)
    return lam1, (both - lam1) % bound
    # END SOLUTION


# %% check="split_strong_key" points=3
with checking("split_strong_key"):
    checks.check_split_strong_key(split_strong_key)
    # BEGIN HIDDEN TESTS
    checks.check_split_strong_key(split_strong_key, draws=96)
    # END HIDDEN TESTS

# %% [markdown]
# The package takes remainders modulo $N$ only, which is enough to decrypt and a third shorter. **Predict:** who reads Hana's age, and who reads what is encrypted under the **joint key** $h_1 h_2 h_3$, whose weak key is
# $\theta_1 + \theta_2 + \theta_3$? Each entry of the picture is a decryption that was tried.

# %%
cloud_share, crypto_share = master.split()
joint = joint_key([court.public for court in courts.values()])
all_courts = UserSecret(joint, sum(court.x for court in courts.values()))
joint_age = joint.encrypt(hana.age)


# %%
def halves(first, second):
    return lambda c: combine(public, first(c.b), second(c.b))


cloud_half, crypto_half = cloud_share.partial, crypto_share.partial
openers = {
    "her own court": lambda c: home.raw_decrypt(c.pair),
    "another court": lambda c: other.raw_decrypt(c.pair),
    "all courts together": lambda c: all_courts.raw_decrypt(c.pair),
    "the cloud": halves(cloud_half, lambda T1: 1),
    "the crypto server": halves(crypto_half, crypto_half),
    "cloud and crypto server": halves(cloud_half, crypto_half),
}


# %%
def reads(opener, c):
    try:
        return opener(c) == hana.age
    except ValueError:  # no number comes out
        return False


found = {
    who: {"under her court's key": reads(o, age), "joint key": reads(o, joint_age)}
    for who, o in openers.items()
}
assert [sum(row.values()) for row in found.values()] == [1, 0, 1, 0, 0, 2]
figures.who_opens_what(found)

# %% [markdown]
# A share alone is a uniform number, so it cannot help: whoever could decrypt with $\lambda_1$ could decrypt with a number that it drew itself. Together
# the two servers are the strong key. That they do not meet is **the** assumption of this chapter.
#
# ## 8.4 From many keys to one
#
# Files under three keys cannot be added. The cloud needs all under the joint key, and the courts have gone home. Cloud and crypto server
# open each number and encrypt it anew. But neither may see it. So the cloud first **blinds** it: it adds a random $r$ under encryption.
#
# 1. cloud: a ciphertext of $m + r$; and its part, $T_1^{\lambda_1}$. Both go to the crypto server.
# 2. crypto server: finishes the decryption, gets $m + r$, encrypts that under the joint key.
# 3. cloud: takes $r$ off again, under encryption.
#
# ### Exercise 8.3: blind a number
#
# *Difficulty 2/5. Importance 5/5. In class, 8 minutes.*
#
# <details><summary>Hint 1</summary>Make a ciphertext of r. What does the product of two ciphertexts hold?</details>
# <details><summary>Hint 2</summary>Two secret numbers are needed: one hides m, the other the way from c to the new
# ciphertext.</details>


# %% exercise="blind"
def blind(c: tuple[int, int], N: int, g: int, h: int) -> tuple[tuple[int, int], int]:
    """Return ((T1, T2), r): a ciphertext of m + r modulo N, where c is one of m, and r.

    c and the new one are under the public key h, modulo N^2. r is uniform in 0..N - 1. The
    new one is c times a ciphertext of r with randomness s of its own, uniform in
    1..N // 4: nobody can tell from which c it comes. r and s are secret, new in each call.
    """
    # BEGIN SOLUTION
    square = N * N
    r, s = secrets.randbelow(N), 1 + secrets.randbelow(N // 4)
    T1 = c[0] * pow(h, s, square) * (1 + r * N) % square
    return (T1, c[1] * pow(g, s, square) % square), r
    # END SOLUTION


# %% check="blind" points=3
with checking("blind"):
    checks.check_blind(blind)
    # BEGIN HIDDEN TESTS
    checks.check_blind(blind, draws=96)
    # END HIDDEN TESTS

# %% [markdown]
# With $r$ uniform modulo $N$, so is $m + r$, whatever $m$ is: the crypto server sees a number that says nothing at all.
#
# ### Exercise 8.4: under the joint key
#
# *Difficulty 3/5. Importance 4/5. In class, 12 minutes.*
#
# You are the crypto server.
#
# <details><summary>Hint 1</summary>First finish the split decryption: what is to be done with part and T1?</details>
# <details><summary>Hint 2</summary>Then encrypt what you found, as in 8.2, under one public key made of all of
# them.</details>


# %% exercise="to_joint_key"
def to_joint_key(T1, part, lam2, keys: list[int], N: int, g: int) -> tuple[int, int]:
    """Return (T1, T2), a new ciphertext of the same number under the joint key.

    T1 is the first part of a ciphertext under one of the keys, part is T1^lam1 modulo N^2,
    lam2 your share of the strong key. The joint key is the product of all keys, modulo N^2.
    The new ciphertext has secret randomness, uniform in 1..N // 4, new in each call.
    """
    # BEGIN SOLUTION
    square = N * N
    m = (part * pow(T1, lam2, square) % square - 1) // N
    h, s = math.prod(keys) % square, 1 + secrets.randbelow(N // 4)
    return pow(h, s, square) * (1 + m * N) % square, pow(g, s, square)
    # END SOLUTION


# %% check="to_joint_key" points=3
with checking("to_joint_key"):
    checks.check_to_joint_key(to_joint_key)
    # BEGIN HIDDEN TESTS
    checks.check_to_joint_key(to_joint_key, draws=96)
    # END HIDDEN TESTS

# %% [markdown]
# ## 8.5 What a cloud can compute
#
# **Products.** The cloud blinds both factors and sends them. The crypto server opens $x + r_x$ and $y + r_y$, multiplies, and returns a ciphertext of the
# product, under the joint key. What is too much in it, the cloud takes off: it knows $r_x$ and $r_y$ and has ciphertexts of $x$ and $y$.
#
# ### Exercise 8.5: a product, unblinded
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# <details><summary>Hint 1</summary>Multiply (x + rx)(y + ry) out. Which of the four terms can you
# compute under encryption?</details>
# <details><summary>Hint 2</summary>A power of a ciphertext holds a multiple, a negative power a negative one.
# A number that you know goes into T1 alone.</details>


# %% exercise="unblind_product"
def unblind_product(z, x, y, rx: int, ry: int, N: int) -> tuple[int, int]:
    """Return a ciphertext (T1, T2) of x y modulo N.

    z, x and y are ciphertexts (T1, T2) under one key, modulo N^2: z holds (x + rx)(y + ry).
    rx and ry are in 0..N - 1.
    """
    # BEGIN SOLUTION
    square = N * N
    parts = zip(z, x, y, strict=True)
    T1, T2 = (c * pow(a, -ry, square) * pow(b, -rx, square) for c, a, b in parts)
    return T1 * (1 - rx * ry * N) % square, T2 % square
    # END SOLUTION


# %% check="unblind_product" points=3
with checking("unblind_product"):
    checks.check_unblind_product(unblind_product)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_unblind_product(unblind_product)
    # END HIDDEN TESTS

# %% [markdown]
# Watch Hana's age times three, taken apart message by message. **Predict:** on which side does a number appear that is not encrypted, and could that side tell the age from it?

# %%
issued = Issued.from_strong(master)
years, three = (seal(joint, [value], bound=200) for value in (hana.age, 3))
product, channel = together(issued, joint, lambda cloud: cloud.multiply(years, three))
assert opened(all_courts, product) == [3 * hana.age]
player(channel, caption="Which numbers does the crypto server open, and what are they?")

# %% [markdown]
# **Less than.** $x < y$ is the sign of $x - y$. The crypto server opens $x - y$ under a blinding number, cuts off its lower bits and returns what is left. Whether a carry is missing,
# the servers find out by a blind comparison, bit by bit; the package's module `carries` says how. **Division** is comparing and subtracting, from the highest bit of the quotient down. Both are **reconstructed**; what the published ones tell is in section 8.6. Prices:

# %%
operations = {
    "product": lambda cloud: cloud.multiply(years, three),
    "less than": lambda cloud: cloud.less_than(years, three),
    "divide": lambda cloud: cloud.divide(years, three),
}
for name, operation in operations.items():
    result, line = together(issued, joint, operation)
    value = opened(all_courts, result)[0]
    print(f"{name:9} = {value:3}: {line.rounds:2} rounds, {line.bytes:7,} bytes")

# %%
assert value == hana.age // 3

# %% [markdown]
# Here a number is blinded by one that is 40 bits longer, not by a uniform one: short exponents are fast, and what the crypto server sees differs from
# something independent of the data by $2^{-40}$ for each number that it opens. The package adds these up.
#
# ## 8.6 Attack: a blinding number that is none
#
# Every secret of this chapter hangs on small random numbers. Three savings, three leaks; you are the crypto server. First an engineer blinds both numbers of a
# comparison **with the same** $r$:

# %%
limit = 50  # years, a threshold that the service provider asks about
r = secrets.randbelow(public.n)
seen = [(number + r) % public.n for number in (hana.age, limit)]
assert (seen[0] - seen[1]) % public.n == hana.age - limit
print(f"the client is {seen[0] - seen[1]:+} years from {limit}")

# %% [markdown]
# Both numbers are uniform, and their difference is bare. Second: **a factor** instead of a summand. **Predict** what it does to a column of 0 and 1.

# %%
weapons = [record.weapon for record in cases.records[:12]]
seen = [flag * (1 + secrets.randbelow(public.n - 1)) % public.n for flag in weapons]
assert [int(number != 0) for number in seen] == weapons
print("weapon carried:", ["yes" if number else "no" for number in seen])

# %% [markdown]
# Third, from the published toolkit, as far as we know it: to compare, the crypto server opens $d = 2(x - y) + 1$ times a random factor and a random sign. The sign is safe. But the same pair is compared in
# each step of a training, a dozen times. What do all views have in common?

# %%
views = [attacks.scaled_comparison(hana.age, limit, rho_bits=128) for _ in range(12)]
far = attacks.difference_of_views(views) // 2
print(f"so she is {limit + far} years old, or {limit - far - 1}")

# %% [markdown]
# **The defence** is a fresh uniform $r$ that is added, for each number, each time, as in exercise 8.3. The same attacks again:

# %%
numbers = [hana.age, limit, *weapons]
seen = [(number + secrets.randbelow(public.n)) % public.n for number in numbers]
gap = min(seen[0] - seen[1], seen[1] - seen[0], key=abs)
print(f"a difference of {len(str(abs(gap)))} digits, no zeros: {all(seen)}")
assert abs(gap) > 2**400
assert math.gcd(*seen) < 1000

# %% [markdown]
# ## 8.7 A model that nobody can read
#
# Now all together: users, service provider, cloud, crypto server. The network has four inputs, three ReLU units and two outputs. Every product, every truncation and
# every ReLU goes through the toolkit; numbers are integers with ten fraction bits. Which activation, scale and rate PDLM takes we do not know: **ours are reconstructed**. The network's **plain twin** takes the same steps on plain integers. A toy modulus of 256 bits: **insecure**, and quick.

# %%
columns = ("injury", "prior_convictions", "weapon", "charge=theft")
chosen = [cases.feature_names.index(name) for name in columns]
rows = [
    [i for i in cases.train if cases.records[i].court == name][:12] for name in names
]
files = {
    name: (cases.X[some][:, chosen], cases.y[some])
    for name, some in zip(names, rows, strict=True)
}

# %%
plan = Plan(sizes=(4, 3, 2), rate_bits=4, activation="relu")
rng = np.random.default_rng(18)
start = plan.start(rng)
batches = [rng.permutation(36)[:8].tolist() for _ in range(6)]
toy = StrongSecret.from_primes(*PUBLISHED[256])

# %%
together_x, together_y = (
    np.concatenate([part[k] for part in files.values()]) for k in (0, 1)
)
x, y = encoded_records(plan, together_x, together_y)
x, y = Open(x, plan.input_bound), Open(y, plan.input_bound)
models = [Open(start, plan.weight_bound)]
for batch in batches:
    models.append(train(Twin(), plan, models[-1], x, y, [batch]))


# %%
def right(model):
    guess = predict(plan, plan.decode(model.values), cases.X_test[:, chosen])
    return float((guess == cases.y_test).mean())


accuracy = [right(model) for model in models]

# %% [markdown]
# **Predict:** after one step under encryption, by how much does a weight differ from the twin's?

# %%
one_step = learn(toy, plan, files, start, batches[:1])
spoke = [message.sender for message in one_step.channel.messages]
assert all(spoke.count(name) == 1 for name in names)
assert one_step.weights.tolist() == models[1].values.tolist()
print(f"{len(start)} weights after one step: equal, all of them")

# %%
run = learn(toy, plan, files, start, batches, keep_bodies=False)
assert run.weights.tolist() == models[-1].values.tolist()
assert accuracy[-1] > accuracy[0] + 0.1
print(f"{accuracy[-1]:.3f} right after {len(batches)} steps, as the twin")
print(f"what the crypto server saw: {float(run.distance):.0e} away from mere chance")

# %% [markdown]
# Equal to the last bit: nothing is approximated. Each court spoke once, before the first step, and was gone. The servers learnt one more bit a step, that no weight had
# left its bound. Only the service provider reads the model; and it asked for it, so chapter 3's attacks on models are open to it.
#
# **Attack: the two servers meet.** They keep what the courts sent. Neither has broken any rule so far:

# %%
upload = next(m for m in one_step.channel.messages if m.sender == hana.court)
sealed = from_message(one_step.secrets[hana.court].public, upload.payload["x"])
shares = one_step.cloud.share, one_step.crypto_server.share
for share in shares:
    assert attacks.read_alone(share, sealed[:1]) == [None] * 4
stolen = plan.decode(attacks.read_together(*shares, sealed))

# %%
assert np.abs(stolen - files[hana.court][0]).max() <= 2.0**-plan.fraction_bits
row = np.zeros(len(cases.feature_names))
row[chosen] = stolen[0]  # the first file of that court is hers
facts = read_row(cases, row)
print({name: facts[name] for name in ("prior_convictions", "injury", "weapon")})
assert facts["prior_convictions"] == hana.prior_convictions

# %% [markdown]
# Every file of every court, years later if they like: ciphertexts do not go off. No court took part, none noticed. There is **no defence inside the protocol**. Outside there is: two operators whose interests
# conflict, deleting uploads, new keys for each training. And the key centre must really forget.
#
# ## 8.8 Is it always worth it? A game
#
# Everything above costs energy. Systems in factories and telephones therefore like to protect only **when it is needed**; Esposito and others [17]
# make a game of it, between the global model's side and each local one. Of their paper we know that much, and that rules are judged by simulation:
# **payoffs, belief, signals and rules below are reconstructed**, after the inspection games of the textbooks.
#
# A user is malicious with probability $\pi$, and the cloud does not know. In each round the cloud protects or not, and a malicious user
# attacks or behaves. Neither sees the other's choice first.
#
# | cost of the cloud, gain of the user | attacks | behaves |
# |---|---|---|
# | **on** | $c$, and $-r$ | $c$, and $0$ |
# | **off** | $L$, and $f$ | $0$, and $0$ |
#
# If the cloud always protects, nobody attacks, and the energy is wasted. If it never does, everybody attacks. In **equilibrium** neither side
# gains by changing alone. Where both mix, each makes the **other** indifferent.
#
# ### Exercise 8.6: the equilibrium
#
# *Difficulty 3/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>What does a round cost the cloud with protection, and what on average
# without? A malicious user attacks just so often that the two are equal.</details>
# <details><summary>Hint 2</summary>And if they cannot be equal, however often it attacks?</details>


# %% exercise="equilibrium"
def equilibrium(c: float, L: float, f: float, r: float, pi: float):
    """Return (P(on), P(attack)) in equilibrium, for the cloud and a malicious user.

    c, L, f and r are the payoffs of the table, all above 0; the user is malicious with
    probability pi, from 0 to 1. pi L is never equal to c. Where pi L is below c, nobody can
    be made indifferent, and each does what is best against the other.
    """
    # BEGIN SOLUTION
    if pi * L < c:
        return 0.0, 1.0
    return f / (f + r), c / (pi * L)
    # END SOLUTION


# %% check="equilibrium" points=2
with checking("equilibrium"):
    checks.check_equilibrium(equilibrium)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_equilibrium(equilibrium)
    # END HIDDEN TESTS

# %%
one_round = game.Game(cost=2, loss=10, gain=3, penalty=1)
even = one_round.equilibrium(0.5)
cloud, user = one_round.payoffs(0.5)
on_or_off = cloud @ [even.attack, 1 - even.attack]
attack_or_not = np.array([even.protect, 1 - even.protect]) @ user
print(f"on in {even.protect:.0%} of rounds, attacks in {even.attack:.0%}")
assert abs(np.diff(on_or_off)) < 1e-9
assert abs(np.diff(attack_or_not)) < 1e-9

# %% [markdown]
# **Predict:** the loss doubles. Does the cloud protect more often, or does the attacker attack less? And what does a higher penalty change?

# %%
explore.game_explorer(one_round)

# %% [markdown]
# A larger loss makes the **attacker** careful; a higher penalty lets the **cloud** save energy. And below a belief of $c/L$ protection is never on: rare attackers are
# cheaper than constant guards.
#
# ## 8.9 Belief, and a threshold
#
# The cloud learns. After each round a detector reports, or does not: it reports an attack with probability *hit*, and where there was none with probability
# *false alarm*. Bayes' rule moves the belief.
#
# ### Exercise 8.7: what an alarm tells
#
# *Difficulty 2/5. Importance 4/5. At home, 10 minutes.*
#
# <details><summary>Hint 1</summary>How likely is this signal from a malicious user, who attacks in some rounds and
# not in others? And from an honest one?</details>
# <details><summary>Hint 2</summary>Weigh both with the belief before, and divide by their sum.</details>


# %% exercise="update_belief"
def update_belief(pi, attack, hit, false_alarm, alarm: bool) -> float:
    """Return the probability that a user is malicious, after a round's signal.

    Before it was pi. A malicious user attacks in a round with probability attack, an honest
    one never. There is an alarm with probability hit if there was an attack, and with
    probability false_alarm if not. All are from 0 to 1; the signal is never impossible.
    """
    # BEGIN SOLUTION
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + (1 - pi) * honest)
    # END SOLUTION


# %% check="update_belief" points=2
with checking("update_belief"):
    checks.check_update_belief(update_belief)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_update_belief(update_belief)
    # END HIDDEN TESTS

# %% [markdown]
# ### Exercise 8.8: when to switch on
#
# *Difficulty 1/5. Importance 4/5. At home, 6 minutes.*
#
# A round with protection costs your cloud {{COST}}.
#
# <details><summary>Hint 1</summary>What does a round without protection cost on average, at that belief?</details>

# %% varies="switch_on"
COST = 3  # of 2, 3, 4, 5, 6


# %% exercise="switch_on"
def switch_on(beliefs: np.ndarray, attack: float, L: float) -> np.ndarray:
    """Return for each belief whether to protect the next round, True or False, shape (n,).

    Protection costs COST = {{COST}}, an unprotected attack L; a malicious user attacks with
    probability attack. It is on exactly where it costs less than it saves on average.
    """
    # BEGIN SOLUTION
    return beliefs * attack * L > COST
    # END SOLUTION


# %% check="switch_on" points=2
with checking("switch_on"):
    checks.check_switch_on(switch_on, cost=COST)
    # BEGIN HIDDEN TESTS
    for _ in range(4):
        checks.check_switch_on(switch_on, cost=COST)
    # END HIDDEN TESTS

# %% [markdown]
# Forty users, sixty rounds; each line is what the cloud believes of one of them. **Predict:** which detector is worse, one that misses half of the attacks, or one that raises an alarm in half of the quiet rounds?

# %%
explore.belief_explorer(one_round)

# %% [markdown]
# False alarms are worse: most rounds are quiet. And where both rates are equal an alarm is noise, and beliefs stay where they are.
#
# Four rules, on the same 2,000 users, each over 100 rounds. **Predict** the order of their costs when one user in five is malicious.

# %%
rng = np.random.default_rng(8)
runs = {
    prior: game.compare(
        one_round, prior, rng=rng, courts=2000, detection=0.9, false_alarm=0.05
    )
    for prior in (0.05, 0.2, 0.5)
}
figures.rule_costs(runs)

# %%
for prior, outcomes in runs.items():
    rule = outcomes["threshold"]
    for simple in ("always", "never"):
        _, _, most = rule.interval(over=outcomes[simple])
        assert most < 0  # cheaper, with 99.5 % confidence
    saved, lost = game.energy_saved(outcomes, "threshold")
    print(f"{prior:4.0%} malicious: {saved:.0%} of the energy saved,", end=" ")
    print(f"{lost:.1%} of the losses not prevented")

# %% [markdown]
# The threshold spends its energy where the attackers are. But a rule that everybody knows can be played: an attacker who knows the threshold keeps its rate so low that
# the cloud never finds protection worth it.

# %%
careful = game.compare(one_round, 0.5, rng=rng, attack_rate=0.19, courts=2000)
mean, low, high = careful["threshold"].interval("loss")
print(f"losses of {mean:.2f} a round ({low:.2f} to {high:.2f}), protection costs 2")
assert not careful["threshold"].on.any()

# %% [markdown]
# The rule is right by its own measure: even of a user known to be malicious, so rare attacks cost less than protection. Only, *what is $L$?* The game counts Hana's file as a
# number that may be lost now and then. She may see that differently. And a file, once read, stays read.
#
# ### Question 8.9 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# A company offers your courts "PDLM with adaptive protection". Its cloud and its crypto server are two departments; numbers are blinded only in rounds in which a threshold rule says so, and
# the rule's $L$ is the average fine for a leak. In four or five sentences: who can read what, and in which rounds? What is wrong with using the game here? What would you ask
# the company to change, and what does each change cost?

# %% [markdown] question="adaptive_blinding" points=3
# **Model answer.** Two departments of one company are one party: with both shares of the strong key it reads every file of every court, in every round, whatever is
# blinded. Even if they were apart, in a round without blinding the crypto server opens the bare numbers, so it reads those files for good; one unprotected round is enough, since files are uploaded once and used in each
# step. The game fits damage that happens anew in each round and is seen afterwards, such as a poisoned update; a leak is silent, gives no signal for the belief, and cannot be
# taken back, so a threshold rule never learns from it. The fine is the company's loss, not the loss of the people in the files, so L is too small by construction. I would ask
# for a crypto server of another operator with other interests (a contract, and traffic between two sites), blinding in every round (random numbers and a few powers, little beside the
# decryption itself), and the game at most for protections against attacks that show. The finished model still tells about the files, and differential privacy would be a further cost in accuracy.
#
# **Rubric.** 1 point: both shares in one hand read all, in all rounds. 1 point: an unblinded round gives the numbers away for good, so the game's assumptions (damage a round, signals, L) do not hold.
# 1 point: a change with its cost.

# %% [markdown]
# ## 8.10 What it cost
#
# This chapter's own training, all parties on this machine, $N$ of 256 bits:

# %%
shown = ("products", "truncations", "compared bits", "opened", "powers")
per_step = {name: round(run.counts[name] / len(batches)) for name in shown}
size = run.channel.bytes / 1e6 / len(batches)
figures.training_run(
    accuracy, per_step, seconds=run.seconds / len(batches), megabytes=size
)

# %% [markdown]
# And one product with an $N$ of 2,048 bits, the length that is used (with primes that nobody else has):

# %%
grown_up = StrongSecret.from_primes(*PUBLISHED[2048])
person = UserSecret.generate(grown_up.parameters)
pair = seal(person.public, [hana.age, 3], bound=200)
with costs.seconds() as spent:
    result, line = together(
        Issued.from_strong(grown_up),
        person.public,
        lambda cloud: cloud.multiply(pair[:1], pair[1:]),
    )
print(f"{spent.seconds:.2f} s, {line.bytes:,} bytes for one product")
assert opened(person, result) == [3 * hana.age]

# %% [markdown]
# **Protected:** files, labels and weights, from the cloud, from the crypto server, from each other's courts. **Not protected:** from both servers together; the result, from a
# server that computes wrongly; the model, once it is out.
#
# ## Summary
#
# - A ciphertext modulo $N^2$ with two trapdoors: one for its owner, one for everybody's. The strong one is cut in two, and each part alone is a random number.
# - Blind, open, compute, encrypt, unblind: with two servers a cloud multiplies and compares what it cannot read, whoever's key it came under.
# - The model is the plain one bit for bit, at the price of thousands of long powers a step.
# - A blinding number is added, fresh and long. Twice, too short, or as a factor, and the numbers lie open.
# - Both servers together are the strong key. No protocol helps against that.
# - Protection can be a game: in equilibrium each side is indifferent, beliefs follow alarms, and a threshold saves energy. What is lost meanwhile is lost.
#
# ## Further reading
#
# - X. Ma, J. Ma, H. Li, Q. Jiang, S. Gao, *PDLM: Privacy-Preserving Deep Learning Model on Cloud with Multiple Keys*, IEEE Transactions on Services Computing, 2018.
# - X. Liu, R. Deng, K.-K. R. Choo, J. Weng, *An Efficient Privacy-Preserving Outsourced Calculation Toolkit With Multiple Keys*, IEEE TIFS 11, 2016: DT-PKC.
# - E. Bresson, D. Catalano, D. Pointcheval, *A Simple Public-Key Cryptosystem with a Double Trapdoor Decryption Mechanism and Its Applications*, ASIACRYPT 2003.
# - C. Esposito, X. Su, S. Aljawarneh, C. Choi, *Securing Collaborative Deep Learning in Industrial Applications Within Adversarial Scenarios*, IEEE TII 14, 2018.
# - R. Avenhaus, B. von Stengel, S. Zamir, *Inspection Games*, Handbook of Game Theory 3, 2002.
#
# ## Quiz
#
# 1. Why does the strong key open ciphertexts of every user?
#    <details><summary>Answer</summary>The power of h in T1 is a power of g, and g to the strong key
#    is 1. What is left is the message times the strong key.</details>
# 2. Why does the crypto server not need T2?
#    <details><summary>Answer</summary>T2 is there to make h^s with the weak key. The strong key makes h^s
#    disappear without knowing it.</details>
# 3. A court uploads under a wrong key of its own. Who notices?
#    <details><summary>Answer</summary>Nobody: the strong key opens it all the same, and it is trained
#    on.</details>
# 4. In equilibrium, why does the penalty change what the cloud does, and not what the attacker does?
#    <details><summary>Answer</summary>Each side's rate makes the other side indifferent, so it follows from
#    the other side's payoffs.</details>
