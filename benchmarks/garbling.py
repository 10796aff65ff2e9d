"""How fast circuits are garbled: half gates, tables streamed, all from one run.

circuit                  what was garbled: AES-128 in Bristol Fashion if PPDL_DATA has
                         it, else SIMON 64/128 of our own (1,408 AND gates)
garble_and_per_s_1024    AND gates garbled a second, 1,024 instances
evaluate_and_per_s_1024  AND gates evaluated a second, 1,024 instances
garble_and_per_s_1       the same as the first for a single instance
aes_share                share of the time to garble 1,024 instances that the calls of
                         AES alone take
bytes_per_and            bytes of tables for each AND gate, counted on the stream
ot_per_s                 oblivious transfers a second by extension, 2^20 of them, both
                         parties and the 128 base transfers included, in memory
ratio_to_classical       garble_and_per_s_1024 over the same with our four-row version,
                         gate by gate in batches of 1,024 (it pays for XOR gates too)
seconds_with_ot          one evaluation of the circuit by two parties, everything
                         included but reading the circuit
peak_megabytes_1024      memory that garbling 1,024 instances took beside their inputs'
                         labels (AES: 36,919 wires x 1,024 x 16 bytes = 605 MB)

With ``ppdl bench garbling --baseline FOLDER``, the checkout of another commit, also

garble_ratio_to_baseline, evaluate_ratio_to_baseline, garble_1_ratio_to_baseline
                         the first three rates over those of that build

Garbling and evaluation are timed in processor seconds of one thread, each build in a
process of its own and the builds in turn; the rest in wall time. All are the best of
several runs: other work on the machine only slows a run down. The plan of the circuit
(its layers, made once) is not counted.
"""

import os
import secrets
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ppdl_course.data import MissingDataError, bristol_path
from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.circuit import AND, XOR, Circuit
from ppdl_course.mpc.circuits.library import simon
from ppdl_course.mpc.garbling.batched import BatchGarbler
from ppdl_course.mpc.garbling.classical import Classical
from ppdl_course.mpc.garbling.protocol import play_evaluator, play_garbler
from ppdl_course.mpc.garbling.workspace import CHUNK
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash
from ppdl_course.mpc.transfer.ot_extension import receive_labels, send_labels
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

INSTANCES, TRANSFERS = 1024, 1 << 20
RUNS = {"garble": 8, "evaluate": 8, "garble_1": 25}
ROOT = Path(__file__).parents[1]


def measure(*, baseline: Path | None = None) -> dict[str, float | str]:
    """Return the figures; those against a baseline if one is named.

    Raises:
        ValueError: If ``baseline`` is no checkout of the course.
    """
    circuit, name = _circuit()
    seconds, *other = _seconds(circuit, [ROOT, *([baseline] if baseline else [])])
    ands = circuit.and_gates
    one = BatchGarbler(circuit, 1)
    garble = ands * INSTANCES / seconds["garble"]
    return {
        "circuit": name,
        "garble_and_per_s_1024": garble,
        "evaluate_and_per_s_1024": ands * INSTANCES / seconds["evaluate"],
        "garble_and_per_s_1": ands / seconds["garble_1"],
        "aes_share": _aes() * garble,
        "bytes_per_and": _table_bytes(one) / ands,
        "ot_per_s": TRANSFERS / _best(_transfers, 5),
        "ratio_to_classical": garble * _classical(circuit) / ands,
        "seconds_with_ot": _best(lambda: _together(circuit), 5),
        "peak_megabytes_1024": _memory(BatchGarbler(circuit, INSTANCES)),
    } | {
        f"{task}_ratio_to_baseline": theirs / seconds[task]
        for build in other
        for task, theirs in build.items()
    }


def _seconds(circuit: Circuit, builds: list[Path]) -> list[dict[str, float]]:
    """Return each build's least processor seconds a task, the builds asked in turn."""
    script = Path(__file__).parent / "apart" / "garbling_rates.py"
    least = [dict.fromkeys(RUNS, np.inf) for _ in builds]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / "circuit.txt").write_text(bristol.write(circuit), encoding="ascii")
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, script, folder / "circuit.txt"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ | {"PYTHONPATH": str(build.resolve())},
                )
            )
            for build in builds
        ]
        for task, runs in RUNS.items():
            for _ in range(runs):
                for process, best in zip(processes, least, strict=True):
                    best[task] = min(best[task], _ask(process, task))
    return least


def _ask(process: subprocess.Popen, task: str) -> float:
    process.stdin.write(f"{task}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def _aes() -> float:
    """Return the processor seconds that AES takes for an AND gate, within a chunk.

    Two labels of each of two inputs are permuted, twice each.
    """
    hash_ = LabelHash(secrets.token_bytes(16))
    labels = np.zeros((4 * CHUNK, 2), np.uint64)
    target = np.empty(labels.nbytes + LABEL_BYTES - 1, np.uint8)

    def permute() -> None:
        hash_.permute(labels, target)

    return 2 * _best(permute, 50, time.process_time) / CHUNK


def _circuit() -> tuple[Circuit, str]:
    try:
        text = bristol_path("aes_128.txt").read_text(encoding="ascii")
    except MissingDataError:
        return simon(), "our own SIMON 64/128; PPDL_DATA has no bristol/aes_128.txt"
    return bristol.read(text), "AES-128"


def _best(
    work: Callable[[], object],
    runs: int,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return the shortest time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def _drop(block: slice, chunk: np.ndarray) -> None:
    """Take a chunk of tables as a network card would: and forget it."""


def _table_bytes(garbler: BatchGarbler) -> int:
    return sum(chunk.nbytes for chunk in garbler.stream(garbler.blocks[0]))


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
