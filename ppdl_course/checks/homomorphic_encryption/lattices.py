"""Checks of chapter 9, lattices: a gate's linear part, parameters, public contexts.

Each runs the answer in the real thing: a bootstrapped gate, a TenSEAL context.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
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
    (1, 1, 0, 0): "NOT of the first bit: c2 does not reach the result.",
    (1, 0, 1, 0): "NOT of the second bit: c1 does not reach the result.",
}


@statistical(
    false_fail=1e-6,
    power=0.99,
    against=("no constant", "and", "constant everywhere"),
)
def check_nand_input(nand_input: Callable[..., object]) -> None:
    """Check the linear part of a gate: by its phases, then bootstrapped.

    A fresh phase strays with deviation 2^-17.5 and may stray by 2^-8; that of a
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
        got = np.array([int(entry) % 2**32 for entry in got], dtype=np.int64)
        constant = (got + c1 + c2) % 2**32
        if np.any(constant[:-1]) and np.isin(constant, (0, EIGHTH)).all():
            raise Mistake("the constant belongs to b alone, the last entry, not to a.")
        phase = secret.phase(got)
        if min(abs(phase), 0.5 - abs(phase)) < 1 / 8 - 2**-8:
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


TASKS = ((1, 40), (2, 40), (3, 30), (4, 40), (0, 30), (4, 30), (12, 45))
"""Products and bits of the scale that are always asked for."""
DEGREES = (4096, 8192, 16384, 32768)


def check_choose_parameters(
    choose_parameters: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check parameters against SEAL's rules, against waste, and in a real context.

    Scales of 31 to 46 bits and, for no product, of 15 to 17, whose chain would fit n =
    2048. For each n, the longest chain that it holds and the next one; among them those
    of exactly 218 and 438 bits. No more products than CKKS's noise allows. Where the
    shortest chain just fits, a longer one of the answer's own may take the next n.
    """
    tasks = [*TASKS, (4, 33), (9, 38)]
    with drawn_inputs(seed) as rng:
        tasks += [(0, int(rng.integers(15, 18)))]
        for scale_bits in rng.permutation(np.arange(31, 47)).tolist():
            longest = [(MAX_BITS[n] - 20) // scale_bits - 2 for n in DEGREES]
            tasks += [
                (products, scale_bits)
                for products in [*longest[:3], *(p + 1 for p in longest[:3])]
                if 0 <= products <= scale_bits - 26
            ]
        for products, scale_bits in tasks:
            _chosen(choose_parameters, products, scale_bits)
    _run_for_real(choose_parameters)


def _chosen(
    choose_parameters: Callable[..., object], products: int, scale_bits: int
) -> None:
    """Check the parameters for one task."""
    some = "1 product" if products == 1 else f"{products} products"
    task = f"for {some} at {scale_bits} bits"
    try:
        got = choose_parameters(products, scale_bits)
    except (ValueError, StopIteration) as error:
        raise Mistake(
            f"{task} no parameters come back ({type(error).__name__}: {error}), and "
            "there are some: n may be 4096, 8192, 16384 or 32768."
        ) from None
    require(
        isinstance(got, tuple | list) and len(got) == 2,
        "return a pair: poly_modulus_degree and a list of bit sizes.",
    )
    try:
        degree, sizes = int(got[0]), [int(bits) for bits in got[1]]
    except TypeError:
        raise Mistake(
            "the pair is n, a number, and then the bit sizes, a list: is yours turned "
            "round?"
        ) from None
    require(
        degree in DEGREES,
        f"{task}: n must be one of {DEGREES}, from 4096 up, got {degree}.",
    )
    plan = CkksPlan(degree, tuple(sizes), scale_bits)
    if (refusal := plan.context_error()) is not None:
        raise Mistake(
            f'{task}: SEAL says "{refusal}". {sum(sizes)} bits in all, the first and '
            f"the special prime too; n = {degree} allows {MAX_BITS[degree]}."
        )
    _require_depth(plan, products, task)
    if (products, scale_bits) in TASKS:
        _require_lean(plan, products, task)
    total, below = sum(sizes), MAX_BITS[degree // 2]
    # a special prime longer than it must be is no mistake where it costs nothing
    require(
        degree == DEGREES[0] or total > below,
        f"{task}: n = {degree} is safe but wasteful: your chain has {total} bits, and "
        f"n = {degree // 2} allows {below}.",
    )


def _require_depth(plan: CkksPlan, products: int, task: str) -> None:
    """Refuse parameters whose products fail, drown in noise or lose precision."""
    last = plan.steps(products)[-1]
    first, middle = plan.coeff_mod_bit_sizes[0], len(plan.coeff_mod_bit_sizes) - 2
    if last.error and middle >= products and first < plan.scale_bits + 10:
        raise Mistake(
            f'{task}: SEAL says "{last.error}". There are enough middle primes, but '
            f"the first prime leaves {first - plan.scale_bits:g} bits before the point "
            "for the result; the task asks for at least 10."
        )
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
    smallest = min(n for n in DEGREES if MAX_BITS[n] >= shortest)
    longer = len(plan.coeff_mod_bit_sizes) - products - 2
    why = f" You have {longer} middle primes more than products." if longer > 0 else ""
    if plan.coeff_mod_bit_sizes[0] > plan.scale_bits + 10:
        why += f" Your first prime has {plan.coeff_mod_bit_sizes[0]} bits."
    require(
        plan.poly_modulus_degree <= smallest,
        f"{task}: n = {plan.poly_modulus_degree} is safe but wasteful; n = {smallest} "
        f"holds a chain that is long enough, {shortest} bits of the "
        f"{MAX_BITS[smallest]} allowed.{why}",
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


def check_public_context(
    public_context: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check what a server is given: no secret key, but all that it needs.

    Two clients, one after the other, with other primes and scales.
    """
    with drawn_inputs(seed) as rng:
        scale = int(rng.integers(32, 39))
        _server_of(public_context, [60, 40, 60], 40, rng)
        _server_of(public_context, [50, scale, 50], scale, rng)


def _server_of(
    public_context: Callable[..., object],
    sizes: list[int],
    scale_bits: int,
    rng: np.random.Generator,
) -> None:
    """Check what one client sends, by what a server can do with it."""
    import tenseal as ts

    client = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=sizes)
    client.global_scale = 2.0**scale_bits
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
    try:
        server = ts.context_from(bytes(data))
    except Exception:
        raise Mistake(
            "the server cannot read a context from these bytes: send what "
            "context.serialize returns, as it is."
        ) from None
    require(
        not server.has_secret_key(),
        "the secret key was sent along: the server decrypts everything.",
    )
    plain = rng.integers(-9, 10, 3).astype(float)
    vector = ts.ckks_vector(client, plain.tolist()).serialize()
    strange = (
        "these are not the public parts of the context you were given (another "
        "client's, or new keys?):"
    )
    for what, has, run, want in (
        ("Galois keys, so it cannot sum slots", server.has_galois_keys, "sum",
         [plain.sum()]),
        ("relinearisation keys, so it cannot multiply", server.has_relin_keys,
         "square", plain**2),
    ):  # fmt: skip
        require(has(), f"the server lacks {what}.")
        try:
            result = getattr(ts.ckks_vector_from(server, vector), run)().serialize()
            got = ts.ckks_vector_from(client, result).decrypt()
        except (ValueError, RuntimeError) as error:
            raise Mistake(f"{strange} the {run} fails with {error}.") from None
        require(
            len(got) == len(want) and bool(np.allclose(got, want, atol=1e-2)),
            f"{strange} the {run} that the server computes decrypts to something else.",
        )
    require(server.has_public_key(), "the server lacks the public key to encrypt with.")
    require(
        server.global_scale == client.global_scale,
        f"the server encrypts at another scale than the client, {server.global_scale} "
        f"for {client.global_scale}: pass the context on as it is.",
    )
    theirs = ts.ckks_vector(server, [5.0]).serialize()
    back = ts.ckks_vector_from(client, theirs).decrypt()
    require(
        bool(np.allclose(back, [5.0], atol=1e-2)),
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
