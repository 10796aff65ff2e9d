"""Fig. 2 (a): clients send their data, the server builds the global model.

    training     client -> server : records (x, y)              once
                 server           : trains on all of them
    prediction   client -> server : query x
                 server -> client : answer (class)

Each party holds its end of a channel and nothing of the others; with a
:class:`~ppdl_course.parties.sealed.SealedEnd` in its place the wire sees nothing.
Either way the server sees every record and every query.

Source: the survey, Fig. 2 (a).
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ppdl_course.nn import History, Network, train


class End(Protocol):
    """What a party needs of its end: an ``Endpoint`` or a ``SealedEnd``."""

    name: str
    peers: Sequence[str]

    def send(self, label: str, payload: object, *, to: str | None = None) -> None:
        """Send a value."""
        ...

    def receive(self, label: str, *, sender: str | None = None) -> object:
        """Return the next value of that label."""
        ...

    def note(self, label: str, value: object) -> None:
        """Write down what this party knows by itself."""
        ...


class DataClient:
    """Holds records, hands them over, and asks the server for predictions.

    Args:
        end: Its end of the channel.
        x: Its records, shape (n, inputs).
        y: Their labels, shape (n,).
        server: The server's name.
    """

    def __init__(
        self, end: End, x: np.ndarray, y: np.ndarray, *, server: str = "server"
    ) -> None:
        self._end, self._server = end, server
        self._x, self._y = x, y
        end.note("own records", x)

    def send_records(self) -> None:
        """Send all records to the server (training phase)."""
        self._end.send("records", {"x": self._x, "y": self._y}, to=self._server)

    def send_query(self, x: np.ndarray) -> None:
        """Send the rows to be predicted, shape (n, inputs) (prediction phase)."""
        self._end.send("query", x, to=self._server)

    def receive_answer(self) -> np.ndarray:
        """Return the server's answer, one class for each row, shape (n,)."""
        return self._end.receive("answer", sender=self._server)


class DataServer:
    """Collects records and trains one network on all of them.

    Args:
        end: Its end of the channel.
        network: Trained in place; this party's own.
        clients: Who sends records.
    """

    def __init__(self, end: End, network: Network, clients: Sequence[str]) -> None:
        self._end, self.network = end, network
        self.clients = tuple(clients)

    def build_model(
        self, *, rng: np.random.Generator, rate: float = 0.1, epochs: int = 20
    ) -> History:
        """Wait for the records of every client, then train on all of them."""
        parts = [self._end.receive("records", sender=c) for c in self.clients]
        x = np.concatenate([part["x"] for part in parts])
        y = np.concatenate([part["y"] for part in parts])
        history = train(self.network, x, y, rate=rate, epochs=epochs, rng=rng)
        self._end.note("global model", self.network.flat.copy())
        return history

    def answer(self, client: str) -> None:
        """Answer one query of ``client``."""
        x = self._end.receive("query", sender=client)
        self._end.send("answer", self.network.predict(x), to=client)
