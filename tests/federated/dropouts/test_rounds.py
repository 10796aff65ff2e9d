"""Sums that survive drop-outs: what comes out, and what the server sees."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.federated.dropouts.client import SumClient
from ppdl_course.federated.dropouts.refusals import TooFew
from ppdl_course.federated.dropouts.rounds import (
    PHASES,
    Steps,
    play_round,
    send_all,
    signing_keys,
)
from ppdl_course.federated.dropouts.server import SumServer
from ppdl_course.federated.masking import add_masks
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.views import (
    FALSE_ALARM,
    p_value,
    samples_needed,
    uniform_p_value,
)
from ppdl_course.publickey.groups import SMALL_GROUP

NAMES = ("a", "b", "c", "d", "e")
WHEN = (*PHASES, "never")


def numbers(names=NAMES, size=3, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(-(2**40), 2**40, size) for name in names}


def parties(channel, threshold=3, size=3, kind=SumClient, group=SMALL_GROUP):
    names = [name for name in channel.parties if name != "server"]
    keys, directory = signing_keys(names, group)
    end = channel["server"]
    server = SumServer(end, directory, group, threshold=threshold, size=size)
    clients = [kind(channel[n], keys[n], directory, threshold=threshold) for n in names]
    return server, clients


def words(values):
    return {name: row.view(np.uint64) for name, row in values.items()}


def expected(leave, threshold, names=NAMES):
    """The protocol's rules in plain words: whose numbers are summed, or None."""

    def there(phase):
        """Who sends the message of a phase: leaves later, or never."""
        at = PHASES.index(phase)
        return [n for n in names if WHEN.index(leave.get(n, "never")) > at]

    if any(len(there(phase)) < threshold for phase in PHASES):
        return None
    return there("upload")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WHEN), min_size=5, max_size=5),
    st.integers(3, 5),
    st.integers(1, 4),
)
def test_any_pattern_of_dropouts_gives_the_sum_of_who_uploaded(when, threshold, size):
    leave = {n: w for n, w in zip(NAMES, when, strict=True) if w != "never"}
    values = numbers(size=size)
    outcome = play_round(values, threshold=threshold, leave=leave, group=SMALL_GROUP)
    names = expected(leave, threshold)
    if names is None:
        assert outcome.total is None
        assert f"must be {threshold} or more" in outcome.stopped
    else:
        assert outcome.survivors == tuple(names)
        assert outcome.total.tolist() == sum(values[n] for n in names).tolist()
        assert outcome.stopped == ""


def test_sums_wrap_as_words_do():
    values = {n: np.array([2**63 - 1, -(2**63)]) for n in NAMES}
    outcome = play_round(values, threshold=3, group=SMALL_GROUP)
    five = [5 * (2**63 - 1), -5 * 2**63]
    assert outcome.total.tolist() == [(x + 2**63) % 2**64 - 2**63 for x in five]


@pytest.mark.parametrize("n", [3, 6])
def test_a_round_without_dropouts_has_nine_messages_a_client(n):
    """Five up (keys, shares, upload, consent, unmasking) and four down."""
    names = [f"client {i}" for i in range(n)]
    outcome = play_round(numbers(names), threshold=n // 2 + 1, group=SMALL_GROUP)
    assert outcome.messages == 9 * n


def test_no_message_holds_what_masks_are_made_of():
    """Private keys and seeds cross in no message, shares only sealed or asked for."""
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel)
        values = numbers()
        send_all(Steps(clients, {"b": "upload"}), server, words(values))
        bodies = [m.body for m in channel.messages]
        for client in clients:
            secrets = (
                client._pair.private_bytes_raw(),
                client._sealing.private_bytes_raw(),
                client._seed,
                values[client.name].tobytes(),
            )
            assert not [s for s in secrets for body in bodies if s in body]


def test_the_servers_view_has_one_kind_of_share_for_each_client():
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel)
        leave = {"b": "upload", "d": "unmasking"}
        send_all(Steps(clients, leave), server, words(numbers()))
        kinds = {}
        for message in channel.view("server"):
            if message.label == "unmasking":
                for name, (kind, _) in message.payload[1].items():
                    kinds.setdefault(name, set()).add(kind)
        assert kinds == {n: {"self mask"} for n in "acde"} | {"b": {"pair key"}}
        assert all("server" in (m.sender, m.receiver) for m in channel.messages)


def test_a_client_sees_no_numbers_of_others():
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel)
        send_all(Steps(clients), server, words(numbers()))
        came = [m.label for m in channel.view("a") if m.receiver == "a"]
    assert came == ["keys", "shares", "survivors", "consents"]


def uploads(value, size, leave=None):
    """The first client's masked numbers, top four bits, as the server sees them."""
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel, size=size)
        values = {n: np.full(size, value) for n in NAMES}
        send_all(Steps(clients, leave), server, words(values))
        (body,) = (
            m.payload[1]
            for m in channel.messages
            if m.label == "upload" and m.sender == "a"
        )
    return (body >> np.uint64(60)).astype(int)


def test_an_upload_is_uniform_whatever_is_in_it():
    """Three tests at 1e-6: falsely red about once in 300,000 runs."""
    count = samples_needed(0.2, 16)
    zeros, large = uploads(0, count), uploads(2**62, count)
    assert uniform_p_value(zeros, 16) > FALSE_ALARM
    assert uniform_p_value(large, 16) > FALSE_ALARM
    assert p_value(zeros, large) > FALSE_ALARM
    bare = (np.zeros(count, np.uint64) >> np.uint64(60)).astype(int)
    assert uniform_p_value(bare, 16) < FALSE_ALARM  # the test can fail


def test_an_upload_stays_covered_when_its_pair_key_is_known():
    """What the server takes off a late upload leaves the client's own mask.

    Falsely red once in a million runs.
    """
    count = samples_needed(0.2, 16)
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel, size=count)
        values = {n: np.zeros(count, np.int64) for n in NAMES}
        send_all(Steps(clients), server, words(values))
        (late,) = (
            m.payload[1]
            for m in channel.messages
            if m.label == "upload" and m.sender == "a"
        )
        server.survivors = tuple("bcde")
        keys = server._keys_of("a", clients[0]._pair.private_bytes_raw())
    left = late - add_masks(np.zeros(count, np.uint64), "a", keys, 0)
    assert uniform_p_value((left >> np.uint64(60)).astype(int), 16) > FALSE_ALARM


def test_two_rounds_share_no_mask_and_the_second_takes_whom_the_first_lost():
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel)
        values = numbers()
        for leave in ({"b": "upload", "e": "keys"}, {}):
            send_all(Steps(clients, leave), server, words(values))
            total = server.open_sum().view(np.int64)
            names = [n for n in NAMES if n not in leave]
            assert total.tolist() == sum(values[n] for n in names).tolist()
        sent = [m.payload[1] for m in channel.messages if m.label == "upload"]
    assert len({row.tobytes() for row in sent}) == len(sent) == 8


def test_who_left_in_one_round_is_not_taken_at_its_old_word():
    """A message of round 0 that was never read does not pass for one of round 1."""
    with Channel("server", *NAMES) as channel:
        server, clients = parties(channel)
        old = clients[4]
        old.send_keys(0)
        server.turn = 0  # round 0 was over before the server read it
        with pytest.raises(TooFew):
            server.relay_keys()
        assert server.turn == 1
        assert server.refused == {}


@pytest.mark.parametrize(("n", "threshold"), list(product([4, 5], [2, 6])))
def test_a_threshold_of_half_or_above_all_is_refused(n, threshold):
    names = NAMES[:n]
    with pytest.raises(ValueError, match="threshold must be"):
        play_round(numbers(names), threshold=threshold, group=SMALL_GROUP)


def test_who_leaves_is_a_client_and_leaves_before_a_phase():
    with pytest.raises(ValueError, match="leave must name"):
        play_round(numbers(), threshold=3, leave={"x": "keys"})
    with pytest.raises(ValueError, match="leave must be before one of"):
        play_round(numbers(), threshold=3, leave={"a": "lunch"})


def test_numbers_of_another_kind_are_refused():
    values = numbers()
    for bad in (np.zeros(3), np.zeros(2, np.int64), np.zeros((3, 1), np.int64)):
        with pytest.raises(ValueError, match="values of b must have"):
            play_round(values | {"b": bad}, threshold=3)


def test_below_the_threshold_nothing_is_opened():
    """Two of five are left: no sum, whichever two."""
    for pair in combinations(NAMES, 2):
        leave = {n: "unmasking" for n in NAMES if n not in pair}
        outcome = play_round(numbers(), threshold=3, leave=leave, group=SMALL_GROUP)
        assert outcome.total is None
        assert "clients with a good 'unmasking' must be 3 or more" in outcome.stopped
