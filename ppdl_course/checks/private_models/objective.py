"""Visible checks of chapter 17: what a record moves, the mended loss, moving sums."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.remote import mapped
from ppdl_course.checks.verdict import (
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
    require_none,
)


@on_other_data
@drawn_anew
def check_sensitivities(
    sensitivities: Callable[[int], object], *, features: int = 3, seed: int = 17
) -> None:
    """Check the three bounds for several numbers of features, one and many."""
    rng = np.random.default_rng(seed)
    for d in (features, 1, 2, 64, int(rng.integers(4, 200))):
        what = f"sensitivities({d})"
        got = require_array(sensitivities(d), shape=(3,), what=what)
        right = np.array([d**0.5, (d + 1) / 2, 2**0.5])
        for place, name in enumerate(
            ("the sums (L1)", "the products (L1)", "both together (L2)")
        ):
            if not np.isclose(got[place], right[place], rtol=1e-6):
                about = f"{what}, {name}: "
                require_none(
                    (
                        message
                        for message, wrong in _wrong_bounds(d)[place]
                        if np.isclose(got[place], wrong, rtol=1e-6)
                    ),
                    about,
                )
                way = "more" if got[place] < right[place] else "less"
                raise_it = (
                    f"{about}got {got[place]:.6g}, and some record of norm 1 moves "
                    "more. Try all entries equal."
                    if way == "more"
                    else f"{about}got {got[place]:.6g}, and no record of norm 1 moves "
                    "that much: each bit too much is noise for nothing."
                )
                require(False, raise_it)


def _wrong_bounds(d: int) -> list[list[tuple[str, float]]]:
    """Return for each bound what the usual mistakes make of it."""
    cube = (
        "that is the paper's bound, for every |x_j| <= 1: here the norm is at most 1."
    )
    replaced = "twice too much: a record is added or removed here, not replaced."
    sums = [
        (cube, d),
        (replaced, 2 * d**0.5),
        ("that is the L2 norm. Laplace noise asks for L1.", 1.0),
        ("L1 is at most sqrt(d) times L2: that is its inverse.", d**-0.5),
    ]
    products = [
        ("the whole square, where the upper triangle is asked for.", d),
        ("the diagonal belongs to the upper triangle.", (d - 1) / 2),
        ("half of the whole square: the diagonal counts in full, not by half.", d / 2),
        (cube, d * (d + 1) / 2),
        (cube, d * d / 2),
        (replaced, d + 1),
        ("that is the L2 norm. Laplace noise asks for L1.", 1.0),
        ("that is the bound of the sums, squared nowhere.", d**0.5),
    ]
    both = [
        ("norms were added: squares add up, and the root comes last.", 2.0),
        ("that is one of the two: sums and products move together.", 1.0),
        (replaced, 2 * 2**0.5),
        ("L2 does not grow with the number of features here.", (2 * d) ** 0.5),
        ("L2 does not grow with the number of features here.", d**0.5),
        ("L1 norms went in: L2 of sums and products are at most 1 each.",
         (d + ((d + 1) / 2) ** 2) ** 0.5),
        ("the two L1 bounds were added: this one is L2.", d**0.5 + (d + 1) / 2),
        ("the whole square was taken for the triangle, or the other way round.",
         1.5**0.5),
    ]  # fmt: skip
    return [sums, products, both]


@on_other_data
@drawn_anew
def check_mend(
    mend: Callable[[np.ndarray, float], object], *, d: int = 4, seed: int = 17
) -> None:
    """Check the mended products: indefinite ones, d = 1, and no noise at all."""
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.normal(size=(d, d)))[0]
    values = rng.uniform(1, 6, d) * np.where(np.arange(d) % 2, 1, -1)
    deviation = float(rng.uniform(0.3, 2))
    cases = [
        ((basis * values) @ basis.T, deviation),
        ((basis * np.abs(values)) @ basis.T, deviation),
        ((basis * values) @ basis.T, 0.0),
        (np.array([[-2.0]]), 1.5),
        (np.zeros((3, 3)), 0.5),
    ]
    for Q, s in cases:
        Q = (Q + Q.T) / 2
        mine = Q.copy()
        what = f"mend(Q, {s:.3g}) for {len(Q)} features"
        raw = mend(mine, s)
        require_kept(Q, mine, "Q")
        require(
            np.shape(raw) != (len(Q),) or len(Q) == 1,
            f"{what} gives the eigenvalues: put the matrix together again, V diag V'.",
        )
        got = require_array(raw, shape=Q.shape, what=what)
        require_close(got, _mended(Q, s), what=what, mistakes=_wrong_mends(Q, s))


def _mended(Q: np.ndarray, s: float) -> np.ndarray:
    return _rebuilt(Q, lambda w: np.maximum(w, 0) + 2 * s * len(Q) ** 0.5)


def _rebuilt(Q: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    values, vectors = np.linalg.eigh(Q)
    return (vectors * change(values)) @ vectors.T


def _wrong_mends(Q: np.ndarray, s: float) -> list[tuple[str, np.ndarray]]:
    d = len(Q)
    ridge = 2 * s * d**0.5
    _, vectors = np.linalg.eigh(Q)
    cut = "eigenvalues below 0 must become 0 before the ridge is added."
    laws: list[tuple[str, Callable[[np.ndarray], np.ndarray]]] = [
        (cut, lambda w: w + ridge),
        ("nothing was mended: Q came back.", lambda w: w),
        ("the ridge was left out.", lambda w: np.maximum(w, 0)),
        (
            "the ridge was added first: then less is cut off, and an eigenvalue may "
            "end at 0.",
            lambda w: np.maximum(w + ridge, 0),
        ),
        (
            "eigenvalues below 0 were turned round: they say nothing, so they "
            "become 0.",
            lambda w: np.abs(w) + ridge,
        ),
        (
            "the larger of eigenvalue and ridge was taken: the ridge is added to all.",
            lambda w: np.maximum(w, ridge),
        ),
        (
            "only those below 0 got the ridge: it is added to all.",
            lambda w: np.where(w < 0, ridge, w),
        ),
        ("the ridge has sqrt(d), not d.", lambda w: np.maximum(w, 0) + 2 * s * d),
        ("the ridge lacks its factor 2.", lambda w: np.maximum(w, 0) + s * d**0.5),
        ("the ridge lacks sqrt(d).", lambda w: np.maximum(w, 0) + 2 * s),
        (
            "that is the paper's ridge, 4 s: it does not grow with d, and the noise "
            "does.",
            lambda w: np.maximum(w, 0) + 4 * s,
        ),
        (
            "that is the variance: the ridge goes by the deviation s.",
            lambda w: np.maximum(w, 0) + 2 * s**2 * d**0.5,
        ),
        ("the ridge was taken off.", lambda w: np.maximum(w, 0) - ridge),
        (
            "that is the inverse: the mended matrix itself is asked for.",
            lambda w: 1 / (np.maximum(w, 0) + ridge) if s else w * np.nan,
        ),
        (
            "the eigenvectors were mixed up: V diag V', with the columns of V.",
            lambda w: np.maximum(w, 0) + ridge,
        ),
    ]
    wrong = [(message, _rebuilt(Q, change)) for message, change in laws[:-1]]
    mended = np.maximum(np.linalg.eigvalsh(Q), 0) + ridge
    mixed, every = laws[-1][0], "the ridge lies on the diagonal alone."
    return [
        *wrong,
        (mixed, (vectors.T * mended) @ vectors),
        (every, _rebuilt(Q, lambda w: np.maximum(w, 0)) + ridge),
        (
            "entries below 0 were cut off: eigenvalues are asked for.",
            np.maximum(Q, 0) + ridge * np.eye(d),
        ),
    ]


@on_other_data
@drawn_anew
def check_tells_presence(
    tells_presence: Callable[..., object],
    *,
    hidden: int = 6,
    trials: int = 60,
    seed: int = 17,
) -> None:
    """Check the adversary: every trial must be right, at any size of the noise.

    A guess is right by luck in all of 60 trials once in 10^18 times.
    """
    rng = np.random.default_rng(seed)
    cases, truth = [], []
    for trial in range(trials):
        others = rng.normal(scale=50, size=(2, hidden))
        own = rng.uniform(-1, 1, size=(2, hidden))
        noise = rng.laplace(scale=10.0 ** rng.uniform(-1, 4), size=hidden)
        present = bool(rng.integers(2))
        if trial in (0, 1):
            present = trial == 0
        seen = others + present * own + noise
        cases.append((seen, others, own))
        truth.append(present)
    lent = [tuple(part.copy() for part in case) for case in cases]
    answers = mapped(tells_presence, lent)
    for case, mine in zip(cases, lent, strict=True):
        for name, before, after in zip(
            ("seen", "others", "own"), case, mine, strict=True
        ):
            require_kept(before, after, name)
    for answer in answers:
        require(
            isinstance(answer, bool | np.bool_),
            f"tells_presence must return True or False, got {answer!r}.",
        )
    got, want = np.array(answers, dtype=bool), np.array(truth)
    if np.array_equal(got, want):
        return
    wrong = int((got != want).sum())
    require_none(
        (
            message
            for message, rule in _WRONG_RULES
            if np.array_equal([rule(*case) for case in cases], got)
        ),
        f"{wrong} of {trials} trials are wrong: ",
    )
    require(
        False,
        f"{wrong} of {trials} trials are wrong. The noise is the same at both steps: "
        "what is left of it in a difference? And what would be left if the record "
        "were not there?",
    )


def _size(x: np.ndarray) -> float:
    return float(np.linalg.norm(x))


def _closer(left: np.ndarray, trace: np.ndarray) -> bool:
    return _size(left - trace) < _size(left)


_WRONG_RULES: list[tuple[str, Callable[..., bool]]] = [
    (
        "one step alone was looked at: its noise hides the record. Take the "
        "difference of two.",
        lambda seen, others, own: _closer(seen[0] - others[0], own[0]),
    ),
    (
        "one step alone was looked at: its noise hides the record. Take the "
        "difference of two.",
        lambda seen, others, own: _closer(seen[1] - others[1], own[1]),
    ),
    (
        "the others move, too: take their difference off.",
        lambda seen, others, own: _closer(seen[1] - seen[0], own[1] - own[0]),
    ),
    (
        "any difference that is not exactly 0 was taken for a record: the last bits "
        "never come out exactly. Compare with both cases.",
        lambda seen, others, own: bool(
            np.any((seen[1] - seen[0]) - (others[1] - others[0]) != 0)
        ),
    ),
    (
        "the answers are the wrong way round.",
        lambda seen, others, own: (
            not _closer((seen[1] - seen[0]) - (others[1] - others[0]), own[1] - own[0])
        ),
    ),
    (
        "the sums of two steps were added: the noise is then there twice. Take the "
        "difference.",
        lambda seen, others, own: _closer(seen.sum(0) - others.sum(0), own.sum(0)),
    ),
    (
        "the difference was compared with what the record adds at one step, not with "
        "how that changes.",
        lambda seen, others, own: _closer(
            (seen[1] - seen[0]) - (others[1] - others[0]), own[1]
        ),
    ),
    (
        "the differences go opposite ways: second minus first, for all three.",
        lambda seen, others, own: _closer(
            (seen[1] - seen[0]) - (others[1] - others[0]), own[0] - own[1]
        ),
    ),
    (
        "it says True whatever was seen.",
        lambda seen, others, own: True,
    ),
    (
        "it says False whatever was seen.",
        lambda seen, others, own: False,
    ),
    (
        "sizes were compared, not the entries: two vectors of one length may point "
        "anywhere, and a size is never below 0.",
        lambda seen, others, own: (
            _size((seen[1] - seen[0]) - (others[1] - others[0]))
            > _size(own[1] - own[0])
        ),
    ),
]
