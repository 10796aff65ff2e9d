"""The fully connected network of the survey's Fig. 1, forward and backward.

    a_0 = x                        input layer
    z_k = W_k [1; a_{k-1}]         the 1 is the bias node of layer k - 1
    a_k = f_k(z_k)                 k = 1 .. K; the last a_K is the output

W_k has shape (units of layer k, 1 + units of layer k - 1). Column 0 belongs to the bias
node, which always gives 1 and receives no link. In code a row is an example, so a batch
is a matrix with the bias node as its column 0, and z_k = nodes @ W_k.T.

Back-propagation, with delta_k = dL/dz_k:

    delta_K     = dL/da_K * f_K'(z_K)
    dL/dW_k     = delta_k^T [1, a_{k-1}]
    dL/da_{k-1} = delta_k W_k without column 0

All learned numbers stand in one vector, ``flat``; the matrices are views of it, so that
a step, an average over clients or a clipped gradient is one line of vector arithmetic.

Not protected: the weights and every gradient are plain arrays. The gradient of one
example's loss gives that example away, see chapter 1; what to do about it is the rest
of the course.

Source: Rumelhart, Hinton, Williams, "Learning representations by back-propagating
errors", Nature 323, 1986; starting weights after He et al., ICCV 2015, section 2.2.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np

from ppdl_course.arguments import at_least, real_matrix
from ppdl_course.nn.activations import Activation, as_activation
from ppdl_course.nn.losses import Loss


class LayerPass(NamedTuple):
    """What one layer computed for a batch of n examples.

    Attributes:
        nodes: Inputs with the bias node in column 0, shape (n, 1 + inputs).
        z: Weighted sums, shape (n, units).
        outputs: f(z), shape (n, units).
    """

    nodes: np.ndarray
    z: np.ndarray
    outputs: np.ndarray


class Network:
    """A fully connected network with a bias node in every layer but the last.

    Args:
        sizes: Units of each layer from inputs to outputs, bias nodes not counted.
        activation: Name or object for the hidden layers, or one for each of them.
        output: Name or object for the output layer; "identity" gives logits.
        rng: Draws the starting weights: normal with variance gain / inputs, where the
            gain is the activation's (He et al. 2015); biases start at 0.
        dtype: float64, or float32.

    Attributes:
        sizes: As given.
        activations: One for each layer after the input.
        flat: All learned numbers, shape (parameters,): W_1, slopes of layer 1, W_2, ...
        weights: Views of ``flat``, W_k of shape (sizes[k], 1 + sizes[k - 1]).
        slopes: Views of ``flat``, the PReLU slopes of each layer, shape (0,) for none.

    Raises:
        ValueError: If sizes has fewer than two layers or one below 1, an activation is
            unknown, or the dtype is neither float64 nor float32.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: "str | Activation | Sequence[str | Activation]" = "relu",
        *,
        output: "str | Activation" = "identity",
        rng: np.random.Generator,
        dtype: type = np.float64,
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(f"sizes must name at least two layers, got {list(sizes)}")
        for size in sizes:
            at_least(1, sizes=size)
        sizes = [int(size) for size in sizes]
        hidden = len(sizes) - 2
        if isinstance(activation, str) or not isinstance(activation, Sequence):
            activation = [activation] * hidden
        if len(activation) != hidden:
            raise ValueError(
                f"activation must name {hidden} hidden layers, got {len(activation)}"
            )
        self._build(sizes, [as_activation(f) for f in [*activation, output]], dtype)
        for W, f in zip(self.weights, self.activations, strict=True):
            inputs = W.shape[1] - 1
            W[:, 1:] = rng.normal(0, np.sqrt(f.gain / inputs), (len(W), inputs))

    def _build(
        self, sizes: list[int], activations: list["Activation"], dtype: type
    ) -> None:
        """Lay out ``flat`` and its views, weights 0 and slopes at their start."""
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float64, np.float32):
            raise ValueError(f"dtype must be float64 or float32, got {self.dtype}")
        self.sizes = tuple(sizes)
        self.activations = tuple(activations)
        starts = [
            f.slopes(units) for f, units in zip(activations, sizes[1:], strict=True)
        ]
        parts: list[tuple[int, ...]] = []
        for k, start in enumerate(starts):
            parts += [(sizes[k + 1], 1 + sizes[k]), start.shape]
        self._ends = np.cumsum([int(np.prod(shape)) for shape in parts])
        self._parts = parts
        # one vector holds all: an optimiser's step is one operation, and matrices and
        # slopes are views into it, never replaced
        self.flat = np.zeros(self._ends[-1], dtype=self.dtype)
        self.weights, self.slopes = self.views(self.flat)
        for a, start in zip(self.slopes, starts, strict=True):
            a[:] = start

    @classmethod
    def from_weights(
        cls,
        weights: Sequence[np.ndarray],
        activation: "str | Activation | Sequence[str | Activation]" = "relu",
        *,
        output: "str | Activation" = "identity",
        dtype: type = np.float64,
    ) -> Self:
        """Return a network with a copy of these matrices, W_k as in the module's text.

        Raises:
            ValueError: If a matrix's columns are not 1 + the rows of the one before, or
                an entry is not finite.
        """
        if not weights or any(np.ndim(W) != 2 for W in weights):
            shapes = [np.shape(W) for W in weights]
            raise ValueError(f"weights must be matrices, at least one, got {shapes}")
        sizes = [np.shape(weights[0])[1] - 1, *(len(W) for W in weights)]
        rng = np.random.default_rng(0)  # draws are overwritten below
        network = cls(sizes, activation, output=output, rng=rng, dtype=dtype)
        for k, (mine, W) in enumerate(zip(network.weights, weights, strict=True), 1):
            mine[:] = real_matrix(mine.shape[1], network.dtype, **{f"W_{k}": W})
        return network

    def from_flat(self, flat: np.ndarray) -> Self:
        """Return a network of this shape whose learned numbers are a copy of ``flat``.

        Raises:
            ValueError: If ``flat`` has another shape or an entry is not finite.
        """
        row = real_matrix(len(self.flat), self.dtype, flat=np.asarray(flat)[np.newaxis])
        network = object.__new__(type(self))  # without drawing weights to throw away
        network._build(list(self.sizes), list(self.activations), self.dtype.type)
        network.flat[:] = row[0]
        return network

    def copy(self) -> Self:
        """Return a network with the same numbers in memory of its own."""
        return self.from_flat(self.flat)

    def views(self, flat: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Cut a vector such as ``flat`` or a gradient into matrices and slopes.

        Args:
            flat: Shape (..., parameters), for instance one row for each example.

        Returns:
            Views of shape (..., units, 1 + inputs), and of shape (..., slopes).
        """
        if flat.shape[-1] != self._ends[-1]:
            raise ValueError(
                f"flat must have {self._ends[-1]} entries in its last axis, "
                f"got {flat.shape}"
            )
        cuts = np.split(flat, self._ends[:-1], axis=-1)
        parts = [
            cut.reshape(*flat.shape[:-1], *shape)
            for cut, shape in zip(cuts, self._parts, strict=True)
        ]
        return parts[0::2], parts[1::2]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs for ``x`` of shape (n, inputs), shape (n, outputs).

        Raises:
            ValueError: If x has another shape, a dtype that does not fit, or an entry
                that is not finite.
        """
        return self.trace(x)[-1].outputs

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the class with the largest output for each row, shape (n,)."""
        return self.forward(x).argmax(axis=1)

    def trace(self, x: np.ndarray) -> list[LayerPass]:
        """Return what every layer computes for ``x``, from the first to the last."""
        return self._forward(self._inputs(x))

    def losses(self, x: np.ndarray, y: np.ndarray, loss: Loss) -> np.ndarray:
        """Return the loss of each example, shape (n,)."""
        outputs = self.forward(x)
        return loss.values(outputs, loss.targets(y, outputs.shape, self.dtype))

    def loss_and_gradient(
        self, x: np.ndarray, y: np.ndarray, loss: Loss
    ) -> tuple[float, np.ndarray]:
        """Return the mean loss of the batch and its gradient with respect to ``flat``.

        Args:
            x: Shape (n, inputs).
            y: What the loss takes: labels of shape (n,), or targets (n, outputs).
            loss: ``CrossEntropy()`` or ``MeanSquaredError()``.

        Raises:
            ValueError: If x or y has a wrong shape, dtype or entry.
        """
        x, y = self.checked(x, y, loss)
        gradient = np.empty_like(self.flat)  # every entry is written below
        return self.step(x, y, loss, gradient, self.views(gradient)), gradient

    def example_gradients(self, x: np.ndarray, y: np.ndarray, loss: Loss) -> np.ndarray:
        """Return every example's own gradient, shape (n, parameters).

        Their mean is the gradient of ``loss_and_gradient``; private training clips each
        row before it sums them (chapter 16).
        """
        x, y = self.checked(x, y, loss)
        passes = self._forward(x)
        upstream = loss.gradients(passes[-1].outputs, y)
        gradients = np.empty((len(x), len(self.flat)), dtype=self.dtype)
        into_weights, into_slopes = self.views(gradients)
        for k, delta, by_slope in self._deltas(passes, upstream):
            # outer products straight into place: the largest array here is made once
            np.multiply(
                delta[:, :, np.newaxis],
                passes[k].nodes[:, np.newaxis, :],
                out=into_weights[k],
            )
            into_slopes[k][:] = by_slope
        return gradients

    def step(
        self,
        x: np.ndarray,
        y: np.ndarray,
        loss: Loss,
        gradient: np.ndarray,
        into: tuple[list[np.ndarray], list[np.ndarray]],
    ) -> float:
        """Write the batch's gradient into a buffer and return the mean loss.

        For loops that have called ``checked`` once and reuse ``gradient`` with its
        ``into = views(gradient)``; otherwise call ``loss_and_gradient``.
        """
        passes = self._forward(x)
        outputs = passes[-1].outputs
        upstream = loss.gradients(outputs, y) / len(x)
        for k, delta, by_slope in self._deltas(passes, upstream):
            np.matmul(delta.T, passes[k].nodes, out=into[0][k])
            if by_slope.shape[1]:
                by_slope.sum(axis=0, out=into[1][k])
        return float(loss.values(outputs, y).mean())

    def checked(
        self, x: np.ndarray, y: np.ndarray, loss: Loss
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return x and y as ``step`` takes them, or raise ValueError for a bad one."""
        x = self._inputs(x)
        return x, loss.targets(y, (len(x), self.sizes[-1]), self.dtype)

    def _inputs(self, x: np.ndarray) -> np.ndarray:
        return real_matrix(self.sizes[0], self.dtype, x=x)

    def _forward(self, x: np.ndarray) -> list[LayerPass]:
        passes = []
        for W, a, f in zip(self.weights, self.slopes, self.activations, strict=True):
            nodes = np.empty((len(x), W.shape[1]), dtype=self.dtype)
            nodes[:, 0] = 1  # the bias node; kept, since the gradient needs it again
            nodes[:, 1:] = x
            z = nodes @ W.T
            x = f.value(z, a)
            passes.append(LayerPass(nodes, z, x))
        return passes

    def _deltas(
        self, passes: list[LayerPass], upstream: np.ndarray
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Yield (k, dL/dz_k, each example's dL/da_k), last layer first."""
        for k in reversed(range(len(passes))):
            f, a, (_, z, outputs) = self.activations[k], self.slopes[k], passes[k]
            delta = f.backward(z, outputs, a, upstream)
            yield k, delta, f.slope_gradients(z, upstream)
            if k:  # the bias node has no layer before it: its column is left out
                upstream = delta @ self.weights[k][:, 1:]
