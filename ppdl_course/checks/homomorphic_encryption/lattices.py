"""Checks of chapter 9, lattices: a gate's linear part, parameters, public contexts.

Each runs the answer in the real thing: a bootstrapped gate, a TenSEAL context.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.verdict import Mistake, require, require_kept
from ppdl_course.he.lattice.bootstrapping import EIGHTH, SecretKey
from ppdl_course.he.seal.plan import MAX_BITS, CkksPlan

TRUTH = {(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 0}
UNLIKE = "a gate that treats its inputs unlike: c1 and c2 need the same sign."
OTHER_GATES = {
    (1, 0, 0, 0): "NOR: is the constant's sign right?",
    (0, 1, 1, 1): "OR: look at the signs of the ciphertexts and of the constant.",
    (1, 0, 1, 1): UNLIKE,
    (1, 1, 0, 1): UNLIKE,
}


@statistical(
    false_fail=1e-6,
    power=0.99,
    against=("no constant", "and", "constant everywhere"),
)
def check_nand_input(nand_input: Callable[..., object]) -> None:
    """Check the linear part of a gate: by its phases, then bootstrapped.

    A fresh phase strays with deviation 2^-17.5 and may stray by 2^-5; that of a
    bootstrapped bit strays with deviation 0.0009 and may stray by 1/8.
    """
    secret = SecretKey()
    cloud = secret.cloud_key()
    outputs = {}
    for (x, y), want in TRUTH.items():
        c1, c2 = secret.encrypt(x), secret.encrypt(y)
        arguments = c1.copy(), c2.copy()
        raw = nand_input(*arguments)
        require_kept(c1, arguments[0], "c1")
        require_kept(c2, arguments[1], "c2")
        try:
            got = np.asarray(raw)
            integral = got.dtype.kind in "iu" or bool(np.all(got == np.rint(got)))
        except (TypeError, ValueError):
            integral = False
        require(integral, "the result must be an array of integers.")
        require(
            got.shape == c1.shape,
            f"the result must have shape {c1.shape}, got {got.shape}.",
        )
        # Python integers: differences of uint32 would wrap before they are compared
        got = got.astype(object) % 2**32
        got = got.astype(np.int64)
        constant = (got + c1 + c2) % 2**32
        if np.any(constant[:-1]) and np.isin(constant, (0, EIGHTH)).all():
            raise Mistake("the constant belongs to b alone, the last entry, not to a.")
        phase = secret.phase(got)
        if min(abs(phase), 0.5 - abs(phase)) < 3 / 32:
            raise Mistake(
                f"for bits {x}, {y} the phase is {phase:+.3f}: too near 0 or 1/2, "
                "where noise decides. Which constant keeps all four cases away?"
            )
        outputs[x, y] = secret.decrypt(cloud.bootstrap(got))
        assert want in (0, 1)
    if all(outputs[x, y] == 1 - want for (x, y), want in TRUTH.items()):
        raise Mistake("you computed AND: turn all signs round.")
    for table, gate in OTHER_GATES.items():
        require(tuple(outputs[xy] for xy in TRUTH) != table, f"you computed {gate}")
    wrong = [xy for xy, want in TRUTH.items() if outputs[xy] != want]
    require(
        not wrong, f"the gate is wrong for the bits {wrong}: its table is {outputs}."
    )


def check_choose_parameters(choose_parameters: Callable[..., object]) -> None:
    """Check parameters against SEAL's rules, against waste, and in a real context."""
    for products, scale_bits in (
        (1, 40),
        (2, 40),
        (3, 30),
        (4, 40),
        (0, 30),
        (4, 30),
        (12, 45),
    ):
        got = choose_parameters(products, scale_bits)
        require(
            isinstance(got, tuple | list) and len(got) == 2,
            "return a pair: poly_modulus_degree and a list of bit sizes.",
        )
        degree, sizes = int(got[0]), [int(bits) for bits in got[1]]
        plan = CkksPlan(degree, tuple(sizes), scale_bits)
        task = f"for {products} products at {scale_bits} bits"
        if (refusal := plan.context_error()) is not None:
            raise Mistake(
                f'{task}: SEAL says "{refusal}". {sum(sizes)} bits in all; '
                f"n = {degree} allows {MAX_BITS.get(degree, 0)}."
            )
        _require_depth(plan, products, task)
        _require_lean(plan, products, task)
    _run_for_real(choose_parameters)


def _require_depth(plan: CkksPlan, products: int, task: str) -> None:
    """Refuse parameters whose products fail, drown in noise or lose precision."""
    last = plan.steps(products)[-1]
    if last.error:
        raise Mistake(
            f'{task}: SEAL says "{last.error}" at product {last.product}. The last '
            "prime serves the keys only; the first one stays to the end; each product "
            "uses up one between them."
        )
    if abs(last.wrong_by) > 0.1:
        raise Mistake(
            f"{task}: no exception, but results wrong by 2^{last.wrong_by:.0f}: a "
            "middle prime and the scale must have the same length."
        )
    first = plan.coeff_mod_bit_sizes[0]
    require(
        first >= plan.scale_bits + 10,
        f"{task}: the first prime leaves {first - plan.scale_bits:g} bits before the "
        "point for the result; the task asks for at least 10.",
    )
    require(
        plan.coeff_mod_bit_sizes[-1] >= max(plan.coeff_mod_bit_sizes),
        f"{task}: the special prime, the last, is shorter than another: each switch "
        "of keys then adds more noise than it must.",
    )


def _require_lean(plan: CkksPlan, products: int, task: str) -> None:
    shortest = (products + 2) * plan.scale_bits + 20
    smallest = min(n for n, bits in MAX_BITS.items() if bits >= shortest and n >= 4096)
    require(
        plan.poly_modulus_degree <= smallest,
        f"{task}: n = {plan.poly_modulus_degree} is safe but wasteful; n = {smallest} "
        "holds a chain that is long enough.",
    )


def _run_for_real(choose_parameters: Callable[..., object]) -> None:
    import tenseal as ts

    degree, sizes = choose_parameters(2, 40)
    context = ts.context(
        ts.SCHEME_TYPE.CKKS, int(degree), coeff_mod_bit_sizes=[int(b) for b in sizes]
    )
    context.global_scale = 2.0**40
    vector = ts.ckks_vector(context, [3.0, -2.0])
    got = (vector * vector) * (vector * vector)
    require(
        bool(np.allclose(got.decrypt(), [81.0, 16.0], atol=1e-2)),
        "3 to the fourth power is not 81 in your context.",
    )


def check_public_context(public_context: Callable[..., object]) -> None:
    """Check what a server is given: no secret key, but all that it needs."""
    import tenseal as ts

    client = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    client.global_scale = 2.0**40
    client.generate_galois_keys()
    data: Any = public_context(client)
    require(
        client.has_secret_key(),
        "the client's own context has lost its secret key: nobody can decrypt any "
        "more. Work on a copy, or say what to save.",
    )
    require(
        isinstance(data, bytes | bytearray),
        f"return bytes, which can be sent; got {type(data).__name__}. An object shared "
        "with the server shares its secret key too.",
    )
    server = ts.context_from(bytes(data))
    require(
        not server.has_secret_key(),
        "the secret key was sent along: the server decrypts everything.",
    )
    vector = ts.ckks_vector(client, [1.0, 2.0, 3.0]).serialize()
    strange = "these are not the public parts of the context you were given:"
    for what, has, run in (
        ("Galois keys, so it cannot sum slots", server.has_galois_keys, "sum"),
        (
            "relinearisation keys, so it cannot multiply",
            server.has_relin_keys,
            "square",
        ),
    ):
        require(has(), f"the server lacks {what}.")
        result = getattr(ts.ckks_vector_from(server, vector), run)().serialize()
        got = ts.ckks_vector_from(client, result).decrypt()
        want = {"sum": [6.0], "square": [1.0, 4.0, 9.0]}[run]
        require(
            len(got) == len(want) and bool(np.allclose(got, want, atol=1e-3)),
            f"{strange} the {run} that the server computes decrypts to something else.",
        )
    require(server.has_public_key(), "the server lacks the public key to encrypt with.")
    theirs = ts.ckks_vector(server, [5.0]).serialize()
    back = ts.ckks_vector_from(client, theirs).decrypt()
    require(
        bool(np.allclose(back, [5.0], atol=1e-3)),
        f"{strange} what the server encrypts, the client cannot read.",
    )
    _require_own_context(public_context)


def _require_own_context(public_context: Callable[..., object]) -> None:
    """Require that a second client is given bytes of its own context."""
    import tenseal as ts

    other = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[40, 20, 40])
    other.global_scale = 2.0**20
    other.generate_galois_keys()
    data: Any = public_context(other)
    try:
        server = ts.context_from(bytes(data))
        vector = ts.ckks_vector(server, [5.0])
        vector.link_context(other)
        own = bool(np.allclose(vector.decrypt(), [5.0], atol=0.1))
    except (ValueError, RuntimeError):
        own = False  # the keys do not even fit
    require(
        own,
        "a second client with another context is given bytes that do not belong to it: "
        "nothing may be kept from the first call.",
    )
    require(not server.has_secret_key(), "the secret key was sent along.")
