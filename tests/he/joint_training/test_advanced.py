"""[24], advanced: the plain twin's weights, owners offline, servers that see noise."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ppdl_course.attacks.unblinded_switch import read_records, readable
from ppdl_course.he.joint_training import advanced
from ppdl_course.he.joint_training.authority import Authority
from ppdl_course.he.joint_training.cloud import Cloud
from ppdl_course.he.joint_training.packed_records import groups, layout, ungroup
from ppdl_course.he.joint_training.plan import Plan, plain_training
from ppdl_course.he.joint_training.residues import from_wire
from ppdl_course.he.lattice import bgv
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.views import uniform_p_value
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import UserSecret

OWNERS = ("court A", "court B", "court C")


@pytest.fixture(scope="module")
def training(plan, records):
    return advanced.train(plan, records)


def test_all_owners_get_the_weights_of_the_plain_twin(training, plan, everything):
    wanted = plan.decode(plain_training(plan, *everything, training.offsets)[-1])
    assert set(training.models) == set(OWNERS)
    for model in training.models.values():
        np.testing.assert_array_equal(model, wanted)
    assert np.abs(wanted).max() > 0.2  # something was learnt


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_twin_for_other_sizes_too(seed):
    rng = np.random.default_rng(seed)
    features, rows = int(rng.integers(1, 4)), int(rng.integers(2, 17))
    plan = Plan(features, rows, steps=2, rate=0.5, ring_degree=16)
    x = rng.choice([-1.0, 0.0, 1.0], (rows, features))
    y = rng.integers(0, 2, rows)
    cut = int(rng.integers(1, rows))
    run = advanced.train(plan, {"a": (x[:cut], y[:cut]), "b": (x[cut:], y[cut:])})
    wanted = plan.decode(plain_training(plan, plan.encode(x), y, run.offsets)[-1])
    np.testing.assert_array_equal(run.models["a"], wanted)
    np.testing.assert_array_equal(run.models["b"], wanted)


def test_owners_are_offline_between_upload_and_model(training):
    """From the transcript: keys' parameters, one upload, and then only the result."""
    messages = training.channel.messages
    for owner in OWNERS:
        view = [(m.sender, m.label) for m in training.view(owner)]
        assert view == [
            ("authority", "parameters"),
            (owner, "upload"),
            ("cloud", "model"),
        ]
    uploads = [k for k, m in enumerate(messages) if m.label == "upload"]
    models = [k for k, m in enumerate(messages) if m.label == "model"]
    between = messages[max(uploads) + 1 : min(models)]
    assert len(between) == 2 + 2 * training.cloud.plan.steps + 2
    assert {m.sender for m in between} == {"cloud", "authority"}


def opened_updates(training, plan):
    """What the authority decrypts in the steps: slots, by step and weight."""
    keys = training.authority._keys
    return [
        [keys.decrypt(from_wire(value, plan, "update")) for value in m.payload]
        for m in training.view("authority")
        if m.label == "blinded update"
    ]


def test_the_authority_sees_records_under_masks(training, plan, everything):
    blocks = read_records(training.authority.master, training.view("authority"), plan)
    seen = np.hstack(blocks)
    x, y = everything
    assert seen.shape == (plan.features + 2, plan.rows)
    assert readable(blocks, plan) == 0
    masks = (seen - np.vstack([x.T, y[None]])).ravel()
    assert min(masks) >= 0
    assert max(masks) < 2 ** (plan.x_bits + plan.hiding)
    assert len(set(masks)) == masks.size  # a mask for each number
    sixteenths = [int(m) * 16 >> (plan.x_bits + plan.hiding) for m in masks]
    assert uniform_p_value(sixteenths, 16) > 1e-6


def test_the_authority_sees_uniform_slots_and_a_masked_sum(training, plan):
    steps = opened_updates(training, plan)
    assert len(steps) == plan.steps
    whole = plan.plain_modulus
    slots = [v for step in steps for column in step for v in column]
    assert uniform_p_value([v * 16 // whole for v in slots], 16) > 1e-6
    # a sum is U + bound + mask: beyond the bound of U by 2^hiding, and not by more
    sums = [sum(column) % whole for step in steps for column in step]
    top = 2 * plan.update_bound * (2**plan.hiding + 1)
    assert max(sums) < top
    assert np.median([math.log2(v) for v in sums]) > math.log2(top) - 4


def test_low_bits_of_what_the_authority_rounds_are_uniform(plan, records):
    """The offset covers them: a fixed one would show U modulo 2^k."""
    run = advanced.train(replace(plan, steps=1), records)
    for _ in range(15):  # the same update, blinded anew
        run.cloud.ask_update()
    k, cells = plan.dropped_bits, []
    for columns in opened_updates(run, plan)[1:]:
        for column in columns:
            low = sum(column) % plan.plain_modulus % 2**k
            cells.append(low * 4 >> k)
    assert len(cells) == 60
    assert uniform_p_value(cells, 4) > 1e-6


def test_the_authority_sees_the_model_under_a_mask_in_slots_of_noise(training, plan):
    (message,) = [m for m in training.view("authority") if m.label == "blinded model"]
    keys = training.authority._keys
    opened = [keys.decrypt(from_wire(v, plan, "model")) for v in message.payload]
    for column in opened:
        assert plan.largest_weight * 2**20 < column[0]
        assert column[0] < plan.largest_weight * (2**plan.hiding + 2)
        assert len(set(column)) == plan.ring_degree  # no slot repeats the weight
    rest = [v * 16 // plan.plain_modulus for column in opened for v in column[1:]]
    assert uniform_p_value(rest, 16) > 1e-6


@pytest.mark.parametrize("label", ["blinded update", "blinded model"])
def test_the_noise_that_the_authority_sees_is_a_flood(training, plan, label):
    """Wider by 2^hiding than that of what the cloud computed."""
    for m in training.view("authority"):
        if m.label != label:
            continue
        for value in m.payload:
            cs = from_wire(value, plan, label)
            for secret, c in zip(training.authority._keys._secrets, cs, strict=True):
                floor = math.log2(secret.parameters.t) + 4
                assert bgv.noise_bits(secret, c) > floor + plan.hiding
                assert bgv.noise_budget(secret, c) > 2


def test_the_cloud_holds_no_key_that_decrypts(training):
    held = [training.cloud, training.cloud._public, *training.cloud._public.evaluators]
    kinds = {type(v).__name__ for part in held for v in vars(part).values()}
    assert kinds.isdisjoint({"MasterSecret", "UserSecret", "Factors", "SecretKey"})
    labels = {m.label for m in training.view("cloud") if m.receiver == "cloud"}
    assert labels == {
        *("parameters", "evaluation keys", "upload"),
        *("columns", "rounded update", "switched model"),
    }


def test_the_cloud_cannot_open_what_it_forwards(training, plan):
    """It tries with a key of its own."""
    parameters = training.cloud._parameters
    mine = UserSecret.generate(parameters)
    for m in training.view("cloud"):
        if m.label == "upload":
            with pytest.raises(ValueError, match="not encrypted under this key"):
                mine.raw_decrypt(tuple(m.payload[2][0]))


def test_two_uploads_of_the_same_records_have_nothing_in_common(plan, records):
    once, again = (
        {
            m.payload[2][0]
            for m in advanced.train(replace(plan, steps=1), records).view("cloud")
            if m.label == "upload"
        }
        for _ in range(2)
    )
    assert once.isdisjoint(again)


@pytest.fixture
def waiting(plan):
    """A cloud that waits for one owner's upload, and the owner's end."""
    channel = Channel("court A", "cloud", "authority")
    master = MasterSecret.from_primes(*PUBLISHED[512])
    Authority(channel["authority"], plan, master).announce()
    cloud = Cloud(channel["cloud"], plan, ["court A"])
    owner = advanced.Owner(channel["court A"], plan)
    return cloud, owner, channel["court A"], master


@pytest.mark.parametrize("entry", [0, 1, -1])
def test_an_upload_that_is_no_ciphertext_is_refused(waiting, plan, entry):
    cloud, _, end, master = waiting
    user = UserSecret.generate(master.parameters).public
    pairs = [user.raw_encrypt(5) for _ in range(40)]
    pairs[7] = (entry, pairs[7][1])
    end.send("upload", (user.h, 10, pairs), to="cloud")
    with pytest.raises(ValueError, match="upload must"):
        cloud.blind_records()


def test_an_upload_of_another_length_than_it_says_is_refused(waiting):
    cloud, _, end, master = waiting
    user = UserSecret.generate(master.parameters).public
    end.send("upload", (user.h, 10, [user.raw_encrypt(5)]), to="cloud")
    with pytest.raises(ValueError, match=r"upload of court A must be .* pairs, got 1"):
        cloud.blind_records()


def test_other_rows_than_the_plans_are_refused(waiting):
    cloud, owner, _, _ = waiting
    owner.upload(np.zeros((5, 3)), np.zeros(5, dtype=int))
    with pytest.raises(ValueError, match=r"rows must be the plan's 48 .*, got 5"):
        cloud.blind_records()


def test_an_owner_refuses_records_out_of_range(waiting):
    _, owner, _, _ = waiting
    with pytest.raises(ValueError, match=r"x must be within \+-1"):
        owner.upload(np.full((5, 3), 2.0), np.zeros(5, dtype=int))
    with pytest.raises(ValueError, match="y must be 5 labels"):
        owner.upload(np.zeros((5, 3)), np.full(5, 2))


def test_packed_numbers_come_back_with_the_widest_mask(plan):
    public = UserSecret.generate(
        MasterSecret.from_primes(*PUBLISHED[512]).parameters
    ).public
    packing = layout(public, plan)
    widest = plan.largest_weight * (2**plan.hiding + 2)
    numbers = [widest, -widest, 0, -1, 1] * 7
    assert ungroup(groups(numbers, packing), len(numbers), packing) == numbers
