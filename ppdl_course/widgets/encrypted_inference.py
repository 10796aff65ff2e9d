"""Controls of chapter 11, over the figures of ``figures.encrypted_inference``."""

import functools

import ipywidgets as widgets
import numpy as np

from ppdl_course.figures.encrypted_inference import (
    ARRIVALS,
    LARGEST_MODULUS,
    batch_trade,
    bits_needed,
    integer_row,
)
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.widgets.explorer import Explorer

INPUT_BITS = (1, 2, 4, 6)


def batch_explorer(seconds: float, single: float, slots: int = 4096) -> Explorer:
    """Return controls over the batch size, from this run's own times.

    Args:
        seconds: Measured time of one batch.
        single: Measured time of one image in a packed layout.
        slots: Images that fit a batch.
    """
    sizes = [2**k for k in range(int(np.log2(slots)) + 1)]
    return Explorer(
        functools.partial(batch_trade, seconds, slots, single=single),
        {
            "batch": widgets.SelectionSlider(
                options=sizes, value=64, description="images in a batch"
            ),
            "arrivals": widgets.SelectionSlider(
                options=ARRIVALS,
                value=10,
                description="images that arrive a second",
            ),
        },
        caption="From which batch size on is a full batch better than one image at a "
        "time, and who pays for it?",
        states=[
            {"batch": batch, "arrivals": arrivals}
            for batch, arrivals in ((1, 10), (64, 10), (slots, 10), (slots, 1000))
        ],
    )


def bits_explorer(network: SquareNetwork, images: np.ndarray) -> Explorer:
    """Return controls over the bits of weights, inputs and plaintext moduli.

    Every setting's integers are computed here, so that a slider only draws.

    Args:
        network: A square network, balanced.
        images: Rows within [-1, 1] to label.
    """
    settings = {
        (weight_bits, input_bits): integer_row(network, images, weight_bits, input_bits)
        for weight_bits in range(2, 13)
        for input_bits in INPUT_BITS
    }
    return Explorer(
        functools.partial(bits_needed, settings),
        {
            "weight_bits": widgets.IntSlider(
                value=6, min=2, max=12, description="bits of a weight"
            ),
            "input_bits": widgets.SelectionSlider(
                options=INPUT_BITS, value=4, description="fraction bits of an input"
            ),
            "plain_bits": widgets.IntSlider(
                value=28,
                min=17,
                max=LARGEST_MODULUS,
                description="bits of a plaintext modulus",
            ),
        },
        caption="How few bits keep the labels, and how many moduli do they cost?",
        states=[
            {"weight_bits": w, "input_bits": 4, "plain_bits": p}
            for w, p in ((2, 28), (4, 28), (6, 32), (10, 28))
        ],
    )
