"""SEAL's error messages: what each means, how to provoke it, how to get out.

Each :class:`Trouble` runs: ``provoke`` raises exactly its message from the real
library, ``way_out`` does what was meant. The last ones raise nothing at all, which is
worse: there ``provoke`` returns a wrong result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trouble:
    """One error message, or one silence.

    Attributes:
        message: What the exception says; empty for a silent failure.
        means: What is wrong, in a sentence.
        cure: What to change, in a sentence.
        provoke: Runs into it, with the real library.
        way_out: The same computation, cured; returns the decrypted result.
        result: What ``way_out`` returns, approximately.
    """

    message: str
    means: str
    cure: str
    provoke: Callable[[], Any]
    way_out: Callable[[], Sequence[float]]
    result: Sequence[float]


X = [3.0, 2.0]


def _ckks(
    sizes: Sequence[int] = (60, 40, 60), *, n: int = 8192, scale: int = 40
) -> Any:
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, n, coeff_mod_bit_sizes=list(sizes))
    context.global_scale = 2.0**scale
    return context


def _vector(context: Any, values: Sequence[float] = X) -> Any:
    import tenseal as ts

    return ts.ckks_vector(context, list(values))


def _power(sizes: Sequence[int], products: int, *, scale: int = 40) -> list[float]:
    vector = _vector(_ckks(sizes, scale=scale))
    for _ in range(products):
        vector = vector * vector
    return vector.decrypt()


def _sum(*, galois: bool) -> list[float]:
    context = _ckks()
    if galois:
        context.generate_galois_keys()
    return _vector(context).sum().decrypt()


def _square_plus_itself(**switches: bool) -> list[float]:
    context = _ckks()
    for name, value in switches.items():
        setattr(context, name, value)
    vector = _vector(context)
    return (vector * vector + vector).decrypt()


def _square_on_server(*, relin: bool) -> list[float]:
    import tenseal as ts

    client = _ckks()
    data = client.serialize(save_secret_key=False, save_relin_keys=relin)
    vector = _vector(ts.context_from(data))
    product = (vector * vector).serialize()
    return ts.ckks_vector_from(client, product).decrypt()


def _decrypt_at_server(*, ask_client: bool) -> list[float]:
    import tenseal as ts

    client = _ckks()
    server = ts.context_from(client.serialize(save_secret_key=False))
    vector = _vector(server)
    if ask_client:
        return ts.ckks_vector_from(client, vector.serialize()).decrypt()
    return vector.decrypt()


def _add_keys(*, same: bool) -> list[float]:
    first = _ckks()
    second = first if same else _ckks()
    return (_vector(first) + _vector(second)).decrypt()


def _subtract_itself(*, encrypt_zero: bool) -> list[float]:
    context = _ckks()
    vector = _vector(context)
    if encrypt_zero:
        return (vector - _vector(context)).decrypt()
    return (vector - vector).decrypt()


def _encrypt(*, with_scale: bool) -> list[float]:
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    return ts.ckks_vector(context, X, scale=2.0**40 if with_scale else None).decrypt()


def _plus_ten(*, right: bool) -> list[float]:
    return (_vector(_ckks()) + (10 if right else [10])).decrypt()


def _constant_polynomial(*, encrypted: bool) -> list[float]:
    context = _ckks()
    if encrypted:  # the same number for everyone: all that is left to do with it
        return _vector(context, [5.0] * len(X)).decrypt()
    return _vector(context).polyval([5.0]).decrypt()


def _after_sum(*, copy: bool) -> list[float]:
    x = _vector(_ckks())
    y = x * x
    total = y + (x.copy() if copy else x)
    return (x * x + total).decrypt()


def _after_product(*, copy: bool) -> list[float]:
    x = _vector(_ckks([60, 40, 40, 60]))
    y = x * x
    cube = y * (x.copy() if copy else x)
    # x has come down to y's level, and x * x * x needs one more than is left
    return (x * x * x + cube).decrypt()


def _integers(
    values: Sequence[int],
    *,
    plain_modulus: int = 65537,
    n: int = 8192,
    products: int = 0,
) -> list[float]:
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.BFV, n, plain_modulus=plain_modulus)
    vector = ts.bfv_vector(context, list(values))
    for _ in range(products):
        vector = vector * vector
    return vector.decrypt()


TROUBLES = [
    Trouble(
        "encryption parameters are not set correctly",
        "the primes together are too long for this degree at 128-bit security",
        "double poly_modulus_degree, or use fewer or shorter primes",
        lambda: _ckks([40, 40, 40], n=4096),
        lambda: _vector(_ckks([40, 40, 40], n=8192)).decrypt(),
        X,
    ),
    Trouble(
        "poly_modulus_degree is invalid",
        "the degree is not a power of two",
        "use 4096, 8192, 16384 or 32768",
        lambda: _ckks(n=8000),
        lambda: _vector(_ckks(n=8192)).decrypt(),
        X,
    ),
    Trouble(
        "bit_sizes is invalid",
        "a prime was asked for that is longer than 60 bits",
        "split it into two primes",
        lambda: _ckks([80, 60]),
        lambda: _vector(_ckks([40, 40, 60])).decrypt(),
        X,
    ),
    Trouble(
        "failed to find enough qualifying primes",
        "so few primes of this length are 1 modulo 2n that the chain cannot be filled",
        "use longer primes, or a lower degree",
        lambda: _ckks([16, 16, 16], n=8192, scale=10),
        lambda: _vector(_ckks([30, 30, 30], scale=20)).decrypt(),
        X,
    ),
    Trouble(
        "no global scale",
        "CKKS cannot round before it knows what 1.0 becomes",
        "set context.global_scale, as long as the middle primes",
        lambda: _encrypt(with_scale=False),
        lambda: _encrypt(with_scale=True),
        X,
    ),
    Trouble(
        "encoded values are too large",
        "a value times the scale does not fit the modulus",
        "scale the data to about 1, or lower the scale",
        lambda: _vector(_ckks(scale=60), [1e15]).decrypt(),
        lambda: _vector(_ckks(scale=40), [1.0]).decrypt(),
        [1.0],
    ),
    Trouble(
        "scale out of bounds",
        "the scale of a product (the square of the scale) exceeds the modulus left: "
        "more products than the chain has middle primes",
        "one more middle prime a product, or fewer products in a row",
        lambda: _power([60, 40, 60], 2),
        lambda: _power([60, 40, 40, 60], 2),
        [81.0, 16.0],
    ),
    Trouble(
        "end of modulus switching chain reached",
        "the product fits, but no prime is left to rescale by",
        "one more middle prime",
        lambda: _power([60, 30, 60], 2, scale=29),
        lambda: _power([60, 30, 30, 60], 2, scale=30),
        [81.0, 16.0],
    ),
    Trouble(
        "scale out of bounds",
        "the chain is long enough, but an earlier y + x has lowered x in place to the "
        "level of y (a sum changes its right operand)",
        "y + x.copy() where x is used again",
        lambda: _after_sum(copy=False),
        lambda: _after_sum(copy=True),
        [21.0, 10.0],
    ),
    Trouble(
        "scale out of bounds",
        "the same after a product: y * x lowers x in place to the level of y",
        "y * x.copy() where x is used again",
        lambda: _after_product(copy=False),
        lambda: _after_product(copy=True),
        [54.0, 16.0],
    ),
    Trouble(
        "can't add vectors of different sizes",
        "a list is a vector, so [10] has one entry and is not spread over the slots",
        "add the number 10, or a list as long as the vector",
        lambda: _plus_ten(right=False),
        lambda: _plus_ten(right=True),
        [13.0, 12.0],
    ),
    Trouble(
        "vector::reserve",
        "polyval of a constant: the coefficients hold no power of x that is not 0",
        "leave the polynomial out: its value is known without a key",
        lambda: _constant_polynomial(encrypted=False),
        lambda: _constant_polynomial(encrypted=True),
        [5.0, 5.0],
    ),
    Trouble(
        "scale mismatch",
        "a sum of ciphertexts whose scales differ: one was multiplied, one was not",
        "leave auto_rescale on, or multiply the other by 1.0",
        lambda: _square_plus_itself(auto_rescale=False),
        lambda: _square_plus_itself(),
        [12.0, 6.0],
    ),
    Trouble(
        "encrypted1 and encrypted2 parameter mismatch",
        "a sum of ciphertexts at different levels of the chain",
        "leave auto_mod_switch on, or switch the higher one down",
        lambda: _square_plus_itself(auto_mod_switch=False),
        lambda: _square_plus_itself(),
        [12.0, 6.0],
    ),
    Trouble(
        "the current context doesn't hold a Galois keys",
        "sums over slots, dot and matmul rotate, and rotating needs these keys",
        "context.generate_galois_keys() on the client, before the context is sent",
        lambda: _sum(galois=False),
        lambda: _sum(galois=True),
        [5.0],
    ),
    Trouble(
        "the current context doesn't hold Relinearization keys",
        "a product of ciphertexts has three parts and nothing to make it two",
        "serialize the context with save_relin_keys=True",
        lambda: _square_on_server(relin=False),
        lambda: _square_on_server(relin=True),
        [9.0, 4.0],
    ),
    Trouble(
        "the current context of the tensor doesn't hold a secret_key, please provide "
        "one as argument",
        "a server tried to decrypt: this one is as it should be",
        "send the ciphertext to the client",
        lambda: _decrypt_at_server(ask_client=False),
        lambda: _decrypt_at_server(ask_client=True),
        X,
    ),
    Trouble(
        "result ciphertext is transparent",
        "the result is known without any key: x - x",
        "do not compute it; if zero is needed encrypted, encrypt it",
        lambda: _subtract_itself(encrypt_zero=False),
        lambda: _subtract_itself(encrypt_zero=True),
        [0.0, 0.0],
    ),
    Trouble(
        "encryption parameters are not valid for batching",
        "the plaintext modulus is not a prime that is 1 modulo 2n: there are no slots",
        "choose such a prime, for example 65537 up to n = 32768",
        lambda: _integers([3, 2], plain_modulus=1000),
        lambda: _integers([3, 2]),
        X,
    ),
    Trouble(
        "",
        "scale and middle primes differ: every product is off by their ratio",
        "give middle primes the length of the scale",
        lambda: _power([60, 40, 40, 60], 1, scale=30),
        lambda: _power([60, 30, 30, 60], 1, scale=30),
        [9.0, 4.0],
    ),
    Trouble(
        "",
        "ciphertexts of two key pairs were added: the sizes agree, the keys do not",
        "one context for all who compute together (or a multi-key scheme)",
        lambda: _add_keys(same=False),
        lambda: _add_keys(same=True),
        [6.0, 4.0],
    ),
    Trouble(
        "",
        "BFV's noise budget is used up",
        "watch the budget with the secret key on test data; raise poly_modulus_degree",
        lambda: _integers([3, 1], n=4096, products=3),
        lambda: _integers([3, 1], n=16384, products=3),
        [6561.0, 1.0],
    ),
    Trouble(
        "",
        "a BFV result left the range of the plaintext modulus and wrapped around",
        "a larger plain_modulus, smaller inputs, or several moduli and remainders",
        lambda: _integers([400, 1], products=1),
        lambda: _integers([400, 1], plain_modulus=1032193, products=1),
        [160000.0, 1.0],
    ),
]
"""Every message that the chapters run into, and the silent failures."""
