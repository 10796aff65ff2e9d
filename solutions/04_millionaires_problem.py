# %% [markdown]
# # 4. The millionaires' problem
#
# **After this chapter you can**
#
# - run two parties as two objects, and as two processes, and read off the wire what each saw;
# - build Yao's first protocol of 1982 and break it wherever a step is left out;
# - build oblivious transfer, test both of its secrecies, and read a choice off a weak random number;
# - compute on shares of bits and of numbers, and say what a comparison costs in each way;
# - explain, with your own measurements, why a ReLU is dear where a matrix product is cheap.
#
# *Time: 85 minutes in class: 29 reading, 6 at the widgets, 50 exercises. At home: 50
# minutes. Needs: chapter 1, remainders modulo n. Runs in under half a minute.*

# %%
import random
import secrets
from dataclasses import replace
from functools import partial

import numpy as np

from ppdl_course.checks import millionaires_problem as checks
from ppdl_course.checks.verdict import checking, require
from ppdl_course.data import load_law_cases
from ppdl_course.figures import millionaires_problem as figures
from ppdl_course.mpc.millionaires import attacks, yao
from ppdl_course.mpc.sharing import additive
from ppdl_course.mpc.sharing.gmw import BooleanParty, deal_triples, play_comparison
from ppdl_course.mpc.transfer import oblivious_transfer as ot
from ppdl_course.parties import views
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.costs import step, timed
from ppdl_course.parties.processes import Program, launch
from ppdl_course.parties.threads import run
from ppdl_course.publickey import groups
from ppdl_course.publickey.groups import MODP_2048, SMALL_GROUP, ModGroup
from ppdl_course.publickey.rsa import PrivateKey, PublicKey
from ppdl_course.widgets.millionaires_problem import list_explorer
from ppdl_course.widgets.player import player

# %% [markdown]
# ## 4.1 Two numbers nobody may hear
#
# Yusuf Dunnheim, 19, is accused of robbery. The case can be settled if he compensates the person
# he robbed. His lawyer, **Alice**, knows what the family can pay: at most $i$ thousand. The
# victim's lawyer, **Bob**, knows what the victim would accept: at least $j$ thousand. If
# $i \geq j$ they should talk; if not, going to court is cheaper for all. But whoever names a
# number first has lost: if Bob hears that the family could pay 9, he will not accept 6.

# %%
yusuf = load_law_cases().records[1]
assert yusuf.name == "Yusuf Dunnheim"
print(f"{yusuf.name}, {yusuf.charge}, {yusuf.amount} taken, settled: {yusuf.settled}")

# %% [markdown]
# Yao asked in 1982 how two millionaires find out who is richer and *nothing else* (the survey's
# [13]). It is the same question.
#
# | | in this chapter |
# |---|---|
# | **adversary** | one of the two: follows the protocol, then studies all it saw (*passive*). Where an *active* one, who sends what it likes, would win, we say so and show it |
# | **sees** | its own secrets and every message of the transcript |
# | **protected** | $i$ and $j$, up to what the answer tells |
# | **not protected** | the answer itself; who repeats the question with other numbers |
# | **costs** | measured: seconds, messages, bytes, rounds |
#
# **Predict.** A judge whom both trust could hear both numbers and say yes or no. Can two
# people alone get the same result, with neither learning more than from the judge? Write
# yes or no, and why.

# %% [markdown]
# ## 4.2 Two parties and a wire
#
# A party is an object that holds what it knows and one end of a `Channel`. Everything that
# crosses is bytes; the channel counts them and keeps the transcript. Here is a conversation
# without any protection:

# %%
with Channel("Alice", "Bob") as channel:
    alice, bob = channel.ends
    alice.send("offer", 7)
    bob.send("answer", bob.receive("offer") >= 8)
    print("enough:", alice.receive("answer"))


# %%
def size_of(record):
    messages = len(record.messages)
    return f"{record.bytes} bytes, {messages} messages, {record.rounds} rounds"


size_of(channel)

# %% [markdown]
# A **round** ends when a party has to wait: a message's round is one more than the last round
# its sender had heard. A view is what one party saw. What does Bob's show?

# %%
[(message.label, message.payload) for message in channel.view("Bob")]

# %% [markdown]
# ## 4.3 Yao's first protocol
#
# Both numbers are in $1..R$. Alice has a **trapdoor permutation**: everyone can compute $E$, only she
# can invert it, with $D$. Ours is textbook RSA on $0..n-1$ (chapter 9 says why nobody
# encrypts messages that way).
#
# 1. Alice sends $E$ to Bob.
# 2. Bob draws $x$ in $0..n-1$ and sends $m = E(x) - j + 1$.
# 3. Alice computes $y_u = D(m + u - 1)$ for $u = 1..R$. One of them, $y_j$, is $x$. She
#    cannot tell which.
# 4. She draws a random prime $p$ of half the length of $n$, again and again until the
#    $z_u = y_u \bmod p$ are at least 2 apart, around $p$ as well.
# 5. She sends $p$ and the list $w$: $z_u$ for $u \leq i$, and $z_u + 1$ for $u > i$.
# 6. Bob looks at his entry: $w_j = x \bmod p$ means $i \geq j$. He tells Alice.
#
# All steps with numbers small enough to follow ($n = 11 \cdot 17$, $R = 5$, $i = 3$, $j = 2$):

# %%
tiny = PrivateKey.from_primes(11, 17, e=3)
x, i, j = 77, 3, 2
bob = yao.Bob(j, 5, tiny.public, randbelow=lambda n: x)  # so that x is 77, this once
y = [tiny.decrypt((bob.m + u) % tiny.public.n) for u in range(5)]
print("Bob sends", bob.m, "  Alice gets", y, "  and x is y_2:", y[1] == x)

# %%
alice = yao.Alice(i, 5, tiny, prime_bits=5, randbelow=lambda n: 7)  # p = 16 + 7
p, w = alice.raised_list(y)
z = [value % p for value in y]
print("p", p, " z", z, "gap", yao.gap(z, p), " w", w)
print("x mod p", x % p, " i >= j:", w[j - 1] == x % p)
assert (w[j - 1] == x % p) == (i >= j)

# %% [markdown]
# ### Exercise 4.1: Bob's question
#
# *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>Why must the difference be taken modulo n? Think of E(x) = 0.</details>
# <details><summary>Hint 2</summary>If Alice could guess x, she would find it among her candidates. Which
# module of Python draws numbers that nobody guesses?</details>


# %% exercise="bob_question"
def bob_question(j: int, public: PublicKey) -> tuple[int, int]:
    """Return Bob's secret x and his question m = E(x) - j + 1 modulo n.

    x is fresh and uniform in 0..n-1: nothing is kept from one call to the next. ``public.encrypt`` is E, ``public.n`` is n.
    """
    # BEGIN SOLUTION
    x = secrets.randbelow(public.n)
    return x, (public.encrypt(x) - j + 1) % public.n
    # END SOLUTION


# %% check="bob_question" points=2
with checking("bob_question"):
    checks.check_bob_question(bob_question)
    # BEGIN HIDDEN TESTS
    key = yao.make_key(64)
    for hidden_j in range(1, 11):
        hidden_x, hidden_m = bob_question(hidden_j, key.public)
        back = key.decrypt((hidden_m + hidden_j - 1) % key.public.n)
        require(back == hidden_x, f"for j = {hidden_j} Alice's y_j is not x.")
    # END HIDDEN TESTS

# %% [markdown]
# ### Exercise 4.2: Alice's list
#
# *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*
#
# This list is easy to get almost right. Test the borders: $i = 1$, $i = R$,
# and an entry with $z_u = p - 1$.
#
# <details><summary>Hint 1</summary>For i = j the answer is yes, so Bob must find x itself at place i.</details>
# <details><summary>Hint 2</summary>An entry equal to p cannot be a remainder. What would Bob conclude?</details>


# %% exercise="alice_list"
def alice_list(i: int, y: list[int], p: int) -> list[int]:
    """Return w_1..w_R: y_u mod p for u <= i, and y_u + 1 mod p for u > i.

    ``y[0]`` is y_1. The prime p keeps the remainders apart; that is checked already.
    """
    # BEGIN SOLUTION
    return [(value + (u > i)) % p for u, value in enumerate(y, 1)]
    # END SOLUTION


# %% check="alice_list" points=2
with checking("alice_list"):
    checks.check_alice_list(alice_list)
    # BEGIN HIDDEN TESTS
    key = yao.make_key(64)
    for hidden_i, hidden_j in np.ndindex(10, 10):
        bob = yao.Bob(hidden_j + 1, 10, key.public)
        candidates = yao.Alice(hidden_i + 1, 10, key).candidates(bob.m)
        hidden_p, _ = yao.Alice(hidden_i + 1, 10, key).raised_list(candidates)
        answer = bob.answer(
            hidden_p, list(alice_list(hidden_i + 1, candidates, hidden_p))
        )
        require(answer == (hidden_i >= hidden_j), "Bob reads the wrong answer.")
    # END HIDDEN TESTS

# %% [markdown]
# The package holds the same steps as two classes, `Alice` and `Bob`, and two programs that
# play them over a channel. All 100 pairs for $R = 10$, with a toy key of 64 bits:


# %%
def settle(i, j, size=10, key_bits=64, **options):
    alice = partial(yao.play_alice, i=i, size=size, key_bits=key_bits)
    bob = partial(yao.play_bob, j=j, size=size)
    with Channel("Alice", "Bob", **options) as wire:
        return run(wire, alice, bob), wire


# %%
for i, j in np.ndindex(10, 10):
    assert settle(i + 1, j + 1)[0] == [i >= j] * 2
print("100 pairs right, for both parties")

# %% [markdown]
# ### The protocol, message by message
#
# Alice can pay 7, Bob wants 8. Step through. Then choose *view of Bob*: what is left of
# Alice's number?

# %%
_, wire = settle(7, 8)
player(wire)

# %% [markdown]
# Now the range. **Predict:** Bob takes his view and you move $i$ from 5 to 9 while $j = 4$. What
# changes in his picture? And what happens to the work if $R$ grows from 10 to 50?

# %%
list_explorer()

# %% [markdown]
# Nothing that he can use changes (all numbers are redrawn at each run), and the work follows
# $R$. That is the price of this protocol: Alice decrypts once for *each possible value*. Numbers of
# 32 bits would need four thousand million decryptions.


# %%
def list_cost(size, key):
    alice = partial(yao.play_alice, i=3, size=size, key=key)
    return timed("Yao's list", alice, partial(yao.play_bob, j=4, size=size))[1]


# %%
ranges, by_key = (8, 16, 32, 64), {}
for bits in (1024, 2048):
    ready = yao.make_key(bits)
    by_key[f"{bits} bits"] = [list_cost(size, ready) for size in ranges]
figures.growth(ranges, by_key)

# %%
for name, costs in by_key.items():
    steps = np.diff([cost.bytes for cost in costs]) / np.diff(ranges)
    print(f"key of {name}: each further value costs {steps.round(1)} bytes")
    assert np.ptp(steps) < 1

# %% [markdown]
# The bytes lie on a straight line, the time nearly so: the random search for $p$ comes on top. The key was made
# beforehand. A word on sizes: the toy key of 64 bits falls in the next section, 1,024 bits are no longer
# considered secure, 2,048 are adequate.

# %% [markdown]
# ## 4.4 What does each of them see?
#
# **Alice** sees $m$. $E$ is a permutation and $x$ is uniform, so $E(x)$ is uniform, and shifting a
# uniform number modulo $n$ leaves it uniform: $m$ has the same distribution for every $j$.
# That holds whatever she computes, for all time.
#
# **Bob** sees $p$ and $w$. He knows $y_j$ and no other $y_u$. Alice's privacy rests
# on his not being able to invert $E$. We compare what he sees for $i = 3$ and
# $i = 4$ when $j = 2$: entry 4 was raised in one case only. Eight bins, and a chi-square
# test that must not complain about equal distributions more often than once in a million.
# How large a difference must it catch? We take Cohen's effect size 0.5, by convention a
# large one: as if in every bin the two counts differed by half of their mean.

# %%
needed = views.samples_needed(effect=0.5, cells=8, pair=True)
sure = views.power(0.5, needed, 8, pair=True)
print(f"{needed} runs for each i catch an effect of 0.5 with power {sure:.7f}")


# %%
key = yao.make_key(64)


def entry_4(i):
    bob, alice = yao.Bob(2, 10, key.public), yao.Alice(i, 10, key)
    p, w = alice.raised_list(alice.candidates(bob.m))
    return 8 * w[3] // p  # the number of its bin


# %%
three, four = ([entry_4(i) for _ in range(needed)] for i in (3, 4))
same = views.p_value(three, four)
assert same > views.FALSE_ALARM
figures.two_views(three, four, names=("i = 3", "i = 4"), p=same)

# %% [markdown]
# A test of eight bins is not a proof: it catches the leaks it was built for. So we go on and
# attack. Every step is there for a reason. Leave it out, and somebody reads what they
# should not. The attacks get only what their party has.
#
# **$x$ from a small range.** Bob is lazy and draws $x$ below 1,000. Alice decrypts all her
# candidates anyway. **Predict** which one she will notice.

# %%
lazy = yao.Bob(6, 10, key.public, randbelow=lambda n: secrets.randbelow(1000))
print("Alice finds j among", attacks.find_j(key, lazy.m, 10, bound=1000))

# %% [markdown]
# The only small one: $x$ itself, and its place is $j$.
#
# **The same $x$ twice.** Bob asks again with another number and keeps his $x$. He has a generator
# with a fixed state, say.

# %%
first, second = (yao.Bob(j, 10, key.public, randbelow=lambda n: n // 3) for j in (2, 9))
shift = attacks.shift_between(first.m, second.m, key.public.n)
print("Alice learns that j grew by", shift)

# %% [markdown]
# **A key that can be factored.** Bob factors $n$ and computes all of Alice's candidates. For 64
# bits this takes a page of Python:

# %%
alice, bob = yao.Alice(7, 10, key), yao.Bob(2, 10, key.public)
p, w = alice.raised_list(alice.candidates(bob.m))
broken = PrivateKey.from_primes(*attacks.factor(key.public.n), e=key.public.e)
y = [broken.decrypt((bob.m + u) % key.public.n) for u in range(10)]
print("Bob finds i =", attacks.find_i(y, p, w))
assert attacks.find_i(y, p, w) == 7

# %% [markdown]
# **No permutation at all** ($E(x) = x$) is the same attack without the factoring: Bob knows that
# $y_u = m + u - 1$.
#
# **A prime that is too short.** The $z_u$ are at least 2 apart. So if one entry is another plus 1,
# the larger was raised and the smaller was not, and $i$ lies between their places. How often
# does that happen?


# %%
def is_caught(bits):
    alice, bob = yao.Alice(5, 10, key, prime_bits=bits), yao.Bob(2, 10, key.public)
    low, high = attacks.bracket(*alice.raised_list(alice.candidates(bob.m)))
    assert low <= 5 <= high
    return (low, high) != (1, 10)


for bits in (8, 10, 12, 32):
    share = np.mean([is_caught(bits) for _ in range(200)])
    print(f"p of {bits:2} bits: {share:5.1%} of the lists give a bound on i")

# %% [markdown]
# **A prime that is too long, or none.** A $p$ above $n$ reduces nothing, as if it were left out.
# This one is yours.
#
# ### Exercise 4.3: find Alice's number
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# Alice leaves out step 4 and sends $y_u$ for $u \leq i$ and $y_u + 1$ for $u > i$, not reduced. You are
# Bob. You have $E$, your question $m$ and her list. You cannot decrypt. Find $i$ exactly.
#
# <details><summary>Hint 1</summary>You cannot compute D. But you can check a guess of D(c): how?</details>
# <details><summary>Hint 2</summary>You know what E(y_u) is. Which entries keep to it?</details>


# %% exercise="find_i"
def find_i(public: PublicKey, m: int, w: list[int]) -> int:
    """Return i from a list that was not reduced modulo a prime.

    ``w[0]`` is w_1. Entry u, below n, is y_u if u <= i and y_u + 1 if u > i, where
    E(y_u) = m + u - 1 modulo n.
    """
    # BEGIN SOLUTION
    n = public.n
    return sum(public.encrypt(entry) == (m + u) % n for u, entry in enumerate(w))
    # END SOLUTION


# %% check="find_i" points=2
with checking("find_i"):
    checks.check_find_i(find_i)
    # BEGIN HIDDEN TESTS
    key = yao.make_key(64)
    for hidden_i in range(1, 11):
        wraps = [key.public.n - 3] if hidden_i > 2 else []  # y_3 = n - 1 stays a number
        for hidden_m in (0, 5, *wraps, secrets.randbelow(key.public.n)):
            checks.unreduced_list_is_read(find_i, key, hidden_i, m=hidden_m)
    # END HIDDEN TESTS

# %% [markdown]
# **The distance of 2.** Against a passive Bob it does nothing. But suppose Bob does not follow the protocol.
# He asks $m = -1$. Then $y_1 = D(-1) = -1$, $y_2 = D(0) = 0$ and $y_3 = D(1) = 1$: RSA leaves these
# where they are, and he knows three candidates without the trapdoor.

# %%
active = attacks.ActiveBob(key.public)
careless = yao.Alice(2, 10, key, least_gap=1)
p, w = careless.raised_list(careless.candidates(active.m))
print("three answers for one:", active.answer(p, w), "so i is exactly 2")

# %%
careful = yao.Alice(2, 10, key)
try:
    careful.raised_list(careful.candidates(active.m))
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# 0 and 1 are never 2 apart, whatever $p$, so a careful Alice stops. And the **last step**: Bob tells
# her the answer. If he lies, she never knows. Passive security is a promise about the curious, not
# about the dishonest.
#
# ## 4.5 Two processes
#
# So far both parties were objects in one process. Now each gets a process of its own and they
# talk over TCP on this machine. Their secret numbers reach them through a pipe: a command line
# is visible to every user of the machine. The key has 2,048 bits.

# %%
module = "ppdl_course.mpc.millionaires.yao"
alice = Program("Alice", f"{module}:play_alice", (7, 10, 2048))
outcome = launch(alice, Program("Bob", f"{module}:play_bob", (8, 10)))
print(outcome.results, f"{outcome.seconds:.2f} s,", size_of(outcome.transcript))

# %%
for (sender, receiver), count in outcome.transcript.counts().items():
    print(sender, "->", receiver, count)

# %% [markdown]
# The bytes counted in memory are the bytes on the socket. Compare two runs of the same sizes
# (numbers drawn at random are sometimes a byte shorter):

# %%
in_memory, on_socket = (settle(7, 8, 10, 256, tcp=tcp)[1] for tcp in (False, True))
print(in_memory.bytes, on_socket.bytes)
assert abs(in_memory.bytes - on_socket.bytes) <= 12

# %% [markdown]
# ## 4.6 Oblivious transfer
#
# The list grows with the *range*. To grow with the number of *bits* instead, we need a smaller brick:
# **oblivious transfer** (OT). The sender has two strings $s_0, s_1$. The receiver has a bit $c$ and
# gets $s_c$. The sender does not learn $c$; the receiver does not learn the other string.
#
# We build it in a group where logarithms are hard, generated by $g$ of prime order $q$ (Chou and
# Orlandi, 2015). $H$ is a hash.
#
# 1. Sender: $a$ random, sends $A = g^a$.
# 2. Receiver: $b$ uniform in $0..q-1$, sends $B = A^c\, g^b$.
# 3. Sender: keys $k_0 = B^a$, $k_1 = (B/A)^a$; sends $e_0 = s_0 \oplus H(k_0)$, $e_1 = s_1 \oplus H(k_1)$.
# 4. Receiver: $k_c = A^b$, and $s_c = e_c \oplus H(k_c)$.
#
# In the group of 11 elements modulo 23, with $a = 3$, $b = 5$ and $c = 1$:

# %%
toy, a, b, c = groups.TOY_GROUP, 3, 5, 1
sender = ot.Sender(toy, randbelow=lambda q: a)
receiver = ot.Receiver([c], sender.public_key, toy, randbelow=lambda q: b)
A, B = sender.public_key[0], receiver.blinded[0][0]  # an element is one byte here
print("A", A, " B", B)

# %%
keys = pow(B, a, toy.p), pow(toy.quotient(B, A), a, toy.p)
print("sender's keys", keys, " receiver's key", pow(A, b, toy.p))
assert pow(A, b, toy.p) == keys[c] != keys[1 - c]

# %% [markdown]
# Why is $c$ hidden? As $b$ runs through $0..q-1$, so does $g^b$ through the group, and multiplying the
# whole group by $A$ gives the whole group again. Every $B$ occurs exactly once for either $c$:


# %%
def B_for(c, b):
    return ot.Receiver([c], sender.public_key, toy, randbelow=lambda q: b).blinded[0][0]


for c in (0, 1):
    print(c, sorted(B_for(c, b) for b in range(11)))

# %% [markdown]
# That needs $A$ to *be* in the group. Suppose the sender cheats and sends an $A$ outside. Then $B$ is in
# the group for $c = 0$ and outside for $c = 1$, and one power tells:

# %%
outside = MODP_2048.p - 1
inside = MODP_2048.base_power(MODP_2048.exponent())
for c, B in enumerate((inside, MODP_2048.product(outside, inside))):
    in_group = pow(B, MODP_2048.q, MODP_2048.p) == 1
    print(f"c = {c}: the sender reads", 0 if in_group else 1)

# %% [markdown]
# ### Exercise 4.4: the receiver's message
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# `randbelow(k)` gives you a random number in $0..k-1$. An element $A$ is in the group exactly if
# $1 \leq A < p$ and $A^q = 1$ modulo $p$.
#
# <details><summary>Hint 1</summary>How many different exponents are there? A power repeats after q steps.</details>
# <details><summary>Hint 2</summary>First refuse, then draw, then multiply.</details>


# %% exercise="blind"
def blind(
    c: int, A: int, group: ModGroup, randbelow=secrets.randbelow
) -> tuple[int, int]:
    """Return the receiver's secret b, uniform in 0..q-1, and B = A^c g^b modulo p.

    The group has the attributes p, q and g. Draw with ``randbelow``, once.
    Raise ValueError if A is not in the group.
    """
    # BEGIN SOLUTION
    if not (1 <= A < group.p and pow(A, group.q, group.p) == 1):
        raise ValueError(f"A is not in the group: {A}")
    b = randbelow(group.q)
    return b, pow(A, c, group.p) * pow(group.g, b, group.p) % group.p
    # END SOLUTION


# %% check="blind" points=3
with checking("blind"):
    checks.check_blind(blind)
    # BEGIN HIDDEN TESTS
    hidden_A = SMALL_GROUP.base_power(SMALL_GROUP.exponent())
    for hidden_c in (0, 1):
        hidden_b, hidden_B = blind(hidden_c, hidden_A, SMALL_GROUP)
        wanted = SMALL_GROUP.base_power(hidden_b) * hidden_A**hidden_c % SMALL_GROUP.p
        require(hidden_B == wanted, "B is wrong in a larger group.")
    # END HIDDEN TESTS

# %% [markdown]
# In the package any number of transfers share three messages. The same code runs in RFC 3526's group of
# 2,048 bits and on the elliptic curve P-256, whose multiplications `cryptography` computes.

# %%
strings = [(b"pay 5 now", b"pay 9 now"), (b"meet noon", b"meet nine")]
for name, group in (("2,048-bit group", MODP_2048), ("P-256", groups.P256)):
    send = partial(ot.send_strings, pairs=strings, group=group)
    receive = partial(ot.receive_strings, choices=[1, 0], group=group)
    results, cost = timed(name, send, receive)
    print(name, results[1], f"{cost.bytes} bytes, {cost.seconds:.2f} s")

# %% [markdown]
# Take the receiver's view in the player. Both ciphertexts arrive, yet only one opens. **Predict:** what
# does the sender's view say about the choices?

# %%
send = partial(ot.send_strings, pairs=strings)
with Channel("Sender", "Receiver") as wire:
    run(wire, send, partial(ot.receive_strings, choices=[1, 0]))
player(wire, caption="Take the sender's view: which of the strings were chosen?")

# %% [markdown]
# Nothing: it holds one $B$ for each transfer, and each $B$ is as likely for $c = 0$ as for $c = 1$.
#
# ### Find the leak
#
# A published course draws its secret exponents like this. The group has enough bits; the formulas are
# right; every test of delivery passes.

# %%
seed = 1_700_000_123  # the second in which the process started
leaky_A = SMALL_GROUP.base_power(SMALL_GROUP.exponent())
leaky_b = random.Random(seed).randrange(SMALL_GROUP.q)
leaky_B = SMALL_GROUP.product(leaky_A, SMALL_GROUP.base_power(leaky_b))  # c is 1

# %% [markdown]
# `random` is made for statistics: same seed, same numbers. Whoever knows roughly when the process started has
# few seeds to try.
#
# ### Exercise 4.5: read the choice
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# You are the sender and passive: you followed the protocol and received $B$. You suspect that
# $b$ was draw number {{DRAW}} of a generator `random.Random(seed)`, each draw a `randrange(q)`, with a
# seed from a given collection. The draws before it were used for something else.
#
# <details><summary>Hint 1</summary>For each seed you can compute b, so you can compute both B's that it would give.</details>
# <details><summary>Hint 2</summary>Make the generator once for each seed. Each call of its randrange is a draw.</details>

# %% varies="recover_choice"
DRAW = 3  # of 2, 3, 4, 5, 6


# %% exercise="recover_choice"
def recover_choice(A: int, B: int, group: ModGroup, seeds) -> int | None:
    """Return the receiver's choice c, or None if no seed explains B.

    B = A^c g^b modulo p, where b is draw number DRAW = {{DRAW}}, counted from 1, of
    ``randrange(group.q)`` from one generator ``random.Random(seed)``.
    """
    # BEGIN SOLUTION
    for seed in seeds:
        generator = random.Random(seed)
        b = [generator.randrange(group.q) for _ in range(DRAW)][-1]
        for c in (0, 1):
            if pow(A, c, group.p) * group.base_power(b) % group.p == B:
                return c
    return None
    # END SOLUTION


# %% check="recover_choice" points=2
with checking("recover_choice"):
    checks.check_recover_choice(recover_choice, draw=DRAW)
    # BEGIN HIDDEN TESTS
    hidden_seeds = [7, 40_000, 3, 2**33]
    for hidden_c in (0, 1):
        for hidden_seed in hidden_seeds:
            checks.leaky_choice_is_found(
                recover_choice, hidden_c, hidden_seed, hidden_seeds, draw=DRAW
            )
    honest = SMALL_GROUP.base_power(12345)
    checks.leaky_choice_is_found(recover_choice, 1, 3, [5, 3], MODP_2048, draw=DRAW)
    found = recover_choice(SMALL_GROUP.base_power(99), honest, SMALL_GROUP, range(20))
    require(found is None, "no seed explains this B, yet a choice was returned.")
    # END HIDDEN TESTS

# %% [markdown]
# ### Exercise 4.6: repair it
#
# *Difficulty 1/5. Importance 4/5. At home, 5 minutes.*
#
# <details><summary>Hint 1</summary>A better seed is no repair: the generator itself gives its state away
# after enough outputs.</details>


# %% exercise="draw_exponent"
def draw_exponent(q: int) -> int:
    """Return a secret exponent, uniform in 0..q-1, that nobody can predict.

    Nothing is kept from one call to the next.
    """
    # BEGIN SOLUTION
    return secrets.randbelow(q)
    # END SOLUTION


# %% check="draw_exponent" points=1
with checking("draw_exponent"):
    checks.check_draw_exponent(draw_exponent)
    # BEGIN HIDDEN TESTS
    small = {int(draw_exponent(3)) for _ in range(200)}
    require(small == {0, 1, 2}, "for q = 3 each of 0, 1 and 2 must occur.")
    # END HIDDEN TESTS

# %% [markdown]
# ## 4.7 Computing on shares
#
# Split a bit $v$ into two **shares** with $v_0 \oplus v_1 = v$, one for each party. Either alone is a fair
# coin. Xor is free: each party xors its own shares. AND is the problem: $(x_0 \oplus x_1)(y_0 \oplus y_1)$ has the terms
# $x_0 y_1$ and $x_1 y_0$ that neither can compute alone. Goldreich, Micali and Wigderson (1987) get them by OT.
#
# Beaver (1991) moves the OT before the input is known. A **triple** is $a, b$ random and $c = ab$, all shared.
# To multiply $x$ and $y$, both open $d = x \oplus a$ and $e = y \oplus b$. These are one-time pads: fair coins, whatever
# $x$ and $y$ are. Now
#
# $$xy = (d \oplus a)(e \oplus b) = de \oplus d\,b \oplus e\,a \oplus c.$$
#
# ### Exercise 4.7: an AND gate
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# $d$ and $e$ are known to both; $a$, $b$ and $c$ are the party's own shares. Which terms can a party
# compute on shares, and what about $de$?
#
# <details><summary>Hint 1</summary>d b is linear in the shares of b: each party takes its own share.</details>
# <details><summary>Hint 2</summary>Both parties know d e. If both add it, it cancels.</details>


# %% exercise="and_share"
def and_share(party: int, d: int, e: int, a: int, b: int, c: int) -> int:
    """Return the party's share of the product x and y: a bit, 0 or 1.

    party is 0 or 1, a, b and c are its shares of the triple. The shares of both parties
    must have the xor x and y, for every triple; either party may add d e.
    """
    # BEGIN SOLUTION
    share = c ^ (d & b) ^ (e & a)
    return share ^ (d & e) if party == 0 else share
    # END SOLUTION


# %% check="and_share" points=2
with checking("and_share"):
    checks.check_and_share(and_share)
    # BEGIN HIDDEN TESTS
    hidden = deal_triples(200)
    x, y = (np.array([secrets.randbelow(2) for _ in range(200)]) for _ in "xy")
    for k in range(200):
        parts = [(int(t.a[k]), int(t.b[k]), int(t.c[k])) for t in hidden]
        d = int(x[k]) ^ parts[0][0] ^ parts[1][0]
        e = int(y[k]) ^ parts[0][1] ^ parts[1][1]
        got = and_share(0, d, e, *parts[0]) ^ and_share(1, d, e, *parts[1])
        require(got == x[k] * y[k], "wrong product with a dealt triple.")
    # END HIDDEN TESTS

# %% [markdown]
# What is opened must not depend on $x$ and $y$. We look at what Bob receives while both parties compute
# $x \wedge y$ on thousands of gates, once with all inputs 0 and once with all 1:


# %%
def opened(bit, gates=4000):
    triples, inputs = deal_triples(gates), np.full(gates, bit, np.uint8)
    with Channel("Alice", "Bob") as wire:
        alice, bob = map(BooleanParty, wire.ends, (0, 1), triples)
        x = run(wire, lambda _: alice.share(inputs), lambda _: bob.receive_share(gates))
        run(wire, lambda _: alice.and_(x[0], x[0]), lambda _: bob.and_(x[1], x[1]))
    return np.unpackbits(wire.view("Bob")[-1].payload)


# %%
zeros, ones = opened(0), opened(1)
p_value = views.p_value(zeros, ones)
print("share of ones:", zeros.mean(), ones.mean(), f" p-value: {p_value:.3f}")
assert p_value > views.FALSE_ALARM

# %% [markdown]
# ### The same question, answered on bits
#
# $j > i$ exactly if $j + \overline{i}$ (all bits of $i$ flipped) has a carry out of the top bit. A carry needs one
# AND gate a bit, one after the other; as a tree it needs twice the gates, but only
# $\log_2$ of the rounds. Here are all ways side by side. The triples come from OT on P-256 and are in the count; Yao's key
# has 2,048 bits.


# %%
def by_list(bits, i=5, j=6):
    size = 2**bits
    alice = partial(yao.play_alice, i=i % size + 1, size=size, key_bits=2048)
    return timed("list", alice, partial(yao.play_bob, j=j % size + 1, size=size))


# %%
def on_bits(bits, i=5, j=6, tree=True):
    play = partial(play_comparison, bits=bits, tree=tree)
    alice = partial(play, party=0, number=i % 2**bits)
    bob = partial(play, party=1, number=j % 2**bits)
    return timed("tree" if tree else "bit by bit", alice, bob)


# %% [markdown]
# The third way works on whole numbers: $x = x_0 + x_1$ modulo $2^{64}$. Then $i - j$ costs nothing, and its sign is the top
# bit of a sum. Only that needs AND gates. The triples come from a **dealer**, a third party who sees no input
# and must collude with nobody. It works beforehand, on a channel of its own, so what it sends is not in this row.


# %%
def from_dealer(**sizes):
    received, both = [], additive.deal(**sizes)
    with Channel("Dealer", "Alice", "Bob") as wire:
        for name, supplies in zip(("Alice", "Bob"), both, strict=True):
            additive.send_supplies(wire["Dealer"], name, supplies)
            received.append(additive.receive_supplies(wire[name], "Dealer"))
    return received, wire.bytes


# %%
def is_at_least(end, party, number, supplies):
    me = additive.ArithmeticParty(end, party, supplies)
    mine, other = me.share(np.array([number])), me.receive_share()
    difference = mine - other if party == 0 else other - mine
    return not me.boolean.open(me.negative(difference))[0]


# %%
def on_numbers(i=5, j=6):
    (first, second), _ = from_dealer(relus=1)
    alice = partial(is_at_least, party=0, number=i, supplies=first)
    bob = partial(is_at_least, party=1, number=j, supplies=second)
    return timed("numbers of 64 bits, dealer", alice, bob)


# %%
runs = {"list, 5 bits": by_list(5), "bit by bit, 5 bits": on_bits(5, tree=False)}
runs |= {f"tree, {bits} bits": on_bits(bits) for bits in (5, 32)}
runs["numbers of 64 bits, dealer"] = on_numbers()
assert all(answers == [False, False] for answers, _ in runs.values())
named = [replace(cost, method=name) for name, (_, cost) in runs.items()]
figures.cost_table(named, caption="Is i >= j?")

# %% [markdown]
# Chapter 5 adds a row to this table: a garbled circuit, with a fixed number of rounds. Rounds matter: between two cities each one
# costs milliseconds of waiting, whatever the computer does.

# %%
for cost in named:
    far = cost.over_network(latency=0.02, bandwidth=12.5e6)
    print(f"{cost.method:30} {far:6.2f} s over 20 ms of distance and 100 Mbit/s")

# %% [markdown]
# ## 4.8 Why ReLU is the dear part
#
# The survey remarks that nonlinear activations are what makes secure computation of networks
# expensive. We can now measure it. One layer on shares: 32 cases of 64 numbers, 32 units, then a ReLU. The weights are
# shared as well. **Predict** the ratio of the bytes: ReLU to matrix product.

# %%
rng = np.random.default_rng(4)
cases = rng.integers(-4096, 4096, (32, 64))
weights = rng.integers(-4096, 4096, (64, 32))
supplies, _ = from_dealer(linear=(32, 64, 32), relus=32 * 32)
wire = Channel("Alice", "Bob")
alice, bob = map(additive.ArithmeticParty, wire.ends, (0, 1), supplies)

# %%
x = run(wire, lambda _: alice.share(cases), lambda _: bob.receive_share())
w = run(wire, lambda _: alice.receive_share(), lambda _: bob.share(weights))
products = (lambda _: alice.matmul(x[0], w[0])), (lambda _: bob.matmul(x[1], w[1]))
z, linear = step("product", wire, *products)
print(f"{linear.bytes:,} bytes, {linear.rounds} round")

# %%
relus = (lambda _: alice.relu(z[0])), (lambda _: bob.relu(z[1]))
h, relu = step("ReLU", wire, *relus)
assert np.array_equal(additive.join(*h), np.maximum(cases @ weights, 0))
figures.layer_costs(linear, relu, latency=0.02, bandwidth=12.5e6)

# %% [markdown]
# The product opens each input once, in one round, however many products that makes. The ReLU opens bits for every gate of a
# 64-bit carry, in a chain of rounds that wait for each other. On one machine that hardly shows in the time; between two
# cities it is what you wait for. Per number that comes out:

# %%
ratio = relu.bytes / linear.bytes, relu.rounds / linear.rounds
print(f"product: {linear.bytes / 1024:.0f} bytes a number, {linear.rounds} round")
print(f"ReLU:    {relu.bytes / 1024:.0f} bytes a number, {relu.rounds} rounds")
print(f"ratio:   {ratio[0]:.1f} in bytes, {ratio[1]:.0f} in rounds")

# %% [markdown]
# And that is the *online* half. What did the dealer have to send beforehand?

# %%
print(f"product {from_dealer(linear=(32, 64, 32))[1]:,} bytes from the dealer")
print(f"ReLU    {from_dealer(relus=1024)[1]:,} bytes from the dealer")

# %% [markdown]
# So chapters 6 to 8 replace, approximate or garble the activations, and chapter 10 swaps them for polynomials.
#
# ## 4.9 What is still not protected
#
# Back to the prediction of section 4.1. Yes: two people can do without the judge. Alice learns the
# answer and nothing else, for all time; Bob the same, unless he can invert $E$. What the judge would
# not have prevented, they cannot either, and some of what he would have prevented is lost:
#
# - The **answer**. Bob learns $i \geq j$; if he may ask again with other numbers, he finds $i$ by bisection.
# - **Honesty.** Every party here follows the protocol. A wrong share or a lie in the last step goes unseen.
# - **Fairness.** Bob knows the answer first and may hang up.
#
# ### Question 4.8 (graded by hand)
#
# *Difficulty 3/5. Importance 4/5. At home, 15 minutes.*
#
# Bob proposes: "If the answer is no, we each change our number a little and run the protocol again, with fresh
# keys and fresh randomness, until it says yes. The protocol leaks nothing, so nothing is lost." In three or four
# sentences: is he right? What do the two learn after $k$ runs, and what would you change?

# %% [markdown] question="again_and_again" points=3
# **Model answer.** Each run leaks nothing *beyond its answer*, but the answers add up. If Alice keeps $i$ and Bob
# changes $j$, bisection finds $i$ after about $\log_2 R$ runs; if both creep towards each other, the first yes pins
# the two numbers to within the last step. Security of the protocol says that the transcript can be simulated from
# input and output; it says nothing about what the outputs of several runs reveal together, nor does it bind a party to
# its input. Change: allow one run for each case, or bind both to their numbers (commitments, a mediator who
# counts), or compute a function that reveals less often, for instance settle on the middle in one run.
#
# **Rubric.** 1 point: composition of outputs, not of transcripts, is the leak. 1 point: quantifies it (bisection,
# about log R runs, or the last step's width). 1 point: a remedy that limits or binds the inputs; "a better
# key" alone gives none.

# %% [markdown]
# ## Summary
#
# Bytes and rounds of your own runs, by the length of the numbers:

# %%
bits = (1, 2, 3, 4, 5, 8, 16, 32)
series = {
    "Yao's list": [by_list(k)[1] for k in bits[:4]],
    "XOR shares, bit by bit": [on_bits(k, tree=False)[1] for k in bits],
    "XOR shares, tree": [on_bits(k)[1] for k in bits],
}
figures.cost_by_bits(bits, series)

# %% [markdown]
# - Yao's list hides $j$ perfectly and $i$ as long as $E$ is hard to invert; it costs one decryption for each possible value.
# - Every step carries weight: small $x$, reused $x$, short key, short or missing prime, missing distance: each is an attack.
# - Oblivious transfer hides the choice perfectly, if exponents are uniform and elements are checked.
# - On shares, linear steps are free or cost one exchange; AND gates, and so comparisons and ReLU, cost bits and rounds.
# - Passive security is not honesty, and secrecy of a run is not secrecy of its answer.
#
# ## Further reading
#
# - [13] A. Yao, *Protocols for Secure Computations*, FOCS 1982.
# - T. Chou, C. Orlandi, *The Simplest Protocol for Oblivious Transfer*, LATINCRYPT 2015.
# - O. Goldreich, S. Micali, A. Wigderson, *How to Play Any Mental Game*, STOC 1987.
# - D. Beaver, *Efficient Multiparty Protocols Using Circuit Randomization*, CRYPTO 1991.
# - D. Evans, V. Kolesnikov, M. Rosulek, *A Pragmatic Introduction to Secure Multi-Party Computation*, 2018.
#
# ## Quiz
#
# 1. In Yao's list, who could read whose number if $E$ were easy to invert?
#    <details><summary>Answer</summary>Bob would read i. Alice would learn nothing new: m is uniform whatever she can compute.</details>
# 2. The answer for $i = j$?
#    <details><summary>Answer</summary>Yes: entry i is not raised.</details>
# 3. Why may a triple be used only once?
#    <details><summary>Answer</summary>Opened twice with the same a, x xor a and x' xor a give x xor x'.</details>
# 4. Twice the bits: what happens to the cost of the list, and of the tree?
#    <details><summary>Answer</summary>The list is squared (R becomes R squared); the tree doubles, plus one round.</details>
