"""Checks of chapter 9: attacks on RSA and on residues, and Paillier.

What is expected comes from a key made for the check or from ``phe``, never from a
solution.

Two ciphertexts of one plaintext under honest randomness are equal with probability
below 2**-1000, and a fresh r of 1024 bits has fewer than 900 bits with probability
2**-124: the checks of randomness fail a right answer less often than 1e-6 by far, and
an answer without randomness, or with a small range of it, always.
"""

import itertools
import math
import secrets
from collections.abc import Callable

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.homomorphic_encryption.packing import integer
from ppdl_course.checks.secret_draws import ENOUGH, require_drawn, watched
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.publickey.paillier import PrivateKey
from ppdl_course.publickey.privacy_homomorphisms import Residues
from ppdl_course.publickey.rsa import PrivateKey as RsaKey
from ppdl_course.publickey.rsa import PublicKey, prime_pair

AGES = (37, 18, 1, 0, 99, 100)


def check_guess_age(guess_age: Callable[..., object], *, oldest: int = 120) -> None:
    """Check the dictionary attack on ages from 0 to ``oldest``, which is over 100."""
    with drawn_inputs() as rng:
        drawn = rng.integers(2, oldest, size=2).tolist()
    for bits in (1024, 2048):
        public = RsaKey.generate(bits).public
        for age in (*AGES, *drawn, oldest):
            got = guess_age(public.encrypt(age), public.n, public.e)
            # who finds the first age, in the middle, encrypts as the client does
            if got is None and age != AGES[0]:
                raise Mistake(
                    f"an age of {age} was not found: ages go from 0 to {oldest}."
                    + " Or was it lost? 0 counts as False (or, if)." * (age == 0)
                )
            if got is None:
                _require_all_tried(guess_age, public, oldest)
                raise Mistake(
                    f"an age of {age} was not found. Encrypt each candidate as the "
                    "client does, modulo n, and compare. (Residues are in no order: a "
                    "search by halves misses them.)"
                )
            integer(got, "the age")
            require(
                bool(got == age),
                f"age {age} came back as {got}. No root undoes a power modulo n: "
                "encrypt each candidate, and compare.",
            )
        try:
            stranger = guess_age(public.encrypt(500), public.n, public.e)
        except ValueError as error:
            raise Mistake(
                f"500 is not an age; the answer is None, but ValueError({error}) comes."
            ) from None
        require(
            stranger is None,
            f"500 is not an age; the answer is None, got {stranger!r}. What do you "
            "return when no candidate fits?",
        )
        older = guess_age(public.encrypt(oldest + 1), public.n, public.e)
        require(
            older is None,
            f"{oldest + 1} is no age here, they go up to {oldest}; the answer is None. "
            "Is yours another variant's number?",
        )
        other = RsaKey.generate(1024).public
        got = guess_age(public.encrypt(AGES[0]), other.n, other.e)
        require(
            got is None,
            f"a ciphertext under another key came back as {got}: keep no table from "
            "one call to the next, it is right for one n and e only.",
        )
    got = guess_age(pow(77, 3, 2773), 2773, 3)
    require(
        got is not None and bool(got == 77),
        "with the public key n = 2773, e = 3 the age 77 is not found: encrypt with the "
        "n and e that you are given.",
    )


def _require_all_tried(
    guess_age: Callable[..., object], public: PublicKey, oldest: int
) -> None:
    """Require that, of ages that are no longer than others, not only an end is found.

    0 and 1 are their own ciphertexts, so whoever does not encrypt finds both.
    """
    ages = [0, 1, AGES[0], oldest - 1, oldest]
    found = [
        age for age in ages if guess_age(public.encrypt(age), public.n, public.e) == age
    ]
    require(
        found not in ([0], [oldest]),
        f"of the ages {', '.join(map(str, ages))} only {found} is found: does the loop "
        "return before all candidates were tried? None comes after the loop. Or are "
        "the others not encrypted as the client does, modulo n?",
    )


def check_find_primes(find_primes: Callable[..., object]) -> None:
    """Check the known-plaintext attack on the residue scheme."""
    p, q = prime_pair(1024)
    key = Residues(p, q)
    least = max(p, q)  # a number below both is its own remainder
    drawn = (least + 1 + secrets.randbelow(key.n - least - 1) for _ in range(2))
    for x in (p + q + 12345, key.n - 7, 2**600 + 3, *drawn):
        u, v = key.encrypt(x)
        got = find_primes(x, (u, v), key.n)
        require(
            isinstance(got, tuple | list) and len(got) == 2,
            f"return two numbers (p, q), got {type(got).__name__}.",
        )
        require(
            not any(isinstance(prime, float) for prime in got),
            "a prime must be an int, got float: / gives 53 bits, // divides integers "
            "exactly.",
        )
        first, second = (integer(prime, "a prime") for prime in got)
        require(
            first > 0 and second > 0,
            "primes are positive: a divisor of x - u may come with a sign.",
        )
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
                found not in (abs(x - u), abs(x - v)) or found in (p, q),
                "x minus a remainder is a multiple of the prime, not yet the prime. "
                "What else does that prime divide?",
            )
        other = key.n // first if first else 0
        require(
            second == other or abs(second - other) > other >> 40,
            "the second prime has lost its last digits: / gives a float of 53 bits. "
            "Divide integers exactly.",
        )
        takes = {
            "u and v: these are remainders of x, no multiples of the primes": (u, v),
            "x + u and x + v: these are no multiples of the primes": (x + u, x + v),
            "x, which is no multiple of a prime": (x, x),
            "u - v, which is no multiple of a prime": (u - v, v - u),
        }
        fitting = [
            what
            for what, taken in takes.items()
            if [first, second] == [math.gcd(number, key.n) for number in taken]
        ]
        require(
            not fitting,
            f"you found {first % 10**6} and {second % 10**6} (last digits). This fits "
            f"a gcd of n with {', or with '.join(fitting)}. Which difference does p "
            "divide?",
        )
        require(
            bool(first * second == key.n),
            "the two numbers do not multiply to n. Once you have p, what is q?",
        )


@statistical(
    false_fail=2.0**-119,
    power=0.99,
    against=(
        "no randomness",
        "a statistics generator",
        "few values of r",
        "one r follows from the one before",
        "r squared from call to call",
        "the clock behind a hash",
        "16 bits behind a hash",
        "torch's generator",
    ),
)
def check_paillier_encrypt(paillier_encrypt: Callable[..., object]) -> None:
    """Check Paillier with g = n + 1 against phe, and that it is randomised.

    The masks r of four ciphertexts are known to the key. The longest, and the
    difference of each two, must be at most 124 bits shorter than n; an honest one is
    shorter with probability 2^-123, so a right answer fails with probability below
    2^-119. Whatever r is made from, each takes 128 bits of the operating system.
    """
    import phe

    key = PrivateKey.generate(1024)
    n = key.public.n
    theirs = phe.PaillierPrivateKey(phe.PaillierPublicKey(n), key.p, key.q)
    for m in (42, 0, 1, n - 1, secrets.randbelow(n)):
        c = integer(paillier_encrypt(m, n), "a ciphertext")
        require(
            c % n != 0,
            f"the ciphertext of {m} is {'0' if c == 0 else 'a multiple of n'}, and "
            "those decrypt to nothing. g is n + 1: with g = n, g^m is 0 modulo n "
            "squared from m = 2 on. Or is r 0, or n?",
        )
        if c < n and m != 0:
            raise Mistake("the ciphertext is below n: Paillier works modulo n squared.")
        require(0 < c < n * n, "a ciphertext lies between 0 and n squared.")
        read = theirs.raw_decrypt(c)
        if read != m and math.gcd(c, n) == 1:
            plain = (1 + m * n) % (n * n)
            mask = c * pow(plain, -1, n * n) % (n * n)
            added = pow((c - plain) % (n * n), key.lam, n * n) == 1
            if added and math.gcd(c - plain, n) == 1:
                raise Mistake(
                    f"phe decrypts {m} to something else. You add the mask: only an "
                    "n-th power modulo n squared disappears, and only as a factor."
                )
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
    drawn = watched(encrypt, [(7, n)] * 4)
    found = [integer(c, "a ciphertext") for c in drawn.results]
    require(
        len(set(found)) == len(found),
        "the same plaintext twice gives the same ciphertext: a dictionary of ages "
        "breaks this. Where is the fresh r?",
    )
    # c^(1/n) mod n is r mod n: with the private key the check opens the randomness
    root = pow(n, -1, key.lam)
    masks = [pow(c, root, n) for c in found]
    lengths = [mask.bit_length() for mask in masks]
    enough = n.bit_length() - spare_bits
    require(
        max(lengths) >= enough,
        f"your r has {max(lengths)} bits: so few values of r can all be tried. Draw it "
        "from the whole range below n.",
    )
    steps = [(b - a) % n for a, b in itertools.permutations(masks, 2)]
    require(
        min(steps).bit_length() >= enough,
        "one r follows from the one before: whoever learns one knows all. Draw each "
        "afresh.",
    )
    require_drawn(drawn, ENOUGH, "r")
