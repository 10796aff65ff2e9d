"""Check of chapter 2: Viterbi's best sequence of labels.

Short sentences are compared with all sequences, long ones with a table filled from the
end; the usual mistakes are told apart by the paths that they would return.
"""

import itertools
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import Mistake, require, require_kept, require_none

SEED = 2019
SIZES = ((1, 1), (1, 5), (2, 9), (7, 1), (3, 12), (5, 5), (12, 2))
Sentence = tuple[np.ndarray, np.ndarray]
Rule = Callable[[np.ndarray, np.ndarray], list[int]]


@drawn_anew
def check_viterbi(
    viterbi: Callable[..., object], *, trials: int = 20, seed: int = SEED
) -> None:
    """Check best sequences of up to six labels against all sequences.

    A mistake is named if it explains the answers of all trials.
    """
    rng = np.random.default_rng(seed)
    sentences = []
    for trial in range(trials):
        steps, labels = 1 + trial % 6, 2 + trial % 3
        E, A = rng.normal(size=(steps, labels)), rng.normal(0, 2, (labels, labels))
        sentences.append((E, A))
    _check_on(viterbi, sentences, _best)


@drawn_anew
def check_long_viterbi(viterbi: Callable[..., object], *, seed: int = SEED) -> None:
    """Check sentences of one to twelve steps, with one to twelve labels.

    The scores are drawn as they are, all far below 0, or all far above. No sentence has
    over 5,000 paths, so that an answer may try them all.
    """
    rng = np.random.default_rng(seed)
    sentences = []
    for shift in (0.0, -50.0, 50.0):
        for steps, labels in SIZES:
            E = rng.normal(shift, 1, (steps, labels))
            sentences.append((E, rng.normal(shift / 5, 2, (labels, labels))))
    _check_on(viterbi, sentences, _best_from_the_end)


def _check_on(
    viterbi: Callable[..., object], sentences: list[Sentence], best: Rule
) -> None:
    """Check the paths of all sentences; name the mistake that explains them all."""
    paths = []
    for E, A in sentences:
        arguments = E.copy(), A.copy()
        paths.append(_path(viterbi(*arguments), *E.shape))
        require_kept(E, arguments[0], "E")
        require_kept(A, arguments[1], "A")
    right = [best(E, A) for E, A in sentences]
    if paths == right:
        return
    require_none(
        message
        for message, wrong in _VITERBI_MISTAKES
        if paths == [wrong(E, A) for E, A in sentences]
    )
    k = next(k for k in range(len(paths)) if paths[k] != right[k])
    mine, most = (_score(*sentences[k], path) for path in (paths[k], right[k]))
    steps, labels = sentences[k][0].shape
    kinds = {
        "only sentences of one step": {
            len(right[j]) == 1 for j in _wrong(paths, right)
        },
        "only sentences whose scores are below 0": {
            sentences[j][0].max() < 0 for j in _wrong(paths, right)
        },
    }
    where = [kind for kind, holds in kinds.items() if holds == {True}]
    raise Mistake(
        f"your path {paths[k]} scores {mine:.3f}, but another one scores {most:.3f} "
        f"(steps {steps}, labels {labels})."
        + (f" You have {where[0]} wrong." if where else "")
    )


def _wrong(paths: list[list[int]], right: list[list[int]]) -> list[int]:
    return [j for j in range(len(paths)) if paths[j] != right[j]]


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


def _best_from_the_end(E: np.ndarray, A: np.ndarray) -> list[int]:
    """Return the best path by what the rest of the sentence can still give."""
    rest, follow = np.zeros(E.shape[1]), []
    for row in E[:0:-1]:
        totals = A + (row + rest)[None, :]
        follow.append(totals.argmax(axis=1))
        rest = totals.max(axis=1)
    path = [int((E[0] + rest).argmax())]
    for pointer in follow[::-1]:
        path.append(int(pointer[path[-1]]))
    return path


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


def _greedy_from_the_end(E: np.ndarray, A: np.ndarray) -> list[int]:
    path = [int(E[-1].argmax())]
    for row in E[-2::-1]:
        path.append(int((A[:, path[-1]] + row).argmax()))
    return path[::-1]


def _likeliest_each(E: np.ndarray, A: np.ndarray) -> list[int]:
    """Return the likeliest label of each step, over all paths through it."""
    ahead, behind = [E[0]], [np.zeros(E.shape[1])]
    for row in E[1:]:
        ahead.append(np.logaddexp.reduce(ahead[-1][:, None] + A, axis=0) + row)
    for row in E[:0:-1]:
        behind.append(np.logaddexp.reduce(A + (row + behind[-1])[None, :], axis=1))
    return [int((a + b).argmax()) for a, b in zip(ahead, behind[::-1], strict=True)]


def _beam(E: np.ndarray, A: np.ndarray, kept: int = 2) -> list[int]:
    beam = [(float(E[0, y]), [y]) for y in range(E.shape[1])]
    for row in E[1:]:
        beam = [
            (total + A[path[-1], y] + row[y], [*path, y])
            for total, path in sorted(beam)[-kept:]
            for y in range(len(row))
        ]
    return max(beam)[1]


def _table(
    totals: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = (
        lambda best, A, row: best[:, None] + A
    ),
    *,
    pointers: int = 0,
    values: int = 0,
    last: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda best, E: best,
    add: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda best, row: best + row,
) -> Rule:
    """Return Viterbi's algorithm with one step another.

    Args:
        totals: Of best scores so far, A and a row of E: scores of all pairs of labels.
        pointers: The axis along which the label before is chosen.
        values: The axis along which its score is taken.
        last: Of the best scores and E: where the path's last label has its maximum.
        add: What becomes of the best scores with a row of E.
    """

    def path_of(E: np.ndarray, A: np.ndarray) -> list[int]:
        best, came_from = E[0], []
        for row in E[1:]:
            pairs = totals(best, A, row)
            came_from.append(pairs.argmax(axis=pointers))
            best = add(pairs.max(axis=values), row)
        return _followed_back(last(best, E), came_from)

    return path_of


def _without(rows: slice) -> Rule:
    """Return the rule of the best path where some emissions are left out."""

    def path_of(E: np.ndarray, A: np.ndarray) -> list[int]:
        emptied = E.copy()
        emptied[rows] = 0
        return _best_from_the_end(emptied, A)

    return path_of


def _from_label(label: int) -> Rule:
    """Return the rule of a path that comes from a label before the first step."""
    return lambda E, A: _best_from_the_end(np.vstack([E[:1] + A[label], E[1:]]), A)


def _one_step_back(E: np.ndarray, A: np.ndarray) -> list[int]:
    """Return the path whose pairs forget what came before the last step."""
    best, came_from = E[0], []
    for before, row in itertools.pairwise(E):
        pairs = before[:, None] + A
        came_from.append(pairs.argmax(axis=0))
        best = pairs.max(axis=0) + row
    return _followed_back(best, came_from)


def _from_zero(*, row_first: bool, last_too: bool) -> Rule:
    """Return the rule of maxima that start at 0 and label 0, and only go up from there.

    Args:
        row_first: Whether the row of E is in what is compared, or added afterwards.
        last_too: Whether the path's last label is looked for in the same way.
    """

    def path_of(E: np.ndarray, A: np.ndarray) -> list[int]:
        best, came_from = E[0], []
        for row in E[1:]:
            pairs = best[:, None] + A + row * row_first
            top = pairs.max(axis=0)
            came_from.append(np.where(top > 0, pairs.argmax(axis=0), 0))
            best = np.maximum(top, 0) + row * (not row_first)
        return _followed_back(np.maximum(best, 0) if last_too else best, came_from)

    return path_of


def _summed(E: np.ndarray, A: np.ndarray) -> list[int]:
    """Return the path whose scores are sums over all paths to a label."""
    best, came_from = E[0], []
    for row in E[1:]:
        pairs = best[:, None] + A
        came_from.append(pairs.argmax(axis=0))
        best = np.logaddexp.reduce(pairs, axis=0) + row
    return _followed_back(best, came_from)


def _followed_back(best: np.ndarray, came_from: list[np.ndarray]) -> list[int]:
    path = [int(best.argmax())]
    for pointer in came_from[::-1]:
        path.append(int(pointer[path[-1]]))
    return path[::-1]


_AXES = (
    "the label before runs along the rows of A: best[:, None] + A, and the maximum and "
    "the pointers over axis 0."
)
_NO_PATH = (
    "follow the pointers back from the end: the best label of one step may lie on no "
    "good path."
)
_VITERBI_MISTAKES: tuple[tuple[str, Rule], ...] = (
    ("this takes the best label at each step alone: A is not used.",
     lambda E, A: E.argmax(axis=1).tolist()),
    ("the path comes last label first.", lambda E, A: _best_from_the_end(E, A)[::-1]),
    ("rows and columns of A are the wrong way round: A[before, after].",
     lambda E, A: _best_from_the_end(E, A.T)),
    (_NO_PATH, _running_best),
    ("this decides step by step and never goes back.", _greedy),
    ("this decides step by step from the end and never goes back.",
     _greedy_from_the_end),
    ("this is the path of the lowest score.",
     lambda E, A: _best_from_the_end(-E, -A)),
    ("the emissions of the first step are missing.", _without(slice(0, 1))),
    ("the emissions of the last step are missing.", _without(slice(-1, None))),
    ("the emissions of the last step are missing.",
     lambda E, A: _without(slice(max(1, len(E) - 1), None))(E, A)),
    ("the emissions are missing: E is used nowhere but for its shape.",
     _without(slice(None))),
    ("the emissions of all steps but the first are missing.",
     _without(slice(1, None))),
    (_AXES, _table(pointers=1)),
    (_AXES, _table(values=1)),
    (_AXES, _table(pointers=1, values=1)),
    (_AXES, _table(lambda best, A, row: best[None, :] + A)),
    (_AXES, _table(lambda best, A, row: best[None, :] + A, pointers=1)),
    ("the scores of A are added, not subtracted.",
     lambda E, A: _best_from_the_end(E, -A)),
    ("the scores are added, not multiplied.",
     _table(lambda best, A, row: best[:, None] * A, add=lambda best, row: best * row)),
    ("the scores are added, not multiplied.",
     _table(lambda best, A, row: best[:, None] * A)),
    ("each emission counts once; yours counts those after the first twice.",
     lambda E, A: _best_from_the_end(np.vstack([E[:1], 2 * E[1:]]), A)),
    ("the path ends where the best score does, not at the best emission.",
     _table(last=lambda best, E: E[-1])),
    ("the path ends where the best score does, not always at label 0.",
     _table(last=lambda best, E: -np.arange(len(best)))),
    ("a pair's score starts from the best path so far: yours from the emission of "
     "the step before alone.", _one_step_back),
    ("the best path to a label has one path's score, the maximum: yours adds up all "
     "paths, as the forward algorithm does.",
     _summed),
    ("this is the likeliest label at each step alone, over all paths: together they "
     "need not be the best path.", _likeliest_each),
    ("keep the best path to each label, not the best two paths of all.", _beam),
    ("keep the best path to each label, not the best three paths of all.",
     lambda E, A: _beam(E, A, 3)),
    ("A's scores count as they are: yours are turned into probabilities first.",
     lambda E, A: _best_from_the_end(
         E, A - np.logaddexp.reduce(A, axis=1)[:, None])),
    ("a label may follow itself.",
     lambda E, A: _best_from_the_end(E, A - 1e6 * np.eye(len(A)))),
    ("nothing comes before the first step: yours starts with label 0's row of A.",
     _from_label(0)),
    ("nothing comes before the first step: yours starts with the last row of A.",
     _from_label(-1)),
    *(("scores may be below 0, and yours are wrong just as if each maximum started at "
       "0 with label 0: start it at the first score, or at -inf.",
       _from_zero(row_first=row_first, last_too=last_too))
      for row_first in (False, True) for last_too in (False, True)),
    ("A scores two labels in a row: yours two that are a step apart.",
     lambda E, A: _skipping(E, A)),
)  # fmt: skip


def _skipping(E: np.ndarray, A: np.ndarray) -> list[int]:
    """Return the best path if A scored every second label."""
    path = np.empty(len(E), int)
    for first in (0, 1):
        if len(E[first::2]):
            path[first::2] = _best_from_the_end(E[first::2], A)
    return path.tolist()
