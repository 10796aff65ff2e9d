"""The channel between parties: everything that crosses is counted and can be read.

Each party is an object (or a process) of its own that holds one :class:`Endpoint` and
nothing of the others. A message is a label and a value (see ``codec``):

    channel = Channel("Alice", "Bob")            # in memory; tcp=True for the loopback
    alice, bob = channel.ends
    alice.send("m", 42)
    bob.receive("m")                             # 42
    channel.bytes, channel.rounds, channel.view("Bob")

The same bytes cross in memory and on the socket, so that a count in memory is a count
of the network. **Round** of a message: one more than the highest round of any message
its sender had received. Two parties who take turns use one round for each run of
messages in one direction; messages that cross each other share a round.

What this is not: nothing is encrypted or authenticated. Whoever holds the wire reads
and changes everything (that is what ``adversary`` is for); a protocol that must survive
that brings its own protection.
"""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ppdl_course.arguments import between
from ppdl_course.parties.codec import FrameError, decode, encode
from ppdl_course.parties.frames import Frame, Line
from ppdl_course.parties.transcript import Message, Note, Transcript

MAX_BYTES = 2**28
TIMEOUT = 30.0
DROP = object()
"""Returned by an adversary on the wire: the message never arrives."""


class PeerGone(ConnectionError):
    """The other party closed its end; nothing more will come."""


class Endpoint:
    """One party's end of a channel: the only thing of it that a party holds.

    Attributes:
        name: The party.
        peers: The names of the other parties.
        round: Highest round of any message received so far.
    """

    def __init__(self, channel: "Channel", name: str, peers: Sequence[str]) -> None:
        self.name = name
        self.peers = tuple(peers)
        self.round = 0
        self._channel = channel
        self._inbox: dict[str, queue.Queue[Any]] = {p: queue.Queue() for p in peers}
        self._lines: dict[str, Line] = {}

    def send(self, label: str, payload: Any, *, to: str | None = None) -> None:
        """Send a value; ``to`` may be left out where there is one other party.

        Raises:
            TypeError: If the codec does not know a type in ``payload``.
            ValueError: If the message is too large, or ``to`` is not a peer.
            PeerGone: If the peer has closed its end.
        """
        self._channel._deliver(self, self._peer(to, "to"), label, payload)

    def receive(self, label: str | None = None, *, sender: str | None = None) -> Any:
        """Return the next value from ``sender``, waiting for it if need be.

        Args:
            label: What the protocol expects next; ``None`` takes anything.
            sender: May be left out where there is one other party.

        Raises:
            FrameError: If the message is truncated, too large, malformed, or has
                another label.
            PeerGone: If the peer has closed its end and nothing is left to read.
            TimeoutError: If nothing came in time.
        """
        return self._next(label, sender)[1]

    def receive_any(self, *, sender: str | None = None) -> tuple[str, Any]:
        """Return the label and the value of the next message, whatever its label.

        For protocols in which a party may stop and say why. Errors as in
        :meth:`receive`.
        """
        return self._next(None, sender)

    def _next(self, label: str | None, sender: str | None) -> tuple[str, Any]:
        peer = self._peer(sender, "sender")
        inbox, wait = self._inbox[peer], self._channel._wait()
        try:
            frame = inbox.get(timeout=wait) if wait else inbox.get_nowait()
        except queue.Empty:
            what = f"message {label!r}" if label else "message"
            raise TimeoutError(
                f"{self.name} waited {wait:g} s for a {what} from {peer}; none came"
            ) from None
        if not isinstance(frame, Frame):
            inbox.put(frame)  # the end of the line stays the end
            if isinstance(frame, FrameError):
                raise FrameError(f"from {peer}: {frame}")
            raise PeerGone(f"{peer} closed the channel; {self.name} expected a message")
        if label is not None and frame.label != label:
            raise FrameError(f"{self.name} expected {label!r}, got {frame.label!r}")
        self.round = max(self.round, frame.round)
        self._channel._received(self, peer, frame)
        return frame.label, decode(frame.body)

    def note(self, label: str, value: Any) -> None:
        """Write down a value of this party's own. It is sent to nobody.

        The protocol player shows it in this party's column; no endpoint reads it back.
        """
        log = self._channel
        if log._keep:
            log.notes.append(Note(self.name, label, value, len(log.messages)))

    def close(self) -> None:
        """Leave: what was sent still arrives, after it peers get ``PeerGone``."""
        self._channel._leave(self)

    def _peer(self, name: str | None, argument: str) -> str:
        if name is None and len(self.peers) == 1:
            return self.peers[0]
        if name not in self._inbox:
            raise ValueError(f"{argument} must be one of {self.peers}, got {name!r}")
        return name

    def _attach(self, peer: str, sock: socket.socket, max_bytes: int) -> None:
        self._lines[peer] = Line(sock, self._inbox[peer], max_bytes)


class Channel(Transcript):
    """Joins two or more named parties, counts and remembers what crosses.

    Args:
        parties: Their names, two or more, all different.
        tcp: Carry frames over TCP connections on the loopback, one for each pair that
            talks, instead of in memory.
        timeout: Seconds a ``receive`` waits. By default 30, and 0 for a channel in
            memory outside ``parties.threads.run``, where nobody could send meanwhile.
        max_bytes: Largest body of a message, in bytes.
        keep_bodies: Remember what was sent, for :meth:`view`; without it only sizes,
            which is what a long computation wants.
        adversary: Sits on the wire: called with each :class:`Message`, returns the
            value to deliver in its place (``message.payload`` to let it pass) or
            ``DROP``. The transcript holds what left its hands.

    Raises:
        ValueError: If there are fewer than two parties or a name comes twice.
    """

    def __init__(
        self,
        *parties: str,
        tcp: bool = False,
        timeout: float | None = None,
        max_bytes: int = MAX_BYTES,
        keep_bodies: bool = True,
        adversary: Callable[[Message], Any] | None = None,
    ) -> None:
        if len(parties) < 2 or len(set(parties)) < len(parties):
            raise ValueError(f"parties must be two or more different names: {parties}")
        between(1, 2**32 - 1, max_bytes=max_bytes)
        super().__init__(parties)
        self._tcp, self._timeout, self._max_bytes = tcp, timeout, max_bytes
        self._keep, self._adversary = keep_bodies, adversary
        self._lock = threading.RLock()
        self._running = 0  # calls of ``threads.run`` that are under way
        self._ends = {
            me: Endpoint(self, me, [p for p in parties if p != me]) for me in parties
        }
        self._here = set(parties)  # whose ends live in this process
        self._gone: set[str] = set()

    @classmethod
    def over(cls, sock: socket.socket, me: str, peer: str, **options: Any) -> "Channel":
        """Return the channel of a party in a process of its own, on a connected socket.

        It holds this party's end only; its transcript is this party's view.
        """
        channel = cls(me, peer, tcp=True, **options)
        channel._here = {me}
        channel._ends = {me: channel._ends[me]}
        channel._ends[me]._attach(peer, sock, channel._max_bytes)
        return channel

    @property
    def ends(self) -> tuple[Endpoint, ...]:
        """The endpoints, in the order of the names."""
        return tuple(self._ends.values())

    def __getitem__(self, party: str) -> Endpoint:
        """Return the endpoint of ``party``."""
        return self._ends[party]

    def close(self) -> None:
        """Close every end of it."""
        for end in self.ends:
            self._leave(end)

    def __enter__(self) -> "Channel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self) -> float:
        if self._timeout is not None:
            return self._timeout
        return TIMEOUT if self._tcp or self._running else 0.0

    def _deliver(self, end: Endpoint, to: str, label: str, payload: Any) -> None:
        """Take a message from ``end`` past the adversary, log it and carry it.

        Also in memory a value is encoded and decoded again: parties share no objects.
        """
        frame = self._frame(label, end.round + 1, payload)
        message = _message(end.name, to, frame)
        if self._adversary is not None:
            changed = self._adversary(message)
            if changed is DROP:
                return
            frame = self._frame(label, end.round + 1, changed)
        with self._lock:
            if end.name in self._gone or to in self._gone:
                raise PeerGone(f"{end.name} cannot send {label!r}: channel closed")
            # in memory logged and delivered under one lock: in the order of arrival
            self._log(end.name, to, frame)
            if not self._tcp:
                self._ends[to]._inbox[end.name].put(frame)
                return
            if to not in end._lines:
                self._connect(end, self._ends[to])
        try:  # outside the lock: a full socket blocks until the peer reads
            end._lines[to].send(frame)
        except OSError as error:
            raise PeerGone(f"{to} closed the channel to {end.name}: {error}") from error

    def _frame(self, label: str, turn: int, payload: Any) -> Frame:
        body = encode(payload)
        if len(body) > self._max_bytes:
            raise ValueError(
                f"{label!r} has {len(body)} bytes; this channel takes {self._max_bytes}"
            )
        return Frame(label, turn, body)

    def _log(self, sender: str, receiver: str, frame: Frame) -> None:
        message = _message(sender, receiver, frame)
        self.messages.append(message if self._keep else replace(message, body=b""))

    def _received(self, end: Endpoint, peer: str, frame: Frame) -> None:
        if peer not in self._here:  # its sending was not seen in this process
            with self._lock:
                self._log(peer, end.name, frame)

    def _connect(self, one: Endpoint, other: Endpoint) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            dialled = socket.create_connection(server.getsockname())
            accepted, _ = server.accept()
        one._attach(other.name, dialled, self._max_bytes)
        other._attach(one.name, accepted, self._max_bytes)

    def _leave(self, end: Endpoint) -> None:
        with self._lock:
            if end.name in self._gone:
                return
            self._gone.add(end.name)
        # On a socket the peer's reading thread sees the end and says so itself.
        for peer in end.peers:
            if peer not in end._lines and peer in self._ends:
                self._ends[peer]._inbox[end.name].put(None)
        for line in end._lines.values():
            line.close()


def _message(sender: str, receiver: str, frame: Frame) -> Message:
    return Message(sender, receiver, frame.label, frame.round, frame.size, frame.body)
