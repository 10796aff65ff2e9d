r"""The GAN attack: a malicious client draws a class that only its victim holds.

Gradient exchange (Fig. 2 (b)) among a victim with the classes {a, b} and an adversary
with {b, c}. The adversary follows the protocol and in every round also

    1. takes the model that came down as a discriminator D;
    2. trains a generator G at home:  minimise -log p_D(a | G(z)),  z ~ N(0, I);
    3. draws fakes G(z), labels them with a **decoy** class that the victim does not
       have, and puts them among its own records;
    4. sends the gradient of that batch.

Step 3 makes it an active attack: the model learns to tell the fakes from a, the
victim's next gradients say what a really looks like, and D teaches G. Without step 3
the attack is passive, and ends at whatever fools the present D.

Here all networks are the small numpy ones; a fake is a digit of 8x8 pixels. Not needed:
the server's help, the victim's gradient, or one of its images. The decoy here is an
additional output that stands for no digit.

Source: Hitaj, Ateniese, Perez-Cruz, "Deep Models Under the GAN: Information Leakage
from Collaborative Deep Learning", CCS 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.federated.gradient_exchange import (
    GradientClient,
    GradientServer,
    train_rounds,
)
from ppdl_course.nn import CrossEntropy, Network, train
from ppdl_course.parties.channel import Channel

NOISE = 16


def input_gradients(
    network: Network, x: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's cross entropy and its gradient with respect to the row.

    Args:
        network: Any network with logits as outputs.
        x: Shape (n, inputs).
        labels: Shape (n,).

    Returns:
        Losses of shape (n,), gradients of shape (n, inputs).
    """
    loss = CrossEntropy()
    passes = network.trace(x)
    labels = loss.targets(labels, passes[-1].outputs.shape, network.dtype)
    upstream = loss.gradients(passes[-1].outputs, labels)
    layers = zip(
        network.weights, network.slopes, network.activations, passes, strict=True
    )
    for W, a, f, (_, z, outputs) in reversed(list(layers)):
        upstream = f.backward(z, outputs, a, upstream) @ W[:, 1:]
    return loss.values(passes[-1].outputs, labels), upstream


class Fooled:
    """The generator's loss: how far the discriminator is from seeing class ``a``."""

    def __init__(self, discriminator: Network) -> None:
        self._discriminator = discriminator

    def targets(self, y: Any, outputs: tuple[int, int], dtype: np.dtype) -> np.ndarray:
        """Return ``y``, the class that each image shall have."""
        return np.asarray(y)

    def values(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return -log p_D(a | image) of each image, shape (n,)."""
        return input_gradients(self._discriminator, outputs, targets)[0]

    def gradients(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return its gradient with respect to each image, shape (n, pixels)."""
        return input_gradients(self._discriminator, outputs, targets)[1]


class Adam:
    """Adam (Kingma, Ba, ICLR 2015) on a network's ``flat``, with the paper's betas."""

    def __init__(self, network: Network, *, rate: float) -> None:
        self._network, self._rate, self._steps = network, rate, 0
        self._mean, self._square = (
            np.zeros_like(network.flat),
            np.zeros_like(network.flat),
        )

    def step(self, gradient: np.ndarray) -> None:
        """Move the network against ``gradient``, shape (parameters,)."""
        self._steps += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.001 * (gradient**2 - self._square)
        mean = self._mean / (1 - 0.9**self._steps)
        square = self._square / (1 - 0.999**self._steps)
        self._network.flat -= self._rate * mean / (np.sqrt(square) + 1e-8)


class GANClient(GradientClient):
    """A client that follows the protocol and draws another client's class.

    Args:
        target: The class to draw, which this client has no record of.
        decoy: The label of its fakes; None leaves step 3 out (a passive attack).
        fakes: How many fakes are put among the records in each round.
        generator_steps: Steps of the generator in each round.
        seed_rng: Draws the generator's weights and noise.
        warm_up: Rounds before the first fake is drawn.
        *args: As for :class:`GradientClient`.
        **options: As for :class:`GradientClient`.

    Attributes:
        generator: The network from noise to images.
    """

    def __init__(
        self,
        *args: Any,
        target: int,
        decoy: int | None,
        seed_rng: np.random.Generator,
        fakes: int = 16,
        generator_steps: int = 2,
        warm_up: int = 20,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if decoy == target:
            raise ValueError(f"decoy must differ from target, got {decoy} for both")
        if (self._y == target).any():
            raise ValueError(f"target must be a class not held here, got {target}")
        self._target, self._decoy, self._noise_rng = target, decoy, seed_rng
        at_least(1, fakes=fakes)
        self._fakes = fakes
        self._generator_steps = generator_steps
        self._warm_up, self._round = warm_up, 0
        sizes = [NOISE, 48, self._x.shape[1]]
        self.generator = Network(sizes, "relu", output="sigmoid", rng=seed_rng)
        self._optimiser = Adam(self.generator, rate=0.01)

    def draw(self, count: int) -> np.ndarray:
        """Return generated images, shape (count, pixels), entries in (0, 1)."""
        at_least(1, count=count)
        z = self._noise_rng.normal(size=(count, NOISE))
        return self.generator.forward(z)

    def gradient(self) -> np.ndarray:
        """Return the gradient of own records and fakes, after training G."""
        self._round += 1
        # before the shared model knows the classes it teaches the generator nothing
        if self._round <= self._warm_up:
            return super().gradient()
        self._train_generator()
        rows = self._next_rows()
        x, y = self._x[rows], self._y[rows]
        if self._decoy is not None:
            x, y = poisoned(x, y, self.draw(self._fakes), self._decoy)
        return self.network.loss_and_gradient(x, y, CrossEntropy())[1]

    def _train_generator(self) -> None:
        loss = Fooled(self.network)
        target_labels = np.full(32, self._target)
        for _ in range(self._generator_steps):
            z = self._noise_rng.normal(size=(32, NOISE))
            self._optimiser.step(
                self.generator.loss_and_gradient(z, target_labels, loss)[1]
            )


def poisoned(
    x: np.ndarray, y: np.ndarray, fakes: np.ndarray, decoy: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return own records and, after them, the fakes under the decoy label."""
    return np.vstack([x, fakes]), np.append(y, np.full(len(fakes), decoy))


def train_judge(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Network:
    """Return an independent classifier that can also say "no digit" (class 10).

    A classifier that must name a digit calls many a pattern of noise a 3. This one has
    also learned what is none: pixels of an image shuffled, two digits interleaved or
    laid over each other, grey noise, and a digit under heavy noise.

    Args:
        x: Images that no party of the attack has, shape (n, pixels).
        y: Their labels, 0..9, shape (n,).
        rng: Draws everything.
    """
    a, b = x[rng.permutation(len(x))], x[rng.permutation(len(x))]
    none = [
        rng.permuted(x, axis=1),
        np.where(rng.random(x.shape) < 0.5, a, b),
        rng.random(x.shape),
        np.clip(a + 0.4 * rng.normal(size=x.shape), 0, 1),
        (a + b) / 2,
        np.clip(a * rng.random((len(x), 1)) + 0.7 * rng.random(x.shape), 0, 1),
    ]
    judge = Network([x.shape[1], 96, 11], "relu", rng=rng)
    images = np.vstack([x, x, *none])
    labels = np.concatenate([y, y, np.full(len(none) * len(x), 10)])
    train(judge, images, labels, rate=0.1, momentum=0.5, epochs=40, rng=rng)
    return judge


@dataclass(frozen=True)
class Attack:
    """What an attack over real rounds gave.

    Attributes:
        images: Generated images at the end, shape (n, pixels).
        series: Generated images at some rounds, each (4, pixels), by round.
        model: The global model at the end.
        bytes: What crossed the channel.
    """

    images: np.ndarray
    series: dict[int, np.ndarray]
    model: Network
    bytes: int


def run_attack(
    x: np.ndarray,
    y: np.ndarray,
    *,
    victim: Sequence[int],
    attacker: Sequence[int],
    decoy: int | None,
    rng: np.random.Generator,
    rounds: int = 400,
    victim_trains: bool = True,
    classes: int = 11,
    series: Sequence[int] = (),
) -> Attack:
    """Run gradient exchange between a victim and a :class:`GANClient`.

    Args:
        x: Images of all classes, shape (n, pixels).
        y: Labels, shape (n,).
        victim: Its classes; the first is the one under attack.
        attacker: Classes of the attacker, without the first of the victim's.
        decoy: Label of the fakes, below ``classes``; None for the passive attack.
        rng: Drives everything.
        rounds: Rounds of training.
        victim_trains: False replaces the victim's records of the attacked class by
            none: the control, in which there is nothing to steal.
        classes: Outputs of the shared model.
        series: Rounds after which four images are kept.
    """
    shape = Network([x.shape[1], 48, classes], "relu", rng=rng)
    victim_classes = list(victim) if victim_trains else list(victim)[1:]
    own, theirs = np.isin(y, attacker), np.isin(y, victim_classes)
    kept: dict[int, np.ndarray] = {}
    with Channel("server", "victim", "attacker", keep_bodies=False) as channel:
        server = GradientServer(
            channel["server"], shape, ["victim", "attacker"], rate=0.5
        )
        honest = GradientClient(
            channel["victim"], shape, x[theirs], y[theirs], batch_size=32, rng=rng
        )
        curious = GANClient(
            channel["attacker"], shape, x[own], y[own], batch_size=32, rng=rng,
            target=victim[0], decoy=decoy, seed_rng=rng,
        )  # fmt: skip
        done = 0
        for stop in sorted({*series, rounds}):
            train_rounds(server, [honest, curious], stop - done)
            done = stop
            kept[stop] = curious.draw(4)
        return Attack(curious.draw(200), kept, server.network, channel.bytes)
