"""Three kinds of links, and one network that can have any of them.

    direct       layer k-1 at time t   ->  layer k at time t        weight W^k
    cross-layer  layer j < k-1, time t ->  layer k at time t        weight C^jk
    self-join    layer k at time t-1   ->  layer k at time t        weight S^k

    h_t^k = f( W^k h_t^(k-1) + b^k + sum_j C^jk h_t^j + S^k h_(t-1)^k )

with ``f = tanh`` in the hidden layers and no activation at the output. Direct links
alone make a feed-forward network, cross-layer links a residual one, self-joins a
recurrent one. A link whose weights are all zero might as well not be there.
"""

import itertools
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from ppdl_course.families.initialise import redraw

Kind = Literal["direct", "cross-layer", "self-join"]


class Link(NamedTuple):
    """All links of one kind between two layers; layer 0 is the input."""

    kind: Kind
    source: int
    target: int


class LinkedNetwork(nn.Module):
    """A network given by its layers' widths and by its links.

    Args:
        widths: Nodes of each layer, input first; at least two layers.
        generator: Draws the parameters.
        cross: Pairs ``(source, target)`` of layers at least two apart.
        loops: Hidden layers that have a self-join.

    Raises:
        ValueError: If a layer is empty, or a link does not fit the layers.
    """

    def __init__(
        self,
        widths: Sequence[int],
        generator: torch.Generator,
        *,
        cross: Collection[tuple[int, int]] = (),
        loops: Collection[int] = (),
    ) -> None:
        super().__init__()
        last = len(widths) - 1
        if last < 1 or min(widths) < 1:
            raise ValueError(f"widths must be two or more positive, got {widths}")
        for source, target in cross:
            if not (0 <= source <= target - 2 and target <= last):
                raise ValueError(
                    f"cross must join layers two or more apart in 0..{last}, "
                    f"got {(source, target)}"
                )
        for layer in loops:
            if not 1 <= layer < last:
                raise ValueError(f"loops must name hidden layers, got {layer}")
        self.widths = tuple(widths)
        # sorted: the order of links is the order in which they draw their weights
        self.cross = tuple(sorted(set(cross)))
        self.loops = tuple(sorted(set(loops)))
        self.direct = nn.ModuleList(
            nn.Linear(fan_in, fan_out) for fan_in, fan_out in itertools.pairwise(widths)
        )
        self.skips = nn.ModuleDict(
            {f"{j}-{k}": _matrix(widths[j], widths[k]) for j, k in self.cross}
        )
        self.joins = nn.ModuleDict(
            {f"{k}": _matrix(widths[k], widths[k]) for k in self.loops}
        )
        redraw(self, generator)

    def links(self) -> list[Link]:
        """Return the links, for a drawing of the network."""
        last = len(self.widths) - 1
        return (
            [Link("direct", k, k + 1) for k in range(last)]
            + [Link("cross-layer", j, k) for j, k in self.cross]
            + [Link("self-join", k, k) for k in self.loops]
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the outputs at each time step.

        Args:
            inputs: Float tensor of shape (steps, batch, widths[0]).

        Returns:
            Float tensor of shape (steps, batch, widths[-1]).
        """
        if inputs.ndim != 3 or inputs.shape[-1] != self.widths[0]:
            raise ValueError(
                f"inputs must have shape (steps, batch, {self.widths[0]}), "
                f"got {tuple(inputs.shape)}"
            )
        before: list[Tensor] = []  # the layers at time t-1, none at the start
        outputs = []
        for step in inputs:
            before = self._step(step, before)
            outputs.append(before[-1])
        return torch.stack(outputs)

    def _step(self, now: Tensor, before: list[Tensor]) -> list[Tensor]:
        layers = [now]
        for k, direct in enumerate(self.direct, start=1):
            total = direct(layers[k - 1])
            for j, target in self.cross:
                if target == k:
                    total = total + self.skips[f"{j}-{k}"](layers[j])
            # at the first step nothing came before: the same as a state of zeros
            if before and k in self.loops:
                total = total + self.joins[f"{k}"](before[k])
            layers.append(total if k == len(self.direct) else torch.tanh(total))
        return layers


def _matrix(fan_in: int, fan_out: int) -> nn.Linear:
    return nn.Linear(fan_in, fan_out, bias=False)
