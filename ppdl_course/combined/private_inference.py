"""Private inference by the protocols of chapters 6, 7 and 11, each on one task.

Every function classifies rows of ``x`` with the task's network and returns a ``Row``.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ppdl_course.combined.tasks import Row, Task
from ppdl_course.he.inference import lola, two_party_dnn
from ppdl_course.he.inference.fixed_point_network import FixedPointNetwork
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.mpc.garbling.blocks import cut
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
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run


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
        for circuit, instances in layer.circuits():
            cut(circuit, instances, None)
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
