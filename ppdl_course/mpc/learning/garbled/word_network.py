"""A network in fixed-point words: its public shape, and the plain twin (chapter 7).

    total = sum of w x, without the low columns + low guess + offset   in units of 2^-2f
    z     = total / 2^f rounded down                                  modulo 2^width
    x     = activation(z)

The half unit that makes "rounded down" rounding, the bias and the guess for the columns
left out are all in the offset, a number of the model owner's for each unit. The twin
does this in numpy's integers and knows nothing of gates; the garbled network must give
the same words, bit for bit.

A sum beyond the range of a word wraps around, in the circuit as in the twin: a garbled
circuit cannot complain. So the twin refuses such a sum when it meets one, and
:meth:`WordNetwork.of` can be asked to scale the layers to a sample beforehand.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import real_matrix
from ppdl_course.mpc.circuits.activations import activation as activation_of
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.circuits.dot_product import dot_plain, left_out_mean
from ppdl_course.mpc.learning.garbled.layers import Layer
from ppdl_course.mpc.learning.garbled.unit_circuits import argmax_circuit, low_guess
from ppdl_course.mpc.learning.garbled.words import Format, Values
from ppdl_course.nn import Identity, Network, ReLU, Sigmoid

NAMES = {Identity: "identity", ReLU: "relu", Sigmoid: "sigmoid"}
OUTPUTS = ("label", "scores")


@dataclass(frozen=True, eq=False)
class NetworkShape:
    """What both parties know of a network.

    Attributes:
        masks: Which weights there are, bool ``(outputs, inputs)`` for each layer.
        activations: Name of each layer's activation.
        format: The words.
        output: "label" for the place of the largest score only, or "scores".
        arriving: How inputs arrive; by default as signed words.

    Raises:
        ValueError: If the masks do not fit each other or a name is unknown.
    """

    masks: tuple[np.ndarray, ...]
    activations: tuple[str, ...]
    format: Format = field(default_factory=Format)
    output: str = "label"
    arriving: Values | None = None
    layers: tuple[Layer, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.output not in OUTPUTS:
            raise ValueError(f"output must be one of {OUTPUTS}, got {self.output!r}")
        if len(self.masks) != len(self.activations) or not self.masks:
            raise ValueError(
                f"activations must be {len(self.masks)}, got {len(self.activations)}"
            )
        for first, second in zip(self.masks, self.masks[1:], strict=False):
            if second.shape[1] != len(first):
                raise ValueError(
                    f"masks must follow each other: {len(first)} units feed "
                    f"{second.shape[1]} inputs"
                )
        values = self.arriving or Values(self.format.width, signed=True)
        object.__setattr__(self, "arriving", values)
        layers = []
        for mask, name in zip(self.masks, self.activations, strict=True):
            activation_of(name)
            layers.append(Layer(np.array(mask, bool), name, self.format, values))
            values = layers[-1].leaving
        object.__setattr__(self, "layers", tuple(layers))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, inputs first."""
        return (self.masks[0].shape[1], *(len(mask) for mask in self.masks))

    @property
    def last(self) -> Circuit | None:
        """The circuit of the label, or ``None`` if the scores are the output."""
        if self.output == "scores":
            return None
        return argmax_circuit(self.sizes[-1], self.layers[-1].leaving)

    @property
    def and_gates(self) -> int:
        """AND gates for one sample."""
        gates = sum(layer.and_gates for layer in self.layers)
        return gates + (self.last.and_gates if self.last else 0)

    @property
    def owner_bits(self) -> int:
        """Bits of all weights and offsets: a transfer each."""
        form = self.format
        return sum(
            layer.links * form.width + layer.outputs * form.part_bits
            for layer in self.layers
        )

    def digest(self) -> bytes:
        """Return a SHA-256 of everything both must mean alike."""
        sha = hashlib.sha256()
        facts = (self.format, self.output, self.arriving, self.activations, self.sizes)
        sha.update(repr(facts).encode())
        for mask in self.masks:
            sha.update(np.packbits(mask).tobytes())
        return sha.digest()


@dataclass(frozen=True, eq=False)
class WordNetwork:
    """A network in words: the model owner's secret, and the plain twin.

    Attributes:
        shape: The public part.
        weights: Words, int64 ``(outputs, inputs)``, 0 where the mask is.
        offsets: int64 ``(outputs,)``, in units of 2^(drop - 2f).
    """

    shape: NetworkShape
    weights: tuple[np.ndarray, ...]
    offsets: tuple[np.ndarray, ...]

    @classmethod
    def of(
        cls,
        network: Network,
        *,
        form: Format | None = None,
        masks: Sequence[np.ndarray] | str | None = None,
        activation: str | None = None,
        output: str = "label",
        arriving: Values | None = None,
        sample: np.ndarray | None = None,
    ) -> "WordNetwork":
        """Round a network to words.

        Args:
            network: The trained network.
            form: The words; 16 bits, 12 after the point.
            masks: Which weights there are, a matrix a layer (the others must be 0), or
                "nonzero" for those that are not 0; all, if not given.
            activation: Name for the hidden layers in place of the network's own, such
                as "tanh by table".
            output: "label" or "scores".
            arriving: How inputs arrive.
            sample: Inputs by which layers are scaled down, where sums would overflow
                and scaling changes no label: the last layer, and layers with ReLU.

        Raises:
            ValueError: If an activation has no circuit, a weight that is masked is not
                0, or a weight or bias does not fit the words.
        """
        form = form or Format()
        weights = [W[:, 1:].copy() for W in network.weights]
        biases = [W[:, 0].copy() for W in network.weights]
        names = [_name(f) for f in network.activations]
        if activation is not None:
            names[:-1] = [activation] * (len(names) - 1)
        if sample is not None:
            _scale(network, weights, biases, names, sample, form)
        if masks is None:
            masks = [np.ones(W.shape, bool) for W in weights]
        elif isinstance(masks, str):
            if masks != "nonzero":
                raise ValueError(f"masks must be matrices or 'nonzero', got {masks!r}")
            masks = [W != 0 for W in weights]
        shape = NetworkShape(
            tuple(np.array(m, bool) for m in masks),
            tuple(names),
            form,
            output,
            arriving,
        )
        words, offsets = [], []
        for k, (W, b, layer) in enumerate(
            zip(weights, biases, shape.layers, strict=True), 1
        ):
            if W.shape != layer.mask.shape or W[~layer.mask].any():
                raise ValueError(
                    f"masks[{k - 1}] must cover every weight that is not 0"
                )
            words.append(form.words(W, f"weights of layer {k}"))
            form.words(b, f"biases of layer {k}")
            offsets.append(_offset(b, words[-1], layer))
        return cls(shape, tuple(words), tuple(offsets))

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return inputs as words, int64 ``(n, inputs)``.

        Raises:
            ValueError: If ``x`` has another shape, or a value does not fit.
        """
        x = real_matrix(self.shape.sizes[0], np.dtype(float), x=x)
        return input_words(self.shape, x)

    def trace(self, x: np.ndarray) -> list[np.ndarray]:
        """Return every layer's outputs as words, int64 ``(n, units)``.

        Raises:
            ValueError: If a sum does not fit a word: the circuit would wrap around.
        """
        a, found = self.inputs(x), []
        for k, layer in enumerate(self.shape.layers):
            form = layer.format
            total = dot_plain(a, self.weights[k], drop=form.drop)
            if layer.shared:
                total += low_guess(a, form.drop)[:, None] << form.drop
            total += self.offsets[k] << form.drop
            z = total >> form.fraction_bits
            half = 1 << (form.width - 1)
            if (bad := (z < -half) | (z >= half)).any():
                raise ValueError(
                    f"sums of layer {k + 1} must be within +-{form.largest:g} with "
                    f"{form.fraction_bits} fraction bits of {form.width}, got "
                    f"{z[bad][0] / 2**form.fraction_bits:g}"
                )
            a = activation_of(layer.activation).plain(z)
            found.append(a)
        return found

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the scores as words, int64 ``(n, outputs)``."""
        return self.trace(x)[-1]

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the label of each row: the place of the largest score."""
        return self.forward(x).argmax(axis=1)

    def accuracy(self, x: np.ndarray, y: np.ndarray) -> float:
        """Return the share of rows whose label is right."""
        return float((self.predict(x) == np.asarray(y)).mean())


def input_words(shape: NetworkShape, x: np.ndarray) -> np.ndarray:
    """Return inputs as words that fit how they arrive.

    Raises:
        ValueError: If a value does not fit.
    """
    words, arriving = shape.format.words(x, "x"), shape.arriving
    low = -(1 << (arriving.bits - 1)) if arriving.signed else 0
    high = 1 << (arriving.bits - arriving.signed)
    bad = (words < low) | (words >= high)
    if bad.any():
        raise ValueError(
            f"x must be in {low}..{high - 1} in units of 2^-"
            f"{shape.format.fraction_bits}, got {words[bad][0]}"
        )
    return words


def _offset(bias: np.ndarray, words: np.ndarray, layer: Layer) -> np.ndarray:
    """Return bias, half a unit and the owner's guess for the columns left out."""
    f, d = layer.format.fraction_bits, layer.format.drop
    total = np.rint(bias * 4.0**f).astype(np.int64) + (1 << f >> 1)
    if d:
        places = (1 << d) - (1 << np.arange(d))
        low = (words[..., None] >> np.arange(d) & 1) @ places  # twice the guess for w
        total += low.sum(axis=1) >> 1
    if layer.shared:
        n = layer.mask.shape[1]
        # the product's mean, and what ``_low`` counts too much for random bits
        total -= left_out_mean(n, d) + n * ((1 << (d - 1)) - 1) // 4
    return total >> d


def _name(function: object) -> str:
    if type(function) not in NAMES:
        raise ValueError(
            f"activation must be one of {sorted(NAMES.values())}, or be named; got "
            f"{type(function).__name__}"
        )
    return NAMES[type(function)]


def _scale(
    network: Network,
    weights: list[np.ndarray],
    biases: list[np.ndarray],
    names: list[str],
    sample: np.ndarray,
    form: Format,
) -> None:
    """Scale layers down, in place, until the sample's sums are in half the range.

    ReLU of z / s is ReLU of z over s, and the largest score stays the largest.
    """
    scale = 1.0  # of what arrives at the layer
    passes = network.trace(np.asarray(sample, network.dtype))
    for k, (W, b, f) in enumerate(zip(weights, biases, names, strict=True)):
        free = f in ("relu", "identity")
        largest = np.abs(passes[k].z).max() / form.largest * 2
        own = max(scale, 1.0, largest) if free else 1.0
        W *= scale / own
        b /= own
        scale = own if free else 1.0
