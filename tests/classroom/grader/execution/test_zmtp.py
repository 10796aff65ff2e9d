"""Channels to a kernel's sockets: libzmq's own sockets are what they talk to."""

import select
import socket
import time

import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.classroom.grader.execution.zmtp import (
    PART_BYTES,
    Channel,
    Closed,
    TooLarge,
)

MOST = 100_000
SECONDS = 20.0


@pytest.fixture(scope="module")
def context():
    with zmq.Context() as context:
        context.setsockopt(zmq.LINGER, 0)
        yield context


@pytest.fixture
def peer(context):
    """A ROUTER of libzmq's, and a channel to it."""
    with context.socket(zmq.ROUTER) as router:
        port = router.bind_to_random_port("tcp://127.0.0.1")
        channel = Channel(("127.0.0.1", port), "DEALER", MOST)
        channel.send([b"hello"])
        soon(channel, lambda: router.poll(0))
        name, hello = router.recv_multipart()
        assert hello == b"hello"
        yield channel, lambda parts: router.send_multipart([name, *parts]), router
        channel.close()


def soon(channel, condition):
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        channel.flush()
        select.select([channel], [], [], 0.01)
        channel.read()
        channel.take()


def next_of(channel):
    """Return the next message, or raise what `take` does."""
    until = time.monotonic() + SECONDS
    while (message := channel.take()) is None:
        assert time.monotonic() < until
        select.select([channel], [], [], 0.01)
        channel.read()
    return message


@pytest.mark.parametrize(
    "parts",
    [[b""], [b"a", b"", b"c" * 255], [b"x" * 256], [b"y" * 70_000, b"z" * 20_000]],
)
def test_messages_cross_in_both_directions(peer, parts):
    channel, send, router = peer
    send(parts)
    assert next_of(channel) == parts
    channel.send(parts)
    until = time.monotonic() + SECONDS
    while not router.poll(10):
        assert time.monotonic() < until
        channel.flush()
    assert router.recv_multipart()[1:] == parts


def test_what_is_published_is_heard(context):
    with context.socket(zmq.XPUB) as publisher:
        port = publisher.bind_to_random_port("tcp://127.0.0.1")
        channel = Channel(("127.0.0.1", port), "SUB", MOST)
        soon(channel, lambda: publisher.poll(0))  # the subscription
        publisher.send_multipart([b"topic", b"text"])
        assert next_of(channel) == [b"topic", b"text"]
        channel.close()


def test_a_message_of_the_largest_size_arrives_and_a_larger_one_does_not(peer):
    channel, send, _ = peer
    half = MOST // 2 - PART_BYTES
    send([b"x" * half] * 2)
    assert next_of(channel) == [b"x" * half] * 2
    send([b"x" * half, b"x" * (half + 1)])
    send([b"next"])
    with pytest.raises(TooLarge):
        next_of(channel)
    assert next_of(channel) == [b"next"]


def test_the_parts_of_a_message_are_bounded_together(peer):
    channel, send, _ = peer
    send([b"part"] * (MOST // PART_BYTES))
    send([b"next"])
    with pytest.raises(TooLarge):
        next_of(channel)
    assert next_of(channel) == [b"next"]


def raw(sent, most=MOST):
    """Return a channel to which a socket of our own has sent ``sent``, and it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        channel = Channel(server.getsockname(), "SUB", most)
        ours, _ = server.accept()
    ours.sendall(sent)
    return channel, ours


GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(52, b"\0")


def test_a_message_that_never_ends_is_told_at_once_and_takes_no_memory():
    channel, ours = raw(GREETING, most=5_000)
    parts = (b"\x01\xc8" + bytes(200)) * 100  # after each, more follow
    ours.setblocking(False)
    told, sent, rest = 0, 0, b""
    with ours:
        while sent < 20_000_000:
            rest = rest or parts
            try:
                count = ours.send(rest)
                sent, rest = sent + count, rest[count:]
            except BlockingIOError:
                channel.read()
            try:
                assert channel.take() is None
            except TooLarge:
                told += 1
            held = len(channel._in) + sum(map(len, channel._parts))
            assert held < 5_000 + (1 << 18)
    assert told == 1
    channel.close()


def test_nothing_is_read_while_nobody_asks():
    channel, ours = raw(GREETING)
    ours.settimeout(0.2)
    with ours, pytest.raises(TimeoutError):
        ours.sendall((b"\x01\xff" + bytes(255)) * 100_000)
    assert len(channel._in) == 0
    channel.close()


@given(st.binary(max_size=300), st.booleans())
def test_whatever_a_kernel_sends_is_a_message_or_closes_the_channel(sent, greets):
    channel, ours = raw((GREETING if greets else b"") + sent, most=200)
    ours.close()
    try:
        for _ in range(1_000):
            while (message := taken(channel)) is not None:
                size = sum(len(part) + PART_BYTES for part in message)
                assert size <= 200 or not message
            channel.read()
        pytest.fail("the end was not noticed")
    except Closed:
        pass
    finally:
        channel.close()


def taken(channel):
    try:
        return channel.take()
    except TooLarge:
        return []


def test_a_socket_where_nobody_listens_is_said(tmp_path):
    with pytest.raises(Closed):
        Channel(str(tmp_path / "none"), "SUB", MOST)
