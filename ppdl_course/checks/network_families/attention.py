"""Checks of chapter 2: the lattice's merged cell, and attention with coverage.

Each check computes what it expects from a slow obvious loop, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

from collections.abc import Callable

import numpy as np
import torch

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.network_families.tensors import plain
from ppdl_course.checks.verdict import (
    lent,
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 2019


@drawn_anew
def check_merge_cells(
    merge_cells: Callable[..., object],
    *,
    words: int = 3,
    width: int = 5,
    seed: int = SEED,
) -> None:
    """Check the lattice's merged cell entry by entry."""
    rng = np.random.default_rng(seed)
    gate, gates = rng.uniform(size=width), rng.uniform(size=(words, width))
    candidate, cells = rng.normal(size=width), rng.normal(size=(words, width))
    all_gates, all_cells = np.vstack([gate, gates]), np.vstack([candidate, cells])
    expected = np.empty(width)
    for k in range(width):
        weights = np.exp(all_gates[:, k])
        expected[k] = sum(weights * all_cells[:, k]) / sum(weights)
    parts = (gate, candidate, gates, cells)
    arguments = [part.copy() for part in parts]
    answer = plain(merge_cells(*map(torch.from_numpy, arguments)))
    merged = require_array(answer, shape=(width,), what="the merged cell")
    names = ("gate", "candidate", "word_gates", "word_cells")
    for name, before, after in zip(names, parts, arguments, strict=True):
        require_kept(before, after, name)
    mistakes = _merge_mistakes(all_gates, all_cells)
    require_close(merged, expected, what="the merged cell", mistakes=mistakes)


def _softmax(scores: np.ndarray, axis: int | None = 0) -> np.ndarray:
    e = np.exp(scores - scores.max())
    return e / e.sum(axis=axis, keepdims=True)


def _merge_mistakes(
    gates: np.ndarray, cells: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake merges; row 0 is the character's own."""
    width = cells.shape[1]

    def weighted(weights: np.ndarray, of: np.ndarray = cells) -> np.ndarray:
        return (weights * of).sum(axis=0)

    def two(words_gate: np.ndarray, words_cell: np.ndarray) -> np.ndarray:
        """Return the merge of the character with a single word."""
        weights = _softmax(np.stack([gates[0], words_gate]))
        return weighted(weights, np.stack([cells[0], words_cell]))

    e, right, own = np.exp(gates), _softmax(gates), _softmax(gates[1:])
    open_ = e / (1 + e)
    words = weighted(own, cells[1:])
    along = (
        "at each entry the character competes with the words: softmax over them, "
        "not over the entries."
    )
    each = "each word competes on its own: "
    tanh = "the merged cell is a weighted sum: no tanh comes in here."
    together = "the character and all words compete in one softmax."
    return [
        (along, weighted(_softmax(gates, axis=1))),
        (along, weighted(_softmax(gates, axis=None))),
        ("the weights do not sum to 1: take their softmax.", weighted(gates)),
        ("the weights do not sum to 1: divide exp by its sum.", weighted(e)),
        ("these are shares of the gates; softmax takes exp first.",
         weighted(gates / gates.sum(axis=0))),
        ("the character's own candidate is missing.", words),
        ("the words are missing: this is the candidate alone.", cells[0]),
        ("the words are missing: this is the candidate's share alone.",
         right[0] * cells[0]),
        ("the character's gate competes too: its weight is not 1.", cells[0] + words),
        ("the character's weight is its share in the softmax, not its gate.",
         gates[0] * cells[0] + weighted(right[1:], cells[1:])),
        ("the character's weight is its share in the softmax, not its gate.",
         gates[0] * cells[0] + words),
        (together, gates[0] * cells[0] + (1 - gates[0]) * words),
        (together, open_[0] * cells[0] + (1 - open_[0]) * words),
        (together, (cells[0] + words) / 2),
        (together, gates[0] * cells[0] + weighted(1 - gates[0], cells[1:])),
        (together, open_[0] * cells[0] + weighted(1 - open_[0], cells[1:])),
        ("this is the plain mean: the gates are not used.", cells.mean(axis=0)),
        ("this is the plain sum: the gates are not used.", cells.sum(axis=0)),
        ("the largest gate takes all; softmax gives each cell a weight.",
         cells[gates.argmax(axis=0), np.arange(width)]),
        ("sigmoids, each gate alone, do not sum to 1: take their softmax.",
         weighted(open_)),
        ("these are shares of sigmoids; softmax takes exp.",
         weighted(open_ / open_.sum(axis=0))),
        ("softmax takes exp, to the base e: yours has the base 2.",
         weighted(_softmax(gates * np.log(2)))),
        ("the gates go into softmax as they are: yours went through two.",
         weighted(_softmax(right))),
        ("the gates go into softmax as they are: yours went through a sigmoid.",
         weighted(_softmax(open_))),
        ("the gates go into softmax as they are: yours went through tanh.",
         weighted(_softmax(np.tanh(gates)))),
        ("the gates go into softmax as they are: yours are doubled.",
         weighted(_softmax(2 * gates))),
        ("a larger gate weighs more: the sign of the gates is turned.",
         weighted(_softmax(-gates))),
        ("these are logarithms of the weights: take softmax itself.",
         weighted(np.log(right))),
        ("gates and cells are exchanged: the gates weigh the cells.",
         weighted(_softmax(cells), gates)),
        ("each gate goes with its own cell: yours are in different orders.",
         weighted(_softmax(np.roll(gates, -1, axis=0)))),
        ("each gate goes with its own cell: yours are in different orders.",
         weighted(_softmax(np.roll(gates, 1, axis=0)))),
        ("each gate goes with its own cell: yours are in different orders.",
         weighted(_softmax(gates[::-1]))),
        ("add the weighted cells up: yours is their mean.",
         weighted(right) / len(cells)),
        (together, open_[0] * cells[0] + words),
        *((f"softmax entry by entry: yours takes {what} of a row of gates, so that a "
           "whole cell has one weight.",
           weighted(_softmax(taken(gates, axis=1, keepdims=True))))
          for what, taken in (("the sum", np.sum), ("the mean", np.mean),
                              ("the largest", np.max))),
        *((f"the words are merged among themselves first, and then with the character: "
           f"{together}", two(taken(gates[1:], axis=0), words))
          for taken in (np.mean, np.sum, np.max)),
        (f"the words are merged among themselves first, and then with the character: "
         f"{together}", two(weighted(own, gates[1:]), words)),
        (f"{each}do not take means over the words first.",
         two(gates[1:].mean(axis=0), cells[1:].mean(axis=0))),
        (f"{each}do not add the words up first.",
         two(gates[1:].sum(axis=0), cells[1:].sum(axis=0))),
        (f"{each}yours takes the first word only.", two(gates[1], cells[1])),
        (f"{each}yours takes the last word only.", two(gates[-1], cells[-1])),
        (tanh, np.tanh(weighted(right))),
        (tanh, weighted(right, np.tanh(cells))),
        (tanh, weighted(right, np.vstack([np.tanh(cells[:1]), cells[1:]]))),
    ]  # fmt: skip


@drawn_anew
def check_attend(
    attend: Callable[..., object],
    *,
    topics: int = 3,
    width: int = 4,
    seed: int = SEED,
) -> None:
    """Check topic weights and coverage over a few words against a loop.

    With another seed than the default some coverage is below 0 or above 1.
    """
    rng = np.random.default_rng(seed)
    W, U = rng.normal(size=(2, width, width))
    v, h = rng.normal(size=width), np.tanh(rng.normal(size=width))
    T, phi = rng.normal(size=(topics, width)), rng.uniform(2, 9, size=topics)
    C = rng.uniform(0.2, 1, size=topics)
    if seed != SEED:
        C = rng.permutation(np.linspace(-0.4, 1.6, topics))
    raw = np.array([v @ np.tanh(W @ h + U @ T[j]) for j in range(topics)])
    alpha = _softmax(C * raw)
    argument = C.copy()
    h_, T_, phi_, W_, U_, v_ = lent(h, T, phi, W, U, v)
    answer = attend(*map(torch.from_numpy, (h_, T_, argument, phi_, W_, U_, v_)))
    require_kept(C, argument, "C")
    require(
        isinstance(answer, tuple | list) and len(answer) == 2,
        "attend must return two things: the weights and the new coverage",
    )
    first = "the vector of weights"
    weights = require_array(plain(answer[0]), shape=(topics,), what=first)
    left = require_array(plain(answer[1]), shape=(topics,), what="the coverage")
    mistakes = _weight_mistakes((h, T, C, phi, W, U, v), raw, alpha)
    require_close(weights, alpha, what=first, mistakes=mistakes)
    mistakes = _coverage_mistakes(C, phi, alpha)
    require_close(left, C - alpha / phi, what="the coverage", mistakes=mistakes)
    told_out = np.zeros(topics)
    answer = attend(*map(torch.from_numpy, lent(h, T, told_out, phi, W, U, v)))
    left = require_array(plain(answer[1]), shape=(topics,), what="the coverage")
    require_close(
        left,
        -1 / topics / phi,
        what="the coverage of topics that are told out",
        mistakes=[
            ("the coverage was cut off at 0: the formula only subtracts.", C * 0),
            ("the coverage may fall below 0: keep its sign.", 1 / topics / phi),
        ],
    )


def _weight_mistakes(
    given: tuple[np.ndarray, ...], raw: np.ndarray, alpha: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake makes of the weights.

    Args:
        given: The arguments of the answer.
        raw: The scores before the coverage.
        alpha: The right weights.
    """
    h, T, C, phi, W, U, v = given
    tanh = np.tanh
    mine, theirs = W @ h, T @ U.T
    late, scores = C * _softmax(raw), C * raw

    def by(score: np.ndarray) -> np.ndarray:
        return _softmax(C * score)

    wrong_way = "W, U or both are the wrong way round: W h and U t_j, no transposes."
    function = "what goes into v is tanh of the sum: "
    missing = "the score looks at the state and at the topic: "
    add = "the score adds W h and U t_j before tanh, and v makes a number of it."
    sum_up = float(scores.sum()) or 1.0
    return [
        ("the two are in the wrong order: return (alpha, C).", C - alpha / phi),
        ("the coverage is not used: a topic told long ago weighs as much as ever.",
         _softmax(raw)),
        ("coverage goes into the score: these weights do not sum to 1.", late),
        ("coverage goes into the score, before the softmax, not after it.",
         late / (float(late.sum()) or 1.0)),
        ("these are scores; softmax makes weights of them.", scores),
        ("these are exponentials; divide by their sum.", np.exp(scores)),
        ("coverage multiplies the score; it is not added.", _softmax(C + raw)),
        ("coverage multiplies the score; it is not subtracted.", _softmax(raw - C)),
        ("coverage multiplies the score: it does not divide it.",
         _softmax(raw / np.where(C == 0, 1, C))),
        ("coverage multiplies the score: it may be below 0 or above 1, do not cut it "
         "off.", _softmax(np.clip(C, 0, 1) * raw)),
        ("coverage multiplies the score: it may be below 0, do not cut it off.",
         _softmax(np.maximum(C, 0) * raw)),
        ("coverage multiplies the score: it may be below 0, keep its sign.",
         _softmax(np.abs(C) * raw)),
        ("coverage multiplies the whole score: it stands outside tanh.",
         _softmax(tanh(C[:, None] * (mine + theirs)) @ v)),
        ("coverage multiplies the whole score: it stands outside tanh.",
         _softmax(tanh(mine + C[:, None] * theirs) @ v)),
        ("the coverage is what is left before this word: do not update it first.",
         _softmax((C - alpha / phi) * raw)),
        ("U and W are exchanged: W goes with the state h, U with the topics.",
         by(tanh(U @ h + T @ W.T) @ v)),
        (wrong_way, by(tanh(mine + T @ U) @ v)),
        (wrong_way, by(tanh(W.T @ h + theirs) @ v)),
        (wrong_way, by(tanh(W.T @ h + T @ U) @ v)),
        (f"{function}tanh is missing.", by((mine + theirs) @ v)),
        (f"{function}yours is a sigmoid.", by(1 / (1 + np.exp(-(mine + theirs))) @ v)),
        (f"{function}yours is a ReLU.", by(np.maximum(mine + theirs, 0) @ v)),
        (f"{function}yours adds a tanh of each.", by((tanh(mine) + tanh(theirs)) @ v)),
        (f"{function}v stands outside it.", by(tanh((mine + theirs) @ v))),
        (f"{function}v is missing, yours adds up its entries.",
         by(tanh(mine + theirs).sum(axis=1))),
        (f"{function}v is missing, yours takes the mean of its entries.",
         by(tanh(mine + theirs).mean(axis=1))),
        (f"{missing}W h is missing.", by(tanh(theirs) @ v)),
        (f"{missing}U t_j is missing.", by(np.full(len(C), tanh(mine) @ v))),
        (f"{missing}W is missing.", by(tanh(h + theirs) @ v)),
        (f"{missing}U is missing.", by(tanh(mine + T) @ v)),
        ("W h is added to U t_j, not taken off.", by(tanh(theirs - mine) @ v)),
        (add, by(T @ h)),
        (add, by(theirs @ mine)),
        (add, by(theirs @ h)),
        (add, by(T @ mine)),
        (add, by(tanh(mine * theirs) @ v)),
        ("the sign of the score is turned.", _softmax(-scores)),
        ("the score is not divided by the root of the width.",
         _softmax(scores / len(h) ** 0.5)),
        ("the largest score takes all: softmax gives each topic a weight.",
         (scores == scores.max()).astype(float)),
        ("sigmoids, each score alone, do not sum to 1: take their softmax.",
         1 / (1 + np.exp(-scores))),
        ("these are shares of the scores; softmax takes exp first.", scores / sum_up),
        ("all topics weigh the same: the scores are not used.",
         np.full(len(C), 1 / len(C))),
        ("these are logarithms of the weights: take softmax itself.", np.log(alpha)),
        ("the softmax is there twice.", _softmax(alpha)),
    ]  # fmt: skip


def _coverage_mistakes(
    C: np.ndarray, phi: np.ndarray, alpha: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    rule = "the coverage has to fall by what was told: C - alpha / phi."
    own = "each topic has its own phi."
    cut = "the coverage was cut off at 0: the formula only subtracts."
    left = C - alpha / phi
    return [
        ("the coverage stays as it was, so topics will be told again and again.", C),
        ("phi says for how many words a topic lasts: divide by it.", C - alpha),
        (own, C - alpha / phi.sum()),
        (own, C - alpha / phi.mean()),
        (own, C - alpha / phi[0]),
        (rule, C + alpha / phi),
        (rule, C * alpha / phi),
        (rule, C - alpha * phi),
        (rule, C - phi / alpha),
        (rule, C * (1 - alpha / phi)),
        (rule, (C - alpha) / phi),
        (rule, C - C * alpha / phi),
        ("the coverage is what is left: take alpha / phi off C.", alpha / phi),
        ("the coverage is what is left: take alpha / phi off C, not C off it.", -left),
        ("the coverage falls by the weight: alpha is missing.", C - 1 / phi),
        ("the coverage starts from C, not from 1.", 1 - alpha / phi),
        (cut, np.maximum(left, 0)),
        (cut, np.clip(left, 0, 1)),
        ("the coverage may fall below 0: keep its sign.", np.abs(left)),
        ("the coverage need not sum to 1: do not divide by its sum.",
         left / (float(left.sum()) or 1.0)),
    ]  # fmt: skip
