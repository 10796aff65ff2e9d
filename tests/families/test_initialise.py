"""He's rule keeps the signal of thirty ReLU layers; 1/n loses it."""

import numpy as np
import pytest
import torch
from torch import nn

from ppdl_course.families.initialise import he_std, redraw, seeded, signal_by_layer


@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("fan_in", [1, 7, 300])
def test_he_std_is_torchs_gain_over_the_root_of_the_inputs(fan_in, slope):
    gain = nn.init.calculate_gain("leaky_relu", slope)
    assert he_std(fan_in, slope) == pytest.approx(gain / fan_in**0.5, rel=1e-12)


def test_thirty_layers_keep_their_variance_with_he_and_lose_it_with_one_over_n():
    signals = [
        signal_by_layer(30, gain=gain, rng=np.random.default_rng(3), width=256)
        for gain in (2**0.5, 1.0)
    ]
    assert 0.5 < signals[0][-1] < 2
    assert signals[1][-1] == pytest.approx(signals[0][-1] / 2**30, rel=1e-9)


def test_the_signal_is_that_of_an_obvious_loop():
    got = signal_by_layer(
        3, gain=1.3, rng=np.random.default_rng(0), width=4, examples=5
    )
    rng = np.random.default_rng(0)
    x = rng.standard_normal((5, 4))
    start = np.mean(x**2)
    for layer in range(1, 4):
        W = rng.standard_normal((4, 4)) * 1.3 / 2
        x = np.array(
            [
                [max(sum(r[i] * W[i, j] for i in range(4)), 0) for j in range(4)]
                for r in x
            ]
        )
        assert got[layer] == pytest.approx(np.mean(x**2) / start)
    assert got[0] == 1


def test_a_residual_network_adds_to_its_signal():
    rng = np.random.default_rng(1)
    assert np.all(np.diff(signal_by_layer(20, gain=0.5, rng=rng, residual=True)) > 0)


def test_redraw_depends_on_its_generator_alone():
    torch.manual_seed(0)
    first, second = nn.LSTM(3, 4), nn.LSTM(3, 4)
    for layer in (first, second):
        redraw(layer, seeded(5))
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)
        assert one.abs().max() <= one.shape[-1] ** -0.5


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: he_std(0), "fan_in"),
        (lambda: seeded(-1), "seed"),
        (lambda: signal_by_layer(0, gain=1, rng=np.random.default_rng(0)), "depth"),
        (lambda: signal_by_layer(1, gain=0, rng=np.random.default_rng(0)), "gain"),
    ],
)
def test_bad_arguments_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
