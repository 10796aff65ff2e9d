"""How fast two servers learn on shares: seconds of processor, both parties added.

lr_step_ms, nn_step_ms          an SGD step online: logistic regression 784 -> 1 and
                                784-128-128-10 with ReLU, batch 128, mini-batch opened
                                before
lr_step_with_dealer_ms, nn_...  the same with the dealer's work
nn_megabytes_opened             bytes between the servers in that step, headers too
lr_step_ratio_to_spu, nn_...    SPU 0.9.5 SEMI2K's seconds over ours with the dealer
lr_step_ratio_to_crypten, ...   CrypTen 0.4.1's
ring_product_ratio_to_numpy     128 x 784 x 128 modulo 2^64: numpy's seconds over ours
limb_product_ratio_to_numpy     the same by limbs, without torch
relu_per_s, relu_bytes, relu_rounds     comparison and ReLU on shares, 131,072 numbers
relu_garbled_bytes_ratio        bytes of the garbled ReLU over those
ot_products_per_s, ot_bytes     a cross term 128 x 784 x 1 by transfers, base ones not
                                counted
rlwe_products_per_s, rlwe_bytes a cross term 128 x 784 x 8,192 by ring-LWE, all counted
rlwe_triples_ratio_to_ot        the ratio of the two rates
mnist_accuracy, mnist_seconds   784-128-128-10, four epochs on 8,000 images, tested on
                                2,000; all of it, dealer too; needs PPDL_DATA
mnist_same_labels               share of the test labels that the plain twin gives too

Peers need environments of their own (docs/benchmarks.md): PPDL_SPU_PYTHON and
PPDL_CRYPTEN_PYTHON name their interpreters; without them "not measured" is printed.
One thread each; the best of several runs, for other work only slows a run down.
"""

import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ppdl_course.data import MissingDataError, mnist_test
from ppdl_course.mpc.learning import network, regression, twin
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import Mask
from ppdl_course.mpc.learning.network import NetworkPlan
from ppdl_course.mpc.learning.nonlinear import relu, relu_requests
from ppdl_course.mpc.learning.regression import RegressionPlan
from ppdl_course.mpc.learning.session import together, with_supplies
from ppdl_course.mpc.learning.yao import garbled_relu
from ppdl_course.mpc.sharing.ring_product import limb_product, ring_product
from ppdl_course.mpc.transfer.correlated import CorrelatedReceiver, CorrelatedSender
from ppdl_course.mpc.triples import ot, rlwe
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from ask import peer_seconds
from steps import BATCH, SHAPES, start

NOT_MEASURED = "not measured"
STEPS, RELUS, COLUMNS = 4, 131_072, 8192
FIXED = FixedPoint()


def measure() -> dict[str, float | str]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            figures = _products() | _relus() | _triples() | _mnist()
            steps = {kind: _step(kind) for kind in SHAPES}
            peers = {name: peer_seconds(name) for name in ("spu", "crypten")}
            for kind in SHAPES:  # again: the machine may have been busy at first
                steps[kind] = tuple(map(min, steps[kind], _step(kind)))
    finally:
        torch.set_num_threads(threads)
    for kind, (online, whole, size) in steps.items():
        figures[f"{kind}_step_ms"] = online * 1e3
        figures[f"{kind}_step_with_dealer_ms"] = whole * 1e3
        for name, seconds in peers.items():
            ratio = seconds[kind] / whole if seconds else NOT_MEASURED
            figures[f"{kind}_step_ratio_to_{name}"] = ratio
        if kind == "nn":
            figures["nn_megabytes_opened"] = size / 1e6
    return figures


def _best(work: Callable[[], object], runs: int) -> float:
    """Return the fewest processor seconds of several runs, all threads added."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def _step(kind: str) -> tuple[float, float, float]:
    """Return seconds online, seconds with the dealer, and bytes, of one step."""
    rows, shapes = tuple(range(BATCH)), SHAPES[kind]
    if kind == "lr":
        plan: Any = RegressionPlan(BATCH, shapes[0][0], (rows,), 10)
    else:
        sizes = (shapes[0][0], *(columns for _, columns in shapes))
        plan = NetworkPlan(sizes, BATCH, (rows,), 10)
    x, y, weights = start(kind)
    inputs = [FIXED.encode(x), FIXED.encode(y), [FIXED.encode(w) for w in weights]]
    requests = [r for _ in range(STEPS) for r in plan.step_requests(None)]
    passed: list[list[float]] = []

    def program(server: Any, x: Any, y: Any, w: Any) -> Any:
        (data,) = server.masked(X=x)
        for k in range(STEPS):
            mark(server, k)
            if kind == "lr":
                w = [regression.step(server, plan, data, y, w[0])]
            else:
                w = network.step(server, plan, data, y, w)
        mark(server, STEPS)
        return w

    def mark(server: Any, k: int) -> None:
        server.exchange("mark", None)  # both servers have come so far
        passed[k].append(time.process_time())

    online, dealt, size = [], [], 0.0
    for _ in range(4):
        passed = [[] for _ in range(STEPS + 1)]
        dealer = Dealer()
        begin = time.process_time()
        supplies = dealer.supplies([Mask("X", x.shape), *requests])
        dealt.append((time.process_time() - begin) / STEPS)
        sent = with_supplies(program, supplies, *inputs).channel.messages
        first = [min(times) for times in passed]  # whoever passes a mark first
        online += [b - a for a, b in pairwise(first)]
        begin = next(k for k, m in enumerate(sent) if m.label == "mark")
        size = sum(m.size for m in sent[begin:] if m.label != "mark") / STEPS
    return min(online), min(online) + min(dealt), size


def _products() -> dict[str, float]:
    rng = np.random.default_rng(0)
    a, b = (rng.integers(0, 2**64, s, np.uint64) for s in ((128, 784), (784, 128)))
    for product in (ring_product, limb_product):
        if not np.array_equal(product(a, b), a @ b):
            raise RuntimeError("the exact product must be numpy's, it is not")
    loop = _best(lambda: a @ b, 9)
    return {
        "ring_product_ratio_to_numpy": loop / _best(lambda: ring_product(a, b), 15),
        "limb_product_ratio_to_numpy": loop / _best(lambda: limb_product(a, b), 15),
    }


def _relus() -> dict[str, float]:
    x = np.random.default_rng(1).integers(-(2**31), 2**31, RELUS).view(np.uint64)
    spent, passed = [], []

    def program(server: Any, share: Any) -> Any:
        server.exchange("mark", None)
        passed.append(time.process_time())
        result = relu(server, share)[0]
        server.exchange("mark", None)
        passed.append(time.process_time())
        return result

    for _ in range(7):
        passed.clear()
        supplies = Dealer().supplies(relu_requests(RELUS))
        session = with_supplies(program, supplies, x)
        spent.append(max(passed) - min(passed))  # from the first server to the last
    size = sum(m.size for m in session.channel.messages if m.label != "mark")
    few = x[:640]
    garbled = together(garbled_relu, [], few).bytes / len(few)
    return {
        "relu_per_s": RELUS / min(spent),
        "relu_bytes": size / RELUS,
        "relu_rounds": session.rounds - 2,
        "relu_garbled_bytes_ratio": garbled / (size / RELUS),
    }


def _triples() -> dict[str, float]:
    rng = np.random.default_rng(2)
    u = rng.integers(0, 2**64, (128, 784), np.uint64)
    v = rng.integers(0, 2**64, (784, COLUMNS), np.uint64)
    marks: list[float] = []

    def send(end: Any) -> Any:
        sender = CorrelatedSender(end)
        return [ot.send_product(sender, u, 1) for _ in range(3)]

    def receive(end: Any) -> Any:
        receiver, shares = CorrelatedReceiver(end), []
        for _ in range(3):
            marks.append(time.process_time())
            shares.append(ot.receive_product(receiver, v[:, :1].copy(), 128))
        marks.append(time.process_time())
        return shares

    channel = Channel("A", "B", keep_bodies=False)
    run(channel, send, receive)
    by_ot = u.size / np.diff(marks).min()
    names = ("OT columns", "OT correction")
    ot_bytes = sum(m.size for m in channel.messages if m.label in names) / 3 / u.size
    channel = Channel("A", "B", keep_bodies=False)

    def lattice() -> None:
        run(
            channel,
            lambda end: rlwe.multiply(end, u, COLUMNS),
            lambda end: rlwe.be_multiplied(end, v, 128),
        )

    by_rlwe = u.size * COLUMNS / _best(lattice, 2)
    return {
        "ot_products_per_s": by_ot,
        "ot_bytes": ot_bytes,
        "rlwe_products_per_s": by_rlwe,
        "rlwe_bytes": channel.bytes / 2 / u.size / COLUMNS,
        "rlwe_triples_ratio_to_ot": by_rlwe / by_ot,
    }


def _mnist() -> dict[str, float | str]:
    try:
        images, labels = mnist_test()
    except MissingDataError:
        names = ("mnist_accuracy", "mnist_seconds", "mnist_same_labels")
        return dict.fromkeys(names, NOT_MEASURED)
    x, rng = images.reshape(len(images), -1), np.random.default_rng(3)
    y, sizes, rows = np.eye(10)[labels], (784, 128, 128, 10), 8000
    weights = [rng.normal(size=s) / np.sqrt(2 * s[0]) for s in pairwise(sizes)]
    schedule = regression.batches(rows, BATCH, 4, rng)
    plan = NetworkPlan(sizes, rows, schedule, 9)
    begin = time.process_time()
    session = together(
        lambda server, *shares: network.train(server, plan, *shares),
        plan.requests(),
        FIXED.encode(x[:rows]),
        FIXED.encode(y[:rows]),
        [FIXED.encode(w) for w in weights],
        keep_bodies=False,
    )
    seconds = time.process_time() - begin
    plain = twin.Plain(FIXED, rng)
    wanted = twin.train_network(plain, plan, x[:rows], y[:rows], weights)
    guesses = [
        twin.scores([plain.decode(w) for w in found], x[rows:]).argmax(1)
        for found in ([w.view(np.int64) for w in session.total], wanted)
    ]
    return {
        "mnist_accuracy": float((guesses[0] == labels[rows:]).mean()),
        "mnist_seconds": seconds,
        "mnist_same_labels": float((guesses[0] == guesses[1]).mean()),
    }
