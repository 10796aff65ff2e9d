"""What the authority of [24] reads where the cloud leaves its masks out."""

import numpy as np
import pytest

from ppdl_course.attacks.unblinded_switch import read_records, readable
from ppdl_course.he.joint_training import advanced
from ppdl_course.he.joint_training.plan import Plan, plain_training

PLAN = Plan(features=2, rows=24, steps=1, ring_degree=32)  # toy size, insecure
RNG = np.random.default_rng(3)
X, Y = RNG.uniform(-1, 1, (24, 2)), RNG.integers(0, 2, 24)
RECORDS = {"court A": (X[:9], Y[:9]), "court B": (X[9:], Y[9:])}
PLAIN = np.vstack([PLAN.encode(X).T, Y[None]])


@pytest.fixture(scope="module", params=[True, False], ids=["blind", "bare"])
def run(request):
    return request.param, advanced.train(PLAN, RECORDS, blind=request.param)


def read(training):
    return read_records(training.authority.master, training.view("authority"), PLAN)


def test_the_authority_reads_every_record_or_none(run):
    blind, training = run
    blocks = read(training)
    assert [block.shape for block in blocks] == [(4, 9), (4, 15)]
    assert readable(blocks, PLAN) == (0 if blind else 1)
    assert (np.hstack(blocks) == PLAIN).all() == (not blind)
    assert (np.hstack(blocks) == PLAIN).any() == (not blind)


def test_nobody_else_notices(run):
    """The model is right, and the messages are those of an honest run."""
    _, training = run
    path = plain_training(PLAN, PLAN.encode(X), Y, training.offsets)
    np.testing.assert_array_equal(training.models["court A"], PLAN.decode(path[-1]))
    assert [m.label for m in training.channel.messages] == [
        *["parameters"] * 3,
        "evaluation keys",
        *["upload"] * 2,
        *("blinded records", "columns"),
        *("blinded update", "rounded update"),
        *("blinded model", "switched model"),
        *["model"] * 2,
    ]


def test_without_the_message_there_is_nothing_to_read(run):
    _, training = run
    view = training.view("court A")
    with pytest.raises(ValueError, match="view must hold the message"):
        read_records(training.authority.master, view, PLAN)
