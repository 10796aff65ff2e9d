"""Checks of chapter 9, before lattices: attacks on RSA and residues, Paillier, packing.

What is expected comes from a key made for the check, from ``phe`` or from exact
integers, never from a solution.

Two ciphertexts of one plaintext under honest randomness are equal with probability
below 2**-1000, and a fresh r of 1024 bits has fewer than 900 bits with probability
2**-124: the checks of randomness fail a right answer less often than 1e-6 by far, and
an answer without randomness, or with a small range of it, always.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.secret_draws import require_fresh, secret_draws_only
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey
from ppdl_course.publickey.privacy_homomorphisms import Residues
from ppdl_course.publickey.rsa import PrivateKey as RsaKey
from ppdl_course.publickey.rsa import prime_pair

AGES = (37, 18, 1, 0, 99, 100)


def _integer(value: object, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise Mistake(f"{what} must be an int, got {type(value).__name__}")
    return int(value)


def check_guess_age(guess_age: Callable[..., object], *, oldest: int = 120) -> None:
    """Check the dictionary attack on ages from 0 to ``oldest``, which is over 100."""
    for bits in (1024, 2048):
        public = RsaKey.generate(bits).public
        for age in (*AGES, oldest):
            got = guess_age(public.encrypt(age), public.n, public.e)
            # who finds the first age, in the middle, encrypts as the client does
            if got is None and age != AGES[0]:
                raise Mistake(
                    f"an age of {age} was not found: ages go from 0 to {oldest}."
                )
            if got is None:
                raise Mistake(
                    f"an age of {age} was not found. Encrypt each candidate as the "
                    "client does, modulo n, and compare."
                )
            _integer(got, "the age")
            require(bool(got == age), f"age {age} came back as {got}.")
        stranger = guess_age(public.encrypt(500), public.n, public.e)
        require(
            stranger is None,
            f"500 is not an age; the answer is None, got {stranger}. What do you "
            "return when no candidate fits?",
        )
        older = guess_age(public.encrypt(oldest + 1), public.n, public.e)
        require(
            older is None,
            f"{oldest + 1} is no age here, they go up to {oldest}; the answer is None. "
            "Is yours another variant's number?",
        )
    got = guess_age(pow(77, 3, 2773), 2773, 3)
    require(
        got is not None and bool(got == 77),
        "with the public key n = 2773, e = 3 the age 77 is not found: encrypt with the "
        "n and e that you are given.",
    )


def check_find_primes(find_primes: Callable[..., object]) -> None:
    """Check the known-plaintext attack on the residue scheme."""
    p, q = prime_pair(1024)
    key = Residues(p, q)
    for x in (p + q + 12345, key.n - 7, 2**600 + 3):
        u, v = key.encrypt(x)
        got = find_primes(x, (u, v), key.n)
        require(
            isinstance(got, tuple | list) and len(got) == 2,
            f"return two numbers (p, q), got {type(got).__name__}.",
        )
        first, second = (_integer(prime, "a prime") for prime in got)
        if {first, second} == {1, key.n}:
            raise Mistake(
                "you found the factors 1 and n. Which difference does p divide? Look "
                "at what u is: the remainder of x."
            )
        require(
            {first, second} != {u, v},
            "these are the remainders of x, not the primes.",
        )
        for found in (first, second):
            require(
                found in (p, q) or (found % p != 0 and found % q != 0),
                "x minus a remainder is a multiple of the prime, not yet the prime. "
                "What else does that prime divide?",
            )
        other = key.n // first if first else 0
        require(
            second == other or abs(second - other) > other >> 40,
            "the second prime has lost its last digits: / gives a float of 53 bits. "
            "Divide integers exactly.",
        )
        require(
            bool(first * second == key.n),
            "the two numbers do not multiply to n. Once you have p, what is q?",
        )


@statistical(
    false_fail=2.0**-120,
    power=0.99,
    against=(
        "no randomness",
        "a statistics generator",
        "few values of r",
        "one r follows from the one before",
    ),
)
def check_paillier_encrypt(paillier_encrypt: Callable[..., object]) -> None:
    """Check Paillier with g = n + 1 against phe, and that it is randomised.

    The masks r of two ciphertexts are known to the key. Each, and their difference in
    either order, must be at most 124 bits shorter than n; an honest one is shorter with
    probability 2^-123, so a right answer fails with probability below 2^-120.
    """
    import phe

    key = PrivateKey.generate(1024)
    n = key.public.n
    with secret_draws_only(paillier_encrypt):
        paillier_encrypt(7, n)
    theirs = phe.PaillierPrivateKey(phe.PaillierPublicKey(n), key.p, key.q)
    for m in (42, 0, 1, n - 1):
        c = _integer(paillier_encrypt(m, n), "a ciphertext")
        if c < n and m != 0:
            raise Mistake("the ciphertext is below n: Paillier works modulo n squared.")
        require(0 < c < n * n, "a ciphertext lies between 0 and n squared.")
        read = theirs.raw_decrypt(c)
        if read != m and math.gcd(c, n) == 1:
            plain = (1 + m * n) % (n * n)
            mask = c * pow(plain, -1, n * n) % (n * n)
            if pow(mask, key.lam, n * n) != 1:
                raise Mistake(
                    f"phe decrypts {m} to something else. The mask must disappear in "
                    "decryption: only an n-th power modulo n squared does."
                )
        require(read == m, f"phe decrypts your ciphertext of {m} to another number.")
    _require_randomised(paillier_encrypt, key)


def _require_randomised(
    encrypt: Callable[..., object], key: PrivateKey, *, spare_bits: int = 124
) -> None:
    """Refuse ciphertexts whose r is missing, short, or follows from another r."""
    n = key.public.n
    first, second = int(encrypt(7, n)), int(encrypt(7, n))
    require(
        first != second,
        "the same plaintext twice gives the same ciphertext: a dictionary of ages "
        "breaks this. Where is the fresh r?",
    )
    require_fresh(lambda: int(encrypt(7, n)), "r")
    # c^(1/n) mod n is r mod n: with the private key the check opens the randomness
    root = pow(n, -1, key.lam)
    masks = [pow(c, root, n) for c in (first, second)]
    lengths = [mask.bit_length() for mask in masks]
    enough = n.bit_length() - spare_bits
    require(
        max(lengths) >= enough,
        f"your r has {max(lengths)} bits: so few values of r can all be tried. Draw it "
        "from the whole range below n.",
    )
    require(
        min((a - b) % n for a, b in (masks, masks[::-1])).bit_length() >= enough,
        "one r follows from the one before: whoever learns one knows all. Draw each "
        "afresh.",
    )


def check_encode_fixed(
    encode_fixed: Callable[..., object], *, decimals: int = 6
) -> None:
    """Check exact fixed-point encoding modulo a number of 23 digits.

    Args:
        encode_fixed: The student's function.
        decimals: The digits after the point that it keeps, up to 8.
    """
    Q, scale = 10**22 + 9, 10**decimals
    cases = [
        0.0,
        1.0,
        3.5,
        -3.5,
        0.29,
        -0.29,
        1234567.654321,
        -2 - 0.9 / scale,
        -1 / scale,
        1.5 / scale,
        2 + 0.9 / scale,
        1e12,
    ]
    for x in cases:
        got = _integer(encode_fixed(x, Q), "the residue")
        if got < 0:
            raise Mistake(f"{x} became {got}: a residue lies in [0, Q). Reduce it.")
        # residues above Q / 2 stand for negative numbers
        scaled = got if got <= Q // 2 else got - Q
        error = abs(Fraction(scaled) - Fraction(x) * scale)
        if error > 100:
            for other in range(13):
                require(
                    scaled != round(x * 10**other),
                    f"{x} is kept with {other} digits after the point, and here it is "
                    f"{decimals}: is that another variant's number?",
                )
            require(
                scaled != -round(x * scale),
                f"{x} decodes to {scaled / scale:.1f}: the sign is lost, or turned.",
            )
            require(
                got not in (2**32 + round(x * scale), 2**64 + round(x * scale)),
                f"{x} was reduced modulo a power of 2, as machine words are: negative "
                "numbers count down from Q.",
            )
            raise Mistake(
                f"{x} decodes to {scaled / scale:.1f}: a float has 53 bits and Q has "
                "73. The reduction modulo Q belongs to integers."
            )
        require(
            not (x < 0 and scaled == round(x * scale) - 1),
            f"{x} is off by one step: the number below 0 by one step is Q - 1, and 0 "
            "is 0.",
        )
        require(
            error <= Fraction(51, 100),
            f"{x} decodes to {scaled / scale:.{decimals}f}: it was cut off, not "
            "rounded to the nearest.",
        )
    for x in (6e21 / scale, -6e21 / scale, 1e30):
        try:
            got = encode_fixed(x, Q)
        except ValueError:
            continue
        except ArithmeticError as error:
            kind = type(error).__name__
            raise Mistake(f"{x:g} raises {kind}: ValueError is asked for.") from None
        raise Mistake(
            f"{x:g} does not fit half the range of Q, but became {got}: it would "
            "decode to another number. Raise a ValueError."
        )


def check_pack(pack: Callable[..., object]) -> None:
    """Check the packed integer, its sums, and that a value too large is refused."""
    layout = Packing(PrivateKey.generate(1024).public, fraction_bits=0, slot_bits=16)
    rng = np.random.default_rng(35)
    x, y = rng.integers(-9999, 10000, (2, 40)).tolist()
    got = _integer(pack([5, 3], 16), "the packed number")
    if got == 3 + 5 * 2**16:
        raise Mistake("value 0 belongs in the lowest bits; yours is in the highest.")
    for message, usual in {
        "the weight of slot i is the power 2**(16 i); yours grows by addition.": (
            3 * 2**16
        ),
        "slot 0 begins at bit 0: count the slots from 0.": 5 * 2**16 + 3 * 2**32,
        "a slot of 16 bits has 2**16 values: bits are digits of base 2, not 10.": (
            5 + 3 * 10**16
        ),
        "the values were added up without moving each to its slot.": 8,
    }.items():
        require(got != usual, message)
    require(
        got == 5 + 3 * 2**16,
        f"pack([5, 3], 16) is 5 + 3 * 2**16 = {5 + 3 * 2**16}, got {got}.",
    )
    argument = list(x)
    try:
        pack(argument, 16)
    except ValueError:
        raise Mistake(
            "values between -9999 and 9999 are refused: negative ones fit a slot too."
        ) from None
    require(
        argument == x, "your function changes values, its argument: work on a copy."
    )
    packed = [_integer(pack(list(v), 16), "the packed number") for v in (x, y)]
    for values, number in zip((x, y), packed, strict=True):
        require(
            layout.unpack(number, 40) == values,
            "negative values do not come back: a slot is v_i * 2**(16 i), signed; "
            "masking a negative value to 16 bits adds 2**16, one in the next slot.",
        )
    total = [a + b for a, b in zip(x, y, strict=True)]
    require(
        layout.unpack(sum(packed), 40) == total,
        "the sum of two packed numbers does not hold the sums of their values.",
    )
    edge = [2**15 - 1, -(2**15) + 1, 0]
    allowed = "the largest values allowed, 2**15 - 1 and its negative,"
    try:
        at_edge = _integer(pack(list(edge), 16), "the packed number")
    except ValueError:
        raise Mistake(f"{allowed} are refused: they fit a slot of 16 bits.") from None
    require(layout.unpack(at_edge, 3) == edge, f"{allowed} must come back.")
    for bad in (2**15, -(2**15), 2**20):
        try:
            pack([1, bad, 1], 16)
        except ValueError:
            continue
        raise Mistake(
            f"{bad} does not fit a slot of 16 bits and spills into its neighbour in "
            "silence. Raise a ValueError."
        )
