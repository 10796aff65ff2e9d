"""Check of chapter 7's argmax: the place of the largest of several words."""

from collections.abc import Callable, Iterator

import numpy as np

from ppdl_course.checks.deepsecure.words import bits_of, circuit_of, unsigned
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import Mistake, require, require_none

SIZES = ((3, 5), (4, 4), (5, 6), (10, 8), (2, 4))
"""How many words, of how many bits."""


def index_bits(count: int) -> int:
    """Return how many bits the places 0 .. count - 1 need, at least one."""
    return max(1, (count - 1).bit_length())


@drawn_anew
def check_argmax(
    argmax: Callable[..., object],
    *,
    sizes: tuple[tuple[int, int], ...] = SIZES,
    seed: int = 7,
) -> None:
    """Check the place of the largest, the first of equals, then the AND gates.

    Two to ten words; numbers of either sign, all equal, ties at the top, the most
    negative and the most positive number.
    """
    rng = np.random.default_rng(seed)
    for count, width in sizes:
        circuit = circuit_of(argmax, [width] * count, name="argmax", in_a_list=True)
        words = _rows(count, width, rng)
        bits = np.concatenate([bits_of(column, width) for column in words.T])
        got = unsigned(circuit.evaluate(bits))
        need = index_bits(count)
        (out,) = circuit.outputs
        right = words.argmax(axis=1)
        if out != need:
            _width_is_off(out, need, count, width)
        if not np.array_equal(got, right):
            _place_is_off(words, width, got, right)
        most = (count - 1) * (2 * width + need)
        require(
            circuit.and_gates <= most,
            f"right, but with {circuit.and_gates} AND gates for {count} words of "
            f"{width} bits; {most} are enough. Compare the next word with the largest "
            "so far, once; then choose between two words, and between two places.",
        )


def _rows(count: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Return words, shape (n, count): drawn, near each other, equal, at the ends."""
    low, high = -(1 << (width - 1)), (1 << (width - 1)) - 1
    rows = [rng.integers(low, high + 1, (200, count))]
    rows.append(rng.integers(-2, 2, (200, count)))
    rows.append(rng.integers(low, 0, (100, count)))
    rows.append(np.repeat([[low], [-1], [0], [high]], count, axis=1))
    for top in (low + 1, -1, 0, high):  # the largest at each place, alone
        rows.append(np.where(np.eye(count, dtype=bool), top, low if top < 0 else -1))
    rows.append(np.where(np.eye(count, dtype=bool), low, high))
    return np.concatenate(rows)


def _width_is_off(out: int, need: int, count: int, width: int) -> None:
    """Say what was returned instead of a place."""
    require(
        out != width,
        f"argmax of {count} words returned {out} wires, as many as a word has: the "
        "place of the largest is asked for, not the largest itself.",
    )
    fitting = []
    if out == count.bit_length():
        fitting.append(
            f"the place of one of {count} words is at most {count - 1}, and needs "
            f"{need} bits, not the {out} of {count}."
        )
    if out == count:
        fitting.append(
            f"argmax of {count} words returned {out} wires, one for each word: the "
            f"place is asked for as a number, and {need} bits hold it."
        )
    require_none(fitting)
    raise Mistake(
        f"the place of one of {count} words needs {need} bits, got {out} wires."
    )


def _place_is_off(
    words: np.ndarray, width: int, got: np.ndarray, right: np.ndarray
) -> None:
    """Name the mistakes that give just these places, or show one."""
    usual = {message: other for message, other in _places(words, width)}
    mask = (1 << index_bits(words.shape[1])) - 1
    require_none(
        message for message, other in usual.items() if np.array_equal(got, other & mask)
    )
    k = int(np.flatnonzero(got != right)[0])
    wrong = got != right
    ties = (words == words.max(axis=1, keepdims=True)).sum(axis=1) > 1
    only = "" if wrong[~ties].any() else " All of these have the largest twice or more."
    raise Mistake(
        f"the largest of {words[k].tolist()} stands at place {right[k]}, got {got[k]}; "
        f"{int(wrong.sum())} of {len(words)} rows are wrong.{only}"
    )


def _places(words: np.ndarray, width: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the places that usual mistakes give."""
    n, count = words.shape
    turned = words[:, ::-1]
    yield (
        "of equal words the last is given: the first is asked for. Take the new word "
        "only if the largest so far is less than it.",
        count - 1 - turned.argmax(axis=1),
    )
    yield "this is the place of the smallest.", words.argmin(axis=1)
    yield (
        "this is the place of the smallest, the last of equals.",
        count - 1 - turned.argmin(axis=1),
    )
    yield (
        "numbers are compared without their sign: -1 counts as the largest of all.",
        (words % (1 << width)).argmax(axis=1),
    )
    yield "sizes are compared: the sign is lost.", np.abs(words).argmax(axis=1)
    yield "places count from 0, and yours from 1.", words.argmax(axis=1) + 1
    yield "places are counted from the end.", count - 1 - words.argmax(axis=1)
    yield "places are counted from the end.", turned.argmax(axis=1)
    yield "the place is 0 whatever the words are.", np.zeros(n, np.int64)
    yield (
        "the largest so far starts at 0: if all words are below 0, none is found. "
        "Start with the first word.",
        np.where(words.max(axis=1) > 0, words.argmax(axis=1), 0),
    )
    bits = index_bits(count)
    places = words.argmax(axis=1)[:, None] >> np.arange(bits) & 1
    yield (
        "the bits of the place are turned round: lowest first.",
        places[:, ::-1] @ (1 << np.arange(bits)),
    )
    yield (
        "the place is chosen the wrong way round: the new one belongs to a larger "
        "word.",
        _running(words, lambda best, word: best < word, turned=True),
    )
    half = 1 << (width - 1)
    yield (
        "the sign of a difference is wrong if the difference does not fit a word: "
        "arithmetic.less_than compares without that.",
        _running(words, lambda best, word: (best - word) % (2 * half) >= half),
    )
    first = np.zeros(n, np.int64)
    before = np.zeros(n, np.int64)
    for k in range(1, count):
        first = np.where(words[:, k] > words[:, 0], k, first)
        before = np.where(words[:, k] > words[:, k - 1], k, before)
    yield (
        "each word is compared with the first one: the largest so far must be kept, "
        "too.",
        first,
    )
    yield (
        "each word is compared with its neighbour: the largest so far must be kept.",
        before,
    )
    short = words[:, :-1]
    yield "the last word is never looked at.", short.argmax(axis=1)
    yield "the first word is never looked at.", words[:, 1:].argmax(axis=1) + 1
    yield (
        "the first word is never looked at, and places count from the second.",
        words[:, 1:].argmax(axis=1),
    )


def _running(
    words: np.ndarray,
    larger: Callable[[np.ndarray, np.ndarray], np.ndarray],
    *,
    turned: bool = False,
) -> np.ndarray:
    """Return places by a comparison with the largest so far; turned: taken unless."""
    best, place = words[:, 0], np.zeros(len(words), np.int64)
    for k in range(1, words.shape[1]):
        is_larger = larger(best, words[:, k])
        best = np.where(is_larger, words[:, k], best)
        place = np.where(is_larger != turned, k, place)
    return place
