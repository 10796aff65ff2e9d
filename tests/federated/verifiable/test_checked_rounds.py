"""Sums that every client checks: who accepts what, and what the server sees."""

import re
import secrets

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.federated.dropouts.refusals import (
    AskedTwice,
    ClientDropped,
    CountedTwice,
    ForgedSignature,
    Malformed,
    Refusal,
    Unverified,
    WrongSum,
)
from ppdl_course.federated.dropouts.rounds import signing_keys
from ppdl_course.federated.verifiable.client import VerifiedClient, digest
from ppdl_course.federated.verifiable.combination import coefficients, combination
from ppdl_course.federated.verifiable.rounds import CHECKED_PHASES, play_checked
from ppdl_course.federated.verifiable.server import VerifiedServer
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value
from ppdl_course.publickey.groups import P256, SMALL_GROUP

NAMES = ("a", "b", "c", "d")


class Scene:
    """All parties on one channel, perhaps with somebody on the wire."""

    def __init__(self, change=None, size=3, group=SMALL_GROUP):
        keys, directory = signing_keys(NAMES, group)
        self.channel = Channel("server", *NAMES, adversary=change)
        end = self.channel["server"]
        self.server = VerifiedServer(end, directory, group, threshold=3, size=size)
        self.clients = [
            VerifiedClient(self.channel[n], keys[n], directory, threshold=3)
            for n in NAMES
        ]
        rng = np.random.default_rng(0)
        self.values = {n: rng.integers(-(2**40), 2**40, size) for n in NAMES}

    def play(self, leave=None):
        words = {n: v.view(np.uint64) for n, v in self.values.items()}
        return play_checked(self.server, self.clients, words, leave)

    def total(self, names=NAMES):
        return sum(self.values[n] for n in names).tolist()


def on(label, change, sender="server", receiver="a"):
    def adversary(message):
        turn, value = message.payload
        if (message.label, message.sender) == (label, sender) and receiver in (
            None,
            message.receiver,
        ):
            return turn, change(value)
        return message.payload

    return adversary


@pytest.mark.parametrize("group", [SMALL_GROUP, P256])
def test_everybody_accepts_the_sum_round_after_round(group):
    scene = Scene(group=group)
    for _ in range(2):
        verdicts = scene.play()
        assert verdicts.refused == {}
        assert [v.tolist() for v in verdicts.accepted.values()] == [scene.total()] * 4


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from((*CHECKED_PHASES, "never")), min_size=4, max_size=4))
def test_any_pattern_of_dropouts_ends_in_the_right_sum_or_a_named_stop(when):
    leave = {n: w for n, w in zip(NAMES, when, strict=True) if w != "never"}
    scene = Scene()
    gone = [n for n, w in leave.items() if w in ("keys", "shares", "upload")]
    try:
        verdicts = scene.play(leave)
    except Refusal:
        early = [w for w in leave.values() if w != "check"]
        late = [
            w for w in leave.values() if w in ("consent", "unmasking", "commitment")
        ]
        assert len(early) > 1 or late
        return
    staying = [n for n in NAMES if n not in leave]
    assert sorted(verdicts.accepted) == staying
    for total in verdicts.accepted.values():
        assert total.tolist() == scene.total([n for n in NAMES if n not in gone])


def test_who_leaves_before_committing_leaves_a_sum_that_nobody_takes():
    scene = Scene()
    with pytest.raises(Unverified, match=r"\['b'\] left before they committed"):
        scene.play({"b": "commitment"})
    assert scene.play({"b": "keys"}).accepted["a"].tolist() == scene.total("acd")


def test_the_same_vectors_summed_twice_give_a_client_away():
    """Why a round that cannot be checked is thrown away, and not asked for again."""
    scene, sums = Scene(), []
    with pytest.raises(Unverified):
        scene.play({"b": "commitment"})
    scene.play({"b": "keys"})
    for message in scene.channel.messages:
        if message.label == "sum" and message.receiver == "a":
            sums.append(message.payload[1][1])
    assert (sums[0] - sums[1]).tolist() == scene.values["b"].tolist()


def sum_plus_one(value):
    names, total = value
    moved = total.copy()
    moved[1] += 1
    return names, moved


def test_one_client_told_another_sum_refuses_and_the_server_cannot_prove_any():
    """It signs what it was told: the server has no signature for what it said."""
    scene = Scene(on("sum", sum_plus_one))
    with pytest.raises(Unverified, match=r"\['a'\] left before they committed"):
        scene.play()
    assert type(scene.server.refused["a"]) is ForgedSignature


def proof_with(**changes):
    """A change of some parts of the proof."""
    parts = ("names", "encoded", "opening", "nonces", "response")

    def change(value):
        old = dict(zip(parts, value, strict=True))
        return tuple(
            changes[part](old) if part in changes else old[part] for part in parts
        )

    return change


@pytest.mark.parametrize(
    ("changes", "refusal", "match"),
    [
        ({"opening": lambda p: p["opening"] + 1}, WrongSum, "is not what the clients"),
        ({"opening": lambda p: "1"}, Malformed, "must be integers"),
        ({"response": lambda p: p["response"] ^ 1}, ForgedSignature, "aggregate"),
        ({"response": lambda p: None}, Malformed, "must be integers"),
        ({"nonces": lambda p: p["nonces"][1:]}, ForgedSignature, "aggregate"),
        ({"nonces": lambda p: p["nonces"][::-1]}, ForgedSignature, "aggregate"),
        ({"encoded": lambda p: p["encoded"][::-1]}, ForgedSignature, "aggregate"),
        ({"encoded": lambda p: p["encoded"][1:]}, Malformed, "shorter"),
        (
            {"encoded": lambda p: [SMALL_GROUP.encode(SMALL_GROUP.p - 1)] * 4},
            Malformed,
            "commitment of 'a' is not in the order-q subgroup",
        ),
        (
            {"names": lambda p: ("b", *p["names"][1:])},
            CountedTwice,
            "got 'b' twice",
        ),
        ({"names": lambda p: p["names"][:3]}, ClientDropped, r"\['d'\] are in the sig"),
    ],
)
def test_a_client_refuses_a_proof_that_does_not_hold(changes, refusal, match):
    verdicts = Scene(on("proof", proof_with(**changes))).play()
    assert [verdicts.of(n) for n in NAMES] == [refusal.__name__, *["accepted"] * 3]
    with pytest.raises(refusal, match=match):
        raise verdicts.refused["a"]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["sum", "proof"]),
    st.none() | st.integers() | st.lists(st.integers() | st.binary(), max_size=5),
)
def test_whatever_a_server_sends_a_client_only_ever_refuses(label, value):
    scene = Scene(on(label, lambda _: value))
    try:
        refused = scene.play().refused
    except Unverified:
        assert label == "sum"
        return
    assert isinstance(refused["a"], Refusal)


def test_a_sum_over_more_than_the_signed_list_is_refused():
    """b is late: the list is signed without it, and the server names it after all."""
    scene = Scene(on("sum", lambda value: (NAMES, value[1])))
    with pytest.raises(Unverified, match=r"\['a'\] left before they committed"):
        scene.play({"b": "upload"})
    told = "['b'] are in the sum, not in the signed list"
    with pytest.raises(Refusal, match=re.escape(told)):
        scene.clients[0]._require_survivors(NAMES)


def test_a_masked_blinding_that_is_no_integer_counts_as_none():
    def change(value):
        encoded, _, packed = value
        return encoded, "12", packed

    scene = Scene(on("commitment", change, "b", "server"))
    with pytest.raises(Unverified, match=r"\['b'\] left before they committed"):
        scene.play()
    assert "blinding must be an integer" in str(scene.server.refused["b"])


def test_the_parties_need_nothing_but_the_channel():
    """Each in a thread of its own, over sockets, in the order of the messages."""
    keys, directory = signing_keys(NAMES, SMALL_GROUP)
    rng = np.random.default_rng(0)
    values = {n: rng.integers(-(2**40), 2**40, 3) for n in NAMES}

    def serve(end):
        server = VerifiedServer(end, directory, SMALL_GROUP, threshold=3, size=3)
        for act in (
            server.relay_keys,
            server.relay_shares,
            server.announce_survivors,
            server.relay_consents,
            server.announce_sum,
            server.relay_proof,
        ):
            act()

    def take_part(end):
        client = VerifiedClient(end, keys[end.name], directory, threshold=3)
        client.send_keys(0)
        client.send_shares()
        client.send_upload(values[end.name].view(np.uint64))
        client.send_consent()
        client.send_unmasking()
        client.send_commitment()
        return client.check()

    with Channel("server", *NAMES, tcp=True) as channel:
        results = run(channel, serve, *[take_part] * 4)
    assert [total.tolist() for total in results[1:]] == [
        sum(values.values()).tolist()
    ] * 4


def test_a_client_commits_once_a_round():
    """A second commitment of another sum would be a second equation on its numbers."""
    scene = Scene()
    scene.play()
    server = scene.channel["server"]
    server.send("sum", (0, (NAMES, np.zeros(3, np.int64))), to="a")
    with pytest.raises(AskedTwice, match="'a' commits once a round"):
        scene.clients[0].send_commitment()


def test_a_complaint_needs_the_signature_of_who_complains():
    """Garbage on the way from b is no complaint; a signature of b's is."""
    scene = Scene(on("complaint", lambda packed: packed[::-1], "b", "a"))
    scene.server._read_upload = deaf(scene.server, "b")
    verdicts = scene.play()
    assert verdicts.of("a") == "accepted"
    assert [verdicts.of(n) for n in "bcd"] == ["ClientDropped"] * 3


def deaf(server, to_whom):
    read = server._read_upload

    def reading(name, message):
        if name == to_whom:
            raise ValueError("not heard")
        return read(name, message)

    return reading


def test_what_is_hashed_is_round_survivors_and_sum():
    total = np.array([1, -2], np.int64)
    base = digest(3, ("a", "b"), total)
    assert base == digest(3, ("a", "b"), total.copy())
    others = [
        digest(4, ("a", "b"), total),
        digest(3, ("a", "c"), total),
        digest(3, ("a",), total),
        digest(3, ("a", "b"), total + 1),
        digest(3, ("a", "b"), total[:1]),
    ]
    assert len({base, *others}) == 6


def test_commitments_open_to_the_combinations_and_the_server_cannot_open_one():
    scene = Scene()
    scene.play()
    view = scene.channel.view("server")
    sent = {m.sender: m.payload[1] for m in view if m.label == "commitment"}
    told = digest(0, NAMES, np.array(scene.total(), np.int64))
    r = coefficients(told, 3)
    openings = 0
    for client in scene.clients:
        encoded, masked, _ = sent[client.name]
        committed = SMALL_GROUP.decode(encoded, "C")
        value = combination(r, scene.values[client.name])
        assert client._envelope.opens(committed, value, client._blinding)
        assert not client._envelope.opens(committed, value, masked)
        openings += masked
    blindings = sum(c._blinding for c in scene.clients)
    assert openings % SMALL_GROUP.order == blindings % SMALL_GROUP.order


def test_masked_blindings_are_uniform_whatever_the_blinding():
    """Falsely red once in a million runs."""
    scene = Scene()
    scene.play()
    client, count = scene.clients[0], samples_needed(0.8, 8)
    top = []
    for _ in range(count):
        client._digest = secrets.token_bytes(32)
        top.append(client._masked(0) * 8 // SMALL_GROUP.order)
    assert uniform_p_value(top, 8) > FALSE_ALARM


def test_the_server_learns_the_sum_and_no_numbers():
    scene = Scene(size=8)
    scene.play()
    bodies = [m.body for m in scene.channel.view("server")]
    for name in NAMES:
        assert not [b for b in bodies if scene.values[name].tobytes() in b]
    total = np.array(scene.total(), "<i8").tobytes()
    assert [m.label for m in scene.channel.view("a") if total in m.body] == ["sum"]


def test_a_client_that_lies_about_its_numbers_is_believed():
    """What is not caught: the sum of lies is checked as well as that of truths."""
    scene = Scene()
    scene.values["b"] = scene.values["b"] * 1000
    verdicts = scene.play()
    assert verdicts.refused == {}
    assert verdicts.accepted["a"].tolist() == scene.total()
