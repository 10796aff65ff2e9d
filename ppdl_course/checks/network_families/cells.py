"""Checks of chapter 2, first half: recurrence, the LSTM, trees, He's rule.

Each check computes what it expects from torch's own layer or a slow obvious loop, never
from a solution, and tells the usual mistakes apart by what they would return.
"""

import math
from collections.abc import Callable
from itertools import permutations

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.checks.verdict import (
    Mistake,
    lent,
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 2018


def _draw(*shape: int, seed: int = SEED) -> Tensor:
    rng = np.random.default_rng([seed, *shape])
    return torch.from_numpy(rng.normal(size=shape))


def check_rnn_states(
    rnn_states: Callable[..., object],
    *,
    steps: int = 6,
    inputs: int = 3,
    width: int = 4,
) -> None:
    """Check the states of a recurrent layer against ``torch.nn.RNN``."""
    x, b = _draw(steps, inputs), _draw(width)
    W_x, W_h = _draw(width, inputs), _draw(width, width, seed=1)
    rnn = nn.RNN(inputs, width, dtype=torch.float64)
    _set(rnn, W_x, W_h, b)
    with torch.no_grad():
        expected = rnn(x)[0].numpy()
        no_join = torch.tanh(x @ W_x.T + b).numpy()
    arguments = [value.clone() for value in (x, W_x, W_h, b)]
    table = "the table of states"
    states = require_array(
        plain(rnn_states(*arguments)), shape=(steps, width), what=table
    )

    def loop(step: Callable[[Tensor, Tensor], Tensor]) -> np.ndarray:
        h, out = torch.zeros(width, dtype=torch.float64), []
        for row in x:
            h = step(row @ W_x.T + b, h)
            out.append(h)
        return torch.stack(out).numpy()

    turned = "W_h is the wrong way round: column j holds the links that leave node j."
    outside = "the self-join's product goes into tanh together with W_x x_t + b."
    mistakes = [
        ("each state forgets the one before it: the self-join is missing.", no_join),
        (turned, loop(lambda drive, h: torch.tanh(drive + W_h.T @ h))),
        (outside, loop(lambda drive, h: torch.tanh(drive) + W_h @ h)),
        (
            "W_h has to multiply the state before: adding the state is not enough.",
            loop(lambda drive, h: torch.tanh(drive + h)),
        ),
        ("the states come last first.", expected[::-1]),
        ("the bias b is missing.", loop(lambda d, h: torch.tanh(d - b + W_h @ h))),
        (
            "the first row is the state after the first input, not h_0.",
            np.vstack([np.zeros(width), expected[:-1]]),
        ),
        (
            "this is a sigmoid: the formula has tanh.",
            loop(lambda d, h: torch.sigmoid(d + W_h @ h)),
        ),
    ]
    require_close(states, expected, what=table, mistakes=mistakes)
    for name, before, after in zip(
        ("x", "W_x", "W_h", "b"), (x, W_x, W_h, b), arguments, strict=True
    ):
        require_kept(before.numpy(), after.numpy(), name)


def plain(value: object) -> object:
    """Return an answer without torch's record for gradients, in lists too."""
    if isinstance(value, Tensor):
        return value.detach()
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def _set(layer: nn.RNN | nn.LSTM, W_x: Tensor, W_h: Tensor, b: Tensor) -> None:
    with torch.no_grad():
        layer.weight_ih_l0.copy_(W_x)
        layer.weight_hh_l0.copy_(W_h)
        layer.bias_ih_l0.copy_(b)
        layer.bias_hh_l0.zero_()


def check_lstm_step(
    lstm_step: Callable[..., object],
    *,
    order: str = "ifgo",
    inputs: int = 3,
    width: int = 4,
) -> None:
    """Check state and cell after one step against ``torch.nn.LSTM``.

    Args:
        lstm_step: The student's function.
        order: The letters i, f, g and o in the order of the blocks it is given.
        inputs: The length of x.
        width: That of h and c.
    """
    x, b = _draw(inputs), _draw(4 * width)
    W_x, W_h = _draw(4 * width, inputs), _draw(4 * width, width)
    h, c = torch.tanh(_draw(width, seed=3)), _draw(width, seed=4)
    lstm = nn.LSTM(inputs, width, dtype=torch.float64)
    _set(lstm, W_x, W_h, b)
    with torch.no_grad():
        _, (new_h, new_c) = lstm(x[None], (h[None], c[None]))
    expected = torch.cat([new_h, new_c]).numpy()
    arguments = h.clone(), c.clone()
    places = ["ifgo".index(gate) for gate in order]  # of the blocks, torch's to ours
    weights = (w.unflatten(0, (4, width))[places].flatten(0, 1) for w in (W_x, W_h, b))
    answer = lstm_step(x, *arguments, *weights)
    for name, before, after in zip("hc", (h, c), arguments, strict=True):
        require_kept(before.numpy(), after.numpy(), name)
    require(
        isinstance(answer, tuple | list) and len(answer) == 2,
        "lstm_step must return two things: the new h and the new c",
    )
    pair = [
        require_array(plain(value), shape=(width,), what=name)
        for name, value in zip(("h", "c"), answer, strict=True)
    ]
    require_close(
        np.array(pair),
        expected,
        what="h or c",
        mistakes=_lstm_mistakes(
            (W_x @ x + W_h @ h + b).numpy().reshape(4, width),
            c.numpy(),
            expected,
            order,
        ),
    )


def _lstm_mistakes(
    gates: np.ndarray, c: np.ndarray, expected: np.ndarray, order: str
) -> list[tuple[str, np.ndarray]]:
    """Return messages and what each mistake gives; gates has rows i, f, g, o."""

    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    def out(cell: np.ndarray, gate: np.ndarray) -> np.ndarray:
        return np.stack([sigmoid(gate) * np.tanh(cell), cell])

    i, f, g, o = gates
    cell = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    misread = []  # the blocks of one order, taken for those of another
    blocks = gates[["ifgo".index(gate) for gate in order]]
    for other in map("".join, permutations("ifgo")):
        i_, f_, g_, o_ = blocks[[other.index(gate) for gate in "ifgo"]]
        message = (
            f"you read the blocks as {other}, and here they are {order}. Are two the "
            "wrong way round, or is it another variant's order?"
        )
        wrong = out(sigmoid(f_) * c + sigmoid(i_) * np.tanh(g_), o_)
        misread.append((message, wrong))
    return [
        ("h and c are the wrong way round: return h first.", expected[::-1]),
        (
            "the cell forgets everything: f * c is missing.",
            out(sigmoid(i) * np.tanh(g), o),
        ),
        (
            "the forget gate is missing: c is kept whole.",
            out(c + sigmoid(i) * np.tanh(g), o),
        ),
        (
            "g is a candidate, not a gate: it goes through tanh, from -1 to 1.",
            out(sigmoid(f) * c + sigmoid(i) * sigmoid(g), o),
        ),
        (
            "the candidate g goes through tanh.",
            out(sigmoid(f) * c + sigmoid(i) * g, o),
        ),
        (
            "h shows the cell through tanh: o * tanh(c).",
            np.stack([sigmoid(o) * cell, cell]),
        ),
        (
            "h has to show the new cell, not the one before.",
            np.stack([sigmoid(o) * np.tanh(c), cell]),
        ),
        *misread,
    ]


def check_encode_tree(encode_tree: Callable[..., object], *, width: int = 3) -> None:
    """Check a leaf, a pair, and deeper trees against an explicit stack."""
    vectors = {word: _draw(width, seed=i) for i, word in enumerate("abcd")}
    W, b = _draw(width, 2 * width), _draw(width)

    def encoded(tree: object, what: str) -> np.ndarray:
        return require_array(
            plain(encode_tree(tree, *lent(vectors, W, b))), shape=(width,), what=what
        )

    leaf = encoded("a", 'the vector of "a"')
    require_close(
        leaf,
        vectors["a"].numpy(),
        what="the vector of a leaf",
        mistakes=[
            (
                "a leaf is its word's vector as it stands, without tanh.",
                torch.tanh(vectors["a"]).numpy(),
            )
        ],
    )
    pair = torch.cat([vectors["a"], vectors["b"]])
    turned = torch.cat([vectors["b"], vectors["a"]])
    require_close(
        encoded(("a", "b"), 'the vector of ("a", "b")'),
        torch.tanh(W @ pair + b).numpy(),
        what='the vector of ("a", "b")',
        mistakes=[
            (
                "the children are the wrong way round.",
                torch.tanh(W @ turned + b).numpy(),
            ),
            ("a node's vector goes through tanh.", (W @ pair + b).numpy()),
            ("the bias b is missing.", torch.tanh(W @ pair).numpy()),
            ("b goes into tanh, too.", (torch.tanh(W @ pair) + b).numpy()),
            (
                "each child has a half of W of its own.",
                torch.tanh(W[:, :width] @ (vectors["a"] + vectors["b"]) + b).numpy(),
            ),
            (
                "this is the mean of the children: W is not used.",
                ((vectors["a"] + vectors["b"]) / 2).numpy(),
            ),
        ],
    )
    chain = (((("a", "b"), "c"), "d"), "(((a b) c) d)")
    for tree, name in (
        chain,
        (("a", ("b", ("c", "d"))), "(a (b (c d)))"),
        ((("a", "b"), ("c", "d")), "((a b) (c d))"),
    ):
        got = encoded(tree, name)
        left, right = (
            _by_stack(shape, vectors, W, b)
            for shape in (chain[0], ("a", ("b", ("c", "d"))))
        )
        mistakes = [
            ("you read the words in a chain: follow the tree.", left),
            ("you read the words in a chain from the right: follow the tree.", right),
        ]
        require_close(got, _by_stack(tree, vectors, W, b), what=name, mistakes=mistakes)


def _by_stack(tree: object, vectors: dict, W: Tensor, b: Tensor) -> np.ndarray:
    """Encode ``tree`` in postfix order, without recursion."""
    waiting, done = [(tree, False)], []
    while waiting:
        node, children_done = waiting.pop()
        if isinstance(node, str):
            done.append(vectors[node])
        elif children_done:
            right, left = done.pop(), done.pop()
            done.append(torch.tanh(W @ torch.cat([left, right]) + b))
        else:
            waiting += [(node, True), (node[1], False), (node[0], False)]
    return done[0].numpy()


def check_he_std(he_std: Callable[..., object], *, layers: int = 30) -> None:
    """Check He's rule by the signal that comes out of a deep network.

    The signal's mean square after 30 layers of 256 is within [0.5, 2] of the first for
    the right rule, and at least 2^7 times off for the mistakes below.
    """
    for fan_in, slope in ((256, 0.0), (256, 0.25), (1, 0.0), (100, 1.0)):
        answer = plain(he_std(fan_in, slope))
        std = float(require_array(answer, shape=(), what="he_std"))
        # He's rule for a leaky unit: its second moment is (1 + slope^2) / 2
        right = math.sqrt(2 / (1 + slope**2) / fan_in)
        known = [
            ("this is the variance; return its square root.", right**2),
            (
                "1/n is right without a rectifier; half of the signal is lost in it.",
                math.sqrt(1 / fan_in),
            ),
            (
                "the slope lets a part of the negative half through: use it.",
                math.sqrt(2 / fan_in),
            ),
            (
                "the slope acts on the square of the signal, so it enters as a^2.",
                math.sqrt(2 / (1 + slope) / fan_in),
            ),
            (
                "what the slope lets through makes the weights smaller, not larger.",
                math.sqrt(2 * (1 + slope**2) / fan_in),
            ),
            ("n belongs under the root.", math.sqrt(2 / (1 + slope**2)) / fan_in),
            (
                "the weights have to make up for what is lost: larger, not smaller.",
                math.sqrt(1 / (2 * (1 + slope**2)) / fan_in),
            ),
            (
                "this is the bound of a uniform draw, not its standard deviation.",
                math.sqrt(6 / (1 + slope**2) / fan_in),
            ),
        ]
        if math.isclose(std, right, rel_tol=1e-5):
            continue
        after = _signal(std, fan_in, slope, layers)
        hint = next(
            (m for m, value in known if math.isclose(std, value, rel_tol=1e-5)), ""
        )
        raise Mistake(
            f"with your std the signal is {after:.1e} times as strong after {layers} "
            f"layers of {fan_in} (slope {slope}); it should stay near 1. {hint}"
        )


def _signal(std: float, fan_in: int, slope: float, layers: int) -> float:
    """Return the mean square after ``layers`` layers, relative to the input's."""
    rng = np.random.default_rng(SEED)
    x = rng.standard_normal((64, fan_in))
    start = np.mean(x**2)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(layers):
            y = x @ (std * rng.standard_normal((fan_in, fan_in)))
            x = np.where(y > 0, y, slope * y)
    return float(np.mean(x**2) / start)
