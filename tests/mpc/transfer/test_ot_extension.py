"""OT extension: correct, secret on both sides, and the hole an active receiver uses."""

import numpy as np
import pytest
from scipy import stats

from ppdl_course.mpc.label_hash import LabelHash
from ppdl_course.mpc.transfer.ot_extension import (
    SECURITY,
    ExtensionReceiver,
    ExtensionSender,
    _expand,
    receive_labels,
    send_labels,
)
from ppdl_course.mpc.transfer.ot_extension_attack import DishonestReceiver
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

RNG = np.random.default_rng(128)
HASH = LabelHash(bytes(16))


def labels(count):
    return RNG.integers(0, 2**64, (count, 2), dtype=np.uint64)


def pair(receiver=None):
    """Return sender and receiver after honest base transfers, done by hand."""
    sender, receiver = ExtensionSender(), receiver or ExtensionReceiver()
    sender.receive_seeds(
        [
            seeds[int(bit)]
            for seeds, bit in zip(receiver.base_pairs, sender.base_choices, strict=True)
        ]
    )
    return sender, receiver


@pytest.mark.parametrize("count", [1, 127, 128, 129, 1000])
def test_the_receiver_gets_the_chosen_labels(count):
    sender, receiver = pair()
    zero, one, choices = labels(count), labels(count), RNG.integers(0, 2, count)
    for _ in range(2):  # the streams and the tweaks go on
        columns = receiver.extend(choices)
        got = receiver.decrypt(sender.encrypt(columns, zero, one, HASH), HASH)
        assert np.array_equal(got, np.where(choices[:, None], one, zero))


def transferred(count):
    """Transfer random labels by random choices; return the channel they went over."""
    zero, one, choices = labels(count), labels(count), RNG.integers(0, 2, count)
    channel = Channel("sender", "receiver")
    _, got = run(
        channel,
        lambda end: send_labels(end, zero, one),
        lambda end: receive_labels(end, choices),
    )
    assert np.array_equal(got, np.where(choices[:, None], one, zero))
    return channel


def test_ten_thousand_transfers_cost_128_public_key_transfers():
    count = 10_000
    channel = transferred(count)
    base = [m for m in channel.messages if m.label == "OT B"]
    assert [len(m.payload) for m in base] == [128]
    assert channel.bytes < count * 50 + 20_000  # 48 bytes each, and the base transfers


def test_batches_do_not_change_the_answer(monkeypatch):
    monkeypatch.setattr("ppdl_course.mpc.transfer.ot_extension.BATCH", 100)
    channel = transferred(350)
    assert [m.label for m in channel.messages].count("OT columns") == 4
    assert channel.rounds == 6


def test_the_columns_hide_the_choices():
    """The sender's view for all-0 and all-1 choices: uniform bits, both times.

    Also together with the seed the sender has: u xor G(k_s) is t or t xor r for s = 1,
    hidden by the other seed. Each of the z below fails with probability 2e-9.
    """
    count = 1 << 14
    for bit in (0, 1):
        sender, receiver = pair()
        columns = receiver.extend(np.full(count, bit))
        for view in (columns, columns ^ _expanded(sender, columns.shape[1])):
            ones = int(np.unpackbits(view).sum())
            assert abs(ones - view.size * 4) / np.sqrt(view.size * 2) < 6
        same = np.unpackbits(columns[0] ^ columns[1]).sum()
        assert abs(same - count / 2) / np.sqrt(count / 4) < 6


def _expanded(sender, width):
    return _expand(sender._columns, width)


def test_the_other_label_stays_hidden():
    """What the receiver can compute opens the chosen label and gives noise for the
    other: no wrong row, tweak or place opens it."""
    count = 4000
    sender, receiver = pair()
    zero, one = labels(count), labels(count)
    choices = RNG.integers(0, 2, count).astype(bool)
    columns = receiver.extend(choices)
    rows = receiver._waiting[0][1].copy()
    encrypted = sender.encrypt(columns, zero, one, HASH)
    receiver.decrypt(encrypted, HASH)
    other = np.where(choices[:, None], encrypted[0], encrypted[1])
    hidden = np.where(choices[:, None], zero, one)
    for shift in range(3):
        guess = other ^ HASH(rows, np.arange(shift, count + shift, dtype=np.uint64))
        wrong = np.unpackbits((guess ^ hidden).view(np.uint8))
        assert stats.binomtest(int(wrong.sum()), wrong.size).pvalue > 1e-8


def test_equal_labels_are_encrypted_differently():
    sender, receiver = pair()
    same = np.zeros((500, 2), np.uint64)
    encrypted = sender.encrypt(receiver.extend(np.zeros(500)), same, same, HASH)
    assert len(np.unique(encrypted.reshape(-1, 2), axis=0)) == 1000


def test_a_receiver_with_unequal_columns_reads_everything():
    """The consistency hole: 128 rows whose string it recognises give s, then all."""
    count = 600
    zero, one = labels(count), labels(count)
    zero[:SECURITY] = 0  # strings the receiver can recognise
    sender, attacker = pair(DishonestReceiver())
    encrypted = sender.encrypt(attacker.extend(np.zeros(count)), zero, one, HASH)
    s = attacker.recover_s(encrypted, zero[:SECURITY], HASH)
    assert np.array_equal(s, sender.base_choices)
    both = attacker.both_strings(encrypted, s, HASH)
    assert np.array_equal(both, np.stack([zero, one])[:, SECURITY:])


def test_an_honest_receiver_does_not_learn_s_that_way():
    zero, one = np.zeros((200, 2), np.uint64), labels(200)
    sender, attacker = pair(DishonestReceiver(cheat=False))
    encrypted = sender.encrypt(attacker.extend(np.zeros(200)), zero, one, HASH)
    s = attacker.recover_s(encrypted, zero[:SECURITY], HASH)
    assert not s.any()


def test_bad_arguments_are_refused():
    sender, receiver = pair()
    two = labels(2)
    with pytest.raises(ValueError, match="choices must be an integer >= 1"):
        receiver.extend(np.zeros(0))
    with pytest.raises(ValueError, match="0 and 1 only"):
        receiver.extend(np.array([0, 2]))
    with pytest.raises(ValueError, match="none are waiting"):
        receiver.decrypt(np.zeros((2, 2, 2), np.uint64), HASH)
    columns = receiver.extend(np.zeros(2))
    with pytest.raises(ValueError, match=r"columns must have shape \(128, 16\)"):
        sender.encrypt(columns[:5], two, two, HASH)
    with pytest.raises(ValueError, match="one must have dtype uint64, got float64"):
        sender.encrypt(columns, two, two.astype(float), HASH)
    with pytest.raises(ValueError, match=r"encrypted must have shape \(2, 2, 2\)"):
        receiver.decrypt(np.zeros((1, 2, 2), np.uint64), HASH)
    with pytest.raises(ValueError, match="seeds must be 128, got 1"):
        sender.receive_seeds([bytes(16)])
    with pytest.raises(ValueError, match="seeds must have 16 bytes, got 3"):
        sender.receive_seeds([bytes(3)] * 128)
    with pytest.raises(ValueError, match="seeds must be taken before"):
        ExtensionSender().encrypt(columns, two, two, HASH)
