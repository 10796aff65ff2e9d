"""Self-join links: the recurrent network and the LSTM, and a task that parts them.

    RNN    h_t = tanh(W_x x_t + W_h h_(t-1) + b)

    LSTM   i, f, o = sigmoid(W_x x_t + W_h h_(t-1) + b)    three blocks of rows
           g       = tanh(...)                             a fourth block
           c_t = f * c_(t-1) + i * g
           h_t = o * tanh(c_t)

The order of the four blocks of rows is torch's: i, f, g, o. Through fifty steps of an
RNN the gradient passes fifty factors W_h^T diag(1 - h^2), and through those of an
LSTM's cell fifty factors f, which the network can hold near 1.

Sources: Elman, "Finding Structure in Time", Cognitive Science 1990; Hochreiter and
Schmidhuber, "Long Short-Term Memory", Neural Computation 1997; the forget gate is from
Gers, Schmidhuber and Cummins, "Learning to Forget", Neural Computation 2000.
"""

import torch
from torch import Tensor, nn

from ppdl_course.arguments import at_least
from ppdl_course.families.initialise import redraw


class RNN(nn.Module):
    """A layer of tanh nodes with a self-join; the same numbers as ``torch.nn.RNN``.

    Args:
        inputs: Width of x_t.
        width: Width of h_t.
        generator: Draws the parameters.
    """

    def __init__(self, inputs: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.W_x = nn.Parameter(torch.empty(width, inputs))
        self.W_h = nn.Parameter(torch.empty(width, width))
        self.b = nn.Parameter(torch.empty(width))
        redraw(self, generator)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (steps, batch, inputs) to the states (steps, batch, width)."""
        h = inputs.new_zeros(inputs.shape[1], len(self.b))
        states = []
        for x in inputs:
            h = torch.tanh(x @ self.W_x.T + h @ self.W_h.T + self.b)
            states.append(h)
        return torch.stack(states)


class LSTM(nn.Module):
    """Memory cells behind three gates; the same numbers as ``torch.nn.LSTM``.

    Args:
        inputs: Width of x_t.
        width: Width of h_t and c_t.
        generator: Draws the parameters.
    """

    def __init__(self, inputs: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.W_x = nn.Parameter(torch.empty(4 * width, inputs))
        self.W_h = nn.Parameter(torch.empty(4 * width, width))
        self.b = nn.Parameter(torch.empty(4 * width))
        redraw(self, generator)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map (steps, batch, inputs) to the states (steps, batch, width)."""
        h = c = inputs.new_zeros(inputs.shape[1], len(self.b) // 4)
        states = []
        for x in inputs:
            h, c = lstm_step(x @ self.W_x.T + self.b, h, c, self.W_h)
            states.append(h)
        return torch.stack(states)


def lstm_step(
    drive: Tensor, h: Tensor, c: Tensor, W_h: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the next state and cell of an LSTM (chapter 2 teaches it).

    Args:
        drive: ``W_x x_t + b``, shape (batch, 4 width), blocks i, f, g, o.
        h: State h_(t-1), shape (batch, width).
        c: Cell c_(t-1), shape (batch, width).
        W_h: Self-join weights, shape (4 width, width).
    """
    # the four gates in one product
    i, f, g, o = (drive + h @ W_h.T).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def copy_to_torch(layer: RNN | LSTM) -> nn.RNN | nn.LSTM:
    """Return torch's own layer with the same parameters."""
    width, inputs = layer.W_h.shape[1], layer.W_x.shape[1]
    twin = (nn.RNN if isinstance(layer, RNN) else nn.LSTM)(inputs, width)
    with torch.no_grad():
        twin.weight_ih_l0.copy_(layer.W_x)
        twin.weight_hh_l0.copy_(layer.W_h)
        twin.bias_ih_l0.copy_(layer.b)
        twin.bias_hh_l0.zero_()  # torch has two biases whose sum counts
    return twin


def bit_sequences(
    steps: int, count: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return sequences that begin with a bit and go on with noise.

    Args:
        steps: Length of each sequence, at least 1.
        count: Number of sequences.
        generator: Draws bits and noise.

    Returns:
        Inputs of shape (steps, count, 1): +1 or -1 at first, then normal noise of
        standard deviation 0.5; and the bits as floats 0 or 1, shape (count,).
    """
    at_least(1, steps=steps)
    inputs = 0.5 * torch.randn(steps, count, 1, generator=generator)
    bits = torch.randint(2, (count,), generator=generator).float()
    inputs[0, :, 0] = 2 * bits - 1
    return inputs, bits


def train_memory(
    kind: str,
    steps: int,
    generator: torch.Generator,
    *,
    width: int = 16,
    updates: int = 150,
    batch: int = 64,
) -> list[float]:
    """Train a network to repeat the first bit after ``steps`` steps.

    Torch's own layers do the work, since they run the loop in compiled code.

    Args:
        kind: "rnn" or "lstm".
        steps: Length of the sequences.
        generator: Draws parameters and sequences.
        width: Nodes of the recurrent layer.
        updates: Steps of Adam, each on fresh sequences.
        batch: Sequences of each step.

    Returns:
        The accuracy at each update, on sequences not seen before.
    """
    if kind not in ("rnn", "lstm"):
        raise ValueError(f'kind must be "rnn" or "lstm", got {kind!r}')
    layer = (nn.RNN if kind == "rnn" else nn.LSTM)(1, width)
    readout = nn.Linear(width, 1)
    for module in (layer, readout):
        redraw(module, generator)
    if kind == "lstm":  # start by remembering: forget gates open (Gers et al. 2000)
        with torch.no_grad():
            layer.bias_ih_l0[width : 2 * width] = 3.0
    parameters = [*layer.parameters(), *readout.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=0.01)
    accuracies = []
    for _ in range(updates):
        inputs, bits = bit_sequences(steps, batch, generator)
        logits = readout(layer(inputs)[0][-1])[:, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(logits, bits)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        accuracies.append(((logits > 0) == (bits > 0)).float().mean().item())
    return accuracies
