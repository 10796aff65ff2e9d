"""SEAL's error messages: what each means, how to provoke it, how to get out.

Each :class:`Trouble` runs: ``provoke`` raises exactly its message from the real
library, ``way_out`` does what was meant. The last ones raise nothing at all, which is
worse: there ``provoke`` returns a wrong result. What they say is in ``errors.toml``;
here is what they compute.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One error message, or one silence.

    Attributes:
        message: What the exception says; empty for a silent failure.
        means: What is wrong, in a sentence.
        cure: What to change, in a sentence.
        computation: The name of a function below, which uses the real library.
        wrong: The arguments with which it fails.
        right: The arguments with which it does what was meant.
        result: What it then returns, decrypted, approximately.
    """

    message: str
    means: str
    cure: str
    computation: str
    wrong: Mapping[str, Any]
    right: Mapping[str, Any]
    result: Sequence[float]

    def provoke(self) -> list[float]:
        """Run into the failure: raise the message, or return a wrong result."""
        return _COMPUTATIONS[self.computation](**self.wrong)

    def way_out(self) -> list[float]:
        """Return the decrypted result of the same computation, cured."""
        return _COMPUTATIONS[self.computation](**self.right)


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


def _encrypt(*, values: Sequence[float] = X, **parameters: Any) -> list[float]:
    return _vector(_ckks(**parameters), values).decrypt()


def _power(sizes: Sequence[int], products: int, *, scale: int = 40) -> list[float]:
    vector = _vector(_ckks(sizes, scale=scale))
    for _ in range(products):
        vector = vector * vector
    return vector.decrypt()


def _sum_slots(*, galois: bool) -> list[float]:
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


def _encrypt_at_own_scale(*, given: bool) -> list[float]:
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    return ts.ckks_vector(context, X, scale=2.0**40 if given else None).decrypt()


def _plus_ten(*, addend: Any) -> list[float]:
    return (_vector(_ckks()) + addend).decrypt()


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


_COMPUTATIONS: dict[str, Callable[..., list[float]]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        _encrypt,
        _power,
        _sum_slots,
        _square_plus_itself,
        _square_on_server,
        _decrypt_at_server,
        _add_keys,
        _subtract_itself,
        _encrypt_at_own_scale,
        _plus_ten,
        _constant_polynomial,
        _after_sum,
        _after_product,
        _integers,
    )
}

_TABLE = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
TROUBLES = [Trouble(**row) for row in tomllib.loads(_TABLE)["trouble"]]
"""Every message that the chapters run into, and the silent failures."""
