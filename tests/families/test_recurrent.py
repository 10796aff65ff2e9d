"""RNN and LSTM against torch's own layers, and the bit that only one of them keeps."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.families.initialise import seeded
from ppdl_course.families.recurrent import (
    LSTM,
    RNN,
    bit_sequences,
    copy_to_torch,
    train_memory,
)

sizes = st.integers(1, 6)


@pytest.mark.parametrize("kind", [RNN, LSTM])
@settings(max_examples=15, deadline=None)
@given(steps=sizes, batch=sizes, inputs=sizes, width=sizes, seed=st.integers(0, 999))
def test_states_and_gradients_equal_torchs(kind, steps, batch, inputs, width, seed):
    layer = kind(inputs, width, seeded(seed))
    twin = copy_to_torch(layer)
    x = torch.randn(steps, batch, inputs, generator=seeded(seed))
    ours, theirs = layer(x), twin(x)[0]
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)
    ours.square().sum().backward()
    theirs.square().sum().backward()
    pairs = [(layer.W_x, twin.weight_ih_l0), (layer.W_h, twin.weight_hh_l0)]
    for one, other in [*pairs, (layer.b, twin.bias_ih_l0)]:
        torch.testing.assert_close(one.grad, other.grad, atol=1e-4, rtol=1e-4)


def test_the_lstm_keeps_a_bit_over_fifty_steps_and_the_rnn_does_not():
    for seed in range(3):
        lstm, rnn = (
            np.mean(train_memory(kind, 50, seeded(seed))[-20:])
            for kind in ("lstm", "rnn")
        )
        assert lstm > 0.9
        assert rnn < 0.65


def test_the_rnn_can_learn_the_task_where_it_is_short():
    assert np.mean(train_memory("rnn", 5, seeded(0))[-20:]) > 0.95


def test_bits_stand_at_the_first_step_and_come_evenly():
    inputs, bits = bit_sequences(4, 2000, seeded(3))
    assert torch.equal(inputs[0, :, 0], 2 * bits - 1)
    assert 0.4 < bits.mean() < 0.6
    assert inputs[1:].std() == pytest.approx(0.5, abs=0.03)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="steps"):
        bit_sequences(0, 1, seeded(0))
    with pytest.raises(ValueError, match="kind"):
        train_memory("gru", 5, seeded(0))
