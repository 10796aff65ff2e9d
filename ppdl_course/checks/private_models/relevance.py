"""Visible check of chapter 17: relevance, spread over one layer."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    holds_nan,
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
)


@on_other_data
@drawn_anew
def check_spread_relevance(
    spread_relevance: Callable[..., object],
    *,
    units: int = 3,
    inputs: int = 4,
    n: int = 5,
    seed: int = 16,
    stabiliser: float = 0.02,
) -> None:
    """Check one layer of relevance propagation, and what it conserves."""
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(units, 1 + inputs))
    a, relevance = rng.random((n, inputs)), rng.normal(size=(n, units))
    right = _spread(W, a, relevance, stabiliser)
    what = "spread_relevance(W, a, relevance)"

    def ask(*mine: np.ndarray) -> object:
        arguments = [array.copy() for array in mine]
        with np.errstate(all="ignore"):
            raw = spread_relevance(*arguments)
        for name, array, theirs in zip(
            ("W", "a", "relevance"), mine, arguments, strict=True
        ):
            require_kept(array, theirs, name)
        return raw

    first = ask(W, a, relevance)
    require(
        np.shape(first) != (n, inputs + 1),
        f"{what} has a column too many, {inputs + 1} for {inputs} inputs: the bias "
        "node's relevance, column 0, is no input's.",
    )
    got = require_array(first, shape=(n, inputs), what=what)
    require_close(
        got,
        right,
        what=what,
        mistakes=_mistakes(W, a, relevance, stabiliser),
        rtol=1e-4,
    )
    # a unit without weights sent nothing: its z is 0, and it hands nothing down
    idle = np.vstack([W, np.zeros(1 + inputs)]), a, relevance[:, [*range(units), 0]]
    raw = ask(*idle)
    require(
        not holds_nan(raw),
        "0 was divided by 0: where z is exactly 0, the stabiliser must still move it, "
        "and np.sign(0) is 0.",
    )
    got = require_array(raw, shape=(n, inputs), what=what)
    require_close(got, right, what=f"with an idle unit, {what}", rtol=1e-4)
    _require_plus_at_zero(ask, W, a, relevance, stabiliser)


def _require_plus_at_zero(
    ask: Callable[..., object],
    W: np.ndarray,
    a: np.ndarray,
    relevance: np.ndarray,
    stabiliser: float,
) -> None:
    """Require plus the stabiliser where what a unit gets cancels out exactly."""
    W, a = W.copy(), a.copy()
    W[0] = 0
    W[0, 1:3] = 1, -1
    a[:, 1] = a[:, 0]
    what = "with a unit whose z is 0, spread_relevance(W, a, relevance)"
    got = require_array(ask(W, a, relevance), shape=a.shape, what=what)
    minus = W.copy()
    minus[0, 0] = -1e-12  # as good as 0, from below
    require_close(
        got,
        _spread(W, a, relevance, stabiliser),
        what=what,
        mistakes=[
            (
                "where z is exactly 0 the stabiliser is added: yours is taken off.",
                _spread(minus, a, relevance, stabiliser),
            )
        ],
        rtol=1e-4,
    )


def _spread(
    W: np.ndarray, a: np.ndarray, relevance: np.ndarray, gamma: float
) -> np.ndarray:
    """Return the inputs' relevance, shape (n, inputs); z is moved from 0 by gamma."""
    z = np.column_stack([np.ones(len(a)), a]) @ W.T
    return a * ((relevance / (z + np.where(z >= 0, gamma, -gamma))) @ W[:, 1:])


def _mistakes(
    W: np.ndarray, a: np.ndarray, relevance: np.ndarray, stabiliser: float
) -> list[tuple[str, np.ndarray]]:
    """Return messages, each with the relevance that this mistake leads to."""
    nodes = np.column_stack([np.ones(len(a)), a])
    z = nodes @ W.T

    def pushed(z: np.ndarray) -> np.ndarray:
        return z + np.where(z >= 0, stabiliser, -stabiliser)

    share = relevance / pushed(z)
    others = [
        (
            f"your stabiliser is {other:g}, and here it is {stabiliser:g}: is that "
            "another variant's number?",
            _spread(W, a, relevance, other),
        )
        for other in (0.001, *(k / 100 for k in range(1, 11)))
        if other != stabiliser
    ]
    sent = share @ W[:, 1:]
    squares = W[:, 1:] ** 2
    turned = np.column_stack([a, np.ones(len(a))]) @ W.T
    summed = pushed(z.sum(axis=1, keepdims=True))
    alike = np.abs(W[:, 1:]) / np.abs(W[:, 1:]).sum(axis=1, keepdims=True)
    up = nodes @ np.maximum(W, 0).T + stabiliser
    return [
        (
            "the weights lost their signs: a node may have worked against a unit.",
            nodes[:, 1:]
            * ((relevance / (nodes @ np.abs(W).T + stabiliser)) @ np.abs(W)[:, 1:]),
        ),
        (
            "a node that sent nothing gets relevance: multiply by a, what it sent.",
            share @ W[:, 1:],
        ),
        (
            "each unit's relevance must be divided by z, all that reached it.",
            a * (relevance @ W[:, 1:]),
        ),
        (
            "the weights alone do not say what was sent: it was a times w.",
            relevance @ alike,
        ),
        (
            "the bias node's part was dealt out to the inputs: it stays there.",
            a * ((relevance / (a @ W[:, 1:].T)) @ W[:, 1:]),
        ),
        (
            "z must hold the bias: W[:, 0] belongs to it.",
            a * ((relevance / pushed(a @ W[:, 1:].T)) @ W[:, 1:]),
        ),
        (
            "the stabiliser takes the sign of z: added to a negative z, it may "
            "bring it to 0.",
            a * ((relevance / (z + stabiliser)) @ W[:, 1:]),
        ),
        (
            "weights keep their sign: what pulls z down gets relevance of the "
            "other sign.",
            a * (share @ np.abs(W[:, 1:])),
        ),
        (
            "z was not moved away from 0 by the stabiliser.",
            a * ((relevance / z) @ W[:, 1:]),
        ),
        (
            "the stabiliser moves z away from 0, not towards it.",
            _spread(W, a, relevance, -stabiliser),
        ),
        (
            "a negative z stays negative: divide by z, not by its size.",
            a * ((relevance / np.abs(pushed(z))) @ W[:, 1:]),
        ),
        (
            "what pulls z down counts too, with its sign.",
            a * ((relevance / up) @ np.maximum(W[:, 1:], 0)),
        ),
        (
            "relevance is handed on in proportion to a times w, not to a alone.",
            a * share.sum(axis=1, keepdims=True),
        ),
        (
            "that is a mean over the units: each input gets their sum.",
            a * sent / len(W),
        ),
        ("relevance keeps its sign: no sizes.", np.abs(a * sent)),
        (
            "the bias node's part was dealt out to the inputs: it stays there.",
            a * sent + (share @ W[:, :1]) / a.shape[1],
        ),
        (
            "the bias node's part was dealt out to the inputs: it stays there.",
            a * sent + share @ W[:, :1],
        ),
        (
            "the bias is in column 0 of W, not in the last.",
            a * ((relevance / pushed(turned)) @ W[:, :-1]),
        ),
        (
            "z is negative at times: no ReLU belongs here.",
            a * ((relevance / (np.maximum(z, 0) + stabiliser)) @ W[:, 1:]),
        ),
        (
            "each unit has a z of its own: they were added up.",
            a * ((relevance / summed) @ W[:, 1:]),
        ),
        (
            "z was left out, and a too: multiply by a and divide by z.",
            relevance @ W[:, 1:],
        ),
        ("a is counted twice: once is what a node sent.", a**2 * sent),
        (
            "the units' relevance was left out.",
            a * ((1 / pushed(z)) @ W[:, 1:]),
        ),
        (
            "weights are not squared: a times w is what was sent.",
            a * ((relevance / (a @ squares.T + stabiliser)) @ squares),
        ),
        (
            "relevance is divided by z, not multiplied with it.",
            a * ((relevance * pushed(z)) @ W[:, 1:]),
        ),
        (
            "the stabiliser is added to z; it is no lower bound of its size.",
            a
            * (
                (
                    relevance
                    / (np.where(z >= 0, 1, -1) * np.maximum(np.abs(z), stabiliser))
                )
                @ W[:, 1:]
            ),
        ),
        (
            "rescaled to keep the sum: what the bias node sent stays there.",
            _rescaled(a * sent, relevance),
        ),
        *others,
    ]


def _rescaled(spread: np.ndarray, relevance: np.ndarray) -> np.ndarray:
    totals = relevance.sum(axis=1, keepdims=True)
    return spread / spread.sum(axis=1, keepdims=True) * totals
