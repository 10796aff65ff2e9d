"""Check of chapter 2: one step of an LSTM.

What is expected comes from torch's own layer, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np
import torch
from torch import nn

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.network_families.cells import set_weights
from ppdl_course.checks.network_families.tensors import SEED, normals, plain
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)


@drawn_anew
def check_lstm_step(
    lstm_step: Callable[..., object],
    *,
    order: str = "ifgo",
    inputs: int = 3,
    width: int = 4,
    seed: int = SEED,
) -> None:
    """Check state and cell after one step against ``torch.nn.LSTM``.

    Args:
        lstm_step: The student's function.
        order: The letters i, f, g and o in the order of the blocks it is given.
        inputs: The length of x.
        width: That of h and c.
        seed: Of all numbers.
    """
    draw = normals(seed)
    x, b = draw(inputs), draw(4 * width)
    W_x, W_h = draw(4 * width, inputs), draw(4 * width, width)
    h, c = torch.tanh(draw(width)), draw(width)
    lstm = nn.LSTM(inputs, width, dtype=torch.float64)
    set_weights(lstm, W_x, W_h, b)
    with torch.no_grad():
        _, (new_h, new_c) = lstm(x[None], (h[None], c[None]))
    expected = torch.cat([new_h, new_c]).numpy()
    places = ["ifgo".index(gate) for gate in order]  # of the blocks, torch's to ours
    weights = [w.unflatten(0, (4, width))[places].flatten(0, 1) for w in (W_x, W_h, b)]
    lent = [value.clone() for value in (x, h, c, *weights)]
    answer = lstm_step(*lent)
    names = ("x", "h", "c", "W_x", "W_h", "b")
    for name, before, after in zip(names, (x, h, c, *weights), lent, strict=True):
        require_kept(before.numpy(), after.numpy(), name)
    require(
        isinstance(answer, tuple | list) and len(answer) == 2,
        "lstm_step must return two things: the new h and the new c",
    )
    pair = np.array(
        [
            require_array(plain(value), shape=(width,), what=name)
            for name, value in zip(("h", "c"), answer, strict=True)
        ]
    )
    sums = [part.numpy() for part in (W_x @ x, W_h @ h, W_h @ c, b)]
    cell_right = np.allclose(pair[1], expected[1], rtol=1e-5, atol=1e-5)
    require_close(
        pair,
        expected,
        what="h (c is right)" if cell_right else "h or c",
        mistakes=list(_lstm_mistakes(sums, h.numpy(), c.numpy(), expected, order)),
    )


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def _lstm_mistakes(
    sums: list[np.ndarray],
    h: np.ndarray,
    c: np.ndarray,
    expected: np.ndarray,
    order: str,
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield messages and what each mistake gives.

    Args:
        sums: W_x x, W_h h, W_h c and b, in torch's order of the gates.
        h: The state before.
        c: The cell before.
        expected: The right state and cell.
        order: Of the blocks that the answer was given.
    """
    by_x, by_h, by_c, b = sums
    s, tanh = _sigmoid, np.tanh

    def step(
        z: np.ndarray,
        cell: Callable[..., np.ndarray] = lambda i, f, g: s(f) * c + s(i) * tanh(g),
        show: Callable[..., np.ndarray] = lambda o, new: s(o) * tanh(new),
    ) -> np.ndarray:
        i, f, g, o = z.reshape(4, -1)
        new = cell(i, f, g)
        return np.stack([show(o, new), new])

    z = by_x + by_h + b
    i, f, _, o = z.reshape(4, -1)
    new = expected[1]
    yield "h and c are the wrong way round: return h first.", expected[::-1]
    gates = "i, f and o are gates: they go through a sigmoid, from 0 to 1"
    candidate = "g is a candidate, not a gate: it goes through tanh, from -1 to 1."
    parts = (
        ("the cell forgets everything: f * c is missing.",
         lambda i, f, g: s(i) * tanh(g)),
        ("the forget gate is missing: c is kept whole.",
         lambda i, f, g: c + s(i) * tanh(g)),
        (candidate, lambda i, f, g: s(f) * c + s(i) * s(g)),
        ("the candidate g goes through tanh.", lambda i, f, g: s(f) * c + s(i) * g),
        ("the input gate is missing: the candidate enters whole.",
         lambda i, f, g: s(f) * c + tanh(g)),
        ("the candidate is missing: the input gate alone enters.",
         lambda i, f, g: s(f) * c + s(i)),
        ("nothing new enters: i * g is missing.", lambda i, f, g: s(f) * c),
        ("the input gate has a block of its own: 1 - f is another cell's (the GRU's).",
         lambda i, f, g: s(f) * c + (1 - s(f)) * tanh(g)),
        ("the forget gate has a block of its own: 1 - i is another cell's, where the "
         "two are coupled.", lambda i, f, g: (1 - s(i)) * c + s(i) * tanh(g)),
        ("f and i are the wrong way round: f keeps the old cell, i lets g in.",
         lambda i, f, g: s(i) * c + s(f) * tanh(g)),
        ("the input gate is used for both: f keeps the old cell.",
         lambda i, f, g: s(i) * (c + tanh(g))),
        ("f is what is kept, not what is forgotten: f * c, not (1 - f) * c.",
         lambda i, f, g: (1 - s(f)) * c + s(i) * tanh(g)),
        ("the forget gate multiplies c; it is not added.",
         lambda i, f, g: s(f) + c + s(i) * tanh(g)),
        ("what enters is added, not subtracted.",
         lambda i, f, g: s(f) * c - s(i) * tanh(g)),
        ("the forget gate acts on the old cell only, not on what enters.",
         lambda i, f, g: s(f) * (c + s(i) * tanh(g))),
        ("the forget gate acts on the cell c, not on the state h.",
         lambda i, f, g: s(f) * h + s(i) * tanh(g)),
        ("the new cell does not go through tanh: only what h shows of it does.",
         lambda i, f, g: tanh(s(f) * c + s(i) * tanh(g))),
        ("the gates do not look at the cell (no peephole).",
         lambda i, f, g: s(f + c) * c + s(i + c) * tanh(g)),
        ("the gates do not look at the cell (no peephole).",
         lambda i, f, g: s(f + c) * c + s(i) * tanh(g)),
        ("nothing is added to the forget gate: its bias is in b.",
         lambda i, f, g: s(f + 1) * c + s(i) * tanh(g)),
    )  # fmt: skip
    for message, cell in parts:
        yield message, step(z, cell)
    shown = (
        ("h shows the cell through tanh: o * tanh(c).", s(o) * new),
        ("h has to show the new cell, not the one before.", s(o) * tanh(c)),
        ("the output gate is missing: h shows the whole cell.", tanh(new)),
        ("h shows the cell through tanh, not through a sigmoid.", s(o) * s(new)),
        ("the output gate multiplies; it is not added.", s(o) + tanh(new)),
        ("h is gated by o, not by f.", s(f) * tanh(new)),
        ("h is gated by o, not by i.", s(i) * tanh(new)),
        (f"{gates}: o went through tanh.", tanh(o) * tanh(new)),
        (f"{gates}: o went through nothing.", o * tanh(new)),
        ("h is o * tanh(c): the state before is not in it.", s(o) * tanh(new) + h),
    )
    for message, state in shown:
        yield message, np.stack([state, new])
    yield "return the new cell: your c is the one before.", np.stack([expected[0], c])
    yield "return the new state: your h is the one before.", np.stack([h, new])
    yield (
        "the new cell does not go through tanh: only what h shows of it does.",
        np.stack([s(o) * tanh(new), tanh(new)]),
    )
    yield (
        f"{gates}: yours go through tanh.",
        step(
            z,
            lambda i, f, g: tanh(f) * c + tanh(i) * tanh(g),
            lambda o, new: tanh(o) * tanh(new),
        ),
    )
    yield (
        f"{gates}: yours go through nothing.",
        step(z, lambda i, f, g: f * c + i * tanh(g), lambda o, new: o * tanh(new)),
    )
    yield f"{gates} once: yours go through two.", step(s(z))
    misread = (
        ("the bias b is missing.", by_x + by_h),
        ("add the bias b once, not twice.", z + b),
        ("the bias b is added, not subtracted.", z - 2 * b),
        ("the state before is missing: W_h h.", by_x + b),
        ("the input is missing: W_x x.", by_h + b),
        ("W_h multiplies the state h, not the cell c.", by_x + by_c + b),
        ("W_h's product is added, not subtracted.", by_x - by_h + b),
    )
    for message, other in misread:
        yield message, step(other)
    blocks = z.reshape(4, -1)[["ifgo".index(gate) for gate in order]]
    for other in map("".join, permutations("ifgo")):
        message = (
            f"you read the blocks as {other}, and here they are {order}. Are two the "
            "wrong way round, or is it another variant's order?"
        )
        yield message, step(blocks[[other.index(gate) for gate in "ifgo"]])
    mixed = blocks.reshape(-1, 4).T[[order.index(gate) for gate in "ifgo"]]
    yield "the rows of a gate stand in one block, not every fourth row.", step(mixed)
