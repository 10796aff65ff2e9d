"""How the parties of a garbled network talk: errors are told, stops are heard.

A party that refuses something says why before it leaves; the other gets that reason as
``PeerStopped``, also if it was sending at that moment. Nobody waits for a party that
has gone.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from ppdl_course.mpc.learning.server import STOP, PeerStopped
from ppdl_course.parties.channel import Endpoint, PeerGone


@contextlib.contextmanager
def telling(end: Endpoint, *peers: str) -> Iterator[None]:
    """On a ValueError tell the peers why, leave, and let the error go on.

    A peer that told so and left while this party was sending is heard, too.

    Args:
        end: Whose error it is.
        peers: Whom to tell; the only peer, if none is named.
    """
    try:
        yield
    except PeerStopped:
        end.close()
        raise
    except PeerGone as error:
        reason = _last_words(end, peers or end.peers)
        end.close()
        if reason is None:
            raise
        raise PeerStopped(f"the other party stopped: {reason}") from error
    except ValueError as error:
        for peer in peers or end.peers:
            with contextlib.suppress(ConnectionError):  # it has gone already
                end.send(STOP, f"{end.name}: {error}", to=peer)
        end.close()
        raise


def _last_words(end: Endpoint, peers: Sequence[str]) -> str | None:
    """Return why a peer stopped, if it said so before it left."""
    for peer in peers:
        with contextlib.suppress(ConnectionError, TimeoutError):
            while True:
                label, value = end.receive_any(sender=peer)
                if label == STOP:
                    return value
    return None


def receive(end: Endpoint, label: str, *, sender: str | None = None) -> Any:
    """Return the next value, which must have that label.

    Raises:
        PeerStopped: If the peer stopped instead; with its reason.
        ValueError: If the message has another label.
        PeerGone: If the peer closed its end without a word.
    """
    got, value = end.receive_any(sender=sender)
    if got == STOP:
        raise PeerStopped(f"the other party stopped: {value}")
    if got != label:
        raise ValueError(f"message must be {label!r}, got {got!r}")
    return value


class Peer:
    """An end as two-party protocols want it: one peer, who may stop and say why.

    Args:
        end: The end.
        peer: The peer, if there are several.
    """

    def __init__(self, end: Endpoint, peer: str | None = None) -> None:
        self._end, self._peer = end, peer or end.peers[0]

    def send(self, label: str, value: Any) -> None:
        """Send a value."""
        self._end.send(label, value, to=self._peer)

    def receive(self, label: str) -> Any:
        """Return the next value; see :func:`receive`."""
        return receive(self._end, label, sender=self._peer)

    def note(self, label: str, value: Any) -> None:
        """Write down a value of this party's own."""
        self._end.note(label, value)
