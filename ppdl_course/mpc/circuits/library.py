"""Circuits of the course's own: a few small files in ``data/circuits``, and a cipher.

The files are in Bristol Fashion and made by ``python -m
ppdl_course.mpc.circuits.library`` from the functions here; a test holds the two
together. Their bits: wire 0 of a value is its lowest bit.

:func:`simon` stands in for AES where the standard circuit file is not at hand: a real
block cipher with published vectors whose key schedule has no AND gate at all.
Source: Beaulieu, Shors, Smith, Treatman-Clark, Weeks, Wingers: The SIMON and SPECK
Families of Lightweight Block Ciphers. https://eprint.iacr.org/2013/404.
"""

from collections.abc import Callable
from pathlib import Path

from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.arithmetic import (
    add,
    argmax,
    less_than,
    maximum,
    multiply,
    relu,
)
from ppdl_course.mpc.circuits.builder import ONE, Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit

FOLDER = Path(__file__).resolve().parents[3] / "data" / "circuits"

Operation = Callable[[Builder, Word, Word], Word | int]


def two_inputs(width: int, operation: Operation) -> Circuit:
    """Return the circuit of one operation on two words of ``width`` bits.

    >>> two_inputs(8, add).compute(200, 100)
    44
    """
    b = Builder()
    x, y = b.input(width), b.input(width)
    return b.build(operation(b, x, y))


def unsigned_less_than(b: Builder, x: Word, y: Word) -> int:
    """Return the wire of x < y for unsigned numbers: the millionaires' question."""
    return less_than(b, x, y, signed=False)


def _argmax(count: int, width: int) -> Circuit:
    """Return argmax of ``count`` signed numbers of which each party has a share.

    A number is the sum of the two parties' shares modulo 2^width.
    """
    b = Builder()
    x, y = b.input(count * width), b.input(count * width)
    cuts = [slice(k * width, (k + 1) * width) for k in range(count)]
    return b.build(argmax(b, [add(b, x[cut], y[cut]) for cut in cuts]))


FILES: dict[str, Callable[[], Circuit]] = {
    "adder_32": lambda: two_inputs(32, add),
    "less_than_32": lambda: two_inputs(32, unsigned_less_than),
    "maximum_16": lambda: two_inputs(16, maximum),
    "multiplier_16": lambda: two_inputs(16, multiply),
    "shared_relu_16": lambda: two_inputs(16, lambda b, x, y: relu(b, add(b, x, y))),
    "shared_argmax_10x8": lambda: _argmax(10, 8),
}


def load(name: str) -> Circuit:
    """Read one of the files in ``data/circuits``.

    Raises:
        ValueError: If there is no such circuit.
    """
    if name not in FILES:
        raise ValueError(f"name must be one of {sorted(FILES)}, got {name!r}")
    return bristol.read((FOLDER / f"{name}.txt").read_text(encoding="ascii"))


_ROUNDS = 44
# the constant sequence z_3 of the paper: one bit for each round
_Z3 = "11011011101011000110010111100000010010001010011100110100001111"


def simon() -> Circuit:
    """Return SIMON 64/128: 128 key bits and 64 block bits in, 64 bits out.

    Key, block and output are integers whose hexadecimal digits stand as in the paper.
    """
    b = Builder()
    key, block = b.input(128), b.input(64)
    keys = [key[32 * k : 32 * (k + 1)] for k in range(4)]
    for k in range(4, _ROUNDS):
        mixed = _xor(b, _right(keys[k - 1], 3), keys[k - 3])
        mixed = _xor(b, mixed, _right(mixed, 1))
        word = _xor(b, keys[k - 4], mixed)
        # inverted and xor 3: bits 2 to 31 flip; bit 0 flips with the constant
        flips = [_Z3[(k - 4) % 62] == "1", False, *[True] * 30]
        keys.append(
            [b.xor(w, ONE) if flip else w for w, flip in zip(word, flips, strict=True)]
        )
    right, left = block[:32], block[32:]
    for round_key in keys:
        # left rotations by 1, 8 and 2 are right ones by 31, 24 and 30
        factors = zip(_right(left, 31), _right(left, 24), strict=True)
        mixed = _xor(b, [b.and_(v, w) for v, w in factors], _right(left, 30))
        left, right = _xor(b, right, _xor(b, mixed, round_key)), left
    return b.build([*right, *left])


def _right(word: Word, places: int) -> Word:
    """Rotate a word towards its low end."""
    return word[places:] + word[:places]


def _xor(b: Builder, x: Word, y: Word) -> Word:
    return [b.xor(v, w) for v, w in zip(x, y, strict=True)]


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, build in FILES.items():
        path = FOLDER / f"{name}.txt"
        path.write_text(bristol.write(build()), encoding="ascii", newline="\n")
