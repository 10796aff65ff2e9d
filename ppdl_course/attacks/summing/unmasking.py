r"""A server that asks for what takes both masks off one client's numbers.

Everybody shares out two secrets: b_i behind its own mask, s_i behind the pair masks
(``federated/dropouts``). The server may have one of them for each client. Four ways to
get more, against four kinds of clients, all of them run:

    late upload     "the victim has left": its pair key; the upload was only late
    both kinds      ask for the victim's self mask, then for its pair key
    all others left the victim's self mask, and everybody else's pair key: one kind each
    two lists       to one half the victim is there, to the other half it has left

    single mask     no self mask at all; gives pair keys of those who have left
    anything        gives what it is asked for
    one kind        gives one kind of share for each client
    signed list     gives what fits one list of survivors, at least t long, that t
                    clients have signed (``SumClient``)

Only the last keeps the victim's numbers from all four. (Two lists get nowhere against
the others either, with a threshold above half: neither half is enough.)

Source: Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine
Learning", CCS 2017, sections 4 and 6 (double masks; consistency check).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ppdl_course.federated.dropouts.client import PAIR, SELF, SumClient
from ppdl_course.federated.dropouts.refusals import Refusal
from ppdl_course.federated.dropouts.rounds import signing_keys
from ppdl_course.federated.dropouts.server import SumServer
from ppdl_course.federated.dropouts.statements import of_this_turn
from ppdl_course.federated.masking import add_masks, mask, shared_key
from ppdl_course.mpc.sharing.shamir import from_field, recover
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.groups import P256, Group


class TrustingClient(SumClient):
    """A client that gives whatever shares the server asks for."""

    def answer(self) -> None:
        """Take a request, the kinds wanted for each name; send the shares."""
        request = self._receive("request")
        shares = {
            name: [
                (kind, self._held[name][0 if kind == SELF else 1])
                for kind in kinds
                if self._agrees(name, kind)
            ]
            for name, kinds in request.items()
        }
        self._tell("shares for the server", shares)

    def _agrees(self, name: str, kind: str) -> bool:
        return True


class SingleMaskClient(TrustingClient):
    """One mask, as in ``federated/masking``; its pair key is for those who left."""

    def _covered(self, words: np.ndarray) -> np.ndarray:
        return words

    def _agrees(self, name: str, kind: str) -> bool:
        return kind == PAIR


class OneKindClient(TrustingClient):
    """A client that remembers which kind it gave for whom, and gives no other."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._given: dict[tuple[int, str], str] = {}

    def _agrees(self, name: str, kind: str) -> bool:
        return self._given.setdefault((self.turn, name), kind) == kind


CLIENTS: dict[str, type[SumClient]] = {
    "single mask": SingleMaskClient,
    "anything": TrustingClient,
    "one kind": OneKindClient,
    "signed list": SumClient,
}
WAYS = ("late upload", "both kinds", "all others left", "two lists")


@dataclass
class Attempt:
    """What one attack came to.

    Attributes:
        read: What the server took for the victim's numbers, int64; ``None`` if it could
            not take the masks off.
        refused: Why clients refused, by name: the class of the refusal.
    """

    read: np.ndarray | None = None
    refused: dict[str, str] = field(default_factory=dict)


class CuriousServer(SumServer):
    """A server that asks for shares of its own choice, and keeps them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._shares: dict[tuple[str, str], dict[int, np.ndarray]] = {}

    def take_uploads(self) -> None:
        """Take the uploads and say nothing about them."""
        self._uploads = self._collect("upload", self._present, self._read_upload)

    def request(self, client: TrustingClient, kinds: Mapping[str, list[str]]) -> None:
        """Ask a client for shares, and keep what it gives."""
        self._send("request", dict(kinds), [client.name])
        client.answer()
        for name, shares in self._next("shares for the server", client.name).items():
            for kind, numbers in shares:
                self._keep(client.name, name, kind, numbers)

    def name_survivors(
        self, clients: Sequence[SumClient], lists: Mapping[str, Sequence[str]]
    ) -> dict[str, str]:
        """Name each client a list of its own, relay consents, keep the shares.

        Returns:
            Who refused, and the class of the refusal.
        """
        refused, consents = {}, {}
        for client in clients:
            self._send("survivors", tuple(lists[client.name]), [client.name])
            try:
                client.send_consent()
                (consents[client.name],) = self._next("consent", client.name)
            except Refusal as error:
                refused[client.name] = type(error).__name__
        for client in clients:
            if client.name in refused:
                continue
            wanted = tuple(lists[client.name])
            same = {n: c for n, c in consents.items() if tuple(lists[n]) == wanted}
            self._send("consents", same, [client.name])
            try:
                client.send_unmasking()
            except Refusal as error:
                refused[client.name] = type(error).__name__
                continue
            for name, share in self._next("unmasking", client.name).items():
                self._keep(client.name, name, *share)
        return refused

    def peel(self, victim: str, covered: bool) -> np.ndarray | None:
        """Return the victim's upload without masks, int64, if the shares suffice."""
        peers = [name for name in self._present if name != victim]
        own, keys = self._secret(victim, PAIR), {}
        for peer in peers:
            secret = own or self._secret(peer, PAIR)
            if secret is None:
                return None
            private = X25519PrivateKey.from_private_bytes(secret)
            public = self._publics[peer if own else victim]
            keys[peer] = shared_key(private, public, b"mask")
        zeros = np.zeros(self._size, np.uint64)
        words = self._uploads[victim] - add_masks(zeros, victim, keys, self.turn)
        if covered:
            seed = self._secret(victim, SELF)
            if seed is None:
                return None
            words = words - mask(seed, self.turn, self._size)
        return words.view(np.int64)

    def _next(self, label: str, name: str) -> Any:
        return of_this_turn(self._end, label, name, self.turn)

    def _keep(self, giver: str, name: str, kind: str, numbers: np.ndarray) -> None:
        self._shares.setdefault((name, kind), {})[self._points[giver]] = numbers

    def _secret(self, name: str, kind: str) -> bytes | None:
        rows = self._shares.get((name, kind), {})
        if len(rows) < self._threshold:
            return None
        stacked = np.stack(list(rows.values()))
        return from_field(recover(list(rows), stacked, threshold=self._threshold), 32)


def attack(
    values: Mapping[str, np.ndarray],
    victim: str,
    *,
    way: str,
    clients: str,
    threshold: int,
    group: Group = P256,
) -> Attempt:
    """Run one of the ``WAYS`` against one kind of ``CLIENTS``.

    Args:
        values: Each client's numbers, int64, all of one shape (d,).
        victim: Of whom the server wants the numbers.
        way: How.
        clients: Of which kind all of them are.
        threshold: As in ``federated/dropouts``.
        group: Of the signing keys.

    Raises:
        ValueError: If a name is unknown, or the threshold is out of its bound.
    """
    for name, value, known in (
        ("victim", victim, tuple(values)),
        ("way", way, WAYS),
        ("clients", clients, tuple(CLIENTS)),
    ):
        if value not in known:
            raise ValueError(f"{name} must be one of {known}, got {value!r}")
    keys, directory = signing_keys(tuple(values), group)
    size = len(values[victim])
    with Channel("server", *values, keep_bodies=False) as channel:
        end = channel["server"]
        server = CuriousServer(end, directory, group, threshold=threshold, size=size)
        people = [
            CLIENTS[clients](channel[n], keys[n], directory, threshold=threshold)
            for n in values
        ]
        _upload(server, people, values)
        if clients == "signed list":
            refused = _with_lists(server, people, victim, way)
        else:
            refused = _with_requests(server, people, victim, way)
        return Attempt(server.peel(victim, clients != "single mask"), refused)


def _upload(
    server: CuriousServer,
    people: Sequence[SumClient],
    values: Mapping[str, np.ndarray],
) -> None:
    for one in people:
        one.send_keys(0)
    server.relay_keys()
    for one in people:
        one.send_shares()
    server.relay_shares()
    for one in people:
        one.send_upload(values[one.name].view(np.uint64))
    server.take_uploads()


def _with_requests(
    server: CuriousServer, people: Sequence[TrustingClient], victim: str, way: str
) -> dict[str, str]:
    others = [one.name for one in people if one.name != victim]
    for i, one in enumerate(people):
        if way == "late upload":
            server.request(one, {victim: [PAIR]})
        elif way == "both kinds":
            server.request(one, {victim: [SELF]})
            server.request(one, {victim: [PAIR]})
        elif way == "all others left":
            server.request(one, {victim: [SELF], **{n: [PAIR] for n in others}})
        else:
            server.request(one, {victim: [SELF] if i % 2 else [PAIR]})
    return {}


def _with_lists(
    server: CuriousServer, people: Sequence[SumClient], victim: str, way: str
) -> dict[str, str]:
    everybody = [one.name for one in people]
    others = [name for name in everybody if name != victim]
    rest = [one for one in people if one.name != victim]
    if way == "late upload":
        return server.name_survivors(rest, dict.fromkeys(others, others))
    if way == "both kinds":
        server.name_survivors(people, dict.fromkeys(everybody, everybody))
        return server.name_survivors(rest, dict.fromkeys(others, others))
    if way == "all others left":
        return server.name_survivors(people, dict.fromkeys(everybody, (victim,)))
    lists = {n: everybody if i % 2 else others for i, n in enumerate(others)}
    return server.name_survivors(people, {victim: everybody, **lists})
