"""Owners, servers and the dealer put together: who runs what, and what it cost.

    owner          shares its data: one share to each server     ``Owner``
    dealer         deals the plan's material to both servers     ``Dealer.serve``
    server 0, 1    run one program on their shares               ``play``
    owner          adds the two shares of the result

All talk over one ``Channel``. ``together`` runs everybody in threads.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ppdl_course.mpc.learning.dealer import Dealer, Pace, receive_supply
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import Request, Supply
from ppdl_course.mpc.learning.own_supply import Method, OwnSupply
from ppdl_course.mpc.learning.server import Line, PeerStopped, Server
from ppdl_course.mpc.sharing.additive import split
from ppdl_course.parties.channel import Channel, Endpoint
from ppdl_course.parties.threads import run
from ppdl_course.parties.transcript import Message, Transcript

SERVERS = ("server 0", "server 1")
DEALER = "dealer"
Words = np.ndarray
ServerProgram = Callable[..., Any]
"""Called with the server, then its inputs; the same for both servers."""


class Owner:
    """Holds data; gives each server one share and learns what they send back.

    Args:
        end: Its end of the channel.
        fixed: How numbers are written; the servers' too.
    """

    def __init__(self, end: Endpoint, *, fixed: FixedPoint | None = None) -> None:
        self.end, self.fixed = end, fixed or FixedPoint()

    def share(self, *matrices: np.ndarray) -> None:
        """Send each server a share of every matrix.

        Raises:
            ValueError: If a number is too large for the fixed point; nothing is sent.
        """
        shares = [split(self.fixed.encode(matrix)) for matrix in matrices]
        for party, server in enumerate(SERVERS):
            self.end.send("shares", [pair[party] for pair in shares], to=server)

    def result(self) -> np.ndarray:
        """Return what the servers' shares of the result add up to."""
        first, second = (self.end.receive("result", sender=name) for name in SERVERS)
        return self.fixed.decode(first + second)


def receive_shares(end: Endpoint, owner: str) -> list[Words]:
    """Return a server's shares of an owner's matrices.

    Raises:
        ValueError: If they are not arrays of uint64.
    """
    shares = end.receive("shares", sender=owner)
    if not isinstance(shares, list):
        raise ValueError(f"shares must be a list, {owner} sent {type(shares)}")
    for share in shares:
        if not isinstance(share, np.ndarray) or share.dtype != np.uint64:
            raise ValueError(f"shares must be uint64 arrays, {owner} sent {share!r}")
    return shares


def guarded(program: ServerProgram, server: Server, *inputs: Any) -> Any:
    """Run a server's program; on an error tell the other server why, and stop.

    Raises:
        ValueError: This server's error, or ``PeerStopped`` with the other's reason.
    """
    try:
        return program(server, *inputs)
    except PeerStopped:
        server.end.close()
        raise
    except (ValueError, OSError) as error:  # a peer gone and a time-out are OSErrors
        server.stop(str(error))
        raise


@dataclass(frozen=True)
class Session:
    """A finished run.

    Attributes:
        results: Both servers' results.
        channel: Everything that crossed.
        openings: How often a server opened something.
    """

    results: tuple[Any, Any]
    channel: Channel
    openings: int

    @property
    def online(self) -> list[Message]:
        """The messages between the two servers."""
        return between_servers(self.channel)

    @property
    def bytes(self) -> int:
        """Bytes between the servers, both directions."""
        return sum(message.size for message in self.online)

    @property
    def rounds(self) -> int:
        """Rounds between the servers."""
        return len({message.round for message in self.online})

    @property
    def total(self) -> Any:
        """The sum of the two results: what both servers together know."""
        return add_up(*self.results)


def between_servers(log: Transcript) -> list[Message]:
    """Return the messages of a transcript that the servers sent each other."""
    return [m for m in log.messages if m.sender in SERVERS and m.receiver in SERVERS]


def add_up(first: Any, second: Any) -> Any:
    """Add two servers' results: arrays, or lists and tuples of them."""
    if isinstance(first, list | tuple):
        return type(first)(add_up(a, b) for a, b in zip(first, second, strict=True))
    return first + second


def together(
    program: ServerProgram,
    plan: Iterable[Request],
    *inputs: Any,
    fixed: FixedPoint | None = None,
    tcp: bool = False,
    keep_bodies: bool = True,
    dealer: Dealer | None = None,
) -> Session:
    """Run a program on both servers, and the dealer, in threads.

    Args:
        program: Called with a :class:`Server` and its shares of the inputs.
        plan: What the program takes from its supply, in that order.
        inputs: uint64 words are shared first; anything else is public and goes to
            both as it is. Lists of words are shared one by one.
        fixed: How numbers are written.
        tcp: Over the loopback instead of in memory.
        keep_bodies: Whether the transcript keeps what was sent.
        dealer: Another than a fresh one.
    """
    dealer = dealer or Dealer()
    pairs = [_both(value) for value in inputs]
    servers: list[Server | None] = [None, None]
    pace = Pace()

    def play(party: int) -> Callable[[Endpoint], Any]:
        def server_program(end: Endpoint) -> Any:
            try:
                supply = receive_supply(end, party, DEALER, pace=pace)
                peer = SERVERS[1 - party]
                server = Server(end, party, supply, fixed=fixed, peer=peer)
                servers[party] = server
                return guarded(program, server, *(pair[party] for pair in pairs))
            finally:  # however it ends: the dealer must not wait for ever
                pace.end()

        return server_program

    channel = Channel(*SERVERS, DEALER, tcp=tcp, keep_bodies=keep_bodies)
    # A party has one core: on few of them, more threads wait for each other only.
    with channel, threadpool_limits(1, "blas"):
        first, second, _ = run(
            channel,
            play(0),
            play(1),
            lambda end: dealer.serve(end, plan, *SERVERS, pace=pace),
        )
    return Session((first, second), channel, servers[0].openings)


def with_supplies(
    program: ServerProgram,
    supplies: Sequence[Supply],
    *inputs: Any,
    fixed: FixedPoint | None = None,
    keep_bodies: bool = False,
) -> Session:
    """Run a program on both servers with material made before: the online part only."""
    return _alone(program, lambda _, k: supplies[k], inputs, fixed, keep_bodies)


def without_dealer(
    program: ServerProgram,
    *inputs: Any,
    method: Method = "ot",
    fixed: FixedPoint | None = None,
    keep_bodies: bool = False,
) -> Session:
    """Run a program on two servers that make their material as they go."""

    def supply(end: Endpoint, party: int) -> OwnSupply:
        return OwnSupply(Line(end), party, method)

    return _alone(program, supply, inputs, fixed, keep_bodies)


def _alone(
    program: ServerProgram,
    supply: Callable[[Endpoint, int], Any],
    inputs: Sequence[Any],
    fixed: FixedPoint | None,
    keep_bodies: bool,
) -> Session:
    pairs = [_both(value) for value in inputs]
    servers: list[Server | None] = [None, None]

    def play(party: int) -> Callable[[Endpoint], Any]:
        def server_program(end: Endpoint) -> Any:
            servers[party] = Server(end, party, supply(end, party), fixed=fixed)
            return guarded(program, servers[party], *(pair[party] for pair in pairs))

        return server_program

    with (
        Channel(*SERVERS, keep_bodies=keep_bodies) as channel,
        threadpool_limits(1, "blas"),
    ):
        first, second = run(channel, play(0), play(1))
    return Session((first, second), channel, servers[0].openings)


def _both(value: Any) -> tuple[Any, Any]:
    if isinstance(value, np.ndarray) and value.dtype == np.uint64:
        return split(value)
    words = (
        isinstance(value, list)
        and value
        and all(isinstance(v, np.ndarray) and v.dtype == np.uint64 for v in value)
    )
    if words:
        first, second = zip(*(split(v) for v in value), strict=True)
        return list(first), list(second)
    return value, value
