r"""Distributed selective SGD: participants share a small part of their steps.

    participant -> server   "count"    how many parameters it wants
    server -> participant   "latest"   (indices, values): the most often updated ones
    participant             one epoch of SGD at home on its own copy; d = what moved
    participant -> server   "update"   (indices, clipped d) of a part of the coordinates
    server                  w[indices] += values; updates[indices] += 1

Which part (``upload_fraction`` of all parameters, at most):

    "largest"     the coordinates with the largest |d|
    "threshold"   random ones among those with |d| > ``threshold``
    "private"     the same by the sparse vector technique, values with Laplace noise

The participants take turns in a fixed order (``round robin``), in a new random order
each round (``random``), or all at their own pace (``asynchronous``): then some download
what others are about to change.

**Private selection**, for one upload of at most c coordinates and budget epsilon, with
e1 = 8/9 epsilon, e2 = 2/9 epsilon and each |d_j| clipped to gamma, sensitivity 2 gamma:

    accept j    |d_j| + Lap(4c s / e1) >= threshold + Lap(2c s / e1),  s = 2 gamma
    upload      clip(d_j + Lap(2c s / e2), gamma);  a fresh threshold noise after each

costs e1 for the c choices and e2 / 2 for the c values: epsilon in all. It holds between
any two data sets of the participant, since the clipping bounds what d_j can be. It is
paid at **every** upload; :func:`total_epsilon` adds it up.

The server sees every upload in the clear, and whoever uploads too. Protected is what
"private" promises, nothing in the other two modes (chapter 3 attacks them).

Source: [37] Shokri, Shmatikov, "Privacy-Preserving Deep Learning", CCS 2015. The split
of the budget and the order of the selection are reconstructed from descriptions of the
paper.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ppdl_course.arguments import at_least, between, non_negative, positive, within
from ppdl_course.federated.data_exchange import End
from ppdl_course.nn import Network, train

SELECTIONS = ("largest", "threshold", "private")
SCHEDULES = ("round robin", "random", "asynchronous")


class ParameterServer:
    """Holds the parameters and how often each was updated; it has no records.

    Args:
        end: Its end of the channel.
        flat: The starting parameters, shape (parameters,); copied.

    Attributes:
        flat: The global parameters.
        updates: How often each was updated, shape (parameters,).
    """

    def __init__(self, end: End, flat: np.ndarray) -> None:
        self._end = end
        self.flat = np.array(flat, dtype=np.float64)
        self.updates = np.zeros(len(self.flat), dtype=np.int64)

    def answer_download(self, participant: str) -> None:
        """Send as many of the most often updated parameters as are asked for.

        Raises:
            ValueError: If the participant asks for none, or more than there are.
        """
        count = self._end.receive("count", sender=participant)
        between(1, len(self.flat), count=count)
        # stable: among equals the lower index first, so that a run can be repeated
        indices = np.argsort(-self.updates, kind="stable")[:count].astype(np.int32)
        self._end.send("latest", (indices, self.flat[indices]), to=participant)

    def receive_upload(self, participant: str) -> None:
        """Add a participant's update.

        Raises:
            ValueError: If an index is out of range or comes twice, a value is not
                finite, or their numbers differ.
        """
        indices, values = self._end.receive("update", sender=participant)
        # a negative index counts from the end, one that comes twice adds once
        known = np.all((indices >= 0) & (indices < len(self.flat)))
        if not known or len(np.unique(indices)) < len(indices):
            raise ValueError("update must name each parameter at most once, by index")
        if values.shape != indices.shape or not np.isfinite(values).all():
            raise ValueError("update must have a finite value for each index")
        self.flat[indices] += values
        self.updates[indices] += 1


class Participant:
    """Holds its own records and its own copy of the network.

    Args:
        end: Its end of the channel.
        network: Of the agreed shape; copied.
        x: Its records, shape (n, inputs).
        y: Their labels, shape (n,).
        upload_fraction: Part of the parameters that an upload may hold, in (0, 1].
        download_fraction: Part that it downloads, in (0, 1].
        select: One of ``SELECTIONS``.
        threshold: Smallest |d_j| that "threshold" and "private" look for, >= 0.
        gamma: Bound that every uploaded value is clipped to, > 0.
        epsilon: Budget of one upload in nats, for "private".
        rate: Learning rate at home.
        batch_size: Records in a step at home.
        rng: Draws the order of the records, the choice among coordinates, the noise.
        server: The server's name.
    """

    def __init__(
        self,
        end: End,
        network: Network,
        x: np.ndarray,
        y: np.ndarray,
        *,
        upload_fraction: float,
        download_fraction: float = 1.0,
        select: str = "largest",
        threshold: float = 0.0,
        gamma: float = 1.0,
        epsilon: float | None = None,
        rate: float = 0.1,
        batch_size: int = 8,
        rng: np.random.Generator,
        server: str = "server",
    ) -> None:
        self._end, self._server, self._rng = end, server, rng
        self.network = network.copy()
        self._x, self._y = x, y
        size = len(self.network.flat)
        self._upload = shared_count(size, upload_fraction=upload_fraction)
        self._download = shared_count(size, download_fraction=download_fraction)
        if select not in SELECTIONS:
            raise ValueError(f"select must be one of {SELECTIONS}, got {select!r}")
        if (epsilon is None) == (select == "private"):
            raise ValueError(
                f"epsilon must be given for select 'private' alone, got {epsilon} "
                f"for {select!r}"
            )
        if epsilon is not None:
            positive(epsilon=epsilon)
        non_negative(threshold=threshold)
        positive(gamma=gamma)
        self._select, self._threshold, self._gamma = select, threshold, gamma
        self.epsilon = epsilon
        self._rate, self._batch = rate, batch_size
        self.uploads = 0
        end.note("own records", x)

    @property
    def name(self) -> str:
        """The participant's name."""
        return self._end.name

    def request_download(self) -> None:
        """Ask the server for the part that this participant downloads."""
        self._end.send("count", self._download, to=self._server)

    def receive_download(self) -> None:
        """Overwrite the downloaded part of the own copy."""
        indices, values = self._end.receive("latest", sender=self._server)
        self.network.flat[indices] = values

    def train_and_upload(self) -> None:
        """Train one epoch at home and send the selected part of what moved."""
        before = self.network.flat.copy()
        train(
            self.network, self._x, self._y, rate=self._rate, epochs=1,
            batch_size=self._batch, rng=self._rng,
        )  # fmt: skip
        moved = np.clip(self.network.flat - before, -self._gamma, self._gamma)
        indices, values = self._selected(moved)
        self._end.send("update", (indices.astype(np.int32), values), to=self._server)
        self.uploads += 1

    def _selected(self, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self._select == "largest":
            chosen = largest(moved, self._upload)
            return chosen, moved[chosen]
        if self._select == "threshold":
            above = np.flatnonzero(np.abs(moved) > self._threshold)
            count = min(self._upload, len(above))
            chosen = np.sort(self._rng.choice(above, size=count, replace=False))
            return chosen, moved[chosen]
        return private_selection(
            moved,
            count=self._upload,
            threshold=self._threshold,
            gamma=self._gamma,
            epsilon=self.epsilon,
            rng=self._rng,
        )


def shared_count(size: int, **fraction: float) -> int:
    """Return how many of ``size`` parameters a fraction in (0, 1] is, at least one."""
    within("(0, 1]", **fraction)
    (value,) = fraction.values()
    return max(1, round(value * size))


def largest(moved: np.ndarray, count: int) -> np.ndarray:
    """Return the indices of the ``count`` largest entries in size, ascending."""
    return np.sort(np.argsort(-np.abs(moved), kind="stable")[:count])


def private_selection(
    moved: np.ndarray,
    *,
    count: int,
    threshold: float,
    gamma: float,
    epsilon: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return up to ``count`` indices and noisy values, epsilon-private.

    Args:
        moved: What moved, shape (parameters,); clipped to ``gamma`` here.
        count: Most coordinates to upload, c in the module's text.
        threshold: In the units of ``moved``, >= 0.
        gamma: Bound of an entry.
        epsilon: Budget of this one call, in nats.
        rng: Draws the order in which coordinates are asked, and the noise.

    Returns:
        Indices in the order in which they were accepted, and their values. The caller
        never sees which coordinates were refused, or with what noise.
    """
    positive(gamma=gamma, epsilon=epsilon)
    at_least(1, count=count)
    sizes = np.clip(moved, -gamma, gamma)
    unit = 2 * count * 2 * gamma
    choice, value = 8 / 9 * epsilon, 2 / 9 * epsilon
    order = rng.permutation(len(moved))
    noisy = np.abs(sizes[order]) + rng.laplace(scale=2 * unit / choice, size=len(order))
    # One pass; a fresh noisy threshold after every acceptance.
    chosen, place = [], 0
    while len(chosen) < count:
        bar = threshold + rng.laplace(scale=unit / choice)
        hits = noisy[place:] >= bar
        first = int(hits.argmax()) if hits.size else 0
        if not hits.size or not hits[first]:
            break
        # coordinates that were passed over are not asked again: each is compared once
        place += first + 1
        chosen.append(order[place - 1])
    indices = np.array(chosen, dtype=np.int64)
    values = sizes[indices] + rng.laplace(scale=unit / value, size=len(indices))
    return indices, np.clip(values, -gamma, gamma)


def schedule(
    kind: str, participants: Sequence[str], *, rng: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """Yield the events of one round: ("download" or "upload", participant).

    Every participant downloads once and then uploads once. In "asynchronous" all
    2 N events come in random order, so others upload while one is training.
    """
    if kind not in SCHEDULES:
        raise ValueError(f"kind must be one of {SCHEDULES}, got {kind!r}")
    order = list(participants)
    if kind == "asynchronous":
        waiting: set[str] = set()
        for i in rng.permutation(np.repeat(np.arange(len(order)), 2)):
            who = order[i]
            yield ("upload" if who in waiting else "download"), who
            waiting.add(who)
        return
    if kind == "random":
        order = [order[i] for i in rng.permutation(len(order))]
    for who in order:
        yield "download", who
        yield "upload", who


def train_selectively(
    server: ParameterServer,
    participants: Sequence[Participant],
    *,
    rounds: int,
    kind: str = "round robin",
    rng: np.random.Generator,
) -> None:
    """Run ``rounds`` rounds, one event after the other.

    Raises:
        ValueError: If ``rounds`` is below 1 or ``kind`` is not one of ``SCHEDULES``.
    """
    at_least(1, rounds=rounds)
    by_name = {participant.name: participant for participant in participants}
    for _ in range(rounds):
        for event, who in schedule(kind, list(by_name), rng=rng):
            if event == "download":
                by_name[who].request_download()
                server.answer_download(who)
                by_name[who].receive_download()
            else:
                by_name[who].train_and_upload()
                server.receive_upload(who)


def total_epsilon(epsilon_each: float, *, shared: int, rounds: int) -> float:
    """Return what ``epsilon_each`` per uploaded parameter adds up to, in nats.

    Basic composition over ``shared`` parameters an upload and ``rounds`` uploads of one
    participant.
    """
    positive(epsilon_each=epsilon_each)
    at_least(1, shared=shared)
    at_least(1, rounds=rounds)
    return epsilon_each * shared * rounds
