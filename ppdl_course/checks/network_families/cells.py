"""Checks of chapter 2: a recurrent layer and one step of an LSTM.

Each check computes what it expects from torch's own layer, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.checks.network_families.tensors import draw, plain
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)


def check_rnn_states(
    rnn_states: Callable[..., object],
    *,
    steps: int = 6,
    inputs: int = 3,
    width: int = 4,
) -> None:
    """Check the states of a recurrent layer against ``torch.nn.RNN``."""
    x, b = draw(steps, inputs), draw(width)
    W_x, W_h = draw(width, inputs), draw(width, width, seed=1)
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
    x, b = draw(inputs), draw(4 * width)
    W_x, W_h = draw(4 * width, inputs), draw(4 * width, width)
    h, c = torch.tanh(draw(width, seed=3)), draw(width, seed=4)
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
