"""Garbling timed in a process of its own, on the build that PYTHONPATH names.

Reads one task a line from standard input and answers each with its processor seconds:

    garble      all tables of 1,024 instances of the circuit, dropped as they come
    evaluate    as many instances evaluated, from tables that are in memory
    garble_1    the tables of one instance

``benchmarks/garbling.py`` keeps one such process for each build and asks them in turn.
Runs also under builds from before the modules were put into folders, which took two
threads if not told otherwise: everything here is one thread.
"""

import sys
import time
from pathlib import Path

import numpy as np

try:
    from ppdl_course.mpc.circuits import bristol
    from ppdl_course.mpc.garbling.batched import BatchEvaluator, BatchGarbler
except ImportError:
    from ppdl_course.mpc.garbling_fast import BatchEvaluator, BatchGarbler

    from ppdl_course.mpc import bristol

INSTANCES = 1024


def main(path: str) -> None:
    circuit = bristol.read(Path(path).read_text(encoding="ascii"))
    many, one = BatchGarbler(circuit, INSTANCES), BatchGarbler(circuit, 1)
    evaluator = BatchEvaluator(circuit, many.key, INSTANCES)
    # all of them, 210 MB for AES: builds that read a few again and again would differ
    # in how many of them stay in the cache
    tables = [[chunk.copy() for chunk in many.stream(block)] for block in many.blocks]
    labels = many.labels(0, np.zeros((sum(circuit.inputs), INSTANCES), bool))

    def evaluate() -> None:
        for block, chunks in zip(evaluator.blocks, tables, strict=True):
            evaluator.run(labels[:, block], chunks)

    tasks = {
        "garble": lambda: many.garble(_drop, threads=1),
        "evaluate": evaluate,
        "garble_1": lambda: one.garble(_drop, threads=1),
    }
    for line in sys.stdin:
        start = time.process_time()
        tasks[line.strip()]()
        print(time.process_time() - start, flush=True)


def _drop(block: slice, chunk: np.ndarray) -> None:
    """Take a chunk of tables as a network card would: and forget it."""


if __name__ == "__main__":
    main(sys.argv[1])
