"""Tests for ppdl_course.parties.channel, .frames and .parties."""

import contextlib
import socket

import numpy as np
import pytest

from ppdl_course.parties.channel import DROP, Channel, PeerGone
from ppdl_course.parties.codec import FrameError, encode
from ppdl_course.parties.frames import HEADER, Frame
from ppdl_course.parties.threads import run
from ppdl_course.parties.transcript import Count

BOTH = pytest.mark.parametrize("tcp", [False, True], ids=["memory", "tcp"])


def ping_pong(end):
    other = end.peers[0]
    if end.name == "Alice":
        end.send("a", [1, np.arange(5)])
        end.send("b", b"x" * 1000)
        return end.receive("c")
    total = end.receive("a")[1].sum() + len(end.receive("b"))
    end.send("c", int(total), to=other)
    return int(total)


@BOTH
def test_what_is_sent_arrives_and_is_counted(tcp):
    with Channel("Alice", "Bob", tcp=tcp) as channel:
        assert run(channel, ping_pong, ping_pong) == [1010, 1010]
    sizes = [
        HEADER.size + 1 + len(encode(value))
        for value in ([1, np.arange(5)], b"x" * 1000, 1010)
    ]
    assert [message.size for message in channel.messages] == sizes
    assert channel.bytes == sum(sizes)
    assert channel.rounds == 2
    assert channel.counts() == {
        ("Alice", "Bob"): Count(2, sizes[0] + sizes[1], 1),
        ("Bob", "Alice"): Count(1, sizes[2], 1),
    }


def connected():
    with socket.create_server(("127.0.0.1", 0)) as server:
        mine = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    return mine, theirs


def test_bytes_counted_are_the_bytes_on_the_socket():
    mine, wire = connected()
    with Channel.over(mine, "Alice", "Bob") as channel:
        channel["Alice"].send("number", 2**70)
        channel["Alice"].send("array", np.ones((30, 40)))
    raw = b""
    while data := wire.recv(65536):
        raw += data
    wire.close()
    assert len(raw) == channel.bytes
    frames = [Frame(m.label, m.round, m.body).pack() for m in channel.messages]
    assert raw == b"".join(frames)


@BOTH
def test_large_messages_both_ways_do_not_block_each_other(tcp):
    big = np.arange(2_000_000)
    with Channel("Alice", "Bob", tcp=tcp) as channel:
        alice, bob = channel.ends
        alice.send("big", big)  # one thread: nobody reads yet
        bob.send("big", big)
        assert np.array_equal(alice.receive(), bob.receive())
    assert channel.rounds == 1  # they crossed


def test_rounds_count_waiting_not_messages():
    channel = Channel("Alice", "Bob")
    alice, bob = channel.ends
    for turn in range(3):
        alice.send("a", turn)
        alice.send("a", turn)
        bob.receive()
        bob.receive()
        bob.send("b", turn)
        alice.receive()
    assert channel.rounds == 6
    count = channel.counts()["Alice", "Bob"]
    assert (count.messages, count.rounds) == (6, 3)


@BOTH
def test_exchanges_at_the_same_time_take_one_round_each(tcp):
    def program(end):
        for turn in range(20):
            end.send("x", turn)
            end.receive("x")

    for _ in range(5):
        with Channel("Alice", "Bob", tcp=tcp) as channel:
            run(channel, program, program)
        assert channel.rounds == 20


@BOTH
def test_a_server_and_its_clients_share_one_channel(tcp):
    names = ["Server", *(f"client {k}" for k in range(4))]

    def server(end):
        for name in names[1:]:
            end.send("model", 10, to=name)
        return sum(end.receive("update", sender=name) for name in names[1:])

    def client(end):
        end.send("update", end.receive("model", sender="Server") + 1, to="Server")

    with Channel(*names, tcp=tcp) as channel:
        results = run(channel, server, *[client] * 4)
    assert results[0] == 44
    assert channel.rounds == 2
    assert len(channel.view("client 2")) == 2
    assert {m.receiver for m in channel.view("client 2")} == {"Server", "client 2"}


def test_an_endpoint_shows_its_party_only_what_was_sent_to_it():
    channel = Channel("Alice", "Bob", "Carol")
    channel["Alice"].send("secret", 1, to="Bob")
    with pytest.raises(TimeoutError):
        channel["Carol"].receive(sender="Alice")
    assert channel.view("Carol") == []


def test_an_adversary_on_the_wire_reads_changes_and_drops():
    seen = []

    def adversary(message):
        seen.append((message.label, message.payload))
        return {"keep": message.payload, "change": 0}.get(message.label, DROP)

    channel = Channel("Alice", "Bob", adversary=adversary)
    alice, bob = channel.ends
    for label in ("keep", "change", "drop"):
        alice.send(label, 7)
    assert [bob.receive("keep"), bob.receive("change")] == [7, 0]
    with pytest.raises(TimeoutError):
        bob.receive()
    assert seen == [("keep", 7), ("change", 7), ("drop", 7)]
    assert [m.payload for m in channel.messages] == [7, 0]


def test_bodies_are_forgotten_on_request_and_sizes_kept():
    kept, lean = Channel("A", "B"), Channel("A", "B", keep_bodies=False)
    for channel in (kept, lean):
        channel["A"].note("x", 1)
        channel["A"].send("x", b"12345")
        assert channel["B"].receive() == b"12345"
    assert kept.bytes == lean.bytes
    assert (len(kept.messages[0].body), lean.messages[0].body) == (7, b"")
    assert (len(kept.notes), len(lean.notes)) == (1, 0)


def test_changing_a_received_array_changes_nothing_elsewhere():
    channel = Channel("A", "B")
    mine = np.zeros(3)
    channel["A"].send("x", mine)
    channel["B"].receive()[0] = 9
    assert mine[0] == 0 == channel.messages[0].payload[0]


def test_a_receive_that_nobody_can_serve_fails_at_once():
    with pytest.raises(
        TimeoutError, match="Bob waited 0 s for a message 'x' from Alice"
    ):
        Channel("Alice", "Bob")["Bob"].receive("x")


def test_waiting_ends_after_the_time_out():
    with (
        Channel("Alice", "Bob", tcp=True, timeout=0.05) as channel,
        pytest.raises(TimeoutError, match=r"0\.05 s"),
    ):
        channel["Bob"].receive()


@BOTH
def test_a_peer_that_left_is_noticed_after_its_last_message(tcp):
    with Channel("Alice", "Bob", tcp=tcp) as channel:
        alice, bob = channel.ends
        alice.send("last", 1)
        alice.close()
        assert bob.receive() == 1
        for _ in range(2):
            with pytest.raises(PeerGone, match="Alice closed the channel"):
                bob.receive()
        with pytest.raises(PeerGone):
            bob.send("too late", 1)


@BOTH
def test_the_error_of_one_party_ends_the_run_of_all(tcp):
    def fails(end):
        raise KeyError("mine")

    with (
        Channel("Alice", "Bob", tcp=tcp) as channel,
        pytest.raises(KeyError, match="mine"),
    ):
        run(channel, lambda end: end.receive(), fails)


def test_an_unexpected_label_is_refused():
    channel = Channel("Alice", "Bob")
    channel["Alice"].send("x", 1)
    with pytest.raises(FrameError, match="Bob expected 'y', got 'x'"):
        channel["Bob"].receive("y")


@pytest.fixture
def raw():
    """Let a peer write raw bytes and close; give the receiving endpoint."""
    with contextlib.ExitStack() as stack:

        def open_end(data):
            mine, wire = connected()
            channel = Channel.over(mine, "Bob", "Alice", timeout=5, max_bytes=1000)
            stack.enter_context(channel)
            with wire:
                wire.sendall(data)
            return channel["Bob"]

        yield open_end


def test_a_frame_over_the_bound_is_refused_before_it_is_read(raw):
    with pytest.raises(
        FrameError, match="announces 4294967295 bytes, the bound is 1000"
    ):
        raw(HEADER.pack(2**32 - 1, 1, 0) + b"abc").receive()


@pytest.mark.parametrize("cut", [1, HEADER.size - 1, HEADER.size, HEADER.size + 3, -1])
def test_a_truncated_frame_is_not_a_clean_end(cut, raw):
    frame = Frame("label", 1, encode(b"body")).pack()
    with pytest.raises(FrameError, match="from Alice: connection ended"):
        raw(frame[:cut]).receive()


def test_an_end_between_frames_is_a_clean_end(raw):
    end = raw(Frame("x", 1, encode(5)).pack())
    assert end.receive("x") == 5
    with pytest.raises(PeerGone):
        end.receive()


def test_a_malformed_body_is_refused(raw):
    with pytest.raises(FrameError, match="unknown tag"):
        raw(Frame("x", 1, b"?").pack()).receive()


def test_a_label_that_is_not_text_is_refused(raw):
    with pytest.raises(FrameError, match="not UTF-8"):
        raw(HEADER.pack(0, 1, 1) + b"\xff").receive()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Channel("A"), "two or more different"),
        (lambda: Channel("A", "A"), "two or more different"),
        (lambda: Channel("A", "B", max_bytes=0), "max_bytes must be an integer in"),
        (lambda: Channel("A", "B")["A"].send("x", 1, to="C"), "to must be one of"),
        (lambda: Channel("A", "B", "C")["A"].send("x", 1), "to must be one of"),
        (lambda: Channel("A", "B")["A"].receive(sender="A"), "sender must be one of"),
        (
            lambda: Channel("A", "B", max_bytes=9)["A"].send("x", b"123456789"),
            "11 bytes",
        ),
        (lambda: Channel("A", "B")["A"].send("x" * 256, 1), "at most 255 bytes"),
        (lambda: Channel("A", "B").view("C"), "party must be one of"),
        (lambda: run(Channel("A", "B"), print), "2 parties, but 1 programs"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_message_of_any_label_comes_with_its_label():
    with Channel("Alice", "Bob") as channel:
        alice, bob = channel.ends
        alice.send("stop", "no data")
        assert bob.receive_any() == ("stop", "no data")
        assert bob.round == 1
        alice.close()
        with pytest.raises(PeerGone):
            bob.receive_any()
