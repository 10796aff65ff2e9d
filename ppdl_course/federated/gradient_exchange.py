"""Fig. 2 (b): clients train at home; gradients go up, the model comes down.

    training     server -> client k : model w
                 client k -> server : gradient g_k on a batch of its own
                 server             : w <- w - rate * mean_k g_k        each round
    prediction   at home, with the model that came down; or
                 client -> server : query x;  server -> client : answer

Records never leave a client. That is all this file promises: a gradient says much about
the records (chapters 1 and 3). What is sent and how it is added up are the two methods
that protection replaces: ``GradientClient.message`` and ``GradientServer.combine``
(masks in :mod:`ppdl_course.federated.masking`).

The parties can be stepped in one thread, as :func:`train_rounds` does, or run as
programs of their own with :func:`ppdl_course.parties.threads.run`.

Source: the survey, Fig. 2 (b); McMahan, Moore, Ramage, Hampson, Agüera y Arcas,
"Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS
2017 (FedSGD, FedAvg).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ppdl_course.arguments import at_least, positive
from ppdl_course.federated.data_exchange import End
from ppdl_course.nn import CrossEntropy, Network


class GradientClient:
    """Holds records, and answers a model with a gradient.

    Args:
        end: Its end of the channel.
        network: A network of the agreed shape; its own copy is trained.
        x: Its records, shape (n, inputs).
        y: Their labels, shape (n,).
        batch_size: Records behind one gradient; the last batch of a pass over the
            records may be smaller. By default all of them.
        local_steps: Gradient steps at home before it reports; more than one is
            federated averaging, and what it then sends is the mean of these gradients.
        rate: Learning rate of these steps.
        rng: Draws the order of the records; without it they stay in order.
        server: The server's name.
    """

    def __init__(
        self,
        end: End,
        network: Network,
        x: np.ndarray,
        y: np.ndarray,
        *,
        batch_size: int | None = None,
        local_steps: int = 1,
        rate: float = 0.1,
        rng: np.random.Generator | None = None,
        server: str = "server",
    ) -> None:
        self._end, self._server = end, server
        self.network = network.copy()
        self._x, self._y = self.network.checked(x, y, CrossEntropy())
        if batch_size is None:
            batch_size = len(x)
        at_least(1, batch_size=batch_size, local_steps=local_steps)
        positive(rate=rate)
        self._batch, self._steps, self._rate = batch_size, local_steps, rate
        self._rng = rng
        self._left = np.arange(0)
        end.note("own records", x)

    @property
    def name(self) -> str:
        """The client's name."""
        return self._end.name

    def answer_round(self) -> None:
        """Receive the model, and send this client's gradient for it."""
        self.receive_model()
        message = self.message(self.gradient())
        self._end.send("gradient", message, to=self._server)

    def receive_model(self) -> None:
        """Wait for the server's model and keep it."""
        flat = self._end.receive("model", sender=self._server)
        self.network = self.network.from_flat(flat)

    def gradient(self) -> np.ndarray:
        """Return this round's gradient, shape (parameters,).

        The mean over a batch; with more local steps, the mean over their batches.
        """
        total = np.zeros_like(self.network.flat)
        # local steps move a copy: what the server sent stays as it was
        moved = self.network.copy()
        for _ in range(self._steps):
            rows = self._next_rows()
            _, gradient = moved.loss_and_gradient(
                self._x[rows], self._y[rows], CrossEntropy()
            )
            moved.flat -= self._rate * gradient
            total += gradient
        self._end.note("own gradient", total / self._steps)
        return total / self._steps

    def message(self, gradient: np.ndarray) -> object:
        """Return what is sent for a gradient: here, the gradient itself."""
        return gradient

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the classes of the rows, worked out at home, shape (n,)."""
        return self.network.predict(x)

    def send_query(self, x: np.ndarray) -> None:
        """Send the rows to be predicted to the server, shape (n, inputs)."""
        self._end.send("query", x, to=self._server)

    def receive_answer(self) -> np.ndarray:
        """Return the server's answer, one class for each row, shape (n,)."""
        return self._end.receive("answer", sender=self._server)

    def _next_rows(self) -> np.ndarray:
        if not len(self._left):
            rows = np.arange(len(self._x))
            self._left = rows if self._rng is None else self._rng.permutation(rows)
        # a pass ends with a short batch rather than mix two passes
        rows, self._left = self._left[: self._batch], self._left[self._batch :]
        return rows


class GradientServer:
    """Holds the global model and adds up gradients; it has no records.

    Args:
        end: Its end of the channel.
        network: The global model; moved in place.
        clients: Who takes part, in the order in which they are served.
        rate: Learning rate.
    """

    def __init__(
        self, end: End, network: Network, clients: Sequence[str], *, rate: float = 0.1
    ) -> None:
        self._end, self.network = end, network
        self.clients = tuple(clients)
        positive(rate=rate)
        self.rate = rate

    def send_model(self) -> None:
        """Send the global model to every client."""
        for client in self.clients:
            self._end.send("model", self.network.flat, to=client)

    def receive_gradients(self) -> None:
        """Wait for every client's message and move the model."""
        messages = {c: self._end.receive("gradient", sender=c) for c in self.clients}
        self.network.flat -= self.rate * self.combine(messages)

    def combine(self, messages: Mapping[str, object]) -> np.ndarray:
        """Return the mean gradient of one round, shape (parameters,)."""
        return np.mean([messages[client] for client in self.clients], axis=0)

    def answer(self, client: str) -> None:
        """Answer one query of ``client``."""
        x = self._end.receive("query", sender=client)
        self._end.send("answer", self.network.predict(x), to=client)


def train_rounds(
    server: GradientServer, clients: Sequence[GradientClient], rounds: int
) -> None:
    """Run ``rounds`` rounds of training, one party after the other.

    Afterwards every client holds the last global model.

    Raises:
        ValueError: If the server expects other clients, or ``rounds`` is below 1.
    """
    if sorted(client.name for client in clients) != sorted(server.clients):
        names = [client.name for client in clients]
        raise ValueError(f"clients must be the server's {server.clients}, got {names}")
    at_least(1, rounds=rounds)
    for _ in range(rounds):
        server.send_model()
        for client in clients:
            client.answer_round()
        server.receive_gradients()
    server.send_model()
    for client in clients:
        client.receive_model()
