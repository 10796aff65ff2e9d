"""[24], basic: the twin's weights under a joint key, and what each party can open."""

from dataclasses import replace

import numpy as np
import pytest

from ppdl_course.he.joint_training import basic
from ppdl_course.he.joint_training.joint_keys import open_jointly
from ppdl_course.he.joint_training.plan import plain_training, update
from ppdl_course.he.joint_training.residues import from_wire, join
from ppdl_course.parties.views import uniform_p_value

OWNERS = ("court A", "court B", "court C")


@pytest.fixture(scope="module")
def training(plan, records):
    return basic.train(plan, records)


def test_all_owners_get_the_weights_of_the_plain_twin(training, plan, everything):
    offsets = basic.half_offsets(plan)
    wanted = plan.decode(plain_training(plan, *everything, offsets)[-1])
    assert set(training.models) == set(OWNERS)
    for model in training.models.values():
        np.testing.assert_array_equal(model, wanted)
    assert np.abs(wanted).max() > 0.2


def test_keys_are_joined_before_anything_is_encrypted(training):
    labels = [m.label for m in training.channel.messages]
    assert labels.index("joint key") > max(
        k for k, label in enumerate(labels) if label == "second round"
    )
    assert labels.index("upload") > labels.index("joint key")


def test_partial_decryptions_never_reach_the_cloud(training):
    for m in training.channel.view("cloud"):
        assert m.label != "partial decryptions"
    held = {type(v).__name__ for v in vars(training.cloud).values()}
    assert "KeyShare" not in held


def slots_of(training, plan, step=0):
    """What all owners together open in a step, before summing."""
    sizes = [plan.parameters(t) for t in plan.plain_primes]
    end = "court B"
    sent = [m for m in training.channel.view(end) if m.label == "covered update"]
    partials = {
        m.sender: m.payload
        for m in training.channel.view(end)
        if m.label == "partial decryptions" and m.receiver == end
    }
    if step == 0:  # the first message of each fellow is the first step's
        partials = {}
        for m in training.channel.view(end):
            if m.label == "partial decryptions" and m.receiver == end:
                partials.setdefault(m.sender, m.payload)
    own = next(
        m.payload
        for m in training.channel.view(end)
        if m.label == "partial decryptions" and m.sender == end
    )
    everyone = [own, *partials.values()]
    columns = []
    for j, value in enumerate(sent[0].payload):
        cs = from_wire(value, plan, "update")
        parts = [
            open_jointly(p, c, [part[j][i] for part in everyone])
            for i, (p, c) in enumerate(zip(sizes, cs, strict=True))
        ]
        columns.append(join(parts, plan.plain_primes))
    return columns


def test_owners_open_uniform_slots_of_which_only_the_sum_is_right(
    training, plan, everything
):
    columns, whole = slots_of(training, plan), plan.plain_modulus
    wanted = update(plan, *everything, np.zeros(4, dtype=object))
    assert [sum(c) % whole for c in columns] == [int(u) % whole for u in wanted]
    cells = [v * 16 // whole for column in columns for v in column]
    assert uniform_p_value(cells, 16) > 1e-6


def test_without_masks_every_owner_reads_the_gradients_of_others_records(
    plan, records, everything
):
    run = basic.train(replace(plan, steps=1), records, cover=False)
    x, y = everything
    columns = slots_of(run, plan)
    own = update(plan, x[:1], y[:1], np.zeros(4, dtype=object))  # a record of court A
    assert [c[0] for c in columns] == [int(u) % plan.plain_modulus for u in own]


def test_what_the_owners_open_has_a_flood_of_noise(training, plan):
    """Before the slots are read: the cloud's flood, of which the owners see the sum."""
    (sizes, *_) = (plan.parameters(t) for t in plan.plain_primes)
    sent = [m for m in training.channel.view("court B") if m.label == "covered update"]
    at = sizes.ring(plan.last_level)
    secret = sum(owner._shares[0]._s for owner in training.owners.values())
    for value in sent[0].payload:
        c = from_wire(value, plan, "update")[0]
        phase = (c.parts[0] + at.multiply(c.parts[1], at.residues(secret))) % at.q
        noise = max(int(abs(v)) for v in at.integers(phase))
        assert noise > sizes.t * 2**4 * 2**plan.hiding
        assert noise < at.modulus // 2**8


def test_rows_that_are_not_the_plans_are_refused_before_keys_are_joined(plan, records):
    few = {name: (x[:2], y[:2]) for name, (x, y) in records.items()}
    with pytest.raises(ValueError, match="rows must be the plan's 48 in all, got 6"):
        basic.train(plan, few)


def test_records_out_of_range_are_refused(plan, records):
    bad = dict(records)
    bad["court B"] = (records["court B"][0] * 3, records["court B"][1])
    with pytest.raises(ValueError, match=r"x must be within \+-1"):
        basic.train(plan, bad)
