"""A counterexample to circular security: a scheme that leaks its key, if asked to.

Encrypting a key under itself can leak it, even where everything else stays secret:

    Enc'(m) = (Enc(m), m)      if m happens to be the secret key
              (Enc(m), none)   otherwise

Enc is Paillier. Enc' is as secure as Enc against chosen plaintexts: an attacker who
could ask for the first case would already have the key. And yet one encryption of the
key hands it over. So "secure against chosen plaintexts" does not imply "safe to encrypt
its own key", which every switching key and every bootstrapping key of lattice schemes
does. That those are safe is **circular security**: believed, unproved, and an
assumption of its own beside ring LWE.

Source: the counterexample is folklore; the notion, J. Camenisch, A. Lysyanskaya, "An
Efficient System for Non-transferable Anonymous Credentials with Optional Anonymity
Revocation", EUROCRYPT 2001; its role here: C. Gentry, STOC 2009.
"""

from ppdl_course.publickey.paillier import PublicKey


def is_secret_exponent(public: PublicKey, m: int) -> bool:
    """Whether ``m`` decrypts: r^m = 1 modulo n for random r, as for m = lambda."""
    return m > 0 and pow(public.random_unit(), m, public.n) == 1


def encrypt(public: PublicKey, m: int) -> tuple[int, int | None]:
    """Return ``(Enc(m), m or None)``: see the top of the module."""
    return public.raw_encrypt(m), m if is_secret_exponent(public, m) else None
