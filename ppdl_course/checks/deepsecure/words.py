"""Circuits that answers build: taken where the answer runs, judged here.

A circuit of hundreds of gates is built beside the answer, in one trip, and comes back
as columns of gates. What is judged is that circuit and nothing else, so it does not
matter who built it.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ppdl_course.checks.remote import beside
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.mpc.circuits.builder import Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit

NO_WIRE = (
    "are not all wires of b. The arguments hold numbers of wires, not bits: Python's "
    "operators do nothing to the circuit; b.xor, b.and_ and their like do."
)


def circuit_of(
    answer: Callable[..., object],
    widths: Sequence[int],
    *,
    name: str,
    in_a_list: bool = False,
) -> Circuit:
    """Return the circuit that an answer builds on input words of these widths.

    Args:
        answer: The student's function: of the builder and the words.
        widths: Bits of each word.
        name: Of the function, for messages.
        in_a_list: Hand over one list of words instead of a word at a time.

    Raises:
        Mistake: If what comes back is not a word of the builder's wires.
    """
    try:
        built = beside(build, answer)(list(widths), in_a_list)
    except (ValueError, IndexError) as error:
        bits = " and ".join(map(str, sorted(set(widths))))
        kind = type(error).__name__
        raise Mistake(
            f"{name} of words of {bits} bits raises {kind}: {error}. Words may have "
            "any number of wires; those that are added, compared or chosen from must "
            "have equally many."
        ) from None
    wires, columns = built[0], built[1:]
    require(wires is not None, f"{name} must return a list of wires: does every path?")
    require(len(wires) > 0, f"{name} returned no wires at all.")
    if not columns:
        raise Mistake(f"{name}: {_shown(wires)} {NO_WIRE}")
    op, left, right, out = (np.asarray(column, np.int64) for column in columns)
    return Circuit(tuple(widths), (len(wires),), op, left, right, out)


def _shown(wires: Sequence[object]) -> str:
    text = ", ".join(map(repr, wires[:4]))
    return f"[{text}{', ...' if len(wires) > 4 else ''}]"


def build(
    answer: Callable[..., object], widths: list[int], in_a_list: bool
) -> tuple[object, ...]:
    """Build an answer's circuit; return its wires and gates as plain values.

    Returns:
        The wires alone if they are not the builder's; None if there are none; else also
        the columns op, left, right, out.
    """
    b = Builder()
    words = [b.input(width) for width in widths]
    result = (
        answer(b, [list(word) for word in words])
        if in_a_list
        else answer(b, *(list(word) for word in words))
    )
    if isinstance(result, int | np.integer) and not isinstance(result, bool):
        result = [int(result)]
    if not isinstance(result, Iterable):
        return (None,)
    wires: Word = list(result)
    if not all(_whole(wire) for wire in wires):
        return ([str(wire) for wire in wires],)
    wires = [int(wire) for wire in wires]
    try:
        circuit = b.build(wires)
    except ValueError:
        return (wires,)
    return (wires, circuit.op, circuit.left, circuit.right, circuit.out)


def _whole(wire: object) -> bool:
    return isinstance(wire, int | np.integer) and not isinstance(wire, bool | np.bool_)


def bits_of(words: np.ndarray, width: int) -> np.ndarray:
    """Return the bits of integers, lowest first, bool, shape ``(width, n)``."""
    return (words[None, :] >> np.arange(width)[:, None] & 1).astype(bool)


def unsigned(bits: np.ndarray) -> np.ndarray:
    """Return unsigned integers, int64, from bits ``(width, n)``, lowest first."""
    return (1 << np.arange(len(bits), dtype=np.int64)) @ bits.astype(np.int64)


def signed(bits: np.ndarray) -> np.ndarray:
    """Return integers in two's complement from bits ``(width, n)``, lowest first."""
    return unsigned(bits) - (bits[-1].astype(np.int64) << len(bits))


def all_words(width: int) -> np.ndarray:
    """Return every signed word of so many bits, int64 ``(2**width,)``."""
    return np.arange(-(1 << (width - 1)), 1 << (width - 1))


def output_words(circuit: Circuit, x: np.ndarray, width: int, name: str) -> np.ndarray:
    """Return the signed output for each word, of as many bits as went in."""
    (bits,) = circuit.outputs
    less = (
        "missing: the sign is one, even if it is always 0" if bits < width else "more"
    )
    require(
        bits == width,
        f"{name} of {width} wires must return {width} wires, got {bits}; "
        f"{abs(width - bits)} {less}.",
    )
    return signed(circuit.evaluate(bits_of(x, width)))
