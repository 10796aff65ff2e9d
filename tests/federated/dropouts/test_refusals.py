"""Each thing that may be wrong with a message has its name, and its consequence."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ppdl_course.federated.dropouts.client import SumClient
from ppdl_course.federated.dropouts.refusals import (
    AskedTwice,
    ClientDropped,
    CountedTwice,
    ForgedSignature,
    Malformed,
    Refusal,
    SmallOrderKey,
    TooFew,
    UnknownClient,
    WrongShare,
)
from ppdl_course.federated.dropouts.rounds import Steps, send_all, signing_keys
from ppdl_course.federated.dropouts.server import SumServer
from ppdl_course.federated.dropouts.statements import pack, statement
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.groups import SMALL_GROUP
from ppdl_course.publickey.schnorr import SigningKey

NAMES = ("a", "b", "c", "d", "e")
SMALL_ORDER = [
    bytes(32),
    bytes([1]) + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
]
"""Points of order 1, 4 and 8 of Curve25519 (RFC 7748, section 6.1; D. J. Bernstein)."""


def play(change, *, leave=None, kinds=None):
    """Play a round with somebody on the wire; return the sum, steps and server.

    Args:
        change: Called with each message, returns what arrives.
        leave: As for ``Steps``.
        kinds: Another class for a client, by name.
    """
    keys, directory = signing_keys(NAMES, SMALL_GROUP)
    with Channel("server", *NAMES, adversary=change) as channel:
        end = channel["server"]
        server = SumServer(end, directory, SMALL_GROUP, threshold=3, size=2)
        steps = Steps(
            [
                (kinds or {}).get(n, SumClient)(
                    channel[n], keys[n], directory, threshold=3
                )
                for n in NAMES
            ],
            leave,
        )
        values = {n: np.array([i, 10 * i], np.uint64) for i, n in enumerate(NAMES)}
        try:
            send_all(steps, server, values)
            return server.open_sum().tolist(), steps, server
        except Refusal as error:
            return error, steps, server


def at(label, sender=None, receiver=None):
    """Turn a function of the value into one that changes only this message."""

    def wrap(change):
        def on_the_wire(message):
            turn, value = message.payload
            if (
                message.label == label
                and sender in (None, message.sender)
                and receiver in (None, message.receiver)
            ):
                return turn, change(value)
            return message.payload

        return on_the_wire

    return wrap


def to(label, receiver="a"):
    return at(label, "server", receiver)


def test_without_a_change_the_sum_comes_out():
    assert play(lambda message: message.payload)[0] == [10, 100]


@pytest.mark.parametrize(
    ("label", "change", "refusal", "match"),
    [
        ("keys", lambda rows: [*rows, ("x", *rows[1][1:])], UnknownClient, "got 'x'"),
        ("keys", lambda rows: [*rows, rows[1]], CountedTwice, "got 'b' twice"),
        ("keys", lambda rows: rows[:2], TooFew, "must be 3 or more, got 2"),
        ("keys", lambda rows: rows[1:], ClientDropped, "leaves out 'a'"),
        ("keys", lambda rows: None, Malformed, "'keys' is malformed"),
        ("shares", lambda s: {**s, "x": b""}, UnknownClient, "got 'x'"),
        ("shares", lambda s: {"b": s["b"]}, TooFew, "must be 3 or more, got 2"),
        ("shares", lambda s: 7, Malformed, "'shares' is malformed"),
        ("survivors", lambda n: (*n, "x"), UnknownClient, "got 'x'"),
        ("survivors", lambda n: (*n, "b"), CountedTwice, "got 'b' twice"),
        ("survivors", lambda n: ("a", "b"), TooFew, "must be 3 or more, got 2"),
        ("survivors", lambda n: n[1:], ClientDropped, "'a' sent its numbers"),
        ("survivors", lambda n: [[]], UnknownClient, r"got \[\]"),
        ("consents", lambda c: {"b": c["b"]}, TooFew, "must be 3 or more, got 1"),
        ("consents", lambda c: {**c, "x": c["b"]}, UnknownClient, "got 'x'"),
        (
            "consents",
            lambda c: {**c, "b": c["c"]},
            ForgedSignature,
            "signature of 'b' does not hold",
        ),
        ("consents", lambda c: {**c, "b": 7}, ForgedSignature, "signature of 'b'"),
        ("consents", lambda c: [], TooFew, "got 0"),
    ],
)
def test_a_client_refuses_a_false_list_and_the_round_goes_on(
    label, change, refusal, match
):
    total, steps, server = play(to(label)(change))
    assert type(steps.refused["a"]) is refusal
    with pytest.raises(refusal, match=match):
        raise steps.refused["a"]
    assert set(steps.refused) == {"a"}
    uploaded = label in ("survivors", "consents")
    assert total == [10, 100]  # a holds zeros: the sum is the same without it
    assert server.survivors == (NAMES if uploaded else NAMES[1:])


def test_the_signature_of_who_is_not_in_the_list_does_not_count():
    """e has left: what it may still sign is no vote of a survivor's."""
    change = to("consents")(lambda c: {**c, "e": c["b"]})
    total, steps, _ = play(change, leave={"e": "upload"})
    assert type(steps.refused["a"]) is UnknownClient
    assert total == [6, 60]


@pytest.mark.parametrize("point", SMALL_ORDER)
@pytest.mark.parametrize("which", [0, 1])
def test_a_key_of_small_order_is_refused_and_the_round_goes_on(point, which):
    """Signed by its owner, so that only its order is wrong."""

    class SendsSmall(SumClient):
        def _send(self, label, payload, kind, *what):
            if label == "keys":
                payload = tuple(
                    point if i == which else p for i, p in enumerate(payload)
                )
                what = (self.name, *payload)
            super()._send(label, payload, kind, *what)

    total, _, server = play(lambda m: m.payload, kinds={"b": SendsSmall})
    assert total == [10 - 1, 100 - 10]
    assert type(server.refused["b"]) is SmallOrderKey
    assert "b" not in server.survivors


def test_a_server_that_passes_a_key_of_small_order_on_stops_the_clients():
    keys, directory = signing_keys(NAMES, SMALL_GROUP)
    with Channel("server", *NAMES) as channel:
        client = SumClient(channel["a"], keys["a"], directory, threshold=3)
        client.send_keys(0)
        rows = [("a", *channel["server"].receive("keys", sender="a")[1])]
        for name in ("b", "c"):
            publics = [X25519PrivateKey.generate().public_key() for _ in range(2)]
            own = tuple(public.public_bytes_raw() for public in publics)
            if name == "b":
                own = (SMALL_ORDER[2], own[1])
            signature = keys[name].sign(statement("keys", 0, name, *own))
            rows.append((name, *own, pack(SMALL_GROUP, signature)))
        channel["server"].send("keys", (0, rows), to="a")
        with pytest.raises(SmallOrderKey, match="the key of 'b': public must be"):
            client.send_shares()


def test_a_server_cannot_put_its_own_key_in_a_clients_place():
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    total, steps, _ = play(
        to("keys")(lambda rows: [(r[0], public, *r[2:]) for r in rows])
    )
    assert type(steps.refused["a"]) is ForgedSignature
    assert total == [10, 100]


@pytest.mark.parametrize(
    ("label", "change", "refusal"),
    [
        ("keys", lambda k: (k[0], k[0], k[2]), ForgedSignature),
        ("keys", lambda k: 3, Malformed),
        ("shares", lambda s: {**s, "x": b""}, Malformed),
        ("shares", lambda s: [], Malformed),
        ("upload", lambda u: u[:1], Malformed),
        ("upload", lambda u: u.astype(float), Malformed),
        ("consent", lambda c: ((c[0][0], 1),), ForgedSignature),
        ("unmasking", lambda s: {**s, "x": s["a"]}, UnknownClient),
        ("unmasking", lambda s: {"a": ("self mask", np.zeros(2))}, Malformed),
        ("unmasking", lambda s: None, Malformed),
    ],
)
def test_a_client_whose_message_is_bad_counts_as_gone(label, change, refusal):
    total, _, server = play(at(label, "b")(change))
    assert type(server.refused["b"]) is refusal
    gone = label in ("keys", "shares", "upload")
    assert total == ([9, 90] if gone else [10, 100])


def test_too_many_bad_messages_stop_the_round():
    def change(message):
        turn, value = message.payload
        bad = message.label == "upload" and message.sender in "abc"
        return turn, (0 if bad else value)

    error, _, server = play(change)
    assert type(error) is TooFew
    assert "a good 'upload' must be 3 or more, got 2" in str(error)
    assert sorted(server.refused) == ["a", "b", "c"]


def test_a_wrong_share_among_more_than_enough_stops_the_round():
    def wrong(shares):
        kind, numbers = shares["c"]
        return {**shares, "c": (kind, numbers ^ np.uint64(1))}

    error, *_ = play(at("unmasking", "b")(wrong))
    assert type(error) is WrongShare
    assert "the self mask of 'c': shares must lie on one polynomial" in str(error)


def test_shares_of_another_key_than_the_announced_one_stop_the_round():
    """All shares moved by one and the same number: they agree, and are wrong."""

    def moved(shares):
        kind, numbers = shares["e"]
        return {**shares, "e": (kind, numbers + np.uint64(numbers.max() < 2**61 - 2))}

    error, *_ = play(at("unmasking")(moved), leave={"e": "upload"})
    assert type(error) is WrongShare


def test_a_share_that_a_client_cannot_open_is_as_if_it_had_not_come():
    """b gets garbage from a; b's share of a's secret is not needed for the sum."""

    def change(message):
        turn, value = message.payload
        if message.label == "shares" and message.sender == "a":
            value = {**value, "b": value["b"][:-1]}
        return turn, value

    assert play(change)[0] == [10, 100]


def test_a_share_of_the_kind_that_was_not_asked_for_is_not_used():
    def other_kind(shares):
        return {**shares, "c": ("pair key", shares["c"][1] ^ np.uint64(1))}

    assert play(at("unmasking", "b")(other_kind))[0] == [10, 100]


def test_no_nonce_comes_twice_under_one_key():
    """Two clients share a key for both directions; GCM gives it away on a repeat."""
    keys, directory = signing_keys(NAMES, SMALL_GROUP)
    with Channel("server", *NAMES) as channel:
        client = SumClient(channel["b"], keys["b"], directory, threshold=3)
        for peer in ("a", "c"):
            out, back = (client._nonce(*way, b"") for way in (("b", peer), (peer, "b")))
            assert out[0] != back[0]


def test_a_client_who_seals_garbage_for_all_stops_the_round():
    """The mask of its upload is its own, and nobody else can take it off."""
    garbage = at("shares", "b")(lambda sealed: dict.fromkeys(sealed, bytes(9)))
    error, *_ = play(garbage)
    assert type(error) is TooFew
    assert "shares of the self mask of 'b' must be 3 or more, got 1" in str(error)
    bare = at("shares", "b")(lambda sealed: dict.fromkeys(sealed, 9))
    total, _, server = play(bare)
    assert total == [9, 90]
    assert "shares must be sealed" in str(server.refused["b"])


def test_a_client_signs_one_list_a_round_and_starts_no_round_twice():
    keys, directory = signing_keys(NAMES, SMALL_GROUP)
    with Channel("server", *NAMES) as channel:
        end = channel["server"]
        server = SumServer(end, directory, SMALL_GROUP, threshold=3, size=1)
        people = [SumClient(channel[n], keys[n], directory, threshold=3) for n in NAMES]
        values = {n: np.ones(1, np.uint64) for n in NAMES}
        send_all(Steps(people), server, values)
        end.send("survivors", (0, NAMES[:4]), to="a")
        with pytest.raises(AskedTwice, match="'a' signs one list a round"):
            people[0].send_consent()
        with pytest.raises(ValueError, match="turn must be an integer >= 1, got 0"):
            people[0].send_keys(0)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["keys", "shares", "survivors", "consents"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text() | st.sampled_from(NAMES), inner, max_size=4)
        ),
        max_leaves=8,
    ),
)
def test_whatever_a_server_sends_a_client_gives_no_share(label, value):
    """It refuses; a list that could be true it signs, and hears no more of it."""
    answers = []

    def change(message):
        if (message.label, message.sender) == ("unmasking", "a"):
            answers.append(message)
        return to(label)(lambda _: value)(message)

    _, steps, _ = play(change)
    names = list(value) if isinstance(value, list | dict) else []
    known = [n for n in names if n in NAMES]
    possible = "a" in known and 3 <= len(names) == len(known) == len(set(known))
    possible = possible and label == "survivors"
    assert isinstance(steps.refused["a"], TimeoutError if possible else Refusal)
    assert answers == []


def test_a_directory_with_another_key_for_the_client_is_refused():
    keys, directory = signing_keys(NAMES, SMALL_GROUP)
    with Channel("server", *NAMES) as channel:
        with pytest.raises(
            ValueError, match="directory must hold the signing key of 'a'"
        ):
            SumClient(channel["a"], SigningKey(SMALL_GROUP), directory, threshold=3)
        client = SumClient(channel["a"], keys["a"], directory, threshold=3)
        assert client.turn == -1
        for threshold in (2, 6):  # each party looks for itself
            with pytest.raises(ValueError, match=r"threshold must be .* in 3\.\.5"):
                SumClient(channel["a"], keys["a"], directory, threshold=threshold)
        with pytest.raises(ValueError, match="size must be an integer >= 1"):
            SumServer(channel["server"], directory, SMALL_GROUP, threshold=3, size=0)


def test_a_secret_with_too_few_shares_stops_the_round():
    """Three of five give no share of c's seed: enough clients, not enough shares."""

    def without(shares):
        return {name: share for name, share in shares.items() if name != "c"}

    def change(message):
        turn, value = message.payload
        few = message.label == "unmasking" and message.sender in "abd"
        return turn, (without(value) if few else value)

    error, *_ = play(change)
    assert type(error) is TooFew
    assert "shares of the self mask of 'c' must be 3 or more, got 2" in str(error)


def test_a_message_of_a_later_round_is_malformed():
    def change(message):
        turn, value = message.payload
        return turn + (message.label == "upload" and message.sender == "b"), value

    total, _, server = play(change)
    assert total == [9, 90]
    assert "expected 'upload' of round 0, got 'upload' of 1" in str(server.refused["b"])


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["keys", "shares", "upload", "consent", "unmasking"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text() | st.sampled_from(NAMES), inner, max_size=4)
        ),
        max_leaves=8,
    ),
)
def test_whatever_a_client_sends_the_others_get_their_sum(label, value):
    # what could be sealed shares has a test of its own
    assume(not (label == "shares" and isinstance(value, dict) and len(value) == 4))
    total, steps, server = play(at(label, "b")(lambda _: value))
    gone = label in ("keys", "shares", "upload")
    assert total == ([9, 90] if gone else [10, 100])
    # an empty list of shares is not malformed: it is of no use, and does no harm
    assert isinstance(server.refused.get("b"), Refusal) or label == "unmasking"
    assert set(steps.refused) <= {"b"}
