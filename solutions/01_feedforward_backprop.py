# %% [markdown]
# # 1. Feedforward networks and back-propagation
#
# **After this chapter you can**
#
# - compute by hand what a fully connected network does with a case file;
# - derive back-propagation and write it, layer by layer, in numpy;
# - train a network until its curves say so, and say what depth, width, learning rate and
#   activation change;
# - test any gradient against a slow calculation that cannot be wrong in the same way;
# - read a person's file out of a gradient that was never meant to show it.
#
# *Time: 78 minutes in class: 25 reading, 8 at the widgets, 45 exercises. At home: 55
# minutes. Needs: Python, matrices, derivatives. Runs in under half a minute.*

# %%
import textwrap

import numpy as np

from ppdl_course.checks import feedforward_backprop as backwards
from ppdl_course.checks import feedforward_backprop as forwards
from ppdl_course.checks.verdict import checking, require
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.figures import feedforward_backprop as figures
from ppdl_course.figures.network_diagram import network_diagram
from ppdl_course.nn import CrossEntropy, Network, PReLU, accuracy, softmax, train

SEED = 1

# %% [markdown]
# ## 1.1 A case file
#
# Hana Calderova is 66 and accused of robbery. The court's file holds her name, her
# address, her phone number and her family, beside what she is said to have done. A
# ministry wants to learn from six thousand such files which cases end in prison. Neither
# she nor anybody else in the files is real, but the wish is, and so is the danger.

# %%
cases = load_law_cases()
hana = cases.records[0]
assert hana.name == "Hana Calderova"
print(textwrap.fill(str(hana)))

# %% [markdown]
# Who could be curious, and about what? Each chapter of this course asks this table's
# questions again.
#
# | | in this chapter |
# |---|---|
# | **adversary** | someone in the computing centre who watches one training step |
# | **sees** | the weights and the gradient of that step, never the files |
# | **protected** | nothing yet: everything is computed in the clear |
# | **not protected** | every number of a file, as section 1.8 shows |
# | **costs** | measured in section 1.9: the yardstick for all later chapters |
#
# **Predict.** A gradient has thousands of entries, a file a few dozen. Does the gradient
# of one file hide the file? Note your answer. You will attack it yourself.

# %% [markdown]
# ## 1.2 The network of Fig. 1
#
# The survey's Fig. 1 shows the smallest network that has everything: three inputs, two
# hidden layers, two outputs. Layer $k$ takes the outputs $a_{k-1}$ of the layer before and
# gives
#
# $$z_k = W_k \begin{bmatrix} 1 \\ a_{k-1} \end{bmatrix}, \qquad a_k = f_k(z_k).$$
#
# The 1 is the **bias node**. It always gives 1, and no link leads to it. It lets a unit
# answer something other than 0 when all its inputs are 0. Its weights are column 0 of $W_k$.
# All links here are direct, from a layer to the next; chapter 2 adds those that skip layers
# and those that lead a node back to itself.

# %%
FACTS = ["prior convictions", "violent charge", "settled"]
OUTCOMES = ["no prison", "prison"]


def three_facts(case):
    violent = case.charge in ("assault", "robbery")
    return [float(case.prior_convictions), float(violent), float(case.settled)]


three_facts(hana)

# %%
facts = np.array([three_facts(case) for case in cases.records])
untrained = Network([3, 4, 4, 2], "sigmoid", rng=np.random.default_rng(SEED))
[W.shape for W in untrained.weights]

# %%
network_diagram(untrained, facts[0], inputs=FACTS, outputs=OUTCOMES)

# %% [markdown]
# Blue links raise the next node, dashed orange ones lower it; the width is the size of the
# signal. One hidden unit by hand, from the definition, against the package:

# %%
W1 = untrained.weights[0]
z = W1[0, 0] * 1 + sum(W1[0, i + 1] * facts[0, i] for i in range(3))
first = untrained.trace(facts[:1])[0]
assert np.isclose(z, first.z[0, 0])
print(f"z = {z:.4f}, sigmoid(z) = {1 / (1 + np.exp(-z)):.4f}")
print(f"drawn: {first.outputs[0, 0]:.2f}")

# %% [markdown]
# In code a **row is a case**, so a batch of $n$ cases is a matrix, and one product serves
# them all.
#
# ### Exercise 1.1: one layer forward
#
# *Difficulty 1/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>Which column of W belongs to the bias node, and what is
# its value for every case?</details>
# <details><summary>Hint 2</summary>Split W into column 0 and the rest. A row vector added to
# a matrix is added to each row.</details>


# %% exercise="layer_forward"
def layer_forward(W: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Return the weighted sums z of one layer, before the activation.

    W has shape (units, 1 + inputs); column 0 belongs to the bias node. a has shape
    (n, inputs), a row for each case. The result has shape (n, units).
    """
    # BEGIN SOLUTION
    return W[:, 0] + a @ W[:, 1:].T
    # END SOLUTION


# %% check="layer_forward" points=2
with checking("layer_forward"):
    forwards.check_layer_forward(layer_forward)
    # BEGIN HIDDEN TESTS
    for units, inputs, n in ((1, 7, 2), (6, 1, 1), (3, 2, 3), (13, 11, 12)):
        forwards.check_layer_forward(
            layer_forward, units=units, inputs=inputs, n=n, seed=None
        )
    # END HIDDEN TESTS

# %% [markdown]
# Before you drag: this network has never seen an outcome. **Predict** whether `settled`
# changes the answer much, and whether its direction means anything.

# %%
from ppdl_course.widgets.feedforward_backprop import network_explorer

SLIDERS = {FACTS[0]: (0, 6, 1), FACTS[1]: (0, 1, 1), FACTS[2]: (0, 1, 1)}
STATES = [(2, 1, 0), (2, 1, 1), (0, 0, 0), (0, 0, 1)]
network_explorer(untrained, inputs=SLIDERS, outputs=OUTCOMES, states=STATES)

# %%
p = softmax(untrained.forward(np.array([(2.0, 1, 0), (2.0, 1, 1)])))
unsettled, settled = p[:, 1]
print(f"prison: {unsettled:.3f} without a settlement, {settled:.3f} with one")
assert abs(settled - unsettled) < 0.02

# %% [markdown]
# Hardly, and no: the probability moves by a hundredth, in a direction that comes from the
# starting weights alone. Section 1.7 trains the network and asks again.
#
# ## 1.3 Activations
#
# Without $f$ the layers would collapse: $W_2 (W_1 x)$ is one matrix. Three activations
# serve this course:
#
# | | $f(z)$ | $f'(z)$ |
# |---|---|---|
# | sigmoid | $1/(1+e^{-z})$ | $f(z)\,(1-f(z))$ |
# | ReLU | $\max(0,z)$ | 1 if $z>0$, else 0 |
# | PReLU | $\max(0,z)+a\min(0,z)$ | 1 if $z>0$, else $a$ |
#
# PReLU's slope $a$ is **learned** with the weights [10]: it starts at 0.25, each unit (or
# each layer) has its own, and weight decay leaves it alone, for decay would pull it
# towards 0, which is ReLU. Later chapters replace all three by polynomials, since a
# ciphertext can be added and multiplied but not compared.
#
# **Predict:** where is the sigmoid's derivative largest, and what is it there?

# %%
from ppdl_course.widgets.feedforward_backprop import activation_explorer

activation_explorer()

# %% [markdown]
# At $z=0$, and there it is only $1/4$: ten layers of sigmoids shrink a gradient to less than
# a millionth. Section 1.7 shows what that does.
#
# ### Exercise 1.2: a sigmoid that never overflows
#
# *Difficulty 2/5. Importance 3/5. At home, 10 minutes.*
#
# $e^{1000}$ is beyond float64. A careless sigmoid computes it all the same, and gives a
# warning, or NaN, in the middle of a night's training.
#
# <details><summary>Hint 1</summary>For every x, one of exp(x) and exp(-x) is at most 1. Which
# one?</details>
# <details><summary>Hint 2</summary>Multiply the numerator and the denominator of the formula by
# exp(x): that is the form for negative x.</details>
# <details><summary>Hint 3</summary>np.where computes both branches. How do you make sure that what
# goes into exp is never positive?</details>


# %% exercise="sigmoid"
def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) entry by entry, for an array x of any shape.

    For any finite x, floats of any type or int64: no step may overflow.
    """
    # BEGIN SOLUTION
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)
    # END SOLUTION


# %% check="sigmoid" points=2
with checking("sigmoid"):
    forwards.check_sigmoid(sigmoid)
    # BEGIN HIDDEN TESTS
    forwards.check_sigmoid_anywhere(sigmoid, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Where do weights start? For ReLU, He et al. [10] draw them with variance $2/n$ for $n$ inputs
# (exercise 2.4 derives it). With $1/n$, right for a network without activations, the
# signal's variance halves at every ReLU. Thirty layers show it:

# %%
deep = Network([200] * 31, "relu", rng=np.random.default_rng(SEED))
noise = np.random.default_rng(SEED).normal(size=(100, 200))
print("variance 2/n: ", *(f"{layer.z.var():.1e}" for layer in deep.trace(noise)[:30:7]))

# %%
for W in deep.weights:
    W /= np.sqrt(2)
print("variance 1/n: ", *(f"{layer.z.var():.1e}" for layer in deep.trace(noise)[:30:7]))

# %% [markdown]
# ## 1.4 The loss: how far the prediction is from the label
#
# Training needs one number that says how wrong the network is: a **distance** between the
# prediction $o$ and the label $y$. It is 0 if they agree, grows as they part, and can be
# differentiated. Accuracy cannot: it is flat almost everywhere, so it never says which
# way is down.
#
# - **Mean squared error** $\frac1k\sum_j (o_j-y_j)^2$ is the squared Euclidean distance, divided by
#   the number of outputs. Its gradient is $2(o_j-y_j)/k$.
# - **Cross entropy** $-\log p_y$ with $p=\mathrm{softmax}(o)$ is a distance between
#   distributions: from the label's (all weight on $y$) to the network's. It is measured in nats.

# %%
figures.loss_shapes()

# %% [markdown]
# A network that is sure and wrong pays without bound under cross entropy, and at most 1
# under the squared error, whose slope even flattens out behind a softmax. That is why
# classifiers use cross entropy. Its gradient is as simple as can be:
# $\partial L/\partial o_j = p_j - [j = y]$.
#
# ### Exercise 1.3: cross entropy
#
# *Difficulty 3/5. Importance 3/5. At home, 15 minutes.*
#
# The outputs $o$ are called **logits**. Probabilities of confident networks round to 0, and
# $\log 0$ is no number, so work with the logits. The natural logarithm gives nats, base 2
# bits, base 10 hartleys. Yours has the base {{BASE}}.
#
# <details><summary>Hint 1</summary>Write -log softmax(o)_y with the logarithm rules until no
# quotient is left.</details>
# <details><summary>Hint 2</summary>log sum exp(o_j) does not change if you take m out of each o_j
# and add m outside. Which m makes every exp at most 1?</details>
# <details><summary>Hint 3</summary>The logarithm of x to a base b is log(x) / log(b).</details>

# %% varies="cross_entropy"
BASE = 2  # of 2, 3, 4, 8, 10, 16


# %% exercise="cross_entropy"
def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean softmax cross entropy, with logarithms to the base BASE = {{BASE}}.

    logits has shape (n, k), numbers from -1e6 to 1e6. labels has shape (n,), integers
    in 0 .. k - 1. No step may overflow, and no probability be clipped.
    """
    # BEGIN SOLUTION
    below = logits - logits.max(axis=1, keepdims=True)
    chosen = below[np.arange(len(below)), labels]
    return (np.log(np.exp(below).sum(axis=1)) - chosen).mean() / np.log(BASE)
    # END SOLUTION


# %% check="cross_entropy" points=2
with checking("cross_entropy"):
    forwards.check_cross_entropy(cross_entropy, base=BASE)
    # BEGIN HIDDEN TESTS
    for n, k in ((1, 3), (9, 2), (5, 11)):
        forwards.check_cross_entropy(cross_entropy, base=BASE, n=n, k=k, seed=None)
    forwards.check_cross_entropy_far_out(cross_entropy, far=1e6, base=BASE)
    uniform = cross_entropy(np.zeros((3, 10)), np.array([0, 5, 9]))
    ten = np.log(10) / np.log(BASE)
    require(bool(np.isclose(uniform, ten)), "ten equal logits: the loss is log 10")
    # END HIDDEN TESTS

# %% [markdown]
# ## 1.5 Back-propagation
#
# We want $\partial L/\partial W_k$ for every layer. Let $\delta = \partial L/\partial z$, a number
# for each unit, and $w_{ji}$ the weight from node $i$ to unit $j$ of the next layer. Three lines of
# chain rule do it all, here for one case:
#
# 1. at the output, cross entropy gives $\delta_j = p_j - [j = y]$;
# 2. $z_j = w_{j0} + \sum_i w_{ji} a_i$ is linear in $w_{ji}$, with factor $a_i$, hence
#    $\;\partial L/\partial w_{ji} = \delta_j\,a_i$, where the bias node has $a_0 = 1$;
# 3. it is linear in $a_i$ too, with factor $w_{ji}$, and node $i$ leads to every unit: hence
#    $\;\partial L/\partial a_i = \sum_j \delta_j\,w_{ji}$, and
#    $\;\delta_i = \partial L/\partial a_i \cdot f'(z_i)$ is the $\delta$ of the layer before.
#
# The loss of $n$ cases is a mean, so their gradients are added and divided by $n$. Each layer
# hands the next one down as many numbers as it has inputs: the backward pass costs about
# twice the forward pass, however many weights there are. Here are two links by hand, one
# in each layer of a small network of ReLUs:

# %%
x, y = cases.X_train[:1], cases.y_train[:1]
small = Network([x.shape[1], 8, 2], "relu", rng=np.random.default_rng(SEED))
hidden, output = small.trace(x)
delta = softmax(output.z)[0] - np.eye(2)[y[0]]  # line 1
i = hidden.outputs[0].argmax()  # a hidden unit that reacts: its ReLU has slope 1
print(f"deltas of the outputs: {delta.round(4)}, hidden unit {i}")

# %%
from_hidden = delta[1] * hidden.outputs[0, i]  # line 2
W2 = small.weights[1]
delta_i = sum(delta[j] * W2[j, 1 + i] for j in (0, 1))  # line 3
from_input = delta_i * x[0, 0]  # line 2 again

# %%
dW1, dW2 = small.views(small.loss_and_gradient(x, y, CrossEntropy())[1])[0]
print(f"by hand {from_hidden:.6f}, {from_input:.6f}")
print(f"package {dW2[1, 1 + i]:.6f}, {dW1[i, 1]:.6f}")
assert np.allclose([from_hidden, from_input], [dW2[1, 1 + i], dW1[i, 1]], rtol=1e-12)

# %% [markdown]
# ### Exercise 1.4: one layer backward
#
# *Difficulty 3/5. Importance 5/5. In class, 15 minutes.*
#
# Lines 2 and 3 for all links and all cases at once, without a loop.
#
# <details><summary>Hint 1</summary>dW has the shape of W, da that of a. Which products of the
# three arguments have these shapes?</details>
# <details><summary>Hint 2</summary>The bias node's value is 1 in each case. What is the gradient of
# column 0?</details>


# %% exercise="layer_backward"
def layer_backward(
    W: np.ndarray, a: np.ndarray, delta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (dW, da): the loss's gradient with respect to W and to a.

    W has shape (units, 1 + inputs), a (n, inputs), delta = dL/dz (n, units); the 1/n of
    the mean is in delta already. dW has the shape of W, da that of a.
    """
    # BEGIN SOLUTION
    nodes = np.column_stack([np.ones(len(a)), a])
    return delta.T @ nodes, delta @ W[:, 1:]
    # END SOLUTION


# %% check="layer_backward" points=3
with checking("layer_backward"):
    backwards.check_layer_backward(layer_backward)
    # BEGIN HIDDEN TESTS
    for units, inputs, n in ((1, 5, 1), (6, 2, 9), (2, 1, 2), (12, 11, 13)):
        backwards.check_layer_backward(
            layer_backward, units=units, inputs=inputs, n=n, seed=None
        )
    # END HIDDEN TESTS

# %% [markdown]
# ### Exercise 1.5: PReLU's gradients
#
# *Difficulty 3/5. Importance 2/5. At home, 15 minutes.*
#
# A PReLU unit passes the gradient back to $z$ and learns its own slope from it. The slope is
# **one** number for all cases of the batch, so its gradient is the sum over them.
#
# <details><summary>Hint 1</summary>f(z) = max(0, z) + a min(0, z). What is df/da?</details>
# <details><summary>Hint 2</summary>Both results start with upstream, the gradient that arrives from
# above: the chain rule.</details>


# %% exercise="prelu_backward"
def prelu_backward(
    z: np.ndarray, slope: np.ndarray, upstream: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (dz, dslope), the gradients of the loss behind a PReLU.

    z and upstream = dL/df(z) have shape (n, units), slope (units,), one for each unit.
    dz has shape (n, units), dslope (units,). No z is exactly 0; a slope is any number.
    """
    # BEGIN SOLUTION
    dz = upstream * np.where(z > 0, 1, slope)
    return dz, (upstream * np.minimum(z, 0)).sum(axis=0)
    # END SOLUTION


# %% check="prelu_backward" points=2
with checking("prelu_backward"):
    backwards.check_prelu_backward(prelu_backward)
    # BEGIN HIDDEN TESTS
    for units, n in ((5, 1), (2, 11), (4, 4), (12, 30), (1, 3)):
        backwards.check_prelu_backward(prelu_backward, units=units, n=n, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# ## 1.6 Trust no gradient
#
# A wrong gradient often still learns, only worse, and nobody notices. The remedy is a second
# calculation that shares nothing with the first: move one weight a little to both sides, and
# watch the loss,
#
# $$\frac{\partial L}{\partial w_i} \approx \frac{L(w + h e_i) - L(w - h e_i)}{2h}.$$
#
# ### Exercise 1.6: gradient checking
#
# *Difficulty 2/5. Importance 4/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>A loop over the entries. Work on a copy, or put each entry back
# before you move the next one.</details>


# %% exercise="numerical_gradient"
def numerical_gradient(loss, w: np.ndarray, h: float) -> np.ndarray:
    """Return the gradient of loss at w by central differences of step h.

    loss takes a vector like w (shape (m,), float64) and returns a number. w itself must
    be as before when you return, but for rounding. The result has shape (m,).
    """
    # BEGIN SOLUTION
    steps = h * np.eye(len(w))
    return np.array([(loss(w + step) - loss(w - step)) / (2 * h) for step in steps])
    # END SOLUTION


# %% check="numerical_gradient" points=2
with checking("numerical_gradient"):
    backwards.check_numerical_gradient(numerical_gradient)
    # BEGIN HIDDEN TESTS
    for m, h in ((1, 0.1), (5, 0.2), (33, 0.05)):
        backwards.check_numerical_gradient(numerical_gradient, m=m, h=h, seed=None)
    point = np.linspace(-1, 1, 7)
    g = numerical_gradient(lambda v: float(np.sin(v).sum()), point, 1e-5)
    require(
        bool(np.allclose(g, np.cos(point), atol=1e-8)), "the gradient of sin is cos"
    )
    # END HIDDEN TESTS

# %% [markdown]
# **Predict:** the smaller $h$, the better? The next cells measure it on the Fig. 1
# network, with the package's quotient to both sides and with the one to the right side only.

# %%
batch, labels = facts[:64], cases.y[:64]
gradient = untrained.loss_and_gradient(batch, labels, CrossEntropy())[1]


def loss_at(w):
    return untrained.from_flat(w).losses(batch, labels, CrossEntropy()).mean()


# %%
from ppdl_course.nn.finite_differences import central_differences, right_differences

steps, errors = 10.0 ** -np.arange(1, 13), {}
quotients = {"both sides": central_differences, "right side": right_differences}
for name, quotient in quotients.items():
    rows = np.array([quotient(loss_at, untrained.flat, h) for h in steps])
    off = np.linalg.norm(rows - gradient, axis=1)
    errors[name] = off / np.linalg.norm(gradient)

# %%
assert errors["both sides"].min() < 1e-8
figures.difference_errors(steps, errors)

# %% [markdown]
# To the right of the valley the quotient is too coarse: its error falls with $h$, or with
# $h^2$ if it is central. To the left the two losses agree in almost every digit, and their
# difference is rounding. A third, independent witness is a library's automatic differentiation:

# %%
import torch

weights = [torch.tensor(W, requires_grad=True) for W in untrained.weights]
a = torch.tensor(batch)
for W in weights:
    z = torch.nn.functional.linear(a, W[:, 1:], bias=W[:, 0])
    a = torch.sigmoid(z)
torch.nn.functional.cross_entropy(z, torch.tensor(labels)).backward()

# %%
theirs = np.concatenate([W.grad.ravel() for W in weights])
difference = np.abs(theirs - gradient).max() / np.abs(gradient).max()
print(f"largest relative difference to torch: {difference:.1e}")
assert difference < 1e-8

# %% [markdown]
# ## 1.7 Training: repeat until the loss satisfies the condition
#
# **Stochastic gradient descent** moves all weights a little against the gradient of a small
# random batch, and repeats **until the loss satisfies the condition**. Here the condition is
# a mean loss below a target:

# %%
TARGET, RATE = 0.58, 0.5
rng = np.random.default_rng(SEED)
fig1 = untrained.copy()
mean_loss = np.inf
while mean_loss >= TARGET:
    order = rng.permutation(cases.train)
    for rows in np.split(order, range(32, len(order), 32)):
        _, gradient = fig1.loss_and_gradient(facts[rows], cases.y[rows], CrossEntropy())
        fig1.flat -= RATE * gradient
    mean_loss = fig1.losses(facts[cases.train], cases.y_train, CrossEntropy()).mean()

# %%
linear = Network([3, 2], rng=rng)
train(linear, facts[cases.train], cases.y_train, rate=0.1, epochs=30, rng=rng)
networks = {"untrained": untrained, "no hidden layer": linear, "Fig. 1": fig1}
for name, net in networks.items():
    right = accuracy(net, facts[cases.test], cases.y_test)
    print(f"{name:16} {right:.3f} of the test cases")

# %% [markdown]
# Three facts do not decide a case, but the hidden layers see what no single matrix can. Drag
# `settled` for a violent and for a property charge. **Predict:** does a settlement always help?

# %%
network_explorer(fig1, inputs=SLIDERS, outputs=OUTCOMES, states=STATES)

# %%
p = softmax(fig1.forward(np.array([(2, 1, 0), (2, 1, 1), (2, 0, 0), (2, 0, 1)])))[:, 1]
print(f"prison, violent charge:  {p[0]:.2f} without a settlement, {p[1]:.2f} with one")
print(f"prison, property charge: {p[2]:.2f} without a settlement, {p[3]:.2f} with one")
assert p[1] > p[0]
assert p[3] < p[2]

# %% [markdown]
# In a property case the settlement helps. In a violent one these courts read it as an
# admission. No weighted sum of the three facts can say that; hidden units can.
#
# ### All columns, and handwriting
#
# The condition that matters in practice is another: stop when the loss on **held-out** cases
# no longer falls. From there on the network learns its training cases by heart, and what
# it knows by heart it can give away (chapter 3). `patience` epochs without a new best end the
# training. **Momentum** keeps nine tenths of the last step in the next one, and **weight
# decay** pulls the weight of each link a little towards 0 at every step.


# %%
def learn(data, hidden, f, **plan):
    rng = np.random.default_rng(SEED)
    X, y = data.X_train, data.y_train
    net = Network([X.shape[1], *hidden, y.max() + 1], f, rng=rng)
    held_out = (X[:200], y[:200])
    history = train(net, X[200:], y[200:], validation=held_out, rng=rng, **plan)
    return net, history


# %%
tasks = {"law cases": cases, "digits": load_digits_split()}
plan = {"rate": 0.02, "momentum": 0.9, "weight_decay": 1e-3, "epochs": 200}
trained, histories = {}, {}
for task, data in tasks.items():
    trained[task], histories[task] = learn(data, (96, 48), "prelu", patience=20, **plan)
figures.training_curves(histories)

# %%
for task, data in tasks.items():
    right = accuracy(trained[task], data.X_test, data.y_test)
    print(f"{task}: {right:.3f} right, stopped by {histories[task].stopped}")

# %% [markdown]
# On the digits the curves run down together: more epochs would not help, more images would.
# On the law cases they part early. Which digits stay hard?

# %%
digits = tasks["digits"]
guess = trained["digits"].predict(digits.X_test)
missed = np.flatnonzero(guess != digits.y_test)[:7]
captions = [f"{digits.y_test[i]} read as {guess[i]}" for i in missed]
figures.digit_row(digits.X_test[missed], captions)

# %% [markdown]
# ### What changes with rate and width
#
# Runs for nine rates and seven widths were computed beforehand, so the sliders answer at once.
# **Predict** before you drag: which is worse, a rate ten times too small or ten times too
# large? And what can a single hidden unit not do, at any rate?

# %%
from ppdl_course.widgets.feedforward_backprop import learning_explorer

learning_explorer()

# %% [markdown]
# Too small a rate is only slow: its curve still falls when the epochs run out. Too large a
# rate jumps over the valley, and no patience helps. A single unit draws one straight border
# through all cases, like no hidden layer at all; more rate cannot bend it.
#
# ### What changes with depth, width and activation
#
# Two seeds for each setting: a difference smaller than the distance of two dots of the same
# colour means nothing.


# %%
def two_accuracies(hidden, f="relu"):
    right, plan = [], {"rate": 0.2, "epochs": 20, "batch_size": 64}
    for seed in (1, 2):
        rng = np.random.default_rng(seed)
        net = Network([cases.X.shape[1], *hidden, 2], f, rng=rng)
        train(net, cases.X_train, cases.y_train, rng=rng, **plan)
        right.append(accuracy(net, cases.X_test, cases.y_test))
    return right


# %%
KINDS = ("sigmoid", "relu", "prelu")
depth = {"no hidden layer": two_accuracies([])}
depth |= {f"{k} x 16": two_accuracies([16] * k) for k in (1, 2, 6)}
compared = {
    "depth": depth,
    "width": {f"1 x {n}": two_accuracies([n]) for n in (1, 4, 16, 64)},
    "activation, 6 x 16": {f: two_accuracies([16] * 6, f) for f in KINDS},
}

# %%
commonest = max(cases.y_test.mean(), 1 - cases.y_test.mean())
assert np.mean(compared["activation, 6 x 16"]["sigmoid"]) < commonest + 0.03
figures.accuracy_comparison(compared, baseline=commonest)

# %% [markdown]
# Without a hidden layer the rules that combine two facts are out of reach. One layer of a few
# units finds them. Six layers of sigmoids learn nothing in this time: each multiplies the
# gradient by at most 1/4. PReLU and ReLU let it through.

# %% [markdown]
# ## 1.8 The attack: a file in a gradient
#
# Back to the prediction of section 1.1. The adversary sees the weights and one gradient. Line 2
# of section 1.5, for a single case and unit $j$ of the first layer, says
#
# $$\frac{\partial L}{\partial W_1[j,:]} = \delta_j\,[1, x_1, \dots, x_d].$$
#
# The unknown factor $\delta_j$ stands in front of everything, also in front of the bias
# node's 1.
#
# ### Exercise 1.7: read the record
#
# *Difficulty 3/5. Importance 5/5. In class, 10 minutes.*
#
# <details><summary>Hint 1</summary>What is column 0 of the gradient, in the formula above?</details>
# <details><summary>Hint 2</summary>A ReLU that does not react has delta 0. Look for the row with the
# strongest signal, whatever its sign.</details>


# %% exercise="record_from_gradient"
def record_from_gradient(dW: np.ndarray) -> np.ndarray:
    """Return the input x of the one case whose gradient of layer 1 is dW.

    dW has shape (units, 1 + inputs); column 0 belongs to the bias node. Rows of units
    that did not react are all 0; at least one unit did react. The result has shape
    (inputs,).
    """
    # BEGIN SOLUTION
    row = dW[np.argmax(np.abs(dW[:, 0]))]
    return row[1:] / row[0]
    # END SOLUTION


# %% check="record_from_gradient" points=2
with checking("record_from_gradient"):
    backwards.check_record_from_gradient(record_from_gradient)
    # BEGIN HIDDEN TESTS
    backwards.check_record_from_gradient(record_from_gradient, dead=(1, 2, 3, 4))
    backwards.check_record_from_gradient(record_from_gradient, dead=(0, 1, 2, 4))
    backwards.check_any_record(record_from_gradient, seed=None)
    # END HIDDEN TESTS

# %% [markdown]
# Now with the package's function on Hana Calderova's file, in the network that was just
# trained. Nobody sent her file anywhere. Only the gradient of one step was seen:

# %%
from ppdl_course.attacks.gradient_leakage import closed_form

network = trained["law cases"]
gradient = network.loss_and_gradient(cases.X[:1], cases.y[:1], CrossEntropy())[1]
read = closed_form(network, gradient)
print(f"largest error in {len(read)} numbers: {np.abs(read - cases.X[0]).max():.1e}")
assert np.allclose(read, cases.X[0], atol=1e-6)

# %%
record = dict(zip(cases.feature_names, read, strict=True))
ages = np.array([cases.records[i].age for i in cases.train])
age = round(record["age"] * ages.std() + ages.mean())
print(age, [name for name, value in record.items() if "=" in name and value > 0.5])
assert age == hana.age

# %% [markdown]
# Age, charge, court and district, exactly. Does it help to add up many cases before anyone
# sees the gradient? The same attack again, on batches of digits, before and after training:
# in how many batches is what we read an image of the batch, within 5 % of the grey scale?
# **Predict:** which network is the safer one?


# %%
def exposed(network, n):
    hits = []
    for i in range(0, len(digits.X_test) - n + 1, n):
        x, y = digits.X_test[i : i + n], digits.y_test[i : i + n]
        gradient = network.loss_and_gradient(x, y, CrossEntropy())[1]
        distances = np.abs(closed_form(network, gradient) - x).mean(axis=1)
        hits.append(distances.min() < 0.05)
    return np.mean(hits)


# %%
fresh = Network([64, 96, 48, 10], "prelu", rng=np.random.default_rng(SEED))
networks = {"before training": fresh, "after training": trained["digits"]}
sizes = (1, 2, 4, 8, 16, 32)
shares = {name: [exposed(net, n) for n in sizes] for name, net in networks.items()}
assert shares["after training"][3] > shares["before training"][3]
figures.exposed_by_batch(sizes, shares)

# %% [markdown]
# Before training, a batch blurs the picture. After training the network is sure of nearly all
# cases, their $\delta$ is almost 0, and what is left in the sum is the case that it finds
# hardest: the unusual one, whom protection should serve first. Blur is not protection.
# **Not protected** after this chapter: the files, the gradients, and the weights, which are
# sums of gradients.
#
# ### Question 1.8 (graded by hand)
#
# *Difficulty 2/5. Importance 5/5. At home, 15 minutes.*
#
# The ministry's contractor proposes: "Each court computes its gradients at home and sends only
# those to us. No personal data leaves the court." In three or four sentences: is that true for
# the network of this chapter, who learns what, and what would you ask the contractor to change first?

# %% [markdown] question="only_gradients" points=3
# **Model answer.** It is false. For one case, each row of the first layer's gradient is the case's
# record times one number, and the bias node's entry gives that number, so whoever receives the
# gradient (the contractor, or anybody who taps the line) computes the record by one
# division. Names and phone numbers are not among the columns, but age, family and district are, and together
# with the charge they often single out one person. Larger batches mix the records but give
# no guarantee. First change: nobody may see one court's gradient; let courts add their gradients up under
# encryption or by shares (chapters 6 and 14), and add noise so that even the sum says
# little about one person (chapter 16).
#
# **Rubric.** 1 point: says that the gradient reveals the input and why (common factor, bias node). 1 point: names who
# learns it. 1 point: a change that addresses it (secure aggregation, encryption, noise); "larger
# batches" alone gives half a point.

# %% [markdown]
# ## 1.9 What it cost
#
# Later chapters protect the same two tasks and pay in these four currencies. This is the
# price without protection:

# %%
print("task       accuracy  seconds  numbers  bytes of a gradient")
for task, net in trained.items():
    right = accuracy(net, tasks[task].X_test, tasks[task].y_test)
    seconds, size = histories[task].seconds, net.flat.nbytes
    print(f"{task:10} {right:8.3f} {seconds:8.2f} {len(net.flat):8} {size:20}")

# %% [markdown]
# No message was sent, so there were no rounds: one machine saw everything. To close, the two
# ends of section 1.3 in a race on the digits: sigmoids, and PReLU with one slope a layer.

# %%
race, plan = {}, {"rate": 0.05, "epochs": 40}
_, race["sigmoid"] = learn(digits, (64, 32), "sigmoid", **plan)
net, race["PReLU"] = learn(digits, (64, 32), PReLU(shared=True), **plan)
print(f"PReLU's slopes, from 0.25: {[a.round(2).tolist() for a in net.slopes[:-1]]}")

# %%
assert race["PReLU"].validation_loss[9] < race["sigmoid"].validation_loss[-1] / 2
figures.training_curves(race)

# %% [markdown]
# The same data, widths, rate and epochs: the sigmoids' loss has fallen a little when PReLU's
# has long been close to 0.
#
# ## Summary
#
# - A layer is $z_k = W_k[1; a_{k-1}]$ and an activation; the bias node is a constant 1 that
#   receives no link.
# - Cross entropy is a distance from the label's distribution; computed from the logits it is
#   exact where probabilities round to 0.
# - Back-propagation is two matrix products a layer. Check it by central differences and by a
#   library before you believe it.
# - Training repeats until a condition holds. The honest one looks at held-out data.
# - The gradient of one file **is** the file, times a number. Nothing in this chapter protects it.
#
# ## Further reading
#
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning representations by back-propagating
#   errors*, Nature 323, 1986.
# - [10] K. He, X. Zhang, S. Ren, J. Sun, *Delving Deep into Rectifiers: Surpassing Human-Level
#   Performance on ImageNet Classification*, ICCV 2015: PReLU and the starting weights.
# - [36] L. T. Phong, Y. Aono, T. Hayashi, L. Wang, S. Moriai, *Privacy-Preserving Deep Learning via
#   Additively Homomorphic Encryption*, IEEE TIFS 2018: the leak of section 1.8, and a
#   remedy that chapter 14 builds.
#
# ## Quiz
#
# 1. How many numbers does the Fig. 1 network learn?
#    <details><summary>Answer</summary>4·4 + 4·5 + 2·5 = 46.</details>
# 2. Why does PReLU with $a = 1$ make depth useless?
#    <details><summary>Answer</summary>It is the identity; a product of matrices is one
#    matrix.</details>
# 3. A gradient check agrees to 1e-2 for ReLU at $h = 10^{-6}$, and to 1e-9 for the sigmoid. Is the
#    ReLU code wrong?
#    <details><summary>Answer</summary>Perhaps not: some z may lie within the step of 0, where the ReLU has a kink
#    and the quotient mixes both slopes. Check at another point.</details>
# 4. Which unit of the first layer leaks more, one that reacts to half of a batch or to one case of
#    it?
#    <details><summary>Answer</summary>The one that reacts to one case: its row is that case's record times a
#    number.</details>
