# %% [markdown]
# # 5. Garbled circuits
#
# **After this chapter you can**
#
# - write a question as a Boolean circuit and count what it will cost;
# - garble a gate, from Yao's four shuffled rows to two half gates, and say what each step
#   saved and what it assumes;
# - hand out labels for ten thousand bits with 128 public-key operations;
# - run a cipher under a key that the owner of the data never sees;
# - break a garbled circuit that is used twice, and shares that are not reduced.
#
# *Time: 86 minutes in class: 30 reading, 6 at the widgets, 50 exercises. At home: 50 minutes.
# Needs: chapter 4. Runs in under half a minute.*

# %%
import hashlib
import secrets
from collections import Counter

import numpy as np

from ppdl_course.checks import garbled_circuits as checks
from ppdl_course.checks.verdict import checking, require
from ppdl_course.mpc.circuits import arithmetic
from ppdl_course.mpc.circuits.builder import ZERO, Builder
from ppdl_course.mpc.circuits.circuit import AND, from_bits, to_bits
from ppdl_course.parties import costs
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

# %% [markdown]
# ## 5.1 Two offers
#
# Hana Calderova, whom we met in chapter 1, is charged with robbery; the shop's insurer may
# drop its claim for money. She would pay at most $x$, the insurer takes no less than $y$.
# If $y < x$ there is room for a settlement. If not, neither side should have named its number: the next
# round of talks would start from it.
#
# It is the millionaires' problem of chapter 4, with numbers too large for its first answer.
# Yao's second answer computes *any* function that two people agree on.
#
# | | in this chapter |
# |---|---|
# | **adversary** | one of the two parties, who follows the protocol and then studies all it saw |
# | **sees** | garbler: choice messages of oblivious transfer. Evaluator: tables, one label for each wire |
# | **protected** | both inputs and every value inside the circuit |
# | **not protected** | the circuit, the sizes, and whatever the output itself tells |
# | **not at all** | anything against a garbler who garbles another circuit, or an evaluator who lies about the result |
# | **costs** | 32 bytes for each AND gate, a fixed number of rounds; measured in section 5.11 |
#
# ## 5.2 A question as a circuit
#
# A circuit has wires that carry bits, and gates. Two kinds are enough, with a wire that is always
# 1: **XOR** ($a+b$ modulo 2) and **AND** ($ab$). NOT is an XOR with that **constant 1**; without
# it, inputs that are all 0 would give 0 in every circuit. Numbers are *words*: lists of wires,
# lowest bit first. A `Builder` gives out wires and remembers gates.

# %%
b = Builder()
x, y = b.input(4), b.input(4)
circuit = b.build(arithmetic.add(b, x, y))
print("5 + 9 =", circuit.compute(5, 9))
print(circuit.gates, "gates,", circuit.and_gates, "of them AND")

# %% [markdown]
# Soon an AND gate will cost 32 bytes on the network and an XOR gate nothing. So the question is
# not how many gates an adder has but **how many of them are AND**.
#
# ### Exercise 5.1: a full adder with one AND
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# A full adder adds three bits: $x$, $y$ and the carry. The carry out is 1 if at least two of them
# are. The textbook writes it as $xy \lor xc \lor yc$, with three AND gates. Find one.
#
# <details><summary>Hint 1</summary>The sum needs no AND at all.</details>
# <details><summary>Hint 2</summary>If x = y, the carry out is x. If not, it is the old
# carry.</details>
# <details><summary>Hint 3</summary>For which bits is (x + c)(y + c) modulo 2 equal to 1? What is
# the carry out then?</details>


# %% exercise="full_adder"
def full_adder(b: Builder, x: int, y: int, carry: int) -> tuple[int, int]:
    """Return the wires (sum, carry out) of three bits, with at most one AND gate.

    x, y and carry are wires. b.xor(v, w), b.and_(v, w), b.inv(v), b.or_(v, w) and
    b.select(bit, one, zero) give new wires; or_ and select hold one AND gate each.
    """
    # BEGIN SOLUTION
    with_carry = b.xor(x, carry)
    both = b.and_(with_carry, b.xor(y, carry))
    return b.xor(with_carry, y), b.xor(carry, both)
    # END SOLUTION


# %% check="full_adder" points=2
with checking("full_adder"):
    checks.check_full_adder(full_adder)
    # BEGIN HIDDEN TESTS
    hidden = Builder()
    left, right = hidden.input(3), hidden.input(3)
    total, carry = [], ZERO
    for v, w in zip(left, right, strict=True):
        bit, carry = full_adder(hidden, v, w, carry)
        total.append(bit)
    adder = hidden.build([*total, carry])
    sums = all(adder.compute(v, w) == v + w for v in range(8) for w in range(8))
    require(sums, "three of your full adders in a row do not add numbers below 8")
    require(adder.and_gates <= 3, f"three full adders took {adder.and_gates} AND gates")
    # END HIDDEN TESTS

# %% [markdown]
# Put in a row, full adders add words. **Predict:** how many of the wires below change if you
# change the lowest bit of $x = 15$, if $y = 1$?

# %%
from ppdl_course.widgets.garbled_circuits import adder_explorer

adder_explorer()

# %% [markdown]
# Nine: $x_0$, all four carries and all four bits of the sum. One bit can run through the whole
# chain; with $y = 0$ it changes the lowest bit of the sum and nothing else. (Leave the second view
# for later.)
#
# The package builds the rest of arithmetic in the same way. What do the operations of a neural network cost in AND gates?

# %%
OPERATIONS = {
    "add": arithmetic.add,
    "x < y": arithmetic.less_than,
    "ReLU(x)": lambda b, x, y: arithmetic.relu(b, x),
    "maximum": arithmetic.maximum,
    "multiply": arithmetic.multiply,
    "divide": arithmetic.divide,
}

# %% [markdown]
# Each is built for two words of 8, 16 and 32 bits, and its AND gates are counted:


# %%
def and_gates(operation, width):
    b = Builder()
    return b.build(operation(b, b.input(width), b.input(width))).and_gates


print("width   " + "".join(f"{name:>10}" for name in OPERATIONS))
for width in (8, 16, 32):
    counts = [and_gates(f, width) for f in OPERATIONS.values()]
    print(f"{width:<8}" + "".join(f"{count:>10}" for count in counts))

# %% [markdown]
# A comparison is as cheap as an addition, which is the opposite of what encryption will say in
# part III. Multiplication and division are quadratic.
#
# Circuits travel as text files. This is **Bristol Fashion**: gates and wires; bits of each input;
# bits of each output; then a gate a line. Our question as such a file, with Hana's $x$ as its first
# input and the insurer's $y$ as its second:

# %%
from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.library import two_inputs


def can_settle(b, x, y):
    return arithmetic.less_than(b, y, x, signed=False)  # y < x


question = two_inputs(32, can_settle)
print("\n".join(bristol.write(question).splitlines()[:9]), "...")

# %% [markdown]
# ## 5.3 Four rows: a gate in disguise
#
# Yao's idea. One party, the **garbler**, draws two random strings for each wire $A$, its *labels*:
# $A_0$ means 0, $A_1$ means 1. Whoever holds one label of a wire carries a bit without knowing which.
#
# For an AND gate with input wires $A$, $B$ and output $C$ the garbler encrypts the right output
# label under each of the four pairs of input labels:
#
# $$\mathrm{row}_{ij} = \mathrm{pad}(A_i, B_j) \oplus (C_{i \wedge j} \,\|\, 0^{128}).$$
#
# The **evaluator** has one label of $A$ and one of $B$, and tries all rows. Only one opens to 16
# zero bytes, and gives one label of $C$, on to the next gate.


# %%
def pad(a: bytes, b: bytes) -> bytes:
    """Return 32 bytes that nobody can predict without both labels."""
    return hashlib.sha256(a + b).digest()


# %%
def xor(*parts: bytes) -> bytes:
    numbers = np.array([list(part) for part in parts], np.uint8)
    return bytes(np.bitwise_xor.reduce(numbers))


# %%
def open_by_trying(rows, a, b):
    for place, row in enumerate(rows):
        plain = xor(row, pad(a, b))
        if plain[16:] == bytes(16):
            return place, plain[:16]


# %%
def new_pair():
    return secrets.token_bytes(16), secrets.token_bytes(16)


# %% [markdown]
# ### Exercise 5.2: garble an AND gate
#
# *Difficulty 2/5. Importance 5/5. In class, 15 minutes.*
#
# What does the evaluator learn if the rows stand in the order 00, 01, 10, 11? Try your rows with
# `open_by_trying`: it returns the place of the row that opened, and the label in it.
#
# <details><summary>Hint 1</summary>Two loops give the four rows. Which label of out belongs to the
# bits i and j?</details>
# <details><summary>Hint 2</summary>The order must be a secret, so it must not come from random or
# numpy. See secrets.SystemRandom.</details>


# %% exercise="garble_and"
def garble_and(left: tuple, right: tuple, out: tuple) -> list[bytes]:
    """Return the four rows of an AND gate, 32 bytes each, in secret random order.

    left, right and out: pairs of labels of 16 bytes, (label of 0, label of 1). The row
    of bits i, j is pad(left[i], right[j]) xor (label of out + 16 zero bytes), each as
    likely in each place. If all 24 orders occur, all are equally likely. No call keeps anything.
    """
    # BEGIN SOLUTION
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows
    # END SOLUTION


# %% check="garble_and" points=3
with checking("garble_and"):
    checks.check_garble_and(garble_and)
    # BEGIN HIDDEN TESTS
    checks.check_garble_and(garble_and, runs=12_000)
    # END HIDDEN TESTS

# %% [markdown]
# The check counts in which place the right row stands, over many garblings. A right answer fails
# it less than once in a million times; rows in order always do.
#
# ## 5.4 Point-and-permute: which row to open
#
# Trying rows is slow, and the zeros double the size. Beaver, Micali and Rogaway (1990) give each
# label a **colour bit**, its lowest bit. The two labels of a wire have different colours, and a coin
# decides which is which. The rows are sorted by colour, so the evaluator opens one.
#
# ### Exercise 5.3: labels
#
# *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*
#
# Published code has handed out labels that were all zero, and labels used twice. Make good ones.
#
# <details><summary>Hint 1</summary>Draw both labels freely first. Then only one bit of one label may
# have to change.</details>
# <details><summary>Hint 2</summary>bytes cannot be changed in place: join a new first byte,
# bytes([...]), and the other fifteen.</details>


# %% exercise="wire_labels"
def wire_labels(count: int) -> list[tuple[bytes, bytes]]:
    """Return (label of 0, label of 1) for each of count wires, 16 fresh bytes each.

    The colour of a label is label[0] & 1. The colours of a pair differ; which of the
    two has colour 1 is a fair coin. All other bits are independent fair coins, none stretched from
    fewer, and nothing is kept from one call to the next.
    """
    # BEGIN SOLUTION
    pairs = []
    for _ in range(count):
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        other = 1 - (zero[0] & 1)
        pairs.append((zero, bytes([one[0] & 254 | other]) + one[1:]))
    return pairs
    # END SOLUTION


# %% check="wire_labels" points=2
with checking("wire_labels"):
    checks.check_wire_labels(wire_labels)
    # BEGIN HIDDEN TESTS
    checks.check_wire_labels(wire_labels, count=4000)
    again = {bytes(v) for _ in range(3) for pair in wire_labels(5) for v in pair}
    require(len(again) == 30, "a second call gives labels of the first one again")
    # END HIDDEN TESTS

# %% [markdown]
# Step through one gate. At step 4, change $x$ or $y$. **Predict:** will the colours, the row
# and the output label tell you what you changed?

# %%
from ppdl_course.widgets.garbled_circuits import gate_stepper

gate_stepper()

# %% [markdown]
# Everything changes with every garbling, whatever you change. Section 5.6 counts this instead
# of saying it.
#
# ## 5.5 Smaller tables
#
# Three more ideas bring the 64 bytes that point-and-permute left down to 32.
#
# **Row reduction** (Naor, Pinkas, Sumner 1999). An output label may be any random string. Let it be
# the pad of the first row: that row is then all zero and need not be sent.
#
# **Free XOR** (Kolesnikov, Schneider 2008). One secret offset $R$, its colour bit 1, for the whole
# circuit: $A_1 = A_0 \oplus R$ on each wire. Then $C_0 = A_0 \oplus B_0$ makes an XOR gate of two
# XORs, and no table.

# %%
R = bytes([secrets.randbits(8) | 1]) + secrets.token_bytes(15)
A0, B0 = secrets.token_bytes(16), secrets.token_bytes(16)
A, B = (A0, xor(A0, R)), (B0, xor(B0, R))
C = (xor(A0, B0), xor(A0, B0, R))
for i in (0, 1):
    print(*(f"{i} xor {j} = {C.index(xor(A[i], B[j]))}" for j in (0, 1)), sep=", ")

# %% [markdown]
# The price is an assumption: rows now hide labels that differ by $R$ under labels that differ by
# $R$. The hash must look random there too (*circular correlation robustness*). We use fixed-key
# AES in the form that Guo, Katz, Wang and Yu (S&P 2020) prove to have it if AES under a public key
# behaves like a random permutation $P$: for a label $\ell$, with a tweak $\tau$ for each place of use,
#
# $$H(\ell, \tau) = P(P(\ell) \oplus \tau) \oplus P(\ell).$$
#
# Nothing is perfect: after $h$ hashes on the wire, $R$ resists about $2^{128}/h$ steps, not $2^{128}$.
#
# **Half gates** (Zahur, Rosulek, Evans 2015). Let $p$ and $q$ be the colours of $A_0$ and $B_0$. The
# garbler knows $q$, the evaluator sees $j \oplus q$ as the colour of its label, and
#
# $$i \wedge j = (i \wedge q) \oplus (i \wedge (j \oplus q)).$$
#
# An AND with a bit that one party knows costs one row. For gate number $g$ the garbler sends
#
# $$T_G = H(A_0, 2g) \oplus H(A_1, 2g) \oplus qR, \qquad
# T_E = H(B_0, 2g{+}1) \oplus H(B_1, 2g{+}1) \oplus A_0,$$
#
# and takes as the output's label of 0
#
# $$C_0 = H(A_0, 2g) \oplus p\,T_G \;\oplus\; H(B_0, 2g{+}1) \oplus q\,(T_E \oplus A_0).$$
#
# ### Exercise 5.4: open a half gate
#
# *Difficulty 4/5. Importance 3/5. At home, 20 minutes.*
#
# The evaluator holds one label of each input and sees two colours; it knows neither $p$ nor $q$. What
# must it compute, to get $C_0$ or $C_0 \oplus R$?
#
# Circuits with other gates hash more often at one place. In yours each gate owns {{TWEAKS}} tweaks, gate
# $g$ those from ${{TWEAKS}}g$ on, and an AND gate uses the first two of them.
#
# <details><summary>Hint 1</summary>If the labels happen to be those of 0, their colours are p and q.
# Which formula gives the garbler's result then?</details>
# <details><summary>Hint 2</summary>q T means: T if q = 1, else nothing at all. xor takes any number of
# arguments.</details>

# %% varies="open_half_gate"
TWEAKS = 2  # of 2, 3, 4, 5, 8


# %% exercise="open_half_gate"
def open_half_gate(a: bytes, b: bytes, rows: tuple, g: int, H) -> bytes:
    """Return the output label of AND gate g, for the labels a and b.

    rows is (T_G, T_E), 16 bytes each; H(label, tweak) returns 16 bytes. The tweaks of
    gate g are TWEAKS * g, with TWEAKS = {{TWEAKS}}, for a, and the next one for b. The colour
    of a label is label[0] & 1.
    """
    # BEGIN SOLUTION
    first, second = rows
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        label = xor(label, first)
    if b[0] & 1:
        label = xor(label, second, a)
    return label
    # END SOLUTION


# %% check="open_half_gate" points=3
with checking("open_half_gate"):
    checks.check_open_half_gate(open_half_gate, tweaks=TWEAKS)
    # BEGIN HIDDEN TESTS
    checks.check_open_half_gate(open_half_gate, gate=0, runs=16, tweaks=TWEAKS)
    for gate in (99_999, secrets.randbelow(10**6)):
        checks.check_open_half_gate(open_half_gate, gate=gate, tweaks=TWEAKS)
    # END HIDDEN TESTS

# %% [markdown]
# Five papers, five files in `mpc/garbling` (`classical` to `half_gates`). Measured
# here and now, in batches, so that the arithmetic and not Python is timed:

# %%
from ppdl_course.figures.garbled_circuits import scheme_costs
from ppdl_course.mpc.garbling.scheme_costs import SCHEMES, measure_gate

gates = [measure_gate(scheme) for scheme in SCHEMES]
assert [gate.and_bytes for gate in gates] == [128, 64, 48, 48, 32]
scheme_costs(gates)

# %% [markdown]
# An adder has several XOR gates for each AND, so free XOR saves more than its bar for AND shows.
#
# ## 5.6 What the evaluator sees
#
# Claim: the evaluator's view, all labels it holds and all rows, is distributed in the same way
# whatever the garbler's bit is. Test it: an AND gate, $y = 0$, many runs with $x = 0$ and with $x = 1$.

# %%
from ppdl_course.figures.garbled_circuits import compared_views
from ppdl_course.mpc.garbling.point_and_permute import PointPermute
from ppdl_course.mpc.garbling.worked_examples import evaluator_view

RUNS = 4000


def bit_frequencies(scheme):
    views = {x: evaluator_view(scheme, x, 0, RUNS) for x in (0, 1)}
    return {f"x = {x}": view.mean(axis=0) for x, view in views.items()}


compared_views(bit_frequencies(PointPermute()), runs=RUNS)

# %% [markdown]
# A test that finds nothing must be able to find something. Here is a garbler who forgot the coin:
# the colour of the label of 0 is always 0.


# %%
class NoCoin(PointPermute):
    def fresh(self, offset, instances, token):
        zero, one = super().fresh(offset, instances, token)
        swap = (zero[:, :1] & np.uint64(1)).astype(bool)
        return np.where(swap, one, zero), np.where(swap, zero, one)


# %%
views = bit_frequencies(NoCoin())
assert abs(views["x = 1"] - views["x = 0"]).max() == 1
compared_views(views, runs=RUNS)

# %% [markdown]
# One bit of the view is 0 in all runs of one input and 1 in all runs of the other: the colour of
# the garbler's label is the garbler's bit. (A second shows the evaluator's own bit, a third the output.)
#
# ## 5.7 Labels for the evaluator's bits
#
# The garbler sends the labels of its own bits. For the evaluator's, it must give one of two labels
# and not learn which: oblivious transfer, from chapter 4. That costs public-key operations for each
# bit. **OT extension** (Ishai, Kilian, Nissim, Petrank 2003) needs 128 of them in all, for any number
# of bits. The trick is to turn a matrix by 90 degrees.
#
# The evaluator has 1,000 choice bits $r$. It draws 128 pairs of seeds and stretches them to columns:


# %%
def coins(*shape):
    data = secrets.token_bytes(int(np.prod(shape)))
    return (np.frombuffer(data, np.uint8) & 1).reshape(shape)


def stretch(seed, m):
    data = np.frombuffer(hashlib.shake_128(seed).digest(m // 8), np.uint8)
    return np.unpackbits(data)


# %%
m = 1000
r = coins(m)
seeds = [new_pair() for _ in range(128)]
T = np.array([stretch(k0, m) for k0, _ in seeds])
U = np.array([stretch(k1, m) for _, k1 in seeds]) ^ T ^ r  # sent

# %% [markdown]
# Now **base transfers with the roles swapped**: the garbler draws 128 bits $s$ and receives one seed
# of each pair. From that and $U$ it computes its columns $q_i = t_i \oplus s_i r$.

# %%
from ppdl_course.mpc.transfer.oblivious_transfer import receive_strings, send_strings

s = coins(128)
_, received = run(
    Channel("evaluator", "garbler"),
    lambda end: send_strings(end, seeds),
    lambda end: receive_strings(end, s.tolist()),
)

# %%
Q = np.array([stretch(seed, m) for seed in received]) ^ s[:, None] * U

# %% [markdown]
# Read the same matrices by rows: $q_j = t_j \oplus r_j s$. So $t_j$, which the evaluator has, is $q_j$
# if $r_j = 0$ and $q_j \oplus s$ if $r_j = 1$. The garbler encrypts label 0 under $H(q_j)$ and
# label 1 under $H(q_j \oplus s)$. Only one of these keys is within reach.

# %%
rows_t, rows_q = T.T, Q.T
assert np.array_equal(rows_q, rows_t ^ r[:, None] * s)
other_keys = rows_q ^ (1 - r)[:, None] * s
distance = (rows_t != other_keys).sum(axis=1)
print(f"{m} right keys at hand; each other key is {s.sum()} bits away")
assert (distance == s.sum()).all()

# %% [markdown]
# Those bits are $s$, which the evaluator does not know. Over a channel, with ten thousand bits:

# %%
from ppdl_course.mpc.transfer.ot_extension import receive_labels, send_labels

zero, one = np.frombuffer(secrets.token_bytes(320_000), np.uint64).reshape(2, -1, 2)
choices = coins(10_000)
channel = Channel("garbler", "evaluator")

# %%
_, labels = run(
    channel,
    lambda end: send_labels(end, zero, one),
    lambda end: receive_labels(end, choices),
)
assert np.array_equal(labels, np.where(choices[:, None], one, zero))

# %%
public = next(m for m in channel.messages if m.label == "OT B").payload
print(f"{len(public)} public-key transfers, {channel.bytes / 10_000:.0f} bytes a label")

# %% [markdown]
# ### The hole
#
# All 128 columns of $U$ hide the same $r$: if the evaluator is honest. One who flips bit $i$ of column
# $i$ gets, in row $j$, a key that is off by $s_j$ in one place. If it can recognise label $j$, it
# tries both and learns $s_j$. After 128 rows it has $s$, and with it both labels of **every** other wire.

# %%
from ppdl_course.mpc.label_hash import LabelHash
from ppdl_course.mpc.transfer.ot_extension import ExtensionSender
from ppdl_course.mpc.transfer.ot_extension_attack import DishonestReceiver

attacker, sender = DishonestReceiver(), ExtensionSender()
chosen = zip(attacker.base_pairs, sender.base_choices, strict=True)
sender.receive_seeds([pair[int(bit)] for pair, bit in chosen])
H = LabelHash(secrets.token_bytes(16))
answer = sender.encrypt(attacker.extend(np.zeros(10_000)), zero, one, H)

# %% [markdown]
# It knew 128 labels already. With them it finds $s$, and with $s$ the other 9,872 pairs:

# %%
recovered = attacker.recover_s(answer, zero[:128], H)
print(f"s recovered: {np.array_equal(recovered, sender.base_choices)}")
stolen = attacker.both_strings(answer, recovered, H)
assert np.array_equal(stolen, np.stack([zero, one])[:, 128:])

# %% [markdown]
# It is called the **consistency** of the receiver's columns. Our extension does not check it and
# is safe against passive parties only. Keller, Orsini and Scholl (2015) let the sender ask for
# a random linear combination of the rows, which a cheater cannot answer.
#
# ## 5.8 The whole protocol
#
# All pieces are there. Hana's lawyer garbles, the insurer evaluates; the circuit says whether
# the insurer's $y$ is below her $x$. Watch four bits of it, so that the messages fit on the page; then
# take each party's view.

# %%
from ppdl_course.mpc.garbling.protocol import play_evaluator, play_garbler
from ppdl_course.widgets.player import player

small = two_inputs(4, can_settle)
watched = Channel("lawyer", "insurer")
results = run(
    watched,
    lambda end: play_garbler(end, small, to_bits(11, 4)),
    lambda end: play_evaluator(end, small, to_bits(6, 4)),
)

# %%
assert results[0].tolist() == results[1].tolist() == [True]
player(watched, caption="Which message carries whose number?")

# %% [markdown]
# Now for real: 32 bits, the file from section 5.2, two processes that share nothing but a TCP
# connection.

# %%
from ppdl_course.parties.processes import Program, launch

module = "ppdl_course.mpc.garbling.protocol"
file = bristol.write(question)
outcome = launch(
    Program("lawyer", f"{module}:garbler", (file, 2_600_000)),
    Program("insurer", f"{module}:evaluator", (file, 2_450_000)),
)

# %%
transcript, count = outcome.transcript, len(outcome.transcript.messages)
print(f"y < x: {outcome.results}, {outcome.seconds:.2f} s")
print(f"{transcript.bytes} bytes, {count} messages, {transcript.rounds} rounds")

# %% [markdown]
# ### Encrypt under a key you do not know
#
# The court keeps a key, a clerk has a block of a file. The clerk is to get the block encrypted;
# the court must not see the block, nor the clerk the key. A block cipher is only a larger circuit.
# The standard file for AES-128 is read from the folder `PPDL_DATA`; without it, the block
# cipher SIMON from our own builder does, and the cell says so.

# %%
from ppdl_course.mpc.circuits.block_ciphers import aes_or_simon

cipher = aes_or_simon()
sizes = f"{cipher.circuit.gates} gates, {cipher.circuit.and_gates} of them AND"
print(f"{cipher.name}: {sizes}")

# %% [markdown]
# **Which bit is which?** Files do not say. For this AES file the test vector decides: read key and block
# as one big-endian number each; wire 0 of a value is its lowest bit, so the last bit of the
# last byte. The key is the first input.


# %%
def hex_bits(text):
    return to_bits(int(text, 16), 4 * len(text))


key, block = hex_bits(cipher.key), hex_bits(cipher.block)

# %%
only_clerk = {"output_to_both": False}
(_, bits), cost = costs.step(
    cipher.name,
    Channel("court", "clerk", keep_bodies=False),
    lambda end: play_garbler(end, cipher.circuit, key, **only_clerk),
    lambda end: play_evaluator(end, cipher.circuit, block, **only_clerk),
)

# %%
encrypted = f"{from_bits(bits):0{len(cipher.block)}x}"
print(f"{encrypted} in {cost.seconds:.2f} s, {cost.bytes} bytes, {cost.rounds} rounds")
assert encrypted == cipher.encrypted

# %% [markdown]
# Gate by gate, Python would cost more than the cryptography. So all gates of a layer are garbled at
# once (`mpc/garbling/batched`), and their tables sent while the next layer is being made: neither side ever holds
# them all. `ppdl bench garbling` measures what that reaches.
#
# ## 5.9 Attack
#
# **A flipped bit.** The wire is not protected. What if one bit of a table changes on its way? It depends
# on whether the row is read, and on how outputs are decoded:

# %%
from ppdl_course.mpc.garbling.gate_by_gate import Evaluator, GarbageError, Garbler
from ppdl_course.mpc.garbling.half_gates import HalfGates


def settlement_bits(x, y):
    return np.concatenate([to_bits(x, 32), to_bits(y, 32)])[:, None]


def garbled_question():
    garbler = Garbler(question, HalfGates())
    return garbler, Evaluator(question, HalfGates(), garbler.garbled)


# %%
def flip(gate):
    garbler, evaluator = garbled_question()
    garbler.garbled.rows[gate][0, 0, 0] ^= np.uint64(1)
    out = evaluator.evaluate(garbler.labels(0, settlement_bits(2_600_000, 2_450_000)))
    colour_bit = (out[0, 0, 0] ^ garbler.pairs[-1][0][0, 0]) & np.uint64(1)
    try:
        evaluator.decode(out)
    except GarbageError:
        return "noticed" if colour_bit else "noticed; by colour: wrong bit"
    return "nothing happened"


# %%
and_rows = [gate for gate, row in enumerate(question.rows()) if row[0] == AND]
Counter(map(flip, and_rows))

# %% [markdown]
# About half of the rows are never read: a flip there does nothing at all. A flip in a row that is read
# turns the labels after it into garbage. Here the garbler had sent **hashes of both output labels**, so
# garbage is always noticed. Had it sent only the colours, as the fast protocol does to save bytes, garbage
# would decode to some bit, right or wrong, and nobody would know. An authentic channel is still
# needed: noticing is not preventing.
#
# **Used twice.** Garbling takes time, so why not garble the question once and let the insurer
# try several numbers? **Predict** what the insurer learns from *two* evaluations, $y$ and $y'$: two answers?

# %%
from ppdl_course.mpc.garbling.reuse_attack import offset_from_two_runs, read_inputs

lawyer, insurer = garbled_question()
labels = [lawyer.labels(0, settlement_bits(2_600_000, y)) for y in (2**21, 2**21 + 1)]
for once in labels:
    insurer.evaluate(once)

# %%
own = [once[32:] for once in labels]  # what oblivious transfer gave the insurer
offset = offset_from_two_runs(*own)
assert np.array_equal(offset, lawyer.offset)

# %% [markdown]
# One input bit changed, so the insurer holds **both** labels of one wire. Their XOR is $R$, and with
# $R$ it has both labels of every wire. It still does not know which label means 1. An AND gate
# tells.
#
# ### Exercise 5.5: the odd one out
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# You may open one AND gate with any labels you like. Three of the four pairs of input bits give the
# output 0, one gives 1. Find the bits of the labels you hold.
#
# <details><summary>Hint 1</summary>Open the gate four times: with a or a xor R, and b or b xor
# R.</details>
# <details><summary>Hint 2</summary>Three of the results are equal. For the fourth one, both bits were
# 1.</details>
# <details><summary>Hint 3</summary>If you had to flip a for that, a itself stands for 0.</details>


# %% exercise="odd_one_out"
def odd_one_out(a: bytes, b: bytes, R: bytes, open_gate) -> tuple[int, int]:
    """Return the bits that the labels a and b of an AND gate stand for.

    open_gate(a, b) returns the output label, 16 bytes, for any labels of the two input
    wires; R is the XOR of the two labels of every wire.
    """
    # BEGIN SOLUTION
    opened = {
        (i, j): open_gate(xor(a, R) if i else a, xor(b, R) if j else b)
        for i in (0, 1)
        for j in (0, 1)
    }
    labels = list(opened.values())
    (i, j) = next(ij for ij, label in opened.items() if labels.count(label) == 1)
    return 1 - i, 1 - j
    # END SOLUTION


# %% check="odd_one_out" points=3
with checking("odd_one_out"):
    checks.check_odd_one_out(odd_one_out)
    # BEGIN HIDDEN TESTS
    checks.check_odd_one_out(odd_one_out, gates=16)
    # END HIDDEN TESTS

# %% [markdown]
# Do this for all 32 AND gates. XOR gates are linear equations between the bits so found; solve them
# (`mpc/garbling/reuse_attack` does) and read the other side's number:

# %%
limit = from_bits(np.array(read_inputs(insurer, offset)[:32]))
print(f"Hana's limit, read by the insurer: {limit:,}")
assert limit == 2_600_000

# %% [markdown]
# Not two answers: the whole number. **A garbled circuit is for one use.** The defence is to garble
# afresh, which is why the speed of garbling matters.
#
# ## 5.10 Find the leak: shares
#
# Often neither party may know the input. It is then **shared**: $x = x_1 + \dots + x_n$ modulo $Q$, and
# any $n-1$ shares are uniform. A garbled circuit adds the shares and goes on: our file
# `shared_relu_16` computes ReLU of a number that neither of two servers knows.

# %%
from ppdl_course.mpc.circuits.library import load
from ppdl_course.mpc.sharing.additive import split

relu = load("shared_relu_16")
for value in (1200, -1200):
    shares = split(np.array([value]))  # modulo 2^64, so modulo 2^16 as well
    print(f"ReLU({value}) =", relu.compute(*(int(s[0]) % 2**16 for s in shares)))

# %% [markdown]
# This is how a published framework made shares of a number modulo $Q$, negative ones as $Q - |x|$.
# The sum is right. Look at the size of the last share:

# %%
from ppdl_course.mpc.sharing.unreduced import unreduced_shares

Q = 2**31 - 1
for x in (-1200, 1200):
    last = [unreduced_shares(x % Q, 3, Q)[-1] for _ in range(1000)]
    beyond = sum(share > Q for share in last)
    print(f"x = {x}: the last share exceeds Q in {beyond} of 1000 sharings")

# %% [markdown]
# The last party reads the sign of every value. A sign is a diagnosis, a debt, a verdict.
#
# ### Exercise 5.6: shares that tell nothing
#
# *Difficulty 2/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>All shares but one are fresh and uniform on 0..Q-1. What range must
# the last one have, so that it could be any of the others?</details>
# <details><summary>Hint 2</summary>Python's % gives a result in 0..Q-1 for negative numbers
# too.</details>


# %% exercise="additive_shares"
def additive_shares(x: int, n: int, Q: int) -> list[int]:
    """Return n shares of x modulo Q, 0 <= x < Q: ints in 0..Q-1 with sum x modulo Q.

    Any n - 1 of them are independent and uniform, whatever x is: not stretched from
    fewer random bits, and nothing is kept from one call to the next.
    """
    # BEGIN SOLUTION
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]
    # END SOLUTION


# %% check="additive_shares" points=2
with checking("additive_shares"):
    checks.check_additive_shares(additive_shares)
    # BEGIN HIDDEN TESTS
    checks.check_additive_shares(additive_shares, parties=2)
    require(
        len(list(additive_shares(5, 7, 11))) == 7, "seven parties need seven shares"
    )
    # END HIDDEN TESTS

# %% [markdown]
# ### Question 5.7 (graded by hand)
#
# *Difficulty 3/5. Importance 5/5. At home, 15 minutes.*
#
# A start-up sells "private risk scores": the court garbles its scoring network once a night and puts
# tables and output colours on a web server; each visiting lawyer gets the labels for a client's file by
# oblivious transfer and evaluates at home. In four or five sentences: what can a single lawyer, and what
# can two lawyers together, find out? What must change, and what does it cost? What remains even then?

# %% [markdown] question="garbled_once" points=3
# **Model answer.** A single lawyer who asks twice, or two lawyers who compare, hold both labels of every
# input wire in which their files differ, hence R, and read the network's weights with section 5.9's
# attack; with R they also evaluate it on any file they like. So the court must garble afresh for every
# evaluation and bind the labels to it: 32 bytes for each AND gate and the transfers, each time. Sending the
# tables ahead of time is fine, using them twice is not. What remains: each answer tells something about
# the network (many answers rebuild it), the court could garble another circuit, and a lawyer may lie
# about the score; garbling protects the computation, not the output.
#
# **Rubric.** 1 point: reuse gives both labels, R and the garbler's inputs (weights). 1 point: fresh garbling
# for each evaluation, with its cost named. 1 point: something that stays open: leakage through outputs,
# malicious garbler, or lying evaluator.

# %% [markdown]
# ## 5.11 What it cost: three answers to one question
#
# Chapter 4 gave two answers to "who has more?": Yao's list of 1982, and XOR shares with a triple for each
# AND. Here are all three, run now over a channel with 2,048-bit RSA, P-256 and half gates.

# %%
from ppdl_course.mpc.millionaires import yao as millionaires
from ppdl_course.mpc.sharing import gmw


def yao_1982(end, party, number, bits):
    size = 1 << bits
    if party == 0:
        return millionaires.play_alice(end, number, size)
    return millionaires.play_bob(end, number, size)


# %%
def garbled(end, party, number, bits):
    circuit = two_inputs(bits, arithmetic.less_than)
    play = play_evaluator if party else play_garbler
    return play(end, circuit, to_bits(number, bits))


# %%
def price(protocol, bits):
    programs = [lambda end, p=p: protocol(end, p, 3 + p, bits) for p in (0, 1)]
    cost = costs.timed("one comparison", *programs)[1]
    return cost.bytes, cost.seconds


# %%
curves = {}
for name, protocol, widths in (
    ("Yao's list, 1982", yao_1982, (3, 5)),
    ("XOR shares", gmw.play_comparison, (4, 16)),
    ("garbled circuit", garbled, (4, 16, 64)),
):
    measured = [price(protocol, bits) for bits in widths]
    curves[name] = (widths, *zip(*measured, strict=True))

# %%
from ppdl_course.figures.garbled_circuits import comparison_costs

comparison_costs(curves)

# %% [markdown]
# The list grows with the *range*, the other two with the number of *bits*. The garbled circuit is nearly
# flat: 128 base transfers outweigh everything, and a million comparisons would share them. Rounds: constant for
# garbling, growing with the depth of the circuit for shares. **Protected:** inputs and inner values, from passive
# parties. **Not protected:** the output, the circuit, anything against an active cheat.
#
# ## Summary
#
# - Any function of two parties' secrets can be computed as a circuit of XOR and AND gates on labels that
#   stand for bits.
# - Point-and-permute, row reduction, free XOR and half gates take an AND gate from 128 to 32 bytes and an
#   XOR gate to nothing; the last two need a hash that withstands a secret offset.
# - OT extension gives labels for any number of bits for 128 public-key transfers. Without a consistency
#   check a cheating receiver takes everything.
# - A garbled circuit is used once. Twice, and the evaluator reads the garbler's inputs.
# - A share that is not reduced tells the sign. Correct is not the same as secret.
#
# ## Further reading
#
# - A. C. Yao, *How to Generate and Exchange Secrets*, FOCS 1986.
# - Y. Lindell, B. Pinkas, *A Proof of Security of Yao's Protocol for Two-Party Computation*, Journal of Cryptology 2009.
# - V. Kolesnikov, T. Schneider, *Improved Garbled Circuit: Free XOR Gates and Applications*, ICALP 2008.
# - S. Zahur, M. Rosulek, D. Evans, *Two Halves Make a Whole*, EUROCRYPT 2015.
# - C. Guo, J. Katz, X. Wang, Y. Yu, *Efficient and Secure Multiparty Computation from Fixed-Key Block Ciphers*, IEEE S&P 2020.
# - Y. Ishai, J. Kilian, K. Nissim, E. Petrank, *Extending Oblivious Transfers Efficiently*, CRYPTO 2003; and the check: M. Keller, E. Orsini, P. Scholl, CRYPTO 2015.
# - D. Evans, V. Kolesnikov, M. Rosulek, *A Pragmatic Introduction to Secure Multi-Party Computation*, 2018: free on the web.
#
# ## Quiz
#
# 1. Why does each label have a colour *and* a coin?
#    <details><summary>Answer</summary>The colour says which row to open; the coin makes it say nothing
#    about the bit.</details>
# 2. Why does a NOT gate cost nothing?
#    <details><summary>Answer</summary>The garbler swaps the meaning of the two labels; the evaluator does
#    nothing at all.</details>
# 3. The garbler sends its own labels in the clear. Why is that not a leak?
#    <details><summary>Answer</summary>A label is a random string; without its partner it does not say
#    which of the two it is.</details>
# 4. The output is one bit, "they can settle". May the two repeat the protocol with other offers, freshly
#    garbled each time?
#    <details><summary>Answer</summary>Safe against section 5.9, but 32 questions find any number of 32 bits
#    by halving. What the output tells must be limited by agreement, not by cryptography.</details>
