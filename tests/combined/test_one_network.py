"""The harness: each method gives its twin's labels; columns mean what they say."""

import numpy as np
import pytest

from ppdl_course.combined.one_network import METHODS, compare, load_task
from ppdl_course.combined.private_inference import inference_requests


@pytest.fixture(scope="module")
def rows():
    return {row.method: row for row in compare(load_task("digits"), samples=2)}


def test_every_method_gives_the_labels_of_its_plain_twin(rows):
    assert set(rows) == set(METHODS)
    assert all(row.agree == 1 for row in rows.values())


def test_all_reach_the_accuracy_of_the_plain_network(rows):
    task = load_task("digits")
    plain = (task.relu.predict(task.x_test) == task.y_test).mean()
    for row in rows.values():
        assert row.accuracy > plain - 0.03, row.method


def test_the_order_of_bytes_and_rounds(rows):
    """What chapters 6, 7 and 11 say of each other."""
    sizes = {name: row.bytes for name, row in rows.items()}
    assert sizes["garbled"] > 5 * sizes["garbled, pruned"]
    assert sizes["garbled, pruned"] > 5 * sizes["products by transfer"]
    assert sizes["products by transfer"] > sizes["two servers"]
    assert all(row.rounds < 25 for row in rows.values())
    assert rows["encrypted (LoLa)"].rounds < rows["garbled"].rounds
    keys = rows["encrypted (LoLa)"].setup_bytes
    assert keys > 10 * max(row.setup_bytes for row in rows.values() if row.chapter == 7)


def test_every_row_says_whom_one_must_trust(rows):
    assert "do not collude" in rows["two servers"].trust
    assert all(row.trust and row.seconds > 0 for row in rows.values())


def test_the_law_task_has_two_outcomes():
    task = load_task("law")
    assert task.relu.sizes == (task.x.shape[1], 16, 2)
    (row,) = compare(task, methods=["products by transfer"], samples=3)
    assert row.agree == 1
    assert row.accuracy > max(np.bincount(task.y_test)) / len(task.y_test)


def test_material_follows_the_sizes():
    short, long = (inference_requests(3, s) for s in ((5, 4, 2), (5, 4, 4, 2)))
    assert len(long) - len(short) == 1 + 1 + 3 + 1  # weight, product, ReLU, mask


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"name must be one of \['digits', 'law'\]"):
        load_task("faces")
    with pytest.raises(ValueError, match="methods must be of"):
        compare(load_task("digits"), methods=["by post"])
    with pytest.raises(ValueError, match="samples must be an integer >= 1, got 0"):
        compare(load_task("digits"), samples=0)
