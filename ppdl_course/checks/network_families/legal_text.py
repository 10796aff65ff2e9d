"""Checks of chapter 2, second half: lattice, Viterbi, redaction, topics.

Each check computes what it expects from an enumeration or a slow obvious loop, never
from a solution, and tells the usual mistakes apart by what they would return.
"""

import itertools
import re
from collections.abc import Callable

import numpy as np
import torch

from ppdl_course.checks.network_families.tensors import plain
from ppdl_course.checks.verdict import (
    Mistake,
    lent,
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 2019


def check_merge_cells(
    merge_cells: Callable[..., object], *, words: int = 3, width: int = 5
) -> None:
    """Check the lattice's merged cell entry by entry."""
    rng = np.random.default_rng(SEED)
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

    def weighted(weights: np.ndarray) -> np.ndarray:
        return (weights * all_cells).sum(axis=0)

    e = np.exp(all_gates)
    own = e[1:] / e[1:].sum(axis=0)
    along = (
        "at each entry the character competes with the words: softmax over them, "
        "not over the entries."
    )
    mistakes = [
        (along, weighted(e / e.sum(axis=1, keepdims=True))),
        ("the weights do not sum to 1: take their softmax.", weighted(all_gates)),
        (
            "these are shares of the gates; softmax takes exp first.",
            weighted(all_gates / all_gates.sum(axis=0)),
        ),
        ("the character's own candidate is missing.", (own * cells).sum(axis=0)),
        (
            "the character's gate competes too: its weight is not 1.",
            candidate + (own * cells).sum(axis=0),
        ),
        ("this is the plain mean: the gates are not used.", all_cells.mean(axis=0)),
        (
            "the largest gate takes all; softmax gives each cell a weight.",
            all_cells[all_gates.argmax(axis=0), np.arange(width)],
        ),
        (
            "sigmoids, each gate alone, do not sum to 1: take their softmax.",
            weighted(e / (1 + e)),
        ),
    ]
    require_close(merged, expected, what="the merged cell", mistakes=mistakes)


def check_viterbi(viterbi: Callable[..., object], *, trials: int = 20) -> None:
    """Check best sequences of up to six labels against all sequences.

    A mistake is named if it explains the answers of all trials.
    """
    rng = np.random.default_rng(SEED)
    sentences, paths = [], []
    for trial in range(trials):
        steps, labels = 1 + trial % 6, 2 + trial % 3
        E, A = rng.normal(size=(steps, labels)), rng.normal(0, 2, (labels, labels))
        sentences.append((E, A))
        arguments = E.copy(), A.copy()
        paths.append(_path(viterbi(*arguments), steps, labels))
        require_kept(E, arguments[0], "E")
        require_kept(A, arguments[1], "A")
    right = [_best(E, A) for E, A in sentences]
    if paths == right:
        return
    for message, wrong in _VITERBI_MISTAKES.items():
        require(paths != [wrong(E, A) for E, A in sentences], message)
    k = next(k for k in range(trials) if paths[k] != right[k])
    mine, best = (_score(*sentences[k], path) for path in (paths[k], right[k]))
    raise Mistake(
        f"your path {paths[k]} scores {mine:.3f}, but another one scores {best:.3f}"
    )


def _path(answer: object, steps: int, labels: int) -> list[int]:
    try:
        raw = [float(label) for label in answer]  # type: ignore[attr-defined]
        integral = not isinstance(answer, str) and all(map(float.is_integer, raw))
    except (TypeError, ValueError):
        integral = False
    require(integral, "viterbi must return a list of label numbers")
    path = [int(label) for label in raw]
    require(len(path) == steps, f"{steps} steps need {steps} labels, got {len(path)}")
    require(
        all(0 <= label < labels for label in path),
        f"labels must lie in 0..{labels - 1}, got {path}",
    )
    return path


def _score(E: np.ndarray, A: np.ndarray, path: list[int]) -> float:
    moves = sum(A[a, b] for a, b in itertools.pairwise(path))
    return float(sum(E[t, y] for t, y in enumerate(path)) + moves)


def _best(E: np.ndarray, A: np.ndarray) -> list[int]:
    paths = itertools.product(range(E.shape[1]), repeat=len(E))
    return list(max(paths, key=lambda path: _score(E, A, list(path))))


def _running_best(E: np.ndarray, A: np.ndarray) -> list[int]:
    best, path = E[0], [int(E[0].argmax())]
    for row in E[1:]:
        best = (best[:, None] + A).max(axis=0) + row
        path.append(int(best.argmax()))
    return path


def _greedy(E: np.ndarray, A: np.ndarray) -> list[int]:
    path = [int(E[0].argmax())]
    for row in E[1:]:
        path.append(int((A[path[-1]] + row).argmax()))
    return path


_VITERBI_MISTAKES: dict[str, Callable[[np.ndarray, np.ndarray], list[int]]] = {
    "this takes the best label at each step alone: A is not used.": (
        lambda E, A: E.argmax(axis=1).tolist()
    ),
    "the path comes last label first.": lambda E, A: _best(E, A)[::-1],
    "rows and columns of A are the wrong way round: A[before, after].": (
        lambda E, A: _best(E, A.T)
    ),
    "follow the pointers back from the end: the best label of one step may lie on no "
    "good path.": _running_best,
    "this decides step by step and never goes back.": _greedy,
    "this is the path of the lowest score.": lambda E, A: _best(-E, -A),
    "the emissions of the first step are missing.": (
        lambda E, A: _best(np.vstack([0 * E[:1], E[1:]]), A)
    ),
}

TEXT = "Al Bo, 34, called his aunt Cy Dor at 000-1. Al Bo paid."
ENTITIES = [
    (0, 5, "PERSON"),
    (7, 9, "AGE"),
    (22, 26, "FAMILY"),
    (27, 33, "PERSON"),
    (37, 42, "PHONE"),
    (44, 49, "PERSON"),
]


def check_redact(redact: Callable[..., object]) -> None:
    """Check the redacted text, and that nothing of a name shows in it.

    The secrecy test is exact: two texts that differ in their entities alone, in length
    too, must become the same text.
    """
    expected = (
        "[PERSON], [AGE], called his [FAMILY] [PERSON] at [PHONE]. [PERSON] paid."
    )
    got = _redacted(redact, TEXT, ENTITIES)
    if got != expected:
        for start, end, _ in ENTITIES:
            secret = TEXT[start:end]
            require(secret not in got, f"{secret!r} can still be read: {got}")
        require(
            got != re.sub(r"[\[\]]", "", expected), "put the type in brackets: [AGE]."
        )
        tag = re.compile(r"\[\w*\]")
        require(
            tag.sub("", got) != tag.sub("", expected),
            f"the brackets must hold each entity's own type: {got}",
        )
        longer = [(start, end + 1, kind) for start, end, kind in ENTITIES]
        require(
            got != _cut(longer),
            "end is excluded: the character at end belongs to the rest.",
        )
        bare = tag.sub("", got)  # the rest of TEXT has no capital
        require(
            not any(char.isupper() for char in bare),
            "an initial is a part of the name: nothing of it may stay.",
        )
        stars = got.count("*") + got.count("█")
        require(
            len(got) != len(TEXT) or stars < 10,
            "a mask as long as the name tells how long the name is: use the type.",
        )
        raise Mistake(f"the text should be\n{expected}\nand yours is\n{got}")
    short = _redacted(redact, "The witness Bo left.", [(12, 14, "PERSON")])
    long = _redacted(redact, "The witness Annabella left.", [(12, 21, "PERSON")])
    require(short == long, f"two names leave two texts: {short!r} and {long!r}")
    backwards = _redacted(redact, TEXT, ENTITIES[::-1])
    require(
        backwards == expected,
        f"entities may come in any order; last first gives {backwards}",
    )
    require(
        _redacted(redact, "No name here.", []) == "No name here.",
        "without entities the text stays as it is",
    )
    again = "Art. 34: Bo, 34, left."
    got = _redacted(redact, again, [(9, 11, "PERSON"), (13, 15, "AGE")])
    require(
        got == "Art. 34: [PERSON], [AGE], left.",
        "the rest of the text has to stay: replace an entity where it stands, not "
        f"wherever the same characters occur. {again!r} became {got!r}",
    )
    touching = _redacted(redact, "孙子孙建民", [(0, 2, "FAMILY"), (2, 5, "PERSON")])
    require(
        touching == "[FAMILY][PERSON]",
        f"two entities side by side should give [FAMILY][PERSON], not {touching}",
    )


def _cut(entities: list[tuple[int, int, str]]) -> str:
    """Return TEXT with these places, in their order, replaced by their types."""
    starts = [0, *(end for _, end, _ in entities)]
    ends = [*(start for start, _, _ in entities), len(TEXT)]
    kept = [TEXT[start:end] for start, end in zip(starts, ends, strict=True)]
    tags = [f"[{kind}]" for _, _, kind in entities]
    return "".join(
        part for pair in zip(kept, [*tags, ""], strict=True) for part in pair
    )


def _redacted(redact: Callable[..., object], text: str, entities: list) -> str:
    argument = list(entities)
    answer = redact(text, argument)
    require(argument == entities, "your function changes entities: work on a copy")
    require(
        isinstance(answer, str),
        f"redact must return a text, got {type(answer).__name__}",
    )
    return str(answer)


def check_attend(
    attend: Callable[..., object], *, topics: int = 3, width: int = 4
) -> None:
    """Check topic weights and coverage over a few words against a loop."""
    rng = np.random.default_rng(SEED)
    W, U = rng.normal(size=(2, width, width))
    v, h = rng.normal(size=width), np.tanh(rng.normal(size=width))
    T, phi = rng.normal(size=(topics, width)), rng.uniform(2, 9, size=topics)
    C = rng.uniform(0.2, 1, size=topics)
    raw = np.array([v @ np.tanh(W @ h + U @ T[j]) for j in range(topics)])

    def softmax(s: np.ndarray) -> np.ndarray:
        return np.exp(s) / np.exp(s).sum()

    alpha = softmax(C * raw)
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
    late = C * softmax(raw)
    mistakes = [
        (
            "the coverage is not used: a topic told long ago weighs as much as ever.",
            softmax(raw),
        ),
        (
            "coverage goes into the score: these weights do not sum to 1.",
            late,
        ),
        (
            "coverage goes into the score, before the softmax, not after it.",
            late / late.sum(),
        ),
        ("these are scores; softmax makes weights of them.", C * raw),
        ("coverage multiplies the score; it is not added.", softmax(C + raw)),
    ]
    require_close(weights, alpha, what=first, mistakes=mistakes)
    coverage_rule = "the coverage has to fall by what was told: C - alpha / phi."
    mistakes = [
        ("the coverage stays as it was, so topics will be told again and again.", C),
        ("phi says for how many words a topic lasts: divide by it.", C - alpha),
        ("each topic has its own phi.", C - alpha / phi.sum()),
        (coverage_rule, C + alpha / phi),
        (coverage_rule, C * alpha / phi),
        (coverage_rule, C - alpha * phi),
    ]
    require_close(left, C - alpha / phi, what="the coverage", mistakes=mistakes)
    told_out = np.zeros(topics)
    answer = attend(*map(torch.from_numpy, lent(h, T, told_out, phi, W, U, v)))
    left = require_array(plain(answer[1]), shape=(topics,), what="the coverage")
    require_close(
        left,
        -1 / topics / phi,
        what="the coverage of topics that are told out",
        mistakes=[
            ("the coverage was cut off at 0: the formula only subtracts.", C * 0)
        ],
    )
