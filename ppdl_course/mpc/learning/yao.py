"""The same functions by garbled circuits: arithmetic shares to Yao's and back.

    arithmetic -> Yao    server 0 garbles and puts in x0, server 1 gets the labels of x1
                         by oblivious transfer; the circuit adds: x = x0 + x1 mod 2^w
    any function y of x
    Yao -> arithmetic    server 0 also puts in a random word r; server 1 learns y - r
                         and keeps it as its share, server 0 keeps r

    a bit: server 0 puts in a random bit s, server 1 learns b ^ s: XOR shares, no AND

Rounds do not grow with the function (GMW's do); bytes do: 32 for an AND gate, and 48
for each bit of server 1, where GMW opens two bits a gate.

Security: passive servers; as in ``mpc.garbling.protocol``.

Source: A. Yao, FOCS 1986; conversions: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P
2017, section IV-B, after D. Demmler, T. Schneider, M. Zohner, "ABY", NDSS 2015.
"""

import secrets
from collections.abc import Callable
from functools import cache

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.circuits import arithmetic
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.garbling.protocol import play_evaluator, play_garbler
from ppdl_course.mpc.learning.fixed_point import RING_BITS
from ppdl_course.mpc.learning.server import Server
from ppdl_course.mpc.sharing.additive import random_words

Words = np.ndarray
Function = Callable[[Builder, list[Word]], list[Word]]
"""Makes output words from input words: two's complement, lowest bit first."""


def shared_circuit(function: Function, words: int, width: int, outputs: int) -> Circuit:
    """Return the circuit that adds shares, computes, and shares the result again.

    Args:
        function: From ``words`` words of ``width`` bits to ``outputs`` words.
        words: Numbers that go in together.
        width: Bits of each that count, 2 to 64.
        outputs: Numbers that come out; they are signed and extended to the ring.
    """
    between(2, RING_BITS, width=width)
    b = Builder()
    garbler = b.input(words * width + outputs * RING_BITS)
    evaluator = b.input(words * width)
    x = [
        arithmetic.add(
            b,
            garbler[k * width : (k + 1) * width],
            evaluator[k * width : (k + 1) * width],
        )
        for k in range(words)
    ]
    made = []
    for k, y in enumerate(function(b, x)):
        at = words * width + k * RING_BITS
        mask = garbler[at : at + RING_BITS]
        made += arithmetic.subtract(b, arithmetic.extend(y, RING_BITS), mask)
    return b.build(made)


@cache
def sign_circuit(width: int) -> Circuit:
    """Return the circuit of (x0 + x1 < 0) ^ s; s is server 0's last bit."""
    between(2, RING_BITS, width=width)
    b = Builder()
    garbler, evaluator = b.input(width + 1), b.input(width)
    total = arithmetic.add(b, garbler[:width], evaluator)
    return b.build([b.xor(total[-1], garbler[width])])


@cache
def relu_circuit(width: int) -> Circuit:
    """Return ReLU of one shared number, to shares."""
    return shared_circuit(lambda b, x: [arithmetic.relu(b, x[0])], 1, width, 1)


@cache
def sigmoid_circuit(width: int, fraction_bits: int) -> Circuit:
    """Return the piecewise sigmoid of one shared number, to shares."""

    def function(b: Builder, x: list[Word]) -> list[Word]:
        wide = arithmetic.extend(x[0], width + 1)  # u + 1/2 must not wrap
        half = arithmetic.constant(1 << (fraction_bits - 1), width + 1)
        upper = arithmetic.add(b, wide, half)
        above = b.inv(arithmetic.subtract(b, wide, half)[-1])  # u >= 1/2
        inside = b.and_(b.inv(upper[-1]), b.inv(above))
        low = [b.and_(wire, inside) for wire in upper[:fraction_bits]]
        return [[*low, above, ZERO]]

    return shared_circuit(function, 1, width, 1)


@cache
def share_circuit(classes: int, width: int, fraction_bits: int) -> Circuit:
    """Return ReLU(u_i) / sum of ReLU(u_j) for each class, to shares.

    Quotients are rounded down to ``fraction_bits`` bits. Where no u is positive each
    class gets 1 / classes. Division is by trial subtraction, from the top: one bit of
    the quotient takes a subtraction and a choice, 2 ANDs a bit of the sum.
    """
    between(2, 2**10, classes=classes)
    sum_bits = width + (classes - 1).bit_length()
    same = (1 << fraction_bits) // classes

    def function(b: Builder, x: list[Word]) -> list[Word]:
        parts = [arithmetic.extend(arithmetic.relu(b, word), sum_bits) for word in x]
        total = parts[0]
        for part in parts[1:]:
            total = arithmetic.add(b, total, part)
        zero = ONE
        for wire in total:
            zero = b.and_(zero, b.inv(wire))
        default = arithmetic.constant(same, fraction_bits + 2)
        return [
            arithmetic.select(
                b, zero, default, [*_quotient(b, part, total, fraction_bits), ZERO]
            )
            for part in parts
        ]

    return shared_circuit(function, classes, width, classes)


def _quotient(b: Builder, part: Word, total: Word, fraction_bits: int) -> Word:
    """Return floor(2^f part / total) for 0 <= part <= total, f + 1 bits."""
    inverted = [*(b.inv(wire) for wire in total), ONE]
    rest, quotient = [*part, ZERO], []
    for _ in range(fraction_bits + 1):
        trial = arithmetic.add_carry(b, rest, inverted, ONE)
        quotient.append(trial[-1])
        left = arithmetic.select(b, trial[-1], trial[:-2], rest[:-1])
        rest = [ZERO, *left]  # twice what is left, below 2 total
    return quotient[::-1]


def bits_of(x: Words, width: int) -> np.ndarray:
    """Return the low bits of words, bool ``(width, n)``."""
    places = np.arange(width, dtype=np.uint64)[:, None]
    return (x[None] >> places & np.uint64(1)).astype(bool)


def garbled(
    server: Server, circuit: Circuit, x: Words, outputs: int, width: int
) -> Words:
    """Return shares of a garbled function of shared numbers.

    Args:
        server: Server 0 garbles, server 1 evaluates.
        circuit: Of :func:`shared_circuit`.
        x: This server's shares, uint64 ``(words, n)``.
        outputs: Words that come out.
        width: Bits of each input that count.

    Returns:
        uint64 ``(outputs, n)``.
    """
    n = x.shape[1]
    bits = np.concatenate([bits_of(row, width) for row in x])
    end = server.line
    if server.party == 0:
        r = random_words(outputs, n)
        mask = np.concatenate([bits_of(row, RING_BITS) for row in r])
        bits = np.concatenate([bits, mask])
        play_garbler(end, circuit, bits, output_to_both=False)
        return r
    found = play_evaluator(end, circuit, bits, output_to_both=False)
    packed = np.packbits(
        found.reshape(outputs, RING_BITS, n).swapaxes(1, 2), axis=2, bitorder="little"
    )
    return np.ascontiguousarray(packed).view(np.uint64)[..., 0]


def garbled_negative(server: Server, x: Words) -> Words:
    """Return XOR shares of x < 0, packed as ``nonlinear.negative`` returns them."""
    flat, width = x.reshape(-1), server.fixed.compared_bits
    circuit, bits, end = sign_circuit(width), bits_of(flat, width), server.line
    if server.party == 0:
        coins = np.frombuffer(secrets.token_bytes(len(flat)), np.uint8) & 1
        mask = coins.astype(bool)
        bits = np.concatenate([bits, mask[None]])
        play_garbler(end, circuit, bits, output_to_both=False)
    else:
        mask = play_evaluator(end, circuit, bits, output_to_both=False)[0]
    whole = np.zeros(-(-len(flat) // 64) * 64, bool)
    whole[: len(flat)] = mask
    return np.packbits(whole, bitorder="little").view(np.uint64)


def garbled_relu(server: Server, x: Words) -> Words:
    """Return shares of max(x, 0); no material is taken."""
    width = server.fixed.compared_bits
    y = garbled(server, relu_circuit(width), x.reshape(1, -1), 1, width)
    return y.reshape(x.shape)


def garbled_sigmoid(server: Server, u: Words) -> Words:
    """Return shares of the piecewise sigmoid; no material is taken."""
    fixed = server.fixed
    circuit = sigmoid_circuit(fixed.compared_bits, fixed.fraction_bits)
    y = garbled(server, circuit, u.reshape(1, -1), 1, fixed.compared_bits)
    return y.reshape(u.shape)


def garbled_softmax(server: Server, u: Words) -> Words:
    """Return shares of ReLU(u_i) / sum ReLU(u_j), the paper's stand-in for softmax.

    Args:
        server: Server 0 garbles.
        u: Shares of scores, uint64 ``(rows, classes)``, |u| < 2^31.

    Returns:
        uint64 of the same shape; each row adds up to 1, but for rounding down.
    """
    fixed, classes = server.fixed, u.shape[1]
    circuit = share_circuit(classes, fixed.compared_bits, fixed.fraction_bits)
    y = garbled(
        server, circuit, np.ascontiguousarray(u.T), classes, fixed.compared_bits
    )
    return np.ascontiguousarray(y.T)
