"""Chapter 11's explorers follow their controls."""

import numpy as np
import pytest

from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.widgets.encrypted_inference import batch_explorer, bits_explorer


def test_the_batch_explorer_answers_for_every_size():
    explorer = batch_explorer(2.0, 0.1)
    assert "A batch of 64 takes 2 s" in explorer._canvas.value
    explorer.controls["batch"].value = 4096
    assert "7,372,800 images an hour" in explorer._canvas.value
    explorer.controls["arrivals"].value = 1
    assert "the first one waits 4,097 s" in explorer._canvas.value
    assert explorer.fallback().count("<img") == 4


def test_the_bits_explorer_counts_moduli():
    rng = np.random.default_rng(0)
    net = SquareNetwork(
        (rng.normal(size=(5, 4)), rng.normal(size=(3, 5))),
        (rng.normal(size=5), rng.normal(size=3)),
    )
    x = rng.random((100, 4))
    explorer = bits_explorer(net.balanced(x), x)
    before = explorer._canvas.value
    explorer.controls["weight_bits"].value = 12
    assert explorer._canvas.value != before
    explorer.controls["plain_bits"].value = 17
    assert "moduli of 17 bits" in explorer._canvas.value
    assert explorer.redraw_ms < 2000
    assert np.isfinite(explorer.redraw_ms)
    assert explorer.fallback().count("<img") == 4


def test_a_batch_that_does_not_fit_is_said():
    explorer = batch_explorer(2.0, 0.1, slots=64)
    with pytest.raises(ValueError, match="batch must be an integer in"):
        explorer._figure(batch=128, arrivals=1)
