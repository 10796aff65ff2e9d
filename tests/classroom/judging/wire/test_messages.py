"""Messages between a check and a sandbox: whole, bounded, and given up in time."""

import itertools
import secrets
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.classroom.judging.wire.messages import Broken, receive, send


def test_a_long_message_is_refused_before_it_is_read():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall((1 << 40).to_bytes(8, "big"))
        with pytest.raises(Broken, match="at most"):
            receive(ours)


@given(st.binary(max_size=200_000))
def test_messages_arrive_whole(data):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=send, args=(theirs, data))
        sender.start()
        assert receive(ours) == data
        sender.join()


def test_a_message_that_ends_early_is_refused():
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall((9).to_bytes(8, "big") + b"four")
        theirs.close()
        with pytest.raises(Broken, match="ended"):
            receive(ours)


def test_who_sends_byte_by_byte_is_given_up_all_the_same():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.05)
        theirs.sendall((1000).to_bytes(8, "big"))
        looks = []

        def wait():
            theirs.sendall(b"x")  # there is always a byte to read
            looks.append(1)
            if len(looks) > 20:
                raise Broken("it takes too long")

        with pytest.raises(Broken, match="too long"):
            receive(ours, wait=wait)


def test_who_reads_nothing_is_given_up_too():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        looks = itertools.count()

        def wait():
            if next(looks) > 20:
                raise Broken("it takes too long")

        with pytest.raises(Broken, match="too long"):
            send(ours, bytes(50_000_000), wait)


def test_a_long_message_crosses_although_each_wait_is_short():
    ours, theirs = socket.socketpair()
    data = secrets.token_bytes(5_000_000)
    with ours, theirs:
        ours.settimeout(0.01)
        theirs.settimeout(0.01)
        sender = threading.Thread(
            target=send, args=(ours, data, lambda: time.sleep(0.001))
        )
        sender.start()
        assert receive(theirs, wait=lambda: None) == data
        sender.join()
