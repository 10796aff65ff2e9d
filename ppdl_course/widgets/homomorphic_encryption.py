"""Controls of chapter 9, over the figures of ``figures.seal_budget``."""

import ipywidgets as widgets

from ppdl_course.figures.seal_budget import (
    SCALES,
    bfv_noise_budget,
    budget_bar,
    ckks_precision,
    measured_precision,
)
from ppdl_course.widgets.explorer import Explorer

DEGREES = (4096, 8192, 16384, 32768)


def _slider(name: str, value: int, low: int, high: int) -> widgets.IntSlider:
    return widgets.IntSlider(
        value=value, min=low, max=high, description=name, continuous_update=False
    )


def noise_budget_explorer() -> Explorer:
    """Return controls over the noise budget of BFV."""
    return Explorer(
        bfv_noise_budget,
        {
            "poly_modulus_degree": widgets.Dropdown(
                options=DEGREES, value=8192, description="ring degree n"
            ),
            "primes": _slider("primes of a ciphertext", 4, 1, 14),
            "prime_bits": _slider("bits of a prime", 43, 20, 60),
            "plain_bits": _slider("bits of the plaintext modulus", 17, 14, 40),
        },
        caption="How many products in a row does a longer chain buy, and what does a "
        "larger plaintext modulus cost?",
        states=[
            {
                "poly_modulus_degree": n,
                "primes": primes,
                "prime_bits": bits,
                "plain_bits": 20,
            }
            for n, primes, bits in ((4096, 2, 36), (8192, 4, 43), (16384, 8, 48))
        ],
    )


def precision_explorer() -> Explorer:
    """Return controls over the precision of CKKS; each state is one real run.

    The runs, about a second of them, are made here and kept.
    """
    for scale_bits in SCALES:
        for products in range(3):
            measured_precision(scale_bits, products)
    return Explorer(
        ckks_precision,
        {
            "scale_bits": widgets.SelectionSlider(
                options=SCALES, value=30, description="scale (bits)"
            ),
            "products": _slider("products in a row", 1, 0, 2),
        },
        caption="How many decimal digits does one more bit of scale buy?",
        states=[
            {"scale_bits": bits, "products": products}
            for bits, products in ((20, 1), (30, 1), (40, 1), (40, 2))
        ],
    )


def budget_bar_explorer() -> Explorer:
    """Return controls over a CKKS context; it says what SEAL will say."""
    return Explorer(
        budget_bar,
        {
            "poly_modulus_degree": widgets.Dropdown(
                options=DEGREES, value=8192, description="ring degree n"
            ),
            "first_bits": _slider("first and special prime (bits)", 60, 20, 60),
            "middle_bits": _slider("middle primes (bits)", 40, 20, 60),
            "middle_primes": _slider("middle primes", 1, 0, 10),
            "scale_bits": _slider("scale (bits)", 40, 10, 60),
            "products": _slider("products in a row", 2, 0, 8),
        },
        caption="Where will the library stop, and where will it be silently wrong?",
        states=[
            {
                "poly_modulus_degree": n,
                "first_bits": 60,
                "middle_bits": 40,
                "middle_primes": primes,
                "scale_bits": scale,
                "products": 2,
            }
            for n, primes, scale in (
                (8192, 1, 40),
                (8192, 2, 40),
                (8192, 2, 30),
                (8192, 3, 40),
                (16384, 6, 40),
            )
        ],
    )
