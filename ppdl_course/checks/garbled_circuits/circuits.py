"""Checks of chapter 5 with one right answer: a half gate, and an attack on gates.

Those that look at many runs are in ``labels`` and ``shares``.
"""

import secrets
from collections.abc import Callable, Iterable

import numpy as np

from ppdl_course.checks.verdict import Mistake, require, require_none
from ppdl_course.mpc.garbling.half_gates import HalfGates
from ppdl_course.mpc.garbling.worked_examples import garbled_and
from ppdl_course.mpc.label_hash import LabelHash, as_bytes, as_labels

BITS = [(i, j) for i in (0, 1) for j in (0, 1)]


def check_open_half_gate(
    open_half_gate: Callable[..., object],
    *,
    gate: int = 5,
    runs: int = 8,
    tweaks: int = 2,
) -> None:
    """Check the output label for all inputs of gates with all colours.

    Args:
        open_half_gate: The student's function.
        gate: The gate's number.
        runs: How many gates, a multiple of 4.
        tweaks: How many tweaks each gate owns, of which it uses two.
    """
    scheme, key = HalfGates(), secrets.token_bytes(16)
    hash_ = LabelHash(key)

    def H(label: bytes, tweak: int) -> bytes:
        """Hash as the scheme does, whose gates own two tweaks."""
        number, place = divmod(int(tweak), tweaks)
        # no gate has so high a number: a wrong tweak gives pads that nothing else uses
        unused = 2**40 + int(tweak)
        return hash_.bytes(label, 2 * number + place if place < 2 else unused)

    wrong, found, usual = 0, [], []
    # all four colour pairs equally often, so that no branch is left to luck
    for colours in [(p, q) for p in (0, 1) for q in (0, 1)] * (runs // 4):
        offset, a, b = _coloured_gate(scheme, colours)
        rows, out = scheme.garble_and(a, b, gate, hash_, offset, secrets.token_bytes)
        table = tuple(as_bytes(row) for row in rows)
        for i, j in BITS:
            left, right = as_bytes(a[i]), as_bytes(b[j])
            got = open_half_gate(left, right, table, gate, H)
            is_label = isinstance(got, bytes | bytearray) and len(got) == 16
            require(is_label, "open_half_gate must return a label: 16 bytes.")
            wrong += bytes(got) != as_bytes(out[i & j])
            found.append(bytes(got))
            usual.append(_half_gate_mistakes(left, right, table, gate, tweaks, H))
    for message in usual[0]:
        fits = all(case[message] == got for case, got in zip(usual, found, strict=True))
        require(not wrong or not fits, message)
    require(
        wrong == 0,
        f"{wrong} of {len(found)} labels are wrong; go through the evaluator's formula "
        "term by term, for each colour of a and of b: a wrong label when a has colour "
        "0 or 1 may come from one forgotten case.",
    )


def _half_gate_mistakes(
    a: bytes,
    b: bytes,
    rows: tuple[bytes, bytes],
    g: int,
    tweaks: int,
    H: Callable[[bytes, int], bytes],
) -> dict[str, bytes]:
    """Return what each usual mistake makes of these rows and labels."""
    s, t = a[0] & 1, b[0] & 1
    zero = bytes(16)
    at = tweaks * g
    base = xor(H(a, at), H(b, at + 1))
    first, second = (rows[0] if s else zero), (rows[1] if t else zero)
    mistakes = {
        "the second row hides an A_0: XOR the label a into it as well.": xor(
            base, first, second
        ),
        "a row is used only if the label's colour is 1.": xor(base, *rows, a),
        "the label a belongs to the second row: it goes in only if b's colour is 1.": (
            xor(base, first, second, a)
        ),
        "the colour of a decides about the first row, that of b about the second.": (
            xor(base, rows[0] if t else zero, xor(rows[1], a) if s else zero)
        ),
        "tweaks: a is hashed with the gate's first, b with the next one.": xor(
            H(a, at + 1), H(b, at), first, xor(second, a) if t else zero
        ),
        "the two rows are mixed up: rows is (T_G, T_E).": xor(
            base, rows[1] if s else zero, xor(rows[0], a) if t else zero
        ),
        "the label a belongs into the bracket of the second row, not b.": xor(
            base, first, xor(second, b) if t else zero
        ),
        "tweaks: a and b must be hashed with different ones.": xor(
            H(a, at), H(b, at), first, xor(second, a) if t else zero
        ),
        "the colour is the lowest bit of byte 0: label[0] & 1, not of the last byte.": (
            xor(
                base,
                rows[0] if a[-1] & 1 else zero,
                xor(rows[1], a) if b[-1] & 1 else zero,
            )
        ),
        "the colour is the lowest bit of byte 0: label[0] & 1, not the highest.": xor(
            base, rows[0] if a[0] >> 7 else zero, xor(rows[1], a) if b[0] >> 7 else zero
        ),
        "the colour of a decides about the first row alone: for the second look at "
        "b's.": xor(base, *rows, a) if s else base,
        "the colour of b decides about the second row alone: for the first look at "
        "a's.": xor(base, *rows, a) if t else base,
        "tweaks: they are counted from 0: that of a is g times their number, and b's "
        "the next; yours are one higher.": xor(
            H(a, at + 1), H(b, at + 2), first, xor(second, a) if t else zero
        ),
        "tweaks: that of a is g times their number, and b's the next; yours are one "
        "lower.": xor(H(a, at - 1), H(b, at), first, xor(second, a) if t else zero),
        "the rows are never used.": base,
        "the second row is never used.": xor(base, first),
        "the first row is never used.": xor(base, second, a) if t else base,
        "with both colours 1 both rows are used, not the first alone.": (
            xor(base, first) if s else xor(base, xor(second, a) if t else zero)
        ),
        "with both colours 1 both rows are used, not the second alone.": (
            xor(base, second, a) if t else xor(base, first)
        ),
        "the colours are turned round: a row is used if the label's colour is 1.": xor(
            base, zero if s else rows[0], zero if t else xor(rows[1], a)
        ),
        "the label a is no part of the first row's bracket.": xor(
            base, xor(first, a) if s else zero, xor(second, a) if t else zero
        ),
        "tweaks: yours are the same for every gate; they begin at the gate's own.": xor(
            H(a, 0), H(b, 1), first, xor(second, a) if t else zero
        ),
        "tweaks: that of b is the next one after a's, not the next gate's first.": xor(
            H(a, at), H(b, at + tweaks), first, xor(second, a) if t else zero
        ),
    }
    for other in range(1, 17):
        theirs = xor(H(a, other * g), H(b, other * g + 1))
        mistakes[
            f"tweaks: yours begin at {other}g, and here they do at {tweaks}g: is that "
            "another variant's number?"
        ] = xor(theirs, first, xor(second, a) if t else zero)
    return mistakes


def check_odd_one_out(odd_one_out: Callable[..., object], *, gates: int = 4) -> None:
    """Check the bits for all inputs of gates with all colours."""
    scheme, hash_ = HalfGates(), LabelHash(secrets.token_bytes(16))
    answers, right, colours_seen, foreign = [], [], [], []
    for gate, colours in enumerate([(p, q) for p in (0, 1) for q in (0, 1)] * gates):
        offset, *pairs = _coloured_gate(scheme, colours)
        rows, _ = scheme.garble_and(*pairs, gate, hash_, offset, secrets.token_bytes)
        pair_a, pair_b = pairs

        def open_gate(
            a: bytes, b: bytes, rows=rows, gate=gate, pair_a=pair_a, pair_b=pair_b
        ) -> bytes:
            for label, pair in ((a, pair_a), (b, pair_b)):
                foreign.append(bytes(label) not in map(as_bytes, pair))
            held = as_labels(a)[None], as_labels(b)[None]
            return as_bytes(scheme.open_and(*held, rows, gate, hash_))

        for i, j in BITS:
            left, other = as_bytes(pair_a[i]), as_bytes(pair_b[j])
            try:
                got = odd_one_out(left, other, as_bytes(offset), open_gate)
            except (LookupError, StopIteration) as error:
                raise Mistake(
                    f"for labels of the bits {i} and {j} your function ends in "
                    f"{type(error).__name__}: it finds no odd one. Each label as it is "
                    "and flipped makes four combinations, both flipped among them."
                ) from error
            got = list(got) if isinstance(got, Iterable) else []
            bits = all(isinstance(v, int | np.integer | np.bool_) for v in got)
            pair = bits and len(got) == 2
            require(pair, "odd_one_out must return two bits: (bit of a, bit of b).")
            answers.append((int(got[0]), int(got[1])))
            right.append((i, j))
            colours_seen.append((left[0] & 1, other[0] & 1))
    require(
        answers != [(1 - i, 1 - j) for i, j in right],
        "all bits are inverted. If flipping a and not b gives the odd label, a was 0.",
    )
    require(answers != [(j, i) for i, j in right], "the two bits are swapped.")
    require(
        answers != colours_seen,
        "these are the colours. The garbler tossed a coin for them: they are not the "
        "bits.",
    )
    usual = {
        "this tells whether both bits are 1. If they are not, which one is 0? Flip "
        "one label at a time.": [(i & j, i & j) for i, j in right],
        "this tells whether the two bits are equal: flip one label at a time, not "
        "both.": [(1 - i ^ j, 1 - i ^ j) for i, j in right],
        "the bit of a is right and stands for both: b has a bit of its own.": (
            [(i, i) for i, _ in right]
        ),
        "the bit of b is inverted, that of a is right.": [(i, 1 - j) for i, j in right],
        "the bit of a is inverted, that of b is right.": [(1 - i, j) for i, j in right],
        "the bit of b is inverted and stands for both.": (
            [(1 - j, 1 - j) for _, j in right]
        ),
        "the bit of a is inverted and stands for both.": (
            [(1 - i, 1 - i) for i, _ in right]
        ),
        "the bit of b is right and stands for both: a has a bit of its own.": (
            [(j, j) for _, j in right]
        ),
        "the answer is the same whatever the labels are: it does not look at what "
        "the gate opens to.": [answers[0]] * len(right),
        "these are the colours of the labels that open the odd one: what do the "
        "labels that you hold stand for?": [
            (c ^ 1 - i, d ^ 1 - j)
            for (i, j), (c, d) in zip(right, colours_seen, strict=True)
        ],
    }
    require(
        answers == right or not any(foreign),
        "open_gate was given bytes that are no label of their wire: the other label of "
        "a wire is label xor R, in all of its bytes and not in its colour alone.",
    )
    require_none(message for message, other in usual.items() if answers == other)
    bad = [bits for bits, got in zip(right, answers, strict=True) if got != bits]
    require(
        set(bad) != {(1, 1)},
        "wrong exactly where both bits are 1: there the pair in hand opens to the odd "
        "label, and the other three combinations open to one that is not odd.",
    )
    for what, of in (
        ("the two bits are equal", lambda i, j: i == j),
        ("both bits are 1", lambda i, j: i & j),
        ("one of the bits is 1", lambda i, j: i | j),
    ):
        seen = {(of(*bits), got) for bits, got in zip(right, answers, strict=True)}
        require(
            not bad or len(seen) > 2,
            f"your answer follows from whether {what}, and there are four answers: "
            "flip one label at a time, and look for the label that comes once.",
        )
    require(
        not bad,
        f"{len(bad)} of {len(right)} answers are wrong. Three of the four "
        "combinations open to one label; which one does not, and what are its bits? "
        "Labels are random: neither their order nor their colour says anything, only "
        "which of them are equal.",
    )


def _coloured_gate(
    scheme: HalfGates, colours: tuple[int, int]
) -> tuple[np.ndarray, tuple, tuple]:
    """Return R and two pairs whose labels of 0 have the given colours."""
    garbler = garbled_and(scheme)
    pairs = []
    for pair, colour in zip(garbler.pairs[:2], colours, strict=True):
        zero = pair[0] if int(pair[0][0, 0] & np.uint64(1)) == colour else pair[1]
        pairs.append((zero, zero ^ garbler.offset))
    return garbler.offset, pairs[0], pairs[1]


def xor(*parts: bytes) -> bytes:
    """Return the XOR of byte strings of one length."""
    total = int.from_bytes(parts[0], "big")
    for part in parts[1:]:
        total ^= int.from_bytes(part, "big")
    return total.to_bytes(len(parts[0]), "big")
