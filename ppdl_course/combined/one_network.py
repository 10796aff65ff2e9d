"""One network, one data set, every way of the course to use it in private.

A trained network of one hidden layer classifies a sample that its owner must not see,
by a protocol of chapter 6 (shares on two servers), 7 (garbled circuits) or 11
(encrypted). The same samples, the same clock, the same columns:

    accuracy     on all test rows, of the plain twin of the protocol
    agree        share of the samples that were run whose label is the twin's
    seconds      processor seconds a sample, all parties added
    bytes        on the wire for a sample, all directions
    rounds       messages that wait for another, for one question
    setup        seconds and bytes before the sample: keys, base transfers, triples

What differs between the rows is not only speed: see ``trust``. Encrypted inference
under CKKS has a network of its own, with squares in place of ReLU, since it cannot
compare. Used by chapter 7 and again by chapter 18.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.he.inference import lola, two_party_dnn
from ppdl_course.he.inference.fixed_point_network import FixedPointNetwork
from ppdl_course.he.inference.square_network import Quadratic, SquareNetwork
from ppdl_course.mpc.garbling.plan import plan
from ppdl_course.mpc.learning import session, twin
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.garbled import mixed, parties
from ppdl_course.mpc.learning.garbled.pruning import prune
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.mpc.learning.garbled.words import Format
from ppdl_course.mpc.learning.material import Mask, Product, Request, Side
from ppdl_course.mpc.learning.network import forward
from ppdl_course.mpc.learning.nonlinear import relu_requests
from ppdl_course.mpc.learning.server import Server
from ppdl_course.nn import Network, train
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run


@dataclass(frozen=True, eq=False)
class Task:
    """A data set and the networks trained on it.

    Attributes:
        name: "digits" or "law".
        x: Training inputs, ``(n, d)``.
        y: Their labels.
        x_test: Test inputs.
        y_test: Their labels.
        relu: A network with one hidden layer of ReLU.
        square: The same sizes, squares in place of ReLU.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    relu: Network
    square: Network


@dataclass(frozen=True)
class Row:
    """One protocol on one task; see the module's text for the columns.

    Attributes:
        method: Its name in ``METHODS``.
        chapter: Where it is taught.
        accuracy: In [0, 1].
        agree: In [0, 1].
        seconds: Processor seconds a sample.
        bytes: Bytes a sample.
        rounds: Of one question.
        setup_seconds: Processor seconds before any sample.
        setup_bytes: Bytes before any sample.
        trust: What must hold for the sample to stay private.
    """

    method: str
    chapter: int
    accuracy: float
    agree: float
    seconds: float
    bytes: int
    rounds: int
    setup_seconds: float
    setup_bytes: int
    trust: str


SIZES = {"digits": (64, 32, 10), "law": (None, 16, 2)}


@lru_cache(maxsize=2)
def load_task(name: str = "digits", *, seed: int = 18) -> Task:
    """Return a task with both networks trained.

    Args:
        name: "digits" or "law".
        seed: Of starting weights and of the order of the examples.

    Raises:
        ValueError: If there is no such task.
    """
    if name not in SIZES:
        raise ValueError(f"name must be one of {sorted(SIZES)}, got {name!r}")
    data = load_digits_split() if name == "digits" else load_law_cases()
    sizes = [data.X_train.shape[1], *SIZES[name][1:]]
    networks = []
    for activation, rate, shrink in (("relu", 0.05, 1), (Quadratic(), 0.003, 0.5)):
        network = Network(sizes, activation, rng=np.random.default_rng(seed))
        network.flat *= shrink  # squares of large numbers would run away
        train(
            network,
            data.X_train,
            data.y_train,
            rate=rate,
            momentum=0.9,
            epochs=30,
            rng=np.random.default_rng(seed + 1),
        )
        networks.append(network)
    return Task(name, data.X_train, data.y_train, data.X_test, data.y_test, *networks)


def garbled(task: Task, x: np.ndarray) -> Row:
    """Run DeepSecure: everything garbled."""
    words = WordNetwork.of(task.relu, sample=task.x)
    row = _two_parties(words, x, parties.Client, parties.Owner)
    return _row("garbled", 7, words, task, x, row, "none, passive parties")


def garbled_pruned(task: Task, x: np.ndarray) -> Row:
    """Run DeepSecure on the network with a sixth to a quarter of its weights."""
    keep = [max(7, size // 6) for size in task.relu.sizes[:-1]]
    small, masks = prune(
        task.relu, task.x, task.y, keep=keep, rng=np.random.default_rng(0)
    )
    words = WordNetwork.of(small, masks=masks, sample=task.x)
    row = _two_parties(words, x, parties.Client, parties.Owner)
    trust = "none, passive parties; the pattern is public"
    return _row("garbled, pruned", 7, words, task, x, row, trust)


def by_transfer(task: Task, x: np.ndarray) -> Row:
    """Run the course's extension: products by transfer, activations garbled."""
    words = WordNetwork.of(task.relu, form=Format(drop=0), sample=task.x)
    row = _two_parties(words, x, mixed.MixedClient, mixed.MixedOwner)
    return _row("products by transfer", 7, words, task, x, row, "none, passive parties")


def two_servers(task: Task, x: np.ndarray) -> Row:
    """Run SecureML's forward pass on two servers; the dealer's work is the setup."""
    fixed, n = FixedPoint(), len(x)
    weights = _with_ones(task.relu)
    requests = inference_requests(
        n, [W.shape[0] for W in weights] + [len(weights[-1].T)]
    )
    inputs = np.column_stack([np.ones(n), x])
    words = [fixed.encode(v) for v in (inputs, *weights)]
    whole = session.together(infer, requests, *words, keep_bodies=False)
    start = time.process_time()
    supplies = Dealer().supplies(requests)
    dealt = time.process_time() - start
    start = time.process_time()
    done = session.with_supplies(infer, supplies, *words)
    seconds = time.process_time() - start
    labels = fixed.decode(done.total).argmax(axis=1)
    test = np.column_stack([np.ones(len(task.x_test)), task.x_test])
    plain = twin.scores([np.rint(W * 2**13) / 2**13 for W in weights], test)
    known = twin.scores([np.rint(W * 2**13) / 2**13 for W in weights], inputs)
    return Row(
        "two servers",
        6,
        float((plain.argmax(axis=1) == task.y_test).mean()),
        float((labels == known.argmax(axis=1)).mean()),
        seconds / n,
        done.bytes // n,
        done.rounds,
        dealt / n,
        (whole.channel.bytes - whole.bytes) // n,
        "two servers and a dealer that do not collude",
    )


def encrypted(task: Task, x: np.ndarray) -> Row:
    """Run LoLa: CKKS, one sample a question, squares in place of ReLU."""
    network = SquareNetwork.from_network(task.square).balanced(task.x)
    channel = Channel("client", "server", keep_bodies=False, max_bytes=2**31)
    start = time.process_time()
    client, server = lola.connect(channel, network)
    setup, setup_bytes = time.process_time() - start, channel.bytes
    rounds, start = channel.rounds, time.process_time()
    scores = [lola.classify(channel, client, server, row, "stacked") for row in x]
    seconds = time.process_time() - start
    return Row(
        "encrypted (LoLa)",
        11,
        float((network.predict(task.x_test) == task.y_test).mean()),
        float((np.argmax(scores, axis=1) == network.predict(x)).mean()),
        seconds / len(x),
        (channel.bytes - setup_bytes) // len(x),
        (channel.rounds - rounds) // len(x),
        setup,
        setup_bytes,
        "none, passive parties; the client sees all scores",
    )


def paillier(task: Task, x: np.ndarray) -> Row:
    """Run 2P-DNN: Paillier for the layers, the key holder for ReLU."""
    network = FixedPointNetwork.of(task.relu)
    start = time.process_time()
    user, server, channel = two_party_dnn.connect(network)
    setup, setup_bytes = time.process_time() - start, channel.bytes
    rounds, start = channel.rounds, time.process_time()
    labels = [two_party_dnn.classify(user, server, network, row) for row in x]
    seconds = time.process_time() - start
    plain = network.forward(task.x_test).astype(float).argmax(axis=1)
    known = network.forward(x).astype(float).argmax(axis=1)
    return Row(
        "encrypted (2P-DNN)",
        11,
        float((plain == task.y_test).mean()),
        float((np.array(labels) == known).mean()),
        seconds / len(x),
        (channel.bytes - setup_bytes) // len(x),
        (channel.rounds - rounds) // len(x),
        setup,
        setup_bytes,
        "the client: signs of hidden units and all scores are open to it",
    )


Method = Callable[[Task, np.ndarray], Row]
METHODS: dict[str, Method] = {
    "garbled": garbled,
    "garbled, pruned": garbled_pruned,
    "products by transfer": by_transfer,
    "two servers": two_servers,
    "encrypted (LoLa)": encrypted,
    "encrypted (2P-DNN)": paillier,
}


def compare(
    task: Task, *, methods: Sequence[str] = tuple(METHODS), samples: int = 2
) -> list[Row]:
    """Run the first test rows through each method.

    Args:
        task: See :func:`load_task`.
        methods: Names from ``METHODS``.
        samples: How many rows.

    Raises:
        ValueError: If a method is unknown or ``samples`` is below 1.
    """
    at_least(1, samples=samples)
    for name in methods:
        if name not in METHODS:
            raise ValueError(f"methods must be of {sorted(METHODS)}, got {name!r}")
    return [METHODS[name](task, task.x_test[:samples]) for name in methods]


def infer(server: Server, x: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    """Return a server's share of the scores; material of :func:`inference_requests`."""
    matrices = {"X": x} | {f"w{k}": w for k, w in enumerate(weights)}
    opened = server.masked(**matrices)
    return forward(server, opened[0], opened[1:])[0]


def inference_requests(rows: int, sizes: Sequence[int]) -> list[Request]:
    """Return the material that one forward pass takes."""
    shapes = list(pairwise(sizes))
    requests: list[Request] = [Mask("X", (rows, sizes[0]))]
    requests += [Mask(f"w{k}", shape) for k, shape in enumerate(shapes)]
    side = Side("X")
    for k, (_, units) in enumerate(shapes):
        requests.append(Product(side, Side(f"w{k}")))
        if k < len(shapes) - 1:
            requests += relu_requests(rows * units, name=f"relu{k}")
            requests.append(Mask(f"a{k + 1}", (rows, units)))
            side = Side(f"a{k + 1}")
    return requests


def _with_ones(network: Network) -> list[np.ndarray]:
    """Return weights ``(inputs, units)``, biases on a unit that is always 1."""
    found = []
    for k, W in enumerate(network.weights):
        matrix = W.T.astype(float)
        if k < len(network.weights) - 1:
            one = np.zeros((len(matrix), 1))
            one[0] = 1
            matrix = np.column_stack([one, matrix])
        found.append(matrix)
    return found


@dataclass(frozen=True)
class _Run:
    labels: np.ndarray
    seconds: float
    bytes: int
    rounds: int
    setup_seconds: float
    setup_bytes: int


def _two_parties(words: WordNetwork, x: np.ndarray, client: Any, owner: Any) -> _Run:
    """Connect, then ask one question of all rows, each party in a thread."""
    for layer in words.shape.layers:  # plans are made once and kept: not counted
        for circuit, _ in layer.circuits():
            plan(circuit)
    with Channel("client", "owner", keep_bodies=False) as channel:
        mine = client(channel["client"], words.shape)
        theirs = owner(channel["owner"], words)
        start = time.process_time()
        run(channel, lambda _: mine.connect(), lambda _: theirs.connect())
        setup, setup_bytes = time.process_time() - start, channel.bytes
        before = channel.rounds
        start = time.process_time()
        labels, _ = run(channel, lambda _: mine.classify(x), lambda _: theirs.serve())
        seconds = time.process_time() - start
        sent, rounds = channel.bytes - setup_bytes, channel.rounds - before
    return _Run(labels, seconds, sent, rounds, setup, setup_bytes)


def _row(
    name: str,
    chapter: int,
    words: WordNetwork,
    task: Task,
    x: np.ndarray,
    run: _Run,
    trust: str,
) -> Row:
    return Row(
        name,
        chapter,
        words.accuracy(task.x_test, task.y_test),
        float((run.labels == words.predict(x)).mean()),
        run.seconds / len(x),
        run.bytes // len(x),
        run.rounds,
        run.setup_seconds,
        run.setup_bytes,
        trust,
    )
