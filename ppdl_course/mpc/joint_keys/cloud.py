r"""The cloud: holds all ciphertexts and the other half of the strong key; the toolkit.

    transform     Enc_a(x) -> Enc_joint(x)               x + R opened, R uniform mod N
    multiply, matmul
                  A + R_A, B + R_B opened; with P = (A + R_A) (B + R_B) under the joint
                  key:  A B = P - A R_B - R_A B - R_A R_B
    truncate      floor(x / 2^k), exactly:  v = x + 2^l,  z = v + R opened,
                  floor(v / 2^k) = floor(z / 2^k) - floor(R / 2^k) - [z mod 2^k < R mod
                  2^k], the last by ``carries``
    less_than     x < y  exactly if  floor((x - y) / 2^l) = -1,  2^l above their bound
    divide        floor(x / y) bit by bit from the top: is x >= y 2^i? subtract

All of an array cross in one message: transform and product take two rounds, truncate
and less_than four, divide six for each bit of the quotient.

**Blinding.** transform is perfectly blind. In the others |x| < 2^b is opened under an R
of b + 1 + hiding_bits bits: for any two values the distributions of x + R are within
2^-hiding_bits. Short masks make short exponents: A R_B costs 80 bits instead of 2,048.
The sum over all values opened is counted in :attr:`Cloud.distance`.

Deviations: PDLM takes product and transform from the toolkit of Liu et al. and its
less-than and division as well; these two are **reconstructed** here from an exact
truncation that shows the crypto server nothing (theirs shows it a multiple of the
difference, see ``attacks``).

Sources: X. Liu, R. Deng, K.-K. R. Choo, J. Weng, "An Efficient Privacy-Preserving
Outsourced Calculation Toolkit With Multiple Keys", IEEE TIFS 11, 2016; X. Ma, J. Ma,
H. Li, Q. Jiang, S. Gao, "PDLM: Privacy-Preserving Deep Learning Model on Cloud with
Multiple Keys", IEEE TSC 2018.
"""

import math

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.blinding import BlindedRequests, columns
from ppdl_course.mpc.joint_keys.carries import bits_of, blinded_terms
from ppdl_course.mpc.joint_keys.residues import (
    Integers,
    OutOfBoundsError,
    fresh_powers,
    inverses,
    powers,
    random_integers,
)
from ppdl_course.mpc.joint_keys.sealed import Sealed, from_message, require_room
from ppdl_course.publickey.paired import PublicKey


class Cloud(BlindedRequests):
    """Computes on ciphertexts with the help of the crypto server.

    Arguments and attributes: those of :class:`BlindedRequests`.
    """

    def transform(self, *arrays: Sealed, to: str = "joint") -> list[Sealed]:
        """Return the same values under another key: all arrays in one message.

        Args:
            arrays: Each under a key of its own.
            to: ``joint``, or the name of one of the other keys.

        Raises:
            ValueError: If there is no key of that name.
        """
        if to not in self._keys:
            raise ValueError(f"to must be one of {sorted(self._keys)}, got {to!r}")
        masks = [random_integers(a.shape, self._n) for a in arrays]
        pairs = zip(arrays, masks, strict=True)
        blinded = np.concatenate([self._masked(a, r).ravel() for a, r in pairs])
        opening = self._opening(blinded)
        reply = columns(self._ask("transform", opening, to=to))
        done, start = [], 0
        for a, mask in zip(arrays, masks, strict=True):
            part = {k: v[start : start + mask.size] for k, v in reply.items()}
            done.append(self._without(part, mask, self._keys[to], a.shape, a.bound))
            start += mask.size
        self.counts["transforms"] += start
        return done

    def multiply(self, a: Sealed, b: Sealed) -> Sealed:
        """Return the products entry by entry, of one shape, under the joint key.

        Raises:
            ValueError: If a key is not the joint one, or the shapes differ.
            OutOfBoundsError: If a product could pass N/2.
        """
        if a.shape != b.shape:
            raise ValueError(f"b must have shape {a.shape}, got {b.shape}")
        r_a, r_b, product = self._product(a, b, a.bound * b.bound, matrix=False)
        excess = [
            powers(x, r_b, self._square) * powers(y, r_a, self._square) % self._square
            for x, y in ((a.first, b.first), (a.second, b.second))
        ]
        return self._less(product, excess, r_a * r_b)

    def matmul(self, a: Sealed, b: Sealed) -> Sealed:
        """Return the matrix product A B under the joint key.

        Args:
            a: Shape (n, k).
            b: Shape (k, m).

        Raises:
            ValueError: If a key is not the joint one, or the shapes do not fit.
            OutOfBoundsError: If an entry could pass N/2.
        """
        if len(a.shape) != 2 or len(b.shape) != 2 or a.shape[1] != b.shape[0]:
            raise ValueError(
                f"b must be a matrix with as many rows as a has columns, got "
                f"{b.shape} for {a.shape}"
            )
        bound = a.shape[1] * a.bound * b.bound
        r_a, r_b, product = self._product(a, b, bound, matrix=True)
        excess = [
            self._times(x, r_b) * self._times(y.T, r_a.T).T % self._square
            for x, y in ((a.first, b.first), (a.second, b.second))
        ]
        return self._less(product, excess, r_a @ r_b)

    def truncate(self, a: Sealed, bits: int) -> Sealed:
        """Return floor(x / 2^bits) of each entry, exactly; negatives round down too.

        Raises:
            ValueError: If the key is not the joint one.
            OutOfBoundsError: If the modulus has no room for the blinding.
        """
        at_least(0, bits=bits)
        self._require_joint(a)
        if bits == 0:
            return a
        top = max(a.bound.bit_length(), bits)
        width = top + 1 + self.hiding_bits
        if width + 1 >= self._n.bit_length():
            raise OutOfBoundsError(
                f"bound must leave {self.hiding_bits + 3} bits of N for blinding, got "
                f"2**{top} of {self._n.bit_length()} bits"
            )
        count = a.first.size
        mask = random_integers(a.shape, 1 << width)
        opening = self._opening(self._masked(a, mask + (1 << top)))
        self._opened_values(count)
        reply = self._ask("truncate", opening, bits=bits)
        bound = (a.bound >> bits) + 1
        received = reply.get("bits")
        if not isinstance(received, list) or len(received) != count * bits:
            raise ValueError(f"bits must be a list of {count * bits} ciphertexts")
        self.joint.parameters.require_elements(bits=received)
        carry = self._carries(
            np.array(received, object).reshape(count, bits), mask.ravel(), bits
        ).reshape(*a.shape)
        known = (mask >> bits) + (1 << (top - bits))
        quotient = self._without(reply.get("quotient"), known, self.joint, a.shape, 0)
        self.counts["truncations"] += count
        return (quotient - carry).within(bound)

    def negative(self, a: Sealed) -> Sealed:
        """Return 1 where a < 0, else 0, under the joint key; errors as truncate."""
        return (-self.truncate(a, max(a.bound.bit_length(), 1))).within(1)

    def less_than(self, a: Sealed, b: Sealed) -> Sealed:
        """Return 1 where a < b, else 0, under the joint key; errors as truncate."""
        return self.negative(a - b)

    def divide(self, a: Sealed, b: Sealed, *, bits: int | None = None) -> Sealed:
        """Return floor(a / b) of unsigned values, entry by entry.

        Nobody sees the values, so nobody can refuse bad ones: where b is 0 the result
        is 2^bits - 1, where a or b is negative it is meaningless.

        Args:
            a: Values >= 0.
            b: Values > 0, of the same shape.
            bits: Of the quotient; by default as many as the bound of ``a`` has. A
                quotient that needs more comes out as 2^bits - 1.

        Raises:
            ValueError: If shapes or keys differ.
            OutOfBoundsError: If the modulus has no room for b 2^bits and its blinding.
        """
        if a.shape != b.shape:
            raise ValueError(f"b must have shape {a.shape}, got {b.shape}")
        bits = a.bound.bit_length() if bits is None else bits
        at_least(1, bits=bits)
        rest, quotient = a, None
        for i in reversed(range(bits)):
            shifted = b.scale(1 << i)
            fits = (-self.less_than(rest, shifted) + 1).within(1)
            # what is left never grows, whatever the worst case of a difference says
            rest = (rest - self.multiply(fits, shifted)).within(a.bound)
            part = fits.scale(1 << i)
            quotient = part if quotient is None else quotient + part
        return quotient

    def all_zero(self, a: Sealed) -> bool:
        """Open to both servers whether all values are 0, and nothing else.

        One random combination modulo N is opened: 0, or uniform. A value that is not 0
        escapes with probability of about 2 / sqrt(N).
        """
        self._require_joint(a)
        factors = random_integers(a.shape, self._n)
        (total,) = fresh_powers((1,), self.joint.parameters)
        for number in powers(a.first, factors, self._square).flat:
            total = total * number % self._square
        answer = self._ask("zero", self._opening(np.array([total], object)))
        if not isinstance(answer, bool):
            raise ValueError(f"answer must be a bool, got {type(answer).__name__}")
        return answer

    def receive(self, key: PublicKey, label: str, *, sender: str) -> Sealed:
        """Return an array that a party sent under its key; errors as from_message."""
        return from_message(key, self.end.receive(label, sender=sender))

    def _product(
        self, a: Sealed, b: Sealed, bound: int, *, matrix: bool
    ) -> tuple[Integers, Integers, Sealed]:
        """Return both masks, and (A + R_A) (B + R_B) under the joint key."""
        self._require_joint(a, b)
        require_room(self.joint.parameters, bound)
        r_a, r_b = self._mask_for(a), self._mask_for(b)
        first = [self._masked(x, r).ravel() for x, r in ((a, r_a), (b, r_b))]
        opening = self._opening(np.concatenate(first))
        shapes = (a.shape, b.shape)
        reply = self._ask("product", opening, shapes=shapes, matrix=matrix)
        shape = (a.shape[0], b.shape[1]) if matrix else a.shape
        self.counts["products"] += math.prod(shape) * (a.shape[1] if matrix else 1)
        parts = {**columns(reply), "shape": shape, "bound": bound}
        return r_a, r_b, from_message(self.joint, parts)

    def _times(self, numbers: Integers, exponents: Integers) -> Integers:
        """Return the matrix product in the exponent: prod_k T[n, k]^e[k, m]."""
        out = np.empty((numbers.shape[0], exponents.shape[1]), object)
        for n, m in np.ndindex(*out.shape):
            total = 1
            for factor in powers(numbers[n], exponents[:, m], self._square):
                total = total * factor % self._square
            out[n, m] = total
        return out

    def _less(self, product: Sealed, excess: list[Integers], known: Integers) -> Sealed:
        """Return P less what the masks put into it."""
        first, second = (
            t * inverses(e, self._square) % self._square
            for t, e in zip((product.first, product.second), excess, strict=True)
        )
        first = first * (1 - known * self._n) % self._square
        return Sealed(self.joint, first, second, product.bound)

    def _carries(self, bits: Integers, mask: Integers, width: int) -> Sealed:
        """Return [z mod 2^width < R mod 2^width] of each value, under the joint key."""
        own = np.array([bits_of(r, width) for r in mask], object)
        own = own.reshape(len(mask), width)
        blinded, coins = blinded_terms(bits, own, self.joint.parameters)
        self.counts["compared bits"] += bits.size
        self.counts["powers"] += len(blinded)
        opening = self._opening(np.array(blinded, object))
        reply = self._ask("compare", opening, each=width + 1)
        parts = {**columns(reply), "shape": (len(mask),), "bound": 1}
        found = from_message(self.joint, parts)
        # 1 - x where the coin asked the opposite question
        sign = np.array(coins, object)
        return (found.scale(sign) + (1 - sign) // 2).within(1)
