"""Networks under garbled circuits: gates, errors, bytes and seconds, all from one run.

sigmoid_ands, tanh_ands      AND gates of a 16-bit activation by straight pieces
sigmoid_worst_error_log2     log2 of the largest error over all 65,536 words; the same
                             for tanh
cordic_sigmoid_ands          the same by CORDIC, the paper's way (its table: 3,932)
ands_a_term                  AND gates of a dense layer of 64 inputs and 32 units, over
                             its 2,048 products
dense_error_units            largest error of such a layer, in units of 2^-12, over
                             1,000 samples and 32 units
garbled_64_32_10_megabytes   one digit through 64-32-10, 16-bit words, all garbled:
                             everything that crosses, base transfers included
garbled_64_32_10_seconds     processor seconds of both parties for it, base transfers
                             and plans apart (made once a session)
garbled_64_32_10_ands        its AND gates
mixed_617_50_26_megabytes    617-50-26 with tanh (the paper's B3), products by transfer
mixed_617_50_26_seconds      processor seconds of both parties for it
mixed_617_50_26_ratio_to_garbled
                             seconds of the same network all garbled, over these
pruned_ratio                 AND gates of 64-32-10 over those after projection, pruning
                             and retraining
pruned_points_lost           percentage points of accuracy that this costs on the test
                             digits; below 0 if it gains
paper_b2_megabytes, paper_b3_megabytes
                             the paper's benchmarks, recomputed from its table of gates

Counts, errors and bytes are the same on every machine. Seconds are the best of several
questions, one thread a party, in memory; both parties' work is added.
"""

import math
import time

import numpy as np

from ppdl_course.data import load_digits_split
from ppdl_course.mpc.circuits.activations import ACTIVATIONS
from ppdl_course.mpc.circuits.gate_table import BENCHMARKS, network
from ppdl_course.mpc.garbling.blocks import cut
from ppdl_course.mpc.learning.garbled.mixed import MixedClient, MixedOwner
from ppdl_course.mpc.learning.garbled.parties import Client, Owner
from ppdl_course.mpc.learning.garbled.projection import grow_dictionary
from ppdl_course.mpc.learning.garbled.pruning import prune
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.mpc.learning.garbled.words import Format
from ppdl_course.nn import Network, train
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

REPEATS = 7


def measure() -> dict[str, float]:
    figures = _circuits() | _dense()
    digits = load_digits_split()
    net = _trained(digits.X_train, digits.y_train)
    words = WordNetwork.of(net, sample=digits.X_train)
    seconds, megabytes = _question(words, Client, Owner, digits.X_test[:1], REPEATS)
    figures |= {
        "garbled_64_32_10_megabytes": megabytes,
        "garbled_64_32_10_seconds": seconds,
        "garbled_64_32_10_ands": words.shape.and_gates,
    }
    return figures | _mixed() | _pruned(words) | _paper()


def _circuits() -> dict[str, float]:
    found = {}
    for name in ("sigmoid", "tanh"):
        found[f"{name}_ands"] = ACTIVATIONS[name].and_gates
        error = ACTIVATIONS[name].worst_error()
        found[f"{name}_worst_error_log2"] = math.log2(error)
    found["cordic_sigmoid_ands"] = ACTIVATIONS["sigmoid by CORDIC"].and_gates
    return found


def _dense() -> dict[str, float]:
    """Inputs in [0, 1) and weights in [-1/4, 1/4), drawn on the grid of the words."""
    rng = np.random.default_rng(0)
    W = rng.integers(-1024, 1024, (32, 65)) / 4096
    W[:, 0] = 0
    net = Network.from_weights([W])
    words = WordNetwork.of(net, output="scores")
    x = rng.integers(0, 4096, (1000, 64)) / 4096
    layer = words.shape.layers[0]
    return {
        "ands_a_term": layer.and_gates / layer.links,
        "dense_error_units": float(
            np.abs(words.forward(x) - net.forward(x) * 4096).max()
        ),
    }


def _mixed() -> dict[str, float]:
    rng = np.random.default_rng(1)
    net = Network([617, 50, 26], "sigmoid", rng=rng)
    x = rng.uniform(-1, 1, (1, 617))
    exact = WordNetwork.of(net, form=Format(drop=0), activation="tanh")
    garbled = WordNetwork.of(net, activation="tanh")
    # in turn: what slows the machine down slows both
    runs = [
        (
            _question(exact, MixedClient, MixedOwner, x, REPEATS),
            _question(garbled, Client, Owner, x, 2),
        )
        for _ in range(2)
    ]
    seconds = min(mine[0] for mine, _ in runs)
    return {
        "mixed_617_50_26_megabytes": runs[0][0][1],
        "mixed_617_50_26_seconds": seconds,
        "mixed_617_50_26_ratio_to_garbled": min(all_[0] for _, all_ in runs) / seconds,
    }


def _pruned(full: WordNetwork) -> dict[str, float]:
    digits = load_digits_split()
    dictionary = grow_dictionary(digits.X_train, gamma=0.25)
    x, test = dictionary.project(digits.X_train), dictionary.project(digits.X_test)
    small, masks = prune(
        _trained(x, digits.y_train),
        x,
        digits.y_train,
        keep=(8, 10),
        rng=np.random.default_rng(2),
    )
    words = WordNetwork.of(small, masks=masks, sample=x)
    before = full.accuracy(digits.X_test, digits.y_test)
    return {
        "pruned_ratio": full.shape.and_gates / words.shape.and_gates,
        "pruned_points_lost": 100 * (before - words.accuracy(test, digits.y_test)),
    }


def _paper() -> dict[str, float]:
    return {
        f"paper_{name.lower()}_megabytes": network(sizes, activation).megabytes
        for name, (sizes, activation, _) in BENCHMARKS.items()
    }


def _trained(x: np.ndarray, y: np.ndarray) -> Network:
    net = Network([x.shape[1], 32, 10], "relu", rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    train(net, x, y, rate=0.05, momentum=0.9, epochs=60, rng=rng)
    return net


def _question(
    words: WordNetwork, client: type, owner: type, x: np.ndarray, repeats: int
) -> tuple[float, float]:
    """Return processor seconds of a question, and megabytes with the connecting."""
    for layer in words.shape.layers:
        for circuit, instances in layer.circuits():
            cut(circuit, instances, None)
    cut(words.shape.last, 1, None)
    with Channel("client", "owner", keep_bodies=False) as channel:
        mine = client(channel["client"], words.shape)
        theirs = owner(channel["owner"], words)
        run(channel, lambda _: mine.connect(), lambda _: theirs.connect())
        seconds, sent = [], 0
        for _ in range(repeats):
            start = time.process_time()
            labels, _ = run(
                channel, lambda _: mine.classify(x), lambda _: theirs.serve()
            )
            seconds.append(time.process_time() - start)
            if labels.tolist() != words.predict(x).tolist():
                raise AssertionError("the garbled network gave another label")
            sent = sent or channel.bytes
    return min(seconds), sent / 1e6
