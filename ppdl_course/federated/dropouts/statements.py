"""What the parties of a masked sum sign and list, and how lists are checked."""

from collections.abc import Iterable, Mapping
from typing import Any

from ppdl_course.federated.dropouts.refusals import (
    CountedTwice,
    ForgedSignature,
    TooFew,
    UnknownClient,
)
from ppdl_course.parties.channel import Endpoint
from ppdl_course.parties.codec import FrameError, encode
from ppdl_course.publickey.groups import Group
from ppdl_course.publickey.schnorr import Signature, verify


def statement(kind: str, turn: int, *parts: Any) -> bytes:
    """Return the bytes that are signed: what it is, for which round, and the rest.

    Without the kind, a signature could be moved to another message; without the round,
    to another day.
    """
    return encode((kind, turn, *parts))


def listed(names: Iterable[Any], known: Iterable[str], least: int) -> tuple[str, ...]:
    """Return the names of a list that came from another party.

    Args:
        names: The list.
        known: Who may be in it.
        least: The threshold.

    Raises:
        UnknownClient: If one is not known.
        CountedTwice: If one comes twice.
        TooFew: If there are fewer than ``least``.
    """
    names, known = tuple(names), frozenset(known)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise UnknownClient(f"names must be of {sorted(known)}, got {name!r}")
        if names.count(name) > 1:
            raise CountedTwice(f"names must differ, got {name!r} twice")
    if len(names) < least:
        raise TooFew(f"clients must be {least} or more, got {len(names)}: {names}")
    return names


def of_this_turn(end: Endpoint, label: str, sender: str, turn: int) -> Any:
    """Return the next value of this round from ``sender``, sent as (round, value).

    What is left from earlier rounds, in which a party did not wait for it, is thrown
    away.

    Raises:
        FrameError: If it has another label or is of a later round.
        TimeoutError: If nothing comes.
    """
    while True:
        got, message = end.receive_any(sender=sender)
        when, value = message
        if when == turn and got == label:
            return value
        if when >= turn:
            raise FrameError(
                f"{end.name} expected {label!r} of round {turn}, got {got!r} of {when}"
            )


def pack(group: Group, signature: Signature) -> tuple[bytes, int]:
    """Return a signature as it goes to the wire."""
    return group.encode(signature.nonce), signature.response


def require_signed(
    group: Group,
    directory: Mapping[str, Any],
    name: str,
    message: bytes,
    packed: Any,
) -> Signature:
    """Return the signature of ``name`` under a message.

    Args:
        group: Of the signing keys.
        directory: The clients' public signing keys.
        name: Of the directory.
        message: What it should sign.
        packed: From the wire, see :func:`pack`.

    Raises:
        ForgedSignature: If it is none, or does not hold.
    """
    try:
        nonce, response = packed
        signature = Signature(group.decode(nonce, "nonce"), response)
        good = type(response) is int and verify(
            group, directory[name], message, signature
        )
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ForgedSignature(f"the signature of {name!r} does not hold")
    return signature
