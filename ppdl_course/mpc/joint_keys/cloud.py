r"""The cloud: holds all ciphertexts and the other half of the strong key; the toolkit.

    transform     Enc_a(x) -> Enc_joint(x)               x + R opened, R uniform mod N
    multiply_across
                  x y of values under two users' keys, by four openings at once
    multiply, matmul
                  A + R_A, B + R_B opened; with P = (A + R_A) (B + R_B) under the joint
                  key:  A B = P - A R_B - R_A B - R_A R_B
    truncate      floor(x / 2^k), exactly:  v = x + 2^l,  z = v + R opened,
                  floor(v / 2^k) = floor(z / 2^k) - floor(R / 2^k) - carry
    less_than     x < y  exactly if  floor((x - y) / 2^l) = -1,  2^l above their bound
    divide        floor(x / y) bit by bit from the top: is x >= y 2^i? subtract

All of an array cross in one message: transform and product take two rounds, truncate
and less_than four, divide six for each bit of the quotient.

**Blinding.** transform and multiply_across are perfectly blind. In the others
|x| < 2^b is opened under an R of b + 1 + hiding_bits bits: for any two values the
distributions of x + R are within 2^-hiding_bits. Short masks make short exponents:
A R_B costs some 70 bits instead of 2,048. The sum over all values opened is counted in
:attr:`Cloud.distance`. That is about the numbers opened. The ciphertexts around them
are refreshed by powers of g, with short exponents where N is long: they hide by
assumption (``publickey.arithmetic.whole_numbers``).

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
from ppdl_course.mpc.joint_keys.blinding import columns, require_same_modulus
from ppdl_course.mpc.joint_keys.comparing import Comparisons
from ppdl_course.mpc.joint_keys.residues import (
    Integers,
    inverses,
    powers,
    random_integers,
)
from ppdl_course.mpc.joint_keys.sealed import Sealed, from_message, require_room
from ppdl_course.publickey.paired import PublicKey


class Cloud(Comparisons):
    """Computes on ciphertexts with the help of the crypto server.

    Arguments and attributes: those of :class:`BlindedRequests`.
    """

    def transform(self, *arrays: Sealed, to: str = "joint") -> list[Sealed]:
        """Return the same values under another key: all arrays in one message.

        Args:
            arrays: Each under a key of its own.
            to: ``joint``, or the name of one of the other keys.

        Raises:
            ValueError: If there is no key of that name, or an array belongs to
                another N.
        """
        require_same_modulus(self.joint.parameters, *(a.key for a in arrays))
        if to not in self._keys:
            raise ValueError(f"to must be one of {sorted(self._keys)}, got {to!r}")
        masks = [random_integers(a.shape, self._n) for a in arrays]
        pairs = zip(arrays, masks, strict=True)
        blinded = np.concatenate([self._masked(a.first, r).ravel() for a, r in pairs])
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

    def multiply_across(self, a: Sealed, b: Sealed) -> Sealed:
        """Return the products of values under two users' keys, under the joint key.

        The toolkit's secure product (SMD), with all masks uniform modulo N, and so
        perfectly blind:

            opened   x + R_x,  y + R_y,  R_1 - R_y x,  R_2 - R_x y
            back     their product, and the other two added, under the joint key
            x y      = that - R_x R_y - R_1 - R_2

        Raises:
            ValueError: If the shapes differ, or an array belongs to another N.
            OutOfBoundsError: If a product could pass N/2.
        """
        require_same_modulus(self.joint.parameters, a.key, b.key)
        if a.shape != b.shape:
            raise ValueError(f"b must have shape {a.shape}, got {b.shape}")
        bound = a.bound * b.bound
        require_room(self.joint.parameters, bound)
        r_x, r_y, r_1, r_2 = (random_integers(a.shape, self._n) for _ in range(4))
        # under the users' keys still: only T1 is opened, so T2 stays behind
        less_x = powers(a.first, -r_y % self._n, self._square)
        less_y = powers(b.first, -r_x % self._n, self._square)
        firsts = (a.first, r_x), (b.first, r_y), (less_x, r_1), (less_y, r_2)
        blinded = np.concatenate([self._masked(t, r).ravel() for t, r in firsts])
        reply = self._ask("product across", self._opening(blinded))
        self.counts["products"] += a.first.size
        known = r_x * r_y + r_1 + r_2
        return self._without(reply, known, self.joint, a.shape, bound)

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
        first = [self._masked(x.first, r).ravel() for x, r in ((a, r_a), (b, r_b))]
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
