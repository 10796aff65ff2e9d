"""Check of chapter 2: a recurrent layer.

What is expected comes from torch's own layer, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.network_families.tensors import SEED, normals, plain
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)


@drawn_anew
def check_rnn_states(
    rnn_states: Callable[..., object],
    *,
    steps: int = 6,
    inputs: int = 3,
    width: int = 4,
    seed: int = SEED,
) -> None:
    """Check the states of a recurrent layer against ``torch.nn.RNN``.

    The weights are small enough that a rounded state is forgotten, not enlarged: single
    precision gives the same table, however many steps there are.
    """
    draw = normals(seed)
    x, b = draw(steps, inputs), draw(width)
    W_x, W_h = draw(width, inputs), draw(width, width) / width**0.5
    rnn = nn.RNN(inputs, width, dtype=torch.float64)
    set_weights(rnn, W_x, W_h, b)
    with torch.no_grad():
        expected = rnn(x)[0].numpy()
    arguments = [value.clone() for value in (x, W_x, W_h, b)]
    table = "the table of states"
    answer = plain(rnn_states(*arguments))
    require(
        steps == 1 or np.shape(answer) != (width,),
        "return the states of all steps, a row each; yours is one state. "
        f"{table} must have shape {(steps, width)}.",
    )
    require(
        np.shape(answer) != (steps + 1, width),
        f"each of the {steps} inputs gives a state: yours are {steps + 1}. h_0, the "
        "state before the first input, is no row of the table.",
    )
    require(
        steps == 1 or np.shape(answer) != (steps - 1, width),
        f"each of the {steps} inputs gives a state: yours are {steps - 1}.",
    )
    states = require_array(answer, shape=(steps, width), what=table)
    if not np.allclose(states, expected, rtol=1e-5, atol=1e-5):
        again = plain(rnn_states(*(value.clone() for value in (x, W_x, W_h, b))))
        require(
            np.shape(again) == states.shape
            and np.allclose(np.asarray(again, float), states, rtol=1e-5, atol=1e-5),
            "the same arguments give other states in a second call: start from h_0 = 0 "
            "each time; nothing is drawn, and nothing kept from an earlier call.",
        )
    mistakes = list(_rnn_mistakes(x, W_x, W_h, b, expected))
    require_close(states, expected, what=table, mistakes=mistakes)
    for name, before, after in zip(
        ("x", "W_x", "W_h", "b"), (x, W_x, W_h, b), arguments, strict=True
    ):
        require_kept(before.numpy(), after.numpy(), name)


def set_weights(layer: nn.RNN | nn.LSTM, W_x: Tensor, W_h: Tensor, b: Tensor) -> None:
    """Give torch's layer these weights and one bias."""
    with torch.no_grad():
        layer.weight_ih_l0.copy_(W_x)
        layer.weight_hh_l0.copy_(W_h)
        layer.bias_ih_l0.copy_(b)
        layer.bias_hh_l0.zero_()


def _rnn_mistakes(
    x: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor, expected: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what each usual mistake makes of this sequence."""
    zeros, tanh = torch.zeros_like(b), torch.tanh

    def loop(
        step: Callable[[Tensor, Tensor], Tensor],
        start: Tensor = zeros,
        rows: Tensor = x,
        show: Callable[[Tensor], Tensor] = lambda h: h,
    ) -> np.ndarray:
        """Return the table of a layer that makes ``step`` of W_x x_t + b and h."""
        h, out = start, []
        for row in rows:
            h = step(W_x @ row + b, h)
            out.append(show(h))
        return torch.stack(out).numpy()

    def right(drive: Tensor, h: Tensor) -> Tensor:
        return tanh(drive + W_h @ h)

    start = "h_0 is 0: "
    turned = "W_h is the wrong way round: column j holds the links that leave node j."
    outside = "the self-join's product goes into tanh together with W_x x_t + b."
    order = "read the sequence from its first row on: yours begins with the last."
    inside = (
        "the state that is fed back has gone through tanh: yours is the sum before it."
    )
    first = torch.tanh(W_x @ x[0] + b)
    yield (
        "each state forgets the one before it: the self-join is missing.",
        (tanh(x @ W_x.T + b).numpy()),
    )
    yield turned, loop(lambda d, h: tanh(d + W_h.T @ h))
    yield outside, loop(lambda d, h: tanh(d) + W_h @ h)
    yield (
        "W_h has to multiply the state before: adding the state is not enough.",
        loop(lambda d, h: tanh(d + h)),
    )
    yield "the states come last first.", expected[::-1]
    yield "the bias b is missing.", loop(lambda d, h: tanh(d - b + W_h @ h))
    yield (
        "the first row is the state after the first input, not h_0.",
        np.vstack([zeros.numpy(), expected[:-1]]),
    )
    yield (
        "this is a sigmoid: the formula has tanh.",
        (loop(lambda d, h: torch.sigmoid(d + W_h @ h))),
    )
    yield (
        "this is a ReLU: the formula has tanh.",
        (loop(lambda d, h: torch.relu(d + W_h @ h))),
    )
    yield "tanh is missing: the states are sums.", loop(lambda d, h: d + W_h @ h)
    yield inside, loop(lambda d, h: d + W_h @ h, show=tanh)
    yield f"{start}yours starts at ones.", loop(right, torch.ones_like(b))
    yield f"{start}yours starts at b.", loop(right, b)
    yield f"{start}yours starts at tanh(b).", loop(right, tanh(b))
    yield f"{start}yours starts at W_x x_1.", loop(right, W_x @ x[0])
    yield f"{start}yours starts at the state after the first input.", loop(right, first)
    yield "add the bias b once, not twice.", loop(lambda d, h: right(d + b, h))
    yield "the bias b is added, not subtracted.", loop(lambda d, h: right(d - 2 * b, h))
    yield (
        "the bias b goes into tanh, too.",
        (loop(lambda d, h: tanh(d - b + W_h @ h) + b)),
    )
    yield order, loop(right, rows=x.flip(0))
    yield order, loop(right, rows=x.flip(0))[::-1]
    yield (
        "a state is tanh of the sum: the state before is not added to it again.",
        (loop(lambda d, h: h + right(d, h))),
    )
    yield (
        "the self-join's product is added, not subtracted.",
        (loop(lambda d, h: tanh(d - W_h @ h))),
    )
    yield (
        "W_h links all nodes: a product of matrix and state, not its diagonal alone.",
        (loop(lambda d, h: tanh(d + W_h.diag() * h))),
    )
    yield (
        "W_h links all nodes: a product of matrix and state, not entry by entry.",
        (loop(lambda d, h: tanh(d + (W_h * h).sum(0)))),
    )
    yield (
        "each state comes from the one right before it, not always from h_1.",
        (np.vstack([first, tanh(x[1:] @ W_x.T + b + W_h @ first)])),
    )
    yield (
        "each state comes from the one right before it: yours from an older one, two "
        "steps back.",
        _two_back(lambda row, h: tanh(W_x @ row + b + W_h @ h), x, zeros),
    )
    yield (
        "the rows are one tensor, changed in place: keep a copy of each state.",
        (np.tile(expected[-1], (len(x), 1))),
    )
    yield "the input W_x x_t is missing.", loop(lambda d, h: tanh(b + W_h @ h))
    yield (
        "each state needs its own input x_t: yours reads the first one again.",
        (loop(lambda d, h: right(W_x @ x[0] + b, h))),
    )
    yield (
        "the inputs are not added up: the state before carries what came earlier.",
        (tanh(torch.cumsum(x @ W_x.T, 0) + b).numpy()),
    )


def _two_back(
    step: Callable[[Tensor, Tensor], Tensor], x: Tensor, zeros: Tensor
) -> np.ndarray:
    """Return the table where each state comes from the last but one."""
    states = [zeros, zeros]
    for row in x:
        states.append(step(row, states[-2]))
    return torch.stack(states[2:]).numpy()
