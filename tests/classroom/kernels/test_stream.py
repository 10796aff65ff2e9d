"""What a cell prints reaches the grader whole, and little of it waits at any time."""

import pytest
import zmq
from ipykernel.iostream import IOPubThread
from jupyter_client.session import Session

from ppdl_course.classroom.kernels.stream import MOST_PENDING, BoundedStream

PIECE = 100_000


@pytest.fixture
def stream_and_reader():
    context = zmq.Context()
    publisher, reader = context.socket(zmq.PUB), context.socket(zmq.SUB)
    reader.subscribe(b"")
    reader.rcvtimeo = 10_000
    reader.connect(
        f"tcp://127.0.0.1:{publisher.bind_to_random_port('tcp://127.0.0.1')}"
    )
    thread = IOPubThread(publisher)
    thread.start()
    stream = BoundedStream(Session(key=b""), thread, "stdout", watchfd=False)
    yield stream, reader
    thread.stop()
    context.destroy(linger=0)


def received(reader, until):
    """Return what was printed up to and with ``until``."""
    session, text = Session(key=b""), ""
    while until not in text:
        _, parts = session.feed_identities(reader.recv_multipart())
        text += session.deserialize(parts)["content"]["text"]
    return text


def test_a_loop_that_prints_lets_little_wait_and_loses_nothing(stream_and_reader):
    stream, reader = stream_and_reader
    while not reader.poll(50):  # what was sent before it listened is lost
        stream.write("first")
        stream.flush()
    most, sent = 0, ""
    for n in range(300):
        piece = f"{n:>{PIECE}}"
        stream.write(piece)
        sent += piece
        waiting = sum(len(buffer.getvalue()) for buffer in stream._buffers.values())
        most = max(most, waiting)
    stream.write("last")
    stream.flush()
    assert 0 < most <= MOST_PENDING + PIECE
    assert received(reader, "last").replace("first", "") == f"{sent}last"


def test_a_short_line_is_not_waited_for(stream_and_reader):
    stream, _ = stream_and_reader
    stream.flush_interval = 60
    assert stream.write("short") == 5
    assert [buffer.getvalue() for buffer in stream._buffers.values()] == ["short"]
