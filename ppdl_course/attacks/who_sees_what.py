r"""Who sees what: each seat, in each phase, of each way to learn together (Fig. 2).

Both architectures of Fig. 2 are run for real, open and protected, among a server and
three clients. Then every seat is asked about three things of the victim's, from the log
alone:

    sees       the thing itself stands in what was seen
    computes   it does not, but the attack of chapter 1 works it out: a row of the first
               layer's gradient, divided by its bias entry
    -          neither

For the attack a client also takes the difference of two models that it was sent, and
takes its own gradient off; the server with the other clients takes theirs off a sum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.attacks.gradient_leakage import closed_form
from ppdl_course.federated.adversary import WIRE, Adversary, Sight, phases
from ppdl_course.federated.data_exchange import DataClient, DataServer, End
from ppdl_course.federated.gradient_exchange import (
    GradientClient,
    GradientServer,
    train_rounds,
)
from ppdl_course.federated.masking import MaskedClient, MaskedServer, exchange_keys
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.sealed import SealedEnd
from ppdl_course.parties.transcript import Transcript

CLIENTS = ("victim", "client 2", "client 3")
SEATS = {
    "the wire": (WIRE,),
    "a client": ("client 2",),
    "the server": ("server",),
    "server + client": ("server", "client 2"),
    "server + 2 clients": ("server", "client 2", "client 3"),
}
RATE = 0.1


@dataclass(frozen=True)
class Case:
    """One architecture as it ran.

    Attributes:
        name: Which.
        training: Log of the training phase.
        prediction: Log of the prediction phase.
        secrets: Phase -> name -> the victim's row that must stay private.
        network: The global model before the training.
    """

    name: str
    training: Transcript
    prediction: Transcript
    secrets: dict[str, dict[str, np.ndarray]]
    network: Network


def ends(channel: Channel, *, sealed: bool) -> dict[str, End]:
    """Return the end of each party by name, sealed if asked for."""
    return {end.name: SealedEnd(end) if sealed else end for end in channel.ends}


def exchange_data(
    network: Network, x: np.ndarray, y: np.ndarray, query: np.ndarray, *, sealed: bool
) -> Case:
    """Run Fig. 2 (a): three clients with a third of the rows each.

    Args:
        network: The model before training; a copy is trained.
        x: Records; the victim's come first, and its first row is the secret.
        y: Labels.
        query: What the victim asks later, shape (inputs,).
        sealed: Whether all lines are encrypted.
    """
    with Channel("server", *CLIENTS) as channel:
        end = ends(channel, sealed=sealed)
        server = DataServer(end["server"], network.copy(), CLIENTS)
        shares = zip(CLIENTS, np.split(x, 3), np.split(y, 3), strict=True)
        clients = [DataClient(end[name], a, b) for name, a, b in shares]
        for client in clients:
            client.send_records()
        server.build_model(rng=np.random.default_rng(0), epochs=1)
        cut = len(channel.messages)
        _query_server(clients[0], server, query)
        secrets = {"training": {"record": x[0]}, "prediction": {"query": query}}
        name = f"(a) data, {'sealed' if sealed else 'open'}"
        return Case(name, *phases(channel, cut), secrets, network)


def exchange_gradients(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    query: np.ndarray,
    *,
    protection: str,
    at_home: bool,
) -> Case:
    """Run Fig. 2 (b) for one round of one record each.

    Args:
        network: The model before training; a copy is trained.
        x: Records of the three clients, shape (3, inputs), the victim's first.
        y: Labels.
        query: What the victim wants predicted, shape (inputs,).
        protection: ``"open"``, ``"sealed"``, or ``"masked"`` (over sealed lines).
        at_home: Whether the victim predicts at home instead of asking the server.
    """
    masked = protection == "masked"
    with Channel("server", *CLIENTS) as channel:
        end = ends(channel, sealed=protection != "open")
        shares = zip(CLIENTS, np.split(x, 3), np.split(y, 3), strict=True)
        if masked:
            server = MaskedServer(
                end["server"], network.copy(), CLIENTS, rate=RATE, groups=[CLIENTS]
            )
            clients = [
                MaskedClient(end[n], network, a, b, group=_others(n))
                for n, a, b in shares
            ]
            exchange_keys(clients)
        else:
            server = GradientServer(end["server"], network.copy(), CLIENTS, rate=RATE)
            clients = [GradientClient(end[n], network, a, b) for n, a, b in shares]
        train_rounds(server, clients, 1)
        cut = len(channel.messages)
        if at_home:
            channel[CLIENTS[0]].note("query", query[np.newaxis])
            clients[0].predict(query[np.newaxis])
        else:
            _query_server(clients[0], server, query)
        secrets = {"training": {"record": x[0]}, "prediction": {"query": query}}
        own = (n for n in channel.notes if n.party == CLIENTS[0])
        gradient = next(n.value for n in own if n.label == "own gradient")
        secrets["training"]["gradient"] = gradient
        route = "asks at home" if at_home else "asks the server"
        return Case(
            f"(b) gradients, {protection}, {route}",
            *phases(channel, cut),
            secrets,
            network,
        )


def _query_server(
    client: DataClient | GradientClient, server: object, x: np.ndarray
) -> None:
    client.send_query(x[np.newaxis])
    server.answer(CLIENTS[0])
    client.receive_answer()


def _others(name: str) -> tuple[str, ...]:
    return tuple(other for other in CLIENTS if other != name)


def verdict(
    seats: Sequence[str], log: Transcript, secret: np.ndarray, network: Network
) -> str:
    """Return ``"sees"``, ``"computes"`` or ``"-"`` for one seat and one secret."""
    adversary = Adversary(tuple(seats))
    if adversary.sees(log, secret):
        return "sees"
    for gradient in gradients(adversary.sights(log), len(network.flat)):
        if secret.shape == gradient.shape:
            guess = gradient
        else:
            guess = closed_form(network, gradient)
        if guess.shape == secret.shape and np.allclose(guess, secret, atol=1e-5):
            return "computes"
    return "-"


def gradients(sights: Sequence[Sight], size: int) -> Iterator[np.ndarray]:
    """Yield every gradient, of one client or mixed, that these sights give."""
    own = {s.sender: s.value for s in sights if s.label == "own gradient"}
    strange = [s for s in sights if _vector(s.value, size)]
    yield from (s.value for s in strange if s.label == "gradient")
    models = [s.value for s in strange if s.label == "model"]
    sums = [s.value for s in strange if s.label.startswith("sum of ")]
    if len(models) > 1:
        sums.append((models[0] - models[-1]) / RATE * len(CLIENTS))
    for total in sums:
        rest = len(CLIENTS) - len(own)
        yield (total - sum(own.values())) / rest


def _vector(value: object, size: int) -> bool:
    return (
        isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and value.shape == (size,)
    )


def who_sees_what(cases: Sequence[Case]) -> list[dict[str, str]]:
    """Return the table, a row for each architecture, phase and secret.

    Each row has the keys ``architecture``, ``phase``, ``secret`` and every seat.
    """
    rows = []
    for case in cases:
        logs = {"training": case.training, "prediction": case.prediction}
        for phase, secrets in case.secrets.items():
            for name, secret in secrets.items():
                row = {"architecture": case.name, "phase": phase, "secret": name}
                for title, seats in SEATS.items():
                    row[title] = verdict(seats, logs[phase], secret, case.network)
                rows.append(row)
    return rows


def all_cases(
    network: Network, x: np.ndarray, y: np.ndarray, query: np.ndarray
) -> list[Case]:
    """Run every architecture on three records and one query."""
    data = [exchange_data(network, x, y, query, sealed=s) for s in (False, True)]
    return data + [
        exchange_gradients(
            network, x, y, query, protection=protection, at_home=protection == "masked"
        )
        for protection in ("open", "sealed", "masked")
    ]
