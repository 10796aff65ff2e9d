"""How fast circuits are garbled: half gates, tables streamed, all from one run.

circuit                  what was garbled: AES-128 in Bristol Fashion if PPDL_DATA has
                         it, else SIMON 64/128 of our own (1,408 AND gates)
garble_and_per_s_1024    AND gates garbled a second, 1,024 instances, all cores
evaluate_and_per_s_1024  AND gates evaluated a second, 1,024 instances, all cores
garble_and_per_s_1       the same for a single instance
bytes_per_and            bytes of tables for each AND gate, counted on the stream
ot_per_s                 oblivious transfers a second by extension, 2^20 of them, both
                         parties and the 128 base transfers included, in memory
ratio_to_classical       garble_and_per_s_1024 over the same with our four-row version,
                         gate by gate in batches of 1,024 (it pays for XOR gates too)
seconds_with_ot          one evaluation of the circuit by two parties, everything
                         included but reading the circuit
peak_megabytes_1024      memory that garbling 1,024 instances took beside their inputs'
                         labels (AES: 36,919 wires x 1,024 x 16 bytes = 605 MB)

Rates are the best of several runs: other work on the machine only slows a run down.
The plan of the circuit (its layers, made once) is not counted.
"""

import secrets
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ppdl_course.data import MissingDataError, bristol_path
from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.circuit import AND, XOR, Circuit
from ppdl_course.mpc.circuits.library import simon
from ppdl_course.mpc.garbling.batched import (
    THREADS,
    BatchEvaluator,
    BatchGarbler,
)
from ppdl_course.mpc.garbling.classical import Classical
from ppdl_course.mpc.garbling.plan import plan
from ppdl_course.mpc.garbling.protocol import play_evaluator, play_garbler
from ppdl_course.mpc.label_hash import LabelHash
from ppdl_course.mpc.transfer.ot_extension import receive_labels, send_labels
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

INSTANCES, TRANSFERS = 1024, 1 << 20


def measure() -> dict[str, float | str]:
    circuit, name = _circuit()
    plan(circuit)
    ands = circuit.and_gates
    many = BatchGarbler(circuit, INSTANCES)
    rates = [
        ands * INSTANCES / _best(lambda t=t: many.garble(_drop, threads=t), 5)
        for t in {1, THREADS}
    ]
    one = BatchGarbler(circuit, 1)
    return {
        "circuit": name,
        "garble_and_per_s_1024": max(rates),
        "evaluate_and_per_s_1024": ands * INSTANCES / _evaluation(circuit),
        "garble_and_per_s_1": ands / _best(lambda: one.garble(_drop), 15),
        "bytes_per_and": _table_bytes(one) / ands,
        "ot_per_s": TRANSFERS / _best(_transfers, 5),
        "ratio_to_classical": max(rates) * _classical(circuit) / ands,
        "seconds_with_ot": _best(lambda: _together(circuit), 5),
        "peak_megabytes_1024": _memory(many),
    }


def _circuit() -> tuple[Circuit, str]:
    try:
        text = bristol_path("aes_128.txt").read_text(encoding="ascii")
    except MissingDataError:
        return simon(), "our own SIMON 64/128; PPDL_DATA has no bristol/aes_128.txt"
    return bristol.read(text), "AES-128"


def _best(work: Callable[[], object], runs: int) -> float:
    """Return the shortest wall time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _drop(block: slice, chunk: np.ndarray) -> None:
    """Take a chunk of tables as a network card would: and forget it."""


def _table_bytes(garbler: BatchGarbler) -> int:
    return sum(chunk.nbytes for chunk in garbler.stream(garbler.blocks[0]))


def _evaluation(circuit: Circuit) -> float:
    """Return the seconds to evaluate 1,024 instances, their tables being at hand."""
    garbler = BatchGarbler(circuit, INSTANCES)
    bits = np.zeros((sum(circuit.inputs), INSTANCES), bool)
    labels = garbler.labels(0, bits)
    evaluator = BatchEvaluator(circuit, garbler.key, INSTANCES)
    blocks = evaluator.blocks[:4]  # tables of all blocks would fill the memory
    tables = [[chunk.copy() for chunk in garbler.stream(b)] for b in blocks]

    def work(k: int) -> None:
        evaluator.run(labels[:, blocks[k % 4]], tables[k % 4])

    def threaded(threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(len(evaluator.blocks))))

    return min(_best(lambda t=t: threaded(t), 5) for t in {1, THREADS})


def _transfers() -> None:
    labels = np.zeros((TRANSFERS, 2), np.uint64)
    choices = np.zeros(TRANSFERS, bool)
    run(
        Channel("sender", "receiver", keep_bodies=False),
        lambda end: send_labels(end, labels, labels),
        lambda end: receive_labels(end, choices),
    )


def _classical(circuit: Circuit) -> float:
    """Return the four-row version's seconds for one instance of all gates."""
    scheme, token = Classical(), secrets.token_bytes
    hash_ = LabelHash(token(16))
    a, b = (scheme.fresh(None, INSTANCES, token) for _ in range(2))
    gates = circuit.and_gates + circuit.xor_gates

    def sample() -> None:
        for gate in range(20):
            op = AND if gate % 2 else XOR
            scheme.garble(op, a, b, gate, hash_, None, token)

    return _best(sample, 5) / 20 * gates / INSTANCES


def _together(circuit: Circuit) -> None:
    bits = [np.zeros(width, bool) for width in circuit.inputs]
    run(
        Channel("garbler", "evaluator", keep_bodies=False),
        lambda end: play_garbler(end, circuit, bits[0]),
        lambda end: play_evaluator(end, circuit, bits[1]),
    )


def _memory(garbler: BatchGarbler) -> float:
    tracemalloc.start()
    garbler.garble(_drop)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6
