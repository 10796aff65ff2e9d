"""Speed and quality of chapter 2's networks, on one thread.

judgment_ms            the lattice tagger, milliseconds a judgment, 200 read in batches
judgment_alone_ms      the same, one judgment after the other
batching_speedup       ratio of the two
lattice_cost           the lattice's time over that of the same tagger without lexicon
redraw_ms              median redraw of the redaction widget, 300 characters
our_lstm_over_torch    our readable LSTM's time over that of torch.nn.LSTM, 50 steps,
                       batch 64, width 32
f1_lattice, f1_plain   entity F1 on the test judgments
topics_told            share of requested topic words told, with coverage weights
topics_told_plain      the same without topics
"""

import statistics
import time
from collections.abc import Callable

import torch

from ppdl_course.data import load_law_documents
from ppdl_course.families.entities import counts, f1
from ppdl_course.families.initialise import seeded
from ppdl_course.families.recurrent import LSTM, copy_to_torch
from ppdl_course.families.sentences import find_entities
from ppdl_course.families.topics import topic_coverage
from ppdl_course.stored.taggers_and_writers import (
    load_tagger,
    load_writer,
    stories,
    vocabulary,
)
from ppdl_course.widgets.network_families import LONGEST, redaction_explorer


def measure() -> dict[str, float]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _tagging() | _layers() | _writing()
    finally:
        torch.set_num_threads(threads)


def _tagging() -> dict[str, float]:
    documents = load_law_documents("zh", "test")
    texts = [document.text for document in documents]
    truth = [document.entities for document in documents]
    lattice, plain = load_tagger("lattice"), load_tagger("char")
    together = seconds(lambda: find_entities(lattice, texts))
    alone = seconds(lambda: [find_entities(lattice, [text]) for text in texts])
    widget = redaction_explorer(lattice, texts[0])
    redraws = []
    for start in range(20):
        widget.controls["text"].value = "".join(texts[start:])[:LONGEST]
        redraws.append(widget.redraw_ms)
    return {
        "judgment_ms": 1000 * together / len(texts),
        "judgment_alone_ms": 1000 * alone / len(texts),
        "batching_speedup": alone / together,
        "lattice_cost": together / seconds(lambda: find_entities(plain, texts)),
        "redraw_ms": statistics.median(redraws),
        "f1_lattice": f1(counts(truth, find_entities(lattice, texts))),
        "f1_plain": f1(counts(truth, find_entities(plain, texts))),
    }


def _layers() -> dict[str, float]:
    ours = LSTM(16, 32, seeded(1))
    theirs = copy_to_torch(ours)
    x = torch.randn(50, 64, 16, generator=seeded(2))
    return {
        "our_lstm_over_torch": seconds(lambda: ours(x)) / seconds(lambda: theirs(x))
    }


def _writing() -> dict[str, float]:
    topics = stories("test").topics
    told = {}
    for name in ("coverage", "none"):
        numbers = load_writer(name).write(vocabulary().topics(topics), seeded(1))
        words = [[vocabulary().words[n] for n in row] for row in numbers]
        told[name] = topic_coverage(words, topics)
    return {"topics_told": told["coverage"], "topics_told_plain": told["none"]}


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest wall time of ``times`` runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)
