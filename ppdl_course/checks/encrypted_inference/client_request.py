"""Check of what chapter 11's client sends: features, public keys, and no secret one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.encrypted_inference.layers import pair
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import Mistake, require, require_kept, require_none


@statistical(
    false_fail=1e-6,
    power=0.99,
    against=("secret key sent along", "one ciphertext an image", "features mixed up"),
)
def check_encrypt_batch(
    encrypt_batch: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check the request of a client: layout, and no secret key sent along.

    CKKS adds noise of deviation 1.2e-6 to numbers about 1, and 1e-4 is allowed; zeros
    behind the images are harmless. Batches of several sizes, as many features as images
    too, one of either; two clients, one after the other.
    """
    with drawn_inputs(seed) as rng:
        n = int(rng.integers(2, 7))
        for sizes, bits, shapes in (
            ([40, 30, 30, 40], 30, [(5, 3), (n, n), (1, 4)]),
            ([45, 32, 45], 32, [(int(rng.integers(20, 200)), 2)]),
        ):
            batches = [rng.normal(size=shape) for shape in shapes]
            _request(encrypt_batch, sizes, bits, batches)
            _require_own_context(encrypt_batch, batches[0])


def _request(
    encrypt_batch: Callable[..., object],
    sizes: list[int],
    bits: int,
    batches: list[np.ndarray],
) -> None:
    """Check what one client sends for several batches."""
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=sizes)
    context.global_scale = 2.0**bits
    for images in batches:
        given = images.copy()
        try:
            request = encrypt_batch(context, given)
        except (ValueError, IndexError) as error:
            raise Mistake(
                f"{images.shape[0]} images of {images.shape[1]} features give "
                f"{type(error).__name__}: {error}. Ciphertext j holds column j, as a "
                "list of numbers"
            ) from None
        public, features = pair(request, "encrypt_batch")
        require_kept(images, given, "images")
        require(
            context.has_secret_key(), "the client's own context lost its secret key"
        )
        require(
            isinstance(public, bytes),
            f"the context must be sent as bytes, got {type(public).__name__}: an "
            "object carries the secret key with it. The context comes first",
        )
        try:
            there = ts.context_from(public)
        except Exception:
            raise Mistake(
                "the server cannot read a context from these bytes: send what "
                "context.serialize returns, and nothing else"
            ) from None
        require(
            not there.has_secret_key(),
            "the secret key is sent along: the server can read every image",
        )
        require(
            there.has_relin_keys(),
            "no relinearisation keys are sent: the server cannot square",
        )
        require(
            isinstance(features, tuple | list)
            and all(isinstance(f, bytes) for f in features),
            "the ciphertexts must be a list of bytes: serialize each",
        )
        _of_each_feature(context, there, features, images)
    again = pair(encrypt_batch(context, images.copy()), "it")[1]
    kept = len(set(features) & set(again))
    require(
        kept == 0,
        f"the same images twice give the same bytes, in {kept} of {len(features)} "
        "ciphertexts: encrypt every feature afresh in each call",
    )
    alike = np.tile(images[:, :1], 3)
    require(
        len(set(pair(encrypt_batch(context, alike), "it")[1])) == 3,
        "equal features give equal bytes: the server sees which agree. Encrypt each",
    )


def _of_each_feature(
    context: Any, there: Any, features: list[bytes], images: np.ndarray
) -> None:
    """Require a ciphertext for each feature, with its column, under the right key."""
    import tenseal as ts

    n, columns = images.shape
    if n != columns and len(features) == n:
        raise Mistake(
            f"{n} ciphertexts for {n} images: one ciphertext a feature, with image i "
            "in slot i, is what lets one product serve all images"
        )
    require(
        len(features) == columns,
        f"{columns} features need {columns} ciphertexts, got {len(features)}",
    )
    opened = []
    for j, data in enumerate(features):
        try:
            vector = ts.ckks_vector_from(there, data)
        except Exception:
            column = images[:, j]
            for plain in (column.astype(float), column.astype(np.float32), column):
                require(
                    np.ascontiguousarray(plain).tobytes() not in data,
                    f"ciphertext {j} does not load as a CKKS vector: its bytes are the "
                    "feature itself, in the clear. Encrypt it, and serialize that",
                )
            raise Mistake(
                f"ciphertext {j} does not load as a CKKS vector: encrypt the feature "
                "with ts.ckks_vector, and serialize that"
            ) from None
        require(
            len(data) < len(vector.serialize()) + 10_000,
            f"ciphertext {j} has {len(data):,} bytes, more than a ciphertext needs: "
            "what else is in it?",
        )
        vector.link_context(context)
        opened.append(np.array(vector.decrypt()))
    if n == columns and all(
        _holds(v, row) for v, row in zip(opened, images, strict=True)
    ):
        require(
            n == 1,
            f"ciphertext j holds image j, not feature j ({n} images of {n} features): "
            "one ciphertext a feature, with image i in slot i, serves all images",
        )
    require_none(
        message
        for message, wrong in _wrong_features(images)
        if not np.allclose(wrong, images, rtol=0, atol=1e-3)
        and all(_holds(v, column) for v, column in zip(opened, wrong.T, strict=True))
    )
    for j, values in enumerate(opened):
        require(
            _holds(values, images[:, j]),
            f"ciphertext {j} must hold feature {j} of all images, {n} here, in their "
            "order and as they are, under the key of the context that was given",
        )
    squared = ts.ckks_vector_from(there, features[0]).square().serialize()
    values = np.array(ts.ckks_vector_from(context, squared).decrypt())
    require(
        # another key gives numbers of any size; the noise of a product is below 0.01
        _holds(values, images[:, 0] ** 2, error=0.05),
        "the public context is not that of the client's key (another client's, or new "
        "keys?): a square that the server computes decrypts to something else",
    )


def _wrong_features(images: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Return what usual mistakes encrypt in place of the images."""
    whole = "the features are encrypted as whole numbers, {}: keep their fractions"
    order = "the values are right, but {}"
    scaled = "the features are scaled before they are encrypted, {}: send them as given"
    spread, size = images.std(axis=0), np.abs(images).max()
    low, high = images.min(), images.max()
    row = np.linalg.norm(images, axis=1, keepdims=True)
    safe = np.where(spread > 0, spread, 1)
    return [
        (whole.format("cut off"), np.trunc(images)),
        (whole.format("rounded"), np.rint(images)),
        (whole.format("rounded down"), np.floor(images)),
        *(
            (f"the features are rounded to {digits} decimals", images.round(digits))
            for digits in (1, 2, 3)
        ),
        (order.format("the images come in reverse order"), images[::-1]),
        (order.format("the features come in reverse order"), images[:, ::-1]),
        (order.format("the features are shifted by one"), np.roll(images, 1, 1)),
        (order.format("the features are shifted by one"), np.roll(images, -1, 1)),
        (order.format("sorted within each feature"), np.sort(images, axis=0)),
        (
            order.format(
                "their axes are mixed up: reshape reads row by row, so transpose"
            ),
            images.reshape(images.shape[::-1]).T,
        ),
        ("the sign of every feature is turned", -images),
        ("the signs of the features are lost", np.abs(images)),
        ("features below 0 are 0: they go as they are", np.maximum(images, 0)),
        ("the features are cut off at 0 and 1", np.clip(images, 0, 1)),
        (scaled.format("by 255"), images / 255),
        (scaled.format("by 255"), images * 255),
        (scaled.format("to deviation 1"), (images - images.mean(axis=0)) / safe),
        (scaled.format("to mean 0"), images - images.mean(axis=0)),
        (scaled.format("by the largest"), images / size),
        (scaled.format("to 0 .. 1"), (images - low) / ((high - low) or 1)),
        (scaled.format("each image to length 1"), images / row),
    ]


def _holds(values: np.ndarray, column: np.ndarray, error: float = 1e-4) -> bool:
    """Return whether slots hold a column, and at most zeros behind it."""
    slots = np.zeros(max(len(column), len(values)))
    slots[: len(column)] = column
    return len(values) == len(slots) and bool(
        np.allclose(values, slots, rtol=error, atol=error)
    )


def _require_own_context(encrypt_batch: Callable[..., object], images: object) -> None:
    """Require that a second client's request is made with the second client's keys."""
    import tenseal as ts

    other = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[40, 30, 40])
    other.global_scale = 2.0**30
    public, features = pair(encrypt_batch(other, images), "encrypt_batch")
    first = float(np.asarray(images)[0, 0])
    try:
        there, found = ts.context_from(public), []
        for sent in (ts.ckks_vector(there, [5.0]).serialize(), features[0]):
            vector = ts.ckks_vector_from(there, sent)
            vector.link_context(other)
            found.append(vector.decrypt()[0])
    except (ValueError, RuntimeError):
        found = []  # the keys do not even fit
    require(
        len(found) == 2 and bool(np.allclose(found, [5.0, first], rtol=0, atol=1e-2)),
        "a second client with another context is sent bytes that do not belong to it: "
        "nothing may be kept from the first call",
    )
